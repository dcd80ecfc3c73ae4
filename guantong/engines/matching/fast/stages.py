"""Two stages in one sweep: files go to pools and come to a place at once, tied set by tied set.

Filing never asks what placing did, and placing only what better ranked candidates took, so both can be done while a
candidate's list is near. For ``admit_all`` and ``lottery`` without ceilings, send-backs, struck choices and
``most_seats_left``; the rest is the business of ``settling``. Both give the same where both apply.

A *kind* is 0 for ordinary slices and pools, 1 + quota for kept ones. What is asked most stands in tables by place (or
unit) and kind, flat, ``place * kinds + kind``, and in bits that stay next to the processor.
"""

# mypy: disable-error-code="arg-type,assignment,return-value,no-any-return,call-overload,operator,untyped-decorator"
# (inside kernels a number of numpy and an int are the same thing)

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from guantong.engines.matching.fast.compiling import inlined, kernel, prefetch
from guantong.engines.matching.fast.serial import BLOCK, GLANCE, first_open, glance
from guantong.engines.matching.fast.shapes import Lists, Slices
from guantong.engines.matching.fast.targets import Held, Targets

Array = Any
"""A numpy array."""

SEATED, REASSIGNED = 8, 9
_LEFT, _LAST, _ORDINAL, _SET = range(4)


class Tables(NamedTuple):
    """What filing and placing ask, by place or unit and kind."""

    kinds: Array  # int64: the kinds in the order in which a candidate comes to them
    kind_classes: Array  # uint64, kinds: the classes (``Slices.of_class`` + 1, as bits) of their slices with seats
    place_class: Array  # uint8, places × kinds: class + 1 of the slice, 0 where none has seats
    pool_classes: Array  # uint64, units × kinds: the classes of the pool's slices with seats
    open_places: Array  # uint32, kinds × bits of places: seats left
    open_units: Array  # uint32, kinds × bits of units: the pool takes files
    slices: Array  # int32, (places × kinds, 4): left, last, its ordinal, the tied set of the last
    pools: Array  # int32, (units × kinds, 4): the same


def tables_of(slices: Slices, seats: Array, files: Array) -> Tables:
    """The tables of a step that begins with these open ``seats`` (slices) and ``files`` (pools)."""
    kinds = 2 + int(slices.pool_quota.max(initial=-1))
    places, units = len(slices.offsets) - 1, len(slices.pool_offsets) - 1
    slice_at, pool_at = slots_of(slices, kinds)
    has_seats = seats > 0
    place_class = np.zeros(places * kinds, np.uint8)
    place_class[slice_at] = np.where(has_seats, slices.of_class + 1, 0)
    bit = np.where(has_seats, np.uint64(1) << (slices.of_class + 1).astype(np.uint64), np.uint64(0))
    pool_classes, kind_classes = np.zeros(units * kinds, np.uint64), np.zeros(kinds, np.uint64)
    np.bitwise_or.at(pool_classes, pool_at[slices.pool], bit)
    np.bitwise_or.at(kind_classes, slices.quota + 1, bit)
    return Tables(
        slices.kind_order,
        kind_classes,
        place_class,
        pool_classes,
        _bits(slice_at[has_seats], places, kinds),
        _bits(pool_at[files > 0], units, kinds),
        _records(slice_at, seats, places * kinds),
        _records(pool_at, files, units * kinds),
    )


def slots_of(slices: Slices, kinds: int) -> tuple[Array, Array]:
    """Where each slice and each pool stands in the tables."""
    unit = np.repeat(np.arange(len(slices.pool_offsets) - 1), np.diff(slices.pool_offsets))
    return slices.place.astype(np.int64) * kinds + slices.quota + 1, unit * kinds + slices.pool_quota + 1


