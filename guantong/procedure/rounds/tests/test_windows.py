"""Windows of declaring, to the second; seats of quotas, by example and by property."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.kernel.clock import CHINA_TIME
from guantong.procedure.cases.definition.parts import Basis
from guantong.procedure.rounds.windows import (
    Every,
    MonthDay,
    RoundPlan,
    Window,
    around,
    earliest_year,
    yearly_window,
    yearly_windows,
)

untimed = settings(deadline=None)
LOCAL = Basis((), "local", "试验。")
SPRING = RoundPlan(MonthDay(3, 1), MonthDay(5, 31), LOCAL)
WINTER = RoundPlan(MonthDay(11, 15), MonthDay(1, 20), LOCAL)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA_TIME)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2025-02-28T23:59:59.999999", False),
        ("2025-03-01T00:00:00", True),
        ("2025-05-31T23:59:59.999999", True),
        ("2025-06-01T00:00:00", False),
    ],
)
def test_a_round_opens_and_closes_to_the_second(moment, is_open):
    assert yearly_window(SPRING, 2025).holds(at(moment)) is is_open


def test_a_round_over_the_new_year_bears_the_year_it_opened_in():
    window = yearly_window(WINTER, 2025)
    assert (window.key, window.opens_on, window.closes_on) == ("2025", date(2025, 11, 15), date(2026, 1, 20))
    assert around(yearly_windows(WINTER, at("2026-01-10T08:00:00")), at("2026-01-10T08:00:00")).present == window


def test_the_last_day_of_february_is_found_in_every_year():
    plan = RoundPlan(MonthDay(1, 1), MonthDay(2, 29), LOCAL)
    assert yearly_window(plan, 2024).closes_on == date(2024, 2, 29)
    assert yearly_window(plan, 2025).closes_on == date(2025, 2, 28)


def test_between_rounds_the_last_and_the_next_are_known():
    moment = at("2025-08-01T00:00:00")
    found = around(yearly_windows(SPRING, moment), moment)
    assert found.present is None
    assert found.last is not None and found.last.key == "2025"
    assert found.coming is not None and found.coming.key == "2026"


EARLIEST = datetime(2021, 1, 1)  # noqa: DTZ001 - hypothesis wants naive bounds
LATEST = datetime(2039, 12, 31)  # noqa: DTZ001
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
month_days = st.builds(lambda d: MonthDay(d.month, d.day), days)


@untimed
@given(month_days, month_days, st.datetimes(EARLIEST, LATEST))
def test_a_moment_is_in_at_most_one_yearly_round_and_never_in_one_that_is_past_or_coming(opens, closes, moment):
    now = moment.replace(tzinfo=CHINA_TIME)
    windows = yearly_windows(RoundPlan(opens, closes, LOCAL), now, before=2, after=2)
    holding = [w for w in windows if w.holds(now)]
    # a round that opens the day after it closed covers the whole year, and no more than once
    assert len(holding) <= 1
    found = around(windows, now)
    assert found.present == (holding[0] if holding else None)
    assert found.last is None or found.last.closes_at <= now
    assert found.coming is None or found.coming.opens_at > now


@untimed
@given(days, st.integers(0, 400))
def test_a_window_holds_each_of_its_days_whole(opens, length):
    window = Window(opens, opens + timedelta(days=length), "x")
    assert window.closes_at - window.opens_at == timedelta(days=length + 1)
    assert window.holds(window.opens_at) and not window.holds(window.closes_at)


# ---- every so many years ---

THIRD = RoundPlan(MonthDay(3, 1), MonthDay(5, 31), LOCAL, Every(3, "", "", 2024, LOCAL))


@pytest.mark.parametrize(
    ("moment", "last", "present", "coming"),
    [
        ("2022-07-01", None, None, "2024"),
        ("2024-04-01", None, "2024", "2027"),
        ("2025-04-01", "2024", None, "2027"),
        ("2026-12-31", "2024", None, "2027"),
        ("2027-05-31", "2024", "2027", "2030"),
    ],
)
def test_a_round_every_third_year_is_counted_from_the_year_named(moment, last, present, coming):
    now = at(f"{moment}T12:00:00")
    found = around(yearly_windows(THIRD, now, interval=3), now)
    assert tuple(w.key if w is not None else None for w in (found.last, found.present, found.coming)) == (
        last,
        present,
        coming,
    )


@untimed
@given(days, st.integers(1, 12), st.integers(2000, 2045))
def test_there_is_always_a_next_round_and_none_in_the_years_between(day, interval, first):
    plan = RoundPlan(MonthDay(11, 15), MonthDay(1, 20), LOCAL, Every(interval, "", "", first, LOCAL))
    now = at(f"{day.isoformat()}T00:00:00")
    windows = yearly_windows(plan, now, interval=interval)
    assert {(int(w.key) - first) % interval for w in windows} <= {0} and all(int(w.key) >= first for w in windows)
    found = around(windows, now)
    assert found.coming is not None and found.coming.opens_on > day
    gap = min(n for n in range(first, first + 100, interval) if yearly_window(plan, n).opens_on > day)
    assert int(found.coming.key) == gap


def test_while_nobody_knows_the_interval_there_is_no_round():
    assert yearly_windows(THIRD, at("2024-04-01T00:00:00"), interval=None) == []


def test_the_earliest_year_follows_the_last_round_and_the_first_year_named():
    assert earliest_year(None, 3, []) is None
    assert earliest_year(2027, 3, []) == 2027
    assert earliest_year(None, 3, [2021, 2024]) == 2027
    assert earliest_year(2030, 3, [2024]) == 2030
