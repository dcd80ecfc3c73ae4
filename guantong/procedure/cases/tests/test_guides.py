"""Every example of docs/dev/procedures.md and docs/desks/procedures.md is read and checked as it stands there.

Those about the whole example, levels, declarations, rounds, panels, notices and titles, and the files one writes by the
book, are tested with their rooms (see ``READ_ELSEWHERE``); the rest is read here.
"""

from __future__ import annotations

import re
import textwrap
from datetime import date
from pathlib import Path

import pytest
import yaml

from guantong.base.lawbook import current_policy
from guantong.policy.reading.blocks import check_block, expand
from guantong.policy.schema.shapes import Place, RawEntry
from guantong.procedure.cases.declaring import kind_of_fact
from guantong.procedure.cases.definition import Definition, read_definition
from guantong.procedure.cases.definition.reading import PutIn
from guantong.procedure.cases.library import put_in_of
from guantong.procedure.cases.worked import read_examples, run_one
from guantong.procedure.cases.worked.running import failing
from guantong.procedure.conditions import Computed, Leaf, Parameter, nodes_of

from .sample import changed

ROOT = Path(__file__).resolve().parents[4]
GUIDE, HANDBOOK = "docs/dev/procedures.md", "docs/desks/procedures.md"
HERE = {
    (GUIDE, "Computations, numbers of the law, principles"),
    (GUIDE, "Ways by what was declared, months and years"),
    (GUIDE, "Shared blocks"),
    (GUIDE, "Worked examples"),
    (HANDBOOK, "三、可以写的词"),
}
READ_ELSEWHERE = {
    (GUIDE, "A whole example"): "procedure/cases/tests/test_definition.py",
    (GUIDE, "Levels, several reviewers, standing still"): "procedure/cases/tests/test_flow.py",
    (GUIDE, "What is declared, and what must hold"): "procedure/cases/tests/test_conditions.py",
    (GUIDE, "Rounds and quotas"): "procedure/panels/tests/test_documented.py",
    (GUIDE, "A panel of reviewers"): "procedure/panels/tests/test_documented.py",
    (GUIDE, "A public notice, and objections to it"): "procedure/registers/tests/test_documented.py",
    (GUIDE, "Titles and registers"): "procedure/registers/tests/test_documented.py",
    (GUIDE, "Adding a procedure, step by step, without Python"): "domains/projects/tests/test_by_the_book.py",
    (HANDBOOK, "四、写认定"): "domains/projects/tests/test_by_the_handbook.py",
    (HANDBOOK, "五、写年度报告和撤销"): "domains/projects/tests/test_by_the_handbook.py",
    (HANDBOOK, "六、写例子"): "domains/projects/tests/test_by_the_handbook.py",
}
SUBMIT = "{id: submit, title: 提交, to: department, needs: [materials]}"
ASKING = SUBMIT.replace("[materials]", "[declaration, conditions]")


def examples(document: str) -> list[tuple[str, str]]:
    """(heading, YAML) of every example of a document, in order."""
    text = (ROOT / document).read_text("utf-8")
    parts = re.split(r"^#{2,3} (.+)$", text, flags=re.MULTILINE)[1:]
    return [
        (heading, block)
        for heading, body in zip(parts[::2], parts[1::2], strict=True)
        for block in re.findall(r"```yaml\n(.*?)```", body, re.DOTALL)
    ]


def example(document: str, heading: str) -> str:
    """The only example under a heading."""
    (found,) = [block for title, block in examples(document) if title == heading]
    return found


def test_no_example_is_left_unread() -> None:
    found = {(document, heading) for document in (GUIDE, HANDBOOK) for heading, _ in examples(document)}
    assert found == HERE | set(READ_ELSEWHERE)
    for (document, heading), file in READ_ELSEWHERE.items():
        text = (ROOT / "guantong" / file).read_text("utf-8")
        if "test_handbook_slips import FILES" in text:  # the files of the handbook, one by one
            assert all(block.startswith("# regions/") for title, block in examples(HANDBOOK) if title == heading)
        else:
            name = Path(document).name
            assert name in text and (
                heading[:20] in text or heading in ("A whole example", "What is declared, and what must hold")
            )


