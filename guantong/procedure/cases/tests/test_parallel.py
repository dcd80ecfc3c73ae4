"""Parallel review: every party finds its task, each votes once, and the count decides as soon as it can."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import library, machine
from guantong.procedure.cases.actions import scan_deadlines, withdraw_case
from guantong.procedure.cases.definition.parts import Parallel, Party
from guantong.procedure.cases.models import Case, CaseAction, CaseTask
from guantong.procedure.cases.selectors import count_to_do, replay, standing, story, to_do_for

from .conftest import AMOUNT, World
from .test_flow import at, parsed, refused_as


def parallel(parties: int, needed: int) -> Parallel:
    return Parallel(tuple(Party(f"p{n}", "", "", "school") for n in range(parties)), needed, "a", "b", "c")


def test_the_count_is_decided_exactly_when_votes_to_come_cannot_change_it() -> None:
    """Every sequence of votes of up to four parties against trying out every completion."""
    from itertools import product

    kinds = ("approve", "refuse", "return")
    for parties in (2, 3, 4):
        for needed in range(1, parties + 1):
            rule = parallel(parties, needed)
            for cast in range(parties + 1):
                for votes in product(kinds, repeat=cast):
                    given = {f"p{n}": vote for n, vote in enumerate(votes)}
                    ends = set()
                    for rest in product(kinds, repeat=parties - cast):
                        whole = [*votes, *rest]
                        if whole.count("approve") >= needed:
                            ends.add("passed")
                        elif whole.count("refuse") > parties - needed:
                            ends.add("failed")
                        else:
                            ends.add("returned")
                    expected = ends.pop() if len(ends) == 1 else ""
                    assert machine.verdict(rule, given) == expected, (parties, needed, votes)


def test_each_reviewer_finds_the_task_and_two_of_three_pass_it(world: World) -> None:
    case = world.project_at("review")
    cast = world.cast
    assert [(t.party, t.organisation_id) for t in CaseTask.objects.order_by("pk")] == [
        ("academic", cast.donghu),
        ("bank", cast.donghu),
        ("city", cast.city_bureau),
    ]
    for who, title in (("sun", "教务处"), ("qian", "学分银行"), ("chen", "市教育局")):
        (row,) = to_do_for(cast.actor(who)).rows
        assert (row.case.pk, row.step_title, row.party) == (case.pk, "三方评议", title)
        assert count_to_do(cast.actor(who)) == 1
    assert standing(case).waiting_for == "教务处、学分银行、市教育局"
    revision = case.revision
    case = world.act(case, "sun", "approve")
    assert (case.step, case.revision) == ("review", revision)
    assert standing(case).waiting_for == "学分银行、市教育局"
    assert to_do_for(cast.sun).rows == () and len(to_do_for(cast.qian).rows) == 1
    case = world.act(case, "qian", "refuse", revision=revision, opinion="投入偏高。")
    assert case.step == "review"
    case = world.act(case, "chen", "approve", revision=revision)
    assert (case.step, case.votes) == ("province", [])
    assert [t.state for t in CaseTask.objects.order_by("pk")] == ["done", "done", "done"]
    assert ("评议结果", "同意2方，不同意1方；须2方同意") in story(case)[-1].details
    assert [line.title for line in story(case)][-4:] == ["同意", "不同意", "同意", "评议有了结果"]
    case = world.act(case, "he", "approve", opinion="同意。")
    assert case.outcome == "granted" and replay(case)[1] == []


def test_it_is_decided_early_and_the_others_are_asked_no_more(world: World) -> None:
    case = world.project_at("review")
    world.act(case, "sun", "approve")
    case = world.act(case, "qian", "approve")
    assert case.step == "province"
    assert to_do_for(world.cast.chen).rows == ()
    assert CaseTask.objects.get(party="city").state == "dropped"
    refused_as(lambda: world.act(case, "chen", "approve", revision=case.revision - 1), "PRC-103")


def test_two_refusals_fail_it_and_two_returns_send_it_back(world: World) -> None:
    case = world.project_at("review")
    world.act(case, "sun", "refuse", opinion="不宜。")
    case = world.act(case, "chen", "refuse", opinion="不宜。")
    assert case.outcome == "refused" and replay(case)[1] == []
    case = world.project_at("review")
    plan = {"on": "plan", "text": "补目录。"}
    world.act(case, "sun", "return", opinion={"items": [AMOUNT]})
    case = world.act(case, "chen", "return", opinion={"items": [plan]})
    assert case.step == "correct"
    from guantong.procedure.cases.narrowing import named_items

    assert named_items(case, library.definition_of(case)) == {"amount", "plan"}
    refused_as(lambda: world.act(case, "lin", "submit"), "PRC-116")
    world.hand_in(case, "lin", "plan", digest="e")
    case = world.act(case, "lin", "submit", values={"amount": "8000"})
    assert case.step == "review", "back to those who returned it, who vote afresh"
    assert CaseTask.objects.filter(case=case, state="open").count() == 3
    assert replay(case)[1] == []


def test_nobody_votes_twice_and_a_double_click_is_harmless(world: World) -> None:
    case = world.project_at("review")
    world.act(case, "sun", "approve")
    again = world.act(case, "sun", "approve")
    assert again.votes == [["academic", "approve"]]
    refused_as(lambda: world.act(case, "sun", "refuse", opinion="改主意了。"), "PRC-134")
    from guantong.base.accounts.actor import PostFact
    from guantong.procedure.cases.actions import act

    both = replace(
        world.cast.sun, posts=(*world.cast.sun.posts, PostFact("credit_officer", world.cast.donghu, "东湖职业技术学院"))
    )
    refused_as(
        lambda: act(actor=both, case_id=case.pk, action="refuse", revision=case.revision, opinion="再投。"), "PRC-149"
    )
    assert CaseAction.objects.filter(case=case, details__has_key="party").count() == 1
    world.act(case, "qian", "approve")
    assert world.act(case, "qian", "approve", revision=case.revision).step == "province"
    assert replay(Case.objects.get(pk=case.pk))[1] == []


def test_withdrawing_drops_the_tasks(world: World) -> None:
    case = world.project_at("review")
    world.act(case, "sun", "approve")
    case = withdraw_case(actor=world.cast.lin, case_id=case.pk, revision=case.revision)
    assert [t.state for t in CaseTask.objects.order_by("pk")] == ["done", "dropped", "dropped"]
    assert to_do_for(world.cast.qian).rows == () and replay(case)[1] == []


def test_a_missed_period_reminds_every_party(world: World) -> None:
    case = world.project_at("review")
    report = scan_deadlines(at(2025, 10, 30))
    assert report.overdue == 1 and report.stuck == []
    (row,) = to_do_for(world.cast.qian).rows
    assert row.case.pk == case.pk


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("pass: {at_least: 2}", "pass: {at_least: 4}"), "PRC-035"),
        (("pass: {at_least: 2}", "pass: most"), "PRC-035"),
        (("      returned: correct\n", ""), "PRC-035"),
        (("title: 同意, to: vote", "title: 同意, to: province"), "PRC-035"),
        (("    title: 三方评议\n", "    title: 三方评议\n    of: school\n    role: credit_officer\n"), "PRC-035"),
        (("id: bank, title: 学分银行", "id: academic, title: 学分银行"), "PRC-005"),
        (("role: credit_officer", "role: wizard"), "PRC-009"),
        (("passed: province", "passed: provinse"), "PRC-006"),
        (("to: granted, needs", "to: vote, needs"), "PRC-035"),
    ],
)
def test_a_wrong_parallel_step_is_refused(change: tuple[str, str], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        parsed(change)
    assert code in {p.code for p in refused.value.problems}
