"""Working days in China: weekends, holidays and worked weekends as published each year.

A year whose arrangement is not published counts weekends and the statutory days with a fixed date only; every answer
that touches such a year says so (``provisional``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from guantong.policy.schema.shapes import CalendarYear, FixedDays

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingCalendar:
    """The calendar of one region: its own years on top of its parents'."""

    years: Mapping[int, Sequence[CalendarYear]]
    """Entries of a year, nearest region first; their holidays and worked weekends add up."""
    fixed_days: Sequence[FixedDays] = ()
    """Statutory days with a fixed date, oldest rule first."""
    _known: dict[date, bool] = field(default_factory=dict, compare=False, repr=False)

    def is_published(self, year: int) -> bool:
        """Whether the arrangement of ``year`` has been published."""
        return any(entry.state == "published" for entry in self.years.get(year, ()))

    def is_working_day(self, day: date) -> bool:
        """Whether people work on ``day``, as far as is known."""
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = self._is_working_day(day)
        return known

    def _is_working_day(self, day: date) -> bool:
        entries = self.years.get(day.year, ())
        for entry in entries:
            if day in entry.workdays:
                return True
            if day in entry.holidays:
                return False
        if day.weekday() >= 5:
            return False
        if self.is_published(day.year):
            return True
        return f"{day.month:02d}-{day.day:02d}" not in self._fixed_on(day)

    def _fixed_on(self, day: date) -> frozenset[str]:
        days: frozenset[str] = frozenset()
        for rule in self.fixed_days:
            if rule.in_force_from <= day:
                days = rule.days
        return days

    def holiday_name(self, day: date) -> str | None:
        """Name of the holiday ``day`` belongs to, if any."""
        return next((e.holidays[day] for e in self.years.get(day.year, ()) if day in e.holidays), None)

    def add_working_days(self, day: date, n: int) -> tuple[date, bool]:
        """The ``n``-th working day after ``day`` and whether an unpublished year was touched.

        ``day`` itself is not counted (periods run from the next day); ``n`` = 0 gives the first working day from
        ``day`` on; a negative ``n`` counts backwards.
        """
        step = _DAY if n >= 0 else -_DAY
        provisional = not self.is_published(day.year)
        at, left = day, abs(n)
        if n == 0:
            while not self.is_working_day(at):
                at += _DAY
                provisional = provisional or not self.is_published(at.year)
            return at, provisional
        year = day.year
        while left:
            at += step
            if at.year != year:
                year = at.year
                provisional = provisional or not self.is_published(year)
            if self.is_working_day(at):
                left -= 1
        return at, provisional

    def working_days_between(self, start: date, end: date) -> tuple[int, bool]:
        """Working days after ``start`` up to and including ``end``, and whether an unpublished year was touched."""
        count, at = 0, start
        while at < end:
            at += _DAY
            count += self.is_working_day(at)
        provisional = any(not self.is_published(year) for year in range(start.year, max(start, end).year + 1))
        return count, provisional
