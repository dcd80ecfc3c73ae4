"""Two stages in one sweep: files go to pools and come to a place at once, tied set by tied set.

Filing never asks what placing did, and placing only what better ranked candidates took, so both can be done while a
candidate's list is near. For ``admit_all`` and ``lottery`` without ceilings, send-backs, struck choices and
``most_seats_left``; the rest is the business of ``settling``. Both give the same where both apply.
"""

# mypy: disable-error-code="arg-type,assignment,return-value,no-any-return,call-overload,operator,untyped-decorator"
# (inside kernels a number of numpy and an int are the same thing)

from __future__ import annotations

from typing import Any

import numpy as np

from guantong.engines.matching.fast.compact import PATTERN_BITS, ROW_SHIFT, WIDTH
from guantong.engines.matching.fast.compiling import inlined, kernel, prefetch
from guantong.engines.matching.fast.openings import Tables, enter, take
from guantong.engines.matching.fast.serial import lowest_bit
from guantong.engines.matching.fast.shapes import Compact, Lists, Slices
from guantong.engines.matching.fast.targets import Held, Targets

Array = Any
"""A numpy array."""

BLOCK = 32
"""So many candidates are looked at together, in each of four steps."""
SEATED, REASSIGNED = 8, 9
_MAY_HELP, _NOTHING_OPEN = 1, 2
_NOWHERE = np.uint64(2**64 - 1)
_ZERO, _ONE, _TWO, _THREE = (np.uint64(number) for number in range(4))
# what the ring keeps of a candidate under way, eight words each
_ROW, _STOP, _PATTERN, _CHOICE, _UNIT, _PLACE, _WAY, _KIND = (np.uint64(number) for number in range(8))
_EIGHT = np.uint64(8)
_MANY = np.uint64(2 * WIDTH)  # what the record of a choice begins with from here on: wishes stand in the list


def ring() -> Array:
    """Scratch of ``file_and_place``: four blocks of candidates under way."""
    return np.empty(4 * BLOCK * 8, np.uint64)


