"""Deferred acceptance of plain markets where no two candidates tie: one heap a place, candidates best first.

The best come first, so few are ever displaced. Candidates come in small blocks through five steps, so that what a
step reads was asked for one step before; who is displaced, or finds nothing near the beginning of the list, joins a
later block. The outcome is that of ``deferring``, which also knows ties, quotas, wishes and conditions.
"""

# mypy: disable-error-code="arg-type,assignment,return-value,no-any-return,call-overload,operator,untyped-decorator"
# (inside kernels a number of numpy and an int are the same thing)

from __future__ import annotations

from typing import Any

import numpy as np

from guantong.engines.matching.fast.compiling import allocating, inlined, kernel, prefetch
from guantong.engines.matching.fast.deferring import own_priority
from guantong.engines.matching.fast.serial import lowest_bit
from guantong.engines.matching.fast.shapes import Own
from guantong.engines.matching.model import MISSING

Array = Any
"""A numpy array."""

BLOCK = 16
STEPS = 5
GLANCE = 8
"""So many choices are judged together, without a branch between them."""
_WIDE = 2
"""With more weighted columns than these, rows of ``places`` and ``records`` are twice as long."""
_NOBODY = np.int64(2**62)


@allocating
def bounds(own: Own) -> tuple[float, float]:
    """Between which numbers every own priority lies."""
    low, high = 0.0, 0.0
    for value in own.score_values:
        low, high = min(low, float(value)), max(high, float(value))
    columns = own.columns.shape[1]
    least, most = np.zeros(columns), np.zeros(columns)
    for c in range(own.columns.shape[0]):
        for q in range(columns):
            value = own.columns[c, q]
            if value != MISSING:
                least[q], most[q] = min(least[q], float(value)), max(most[q], float(value))
    for place in range(len(own.kind)):
        down, up = 0.0, 0.0
        for row in range(own.weight_offsets[place], own.weight_offsets[place + 1]):
            weight, q = float(own.weight[row]), own.weight_column[row]
            down += min(weight * least[q], weight * most[q])
            up += max(weight * least[q], weight * most[q])
        low, high = min(low, down), max(high, up)
    return low, high


