"""Which slices there are, in which pools, and for whom each is live: the rules over the places of an instance."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

from guantong.engines.matching.fast.predicates import Bits, values_of
from guantong.engines.matching.fast.shapes import Reasons, Slices
from guantong.engines.matching.judging import selects
from guantong.engines.matching.model import Instance
from guantong.engines.matching.ruleset import Selector

Array = Any
"""A numpy array."""

MOST_CLASSES = 63
"""With more different sets of conditions and lines than these, each is asked of each candidate anew."""


def wrap(values: array[int], kind: Any) -> Array:
    return np.frombuffer(values, kind) if len(values) else np.empty(0, kind)


def flat(rows: list[list[int]], kind: Any = np.int32) -> tuple[Array, Array]:
    offsets = np.zeros(len(rows) + 1, np.int32)
    np.cumsum([len(row) for row in rows], out=offsets[1:])
    return offsets, np.array([value for row in rows for value in row], kind)


def selected(instance: Instance, selector: Selector) -> list[bool]:
    if not selector.columns:
        return [True] * len(instance.places)
    return [selects(selector, place) for place in instance.places]


def slices_of(instance: Instance, names: dict[str, int]) -> tuple[Slices, Reasons, Array]:
    rules, places = instance.rules, instance.places
    if not (rules.conditions or rules.quotas or rules.all_lines):
        return _bare_slices(instance, names)
    bits = Bits(len(instance.candidates), instance.columns)
    condition_rows: list[list[int]] = [[] for _ in places]
    condition_names: list[list[int]] = [[] for _ in places]
    for requirement in rules.conditions:
        bit = bits.of_condition(requirement.require)
        for p, chosen in enumerate(selected(instance, requirement.places)):
            if chosen:
                condition_rows[p].append(bit)
                condition_names[p].append(names[requirement.id])
    of_quota = [selected(instance, quota.places) for quota in rules.quotas]
    quota_bit = [bits.of_condition(quota.who) for quota in rules.quotas]
    columns: list[str] = []
    lines_for: dict[int, list[tuple[int, int, int, int, list[bool]]]] = {}
    for q in (-1, *range(len(rules.quotas))):
        rows = []
        for line in rules.lines_of_seats(None if q < 0 else rules.quotas[q]):
            if line.key not in columns:
                columns.append(line.key)
            where = selected(instance, line.places)
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
    ceiling_offsets, ceiling_quota = flat(ceilings, np.int16)
    condition_offsets, condition_bit = flat(condition_rows)
    line_offsets, line_bit = flat([[line[0] for line in row] for row in line_rows])
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
        flat(condition_names)[1],
        line_offsets,
        line_bit,
        flat([[line[1] for line in row] for row in line_rows])[1],
        flat([[line[2] for line in row] for row in line_rows])[1],
        flat([[line[3] for line in row] for row in line_rows], np.int64)[1],
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
        wrap(instance.unit_of_place, np.int32),
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


def _mask(bits: list[int], words: int) -> Array:
    mask = np.zeros(words, np.uint64)
    for bit in bits:
        mask[bit // 64] |= np.uint64(1) << np.uint64(bit % 64)
    return mask


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
