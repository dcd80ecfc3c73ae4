"""When a period ends: working days, calendar days, a parameter's days; always 24:00 China time of the last day.

The first day is not counted, and a period in calendar days that ends on a day off ends on the next working day
(中华人民共和国民法典 第二百零一条、第二百零三条).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from guantong.kernel.clock import CHINA_TIME, china_day
from guantong.kernel.refusal import Citation

from . import errors
from .definition import Duration

if TYPE_CHECKING:
    from guantong.policy.asking import Law, WorkingCalendar


@dataclass(frozen=True, slots=True)
class Due:
    """The end of a period. ``at`` is the first moment that is too late."""

    starts_on: date
    on: date
    at: datetime
    is_provisional: bool
    citation: Citation | None


def end_of_day(day: date) -> datetime:
    """24:00 China time of ``day``: the first moment of the next day."""
    return datetime.combine(day + timedelta(days=1), time(0), tzinfo=CHINA_TIME)


def day_after_days(calendar: WorkingCalendar, start: date, count: int, is_working: bool) -> tuple[date, bool]:
    """(last day, provisional) of a period of ``count`` days that begins the day after ``start``."""
    if is_working:
        return calendar.add_working_days(start, count)
    return calendar.add_working_days(start + timedelta(days=count), 0)


def length_of(duration: Duration, law: Law) -> tuple[int, bool, Citation | None]:
    """(count, in working days, clause of the parameter). Refuses when the parameter is absent or not in days."""
    if duration.parameter is None:
        return duration.count or 0, duration.is_working, None
    answer = law.answer(duration.parameter)
    if answer.unit not in ("working_days", "days"):
        raise errors.BAD_PARAMETER_UNIT.refuse(parameter=duration.parameter, unit=answer.unit)
    return law.integer(duration.parameter), answer.unit == "working_days", answer.citation


def due_after(duration: Duration, moment: datetime, law: Law) -> Due:
    """When a period that begins at ``moment`` ends, under ``law`` and its calendar."""
    if duration.by:
        return due_by(next_month_day(duration.by, china_day(moment)), moment)
    count, is_working, citation = length_of(duration, law)
    start = china_day(moment)
    day, is_provisional = day_after_days(law.calendar, start, count, is_working)
    return Due(start, day, end_of_day(day), is_provisional, citation)


def due_by(day: date, moment: datetime, citation: Citation | None = None) -> Due:
    """A period that ends at 24:00 of a given day: a fixed day does not move to a working day."""
    return Due(china_day(moment), day, end_of_day(day), False, citation)


def next_month_day(month_day: str, start: date) -> date:
    """The next ``MM-DD`` on or after ``start``."""
    day = date.fromisoformat(f"{start.year}-{month_day}")
    return day if day >= start else date.fromisoformat(f"{start.year + 1}-{month_day}")


def reminder_before(calendar: WorkingCalendar, due_on: date, working_days: int, start: date) -> datetime | None:
    """The moment of the reminder: 00:00 of the day so many working days before ``due_on``; None when it is not after
    ``start`` (a period too short to remind of)."""
    if working_days <= 0:
        return None
    day, _ = calendar.add_working_days(due_on, -working_days)
    return datetime.combine(day, time(0), tzinfo=CHINA_TIME) if day > start else None


def chinese_day(day: date) -> str:
    """``2025年10月9日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_moment(moment: datetime) -> str:
    """``10月9日15时04分``, China time."""
    local = moment.astimezone(CHINA_TIME)
    return f"{local.month}月{local.day}日{local.hour}时{local.minute:02d}分"