def _bits(at: Array, rows: int, kinds: int) -> Array:
    flags = np.zeros((kinds, (rows // 32 + 1) * 32), np.bool_)
    flags[at % kinds, at // kinds] = True
    return np.packbits(flags, axis=1, bitorder="little").view(np.uint32)


def _records(at: Array, left: Array, rows: int) -> Array:
    records = np.zeros((rows, 4), np.int32)
    records[at, _LEFT] = left
    records[:, _SET] = -1
    return records


@kernel
def file_and_place(
    lists: Lists,
    live: Array,
    order: Array,
    follows: Array,
    first: Array,
    end: Array,
    tables: Tables,
    results: Array,
    ring: Array,
) -> None:
    """Filing and placing of everybody in ``order``, as ``settle`` does them; ``follows`` as in ``serial.serve``.

    ``first`` and ``end`` bound each candidate's choices. ``live`` (uint64, candidates): the classes that hold.
    ``results`` (int64, candidates), -1 at first: position of the choice << 44, place << 12, kind << 4, and
    ``SEATED``, ``REASSIGNED`` or the number for ``sent``. ``ring`` (uint64, 4 × ``BLOCK`` rows) is scratch.

    A candidate comes in four steps, each a block of candidates ahead of the next: the list is asked for; the first
    choice whose pool takes files is looked up, and what it wishes asked for; so are the places wished; and then it
    counts. Pools only ever close, so that no choice before the one looked up need be looked at again.
    """
    units, offsets = lists.choice_units, lists.choice_offsets
    wish_offsets, wish_places, accepts = lists.wish_offsets, lists.wish_places, lists.accepts
    unit_offsets, unit_places = lists.unit_offsets, lists.unit_places
    kinds, place_class, open_places = tables.kinds, tables.place_class, tables.open_places
    wishes, may_accept, numbered = len(wish_offsets) > 0, len(accepts) > 0, len(lists.ordinals) > 0
    ordinary = tables.open_units[0]
    n, size, slots = np.uint64(len(order)), np.uint64(BLOCK), np.uint64(4 * BLOCK - 1)
    zero, one, two, three = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3)
    many = np.uint64(len(tables.kind_classes))
    set_begin = zero
    for block in range(zero, (n + size - one) // size + three):
        low = min(n, block * size)
        for k in range(low, min(n, low + size)):
            if k + size < n:
                later = np.int64(order[k + size])
                prefetch(first, later)
                prefetch(live, later)
        for k in range(low, min(n, low + size)):
            c, slot = np.uint64(order[k]), k & slots
            row = np.uint64(first[c])
            ring[slot, zero], ring[slot, one], ring[slot, three] = row, np.uint64(end[c]), live[c] << one
            prefetch(units, np.int64(row))
            prefetch(units, np.int64(row) + (GLANCE - 1))
        if block < one:
            continue
        low = min(n, (block - one) * size)
        for k in range(low, min(n, low + size)):
            slot = k & slots
            guess, stop, mine = ring[slot, zero], ring[slot, one], ring[slot, three]
            if (mine & tables.kind_classes[zero]) == zero:
                guess = stop
            else:
                guess = glance(units, guess, stop, ordinary)
            for kind in range(one, many):
                if mine & tables.kind_classes[kind]:
                    guess = np.uint64(
                        first_open(units, np.int64(ring[slot, zero]), np.int64(guess), tables.open_units[kind])
                    )
            ring[slot, two] = guess
            if guess < stop:
                if guess == ring[slot, zero] + np.uint64(GLANCE):
                    prefetch(units, np.int64(guess) + 8)
                    prefetch(units, np.int64(guess) + 24)
                if wishes:
                    prefetch(wish_offsets, np.int64(guess))
                    prefetch(wish_offsets, np.int64(guess) + 1)
        if block < two:
            continue
        if wishes:
            low = min(n, (block - two) * size)
            for k in range(low, min(n, low + size)):
                slot = k & slots
                guess = ring[slot, two]
                if guess < ring[slot, one]:
                    prefetch(wish_places, np.int64(wish_offsets[guess]))
                    prefetch(wish_places, np.int64(wish_offsets[guess + one]) - 1)
        if block < three:
            continue
        low = min(n, (block - three) * size)
        for k in range(low, min(n, low + size)):
            slot = k & slots
            row, stop, choice, mine = ring[slot, zero], ring[slot, one], ring[slot, two], ring[slot, three]
            c = np.uint64(order[k])
            result, pool, seat = np.int64(-1), zero, zero
            while choice < stop:
                unit = np.uint64(np.uint32(units[choice]))
                low_wish, high_wish = zero, zero
                if wishes:
                    low_wish, high_wish = np.uint64(wish_offsets[choice]), np.uint64(wish_offsets[choice + one])
                named = high_wish > low_wish
                for at_kind in range(zero, np.uint64(len(kinds))):
                    kind = np.uint64(kinds[at_kind])
                    if not _is_open(tables.open_units, kind, unit):
                        continue
                    if (tables.pool_classes[unit * many + kind] & mine) == zero:
                        continue
                    usable, place = zero, np.uint64(0)
                    mark = np.int64(0)
                    for at in range(low_wish, high_wish):
                        place = np.uint64(np.uint32(wish_places[at]))
                        fits = (mine >> np.uint64(place_class[place * many + kind])) & one
                        usable |= fits
                        if fits & _bit(open_places, kind, place):
                            mark = np.int64(SEATED)
                            break
                    accepting = mark == 0 and (not named or (may_accept and accepts[choice] != 0))
                    if mark == 0 and (accepting or usable):
                        for at in range(np.uint64(unit_offsets[unit]), np.uint64(unit_offsets[unit + one])):
                            place = np.uint64(np.uint32(unit_places[at]))
                            fits = (mine >> np.uint64(place_class[place * many + kind])) & one
                            usable |= fits
                            if fits & _bit(open_places, kind, place):
                                if accepting:
                                    mark = np.int64(REASSIGNED if named else SEATED)
                                else:
                                    mark = np.int64(1)
                                break
                        if mark == 0 and usable:
                            mark = np.int64(2)
                    if mark:
                        pool, seat = unit * many + kind, place * many + kind
                        position = np.int64(choice - row)
                        result = (position << 44) | (np.int64(place) << 12) | (np.int64(kind) << 4) | mark
                        break
                if result >= 0:
                    break
                choice = np.uint64(_next_open(tables, units, choice + one, stop, mine, many))
            results[c] = result
            follows_on = k + one < n and follows[k + one] != 0
            if follows_on:
                continue
            if set_begin == k:
                if result >= 0:
                    ordinal = np.int64(lists.ordinals[choice]) if numbered else np.int64(choice) - offsets[c] + 1
                    _take_file(tables, pool, many, np.int64(c), ordinal, np.int64(k))
                    if result & 8:
                        _take_seat(tables, seat, many, np.int64(c), ordinal, np.int64(k))
            else:
                for member in range(set_begin, k + one):
                    c = np.uint64(order[member])
                    result = results[c]
                    if result < 0:
                        continue
                    choice = np.uint64(first[c] + (result >> 44))
                    kind = np.uint64((result >> 4) & 0xFF)
                    ordinal = np.int64(lists.ordinals[choice]) if numbered else np.int64(choice) - offsets[c] + 1
                    pool = np.uint64(np.uint32(units[choice])) * many + kind
                    _take_file(tables, pool, many, np.int64(c), ordinal, np.int64(set_begin))
                    if result & 8:
                        seat = np.uint64((result >> 12) & 0xFFFFFFFF) * many + kind
                        _take_seat(tables, seat, many, np.int64(c), ordinal, np.int64(set_begin))
            set_begin = k + one


@inlined
def _bit(bits: Array, kind: int, at: int) -> int:
    """The bit of a place or unit, as uint64."""
    return np.uint64((bits[kind, at >> np.uint64(5)] >> np.uint32(at & np.uint64(31))) & np.uint32(1))


@inlined
def _is_open(bits: Array, kind: int, at: int) -> bool:
    return _bit(bits, kind, at) != np.uint64(0)


@kernel
def _next_open(tables: Tables, units: Array, begin: int, stop: int, mine: int, many: int) -> int:
    """The next choice with a pool of a kind that is the candidate's and takes files."""
    near = np.int64(stop)
    for kind in range(np.uint64(0), many):
        if mine & tables.kind_classes[kind]:
            near = np.int64(first_open(units, np.int64(begin), near, tables.open_units[kind]))
    return near


@inlined
def _take(records: Array, at: int, candidate: int, ordinal: int, tied_set: int) -> int:
    """One more of a record; what is left."""
    left = records[at, np.uint64(0)] - 1
    records[at, np.uint64(0)] = left
    if records[at, np.uint64(3)] != tied_set:
        records[at, np.uint64(3)] = tied_set
        records[at, np.uint64(1)] = candidate
        records[at, np.uint64(2)] = ordinal
    elif ordinal > records[at, np.uint64(2)]:
        records[at, np.uint64(2)] = ordinal
    return left


@inlined
def _take_file(tables: Tables, at: int, many: int, candidate: int, ordinal: int, tied_set: int) -> None:
    if _take(tables.pools, at, candidate, ordinal, tied_set) <= 0:
        _close(tables.open_units, at, many)


@inlined
def _take_seat(tables: Tables, at: int, many: int, candidate: int, ordinal: int, tied_set: int) -> None:
    if _take(tables.slices, at, candidate, ordinal, tied_set) <= 0:
        _close(tables.open_places, at, many)


@inlined
def _close(bits: Array, at: int, many: int) -> None:
    kind, number = at % many, at // many
    bits[kind, number >> np.uint64(5)] &= ~(np.uint32(1) << np.uint32(number & np.uint64(31)))


@kernel
def _write_held(
    many: int, first: Array, pool_of: Array, slice_of: Array, results: Array, filed: Held, held: Held, sent: Array
) -> None:
    for c in range(len(results)):
        word = results[c]
        if word < 0:
            continue
        choice, mark = first[c] + (word >> 44), word & 15
        at = np.uint64(((word >> 12) & 0xFFFFFFFF) * many + ((word >> 4) & 0xFF))
        filed.choice[c] = choice
        filed.target[c] = pool_of[at]
        if mark >= SEATED:
            held.choice[c] = choice
            held.target[c] = slice_of[at]
            held.reassigned[c] = mark == REASSIGNED
        else:
            sent[c] = mark


def write_results(
    slices: Slices,
    first: Array,
    tables: Tables,
    results: Array,
    pools: Targets,
    targets: Targets,
    filed: Held,
    held: Held,
    sent: Array,
) -> None:
    """Results as ``settle`` writes them."""
    many = len(tables.kind_classes)
    slice_at, pool_at = slots_of(slices, many)
    slice_of = np.full(len(tables.slices), -1, np.int32)
    slice_of[slice_at] = np.arange(len(slice_at))
    pool_of_unit = np.full(len(tables.pools), -1, np.int32)
    pool_of_unit[pool_at] = np.arange(len(pool_at))
    unit_of_place = pool_at[slices.pool[slices.offsets[:-1]]] // many
    pool_of = pool_of_unit.reshape(-1, many)[unit_of_place].ravel()
    _write_held(many, first, pool_of, slice_of, results, filed, held, sent)
    _enter(tables.pools[pool_at], pools)
    _enter(tables.slices[slice_at], targets)


def _enter(records: Array, targets: Targets) -> None:
    targets.left[:] = records[:, _LEFT]
    np.subtract(targets.start, targets.left, out=targets.taken)
    some = targets.taken > 0
    targets.last[some], targets.last_ordinal[some] = records[some, _LAST], records[some, _ORDINAL]
