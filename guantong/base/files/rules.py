"""Which files are taken: decided by their first bytes, never by their name alone. Pure."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from urllib.parse import quote

from guantong.base.files import errors
from guantong.kernel.refusal import Problem, Where

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileType:
    """A type of file that is taken."""

    suffix: str
    media_type: str
    label: str
    suffixes: frozenset[str]


PDF = FileType("pdf", "application/pdf", "PDF", frozenset({"pdf"}))
PNG = FileType("png", "image/png", "PNG 图片", frozenset({"png"}))
JPEG = FileType("jpg", "image/jpeg", "JPG 图片", frozenset({"jpg", "jpeg"}))
ZIP = FileType("zip", "application/zip", "ZIP 压缩包", frozenset({"zip"}))
XLSX = FileType(
    "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "Excel 表格（xlsx）",
    frozenset({"xlsx"}),
)

TAKEN: dict[str, tuple[FileType, ...]] = {
    "evidence": (PDF, PNG, JPEG),
    "sheet": (XLSX,),
    "basis": (PDF, PNG, JPEG),
    "report": (PDF, XLSX),
    "bundle": (ZIP,),
}
"""Types taken for each purpose."""

MOST_BYTES: dict[str, int] = {
    "evidence": 10 * MEGABYTE,
    "sheet": 50 * MEGABYTE,
    "basis": 20 * MEGABYTE,
    "report": 50 * MEGABYTE,
    "bundle": 1024 * MEGABYTE,
}
"""Largest size for each purpose, in bytes."""

_OUTSIDE = re.compile(r"^[\s.]+|[\s.]+$")

MOST_A_DAY = 300
"""Files one account may upload in a day."""


def tidy_name(name: str) -> str:
    """The last part of a path, without control and direction characters, at most 160 characters with its suffix."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs"})
    name = _OUTSIDE.sub("", name)
    if not name:
        return "文件"
    if len(name) > 160:
        stem, dot, suffix = name.rpartition(".")
        name = f"{stem[: 159 - len(suffix)]}.{suffix}" if dot and len(suffix) <= 8 else name[:160]
    return _OUTSIDE.sub("", name)


def sniff(content: bytes) -> FileType | None:
    """The type the bytes themselves show; None for anything that is not taken at all."""
    if content[:1024].lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"PK\x03\x04"):
        names = _names_in_zip(content)
        if "xl/workbook.xml" in names:
            return XLSX
        return ZIP if names else None
    return None


def _names_in_zip(content: bytes) -> frozenset[str]:
    """Names in the directory of a zip; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return frozenset()


def _is_whole(content: bytes, found: FileType) -> bool:
    """Whether the end mark of the type is there (a broken upload lacks it)."""
    if found is PDF:
        return b"%%EOF" in content[-2048:]
    if found is PNG:
        return b"IEND" in content[-64:]
    if found is JPEG:
        return b"\xff\xd9" in content[-1024:]
    return True


def check(name: str, content: bytes, kind: str) -> FileType | Problem:
    """The type of a file that may be kept for ``kind``, or why not (FIL-001…006, 010)."""
    where = Where(column="file", title="文件", value=name)
    if kind not in TAKEN:
        return errors.KIND_UNKNOWN.problem(kind=kind[:12], where=where)
    if not content:
        return errors.EMPTY.problem(name=name, where=where)
    most = MOST_BYTES[kind]
    if len(content) > most:
        found_megabytes = -(-len(content) // MEGABYTE)
        return errors.TOO_LARGE.problem(name=name, found=found_megabytes, most=most // MEGABYTE, where=where)
    found = sniff(content)
    if found is None or found not in TAKEN[kind]:
        kinds = "、".join(t.label for t in TAKEN[kind])
        return errors.KIND_NOT_TAKEN.problem(name=name, kinds=kinds, where=where)
    if found is XLSX and any(n.lower().endswith("vbaproject.bin") for n in _names_in_zip(content)):
        return errors.MACROS.problem(name=name, where=where)
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix and suffix not in found.suffixes:
        return errors.NAME_DISAGREES.problem(name=name, found=found.label, suffix=found.suffix, where=where)
    if not _is_whole(content, found):
        return errors.DAMAGED.problem(name=name, where=where)
    return found


def safe_headers(name: str, media_type: str, size: int) -> dict[str, str]:
    """Headers under which a kept file is sent: always as an attachment, never sniffed, never run.

    The name is given in UTF-8 (RFC 6266) and in ASCII for old browsers.
    """
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", unicodedata.normalize("NFKD", name)) or "file"
    return {
        "Content-Type": media_type,
        "Content-Length": str(size),
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
