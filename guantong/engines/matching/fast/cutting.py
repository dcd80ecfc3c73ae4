"""Why one slice or one pool turned one candidate away: the cut-off, a ceiling, an earlier ordinal, a condition, a
line.
"""

# mypy: disable-error-code="arg-type,assignment,return-value,no-any-return,call-overload,operator,untyped-decorator"
# (inside kernels a number of numpy and an int are the same thing)

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from guantong.engines.matching.fast.asking import has_bit, sent_back
from guantong.engines.matching.fast.compiling import kernel
from guantong.engines.matching.fast.deferring import compare, own_priority
from guantong.engines.matching.fast.shapes import Keys, Lists, Own, Reasons, Slices
from guantong.engines.matching.fast.targets import Ceilings, Held, Targets
from guantong.engines.matching.model import LARGEST_DISTANCE, MISSING, PRIORITY_SCALE, Code

Array = Any
"""A numpy array."""

# numbers of numpy, so that kernels are compiled for "a number" and not once for each of these
_NOT_ELIGIBLE, _BELOW_LINE = np.int64(Code.NOT_ELIGIBLE), np.int64(Code.BELOW_LINE)
_NO_SEATS, _BELOW_CUTOFF, _LOST_TIE = (np.int64(code) for code in (Code.NO_SEATS, Code.BELOW_CUTOFF, Code.LOST_TIE))
_QUOTA_FULL, _SERVED = np.int64(Code.QUOTA_FULL), np.int64(Code.SERVED_EARLIER)
_SENT_BY_SCHOOL = np.int64(Code.SENT_BACK_BY_SCHOOL)
_NONE, _ZERO = np.int64(-1), np.int64(0)


class Step(NamedTuple):
    """What happened in one step, as far as verdicts ask."""

    slices: Targets
    pools: Targets
    open_at_start: Array  # int64, slices: open when the run began
    served: Array  # int32, slices: the last ordinal that got somebody, or at which it was closed
    pool_closed: Array  # int32, pools: the step in which it was closed, -1
    ceilings: Ceilings
    held: Held
    filed: Held
    sent: Array  # uint8: 1, 2 as ``settle`` wrote it
    number: int
    two_stages: bool
    one_shot: bool


class Written(NamedTuple):
    """The verdicts over choices, and which slices and pools turned somebody away."""

    codes: Array  # uint8
    keys: Array  # int16
    distances: Array  # int32
    full_slices: Array  # bool
    full_pools: Array  # bool


