"""Days that lie whole months or years apart: the day of the same date, in a month without it the last one.

中华人民共和国民法典 第二百零二条.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date:
    """The day so many months later (or, negative, earlier); the 31st of a short month is its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """The day so many years later; the 29th of February of other years is the 28th."""
    return add_months(day, 12 * years)


def whole_months(start: date, end: date) -> int:
    """How many whole months have passed from ``start`` to ``end``; negative when ``end`` comes before."""
    if end < start:
        return -whole_months(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1


def whole_years(start: date, end: date) -> int:
    """How many whole years have passed from ``start`` to ``end``; negative when ``end`` comes before."""
    if end < start:
        return -whole_years(end, start)
    years = end.year - start.year
    return years if add_years(start, years) <= end else years - 1
