"""What is open in two stages in one sweep: tables by place (or unit) and kind, and flags next to the processor.

Tables are flat, ``place * kinds + kind``, and a place is known by its slot (``Compact``). Flags are kept for every row
of ``Compact``: a place that is open there has a seat of that kind for these classes, a unit a pool that takes files and
had such a seat when the step began. A flag is a byte: to find a bit in its word costs more than the wider table.
"""

# mypy: disable-error-code="arg-type,assignment,return-value,no-any-return,call-overload,operator,untyped-decorator"
# (inside kernels a number of numpy and an int are the same thing)

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from guantong.engines.matching.fast.compact import WIDTH
from guantong.engines.matching.fast.compiling import inlined, kernel
from guantong.engines.matching.fast.shapes import Compact, Slices
from guantong.engines.matching.fast.targets import Targets

Array = Any
"""A numpy array."""

_LEFT, _LAST, _ORDINAL, _SET = (np.uint64(number) for number in range(4))
_ONE = np.uint64(1)


class Tables(NamedTuple):
    """The openings of a step."""

    place_class: Array  # uint8, places × kinds: class + 1 of the slice, 0 where none had seats
    pool_classes: Array  # uint64, units × kinds: the classes of the pool's slices that had seats
    open_places: Array  # uint8, rows × places and some more: 1 where open
    open_pools: Array  # uint8, rows × units
    slices: Array  # int32, places × kinds × 4: left, last, its ordinal, the tied set of the last
    pools: Array  # int32, units × kinds × 4: the same
    slice_at: Array  # int64, slices: where each stands in tables
    pool_at: Array  # int64, pools


def tables_of(slices: Slices, compact: Compact, seats: Array, files: Array) -> Tables:
    """The tables of a step that begins with these open ``seats`` (slices) and ``files`` (pools)."""
    kinds, rows = len(compact.kind_rows) - 1, len(compact.row_kind)
    places, units = len(slices.offsets) - 1, len(slices.pool_offsets) - 1
    # what a record of wishes begins with is looked up along with them, as if it were a place: hence some more flags
    tables = Tables(
        np.zeros(places * kinds, np.uint8),
        np.zeros(units * kinds, np.uint64),
        np.zeros(rows * places + 4 * WIDTH, np.uint8),
        np.zeros(rows * units, np.uint8),
        np.zeros(places * kinds * 4, np.int32),
        np.zeros(units * kinds * 4, np.int32),
        np.empty(len(slices.place), np.int64),
        np.empty(len(slices.pool_quota), np.int64),
    )
    _open(slices, compact, seats, files, kinds, tables)
    return tables


@kernel
def _open(slices: Slices, compact: Compact, seats: Array, files: Array, kinds: int, tables: Tables) -> None:
    units, places = len(slices.pool_offsets) - 1, len(slices.offsets) - 1
    for unit in range(units):
        for pool in range(slices.pool_offsets[unit], slices.pool_offsets[unit + 1]):
            tables.pool_at[pool] = unit * kinds + slices.pool_quota[pool] + 1
    for number in range(len(slices.place)):
        place, kind = compact.slots[slices.place[number]], slices.quota[number] + 1
        at, pool_at = place * kinds + kind, tables.pool_at[slices.pool[number]]
        tables.slice_at[number] = at
        tables.slices[4 * at], tables.slices[4 * at + 3] = seats[number], -1
        if seats[number] > 0:
            tables.place_class[at] = slices.of_class[number] + 1
            has = _ONE << np.uint64(slices.of_class[number])
            tables.pool_classes[pool_at] |= has
            for row in range(compact.kind_rows[kind], compact.kind_rows[kind + 1]):
                if compact.row_classes[row] & has:
                    tables.open_places[row * places + place] = 1
    for pool in range(len(slices.pool_quota)):
        at = tables.pool_at[pool]
        unit, kind = at // kinds, at % kinds
        tables.pools[4 * at], tables.pools[4 * at + 3] = files[pool], -1
        if files[pool] > 0:
            for row in range(compact.kind_rows[kind], compact.kind_rows[kind + 1]):
                if compact.row_classes[row] & tables.pool_classes[at]:
                    tables.open_pools[row * units + unit] = 1


@inlined
def _take(records: Array, at: int, candidate: int, ordinal: int, tied_set: int) -> int:
    """One more of a record; what is left. Better ranked candidates came before."""
    at *= np.uint64(4)
    left = records[at] - 1
    records[at] = left
    if records[at + _SET] != tied_set:
        records[at + _SET] = tied_set
        records[at + _LAST] = candidate
        records[at + _ORDINAL] = ordinal
    elif ordinal > records[at + _ORDINAL]:
        records[at + _ORDINAL] = ordinal
    return left


@inlined
def take(
    records: Array,
    flags: Array,
    compact: Compact,
    number: int,
    kind: int,
    candidate: int,
    ordinal: int,
    tied_set: int,
    many: int,
    size: int,
) -> None:
    """A file goes to a pool (``records`` and ``flags`` of pools, ``number`` a unit), or a seat of a place is taken;
    ``size`` flags a row.
    """
    if _take(records, number * many + kind, candidate, ordinal, tied_set) <= 0:
        _close(flags, compact, number, kind, size)


@inlined
def _close(flags: Array, compact: Compact, number: int, kind: int, size: int) -> None:
    for row in range(compact.kind_rows[kind], compact.kind_rows[kind + _ONE]):
        flags[np.uint64(row) * size + number] = 0


def enter(records: Array, at: Array, targets: Targets) -> None:
    """What the records say of each target, written to its account."""
    rows = records.reshape(-1, 4)[at]
    targets.left[:] = rows[:, int(_LEFT)]
    np.subtract(targets.start, targets.left, out=targets.taken)
    some = targets.taken > 0
    targets.last[some], targets.last_ordinal[some] = rows[some, int(_LAST)], rows[some, int(_ORDINAL)]
