"""People and scans at the same moment, on real connections: on PostgreSQL by row locks, on SQLite by its one writer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from guantong.kernel.clock import CHINA_TIME
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.actions import act, open_case, scan_deadlines, withdraw_case
from guantong.procedure.cases.models import Case, CaseAction
from guantong.procedure.cases.selectors import verify_all
from tests.together import Together, Work

from .conftest import World
from .sample import SUBJECT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def together(world: World, tmp_path: Path) -> Iterator[tuple[World, Together]]:
    """The world, and a way to act on it at the same moment. On SQLite the work runs on a copy in a file."""
    runner = Together(tmp_path / "together.sqlite3")
    yield world, runner


def judged(results: list[Any]) -> tuple[list[Case], list[str]]:
    """(cases returned, codes of refusals); anything else is an error of the test."""
    done = [r for r in results if isinstance(r, Case)]
    codes = [r.code for r in results if isinstance(r, Refusal)]
    others = [r for r in results if not isinstance(r, Case | Refusal)]
    assert others == [], others
    return done, codes


def assert_sound(runner: Together) -> None:
    assert runner.reads(lambda: verify_all().problems) == []


@pytest.mark.parametrize("_round", range(3))
def test_of_reviewers_deciding_at_once_one_decides_and_the_others_learn_what(together, _round: int) -> None:
    from dataclasses import replace

    world, runner = together
    case = world.at("department")
    ma = world.cast.ma
    reviewers = [replace(ma, user_id=9000 + n, label=f"审核人{n}（东湖职业技术学院）") for n in range(6)]
    choices: list[tuple[str, Any]] = [
        ("approve", "同意。"),
        ("refuse", {"reasons": ["too_small"]}),
        ("return", {"items": [{"on": "其他", "text": "请说明。"}]}),
    ]
    runner.share()
    works = [
        lambda who=who, choice=choices[n % 3]: act(
            actor=who, case_id=case.pk, action=choice[0], revision=case.revision, opinion=choice[1]
        )
        for n, who in enumerate(reviewers)
    ]
    results = runner.run(works)
    done, codes = judged(results)
    assert len(done) == 1 and codes == ["PRC-103"] * 5
    winner = next(n for n, r in enumerate(results) if isinstance(r, Case))
    for result in results:
        if isinstance(result, Refusal):
            assert f"审核人{winner}" in result.problems[0].message
    lines = runner.reads(lambda: list(CaseAction.objects.filter(case_id=case.pk).values_list("actor_label", "action")))
    assert [line for line in lines if line[0].startswith("审核人")] == [
        (f"审核人{winner}（东湖职业技术学院）", choices[winner % 3][0])
    ]
    assert_sound(runner)


def test_reviewers_vote_at_once_and_no_vote_is_lost(together) -> None:
    world, runner = together
    case = world.project_at("review")
    sun, qian, chen = world.cast.sun, world.cast.qian, world.cast.chen
    runner.share()

    def vote(who: Any, action: str, opinion: Any = None) -> Work:
        return lambda: act(actor=who, case_id=case.pk, action=action, revision=case.revision, opinion=opinion)

    results = runner.run([vote(sun, "approve"), vote(qian, "refuse", "投入偏高。"), vote(chen, "approve")])
    done, codes = judged(results)
    votes = runner.reads(
        lambda: list(
            CaseAction.objects.filter(case_id=case.pk, details__has_key="party").values_list("action", flat=True)
        )
    )
    step = runner.reads(lambda: Case.objects.get(pk=case.pk).step)
    assert step == "province"
    if codes:  # the two approvals came first and decided it; the third learns that
        assert codes == ["PRC-103"] and sorted(votes) == ["approve", "approve"]
    else:
        assert sorted(votes) == ["approve", "approve", "refuse"] and len(done) == 3
    assert_sound(runner)


def test_many_votes_at_once_are_each_counted_once(together) -> None:
    world, runner = together
    cases = [world.project_at("review") for _ in range(6)]
    who = [world.cast.sun, world.cast.qian, world.cast.chen]
    runner.share()
    works = [
        lambda case=case, actor=actor: act(actor=actor, case_id=case.pk, action="approve", revision=case.revision)
        for case in cases
        for actor in who
    ]
    done, codes = judged(runner.run(works))
    assert len(done) == 12 and codes == ["PRC-103"] * 6
    assert set(runner.reads(lambda: list(Case.objects.values_list("step", flat=True)))) == {"province"}
    assert_sound(runner)


def test_withdrawing_and_deciding_at_once_end_in_one_of_the_two(together) -> None:
    world, runner = together
    case = world.at("department")
    wu, ma = world.cast.wu, world.cast.ma
    runner.share()
    results = runner.run(
        [
            lambda: withdraw_case(actor=wu, case_id=case.pk, revision=case.revision),
            lambda: act(actor=ma, case_id=case.pk, action="approve", revision=case.revision, opinion="同意。"),
        ]
    )
    done, codes = judged(results)
    assert len(done) == 1 and codes == ["PRC-103"]
    assert_sound(runner)


def test_opening_twice_at_once_opens_one(together) -> None:
    world, runner = together
    wu, donghu, person = world.cast.wu, world.cast.donghu, world.cast.people["wu"]
    runner.share()

    def work() -> Case:
        return open_case(
            actor=wu,
            definition="sample-request",
            region="990000",
            subject=(SUBJECT, "the-same"),
            organisation_id=donghu,
            person_id=person,
        )

    done, codes = judged(runner.run([work] * 4))
    assert len(done) == 1 and codes == ["PRC-130"] * 3
    assert runner.reads(lambda: Case.objects.count()) == 1
    assert_sound(runner)


def test_scans_at_once_do_everything_once(together) -> None:
    world, runner = together
    for _ in range(3):
        for place in ("department", "correct", "bank", "refused"):
            world.at(place)
    runner.share()
    results = runner.run([scan_deadlines] * 3, datetime(2026, 3, 2, 9, tzinfo=CHINA_TIME))
    assert [r.stuck for r in results] == [[], [], []]
    totals = [sum(getattr(r, name) for r in results) for name in ("overdue", "escalated", "lapsed", "closed")]
    assert totals == [3, 3, 3, 3]
    assert_sound(runner)


def test_a_scan_and_a_late_hand_at_once_never_do_both(together) -> None:
    world, runner = together
    cases = [world.at("correct") for _ in range(4)]
    wu = world.cast.wu
    runner.share()

    def hand(case: Case) -> Work:
        return lambda: withdraw_case(actor=wu, case_id=case.pk, revision=case.revision)

    results = runner.run([scan_deadlines, *map(hand, cases)], datetime(2025, 10, 28, tzinfo=CHINA_TIME))
    assert results[0].lapsed == 4
    _, codes = judged(results[1:])
    assert len(codes) == 4 and set(codes) <= {"PRC-121", "PRC-103"}
    assert_sound(runner)


@pytest.mark.postgres
def test_a_reviewer_waits_for_the_lock_and_then_sees_the_decision(together) -> None:
    """On PostgreSQL: one transaction holds the row; the other is blocked, not lost, and is refused afterwards."""
    from dataclasses import replace

    from django.db import transaction

    world, runner = together
    case = world.at("department")
    ma = world.cast.ma
    other = replace(ma, user_id=9001, label="李主任（东湖职业技术学院）")
    holds, asked = threading.Event(), threading.Event()

    def first() -> Case:
        with transaction.atomic():
            decided = act(actor=ma, case_id=case.pk, action="approve", revision=case.revision, opinion="同意。")
            holds.set()
            assert asked.wait(timeout=30)
            with connection.cursor() as cursor:
                for _ in range(3000):
                    cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                    if cursor.fetchone()[0]:
                        return decided
        raise AssertionError("nobody waited for the lock")

    def second() -> Case:
        assert holds.wait(timeout=30)
        asked.set()
        return act(actor=other, case_id=case.pk, action="approve", revision=case.revision, opinion="同意。")

    done, codes = judged(runner.run([first, second]))
    assert len(done) == 1 and codes == ["PRC-103"]
    assert_sound(runner)
