"""Where uploads and returned workbooks lie: by digest under ``FILES_ROOT``, with a row of ``files.StoredFile``."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

from guantong.base.files.models import StoredFile
from guantong.kernel import clock
from guantong.kernel.tokens import public_id

from . import errors

_TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}


def path_of(sha256: str) -> Path:
    """Path of the bytes with this digest."""
    return Path(settings.FILES_ROOT) / sha256[:2] / sha256[2:4] / sha256


def keep_bytes(content: bytes, *, name: str, kind: str, organisation_id: int | None, user_id: int | None) -> StoredFile:
    """Store bytes (once for each digest, whole or not at all) and note them. ``kind`` is ``sheet`` or ``report``."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f"{sha256}.{public_id(8)}")
        half.write_bytes(content)
        half.replace(path)
    media = _TYPES["xlsx" if content.startswith(b"PK") else "csv"]
    return StoredFile.objects.create(
        public_id=public_id(),
        sha256=sha256,
        name=name[:160],
        kind=kind,
        media_type=media,
        size=len(content),
        organisation_id=organisation_id,
        uploaded_by_id=user_id,
        uploaded_at=clock.now(),
    )


def bytes_of(stored: StoredFile) -> bytes:
    """The bytes; JOB-011 when they are gone."""
    try:
        return path_of(stored.sha256).read_bytes()
    except FileNotFoundError:
        raise errors.FILE_GONE.refuse(name=stored.name) from None