@kernel
def file_and_place(
    lists: Lists,
    compact: Compact,
    live: Array,
    heads: Array,
    order: Array,
    follows: Array,
    earliest: int,
    tables: Tables,
    results: Array,
    ring: Array,
) -> None:
    """Filing and placing of everybody in ``order``, as ``settle`` does them; ``follows`` as in ``serial.serve``.

    ``heads``: as in ``Compact``, or of the one choice looked at; ``earliest`` is the ordinal of the first choice where
    lists have no ordinals. ``live`` (uint64, candidates): the classes that hold. ``results`` (int64, candidates): -1,
    or the position of the choice << 44, slot of the place << 12, kind << 4, and ``SEATED``, ``REASSIGNED`` or the
    number for ``sent``.

    A candidate comes in four steps, each a block of candidates ahead of the next: the list is asked for; the first
    choice with a pool that takes files is looked up and its wishes asked for; the first of them that is open is looked
    up, or of the unit; and the candidate counts. What is closed stays closed, so that nothing before what was looked up
    need be looked at again.
    """
    units, wishes = compact.units, compact.wishes
    open_pools, open_places = tables.open_pools, tables.open_places
    pools, seats = tables.pools, tables.slices
    row_offsets, rows, row_kind = compact.row_offsets, compact.rows, compact.row_kind
    numbered = len(lists.ordinals) > 0
    n, size, slots = np.uint64(len(order)), np.uint64(BLOCK), np.uint64(4 * BLOCK - 1)
    many = np.uint64(len(compact.kind_rows) - 1)
    unit_flags = np.uint64(len(tables.pool_classes)) // many
    place_flags = np.uint64(len(tables.place_class)) // many
    set_begin = _ZERO
    for block in range(_ZERO, (n + size - _ONE) // size + _THREE):
        low = min(n, block * size)
        for k in range(min(n, low + size), min(n, low + size + size)):
            prefetch(heads, np.int64(order[k]))
        for k in range(low, min(n, low + size)):
            head, slot = heads[np.uint64(order[k])], (k & slots) * _EIGHT
            row = head >> np.uint64(ROW_SHIFT)
            ring[slot + _ROW] = row
            ring[slot + _STOP] = row + ((head >> np.uint64(PATTERN_BITS)) & np.uint64(0xFFFF))
            ring[slot + _PATTERN] = head & np.uint64(2**PATTERN_BITS - 1)
            prefetch(units, np.int64(row))
            prefetch(units, np.int64(row) + 7)
        if block >= _ONE:
            low = min(n, (block - _ONE) * size)
            for k in range(low, min(n, low + size)):
                slot = (k & slots) * _EIGHT
                begin, stop, pattern = ring[slot + _ROW], ring[slot + _STOP], ring[slot + _PATTERN]
                choice = stop
                for number in range(row_offsets[pattern], row_offsets[pattern + _ONE]):
                    seen = _eight(units, begin, open_pools, np.uint64(rows[number]) * unit_flags)
                    choice = min(choice, begin + np.uint64(lowest_bit(seen)))
                ring[slot + _CHOICE] = choice
            for k in range(low, min(n, low + size)):
                slot = (k & slots) * _EIGHT
                choice = ring[slot + _CHOICE]
                prefetch(wishes, np.int64(choice * _EIGHT))
                if choice == ring[slot + _ROW] + _EIGHT:
                    prefetch(units, np.int64(choice) + 8)
                    prefetch(units, np.int64(choice) + 32)
        if block >= _TWO:
            low = min(n, (block - _TWO) * size)
            for k in range(low, min(n, low + size)):
                slot = (k & slots) * _EIGHT
                choice, stop, place, way = ring[slot + _CHOICE], ring[slot + _STOP], _NOWHERE, _ZERO
                if choice < stop and choice == ring[slot + _ROW] + _EIGHT:
                    choice = _next_open(compact, open_pools, ring[slot + _PATTERN], choice, stop, unit_flags)
                    ring[slot + _CHOICE] = choice
                    prefetch(wishes, np.int64(choice * _EIGHT))
                elif choice < stop:
                    unit, pattern = np.uint64(units[choice]), ring[slot + _PATTERN]
                    number, last = np.uint64(row_offsets[pattern]), np.uint64(row_offsets[pattern + _ONE]) - _ONE
                    while number < last and open_pools[np.uint64(rows[number]) * unit_flags + unit] == 0:
                        number += _ONE
                    row = np.uint64(rows[number])
                    kind = np.uint64(row_kind[row])
                    place, mark = _first_place(lists, wishes, choice, unit, open_places, row * place_flags)
                    pool, seat = unit * many + kind, place * many + kind
                    if (
                        place != _NOWHERE
                        and not compact.is_exact
                        and not _fits(tables, live[np.uint64(order[k])], pool, seat, mark)
                    ):
                        place = _NOWHERE
                    way = row << np.uint64(4) | mark
                    ring[slot + _UNIT], ring[slot + _KIND] = unit, kind
                ring[slot + _PLACE], ring[slot + _WAY] = place, way
            for k in range(low, min(n, low + size)):
                slot = (k & slots) * _EIGHT
                prefetch(results, np.int64(order[k]))
                kind = ring[slot + _KIND]
                prefetch(seats, np.int64((ring[slot + _PLACE] * many + kind) * np.uint64(4)))
                prefetch(pools, np.int64((ring[slot + _UNIT] * many + kind) * np.uint64(4)))
        if block < _THREE:
            continue
        low = min(n, (block - _THREE) * size)
        for k in range(low, min(n, low + size)):
            slot = (k & slots) * _EIGHT
            c, row, choice = np.uint64(order[k]), ring[slot + _ROW], ring[slot + _CHOICE]
            unit, place, way = ring[slot + _UNIT], ring[slot + _PLACE], ring[slot + _WAY]
            result, kind, mark = np.int64(-1), _ZERO, _ZERO
            if choice < ring[slot + _STOP]:
                if place != _NOWHERE:
                    number = way >> np.uint64(4)
                    is_open = np.uint64(open_places[number * place_flags + place]) | (way & np.uint64(_NOTHING_OPEN))
                    if is_open != _ZERO and open_pools[number * unit_flags + unit] != 0:
                        kind, mark = ring[slot + _KIND], way & np.uint64(15)
                if mark == _ZERO:
                    pattern = ring[slot + _PATTERN]
                    mine = compact.patterns[pattern] if compact.is_exact else live[c]
                    choice, unit, kind, place, mark = _look_further(
                        lists, compact, tables, pattern, mine, choice, ring[slot + _STOP], unit_flags, place_flags, many
                    )
                if mark != _ZERO:
                    result = np.int64(
                        (choice - row) << np.uint64(44) | place << np.uint64(12) | kind << np.uint64(4) | mark
                    )
            results[c] = result
            if k + _ONE < n and follows[k + _ONE] != 0:
                continue
            tied_set = np.int64(set_begin)
            if set_begin == k:
                if mark != _ZERO:
                    me = np.int64(c)
                    ordinal = np.int64(lists.ordinals[choice]) if numbered else np.int64(choice - row) + earliest
                    take(pools, open_pools, compact, unit, kind, me, ordinal, tied_set, many, unit_flags)
                    if mark >= np.uint64(SEATED):
                        take(seats, open_places, compact, place, kind, me, ordinal, tied_set, many, place_flags)
            else:
                for member in range(set_begin, k + _ONE):
                    me = np.int64(order[member])
                    result = results[me]
                    if result < 0:
                        continue
                    choice = (heads[np.uint64(me)] >> np.uint64(ROW_SHIFT)) + np.uint64(result >> 44)
                    kind = np.uint64((result >> 4) & 0xFF)
                    ordinal = np.int64(lists.ordinals[choice]) if numbered else (result >> 44) + earliest
                    unit, place = np.uint64(units[choice]), np.uint64((result >> 12) & 0xFFFFFFFF)
                    take(pools, open_pools, compact, unit, kind, me, ordinal, tied_set, many, unit_flags)
                    if result & 8:
                        take(seats, open_places, compact, place, kind, me, ordinal, tied_set, many, place_flags)
            set_begin = k + _ONE


@inlined
def _eight(items: Array, at: int, flags: Array, row: int) -> int:
    """One bit each for the eight of ``items`` from ``at`` on: whether it is open in the row whose flags begin at
    ``row``. Without a branch between them, and with a ninth bit where a search for the lowest ends.
    """
    seen = np.uint32(1) << np.uint32(8)
    for k in range(8):
        seen |= np.uint32(flags[row + np.uint64(items[at + np.uint64(k)])]) << np.uint32(k)
    return seen


@inlined
def _first_place(lists: Lists, wishes: Array, choice: int, unit: int, open_places: Array, row: int) -> tuple[int, int]:
    """The first place of a choice that is open in the row, and its mark as in ``results``; ``_NOWHERE`` when it takes
    more to say.
    """
    begin, end, named = np.uint64(lists.unit_offsets[unit]), np.uint64(lists.unit_offsets[unit + _ONE]), _ZERO
    if len(wishes):
        at = choice * _EIGHT
        named = np.uint64(wishes[at])
        wished = (np.uint32(2) << np.uint32(named >> _ONE)) - np.uint32(2)  # the bits of the places: not the first
        found = np.uint64(lowest_bit(_eight(wishes, at, open_places, row + begin) & wished | np.uint32(256)))
        if found < _EIGHT:
            return begin + np.uint64(wishes[at + found]), np.uint64(SEATED)
        if named >= _MANY or (named >= _TWO and named & _ONE == _ZERO):
            return _NOWHERE, _ZERO
    place = begin
    while place < end:
        seen = np.uint32(256)
        for k in range(8):
            seen |= np.uint32(open_places[row + place + np.uint64(k)]) << np.uint32(k)
        place += np.uint64(lowest_bit(seen))
        if seen != np.uint32(256):
            break
    if place >= end:
        return begin, np.uint64(_NOTHING_OPEN)
    return place, np.uint64(REASSIGNED if named >= _TWO else SEATED)


@inlined
def _fits(tables: Tables, mine: int, pool: int, seat: int, mark: int) -> bool:
    """Whether what was found in a row of all classes holds for these too."""
    if mark == np.uint64(_NOTHING_OPEN) or tables.pool_classes[pool] & mine == _ZERO:
        return False
    return (mine << _ONE) >> np.uint64(tables.place_class[seat]) & _ONE != _ZERO


@inlined
def _first_open(items: Array, at: int, end: int, flags: Array, row: int) -> int:
    """The first of ``items[at:end]`` that is open in the row, ``end`` when none is."""
    while at + _EIGHT <= np.uint64(len(items)) and at < end:
        found = np.uint64(lowest_bit(_eight(items, at, flags, row)))
        at += found
        if found < _EIGHT:
            break
    while at < end and flags[row + np.uint64(items[at])] == 0:
        at += _ONE
    return min(at, end)


@inlined
def _next_open(compact: Compact, open_pools: Array, pattern: int, choice: int, stop: int, unit_flags: int) -> int:
    """The first choice from ``choice`` on with a pool that takes files of candidates of the pattern, or ``stop``."""
    for number in range(compact.row_offsets[pattern], compact.row_offsets[pattern + _ONE]):
        stop = _first_open(compact.units, choice, stop, open_pools, np.uint64(compact.rows[number]) * unit_flags)
    return stop


@inlined
def _look_further(
    lists: Lists,
    compact: Compact,
    tables: Tables,
    pattern: int,
    mine: int,
    choice: int,
    stop: int,
    unit_flags: int,
    place_flags: int,
    many: int,
) -> tuple[int, int, int, int, int]:
    """The first choice from ``choice`` on that a pool takes: choice, unit, kind, place, mark as in ``results``; mark 0
    when there is none. Nothing is taken for granted here but that earlier choices are closed.
    """
    units, wishes, wish_offsets = compact.units, compact.wishes, lists.wish_offsets
    low_row, high_row = compact.row_offsets[pattern], compact.row_offsets[pattern + _ONE]
    while True:
        choice = _next_open(compact, tables.open_pools, pattern, choice, stop, unit_flags)
        if choice == stop:
            return choice, _ZERO, _ZERO, _ZERO, _ZERO
        unit = np.uint64(units[choice])
        begin, end = np.uint64(lists.unit_offsets[unit]), np.uint64(lists.unit_offsets[unit + _ONE])
        named, wish = _ZERO, choice * _EIGHT + _ONE
        if len(wishes):
            named = np.uint64(wishes[choice * _EIGHT])
        high, accepting = wish + (named >> _ONE), named < _TWO or named & _ONE != _ZERO
        if named >= _MANY:
            wish, high = np.uint64(wish_offsets[choice]), np.uint64(wish_offsets[choice + _ONE])
        for number in range(low_row, high_row):
            row = np.uint64(compact.rows[number])
            kind, flags = np.uint64(compact.row_kind[row]), row * place_flags
            if tables.open_pools[row * unit_flags + unit] == 0:
                continue
            if tables.pool_classes[unit * many + kind] & mine == _ZERO:
                continue
            usable = _ZERO
            for at in range(wish, high):
                if named < _MANY:
                    place = begin + np.uint64(wishes[at])
                else:
                    place = np.uint64(compact.slots[np.uint64(lists.wish_places[at])])
                fits = (mine << _ONE) >> np.uint64(tables.place_class[place * many + kind]) & _ONE
                if np.uint64(tables.open_places[flags + place]) & fits:
                    return choice, unit, kind, place, np.uint64(SEATED)
                usable |= fits
            if not accepting and usable == _ZERO:
                continue
            for place in range(begin, end):
                fits = (mine << _ONE) >> np.uint64(tables.place_class[place * many + kind])
                if np.uint64(tables.open_places[flags + place]) & fits:
                    mark = np.uint64(_MAY_HELP)
                    if accepting:
                        mark = np.uint64(REASSIGNED) if named >= _TWO else np.uint64(SEATED)
                    return choice, unit, kind, place, mark
            return choice, unit, kind, begin, np.uint64(_NOTHING_OPEN)
        choice += _ONE


@kernel
def _write_held(
    many: int, heads: Array, pool_of: Array, slice_of: Array, results: Array, filed: Held, held: Held, sent: Array
) -> None:
    """Every number is written once, in the order of candidates, so that memory is touched but once."""
    filed_choice, filed_target, filed_other = filed.choice, filed.target, filed.reassigned
    held_choice, held_target, held_other = held.choice, held.target, held.reassigned
    for c in range(len(results)):
        word = results[c]
        is_filed = word >= 0
        choice = np.int64(heads[c] >> np.uint64(ROW_SHIFT)) + (word >> 44)
        at = np.uint64(((word >> 12) & 0xFFFFFFFF) * many + ((word >> 4) & 0xFF)) if is_filed else _ZERO
        is_held = is_filed and (word & 8) != 0
        filed_choice[c] = choice if is_filed else -1
        filed_target[c] = pool_of[at] if is_filed else -1
        filed_other[c] = False
        held_choice[c] = choice if is_held else -1
        held_target[c] = slice_of[at] if is_held else -1
        held_other[c] = is_held and (word & 1) != 0
        sent[c] = 0 if is_held or not is_filed else word & 15


def write_results(
    slices: Slices, unit_offsets: Array, heads: Array, tables: Tables, results: Array, pools: Targets, targets: Targets
) -> tuple[Held, Held, Array]:
    """Results as ``settle`` writes them: where everybody is filed and held, and ``sent``."""
    n, many = len(results), len(tables.place_class) // (len(slices.offsets) - 1)
    slice_of = np.empty(len(tables.place_class), np.int32)
    slice_of[tables.slice_at] = np.arange(len(tables.slice_at), dtype=np.int32)
    pool_of_unit = np.empty(len(tables.pool_classes), np.int32)
    pool_of_unit[tables.pool_at] = np.arange(len(tables.pool_at), dtype=np.int32)
    pool_of = np.repeat(pool_of_unit.reshape(-1, many), np.diff(unit_offsets), axis=0).ravel()
    filed = Held(np.empty(n, np.int64), np.empty(n, np.int32), np.empty(n, np.bool_))
    held = Held(np.empty(n, np.int64), np.empty(n, np.int32), np.empty(n, np.bool_))
    sent = np.empty(n, np.uint8)
    _write_held(many, heads, pool_of, slice_of, results, filed, held, sent)
    enter(tables.pools, tables.pool_at, pools)
    enter(tables.slices, tables.slice_at, targets)
    return filed, held, sent
