"""Worked examples: every one of every region holds, and the runner notices what does not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from guantong.base.lawbook import current_policy
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.definition import Definition, read_definition
from guantong.procedure.cases.worked import read_examples, run_examples, run_one
from guantong.procedure.cases.worked.running import failing

DEFINITION = """\
id: sample-title
version: "1"
title: 样例认定
systems: [T5]
in_force_from: 2024-09-01
source: local
note: 只为测试而写。
subject: projects.declaration
who_may_declare: {roles: [registrar], of: school}
form:
  - {id: years, title: 年数, kind: decimal}
  - {id: papers, title: 论文, kind: integer, required: false}
  - {id: prizes, title: 获奖, kind: integer, required: false}
materials:
  - {id: proof, title: 证明, source: local, note: 测试。}
conditions:
  id: whole
  label: 条件
  all:
    - {id: enough, label: 满三年, fact: declared.years, at_least: 3, source: local, note: 测试。}
    - id: results
      label: 两项至少一项
      any:
        - {id: papers, label: 有论文, fact: declared.papers, at_least: 1, source: local, note: 测试。}
        - {id: before, label: 已有称号, fact: title.sample-other, present: true, source: local, note: 测试。}
reasons:
  - {id: other, title: 其他原因。, source: local, note: 测试。}
steps:
  - id: declare
    title: 申报
    of: declarer
    actions: [{id: submit, title: 提交, to: review, needs: [declaration, conditions, materials]}]
  - id: review
    title: 审核
    role: bureau_reviewer
    of: authority
    deadline: {working_days: 5, source: local, note: 测试。}
    on_timeout: remind
    actions:
      - {id: approve, title: 同意, to: decide, needs: [opinion]}
      - {id: refuse, title: 不同意, to: refused, needs: [reasons]}
  - id: decide
    title: 审批
    role: bureau_approver
    of: authority
    different_from: [review]
    deadline: {working_days: 3, source: local, note: 测试。}
    on_timeout: {lapse: lapsed}
    actions: [{id: approve, title: 准予, to: granted, needs: [opinion]}]
outcomes:
  - {id: granted, title: 准予, kind: granted, notice: 准予。}
  - {id: refused, title: 不予, kind: refused, notice: 不予。}
  - {id: lapsed, title: 逾期, kind: lapsed, notice: 逾期。}
  - {id: upheld, title: 维持, kind: upheld, notice: 维持。}
appeal:
  against: [refused]
  within: {working_days: 7, source: local, note: 测试。}
  source: local
  note: 测试。
  further: 可以向上级反映。
  steps:
    - id: reconsider
      title: 复核
      role: bureau_approver
      of: authority
      actions: [{id: refuse, title: 维持, to: upheld, needs: [opinion]}]
"""

HEAD = """\
procedure: sample-title
region: "990000"
on: 2025-10-09
declared: {years: "3", papers: 1}
examples:
"""


@pytest.fixture(scope="module")
def definition() -> Definition:
    return read_definition(DEFINITION, file="sample.yaml")


def told(definition: Definition, examples: str) -> str:
    """What the runner says of the examples; empty when all hold."""
    law = current_policy().law("990000", date(2025, 10, 9))
    found = read_examples(HEAD + examples, file="examples.yaml")
    return failing(problem for example in found for problem in run_one(example, definition, law))


def test_every_example_of_every_region_holds_and_none_is_missing() -> None:
    run, problems = run_examples(current_policy(), Path(settings.REGIONS))
    assert failing(problems) == ""
    files = Path(settings.REGIONS).glob("[0-9]*/cases/procedures/*.yaml")
    assert run >= len(list(files))


HOLDS = """\
- name: 够条件，走到准予
  expect: met
  missing: []
  states: {papers: met, before: not_met}
  walk:
    - {at: declare, do: submit, who: registrar}
    - {at: review, due: 2025-10-15, do: approve, who: bureau_reviewer, name: 王, opinion: 同意。, on: 2025-10-10}
    - {at: decide, due: 2025-10-14, do: approve, who: bureau_approver, name: 李, opinion: 准予。}
  ends: granted
- name: 只有两年半
  declared: {years: "2.5"}
  expect: not_met
  missing: [enough]
  walk: [{do: submit}]
  refused: PRC-145
- name: 没有论文，有称号
  declared: {papers: null}
  facts: {title.sample-other: 2024-09-01}
  expect: met
- name: 两项都没有
  declared: {papers: 0}
  missing: [results]
  walk: [{do: submit}]
  refused: PRC-147
