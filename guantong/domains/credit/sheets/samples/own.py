"""Sheets in our own form: a good one, one with mistakes, one in traditional script, one as long as wanted.

Names and identity numbers are invented (region 990999, which no real number has). The same call gives the same cells.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import opencc
import xlsxwriter

from guantong.kernel.identity import id_number_check_character

TITLES = (
    "姓名",
    "身份证号",
    "成果类型",
    "成果名称",
    "代码",
    "等级",
    "名次",
    "成绩",
    "学时",
    "学分",
    "证书编号",
    "取得日期",
    "有效期至",
    "颁发单位",
)
FAMILIES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = (
    *("小雨", "子涵", "思远", "嘉怡", "文博", "梓萱", "浩然", "欣妍", "俊杰", "雨桐"),
    *("志强", "晓燕", "佳宁", "一鸣", "春梅", "海涛", "丽娟", "国栋", "雪晴", "建华"),
)
COURSES = (
    ("机械制图", "460101-03", 64, 4),
    ("电工基础", "460301-02", 72, 4),
    ("网络安全基础", "510207-05", 56, 3),
    ("会计基础", "530302-01", 64, 4),
    ("数控编程与加工", "460103-07", 96, 6),
    ("汽车构造", "460702-02", 80, 5),
    ("护理学基础", "520201-04", 108, 6),
    ("程序设计", "510201-03", 72, 4),
)
SKILLS = (("电工", "6-31-01-03"), ("焊工", "6-18-02-04"), ("汽车维修工", "4-12-01-01"), ("养老护理员", "4-10-01-05"))
X_CERTIFICATES = ("Web前端开发", "智能财税", "工业机器人应用编程", "传感网应用开发")
TRAININGS = ("新能源汽车维修培训", "安全生产培训", "数控技术提高班", "电子商务运营培训")
CONTESTS = ("技能大赛工业网络", "技能大赛护理技能", "创新创业大赛")

Cells = list[Any]


def person(index: int) -> tuple[str, str]:
    """(name, identity number) of the invented person of that index; all different up to 700,000."""
    day = date(2004, 1, 1) + timedelta(index % 1400)
    first_17 = f"990999{day:%Y%m%d}{index // 1400:03d}"
    name = FAMILIES[index % len(FAMILIES)] + GIVEN[index // len(FAMILIES) % len(GIVEN)]
    return name, first_17 + id_number_check_character(first_17)


def achievement(index: int, learner: int, rng: random.Random) -> Cells:
    """One good row; its kind goes round by ``index``."""
    name, number = person(learner)
    day = date(2022, 9, 1) + timedelta(rng.randrange(1000))
    row: dict[str, Any] = {"姓名": name, "身份证号": number, "取得日期": day}
    turn = index % 8
    if turn < 4:
        title, code, hours, credits_ = COURSES[rng.randrange(len(COURSES))]
        row |= {"成果类型": "学校课程", "成果名称": title, "代码": code, "成绩": str(rng.randrange(60, 100))}
        row |= {"学时": hours, "学分": credits_}
    elif turn == 4:
        title, code = SKILLS[rng.randrange(len(SKILLS))]
        grade = ("初级工", "中级工", "高级工")[rng.randrange(3)]
        row |= {"成果类型": "职业技能等级证书", "成果名称": title, "代码": code, "等级": grade}
        row |= {"证书编号": f"S{990999:06d}{index:010d}"}
    elif turn == 5:
        row |= {
            "成果类型": "1+X 证书",
            "成果名称": rng.choice(X_CERTIFICATES),
            "等级": ("初级", "中级", "高级")[rng.randrange(3)],
        }
        row |= {"证书编号": f"X{day.year}{index:09d}"}
    elif turn == 6:
        row |= {
            "成果类型": "培训记录",
            "成果名称": f"{rng.choice(TRAININGS)}第{index % 97 + 1}期",
            "学时": rng.randrange(8, 120),
        }
    else:
        row |= {"成果类型": "竞赛获奖", "成果名称": f"{rng.choice(CONTESTS)}（{day.year}年）", "等级": "省级"}
        row |= {"名次": ("一等奖", "二等奖", "三等奖")[rng.randrange(3)], "证书编号": f"J{index:08d}"}
    return [row.get(title) for title in TITLES]


def good_rows(count: int, seed: int = 20260901, learners: int | None = None, first: int = 0) -> Iterator[Cells]:
    """``count`` different achievements of ``learners`` people (a fifth as many when not said), from ``first`` on."""
    rng = random.Random(seed)  # noqa: S311 (invented data, repeatable on purpose)
    people = learners or max(1, count // 5)
    seen: set[tuple[Any, ...]] = set()
    index = 0
    while index < count:
        row = achievement(first + index, first + (index * 7) % people, rng)
        key = tuple(row[:7]) + tuple(row[10:12])
        if key in seen:
            continue
        seen.add(key)
        index += 1
        yield row


def _workbook(**options: Any) -> tuple[io.BytesIO, Any]:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_urls": False, **options})
    book.set_properties({"title": "学习成果存入表", "created": datetime(2026, 9, 1)})  # noqa: DTZ001 (no time zones there)
    return target, book


def _write_rows(
    book: Any, page: Any, titles: Sequence[str], rows: Iterator[Cells] | Sequence[Cells], top: int = 0
) -> None:
    head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1})
    text = book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for index, title in enumerate(titles):
        page.set_column(index, index, 22 if "证" in title else max(9, 2 * len(title) + 4))
        page.write_string(top, index, title, head)
    for number, row in enumerate(rows, start=top + 1):
        for index, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                page.write_string(number, index, value, text)
            elif isinstance(value, date):
                page.write_datetime(number, index, value, day)
            else:
                page.write_number(number, index, value)


def good_sheet(rows: int = 200) -> bytes:
    """A sheet without a mistake."""
    target, book = _workbook()
    page = book.add_worksheet("学习成果存入表")
    page.freeze_panes(1, 0)
    _write_rows(book, page, TITLES, good_rows(rows))
    book.close()
    return target.getvalue()


def large_sheet(rows: int = 100_000) -> bytes:
    """As many rows as one file may hold."""
    target, book = _workbook(constant_memory=True)
    made = good_rows(rows, learners=max(1, rows // 5), first=100_000)  # nobody of the small sheets
    _write_rows(book, book.add_worksheet("学习成果存入表"), TITLES, made)
    book.close()
    return target.getvalue()


def traditional_sheet(rows: int = 40) -> bytes:
    """The same form in traditional script, under a title row, with a column of the school's own."""
    convert = opencc.OpenCC("s2t").convert
    target, book = _workbook()
    page = book.add_worksheet("學習成果")
    page.merge_range(0, 0, 0, 7, "二〇二五年度學習成果匯總", book.add_format({"bold": True, "align": "center"}))
    titles = [convert(t) for t in TITLES] + ["班主任"]
    made = [
        [convert(v) if isinstance(v, str) else v for v in row] + ["林老師"]
        for row in good_rows(rows, seed=7, learners=rows, first=5000)
    ]
    _write_rows(book, page, titles, made, top=2)
    book.close()
    return target.getvalue()


