"""Whole cases from opening to end: what is decided, logged, told, audited; and that the log replays to it."""

from __future__ import annotations

import pytest

from guantong.base.audit.models import AuditLine
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.models import Case, CaseAction, Deadline
from guantong.procedure.cases.selectors import replay, story, verify_all

from .conftest import ITEM, World


def assert_replays(case: Case) -> None:
    state, problems = replay(Case.objects.get(pk=case.pk))
    assert problems == []
    assert state is not None and state.state == case.state


def test_it_grants_in_three_steps(world: World) -> None:
    case = world.at("granted")
    assert (case.state, case.step, case.outcome) == ("closed", "", "granted")
    assert world.told.calls == [
        ("open", "小吴"),
        ("action", "submit", "department"),
        ("action", "approve", "bank"),
        ("action", "approve", "granted"),
        ("outcome", "granted", "granted"),
    ]
    assert [line.action for line in CaseAction.objects.order_by("sequence")] == [
        "open",
        "add_material",
        "submit",
        "approve",
        "approve",
    ]
    assert [d.state for d in Deadline.objects.order_by("pk")] == ["met", "met"]
    assert AuditLine.objects.filter(subject_id=case.public_id).count() == 5
    assert_replays(case)


def test_it_returns_to_the_step_that_returned_it(world: World) -> None:
    case = world.at("bank")
    case = world.act(case, "qian", "return", opinion={"items": [ITEM]})
    assert (case.step, case.waiting_person_id) == ("correct", world.cast.people["wu"])
    world.hand_in(case, digest="b")
    case = world.act(case, "wu", "submit")
    assert case.step == "bank"
    assert_replays(case)


def test_it_appeals_and_wins(world: World) -> None:
    case = world.at("refused")
    assert (case.state, case.outcome) == ("decided", "refused")
    case = world.act(case, "wu", "appeal", opinion="证书是三级，学分够。")
    assert (case.state, case.step, case.outcome) == ("appealed", "reconsider", "refused")
    assert case.waiting_organisation_id == world.cast.city_bureau
    case = world.act(case, "chen", "overturn", opinion="申诉成立。")
    assert (case.state, case.outcome) == ("closed", "overturned")
    assert world.told.calls[-4:] == [
        ("outcome", "refused", "refused"),
        ("appeal", "reconsider"),
        ("action", "overturn", "overturned"),
        ("outcome", "overturned", "overturned"),
    ]
    assert_replays(case)


def test_it_withdraws_and_then_asks_again(world: World) -> None:
    case = world.at("department")
    case = world.act(case, "wu", "withdraw", opinion="先不申请了。")
    assert (case.state, case.outcome) == ("closed", "withdrawn")
    assert world.told.calls[-1] == ("outcome", "withdrawn", "withdrawn")
    assert Deadline.objects.get(case=case).state == "cancelled"
    world.serial -= 1
    assert world.open().pk != case.pk
    assert_replays(case)


def test_withdrawing_an_appeal_leaves_the_decision_standing(world: World) -> None:
    case = world.at("reconsider")
    case = world.act(case, "wu", "withdraw")
    assert (case.state, case.outcome) == ("closed", "refused")
    assert world.told.calls[-1] == ("close", "refused")
    assert_replays(case)


def test_the_story_tells_everything_in_words(world: World) -> None:
    case = world.at("bank")
    case = world.act(
        case,
        "qian",
        "approve",
        opinion="准予。",
        values={"form": "mapped", "amount": "3.5", "courses": ["b", "a"], "told": "on", "starts_on": "2025-11-01"},
    )
    lines = story(case)
    assert [(line.who, line.title, line.to) for line in lines] == [
        ("小吴", "提出", "填写申请"),
        ("小吴", "提交材料", ""),
        ("小吴", "提交", "院系初审"),
        ("马主任（东湖职业技术学院）", "同意", "学分银行办结"),
        ("钱老师（东湖职业技术学院）", "准予", "准予"),
    ]
    assert lines[-1].values == (
        ("登记方式", "对照"),
        ("学分", "3.5学分"),
        ("课程", "甲、乙"),
        ("生效日", "2025年11月1日"),
        ("已告知", "是"),
    )
    assert lines[-1].role == "学分银行审核人" and lines[-1].organisation == "东湖职业技术学院"
    assert lines[-1].is_outcome and lines[-1].notice == "您的申请已经批准。"
    assert lines[2].due_on is not None


def test_a_case_keeps_the_version_it_began_with(world: World, monkeypatch) -> None:
    from guantong.procedure.cases import library
    from guantong.procedure.cases.definition import read_definition

    from .sample import changed

    old = world.at("department")
    stricter = changed(("title: 同意, to: bank, needs: [opinion]", "title: 同意, to: bank, needs: [opinion, reasons]"))
    newer = read_definition(stricter, file="newer.yaml")
    monkeypatch.setattr(library, "find_document", lambda code, region, on: (newer.document, "newer.yaml"))
    new = world.at("department")
    assert new.version_digest != old.version_digest
    assert world.act(old, "ma", "approve", opinion="同意。").step == "bank"
    with pytest.raises(Refusal) as refused:
        world.act(new, "ma", "approve", opinion="同意。")
    assert refused.value.code == "PRC-110"
    assert verify_all().problems == []


def test_verify_all_replays_every_case(world: World) -> None:
    for place in ("declare", "department", "correct", "bank", "granted", "refused", "reconsider"):
        world.at(place)
    found = verify_all()
    assert (found.cases, found.problems) == (7, [])
    assert found.lines == CaseAction.objects.count()
