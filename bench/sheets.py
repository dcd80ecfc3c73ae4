"""Spreadsheets: our checked reading against the bare reader, and the returned workbook, on 100,000 rows.

The bare reader (calamine) turns the file into Python lists; ours also proves the file safe before inflating it, finds
what the reader hides (hidden rows, formulas, merged cells), checks every cell by its column, and compares rows.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

import python_calamine

from bench.figures import Figure, share_of
from guantong.base.sheets import errors
from guantong.base.sheets.opening import open_workbook
from guantong.base.sheets.reading import read_sheet
from guantong.base.sheets.returning import write_report
from guantong.base.sheets.specs import ColumnSpec, SheetSpec

ROWS = 100_000
SPEC = SheetSpec(
    name="bench",
    title="学习成果存入表",
    columns=(
        ColumnSpec(key="name", titles=("姓名",), kind="name", required=True),
        ColumnSpec(key="id_number", titles=("身份证号",), kind="id_number", required=True),
        ColumnSpec(
            key="kind",
            titles=("成果类型",),
            required=True,
            choices={k: k for k in ("学校课程", "职业技能等级证书", "1+X 证书", "培训记录", "竞赛获奖")},
        ),
        ColumnSpec(key="title", titles=("成果名称",), required=True),
        ColumnSpec(key="subject_code", titles=("代码",), kind="code"),
        ColumnSpec(key="level", titles=("等级",)),
        ColumnSpec(key="place", titles=("名次",)),
        ColumnSpec(key="grade", titles=("成绩",)),
        ColumnSpec(key="hours", titles=("学时",), kind="integer", least=1),
        ColumnSpec(key="declared", titles=("学分",), kind="decimal"),
        ColumnSpec(key="certificate_number", titles=("证书编号",), kind="code"),
        ColumnSpec(key="issued_on", titles=("取得日期",), kind="date", required=True),
        ColumnSpec(key="valid_until", titles=("有效期至",), kind="date"),
        ColumnSpec(key="issuer_name", titles=("颁发单位",)),
    ),
    unique=(("id_number", "certificate_number"),),
)


def cpu(work: Callable[[], object], times: int = 3) -> float:
    """Least CPU seconds of several runs."""
    spent = []
    for _ in range(times):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return min(spent)


def bare_read(content: bytes) -> int:
    """Every cell as a Python value, nothing else."""
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return sum(1 for _ in sheet.iter_rows())


def checked_read(content: bytes) -> int:
    """Opened safely, every cell checked, rows compared."""
    reading = read_sheet(open_workbook(content, "bench.xlsx"), SPEC)
    count = sum(len(block) for block in reading.blocks())
    if count != ROWS or reading.problems:
        raise RuntimeError(f"{count} good rows, {len(reading.problems)} problems")
    return count


def returned(content: bytes) -> bytes:
    """The workbook with a verdict in every row, every tenth row with a finding."""
    reading = read_sheet(open_workbook(content, "bench.xlsx"), SPEC)
    problems = [
        errors.REQUIRED.problem(where=reading.where(number, "name"), title="姓名") for number in range(2, ROWS, 10)
    ]
    return write_report(content, SPEC, problems, "bench.xlsx")


def run() -> list[Figure]:
    """Figures for ``make bench``."""
    tools = str(Path(__file__).resolve().parent.parent / "tools")
    if tools not in sys.path:
        sys.path.insert(0, tools)
    import make_samples

    begun = time.process_time()
    content = make_samples.large_sheet(ROWS)
    made = time.process_time() - begun
    bare = cpu(lambda: bare_read(content))
    ours = cpu(lambda: checked_read(content))
    back = cpu(lambda: returned(content), times=1)
    unit = "rows/CPU-s"
    return [
        share_of(
            "sheets: checked read, 14 columns, against the bare reader",
            ROWS / ours,
            ROWS / bare,
            unit,
            0.25,
            f"{ours:.2f} CPU s for {ROWS:,} rows",
        ),
        share_of(
            "sheets: returned workbook, against writing it anew",
            ROWS / back,
            ROWS / made,
            unit,
            0.8,
            f"{back:.2f} CPU s for {ROWS:,} rows",
        ),
    ]
