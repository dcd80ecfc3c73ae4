"""Writing templates and tables. No text we write can be taken for a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from guantong.kernel import clock

from .specs import ColumnSpec, SheetSpec, column_letters

_RISKY = re.compile(r"^'*[=+\-@\t\r＝＋－＠]")
_IMPOSSIBLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_LONGEST = 32_000
"""A cell holds 32,767 characters; a little is left for marks."""


def safe_text(text: str) -> str:
    """The text as a cell may hold it: an apostrophe before ``= + - @``, tab or line break (full-width signs too).

    Reading takes the apostrophe away again; texts that already begin with apostrophes before such a sign get one more,
    so that every text comes back as it was. Characters no spreadsheet can hold are left out.
    """
    text = _IMPOSSIBLE.sub("", text)
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    return "'" + text if _RISKY.match(text) else text


def write_table(titles: Sequence[str], rows: Iterable[Sequence[object]], sheet: str = "数据") -> bytes:
    """A workbook of one sheet. Texts stay texts (numbers of identity too); int and Decimal become numbers, dates dates,
    bool 是/否, None an empty cell. Other values are written as their text."""
    return write_tables([Sheet(sheet, titles, rows)])


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: its name (cut to 31 characters), the titles and the rows.

    ``widths``: of the columns, in characters; long texts of such a sheet are broken into lines. Without them a column
    is as wide as its title asks for.
    """

    name: str
    titles: Sequence[str]
    rows: Iterable[Sequence[object]]
    widths: Sequence[int] = ()


def write_tables(sheets: Iterable[Sheet]) -> bytes:
    """A workbook of several sheets, each as :func:`write_table`; it prints on A4, page-wide, with the titles on
    every page."""
    target = io.BytesIO()
    book = _book(target, constant_memory=True)
    head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "num_format": "@"})
    day = book.add_format({"num_format": 'yyyy"年"m"月"d"日"', "valign": "top"})
    text = book.add_format({"num_format": "@"})
    broken = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    for sheet in sheets:
        page = book.add_worksheet(_NO_SHEET_NAME.sub(" ", sheet.name)[:31])
        page.freeze_panes(1, 0)
        page.set_paper(9)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        for index, title in enumerate(sheet.titles):
            width = sheet.widths[index] if sheet.widths else max(10, min(40, 2 * len(title) + 4))
            page.set_column(index, index, width)
            page.write_string(0, index, safe_text(title), head)
        for number, row in enumerate(sheet.rows, start=1):
            for index, value in enumerate(row):
                _write(page, number, index, value, broken if sheet.widths else text, day)
    book.close()
    return target.getvalue()


def _book(target: io.BytesIO, **options: Any) -> Any:
    book = xlsxwriter.Workbook(
        target,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            **options,
        },
    )
    book.set_properties({"created": clock.now().replace(tzinfo=None)})
    return book


