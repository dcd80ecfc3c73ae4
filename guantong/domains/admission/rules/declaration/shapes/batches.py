"""Batches with their order and rounds, the calendar, bars, and what is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .grounds import Ground, Number, Selector


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One key of the ranking; ``direction`` is ``descending`` or ``ascending``."""

    key: str
    direction: str
    title: str


@dataclass(frozen=True, slots=True)
class Supplementary:
    """Supplementary rounds: how many, and the floor, which falls by ``step`` from one to the next."""

    rounds: int
    key: str | None
    at_least: Number | None
    step: Number | None
    list_length: Number | None
    ground: Ground


@dataclass(frozen=True, slots=True)
class Weighting:
    """Weights of papers at some places, for mechanisms with priorities of their own."""

    id: str
    title: str
    places: Selector
    keys: Mapping[str, Decimal]
    ground: Ground


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch: the unit of choice, the list, the mechanism, the order and what happens when all keys tie."""

    id: str
    title: str
    unit: str
    list_length: Number
    programmes_in_group: int
    """Most programmes named in one choice; 0 when the unit is a place."""
    mechanism: str
    ratio: Number
    is_one_shot: bool
    stages: str
    reassignment: str
    """``none``: nobody is asked whether another programme of the unit would do."""
    missing: str
    order: tuple[OrderKey, ...]
    ties: str
    supplementary: Supplementary | None
    weights: tuple[Weighting, ...]
    places: Selector
    ground: Ground


@dataclass(frozen=True, slots=True)
class Bar:
    """Who is ``admitted`` (or has ``confirmed``) here is barred from other channels of the year."""

    id: str
    title: str
    when: str
    barred_from: tuple[str, ...]
    ground: Ground


@dataclass(frozen=True, slots=True)
class Period:
    """The days of one stage: ``MM-DD`` in the year of admission, or ``years_before`` it; both days belong to it."""

    stage: str
    opens: str
    closes: str
    years_before: int

    def days(self, year: int) -> tuple[date, date]:
        """First and last day for the admission year ``year``; a last day before the first lies in the next year.

        29 February becomes 28 February in a common year.
        """
        first = _day(year - self.years_before, self.opens)
        last = _day(year - self.years_before, self.closes)
        return first, last if last >= first else _day(year - self.years_before + 1, self.closes)


def _day(year: int, month_day: str) -> date:
    try:
        return date.fromisoformat(f"{year:04d}-{month_day}")
    except ValueError:
        return date(year, 2, 28)


@dataclass(frozen=True, slots=True)
class Opening:
    """One of the things to be published, and the stage by which it is."""

    id: str
    title: str
    stage: str
    ground: Ground


@dataclass(frozen=True, slots=True)
class Prospectus:
    """What a school's prospectus must say, and whether a charter belongs to it."""

    items: tuple[str, ...]
    needs_charter: bool
    ground: Ground


@dataclass(frozen=True, slots=True)
class Step:
    """One step of how admission goes, for people to read: who does what."""

    id: str
    title: str
    by: str
    ground: Ground