MISTAKES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("身份证号被表格软件变成了数字", {"身份证号": 9.90999200401010e17}),
    ("身份证号少一位", {"身份证号": "99099920040101001"}),
    ("身份证号最后一位对不上", {"身份证号": "990999200401010000"[:17] + "?"}),
    ("身份证号里的出生日期不存在", {"身份证号": "990999200413010017"}),
    ("十五位旧身份证号", {"身份证号": "990999040101001"}),
    ("没有姓名", {"姓名": None}),
    ("成果类型写错了字", {"成果类型": "职业技能登记证书"}),
    ("没有填取得日期", {"取得日期": None}),
    ("日期存成了序号", {"取得日期": 45536}),
    ("日历上没有的一天", {"取得日期": "2024-02-30"}),
    ("年份只写了两位", {"取得日期": "24.9.1"}),
    ("日期写成了学期", {"取得日期": "2024年秋季学期"}),
    ("学时带着单位", {"学时": "64学时"}),
    ("学时带小数", {"学时": 64.5}),
    ("学时是零", {"学时": 0}),
    ("学分有三位小数", {"学分": 3.125}),
    ("成果名称太长", {"成果名称": "机械制图" * 40}),
    ("证书编号被变成了数字", {"证书编号": 990999000012345678}),
    (
        "等级不在八级里",
        {"成果类型": "职业技能等级证书", "成果名称": "电工", "等级": "特高级", "证书编号": "S1", "成绩": None},
    ),
    ("职业技能等级证书没有编号", {"成果类型": "职业技能等级证书", "成果名称": "焊工", "等级": "中级工", "成绩": None}),
    ("竞赛获奖没有名次", {"成果类型": "竞赛获奖", "成果名称": "技能大赛", "等级": "省级", "成绩": None}),
    ("学校课程没有成绩", {"成绩": None}),
    ("取得日期在将来", {"取得日期": "2099-01-01"}),
    ("有效期早于取得日期", {"有效期至": "2020-01-01"}),
)
"""Each mistake of the sheet of mistakes, and the cells that make it; further ones need the workbook itself."""


