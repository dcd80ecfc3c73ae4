"""Preference lists to flat arrays; faults with candidate and ordinal."""

from __future__ import annotations

import itertools
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from guantong.engines.matching import errors
from guantong.engines.matching.model import Choice, Place
from guantong.engines.matching.naming import Faults, at_choice, listed
from guantong.kernel.refusal import Where


@dataclass(frozen=True, slots=True)
class ChoiceRows:
    """Choices as the columns of a table, a row a choice, in any order: for long lists, nothing is made per choice.

    ``programmes`` and ``accepts`` None: no row has any. ``file`` and ``first_row`` are for naming the line of a fault.
    """

    candidates: Sequence[str]
    ordinals: Sequence[int]
    units: Sequence[str]
    programmes: Sequence[Sequence[str]] | None = None
    accepts: Sequence[bool] | None = None
    file: str | None = None
    first_row: int = 2


ChoiceInput = Mapping[str, Sequence[str | Choice]] | ChoiceRows


@dataclass(slots=True)
class ChoiceArrays:
    """The arrays of the same names in :class:`~guantong.engines.matching.model.Instance`."""

    offsets: array[int] = field(default_factory=lambda: array("q", [0]))
    units: array[int] = field(default_factory=lambda: array("i"))
    ordinals: array[int] = field(default_factory=lambda: array("i"))
    wish_offsets: array[int] = field(default_factory=lambda: array("q", [0]))
    wish_places: array[int] = field(default_factory=lambda: array("i"))
    accepts: array[int] = field(default_factory=lambda: array("b"))


@dataclass(frozen=True, slots=True)
class UnitIndex:
    """Units by id, and in each unit its places by programme code (not for ``unit: place``)."""

    by_id: Mapping[str, int]
    places: Sequence[Place]
    of_places: bool
    programmes: Sequence[Mapping[str, Sequence[int]]]


_AT_ONCE = 1 << 16


