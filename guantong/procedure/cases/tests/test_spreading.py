"""Even load: fewest open first, the same again on return, told why, handed on with a reason, and nobody doubled."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from guantong.base.accounts.models import Post, User
from guantong.base.notices.models import Notice
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.actions import scan_deadlines
from guantong.procedure.cases.actions.spreading import load_of, reassign_case, spread_open_cases
from guantong.procedure.cases.library import definition_of
from guantong.procedure.cases.models import Assignment, Case, CaseAction
from guantong.procedure.cases.pages import case_parts
from guantong.procedure.cases.selectors import replay, story, to_do_for, verify_all
from guantong.procedure.cases.selectors.loads import assignment_shown
from guantong.procedure.registers.tests.test_power import fails_everywhere
from tests.procedures import hire
from tests.together import Together

from .conftest import World

SCHOOL_DESK = "department_reviewer"


@pytest.fixture
def desk(world: World) -> World:
    """马老师 with two colleagues at the department's desk."""
    for key, name in (("ma2", "马二老师"), ("ma3", "马三老师")):
        hire(world.cast, key, name, "donghu", SCHOOL_DESK)
    return world


def spread() -> int:
    return spread_open_cases(clock.now())


def whose(case: Case) -> str:
    case.refresh_from_db()
    return Assignment.objects.get(case=case, revision=case.revision).user_label


