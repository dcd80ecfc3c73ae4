"""Deferred acceptance of plain markets where no two candidates tie: one heap a place, candidates best first.

The best come first, so few are ever displaced; who is displaced waits in a short queue while the processor fetches
the row. The outcome is that of ``deferring``, which also knows ties, quotas, wishes and conditions.
"""

# mypy: disable-error-code="arg-type,assignment,return-value,no-any-return,call-overload,operator,untyped-decorator"
# (inside kernels a number of numpy and an int are the same thing)

from __future__ import annotations

from typing import Any

import numpy as np

from guantong.engines.matching.fast.compiling import allocating, kernel, prefetch
from guantong.engines.matching.fast.deferring import own_priority
from guantong.engines.matching.fast.store import Own
from guantong.engines.matching.model import MISSING

Array = Any
"""A numpy array."""

QUEUE = 32
AHEAD = 48
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
    heap: Array,
    at_choice: Array,
    queue: Array,
) -> int:
    """Seat everybody of ``order``; how often somebody was displaced.

    A key is ``(top − own priority) << bits | position in order``: smaller is better, no two are equal. ``places``
    (int64) has for each place, close together: the worst key held when full (-1 without seats), where its heap
    begins, its seats, how many it holds, and with ``dense`` the weight of each column. ``at_choice`` (int32, by
    position in ``order``): the choice after the one that holds, or past the end.
    """
    n, displaced, columns = len(order), 0, own.columns.shape[1]
    mask = (np.int64(1) << np.int64(bits)) - 1
    first = waiting = np.int64(0)
    come = np.int64(0)
    while come < n or waiting > 0:
        if waiting == len(queue) or come == n:
            position = np.int64(queue[first])
            first = (first + 1) % len(queue)
            waiting -= 1
        else:
            position = come
            come += 1
            if come + 2 * AHEAD < n:
                prefetch(offsets, np.int64(order[come + 2 * AHEAD]))
            if come + AHEAD < n:
                later = np.int64(order[come + AHEAD])
                prefetch(choices, np.int64(offsets[later]))
                prefetch(choices, np.int64(offsets[later]) + 12)
                prefetch(own.columns, later * columns)
        c = order[position]
        at, end = np.int64(offsets[c]) + at_choice[position], np.int64(offsets[c + 1])
        found = False
        while at < end:
            place = np.uint32(choices[at])
            at += 1
            worst = places[place, 0]
            if worst < 0:
                continue
            if dense:
                mine = np.int64(0)
                for q in range(columns):
                    mine += places[place, 4 + q] * own.columns[c, q]
            else:
                mine = own_priority(own, c, np.int64(place))
            ahead = top - mine if mine != MISSING else (np.int64(1) << np.int64(62 - bits)) - 1
            key = (ahead << np.int64(bits)) | position
            if key >= worst:
                continue
            base, seats, size = places[place, 1], places[place, 2], places[place, 3]
            if size < seats:
                _put_in(heap, base, size, key)
                places[place, 3] = size + 1
                if size + 1 == seats:
                    places[place, 0] = heap[base]
            else:
                out = heap[base] & mask
                _put_in_place_of_worst(heap, base, size, key)
                places[place, 0] = heap[base]
                displaced += 1
                queue[(first + waiting) % len(queue)] = out
                waiting += 1
                gone = np.int64(order[out])
                prefetch(choices, np.int64(offsets[gone]) + at_choice[out])
                prefetch(own.columns, gone * columns)
            found = True
            break
        at_choice[position] = at - offsets[c] if found else end - offsets[c] + 1
    return displaced


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
    starts = np.zeros(len(seats) + 1, np.int64)
    np.cumsum(np.maximum(seats, 0), out=starts[1:])
    places = np.zeros((len(seats), 8), np.int64)
    places[:, 0] = np.where(seats > 0, _NOBODY, -1)
    places[:, 1] = starts[:-1]
    places[:, 2] = np.maximum(seats, 0)
    if dense:
        np.add.at(
            places, (np.repeat(np.arange(len(seats)), np.diff(own.weight_offsets)), 4 + own.weight_column), own.weight
        )
    heap, at_choice = np.empty(starts[-1], np.int64), np.zeros(n, np.int32)
    defer(order, offsets, choices, own, dense, int(high), bits, places, heap, at_choice, np.zeros(QUEUE, np.int64))
    sizes = places[:, 3]
    lengths = (offsets[1:] - offsets[:-1])[order]
    held[order] = np.where(at_choice <= lengths, at_choice - 1, -1)
    taken[:] = sizes
    some = np.flatnonzero(sizes > 0)
    last[some] = order[heap[starts[some]] & ((1 << bits) - 1)]
    return True
