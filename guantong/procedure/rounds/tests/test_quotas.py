"""Quotas on the machine: taken, refused with the count, given back, recounted from the logs."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from guantong.kernel import clock
from guantong.procedure.cases.models import Case, CaseAction
from guantong.procedure.cases.selectors import replay
from guantong.procedure.rounds.audit import recount
from guantong.procedure.rounds.models import QuotaCounter, QuotaLine
from guantong.procedure.rounds.selectors import held_by, list_rounds

from .conftest import World, refused
from .sample import changed


def taken(quota: str = "recommended") -> list[int]:
    return list(QuotaCounter.objects.filter(quota=quota).values_list("taken", flat=True))


def assert_counts_again() -> None:
    found = recount()
    assert [p.sentence() for p in found.problems] == []
    for case in Case.objects.all():
        assert replay(case)[1] == []


def test_the_third_is_refused_with_the_count_and_leaves_no_trace(world: World):
    world.at("province"), world.at("province")
    third = world.at("city")
    lines = CaseAction.objects.count()
    refusal = refused(lambda: world.act(third, "chen", "approve"))
    (problem,) = refusal.problems
    assert (problem.code, refusal.status) == ("ROU-201", 409)
    assert "东湖市教育局2025批次最多2个，已用2个" in problem.message
    assert taken() == [2] and CaseAction.objects.count() == lines
    assert Case.objects.get(pk=third.pk).step == "city"
    assert_counts_again()


@pytest.mark.parametrize("how", ["return", "refuse", "withdraw"])
def test_a_seat_comes_back_when_the_case_falls_out(world: World, how):
    first = world.at("province")
    world.at("province")
    third = world.at("city")
    if how == "withdraw":
        world.withdraw(first)
    else:
        world.act(first, "chen", how)
    assert taken() == [1]
    assert world.act(third, "chen", "approve").step == "province"
    assert [line.change for line in QuotaLine.objects.filter(case=first).order_by("id")] == [1, -1]
    assert_counts_again()


def test_a_case_returned_takes_its_seat_anew(world: World):
    first = world.at("province")
    world.act(first, "chen", "return")
    world.act(first, "chen", "approve")
    assert taken() == [1] and held_by(Case.objects.get(pk=first.pk)).keys() == {"recommended"}
    assert [line.change for line in QuotaLine.objects.filter(case=first).order_by("id")] == [1, -1, 1]
    assert_counts_again()


def test_a_seat_is_kept_on_the_way_to_being_granted(world: World):
    case = world.at("granted")
    assert held_by(Case.objects.get(pk=case.pk)).keys() == {"recommended", "granted_a_year"}
    assert_counts_again()


def test_a_seat_that_is_used_up_stays_used_after_a_later_refusal(world: World):
    world.text = changed(("at: province\n", "at: city\n    used_up: true\n"), ("most: 2", "most: 1"))
    first, second = world.at("city"), world.open()
    world.act(first, "chen", "approve")
    world.act(first, "chen", "refuse")
    assert refused(lambda: world.act(second, "lin", "submit")).code == "ROU-201"
    assert_counts_again()


def test_before_it_is_used_up_it_comes_back(world: World):
    world.text = changed(("at: province\n", "at: city\n    used_up: true\n"), ("most: 2", "most: 1"))
    first, second = world.at("city"), world.open()
    world.act(first, "chen", "refuse")
    assert world.act(second, "lin", "submit").step == "city"
    assert_counts_again()


def test_a_decision_changed_on_appeal_counts_too(world: World):
    case = world.act(world.at("city"), "chen", "refuse")
    case = world.act(case, "lin", "appeal", "请复核。")
    case = world.act(case, "chen", "overturn")
    assert case.outcome == "overturned" and taken("granted_a_year") == [1]
    assert_counts_again()


def test_a_number_the_law_does_not_have_lets_nobody_pass(world: World):
    world.text = changed(("most: 2", "most: {parameter: nothing.of_the_kind}"))
    case = world.at("city")
    assert refused(lambda: world.act(case, "chen", "approve")).code == "ROU-202"


def test_a_number_comes_from_the_law_of_the_day_with_its_clause(world: World, monkeypatch):
    from guantong.policy.asking import Law

    name = "base.projects_per_province"
    world.text = changed(("most: 2", f"most: {{parameter: {name}}}"))
    case = world.at("city")
    from guantong.procedure.cases import library

    law = library.law_on(case.law_on, case.region)
    answers = {p: law.find(p) for p in law.policy.parameters}
    counts = [p for p, a in answers.items() if a is not None and a.unit == "count" and law.integer(p) == 1]
    assert counts, "the demo region has no count of one"
    real = Law.find
    monkeypatch.setattr(Law, "find", lambda self, n, scope=None: real(self, counts[0] if n == name else n, scope))
    integer = Law.integer
    monkeypatch.setattr(Law, "integer", lambda self, n, scope=None: integer(self, counts[0] if n == name else n, scope))
    world.act(case, "chen", "approve")
    second = world.at("city")
    refusal = refused(lambda: world.act(second, "chen", "approve"))
    assert refusal.code == "ROU-201" and "最多1个" in refusal.problems[0].message
    assert refusal.problems[0].basis == law.answer(counts[0]).citation


def test_years_and_rounds_count_apart(world: World):
    from datetime import datetime

    from guantong.kernel.clock import CHINA_TIME

    for _ in range(2):
        world.at("granted")
    with clock.frozen_at(datetime(2026, 10, 3, 9, tzinfo=CHINA_TIME)):
        for _ in range(2):
            world.at("granted")
    assert sorted(QuotaCounter.objects.values_list("quota", "period", "taken")) == [
        ("granted_a_year", "year:2025", 2),
        ("granted_a_year", "year:2026", 2),
        ("recommended", "round:990000:2025", 2),
        ("recommended", "round:990000:2026", 2),
    ]
    (quota, other) = list_rounds(world.definition, "990000")[-1].quotas
    assert (quota.title, quota.most, quota.used) == ("每批推荐不超过两个", 2, (("东湖市教育局", 2),))
    assert other.used == (("湖滨区", 2),)
    assert_counts_again()


def test_the_database_itself_refuses_one_too_many(world: World):
    world.at("province")
    with pytest.raises(IntegrityError), transaction.atomic():
        QuotaCounter.objects.filter(quota="recommended").update(taken=3)


def test_a_counter_that_was_changed_by_hand_is_found(world: World):
    world.at("province")
    QuotaCounter.objects.filter(quota="recommended").update(taken=0)
    (problem,) = recount().problems
    assert problem.code == "ROU-301" and "登记已用0个" in problem.message and "推得1个" in problem.message
