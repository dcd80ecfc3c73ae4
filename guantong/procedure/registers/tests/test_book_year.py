"""Definitions of the book, walked with a database: a workshop abroad is entered, asked each year, and suspended."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from guantong.base.accounts.actions import create_user, grant_post
from guantong.base.accounts.public import SYSTEM
from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.actions import scan_deadlines
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.selectors import replay
from guantong.procedure.registers.models import HeldTitle
from guantong.procedure.registers.rules import STANDING, SUSPENDED
from tests.cast import PASSWORD, Cast

from .test_book_walks import _handler, did, hand_in, opened

__all__ = ["_handler"]
WORKSHOP = {
    "name": "湄南河鲁班工坊",
    "country": "泰国",
    "partner": "大城技术学院",
    "programmes": "2",
    "standards": "1",
    "local_training": True,
    "signed_on": "2025-06-01",
}


@pytest.fixture
def school(cast: Cast) -> Cast:
    """The cast with an officer for projects at the school."""
    account = create_user(
        actor=SYSTEM, username="kong.staff", display_name="孔老师", password=PASSWORD, must_change_password=False
    )
    cast.users["kong"] = account.user.pk
    grant_post(
        actor=SYSTEM,
        user_id=account.user.pk,
        organisation_id=cast.donghu,
        role="project_officer",
        department="",
        in_force_from=date(2025, 9, 1),
    )
    return cast


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=CHINA_TIME)


def test_a_workshop_that_does_not_report_is_suspended(school: Cast) -> None:
    with clock.frozen_at(at(2026, 10, 12)):
        case = opened(school, "kong", "luban-workshop")
        hand_in(school, case, "kong", "agreement")
        with pytest.raises(Refusal) as refused:
            did(school, case, "kong", "submit", values={**WORKSHOP, "standards": "0"})
        assert refused.value.code == "PRC-145" and "带去至少一个标准" in str(refused.value)
        case = did(school, case, "kong", "submit", values=WORKSHOP)
        case = did(school, case, "chen", "approve")
        case = did(school, case, "he", "approve")
    assert case.outcome == "entered"
    title = HeldTitle.objects.get(entries__case=case)
    assert (title.register, title.organisation_id, title.item) == ("luban-workshops", school.donghu, "湄南河鲁班工坊")
    assert title.spans.get().state == STANDING

    with clock.frozen_at(at(2027, 2, 1)):
        scan_deadlines()
        year = Case.objects.get(procedure="luban-workshop-year")
        assert year.step == "report" and year.subject_id == title.number
        scan_deadlines()
        assert Case.objects.filter(procedure="luban-workshop-year").count() == 1
    with clock.frozen_at(at(2027, 4, 1)):
        scan_deadlines()
        year.refresh_from_db()
        assert year.outcome == "unreported"
    assert list(title.entries.order_by("pk").values_list("kind", flat=True)) == ["grant", "suspend"]
    assert title.spans.get(until=None).state == SUSPENDED
    for each in (case, year):
        each.refresh_from_db()
        assert replay(each)[1] == []