class _Reader:
    """Fills the arrays candidate by candidate."""

    def __init__(self, index: UnitIndex, faults: Faults) -> None:
        self.index = index
        self.faults = faults
        self.arrays = ChoiceArrays()
        self.counted = True
        """Every list so far is numbered 1, 2, 3, …"""
        self.count = 0
        """Choices taken so far."""
        self.waiting: list[int] = []

    def plain_list(self, row: Sequence[str]) -> bool:
        """A list of bare ids: one look-up for all of them. False, and nothing taken, when anything is wrong."""
        by_id = self.index.by_id
        try:
            found = itemgetter(*row)(by_id) if len(row) > 1 else (by_id[row[0]],)
        except (KeyError, TypeError):
            return False
        if len(set(found)) != len(found):
            return False
        self.waiting += found
        self.count += len(found)
        if len(self.waiting) > _AT_ONCE:
            self.flush()
        if not self.counted:
            self.arrays.ordinals.extend(range(1, len(row) + 1))
        self.arrays.offsets.append(self.count)
        return True

    def clean_list(self, row: Sequence[str | Choice]) -> bool:
        """A list of groups or schools numbered 1, 2, 3, … False, and nothing taken, when anything is wrong or out of
        order.
        """
        by_id, programmes = self.index.by_id, self.index.programmes
        if self.index.of_places or not self.counted:
            return False
        units: list[int] = []
        wishes: list[list[int]] = []
        for number, item in enumerate(row, start=1):
            if isinstance(item, str):
                item = Choice(item)
            unit = by_id.get(item.unit)
            if unit is None or (item.ordinal is not None and item.ordinal != number):
                return False
            known = programmes[unit]
            found: list[int] = []
            for programme in item.programmes:
                places = known.get(programme)
                if places is None:
                    return False
                found += places
            if len(set(found)) != len(found):
                return False
            units.append(unit)
            wishes.append(found)
        if len(set(units)) != len(units):
            return False
        self._enter(row, units, wishes)
        return True

    def _enter(self, row: Sequence[str | Choice], units: list[int], wishes: list[list[int]]) -> None:
        arrays = self.arrays
        self.flush()
        for here, (item, found) in enumerate(zip(row, wishes, strict=True), start=self.count):
            if found:
                self._wish(here, found)
            if not isinstance(item, str) and item.accept_reassignment:
                self._accept(here)
        arrays.units.fromlist(units)
        self.count = len(arrays.units)
        arrays.offsets.append(self.count)

    def _wish(self, here: int, places: Sequence[int]) -> None:
        """Choice number ``here`` wishes these places; choices before it that wished none get empty stretches."""
        arrays = self.arrays
        lacking = here + 1 - len(arrays.wish_offsets)
        if lacking:
            arrays.wish_offsets.extend([len(arrays.wish_places)] * lacking)
        arrays.wish_places.extend(places)
        arrays.wish_offsets.append(len(arrays.wish_places))

    def _accept(self, here: int) -> None:
        """Choice number ``here`` accepts reassignment."""
        lacking = here - len(self.arrays.accepts)
        if lacking:
            self.arrays.accepts.extend([0] * lacking)
        self.arrays.accepts.append(1)

    def no_list(self) -> None:
        """A candidate without choices."""
        self.arrays.offsets.append(self.count)

    def flush(self) -> None:
        """Units of bare lists into their array, many at a time."""
        self.arrays.units.fromlist(self.waiting)
        self.waiting = []

    def full_list(self, candidate: str, row: Sequence[str | Choice], wheres: Sequence[Where] | None = None) -> None:
        """A list with ordinals, programmes or faults, choice by choice."""
        given = [Choice(unit=item) if isinstance(item, str) else item for item in row]
        ordinals = [item.ordinal if item.ordinal is not None else number for number, item in enumerate(given, start=1)]
        order = sorted(range(len(given)), key=ordinals.__getitem__) if _are_whole(ordinals) else list(range(len(given)))
        taken: list[tuple[int, int, Choice, Where]] = []
        seen_ordinals: set[int] = set()
        seen_units: set[str] = set()
        for number in order:
            item, ordinal = given[number], ordinals[number]
            where = wheres[number] if wheres else at_choice(candidate, ordinal, item.unit)
            if isinstance(ordinal, bool) or not isinstance(ordinal, int) or not 1 <= ordinal < 2**31:
                self.faults.add(errors.BAD_ORDINAL, where, given=ordinal)
                continue
            if ordinal in seen_ordinals:
                self.faults.add(errors.DOUBLED_ORDINAL, where, candidate=candidate, ordinal=ordinal)
            seen_ordinals.add(ordinal)
            if item.unit in seen_units:
                self.faults.add(errors.DOUBLED_UNIT, where, candidate=candidate, given=item.unit)
                continue
            seen_units.add(item.unit)
            unit = self.index.by_id.get(item.unit)
            if unit is None:
                near = self.faults.nearest(item.unit, self.index.by_id)
                self.faults.add(errors.UNKNOWN_UNIT, where, given=item.unit, nearest=near)
                continue
            taken.append((unit, ordinal, item, where))
        self._take(candidate, taken)

    def _take(self, candidate: str, taken: Sequence[tuple[int, int, Choice, Where]]) -> None:
        arrays = self.arrays
        self.flush()
        if self.counted and any(ordinal != number for number, (_, ordinal, _, _) in enumerate(taken, start=1)):
            self.counted = False
            arrays.ordinals = array("i", _count_up(arrays.offsets))
        for unit, ordinal, item, where in taken:
            if item.programmes or item.accept_reassignment:
                self._wishes(candidate, unit, item, where)
            arrays.units.append(unit)
            if not self.counted:
                arrays.ordinals.append(ordinal)
        self.count = len(arrays.units)
        arrays.offsets.append(self.count)

    def _wishes(self, candidate: str, unit: int, item: Choice, where: Where) -> None:
        arrays = self.arrays
        if self.index.of_places:
            self.faults.add(errors.WISHES_NOT_ASKED, where, given=item.unit)
            return
        here = len(arrays.units)
        if item.accept_reassignment:
            self._accept(here)
        if not item.programmes:
            return
        known = self.index.programmes[unit]
        found: list[int] = []
        seen: set[str] = set()
        for programme in item.programmes:
            if programme in seen:
                self.faults.add(errors.DOUBLED_WISH, where, candidate=candidate, unit=item.unit, given=programme)
            elif programme not in known:
                near = self.faults.nearest(programme, known)
                self.faults.add(
                    errors.NOT_IN_UNIT, where, unit=item.unit, given=programme, nearest=near, known=listed(known)
                )
            else:
                found.extend(known[programme])
            seen.add(programme)
        self._wish(here, found)

    def finish(self) -> ChoiceArrays:
        """Bring the arrays of wishes to their full length, or leave them empty where nobody wished anything."""
        self.flush()
        arrays, count = self.arrays, self.count
        if len(arrays.wish_offsets) > 1:
            arrays.wish_offsets.extend([len(arrays.wish_places)] * (count + 1 - len(arrays.wish_offsets)))
        else:
            arrays.wish_offsets = array("q")
        if arrays.accepts:
            arrays.accepts.extend([0] * (count - len(arrays.accepts)))
        return arrays


