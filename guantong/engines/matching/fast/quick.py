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

from guantong.engines.matching.fast.compiling import inlined, kernel, piece, prefetch
from guantong.engines.matching.model import LARGEST_DISTANCE, Code

Array = Any
"""A numpy array."""

_ADMITTED, _OVER, _HIGHER = int(Code.ADMITTED), int(Code.ADMITTED_OVER_PLAN), int(Code.PLACED_HIGHER)
NO_LIMIT = np.int32(2**31 - 1)
"""The cut-off of a place with seats left: everybody is let in."""
WIDTH, NEAR = 6, 4096
"""How many choices are looked at without a branch between them, and how many ahead the processor is asked for."""
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
        prefetch(choices, np.int64(offsets[c]) + NEAR)
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
def passed_over(
    offsets: Array, choices: Array, held: Array, taking: Array, group: Array, limit: Array, rows: int
) -> int:
    """How many stretches of lists hold a place before the held one that should have taken the candidate.

    Only the first ``rows`` candidates are looked at; behind the list of the last of them at least ``WIDTH`` more
    choices and one more candidate must stand. Lists are short and of all lengths, so a loop for each would be
    mispredicted at nearly every end: every step looks at ``WIDTH`` places of the present list, those beyond its end
    masked out, and moves on to the next list by arithmetic alone.
    """
    wrong = np.int64(0)
    c, at = np.uint64(0), np.int64(offsets[0])
    stop, mine = at + _looked_at(offsets, held, taking, c), group[0]
    while c < np.uint64(rows):
        prefetch(choices, at + NEAR)
        left = stop - at
        seen = np.int32(0)
        for k in range(WIDTH):
            place = np.uint32(choices[np.uint64(at) + np.uint64(k)])
            seen |= np.int32(mine <= limit[place]) & np.int32(k < left)
        wrong += seen
        done = np.int64(left <= WIDTH)
        c += np.uint64(done)
        begin = np.int64(offsets[c])
        at = _either(done, begin, at + WIDTH)
        stop, mine = begin + _looked_at(offsets, held, taking, c), group[c]
    return wrong


@inlined
def _either(is_first: int, first: int, second: int) -> int:
    """``first`` where ``is_first`` is 1, ``second`` where it is 0, without a branch."""
    return (first & -is_first) | (second & (is_first - 1))


@inlined
def _looked_at(offsets: Array, held: Array, taking: Array, c: int) -> int:
    """How many choices were looked at before the held one; none for those who take no part."""
    length, position = np.int64(offsets[c + np.uint64(1)]) - np.int64(offsets[c]), np.int64(held[c])
    is_inside = np.int64(position >= 0) & np.int64(position < length)
    return _either(is_inside, position, length) * np.int64(taking[c])


@kernel
def passed_over_singly(
    offsets: Array, choices: Array, held: Array, taking: Array, group: Array, limit: Array, rows: int
) -> int:
    """As :func:`passed_over`, for the candidates from ``rows`` on, one choice after another."""
    wrong = np.int64(0)
    for c in range(np.uint64(rows), np.uint64(len(held))):
        begin = np.int64(offsets[c])
        for at in range(begin, begin + _looked_at(offsets, held, taking, c)):
            wrong += group[c] <= limit[np.uint32(choices[np.uint64(at)])]
    return wrong


@kernel
def recount(
    offsets: Array, choices: Array, held: Array, taking: Array, group: Array, limit: Array, admitted: Array
) -> int:
    """How many results are not in the own list, or are worse than the cut-off of their place.

    ``admitted`` (int64, places; zeros) receives how many every place admitted, and above bit 32 how many of them
    stand exactly at its cut-off.
    """
    wrong = np.int64(0)
    for c in range(np.uint64(len(held))):
        begin = np.int64(offsets[c])
        prefetch(choices, begin + NEAR)
        if held[c] < 0 or not taking[c]:
            continue
        at = begin + np.int64(held[c])
        if at >= np.int64(offsets[c + np.uint64(1)]):
            wrong += 1
            continue
        place = np.uint32(choices[np.uint64(at)])
        admitted[place] += np.int64(1) + (np.int64(group[c] == limit[place]) << np.int64(32))
        wrong += group[c] > limit[place]
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
    without seats and ``NO_LIMIT`` where seats are left. ``over_plan``: a tied set may go over the seats, if without
    it some were left (``admit_all``); otherwise no more than ``seats`` may be admitted.

    Wrong is: a place in nobody's own list; a candidate worse than the published cut-off of the place held; one whom
    a place before the held one should have taken (justified envy, or a seat left empty and wanted); a cut-off that
    nobody admitted stands at, or that is published where seats are left (or not where none is); more admitted than
    the plan allows. So the published cut-offs are exactly those the results amount to.
    """
    if not len(held):
        return int((limit != np.where(seats <= 0, -1, NO_LIMIT)).sum())
    whole = int(np.searchsorted(offsets[1:], len(choices) - WIDTH, "right"))
    rows = min(whole, len(held) - 1)
    data = (offsets, choices, held, taking, group, limit)
    admitted = np.zeros(len(seats), np.int64)
    faults = int(passed_over(*data, rows)) + int(passed_over_singly(*data, rows)) + int(recount(*data, admitted))
    taken, at_limit = admitted & 0xFFFFFFFF, admitted >> 32
    open_seats = np.maximum(seats, 0)
    full = (taken >= open_seats) & (open_seats > 0)
    faults += int((((taken - at_limit) if over_plan else taken - 1) >= open_seats)[full].sum())
    faults += int((full & (at_limit == 0)).sum())
    faults += int((~full & (limit != np.where(open_seats == 0, -1, NO_LIMIT))).sum())
    return faults


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
