"""Figures of a school for declarations, computed from its own records: ``indicator.students`` and others.

Only figures of the case's own organisation are read, as of the day.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.db.models import Max, Q, QuerySet

from guantong.base.accounts.selectors import count_in_role
from guantong.kernel.days import add_years
from guantong.procedure.conditions import Found, Record, Subject, register_fact_source

from ..models import CurriculumPlan, Offering, StudentRecord
from ..rules.vocabulary import GRADUATED, OFFERED, PUBLISHED

FIGURES = "本系统计算的指标"


def enrolled_on(day: date) -> Q:
    """Condition on a student record: open on ``day``."""
    return Q(enrolled_on__lte=day) & (Q(left_on=None) | Q(left_on__gt=day))


def enrolled_people(school: int, day: date) -> QuerySet[StudentRecord, int]:
    """Ids of the persons enrolled at a school on a day, each once, as a subquery or to count."""
    rows = StudentRecord.objects.filter(enrolled_on(day), school_id=school).order_by()
    return rows.values_list("person_id", flat=True).distinct()


def _school(subject: Subject) -> int:
    if subject.organisation_id is None:
        raise LookupError("no organisation to ask for")
    return subject.organisation_id


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def students(subject: Subject, day: date, name: str) -> Found:
    """Source of ``indicator.students``."""
    del name
    count = enrolled_people(_school(subject), day).count()
    return Found(count, (Record(f"按{_day(day)}的学籍计算，一人只计一次。", day),))


def graduates(subject: Subject, day: date, name: str) -> Found:
    """Source of ``indicator.graduates``: graduated in the twelve months to the day."""
    del name
    rows = StudentRecord.objects.filter(school_id=_school(subject), state=GRADUATED, left_on__lte=day)
    count = rows.filter(left_on__gt=add_years(day, -1)).count()
    return Found(count, (Record(f"按{_day(day)}以前十二个月毕业的学籍计算。", day),))


def programmes(subject: Subject, day: date, name: str) -> Found:
    """Source of ``indicator.programmes``: programmes offered to the latest intake up to the year of the day."""
    del name
    rows = Offering.objects.filter(school_id=_school(subject), year__lte=day.year)
    year = rows.aggregate(latest=Max("year"))["latest"]
    if year is None:
        return Found(0)
    count = rows.filter(year=year, state=OFFERED).count()
    return Found(count, (Record(f"按{year}年的专业设置计算，只计招生的专业。"),))


def plans(subject: Subject, day: date, name: str) -> Found:
    """Source of ``indicator.plans``: programmes that have a curriculum plan in force."""
    del name
    rows = CurriculumPlan.objects.filter(school_id=_school(subject), state=PUBLISHED, published_at__isnull=False)
    count = rows.values("programme_id").distinct().count()
    return Found(
        count, (Record(f"按{_day(day)}已经发布的人才培养方案计算，一个专业只计一次。", day, "/programmes/", True),)
    )


def students_per_teacher(subject: Subject, day: date, name: str) -> Found:
    """Source of ``indicator.students_per_teacher``, cut to one decimal; unknown where no teacher is registered."""
    del name
    school = _school(subject)
    teachers = count_in_role("teacher", day, organisation_id=school)
    if not teachers:
        raise LookupError("no teacher is registered")
    count = enrolled_people(school, day).count()
    words = f"在籍学生{count}人，在册专任教师{teachers}人，按{_day(day)}计算；没有折算，只取一位小数。"
    return Found(Decimal(-(-count * 10 // teachers)) / 10, (Record(words, day),))


Read = Callable[[Subject, date, str], Found]
_SOURCES: tuple[tuple[str, Read, str, str], ...] = (
    ("students", students, "在籍学生数", "人"),
    ("graduates", graduates, "近十二个月毕业生数", "人"),
    ("programmes", programmes, "招生的专业数", "个"),
    ("plans", plans, "有人才培养方案的专业数", "个"),
    ("students_per_teacher", students_per_teacher, "每名在册专任教师的在籍学生数", "人"),
)


def register_declared_facts() -> None:
    """Join the registered fact sources; called once from ``ProgrammesConfig.ready``."""
    for name, read, title, unit in _SOURCES:
        register_fact_source(
            f"indicator.{name}", read, title=title, kind="number", unit=unit, origin="indicator", source=FIGURES
        )
