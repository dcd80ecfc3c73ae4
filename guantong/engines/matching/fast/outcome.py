"""From a finished run to an :class:`Outcome`."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from guantong.engines.matching.fast.cutting import Written
from guantong.engines.matching.fast.eventful import Row, Whole, rows_at_once, rows_by_ordinal, summed
from guantong.engines.matching.fast.running import NOTHING, Run
from guantong.engines.matching.fast.settling import REJECT_ALL
from guantong.engines.matching.fast.shapes import Store
from guantong.engines.matching.model import MISSING, NONE, PRIORITY_SCALE, SENT_BACK, Code, Cutoff, Instance, Outcome

Array = Any
"""A numpy array."""


def as_array(kind: str, values: Array) -> array[int]:
    """The values as an ``array`` of this kind."""
    made = array(kind)
    made.frombytes(np.ascontiguousarray(values).data.cast("B"))
    return made


def outcome_of(
    instance: Instance,
    store: Store,
    run: Run,
    written: Written,
    verdicts: tuple[array[int], array[int], array[int]],
    fixed_slice: dict[int, int],
    runs: int,
) -> Outcome:
    """The outcome; ``verdicts``: the store behind ``written``; ``fixed_slice``: the slice of each fixed candidate."""
    lists, slices, totals = store.lists, store.slices, run.totals
    offsets = lists.choice_offsets
    n = len(instance.candidates)
    choice, target = totals.choice, totals.target.copy()
    holding = choice >= 0
    reason = np.full(n, int(Code.NOT_PLACED), np.uint8)
    reason[np.diff(offsets) == 0] = int(Code.NO_CHOICES)
    reason[holding] = written.codes[choice[holding]]
    if run.ways.two_stages or len(lists.back_offsets):
        _first_sent_back(written.codes, offsets, holding, reason)
    for candidate, number in fixed_slice.items():
        target[candidate] = number
        reason[candidate] = int(Code.PLACED_BEFORE)
    ordinal = np.zeros(n, np.int32)
    held = choice[holding]
    ordinal[holding] = lists.ordinals[held] if len(lists.ordinals) else held - offsets[:-1][holding] + 1
    seated = target >= 0
    place, kind = np.full(n, NONE, np.int32), np.full(n, NONE, np.int16)
    place[seated] = slices.place[target[seated]]
    kind[seated] = slices.quota[target[seated]] + 1
    return Outcome(
        place=as_array("i", place),
        slice=as_array("h", kind),
        ordinal=as_array("i", ordinal),
        reason=as_array("B", reason),
        codes=verdicts[0],
        keys=verdicts[1],
        distances=verdicts[2],
        key_names=instance.key_names,
        cutoffs=tuple(_cutoffs(instance, store, run, written)),
        runs=runs,
    )


def _first_sent_back(codes: Array, offsets: Array, holding: Array, reason: Array) -> None:
    """Those without a place take the first sent-back code among their choices."""
    low, high = min(SENT_BACK), max(SENT_BACK)
    at = np.flatnonzero((codes >= low) & (codes <= high))[::-1]
    if len(at):
        who = np.searchsorted(offsets, at, side="right") - 1
        keep = ~holding[who]
        reason[who[keep]] = codes[at[keep]]


class _Vectors:
    """Key vectors as they are published."""

    def __init__(self, instance: Instance, store: Store) -> None:
        self._instance, self._store = instance, store
        self._keys = [(key.key, instance.columns[key.key]) for key in instance.rules.order]
        self._names = (*(name for name, _ in self._keys), *(("lottery",) if len(store.lottery) else ()))

    def of(self, candidate: int, place: int) -> tuple[tuple[str, ...], tuple[int | str | None, ...]]:
        """Names and values for a candidate at a place (-1: the common vector)."""
        if candidate < 0:
            return (), ()
        values: list[int | str | None] = []
        for _, column in self._keys:
            value = column.values[candidate]
            if value == column.empty:
                values.append(None)
            else:
                values.append(value if column.texts is None else column.texts[value])
        if len(self._store.lottery):
            values.append(int(self._store.lottery[candidate]))
        if place >= 0 and self._store.own.kind[place]:
            return ("priority", *self._names), (self._priority(candidate, place), *values)
        return self._names, tuple(values)

    def _priority(self, candidate: int, place: int) -> int | None:
        own = self._store.own
        if own.kind[place] == 1:
            begin, end = own.score_offsets[candidate], own.score_offsets[candidate + 1]
            at = begin + int(np.searchsorted(own.score_places[begin:end], place))
            found = at < end and own.score_places[at] == place
            return self._instance.score_values[at] * PRIORITY_SCALE if found else None
        total = 0
        for row in range(own.weight_offsets[place], own.weight_offsets[place + 1]):
            value = int(own.columns[candidate, own.weight_column[row]])
            if value == MISSING:
                return None
            total += value * int(own.weight[row])
        return total


def _rows(store: Store, run: Run, written: Written) -> tuple[list[Sequence[Row]], list[Sequence[Row]]]:
    """The rows of every slice, and of every pool, of a sequential run."""
    count = len(store.slices.pool_quota) if run.ways.two_stages else 0
    pool_seats = summed(count, store.slices.pool, run.seats) if count else NOTHING
    return (
        [*rows_by_ordinal([(one.number, one.slices) for one in run.ordinals], run.seats)],
        [*rows_by_ordinal([(one.number, one.pools) for one in run.ordinals], pool_seats)],
    )


def _rows_at_once(store: Store, run: Run, written: Written) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The row of every slice, and of every pool, of a run of all choices at once."""
    totals, pool, two_stages = run.totals, store.slices.pool, run.ways.two_stages
    count = len(store.slices.pool_quota)
    closed = closed_pools = None
    left = np.maximum(run.seats - totals.taken, 0)
    if run.ways.ties == REJECT_ALL:
        closed, closed_pools = run.last_step.slices.closed, run.last_step.pools.closed
        left[closed >= 0] = 0
    slices = Whole(
        run.seats, totals.taken, totals.taken, left, totals.last, totals.last_ordinal, closed, written.full_slices
    )
    if not two_stages:
        return rows_at_once(slices), []
    pools = Whole(
        summed(count, pool, run.seats), summed(count, pool, totals.taken), totals.filed, summed(count, pool, left),
        totals.pool_last, totals.pool_last_ordinal, closed_pools, written.full_pools,
    )  # fmt: skip
    return rows_at_once(slices), rows_at_once(pools)


