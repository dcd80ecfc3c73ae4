"""Order by several whole-number keys: rank, tie groups, by packing keys into words and counting sort from the low
end.

Keys are int64 (whole thousandths). Every key becomes a code 0 … range, best first, divided by its common step (a
score in whole points is stored in thousandths: its step is 1000); the codes are packed into 64-bit words, which a
stable counting sort orders digit by digit. A digit that is the same everywhere costs nothing. All arithmetic is
exact.
"""

# mypy: disable-error-code="assignment,call-overload,operator,return-value,untyped-decorator,attr-defined"
# (inside kernels a number of numpy and an int are the same thing)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import int32, int64, njit, uint8, uint64, void
from numba.types import UniTuple

Array = Any
"""A numpy array."""

MISSING = -(2**63)
"""A key that is not there: ranks after every other value, whatever the direction."""

_DIGIT = 11


@dataclass(frozen=True, slots=True)
class Ranking:
    """``order``: candidates, best first (int32); ``group``: tie group of each candidate from 0, best first (int32);
    ``groups``: how many; tied candidates stand in ``order`` by their number.

    ``follows`` (uint8, along ``order``): 1 where a candidate is tied with the one before. ``words`` (words,
    candidates; uint64) hold the codes, best 0. Key ``q`` stands in word ``at[q]`` (-1: the same for everybody) from
    bit ``shift[q]``, ``mask[q]`` wide; a code times ``step[q]`` is in the key's own unit, and ``worst[q]`` is the
    code of a missing value (-1: none is missing).
    """

    order: Array
    group: Array
    groups: int
    follows: Array
    words: Array
    at: Array
    shift: Array
    mask: Array
    step: Array
    worst: Array


@njit(UniTuple(int64, 4)(int64[::1]), cache=True, nogil=True)
def _scan(column: Array) -> tuple[int, int, int, int]:
    """Smallest, largest, whether any is missing, and the common step of all differences from a multiple of 1000."""
    low, high, missing, step = np.int64(2**63 - 1), np.int64(-(2**63)), np.int64(0), np.int64(1000)
    for x in column:
        low = min(low, x)
        high = max(high, x)
    if low == MISSING:
        missing, low = np.int64(1), np.int64(2**63 - 1)
        for x in column:
            low = min(low, np.int64(2**63 - 1) if x == MISSING else x)
    odd = np.int64(missing)
    if low < -4503599627370496 or high > 4503599627370496:
        odd = np.int64(1)
    elif not missing:
        for x in column:
            odd |= x - 1000 * int64(np.floor(float(x) * 0.001 + 0.5))
    if odd:
        for x in column:
            if x != MISSING:
                a, b = step, x % 1000
                while b:
                    a, b = b, a % b
                step = a
                if step == 1:
                    break
    return low, high, missing, step


@njit(void(int64[::1], uint64[::1], int64, int64, int64, int64, int64), cache=True, nogil=True)
def _pack(column: Array, word: Array, start: int, sign: int, step: int, worst: int, shift: int) -> None:
    """``word |= code << shift``, code = sign·(x − start) / step, ``worst`` for a missing one."""
    up = uint64(shift)
    if worst < 4503599627370496:
        inverse = 1.0 / step
        for i in range(len(column)):
            x = column[i]
            code = int64(float(sign * (x - start)) * inverse + 0.5)
            word[i] |= uint64(worst if x == MISSING else code) << up
    else:
        for i in range(len(column)):
            x = column[i]
            code = worst if x == MISSING else (sign * (x - start)) // step
            word[i] |= uint64(code) << up


