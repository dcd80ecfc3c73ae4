"""Which program made a run: the version of the package and a digest of the source of the matching engine."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ENGINE = Path(__file__).resolve().parents[1]


@cache
def code_version() -> dict[str, str]:
    """``version`` of the package and ``source``: SHA-256 over names and contents of the engine's modules, tests left
    out.
    """
    digest = hashlib.sha256()
    for path in sorted(ENGINE.rglob("*.py")):
        parts = path.relative_to(ENGINE).parts
        if "tests" in parts:
            continue
        content = path.read_bytes()
        digest.update(f"{'/'.join(parts)}\n{len(content)}\n".encode())
        digest.update(content)
    return {"version": _version("guantong"), "source": digest.hexdigest()}


def engine_versions() -> dict[str, str]:
    """What the two implementations ran on."""
    return {
        "python": platform.python_version(),
        "numpy": _version("numpy"),
        "numba": _version("numba"),
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "0"
