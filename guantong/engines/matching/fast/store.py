"""An instance as numpy arrays: lists, slices, pools, eligibility bits, rank. Nothing of the instance's own store is
copied.
"""

from __future__ import annotations

from array import array
from typing import Any, NamedTuple

import numpy as np

from guantong.engines.matching.fast.predicates import Bits, truth, values_of
from guantong.engines.matching.fast.ranking import MISSING, Ranking, rank
from guantong.engines.matching.judging import selects
from guantong.engines.matching.lottery import lottery_numbers
from guantong.engines.matching.model import PRIORITY_SCALE, Column, Instance
from guantong.engines.matching.ruleset import Selector

Array = Any
"""A numpy array."""


MOST_CLASSES = 63
"""With more different sets of conditions and lines than these, each is asked of each candidate anew."""


class Lists(NamedTuple):
    """Who wishes what. Empty arrays where the instance has none."""

    choice_offsets: Array  # int64, candidates + 1
    choice_units: Array  # int32
    ordinals: Array  # int32, or empty: 1, 2, 3, …
    wish_offsets: Array  # int64, choices + 1, or empty
    wish_places: Array  # int32
    accepts: Array  # int8, or empty
    unit_offsets: Array  # int32, units + 1
    unit_places: Array  # int32
    back_offsets: Array  # int64, candidates + 1, or empty: no send-backs
    back_places: Array  # int32
    back_reasons: Array  # int32


class Slices(NamedTuple):
    """Slices of a place stand together, in the order in which a candidate comes to them; so do pools of a unit.

    A candidate belongs to a slice when all its bits are in ``member`` and none in ``forbid``; it is live when besides
    all bits of ``need`` are there (conditions of the place, lines of the slice) and nobody was sent back.
    """

    offsets: Array  # int32, places + 1
    place: Array  # int32
    quota: Array  # int16, -1 for ordinary
    pool: Array  # int32
    pool_offsets: Array  # int32, units + 1
    pool_quota: Array  # int16
    pool_need: Array  # uint64 (pools, words): what every slice of the pool needs
    need: Array  # uint64 (slices, words), member included
    member: Array  # uint64 (slices, words)
    forbid: Array  # uint64 (slices, words)
    bits: Array  # uint64 (candidates, words)
    ceiling_offsets: Array  # int32, places + 1
    ceiling_bit: Array  # int32
    ceiling_seats: Array  # int32
    ceiling_quota: Array  # int16
    kind_order: Array  # int64: 0 for ordinary, 1 + quota, in the order in which every unit has its pools
    of_class: Array  # int16, slices: those of one class are live for the same candidates
    live: Array  # uint64, candidates: one bit a class that is live; empty when there are more than fit


class Own(NamedTuple):
    """The places' own priorities. ``kind`` 0: none, 1: scores, 2: a weighted sum."""

    kind: Array  # int8, places
    score_offsets: Array  # int64
    score_places: Array  # int32
    score_values: Array  # int64
    weight_offsets: Array  # int32, places + 1
    weight_column: Array  # int32, into columns
    weight: Array  # int64
    columns: Array  # int64 (candidates, columns)


class Keys(NamedTuple):
    """The rank and what it is made of; see ``Ranking``. The lottery is the last key where there is one."""

    group: Array
    words: Array
    at: Array
    shift: Array
    mask: Array
    step: Array
    worst: Array
    name: Array  # int32, into the instance's key names
    lottery: int  # number of the key that is the lottery, or -1


class Reasons(NamedTuple):
    """What the conditions and lines are called, in the order in which the first that fails is named."""

    condition_offsets: Array  # int32, places + 1
    condition_bit: Array  # int32
    condition_name: Array  # int32
    line_offsets: Array  # int32, slices + 1
    line_bit: Array  # int32
    line_name: Array  # int32
    line_column: Array  # int32
    line_at_least: Array  # int64
    line_values: Array  # int64 (columns, candidates)
    quota_name: Array  # int32, quotas
    reason_name: Array  # int32, reasons
    priority_name: int
    lottery_name: int
    ties_name: int
    ordinal_name: int


