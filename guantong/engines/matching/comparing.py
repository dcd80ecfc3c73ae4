"""Two outcomes side by side: differences between implementations, persons affected by a correction, gains by group."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from guantong.engines.matching import errors
from guantong.engines.matching.model import NONE, Code, Instance, Outcome, show_number
from guantong.engines.matching.naming import listed, nearest


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One difference: ``kind`` is candidate, choice or cutoff; ``index`` the position; ``field`` what differs."""

    kind: str
    index: int
    field: str
    first: object
    second: object


def compare(first: Outcome, second: Outcome) -> tuple[Mismatch, ...]:
    """Every difference between two outcomes of one instance. Raises MTC-202 when they are not of the same lists."""
    if len(first.place) != len(second.place) or len(first.codes) != len(second.codes):
        raise errors.NOT_THE_SAME_RUN.refuse()
    found: list[Mismatch] = []
    for field in ("place", "slice", "ordinal", "reason"):
        found += _differences("candidate", field, getattr(first, field), getattr(second, field))
    found += _differences("choice", "code", first.codes, second.codes)
    if first.key_names == second.key_names:
        found += _differences("choice", "key", first.keys, second.keys)
    else:
        found += _differences("choice", "key", _named(first), _named(second))
    found += _differences("choice", "distance", first.distances, second.distances)
    if first.cutoffs != second.cutoffs:
        found += _cutoff_differences(first, second)
    return tuple(found)


def _named(outcome: Outcome) -> list[str | None]:
    return [None if key == NONE else outcome.key_names[key] for key in outcome.keys]


def _differences(kind: str, field: str, first: Iterable[object], second: Iterable[object]) -> list[Mismatch]:
    if isinstance(first, array) and isinstance(second, array) and first == second:
        return []
    return [
        Mismatch(kind, index, field, one, other)
        for index, (one, other) in enumerate(zip(first, second, strict=True))
        if one != other
    ]


def _cutoff_differences(first: Outcome, second: Outcome) -> list[Mismatch]:
    if len(first.cutoffs) != len(second.cutoffs):
        return [Mismatch("cutoff", NONE, "rows", len(first.cutoffs), len(second.cutoffs))]
    found: list[Mismatch] = []
    for index, (one, other) in enumerate(zip(first.cutoffs, second.cutoffs, strict=True)):
        for field in type(one).__dataclass_fields__:
            mine, theirs = getattr(one, field), getattr(other, field)
            if mine != theirs:
                found.append(Mismatch("cutoff", index, field, mine, theirs))
    return found


@dataclass(frozen=True, slots=True)
class Change:
    """What a correction does to one person; positions of candidate and places, ``NONE`` for no place."""

    candidate: int
    before: int
    after: int
    ordinal_before: int
    ordinal_after: int
    reason_before: Code
    reason_after: Code


def affected(before: Outcome, after: Outcome) -> tuple[Change, ...]:
    """Everybody whose place differs, in the order of candidates. Both outcomes are of the same candidates and
    places.
    """
    if len(before.place) != len(after.place):
        raise errors.NOT_THE_SAME_RUN.refuse()
    return tuple(
        Change(
            candidate=number,
            before=old,
            after=new,
            ordinal_before=before.ordinal[number],
            ordinal_after=after.ordinal[number],
            reason_before=Code(before.reason[number]),
            reason_after=Code(after.reason[number]),
        )
        for number, (old, new) in enumerate(zip(before.place, after.place, strict=True))
        if old != new
    )


@dataclass(slots=True)
class GroupGains:
    """What a change of rules does to one group: persons counted."""

    group: str
    candidates: int = 0
    placed_before: int = 0
    placed_after: int = 0
    first_before: int = 0
    """Placed by the first choice of their list."""
    first_after: int = 0
    better: int = 0
    worse: int = 0
    same: int = 0


def gains(instance: Instance, before: Outcome, after: Outcome, column: str | None = None) -> tuple[GroupGains, ...]:
    """Who gains and who loses, by the values of a column (None: everybody in one row, under an empty name).

    Better means: an earlier choice, or within a choice a place earlier in its list; any place is better than none.
    Groups are in the order of their values, those with an empty cell last. Raises MTC-203 for a column that is not
    there.
    """
    if len(before.place) != len(after.place) or len(before.place) != len(instance.candidates):
        raise errors.NOT_THE_SAME_RUN.refuse()
    if column is not None and column not in instance.columns:
        near = nearest(column, instance.columns)
        raise errors.UNKNOWN_COLUMN_FOR_GROUPS.refuse(given=column, nearest=near, known=listed(instance.columns))
    rows: dict[int, GroupGains] = {}
    values = None if column is None else instance.columns[column].values
    for candidate in range(len(instance.candidates)):
        value = NONE if values is None else values[candidate]
        row = rows.get(value)
        if row is None:
            row = rows[value] = GroupGains(_group_name(instance, column, value))
        old, new = _position(instance, before, candidate), _position(instance, after, candidate)
        row.candidates += 1
        row.placed_before += before.place[candidate] != NONE
        row.placed_after += after.place[candidate] != NONE
        row.first_before += old[0] == 0
        row.first_after += new[0] == 0
        row.better += new < old
        row.worse += new > old
        row.same += new == old
    empty = NONE if column is None else instance.columns[column].empty
    return tuple(rows[value] for value in sorted(rows, key=lambda value: (value == empty, value)))


def _group_name(instance: Instance, column: str | None, value: int) -> str:
    if column is None or value == instance.columns[column].empty:
        return ""
    texts = instance.columns[column].texts
    return show_number("", value) if texts is None else texts[value]


_NOWHERE = (2**62, 0)


def _position(instance: Instance, outcome: Outcome, candidate: int) -> tuple[int, int]:
    """How good the place is to the candidate: position of the choice, position in its list; smaller is better."""
    place = outcome.place[candidate]
    if place == NONE:
        return _NOWHERE
    if outcome.ordinal[candidate] == 0:
        return NONE, 0
    choices = instance.choices_of(candidate)
    for number, choice in enumerate(choices):
        if instance.ordinal(candidate, choice) == outcome.ordinal[candidate]:
            wishes = instance.wishes(choice)
            inside = wishes.index(place) if place in wishes else len(wishes)
            return number, inside
    raise errors.NOT_THE_SAME_RUN.refuse()
