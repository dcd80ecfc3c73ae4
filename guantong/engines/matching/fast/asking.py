"""What is asked of one candidate: which places a choice means, which slices are live, what was sent back."""

# mypy: disable-error-code="arg-type,assignment,return-value,no-any-return,call-overload,operator,untyped-decorator"
# (inside kernels a number of numpy and an int are the same thing)

from __future__ import annotations

from typing import Any

import numpy as np

from guantong.engines.matching.fast.compiling import kernel
from guantong.engines.matching.fast.shapes import Lists, Slices
from guantong.engines.matching.fast.targets import Ceilings, Targets

Array = Any
"""A numpy array."""


@kernel
def is_live(slices: Slices, candidate: int, number: int) -> bool:
    """Whether the slice is the candidate's and all conditions and lines hold; send-backs aside."""
    if len(slices.live):
        return (slices.live[candidate] >> np.uint64(slices.of_class[number])) & np.uint64(1) != 0
    for word in range(slices.bits.shape[1]):
        bits = slices.bits[candidate, word]
        need = slices.need[number, word]
        if (bits & need) != need or (bits & slices.forbid[number, word]) != 0:
            return False
    return True


@kernel
def may_come_to(slices: Slices, candidate: int, pool: int) -> bool:
    """Whether the candidate has what every slice of the pool needs."""
    for word in range(slices.bits.shape[1]):
        need = slices.pool_need[pool, word]
        if (slices.bits[candidate, word] & need) != need:
            return False
    return True


@kernel
def sent_back(lists: Lists, candidate: int, place: int) -> int:
    """Number of the reason for which the place sent the candidate back, -1."""
    if len(lists.back_offsets) == 0:
        return -1
    for row in range(lists.back_offsets[candidate], lists.back_offsets[candidate + 1]):
        if lists.back_places[row] == place:
            return lists.back_reasons[row]
    return -1


@kernel
def has_bit(slices: Slices, candidate: int, bit: int) -> bool:
    """Whether one of the candidate's answers is yes."""
    return (slices.bits[candidate, bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1) != 0


@kernel
def under_ceilings(slices: Slices, room: Array, candidate: int, number: int) -> bool:
    """Whether no ceiling of the place is reached for the candidate; only the ordinary slice has any."""
    if len(room) == 0 or slices.quota[number] >= 0:
        return True
    place = slices.place[number]
    for row in range(slices.ceiling_offsets[place], slices.ceiling_offsets[place + 1]):
        if room[row] <= 0 and has_bit(slices, candidate, slices.ceiling_bit[row]):
            return False
    return True


@kernel
def use_ceilings(slices: Slices, ceilings: Ceilings, candidate: int, number: int, step: int) -> None:
    """The candidate takes a seat of the slice in this step; better ranked ones came before."""
    if len(ceilings.room) == 0 or slices.quota[number] >= 0:
        return
    place = slices.place[number]
    for row in range(slices.ceiling_offsets[place], slices.ceiling_offsets[place + 1]):
        if has_bit(slices, candidate, slices.ceiling_bit[row]):
            ceilings.room[row] -= 1
            ceilings.last[row] = candidate
            ceilings.step[row] = step


@kernel
def list_of(lists: Lists, choice: int, out: Array) -> tuple[int, int]:
    """The places of a choice in ``out``, others after the wished ones in the order of places; how many, how many
    wished.
    """
    unit = lists.choice_units[choice]
    first, end = lists.unit_offsets[unit], lists.unit_offsets[unit + 1]
    begin, stop = np.int64(0), np.int64(0)
    if len(lists.wish_offsets):
        begin, stop = lists.wish_offsets[choice], lists.wish_offsets[choice + 1]
    if begin == stop:
        for at in range(first, end):
            out[at - first] = lists.unit_places[at]
        return end - first, end - first
    wished = stop - begin
    for at in range(begin, stop):
        out[at - begin] = lists.wish_places[at]
    count = wished
    if len(lists.accepts) and lists.accepts[choice]:
        for at in range(first, end):
            place = lists.unit_places[at]
            known = False
            for row in range(wished):
                if out[row] == place:
                    known = True
                    break
            if not known:
                out[count] = place
                count += 1
    return count, wished


@kernel
def live_slices(lists: Lists, slices: Slices, candidate: int, pool: int, out: Array, count: int) -> int:
    """The live slices of the first ``count`` places in ``out``, in order and of one ``pool`` (-1: of any), behind
    those places; up to where they stand.
    """
    stop = np.int64(count)
    for row in range(count):
        place = out[row]
        if sent_back(lists, candidate, place) >= 0:
            continue
        for number in range(slices.offsets[place], slices.offsets[place + 1]):
            if (pool < 0 or slices.pool[number] == pool) and is_live(slices, candidate, number):
                out[stop] = number
                stop += 1
    return stop


@kernel
def ordinal_of(lists: Lists, candidate: int, choice: int) -> int:
    """The ordinal of a choice."""
    if len(lists.ordinals):
        return lists.ordinals[choice]
    return choice - lists.choice_offsets[candidate] + 1


@kernel
def most_seats_first(
    lists: Lists,
    slices: Slices,
    group: Array,
    targets: Targets,
    candidate: int,
    pool: int,
    out: Array,
    wished: int,
    count: int,
) -> None:
    """Order the places not wished by the open seats the candidate could use there, most first, then as they stand.

    The second half of ``out`` is for counting.

    What the candidate's own tied set closes counts as open still: the order is that before the set came.
    """
    usable = out[len(out) >> 1 :]
    for row in range(wished, count):
        usable[row] = 0
        place = out[row]
        if sent_back(lists, candidate, place) >= 0:
            continue
        for number in range(slices.offsets[place], slices.offsets[place + 1]):
            if pool >= 0 and slices.pool[number] != pool:
                continue
            if (
                targets.left[number] > 0
                and (targets.closed[number] < 0 or group[targets.closed[number]] == group[candidate])
                and is_live(slices, candidate, number)
            ):
                usable[row] += targets.left[number]
    for row in range(wished + 1, count):
        place, seats, at = out[row], usable[row], row
        while at > wished and usable[at - 1] < seats:
            out[at] = out[at - 1]
            usable[at] = usable[at - 1]
            at -= 1
        out[at] = place
        usable[at] = seats
