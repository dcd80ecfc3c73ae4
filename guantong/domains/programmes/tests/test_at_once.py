"""Two people at once: one wins, the other is told why, nothing is doubled. Real locks, so on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from guantong.domains.programmes.actions import offer_programme, publish_plan
from guantong.domains.programmes.models import Offering, StudentRecord
from guantong.kernel.refusal import Refusal

from .test_plan_actions import draft, good_courses, replace_courses
from .test_records import enrol, school  # noqa: F401 - the fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def at_once(*calls: Callable[[], object]) -> list[str]:
    """Outcome of each call, all begun at the same moment: ``done`` or the code of the refusal."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> str:
        try:
            barrier.wait(timeout=10)
            call()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        futures = [pool.submit(copy_context().run, run, call) for call in calls]
        return sorted(future.result(timeout=60) for future in futures)


def test_one_student_number_goes_to_one_student(school):  # noqa: F811
    lin = school.lin
    outcomes = at_once(
        lambda: enrol(school, "wu", number="2025001", actor=lin),
        lambda: enrol(school, "zhao", number="2025001", actor=lin),
    )
    assert outcomes == ["PRG-061", "done"]
    assert StudentRecord.objects.count() == 1


def test_one_student_is_enrolled_once(school):  # noqa: F811
    lin = school.lin
    assert at_once(*[lambda: enrol(school, actor=lin)] * 3) == ["done"] * 3
    assert StudentRecord.objects.count() == 1


def test_one_offering_is_registered_once(school):  # noqa: F811
    lin, school_id = school.lin, school.donghu
    call = lambda: offer_programme(actor=lin, school_id=school_id, programme_code="510205", year=2025)  # noqa: E731
    assert at_once(call, call, call) == ["done"] * 3
    assert Offering.objects.filter(programme__code="510205").count() == 1


def test_one_draft_is_begun(school):  # noqa: F811
    lin = school.lin
    offer_programme(actor=lin, school_id=school.donghu, programme_code="510205", year=2025)
    outcomes = at_once(*[lambda: draft(school, actor=lin, programme_code="510205")] * 2)
    assert outcomes == ["PRG-032", "done"]


def test_courses_do_not_change_under_a_publication(school):  # noqa: F811
    lin = school.lin
    offer_programme(actor=lin, school_id=school.donghu, programme_code="510205", year=2025)
    plan = draft(school, programme_code="510205")
    replace_courses(actor=lin, plan_id=plan.pk, courses=good_courses())
    fewer = good_courses()[:3]
    outcomes = at_once(
        lambda: publish_plan(actor=lin, plan_id=plan.pk),
        lambda: replace_courses(actor=lin, plan_id=plan.pk, courses=fewer),
    )
    plan.refresh_from_db()
    if plan.state == "published":
        assert outcomes == ["PRG-031", "done"] and plan.courses.count() == len(good_courses())
        assert plan.law_on == date(2025, 10, 15)
    else:
        assert outcomes[1] == "done" and outcomes[0].startswith("PRG-03") and plan.courses.count() == 3