def refused(work: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        work()
    return caught.value


def test_open_cases_are_spread_evenly_and_the_reason_is_told(desk: World) -> None:
    cases = [desk.at("department") for _ in range(7)]
    assert spread() == 7 and spread() == 0
    counts = Counter(whose(case) for case in cases)
    assert sorted(counts.values()) == [2, 2, 3] and len(counts) == 3
    last = Assignment.objects.get(case=cases[-1])
    assert "按在办件数均衡分派" in last.explained and last.explained.count("2件") == 3
    assert sum(load_of((SCHOOL_DESK, desk.cast.donghu)).values()) == 7
    again = [row.user_label for row in Assignment.objects.order_by("case_id")]
    Assignment.objects.all().delete()
    assert spread() == 7 and [row.user_label for row in Assignment.objects.order_by("case_id")] == again


def test_the_scan_spreads_and_steps_of_the_declarer_are_nobodys(desk: World) -> None:
    waiting, draft = desk.at("department"), desk.at("declare")
    scan_deadlines()
    assert whose(waiting) and not Assignment.objects.filter(case=draft).exists()


def test_whoever_is_recused_gets_none(desk: World) -> None:
    own = desk.cast.people["wu"]
    cases = [desk.at("department") for _ in range(4)]
    User.objects.filter(person_id=own).update(person=None)
    User.objects.filter(pk=desk.cast.actor("ma2").user_id).update(person_id=own)
    assert all(case.person_id == own for case in cases)
    spread()
    assert "马二老师" not in {whose(case) for case in cases}


def test_a_case_that_comes_back_goes_to_whoever_had_it(desk: World) -> None:
    cases = [desk.at("department") for _ in range(3)]
    spread()
    case = cases[0]
    first = whose(case)
    desk.act(case, "ma", "return", opinion={"items": [{"on": "其他", "text": "请补充说明。"}]})
    desk.act(case, "wu", "submit")
    for _ in range(3):
        desk.at("department")
    spread()
    assert whose(case) == first
    row = Assignment.objects.get(case=case, revision=case.revision)
    assert "以前在这个环节由其承办" in row.explained


def test_who_leaves_the_desk_leaves_the_cases_to_the_others(desk: World) -> None:
    cases = [desk.at("department") for _ in range(3)]
    spread()
    gone = desk.cast.actor("ma2").user_id
    Post.objects.filter(user_id=gone, role=SCHOOL_DESK).update(until=clock.today())
    assert spread() == 1
    assert "马二老师" not in {whose(case) for case in cases}
    assert Assignment.objects.filter(explained__startswith="原承办人已不在岗").count() == 1


def test_a_colleague_takes_over_with_a_reason_and_the_log_says_so(desk: World) -> None:
    case = desk.at("department")
    spread()
    ma, to = desk.cast.actor("ma"), desk.cast.actor("ma3").user_id
    assert refused(lambda: reassign_case(actor=ma, case_id=case.pk, to_user=to, reason=" ")).code == "PRC-175"
    for wrong in (desk.cast.actor("qian").user_id, desk.cast.actor("wu").user_id, 0):
        assert (
            refused(lambda w=wrong: reassign_case(actor=ma, case_id=case.pk, to_user=w, reason="出差。")).code
            == "PRC-176"
        )
    for who in ("wu", "qian", "zhou", "sun"):
        actor = desk.cast.actor(who)
        code = refused(lambda a=actor: reassign_case(actor=a, case_id=case.pk, to_user=to, reason="出差。")).code
        assert code in ("PRC-102", "PRC-105", "PRC-106", "PRC-134"), (who, code)
    lines = CaseAction.objects.filter(case=case).count()
    for _ in range(2):
        reassign_case(actor=ma, case_id=case.pk, to_user=to, reason="马老师出差。")
    assert CaseAction.objects.filter(case=case).count() == lines + 1
    assert whose(case) == "马三老师" and spread() == 0
    told = story(Case.objects.get(pk=case.pk))[-1]
    assert told.title == "转交承办" and ("现承办人", "马三老师") in told.details
    assert replay(Case.objects.get(pk=case.pk))[1] == []


def test_lists_show_ones_own_and_the_desks(desk: World) -> None:
    cases = [desk.at("department") for _ in range(6)]
    spread()
    for key, name in (("ma", desk.cast.actor("ma").label.partition("（")[0]), ("ma2", "马二老师"), ("ma3", "马三老师")):
        actor = desk.cast.actor(key)
        own = {row.case.pk for row in to_do_for(actor, is_own=True).rows}
        assert len(own) == 2 and to_do_for(actor, is_own=True).total == 2
        assert {whose(case) for case in cases if case.pk in own} == {name}
        assert len(to_do_for(actor).rows) == 6
    assert len(to_do_for(desk.cast.actor("wu"), is_own=True).rows) == len(to_do_for(desk.cast.actor("wu")).rows)


def test_only_the_desk_sees_whose_it_is(desk: World) -> None:
    case = desk.at("department")
    spread()
    definition = definition_of(case)
    for who, sees in (("ma", True), ("ma3", True), ("wu", False), ("qian", False), ("chen", False)):
        assert (assignment_shown(desk.cast.actor(who), case, definition) is not None) is sees
    shown = assignment_shown(desk.cast.actor("ma"), case, definition)
    assert shown is not None and len(shown.colleagues) == 2 and shown.explained
    templates = [s.template for s in case_parts(desk.cast.actor("ma"), case)["procedure"]["snippets"]]
    assert "cases/_assigned.html" in templates
    assert "cases/_assigned.html" not in [
        s.template for s in case_parts(desk.cast.actor("wu"), case)["procedure"]["snippets"]
    ]


def test_the_one_who_gets_it_is_told(desk: World, django_capture_on_commit_callbacks: Any) -> None:
    case = desk.at("department")
    spread()
    to = desk.cast.actor("ma3").user_id
    with django_capture_on_commit_callbacks(execute=True):
        reassign_case(actor=desk.cast.actor("ma"), case_id=case.pk, to_user=to, reason="出差。")
    assert [n.text for n in Notice.objects.filter(user_id=to) if "转交给您承办" in n.text]


def test_the_power_fails_while_a_case_is_handed_on(desk: World) -> None:
    case = desk.at("department")
    spread()
    to = desk.cast.actor("ma3").user_id
    assert (
        fails_everywhere(
            lambda: reassign_case(actor=desk.cast.actor("ma"), case_id=case.pk, to_user=to, reason="出差。")
        )
        > 2
    )
    assert whose(case) == "马三老师" and verify_all().problems == []


@pytest.mark.django_db(transaction=True)
def test_two_scans_at_once_give_each_case_once(desk: World, tmp_path: Path) -> None:
    for _ in range(6):
        desk.at("department")
    together = Together(tmp_path / "together.sqlite3")
    together.share()
    results = together.run([spread, spread])
    assert sum(results) == 6
    counts = together.reads(lambda: Counter(Assignment.objects.values_list("user_id", flat=True)))
    assert sum(counts.values()) == 6 and max(counts.values()) <= 4
