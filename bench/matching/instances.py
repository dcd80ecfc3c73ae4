"""Invented instances of any size, the same for the same seed: the family the limits are stated for.

``m = n / 20`` places, seats lognormal (σ 0.7) and 0.9 n in all, lists of 10 to 45 choices, culture 0–300 and skill 0–450
tied to one ability; a list is a window from reach to safety around the candidate's own standing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

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
