"""The catalogue as it ships in ``catalogue/*.yaml``: entries, categories, classes, and where each entry was checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from guantong.kernel.refusal import Problem, Refusal, Where

from .. import errors
from ..rules.catalogue import CatalogueEntry, code_faults

FOLDER = Path(__file__).resolve().parents[1] / "catalogue"


@dataclass(frozen=True, slots=True)
class ShippedEntry:
    """One programme of the shipped catalogue; ``copies`` are letters of :attr:`Shipped.copies`."""

    code: str
    name: str
    level: str
    is_controlled: bool
    copies: str


@dataclass(frozen=True, slots=True)
class Shipped:
    """The whole shipped catalogue."""

    edition: str
    title: str
    number: str
    known: Mapping[str, int]
    """Official numbers of programmes by level."""
    later: tuple[Mapping[str, Any], ...]
    """What is known of supplements that are not entered."""
    categories: Mapping[int, str]
    classes: Mapping[tuple[int, str], str]
    copies: Mapping[str, Mapping[str, str]]
    """Letter → name, coverage and day of each public copy."""
    entries: tuple[ShippedEntry, ...]

    def origin(self, entry: ShippedEntry) -> str:
        """How an entry was checked, in one sentence."""
        if len(entry.copies) == 1:
            return "与一份公开副本一致。"
        return f"在{ {2: '两', 3: '三'}[len(entry.copies)] }份公开副本中代码、名称一致。"


@cache
def shipped_catalogue(folder: Path = FOLDER) -> Shipped:
    """Read and check the files; PRG-007 with every fault when they do not fit together."""
    head = _load(folder / "catalogue.yaml")
    categories = {int(number): str(c["name"]) for number, c in head["categories"].items()}
    classes = {
        (int(number), str(code)): str(name)
        for number, c in head["categories"].items()
        for code, name in c["classes"].items()
    }
    problems: list[Problem] = []
    entries: list[ShippedEntry] = []
    for level in head["levels"]:
        path = folder / f"{level}.yaml"
        read = _load(path)
        controlled = {str(code) for code in read["controlled"]}
        for code, value in read["programmes"].items():
            entry = CatalogueEntry(str(code), str(value["name"]), level, str(code) in controlled, "", "")
            problems += code_faults(entry, categories, classes, Where(file=path.name, value=str(code)))
            entries.append(ShippedEntry(entry.code, entry.name, level, entry.is_controlled, str(value["copies"])))
    if problems:
        raise Refusal([errors.CATALOGUE_BROKEN.problem(count=len(problems)), *problems], status=500)
    return Shipped(
        edition=str(head["edition"]),
        title=str(head["title"]),
        number=str(head["number"]),
        known={level: int(value["programmes"]) for level, value in head["levels"].items()},
        later=tuple(head.get("later", ())),
        categories=categories,
        classes=classes,
        copies={str(k): {str(a): str(b) for a, b in v.items()} for k, v in head["checked_against"].items()},
        entries=tuple(entries),
    )


def _load(path: Path) -> Any:
    return yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
