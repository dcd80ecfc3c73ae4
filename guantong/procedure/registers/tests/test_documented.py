"""The examples of docs/dev/procedures.md about notices and titles are read as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

from guantong.procedure.cases.definition import Definition, read_definition
from guantong.procedure.registers.actions.writing import kept_of

GUIDE = Path(__file__).resolve().parents[4] / "docs" / "dev" / "procedures.md"
HEAD = """\
id: from-the-guide
version: "1"
title: 指南里的例子
systems: [T3]
in_force_from: 2024-09-01
source: local
note: 只为测试而写。
who_may_declare: {roles: [academic_officer], of: school}
"""
NO_APPEAL = "appeal: {none: 可以向主管部门反映。, source: local, note: 测试。}\n"
REVIEW = """\
steps:
  - id: review
    title: 审核
    role: bureau_reviewer
    of: authority
    actions:
"""


def example(heading: str, number: int = 0) -> str:
    """The example with this number under a heading of the guide."""
    section = GUIDE.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```yaml\n(.*?)```", section, re.S)[number]


def read(text: str) -> Definition:
    return read_definition(text, file="guide.yaml")


def test_the_notice_of_the_guide():
    steps = "".join(f"  {line}\n" for line in example("A public notice, and objections to it").splitlines())
    form = "subject: tests.guide\nform: [{id: name, title: 名称, kind: text}]\n"
    action = "      - {id: submit, title: 提交, to: notice, needs: [declaration]}\n"
    outcomes = "outcomes: [{id: recognised, title: 认定, kind: granted, notice: 已经认定。}]\n"
    found = read(HEAD + form + REVIEW + action + steps + outcomes + NO_APPEAL)
    assert found.steps["notice"].ways[0].to == "review"


def test_the_titles_of_the_guide():
    fields = "  - {id: level, title: 等级, kind: text}\n  - {id: programme, title: 专业, kind: text}\n"
    form = f"subject: tests.guide\nform:\n{fields}"
    action = "      - {id: approve, title: 认定, to: recognised, needs: [declaration]}\n"
    grants = kept_of(read(HEAD + form + REVIEW + action + example("Titles and registers") + NO_APPEAL)).grants
    assert grants is not None and grants.item == "declared.programme"
    actions = "".join(
        f"      - {{id: to_{to}, kind: approve, title: 办理, to: {to}}}\n"
        for to in ("renewed", "suspended", "restored", "taken", "kept")
    )
    about = kept_of(read(HEAD + REVIEW + actions + example("Titles and registers", 1) + NO_APPEAL)).about
    assert about is not None and about.opens == "11-01"
