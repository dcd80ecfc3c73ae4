"""A list of programmes to add to the catalogue (专业目录增补清单)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from guantong.base.sheets.opening import open_workbook
from guantong.base.sheets.reading import read_sheet
from guantong.base.sheets.returning import write_report
from guantong.base.sheets.specs import ColumnSpec, SheetSpec
from guantong.base.sheets.writing import write_template
from guantong.kernel.refusal import Problem

from ..actions import ProgrammeEntry
from ..rules.vocabulary import LEVELS

_LEVELS = {
    **{label: key for key, label in LEVELS},
    "中职": "secondary",
    "高职专科": "higher",
    "高职": "higher",
    "专科": "higher",
    "职业本科": "bachelor",
    "高职本科": "bachelor",
    "本科": "bachelor",
}

PROGRAMMES = SheetSpec(
    name="programmes",
    title="专业目录增补清单",
    max_rows=5000,
    about=(
        "一行一个专业，照目录或增补清单的原件填写。",
        "专业大类、专业类可以不填，系统按代码核对；填了就会与代码对照。",
    ),
    columns=(
        ColumnSpec(
            key="code",
            titles=("专业代码", "代码"),
            kind="code",
            required=True,
            max_length=7,
            example="510217",
            help="6 位数字，国家控制布点专业后加 K。",
        ),
        ColumnSpec(key="name", titles=("专业名称", "名称"), required=True, max_length=60, example="照原件填写"),
        ColumnSpec(
            key="level",
            titles=("层次", "办学层次", "培养层次"),
            required=True,
            choices=_LEVELS,
            example="高等职业教育专科",
        ),
        ColumnSpec(
            key="edition",
            titles=("目录版本", "年份", "增补年份"),
            kind="code",
            required=True,
            max_length=4,
            example="2025",
            help="发布年份。",
        ),
        ColumnSpec(key="category", titles=("专业大类", "大类"), max_length=40),
        ColumnSpec(key="class_name", titles=("专业类",), max_length=40),
        ColumnSpec(key="is_renamed", titles=("名称变更", "是否更名"), kind="flag", help="代码不变、名称调整的填“是”。"),
    ),
)


@dataclass(slots=True)
class ProgrammesRead:
    """A list of programmes as read."""

    entries: list[ProgrammeEntry]
    problems: list[Problem]
    notes: list[Problem]
    rows_read: int


def read_programmes(content: bytes, name: str) -> ProgrammesRead:
    """Read a list of programmes; form only, the catalogue itself is asked by ``import_programmes``."""
    reading = read_sheet(open_workbook(content, name), PROGRAMMES)
    entries = [
        ProgrammeEntry(
            code=str(row.values["code"]),
            name=str(row.values["name"]),
            level=str(row.values["level"]),
            edition=str(row.values["edition"]),
            category_name=str(row.values.get("category") or ""),
            class_name=str(row.values.get("class_name") or ""),
            is_renamed=row.values.get("is_renamed") is True,
            where=reading.where(row.number, "code", str(row.values["code"])),
        )
        for row in reading
    ]
    return ProgrammesRead(entries, reading.problems, reading.notes, reading.rows_read)


def programmes_template() -> bytes:
    """The empty form."""
    return write_template(PROGRAMMES)


def programmes_report(content: bytes, name: str, problems: Iterable[Problem]) -> bytes:
    """The workbook with 校验结果 and 错误说明."""
    return write_report(content, PROGRAMMES, problems, name)
