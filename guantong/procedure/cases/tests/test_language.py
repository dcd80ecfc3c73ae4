"""What a definition may say: computations, counts of the law, principles, branches, years, blocks; and faults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from guantong.base import lawbook
from guantong.kernel.refusal import Refusal
from guantong.policy.reading.blocks import expand
from guantong.policy.schema.shapes import Place, RawEntry
from guantong.procedure.cases import library, machine
from guantong.procedure.cases.branching import branch_of
from guantong.procedure.cases.declaring import kind_of_fact
from guantong.procedure.cases.definition import Definition, parse_definition, read_definition, read_placed
from guantong.procedure.cases.definition.differences import differences
from guantong.procedure.cases.periods import due_after
from guantong.procedure.conditions import Computed, Leaf, Parameter, nodes_of

from .conftest import Told, World
from .sample import changed
from .test_deadlines import china

FORM = """\
form:
  - {id: kind, title: 学校类别, kind: choice, choices: [{id: city, title: 市属}, {id: county, title: 县属}]}
  - {id: dual, title: 双师型教师, kind: integer, unit: 人, least: "0"}
  - {id: part, title: 兼职双师型教师, kind: integer, unit: 人, required: false}
  - {id: teachers, title: 专业课教师, kind: integer, unit: 人, least: "0"}
  - {id: spent, title: 设备值, kind: money, required: false}
  - {id: since, title: 成立日期, kind: date, required: false}
  - {id: text, title: 说明, kind: text, required: false}
conditions:
  id: whole
  label: 全部条件
  all:
    - id: share
      label: 双师型教师占比
      share: [declared.dual, declared.teachers]
      at_least: {parameter: tests.share}
      references: [{document: demo-credit-bank-2024, clause: 第十七条}]
    - id: total
      label: 双师型教师（含兼职）
      principle: true
      sum: [declared.dual, declared.part]
      at_least: 5
      references: [{document: demo-credit-bank-2024, clause: 第十八条}]
    - id: some
      label: 两项之一
      at_least: {parameter: tests.count}
      of:
        - {id: old, label: 成立满三年, years: [declared.since, case.day], at_least: 3, source: local, note: 测试。}
        - {id: told, label: 有说明, fact: declared.text, present: true, source: local, note: 测试。}
