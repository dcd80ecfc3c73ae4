"""Figures of a school that declarations are filled in from: only years that have ended, only its own places."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from guantong.domains.admission.models import Cycle, IntakePlan, Placement
from guantong.domains.admission.tests.scene import YEAR, Scene
from guantong.procedure.conditions import Subject, read_facts

pytestmark = pytest.mark.django_db

NAMES = ("indicator.planned_seats", "indicator.admitted", "indicator.registered", "indicator.admitted_share")
AFTER = date(YEAR + 1, 3, 1)


def read(organisation: int | None, day: date = AFTER):
    return read_facts(NAMES, Subject("tests", "1", "990000", None, organisation), day)


def values(organisation: int, day: date = AFTER) -> list[object]:
    found = read(organisation, day)
    return [found[name].value for name in NAMES]


@pytest.fixture
def published(scene: Scene) -> Scene:
    """A result published, files sent."""
    scene.run_all()
    return scene


@pytest.fixture
def ended(published: Scene) -> Scene:
    """The year closed: of the files sent to 东湖职院 one was sent back, one is registered, the others are confirmed."""
    rows = list(Placement.objects.filter(plan__school_id=published.cast.donghu).order_by("pk"))
    assert len(rows) >= 3
    Placement.objects.filter(pk__in=[r.pk for r in rows]).update(state="confirmed")
    Placement.objects.filter(pk=rows[0].pk).update(state="sent_back", reason="体检不合格。")
    Placement.objects.filter(pk=rows[1].pk).update(state="registered", student_record_id=1)
    Cycle.objects.filter(pk=published.cycle.pk).update(stage="closed")
    return published


def test_a_year_under_way_tells_nothing(published: Scene) -> None:
    found = read(published.cast.donghu)
    assert [found.get(name) for name in NAMES] == [None] * len(NAMES)


def test_the_year_that_has_ended_is_counted_for_the_school_alone(ended: Scene) -> None:
    donghu = ended.cast.donghu
    sent = Placement.objects.filter(plan__school_id=donghu).count()
    seats = sum(p.seats + p.extra_seats for p in IntakePlan.objects.filter(school_id=donghu, cycle=ended.cycle))
    taken = sent - 1
    assert seats == 4 and 0 < taken < seats
    assert values(donghu) == [seats, taken, 1, Decimal(taken * 1000 // seats) / 10]
    other = values(ended.nandu)
    assert other[0] == 2 and other[1:3] == [0, 0] and other[3] == 0, "files sent but not admitted count nowhere"
    records = read(donghu)["indicator.admitted_share"].records
    assert [r.text for r in records] == [f"{YEAR}年计划{seats}人，录取{taken}人，只取一位小数。"]


def test_seats_added_after_a_reconsideration_count_and_plans_not_approved_do_not(ended: Scene) -> None:
    plans = IntakePlan.objects.filter(school_id=ended.cast.donghu, cycle=ended.cycle).order_by("pk")
    first, last = plans[0], plans.last()
    IntakePlan.objects.filter(pk=first.pk).update(extra_seats=2)
    assert values(ended.cast.donghu)[0] == 6
    IntakePlan.objects.filter(pk=last.pk).update(state="returned")
    assert values(ended.cast.donghu)[0] == 6 - last.seats


def test_another_channel_of_the_year_still_under_way_holds_the_figures_back(ended: Scene) -> None:
    Cycle.objects.filter(pk=ended.cycle.pk).update(stage="confirmation")
    assert read(ended.cast.donghu).get(NAMES[0]) is None
    Cycle.objects.filter(pk=ended.cycle.pk).update(stage="closed")
    assert read(ended.cast.donghu, date(YEAR - 1, 12, 31)).get(NAMES[0]) is None, "the year had not come yet"


def test_who_is_no_organisation_has_no_figures(ended: Scene) -> None:
    assert not read(None) and not read(ended.cast.enterprise)
