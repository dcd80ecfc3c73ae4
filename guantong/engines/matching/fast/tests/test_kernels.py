"""The kernels against the slow way of saying the same, on markets small enough to say it."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.engines.matching.fast.deferring import own_priority
from guantong.engines.matching.fast.heaps import defer_plain
from guantong.engines.matching.fast.quick import NO_LIMIT, bit_table, check_plain
from guantong.engines.matching.fast.ranking import MISSING, rank
from guantong.engines.matching.fast.serial import first_open, open_bits, serve
from guantong.engines.matching.fast.shapes import Own

values = st.one_of(
    st.sampled_from([MISSING, 0, 500, 1000, 1500, -2000]), st.integers(-(10**13), 10**13), st.integers(-5, 5)
)


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 12).flatmap(
        lambda n: st.lists(st.tuples(st.lists(values, min_size=n, max_size=n), st.booleans()), max_size=5).map(
            lambda columns: (n, columns)
        )
    )
)
def test_rank_is_what_sorting_tuples_gives(given_columns):
    n, columns = given_columns

    def key(candidate: int) -> tuple[tuple[bool, int], ...]:
        return tuple(
            (column[candidate] == MISSING, -column[candidate] if descending else column[candidate])
            if column[candidate] != MISSING
            else (True, 0)
            for column, descending in columns
        )

    found = rank([(np.array(column, np.int64), descending) for column, descending in columns], n)
    assert found.order.tolist() == sorted(range(n), key=key)
    distinct = sorted({key(candidate) for candidate in range(n)})
    assert found.group.tolist() == [distinct.index(key(candidate)) for candidate in range(n)]
    assert found.groups == len(distinct)
    along = found.group[found.order]
    assert found.follows.tolist() == [int(k > 0 and along[k] == along[k - 1]) for k in range(n)]


def test_codes_of_a_rank_give_back_differences():
    columns = [([3000, 1000, MISSING, 2500], True), ([7, 5, 6, 5], False)]
    found = rank([(np.array(column, np.int64), descending) for column, descending in columns], 4)
    codes = [
        [int(found.words[found.at[q], c] >> np.uint64(found.shift[q])) & int(found.mask[q]) for c in range(4)]
        for q in range(2)
    ]
    assert codes[0][1] * found.step[0] - codes[0][0] * found.step[0] == 2000
    assert codes[0][3] * found.step[0] - codes[0][0] * found.step[0] == 500
    assert codes[0][2] == found.worst[0] and found.worst[1] == -1
    table = bit_table(found.at, found.shift, found.mask, len(found.words))
    highest = 63 - (int(found.words[0, 0] ^ found.words[0, 1]).bit_length() - 1)
    assert table[0, highest] == 0


def test_keys_too_far_apart_are_refused():
    with pytest.raises(OverflowError):
        rank([(np.array([-(2**62), 2**62], np.int64), True)], 2)


def market(draw: random.Random, n: int, m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Offsets, choices and seats of a small market."""
    lists = [draw.sample(range(m), draw.randint(0, min(m, 11))) for _ in range(n)]
    offsets = np.cumsum([0, *map(len, lists)]).astype(np.int64)
    seats = np.array([draw.choice([0, 1, 1, 2, 5]) for _ in range(m)], np.int64)
    return offsets, np.array([place for one in lists for place in one], np.int32), seats


def test_the_first_open_place_is_found_wherever_it_stands():
    draw = random.Random(3)
    for _ in range(300):
        offsets, choices, seats = market(draw, 6, 40)
        bits = open_bits(seats)
        for c in range(6):
            row = range(offsets[c], offsets[c + 1])
            assert first_open(choices, row.start, row.stop, bits) == next(
                (j for j in row if seats[choices[j]] > 0), row.stop
            )