def _write(page: Any, row: int, column: int, value: object, text: Any, day: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_string(row, column, "是" if value else "否", text)
    elif isinstance(value, int | Decimal) and -(10**15) < value < 10**15:
        page.write_number(row, column, value)
    elif isinstance(value, datetime):
        page.write_string(row, column, value.astimezone(clock.CHINA_TIME).strftime("%Y-%m-%d %H:%M"), text)
    elif isinstance(value, date) and value.year >= 1901:
        page.write_datetime(row, column, value, day)
    else:
        page.write_string(row, column, safe_text(str(value)), text)


# ---- templates ------------------------------------------------------------------------------------------------

_WIDTHS = {
    "id_number": 22,
    "credit_code": 22,
    "date": 13,
    "month": 11,
    "integer": 9,
    "decimal": 9,
    "flag": 8,
    "name": 12,
}
_RULES = {
    "text": "文字",
    "name": "姓名，与证件一致",
    "code": "号码，按文本填写",
    "id_number": "18 位身份证号，按文本填写",
    "credit_code": "18 位统一社会信用代码",
    "date": "日期，如 2024-09-01",
    "month": "年月，如 2024-09",
    "integer": "整数",
    "decimal": "数字，最多 {places} 位小数",
    "flag": "是 或 否",
}


def column_rule(column: ColumnSpec) -> str:
    """What may be filled in, in one sentence without its full stop."""
    choices = ("是", "否") if column.kind == "flag" else column.printed_choices()
    if choices and column.kind != "flag":
        shown = "、".join(choices[:30]) + ("等" if len(choices) > 30 else "")
        return f"从这些里面选：{shown}"
    text = _RULES[column.kind].format(places=column.places)
    if column.length:
        text += f"，{column.length} 位"
    if column.least is not None:
        text += f"，不小于 {column.least}"
    if column.most is not None:
        text += f"，不大于 {column.most}"
    return text


def write_template(spec: SheetSpec) -> bytes:
    """The empty form: header, an example row (passed over on reading), lists to choose from, and a 说明 sheet."""
    target = io.BytesIO()
    book = _book(target)
    page = book.add_worksheet(spec.title[:31])
    about = book.add_worksheet("说明")
    lists = book.add_worksheet("选项")
    lists.hide()
    must = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "valign": "vcenter"})
    may = book.add_format({"bg_color": "#F2F2F2", "border": 1, "text_wrap": True, "valign": "vcenter"})
    formats = {
        "date": {"num_format": "yyyy-mm-dd"},
        "integer": {"num_format": "0"},
        "decimal": {"num_format": "General"},
    }
    grey: dict[str, object] = {"font_color": "#7F7F7F", "italic": True}
    page.freeze_panes(1, 0)
    page.set_row(0, 30)
    used = 0
    for index, column in enumerate(spec.columns):
        look = formats.get(column.kind, {"num_format": "@"})
        width = column.width or _WIDTHS.get(column.kind, max(12, min(36, 2 * len(column.title) + 4)))
        page.set_column(index, index, width, book.add_format(look))
        title = column.title + ("（必填）" if column.required else "")
        page.write_string(0, index, title, must if column.required else may)
        _write_example(page, index, column, book.add_format({**look, **grey}))
        used = _add_list(page, lists, index, column, used, spec.max_rows)
    _write_about(book, about, spec)
    page.activate()
    book.close()
    return target.getvalue()


def _write_example(page: Any, index: int, column: ColumnSpec, look: Any) -> None:
    if not column.example:
        return
    if column.kind == "date":
        page.write_datetime(1, index, date.fromisoformat(column.example), look)
    elif column.kind in {"integer", "decimal"}:
        page.write_number(1, index, Decimal(column.example), look)
    else:
        page.write_string(1, index, safe_text(column.example), look)


def _add_list(page: Any, lists: Any, index: int, column: ColumnSpec, used: int, max_rows: int) -> int:
    choices = ("是", "否") if column.kind == "flag" else column.printed_choices()
    if not choices:
        return used
    for number, choice in enumerate(choices):
        lists.write_string(number, used, safe_text(choice))
    letters = column_letters(used)
    page.data_validation(
        1,
        index,
        max_rows,
        index,
        {
            "validate": "list",
            "source": f"='选项'!${letters}$1:${letters}${len(choices)}",
            "error_title": "请从列表里选",
            "error_message": f"“{column.title}”只能填列表里的内容。",
        },
    )
    return used + 1


def _write_about(book: Any, page: Any, spec: SheetSpec) -> None:
    head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1})
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top", "num_format": "@"})
    plain = book.add_format({"text_wrap": False})
    page.set_column(0, 0, 22)
    page.set_column(1, 1, 10)
    page.set_column(2, 2, 60)
    page.set_column(3, 3, 26)
    page.write_string(0, 0, f"{spec.title}：填写说明", book.add_format({"bold": True, "font_size": 14}))
    sentences = (
        *spec.about,
        "第 2 行灰色斜体是示例，读取时会跳过，可以直接改写或者删掉。",
        "列的先后可以调整，也可以添加您自己的列；表头的文字请不要改。",
        f"一个文件最多 {spec.max_rows} 行。",
    )
    for number, sentence in enumerate(sentences, start=1):
        page.write_string(number, 0, safe_text(sentence), plain)
    top = len(sentences) + 2
    for index, title in enumerate(("列", "是否必填", "怎么填", "示例")):
        page.write_string(top, index, title, head)
    for number, column in enumerate(spec.columns, start=top + 1):
        rule = column_rule(column) + "。" + column.help
        row = (column.title, "必填" if column.required else "选填", rule, column.example)
        for index, text in enumerate(row):
            page.write_string(number, index, safe_text(text), cell)