def read(text: str, put_in: PutIn | None = None) -> Definition:
    """The definition, with the parameters there are and the nation's blocks unless others are given."""
    policy = current_policy()
    return read_definition(
        text,
        file="guide.yaml",
        parameters={name: next(iter(shape.settings.values())).unit for name, shape in policy.parameters.items()},
        documents=policy.documents,
        facts=kind_of_fact,
        checks=(),
        put_in=put_in or put_in_of("990000"),
    )


def with_conditions(form: str, parts: str) -> str:
    """The sample procedure asking for ``parts``, a list of conditions, over ``form``."""
    tree = f"conditions:\n  id: whole\n  label: 全部条件\n  all:\n{textwrap.indent(parts, '    ')}\n"
    return changed(
        ("steps:\n", f"form:\n{form}{tree}steps:\n"),
        (SUBMIT, ASKING),
        ("to: back, needs: [materials]", "to: back, needs: [declaration, conditions]"),
    )


def test_the_computations_of_the_guide() -> None:
    form = """\
  - {id: dual, title: 双师型教师, kind: integer}
  - {id: part_time, title: 兼职双师型教师, kind: integer}
  - {id: teachers, title: 专业课教师, kind: integer}
  - {id: joined_on, title: 入职日期, kind: date}
  - {id: level, title: 等级, kind: choice, choices: [{id: a, title: 初级}, {id: b, title: 中级}]}
  - id: skill_grade
    title: 技能等级
    kind: choice
    choices: [{id: senior, title: 高级工}, {id: technician, title: 技师}, {id: senior_technician, title: 高级技师}]
  - {id: enterprise_years, title: 企业工作年数, kind: decimal}
  - {id: enterprise_project, title: 企业项目, kind: flag}
  - {id: contest_prize, title: 竞赛获奖, kind: flag}
  - {id: applied_result, title: 成果转化, kind: flag}
"""
    found = read(with_conditions(form, example(GUIDE, "Computations, numbers of the law, principles")))
    assert found.conditions is not None
    nodes = {node.id: node for node in nodes_of(found.conditions)}
    share, held = nodes["dual_share"], nodes["held"]
    whole = Computed("sum", ("declared.dual", "declared.part_time"))
    assert isinstance(share, Leaf) and share.computed == Computed("share", (whole, "declared.teachers"))
    assert isinstance(share.limit, Parameter) and held.is_principle and not share.is_principle
    answer = current_policy().law("990000", date(2026, 3, 2)).find(share.limit.name, share.limit.scope)
    assert answer is not None and answer.unit == "percent", "the example names a number the law has"
    assert {"grade", "worked", "project", "contest", "patent"} < set(nodes), "the block is put in"


def test_the_computations_of_the_handbook() -> None:
    form = """\
  - {id: backbone, title: 市级以上骨干教师, kind: integer}
  - {id: members, title: 成员, kind: integer}
  - {id: joined_on, title: 到校日期, kind: date}
  - {id: budget, title: 经费, kind: money}
"""
    found = read(with_conditions(form, example(HANDBOOK, "三、可以写的词")))
    assert found.conditions is not None
    nodes = {node.id: node for node in nodes_of(found.conditions)}
    assert {name for name, node in nodes.items() if node.is_principle} == {"settled"}
    each = nodes["budget_each"]
    assert isinstance(each, Leaf) and each.computed == Computed("ratio", ("declared.budget", "declared.members"))


def test_the_ways_of_the_guide() -> None:
    action = example(GUIDE, "Ways by what was declared, months and years").replace("- id: approve", "- id: submit")
    action = action.replace("to: province", "to: bank").replace("to: city", "to: department")
    choices = "[{id: senior, title: 高级}, {id: junior, title: 初级}]"
    form = f"form:\n  - {{id: kind, title: 类别, kind: choice, choices: {choices}}}\n"
    text = changed(
        ("steps:\n", form + "steps:\n"),
        (f"      - {SUBMIT}\n", textwrap.indent(action.replace("[opinion]", "[declaration]"), "      ")),
    )
    first, second = read(text).steps["declare"].actions[0].branches
    assert (first.to, second.to) == ("bank", "department")