def _are_whole(ordinals: Sequence[object]) -> bool:
    return all(isinstance(ordinal, int) for ordinal in ordinals)


def _count_up(offsets: array[int]) -> list[int]:
    """1, 2, 3, … for every list closed so far."""
    return [number for start, stop in itertools.pairwise(offsets) for number in range(1, stop - start + 1)]


def read_choices(given: ChoiceInput, candidates: Sequence[str], index: UnitIndex, faults: Faults) -> ChoiceArrays:
    """All lists in the order of ``candidates``; every fault is noted with candidate and ordinal (or the line of the
    table).
    """
    reader = _Reader(index, faults)
    if isinstance(given, ChoiceRows):
        _read_rows(given, candidates, reader)
        return reader.finish()
    known = set(candidates)
    for name in given:
        if name not in known:
            faults.add(errors.UNKNOWN_CANDIDATE, at_choice(name), given=name)
    for candidate in candidates:
        row = given.get(candidate, ())
        if not row:
            reader.no_list()
        elif (type(row[0]) is not str or not reader.plain_list(row)) and not reader.clean_list(row):  # type: ignore[arg-type]
            reader.full_list(candidate, row)
    return reader.finish()


def _read_rows(rows: ChoiceRows, candidates: Sequence[str], reader: _Reader) -> None:
    position = {name: number for number, name in enumerate(candidates)}
    owner: list[int] = [-1 if number is None else number for number in map(position.get, rows.candidates)]
    if -1 in owner:
        for row, number in enumerate(owner):
            if number < 0:
                name = rows.candidates[row]
                where = Where(file=rows.file, line=rows.first_row + row, value=name)
                reader.faults.add(errors.UNKNOWN_CANDIDATE, where, given=name)
    ordered = sorted(owner)
    order: list[int] | None = None if ordered == owner else sorted(range(len(owner)), key=owner.__getitem__)
    how_many = Counter(ordered)
    simple = rows.programmes is None and rows.accepts is None
    at = how_many[-1]
    counting: list[int] = []
    for number, candidate in enumerate(candidates):
        start, at = at, at + how_many[number]
        if start == at:
            reader.no_list()
            continue
        numbers = range(start, at) if order is None else order[start:at]
        if simple:
            if order is None:
                units, ordinals = rows.units[start:at], list(rows.ordinals[start:at])
            else:
                units, ordinals = [rows.units[row] for row in numbers], [rows.ordinals[row] for row in numbers]
            if len(counting) < at - start:
                counting = list(range(1, at - start + 1))
            if ordinals == counting[: at - start] and reader.plain_list(units):
                continue
        _slow_rows(rows, numbers, candidate, reader)


def _slow_rows(rows: ChoiceRows, numbers: Sequence[int], candidate: str, reader: _Reader) -> None:
    choices = [
        Choice(
            unit=rows.units[row],
            ordinal=rows.ordinals[row],
            programmes=tuple(rows.programmes[row]) if rows.programmes is not None else (),
            accept_reassignment=bool(rows.accepts[row]) if rows.accepts is not None else False,
        )
        for row in numbers
    ]
    if reader.clean_list(choices):
        return
    wheres = [
        Where(
            file=rows.file,
            line=rows.first_row + row,
            title=f"考生{candidate}第{rows.ordinals[row]}志愿",
            value=rows.units[row],
        )
        for row in numbers
    ]
    reader.full_list(candidate, choices, wheres)
