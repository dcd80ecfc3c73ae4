"""The folder of a run: written beside its place and renamed when complete, so that a kill leaves nothing
half-published.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from guantong.engines.matching.files import errors
from guantong.engines.matching.files.reading import NAMES
from guantong.engines.matching.sealing.manifest import digest_of_manifest
from guantong.kernel.reading import read_json
from guantong.kernel.refusal import Where

PUBLISHED = ("manifest.json", "places.csv", "cutoffs.csv", "rules.yaml", "verify_result.py")
"""What everybody may have of the folder; the other files name people."""
SIGNATURE, KEYS = "signature.json", "keys.json"
"""Laid beside them when the seal of the run is signed: who says so, and the public keys."""
RESULTS = ("results.csv", "reasons.csv")
INPUTS = "inputs"
"""Folder of the files as they were read, and of the key of the pseudonyms: it stays with the authority."""
KEY = "pseudonym.key"


_WHYS = {
    errno.ENOSPC: "磁盘空间不够",
    errno.EDQUOT: "磁盘空间不够",
    errno.EACCES: "没有写的权限",
    errno.EPERM: "没有写的权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOENT: "上级文件夹不存在",
    errno.ENOTDIR: "上级不是文件夹",
    errno.EEXIST: "已经有同名的文件",
}


def why(error: OSError) -> str:
    """Why something could not be written, in words."""
    return _WHYS.get(error.errno or 0, f"磁盘出了问题（{error.errno}）")


def read_bytes(path: Path, name: str | None = None) -> bytes:
    """The content of a file; Refusal MTC-301 when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise errors.NO_FILE.refuse(where=Where(file=name or str(path))) from error


def is_complete(folder: Path) -> bool:
    """Whether the folder holds a complete result: every file, and a manifest with its own digest."""
    if not all((folder / name).is_file() for name in (*PUBLISHED, *RESULTS)) or not (folder / INPUTS).is_dir():
        return False
    try:
        manifest = read_json((folder / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("digest") == digest_of_manifest(manifest)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a published folder; Refusal MTC-351."""
    try:
        manifest = read_json((folder / "manifest.json").read_bytes())
    except (OSError, ValueError) as error:
        raise errors.NOT_PUBLISHED.refuse(name="manifest.json", where=Where(file=str(folder))) from error
    if not isinstance(manifest, dict) or manifest.get("digest") != digest_of_manifest(manifest):
        raise errors.NOT_PUBLISHED.refuse(name="manifest.json", where=Where(file=str(folder)))
    return manifest


@contextmanager
def reserved(folder: Path, may_replace: bool) -> Iterator[None]:
    """Within the block nobody else writes this folder; what a killed run left beside it is cleared away first.

    Refuses MTC-355 (a run is writing it), MTC-353 (a complete result stands there), MTC-354 (something else does).
    """
    import fcntl

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(_beside(folder, "lock"), os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise errors.CANNOT_WRITE.refuse(name=str(folder.parent), why=why(error)) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise errors.RUN_STARTED.refuse(folder=str(folder)) from error
        _clear(folder)
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
        if folder.exists():
            if not folder.is_dir() or not is_complete(folder):
                raise errors.FOLDER_OTHER.refuse(folder=str(folder))
            if not may_replace:
                raise errors.FOLDER_EXISTS.refuse(folder=str(folder))
        yield
    finally:
        os.close(handle)


def _beside(folder: Path, what: str) -> Path:
    return folder.parent / f".{folder.name}.{what}"


def _clear(folder: Path) -> None:
    shutil.rmtree(_beside(folder, "new"), ignore_errors=True)
    old = _beside(folder, "old")
    if old.is_dir():
        if folder.exists():
            shutil.rmtree(old)
        else:
            old.rename(folder)


def publish(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes all files into a folder beside and renames it; a folder that stands there is replaced.

    A kill leaves the former state, or, between two renames, a former folder beside that the next run puts back.
    """
    new, old = _beside(folder, "new"), _beside(folder, "old")
    try:
        new.mkdir(mode=0o755)
        (new / INPUTS).mkdir(mode=0o700)
        for name, data in files.items():
            _write(new / name, data, 0o600 if name.startswith(INPUTS) else 0o644)
        _sync(new / INPUTS)
        _sync(new)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        _sync(folder.parent)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        if old.is_dir() and not folder.exists():
            old.rename(folder)
        shutil.rmtree(new, ignore_errors=True)
        raise errors.CANNOT_WRITE.refuse(name=str(folder), why=why(error)) from error


def write_new(path: Path, data: bytes) -> None:
    """Writes a file that must not exist yet, complete or not at all; Refusal MTC-358, MTC-359."""
    if path.exists():
        raise errors.FILE_EXISTS.refuse(name=str(path))
    beside = path.parent / f".{path.name}.new"
    try:
        _write(beside, data, 0o644)
        os.link(beside, path)
    except FileExistsError as error:
        raise errors.FILE_EXISTS.refuse(name=str(path)) from error
    except OSError as error:
        raise errors.CANNOT_WRITE.refuse(name=str(path), why=why(error)) from error
    finally:
        beside.unlink(missing_ok=True)


def _write(path: Path, data: bytes, mode: int) -> None:
    handle = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, mode)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def kept_inputs(folder: Path, manifest: Mapping[str, Any]) -> tuple[dict[str, bytes], str]:
    """The inputs kept in a run's folder, held to their digests, and the text of the key; Refusal MTC-351, MTC-357."""
    found: dict[str, bytes] = {}
    listed = manifest.get("inputs") or {}
    for what, name in NAMES.items():
        path = folder / INPUTS / name
        if name not in listed and not path.exists():
            continue
        try:
            data = path.read_bytes()
        except OSError as error:
            raise errors.NOT_PUBLISHED.refuse(name=f"{INPUTS}/{name}", where=Where(file=str(folder))) from error
        if hashlib.sha256(data).hexdigest() != (listed.get(name) or {}).get("sha256"):
            raise errors.INPUTS_CHANGED.refuse(name=f"{INPUTS}/{name}")
        found[what] = data
    try:
        key = (folder / INPUTS / KEY).read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise errors.NOT_PUBLISHED.refuse(name=f"{INPUTS}/{KEY}", where=Where(file=str(folder))) from error
    return found, key


def read_card(path: Path) -> dict[str, Any]:
    """A certificate; Refusal MTC-350 when it is none."""
    try:
        card = read_json(read_bytes(path))
    except ValueError as error:
        raise errors.NOT_A_CERTIFICATE.refuse(why="不是可以读取的 JSON") from error
    if not isinstance(card, dict) or not isinstance(card.get("candidate"), str) or "row" not in card:
        raise errors.NOT_A_CERTIFICATE.refuse(why="缺少考生编号或结果")
    json.dumps(card)
    return card