def test_serving_in_tied_sets_is_what_the_rule_says():
    draw = random.Random(4)
    for _ in range(200):
        n = draw.randint(1, 40)
        offsets, choices, seats = market(draw, n, 6)
        group = np.array([draw.randint(0, n // 2) for _ in range(n)], np.int32)
        order = np.argsort(group, kind="stable").astype(np.int32)
        follows = np.zeros(n, np.uint8)
        follows[1:] = group[order][1:] == group[order][:-1]
        held, left = np.empty(n, np.int32), seats.copy()
        serve(order, follows, offsets, choices, left, open_bits(left), held)
        expected, now = [-1] * n, seats.tolist()
        for one in sorted(set(group.tolist())):
            before = list(now)
            for c in np.flatnonzero(group == one):
                for at in range(offsets[c], offsets[c + 1]):
                    if before[choices[at]] > 0:
                        expected[c] = at - offsets[c]
                        now[choices[at]] -= 1
                        break
        assert held.tolist() == expected and left.tolist() == now


def limits(offsets, choices, held, group, seats) -> np.ndarray:
    """The cut-offs results amount to, the slow way."""
    found = []
    for place, open_seats in enumerate(seats):
        mine = [group[c] for c in range(len(held)) if held[c] >= 0 and choices[offsets[c] + held[c]] == place]
        found.append(-1 if open_seats <= 0 else max(mine) if len(mine) >= open_seats else NO_LIMIT)
    return np.array(found, np.int32)


def test_the_array_check_finds_right_results_right_and_any_change_wrong():
    draw, noticed, changed = random.Random(5), 0, 0
    for _ in range(150):
        n = draw.randint(2, 40)
        offsets, choices, seats = market(draw, n, 6)
        group = np.array(draw.sample(range(n), n), np.int32)
        order, everybody = np.argsort(group).astype(np.int32), np.ones(n, np.bool_)
        held, left = np.empty(n, np.int32), seats.copy()
        serve(order, np.zeros(n, np.uint8), offsets, choices, left, open_bits(left), held)
        limit = limits(offsets, choices, held, group, seats)
        assert check_plain(offsets, choices, held, everybody, group, seats, limit, False) == 0
        c = draw.randrange(n)
        other = draw.choice([k for k in range(-1, offsets[c + 1] - offsets[c]) if k != held[c]] or [None])
        if other is None:
            continue
        held[c] = other
        changed += 1
        for claimed in (limit, limits(offsets, choices, held, group, seats)):
            noticed += check_plain(offsets, choices, held, everybody, group, seats, claimed, False) > 0
    assert changed > 100 and noticed == 2 * changed


def test_the_array_check_sees_each_kind_of_fault():
    """Three places of one seat (the last of none), five candidates in the order of rank, each wanting all."""
    offsets = np.arange(0, 16, 3, dtype=np.int64)
    choices = np.tile(np.array([0, 1, 2], np.int32), 5)
    group, seats = np.array([0, 1, 2, 3, 4], np.int32), np.array([1, 1, 0], np.int32)
    held, taking = np.array([0, 1, -1, -1, -1], np.int32), np.ones(5, np.bool_)
    limit = np.array([0, 1, -1], np.int32)

    def faults(over_plan=False, **other) -> int:
        given = {"held": held, "taking": taking, "group": group, "seats": seats, "limit": limit} | {
            name: np.array(value, _KINDS[name]) for name, value in other.items()
        }
        return check_plain(offsets, choices, over_plan=over_plan, **given)

    assert faults() == 0
    assert faults(held=[0, 1, -1, -1, 1], limit=[0, 4, -1]), "more than the seats"
    assert faults(held=[0, 1, -1, -1, 3]), "a place outside the own list"
    assert faults(held=[0, -1, -1, -1, 1], limit=[0, 4, -1]), "envy"
    assert faults(held=[0, -1, -1, -1, -1], limit=[0, int(NO_LIMIT), -1]), "a seat left empty and wanted"
    for wrong in ([1, 1, -1], [0, 2, -1], [0, int(NO_LIMIT), -1], [-1, 1, -1], [0, 1, int(NO_LIMIT)]):
        assert faults(limit=wrong), "a cut-off that is not that of the results"
    assert faults(taking=[False, True, True, True, True]), "a holder who takes no part leaves the seat empty"
    assert faults(group=[0, 1, 1, 2, 3]), "tied with the last admitted and yet turned away"
    tied = {"group": [0, 1, 1, 2, 3], "held": [0, 1, 1, -1, -1]}
    assert faults(**tied), "a tied set over the seats, where that is not allowed"
    assert faults(over_plan=True, **tied) == 0
    assert faults(over_plan=True, **tied, seats=[2, 1, 0]), "the first place had a seat left"
    assert faults(over_plan=True, group=[0, 1, 2, 3, 4], held=[0, 1, 1, -1, -1], limit=[0, 2, -1]), "over, not tied"


_KINDS = {"held": np.int32, "taking": np.bool_, "group": np.int32, "seats": np.int32, "limit": np.int32}


def test_deferring_by_heaps_is_the_one_stable_outcome():
    """Compared with a plain loop of proposals, over weights, scores and missing scores."""
    draw = random.Random(6)
    for round_number in range(200):
        n, m = draw.randint(1, 30), 5
        offsets, choices, seats = market(draw, n, m)
        columns = np.array([[draw.randint(0, 9), draw.randint(0, 9)] for _ in range(n)], np.int64)
        if round_number % 3 == 0:
            columns[draw.randrange(n), 0] = MISSING
        kind = np.array([draw.choice([0, 1, 2]) for _ in range(m)], np.int8)
        weights = [[(q, draw.randint(0, 3)) for q in range(2)] if kind[p] == 2 else [] for p in range(m)]
        scored = [sorted(draw.sample(range(m), draw.randint(0, m))) for _ in range(n)]
        own = Own(
            kind,
            np.cumsum([0, *map(len, scored)]).astype(np.int64),
            np.array([p for row in scored for p in row], np.int32),
            np.array([draw.randint(0, 5) for row in scored for _ in row], np.int64),
            np.cumsum([0, *map(len, weights)]).astype(np.int32),
            np.array([q for row in weights for q, _ in row], np.int32),
            np.array([w for row in weights for _, w in row], np.int64),
            columns,
        )
        order = np.array(draw.sample(range(n), n), np.int32)
        position = {int(c): k for k, c in enumerate(order)}
        held, taken, last = np.full(n, -1, np.int32), np.zeros(m, np.int64), np.full(m, -1, np.int32)
        assert defer_plain(order, offsets, choices, own, seats, held, taken, last)

        def standing(c: int, place: int, own: Own = own, position: dict[int, int] = position) -> tuple[int, int]:
            return -own_priority(own, c, place), position[c]

        at, holders, waiting = [0] * n, [[] for _ in range(m)], list(range(n))
        while waiting:
            c = waiting.pop()
            if offsets[c] + at[c] == offsets[c + 1]:
                continue
            place = choices[offsets[c] + at[c]]
            holders[place] = sorted([*holders[place], c], key=lambda one, place=place: standing(one, place))
            if len(holders[place]) > seats[place]:
                out = holders[place].pop()
                at[out] += 1
                waiting.append(out)
        expected = [at[c] if offsets[c] + at[c] < offsets[c + 1] else -1 for c in range(n)]
        assert held.tolist() == expected
        assert taken.tolist() == [len(row) for row in holders]
        assert last.tolist() == [row[-1] if row else -1 for row in holders]
