"""Tied sets in rank order come to slices or pools (docs/dev/matching.md section 3): the general kernels of the
common order.
"""

# mypy: disable-error-code="arg-type,assignment,return-value,no-any-return,call-overload,operator,untyped-decorator"
# (inside kernels a number of numpy and an int are the same thing)

from __future__ import annotations

from typing import Any

import numpy as np

from guantong.engines.matching.fast.asking import (
    is_live,
    list_of,
    may_come_to,
    most_seats_first,
    ordinal_of,
    sent_back,
    under_ceilings,
    use_ceilings,
)
from guantong.engines.matching.fast.compiling import kernel
from guantong.engines.matching.fast.shapes import Lists, Slices
from guantong.engines.matching.fast.targets import Ceilings, Held, Targets

Array = Any
"""A numpy array."""

ADMIT_ALL, REJECT_ALL, LOTTERY = 0, 1, 2
ONE_STAGE, FILING, PLACING = 0, 1, 2


@kernel
def find_slice(
    lists: Lists,
    slices: Slices,
    group: Array,
    targets: Targets,
    room: Array,
    candidate: int,
    choice: int,
    step: int,
    end: int,
    pool: int,
    most_seats: bool,
    out: Array,
) -> tuple[int, int, int, bool]:
    """The first live and open slice from ``step`` of ``choice`` on: choice, step, slice (-1: none), whether
    reassigned.
    """
    while choice < end:
        count, wished = list_of(lists, choice, out)
        if most_seats and count > wished:
            most_seats_first(lists, slices, group, targets, candidate, pool, out, wished, count)
        at = 0
        for row in range(count):
            place = out[row]
            first, stop = slices.offsets[place], slices.offsets[place + 1]
            if at + (stop - first) > step and sent_back(lists, candidate, place) < 0:
                for number in range(first, stop):
                    if (
                        at + (number - first) >= step
                        and targets.left[number] > 0
                        and targets.closed[number] < 0
                        and (pool < 0 or slices.pool[number] == pool)
                        and is_live(slices, candidate, number)
                        and under_ceilings(slices, room, candidate, number)
                    ):
                        return choice, at + (number - first), number, row >= wished
            at += stop - first
        choice += 1
        step = 0
    return end, 0, -1, False


@kernel
def has_seat_in_pool(
    lists: Lists, slices: Slices, seats: Array, candidate: int, choice: int, pool: int, out: Array
) -> bool:
    """Whether a place in the list of the choice has a live slice of the pool with an open seat."""
    count, _ = list_of(lists, choice, out)
    for row in range(count):
        place = out[row]
        for number in range(slices.offsets[place], slices.offsets[place + 1]):
            if (
                slices.pool[number] == pool
                and seats[number] > 0
                and is_live(slices, candidate, number)
                and sent_back(lists, candidate, place) < 0
            ):
                return True
    return False


@kernel
def find_pool(
    lists: Lists,
    slices: Slices,
    pools: Targets,
    seats: Array,
    struck: Array,
    candidate: int,
    choice: int,
    step: int,
    end: int,
    out: Array,
) -> tuple[int, int, int, bool]:
    """The first open pool from ``step`` of ``choice`` on in which the choice has a live slice with an open seat."""
    while choice < end:
        unit = lists.choice_units[choice]
        first, stop = slices.pool_offsets[unit], slices.pool_offsets[unit + 1]
        if len(struck) == 0 or not struck[choice]:
            for pool in range(first + step, stop):
                if (
                    pools.left[pool] > 0
                    and pools.closed[pool] < 0
                    and may_come_to(slices, candidate, pool)
                    and has_seat_in_pool(lists, slices, seats, candidate, choice, pool, out)
                ):
                    return choice, pool - first, pool, False
        choice += 1
        step = 0
    return end, 0, -1, False


@kernel
def take(targets: Targets, group: Array, candidate: int, number: int, ordinal: int) -> None:
    """The candidate gets a seat; better ranked ones came before."""
    last = targets.last[number]
    if last < 0 or group[last] != group[candidate]:
        targets.last[number] = candidate
        targets.last_ordinal[number] = ordinal
    elif ordinal > targets.last_ordinal[number]:
        targets.last_ordinal[number] = ordinal
    targets.left[number] -= 1
    targets.taken[number] += 1


@kernel
def would_help(
    lists: Lists,
    slices: Slices,
    group: Array,
    targets: Targets,
    room: Array,
    candidate: int,
    choice: int,
    pool: int,
    out: Array,
) -> bool:
    """Whether reassignment was not accepted though another place of the pool stood open before the tied set came."""
    if len(lists.accepts) and lists.accepts[choice]:
        return False
    _, wished = list_of(lists, choice, out)
    unit = lists.choice_units[choice]
    for at in range(lists.unit_offsets[unit], lists.unit_offsets[unit + 1]):
        place = lists.unit_places[at]
        known = False
        for row in range(wished):
            if out[row] == place:
                known = True
                break
        if known or sent_back(lists, candidate, place) >= 0:
            continue
        for number in range(slices.offsets[place], slices.offsets[place + 1]):
            if (
                slices.pool[number] == pool
                and targets.left[number] > 0
                and (targets.closed[number] < 0 or group[targets.closed[number]] == group[candidate])
                and is_live(slices, candidate, number)
                and under_ceilings(slices, room, candidate, number)
            ):
                return True
    return False