def mistaken_sheet() -> bytes:
    """A sheet with every mistake of :data:`MISTAKES`, one a row, among good rows, and with what programs do to sheets:
    a formula without a result, an error mark, merged cells, a row twice, a footer, a hidden row, a second sheet."""
    target, book = _workbook()
    page = book.add_worksheet("学习成果存入表")
    rng = random.Random(3)  # noqa: S311 (invented data, repeatable on purpose)
    rows: list[Cells] = [achievement(0, 900 + n, rng) for n in range(3)]
    for number, (_, changes) in enumerate(MISTAKES):
        row = dict(zip(TITLES, achievement(0, 910 + number, rng), strict=True))
        row |= changes
        if row["身份证号"] and str(row["身份证号"]).endswith("?"):
            first_17 = str(row["身份证号"])[:17]
            right = id_number_check_character(first_17)
            row["身份证号"] = first_17 + ("1" if right != "1" else "2")
        rows.append([row[t] for t in TITLES])
    rows += [achievement(0, 950 + n, rng) for n in range(8)]
    _write_rows(book, page, TITLES, rows)
    last = len(rows)
    hours, name, title = TITLES.index("学时"), TITLES.index("姓名"), TITLES.index("成果名称")
    page.write_formula(last - 7, hours, "=8*8", None, "")
    page.write_formula(last - 6, hours, "=1/0", None, "#DIV/0!")
    merged = book.add_format({"valign": "vcenter"})
    page.merge_range(last - 5, name, last - 4, name, rows[last - 6][name], merged)
    for index, value in enumerate(rows[last - 3]):
        if isinstance(value, str):
            page.write_string(last - 1, index, value)
        elif isinstance(value, date):
            page.write_datetime(last - 1, index, value, book.add_format({"num_format": "yyyy-mm-dd"}))
        elif value is not None:
            page.write_number(last - 1, index, value)
    page.set_row(last - 3, None, None, {"hidden": True})
    page.write_string(last, title, f"{rows[last - 1][title]}　")
    for index, value in enumerate(rows[last - 1]):
        if index != title and isinstance(value, str):
            page.write_string(last, index, value)
        elif isinstance(value, date):
            page.write_datetime(last, index, value, book.add_format({"num_format": "yyyy-mm-dd"}))
    page.write_string(last + 1, 0, "合计")
    page.write_number(last + 1, hours, 4096)
    page.write_string(last + 2, 0, "填表人：林老师")
    other = book.add_worksheet("上学期")
    other.write_string(0, 0, "旧数据")
    book.close()
    return target.getvalue()


SMALL = {
    "学习成果存入表-没有错误.xlsx": good_sheet,
    "学习成果存入表-二十多处错误.xlsx": mistaken_sheet,
    "學習成果存入表-繁體.xlsx": traditional_sheet,
}
