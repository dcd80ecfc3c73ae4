"""Places of the plan as plain values, and which of them a selector takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .conditions import Condition
from .declaration.shapes import Batch, Ground, Selector


@dataclass(frozen=True, slots=True)
class PlaceCondition:
    """A school's own condition of one place, from its charter."""

    id: str
    title: str
    require: Condition


@dataclass(frozen=True, slots=True)
class Closure:
    """Why nobody is placed at a school any more: it lost its qualification in the year (A7)."""

    why: str
    """A whole sentence."""
    ground: Ground | None


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """One approved plan as the rules see it.

    ``category`` is the name of the 专业大类 as the catalogue prints it, ``level`` is ``secondary``, ``higher`` or
    ``bachelor``; ``kind`` and ``batch`` are ids of the channel.
    """

    id: str
    school: str
    programme: str
    kind: str
    seats: int
    batch: str = ""
    group: str = ""
    category: str = ""
    level: str = ""
    conditions: tuple[PlaceCondition, ...] = ()
    closure: Closure | None = None

    def column(self, name: str) -> str:
        """The value a selector or a match compares."""
        return str(getattr(self, name))


def is_selected(place: PlaceFacts, selector: Selector) -> bool:
    """Whether a selector takes a place; an empty one takes every place."""
    return all(place.column(column) in values for column, values in selector.items())


def places_of(batch: Batch, places: Iterable[PlaceFacts]) -> tuple[PlaceFacts, ...]:
    """The places of a batch: planned for it, and taken by its selector."""
    return tuple(place for place in places if place.batch in {"", batch.id} and is_selected(place, batch.places))
