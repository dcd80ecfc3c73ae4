"""Two people at once, on PostgreSQL: locks and unique keys decide, one gets a clear refusal, nothing is doubled."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from guantong.domains.admission.actions import candidates, cycles, lists, placements, plans, rounds, runs, scores
from guantong.domains.admission.actions.computing import carry_out
from guantong.domains.admission.actions.placements import Review
from guantong.domains.admission.actions.proving import refresh_facts
from guantong.domains.admission.models import IntakePlan, Placement, PreferenceList, Run
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.domains.admission.selectors.shown_facts import lost_since
from guantong.domains.admission.tests.bank import AWARD, confirm, deposit, fact, revoke
from guantong.domains.admission.tests.scene import (
    AFTER,
    FACTS,
    UNITS,
    build_candidates,
    build_cycle,
    build_plans,
    build_scene,
    entry,
    roster,
)
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from tests.cast import BASELINE, build_cast

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def together(*calls, at=BASELINE) -> list[str]:
    """Run in threads that start together; gives "" or the code of the refusal of each, sorted."""
    start = threading.Barrier(len(calls))
    outcomes: list[str] = []
    errors: list[BaseException] = []

    def run(call) -> None:
        try:
            with clock.frozen_at(at):
                start.wait(30)
                call()
            outcomes.append("")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    if errors:
        raise errors[0]
    return sorted(outcomes)


@pytest.fixture
def whole(baseline):
    return build_scene(build_cast())


def test_two_windows_saving_at_once_leave_one_list_and_one_refusal(whole):
    scene = whole
    person = scene.person("甲")
    one, two = [ChoiceEntry(UNITS["东湖01"])], [ChoiceEntry(UNITS["南渡01"])]
    found = together(
        lambda: lists.save_list(actor=person, round_=scene.round, entries=one, revision=0),
        lambda: lists.save_list(actor=person, round_=scene.round, entries=two, revision=0),
    )
    assert found == ["", "ADM-073"]
    assert PreferenceList.objects.get().revision == 1


def test_locking_twice_at_once_locks_once(whole):
    scene = whole
    person = scene.person("甲")
    lists.save_list(actor=person, round_=scene.round, entries=[ChoiceEntry(UNITS["东湖01"])], revision=0)
    lock = lambda: lists.lock_list(actor=person, round_=scene.round, revision=1)  # noqa: E731
    assert together(lock, lock) == ["", "ADM-072"]


def test_saving_while_the_round_closes_is_before_or_after_never_between(whole):
    scene = whole
    scene.fill("乙", "东湖01")
    person = scene.person("甲")

    def save() -> None:
        with clock.frozen_at(AFTER - timedelta(minutes=2)):
            row = lists.save_list(actor=person, round_=scene.round, entries=[ChoiceEntry(UNITS["东湖01"])], revision=0)
            lists.lock_list(actor=person, round_=scene.round, revision=row.revision)

    found = together(save, lambda: rounds.close_round(actor=scene.he, round_=scene.round), at=AFTER)
    assert found in ([], ["", ""], ["", "ADM-291"])
    scene.refresh()
    assert scene.round.locked_digest == rounds.lists_digest(scene.round), "what counts is what the digest says"


def test_two_starts_at_once_make_one_run(whole):
    scene = whole
    scene.fill_all()
    scene.close()
    start = lambda: runs.start_run(actor=scene.he, round_=scene.round)  # noqa: E731
    assert together(start, start, at=AFTER) == ["", "ADM-100"]
    assert Run.objects.filter(purpose="real").count() == 1


def test_two_workers_do_not_carry_one_run_out_twice(whole):
    scene = whole
    scene.fill_all()
    scene.close()
    with clock.frozen_at(AFTER):
        run = runs.start_run(actor=scene.he, round_=scene.round)
    found = together(lambda: carry_out(run=run), lambda: carry_out(run=run), at=AFTER)
    assert found == ["", "ADM-101"]
    run.refresh_from_db()
    assert (run.state, run.results.count()) == ("sealed", 10)


def test_publishing_twice_at_once_publishes_once(whole):
    scene = whole
    scene.fill_all()
    scene.close()
    scene.compute()
    publish = lambda: runs.publish_run(actor=scene.he, run=scene.run)  # noqa: E731
    assert together(publish, publish, at=AFTER + timedelta(hours=1)) == ["", ""]
    assert Placement.objects.count() == 7


def test_two_reviewers_of_one_file_do_not_overwrite_each_other(whole):
    scene = whole.run_all()
    pk = Placement.objects.get(candidate=scene.candidate("甲")).pk

    def decide(*what):
        return lambda: placements.review_candidates(
            actor=scene.officer, round_=scene.round, school_id=scene.cast.donghu, reviews=[Review(pk, *what)]
        )

    assert together(decide("admit"), decide("send_back", "health"), at=AFTER) == ["", "ADM-121"]


def test_two_registrars_cannot_exceed_the_size_together(baseline):
    scene = build_cycle(build_cast())
    school = scene.cast.donghu

    def save(code, group):
        return lambda: plans.save_plan(
            actor=scene.officer, cycle=scene.cycle, school_id=school, entry=entry(code, 6, group)
        )

    assert together(save("510203", "01"), save("510202", "02")) == ["", "ADM-271"]
    assert sum(IntakePlan.objects.values_list("seats", flat=True)) == 6


def test_a_statement_changed_while_it_is_confirmed_is_decided_before_or_asked_again(baseline):
    scene = build_plans(build_cycle(build_cast()))
    cycles.move_cycle(actor=scene.he, cycle=scene.cycle, to="registration")
    candidates.register_candidates(actor=scene.he, cycle=scene.cycle, entries=roster())
    me = scene.person("甲")
    candidates.register_self(actor=me, cycle=scene.cycle, attributes={**FACTS, "award": "全省三等奖"})
    higher = {**FACTS, "award": "全国三等奖以上"}
    found = together(
        lambda: confirm(scene, "甲", "award", "全省三等奖"),
        lambda: candidates.register_self(actor=me, cycle=scene.cycle, attributes=higher),
    )
    assert found in (["", ""], ["", "ADM-189"])
    row = fact(scene, "甲", "award")
    assert (row.stated, row.state, row.counted) == ("全国三等奖以上", "waiting", ""), (
        "nobody confirmed the new statement"
    )
    assert scene.candidate("甲").attributes["award"] is None


def test_a_record_revoked_while_lists_open_is_taken_over_or_shown_as_a_difference(baseline):
    scene = build_candidates(build_plans(build_cycle(build_cast())))
    kept = deposit(scene, scene.candidate("甲").person_id, **AWARD)
    refresh_facts(actor=scene.he, cycle=scene.cycle)
    scores.rank_candidates(actor=scene.he, cycle=scene.cycle)
    closes = BASELINE + timedelta(days=3)
    found = together(
        lambda: revoke(scene, kept),
        lambda: rounds.open_round(
            actor=scene.he, cycle=scene.cycle, batch="higher", opens_at=BASELINE, closes_at=closes
        ),
    )
    scene.refresh()
    if found == ["", "ADM-192"]:
        assert scene.cycle.facts_on is None
    else:
        assert found == ["", ""]
        assert len(lost_since(scene.cycle)) == 1
