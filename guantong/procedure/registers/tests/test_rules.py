"""Where a title stands on a day: examples and properties of the pure rule."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.procedure.registers.rules import (
    ABSENT,
    EXPIRED,
    FOLLOWS,
    GRANT,
    RENEW,
    RESTORE,
    STANDING,
    SUSPEND,
    SUSPENDED,
    WITHDRAW,
    WITHDRAWN,
    Entry,
    day_of_year,
    may_follow,
    renewed_until,
    spans_of,
    standing_on,
    term_end,
)

START = date(2020, 1, 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    """Entries that may follow one another, several a day allowed, at most some two years long."""
    entries: list[Entry] = []
    at = draw(st.integers(0, 40))
    for _ in range(draw(st.integers(1, 9))):
        state = standing_on(entries, day(at)).state
        kinds = [kind for kind, allowed in FOLLOWS.items() if state in allowed]
        if not kinds:
            at += draw(st.integers(0, 50))
            continue
        kind = draw(st.sampled_from(kinds))
        until = None
        if kind in (GRANT, RENEW) and draw(st.booleans()):
            until = day(at + draw(st.integers(1, 120)))
        entry = Entry(kind, day(at), until, draw(st.sampled_from(["初级", "中级", "高级"])) if kind == GRANT else "")
        if may_follow(entries, entry):
            entries.append(entry)
        at += draw(st.integers(0, 60))
    return entries


@given(histories())
def test_spans_say_the_same_as_the_day_by_day_rule(entries):
    spans = spans_of(entries)
    for number in range(800):
        now = standing_on(entries, day(number))
        inside = [s for s in spans if s.start <= day(number) and (s.until is None or day(number) < s.until)]
        if now.state in (STANDING, SUSPENDED):
            assert [(s.state, s.level, s.since, s.ends) for s in inside] == [
                (now.state, now.level, now.since, now.until)
            ]
        else:
            assert inside == []


@given(histories())
def test_spans_are_in_order_apart_and_not_empty(entries):
    spans = spans_of(entries)
    for span in spans:
        assert span.until is None or span.start < span.until
    for one, other in pairwise(spans):
        assert one.until is not None and one.until <= other.start


@given(histories(), st.integers(0, 800), st.integers(0, 100))
def test_a_later_entry_never_changes_an_earlier_day(entries, number, later):
    cut = [e for e in entries if e.on <= day(number)]
    more = [*cut, Entry(WITHDRAW, day(number + 1 + later))]
    assert standing_on(cut, day(number)) == standing_on(more, day(number)) == standing_on(entries, day(number))


@given(histories(), st.integers(0, 60))
def test_nothing_counts_after_a_withdrawal_until_something_follows(entries, wait):
    last = entries[-1].on + timedelta(days=wait) if entries else START
    withdrawal = Entry(WITHDRAW, last)
    if not may_follow(entries, withdrawal):
        return
    history = [*entries, withdrawal]
    for number in (0, 1, 30, 4000):
        assert standing_on(history, last + timedelta(days=number)).state == WITHDRAWN


def test_the_life_of_one_title():
    entries = [
        Entry(GRANT, date(2024, 9, 1), term_end(date(2024, 9, 1), 3), "初级"),
        Entry(GRANT, date(2025, 9, 1), term_end(date(2025, 9, 1), 3), "中级"),
        Entry(SUSPEND, date(2026, 1, 5)),
        Entry(RESTORE, date(2026, 3, 5)),
    ]
    expected = [
        (date(2024, 8, 31), ABSENT, ""),
        (date(2024, 9, 1), STANDING, "初级"),
        (date(2025, 8, 31), STANDING, "初级"),
        (date(2025, 9, 1), STANDING, "中级"),
        (date(2026, 1, 4), STANDING, "中级"),
        (date(2026, 1, 5), SUSPENDED, "中级"),
        (date(2026, 3, 5), STANDING, "中级"),
        (date(2028, 9, 1), STANDING, "中级"),
        (date(2028, 9, 2), EXPIRED, "中级"),
    ]
    assert [(d, standing_on(entries, d).state, standing_on(entries, d).level) for d, _, _ in expected] == expected


def test_a_title_granted_and_withdrawn_on_one_day_never_stood():
    entries = [Entry(GRANT, START), Entry(WITHDRAW, START)]
    assert standing_on(entries, START).state == WITHDRAWN
    assert spans_of(entries) == ()


def test_a_restored_title_keeps_its_term():
    entries = [Entry(GRANT, day(0), day(100)), Entry(WITHDRAW, day(10)), Entry(RESTORE, day(20))]
    assert standing_on(entries, day(15)).state == WITHDRAWN
    assert standing_on(entries, day(99)).state == STANDING
    assert standing_on(entries, day(100)).state == EXPIRED


@pytest.mark.parametrize(
    ("kind", "state", "follows"),
    [
        (GRANT, WITHDRAWN, False),
        (GRANT, SUSPENDED, False),
        (RENEW, EXPIRED, True),
        (RENEW, WITHDRAWN, False),
        (SUSPEND, SUSPENDED, False),
        (RESTORE, STANDING, False),
        (RESTORE, WITHDRAWN, True),
        (WITHDRAW, SUSPENDED, True),
        (WITHDRAW, WITHDRAWN, False),
    ],
)
def test_what_may_follow_what(kind, state, follows):
    before = {
        STANDING: [Entry(GRANT, day(0))],
        SUSPENDED: [Entry(GRANT, day(0)), Entry(SUSPEND, day(1))],
        EXPIRED: [Entry(GRANT, day(0), day(5))],
        WITHDRAWN: [Entry(GRANT, day(0)), Entry(WITHDRAW, day(1))],
    }[state]
    assert standing_on(before, day(9)).state == state
    assert may_follow(before, Entry(kind, day(9), level="另一级")) is follows


def test_a_grant_upon_a_standing_title_gives_another_level():
    held = [Entry(GRANT, day(0), None, "初级")]
    assert may_follow(held, Entry(GRANT, day(5), None, "中级"))
    assert not may_follow(held, Entry(GRANT, day(5), None, "初级"))


def test_nothing_is_entered_before_the_last_entry():
    held = [Entry(GRANT, day(10))]
    assert not may_follow(held, Entry(WITHDRAW, day(9)))
    assert may_follow(held, Entry(WITHDRAW, day(10)))


def test_a_term_ends_with_the_day_of_the_same_date():
    assert term_end(date(2024, 9, 1), 5) == date(2029, 9, 2)
    assert term_end(date(2024, 2, 29), 1) == date(2025, 3, 1)
    assert term_end(date(2024, 2, 29), 4) == date(2028, 3, 1)


def test_renewing_in_time_goes_on_from_the_end_and_late_from_the_day():
    held = [Entry(GRANT, date(2024, 9, 1), date(2027, 9, 2))]
    assert renewed_until(held, date(2027, 6, 1), 3) == date(2030, 9, 2)
    assert renewed_until(held, date(2027, 9, 1), 3) == date(2030, 9, 2)
    assert renewed_until(held, date(2027, 9, 2), 3) == term_end(date(2027, 9, 2), 3)
    assert renewed_until(held, date(2027, 6, 1), None) is None


def test_days_of_a_year():
    assert day_of_year("11-01", 2025) == date(2025, 11, 1)
    for wrong in ("02-29", "13-01", "1-1", "11/01", "", "十一月", "04-31"):
        with pytest.raises(ValueError):
            day_of_year(wrong, 2025)
