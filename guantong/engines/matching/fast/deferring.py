"""Deferred acceptance where places rank by priorities of their own: the least score limits, best for every candidate
at once.
"""

# mypy: disable-error-code="arg-type,assignment,return-value,no-any-return,call-overload,operator,untyped-decorator"
# (inside kernels a number of numpy and an int are the same thing)

from __future__ import annotations

from typing import Any

import numpy as np

from guantong.engines.matching.fast.asking import has_bit, is_live, list_of, ordinal_of, sent_back
from guantong.engines.matching.fast.compiling import allocating, kernel
from guantong.engines.matching.fast.settling import ADMIT_ALL, LOTTERY
from guantong.engines.matching.fast.shapes import Lists, Own, Slices
from guantong.engines.matching.fast.targets import Ceilings, Held, Targets
from guantong.engines.matching.model import MISSING

Array = Any
"""A numpy array."""


@kernel
def own_priority(own: Own, candidate: int, place: int) -> int:
    """The place's own priority of the candidate in millionths, more is better; ``MISSING``; 0 where the place has
    none.
    """
    kind = own.kind[place]
    if kind == 0:
        return np.int64(0)
    if kind == 1:
        low, high = own.score_offsets[candidate], own.score_offsets[candidate + 1]
        while low < high:
            middle = (low + high) >> 1
            if own.score_places[middle] < place:
                low = middle + 1
            else:
                high = middle
        if low < own.score_offsets[candidate + 1] and own.score_places[low] == place:
            return own.score_values[low]
        return np.int64(MISSING)
    total = np.int64(0)
    for row in range(own.weight_offsets[place], own.weight_offsets[place + 1]):
        value = own.columns[candidate, own.weight_column[row]]
        if value == MISSING:
            return np.int64(MISSING)
        total += value * own.weight[row]
    return total


@kernel
def compare(own: Own, group: Array, one: int, other: int, place: int) -> int:
    """-1: ``one`` stands before ``other`` at the place, 0: tied, 1: behind. ``place`` -1: the common order."""
    if place >= 0 and own.kind[place]:
        mine, theirs = own_priority(own, one, np.int64(place)), own_priority(own, other, np.int64(place))
        if mine != theirs:
            return -1 if mine > theirs else 1
    if group[one] == group[other]:
        return 0
    return -1 if group[one] < group[other] else 1


@kernel
def _next_live(
    lists: Lists, slices: Slices, candidate: int, choice: int, mark: int, end: int, out: Array
) -> tuple[int, int, int, bool]:
    """The first live slice from ``mark`` of ``choice`` on, open or not."""
    while choice < end:
        count, wished = list_of(lists, choice, out)
        at = 0
        for row in range(count):
            place = out[row]
            first, stop = slices.offsets[place], slices.offsets[place + 1]
            if at + (stop - first) > mark and sent_back(lists, candidate, place) < 0:
                for number in range(first, stop):
                    if at + (number - first) >= mark and is_live(slices, candidate, number):
                        return choice, at + (number - first), number, row >= wished
            at += stop - first
        choice += 1
        mark = 0
    return end, 0, -1, False


@allocating
def _keep(
    ties: int,
    slices: Slices,
    own: Own,
    group: Array,
    ceilings: Ceilings,
    seats: int,
    number: int,
    members: Array,
    kept: Array,
) -> int:
    """Which of those standing at a slice may stay (``kept``); ``members`` are put in order. The first to go, or
    their number.
    """
    count, place = len(members), np.int64(slices.place[number])
    priority = np.empty(count, np.int64)
    ranks = np.empty(count, np.int64)
    for k in range(count):
        ranks[k] = group[members[k]]
    in_rank = members[np.argsort(ranks, kind="mergesort")]
    for k in range(count):
        priority[k] = ~own_priority(own, in_rank[k], place)
    by_priority = np.argsort(priority, kind="mergesort")
    for k in range(count):
        members[k] = in_rank[by_priority[k]]
    kept[:count] = False
    if ties == LOTTERY:
        first, last = np.int64(0), np.int64(0)
        ordinary = slices.quota[number] < 0 and len(ceilings.room) > 0
        if ordinary:
            first, last = np.int64(slices.ceiling_offsets[place]), np.int64(slices.ceiling_offsets[place + 1])
        used = np.zeros(last - first, np.int64)
        staying = 0
        out = count
        for k in range(count):
            fits = staying < seats
            for row in range(first, last):
                if used[row - first] >= ceilings.room[row] and has_bit(slices, members[k], slices.ceiling_bit[row]):
                    fits = False
            if fits:
                kept[k] = True
                staying += 1
                for row in range(first, last):
                    if has_bit(slices, members[k], slices.ceiling_bit[row]):
                        used[row - first] += 1
            elif out == count:
                out = k
        return out
    begin = 0
    while begin < count:
        stop = begin + 1
        while stop < count and compare(own, group, members[begin], members[stop], place) == 0:
            stop += 1
        if (begin if ties == ADMIT_ALL else stop - 1) >= seats:
            return begin
        kept[begin:stop] = True
        begin = stop
    return count


