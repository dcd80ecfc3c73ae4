"""Who may be placed where: lines, conditions, kinds of place, quotas, shares."""

from __future__ import annotations

from dataclasses import dataclass

from guantong.policy.asking.law import Answer

from ...conditions import Condition, Test
from .grounds import Ground, Number, Selector


@dataclass(frozen=True, slots=True)
class Line:
    """A control line: ``key`` at least so much, for ``who``, at ``places``, in ``batches`` (empty: all)."""

    id: str
    title: str
    key: str
    at_least: Number
    who: Condition | None
    places: Selector
    batches: tuple[str, ...]
    ground: Ground


@dataclass(frozen=True, slots=True)
class Requirement:
    """Who may be placed at ``places``."""

    id: str
    title: str
    places: Selector
    require: Condition
    batches: tuple[str, ...]
    ground: Ground


@dataclass(frozen=True, slots=True)
class Match:
    """The place's ``column`` must equal the candidate's ``attribute`` (examination category, region of origin)."""

    id: str
    title: str
    attribute: str
    column: str
    except_kinds: tuple[str, ...]
    ground: Ground

    def condition(self, value: str) -> Condition:
        """What a place with this value of the column asks of a candidate."""
        return Test(self.attribute, "equals", (value,))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of place: who may take it, and its own lines, which stand instead of lines over the same key."""

    id: str
    title: str
    who: Condition | None
    lines: tuple[Line, ...]
    ground: Ground


@dataclass(frozen=True, slots=True)
class Quota:
    """Seats of a place for some candidates (docs/dev/matching.md §4). Either ``seats`` or ``share`` is given."""

    id: str
    title: str
    places: Selector
    who: Condition
    seats: Number | None
    share: Number | None
    """A fraction of the seats, 0 to 1."""
    kind: str
    order: str
    unfilled_to: str
    lines: tuple[Line, ...]
    batches: tuple[str, ...]
    ground: Ground


@dataclass(frozen=True, slots=True)
class Measure:
    """Something counted: ``seats`` of places, ``admitted`` candidates, or an entered ``figure``."""

    count: str
    figure: str | None
    places: Selector
    who: Condition | None


@dataclass(frozen=True, slots=True)
class Share:
    """A share to be kept: ``numerator`` over ``denominator`` (None: the number itself), held against a parameter."""

    id: str
    title: str
    numerator: Measure
    denominator: Measure | None
    answer: Answer
    ground: Ground
