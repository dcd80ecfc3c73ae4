"""An instance as numpy arrays: lists, slices, pools, eligibility bits, rank. Nothing of the instance's own store is
copied.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from guantong.engines.matching.fast.compact import compact_of, nothing_compact
from guantong.engines.matching.fast.eligibility import flat, selected, slices_of, wrap
from guantong.engines.matching.fast.predicates import truth, values_of
from guantong.engines.matching.fast.ranking import MISSING, Ranking, rank
from guantong.engines.matching.fast.shapes import Keys, Lists, Own, Slices, Store
from guantong.engines.matching.lottery import lottery_numbers
from guantong.engines.matching.model import PRIORITY_SCALE, Column, Instance, Rules

Array = Any
"""A numpy array."""


def _lists(instance: Instance) -> Lists:
    backs = len(instance.send_back_candidates)
    back_offsets = np.empty(0, np.int64)
    if backs:
        who = np.frombuffer(instance.send_back_candidates, np.int32)
        back_offsets = np.searchsorted(who, np.arange(len(instance.candidates) + 1)).astype(np.int64)
    return Lists(
        wrap(instance.choice_offsets, np.int64),
        wrap(instance.choice_units, np.int32),
        wrap(instance.ordinals, np.int32),
        wrap(instance.wish_offsets, np.int64),
        wrap(instance.wish_places, np.int32),
        wrap(instance.accepts, np.int8),
        wrap(instance.unit_offsets, np.int32),
        wrap(instance.unit_places, np.int32),
        back_offsets,
        wrap(instance.send_back_places, np.int32),
        wrap(instance.send_back_reasons, np.int32),
    )


def _own(instance: Instance) -> Own:
    kind = np.zeros(len(instance.places), np.int8)
    rows: list[tuple[tuple[int, int], ...]] = [()] * len(instance.places)
    names: list[str] = []
    for weighting in instance.rules.weights:
        for name, _ in weighting.keys:
            if name not in names:
                names.append(name)
        row = tuple((names.index(name), weight) for name, weight in weighting.keys)
        for p, chosen in enumerate(selected(instance, weighting.places)):
            if chosen:
                kind[p] = 2
                rows[p] = row
    scored = np.unique(wrap(instance.score_places, np.int32))
    kind[scored] = 1
    columns = np.empty((len(instance.candidates) if names else 0, len(names)), np.int64)
    for at, name in enumerate(names):
        columns[:, at] = values_of(instance.columns[name])
    offsets, column = flat([[part[0] for part in row] for row in rows])
    return Own(
        kind,
        wrap(instance.score_offsets, np.int64),
        wrap(instance.score_places, np.int32),
        wrap(instance.score_values, np.int64) * PRIORITY_SCALE,
        offsets,
        column,
        flat([[part[1] for part in row] for row in rows], np.int64)[1],
        columns,
    )


def as_numbers(column: Column) -> Array:
    """The column as int64, ``MISSING`` where empty, without copying a column of numbers."""
    values = values_of(column)
    if column.of_numbers:
        return values
    return np.where(values == column.empty, MISSING, values.astype(np.int64))


def _draw(instance: Instance) -> tuple[Array, Array]:
    """Lottery numbers and the position of every candidate in the whole draw."""
    numbers = np.frombuffer(lottery_numbers(instance.rules.lottery_seed or "", instance.candidates), np.uint64)
    order = np.argsort(numbers, kind="stable")
    drawn = numbers[order]
    if (drawn[1:] == drawn[:-1]).any():
        order = np.array(sorted(order.tolist(), key=lambda c: (int(numbers[c]), instance.candidates[c])))
    ranks = np.empty(len(numbers), np.int64)
    ranks[order] = np.arange(len(numbers))
    return numbers, ranks


def _keys(instance: Instance, names: dict[str, int]) -> tuple[Keys, Ranking, Array]:
    rules, n = instance.rules, len(instance.candidates)
    columns = [(as_numbers(instance.columns[key.key]), key.descending) for key in rules.order]
    named = [names[key.key] for key in rules.order]
    numbers = np.empty(0, np.uint64)
    if rules.ties == "lottery":
        numbers, ranks = _draw(instance)
        columns.append((ranks, False))
        named.append(names["lottery"])
    ranking = rank(columns, n)
    return (
        Keys(
            ranking.group,
            ranking.words,
            ranking.at,
            ranking.shift,
            ranking.mask,
            ranking.step,
            ranking.worst,
            np.array(named, np.int32),
            len(rules.order) if rules.ties == "lottery" else -1,
        ),
        ranking,
        numbers,
    )


def _may_sweep(rules: Rules, lists: Lists, slices: Slices, follows: Array) -> bool:
    """Whether two stages in one sweep may do (``stages``), so that laying out the lists for it is worth its while."""
    return (
        rules.stages == "two"
        and rules.reassignment != "most_seats_left"
        and (rules.ties != "reject_all" or not follows.any())
        and not len(lists.back_offsets)
        and not len(slices.ceiling_seats)
    )


def store_of(instance: Instance) -> Store:
    """The arrays of an instance."""
    names = {name: number for number, name in enumerate(instance.key_names)}
    lists = _lists(instance)
    slices, reasons, seats = slices_of(instance, names)
    keys, ranking, numbers = _keys(instance, names)
    own = _own(instance)
    taking = np.diff(lists.choice_offsets) > 0
    taking[wrap(instance.fixed_candidates, np.int32)] = False
    if instance.rules.one_shot and len(lists.back_offsets):
        taking &= np.diff(lists.back_offsets) == 0
    order, follows = ranking.order, ranking.follows
    if not taking.all():
        order = order[taking[order]]
        group = ranking.group[order]
        follows = np.zeros(len(order), np.uint8)
        follows[1:] = group[1:] == group[:-1]
    plain = (
        instance.rules.unit == "place"
        and not instance.rules.quotas
        and not len(reasons.condition_bit)
        and not len(reasons.line_bit)
        and not len(lists.back_places)
    )
    compact = compact_of(lists, slices) if _may_sweep(instance.rules, lists, slices, follows) else nothing_compact()
    return Store(lists, slices, compact, own, keys, reasons, order, follows, taking, seats, numbers, plain)


__all__ = ["Store", "store_of", "truth"]