@allocating
def least_limits(
    ties: int,
    step: int,
    lists: Lists,
    slices: Slices,
    own: Own,
    group: Array,
    order: Array,
    first: Array,
    end: Array,
    targets: Targets,
    ceilings: Ceilings,
    held: Held,
    out: Array,
) -> None:
    """Where each candidate of ``order`` ends up, in rounds: everybody turned away goes on, then every slice looks
    again.

    Those standing at a slice are a linked list, so a tied set may exceed the plan. A round only ever raises limits,
    so the order of work does not matter.
    """
    start, place_of, quota_of, room = targets.start, slices.place, slices.quota, ceilings.room
    held_choice, held_target, held_reassigned = held.choice, held.target, held.reassigned
    ceiling_offsets = slices.ceiling_offsets
    n, total = len(group), len(start)
    head, following = np.full(total, -1, np.int32), np.full(n, -1, np.int32)
    crowd = np.zeros(total, np.int64)
    limit = np.full(total, -1, np.int32)
    choice_at, mark_at = first.copy(), np.zeros(n, np.int64)
    waiting = order.copy()
    touched = np.empty(total, np.int64)
    is_touched = np.zeros(total, np.bool_)
    while len(waiting):
        many = 0
        for c in waiting:
            held_choice[c], held_target[c] = -1, -1
            choice, mark = choice_at[c], mark_at[c]
            while True:
                choice, mark, number, other = _next_live(lists, slices, c, choice, mark, end[c], out)
                if number < 0:
                    break
                if start[number] > 0 and (
                    limit[number] < 0 or compare(own, group, c, limit[number], np.int64(place_of[number])) < 0
                ):
                    held_choice[c], held_target[c], held_reassigned[c] = choice, number, other
                    following[c] = head[number]
                    head[number] = c
                    crowd[number] += 1
                    if not is_touched[number]:
                        is_touched[number] = True
                        touched[many] = number
                        many += 1
                    break
                mark += 1
            choice_at[c], mark_at[c] = choice, mark + 1
        leaving = 0
        gone = np.empty(len(waiting) + 1, np.int32)
        for at in range(many):
            number = touched[at]
            is_touched[number] = False
            ordinary_with_ceiling = (
                len(room) > 0
                and quota_of[number] < 0
                and ceiling_offsets[place_of[number]] < ceiling_offsets[place_of[number] + 1]
            )
            if crowd[number] <= start[number] and not ordinary_with_ceiling:
                continue
            members = np.empty(crowd[number], np.int32)
            c, k = head[number], 0
            while c >= 0:
                members[k] = c
                k += 1
                c = following[c]
            kept = np.zeros(len(members), np.bool_)
            out_from = _keep(ties, slices, own, group, ceilings, start[number], number, members, kept)
            if out_from == len(members):
                continue
            if ties != LOTTERY:
                limit[number] = members[out_from]
            head[number] = -1
            crowd[number] = 0
            for k in range(len(members)):
                c = members[k]
                if kept[k]:
                    following[c] = head[number]
                    head[number] = c
                    crowd[number] += 1
                else:
                    if leaving == len(gone):
                        larger = np.empty(2 * len(gone), np.int32)
                        larger[:leaving] = gone
                        gone = larger
                    gone[leaving] = c
                    leaving += 1
        waiting = gone[:leaving].copy()
    for number in range(total):
        c = head[number]
        while c >= 0:
            ordinal = ordinal_of(lists, c, held_choice[c])
            last = targets.last[number]
            behind = 1 if last < 0 else compare(own, group, c, last, np.int64(place_of[number]))
            if behind > 0:
                targets.last[number], targets.last_ordinal[number] = c, ordinal
            elif behind == 0:
                targets.last_ordinal[number] = max(targets.last_ordinal[number], ordinal)
            if len(room) and quota_of[number] < 0:
                _seat_under_ceilings(slices, own, group, ceilings, c, number, step)
            c = following[c]
        targets.taken[number] = crowd[number]
        targets.left[number] -= crowd[number]
        if ties != ADMIT_ALL and ties != LOTTERY and limit[number] >= 0 and crowd[number] < start[number]:
            targets.closed[number] = limit[number]


@kernel
def _seat_under_ceilings(
    slices: Slices, own: Own, group: Array, ceilings: Ceilings, candidate: int, number: int, step: int
) -> None:
    place = np.int64(slices.place[number])
    for row in range(slices.ceiling_offsets[place], slices.ceiling_offsets[place + 1]):
        if has_bit(slices, candidate, slices.ceiling_bit[row]):
            ceilings.room[row] -= 1
            last = ceilings.last[row]
            if last < 0 or ceilings.step[row] != step or compare(own, group, candidate, last, place) > 0:
                ceilings.last[row] = candidate
                ceilings.step[row] = step
