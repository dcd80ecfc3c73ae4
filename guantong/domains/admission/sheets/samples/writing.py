"""Rosters and scores of through-training, plans of exam-free admission: invented, fitting the demo of the year 2027.

People, identity numbers (region 990999, which no real number has) and marks are invented. The same call gives the same
cells. Each fault stands beside what it was made to show, so that a test can hold the import to naming it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import xlsxwriter

from guantong.kernel.identity import id_number_check_character

Row = Mapping[str, Any]
ROSTER = ("姓名", "身份证号", "考生号", "年龄（周岁）", "体检结论", "学前教育面试")
PAPERS = ("语文", "数学", "外语", "物理和化学", "道德与法治和历史", "体育与健康", "职业倾向测试")
SCORES = ("考生号", "姓名", *PAPERS)
PLANS = (
    "批次", "专业代码", "专业名称", "专业组代码", "专业组名称", "计划类别", "计划数", "学费", "学制", "办学地点",
    "办学性质", "学习形式", "备注",
)  # fmt: skip
FAMILIES, GIVEN = "赵钱孙李周吴郑王冯陈", ("小禾", "思源", "若溪", "云帆", "知秋", "嘉树", "望舒", "景行")
PEOPLE = 24
MARKS = (98, 91, 87, 112, 95, 61, 42)


def person(index: int) -> tuple[str, str, str]:
    """(name, identity number, candidate's number) of the invented person of that index."""
    day = date(2011, 1, 5) + timedelta(index * 13 % 330)
    first_17 = f"990999{day:%Y%m%d}{600 + index:03d}"
    name = FAMILIES[index % len(FAMILIES)] + GIVEN[index % len(GIVEN)]
    return name, first_17 + id_number_check_character(first_17), f"2027990{index:05d}"


def candidate(index: int, **changes: Any) -> Row:
    """A good row of the roster."""
    name, number, own = person(index)
    row: dict[str, Any] = {"姓名": name, "身份证号": number, "考生号": own, "年龄（周岁）": 15 + index % 2}
    row |= {"体检结论": "合格", "学前教育面试": "合格" if index % 4 == 0 else None}
    return row | changes


def marks(index: int, **changes: Any) -> Row:
    """A good row of marks; some sat one paper less well than others, one was absent from sport.

    Marks are texts, as in the columns of the form: a mark may be a number, a grade or 缺考.
    """
    name, _, own = person(index)
    row: dict[str, Any] = {"考生号": own, "姓名": name}
    row |= {paper: str(top - (index * (3 + n)) % 29) for n, (paper, top) in enumerate(zip(PAPERS, MARKS, strict=True))}
    return row | ({"体育与健康": "缺考"} if index == 7 else {}) | changes


def plan(**changes: Any) -> Row:
    """A good row of the plan."""
    row: dict[str, Any] = {"批次": "免试和破格批", "专业代码": "510203", "专业名称": "软件技术"}
    row |= {"计划类别": "竞赛获奖免试计划", "计划数": 6, "学费": 5000, "学制": 3, "办学地点": "东湖市湖滨区校本部"}
    return row | {"办学性质": "学校本部", "学习形式": "全日制"} | changes


def _wrong_check(index: int) -> str:
    number = person(index)[1]
    return number[:17] + ("1" if number[17] != "1" else "2")


GOOD: dict[str, tuple[str, Sequence[str], tuple[Row, ...]]] = {
    "admission-考生名册-没有错误.xlsx": ("考生名册", ROSTER, tuple(candidate(n) for n in range(PEOPLE))),
    "admission-成绩表-没有错误.xlsx": ("成绩表", SCORES, tuple(marks(n) for n in range(PEOPLE))),
    "admission-招生计划表-没有错误.xlsx": (
        "招生计划表",
        PLANS,
        (
            plan(),
            plan(计划类别="破格录取计划", 计划数=2, 备注="须有省级以上技能大师称号。"),
            plan(专业代码="520201", 专业名称="护理", 计划数=4, 学费=5500),
        ),
    ),
}
"""File → (sheet, titles, rows)."""

ROSTER_FAULTS: tuple[tuple[str, str, str, Row], ...] = (
    ("姓名没有填", "SHT-040", "A", candidate(30, 姓名=None)),
    ("身份证号被表格软件变成了数字", "SHT-014", "B", candidate(31, 身份证号=9.90999201101050e17)),
    ("身份证号最后一位对不上", "SHT-057", "B", candidate(32, 身份证号=_wrong_check(32))),
    ("身份证号少一位", "SHT-054", "B", candidate(33, 身份证号=person(33)[1][:17])),
    ("年龄写成了汉字", "SHT-045", "D", candidate(34, **{"年龄（周岁）": "十五岁"})),
    ("年龄没有填", "SHT-040", "D", candidate(35, **{"年龄（周岁）": None})),
    ("体检结论不在选项里", "SHT-042", "E", candidate(36, 体检结论="良好")),
    ("面试结论不在选项里", "SHT-042", "F", candidate(37, 学前教育面试="待定")),
    ("与第 2 行的身份证号相同", "SHT-090", "B", candidate(38, 身份证号=person(40)[1])),
)
"""(what is wrong, code, column, row); good rows stand before and after."""
SCORES_FAULTS: tuple[tuple[str, str, str, Row], ...] = (
    ("语文高于满分", "ADM-241", "C", marks(0, 语文="121")),
    ("数学不是 0.5 的倍数", "ADM-244", "D", marks(1, 数学="90.3")),
    ("外语写成了汉字", "ADM-242", "E", marks(2, 外语="八十")),
    ("物理和化学没有填", "ADM-240", "F", marks(3, 物理和化学=None)),
    ("姓名与考生号对不上", "ADM-058", "A", marks(4, 姓名="王小明")),
    ("没有这个考生号", "ADM-057", "A", marks(5, 考生号="20279999999999")),
    ("考生号没有填", "SHT-040", "A", marks(6, 考生号=None)),
)
PLANS_FAULTS: tuple[tuple[str, str, str, Row], ...] = (
    ("计划数是零", "ADM-272", "G", plan(计划数=0, 办学地点="东湖市第01校区")),
    ("计划数是负数", "ADM-272", "G", plan(计划数=-3, 办学地点="东湖市第02校区")),
    ("专业目录里没有这个专业", "ADM-273", "B", plan(专业代码="999999", 专业名称=None)),
    ("批次不在选项里", "SHT-042", "A", plan(批次="本科批", 办学地点="东湖市第03校区")),
    ("计划类别不在选项里", "SHT-042", "F", plan(计划类别="普通计划", 办学地点="东湖市第04校区")),
    ("学费是负数", "SHT-047", "H", plan(学费=-1, 办学地点="东湖市第05校区")),
    ("没有写学制", "SHT-040", "I", plan(学制=None, 办学地点="东湖市第06校区")),
    ("没有写办学地点", "SHT-040", "J", plan(办学地点=None)),
)
FAULTY: dict[str, tuple[str, Sequence[str], tuple[tuple[str, str, str, Row], ...], tuple[Row, ...]]] = {
    "admission-考生名册-九种错误.xlsx": ("考生名册", ROSTER, ROSTER_FAULTS, (candidate(40), candidate(41))),
    "admission-成绩表-七种错误.xlsx": ("成绩表", SCORES, SCORES_FAULTS, (marks(8), marks(9))),
    "admission-招生计划表-八种错误.xlsx": ("招生计划表", PLANS, PLANS_FAULTS, (plan(办学地点="东湖市第08校区"),)),
}
"""File → (sheet, titles, faults in the order of rows from row 3, good rows: the first in row 2, the others last)."""


def _book(sheet: str, titles: Sequence[str], rows: Sequence[Row]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_urls": False})
    book.set_properties({"title": sheet, "created": datetime(2026, 9, 1)})  # noqa: DTZ001 (no time zones there)
    page = book.add_worksheet(sheet)
    page.freeze_panes(1, 0)
    head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1})
    text = book.add_format({"num_format": "@"})
    for column, title in enumerate(titles):
        page.set_column(column, column, 22 if "号" in title else max(9, 2 * len(title) + 4))
        page.write_string(0, column, title, head)
    for number, row in enumerate(rows, start=1):
        for column, title in enumerate(titles):
            value = row.get(title)
            if isinstance(value, str):
                page.write_string(number, column, value, text)
            elif value is not None:
                page.write_number(number, column, value)
    book.close()
    return target.getvalue()


def good_sheet(name: str) -> bytes:
    """A sample without a fault."""
    return _book(*GOOD[name])


def faulty_sheet(name: str) -> bytes:
    """A sample with a fault in every row but the first and the last."""
    sheet, titles, faults, good = FAULTY[name]
    return _book(sheet, titles, [good[0], *(row for *_, row in faults), *good[1:]])


def all_sheets() -> dict[str, bytes]:
    """Every sample by its file's name."""
    return {name: good_sheet(name) for name in GOOD} | {name: faulty_sheet(name) for name in FAULTY}
