"""Rounds on the machine: handing in to the second, extensions, notices, pages."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from guantong.base.accounts.public import SYSTEM
from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.actions import scan_deadlines
from guantong.procedure.cases.definition import read_definition
from guantong.procedure.cases.models import Case, CaseAction
from guantong.procedure.cases.selectors import replay
from guantong.procedure.rounds import homes, selectors
from guantong.procedure.rounds.actions import extend_case, extend_round, open_round
from guantong.procedure.rounds.forms import take_case_extension
from guantong.procedure.rounds.models import HandedIn, Round, RoundChange
from guantong.procedure.rounds.selectors import closing_day, coming_closings, list_rounds

from .conftest import World, refused
from .sample import ON_NOTICE, YEARLY, changed


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA_TIME)


# ---- definitions ---


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (YEARLY, "rounds: {source: local, note: 测试。}", "ROU-001"),
        (YEARLY, YEARLY.replace("{yearly", "{on_notice: true, yearly", 1), "ROU-001"),
        (YEARLY, YEARLY.replace("10-01", "13-01"), "PRC-004"),
        (YEARLY, YEARLY.replace("10-01", "9-1"), "PRC-004"),
        (YEARLY, YEARLY.replace('closes: "10-31"', 'ends: "10-31"'), "PRC-002"),
        (YEARLY, 'rounds: {yearly: {opens: "10-01", closes: "10-31"}}', "PRC-012"),
        (YEARLY + "\n", "", "ROU-003"),
        ("at: province\n", "at: ministry\n", "ROU-002"),
        ("at: province\n", "at: declare\n", "ROU-002"),
        ("of: authority\n    per", "of: somebody\n    per", "PRC-004"),
        ("per: round", "per: week", "PRC-004"),
        ("most: 2", "most: -1", "PRC-004"),
        ("most: 2\n    source: local\n    note: 测试。", "most: 2", "PRC-012"),
    ],
)
def test_a_definition_that_is_unclear_about_rounds_or_quotas_is_refused(old, new, code):
    with pytest.raises(Refusal) as caught:
        read_definition(changed((old, new)), file="x.yaml")
    assert code in {p.code for p in caught.value}


def test_a_quota_asks_for_a_parameter_that_counts():
    text = changed(("most: 2", "most: {parameter: credit.certificate_cap}"))
    with pytest.raises(Refusal) as caught:
        read_definition(text, file="x.yaml", parameters={"credit.certificate_cap": "credits"})
    assert "ROU-002" in {p.code for p in caught.value}
    with pytest.raises(Refusal) as caught:
        read_definition(text, file="x.yaml", parameters={})
    assert "ROU-002" in {p.code for p in caught.value}
    read_definition(text, file="x.yaml", parameters={"credit.certificate_cap": "count"})


# ---- handing in ---


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("2025-09-30T23:59:59.999999", "ROU-101"),
        ("2025-10-01T00:00:00", ""),
        ("2025-10-31T23:59:59.999999", ""),
        ("2025-11-01T00:00:00", "ROU-102"),
    ],
)
def test_one_hands_in_while_the_round_is_open_to_the_second(world: World, moment, code):
    with clock.frozen_at(at("2025-09-20T09:00:00")):
        case = world.open()
    if code == "ROU-102":
        with clock.frozen_at(at("2025-10-01T09:00:00")):
            case = world.open()
    with clock.frozen_at(at(moment)):
        if not code:
            case = world.act(case, "lin", "submit")
            assert case.step == "city"
            row = HandedIn.objects.get(case=case).round
            assert (row.key, row.region, row.closes_on) == ("2025", "990000", date(2025, 10, 31))
            return
        refusal = refused(lambda: world.act(case, "lin", "submit"))
    assert refusal.code == code and refusal.status in (409, 422)
    assert Case.objects.get(pk=case.pk).step == "declare"
    assert not HandedIn.objects.exists() and CaseAction.objects.filter(case=case).count() == 1


def test_a_case_returned_after_the_closing_is_handed_in_again_in_its_round(world: World):
    case = world.act(world.open(), "lin", "submit")
    with clock.frozen_at(at("2025-12-01T09:00:00")):
        case = world.act(case, "chen", "return")
        assert case.step == "declare"
        case = world.act(case, "lin", "submit")
    assert case.step == "city" and HandedIn.objects.get(case=case).round.key == "2025"
    assert replay(case)[1] == []


def test_without_rounds_one_declares_at_any_time(world: World):
    world.text = changed((YEARLY + "\n", ""), ("per: round", "per: ever"))
    with clock.frozen_at(at("2026-01-01T09:00:00")):
        case = world.act(world.open(), "lin", "submit")
    assert case.step == "city" and not Round.objects.exists()


def test_the_last_day_is_that_of_the_round_open_or_coming(world: World):
    case = world.open()
    assert closing_day(case, world.definition, clock.now()) == date(2025, 10, 31)
    assert closing_day(case, world.definition, at("2025-11-01T00:00:00")) == date(2026, 10, 31)


# ---- extension ---


def later_round(actor, public_id: str, day: date, reason: str = "暴雨。") -> str:
    return refused(lambda: extend_round(actor=actor, public_id=public_id, closes_on=day, reason=reason)).code


def later_case(actor, case: Case, day: date, reason: str = "停电。") -> str:
    return refused(lambda: extend_case(actor=actor, case_id=case.pk, closes_on=day, reason=reason)).code


def test_the_scan_writes_down_what_has_opened_once(world: World, monkeypatch):
    monkeypatch.setattr(homes, "definitions_with_rounds", lambda on, region=None: [("990000", world.definition)])
    assert scan_deadlines().done == {"开放批次": 1}
    assert scan_deadlines().done == {}
    with clock.frozen_at(at("2025-12-01T09:00:00")):
        assert scan_deadlines().done == {}
    assert [(r.key, r.way, r.planned_closes_on) for r in Round.objects.all()] == [
        ("2025", "yearly", date(2025, 10, 31))
    ]


def test_a_round_is_extended_for_everybody_with_a_reason_and_only_later(world: World):
    he, chen, lin = (world.cast.actor(name) for name in ("he", "chen", "lin"))
    first = world.act(world.open(), "lin", "submit")
    row = HandedIn.objects.get(case=first).round
    day = date(2025, 11, 10)
    assert later_round(he, row.public_id, day, " ") == "ROU-109"
    assert later_round(he, row.public_id, date(2025, 10, 31)) == "ROU-110"
    assert later_round(he, "nothing", day) == "ROU-111"
    assert later_round(he, row.public_id, date(2026, 10, 1)) == "ROU-107"
    assert later_round(chen, row.public_id, day) == "ROU-104"
    assert later_round(lin, row.public_id, day) == "ACC-002"
    assert not RoundChange.objects.exists()
    for _ in range(2):  # repeating it changes nothing
        extend_round(actor=he, public_id=row.public_id, closes_on=day, reason="暴雨。")
    assert RoundChange.objects.count() == 1
    case = world.open()
    with clock.frozen_at(at("2025-11-10T23:59:59")):
        assert world.act(case, "lin", "submit").step == "city"
    (shown,) = (r for r in list_rounds(world.definition, "990000") if r.key == "2025")
    assert (shown.closes_on, shown.handed_in, shown.running, shown.changes[0].reason) == (day, 2, 2, "暴雨。")
    other = world.open()
    with clock.frozen_at(at("2025-11-11T00:00:00")):
        assert refused(lambda: world.act(other, "lin", "submit")).code == "ROU-102"


def test_a_round_that_has_closed_can_be_opened_again_but_not_for_the_past(world: World):
    he = world.cast.actor("he")
    row = HandedIn.objects.get(case=world.act(world.open(), "lin", "submit")).round
    with clock.frozen_at(at("2025-11-20T09:00:00")):
        assert later_round(he, row.public_id, date(2025, 11, 19)) == "ROU-114"
        extend_round(actor=he, public_id=row.public_id, closes_on=date(2025, 11, 20), reason="系统停机一天。")
        assert world.act(world.open(), "lin", "submit").step == "city"


def test_one_case_is_extended_and_no_other(world: World):
    case, other = world.open(), world.open()
    he = world.cast.actor("he")
    with clock.frozen_at(at("2025-11-03T09:00:00")):
        assert later_case(world.cast.chen, case, date(2025, 11, 5)) == "ROU-104"
        assert later_case(world.cast.lin, case, date(2025, 11, 5)) == "ACC-002"
        assert later_case(SYSTEM, case, date(2025, 11, 5), "") == "ROU-109"
        assert later_case(SYSTEM, case, date(2025, 10, 31)) == "ROU-110"
        assert later_case(SYSTEM, case, date(2025, 11, 2)) == "ROU-114"
        for _ in range(2):
            take_case_extension(
                actor=he,
                post={"rounds.case": case.public_id, "rounds.closes_on": "2025-11-05", "rounds.reason": "停电。"},
            )
        unknown = {"rounds.case": "nothing", "rounds.closes_on": "2025-11-05", "rounds.reason": "停电。"}
        assert refused(lambda: take_case_extension(actor=he, post=unknown)).code == "PRC-102"
        assert refused(lambda: take_case_extension(actor=he, post={})).code == "ROU-115"
        assert closing_day(case, world.definition, clock.now()) == date(2025, 11, 5)
    with clock.frozen_at(at("2025-11-05T23:59:59")):
        assert refused(lambda: world.act(other, "lin", "submit")).code == "ROU-102"
        case = world.act(case, "lin", "submit")
    assert HandedIn.objects.get(case=case).round.key == "2025"
    line = CaseAction.objects.get(case=case, action="part_note")
    assert (line.details["part"], line.details["closes_on"], line.opinion["text"]) == ("rounds", "2025-11-05", "停电。")
    assert replay(case)[1] == []
    assert later_case(SYSTEM, case, date(2025, 12, 5)) == "ROU-112"


def test_an_extension_that_has_run_out_is_over_to_the_second(world: World):
    case = world.open()
    with clock.frozen_at(at("2025-11-03T09:00:00")):
        extend_case(actor=SYSTEM, case_id=case.pk, closes_on=date(2025, 11, 5), reason="停电。")
    with clock.frozen_at(at("2025-11-06T00:00:00")):
        assert refused(lambda: world.act(case, "lin", "submit")).code == "ROU-102"


LAPSING = (
    ("    of: declarer\n", "    of: declarer\n    deadline: {by: round}\n    on_timeout: {lapse: withdrawn}\n"),
    ("withdrawal: {at: [declare, city, province], to: withdrawn}\n", "withdrawal: {at: [declare], to: withdrawn}\n"),
)


def test_a_draft_lapses_when_its_round_closes_and_not_while_it_is_extended(world: World):
    world.text = changed(*LAPSING)
    late, extended, handed_in = world.open(), world.open(), world.act(world.open(), "lin", "submit")
    assert late.due_on == date(2025, 10, 31)
    row = HandedIn.objects.get(case=handed_in).round
    with clock.frozen_at(at("2025-10-30T09:00:00")):
        extend_round(
            actor=world.cast.actor("he"), public_id=row.public_id, closes_on=date(2025, 11, 5), reason="暴雨。"
        )
        extend_case(actor=SYSTEM, case_id=extended.pk, closes_on=date(2025, 11, 8), reason="停电。")
    assert Case.objects.get(pk=extended.pk).due_on == date(2025, 11, 8)
    with clock.frozen_at(at("2025-11-01T00:00:00")):  # the scan comes by after the first day has passed
        report = scan_deadlines()
    assert (report.lapsed, report.done["随批次延长期限"]) == (0, 1)
    assert Case.objects.get(pk=late.pk).due_on == date(2025, 11, 5)
    with clock.frozen_at(at("2025-11-06T00:00:00")):
        assert scan_deadlines().lapsed == 1
        assert world.act(extended, "lin", "submit").step == "city"
    assert Case.objects.get(pk=late.pk).outcome == "withdrawn"
    for case in Case.objects.all():
        assert replay(case)[1] == []


# ---- on notice ---

DEMO = {"procedure": "sample-rounds", "region": "990000"}
NOTICE = {"document_title": "关于组织申报的通知", "document_number": "云教职〔2025〕9号"}


def test_a_round_on_notice_opens_by_an_act_of_the_authority(world: World):
    world.text = changed((YEARLY, ON_NOTICE))
    case = world.open()
    assert refused(lambda: world.act(case, "lin", "submit")).code == "ROU-103"
    he, chen = world.cast.actor("he"), world.cast.actor("chen")

    def opened(actor, opens: date, closes: date, **more: str) -> Round:
        return open_round(actor=actor, opens_on=opens, closes_on=closes, **{**DEMO, **NOTICE, **more})

    def code(actor, opens: date, closes: date, **more: str) -> str:
        return refused(lambda: opened(actor, opens, closes, **more)).code

    first, last = date(2025, 10, 20), date(2025, 11, 20)
    assert code(chen, first, last) == "ROU-104"
    assert code(he, first, last, document_title=" ") == "ROU-108"
    assert code(he, first, date(2025, 10, 19)) == "ROU-106"
    assert code(he, date(2025, 10, 1), date(2025, 10, 2)) == "ROU-114"
    row = opened(he, first, last)
    assert opened(he, first, last) == row
    assert code(he, last, date(2025, 12, 20), document_number="10号") == "ROU-107"
    second = opened(he, date(2025, 11, 21), date(2025, 12, 1), document_number="10号")
    assert (row.key, second.key) == ("2025", "2025-2")
    assert refused(lambda: world.act(case, "lin", "submit")).code == "ROU-101"
    with clock.frozen_at(at("2025-11-21T00:00:00")):
        case = world.act(case, "lin", "submit")
    assert HandedIn.objects.get(case=case).round == second
    shown = list_rounds(world.definition, "990000")
    assert [(r.key, r.state, r.handed_in) for r in shown] == [("2025-2", "coming", 1), ("2025", "coming", 0)]
    assert shown[0].notice == "《关于组织申报的通知》（10号）"


def test_a_yearly_procedure_is_not_opened_by_notice(world: World):
    he = world.cast.actor("he")
    given = {**DEMO, **NOTICE, "opens_on": date(2025, 12, 1), "closes_on": date(2025, 12, 2)}
    assert refused(lambda: open_round(actor=he, **given)).code == "ROU-105"


def test_the_calendar_tells_what_closes_when(world: World, monkeypatch):
    monkeypatch.setattr(selectors, "definitions_with_rounds", lambda on, region=None: [("990000", world.definition)])
    (item,) = coming_closings("990000", days=30)
    assert (item.closes_on, item.is_open, item.days_left, item.region_name) == (date(2025, 10, 31), True, 16, "云澜省")
    assert item.working_days_left == 12
    assert coming_closings("990000", days=15) == []