@njit(int64(uint64[::1], int32[::1], uint64[::1], int32[::1], int64), cache=True, nogil=True)
def _sort_word(word: Array, order: Array, other_word: Array, other_order: Array, bits: int) -> int:
    """Stable sort of (word, order) by the low ``bits``; 1 when the result lies in the other pair."""
    n = len(word)
    digits = (bits + _DIGIT - 1) // _DIGIT
    if digits == 0:
        return 0
    width = uint64((bits + digits - 1) // digits)
    size = 1 << int64(width)
    mask = uint64(size - 1)
    counts = np.zeros((digits, size), np.int64)
    for i in range(n):
        w = word[i]
        for d in range(digits):
            counts[d, int64(w & mask)] += 1
            w >>= width
    a, b, oa, ob = word, other_word, order, other_order
    swapped = 0
    for d in range(digits):
        shift = width * uint64(d)
        row = counts[d]
        if row[int64((a[0] >> shift) & mask)] == n:
            continue
        total = int64(0)
        for k in range(size):
            here = row[k]
            row[k] = total
            total += here
        for i in range(n):
            w = a[i]
            k = int64((w >> shift) & mask)
            at = row[k]
            row[k] = at + 1
            b[at] = w
            ob[at] = oa[i]
        a, b, oa, ob = b, a, ob, oa
        swapped = 1 - swapped
    return swapped


@njit(void(uint64[::1], int32[::1], uint64[::1]), cache=True, nogil=True)
def _gather(word: Array, order: Array, out: Array) -> None:
    """``out = word[order]``."""
    for i in range(len(order)):
        out[i] = word[order[i]]


@njit(int64(uint64[:, ::1], uint64[::1], int32[::1], int32[::1], uint8[::1]), cache=True, nogil=True)
def _group(words: Array, first: Array, order: Array, group: Array, follows: Array) -> int:
    """Number tie groups; ``first`` is the leading word in order, ``words`` all words by candidate."""
    n, g = len(order), 0
    more = len(words) > 1
    for i in range(n):
        c = order[i]
        before_g = g
        if i:
            if first[i] != first[i - 1]:
                g += 1
            elif more:
                before = order[i - 1]
                for k in range(1, len(words)):
                    if words[k, c] != words[k, before]:
                        g += 1
                        break
        group[c] = g
        follows[i] = i > 0 and g == before_g
    return g + 1 if n else 0


def rank(columns: Sequence[tuple[Array, bool]], n: int) -> Ranking:
    """Rank ``n`` candidates by ``(column, descending)`` in turn; without columns all are tied.

    A column is int64, of length ``n``, ``MISSING`` allowed. Raises ``OverflowError`` when the values of one column lie
    further apart than 2^62.
    """
    codes: list[tuple[int, Array, int, int, int, int, int]] = []
    at, step_of = np.full(len(columns), -1, np.int64), np.ones(len(columns), np.int64)
    shift_of, mask_of = np.zeros(len(columns), np.int64), np.zeros(len(columns), np.uint64)
    worst_of = np.full(len(columns), -1, np.int64)
    for q, (column, descending) in enumerate(columns):
        values = np.ascontiguousarray(column, np.int64)
        low, high, missing, step = _scan(values)
        if low > high:
            continue
        if high - low >= 2**62:
            raise OverflowError("the values of one key lie too far apart")
        worst = (high - low) // step + missing
        bits = int(worst).bit_length()
        if bits:
            codes.append((q, values, high if descending else low, -1 if descending else 1, step, worst, bits))
            step_of[q], mask_of[q], worst_of[q] = step, (1 << bits) - 1, worst if missing else -1
    spans: list[list[tuple[int, Array, int, int, int, int, int]]] = [[]]
    for code in codes:
        if sum(c[6] for c in spans[-1]) + code[6] > 64:
            spans.append([])
        spans[-1].append(code)
    words = np.zeros((len(spans), n), np.uint64)
    widths = []
    for number, (word, span) in enumerate(zip(words, spans, strict=True)):
        shift = 0
        for q, values, start, sign, step, worst, bits in reversed(span):
            _pack(values, word, start, sign, step, worst, shift)
            at[q], shift_of[q] = number, shift
            shift += bits
        widths.append(shift)
    layout = (words, at, shift_of, mask_of, step_of, worst_of)
    order, spare = np.arange(n, dtype=np.int32), np.empty(n, np.int32)
    group, follows = np.zeros(n, np.int32), np.zeros(n, np.uint8)
    if not n:
        return Ranking(order, group, 0, follows, *layout)
    here, there = np.empty(n, np.uint64), np.empty(n, np.uint64)
    for at in range(len(words) - 1, -1, -1):
        _gather(words[at], order, here)
        if _sort_word(here, order, there, spare, widths[at]):
            here, there, order, spare = there, here, spare, order
    groups = int(_group(words, here, order, group, follows))
    return Ranking(order, group, groups, follows, *layout)
