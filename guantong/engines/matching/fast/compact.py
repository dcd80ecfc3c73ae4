"""Lists laid out anew for two stages in one sweep, where candidates come in order of rank and their lists lie anywhere.

One word says of a candidate where the list is and which slices are live; a choice and what it wishes stand in eight
bytes (sixteen where a unit has more than 255 places) that never lie across two cache lines. For that, places have
numbers of their own here: *slots*, unit by unit, so that a place wished is told by where it stands in its unit. numpy
asks for large pages, which an instance's own arrays do not have: to find a page costs more than to read the line.
"""

# mypy: disable-error-code="arg-type,assignment,return-value,no-any-return,call-overload,operator,untyped-decorator"
# (inside kernels a number of numpy and an int are the same thing)

from __future__ import annotations

from typing import Any

import numpy as np

from guantong.engines.matching.fast.compiling import kernel
from guantong.engines.matching.fast.shapes import Compact, Lists, Slices

Array = Any
"""A numpy array."""

PATTERN_BITS, COUNT_BITS = 10, 16
ROW_SHIFT = PATTERN_BITS + COUNT_BITS
MOST_PATTERNS = 64
"""With more than these, open places are kept once for each kind, and classes are asked of each candidate."""
WIDTH = 8
"""Numbers in the record of a choice."""


def nothing_compact() -> Compact:
    """Where one sweep does not do, nothing is laid out."""
    words, numbers = np.empty(0, np.uint64), np.empty(0, np.int32)
    return Compact(words, numbers, numbers, numbers, words, True, numbers, numbers, numbers, words, numbers)


def compact_of(lists: Lists, slices: Slices, *, narrow: bool = True) -> Compact:
    """The lists laid out anew. ``narrow`` False: as for many units with many places, however few there are."""
    offsets, live = lists.choice_offsets, slices.live
    kinds = 2 + int(slices.pool_quota.max(initial=-1))
    lengths, sizes = offsets[1:] - offsets[:-1], lists.unit_offsets[1:] - lists.unit_offsets[:-1]
    most = int(sizes.max(initial=0))
    if most >= 2**16 or len(lists.unit_places) != len(slices.offsets) - 1:
        return nothing_compact()
    if not len(live) or not len(slices.pool_quota) or kinds > 255:
        return nothing_compact()
    if int(lengths.max(initial=0)) >= 2**COUNT_BITS or int(offsets[-1]) >= 2 ** (64 - ROW_SHIFT):
        return nothing_compact()
    patterns, pattern = np.zeros(MOST_PATTERNS, np.uint64), np.zeros(len(live), np.uint8)
    count = _number_patterns(live, patterns, pattern)
    is_exact = count <= MOST_PATTERNS
    if is_exact:
        patterns = patterns[:count]
    else:
        patterns, pattern[:] = np.bitwise_or.reduce(live, keepdims=True), 0
    slots = np.empty(len(lists.unit_places), np.int32)
    slots[lists.unit_places] = np.arange(len(slots), dtype=np.int32)
    return Compact(
        offsets[:-1].astype(np.uint64) << np.uint64(ROW_SHIFT)
        | lengths.astype(np.uint64) << np.uint64(PATTERN_BITS)
        | pattern.astype(np.uint64),
        _units_of(lists.choice_units, narrow and len(sizes) <= 2**16),
        wishes_of(lists, slots, narrow and most < 2**8),
        slots,
        patterns,
        is_exact,
        *_rows_of(slices, patterns, kinds),
    )


def heads_of_one(compact: Compact, first: Array, has: Array) -> Array:
    """The words of candidates when only the choice ``first`` of those who ``has`` one is looked at."""
    pattern = compact.heads & np.uint64(2**PATTERN_BITS - 1)
    return first.astype(np.uint64) << np.uint64(ROW_SHIFT) | has.astype(np.uint64) << np.uint64(PATTERN_BITS) | pattern


def _units_of(choice_units: Array, narrow: bool) -> Array:
    """With eight more at the end, so that nobody who looks at eight at once need ask where the end is."""
    units = np.zeros(len(choice_units) + 8, np.uint16 if narrow else np.int32)
    units[: len(choice_units)] = choice_units
    return units


def wishes_of(lists: Lists, slots: Array, narrow: bool) -> Array:
    """Eight numbers a choice: how many places are wished (8: more than seven) << 1 | whether reassignment is accepted,
    then where the first seven stand in their unit.
    """
    choices = len(lists.wish_offsets) - 1 if len(lists.wish_offsets) else 0
    raw = np.empty(WIDTH * choices + 64, np.uint8 if narrow else np.uint16)
    skip = -raw.ctypes.data % 64 // raw.itemsize  # to where a cache line begins
    made = raw[skip : skip + WIDTH * choices]
    within = slots - np.repeat(lists.unit_offsets[:-1], np.diff(lists.unit_offsets))[slots]
    _lay_wishes(lists, within.astype(made.dtype), made)
    return made


@kernel
def _number_patterns(live: Array, patterns: Array, pattern: Array) -> int:
    """The number of each candidate's set of live classes, and how many there are; one too many when they do not fit."""
    count, number = 0, 0
    for c in range(len(live)):
        if count == 0 or live[c] != patterns[number]:
            number = 0
            while number < count and live[c] != patterns[number]:
                number += 1
            if number == count:
                if count == len(patterns):
                    return count + 1
                patterns[count] = live[c]
                count += 1
        pattern[c] = number
    return count


@kernel
def _lay_wishes(lists: Lists, within: Array, made: Array) -> None:
    """``within``: where each place stands in its unit."""
    wish_offsets, wish_places, accepts = lists.wish_offsets, lists.wish_places, lists.accepts
    may_accept, total, seven = len(accepts) > 0, np.uint64(len(wish_places)), np.uint64(WIDTH - 1)
    for choice in range(np.uint64(len(made) // WIDTH)):
        begin, end = np.uint64(wish_offsets[choice]), np.uint64(wish_offsets[choice + np.uint64(1)])
        at, count = choice * np.uint64(WIDTH), min(end - begin, np.uint64(WIDTH))
        may = np.uint64(may_accept and accepts[choice] != 0)
        made[at] = count << np.uint64(1) | may
        # what is not wished is read along wherever it can be: without a branch seven are copied in one go
        readable = seven if begin + seven <= total else min(count, seven)
        for k in range(readable):
            made[at + np.uint64(1) + k] = within[np.uint64(wish_places[begin + k])] if k < count else 0
        for k in range(readable, seven):
            made[at + np.uint64(1) + k] = 0


def _rows_of(slices: Slices, patterns: Array, kinds: int) -> tuple[Array, Array, Array, Array, Array]:
    """Which rows there are, and which each pattern has: the last five of ``Compact``."""
    of_kind = np.zeros(kinds, np.uint64)
    np.bitwise_or.at(of_kind, slices.quota + 1, np.uint64(1) << slices.of_class.astype(np.uint64))
    wanted = [[(kind, int(has & of_kind[kind])) for kind in slices.kind_order.tolist()] for has in patterns]
    keys = sorted({row for has in wanted for row in has if row[1]})
    rows = [[keys.index(row) for row in has if row[1]] for has in wanted]
    offsets = np.zeros(len(rows) + 1, np.int32)
    np.cumsum([len(one) for one in rows], out=offsets[1:])
    return (
        offsets,
        np.array([row for one in rows for row in one], np.int32),
        np.array([kind for kind, _ in keys], np.int32),
        np.array([classes for _, classes in keys], np.uint64),
        np.searchsorted([kind for kind, _ in keys], np.arange(kinds + 1)).astype(np.int32),
    )
