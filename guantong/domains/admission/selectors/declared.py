"""Figures of a school for declarations from the last admission year that has ended: ``indicator.planned_seats``, …

A year still under way tells nothing: places change until it is closed, and its results are not public before.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from guantong.domains.admission.models import Cycle, IntakePlan, Placement
from guantong.domains.admission.rules.states import ADMITTED, CLOSED, CONFIRMED, REGISTERED
from guantong.procedure.conditions import Found, Record, Subject, register_fact_source

TAKEN = (ADMITTED, CONFIRMED, REGISTERED)
FIGURES = "本系统计算的指标"


def _school(subject: Subject) -> int:
    if subject.organisation_id is None:
        raise LookupError("no organisation to ask for")
    return subject.organisation_id


def _year(school: int, day: date) -> int:
    """The latest year all of whose admissions at the school have been closed; ``LookupError`` when there is none."""
    cycles = Cycle.objects.filter(plans__school_id=school, plans__state="approved", year__lte=day.year).order_by()
    running = set(cycles.exclude(stage=CLOSED).values_list("year", flat=True))
    ended = set(cycles.filter(stage=CLOSED).values_list("year", flat=True)) - running
    if not ended:
        raise LookupError("no admission year of the school has ended")
    return max(ended)


def _seats(school: int, year: int) -> int:
    plans = IntakePlan.objects.filter(school_id=school, cycle__year=year, cycle__stage=CLOSED, state="approved")
    found = plans.aggregate(seats=Sum("seats"), more=Sum("extra_seats"))
    return (found["seats"] or 0) + (found["more"] or 0)


def _taken(school: int, year: int, states: tuple[str, ...]) -> int:
    rows = Placement.objects.filter(plan__school_id=school, year=year, cycle__stage=CLOSED, state__in=states)
    return rows.values("person_id").distinct().count()


def planned_seats(subject: Subject, day: date, name: str) -> Found:
    """Source of ``indicator.planned_seats``."""
    del name
    school = _school(subject)
    year = _year(school, day)
    return Found(_seats(school, year), (Record(f"按{year}年已批准的招生计划计算。"),))


def admitted(subject: Subject, day: date, name: str) -> Found:
    """Source of ``indicator.admitted``."""
    del name
    school = _school(subject)
    year = _year(school, day)
    return Found(_taken(school, year, TAKEN), (Record(f"按{year}年已经结束的录取计算。"),))


def registered(subject: Subject, day: date, name: str) -> Found:
    """Source of ``indicator.registered``."""
    del name
    school = _school(subject)
    year = _year(school, day)
    return Found(_taken(school, year, (REGISTERED,)), (Record(f"按{year}年已经注册的新生计算。"),))


def admitted_share(subject: Subject, day: date, name: str) -> Found:
    """Source of ``indicator.admitted_share``: per cent of the planned seats, one decimal kept; unknown without."""
    del name
    school = _school(subject)
    year = _year(school, day)
    seats, taken = _seats(school, year), _taken(school, year, TAKEN)
    if not seats:
        raise LookupError("no seat was planned")
    words = f"{year}年计划{seats}人，录取{taken}人，只取一位小数。"
    return Found(Decimal(taken * 1000 // seats) / 10, (Record(words),))


Read = Callable[[Subject, date, str], Found]
_SOURCES: tuple[tuple[str, Read, str, str], ...] = (
    ("planned_seats", planned_seats, "上一招生年度的招生计划数", "人"),
    ("admitted", admitted, "上一招生年度的录取数", "人"),
    ("registered", registered, "上一招生年度的注册新生数", "人"),
    ("admitted_share", admitted_share, "上一招生年度的计划完成率", "%"),
)


def register_declared_facts() -> None:
    """Join the registered fact sources; called once from ``AdmissionConfig.ready``."""
    for name, read, title, unit in _SOURCES:
        register_fact_source(
            f"indicator.{name}", read, title=title, kind="number", unit=unit, origin="indicator", source=FIGURES
        )