"""
SUBMIT = "{id: submit, title: 提交, to: department, needs: [materials]}"
BRANCHED = """\
id: submit
        title: 提交
        to: when
        needs: [declaration, conditions]
        when:
          - {fact: declared.kind, in: [city], to: bank, source: local, note: 测试。}
          - {to: department, source: local, note: 测试。}"""
PARTS = (
    ("steps:\n", FORM + "steps:\n"),
    (SUBMIT, BRANCHED),
    ("to: back, needs: [materials]", "to: back, needs: [declaration, conditions]"),
    ("deadline: {days: 10,", "deadline: {years: 1,"),
)
TEXT = changed(*PARTS)
UNITS = {
    "credit.application.bank_working_days": "working_days",
    "tests.share": "percent",
    "tests.count": "count",
    "tests.years": "years",
    "tests.months": "months",
}


def read(text: str, **more: Any) -> Definition:
    return read_definition(text, file="sample.yaml", parameters=UNITS, facts=kind_of_fact, checks=(), **more)


def test_a_definition_says_all_of_it_and_is_read_again_from_its_stored_form() -> None:
    found = read(TEXT)
    assert found.conditions is not None
    nodes = {node.id: node for node in nodes_of(found.conditions)}
    share, total, some = nodes["share"], nodes["total"], nodes["some"]
    assert isinstance(share, Leaf) and share.computed == Computed("share", ("declared.dual", "declared.teachers"))
    assert total.is_principle and not share.is_principle
    assert getattr(some, "count", None) == Parameter("tests.count")
    assert [branch.to for branch in found.steps["declare"].actions[0].branches] == ["bank", "department"]
    deadline = found.steps["correct"].deadline
    assert deadline is not None and (deadline.count, deadline.unit) == (1, "years")
    assert parse_definition(found.document, file="stored") == found


TERMS, COUNT = "[declared.dual, declared.teachers]", "{parameter: tests.count}"


@pytest.mark.parametrize(
    ("code", "place", "old", "new"),
    [
        ("PRC-026", "conditions.all.0.share.0", TERMS, "[declared.duel, declared.teachers]"),
        ("PRC-029", "conditions.all.0", TERMS, "[declared.dual]"),
        ("PRC-029", "conditions.all.0", TERMS, "[declared.dual, declared.part, declared.part]"),
        ("PRC-029", "conditions.all.0", TERMS, "[declared.dual, declared.spent]"),
        ("PRC-029", "conditions.all.0", TERMS, "[declared.dual, declared.text]"),
        ("PRC-029", "conditions.all.0", TERMS, "[declared.dual, 7]"),
        ("PRC-029", "conditions.all.0", "share: [", "fact: declared.dual\n      share: ["),
        ("PRC-029", "conditions.all.1", "at_least: 5", "present: true"),
        ("PRC-029", "conditions.all.0.share.0", "[declared.dual,", "[{sum: [declared.dual], ratio: [a]},"),
        ("PRC-002", "conditions.all.0.shares", "share: [", "fact: declared.dual\n      shares: ["),
        ("PRC-031", "conditions.all.0.at_least", "{parameter: tests.share}", "{parameter: tests.years}"),
        ("PRC-031", "conditions.all.0.at_least", "share: [", "ratio: ["),
        ("PRC-027", "conditions.all.2.at_least", "{parameter: tests.count}", "{parameter: tests.gone}"),
        ("PRC-029", "conditions.all.2", "{parameter: tests.count}", "{parameter: tests.years}"),
        ("PRC-029", "conditions.all.2", COUNT, "{parameter: tests.count, scope_of: declared.dual}"),
        ("PRC-029", "conditions.all.0", "tests.share}", "tests.share, scope: a, scope_of: declared.kind}"),
        ("PRC-029", "conditions", "label: 全部条件\n", "label: 全部条件\n  principle: true\n"),
        ("PRC-029", "conditions.all.2.of.1", "present: true,", "present: true, principle: true,"),
        ("PRC-004", "conditions.all.1.principle", "principle: true", "principle: 是"),
        ("PRC-061", "steps.0.actions.0.when", "to: when", "to: bank"),
        ("PRC-061", "steps.0.actions.0.when.0", "fact: declared.kind, in: [city], ", ""),
        ("PRC-061", "steps.0.actions.0.when.1", "- {to: department,", "- {fact: declared.dual, at_least: 1, to: bank,"),
        ("PRC-061", "steps.0.actions.0.when.0", "fact: declared.kind, in: [city]", "fact: declared.part, at_least: 1"),
        ("PRC-031", "steps.0.actions.0.when.0.in", "in: [city]", "in: [town]"),
        ("PRC-004", "steps.0.actions.0.when.0.to", "to: bank, source", "to: back, source"),
        ("PRC-006", "steps.0.actions.0.when.0.to", "to: bank, source", "to: banc, source"),
        ("PRC-012", "steps.0.actions.0.when.1.references", "department, source: local, note: 测试。}", "bank}"),
        ("PRC-004", "steps.2.deadline.years", "years: 1,", "years: 31,"),
        ("PRC-010", "steps.2.deadline", "years: 1,", "years: 1, days: 3,"),
        ("PRC-014", "form.6.id", "{id: text, title: 说明", "{id: principle_reason, title: 说明"),
    ],
)  # fmt: skip
def test_each_fault_is_named_with_its_place(code: str, place: str, old: str, new: str) -> None:
    assert old in TEXT
    with pytest.raises(Refusal) as refused:
        read(TEXT.replace(old, new, 1))
    assert (code, place) in [(p.code, p.where.title) for p in refused.value], [
        (p.code, p.where.title, p.message) for p in refused.value
    ]
    assert all(p.where.line for p in refused.value)


@pytest.mark.parametrize(
    ("written", "start", "due"),
    [
        ("{years: 1,", china(2024, 2, 29), date(2025, 2, 28)),
        ("{months: 6,", china(2025, 8, 31), date(2026, 2, 28)),
        ("{years: 1,", china(2024, 9, 30), date(2025, 9, 30)),
        ("{years: 1,", china(2024, 10, 1), date(2025, 10, 9)),
    ],
)
def test_periods_in_months_and_years_end_with_the_day_of_the_same_date(written: str, start: Any, due: date) -> None:
    duration = read(TEXT.replace("{years: 1,", written, 1)).steps["correct"].deadline
    assert duration is not None
    law = library.law_on(date(2025, 10, 1), "990000")
    found = due_after(duration, start, law)
    if law.calendar.is_working_day(due):
        assert found.on == due
    else:
        assert found.on > due, "a day off moves to the next working day"


@pytest.mark.parametrize(("kind", "to"), [("city", "bank"), ("county", "department")])
def test_what_was_declared_says_where_it_goes(kind: str, to: str) -> None:
    definition = read(TEXT)
    action = definition.steps["declare"].actions[0]
    taken = branch_of(definition, action, {"kind": kind}, None)
    assert taken == to
    _, after = machine.take(definition, machine.begin(definition), "submit", to=taken)
    assert after.step == to
    with pytest.raises(machine.Impossible):
        machine.take(definition, machine.begin(definition), "submit", to="correct")


def test_a_branch_the_law_leaves_open_is_refused() -> None:
    text = TEXT.replace("in: [city]", "in: {parameter: tests.list}")
    definition = read_definition(text, file="x", facts=kind_of_fact)
    with pytest.raises(Refusal) as refused:
        branch_of(definition, definition.steps["declare"].actions[0], {"kind": "city"}, None)
    assert refused.value.code == "PRC-171"


# ---- blocks --------------------------------------------------------------------------------------------------------

BLOCK = RawEntry(
    "990000",
    "blocks",
    "again",
    None,
    {
        "id": "again",
        "takes": ["role"],
        "content": {
            "against": ["refused"],
            "steps": [
                {
                    "id": "reconsider",
                    "title": "申诉复核",
                    "role": "$role",
                    "of": "authority",
                    "actions": [
                        {"id": "uphold", "kind": "refuse", "title": "维持", "to": "upheld", "needs": ["opinion"]},
                        {"id": "overturn", "kind": "approve", "title": "改", "to": "overturned", "needs": ["opinion"]},
                    ],
                }
            ],
        },
    },
    None,
    None,
    Place("blocks/again.yaml", 2),
    {"content.steps[0].role": 9},
)
USED = """\
appeal:
  use: again
  with: {role: bureau_reviewer}
  within: {working_days: 15, source: local, note: 测试。}
  further: 您还可以向省教育厅反映。
  source: local
  note: 测试。