def _cutoffs(instance: Instance, store: Store, run: Run, written: Written) -> Iterator[Cutoff]:
    slices, of = store.slices, _Vectors(instance, store).of
    names = ("ordinary", *(quota.id for quota in instance.rules.quotas))
    in_steps, two_stages = run.ways.sequential, run.ways.two_stages
    of_slices, of_pools = _rows(store, run, written) if in_steps else _rows_at_once(store, run, written)
    quota, offsets = slices.quota.tolist(), slices.offsets.tolist()
    pool_quota, pool_offsets = slices.pool_quota.tolist(), slices.pool_offsets.tolist()
    for unit, name in enumerate(instance.units):
        if two_stages:
            for pool in _in_order(pool_offsets[unit], pool_offsets[unit + 1], pool_quota):
                kind = names[pool_quota[pool] + 1]
                for row in of_pools[pool] if in_steps else (of_pools[pool],):
                    yield Cutoff(name, None, kind, *of(row[0], -1), *row[1:])
        for place in instance.places_of_unit(unit):
            title = instance.places[place].id
            for number in _in_order(offsets[place], offsets[place + 1], quota):
                kind = names[quota[number] + 1]
                for row in of_slices[number] if in_steps else (of_slices[number],):
                    yield Cutoff(name, title, kind, *of(row[0], place), *row[1:])


def _in_order(first: int, stop: int, quota: list[int]) -> Sequence[int]:
    """Slices of a place, or pools of a unit: ordinary, then quotas in the order of the rules."""
    return (first,) if stop == first + 1 else sorted(range(first, stop), key=quota.__getitem__)
