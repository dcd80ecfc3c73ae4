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

AHEAD = 48
"""How many candidates ahead the processor is asked for a list."""


@piece
def _lowest_bit(typing_context: Any, word: Any) -> Any:
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
                at += np.uint64(_lowest_bit(found))
                return min(np.int64(at), np.int64(end))
            at += np.uint64(4)
        else:
            place = np.uint32(choices[at])
            if (bits[place >> np.uint32(5)] >> (place & np.uint32(31))) & np.uint32(1):
                return np.int64(at)
            at += np.uint64(1)
    return end


@kernel
def serve(order: Array, follows: Array, offsets: Array, choices: Array, seats: Array, bits: Array, held: Array) -> None:
    """Every candidate of ``order`` gets the first choice with a seat: its position in the list in ``held`` (int32),
    -1 for none.

    Candidates who ``follow`` (uint8, along ``order``) the one before stand with it in one tied set: each sees the
    seats that were open before the set, and all get what they come to (``admit_all``). With ``follows`` all 0
    everyone is alone (``lottery``). ``bits`` are those of ``open_bits(seats)``; ``seats`` is what is left
    afterwards, below 0 where a tied set went over the plan.
    """
    n = len(order)
    set_begin = 0
    for k in range(n):
        if k + 2 * AHEAD < n:
            prefetch(offsets, np.int64(order[k + 2 * AHEAD]))
        if k + AHEAD < n:
            row = np.int64(offsets[order[k + AHEAD]])
            prefetch(choices, row)
            prefetch(choices, row + 8)
            prefetch(choices, row + 16)
        c = order[k]
        begin, end = np.int64(offsets[c]), np.int64(offsets[c + 1])
        at = first_open(choices, begin, end, bits)
        held[c] = at - begin if at < end else -1
        if k + 1 < n and follows[k + 1]:
            continue
        if set_begin == k:
            if at < end:
                _take_seat(np.int64(choices[at]), seats, bits)
        else:
            for member in range(set_begin, k + 1):
                c = order[member]
                if held[c] >= 0:
                    _take_seat(np.int64(choices[offsets[c] + held[c]]), seats, bits)
        set_begin = k + 1


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