class Store(NamedTuple):
    """Everything a run reads."""

    lists: Lists
    slices: Slices
    own: Own
    keys: Keys
    reasons: Reasons
    order: Array  # int32: candidates taking part, best first
    follows: Array  # uint8, along the order: 1 where tied with the one before
    taking: Array  # bool: who takes part
    seats: Array  # int64, slices: before fixed placements
    lottery: Array  # uint64: numbers drawn, or empty
    plain_places: bool  # unit place, ordinary seats only, everybody eligible everywhere


def _wrap(values: array[int], kind: Any) -> Array:
    return np.frombuffer(values, kind) if len(values) else np.empty(0, kind)


def _flat(rows: list[list[int]], kind: Any = np.int32) -> tuple[Array, Array]:
    offsets = np.zeros(len(rows) + 1, np.int32)
    np.cumsum([len(row) for row in rows], out=offsets[1:])
    return offsets, np.array([value for row in rows for value in row], kind)


def _selected(instance: Instance, selector: Selector) -> list[bool]:
    if not selector.columns:
        return [True] * len(instance.places)
    return [selects(selector, place) for place in instance.places]


def _mask(bits: list[int], words: int) -> Array:
    mask = np.zeros(words, np.uint64)
    for bit in bits:
        mask[bit // 64] |= np.uint64(1) << np.uint64(bit % 64)
    return mask


def _lists(instance: Instance) -> Lists:
    backs = len(instance.send_back_candidates)
    back_offsets = np.empty(0, np.int64)
    if backs:
        who = np.frombuffer(instance.send_back_candidates, np.int32)
        back_offsets = np.searchsorted(who, np.arange(len(instance.candidates) + 1)).astype(np.int64)
    return Lists(
        _wrap(instance.choice_offsets, np.int64),
        _wrap(instance.choice_units, np.int32),
        _wrap(instance.ordinals, np.int32),
        _wrap(instance.wish_offsets, np.int64),
        _wrap(instance.wish_places, np.int32),
        _wrap(instance.accepts, np.int8),
        _wrap(instance.unit_offsets, np.int32),
        _wrap(instance.unit_places, np.int32),
        back_offsets,
        _wrap(instance.send_back_places, np.int32),
        _wrap(instance.send_back_reasons, np.int32),
    )


def _slices(instance: Instance, names: dict[str, int]) -> tuple[Slices, Reasons, Array]:
    rules, places = instance.rules, instance.places
    if not (rules.conditions or rules.quotas or rules.all_lines):
        return _bare_slices(instance, names)
    bits = Bits(len(instance.candidates), instance.columns)
    condition_rows: list[list[int]] = [[] for _ in places]
    condition_names: list[list[int]] = [[] for _ in places]
    for requirement in rules.conditions:
        bit = bits.of_condition(requirement.require)
        for p, chosen in enumerate(_selected(instance, requirement.places)):
            if chosen:
                condition_rows[p].append(bit)
                condition_names[p].append(names[requirement.id])
    of_quota = [_selected(instance, quota.places) for quota in rules.quotas]
    quota_bit = [bits.of_condition(quota.who) for quota in rules.quotas]
    columns: list[str] = []
    lines_for: dict[int, list[tuple[int, int, int, int, list[bool]]]] = {}
    for q in (-1, *range(len(rules.quotas))):
        rows = []
        for line in rules.lines_of_seats(None if q < 0 else rules.quotas[q]):
            if line.key not in columns:
                columns.append(line.key)
            where = _selected(instance, line.places)
            rows.append((bits.of_line(line), names[line.id], columns.index(line.key), line.at_least, where))
        lines_for[q] = rows

    offsets, slice_place, slice_quota, seats = [0], [], [], []
    need_rows: list[list[int]] = []
    member_rows: list[list[int]] = []
    forbid_rows: list[list[int]] = []
    line_rows: list[list[tuple[int, int, int, int]]] = []
    ceilings: list[list[int]] = []
    for p, place in enumerate(places):
        mine = [q for q in range(len(rules.quotas)) if of_quota[q][p]]
        kept = [q for q in mine if rules.quotas[q].kind != "ceiling"]
        ceilings.append([q for q in mine if rules.quotas[q].kind == "ceiling"])
        exact = [quota_bit[q] for q in kept if rules.quotas[q].kind == "exact"]
        left = place.seats - sum(rules.quotas[q].seats_of(place.seats) for q in kept)
        before = [q for q in kept if rules.quotas[q].before]
        for q in (*before, -1, *(q for q in kept if not rules.quotas[q].before)):
            lines = [row[:4] for row in lines_for[q] if row[4][p]]
            slice_place.append(p)
            slice_quota.append(q)
            seats.append(left if q < 0 else rules.quotas[q].seats_of(place.seats))
            member_rows.append([] if q < 0 else [quota_bit[q]])
            forbid_rows.append(exact if q < 0 else [])
            need_rows.append([*member_rows[-1], *condition_rows[p], *(line[0] for line in lines)])
            line_rows.append(lines)
        offsets.append(len(slice_place))

    pool_of: dict[tuple[int, int], int] = {}
    pool_offsets: list[int] = [0]
    pool_quota: list[int] = []
    before_first = [q for q in range(len(rules.quotas)) if rules.quotas[q].before]
    after = [q for q in range(len(rules.quotas)) if not rules.quotas[q].before]
    present: list[set[int]] = [set() for _ in instance.units]
    for p, q in zip(slice_place, slice_quota, strict=True):
        present[instance.unit_of_place[p]].add(q)
    for unit in range(len(instance.units)):
        for q in (*before_first, -1, *after):
            if q in present[unit]:
                pool_of[unit, q] = len(pool_quota)
                pool_quota.append(q)
        pool_offsets.append(len(pool_quota))
    pool = [pool_of[instance.unit_of_place[p], q] for p, q in zip(slice_place, slice_quota, strict=True)]

    words = bits.words()
    count = words.shape[1]
    ceiling_offsets, ceiling_quota = _flat(ceilings, np.int16)
    condition_offsets, condition_bit = _flat(condition_rows)
    line_offsets, line_bit = _flat([[line[0] for line in row] for row in line_rows])
    line_values = np.empty((len(columns), len(instance.candidates)), np.int64)
    for at, name in enumerate(columns):
        line_values[at] = values_of(instance.columns[name])
    shape = (len(slice_place), count)
    needs, forbids = _masks(need_rows, shape), _masks(forbid_rows, shape)
    slices = Slices(
        np.array(offsets, np.int32),
        np.array(slice_place, np.int32),
        np.array(slice_quota, np.int16),
        np.array(pool, np.int32),
        np.array(pool_offsets, np.int32),
        np.array(pool_quota, np.int16),
        _shared(needs, np.array(pool, np.int64), len(pool_quota)),
        needs,
        _masks(member_rows, shape),
        forbids,
        words,
        ceiling_offsets,
        np.array([quota_bit[q] for q in ceiling_quota], np.int32),
        np.array([rules.quotas[q].seats_of(places[p].seats) for p, row in enumerate(ceilings) for q in row], np.int32),
        ceiling_quota,
        np.array([q + 1 for q in (*before_first, -1, *after) if any(q in row for row in present)], np.int64),
        *_classes(needs, forbids, words),
    )
    reasons = Reasons(
        condition_offsets,
        condition_bit,
        _flat(condition_names)[1],
        line_offsets,
        line_bit,
        _flat([[line[1] for line in row] for row in line_rows])[1],
        _flat([[line[2] for line in row] for row in line_rows])[1],
        _flat([[line[3] for line in row] for row in line_rows], np.int64)[1],
        line_values,
        np.array([names[quota.id] for quota in rules.quotas], np.int32),
        np.array([names[reason] for reason in instance.reasons], np.int32),
        names["priority"],
        names["lottery"],
        names["ties"],
        names["ordinal"],
    )
    return slices, reasons, np.array(seats, np.int64)


def _bare_slices(instance: Instance, names: dict[str, int]) -> tuple[Slices, Reasons, Array]:
    """One ordinary slice a place, live for everybody."""
    count, units, empty = len(instance.places), len(instance.units), np.empty(0, np.int32)
    nothing, zeros = np.empty((count, 0), np.uint64), np.zeros(count + 1, np.int32)
    pool_offsets = np.arange(units + 1, dtype=np.int32)
    slices = Slices(
        np.arange(count + 1, dtype=np.int32),
        np.arange(count, dtype=np.int32),
        np.full(count, -1, np.int16),
        _wrap(instance.unit_of_place, np.int32),
        pool_offsets,
        np.full(units, -1, np.int16),
        np.empty((units, 0), np.uint64),
        nothing,
        nothing,
        nothing,
        np.empty((len(instance.candidates), 0), np.uint64),
        zeros,
        empty,
        empty,
        np.empty(0, np.int16),
        np.zeros(1, np.int64),
        np.zeros(count, np.int16),
        np.ones(len(instance.candidates), np.uint64),
    )
    reasons = Reasons(
        zeros,
        empty,
        empty,
        zeros,
        empty,
        empty,
        empty,
        np.empty(0, np.int64),
        np.empty((0, 0), np.int64),
        empty,
        np.array([names[reason] for reason in instance.reasons], np.int32),
        names["priority"],
        names["lottery"],
        names["ties"],
        names["ordinal"],
    )
    return slices, reasons, np.array([place.seats for place in instance.places], np.int64)


def _shared(needs: Array, pool: Array, pools: int) -> Array:
    """For each pool the bits that all its slices need."""
    shared = np.full((pools, needs.shape[1]), 2**64 - 1, np.uint64)
    np.bitwise_and.at(shared, pool, needs)
    return shared


def _classes(needs: Array, forbids: Array, bits: Array) -> tuple[Array, Array]:
    """Slices that ask the same: the class of each, and for every candidate which classes are live."""
    asked = np.ascontiguousarray(np.concatenate([needs, forbids], axis=1))
    words = needs.shape[1]
    if not words:
        return np.zeros(len(needs), np.int16), np.ones(len(bits), np.uint64)
    rows = asked.view(np.dtype((np.void, asked.itemsize * asked.shape[1]))).ravel()
    _, first, of_class = np.unique(rows, return_index=True, return_inverse=True)
    if len(first) > MOST_CLASSES:
        return np.zeros(len(needs), np.int16), np.empty(0, np.uint64)
    live = np.zeros(len(bits), np.uint64)
    for number, row in enumerate(first):
        holds = np.ones(len(bits), np.bool_)
        for word in range(words):
            need, forbid = needs[row, word], forbids[row, word]
            holds &= ((bits[:, word] & need) == need) & ((bits[:, word] & forbid) == 0)
        live |= holds.astype(np.uint64) << np.uint64(number)
    return of_class.astype(np.int16), live


def _masks(rows: list[list[int]], shape: tuple[int, int]) -> Array:
    made: dict[tuple[int, ...], Array] = {}
    masks = np.zeros(shape, np.uint64)
    if shape[1]:
        for at, row in enumerate(rows):
            if row:
                key = tuple(row)
                if key not in made:
                    made[key] = _mask(row, shape[1])
                masks[at] = made[key]
    return masks


def _own(instance: Instance) -> Own:
    kind = np.zeros(len(instance.places), np.int8)
    rows: list[tuple[tuple[int, int], ...]] = [()] * len(instance.places)
    names: list[str] = []
    for weighting in instance.rules.weights:
        for name, _ in weighting.keys:
            if name not in names:
                names.append(name)
        row = tuple((names.index(name), weight) for name, weight in weighting.keys)
        for p, chosen in enumerate(_selected(instance, weighting.places)):
            if chosen:
                kind[p] = 2
                rows[p] = row
    scored = np.unique(_wrap(instance.score_places, np.int32))
    kind[scored] = 1
    columns = np.empty((len(instance.candidates) if names else 0, len(names)), np.int64)
    for at, name in enumerate(names):
        columns[:, at] = values_of(instance.columns[name])
    offsets, column = _flat([[part[0] for part in row] for row in rows])
    return Own(
        kind,
        _wrap(instance.score_offsets, np.int64),
        _wrap(instance.score_places, np.int32),
        _wrap(instance.score_values, np.int64) * PRIORITY_SCALE,
        offsets,
        column,
        _flat([[part[1] for part in row] for row in rows], np.int64)[1],
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


def store_of(instance: Instance) -> Store:
    """The arrays of an instance."""
    names = {name: number for number, name in enumerate(instance.key_names)}
    lists = _lists(instance)
    slices, reasons, seats = _slices(instance, names)
    keys, ranking, numbers = _keys(instance, names)
    own = _own(instance)
    taking = np.diff(lists.choice_offsets) > 0
    taking[_wrap(instance.fixed_candidates, np.int32)] = False
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
    return Store(lists, slices, own, keys, reasons, order, follows, taking, seats, numbers, plain)


__all__ = ["Store", "store_of", "truth"]
