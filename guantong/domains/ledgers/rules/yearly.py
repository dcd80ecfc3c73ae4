"""Plans of key tasks by year, and what a year's report says against them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

YEARS = 3
"""Years a plan has targets for: a_1 … a_3 and b_1 … b_3 of the form."""
INDICATORS = ("a", "b")
FILLING = "fill"
GRADES = {"excellent": "优秀", "good": "良好", "passed": "合格"}


@dataclass(frozen=True, slots=True)
class Measure:
    """One indicator of one year: target of the plan (None: the plan has none for that year), what was reached."""

    label: str
    target: int | None
    actual: int | None

    @property
    def is_met(self) -> bool | None:
        """None while there is no target or nothing reported."""
        if self.target is None or self.actual is None:
            return None
        return self.actual >= self.target

    @property
    def share(self) -> int | None:
        """Whole percent of the target reached, rounded down."""
        if not self.target or self.actual is None:
            return None
        return self.actual * 100 // self.target


def target_of(plan: Mapping[str, Any], indicator: str, year: int) -> int | None:
    """The plan's target of a year; None outside its years."""
    try:
        number = year - int(plan["first_year"]) + 1
        return int(plan[f"{indicator}_{number}"]) if 1 <= number <= YEARS else None
    except (KeyError, TypeError, ValueError):
        return None


def actual_of(report: Mapping[str, Any], indicator: str) -> int | None:
    """What the yearly report says of an indicator."""
    try:
        return int(report[f"{indicator}_done"])
    except (KeyError, TypeError, ValueError):
        return None


def state_of(
    *, step: str, outcome: str, due_on: date | None, handed_in_on: date | None, today: date
) -> tuple[str, str]:
    """(words, tone) of a unit's report of a year. ``outcome`` empty while it runs; ``handed_in_on`` None: not yet."""
    if outcome in ("appraised", "overturned"):
        return "考核通过", "good"
    if outcome:
        return "考核不合格", "bad"
    if step == FILLING or handed_in_on is None:
        if due_on is not None and today > due_on:
            return "逾期未填报", "bad"
        return "等待填报", "warn"
    if due_on is not None and handed_in_on > due_on:
        return "逾期填报，等待考核", "warn"
    return "已填报，等待考核", "info"
