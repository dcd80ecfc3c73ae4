"""Small workbooks for the tests."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl

from guantong.base.sheets.opening import open_workbook
from guantong.base.sheets.reading import Reading, Row, read_sheet
from guantong.base.sheets.specs import ColumnSpec, SheetSpec
from guantong.kernel.refusal import Problem

GOOD_ID = "990101200509011237"
OTHER_ID = "990101200509011253"

SPEC = SheetSpec(
    name="rewards",
    title="学习成果",
    columns=(
        ColumnSpec(key="id_number", titles=("身份证号", "身份证件号"), kind="id_number", required=True),
        ColumnSpec(key="name", titles=("姓名",), kind="name", required=True),
        ColumnSpec(
            key="kind",
            titles=("成果类型",),
            required=True,
            choices={
                "职业技能等级证书": "skill",
                "1+X证书": "x",
                "课程成绩": "course",
                "竞赛获奖": "award",
                "04": "award",
            },
        ),
        ColumnSpec(key="number", titles=("证书编号",), kind="code", max_length=30),
        ColumnSpec(key="school", titles=("学校代码",), kind="code", length=10),
        ColumnSpec(key="hours", titles=("学时",), kind="integer", least=1, most=2000),
        ColumnSpec(key="credits", titles=("学分",), kind="decimal", least=0),
        ColumnSpec(key="issued_on", titles=("取得日期",), kind="date"),
        ColumnSpec(key="note", titles=("备注",), max_length=10),
    ),
    unique=(("id_number", "number"),),
)
TITLES = [c.title for c in SPEC.columns]


def good_row(**changes: object) -> list[object]:
    """A row without a mistake, with some cells changed by column key."""
    row: dict[str, object] = {
        "id_number": GOOD_ID,
        "name": "吴小雨",
        "kind": "课程成绩",
        "number": "KC-001",
        "school": "4190012345",
        "hours": 32,
        "credits": 2,
        "issued_on": "2024-09-01",
        "note": "",
    }
    row.update(changes)
    return list(row.values())


def book(
    rows: Sequence[Sequence[object]], change: Callable[[Any, Any], None] | None = None, sheet: str = "学习成果"
) -> bytes:
    """An xlsx of these rows from A1; ``change(workbook, worksheet)`` may spoil it."""
    workbook = openpyxl.Workbook()
    page = workbook.active
    page.title = sheet
    for row in rows:
        page.append([None if c == "" else c for c in row])
    if change:
        change(workbook, page)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def repack(content: bytes, edit: Callable[[str, bytes], bytes | None], add: dict[str, bytes] | None = None) -> bytes:
    """The same zip with parts edited (None drops one) and added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = edit(entry.filename, old.read(entry.filename))
            if data is not None:
                new.writestr(entry.filename, data)
        for name, data in (add or {}).items():
            new.writestr(name, data)
    return target.getvalue()


def sheet_xml(content: bytes, change: Callable[[str], str]) -> bytes:
    """The workbook with its first worksheet's XML changed as text."""
    return repack(content, lambda n, d: change(d.decode()).encode() if n == "xl/worksheets/sheet1.xml" else d)


def read(content: bytes, name: str = "表.xlsx", spec: SheetSpec = SPEC) -> tuple[Reading, list[Row]]:
    """Read everything."""
    reading = read_sheet(open_workbook(content, name), spec)
    return reading, list(reading)


def one_problem(content: bytes, name: str = "表.xlsx", spec: SheetSpec = SPEC) -> Problem:
    """The only problem there is."""
    reading, _ = read(content, name, spec)
    assert len(reading.problems) == 1, [p.sentence() for p in reading.problems]
    return reading.problems[0]


def note_codes(reading: Reading) -> list[str]:
    return [n.code for n in reading.notes]


FORBIDDEN = re.compile(r"用户|非法|无效|异常|失败|null|None|[a-z]+_[a-z]+")


def assert_well_said(problem: Problem) -> None:
    """Whole sentences, no banned words."""
    text = problem.message + problem.do
    assert problem.message.endswith("。"), text
    assert problem.do.endswith("。"), text
    assert not FORBIDDEN.search(text), text
