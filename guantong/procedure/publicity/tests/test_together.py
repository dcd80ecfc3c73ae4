"""Several people at the same moment (PostgreSQL): every objection is kept, answered once, and none is overtaken."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from guantong.base.accounts.public import VISITOR
from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.procedure.cases.actions import scan_deadlines
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.selectors import replay
from guantong.procedure.publicity.actions import answer_objection, object_to
from guantong.procedure.publicity.models import Objection, PublicNotice
from tests.at_once import all_at_once
from tests.cast import BASELINE

from .conftest import NAMELESS

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
LAST = datetime(2025, 10, 22, 23, 59, 59, tzinfo=CHINA_TIME)


def test_many_object_at_once_and_every_line_is_chained(world):
    notice = world.shown()

    def objecting(number: int):
        def run():
            with clock.frozen_at(BASELINE):
                object_to(actor=VISITOR, notice=notice.public_id, letter=NAMELESS, asker=f"address:10.1.0.{number}")

        return run

    all_at_once([objecting(n) for n in range(6)])
    assert Objection.objects.count() == 6
    assert replay(Case.objects.get(pk=notice.case_id))[1] == []


def test_upheld_and_dismissed_at_once_is_decided_once(world):
    notice = world.shown()
    objection, _ = world.objected(notice)

    def answering(verdict: str):
        def run():
            with clock.frozen_at(BASELINE):
                actor = world.cast.actor("chen")
                return answer_objection(
                    actor=actor, public_id=objection.public_id, verdict=verdict, answer="说明。"
                ).state

        return run

    found = all_at_once([answering("upheld"), answering("dismissed")])
    assert "PUB-111" in found
    objection.refresh_from_db()
    case = Case.objects.get(pk=notice.case_id)
    assert case.step == ("again" if objection.state == "upheld" else "notice")
    assert objection.state in found
    assert replay(case)[1] == []


def test_a_last_objection_and_the_scan_leave_either_a_held_notice_or_an_ended_one(world):
    notices = [world.shown() for _ in range(4)]

    def objecting(notice: PublicNotice):
        def run():
            with clock.frozen_at(LAST):
                object_to(actor=VISITOR, notice=notice.public_id, letter=NAMELESS, asker=f"a:{notice.pk}")

        return run

    def scan():
        with clock.frozen_at(LAST + timedelta(seconds=1)):
            scan_deadlines()

    all_at_once([*(objecting(n) for n in notices), scan])
    for notice in notices:
        notice.refresh_from_db()
        case = Case.objects.get(pk=notice.case_id)
        has_objection = Objection.objects.filter(notice=notice).exists()
        assert (notice.state, case.step) == (("open", "notice") if has_objection else ("ended", ""))
        assert replay(case)[1] == []
