"""The rules of a run as frozen values; `docs/dev/matching.md` section 2 says what each means.

Numbers are whole thousandths of a point unless said otherwise; shares and the ratio are exact fractions. Everything is
hashable and compares by value, so rules can be kept, varied and compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Mechanism = Literal["parallel", "sequential", "deferred_acceptance"]
Unit = Literal["place", "group", "school"]
Ties = Literal["admit_all", "reject_all", "lottery"]
Stages = Literal["one", "two"]
Reassignment = Literal["order_of_places", "most_seats_left"]
Missing = Literal["refuse", "last"]
Operator = Literal["equals", "not_equals", "in", "not_in", "at_least", "at_most", "present"]

PLACE_COLUMNS = ("place_id", "school", "group", "programme", "kind")
"""Columns of a place that a selector may ask for."""


@dataclass(frozen=True, slots=True)
class Selector:
    """Which places: for each named column one of the values. No columns: every place."""

    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """``key`` of the candidate compared with ``values`` (one value except for ``in`` and ``not_in``).

    ``texts`` are the values as text, ``numbers`` the same in thousandths where they read as numbers (else None).
    Against a column of numbers ``numbers`` count, against a column of texts ``texts``. ``present`` has the text
    ``true`` or ``false``. A missing cell equals nothing and is neither at least nor at most anything.
    """

    key: str
    operator: Operator
    texts: tuple[str, ...]
    numbers: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds (true when there are none)."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least ``count`` of the parts hold."""

    count: int
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


Condition = Comparison | AllOf | AnyOf | AtLeast | Not


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One column of the order; the better is the larger value when ``descending``."""

    key: str
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A control line: ``key`` at least ``at_least`` (thousandths), at the places selected, for those in ``who`` (None:
    all).
    """

    id: str
    key: str
    at_least: int
    places: Selector = Selector()
    who: Condition | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """A condition of places: who may be placed there."""

    id: str
    require: Condition
    places: Selector = Selector()


@dataclass(frozen=True, slots=True)
class Quota:
    """Seats of a place kept for some, or a ceiling on them; section 4 of the page.

    Exactly one of ``seats`` (a number) and ``share`` (of the place's seats, rounded down) is set. ``before`` says
    whether members use the kept seats before the ordinary ones. ``unfilled_to``: ``ordinary``, ``none`` or the id of
    another quota.
    """

    id: str
    kind: Literal["floor", "exact", "ceiling"]
    who: Condition
    places: Selector = Selector()
    seats: int | None = None
    share: Fraction | None = None
    before: bool = True
    unfilled_to: str = "ordinary"
    lines: tuple[Line, ...] = ()

    def seats_of(self, seats: int) -> int:
        """How many seats this means at a place with ``seats`` seats."""
        if self.share is not None:
            return seats * self.share.numerator // self.share.denominator
        return self.seats or 0


@dataclass(frozen=True, slots=True)
class Weighting:
    """Priority at the places selected: the sum of column × weight; weights in whole thousandths."""

    places: Selector
    keys: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Floor:
    """The line of a supplementary round; numbers in thousandths."""

    key: str
    at_least: int
    step: int = 0


@dataclass(frozen=True, slots=True)
class Round:
    """The number of the round (1: the first) and the line of rounds after the first."""

    number: int = 1
    floor: Floor | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything a run obeys. Made by ``read_rules``; made by hand only in tests, where nothing is checked."""

    mechanism: Mechanism
    unit: Unit
    order: tuple[OrderKey, ...]
    ties: Ties
    lottery_seed: str | None = None
    ratio: Fraction = Fraction(1)
    one_shot: bool = False
    stages: Stages = "one"
    reassignment: Reassignment = "order_of_places"
    missing: Missing = "refuse"
    lines: tuple[Line, ...] = ()
    conditions: tuple[Requirement, ...] = ()
    quotas: tuple[Quota, ...] = ()
    weights: tuple[Weighting, ...] = ()
    round: Round = Round()
    full_marks: tuple[tuple[str, int], ...] = ()

    @property
    def all_lines(self) -> tuple[Line, ...]:
        """``lines``, then the line of a supplementary round under the id ``round_floor`` where there is one."""
        floor = self.round.floor
        if floor is None or self.round.number < 2:
            return self.lines
        at_least = floor.at_least - floor.step * (self.round.number - 1)
        return (*self.lines, Line(id="round_floor", key=floor.key, at_least=at_least))

    def lines_of_seats(self, quota: Quota | None) -> tuple[Line, ...]:
        """The lines for ordinary seats (None), or for the seats of ``quota``: its own replace those of the same key."""
        if quota is None or not quota.lines:
            return self.all_lines
        own = {line.key for line in quota.lines}
        return (*(line for line in self.all_lines if line.key not in own), *quota.lines)
