"""The bytes: under ``FILES_ROOT`` by SHA-256, written whole or not at all, equal bytes once."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings


def digest_of_bytes(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def path_of(sha256: str) -> Path:
    """Where the bytes with this digest lie."""
    return Path(settings.FILES_ROOT) / sha256[:2] / sha256[2:4] / sha256


def keep(content: bytes) -> str:
    """Write the bytes unless they are there; returns their digest. A crash leaves either nothing or everything."""
    sha256 = digest_of_bytes(content)
    path = path_of(sha256)
    if path.is_file() and path.stat().st_size == len(content):
        return sha256
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, half = tempfile.mkstemp(prefix=".half-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(half).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(half).unlink()
        raise
    return sha256


def find_bytes(sha256: str) -> bytes | None:
    """The bytes, or None when they are not there."""
    try:
        return path_of(sha256).read_bytes()
    except FileNotFoundError:
        return None


def stored_paths() -> Iterator[Path]:
    """Every file under ``FILES_ROOT``, half-written ones included."""
    root = Path(settings.FILES_ROOT)
    if root.is_dir():
        for path in sorted(root.glob("*/*/*")):
            if path.is_file():
                yield path
