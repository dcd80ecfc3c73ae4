"""What schools offer, year by year (专业设置)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.audit.record import record
from guantong.base.orgs.models import KINDS
from guantong.base.orgs.public import kind_on, name_on
from guantong.kernel import clock

from .. import errors
from ..models import CurriculumPlan, Offering, Programme
from ..rules.catalogue import SCHOOL_LEVELS, may_offer
from ..rules.vocabulary import OFFERED, WITHDRAWN, label_of
from ..selectors.catalogue import get_programme
from ..selectors.plans import MANAGE
from ..selectors.records import count_enrolled

YEARS_AHEAD = 1
"""Offerings are registered for the coming year at the latest; earlier years may be entered after the fact."""
FIRST_YEAR = 1990
"""Earlier than any cohort still on record; a year before it is a typing mistake."""


def check_school(school_id: int, programme: Programme, day: date) -> str:
    """Name of the school on ``day`` when it may offer the programme; otherwise PRG-020 or PRG-021."""
    name, kind = name_on(school_id, day), kind_on(school_id, day)
    if kind not in SCHOOL_LEVELS:
        raise errors.NOT_A_SCHOOL.refuse(name=name)
    if not may_offer(kind, programme.level):
        raise errors.SCHOOL_LEVEL.refuse(
            school=name, kind=dict(KINDS)[kind], level=label_of(programme.level), programme=programme.name
        )
    return name


def offer_programme(
    *, actor: Actor, school_id: int, programme_code: str, year: int, state: str = OFFERED, department: str = ""
) -> Offering:
    """Register, suspend or withdraw a programme of a school for one year; the same again changes nothing.

    Refuses PRG-008 (unknown programme), PRG-020, PRG-021 (school), PRG-022 (year), PRG-024 (students are enrolled).
    """
    with transaction.atomic():
        require(actor, MANAGE, school_id)
        programme = get_programme(programme_code)
        today = clock.today()
        check_school(school_id, programme, date(min(max(year, FIRST_YEAR), today.year), 9, 1))
        if not FIRST_YEAR <= year <= today.year + YEARS_AHEAD:
            raise errors.OFFERING_YEAR.refuse(year=year, first=FIRST_YEAR, last=today.year + YEARS_AHEAD)
        if state == WITHDRAWN:
            _refuse_in_use(school_id, programme, year)
        offering, is_new = Offering.objects.select_for_update().get_or_create(
            school_id=school_id, programme=programme, year=year, defaults={"state": state, "department": department}
        )
        before = None if is_new else offering.state
        if before == state and offering.department == department:
            return offering
        if not is_new:
            offering.state, offering.department = state, department
            offering.save(update_fields=["state", "department"])
        record(
            actor=actor,
            action="offer_programme",
            subject=("programmes.offering", offering.pk),
            organisation_id=school_id,
            facts={"code": programme.code, "year": year, "before": before, "after": state, "department": department},
        )
        return offering


def _refuse_in_use(school_id: int, programme: Programme, year: int) -> None:
    plans = CurriculumPlan.objects.filter(school_id=school_id, programme=programme, cohort=year)
    count = count_enrolled(plans.values_list("pk", flat=True))
    if count:
        raise errors.OFFERING_IN_USE.refuse(year=year, programme=programme.name, count=count)


def offer_programmes(
    *, actor: Actor, school_id: int, year: int, programmes: Iterable[tuple[str, str]]
) -> list[Offering]:
    """Register a whole year's list: (programme code, department) pairs; all or none, each with its audit line."""
    with transaction.atomic():
        return [
            offer_programme(actor=actor, school_id=school_id, programme_code=code, year=year, department=department)
            for code, department in programmes
        ]
