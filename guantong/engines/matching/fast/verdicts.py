"""Why each choice came to what it came to, and what was full: section 6 of docs/dev/matching.md as kernels."""

# mypy: disable-error-code="arg-type,assignment,return-value,no-any-return,call-overload,operator,untyped-decorator"
# (inside kernels a number of numpy and an int are the same thing)

from __future__ import annotations

from typing import Any

import numpy as np

from guantong.engines.matching.fast.asking import has_bit, list_of, live_slices, ordinal_of, sent_back
from guantong.engines.matching.fast.compiling import kernel
from guantong.engines.matching.fast.cutting import Step, Written, at_pool, at_slice, fault, is_nearer
from guantong.engines.matching.fast.deferring import compare
from guantong.engines.matching.fast.shapes import Keys, Lists, Own, Reasons, Slices
from guantong.engines.matching.model import Code

Array = Any
"""A numpy array."""

# numbers of numpy, so that kernels are compiled for "a number" and not once for each of these
_ADMITTED, _REASSIGNED, _OVER = (
    np.int64(code) for code in (Code.ADMITTED, Code.ADMITTED_REASSIGNED, Code.ADMITTED_OVER_PLAN)
)
_HIGHER, _FILE_USED, _SENT_BY_SCHOOL = (
    np.int64(code) for code in (Code.PLACED_HIGHER, Code.FILE_USED, Code.SENT_BACK_BY_SCHOOL)
)
_SENT_PROGRAMMES, _SENT_FULL = np.int64(Code.SENT_BACK_PROGRAMMES), np.int64(Code.SENT_BACK_FULL)
_NONE, _ZERO = np.int64(-1), np.int64(0)
_YES, _NO = np.bool_(True), np.bool_(False)


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
    stop = live_slices(lists, slices, candidate, np.int64(-1), out, count)
    if stop == count:
        return fault(lists, slices, reasons, candidate, out, count)
    best = (_NONE, _ZERO, _NONE, _NONE)
    hindered_by_nothing = False
    if step.two_stages:
        unit = lists.choice_units[choice]
        for pool in range(slices.pool_offsets[unit], slices.pool_offsets[unit + 1]):
            live, found = at_pool(slices, own, keys, reasons, step, candidate, pool, out, count, stop)
            if not live:
                continue
            if mark:
                written.full_pools[pool] = True
            if found[0] < 0:
                hindered_by_nothing = True
            elif is_nearer(found, best):
                best = found
    else:
        for at in range(count, stop):
            number = out[at]
            if mark:
                written.full_slices[number] = True
            found = at_slice(slices, own, keys, reasons, step, candidate, number)
            if found[0] < 0:
                hindered_by_nothing = True
            elif is_nearer(found, best):
                best = found
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
    best = (_NONE, _ZERO, _NONE, _NONE)
    _, wished = list_of(lists, choice, out)
    pool = np.int64(step.filed.target[candidate])
    for at in range(wished, live_slices(lists, slices, candidate, pool, out, wished)):
        number = out[at]
        if step.open_at_start[number] > 0:
            found = at_slice(slices, own, keys, reasons, step, candidate, number)
            if found[0] >= 0 and is_nearer(found, best):
                best = found
    return (_SENT_PROGRAMMES if step.sent[candidate] == 1 else _SENT_FULL), _ZERO, best[2], best[3]


@kernel
def _admitting(slices: Slices, own: Own, keys: Keys, step: Step, candidate: int) -> int:
    if step.held.reassigned[candidate]:
        return _REASSIGNED
    number = step.held.target[candidate]
    place = np.int64(slices.place[number])
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
    pool = np.int64(-1)
    if step.two_stages:
        pool = np.int64(slices.pool[held])
        _mark_pools(lists, slices, written, candidate, choice, pool, out, count)
    for at in range(wished, live_slices(lists, slices, candidate, pool, out, wished)):
        number = out[at]
        if number == held:
            return
        written.full_slices[number] = True


@kernel
def _mark_pools(
    lists: Lists, slices: Slices, written: Written, candidate: int, choice: int, until: int, out: Array, count: int
) -> None:
    """Pools before ``until`` in which the list in ``out`` has a live slice were full."""
    if slices.pool_offsets[lists.choice_units[choice]] == until:
        return
    for at in range(count, live_slices(lists, slices, candidate, np.int64(-1), out, count)):
        pool = slices.pool[out[at]]
        if pool < until:
            written.full_pools[pool] = True


@kernel
def _mark_file(
    lists: Lists, slices: Slices, step: Step, written: Written, candidate: int, choice: int, out: Array
) -> None:
    """A file sent back: all its slices in the pool were full, and the pools before it."""
    pool = np.int64(step.filed.target[candidate])
    count, _ = list_of(lists, choice, out)
    for at in range(count, live_slices(lists, slices, candidate, pool, out, count)):
        written.full_slices[out[at]] = True
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
