"""The account of what is taken: one row for each slice (or pool) of the step under way."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = Any
"""A numpy array."""


class Targets(NamedTuple):
    """Slices or pools in one step: the whole run, or one ordinal of a sequential one."""

    start: Array  # int64: open at the start of the step, 0 where closed
    left: Array  # int64: still open; below 0 when a tied set went over
    taken: Array  # int64
    last: Array  # int32: the last who got one, -1
    last_ordinal: Array  # int32: ordinal of the last, the largest among those tied
    closed: Array  # int32: a member of the tied set that closed it in this step, -1


def targets_of(seats: Array) -> Targets:
    """A fresh account over these open seats (int64)."""
    count = len(seats)
    return Targets(
        seats.copy(),
        seats.copy(),
        np.zeros(count, np.int64),
        np.full(count, -1, np.int32),
        np.zeros(count, np.int32),
        np.full(count, -1, np.int32),
    )


def open_after(targets: Targets) -> Array:
    """What the next step may use: what is left, nothing where closed."""
    return np.where(targets.closed >= 0, 0, np.maximum(targets.left, 0))


class Held(NamedTuple):
    """What each candidate holds: a choice (index into the choices, -1: none), a target, whether by reassignment."""

    choice: Array  # int64
    target: Array  # int32
    reassigned: Array  # bool


def nothing_held(candidates: int) -> Held:
    """Nobody holds anything."""
    return Held(np.full(candidates, -1, np.int64), np.full(candidates, -1, np.int32), np.zeros(candidates, np.bool_))


class Ceilings(NamedTuple):
    """What each ceiling of a place still allows, and the last member seated under it."""

    room: Array  # int64, below 0 when a tied set went over
    last: Array  # int32, -1
    step: Array  # int32: the step in which the last was seated


def ceilings_of(room: Array) -> Ceilings:
    """Ceilings with this room and nobody seated."""
    return Ceilings(room.copy(), np.full(len(room), -1, np.int32), np.zeros(len(room), np.int32))
