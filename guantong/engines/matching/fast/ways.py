"""What a run branches on, what it leaves behind, and the memory it works in."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Any

import numpy as np

from guantong.engines.matching.fast.cutting import Written
from guantong.engines.matching.fast.settling import ADMIT_ALL, LOTTERY, REJECT_ALL
from guantong.engines.matching.fast.shapes import Store
from guantong.engines.matching.model import NONE, Code, Instance

Array = Any
"""A numpy array."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The rules, as far as a run branches on them."""

    ties: int
    sequential: bool
    two_stages: bool
    one_shot: bool
    common: bool
    most_seats: bool
    ratio: tuple[int, int]


def ways_of(instance: Instance, store: Store, tied: bool) -> Ways:
    """``tied`` False: no two candidates share a rank, so all tie policies are one."""
    rules = instance.rules
    ties = {"admit_all": ADMIT_ALL, "reject_all": REJECT_ALL, "lottery": LOTTERY}[rules.ties]
    return Ways(
        ties=ties if tied else LOTTERY,
        sequential=rules.mechanism == "sequential",
        two_stages=rules.stages == "two",
        one_shot=rules.one_shot,
        common=not store.own.kind.any(),
        most_seats=rules.reassignment == "most_seats_left",
        ratio=(rules.ratio.numerator, rules.ratio.denominator),
    )


@dataclass(slots=True)
class Totals:
    """What a run leaves behind over all its steps."""

    taken: Array  # int64, slices
    filed: Array  # int64, pools
    last: Array  # int32, slices: the last of the last step in which anybody got one
    last_ordinal: Array
    pool_last: Array
    pool_last_ordinal: Array
    served: Array  # int32, slices
    pool_closed: Array  # int32, pools
    choice: Array  # int64, candidates: the choice that holds
    target: Array  # int32, candidates


def scratch_of(store: Store) -> Array:
    """Room for a list, twice the places of the largest unit, and for the slices of all of them."""
    units, slices = store.lists.unit_offsets, store.slices.offsets
    most = int(np.diff(units).max(initial=1))
    return np.empty((2 + int(np.diff(slices).max(initial=1))) * most, np.int64)


def blank(choices: int, slices: int, pools: int) -> tuple[Written, tuple[array[int], array[int], array[int]]]:
    """Every choice ``placed_higher`` until something else is written; the same store for the outcome and for
    kernels.
    """
    codes = array("B", [int(Code.PLACED_HIGHER)]) * choices
    keys, distances = array("h", [NONE]) * choices, array("i", [NONE]) * choices
    written = Written(
        np.frombuffer(codes, np.uint8) if choices else np.empty(0, np.uint8),
        np.frombuffer(keys, np.int16) if choices else np.empty(0, np.int16),
        np.frombuffer(distances, np.int32) if choices else np.empty(0, np.int32),
        np.zeros(slices, np.bool_),
        np.zeros(pools, np.bool_),
    )
    return written, (codes, keys, distances)
