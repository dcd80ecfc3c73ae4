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

from guantong.engines.matching.fast.compiling import inlined, kernel, prefetch
from guantong.engines.matching.fast.serial import first_open
from guantong.engines.matching.fast.store import Lists, Slices
from guantong.engines.matching.fast.targets import Held, Targets

Array = Any
"""A numpy array."""

AHEAD = 32
GUESS = 16
SEATED, REASSIGNED = 8, 9
"""So many candidates ahead it is guessed which choice will take the file, to fetch what it wishes."""


@kernel
def gather_rows(first: Array, end: Array, bits: Array, rows: Array) -> None:
    """What is kept of every candidate, side by side in half a cache line (int64, candidates × 4): first choice << 16
    | number of choices, bits, and room for two words of the result, -1 until the candidate comes.
    """
    asked = bits.shape[1] > 0
    for c in range(len(first)):
        rows[c, 0] = (first[c] << 16) | (end[c] - first[c])
        rows[c, 1] = np.int64(bits[c, 0]) if asked else np.int64(0)
        rows[c, 2] = -1
        rows[c, 3] = -1


@kernel
def file_and_place(
    lists: Lists,
    slices: Slices,
    order: Array,
    follows: Array,
    rows: Array,
    pools: Targets,
    records: Array,
    open_units: Array,
    kind_member: Array,
    last_set: Array,
    guesses: Array,
) -> None:
    """Filing and placing of everybody in ``order``, as ``settle`` does them; ``follows`` as in ``serial.serve``.

    A result in ``rows`` is -1 without a file, else position of the choice << 40, pool << 4, ``SEATED``,
    ``REASSIGNED`` or the number for ``sent``; and the slice. ``open_units`` (uint32, kinds × bits of units): whether
    the pool of a kind (0 ordinary, 1 + quota) takes files; ``kind_member`` (uint64): the bit of those whose kind it
    is, 0 for all. ``records`` (int64, slices × 8, a cache line each): need, forbid, seats left, 2 × pool + 1 where
    there are seats at all, last, its ordinal, the tied set of the last. ``last_set`` (int64, -1, pools) and
    ``guesses`` are scratch.
    """
    units, ordinals = lists.choice_units, lists.ordinals
    wish_offsets, wish_places, accepts = lists.wish_offsets, lists.wish_places, lists.accepts
    unit_offsets, unit_places = lists.unit_offsets, lists.unit_places
    slice_offsets, pool_offsets, pool_need = slices.offsets, slices.pool_offsets, slices.pool_need
    asked = slices.bits.shape[1] > 0
    files = pools.left
    wishes, may_accept, numbered = len(wish_offsets) > 0, len(accepts) > 0, len(ordinals) > 0
    n, ring = len(order), len(guesses)
    begin = 0
    for k in range(n):
        if k + 2 * AHEAD < n:
            prefetch(rows, 4 * np.int64(order[k + 2 * AHEAD]))
        if k + AHEAD < n:
            later = order[k + AHEAD]
            prefetch(units, rows[later, 0] >> 16)
            prefetch(units, (rows[later, 0] >> 16) + 12)
        if wishes:
            if k + GUESS < n:
                later = order[k + GUESS]
                from_here = rows[later, 0] >> 16
                until = from_here + (rows[later, 0] & 0xFFFF)
                guess = first_open(units, from_here, until, open_units[0])
                if guess < until:
                    prefetch(wish_offsets, guess)
                else:
                    guess = np.int64(-1)
                guesses[(k + GUESS) % ring] = guess
            if k + GUESS // 2 < n and k >= GUESS:
                guess = guesses[(k + GUESS // 2) % ring]
                if guess >= 0:
                    prefetch(wish_places, wish_offsets[guess])
            if k + GUESS // 4 < n and k >= GUESS:
                guess = guesses[(k + GUESS // 4) % ring]
                if guess >= 0 and wish_offsets[guess] < len(wish_places):
                    prefetch(records, 8 * np.int64(slice_offsets[wish_places[wish_offsets[guess]]]))
        c = order[k]
        start, mine = rows[c, 0] >> 16, np.uint64(rows[c, 1])
        stop_at = start + (rows[c, 0] & 0xFFFF)
        choice, pool = start, np.int64(-1)
        unit = np.uint32(0)
        while True:
            near = first_open(units, choice, stop_at, open_units[0])
            for kind in range(1, len(kind_member)):
                if mine & kind_member[kind]:
                    near = min(near, first_open(units, choice, near, open_units[kind]))
            choice = near
            if choice >= stop_at:
                break
            unit = np.uint32(units[choice])
            for number in range(pool_offsets[unit], pool_offsets[unit + np.uint32(1)]):
                if files[number] <= 0 or (asked and (mine & pool_need[number, 0]) != pool_need[number, 0]):
                    continue
                if _has_seat_in_list(
                    choice,
                    unit,
                    number,
                    mine,
                    wishes,
                    may_accept,
                    wish_offsets,
                    wish_places,
                    accepts,
                    unit_offsets,
                    unit_places,
                    slice_offsets,
                    records,
                ):
                    pool = np.int64(number)
                    break
            if pool >= 0:
                break
            choice += 1
        seated, mark = np.int64(-1), np.int64(0)
        if pool >= 0:
            low, high = np.int64(0), np.int64(0)
            if wishes:
                low, high = wish_offsets[choice], wish_offsets[choice + 1]
            named = high > low
            for row in range(low, high):
                seated = _open_slice(wish_places[row], pool, mine, slice_offsets, records)
                if seated >= 0:
                    mark = np.int64(SEATED)
                    break
            if seated < 0:
                mark = np.int64(2)
                for row in range(unit_offsets[unit], unit_offsets[unit + np.uint32(1)]):
                    other = _open_slice(unit_places[row], pool, mine, slice_offsets, records)
                    if other >= 0:
                        if not named or (may_accept and accepts[choice] != 0):
                            seated = other
                            mark = np.int64(REASSIGNED if named else SEATED)
                        else:
                            mark = np.int64(1)
                        break
        rows[c, 2] = -1 if pool < 0 else ((choice - start) << 40) | (pool << 4) | mark
        rows[c, 3] = seated
        if k + 1 < n and follows[k + 1]:
            continue
        for member in range(begin, k + 1):
            c = order[member]
            word = rows[c, 2]
            if word < 0:
                continue
            pool = (word >> 4) & 0xFFFFFFFFF
            choice = (rows[c, 0] >> 16) + (word >> 40)
            ordinal = np.int64(ordinals[choice]) if numbered else choice - lists.choice_offsets[c] + 1
            _take(pools, last_set, begin, c, pool, ordinal)
            if files[pool] <= 0:
                unit = np.uint32(units[choice])
                kind = slices.pool_quota[pool] + 1
                open_units[kind, unit >> np.uint32(5)] &= ~(np.uint32(1) << (unit & np.uint32(31)))
            number = rows[c, 3]
            if number >= 0:
                records[number, 2] -= 1
                if records[number, 6] != begin:
                    records[number, 6] = begin
                    records[number, 4] = c
                    records[number, 5] = ordinal
                elif ordinal > records[number, 5]:
                    records[number, 5] = ordinal
        begin = k + 1


@kernel
def write_results(rows: Array, records: Array, targets: Targets, filed: Held, held: Held, sent: Array) -> None:
    """Results as ``settle`` writes them."""
    for number in range(len(records)):
        taken = targets.start[number] - records[number, 2]
        targets.left[number], targets.taken[number] = records[number, 2], taken
        if taken > 0:
            targets.last[number], targets.last_ordinal[number] = records[number, 4], records[number, 5]
    for c in range(len(rows)):
        word = rows[c, 2]
        if word < 0:
            continue
        choice, mark = (rows[c, 0] >> 16) + (word >> 40), word & 15
        filed.choice[c] = choice
        filed.target[c] = (word >> 4) & 0xFFFFFFFFF
        if mark >= SEATED:
            held.choice[c] = choice
            held.target[c] = rows[c, 3]
            held.reassigned[c] = mark == REASSIGNED
        else:
            sent[c] = mark


@inlined
def _take(targets: Targets, last_set: Array, tied_set: int, candidate: int, number: int, ordinal: int) -> None:
    if last_set[number] != tied_set:
        last_set[number] = tied_set
        targets.last[number] = candidate
        targets.last_ordinal[number] = ordinal
    elif ordinal > targets.last_ordinal[number]:
        targets.last_ordinal[number] = ordinal
    targets.left[number] -= 1
    targets.taken[number] += 1


@inlined
def _open_slice(place: int, pool: int, mine: int, slice_offsets: Array, records: Array) -> int:
    """The place's slice in the pool if it is live and has an open seat, else -1."""
    found = np.int64(-1)
    for number in range(slice_offsets[place], slice_offsets[place + 1]):
        if (
            records[number, 3] >> 1 == pool
            and records[number, 2] > 0
            and (mine & np.uint64(records[number, 0])) == np.uint64(records[number, 0])
            and (mine & np.uint64(records[number, 1])) == np.uint64(0)
        ):
            found = np.int64(number)
            break
    return found


@inlined
def _has_seat(place: int, pool: int, mine: int, slice_offsets: Array, records: Array) -> bool:
    """Whether the place's slice in the pool is live and had seats before anybody came."""
    found = False
    for number in range(slice_offsets[place], slice_offsets[place + 1]):
        if (
            records[number, 3] == 2 * pool + 1
            and (mine & np.uint64(records[number, 0])) == np.uint64(records[number, 0])
            and (mine & np.uint64(records[number, 1])) == np.uint64(0)
        ):
            found = True
            break
    return found


@inlined
def _has_seat_in_list(
    choice: int,
    unit: int,
    pool: int,
    mine: int,
    wishes: bool,
    may_accept: bool,
    wish_offsets: Array,
    wish_places: Array,
    accepts: Array,
    unit_offsets: Array,
    unit_places: Array,
    slice_offsets: Array,
    records: Array,
) -> bool:
    """Whether the list of the choice has a live slice with a seat in the pool."""
    named, found = False, False
    if wishes:
        for row in range(wish_offsets[choice], wish_offsets[choice + 1]):
            named = True
            if _has_seat(wish_places[row], pool, mine, slice_offsets, records):
                found = True
                break
    if not found and (not named or (may_accept and accepts[choice] != 0)):
        for row in range(unit_offsets[unit], unit_offsets[unit + np.uint32(1)]):
            if _has_seat(unit_places[row], pool, mine, slice_offsets, records):
                found = True
                break
    return found
