"""What is said of each row, and where on her sheet it goes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from guantong.base.sheets.opening import SheetPart, Workbook
from guantong.base.sheets.specs import SheetSpec
from guantong.base.sheets.titles import HEADER_ROWS, RESULT_TITLES, find_header
from guantong.kernel.refusal import Problem, Weight

PASSED = "通过"


def problem_line(problem: Problem) -> str:
    """One line of 错误说明: cell and column, what, what to do, on whose authority, code."""
    where = problem.where
    cell = f"{where.column}{where.row}" if where.column and where.row else ""
    place = cell + (f"「{where.title}」" if where.title else "")
    basis = f"依据：{problem.basis.sentence()}" if problem.basis else ""
    return f"{place}{'：' if place else ''}{problem.message}{problem.do}{basis}（编号 {problem.code}）"


def results_by_row(problems: Iterable[Problem], header_row: int) -> dict[int, tuple[str, str]]:
    """Row number → (校验结果, 错误说明). Problems of the header stand in the row after it."""
    grouped: dict[int, list[Problem]] = {}
    for problem in problems:
        if problem.weight is not Weight.TIDIED:
            grouped.setdefault(max(problem.where.row or 0, header_row + 1), []).append(problem)
    results = {}
    for row, found in grouped.items():
        must = sum(1 for p in found if p.weight is Weight.MUST_CHANGE)
        verdict = f"{must} 处需修改" if must else f"{len(found)} 处请确认"
        results[row] = (verdict, "\n".join(problem_line(p) for p in found))
    return results


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the two columns go."""

    sheet: SheetPart
    header_row: int
    first: int
    """Zero-based index of 校验结果; 错误说明 is the next, unless an earlier return put it elsewhere."""
    second: int


def find_frame(workbook: Workbook, spec: SheetSpec) -> Frame:
    ordered = sorted(workbook.visible(), key=lambda s: s.name.strip() != spec.title)
    for sheet in ordered[:10]:
        rows, _ = workbook.cells(sheet, spec.max_rows)
        head = list(islice(rows, HEADER_ROWS))
        header = find_header(spec, head, sheet.name)
        if header is not None or sheet is ordered[-1]:
            break
    row = header.row if header is not None else 1
    titles = [c.strip() if isinstance(c, str) else "" for c in head[row - 1]] if head else []
    end = max((len(r) for r in head), default=0)
    if workbook.kind == "csv":
        end = max((len(r) for r in csv.reader(io.StringIO(workbook.text), delimiter=workbook.delimiter)), default=0)
    first = titles.index(RESULT_TITLES[0]) if RESULT_TITLES[0] in titles else end
    second = titles.index(RESULT_TITLES[1]) if RESULT_TITLES[1] in titles else max(end, first + 1)
    return Frame(sheet, row, first, second)
