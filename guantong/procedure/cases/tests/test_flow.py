"""Fixed days, chosen destinations, named corrections, suspension and parallel review, each walked to its end."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import library
from guantong.procedure.cases.actions import extend_deadline, resume_case, scan_deadlines, suspend_case, withdraw_case
from guantong.procedure.cases.definition import Definition, read_definition
from guantong.procedure.cases.forms import action_forms
from guantong.procedure.cases.models import Case, CaseAction, Deadline
from guantong.procedure.cases.pages import case_parts
from guantong.procedure.cases.selectors import replay, standing, story

from .conftest import World
from .flow import FLOW, LOCAL, changed


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=CHINA_TIME)  # type: ignore[misc]


def parsed(*changes: tuple[str, str]) -> Definition:
    return read_definition(changed(*changes), file="flow.yaml")


def refused_as(work: Any, code: str) -> Refusal:
    with pytest.raises(Refusal) as refused:
        work()
    assert refused.value.code == code, refused.value.problems[0].sentence()
    return refused.value


# ---- fixed days -----------------------------------------------------------------------------------------------------


def test_a_fixed_day_is_the_next_one_and_its_last_second_still_counts(world: World) -> None:
    case = world.project_at("declare")
    assert case.due_on == date(2025, 12, 15)
    with clock.frozen_at(at(2025, 12, 15, 23, 59, 59)):
        assert world.act(case, "lin", "submit").step == "city"
    assert replay(Case.objects.get(pk=case.pk))[1] == []


def test_a_second_later_it_is_refused_and_the_scan_ends_it(world: World) -> None:
    case = world.project_at("declare")
    with clock.frozen_at(at(2025, 12, 16)):
        refusal = refused_as(lambda: world.act(case, "lin", "submit"), "PRC-121")
        assert "2025年12月15日" in refusal.problems[0].message
        assert scan_deadlines().lapsed == 1
    case.refresh_from_db()
    assert case.outcome == "lapsed" and replay(case)[1] == []


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        (at(2025, 12, 15, 0), date(2025, 12, 15)),
        (at(2025, 12, 15, 23, 59, 59), date(2025, 12, 15)),
        (at(2025, 12, 16, 0), date(2026, 12, 15)),
        (at(2026, 1, 1, 0), date(2026, 12, 15)),
    ],
)
def test_arriving_on_the_day_itself_leaves_until_its_midnight(world: World, moment: datetime, due: date) -> None:
    with clock.frozen_at(moment):
        case = world.project()
    assert case.due_on == due  # 2026-12-15 is a Tuesday, and a day off would not move it either
    deadline = Deadline.objects.get(case=case)
    assert deadline.due_at == datetime(due.year, due.month, due.day + 1, tzinfo=CHINA_TIME)
    assert not deadline.is_provisional


def test_a_fixed_day_is_extended_only_with_a_reason(world: World) -> None:
    case = world.project_at("declare")
    refused_as(lambda: extend_deadline(actor=world.cast.lin, case_id=case.pk, reason="  "), "PRC-126")
    case = extend_deadline(actor=world.cast.lin, case_id=case.pk, reason="系统停电。")
    assert case.due_on == date(2025, 12, 25)
    with clock.frozen_at(at(2025, 12, 20)):
        assert world.act(case, "lin", "submit").step == "city"
    assert replay(Case.objects.get(pk=case.pk))[1] == []


@pytest.mark.parametrize("by", ["02-29", "13-01", "12-15-2025", "someday", "Dec 15"])
def test_a_day_that_is_not_in_every_year_is_refused(by: str) -> None:
    refused_as(lambda: parsed(('by: "12-15"', f'by: "{by}"')), "PRC-010")


# ---- chosen destinations --------------------------------------------------------------------------------------------


def test_whoever_acts_chooses_where_it_goes(world: World) -> None:
    case = world.project_at("city")
    forms = {form.id: form for form in action_forms(world.cast.chen, case)}
    assert forms["forward"].destinations == (
        ("review", "三方评议"),
        ("province", "省级审定"),
        ("refused", "不予立项"),
    )
    before = CaseAction.objects.count()
    for to in ("", "correct", "nowhere"):
        refusal = refused_as(lambda to=to: world.act(case, "chen", "forward", opinion="转。", to=to), "PRC-154")
        assert "三方评议、省级审定、不予立项" in refusal.problems[0].do
    assert CaseAction.objects.count() == before
    case = world.act(case, "chen", "forward", opinion="不符合。", to="refused")
    assert case.outcome == "refused" and replay(case)[1] == []


def test_choices_are_written_only_where_one_chooses() -> None:
    for change in (
        ("to: chosen, choices: [review, province, refused]", "to: chosen"),
        ("to: chosen, choices: [review, province, refused]", "to: chosen, choices: [review]"),
        ("to: chosen, choices: [review, province, refused]", "to: province, choices: [review, refused]"),
    ):
        refused_as(lambda change=change: parsed(change), "PRC-036")
    refused_as(lambda: parsed(("choices: [review, province", "choices: [review, provinse")), "PRC-006")


# ---- corrections of what was named -----------------------------------------------------------------------------------


def test_only_what_was_named_can_be_corrected(world: World) -> None:
    case = world.project_at("correct")
    (form,) = [f for f in action_forms(world.cast.lin, case) if f.id == "submit"]
    assert [field.id for field, _ in form.fields] == ["amount"]
    before = CaseAction.objects.count()
    refusal = refused_as(lambda: world.act(case, "lin", "submit", values={"name": "另一个"}), "PRC-155")
    assert "项目名称" in refusal.problems[0].message and "投入" in refusal.problems[0].do
    refused_as(lambda: world.hand_in(case, "lin", "plan", digest="e"), "PRC-155")
    assert CaseAction.objects.count() == before
    materials = case_parts(world.cast.lin, case)["procedure"]["materials"]
    assert [shown.may_add for shown in materials] == [False, False]
    case = world.act(case, "lin", "submit", values={"name": "智能制造", "amount": "9000"})
    assert case.step == "city"
    from guantong.procedure.cases.declaring import declared_values

    assert declared_values(case, library.definition_of(case)) == {"name": "智能制造", "amount": 900000}
    assert replay(case)[1] == []


def test_a_named_material_may_be_handed_in_again_and_no_other(world: World) -> None:
    case = world.project_at("city")
    items = [{"on": "plan", "text": "缺盖章页。"}]
    case = world.act(case, "chen", "return", opinion={"items": items})
    refused_as(lambda: world.hand_in(case, "lin", "budget", digest="e"), "PRC-155")
    refused_as(lambda: world.act(case, "lin", "submit"), "PRC-116")
    world.hand_in(case, "lin", "plan", digest="e")
    assert world.act(case, "lin", "submit").step == "city"


def test_a_return_must_name_a_field_or_a_material(world: World) -> None:
    case = world.project_at("city")
    items = [{"on": "其他", "text": "请完善。"}]
    refusal = refused_as(lambda: world.act(case, "chen", "return", opinion={"items": items}), "PRC-156")
    assert "建设方案、预算表、项目名称、投入" in refusal.problems[0].do
    forms = {form.id: form for form in action_forms(world.cast.chen, case)}
    assert [place for place, _ in forms["return"].places] == ["plan", "budget", "name", "amount"]


def test_named_corrections_are_asked_for_by_a_return_with_items() -> None:
    refused_as(
        lambda: parsed(("to: correct, needs: [items]", "to: correct, needs: [opinion]")),
        "PRC-038",
    )
    refused_as(lambda: parsed(("    of: prefecture\n", "    of: prefecture\n    only_items: true\n")), "PRC-038")


def test_a_declaration_under_review_is_not_edited(world: World) -> None:
    case = world.project_at("city")
    before = CaseAction.objects.count()
    refused_as(lambda: world.hand_in(case, "lin", "plan", digest="e"), "PRC-119")
    refusal = refused_as(lambda: world.act(case, "lin", "submit", values={"amount": "1"}), "PRC-157")
    assert "东湖市教育局" in refusal.problems[0].message
    assert CaseAction.objects.count() == before


# ---- suspension -----------------------------------------------------------------------------------------------------


def suspended(world: World, moment: datetime) -> Case:
    case = world.project_at("city")
    with clock.frozen_at(moment):
        return suspend_case(actor=world.cast.chen, case_id=case.pk, revision=case.revision, reason="等候现场核查。")


def test_the_period_stands_still_and_runs_on(world: World) -> None:
    case = suspended(world, at(2025, 10, 22, 9))
    assert (case.is_suspended, case.due_on) == (True, date(2025, 11, 21))
    assert standing(case).waiting_for and story(case)[-1].title == "暂停办理"
    assert ("剩余期限", "5天，恢复后接着计算") in story(case)[-1].details
    with clock.frozen_at(at(2025, 11, 3, 9)):
        refusal = refused_as(lambda: world.act(case, "chen", "forward", opinion="同意。", to="province"), "PRC-150")
        assert "2025年11月21日" in refusal.problems[0].message
        refused_as(
            lambda: resume_case(actor=world.cast.chen, case_id=case.pk, revision=case.revision, reason=""), "PRC-152"
        )
        assert scan_deadlines().total == 0
        case = resume_case(actor=world.cast.chen, case_id=case.pk, revision=case.revision, reason="核查完成。")
    assert (case.is_suspended, case.due_on) == (False, date(2025, 11, 10))
    assert [(d.kind, d.state) for d in Deadline.objects.filter(case=case).order_by("pk")][-2:] == [
        ("step", "open"),
        ("suspension", "met"),
    ]
    assert replay(case)[1] == []
    with clock.frozen_at(at(2025, 11, 4)):
        refused_as(
            lambda: suspend_case(actor=world.cast.chen, case_id=case.pk, revision=case.revision, reason="再等。"),
            "PRC-151",
        )
        assert world.act(case, "chen", "forward", opinion="同意。", to="province").step == "province"
    assert replay(Case.objects.get(pk=case.pk))[1] == []


def test_at_its_longest_it_resumes_by_itself(world: World) -> None:
    case = suspended(world, at(2025, 10, 22, 9))
    assert scan_deadlines(at(2025, 11, 21, 23, 59, 59)).resumed == 0
    report = scan_deadlines(at(2025, 11, 22))
    assert report.resumed == 1 and "恢复办理1件" in report.sentence() and report.stuck == []
    case.refresh_from_db()
    assert (case.is_suspended, case.due_on) == (False, date(2025, 11, 28))
    assert ("原因", "暂停已到最长时间") in story(case)[-1].details
    assert scan_deadlines(at(2025, 11, 22, 1)).total == 0
    assert replay(case)[1] == []


def test_a_suspended_case_may_be_withdrawn_and_leaves_no_open_deadline(world: World) -> None:
    case = suspended(world, at(2025, 10, 22, 9))
    with clock.frozen_at(at(2025, 10, 23)):
        case = withdraw_case(actor=world.cast.lin, case_id=case.pk, revision=case.revision)
    assert case.outcome == "withdrawn" and not case.is_suspended
    assert not Deadline.objects.filter(case=case, state__in=["open", "suspended"]).exists()
    assert replay(case)[1] == []


def test_only_the_step_itself_suspends_with_a_reason(world: World) -> None:
    case = world.project_at("city")
    given = {"case_id": case.pk, "revision": case.revision}
    refused_as(lambda: suspend_case(actor=world.cast.chen, reason=" ", **given), "PRC-152")
    refused_as(lambda: suspend_case(actor=world.cast.he, reason="等。", **given), "PRC-105")
    refused_as(lambda: resume_case(actor=world.cast.chen, reason="等。", **given), "PRC-153")
    declaring = world.project_at("declare")
    refused_as(
        lambda: suspend_case(actor=world.cast.lin, case_id=declaring.pk, revision=declaring.revision, reason="等。"),
        "PRC-151",
    )


def test_a_suspension_needs_a_period_that_can_stand_still() -> None:
    line = f"    suspension: {{most_days: 30, times: 1, {LOCAL}}}\n"
    deadline = f"    deadline: {{working_days: 10, {LOCAL}}}\n    on_timeout: remind\n    remind_before: 2\n"
    for change in (
        ((deadline, ""),),
        ((deadline, deadline.replace("working_days: 10", 'by: "12-15"')),),
        ((line, ""), ("    of: declarer\n    deadline", f"    of: declarer\n{line}    deadline")),
    ):
        refused_as(lambda change=change: parsed(*change), "PRC-037")


def test_the_sample_itself_is_sound() -> None:
    assert parsed().digest == read_definition(FLOW, file="x").digest


def test_the_example_of_the_documentation_is_right() -> None:
    import textwrap
    from pathlib import Path

    text = (Path(__file__).parents[4] / "docs" / "dev" / "procedures.md").read_text("utf-8")
    block = text.split("## Levels, several reviewers", 1)[1].split("```yaml\n", 1)[1].split("```", 1)[0]
    start, end = FLOW.index("  - id: city\n"), FLOW.index("  - id: province\n")
    whole = FLOW[:start] + textwrap.indent(block, "  ") + FLOW[end:]
    found = read_definition(whole, file="docs/dev/procedures.md")
    parallel_step = found.steps["review"].parallel
    assert parallel_step is not None and parallel_step.needed == 2 and found.steps["correct"].only_items
