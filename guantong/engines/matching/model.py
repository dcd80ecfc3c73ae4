"""What goes into a run and what comes out of it: flat arrays under names. No numpy here; the arrays can be wrapped
without copying.

Every array is an ``array.array``: ``'i'`` whole numbers of 32 bits, ``'q'`` of 64 bits, ``'B'``/``'b'``/``'h'`` small
ones. ``numpy.frombuffer(instance.choice_units, dtype=numpy.int32)`` reads the same store. Indices point into
``places``, ``units`` and ``candidates`` in the order given. The meaning of everything is in ``docs/dev/matching.md``.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from functools import cached_property

from guantong.engines.matching.ruleset import (
    AllOf,
    AnyOf,
    AtLeast,
    Comparison,
    Condition,
    Floor,
    Line,
    Not,
    OrderKey,
    Quota,
    Requirement,
    Round,
    Rules,
    Selector,
    Weighting,
)

__all__ = [
    "MISSING",
    "NONE",
    "PRIORITY_SCALE",
    "AllOf",
    "AnyOf",
    "AtLeast",
    "Choice",
    "Code",
    "Column",
    "Comparison",
    "Condition",
    "Cutoff",
    "Floor",
    "Instance",
    "Line",
    "Not",
    "OrderKey",
    "Outcome",
    "Place",
    "Quota",
    "Requirement",
    "Round",
    "Rules",
    "Selector",
    "Verdict",
    "Weighting",
    "key_names",
    "show_number",
]

MISSING = -(2**63)
"""An empty cell in a column of numbers."""
NONE = -1
"""No place, no slice, no key, no distance."""
PRIORITY_SCALE = 1000
"""A place's own priority is kept in millionths of a point: thousandths of a score × thousandths of a weight (a score
counts 1).
"""
LARGEST_DISTANCE = 2**31 - 1
"""Distances beyond this are cut to it."""


class Code(IntEnum):
    """What a choice, or a candidate, came to. The name in lower case is what files and pages carry."""

    ADMITTED = 1
    ADMITTED_REASSIGNED = 2
    ADMITTED_OVER_PLAN = 3
    PLACED_HIGHER = 4
    NOT_ELIGIBLE = 5
    BELOW_LINE = 6
    NO_SEATS = 7
    BELOW_CUTOFF = 8
    LOST_TIE = 9
    QUOTA_FULL = 10
    SENT_BACK_PROGRAMMES = 11
    SENT_BACK_FULL = 12
    SENT_BACK_BY_SCHOOL = 13
    FILE_USED = 14
    SERVED_EARLIER = 15
    PLACED_BEFORE = 16
    NO_CHOICES = 17
    NOT_PLACED = 18

    @property
    def label(self) -> str:
        """The code as written in files: ``below_cutoff``."""
        return self.name.lower()


ADMITTING = frozenset({Code.ADMITTED, Code.ADMITTED_REASSIGNED, Code.ADMITTED_OVER_PLAN})
SENT_BACK = frozenset({Code.SENT_BACK_PROGRAMMES, Code.SENT_BACK_FULL, Code.SENT_BACK_BY_SCHOOL})


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the plan: a programme of a school (and group) of one kind, with its seats."""

    id: str
    school: str = ""
    group: str = ""
    programme: str = ""
    kind: str = "ordinary"
    seats: int = 0

    def column(self, name: str) -> str:
        """The value a selector compares: ``place_id``, ``school``, ``group``, ``programme`` or ``kind``."""
        return str(getattr(self, "id" if name == "place_id" else name))


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice as a person names it. ``ordinal`` None: its position in the list. ``programmes`` empty: any."""

    unit: str
    ordinal: int | None = None
    programmes: tuple[str, ...] = ()
    accept_reassignment: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column over the candidates.

    Of numbers: ``values`` is ``array('q')`` of thousandths, ``MISSING`` where empty, and ``texts`` is None.
    Of texts: ``values`` is ``array('i')`` of positions in ``texts`` (distinct, sorted by code point), ``NONE`` where
    empty.
    """

    values: array[int]
    texts: tuple[str, ...] | None = None

    @property
    def of_numbers(self) -> bool:
        """True for a column of numbers."""
        return self.texts is None

    @property
    def empty(self) -> int:
        """The value that says "missing" in this column."""
        return MISSING if self.texts is None else NONE


