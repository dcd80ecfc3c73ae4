"""Plain markets of millions (unit place, ordinary seats, everybody eligible, common order): verdicts and the array check.

Rows of choices are read where they lie, candidate after candidate; what a place's cut-off is stands in small tables by place.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import intrinsic

from guantong.engines.matching.fast.prefetching import kernel
from guantong.engines.matching.model import LARGEST_DISTANCE, Code

Array = Any
"""A numpy array."""

_ADMITTED, _OVER, _HIGHER = int(Code.ADMITTED), int(Code.ADMITTED_OVER_PLAN), int(Code.PLACED_HIGHER)
_NO_SEATS, _BELOW, _LOST_TIE = int(Code.NO_SEATS), int(Code.BELOW_CUTOFF), int(Code.LOST_TIE)


@intrinsic
def _highest_bit(typing_context: Any, word: Any) -> Any:
    """How many zero bits stand above the highest bit set; the word is not 0."""
    from numba import types

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctlz(arguments[0], context.get_constant(types.boolean, True))

    return types.uint64(types.uint64), generate


@kernel
def reason_codes(
    offsets: Array, choices: Array, held: Array, taking: Array, group: Array, limit: Array, over: Array, codes: Array, full: Array
) -> None:
    """A code for every choice of everybody who is ``taking`` part; ``codes`` is filled with ``placed_higher`` before.

    ``limit`` (int32, places): tie group of the last admitted where the place is full, -1 without seats; ``over`` (bool):
    more were admitted than seats. ``held``: the position in the own list, -1. Marks what was ``full``. A choice of the
    group of the limit itself has lost the lottery among equals (or is admitted over the plan).
    """
    for c in range(len(held)):
        if not taking[c]:
            continue
        begin = offsets[c]
        stop = begin + held[c] if held[c] >= 0 else offsets[c + 1]
        for at in range(np.uint64(begin), np.uint64(stop)):
            place = np.uint32(choices[at])
            codes[at] = _NO_SEATS if limit[place] < 0 else _BELOW
            full[place] = True
        if held[c] >= 0:
            place = choices[stop]
            codes[stop] = _OVER if over[place] and group[c] == limit[place] else _ADMITTED


@kernel
def distances(
    offsets: Array, choices: Array, held: Array, taking: Array, words: Array, cut: Array, limit: Array, key_of_bit: Array, shift: Array,
    mask: Array, step: Array, worst: Array, name: Array, lottery: int, codes: Array, keys: Array, far: Array,
) -> None:  # fmt: skip
    """Which key decided and by how much, for every choice below a cut-off.

    ``cut`` (words, places): the packed keys of the last admitted; ``key_of_bit`` (words, 64): the key a bit belongs to,
    counted from the highest. A choice that lost by the lottery alone gets its code.
    """
    for c in range(len(held)):
        if not taking[c]:
            continue
        begin = offsets[c]
        stop = begin + held[c] if held[c] >= 0 else offsets[c + 1]
        for at in range(begin, stop):
            place = choices[at]
            if limit[place] < 0:
                continue
            for word in range(words.shape[0]):
                mine, theirs = words[word, c], cut[word, place]
                differ = mine ^ theirs
                if differ != 0:
                    q = key_of_bit[word, _highest_bit(differ)]
                    up = np.uint64(shift[q])
                    one, other = np.int64((mine >> up) & mask[q]), np.int64((theirs >> up) & mask[q])
                    keys[at] = name[q]
                    if one != worst[q] and other != worst[q]:
                        far[at] = min((one - other) * step[q], np.int64(LARGEST_DISTANCE))
                    if q == lottery:
                        codes[at] = _LOST_TIE
                    break


@kernel
def wrong_results(
    offsets: Array, choices: Array, held: Array, taking: Array, group: Array, coarse: Array, limit: Array, shift: int
) -> int:
    """How many candidates a place before the held one should have taken: justified envy, or a seat left empty and wanted.

    ``limit`` (int32, places): the worst tie group that was let in, -1 without seats, the largest number where seats are
    left; ``coarse`` (uint16) is the same shifted down, so that the table stays near the processor.
    """
    wrong = 0
    total = np.uint64(len(choices))
    for c in range(len(held)):
        if not taking[c]:
            continue
        begin = np.uint64(offsets[c])
        stop = begin + np.uint64(held[c]) if held[c] >= 0 else np.uint64(offsets[c + 1])
        mine = np.uint16((group[c] >> shift) + 1)
        doubtful = np.uint32(0)
        at = begin
        while at < stop:
            if at + np.uint64(4) <= total:
                seen = np.uint32(0)
                for k in range(4):
                    place = np.uint32(choices[at + np.uint64(k)])
                    seen |= np.uint32(mine <= coarse[place]) << np.uint32(k)
                if stop - at < np.uint64(4):
                    seen &= (np.uint32(1) << np.uint32(stop - at)) - np.uint32(1)
                doubtful |= seen
                at += np.uint64(4)
            else:
                doubtful |= np.uint32(mine <= coarse[np.uint32(choices[at])])
                at += np.uint64(1)
        if doubtful:
            for at in range(begin, stop):
                if group[c] <= limit[choices[at]]:
                    wrong += 1
                    break
    return wrong


@kernel
def counted(
    offsets: Array, choices: Array, held: Array, group: Array, taken: Array, worst: Array, worst_count: Array
) -> int:
    """Recount every place from the results alone: how many, the worst tie group, how many of it. The results that are not
    in their candidate's list."""
    outside = 0
    for c in range(len(held)):
        if held[c] < 0:
            continue
        at = offsets[c] + held[c]
        if at >= offsets[c + 1]:
            outside += 1
            continue
        place = choices[at]
        taken[place] += 1
        if group[c] > worst[place]:
            worst[place] = group[c]
            worst_count[place] = 1
        elif group[c] == worst[place]:
            worst_count[place] += 1
    return outside


def check_plain(offsets: Array, choices: Array, held: Array, taking: Array, group: Array, seats: Array, over_plan: bool) -> int:
    """How many things are wrong with results of a plain market; nothing of how they were made is used.

    ``held``: position in the own list, -1. ``over_plan``: a tied set may go over the seats, if without it some were left
    (``admit_all``); otherwise no more than ``seats`` may be admitted.
    """
    places = len(seats)
    taken, worst = np.zeros(places, np.int32), np.full(places, -1, np.int32)
    worst_count = np.zeros(places, np.int32)
    faults = int(counted(offsets, choices, held, group, taken, worst, worst_count))
    faults += int(((taken - worst_count if over_plan else taken - 1) >= np.maximum(seats, 0)).sum(where=taken > 0))
    limit = np.where(seats <= 0, np.int32(-1), np.where(taken >= seats, worst, np.int32(2**31 - 1)))
    shift = max(0, int(group.max(initial=0)).bit_length() - 15)
    coarse = np.minimum((limit >> shift) + 1, 65535).astype(np.uint16)
    return faults + int(wrong_results(offsets, choices, held, taking, group, coarse, limit.astype(np.int32), shift))


def bit_table(at: Array, shift: Array, mask: Array, words: int) -> Array:
    """(words, 64) int64: which key the bit belongs to, counted from the highest."""
    table = np.zeros((words, 64), np.int64)
    for q in range(len(at)):
        if at[q] >= 0:
            width = int(mask[q]).bit_length()
            for bit in range(int(shift[q]), int(shift[q]) + width):
                table[at[q], 63 - bit] = q
    return table


__all__ = ["bit_table", "check_plain", "distances", "reason_codes"]
