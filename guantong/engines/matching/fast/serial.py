"""Common order, one stage, nothing but lists and seats: the kernel that a plain batch is measured by.

Eligibility, quotas, wishes and sent-back candidates are the business of ``settling``; both give the same where both
apply.
"""

# mypy: disable-error-code="arg-type,assignment,return-value,no-any-return,call-overload,operator,untyped-decorator"
# (inside kernels a number of numpy and an int are the same thing)

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from guantong.engines.matching.fast.compiling import allocating, inlined, kernel, piece, prefetch

Array = Any
"""A numpy array."""

BLOCK = 16
"""So many candidates are looked at together; the lists of the next two blocks are fetched meanwhile."""
GLANCE = 8
"""So many choices are looked up ahead without a branch between them: for four in five it is one of these."""
NEAR = 4096
"""How many choices ahead the processor is asked for where lists are read in the order of rows."""


@piece
def lowest_bit(typing_context: Any, word: Any) -> Any:
    """Number of the lowest bit set; the word is not 0."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], context.get_constant(types.boolean, True))

    return types.uint32(types.uint32), generate


@allocating
def open_bits(seats: Array) -> Array:
    """One bit a place: seats are left."""
    bits = np.zeros(len(seats) // 32 + 1, np.uint32)
    for place in range(len(seats)):
        if seats[place] > 0:
            bits[place >> 5] |= np.uint32(1) << np.uint32(place & 31)
    return bits


@inlined
def first_open(choices: Array, begin: int, end: int, bits: Array) -> int:
    """The first choice from ``begin`` to ``end`` whose place has its bit set; ``end`` when none has.

    Four places are looked up at once without a branch between them: the branch that stops is the only one mispredicted.
    """
    at, stop, total = np.uint64(begin), np.uint64(end), np.uint64(len(choices))
    while at < stop:
        if at + np.uint64(4) <= total:
            found = np.uint32(0)
            for k in range(4):
                place = np.uint32(choices[at + np.uint64(k)])
                found |= ((bits[place >> np.uint32(5)] >> (place & np.uint32(31))) & np.uint32(1)) << np.uint32(k)
            if found:
                at += np.uint64(lowest_bit(found))
                return min(np.int64(at), np.int64(end))
            at += np.uint64(4)
        else:
            place = np.uint32(choices[at])
            if (bits[place >> np.uint32(5)] >> (place & np.uint32(31))) & np.uint32(1):
                return np.int64(at)
            at += np.uint64(1)
    return end


@inlined
def glance(choices: Array, begin: int, end: int, bits: Array) -> int:
    """The first of the ``GLANCE`` choices from ``begin`` (all uint64) whose place has its bit set, ``end`` when it is
    reached before; else ``begin + GLANCE``. Not for the last choices of the array, of which none is looked at.
    """
    found = np.uint64(0)
    if begin + np.uint64(GLANCE) <= np.uint64(len(choices)):
        seen = np.uint32(1) << np.uint32(GLANCE)
        for k in range(GLANCE):
            place = np.uint32(choices[begin + np.uint64(k)])
            seen |= ((bits[place >> np.uint32(5)] >> (place & np.uint32(31))) & np.uint32(1)) << np.uint32(k)
        found = np.uint64(lowest_bit(seen))
    return min(begin + found, end)


def serve(order: Array, follows: Array, offsets: Array, choices: Array, seats: Array, bits: Array, held: Array) -> None:
    """Every candidate of ``order`` gets the first choice with a seat: its position in the list in ``held`` (int32),
    -1 for none.

    Candidates who ``follow`` (uint8, along ``order``) the one before stand with it in one tied set: each sees the
    seats that were open before the set, and all get what they come to (``admit_all``). With ``follows`` all 0
    everyone is alone (``lottery``). ``bits`` are those of ``open_bits(seats)``; ``seats`` is what is left
    afterwards, below 0 where a tied set went over the plan.
    """
    _serve(order, follows, offsets, choices, seats, bits, held, np.empty((4 * BLOCK, 4), np.uint64))


@kernel
def _serve(
    order: Array, follows: Array, offsets: Array, choices: Array, seats: Array, bits: Array, held: Array, ring: Array
) -> None:
    """``serve`` in three steps, each a block of candidates ahead of the next: the beginning of the list is asked for;
    its first choices are looked up, and the rest asked for where none is open; the candidate comes. Places only ever
    close, so that what was closed at the second step is never looked at again.
    """
    n, size, slots = np.uint64(len(order)), np.uint64(BLOCK), np.uint64(4 * BLOCK - 1)
    row_at, end_at, guess_at = np.uint64(0), np.uint64(1), np.uint64(2)
    one, two = np.uint64(1), np.uint64(2)
    set_begin = np.uint64(0)
    for block in range(np.uint64(0), (n + size - one) // size + two):
        low = min(n, block * size)
        for k in range(low, min(n, low + size)):
            if k + size < n:
                prefetch(offsets, np.int64(order[k + size]))
        for k in range(low, min(n, low + size)):
            c = np.uint64(order[k])
            row, slot = np.uint64(offsets[c]), k & slots
            ring[slot, row_at] = row
            ring[slot, end_at] = np.uint64(offsets[c + one])
            prefetch(choices, np.int64(row))
            prefetch(choices, np.int64(row) + (GLANCE - 1))
        if block < one:
            continue
        low = min(n, (block - one) * size)
        for k in range(low, min(n, low + size)):
            slot = k & slots
            row, end = ring[slot, row_at], ring[slot, end_at]
            guess = glance(choices, row, end, bits)
            if guess < end:
                if guess >= row + np.uint64(GLANCE):
                    prefetch(choices, np.int64(row) + 16)
                    prefetch(choices, np.int64(row) + 32)
                    prefetch(choices, np.int64(end))
                else:
                    prefetch(seats, np.int64(choices[guess]))
            ring[slot, guess_at] = guess
        if block < two:
            continue
        low = min(n, (block - two) * size)
        for k in range(low, min(n, low + size)):
            slot = k & slots
            row, end, at = ring[slot, row_at], ring[slot, end_at], ring[slot, guess_at]
            c = np.uint64(order[k])
            if at < end:
                place = np.uint32(choices[at])
                if ((bits[place >> np.uint32(5)] >> (place & np.uint32(31))) & np.uint32(1)) == np.uint32(0):
                    at = np.uint64(first_open(choices, np.int64(at) + 1, np.int64(end), bits))
            held[c] = np.int32(at - row) if at < end else np.int32(-1)
            if k + one < n and follows[k + one]:
                continue
            if set_begin == k:
                if at < end:
                    _take_seat(np.int64(choices[at]), seats, bits)
            else:
                for member in range(set_begin, k + one):
                    c = np.uint64(order[member])
                    if held[c] >= 0:
                        _take_seat(np.int64(choices[np.int64(offsets[c]) + held[c]]), seats, bits)
            set_begin = k + one


@inlined
def _take_seat(place: int, seats: Array, bits: Array) -> None:
    left = seats[place] - 1
    seats[place] = left
    if left <= 0:
        bits[place >> 5] &= ~(np.uint32(1) << np.uint32(place & 31))


@kernel
def account(
    group: Array,
    offsets: Array,
    choices: Array,
    ordinals: Array,
    held: Array,
    taken: Array,
    last: Array,
    last_ordinal: Array,
) -> None:
    """How many got each place, the last of them, and the largest ordinal among those tied with the last."""
    for c in range(len(held)):
        prefetch(choices, np.int64(offsets[c]) + NEAR)
        if held[c] < 0:
            continue
        at = offsets[c] + held[c]
        place = choices[at]
        ordinal = np.int64(ordinals[at]) if len(ordinals) else np.int64(held[c] + 1)
        taken[place] += 1
        before = last[place]
        if before < 0 or group[before] < group[c]:
            last[place] = c
            last_ordinal[place] = ordinal
        elif group[before] == group[c] and ordinal > last_ordinal[place]:
            last_ordinal[place] = ordinal