@dataclass(frozen=True)
class Instance:
    """One run's whole input. Made by ``build_instance``, which refuses what does not hang together.

    Choices of candidate ``c`` stand at ``choice_offsets[c]`` to ``choice_offsets[c + 1]``, best first. Where a choice
    wishes programmes, its places (indices) stand at ``wish_offsets[j]`` to ``wish_offsets[j + 1]`` of ``wish_places``,
    in order and without repetition; an empty stretch wishes any place of the unit in the order of places.
    """

    rules: Rules
    places: tuple[Place, ...]
    units: tuple[str, ...]
    """Ids of what a choice may name, in the order their first place is given; for ``unit: place`` the ids of the
    places.
    """
    unit_of_place: array[int]
    """``'i'``, a unit for each place."""
    unit_offsets: array[int]
    """``'i'``, one more than units; into ``unit_places``."""
    unit_places: array[int]
    """``'i'``, places of each unit in the order given."""
    candidates: tuple[str, ...]
    columns: Mapping[str, Column]
    choice_offsets: array[int]
    """``'q'``, one more than candidates."""
    choice_units: array[int]
    """``'i'``, the unit of each choice."""
    ordinals: array[int]
    """``'i'``, the ordinal of each choice; empty when every list is numbered 1, 2, 3, …"""
    wish_offsets: array[int]
    """``'q'``, one more than choices; empty when no choice wishes programmes."""
    wish_places: array[int]
    """``'i'``."""
    accepts: array[int]
    """``'b'``, 1 where the choice accepts reassignment; empty when none does."""
    score_offsets: array[int]
    """``'q'``, one more than candidates; empty without scores. Scores of a candidate stand in the order of places."""
    score_places: array[int]
    """``'i'``."""
    score_values: array[int]
    """``'q'``, thousandths."""
    send_back_candidates: array[int]
    """``'i'``, sorted by candidate, then place; the same for the two arrays that follow."""
    send_back_places: array[int]
    send_back_reasons: array[int]
    """``'i'``, into ``reasons``."""
    fixed_candidates: array[int]
    """``'i'``, in the order given; with ``fixed_places`` a place each already holds."""
    fixed_places: array[int]
    reasons: tuple[str, ...] = ()
    """Ids of the reasons of send-backs, in order of first appearance."""

    def ordinal(self, candidate: int, choice: int) -> int:
        """The ordinal of choice number ``choice`` (an index into ``choice_units``) of ``candidate``."""
        return self.ordinals[choice] if self.ordinals else choice - self.choice_offsets[candidate] + 1

    def choices_of(self, candidate: int) -> range:
        """Indices of the candidate's choices, best first."""
        return range(self.choice_offsets[candidate], self.choice_offsets[candidate + 1])

    def places_of_unit(self, unit: int) -> array[int]:
        """Places of a unit in the order given."""
        return self.unit_places[self.unit_offsets[unit] : self.unit_offsets[unit + 1]]

    def wishes(self, choice: int) -> array[int]:
        """Places wished by a choice in order; all places of the unit when it wishes any."""
        if self.wish_offsets:
            start, stop = self.wish_offsets[choice], self.wish_offsets[choice + 1]
            if stop > start:
                return self.wish_places[start:stop]
        return self.places_of_unit(self.choice_units[choice])

    def accepts_reassignment(self, choice: int) -> bool:
        """Whether the choice accepts another place of its unit."""
        return bool(self.accepts) and bool(self.accepts[choice])

    @cached_property
    def candidate_index(self) -> dict[str, int]:
        """Position of each candidate id."""
        return {name: number for number, name in enumerate(self.candidates)}

    @cached_property
    def place_index(self) -> dict[str, int]:
        """Position of each place id."""
        return {place.id: number for number, place in enumerate(self.places)}

    @cached_property
    def scored_places(self) -> frozenset[int]:
        """Places with scores of their own: their priority is that score before the order keys."""
        return frozenset(self.score_places)

    @cached_property
    def key_names(self) -> tuple[str, ...]:
        """What ``Outcome.keys`` points into; the same for every implementation."""
        return key_names(self.rules, self.reasons)