"""


def used(role: str = "bureau_reviewer", block: RawEntry = BLOCK) -> Any:
    text = changed(("", ""))
    text = text[: text.index("appeal:\n")] + USED.replace("bureau_reviewer", role)

    def put_in(data: Mapping[str, object], lines: Mapping[str, int], top: Place) -> Any:
        return expand(data, lines, top, {"again": block}.get, ("again",))

    return text, put_in


def test_a_fault_of_a_block_is_told_in_the_file_of_the_block() -> None:
    text, put_in = used("nobody")
    with pytest.raises(Refusal) as refused:
        read(text, put_in=put_in)
    (problem,) = refused.value.problems
    assert (problem.code, problem.where.file, problem.where.line) == ("PRC-009", "blocks/again.yaml", 9)
    text, put_in = used()
    (placed,) = read_placed(text, file="own.yaml", put_in=put_in)
    assert placed.where("appeal.steps.0.role").file == "blocks/again.yaml"
    assert placed.where("steps.0").file == "own.yaml" and placed.where("appeal.within").file == "own.yaml"
    text = text.replace("use: again", "use: agian")
    with pytest.raises(Refusal) as refused:
        read(text, put_in=put_in)
    assert refused.value.code == "REG-048" and "您是否想写“again”" in str(refused.value)


def test_the_version_of_a_definition_covers_its_blocks_and_tells_what_they_change() -> None:
    before = read(used()[0], put_in=used()[1])
    data: Any = {**BLOCK.data, "content": {**BLOCK.data["content"], "against": ["refused", "lapsed"]}}  # type: ignore[dict-item]
    later = RawEntry("990000", "blocks", "again", None, data, None, None, BLOCK.place, BLOCK.lines)
    after = read(used()[0], put_in=used(block=later)[1])
    assert before.digest != after.digest and differences(before, after)
    assert before.document["appeal"]["steps"][0]["role"] == "bureau_reviewer"  # type: ignore[index]
    assert parse_definition(before.document, file="stored") == before, "what a case keeps is whole"


def test_definitions_of_the_book_that_use_blocks_are_short_and_whole() -> None:
    policy = lawbook.current_policy()
    root = Path(policy.root)
    longest = {file.name: len(file.read_text().splitlines()) for file in root.glob("[0-9]*/procedures/*.yaml")}
    assert {name for name in longest if name.startswith("t6-") and longest[name] > 150} == set()
    for held in policy.folders.values():
        for entry in held.raw.get("procedures", ()):
            assert "use" not in entry.data and "with" not in entry.data


# ---- principles in a case ------------------------------------------------------------------------------------------

PRINCIPLED = changed(
    ("steps:\n", FORM.replace("{parameter: tests.share}", "50").replace("{parameter: tests.count}", "1") + "steps:\n"),
    (SUBMIT, SUBMIT.replace("[materials]", "[declaration, conditions]")),
    ("to: back, needs: [materials]", "to: back, needs: [declaration, conditions]"),
)
GIVEN = {"kind": "city", "dual": "2", "part": "1", "teachers": "4", "text": "有"}


@pytest.fixture
def school(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    document = read(PRINCIPLED).document
    monkeypatch.setattr(library, "find_document", lambda code, region, on: (document, "sample.yaml"))
    return world


def page(world: World, case: Any, who: str, **more: Any) -> str:
    from .test_conditions import page as shown

    return shown(world, case, who, **more)


def test_a_principle_not_met_is_shown_and_passed_only_with_a_reason(school: World, told: Told) -> None:
    from guantong.procedure.cases.selectors import replay, story

    case = school.open(form=GIVEN)
    html = page(school, case, "wu")
    assert "原则上没有达到" in html and "没有达到也可以提交" in html and "第十八条" in html
    case = school.act(case, "wu", "submit")
    assert case.step == "department", "a principle refuses nobody"
    html = page(school, case, "ma")
    assert "原则上没有达到" in html and "仍然通过的理由" in html and 'name="approve.principle_reason"' in html
    assert 'name="refuse.principle_reason"' not in html
    with pytest.raises(Refusal) as refused:
        school.act(case, "ma", "approve", opinion="同意。")
    assert [(p.code, p.where.column) for p in refused.value] == [("PRC-112", "principle_reason")]
    values = {"principle_reason": "新建专业，两年内补足。"}
    case = school.act(case, "ma", "approve", opinion="同意。", values=values)
    assert case.step == "bank"
    line = case.log.latest("sequence")
    assert line.details["principles"] == [{"id": "total", "label": "双师型教师（含兼职）"}]
    assert line.values == values
    told_line = story(case)[-1]
    assert ("原则上的要求没有达到，仍然通过的理由", "新建专业，两年内补足。") in told_line.values
    assert ("原则上没有达到的要求", "双师型教师（含兼职）") in told_line.details
    assert replay(case)[1] == []
    from guantong.procedure.cases.actions import act

    repeated = act(
        actor=school.cast.actor("ma"), case_id=case.pk, action="approve", revision=case.revision - 1, opinion="同意。",
        values=values,
    )  # fmt: skip
    assert repeated.log.count() == case.log.count(), "a double click is harmless"
    with pytest.raises(Refusal) as other:
        act(
            actor=school.cast.actor("ma"), case_id=case.pk, action="approve", revision=case.revision - 1,
            opinion="同意。", values={"principle_reason": "另一个理由。"},
        )  # fmt: skip
    assert other.value.code == "PRC-103"


def test_a_principle_that_is_met_asks_nobody_for_a_reason(school: World, told: Told) -> None:
    case = school.act(school.open(form={**GIVEN, "dual": "4"}), "wu", "submit")
    assert "principle_reason" not in page(school, case, "ma")
    case = school.act(case, "ma", "approve", opinion="同意。")
    assert case.step == "bank" and "principles" not in case.log.latest("sequence").details


def test_a_case_goes_where_its_declaration_leads(school: World, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    from guantong.procedure.cases.selectors import replay

    text = PRINCIPLED.replace(SUBMIT.replace("[materials]", "[declaration, conditions]"), BRANCHED)
    document = read(text).document
    monkeypatch.setattr(library, "find_document", lambda code, region, on: (document, "sample.yaml"))
    for kind, to in (("city", "bank"), ("county", "department")):
        case = school.act(school.open(form={**GIVEN, "kind": kind}), "wu", "submit")
        assert case.step == to and case.log.latest("sequence").details["to"] == to
        assert replay(case)[1] == []
        assert "转到哪里" not in page(school, case, "ma")
