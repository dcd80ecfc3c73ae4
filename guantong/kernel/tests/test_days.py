"""Whole months and years between days, leap days and short months."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.kernel.days import add_months, add_years, whole_months, whole_years

DAYS = st.dates(date(1990, 1, 1), date(2080, 12, 31))


@pytest.mark.parametrize(
    ("day", "years", "found"),
    [
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2023, 2, 28), 1, date(2024, 2, 28)),
        (date(2025, 12, 31), 3, date(2028, 12, 31)),
        (date(2000, 2, 29), 100, date(2100, 2, 28)),
    ],
)
def test_a_year_ends_with_the_day_of_the_same_date(day: date, years: int, found: date) -> None:
    assert add_years(day, years) == found
    assert whole_years(day, found) == years


def test_a_short_month_ends_with_its_last_day() -> None:
    assert add_months(date(2025, 1, 31), 1) == date(2025, 2, 28)
    assert add_months(date(2025, 10, 31), -1) == date(2025, 9, 30)
    assert whole_months(date(2025, 1, 31), date(2025, 2, 27)) == 0
    assert whole_months(date(2025, 1, 31), date(2025, 2, 28)) == 1


@given(DAYS, DAYS)
def test_whole_years_and_months_never_run_ahead(one: date, two: date) -> None:
    start, end = min(one, two), max(one, two)
    years, months = whole_years(start, end), whole_months(start, end)
    assert add_years(start, years) <= end < add_years(start, years + 1)
    assert add_months(start, months) <= end < add_months(start, months + 1)
    assert years == months // 12
    assert whole_years(end, start) == -years and whole_months(end, start) == -months
