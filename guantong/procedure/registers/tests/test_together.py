"""Several people and scans at the same moment (PostgreSQL): nothing is granted, opened or withdrawn twice."""

from __future__ import annotations

from datetime import datetime

import pytest

from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.procedure.cases.actions import scan_deadlines
from guantong.procedure.cases.models import Case
from guantong.procedure.registers.actions import open_about
from guantong.procedure.registers.models import HeldTitle, YearlyOpening
from guantong.procedure.registers.selectors.verifying import verify_titles
from tests.at_once import all_at_once
from tests.cast import BASELINE

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_two_approvals_of_one_title_grant_it_once(world):
    cases = [world.handed_in("middle") for _ in range(4)]

    def approve(case: Case):
        def run():
            with clock.frozen_at(BASELINE):
                return world.act(case, "sun", "approve").outcome

        return run

    found = all_at_once([approve(case) for case in cases])
    assert sorted(found) == ["TTL-103", "TTL-103", "TTL-103", "recognised"]
    assert HeldTitle.objects.count() == 1
    assert verify_titles() == (1, [])


def test_two_scans_open_a_year_once(world):
    titles = [world.granted("middle", who) for who in ("wu", "zhao")]

    def scan():
        with clock.frozen_at(datetime(2025, 11, 1, 8, 0, tzinfo=CHINA_TIME)):
            return scan_deadlines().done.get("按年开办", 0)

    found = all_at_once([scan] * 3)
    assert sum(found) == 2
    assert YearlyOpening.objects.count() == 2
    assert Case.objects.filter(procedure="sample-check").count() == len(titles)


def test_a_title_is_followed_up_by_one_case_at_a_time_and_withdrawn_once(world):
    title = world.granted("middle")

    def open_it():
        with clock.frozen_at(BASELINE):
            return open_about(actor=world.cast.actor("sun"), definition="sample-check", number=title.number)

    found = all_at_once([open_it] * 3)
    opened = [case for case in found if isinstance(case, Case)]
    assert len(opened) == 1 and sorted(c for c in found if isinstance(c, str)) == ["PRC-130", "PRC-130"]

    def withdraw_it():
        with clock.frozen_at(BASELINE):
            return world.act(Case.objects.get(pk=opened[0].pk), "sun", "withdraw_title").outcome

    all_at_once([withdraw_it] * 3)
    assert list(title.entries.order_by("sequence").values_list("kind", flat=True)) == ["grant", "withdraw"]
    assert verify_titles() == (1, [])