def test_the_block_of_the_guide_is_right_and_fits_where_it_is_used() -> None:
    (block,) = yaml.safe_load(example(GUIDE, "Shared blocks"))["blocks"]
    entry = RawEntry("990000", "blocks", block["id"], None, block, None, None, Place("guide.md", 1), {})
    assert check_block(entry) == []
    start, end = changed().index("  - id: correct\n"), changed().index("  - id: bank\n")
    text = changed()[:start] + "  - {use: correction, with: {title: 补正, needs: [materials]}}\n" + changed()[end:]
    text = re.sub(r"  - \{id: lapsed, .*\n", "", text)
    step = read(text, lambda data, lines, top: expand(data, lines, top, {"correction": entry}.get)).steps["correct"]
    assert step.title == "补正" and step.actions[0].to == "back"


TITLE = """\
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
  - {id: papers, title: 论文, kind: integer}
conditions:
  id: whole
  label: 条件
  all:
    - {id: enough, label: 满三年, fact: declared.years, at_least: 3, source: local, note: 测试。}
    - {id: papers, label: 有论文, fact: declared.papers, at_least: 1, source: local, note: 测试。}
    - {id: before, label: 已有称号, fact: title.other, present: true, source: local, note: 测试。}
reasons: [{id: other, title: 其他原因。, source: local, note: 测试。}]
steps:
  - id: declare
    title: 申报
    of: declarer
    actions: [{id: submit, title: 提交, to: review, needs: [declaration, conditions]}]
  - id: review
    title: 审核
    role: bureau_reviewer
    of: authority
    deadline: {working_days: 5, source: local, note: 测试。}
    on_timeout: remind
    actions: [{id: approve, title: 同意, to: experts, needs: [opinion]}]
  - id: experts
    title: 评审
    role: bureau_reviewer
    of: authority
    panel:
      pool: key-task-experts
      experts: 3
      scores: [{id: base, title: 基础, most: 100}]
      pass: {at_least: 60}
      passed: notice
      failed: refused
      source: local
      note: 测试。
  - id: notice
    title: 公示
    role: bureau_reviewer
    of: authority
    publicity:
      show: [organisation]
      objections: {to: review, deadline: {working_days: 5, source: local, note: 测试。}, source: local, note: 测试。}
    deadline: {working_days: 5, source: local, note: 测试。}
    on_timeout: {lapse: granted}
outcomes:
  - {id: granted, title: 准予, kind: granted, notice: 准予。}
  - {id: refused, title: 不予, kind: refused, notice: 不予。}
  - {id: upheld, title: 维持, kind: upheld, notice: 维持。}
appeal:
  against: [refused]
  within: {working_days: 7, source: local, note: 测试。}
  source: local
  note: 测试。
  further: 可以向上级反映。
  steps:
    - id: again
      title: 复核
      role: bureau_approver
      of: authority
      actions: [{id: refuse, title: 维持, to: upheld, needs: [opinion]}]
"""


def test_the_worked_example_of_the_guide_holds() -> None:
    definition = read(TITLE)
    law = current_policy().law("990000", date(2026, 3, 2))
    found = read_examples(example(GUIDE, "Worked examples"), file="guide.yaml")
    assert len(found) == 2 and failing(problem for one in found for problem in run_one(one, definition, law)) == ""
    harder = read(TITLE.replace("at_least: 3,", "at_least: 2,"))
    assert "只有两年半" in failing(problem for one in found for problem in run_one(one, harder, law))


@pytest.mark.parametrize("document", [GUIDE, HANDBOOK])
def test_headings_are_found(document: str) -> None:
    assert len(examples(document)) >= 4


def test_the_blocks_the_handbook_offers_are_there_and_take_what_it_says() -> None:
    text = (
        (ROOT / HANDBOOK).read_text("utf-8").partition("| 写法 | 是什么 | 放在哪里 | 要给出 |\n|---|---|---|---|\n")[2]
    )
    offered = re.findall(r"^\| `([a-z-]+)` \| .+? \| .+? \| (.+?) \|$", text.partition("\n\n")[0], re.MULTILINE)
    blocks = {entry.data["id"]: entry.data for entry in current_policy().folders["100000"].raw.get("blocks", ())}
    assert len(offered) == 6
    for name, said in offered:
        needed, _, may = said.partition("；可以给")
        assert re.findall(r"`([a-z_]+)`", needed) == list(blocks[name].get("takes", []))
        assert re.findall(r"`([a-z_]+)`", may) == list(blocks[name].get("defaults", {}))