@kernel
def settle(
    stage: int,
    ties: int,
    step: int,
    lists: Lists,
    slices: Slices,
    group: Array,
    order: Array,
    first: Array,
    end: Array,
    targets: Targets,
    seats: Array,
    ceilings: Ceilings,
    struck: Array,
    filed: Held,
    most_seats: bool,
    held: Held,
    sent: Array,
    out: Array,
    crowd: Array,
    marks: Array,
) -> None:
    """Every tied set of ``order`` comes to ``targets``; what each gets is written to ``held``.

    ``first`` and ``end`` bound each candidate's choices. ``stage``: ``ONE_STAGE`` slices of all of them; ``FILING``
    pools (``seats`` of the slices as they were before filing; ``struck`` choices left out, or empty); ``PLACING``
    slices of the pool each was ``filed`` to: those who get none have ``sent`` 1 when accepting reassignment would
    have helped, else 2. Scratch, int64: ``out`` twice the places of the largest unit, ``crowd`` zeros for each
    target and ``marks`` one for each member of the largest tied set (both only looked at under ``REJECT_ALL``).
    """
    room = ceilings.room
    n = len(order)
    begin = 0
    while begin < n:
        stop = begin + 1
        if ties != LOTTERY:
            of = group[order[begin]]
            while stop < n and group[order[stop]] == of:
                stop += 1
        may_close = ties == REJECT_ALL and stop - begin > 1
        for k in range(begin, stop):
            c = order[k]
            if stage == FILING:
                choice, mark, number, other = find_pool(
                    lists, slices, targets, seats, struck, c, first[c], np.int64(0), end[c], out
                )
            elif stage == ONE_STAGE:
                choice, mark, number, other = find_slice(
                    lists, slices, group, targets, room, c, first[c], np.int64(0), end[c], np.int64(-1), most_seats, out
                )
            else:
                choice = filed.choice[c]
                choice, mark, number, other = find_slice(
                    lists,
                    slices,
                    group,
                    targets,
                    room,
                    c,
                    choice,
                    np.int64(0),
                    choice + 1,
                    np.int64(filed.target[c]),
                    most_seats,
                    out,
                )
            held.choice[c] = choice if number >= 0 else -1
            held.target[c] = number
            held.reassigned[c] = other
            if may_close:
                marks[k - begin] = mark
        if may_close:
            _fit_or_close(
                stage,
                lists,
                slices,
                group,
                order[begin:stop],
                first,
                end,
                targets,
                seats,
                room,
                struck,
                filed,
                most_seats,
                held,
                marks,
                crowd,
                out,
            )
        if stage == PLACING:
            for k in range(begin, stop):
                c = order[k]
                if held.target[c] < 0:
                    helped = would_help(
                        lists, slices, group, targets, room, c, filed.choice[c], np.int64(filed.target[c]), out
                    )
                    sent[c] = 1 if helped else 2
        for k in range(begin, stop):
            c = order[k]
            number = held.target[c]
            if number >= 0:
                take(targets, group, c, number, ordinal_of(lists, c, held.choice[c]))
                if stage != FILING:
                    use_ceilings(slices, ceilings, c, number, step)
        begin = stop


@kernel
def _fit_or_close(
    stage: int,
    lists: Lists,
    slices: Slices,
    group: Array,
    members: Array,
    first: Array,
    end: Array,
    targets: Targets,
    seats: Array,
    room: Array,
    struck: Array,
    filed: Held,
    most_seats: bool,
    held: Held,
    marks: Array,
    crowd: Array,
    out: Array,
) -> None:
    """``reject_all``: close overfull targets and send those standing there on, until no target is overfull."""
    for c in members:
        if held.target[c] >= 0:
            crowd[held.target[c]] += 1
    again = True
    while again:
        again = False
        for c in members:
            number = held.target[c]
            if number >= 0 and crowd[number] > targets.left[number] and targets.closed[number] < 0:
                targets.closed[number] = c
                again = True
        if not again:
            break
        for k in range(len(members)):
            c = members[k]
            number = held.target[c]
            if number < 0 or targets.closed[number] < 0:
                continue
            crowd[number] -= 1
            if stage == FILING:
                choice, mark, number, other = find_pool(
                    lists, slices, targets, seats, struck, c, held.choice[c], marks[k] + 1, end[c], out
                )
            else:
                stop = end[c] if stage == ONE_STAGE else filed.choice[c] + 1
                pool = np.int64(-1) if stage == ONE_STAGE else np.int64(filed.target[c])
                choice, mark, number, other = find_slice(
                    lists, slices, group, targets, room, c, held.choice[c], marks[k] + 1, stop, pool, most_seats, out
                )
            held.choice[c] = choice if number >= 0 else -1
            held.target[c] = number
            held.reassigned[c] = other
            marks[k] = mark
            if number >= 0:
                crowd[number] += 1
    for c in members:
        if held.target[c] >= 0:
            crowd[held.target[c]] = 0
