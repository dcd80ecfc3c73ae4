"""Why each choice came to what it came to, and what was full: section 6 of docs/dev/matching.md as kernels."""

# mypy: disable-error-code="arg-type,assignment,return-value,no-any-return,call-overload,operator,untyped-decorator"
# (inside kernels a number of numpy and an int are the same thing)

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from guantong.engines.matching.fast.compiling import kernel
from guantong.engines.matching.fast.deferring import compare, own_priority
from guantong.engines.matching.fast.settling import has_bit, is_live, list_of, may_come_to, ordinal_of, sent_back
from guantong.engines.matching.fast.store import Keys, Lists, Own, Reasons, Slices
from guantong.engines.matching.fast.targets import Ceilings, Held, Targets
from guantong.engines.matching.model import LARGEST_DISTANCE, MISSING, PRIORITY_SCALE, Code

Array = Any
"""A numpy array."""

# numbers of numpy, so that kernels are compiled for "a number" and not once for each of these
_ADMITTED, _REASSIGNED, _OVER = (
    np.int64(code) for code in (Code.ADMITTED, Code.ADMITTED_REASSIGNED, Code.ADMITTED_OVER_PLAN)
)
_HIGHER, _NOT_ELIGIBLE, _BELOW_LINE = (
    np.int64(code) for code in (Code.PLACED_HIGHER, Code.NOT_ELIGIBLE, Code.BELOW_LINE)
)
_NO_SEATS, _BELOW_CUTOFF, _LOST_TIE = (np.int64(code) for code in (Code.NO_SEATS, Code.BELOW_CUTOFF, Code.LOST_TIE))
_QUOTA_FULL, _SERVED = np.int64(Code.QUOTA_FULL), np.int64(Code.SERVED_EARLIER)
_SENT_PROGRAMMES, _SENT_FULL = np.int64(Code.SENT_BACK_PROGRAMMES), np.int64(Code.SENT_BACK_FULL)
_SENT_BY_SCHOOL, _FILE_USED = np.int64(Code.SENT_BACK_BY_SCHOOL), np.int64(Code.FILE_USED)
_NONE, _ZERO = np.int64(-1), np.int64(0)
_YES, _NO = np.bool_(True), np.bool_(False)


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
        place = slices.place[number]
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
def _at_pool(
    lists: Lists,
    slices: Slices,
    own: Own,
    keys: Keys,
    reasons: Reasons,
    step: Step,
    candidate: int,
    pool: int,
    out: Array,
    count: int,
) -> tuple[bool, tuple[int, int, int, int]]:
    """Whether the list in ``out`` has a live slice in the pool, and why the pool took no file (code -1: nothing
    hindered it).
    """
    live = usable = still = False
    served = np.int64(0)
    for row in range(count):
        place = out[row]
        if sent_back(lists, candidate, place) >= 0:
            continue
        for number in range(slices.offsets[place], slices.offsets[place + 1]):
            if slices.pool[number] == pool and is_live(slices, candidate, number):
                live = True
                if step.open_at_start[number] > 0:
                    usable = True
                    still = still or step.slices.start[number] > 0
                    served = max(served, np.int64(step.served[number]))
    none = _NONE
    if not live:
        return False, (_NONE, _ZERO, _NONE, none)
    if not usable:
        return True, (_NO_SEATS, _ZERO, _NONE, none)
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
def _is_nearer(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
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
def _fault(
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


@kernel
def _turned_away(
    lists: Lists,
    slices: Slices,
    own: Own,
    keys: Keys,
    reasons: Reasons,
    step: Step,
    written: Written,
    mark: bool,
    candidate: int,
    choice: int,
    out: Array,
) -> tuple[int, int, int, int]:
    """Why a choice was not met before any file went there; code -1 when something would have taken the candidate."""
    count, _ = list_of(lists, choice, out)
    best = (_NONE, _ZERO, _NONE, _NONE)
    reached = hindered_by_nothing = False
    if step.two_stages:
        unit = lists.choice_units[choice]
        for pool in range(slices.pool_offsets[unit], slices.pool_offsets[unit + 1]):
            if not may_come_to(slices, candidate, pool):
                continue
            live, found = _at_pool(lists, slices, own, keys, reasons, step, candidate, pool, out, count)
            if not live:
                continue
            reached = True
            if mark:
                written.full_pools[pool] = True
            if found[0] < 0:
                hindered_by_nothing = True
            elif _is_nearer(found, best):
                best = found
    else:
        for row in range(count):
            place = out[row]
            if sent_back(lists, candidate, place) >= 0:
                continue
            for number in range(slices.offsets[place], slices.offsets[place + 1]):
                if not is_live(slices, candidate, number):
                    continue
                reached = True
                if mark:
                    written.full_slices[number] = True
                found = at_slice(slices, own, keys, reasons, step, candidate, number)
                if found[0] < 0:
                    hindered_by_nothing = True
                elif _is_nearer(found, best):
                    best = found
    if not reached:
        return _fault(lists, slices, reasons, candidate, out, count)
    if hindered_by_nothing:
        return _NONE, _ZERO, _NONE, _NONE
    return best


@kernel
def sent_back_verdict(
    lists: Lists,
    slices: Slices,
    own: Own,
    keys: Keys,
    reasons: Reasons,
    step: Step,
    candidate: int,
    choice: int,
    out: Array,
) -> tuple[int, int, int, int]:
    """The verdict of a file sent back: how far from the nearest wished programme."""
    pool = step.filed.target[candidate]
    best = (_NONE, _ZERO, _NONE, _NONE)
    _, wished = list_of(lists, choice, out)
    for row in range(wished):
        place = out[row]
        if sent_back(lists, candidate, place) >= 0:
            continue
        for number in range(slices.offsets[place], slices.offsets[place + 1]):
            if slices.pool[number] == pool and step.open_at_start[number] > 0 and is_live(slices, candidate, number):
                found = at_slice(slices, own, keys, reasons, step, candidate, number)
                if found[0] >= 0 and _is_nearer(found, best):
                    best = found
    return (_SENT_PROGRAMMES if step.sent[candidate] == 1 else _SENT_FULL), _ZERO, best[2], best[3]


@kernel
def _admitting(slices: Slices, own: Own, keys: Keys, step: Step, candidate: int) -> int:
    if step.held.reassigned[candidate]:
        return _REASSIGNED
    number = step.held.target[candidate]
    place = slices.place[number]
    targets = step.slices
    if (
        targets.taken[number] > targets.start[number]
        and compare(own, keys.group, candidate, targets.last[number], place) == 0
    ):
        return _OVER
    if len(step.ceilings.room) and slices.quota[number] < 0:
        for row in range(slices.ceiling_offsets[place], slices.ceiling_offsets[place + 1]):
            if (
                step.ceilings.room[row] < 0
                and step.ceilings.step[row] == step.number
                and has_bit(slices, candidate, slices.ceiling_bit[row])
                and compare(own, keys.group, candidate, step.ceilings.last[row], place) == 0
            ):
                return _OVER
    return _ADMITTED


@kernel
def _mark_before(
    lists: Lists, slices: Slices, step: Step, written: Written, candidate: int, choice: int, out: Array
) -> None:
    """What stands before the held slice in the choice that holds was full."""
    held = step.held.target[candidate]
    count, wished = list_of(lists, choice, out)
    if step.two_stages:
        _mark_pools(lists, slices, written, candidate, choice, slices.pool[held], out, count)
    for row in range(wished):
        place = out[row]
        if sent_back(lists, candidate, place) >= 0:
            continue
        for number in range(slices.offsets[place], slices.offsets[place + 1]):
            if number == held:
                return
            if (not step.two_stages or slices.pool[number] == slices.pool[held]) and is_live(slices, candidate, number):
                written.full_slices[number] = True


@kernel
def _mark_pools(
    lists: Lists, slices: Slices, written: Written, candidate: int, choice: int, until: int, out: Array, count: int
) -> None:
    """Pools before ``until`` in which the list in ``out`` has a live slice were full."""
    unit = lists.choice_units[choice]
    for pool in range(slices.pool_offsets[unit], until):
        if written.full_pools[pool]:
            continue
        for row in range(count):
            place = out[row]
            if sent_back(lists, candidate, place) >= 0:
                continue
            for number in range(slices.offsets[place], slices.offsets[place + 1]):
                if slices.pool[number] == pool and is_live(slices, candidate, number):
                    written.full_pools[pool] = True


@kernel
def _mark_file(
    lists: Lists, slices: Slices, step: Step, written: Written, candidate: int, choice: int, out: Array
) -> None:
    """A file sent back: all its slices in the pool were full, and the pools before it."""
    pool = step.filed.target[candidate]
    count, _ = list_of(lists, choice, out)
    for row in range(count):
        place = out[row]
        if sent_back(lists, candidate, place) >= 0:
            continue
        for number in range(slices.offsets[place], slices.offsets[place + 1]):
            if slices.pool[number] == pool and is_live(slices, candidate, number):
                written.full_slices[number] = True
    _mark_pools(lists, slices, written, candidate, choice, pool, out, count)


@kernel
def _put(written: Written, choice: int, found: tuple[int, int, int, int]) -> None:
    written.codes[choice] = found[0]
    written.keys[choice] = found[2]
    written.distances[choice] = found[3]


@kernel
def judge(
    lists: Lists,
    slices: Slices,
    own: Own,
    keys: Keys,
    reasons: Reasons,
    step: Step,
    order: Array,
    first: Array,
    end: Array,
    struck: Array,
    written: Written,
    out: Array,
) -> None:
    """Every verdict of those who took part in a step, over its choices.

    Choices that are ``struck`` (or empty) have their verdict already, unless they come after the one that holds.
    """
    none = _NONE
    for c in order:
        used = np.int64(-1)
        holds = step.held.choice[c]
        for choice in range(first[c], end[c]):
            if used >= 0:
                _put(written, choice, (_FILE_USED, _ZERO, np.int64(reasons.ordinal_name), used))
            elif choice == holds:
                _put(written, choice, (_admitting(slices, own, keys, step, c), _ZERO, _NONE, none))
                _mark_before(lists, slices, step, written, c, choice, out)
                for later in range(choice + 1, end[c]):
                    _put(written, later, (_HIGHER, _ZERO, _NONE, none))
                break
            elif len(struck) and struck[choice]:
                continue
            elif step.two_stages and step.filed.choice[c] == choice:
                _put(written, choice, sent_back_verdict(lists, slices, own, keys, reasons, step, c, choice, out))
                _mark_file(lists, slices, step, written, c, choice, out)
                if step.one_shot:
                    used = np.int64(ordinal_of(lists, c, choice))
            else:
                found = _turned_away(lists, slices, own, keys, reasons, step, written, _YES, c, choice, out)
                _put(written, choice, found)
        if used >= 0:
            for later in range(end[c], lists.choice_offsets[c + 1]):
                _put(written, later, (_FILE_USED, _ZERO, np.int64(reasons.ordinal_name), used))


@kernel
def strike(
    lists: Lists,
    slices: Slices,
    own: Own,
    keys: Keys,
    reasons: Reasons,
    step: Step,
    order: Array,
    struck: Array,
    written: Written,
    out: Array,
) -> int:
    """Strike out every file sent back, with its verdict; how many."""
    count = 0
    for c in order:
        choice = step.filed.choice[c]
        if choice >= 0 and step.held.choice[c] < 0:
            _put(written, choice, sent_back_verdict(lists, slices, own, keys, reasons, step, c, choice, out))
            struck[choice] = True
            count += 1
    return count


@kernel
def judge_out(
    lists: Lists,
    slices: Slices,
    own: Own,
    keys: Keys,
    reasons: Reasons,
    step: Step,
    out_of_batch: Array,
    first: Array,
    end: Array,
    written: Written,
    out: Array,
) -> None:
    """Choices of candidates whom a school sent back under one shot."""
    for c in out_of_batch:
        earliest = np.int64(-1)
        for choice in range(lists.choice_offsets[c], lists.choice_offsets[c + 1]):
            count, _ = list_of(lists, choice, out)
            for row in range(count):
                if sent_back(lists, c, out[row]) >= 0:
                    earliest = choice
                    break
            if earliest >= 0:
                break
        used = np.int64(ordinal_of(lists, c, earliest)) if earliest >= 0 else np.int64(0)
        for choice in range(first[c], end[c]):
            count, _ = list_of(lists, choice, out)
            found = (_NONE, _ZERO, _NONE, _NONE)
            for row in range(count):
                reason = sent_back(lists, c, out[row])
                if reason >= 0:
                    found = (_SENT_BY_SCHOOL, _ZERO, np.int64(reasons.reason_name[reason]), _NONE)
                    break
            if found[0] < 0 and (earliest < 0 or choice < earliest):
                found = _turned_away(lists, slices, own, keys, reasons, step, written, _NO, c, choice, out)
            if found[0] < 0:
                found = (_FILE_USED, _ZERO, np.int64(reasons.ordinal_name), used)
            _put(written, choice, found)
