"""Rooms that hold rows about people say how those rows move when two records of one person are merged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Move = Callable[[int, int], Any]
"""Called with the kept and the absorbed record's ids, inside the merge's transaction; returns JSON of what moved.

May raise a Refusal, which undoes the whole merge.
"""

Undo = Callable[[Any], None]
"""Called with what ``Move`` returned (after a round trip through JSON); puts every row back exactly."""


@dataclass(frozen=True, slots=True)
class Holder:
    """One room's pair of functions."""

    name: str
    move: Move
    undo: Undo


_HOLDERS: dict[str, Holder] = {}


def register_holder(name: str, move: Move, undo: Undo) -> None:
    """Have ``move`` called at every merge and ``undo`` when it is undone. Registering a name again replaces it."""
    _HOLDERS[name] = Holder(name, move, undo)


def holders() -> Mapping[str, Holder]:
    """Every holder by name, in order of name; merges run in this order, undoing in the reverse."""
    return dict(sorted(_HOLDERS.items()))
