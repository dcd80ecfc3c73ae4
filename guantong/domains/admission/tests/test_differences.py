"""When the two implementations differ, the check fails, or the data changed: the run stops and nothing is published."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guantong.base.audit.models import AuditLine
from guantong.domains.admission.actions import computing, cycles, runs
from guantong.domains.admission.models import Candidate, Cycle, IntakePlan, Placement, Round, Run, Score
from guantong.domains.admission.selectors.queues import list_runs, show_run
from guantong.domains.admission.tests.scene import AFTER
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal


def codes(refused) -> list[str]:
    return [p.code for p in refused.value.problems]


@pytest.fixture
def closed(scene):
    scene.fill_all()
    scene.close()
    with clock.frozen_at(AFTER):
        yield scene


def test_one_difference_stops_the_run_and_it_cannot_be_published(closed, monkeypatch):
    scene = closed
    honest = computing.allocate_plainly

    def other(instance):
        outcome = honest(instance)
        place = outcome.place[:]
        place[0] = -1
        return replace(outcome, place=place)

    monkeypatch.setattr(computing, "allocate_plainly", other)
    run = runs.start_run(actor=scene.he, round_=scene.round)
    with pytest.raises(Refusal) as refused:
        computing.carry_out(run=run)
    assert codes(refused) == ["ADM-103"]
    run.refresh_from_db()
    assert (run.state, run.root, run.bundle_id) == ("computed", "", None)
    assert len(run.mismatches) == 1
    assert run.stop[0]["code"] == "ADM-103"
    shown = show_run(run)
    assert (shown.may_publish, shown.may_take_up, shown.may_abandon) == (False, False, True)
    with pytest.raises(Refusal) as refused:
        runs.publish_run(actor=scene.he, run=run)
    assert codes(refused) == ["ADM-103"]
    assert not Placement.objects.exists()
    assert computing.work_on_runs() == "", "nobody takes it up by itself"
    monkeypatch.undo()
    with pytest.raises(Refusal) as refused:
        runs.start_run(actor=scene.he, round_=scene.round)
    assert codes(refused) == ["ADM-100"]
    with pytest.raises(Refusal) as refused:
        runs.abandon_run(actor=scene.he, run=run, reason=" ")
    assert codes(refused) == ["ADM-035"]
    runs.abandon_run(actor=scene.he, run=run, reason="两套结果不同，查明原因以后重新投档。")
    assert scene.compute().state == "sealed"
    assert [r.run.state for r in list_runs(scene.he, scene.round)] == ["sealed", "abandoned"]


def test_the_database_itself_keeps_a_differing_run_from_being_sealed(closed):
    from django.db import IntegrityError, transaction

    run = runs.start_run(actor=closed.he, round_=closed.round)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(state="sealed", root="f" * 64, mismatches=["x"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(state="sealed")


def test_a_failed_check_stops_the_run(closed, monkeypatch):
    monkeypatch.setattr(computing, "check", lambda instance, outcome: ("考生甲比乙高，却没有录取。",))
    with pytest.raises(Refusal) as refused:
        computing.carry_out(run=runs.start_run(actor=closed.he, round_=closed.round))
    assert codes(refused) == ["ADM-104"]
    assert not Placement.objects.exists()


@pytest.mark.parametrize("what", ["score", "plan", "candidate"])
def test_data_changed_after_the_run_keeps_it_from_being_published(closed, what):
    scene = closed
    scene.compute()
    if what == "score":
        score = Score.objects.get(candidate=scene.candidate("甲"))
        score.keys = {**score.keys, "total": 1000}
        score.save()
    elif what == "plan":
        IntakePlan.objects.filter(pk=scene.places["东湖软件"].pk).update(extra_seats=1)
    else:
        Candidate.objects.filter(pk=scene.candidate("辛").pk).update(
            attributes={**scene.candidate("辛").attributes, "health": "不合格"}
        )
    with pytest.raises(Refusal) as refused:
        runs.publish_run(actor=scene.he, run=scene.run)
    assert codes(refused) == ["ADM-106"]
    assert not Placement.objects.exists()
    scene.refresh()
    assert (scene.run.state, scene.cycle.seed_revealed) == ("sealed", "")


def test_faulty_data_ends_the_run_with_every_problem_kept(closed):
    scene = closed
    score = Score.objects.get(candidate=scene.candidate("甲"))
    score.keys = {**score.keys, "chinese": 999_000}
    score.save()
    run = runs.start_run(actor=scene.he, round_=scene.round)
    with pytest.raises(Refusal) as refused:
        computing.carry_out(run=run)
    assert codes(refused) == ["MTC-114"], "a score above the full mark"
    run.refresh_from_db()
    assert (run.state, run.stop[0]["code"]) == ("abandoned", "MTC-114")
    assert run.results.count() == 0


def test_a_place_taken_elsewhere_meanwhile_keeps_the_run_from_being_published(closed):
    scene = closed
    scene.compute()
    other = cycles.open_cycle(actor=scene.he, region="990000", year=2026, channel="social")
    candidate = scene.candidate("甲")
    twin = Candidate.objects.create(
        public_id="TWIN",
        cycle=other,
        person_id=candidate.person_id,
        year=2026,
        number="1",
        lot=candidate.lot,
        registered_at=clock.now(),
    )
    plan = IntakePlan.objects.get(pk=scene.places["东湖软件"].pk)
    Placement.objects.create(
        public_id="ELSEWHERE",
        cycle=other,
        candidate=twin,
        person_id=candidate.person_id,
        year=2026,
        round=scene.round,
        run=scene.run,
        plan=plan,
        ordinal=1,
        created_at=clock.now(),
    )
    with pytest.raises(Refusal) as refused:
        runs.publish_run(actor=scene.he, run=scene.run)
    assert codes(refused)[0] in {"ADM-106", "ADM-110"}
    assert Placement.objects.count() == 1


def test_a_list_altered_behind_its_lock_stops_the_run(closed):
    row = closed.list_of("辛")
    row.entries = [{**row.entries[0], "unit": "9900000003-01"}]
    row.save()
    run = runs.start_run(actor=closed.he, round_=closed.round)
    with pytest.raises(Refusal) as refused:
        computing.carry_out(run=run)
    assert codes(refused) == ["ADM-098"]
    assert closed.candidate("辛").number in refused.value.problems[0].message


def test_an_altered_seed_stops_everything(closed):
    Cycle.objects.update(seed_commitment="0" * 64)
    with pytest.raises(Refusal) as refused:
        runs.start_run(actor=closed.he, round_=closed.round)
    assert codes(refused) == ["ADM-107"]


def test_law_changed_since_the_year_was_opened_stops_everything(closed):
    Cycle.objects.update(declaration_digest="0" * 64)
    with pytest.raises(Refusal) as refused:
        runs.start_run(actor=closed.he, round_=Round.objects.get())
    assert codes(refused) == ["ADM-114"]
    assert not Run.objects.exists()


def test_every_step_leaves_its_line(closed):
    scene = closed
    scene.compute()
    scene.publish()
    lines = AuditLine.objects.filter(subject_kind="admission.run", subject_id=scene.run.public_id).order_by("pk")
    assert [line.action for line in lines] == ["start_run", "compute_run", "seal_run", "publish_run"]
    assert lines[3].facts["seed"] == scene.cycle.seed_revealed
    assert lines[3].law_version == scene.cycle.law_version


def test_a_run_at_work_is_left_alone(closed):
    run = runs.start_run(actor=closed.he, round_=closed.round)
    Run.objects.filter(pk=run.pk).update(
        lease_owner="somebody", lease_until=clock.now() + computing.LEASE, phase="fast"
    )
    run.refresh_from_db()
    assert show_run(run).is_working
    for call in (
        lambda: computing.carry_out(run=run),
        lambda: runs.abandon_run(actor=closed.he, run=run, reason="等不及。"),
        lambda: runs.take_up_run(actor=closed.he, run=run),
    ):
        with pytest.raises(Refusal) as refused:
            call()
        assert codes(refused) == ["ADM-101"]
    with clock.frozen_at(AFTER + computing.LEASE * 2):
        assert show_run(run).is_stuck
        runs.take_up_run(actor=closed.he, run=run)
        assert computing.work_on_runs() == "办理了 1 次投档运算。"
    run.refresh_from_db()
    assert run.state == "sealed"
    with pytest.raises(Refusal) as refused:
        runs.take_up_run(actor=closed.he, run=run)
    assert codes(refused) == ["ADM-102"]


def test_only_the_approver_publishes(closed):
    closed.compute()
    for actor in (closed.officer, closed.cast.chen, closed.person("甲")):
        with pytest.raises(Refusal):
            runs.publish_run(actor=actor, run=closed.run)
    assert not Placement.objects.exists()


def test_guantong_work_carries_a_started_run_out_at_once(closed):
    """A start makes the timed work due, also when the worker before died over it."""
    from guantong.base.sheets.models import TimedRun
    from guantong.base.sheets.timed import run_due_tasks

    TimedRun.objects.create(
        name=runs.TASK, started_at=clock.now(), lease_owner="dead", lease_until=clock.now() + computing.LEASE
    )
    run = runs.start_run(actor=closed.he, round_=closed.round)
    assert runs.TASK in run_due_tasks()
    run.refresh_from_db()
    assert run.state == "sealed"
    assert TimedRun.objects.get(name=runs.TASK).outcome == "办理了 1 次投档运算。"
    assert runs.TASK not in run_due_tasks(), "not again within the minute"