def key_names(rules: Rules, reasons: tuple[str, ...]) -> tuple[str, ...]:
    """Every name a verdict's key may carry, each once: order, lottery, ties, ordinal, lines, conditions, quotas,
    reasons.
    """
    names: dict[str, None] = dict.fromkeys(("priority", "lottery", "ties", "ordinal"))
    names.update(dict.fromkeys(key.key for key in rules.order))
    names.update(dict.fromkeys(line.id for line in rules.all_lines))
    names.update(dict.fromkeys(line.id for quota in rules.quotas for line in quota.lines))
    names.update(dict.fromkeys(condition.id for condition in rules.conditions))
    names.update(dict.fromkeys(quota.id for quota in rules.quotas))
    names.update(dict.fromkeys(reasons))
    return tuple(names)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one choice: code, the key that decided, and how far (thousandths, ranks or an ordinal; section
    6).
    """

    code: Code
    key: str | None = None
    distance: int | None = None


@dataclass(frozen=True, slots=True)
class Cutoff:
    """The last admitted of a unit's or a place's seats, in a sequential run at one ordinal.

    ``place`` None: the row of the unit; in two stages its vector is that of the last file sent. ``slice``: ``ordinary``
    or the id of a quota. ``names`` and ``values`` are the key vector: thousandths, texts, None for a missing value;
    under ``priority`` millionths, under ``lottery`` the number drawn. Seats that a tied set closed before anybody got
    one carry the vector of that set; else the vector is empty when nobody was admitted by rank.

    A sequential run has a row for each ordinal at which somebody got a seat (a file was sent) or a tied set closed the
    seats, in order, and one without ordinal where neither ever happened. ``seats`` are the open ones (after fixed
    placements and overflow; in a sequential run when the ordinal began), ``admitted`` and ``filed`` count this run's
    candidates, in a sequential run those of the ordinal.
    """

    unit: str
    place: str | None
    slice: str
    names: tuple[str, ...]
    values: tuple[int | str | None, ...]
    ordinal: int | None
    """Of the last admitted, the largest among those tied; in a sequential run that of the row."""
    seats: int
    admitted: int
    filed: int
    left: int
    """Of ``seats`` those still open after it; none where a tied set closed them."""
    full: bool
    """Somebody eligible was turned away; in a sequential run at this ordinal, or after it and before that of the next
    row (the first row counts those before it too)."""

    @property
    def is_of_closing(self) -> bool:
        """Whether the vector is that of a tied set which closed the seats before anybody got one."""
        return bool(self.names) and not self.filed

    def shown(self) -> tuple[str, ...]:
        """The vector as written in files: points as decimals, empty for a missing value."""
        return tuple(show_number(name, value) for name, value in zip(self.names, self.values, strict=True))


def show_number(name: str, value: int | str | None) -> str:
    """A value of a key vector in points: ``512.5``; lottery numbers and texts as they are; empty when missing."""
    if value is None:
        return ""
    if isinstance(value, str) or name == "lottery":
        return str(value)
    text = format(Decimal(value).scaleb(-6 if name == "priority" else -3), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class Outcome:
    """One run's whole result; arrays over candidates and over choices."""

    place: array[int]
    """``'i'`` over candidates: the place, or ``NONE``."""
    slice: array[int]
    """``'h'`` over candidates: 0 ordinary, ``1 + q`` the seats of ``rules.quotas[q]``, ``NONE`` without place."""
    ordinal: array[int]
    """``'i'`` over candidates: the ordinal of the choice that holds, 0 without place."""
    reason: array[int]
    """``'B'`` over candidates: a :class:`Code`."""
    codes: array[int]
    """``'B'`` over choices: a :class:`Code`."""
    keys: array[int]
    """``'h'`` over choices: into ``key_names``, or ``NONE``."""
    distances: array[int]
    """``'i'`` over choices: how far, or ``NONE``; at most ``LARGEST_DISTANCE``."""
    key_names: tuple[str, ...]
    cutoffs: tuple[Cutoff, ...]
    runs: int = field(default=1, compare=False)
    """How often the run was made, overflow and strikes counted; a figure, no part of the result."""

    def verdict(self, choice: int) -> Verdict:
        """The verdict of a choice (an index into ``choice_units``)."""
        key, distance = self.keys[choice], self.distances[choice]
        return Verdict(
            Code(self.codes[choice]),
            None if key == NONE else self.key_names[key],
            None if distance == NONE else distance,
        )

    def verdicts(self, choices: range) -> Iterator[Verdict]:
        """The verdicts of a stretch of choices, as ``instance.choices_of(candidate)`` gives it."""
        return map(self.verdict, choices)
