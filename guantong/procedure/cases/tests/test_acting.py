"""Taking actions: gates, mandates, recusal, revisions, and that a refusal leaves no trace."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from guantong.base.accounts.public import SYSTEM
from guantong.base.audit.models import AuditLine
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import errors
from guantong.procedure.cases.actions import act, open_case
from guantong.procedure.cases.models import Case, CaseAction, Deadline
from guantong.procedure.cases.selectors import access_case_for, available_actions, replay, verify_all

from .conftest import ITEM, World
from .sample import SUBJECT


def trace() -> tuple[Any, ...]:
    """Everything an action may change."""
    return (
        list(Case.objects.order_by("pk").values()),
        list(CaseAction.objects.order_by("pk").values_list("digest", flat=True)),
        list(Deadline.objects.order_by("pk").values()),
        AuditLine.objects.count(),
    )


def refused(world: World, case: Case, who: str, action: str, **more: Any) -> list[str]:
    """Codes of the refusal; asserts that nothing changed."""
    before = trace()
    with pytest.raises(Refusal) as caught:
        world.act(case, who, action, **more)
    assert trace() == before
    return [p.code for p in caught.value]


@pytest.mark.parametrize(
    ("place", "who", "action", "more", "codes"),
    [
        ("department", "ma", "approve", {}, ["PRC-109"]),
        ("department", "ma", "return", {}, ["PRC-111"]),
        ("department", "ma", "refuse", {}, ["PRC-110"]),
        ("department", "ma", "refuse", {"opinion": {"reasons": ["no_such"]}}, ["PRC-131"]),
        ("department", "ma", "return", {"opinion": {"items": [{"on": "certificate", "text": ""}]}}, ["PRC-132"]),
        ("department", "ma", "approve", {"opinion": "长" * 2001}, ["PRC-133"]),
        ("department", "ma", "return", {"opinion": {"items": [ITEM] * 51}}, ["PRC-136"]),
        ("department", "ma", "promote", {"opinion": "好。"}, ["PRC-104"]),
        ("department", "ma", "uphold", {"opinion": "好。"}, ["PRC-104"]),
        ("department", "ma", "approve", {"opinion": "同意。", "values": {"form": "pass"}}, ["PRC-114"]),
        ("department", "qian", "approve", {"opinion": "同意。"}, ["PRC-105"]),
        ("department", "sun", "approve", {"opinion": "同意。"}, ["PRC-105"]),
        ("department", "chen", "approve", {"opinion": "同意。"}, ["PRC-105"]),
        ("department", "wu", "approve", {"opinion": "同意。"}, ["PRC-134"]),
        ("department", "zhao", "approve", {"opinion": "同意。"}, ["PRC-102"]),
        ("department", "zhou", "approve", {"opinion": "同意。"}, ["PRC-102"]),
        ("department", "ma", "withdraw", {}, ["PRC-139"]),
        ("declare", "ma", "submit", {}, ["PRC-134"]),
        ("correct", "wu", "submit", {}, ["PRC-116"]),
        ("bank", "qian", "approve", {"opinion": "准予。"}, ["PRC-112"]),
        ("granted", "qian", "approve", {"opinion": "准予。"}, ["PRC-127"]),
        ("granted", "wu", "appeal", {"opinion": "不服。"}, ["PRC-123"]),
        ("granted", "wu", "withdraw", {}, ["PRC-124"]),
        ("department", "wu", "appeal", {"opinion": "不服。"}, ["PRC-123"]),
        ("refused", "wu", "appeal", {}, ["PRC-140"]),
        ("refused", "ma", "appeal", {"opinion": "不服。"}, ["PRC-139"]),
        ("reconsider", "wu", "appeal", {"opinion": "不服。"}, ["PRC-123"]),
        ("reconsider", "he", "uphold", {"opinion": "维持。"}, ["PRC-102"]),
    ],
)
def test_it_refuses_and_changes_nothing(
    world: World, place: str, who: str, action: str, more: dict[str, Any], codes: list[str]
) -> None:
    assert refused(world, world.at(place), who, action, **more) == codes


def test_it_asks_for_the_material(world: World) -> None:
    assert refused(world, world.open(), "wu", "submit") == ["PRC-115"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("form", "fail"),
        ("form", ["pass"]),
        ("amount", "0.4"),
        ("amount", "20.01"),
        ("amount", "1.234"),
        ("amount", "NaN"),
        ("amount", "1e400"),
        ("amount", 1.5),
        ("amount", True),
        ("amount", "一"),
        ("courses", ["a", "c"]),
        ("courses", {"a": 1}),
        ("courses", 3),
        ("count", "1.5"),
        ("count", 0),
        ("share", "9" * 31),
        ("starts_on", "2025-02-30"),
        ("starts_on", "20250228"),
        ("starts_on", 20250228),
        ("told", "maybe"),
        ("remark", "十一个字十一个字十一个字"),
        ("remark", "两\n行"),
        ("remark", "\x00"),
        ("remark", {"a": "b"}),
        ("account", "长" * 2001),
    ],
)
def test_it_refuses_a_wrong_answer(world: World, field: str, value: Any) -> None:
    case = world.at("bank")
    before = trace()
    with pytest.raises(Refusal) as caught:
        world.act(case, "qian", "approve", opinion="准予。", values={"form": "pass", field: value})
    assert trace() == before
    assert {(p.code, p.where.column) for p in caught.value} == {("PRC-113", field)}


def test_it_lists_everything_that_is_missing_at_once(world: World) -> None:
    case = world.at("bank")
    codes = refused(world, case, "qian", "approve", values={"amount": "99", "unknown": "x"})
    assert sorted(codes) == ["PRC-109", "PRC-112", "PRC-113", "PRC-114"]


def test_it_asks_the_domain_too(world: World) -> None:
    case = world.at("department")
    world.told.problems.append(errors.GROUNDS_NEEDED.problem())
    assert refused(world, case, "ma", "approve", opinion="同意。") == ["PRC-140"]


def test_a_broken_domain_undoes_the_action(world: World) -> None:
    case = world.at("department")
    world.told.fails_on = "approve"
    before = trace()
    with pytest.raises(RuntimeError):
        world.act(case, "ma", "approve", opinion="同意。")
    assert trace() == before


def test_the_second_reviewer_learns_who_decided_what(world: World) -> None:
    case = world.at("department")
    revision = case.revision
    world.act(case, "ma", "refuse", revision=revision, opinion={"reasons": ["too_small"]})
    other = replace(world.cast.ma, user_id=999_999, label="李主任（东湖职业技术学院）")
    before = trace()
    with pytest.raises(Refusal) as caught:
        act(actor=other, case_id=case.pk, action="approve", revision=revision, opinion="同意。")
    assert trace() == before
    problem = caught.value.problems[0]
    assert problem.code == "PRC-103" and caught.value.status == 409
    assert "马主任（东湖职业技术学院）于10月15日10时00分在“院系初审”作了“不同意”" in problem.message


def test_a_double_click_is_harmless(world: World) -> None:
    case = world.at("department")
    revision = case.revision
    first = world.act(case, "ma", "approve", revision=revision, opinion="同意。")
    before = trace()
    again = world.act(case, "ma", "approve", revision=revision, opinion="同意。")
    assert trace() == before
    assert again.revision == first.revision
    assert refused(world, case, "ma", "approve", revision=revision, opinion="另一个意见。") == ["PRC-103"]


def test_a_repeated_appeal_or_withdrawal_is_harmless(world: World) -> None:
    case = world.at("refused")
    revision = case.revision
    world.act(case, "wu", "appeal", revision=revision, opinion="不服。")
    before = trace()
    world.act(case, "wu", "appeal", revision=revision, opinion="不服。")
    assert trace() == before
    revision += 1
    world.act(case, "wu", "withdraw", revision=revision)
    before = trace()
    world.act(case, "wu", "withdraw", revision=revision)
    assert trace() == before


def test_nobody_decides_the_own_case(world: World) -> None:
    case = world.at("department")
    both = replace(world.cast.ma, person_id=world.cast.people["wu"])
    with pytest.raises(Refusal) as caught:
        act(actor=both, case_id=case.pk, action="approve", revision=case.revision, opinion="同意。")
    assert caught.value.code == "PRC-107"


def test_nobody_decides_twice_where_another_must(world: World) -> None:
    case = world.at("bank")
    post = replace(world.cast.ma.posts[0], role="credit_officer")
    both = replace(world.cast.ma, posts=(*world.cast.ma.posts, post))
    with pytest.raises(Refusal) as caught:
        act(actor=both, case_id=case.pk, action="return", revision=case.revision, opinion={"items": [ITEM]})
    assert caught.value.code == "PRC-108"
    assert "院系初审" in caught.value.problems[0].message


def test_another_department_may_not(world: World) -> None:
    case = world.at("department")
    elsewhere = replace(world.cast.ma, posts=(replace(world.cast.ma.posts[0], department="机电工程系"),))
    everywhere = replace(world.cast.ma, posts=(replace(world.cast.ma.posts[0], department=""),))
    allowed = {a.id: a.why_not for a in available_actions(elsewhere, case)}
    assert allowed["approve"] is not None and allowed["approve"].code == "PRC-138"
    assert {a.id: a.why_not for a in available_actions(everywhere, case)}["approve"] is None


def test_a_withheld_post_names_the_second_factor(world: World) -> None:
    case = world.at("department")
    waiting = replace(world.cast.ma, posts=(), withheld=world.cast.ma.posts, withheld_because="second_factor")
    allowed = {a.id: a.why_not for a in available_actions(waiting, case)}
    assert allowed["approve"] is not None and allowed["approve"].code == "PRC-137"


def test_a_key_of_a_machine_decides_nothing(world: World) -> None:
    case = world.at("department")
    machine = replace(world.cast.ma, only=frozenset({"credit.deposit"}))
    with pytest.raises(Refusal):
        act(actor=machine, case_id=case.pk, action="approve", revision=case.revision, opinion="同意。")


def test_the_system_decides_nothing(world: World) -> None:
    case = world.at("department")
    with pytest.raises(Refusal) as caught:
        act(actor=SYSTEM, case_id=case.pk, action="approve", revision=case.revision, opinion="同意。")
    assert caught.value.code == "PRC-105"


def test_it_says_what_can_be_done_and_why_not(world: World) -> None:
    case = world.at("department")
    for who, expected in (
        ("ma", {"approve": None, "return": None, "refuse": None, "extend": None, "withdraw": "PRC-139"}),
        ("wu", {"approve": "PRC-134", "return": "PRC-134", "refuse": "PRC-134", "extend": "PRC-134", "withdraw": None}),
    ):
        found = {a.id: a.why_not.code if a.why_not else None for a in available_actions(world.cast.actor(who), case)}
        assert found == expected
    decided = world.at("refused")
    assert [(a.id, a.is_allowed) for a in available_actions(world.cast.wu, decided)] == [("appeal", True)]
    assert [(a.id, a.is_allowed) for a in available_actions(world.cast.ma, decided)] == [("appeal", False)]
    assert available_actions(world.cast.wu, world.at("granted")) == []


def test_what_is_said_to_be_available_can_be_done_and_nothing_else(world: World) -> None:
    full = {"text": "意见。", "reasons": ["other"], "items": [ITEM]}
    for place in ("department", "bank", "reconsider", "refused"):
        for who in ("wu", "zhao", "ma", "sun", "qian", "lin", "chen", "he"):
            case = world.at(place)
            actor = world.cast.actor(who)
            for available in available_actions(actor, case):
                if available.id == "extend":
                    continue
                point = transaction.savepoint()
                try:
                    world.act(
                        case,
                        who,
                        available.id,
                        opinion=full,
                        values=_answers(place, available.id),
                    )
                    done = True
                except Refusal:
                    done = False
                transaction.savepoint_rollback(point)
                assert done == available.is_allowed, (place, who, available.id)


def _answers(place: str, action: str) -> dict[str, str]:
    return {"form": "pass"} if (place, action) == ("bank", "approve") else {}


def test_only_those_concerned_read_a_case(world: World) -> None:
    case = world.at("department")
    for who in ("wu", "ma", "sun", "qian", "chen"):
        assert access_case_for(world.cast.actor(who), case.public_id) == case
    for who in ("zhao", "zhou", "zhang", "he", "operator", "lin"):
        with pytest.raises(Refusal) as caught:
            access_case_for(world.cast.actor(who), case.public_id)
        assert caught.value.code == "PRC-102"
    with pytest.raises(Refusal) as caught:
        access_case_for(world.cast.wu, "NOSUCHCASE22")
    assert caught.value.code == "PRC-102"


def test_opening_is_refused(world: World) -> None:
    def code(**more: Any) -> str:
        with pytest.raises(Refusal) as caught:
            world.open(**more)
        return caught.value.code

    before = trace()
    assert code(actor=world.cast.zhao) == "PRC-128"
    assert code(actor=world.cast.lin) == "PRC-128"
    assert code(definition="no-such") == "PRC-101"
    assert code(organisation_id=None) == "PRC-129"
    assert code(organisation_id=world.cast.province_bureau) == "PRC-129"
    assert trace() == before
    case = world.open()
    with pytest.raises(Refusal) as caught:
        world.open(subject=(SUBJECT, case.subject_id))
    assert caught.value.code == "PRC-130" and case.public_id in caught.value.problems[0].message


def test_a_broken_definition_is_logged_and_not_shown_to_the_learner(world: World, monkeypatch, caplog) -> None:
    from guantong.procedure.cases import library

    broken = {"id": "sample-request", "title": "样例申请", "steps": []}
    monkeypatch.setattr(library, "find_document", lambda code, region, on: (broken, "broken.yaml"))
    with pytest.raises(Refusal) as caught:
        world.open()
    (problem,) = caught.value.problems
    assert problem.code == "PRC-144" and "样例申请" in problem.message and problem.where.file is None
    assert "PRC-011" in caplog.text and "broken.yaml" in caplog.text


def test_the_definition_must_be_about_the_subject(world: World) -> None:
    with pytest.raises(ValueError, match="is about"):
        open_case(actor=world.cast.wu, definition="sample-request", region="990000", subject=("other", 1))


def test_the_log_takes_no_change(world: World) -> None:
    world.at("department")
    for change in (
        lambda: CaseAction.objects.filter(sequence=1).update(actor_label="别人"),
        lambda: CaseAction.objects.filter(sequence=1).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def drop_triggers() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER cases_caseaction_no_update")
            cursor.execute("DROP TRIGGER cases_caseaction_no_delete")
        else:
            cursor.execute("DROP TRIGGER cases_caseaction_append_only ON cases_caseaction")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda c: CaseAction.objects.filter(sequence=4).update(actor_label="别人"), "PRC-201"),
        (lambda c: CaseAction.objects.filter(sequence=4).update(opinion={"text": "不同意。"}), "PRC-201"),
        (lambda c: CaseAction.objects.filter(sequence=2).delete(), "PRC-202"),
        (lambda c: CaseAction.objects.filter(sequence=4).delete(), "PRC-205"),
        (lambda c: Case.objects.filter(pk=c.pk).update(step="department"), "PRC-203"),
        (lambda c: Case.objects.filter(pk=c.pk).update(facts={"credits": "40"}), "PRC-203"),
        (lambda c: Case.objects.filter(pk=c.pk).update(head_digest="0" * 64), "PRC-205"),
        (lambda c: Case.objects.filter(pk=c.pk).update(due_on="2031-01-01"), "PRC-207"),
        (lambda c: Deadline.objects.filter(case=c, state="open").delete(), "PRC-207"),
        (lambda c: _alter_version(c), "PRC-206"),
        (lambda c: CaseAction.objects.filter(sequence=4).update(action="refuse"), "PRC-204"),
    ],
)
def test_the_replay_finds_what_was_altered(world: World, change: Any, code: str) -> None:
    case = world.at("bank")
    assert verify_all().problems == []
    drop_triggers()
    change(case)
    _, problems = replay(Case.objects.select_related("version").get(pk=case.pk))
    assert code in {p.code for p in problems}


def _alter_version(case: Case) -> None:
    document = {**case.version.document, "title": "改过的"}
    type(case.version).objects.filter(pk=case.version_id).update(document=document)
