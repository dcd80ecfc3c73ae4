"""Rounds that recur every so many years: the law says how many, the next is told, none is opened early."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.definition import read_definition
from guantong.procedure.rounds.actions import extend_round, open_round
from guantong.procedure.rounds.cycles import show_cycle
from guantong.procedure.rounds.homes import plan_of
from guantong.procedure.rounds.models import HandedIn, Round
from guantong.procedure.rounds.selectors import list_rounds
from tests.together import Together

from .conftest import World, refused
from .sample import ON_NOTICE, YEARLY, changed

CLAUSE = "references: [{document: demo-vocational-rules-2024, clause: 第三十八条}]"
EVERY = "every: {parameter: honour.selection_years}"
"""Two years in the demo region."""
BY_NOTICE = ON_NOTICE.replace("on_notice: true", f"on_notice: true, {EVERY}")
FIXED = YEARLY.replace("rounds: {", f"rounds: {{{EVERY[:-1]}, first: 2024}}, ")
DEMO = {"procedure": "sample-rounds", "region": "990000", "document_title": "关于组织评选的通知"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA_TIME)


@pytest.mark.parametrize(
    ("every", "code"),
    [
        ("{}", "ROU-001"),
        ("{years: 3, parameter: honour.selection_years, first: 2024}", "ROU-001"),
        ("{years: 3}", "ROU-001"),
        ("{years: 1, first: 2024}", "PRC-004"),
        ("{years: 3, first: 24}", "PRC-004"),
        ("{years: 3, from: 2024}", "PRC-002"),
        ("{parameter: nothing.at_all, first: 2024}", "ROU-004"),
        ("{parameter: credit.certificate_cap, first: 2024}", "ROU-004"),
    ],
)
def test_what_is_unclear_about_every_so_many_years_is_refused(every: str, code: str) -> None:
    known = {"credit.certificate_cap": "credits", "honour.selection_years": "years"}
    with pytest.raises(Refusal) as caught:
        read_definition(
            changed((YEARLY, YEARLY.replace("rounds: {", f"rounds: {{every: {every}, "))),
            file="x.yaml",
            parameters=known,
        )
    assert code in {p.code for p in caught.value}


def test_a_clause_of_its_own_goes_before_that_of_the_rounds() -> None:
    own = FIXED.replace("first: 2024", f"first: 2024, {CLAUSE}")
    definition = read_definition(changed((YEARLY, own)), file="x.yaml")
    plan = plan_of(definition)
    assert plan is not None and plan.every is not None
    assert plan.every.basis.references[0].clause == "第三十八条" and plan.basis.source == "local"


def open_one(world: World, opens: date, number: str) -> Round:
    closes = date(opens.year, 12, 31)
    return open_round(actor=world.cast.actor("he"), opens_on=opens, closes_on=closes, document_number=number, **DEMO)


def test_a_round_opened_before_the_years_have_passed_is_refused_with_the_clause(world: World) -> None:
    world.text = changed((YEARLY, BY_NOTICE))
    definition, plan = world.definition, plan_of(world.definition)
    assert plan is not None
    cycle = show_cycle(definition, plan, "990000", clock.now())
    assert cycle is not None and cycle.words == "每2年一次。"
    open_one(world, date(2025, 10, 20), "1号")
    refusal = refused(lambda: open_one(world, date(2026, 1, 5), "2号"))
    (problem,) = refusal.problems
    assert (problem.code, refusal.status) == ("ROU-117", 409)
    assert "每2年一次，上一批次在2025年，下一批次要到2027年才能开放" in problem.message
    assert problem.basis is not None and problem.basis.clause == "第三十八条"
    assert problem.where.column == "opens_on"
    assert Round.objects.count() == 1
    with clock.frozen_at(at("2025-12-31T23:59:59")):
        cycle = show_cycle(definition, plan, "990000", clock.now())
    assert cycle is not None and cycle.words == "每2年一次。下一批次最早2027年开放。" and "第三十八条" in cycle.basis
    row = open_one(world, date(2027, 1, 1), "2号")
    assert row.key == "2027"
    with clock.frozen_at(at("2026-02-01T09:00:00")):
        cycle = show_cycle(definition, plan, "990000", clock.now())
        assert cycle is not None and cycle.words.endswith("下一批次从2027年1月1日起受理。")
        assert refused(lambda: open_one(world, date(2026, 3, 1), "3号")).code == "ROU-117"
    assert open_one(world, date(2027, 1, 1), "2号") == row  # the same notice again changes nothing


def test_none_is_opened_before_the_first_year_named(world: World) -> None:
    world.text = changed((YEARLY, BY_NOTICE.replace(EVERY, EVERY[:-1] + ", first: 2026}")))
    assert refused(lambda: open_one(world, date(2025, 10, 20), "1号")).code == "ROU-117"
    assert open_one(world, date(2026, 1, 5), "1号").key == "2026"


def test_a_year_more_is_declared_by_extending_the_round(world: World) -> None:
    world.text = changed((YEARLY, BY_NOTICE))
    row = open_one(world, date(2025, 10, 15), "1号")
    extend_round(actor=world.cast.actor("he"), public_id=row.public_id, closes_on=date(2026, 3, 1), reason="补报。")
    with clock.frozen_at(at("2026-02-28T09:00:00")):
        assert HandedIn.objects.get(case=world.act(world.open(), "lin", "submit")).round == row


def test_while_the_law_has_no_number_no_round_is_opened(world: World) -> None:
    world.text = changed((YEARLY, BY_NOTICE.replace("honour.selection_years", "nothing.at_all")))
    refusal = refused(lambda: open_one(world, date(2025, 10, 20), "1号"))
    assert refusal.code == "ROU-118" and "nothing.at_all" in refusal.problems[0].message
    world.text = changed((YEARLY, FIXED.replace("honour.selection_years", "nothing.at_all")))
    case = world.open()
    assert refused(lambda: world.act(case, "lin", "submit")).code == "ROU-118"


def test_fixed_days_come_round_only_in_their_years(world: World) -> None:
    world.text = changed((YEARLY, FIXED))
    case = world.open()  # October 2025: no year of a round
    refusal = refused(lambda: world.act(case, "lin", "submit"))
    assert refusal.code == "ROU-101" and "2026年10月1日零时起受理" in refusal.problems[0].message
    assert refusal.problems[0].basis is not None and refusal.problems[0].basis.clause == "第三十八条"
    assert [r.key for r in list_rounds(world.definition, "990000")] == ["2026"]
    with clock.frozen_at(at("2026-10-31T23:59:59")):
        assert world.act(case, "lin", "submit").step == "city"
    late = world.open()
    with clock.frozen_at(at("2026-11-01T00:00:00")):
        refusal = refused(lambda: world.act(late, "lin", "submit"))
    assert refusal.code == "ROU-102" and "下一批次从2028年10月1日起受理" in refusal.problems[0].do


@pytest.mark.django_db(transaction=True)
def test_of_two_notices_for_neighbouring_years_one_opens(world: World, tmp_path: Path) -> None:
    world.text = changed((YEARLY, BY_NOTICE))
    together = Together(tmp_path / "together.sqlite3")
    together.share()
    results = together.run(
        [
            lambda: open_one(world, date(2025, 10, 20), "1号"),
            lambda: open_one(world, date(2026, 1, 5), "2号"),
        ]
    )
    assert sorted(type(r).__name__ for r in results) == ["Refusal", "Round"]
    assert together.reads(lambda: Round.objects.count()) == 1
