"""Plain markets of millions (unit place, ordinary seats, everybody eligible, common order): verdicts and the array
check.

Rows of choices are read where they lie, candidate after candidate; what a place's cut-off is stands in small tables
by place.
"""

# mypy: disable-error-code="arg-type,assignment,return-value,no-any-return,call-overload,operator,untyped-decorator"
# (inside kernels a number of numpy and an int are the same thing)

from __future__ import annotations

from typing import Any

import numpy as np

from guantong.engines.matching.fast.compiling import kernel, piece
from guantong.engines.matching.model import LARGEST_DISTANCE, Code

Array = Any
"""A numpy array."""

_ADMITTED, _OVER, _HIGHER = int(Code.ADMITTED), int(Code.ADMITTED_OVER_PLAN), int(Code.PLACED_HIGHER)
NO_LIMIT = np.int32(2**31 - 1)
"""The cut-off of a place with seats left: everybody is let in."""
_NO_SEATS, _BELOW, _LOST_TIE = int(Code.NO_SEATS), int(Code.BELOW_CUTOFF), int(Code.LOST_TIE)


@piece
def _highest_bit(typing_context: Any, word: Any) -> Any:
    """How many zero bits stand above the highest bit set; the word is not 0."""
    from numba import types

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctlz(arguments[0], context.get_constant(types.boolean, True))

    return types.uint64(types.uint64), generate


@kernel
def reason_codes(
    offsets: Array,
    choices: Array,
    held: Array,
    taking: Array,
    group: Array,
    limit: Array,
    over: Array,
    codes: Array,
    full: Array,
) -> None:
    """A code for every choice of everybody who is ``taking`` part; ``codes`` is filled with ``placed_higher``
    before.

    ``limit`` (int32, places): tie group of the last admitted where the place is full, -1 without seats; ``over``
    (bool): more were admitted than seats. ``held``: the position in the own list, -1. Marks what was ``full``. A
    choice of the group of the limit itself has lost the lottery among equals (or is admitted over the plan).
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
    offsets: Array,
    choices: Array,
    held: Array,
    taking: Array,
    words: Array,
    cut: Array,
    limit: Array,
    key_of_bit: Array,
    shift: Array,
    mask: Array,
    step: Array,
    worst: Array,
    name: Array,
    lottery: int,
    codes: Array,
    keys: Array,
    far: Array,
) -> None:
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
def sweep(
    offsets: Array,
    choices: Array,
    held: Array,
    taking: Array,
    group: Array,
    coarse: Array,
    limit: Array,
    shift: int,
    places: Array,
) -> int:
    """How many results are not as they should be, if ``limit`` is what they amount to; recounts every place on the
    way.

    Wrong is a candidate whom a place before the held one should have taken (justified envy, or a seat left empty and
    wanted), and a result that is not in the list. ``limit`` (int32, places): the worst tie group that was let in, -1
    without seats, the largest number where seats are left; ``coarse`` (uint16) is the same shifted down, so that the
    table stays near the processor. ``places`` (int32, places × 4): taken, worst tie group, how many of it.
    """
    wrong = 0
    total = np.uint64(len(choices))
    for c in range(len(held)):
        if not taking[c]:
            continue
        mine = group[c]
        begin, stop = np.uint64(offsets[c]), np.uint64(offsets[c + 1])
        position = held[c]
        if position >= 0:
            if begin + np.uint64(position) >= stop:
                wrong += 1
                continue
            stop = begin + np.uint64(position)
            place = np.uint32(choices[stop])
            places[place, 0] += 1
            if mine > places[place, 1]:
                places[place, 1] = mine
                places[place, 2] = 1
            elif mine == places[place, 1]:
                places[place, 2] += 1
        roughly = np.uint16((mine >> shift) + 1)
        doubtful = np.uint32(0)
        at = begin
        while at < stop:
            if at + np.uint64(4) <= total:
                seen = np.uint32(0)
                for k in range(4):
                    at_place = np.uint32(choices[at + np.uint64(k)])
                    seen |= np.uint32(roughly <= coarse[at_place]) << np.uint32(k)
                if stop - at < np.uint64(4):
                    seen &= (np.uint32(1) << np.uint32(stop - at)) - np.uint32(1)
                doubtful |= seen
                at += np.uint64(4)
            else:
                doubtful |= np.uint32(roughly <= coarse[np.uint32(choices[at])])
                at += np.uint64(1)
        if doubtful:
            for at in range(begin, stop):
                if mine <= limit[choices[at]]:
                    wrong += 1
                    break
    return wrong


def check_plain(
    offsets: Array,
    choices: Array,
    held: Array,
    taking: Array,
    group: Array,
    seats: Array,
    limit: Array,
    over_plan: bool,
) -> int:
    """How many things are wrong with results of a plain market; nothing of how they were made is used.

    ``held``: position in the own list, -1. ``limit`` (int32, places): the published cut-offs as tie groups, -1
    without seats and ``NO_LIMIT`` where seats are left; they are recounted from the results. ``over_plan``: a tied
    set may go over the seats, if without it some were left (``admit_all``); otherwise no more than ``seats`` may be
    admitted.
    """
    open_seats = np.maximum(seats, 0)
    shift = max(0, int(group.max(initial=0)).bit_length() - 15)
    places = np.zeros((len(seats), 4), np.int32)
    places[:, 1] = -1
    coarse = np.minimum((limit.astype(np.int64) >> shift) + 1, 65535).astype(np.uint16)
    faults = int(sweep(offsets, choices, held, taking, group, coarse, limit, shift, places))
    taken, worst, tied = places[:, 0], places[:, 1], places[:, 2]
    faults += int((((taken - tied) if over_plan else taken - 1) >= open_seats).sum(where=taken > 0))
    really = np.where(open_seats == 0, -1, np.where(taken >= open_seats, worst, NO_LIMIT))
    return faults + int((really != limit).sum())


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
