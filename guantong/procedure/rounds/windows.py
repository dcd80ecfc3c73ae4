"""When one may declare. Pure: a plan and a moment give a window; China time, to the second."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from guantong.kernel.clock import CHINA_TIME, china_day
from guantong.procedure.cases.definition.parts import Basis


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of every year. The 29th of February is the last day of that month in other years."""

    month: int
    day: int

    def in_year(self, year: int) -> date:
        """That day of ``year``."""
        return date(year, self.month, min(self.day, monthrange(year, self.month)[1]))


@dataclass(frozen=True, slots=True)
class Every:
    """That there is a round only every so many years: a number, or a parameter asked of the law of the day."""

    years: int | None
    parameter: str
    scope: str
    first: int | None
    """A year in which there is a round: rounds of fixed days are counted from it, none is opened before it."""
    basis: Basis


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """What a definition says of its rounds: the days of every year, or (both None) rounds opened by a notice."""

    opens: MonthDay | None
    closes: MonthDay | None
    basis: Basis
    every: Every | None = None
    """None: a round each year, or as often as a notice opens one."""

    @property
    def is_on_notice(self) -> bool:
        """Whether the authority opens each round by an act of its own."""
        return self.opens is None


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """From 00:00 of ``opens_on`` until 24:00 of ``closes_on``, China time."""

    opens_on: date
    closes_on: date
    key: str
    """``2025``, or ``2025-2`` for the second notice of a year; the year is that of the opening."""

    @property
    def opens_at(self) -> datetime:
        """The first moment that counts."""
        return start_of(self.opens_on)

    @property
    def closes_at(self) -> datetime:
        """The first moment that is too late."""
        return start_of(self.closes_on + timedelta(days=1))

    def holds(self, moment: datetime) -> bool:
        """Whether one may hand in at ``moment``."""
        return self.opens_at <= moment < self.closes_at


def start_of(day: date) -> datetime:
    """00:00 of ``day`` in China."""
    return datetime.combine(day, time(0), tzinfo=CHINA_TIME)


def yearly_window(plan: RoundPlan, year: int) -> Window:
    """The window that opens in ``year``; it closes in the year after when the plan runs over the new year."""
    if plan.opens is None or plan.closes is None:
        raise ValueError("rounds on notice have no yearly window")
    opens = plan.opens.in_year(year)
    closes = plan.closes.in_year(year)
    if closes < opens:
        closes = plan.closes.in_year(year + 1)
    return Window(opens, closes, str(year))


def has_round_in(plan: RoundPlan, year: int, interval: int) -> bool:
    """Whether rounds of fixed days, ``interval`` years apart, have one that opens in ``year``."""
    first = plan.every.first if plan.every is not None else None
    if first is None:
        return True
    return year >= first and (year - first) % interval == 0


def yearly_windows(
    plan: RoundPlan, moment: datetime, *, before: int = 1, after: int = 1, interval: int | None = 1
) -> list[Window]:
    """The windows of fixed days around ``moment``, earliest first: so many rounds before and after the present year.

    ``interval`` in years from one round to the next. None for rounds on notice, and while nobody knows the interval.
    """
    if plan.is_on_notice or interval is None:
        return []
    year = china_day(moment).year
    reached = range(year - before * interval, year + after * interval + 1)
    first = plan.every.first if plan.every is not None else None
    if first is not None and first > reached[-1]:
        reached = range(first, first + 1)
    return [yearly_window(plan, y) for y in reached if has_round_in(plan, y, interval)]


def earliest_year(first: int | None, interval: int, held: Iterable[int]) -> int | None:
    """The first year in which the next round may open, after rounds that opened in the years ``held``.

    None when nothing was held and nothing is said of a first year: then any year may be.
    """
    last = max(held, default=None)
    if last is None:
        return first
    return max(last + interval, first or 0)


@dataclass(frozen=True, slots=True)
class Around:
    """What there is around a moment: the window that holds it, else the last one closed and the next one to open."""

    present: Window | None
    last: Window | None
    coming: Window | None


def around(windows: list[Window], moment: datetime) -> Around:
    """Place ``moment`` among ``windows``. Of windows that overlap (an extended one and the next) the earlier holds."""
    present = next((w for w in sorted(windows) if w.holds(moment)), None)
    closed = [w for w in windows if w.closes_at <= moment]
    coming = [w for w in windows if w.opens_at > moment]
    last = max(closed, key=lambda w: (w.closes_on, w.key)) if closed else None
    return Around(present, last, min(coming) if coming else None)
