"""Invented instances of any size, the same for the same seed: the family the limits are stated for.

``m = n / 20`` places, seats lognormal (σ 0.7) and 0.9 n in all, lists of 10 to 45 choices, culture 0–300 and skill
0–450 tied to one ability; a list is a window from reach to safety around the candidate's own standing.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numba import njit

from guantong.engines.matching.model import (
    Column,
    Comparison,
    Instance,
    Line,
    Not,
    OrderKey,
    Place,
    Quota,
    Requirement,
    Rules,
    Selector,
)

PLACES_PER_CANDIDATE = 1 / 20
SEATS_PER_CANDIDATE = 0.9
SHORTEST, LONGEST = 10, 45
WINDOW_UP, WINDOW_DOWN, BLUR = 0.01, 0.25, 0.1

Array = Any
"""A numpy array."""


@dataclass(frozen=True, slots=True)
class Market:
    """Candidates and places as arrays.

    ``offsets`` (n + 1, int64) and ``choices`` (int32 places) are the lists; ``seats`` int32; ``keys`` the seven columns
    of the common order in whole thousandths (n, int64 each), best first; ``number`` a lottery number of each candidate.
    """

    offsets: Array
    choices: Array
    seats: Array
    keys: tuple[Array, ...]
    number: Array

    @property
    def n(self) -> int:
        """How many candidates."""
        return len(self.offsets) - 1


@njit(cache=True)
def _mix(x: int) -> int:
    """splitmix64: a well mixed word of a counter."""
    x = np.uint64(x) + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@njit(cache=True)
def _unit(x: int) -> float:
    """A number in [0, 1) of a counter."""
    return float(_mix(x) >> np.uint64(11)) / 9007199254740992.0


@njit(cache=True)
def _lists(offsets: Array, standing: Array, place_at: Array, correlated: bool, seed: int) -> Array:
    """Choices of every candidate; ``place_at`` names the place at each of its equally spaced standings."""
    n, slots = len(offsets) - 1, len(place_at)
    found = np.empty(offsets[n], np.int32)
    for c in range(n):
        begin, end = offsets[c], offsets[c + 1]
        for k in range(begin, end):
            draw = _unit(seed + 64 * c + (k - begin))
            if correlated:
                along = (k - begin + 0.5) / (end - begin)
                at = standing[c] - WINDOW_UP + (WINDOW_UP + WINDOW_DOWN) * along + BLUR * (draw - 0.5)
            else:
                at = draw
            at = min(max(at, 0.0), 0.999999)
            slot = int(at * slots)
            place = place_at[slot]
            again = True
            while again:
                again = False
                for before in range(begin, k):
                    if found[before] == place:
                        slot = (slot + 1) % slots
                        place = place_at[slot]
                        again = True
                        break
            found[k] = place
    return found


def make_market(n: int, *, seed: int = 1, correlated: bool = True) -> Market:
    """``n`` candidates; ``correlated`` False draws every list evenly over all places."""
    rng = np.random.default_rng(seed)
    m = max(int(n * PLACES_PER_CANDIDATE), LONGEST + 1)
    raw = rng.lognormal(0.0, 0.7, m)
    seats = np.maximum(1, np.floor(raw * (SEATS_PER_CANDIDATE * n / raw.sum()))).astype(np.int32)
    lengths = rng.integers(SHORTEST, LONGEST + 1, n)
    offsets = np.zeros(n + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    ability = rng.standard_normal(n)

    def paper(full: int, mean: float, spread: float) -> Array:
        own = 0.75 * ability + 0.66 * rng.standard_normal(n)
        return np.clip(np.rint(full * (mean + spread * own)), 0, full).astype(np.int64)

    chinese, maths, english = paper(100, 0.55, 0.16), paper(100, 0.45, 0.2), paper(100, 0.5, 0.2)
    theory, practice = paper(200, 0.55, 0.15), paper(250, 0.6, 0.15)
    culture, skill = chinese + maths + english, theory + practice
    keys = tuple(1000 * k for k in (culture + skill, skill, culture, chinese, maths, practice, english))
    standing = np.empty(n)
    standing[np.lexsort((rng.random(n), -keys[0]))] = np.arange(n) / n
    by_wish = rng.permutation(m).astype(np.int32)
    ends = np.cumsum(seats[by_wish]) / seats.sum()
    place_at = by_wish[np.minimum(np.searchsorted(ends, (np.arange(4 * m) + 0.5) / (4 * m)), m - 1)]
    choices = _lists(offsets, standing, place_at, correlated, seed << 40)
    number = rng.permutation(n).astype(np.int64)
    return Market(offsets, choices, seats, keys, number)


KEY_NAMES = ("total", "skill", "culture", "chinese", "maths", "practice", "english")
ORDER = tuple(OrderKey(name) for name in KEY_NAMES)


def _array(kind: str, values: Array) -> array[int]:
    made = array(kind)
    made.frombytes(memoryview(np.ascontiguousarray(values)).cast("B"))
    return made


def as_instance(market: Market, rules: Rules, *, groups: Groups | None = None) -> Instance:
    """The market as the engine takes it: lists of places, or with ``groups`` lists of groups with wishes."""
    n, m = market.n, len(market.seats)
    columns = {name: Column(_array("q", key)) for name, key in zip(KEY_NAMES, market.keys, strict=True)}
    group_of = np.arange(m, dtype=np.int32) if groups is None else groups.group_of
    units = int(group_of.max()) + 1
    members = np.argsort(group_of, kind="stable").astype(np.int32)
    unit_offsets = np.searchsorted(group_of[members], np.arange(units + 1)).astype(np.int32)
    names = [f"g{unit:06d}" for unit in range(units)]
    empty = array("i")
    wish_offsets, wish_places, accepts = array("q"), empty, array("b")
    choices, offsets = market.choices, market.offsets
    kinds = ["ordinary"] * m
    if groups is not None:
        wish_offsets, wish_places = _array("q", groups.wish_offsets), _array("i", groups.wish_places)
        accepts, kinds = _array("b", groups.accepts), ["sponsored" if k else "ordinary" for k in groups.sponsored]
        columns.update({name: Column(_array("q", values)) for name, values in groups.attributes.items()})
    places = tuple(
        Place(f"p{p:06d}", f"s{unit // 4:05d}", "" if groups is None else names[unit], f"m{p}", kind, seats)
        for p, (unit, kind, seats) in enumerate(zip(group_of.tolist(), kinds, market.seats.tolist(), strict=True))
    )
    return Instance(
        rules=rules,
        places=places,
        units=tuple(place.id for place in places) if groups is None else tuple(names),
        unit_of_place=_array("i", group_of),
        unit_offsets=_array("i", unit_offsets),
        unit_places=_array("i", members),
        candidates=tuple(f"{number:010d}" for number in range(n)),
        columns=columns,
        choice_offsets=_array("q", offsets),
        choice_units=_array("i", choices),
        ordinals=array("i"),
        wish_offsets=wish_offsets,
        wish_places=wish_places,
        accepts=accepts,
        score_offsets=array("q"),
        score_places=empty,
        score_values=array("q"),
        send_back_candidates=empty,
        send_back_places=empty,
        send_back_reasons=empty,
        fixed_candidates=empty,
        fixed_places=empty,
    )


@dataclass(frozen=True, slots=True)
class Groups:
    """Places in groups of about eight, up to six wishes a choice, nine in ten accepting reassignment; a few facts."""

    group_of: Array
    wish_offsets: Array
    wish_places: Array
    accepts: Array
    sponsored: Array
    attributes: dict[str, Array]


@njit(cache=True)
def _wishes(choices: Array, wish_offsets: Array, group_start: Array, seed: int) -> Array:
    found = np.empty(wish_offsets[-1], np.int32)
    for j in range(len(choices)):
        first, size = group_start[choices[j]], group_start[choices[j] + 1] - group_start[choices[j]]
        at = int(_unit(seed + j) * size)
        for k in range(wish_offsets[j + 1] - wish_offsets[j]):
            found[wish_offsets[j] + k] = first + (at + k) % size
    return found


def make_groups(n: int, *, seed: int = 1) -> tuple[Market, Groups]:
    """Lists of groups instead of places; seats, keys and windows as in ``make_market``."""
    base = make_market(n, seed=seed)
    rng = np.random.default_rng(seed + 1)
    m = len(base.seats)
    units = max(m // 8, LONGEST + 1)
    group_start = np.minimum(np.arange(units + 1, dtype=np.int64) * m // units, m)
    group_of = np.repeat(np.arange(units, dtype=np.int32), np.diff(group_start))
    seats_of_group = np.add.reduceat(base.seats, group_start[:-1])
    standing = np.empty(n)
    standing[np.lexsort((base.number, -base.keys[0]))] = np.arange(n) / n
    by_wish = rng.permutation(units).astype(np.int32)
    ends = np.cumsum(seats_of_group[by_wish]) / seats_of_group.sum()
    place_at = by_wish[np.minimum(np.searchsorted(ends, (np.arange(8 * units) + 0.5) / (8 * units)), units - 1)]
    choices = _lists(base.offsets, standing, place_at, True, (seed + 7) << 40)
    wish_offsets = np.zeros(len(choices) + 1, np.int64)
    sizes = np.minimum(rng.integers(1, 7, len(choices), dtype=np.int64), np.diff(group_start)[choices])
    np.cumsum(sizes, out=wish_offsets[1:])
    attributes = {
        "sex": 1000 * rng.integers(1, 3, n),
        "colour_vision": 1000 * (rng.random(n) < 0.95).astype(np.int64),
        "veteran": 1000 * (rng.random(n) < 0.04).astype(np.int64),
        "county": 1000 * rng.integers(0, 20, n),
    }
    return Market(base.offsets, choices, base.seats, base.keys, base.number), Groups(
        group_of,
        wish_offsets,
        _wishes(choices, wish_offsets, group_start, (seed + 9) << 40),
        (rng.random(len(choices)) < 0.9).astype(np.int8),
        (rng.random(m) < 0.1).astype(np.int8),
        attributes,
    )


def provincial_rules() -> Rules:
    """Everything a province's batch may ask for at once: parallel groups, ratio, lines, conditions, quotas, tied
    sets.
    """
    yes = Comparison("veteran", "equals", ("1",), (1000,))
    return Rules(
        mechanism="parallel",
        unit="group",
        order=ORDER,
        ties="admit_all",
        ratio=Fraction(21, 20),
        one_shot=True,
        stages="two",
        lines=(
            Line("culture_line", "culture", 60_000, who=Not(yes)),
            Line("skill_line", "skill", 100_000),
        ),
        conditions=(
            Requirement(
                "colour_vision",
                Comparison("colour_vision", "equals", ("1",), (1000,)),
                Selector((("kind", ("sponsored",)),)),
            ),
            Requirement(
                "counties", Comparison("county", "at_most", ("15",), (15_000,)), Selector((("kind", ("sponsored",)),))
            ),
        ),
        quotas=(
            Quota("veterans", "floor", yes, share=Fraction(1, 20), lines=(Line("veterans_line", "culture", 30_000),)),
        ),
    )