@kernel
def deciding(
    own: Own, keys: Keys, reasons: Reasons, candidate: int, last: int, place: int
) -> tuple[int, int, int, int]:
    """The first key in which ``candidate`` is behind ``last``: code, position in the vector, name, distance."""
    if place >= 0 and own.kind[place]:
        mine, theirs = own_priority(own, candidate, np.int64(place)), own_priority(own, last, np.int64(place))
        if mine != theirs:
            distance = _NONE
            if mine != MISSING and theirs != MISSING:
                distance = min(-((mine - theirs) // PRIORITY_SCALE), np.int64(LARGEST_DISTANCE))
            return _BELOW_CUTOFF, _ZERO, np.int64(reasons.priority_name), distance
    for word in range(keys.words.shape[0]):
        mine_word, other_word = keys.words[word, candidate], keys.words[word, last]
        differ = mine_word ^ other_word
        if differ == 0:
            continue
        for q in range(len(keys.at)):
            if keys.at[q] != word:
                continue
            shift = np.uint64(keys.shift[q])
            if ((differ >> shift) & keys.mask[q]) == 0:
                continue
            mine_code = np.int64((mine_word >> shift) & keys.mask[q])
            other_code = np.int64((other_word >> shift) & keys.mask[q])
            distance = _NONE
            if mine_code != keys.worst[q] and other_code != keys.worst[q]:
                distance = min(abs(mine_code - other_code) * keys.step[q], np.int64(LARGEST_DISTANCE))
            code = _LOST_TIE if q == keys.lottery else _BELOW_CUTOFF
            return code, np.int64(q + 1), np.int64(keys.name[q]), distance
    return _NONE, _ZERO, _NONE, _NONE


@kernel
def _by_rank(
    own: Own, keys: Keys, reasons: Reasons, targets: Targets, candidate: int, number: int, place: int
) -> tuple[int, int, int, int]:
    last, shut = targets.last[number], targets.closed[number]
    if shut >= 0:
        order = compare(own, keys.group, candidate, shut, place)
        if order == 0:
            return _LOST_TIE, np.int64(len(keys.at) + 1), np.int64(reasons.ties_name), _NONE
        if order > 0:
            return deciding(own, keys, reasons, candidate, last if last >= 0 else shut, place)
    if (
        last >= 0
        and targets.taken[number] >= targets.start[number]
        and compare(own, keys.group, candidate, last, place) > 0
    ):
        return deciding(own, keys, reasons, candidate, last, place)
    return _NONE, _ZERO, _NONE, _NONE


@kernel
def _by_ceiling(
    slices: Slices, own: Own, keys: Keys, reasons: Reasons, step: Step, candidate: int, number: int
) -> tuple[int, int, int, int]:
    if len(step.ceilings.room) and slices.quota[number] < 0:
        place = np.int64(slices.place[number])
        for row in range(slices.ceiling_offsets[place], slices.ceiling_offsets[place + 1]):
            if step.ceilings.room[row] > 0 or not has_bit(slices, candidate, slices.ceiling_bit[row]):
                continue
            last = step.ceilings.last[row]
            if (
                last < 0
                or step.ceilings.step[row] < step.number
                or compare(own, keys.group, candidate, last, place) > 0
            ):
                return _QUOTA_FULL, _ZERO, np.int64(reasons.quota_name[slices.ceiling_quota[row]]), _NONE
    return _NONE, _ZERO, _NONE, _NONE


@kernel
def at_slice(
    slices: Slices, own: Own, keys: Keys, reasons: Reasons, step: Step, candidate: int, number: int
) -> tuple[int, int, int, int]:
    """Why the slice turned the candidate away: code (-1: nothing would have), position, name, distance."""
    if step.open_at_start[number] == 0:
        return _NO_SEATS, _ZERO, _NONE, _NONE
    if step.slices.start[number] == 0:
        return _SERVED, _ZERO, np.int64(reasons.ordinal_name), np.int64(step.served[number])
    found = _by_rank(own, keys, reasons, step.slices, candidate, np.int64(number), np.int64(slices.place[number]))
    if found[0] < 0:
        return _by_ceiling(slices, own, keys, reasons, step, candidate, number)
    return found


@kernel
def at_pool(
    slices: Slices,
    own: Own,
    keys: Keys,
    reasons: Reasons,
    step: Step,
    candidate: int,
    pool: int,
    out: Array,
    begin: int,
    stop: int,
) -> tuple[bool, tuple[int, int, int, int]]:
    """Whether the live slices ``out[begin:stop]`` have one in the pool, and why the pool took no file (code -1:
    nothing hindered it).
    """
    live = usable = still = False
    served = np.int64(0)
    for at in range(begin, stop):
        number = out[at]
        if slices.pool[number] == pool:
            live = True
            if step.open_at_start[number] > 0:
                usable = True
                still = still or step.slices.start[number] > 0
                served = max(served, np.int64(step.served[number]))
    if not live:
        return False, (_NONE, _ZERO, _NONE, _NONE)
    if not usable:
        return True, (_NO_SEATS, _ZERO, _NONE, _NONE)
    if not still:
        return True, (_SERVED, _ZERO, np.int64(reasons.ordinal_name), served)
    if 0 <= step.pool_closed[pool] < step.number:
        return True, (_SERVED, _ZERO, np.int64(reasons.ordinal_name), np.int64(step.pool_closed[pool]))
    return True, _by_rank(own, keys, reasons, step.pools, candidate, pool, np.int64(-1))


@kernel
def _nearness(code: int) -> int:
    if code == _LOST_TIE:
        return 0
    if code == _BELOW_CUTOFF:
        return 1
    if code == _QUOTA_FULL:
        return 2
    return 3 if code == _SERVED else 4


@kernel
def is_nearer(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    """Whether ``one`` counts before ``other``: code, then the later key, then the smaller distance."""
    if one[0] < 0 or other[0] < 0:
        return other[0] < 0 and one[0] >= 0
    mine, theirs = _nearness(one[0]), _nearness(other[0])
    if mine != theirs:
        return mine < theirs
    if one[1] != other[1]:
        return one[1] > other[1]
    largest = np.int64(LARGEST_DISTANCE)
    return (one[3] if one[3] != _NONE else largest) < (other[3] if other[3] != _NONE else largest)


@kernel
def fault(
    lists: Lists, slices: Slices, reasons: Reasons, candidate: int, out: Array, count: int
) -> tuple[int, int, int, int]:
    """Why the candidate may sit nowhere in the list."""
    none = _NONE
    for row in range(count):
        reason = sent_back(lists, candidate, out[row])
        if reason >= 0:
            return _SENT_BY_SCHOOL, _ZERO, np.int64(reasons.reason_name[reason]), none
    place = out[0]
    for row in range(reasons.condition_offsets[place], reasons.condition_offsets[place + 1]):
        if not has_bit(slices, candidate, reasons.condition_bit[row]):
            return _NOT_ELIGIBLE, _ZERO, np.int64(reasons.condition_name[row]), none
    for number in range(slices.offsets[place], slices.offsets[place + 1]):
        mine = True
        for word in range(slices.bits.shape[1]):
            bits, member = slices.bits[candidate, word], slices.member[number, word]
            if (bits & member) != member or (bits & slices.forbid[number, word]) != 0:
                mine = False
        if not mine:
            continue
        for row in range(reasons.line_offsets[number], reasons.line_offsets[number + 1]):
            if not has_bit(slices, candidate, reasons.line_bit[row]):
                value = reasons.line_values[reasons.line_column[row], candidate]
                distance = none if value == MISSING else reasons.line_at_least[row] - value
                return _BELOW_LINE, _ZERO, np.int64(reasons.line_name[row]), min(distance, np.int64(LARGEST_DISTANCE))
    return _NONE, _ZERO, _NONE, none
