"""Working days: published years by their arrangement, others provisional."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.policy.asking import WorkingCalendar, load_policy
from guantong.policy.tests.folders import write

REGIONS = Path(__file__).resolve().parents[3] / "regions"


@pytest.fixture(scope="module")
def calendar() -> WorkingCalendar:
    return load_policy(REGIONS).calendar("530000")


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        ("2025-01-27", True),
        ("2025-01-28", False),
        ("2025-02-04", False),
        ("2025-02-08", True),
        ("2025-10-08", False),
        ("2025-10-11", True),
        ("2026-01-02", False),
        ("2026-01-04", True),
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-09-25", False),
        ("2024-10-12", True),
        ("2024-10-13", False),
    ],
)
def test_published_years_follow_their_notice(day: str, is_working: bool, calendar: WorkingCalendar) -> None:
    assert calendar.is_working_day(date.fromisoformat(day)) is is_working


def test_working_days_skip_holidays_and_count_worked_weekends(calendar: WorkingCalendar) -> None:
    assert calendar.add_working_days(date(2025, 1, 24), 1) == (date(2025, 1, 26), False)
    assert calendar.add_working_days(date(2025, 1, 24), 3) == (date(2025, 2, 5), False)
    assert calendar.add_working_days(date(2025, 2, 5), -3) == (date(2025, 1, 24), False)
    assert calendar.add_working_days(date(2025, 1, 29), 0) == (date(2025, 2, 5), False)
    assert calendar.working_days_between(date(2025, 1, 24), date(2025, 2, 5)) == (3, False)
    assert calendar.holiday_name(date(2025, 1, 29)) == "春节"


def test_an_unpublished_year_counts_fixed_days_only_and_says_so(calendar: WorkingCalendar) -> None:
    assert not calendar.is_published(2031)
    assert not calendar.is_working_day(date(2031, 1, 1))
    assert not calendar.is_working_day(date(2031, 5, 2))
    assert calendar.is_working_day(date(2031, 10, 6))
    assert calendar.add_working_days(date(2026, 12, 31), 1) == (date(2027, 1, 4), True)
    assert calendar.add_working_days(date(2026, 12, 29), 1) == (date(2026, 12, 30), False)
    assert calendar.working_days_between(date(2026, 12, 31), date(2027, 1, 4)) == (1, True)


def test_the_second_of_may_is_off_only_from_2025(tmp_path: Path) -> None:
    calendar = load_policy(REGIONS).calendar("100000")
    assert calendar.is_working_day(date(2023, 5, 2))
    assert not calendar.is_working_day(date(2028, 5, 2))


def test_a_childs_holiday_adds_to_its_parents(tmp_path: Path) -> None:
    own = (
        "years:\n  2024:\n    state: published\n    document: yn-measures\n    clause: 一\n"
        "    holidays: [{name: 火把节, days: [2024-07-30]}]\n"
    )
    policy = load_policy(write(tmp_path, {"530000-yunnan/calendar/own.yaml": own}))
    assert policy.calendar("100000").is_working_day(date(2024, 7, 30))
    for region in ("530000", "530100"):
        assert not policy.calendar(region).is_working_day(date(2024, 7, 30))
        assert not policy.calendar(region).is_working_day(date(2024, 10, 1))


@given(start=st.dates(date(2024, 1, 1), date(2029, 12, 1)), n=st.integers(1, 60))
def test_adding_and_counting_agree(start: date, n: int) -> None:
    calendar = load_policy(REGIONS).calendar("100000")
    end, provisional = calendar.add_working_days(start, n)
    assert calendar.is_working_day(end)
    assert calendar.working_days_between(start, end) == (n, provisional)
    assert calendar.working_days_between(start, end - timedelta(days=1))[0] == n - 1


def test_published_days_agree_with_the_package_they_were_taken_from(calendar: WorkingCalendar) -> None:
    chinese_calendar = pytest.importorskip("chinese_calendar")
    day = date(2024, 1, 1)
    while day.year <= 2026:
        assert calendar.is_working_day(day) is chinese_calendar.is_workday(day), day
        day += timedelta(days=1)