- name: 没有填年数
  declared: {years: null}
  expect: unknown
  walk: [{do: submit}]
  refused: PRC-112
- name: 缺材料
  materials: []
  walk: [{do: submit}]
  refused: PRC-115
- name: 岗位不对
  walk: [{do: submit}, {do: approve, who: registrar, opinion: 同意。}]
  refused: PRC-105
- name: 同一个人审两次
  walk:
    - {do: submit}
    - {do: approve, name: 王, opinion: 同意。}
    - {do: approve, name: 王, opinion: 准予。}
  refused: PRC-108
- name: 期满以后不能办，自动终止
  walk:
    - {do: submit}
    - {do: approve, opinion: 同意。}
    - {do: approve, opinion: 准予。, on: 2025-10-15}
  refused: PRC-121
- name: 期满终止
  walk: [{do: submit}, {do: approve, opinion: 同意。}, {do: lapse, on: 2025-10-15}]
  ends: lapsed
- name: 不服，逾期申诉
  walk: [{do: submit}, {do: refuse, reasons: [other]}, {do: appeal, opinion: 不服。, on: 2025-10-21}]
  refused: PRC-122
- name: 不服，申诉后维持
  walk:
    - {do: submit}
    - {do: refuse, reasons: [other]}
    - {do: appeal, opinion: 不服。, due: 2025-10-17, on: 2025-10-17}
    - {do: refuse, who: bureau_approver, opinion: 维持。}
  ends: upheld
- name: 撤回没有写
  walk: [{do: withdraw}]
  refused: PRC-124
"""


def test_what_holds_holds(definition: Definition) -> None:
    assert told(definition, HOLDS) == ""


@pytest.mark.parametrize(
    ("example", "word"),
    [
        ('{name: a, declared: {years: "2"}, expect: met}', "满三年"),
        ("{name: a, expect: not_met}", "各项都达到"),
        ("{name: a, missing: [enough]}", "缺少 （没有）"),
        ("{name: a, states: {papers: not_met}}", "得到的是met"),
        ("{name: a, states: {gone: met}}", "没有这项条件"),
        ("{name: a, facts: {title.gone: 2024-01-01}, expect: met}", "没有用到"),
        ("{name: a, declared: {years: 许多}, expect: met}", "应当是数"),
        ("{name: a, walk: [{do: submit}], ends: granted}", "到“review”"),
        ("{name: a, walk: [{do: submit}], refused: PRC-145}", "走到“review”"),
        ("{name: a, walk: [{at: review, do: submit}], ends: review}", "不在“review”"),
        ("{name: a, walk: [{do: submit}, {due: 2025-10-17, do: lapse}], ends: lapsed}", "算得2025-10-15"),
        ("{name: a, walk: [{do: submit}, {do: approve}], ends: decide}", "PRC-109"),
        ("{name: a, walk: [{do: submit}, {way: decide}], ends: decide}", "没有由"),
        ("{name: a, walk: [{do: fly}], ends: review}", "PRC-104"),
        ("{name: a, walk: [{do: submit, on: 2025-10-08}], ends: review}", "早于前一步"),
    ],
)
def test_what_does_not_hold_is_told(definition: Definition, example: str, word: str) -> None:
    found = told(definition, f"- {example}\n")
    assert word in found and "examples.yaml:6" in found


@pytest.mark.parametrize(
    "example",
    [
        "{name: a}",
        "{name: a, expects: met}",
        "{name: a, expect: maybe}",
        "{name: a, walk: [{do: submit}]}",
        "{name: a, walk: [{do: submit, way: x}], ends: review}",
        "{name: a, ends: review}",
        "{expect: met}",
        "{name: a, on: 明天, expect: met}",
    ],
)
def test_examples_written_wrongly_are_refused_with_their_line(example: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_examples(f"{HEAD}- {example}\n", file="examples.yaml")
    [problem] = caught.value.problems
    assert (problem.code, problem.where.line) == ("PRC-041", 6)


def test_a_procedure_without_examples_is_told(tmp_path: Path) -> None:
    """Against an empty folder of examples every procedure that needs some is named."""
    policy = current_policy()
    _, problems = run_examples(policy, tmp_path)
    needing = {
        entry.id
        for held in policy.folders.values()
        for entry in held.raw.get("procedures", ())
        if entry.data.get("subject") in ("projects.declaration", "registers.title", "publicity.complaint")
    }
    assert {problem.code for problem in problems} <= {"PRC-043"}
    assert len(problems) >= len(needing)
