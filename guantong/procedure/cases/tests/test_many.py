"""Bulk review: each case its own transaction and its own result."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.template import engines

from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.actions import MOST_AT_ONCE, act_on_many
from guantong.procedure.cases.many_shown import many_parts, mark_of, take_many
from guantong.procedure.cases.models import Case, CaseAction
from guantong.procedure.cases.selectors import to_do_for, verify_all

from .conftest import World


def post(**values: object) -> QueryDict:
    found = QueryDict(mutable=True)
    for key, value in values.items():
        if isinstance(value, list):
            found.setlist(key, value)
        else:
            found[key] = str(value)
    return found


def test_one_refusal_holds_up_nobody_else(world: World) -> None:
    cases = [world.at("department", who) for who in ("wu", "zhao", "wu")]
    stale = world.at("department")
    decided = world.act(stale, "ma", "refuse", opinion={"reasons": ["too_small"]})
    hidden = Case.objects.get(pk=world.at("department").pk)
    marks = [(c.public_id, c.revision) for c in cases]
    marks += [(decided.public_id, stale.revision - 1), ("NOSUCHCASE22", 1)]
    results = act_on_many(actor=world.cast.ma, cases=marks, action="approve", opinion="材料齐全，同意。")
    assert [(r.public_id, r.is_done) for r in results] == [(p, n < 3) for n, (p, _) in enumerate(marks)]
    assert [r.place for r in results[:3]] == ["学分银行办结"] * 3
    assert [r.problems[0].code for r in results[3:]] == ["PRC-103", "PRC-102"]
    assert set(Case.objects.filter(pk__in=[c.pk for c in cases]).values_list("step", flat=True)) == {"bank"}
    assert all(line.opinion == {"text": "材料齐全，同意。"} for line in CaseAction.objects.filter(action="approve"))
    lines = CaseAction.objects.count()
    again = act_on_many(actor=world.cast.ma, cases=marks[:3], action="approve", opinion="材料齐全，同意。")
    assert all(r.is_done for r in again) and CaseAction.objects.count() == lines
    strange = act_on_many(actor=world.cast.zhou, cases=[(hidden.public_id, hidden.revision)], action="approve")
    assert (strange[0].title, strange[0].problems[0].code) == ("", "PRC-102")
    assert verify_all().problems == []


def test_a_gate_missed_is_told_for_each(world: World) -> None:
    cases = [world.at("department") for _ in range(2)]
    results = act_on_many(actor=world.cast.ma, cases=[(c.public_id, c.revision) for c in cases], action="approve")
    assert [r.problems[0].code for r in results] == ["PRC-109", "PRC-109"]
    assert set(Case.objects.values_list("step", flat=True)) == {"department"}


def test_none_and_too_many_are_refused(world: World) -> None:
    for marks, code in (([], "PRC-164"), ([(f"C{n}", 1) for n in range(MOST_AT_ONCE + 1)], "PRC-163")):
        with pytest.raises(Refusal) as refused:
            act_on_many(actor=world.cast.ma, cases=marks, action="approve")
        assert refused.value.code == code


def test_the_page_offers_what_all_cases_of_a_step_share(world: World) -> None:
    for _ in range(2):
        world.at("department")
    (group,) = many_parts(to_do_for(world.cast.ma).rows)
    assert (group.title, len(group.rows)) == ("院系初审", 2)
    assert [action.id for action in group.actions] == ["approve", "refuse"]
    world.at("bank")
    (bank,) = many_parts(to_do_for(world.cast.qian).rows)
    assert [action.id for action in bank.actions] == ["refuse"], "approving takes a form of its own"


def test_what_the_page_sends_is_done(world: World) -> None:
    cases = [world.at("department") for _ in range(2)]
    results = take_many(
        actor=world.cast.ma, post=post(action="refuse", cases=[mark_of(c) for c in cases], reasons=["too_small"])
    )
    assert [r.place for r in results] == ["不准", "不准"]
    bank = world.at("bank")
    department = world.at("department")
    for sent, code in (
        ({"cases": []}, "PRC-164"),
        ({"cases": [f"{bank.public_id}.x"]}, "PRC-143"),
        ({"cases": [mark_of(bank), mark_of(department)]}, "PRC-165"),
        ({"cases": [mark_of(bank)]}, "PRC-166"),
    ):
        with pytest.raises(Refusal) as refused:
            take_many(actor=world.cast.qian, post=post(action="approve", opinion="同意。", **sent))
        assert refused.value.code == code


def test_the_form_and_the_results_are_shown(world: World, rf) -> None:
    case = world.at("department")
    many = many_parts(to_do_for(world.cast.ma).rows)
    results = act_on_many(actor=world.cast.ma, cases=[(case.public_id, case.revision)], action="approve")
    source = '{% import "webkit/parts.html" as ui with context %}{% include "cases/_many.html" %}'
    jinja = next(engine for engine in engines.all() if engine.name == "jinja2" or "jinja" in type(engine).__module__)
    html = jinja.from_string(source).render({"many": many, "results": results}, rf.get("/"))
    assert f'value="{case.public_id}.{case.revision}"' in html and f"{many[0].procedure}：院系初审" in html
    assert "没有办成 1 件" in html and "PRC-109" in html
