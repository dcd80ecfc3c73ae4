"""What the rows of cut-offs say of a run: for each slice and pool the ordinals at which something happened there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from guantong.engines.matching.fast.cutting import Step, Written
from guantong.engines.matching.fast.targets import Targets, open_after

Array = Any
"""A numpy array."""


class Eventful(NamedTuple):
    """One side (slices, or pools) of one ordinal: where somebody got something or a tied set closed, and how."""

    at: Array  # int64: numbers of the targets
    seats: Array  # int64: open when the ordinal began
    admitted: Array  # int64
    filed: Array  # int64
    left: Array  # int64: still open after it, none where closed
    who: Array  # int32: the last, or a member of the set that closed
    turned: Array  # int64: numbers of the targets that turned somebody away


class Ordinal(NamedTuple):
    """One ordinal of a sequential run."""

    number: int
    slices: Eventful
    pools: Eventful


def note(step: Step, pool_of: Array, written: Written | None) -> Ordinal:
    """What is kept of an ordinal. ``pool_of``: the pool of each slice. Marks of who was full begin anew after it."""
    slices, pools = step.slices, step.pools
    count = len(pools.start)
    turned, turned_pools = _begin_anew(written.full_slices if written else None), np.empty(0, np.int64)
    left = open_after(slices)
    pool_seats = pool_taken = pool_left = pools.taken
    if count:
        pool_seats, pool_taken, pool_left = (
            summed(count, pool_of, values) for values in (slices.start, slices.taken, left)
        )
        turned_pools = _begin_anew(written.full_pools if written else None)
    return Ordinal(
        step.number,
        _eventful(slices, slices.start, slices.taken, left, turned),
        _eventful(pools, pool_seats, pool_taken, pool_left, turned_pools),
    )


def summed(pools: int, pool_of: Array, values: Array) -> Array:
    """Values of slices added up by pool."""
    found = np.zeros(pools, np.int64)
    np.add.at(found, pool_of, values)
    return found


def _begin_anew(marks: Array | None) -> Array:
    if marks is None:
        return np.empty(0, np.int64)
    found = np.flatnonzero(marks)
    marks[found] = False
    return found


def _eventful(targets: Targets, seats: Array, admitted: Array, left: Array, turned: Array) -> Eventful:
    at = np.flatnonzero((targets.taken > 0) | (targets.closed >= 0))
    last, closed = targets.last[at], targets.closed[at]
    who = np.where(last >= 0, last, closed)
    return Eventful(at, seats[at], admitted[at], targets.taken[at], np.where(closed >= 0, 0, left[at]), who, turned)


Row = Sequence[Any]
"""A row of the cut-offs of one target: who (-1: nobody came), ordinal or None, seats, admitted, filed, left, full."""


def rows_by_ordinal(ordinals: list[tuple[int, Eventful]], seats: Array) -> list[list[list[Any]]]:
    """For each target of one side its rows, ordinals in order; ``seats``: open when the run began."""
    rows: list[list[list[Any]]] = [[] for _ in range(len(seats))]
    before = np.zeros(len(seats), np.bool_)  # turned away before the first row
    for number, noted in ordinals:
        facts = (noted.at, noted.who, noted.seats, noted.admitted, noted.filed, noted.left)
        for at, who, *counts in zip(*(part.tolist() for part in facts), strict=True):
            rows[at].append([who, number, *counts, not rows[at] and bool(before[at])])
        for at in noted.turned.tolist():
            if rows[at]:
                rows[at][-1][-1] = True
            else:
                before[at] = True
    for at, found in enumerate(rows):
        if not found:
            found.append([-1, None, int(seats[at]), 0, 0, int(seats[at]), bool(before[at])])
    return rows


class Whole(NamedTuple):
    """One side of a run of all choices at once, over its targets."""

    seats: Array  # int64
    admitted: Array  # int64
    filed: Array  # int64
    left: Array  # int64
    last: Array  # int32, -1
    ordinal: Array  # int32, of the last
    closed: Array | None  # int32: a member of the set that closed, -1; None where no set closes
    full: Array  # bool


def rows_at_once(side: Whole) -> list[tuple[Any, ...]]:
    """The one row of each target of a run of all choices at once."""
    who, left = side.last, side.left
    if side.closed is not None:
        who = np.where(side.last >= 0, side.last, side.closed)
        left = np.where(side.closed >= 0, 0, left)
    ordinals: list[int | None] = side.ordinal.tolist()
    for at in np.flatnonzero(side.last < 0).tolist():
        ordinals[at] = None
    counts = (part.tolist() for part in (side.seats, side.admitted, side.filed, left, side.full))
    return list(zip(who.tolist(), ordinals, *counts, strict=True))
