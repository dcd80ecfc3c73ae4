"""docs/desks/procedures.md, 事项定义写法: every slip of a beginner it lists says what the handbook promises, and where.

Each is made in the handbook's own files, in a small copy of the region folders; the same check that the command runs.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from guantong.base import lawbook
from guantong.base.accounts.mandates import ROLES
from guantong.kernel.refusal import Problem, Refusal
from guantong.policy.asking import load_policy
from guantong.procedure.cases.command import run_check
from guantong.procedure.cases.definition.conditions import FACT_KINDS
from guantong.procedure.cases.definition.steps import PARTIES
from guantong.procedure.conditions.tree import OPERATORS

ROOT = Path(__file__).resolve().parents[4]
HANDBOOK = (ROOT / "docs/desks/procedures.md").read_text("utf-8")
FILES = dict(re.findall(r"```yaml\n# regions/(\S+)\n(.*?)```", HANDBOOK, re.DOTALL))
STUDIO = "990000-demo/procedures/head-teacher-studio.yaml"
YEAR = "990000-demo/procedures/head-teacher-studio-year.yaml"
CASES = "990000-demo/cases/procedures/head-teacher-studio.yaml"
TITLE = "  title: 省级名班主任工作室认定"
OWN = "  source: local\n  note: 国家没有规定，由省教育厅设立。\n"

SLIPS: dict[str, tuple[str, str, str]] = {
    "`title：名称`（全角冒号）": (STUDIO, TITLE, TITLE.replace(": ", "：")),
    "`title:名称`（少空格）": (STUDIO, TITLE, TITLE.replace(": ", ":")),
    "`{id: name， title: 名称}`（全角逗号）": (STUDIO, "{id: name, title", "{id: name， title"),
    "行首用了 Tab 键": (STUDIO, TITLE, "\t" + TITLE.strip()),
    "同一级没有对齐": (STUDIO, "    - id: city\n      title:", "    - id: city\n     title:"),
    "`systems: 【T8】`（全角括号）": (STUDIO, "[T8]", "【T8】"),
    "`hepl: 说明`（写错了词）": (STUDIO, "  help: ", "  hepl: "),
    "`role: bureau_reveiwer`（写错了岗位）": (STUDIO, "role: bureau_reviewer", "role: bureau_reveiwer"),
    "`of: couty`（写错了级别）": (STUDIO, "      of: prefecture\n      deadline", "      of: couty\n      deadline"),
    "`to: provnce`（去向不存在）": (STUDIO, "to: province, needs", "to: provnce, needs"),
    "`fact: declared.yeers`（没有这一栏）": (STUDIO, "fact: declared.years", "fact: declared.yeers"),
    "`fact: title.no-such`（没有这个事项）": (
        STUDIO,
        "fact: declared.honour, equals: true",
        "fact: title.no-such, present: true",
    ),
    "要求先有自己的称号": (
        STUDIO,
        "fact: declared.honour, equals: true",
        "fact: title.head-teacher-studio, present: true",
    ),
    "两个环节用了同一个 `id`": (STUDIO, "- id: province\n      title: 省级审核", "- id: city\n      title: 省级审核"),
    "没有写依据": (STUDIO, OWN, ""),
    "写了 `source: local` 没有写 `note`": (STUDIO, OWN, "  source: local\n"),
    "`in_force_from: 2025年1月1日`": (STUDIO, "in_force_from: 2025-01-01", "in_force_from: 2025年1月1日"),
    "`at_least: 20000.5`（没有引号）": (STUDIO, 'at_least: "20000"', "at_least: 20000.5"),
    "没有写 `appeal`": (STUDIO, "  appeal:\n" + FILES[STUDIO].partition("  appeal:\n")[2], ""),
    "`subject: project.declaration`": (STUDIO, "subject: projects.declaration", "subject: project.declaration"),
    "`systems: [T99]`": (STUDIO, "[T8]", "[T99]"),
    "`about` 里的名册写错": (YEAR, "{register: head-teacher-studios,", "{register: head-teacher-studio,"),
    "没有写例子": (CASES, FILES[CASES], ""),
}
"""First cell of the handbook's table → (file, what is right, what is written instead)."""

TOLD = dict(
    re.findall(r"^\| (.+?) \| (.+?) \|$", HANDBOOK.partition("| 写成了 | 它会说 |\n|---|---|\n")[2], re.MULTILINE)
)


@pytest.fixture
def copy(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """What the handbook's files need of the region folders, with these files; no faults of others' procedures."""
    made = tmp_path / "regions"
    for region in ("100000-china", "990000-demo"):
        (made / region).mkdir(parents=True)
        shutil.copy(ROOT / "regions" / region / "region.yaml", made / region)
        for folder in ("documents", "calendar"):
            if (ROOT / "regions" / region / folder).exists():
                shutil.copytree(ROOT / "regions" / region / folder, made / region / folder)
    for name, text in FILES.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(text, "utf-8")
    settings.REGIONS = made
    lawbook._loaded.cache_clear()
    yield made
    lawbook._loaded.cache_clear()


def faults(copy: Path) -> list[Problem]:
    """What ``guantong deadlines check`` says, region files first as the command reads them."""
    try:
        load_policy(copy)
        run_check(type("Options", (), {"files": [], "json": False})())  # type: ignore[arg-type]
    except Refusal as refusal:
        return list(refusal.problems)
    return []


def test_the_files_of_the_handbook_are_right(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(FILES) == 4
    assert faults(copy) == []
    said = capsys.readouterr().out
    assert f"检查的文件夹：{copy}" in said and "共 2 项事项定义" in said and "没有问题" in said


def test_the_table_and_this_test_know_the_same_slips() -> None:
    assert list(TOLD) == list(SLIPS)


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_with_file_line_and_what_to_do(copy: Path, slip: str) -> None:
    name, right, wrong = SLIPS[slip]
    text = FILES[name]
    assert right in text
    if wrong or name != CASES:
        (copy / name).write_text(text.replace(right, wrong, 1), "utf-8")
    else:
        (copy / name).unlink()
    found = faults(copy)
    told = [problem for problem in found if TOLD[slip] in problem.sentence()]
    assert told, [problem.sentence() for problem in found]
    assert len(found) == 1 or all(problem.where.line for problem in found)
    (problem, *_) = told
    written = copy / name if name != CASES else copy / STUDIO
    assert (problem.where.file or "").endswith("/".join(written.parts[-2:]))
    assert problem.where.line is not None and problem.do
    at = text[: text.index(right)].count("\n") + 1
    most = right.count("\n") + wrong.count("\n") + 1
    is_whole = slip in ("没有写依据", "没有写 `appeal`", "没有写例子", "写了 `source: local` 没有写 `note`")
    assert is_whole or at <= problem.where.line <= at + most


def test_every_word_the_handbook_teaches_is_one_and_none_is_missing() -> None:
    words = HANDBOOK.partition("## 三、可以写的词")[2].partition("## 四、")[0]
    for code, role in ROLES.items():
        assert f"| `{code}` | {role.label} |" in words
    taught = set(re.findall(r"`([a-z_]+)`", words))
    for known in (PARTIES, FACT_KINDS, OPERATORS, ("working_days", "days", "parameter", "remind")):
        assert set(known) <= taught, set(known) - taught