@kernel
def _put_in(heap: Array, base: int, size: int, key: int) -> None:
    """One more holder; the worst stands on top."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if heap[base + above] >= key:
            break
        heap[base + at] = heap[base + above]
        at = above
    heap[base + at] = key


@kernel
def _put_in_place_of_worst(heap: Array, base: int, size: int, key: int) -> None:
    """The new holder takes the place of the worst."""
    at = np.int64(0)
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and heap[base + below + 1] > heap[base + below]:
            below += 1
        if heap[base + below] <= key:
            break
        heap[base + at] = heap[base + below]
        at = below
    heap[base + at] = key


@inlined
def _standing(places: Array, records: Array, place: int, position: int, wide: bool) -> int:
    """The weighted sum of a candidate at a place; weights and values stand in the same columns of both tables."""
    two, three = np.uint64(2), np.uint64(3)
    mine = places[place, two] * records[position, two] + places[place, three] * records[position, three]
    if wide:
        four, five = np.uint64(4), np.uint64(5)
        mine += places[place, four] * records[position, four] + places[place, five] * records[position, five]
    return mine


@kernel
def defer(
    order: Array,
    offsets: Array,
    choices: Array,
    own: Own,
    dense: bool,
    top: int,
    bits: int,
    places: Array,
    sizes: Array,
    heap: Array,
    records: Array,
    ring: Array,
    queue: Array,
) -> int:
    """Seat everybody of ``order``; how often somebody was displaced.

    A key is ``(top − own priority) << bits | position in order``: smaller is better, no two are equal. ``places``
    (int64) has for each place, close together: the worst key held when full (-1 without seats), where its heap
    begins, and with ``dense`` the weight of each column; ``sizes`` its seats and how many it holds. ``records``
    (int64), by position in ``order``: the choice after the one that holds, or past the end; where the list ends; the
    values of the columns. ``ring`` and ``queue`` are scratch.
    """
    n, columns, total = np.uint64(len(order)), own.columns.shape[1], np.uint64(len(choices))
    width, wide = records.shape[1], columns > _WIDE
    shift, mask = np.int64(bits), (np.int64(1) << np.int64(bits)) - 1
    nobody = np.uint64(2**63)
    block, glance, zero, one = np.uint64(BLOCK), np.uint64(GLANCE), np.uint64(0), np.uint64(1)
    first = waiting = come = zero
    displaced, idle = 0, 0
    number = zero
    while idle < STEPS:
        # the candidates of this block: who waits first
        idle += 1
        base = (number % np.uint64(STEPS)) * block
        for slot in range(base, base + block):
            ring[slot, zero] = nobody
            if waiting > zero:
                position = queue[first]
                first = (first + one) % np.uint64(len(queue))
                waiting -= one
                prefetch(records, np.int64(position) * width)
            elif come < n:
                position = come
                come += one
                if come + np.uint64(2 * BLOCK) < n:
                    later = np.int64(order[come + np.uint64(2 * BLOCK)])
                    prefetch(offsets, later)
                    prefetch(own.columns, later * columns)
                c = np.uint64(order[position])
                records[position, zero], records[position, one] = offsets[c], offsets[c + one]
                if dense:
                    for q in range(np.uint64(columns)):
                        records[position, q + np.uint64(2)] = own.columns[c, q]
            else:
                continue
            ring[slot, zero] = position
            idle = 0
        # the block before: ask for the list
        base = ((number + np.uint64(STEPS - 1)) % np.uint64(STEPS)) * block
        for slot in range(base, base + block):
            position = ring[slot, zero]
            if position != nobody:
                begin = records[position, zero]
                prefetch(choices, begin)
                prefetch(choices, begin + (GLANCE - 1))
        # the block before that: ask for the places
        base = ((number + np.uint64(STEPS - 2)) % np.uint64(STEPS)) * block
        for slot in range(base, base + block):
            position = ring[slot, zero]
            if position != nobody:
                begin = np.uint64(records[position, zero])
                for at in range(begin, min(begin + glance, total)):
                    prefetch(places, np.int64(choices[at]) * width)
        # the block before that: which choice it will be; ask for the heap of its place
        base = ((number + np.uint64(STEPS - 3)) % np.uint64(STEPS)) * block
        for slot in range(base, base + block):
            position = ring[slot, zero]
            if position == nobody:
                continue
            begin, end = np.uint64(records[position, zero]), np.uint64(records[position, one])
            guess = begin
            if dense and begin + glance <= total:
                seen = np.uint32(1) << np.uint32(GLANCE)
                for k in range(GLANCE):
                    place = np.uint64(choices[begin + np.uint64(k)])
                    mine = top - _standing(places, records, place, position, wide)
                    key = (mine << shift) | np.int64(position)
                    seen |= np.uint32(key < places[place, zero]) << np.uint32(k)
                guess = min(begin + np.uint64(lowest_bit(seen)), end)
                if guess == begin + glance and guess < end:
                    records[position, zero] = np.int64(guess)
                    queue[(first + waiting) % np.uint64(len(queue))] = position
                    waiting += one
                    ring[slot, zero] = nobody
                    continue
            ring[slot, one] = guess
            if guess < end:
                place = np.uint64(choices[guess])
                below = places[place, one]
                prefetch(heap, below)
                prefetch(heap, below + 8)
                prefetch(heap, below + 16)
                prefetch(sizes, 2 * np.int64(place))
        # the first of those under way: it comes
        base = ((number + np.uint64(STEPS - 4)) % np.uint64(STEPS)) * block
        for slot in range(base, base + block):
            position = ring[slot, zero]
            if position == nobody:
                continue
            at, end = ring[slot, one], np.uint64(records[position, one])
            found = False
            while at < end:
                place = np.uint64(choices[at])
                at += one
                worst = places[place, zero]
                if worst < 0:
                    continue
                if dense:
                    ahead = top - _standing(places, records, place, position, wide)
                else:
                    mine = own_priority(own, np.int64(order[position]), np.int64(place))
                    ahead = top - mine if mine != MISSING else (np.int64(1) << (62 - shift)) - 1
                key = (ahead << shift) | np.int64(position)
                if key >= worst:
                    continue
                below, seats, size = places[place, one], sizes[place, zero], sizes[place, one]
                if size < seats:
                    _put_in(heap, below, size, key)
                    sizes[place, one] = size + 1
                    if size + 1 == seats:
                        places[place, zero] = heap[below]
                else:
                    out = np.uint64(heap[below] & mask)
                    _put_in_place_of_worst(heap, below, size, key)
                    places[place, zero] = heap[below]
                    displaced += 1
                    prefetch(records, np.int64(out) * width)
                    queue[(first + waiting) % np.uint64(len(queue))] = out
                    waiting += one
                found = True
                break
            records[position, zero] = np.int64(at) if found else np.int64(end) + 1
        number += one
    return displaced


@kernel
def _write_held(order: Array, offsets: Array, records: Array, held: Array) -> None:
    for position in range(len(order)):
        c = order[position]
        after = records[position, 0]
        held[c] = after - 1 - offsets[c] if after <= records[position, 1] else -1


def defer_plain(
    order: Array, offsets: Array, choices: Array, own: Own, seats: Array, held: Array, taken: Array, last: Array
) -> bool:
    """Deferred acceptance without ties; False when the numbers are too wide for one word or seats too many.

    ``held`` (int32, candidates): the position in the own list, -1; ``taken`` and ``last`` by place, the worst admitted.
    """
    n = len(order)
    bits = max(1, int(n).bit_length())
    low, high = bounds(own)
    if high - low >= 2.0 ** (61 - bits) or float(np.maximum(seats, 0).sum()) > 4.0 * n + 1024:
        return False
    columns = own.columns.shape[1]
    dense = columns <= 4 and bool((own.kind != 1).all()) and not bool((own.columns == MISSING).any())
    width = 8 if columns > _WIDE else 4
    starts = np.zeros(len(seats) + 1, np.int64)
    np.cumsum(np.maximum(seats, 0), out=starts[1:])
    places = np.zeros((len(seats), width), np.int64)
    places[:, 0] = np.where(seats > 0, _NOBODY, -1)
    places[:, 1] = starts[:-1]
    sizes = np.zeros((len(seats), 2), np.int64)
    sizes[:, 0] = np.maximum(seats, 0)
    if dense:
        np.add.at(
            places, (np.repeat(np.arange(len(seats)), np.diff(own.weight_offsets)), 2 + own.weight_column), own.weight
        )
    heap, records = np.empty(starts[-1], np.int64), np.zeros((n, width), np.int64)
    ring, queue = np.full((STEPS * BLOCK, 2), 2**63, np.uint64), np.zeros(2 * STEPS * BLOCK, np.uint64)
    defer(order, offsets, choices, own, dense, int(high), bits, places, sizes, heap, records, ring, queue)
    _write_held(order, offsets, records, held)
    taken[:] = sizes[:, 1]
    some = np.flatnonzero(taken > 0)
    last[some] = order[heap[starts[some]] & ((1 << bits) - 1)]
    return True
