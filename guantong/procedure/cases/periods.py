"""When a period of working days, days, months or years ends: always 24:00 China time of the last day.

The first day is not counted, and a period in calendar days, months or years that ends on a day off ends on the next
working day (中华人民共和国民法典 第二百零一条至第二百零三条).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from guantong.kernel.clock import CHINA_TIME, china_day
from guantong.kernel.days import add_months
from guantong.kernel.refusal import Citation

from . import errors
from .definition import Duration
from .definition.parts import UNITS

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


def last_day(calendar: WorkingCalendar, start: date, count: int, unit: str) -> tuple[date, bool]:
    """(last day, provisional) of a period of ``count`` days, working days, months or years that begins after ``start``.

    Months and years end with the day of the same date, in a month without it with the last (第二百零二条).
    """
    if unit == "working_days":
        return calendar.add_working_days(start, count)
    if unit in ("months", "years"):
        return calendar.add_working_days(add_months(start, count * (12 if unit == "years" else 1)), 0)
    return calendar.add_working_days(start + timedelta(days=count), 0)


def length_of(duration: Duration, law: Law) -> tuple[int, str, Citation | None]:
    """(count, unit, clause of the parameter). Refuses when the parameter is absent or holds no period."""
    if duration.parameter is None:
        return duration.count or 0, duration.unit, None
    answer = law.answer(duration.parameter)
    if answer.unit not in UNITS:
        raise errors.BAD_PARAMETER_UNIT.refuse(parameter=duration.parameter, unit=answer.unit)
    if answer.unit == "years" and isinstance(answer.value, Decimal) and answer.value % 1:
        months = answer.value * 12  # half a year is six months
        if months % 1:
            raise errors.BAD_PARAMETER_UNIT.refuse(parameter=duration.parameter, unit=answer.unit)
        return int(months), "months", answer.citation
    return law.integer(duration.parameter), answer.unit, answer.citation


def due_after(duration: Duration, moment: datetime, law: Law) -> Due:
    """When a period that begins at ``moment`` ends, under ``law`` and its calendar."""
    if duration.by:
        return due_by(next_month_day(duration.by, china_day(moment)), moment)
    count, unit, citation = length_of(duration, law)
    start = china_day(moment)
    day, is_provisional = last_day(law.calendar, start, count, unit)
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
