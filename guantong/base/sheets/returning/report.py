"""The whole file, written anew part by part."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable

from guantong.base.sheets.opening import Workbook, open_workbook
from guantong.base.sheets.scanning import inflate
from guantong.base.sheets.specs import SheetSpec
from guantong.base.sheets.titles import RESULT_TITLES
from guantong.base.sheets.writing import safe_text
from guantong.kernel.refusal import Problem

from .parts import widened_tables, with_our_styles
from .results import PASSED, Frame, find_frame, results_by_row
from .rows import patched


def write_report(original: bytes, spec: SheetSpec, problems: Iterable[Problem], name: str = "表格.xlsx") -> bytes:
    """Her file with 校验结果 and 错误说明. A file handed in with these two columns gets them anew in the same place.

    ``spec`` must be the form the file was read by. Raises the refusals of :func:`open_workbook`.
    """
    workbook = open_workbook(original, name)
    frame = find_frame(workbook, spec)
    results = results_by_row(problems, frame.header_row)
    if workbook.kind == "csv":
        return _report_csv(workbook, frame, results)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as out:
        styles, looks = with_our_styles(workbook)
        tables = widened_tables(workbook, frame)
        for part in workbook.parts.values():
            if part.name == frame.sheet.part.name:
                with out.open(part.name, "w", force_zip64=True) as stream:
                    for data in patched(workbook, frame, results, looks):
                        stream.write(data)
            elif part.name == "xl/styles.xml" and styles:
                out.writestr(part.name, styles)
            elif part.name in tables:
                out.writestr(part.name, tables[part.name])
            else:
                out.writestr(part.name, b"".join(inflate(workbook.content, part)))
    return target.getvalue()


def _report_csv(workbook: Workbook, frame: Frame, results: dict[int, tuple[str, str]]) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, delimiter=workbook.delimiter)
    width = max(frame.first, frame.second) + 1
    reader = csv.reader(io.StringIO(workbook.text, newline=""), delimiter=workbook.delimiter)
    for number, row in enumerate(reader, start=1):
        cells = row + [""] * (width - len(row))
        found = results.get(number)
        if number == frame.header_row:
            cells[frame.first], cells[frame.second] = RESULT_TITLES
        elif found:
            cells[frame.first], cells[frame.second] = found[0], safe_text(found[1])
        elif number > frame.header_row and any(c.strip() for c in row):
            cells[frame.first], cells[frame.second] = PASSED, ""
        writer.writerow(cells)
    encoding = "gb18030" if workbook.encoding == "gb18030" else "utf-8-sig"
    return target.getvalue().encode(encoding)
