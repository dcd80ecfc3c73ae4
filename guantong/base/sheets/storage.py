"""Where uploads and returned workbooks are kept: as bytes and rows of ``base.files``.

The files room takes workbooks only by its own, coarser test; uploads come here after :func:`.opening.open_workbook`,
which also takes csv.
"""

from __future__ import annotations

from guantong.base.files import storage
from guantong.base.files.models import StoredFile
from guantong.base.files.public import read_bytes
from guantong.kernel import clock
from guantong.kernel.tokens import public_id

_TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}


def keep_bytes(content: bytes, *, name: str, kind: str, organisation_id: int | None, user_id: int | None) -> StoredFile:
    """Store bytes (once for each digest, whole or not at all) and note them. ``kind`` is ``sheet`` or ``report``."""
    return StoredFile.objects.create(
        public_id=public_id(16),
        sha256=storage.keep(content),
        name=name[:160],
        kind=kind,
        media_type=_TYPES["xlsx" if content.startswith(b"PK") else "csv"],
        size=len(content),
        organisation_id=organisation_id,
        uploaded_by_id=user_id,
        uploaded_at=clock.now(),
    )


def bytes_of(stored: StoredFile) -> bytes:
    """The bytes, checked against their digest; FIL-008 when they are gone or altered."""
    return read_bytes(stored)


def keep_spool(content: bytes) -> str:
    """Keep rows between check and import; no row names these bytes, so that the files room clears them away in time."""
    return storage.keep(content)


def find_spool(sha256: str) -> bytes | None:
    """The kept rows, or None when they are gone or altered."""
    content = storage.find_bytes(sha256)
    return content if content is not None and storage.digest_of_bytes(content) == sha256 else None


def drop_spool(sha256: str | None) -> None:
    """Forget kept rows."""
    if sha256:
        storage.path_of(sha256).unlink(missing_ok=True)
