"""One measured figure, and how it is judged."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value beside the limit it is judged by.

    ``ratio`` is the value over the reference measured in the same run (None when the limit is absolute).
    ``passed`` is the verdict; ``at_least`` says on which side of the limit it must lie.
    """

    name: str
    value: float
    unit: str
    limit: float
    ratio: float | None
    passed: bool
    note: str = ""


def at_least(name: str, value: float, unit: str, limit: float, note: str = "") -> Figure:
    """A figure that must reach ``limit``."""
    return Figure(name, value, unit, limit, None, value >= limit, note)


def at_most(name: str, value: float, unit: str, limit: float, note: str = "") -> Figure:
    """A figure that must not exceed ``limit``."""
    return Figure(name, value, unit, limit, None, value <= limit, note)


def share_of(name: str, value: float, reference: float, unit: str, least_ratio: float, note: str = "") -> Figure:
    """A rate that must reach a share of a reference rate measured in the same run."""
    ratio = value / reference if reference else 0.0
    return Figure(name, value, unit, least_ratio * reference, ratio, ratio >= least_ratio, note)
