"""Checks in Python for what data cannot say; a definition names them, each has its own tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .facts import Fact


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found. ``is_met`` None: it cannot be known. Texts are whole zh-Hans words for people."""

    is_met: bool | None
    own: str = ""
    required: str = ""
    why: str = ""
    todo: str = ""


Run = Callable[[Mapping[str, Fact], Any], Verdict]
"""(facts by name, the law of the case) → verdict. Pure: the same facts and law give the same verdict."""


@dataclass(frozen=True, slots=True)
class Check:
    """A registered check; ``facts`` are the names it reads, so that they can be asked for and checked."""

    name: str
    run: Run
    facts: tuple[str, ...]


_CHECKS: dict[str, Check] = {}


def register_check(name: str, run: Run, *, facts: tuple[str, ...]) -> None:
    """Name a Python check. Raises ``ValueError`` for a second, different one of the same name."""
    if name in _CHECKS and _CHECKS[name].run is not run:
        raise ValueError(f"a check {name!r} is already registered")
    _CHECKS[name] = Check(name, run, facts)


def find_check(name: str) -> Check | None:
    """The check of this name, or None."""
    return _CHECKS.get(name)


def registered_checks() -> tuple[str, ...]:
    """Names registered."""
    return tuple(sorted(_CHECKS))
