# ruff: noqa: DTZ001 (spreadsheets know no time zones)
"""One small broken workbook for every message about a cell: row, cell, words."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from guantong.base.sheets.specs import ColumnSpec, SheetSpec

from .books import GOOD_ID, OTHER_ID, SPEC, TITLES, assert_well_said, book, good_row, note_codes, one_problem, read

BAD_CELLS = [
    # column, what she typed, code, cell, words, value shown
    ("id_number", "", "SHT-040", "A3", "“身份证号”没有填写。", None),
    ("id_number", 4.20106e17, "SHT-014", "A3", "后几位已经丢失。请把 A 列设为“文本”", "4.20106E+17"),
    ("id_number", 420106199001011234, "SHT-014", "A3", "表格软件把号码变成了数字", "4.20106E+17"),
    ("id_number", "4.20106E+17", "SHT-014", "A3", "重新填写 18 位号码", "4.20106E+17"),
    ("id_number", "990101200509011000", "SHT-014", "A3", "后几位已经丢失", "9901**********1000"),
    ("id_number", GOOD_ID[:17], "SHT-054", "A3", "应当是 18 位，这里有 17 位", "9901*********1123"),
    ("id_number", 12345, "SHT-054", "A3", "这里有 5 位", "12345"),
    ("id_number", "99010120050901A237", "SHT-055", "A3", "只有最后一位可以是 X", "9901**********A237"),
    ("id_number", "990101200513011237", "SHT-056", "A3", "第 7 至 14 位不是一个出生日期", "9901**********1237"),
    ("id_number", GOOD_ID[:17] + "3", "SHT-057", "A3", "最后一位与前 17 位对不上", "9901**********1233"),
    ("id_number", "420106900101123", "SHT-058", "A3", "15 位的旧身份证号", "4201*******1123"),
    ("id_number", 420106900101123, "SHT-058", "A3", "15 位的旧身份证号", "4.20107E+14"),
    ("name", "", "SHT-040", "B3", "“姓名”没有填写", None),
    ("kind", "游泳", "SHT-042", "C3", "请从这些里面选一个：职业技能等级证书、1+X证书、课程成绩、竞赛获奖。", "游泳"),
    ("kind", "职业技能登记证书", "SHT-043", "C3", "您要填的可能是“职业技能等级证书”", "职业技能登记证书"),
    ("number", 1234567890123456789, "SHT-014", "D3", "请把 D 列设为“文本”", "1.23457E+18"),
    ("number", "1.23457E+18", "SHT-014", "D3", "重新填写完整的号码", "1.23457E+18"),
    ("number", 12.5, "SHT-070", "D3", "这里存的是小数", "12.5"),
    ("number", datetime.date(2024, 1, 2), "SHT-070", "D3", "这里存的是日期", "2024-01-02"),
    ("number", "A" * 31, "SHT-041", "D3", "有 31 个字，最多 30 个字", "A" * 31),
    ("school", 190012345, "SHT-059", "E3", "可能去掉了开头的 0", "190012345"),
    ("school", "419001234", "SHT-060", "E3", "应当是 10 位，这里有 9 位", "419001234"),
    ("school", "41900一2345", "SHT-061", "E3", "只能有字母、数字", "41900一2345"),
    ("hours", 32.5, "SHT-044", "F3", "“学时”要填整数", "32.5"),
    ("hours", "32学时", "SHT-045", "F3", "不带单位", "32学时"),
    ("hours", 0, "SHT-047", "F3", "“学时”不能小于 1。请改为 1 或更大。", "0"),
    ("hours", 2001, "SHT-048", "F3", "“学时”不能大于 2000。", "2001"),
    ("credits", "85%", "SHT-045", "G3", "百分号", "85%"),
    ("credits", 1.125, "SHT-046", "G3", "最多填 2 位小数", "1.125"),
    ("credits", datetime.date(2024, 1, 2), "SHT-045", "G3", "要填数字", "2024-01-02"),
    ("credits", -1, "SHT-047", "G3", "不能小于 0", "-1"),
    ("issued_on", "去年", "SHT-049", "H3", "写成 2024-09-01 这样", "去年"),
    ("issued_on", "2023-02-29", "SHT-050", "H3", "日历上没有这一天", "2023-02-29"),
    ("issued_on", 20230231, "SHT-050", "H3", "日历上没有这一天", "20230231"),
    ("issued_on", 45536, "SHT-051", "H3", "按序号推算是 2024-09-01，但不能替您认定", "45536"),
    ("issued_on", "45536", "SHT-051", "H3", "请把 H 列设为“日期”格式", "45536"),
    ("issued_on", "24-9-1", "SHT-068", "H3", "年份没有写四位", "24-9-1"),
    ("issued_on", "2101-01-01", "SHT-053", "H3", "不能晚于 2100-12-31", "2101-01-01"),
    ("issued_on", "1899-01-01", "SHT-052", "H3", "不能早于 1900-01-01", "1899-01-01"),
    ("note", "一二三四五六七八九十甲", "SHT-041", "I3", "有 11 个字，最多 10 个字", "一二三四五六七八九十甲"),
    ("note", datetime.datetime(2024, 1, 2, 3, 4), "SHT-070", "I3", "这里存的是日期", "2024-01-02 03:04"),
]


@pytest.mark.parametrize(("column", "typed", "code", "cell", "words", "shown"), BAD_CELLS)
def test_it_names_the_row_and_cell_she_sees(column, typed, code, cell, words, shown):
    content = book([TITLES, good_row(), good_row(**{"id_number": OTHER_ID, column: typed}), good_row(number="KC-003")])
    reading, rows = read(content)
    assert [p.code for p in reading.problems] == [code]
    problem = reading.problems[0]
    assert (problem.where.row, f"{problem.where.column}{problem.where.row}") == (3, cell)
    assert problem.where.title == SPEC.column(column).title
    assert words in problem.message + problem.do
    assert problem.where.value == shown
    assert_well_said(problem)
    assert [r.number for r in rows] == [2, 4]
    assert reading.bad_rows == {3}


@pytest.mark.parametrize(
    ("column", "typed", "value", "note"),
    [
        ("id_number", "９９０１０１２００５０９０１１２３７", GOOD_ID, "SHT-080"),
        ("id_number", f" {GOOD_ID}\t", GOOD_ID, "SHT-081"),
        ("id_number", f"'{GOOD_ID}", GOOD_ID, "SHT-087"),
        ("id_number", "99010120050901004x", "99010120050901004X", "SHT-086"),
        ("name", "吴　雨 ", "吴雨", "SHT-081"),
        ("name", "阿依古丽•买买提", "阿依古丽·买买提", None),
        ("name", "Anna Lee", "Anna Lee", None),
        ("kind", "競賽獲獎", "award", "SHT-085"),
        ("kind", 4, "award", "SHT-083"),
        ("number", 20240001, "20240001", "SHT-083"),
        ("number", "Ｎo．０１", "No.01", "SHT-080"),
        ("school", 4190012345, "4190012345", "SHT-083"),
        ("hours", "48", 48, "SHT-082"),
        ("hours", "1,024", 1024, "SHT-082"),
        ("hours", 48.0, 48, None),
        ("credits", 0.1 + 0.2, Decimal("0.3"), None),
        ("credits", "２．５", Decimal("2.5"), "SHT-080"),
        ("issued_on", datetime.datetime(2024, 9, 1), datetime.date(2024, 9, 1), None),
        ("issued_on", datetime.datetime(2024, 9, 1, 8, 30), datetime.date(2024, 9, 1), "SHT-084"),
        ("issued_on", "2024年9月1日", datetime.date(2024, 9, 1), None),
        ("issued_on", "2024.9.1", datetime.date(2024, 9, 1), None),
        ("issued_on", 20240901, datetime.date(2024, 9, 1), None),
        ("issued_on", "20240901", datetime.date(2024, 9, 1), None),
        ("issued_on", "2024-09-01 00:00:00", datetime.date(2024, 9, 1), None),
        ("issued_on", "2024/9/1 08:30", datetime.date(2024, 9, 1), "SHT-084"),
        ("note", "a\nb", "a b", "SHT-081"),
        ("note", 5, "5", "SHT-083"),
        ("note", True, "TRUE", None),
    ],
)
def test_it_tidies_without_guessing_and_says_so(column, typed, value, note):
    reading, rows = read(book([TITLES, good_row(**{column: typed})]))
    assert reading.problems == []
    assert rows[0].values[column] == value
    assert type(rows[0].values[column]) is type(value)
    tidied = [n for n in reading.notes if n.code.startswith("SHT-08")]
    assert note in [n.code for n in tidied] if note else tidied == []
    for found in tidied:
        assert SPEC.column(column).title in found.message
        assert "第 2 行" in found.do
        assert_well_said(found)


def one_column(**changes: object) -> SheetSpec:
    columns = (
        ColumnSpec(key="key", titles=("编号",), required=True),
        ColumnSpec(**{"key": "cell", "titles": ("内容",), **changes}),
    )
    return SheetSpec(name="small", title="小表", columns=columns)


@pytest.mark.parametrize(
    ("column", "typed", "value"),
    [
        ({"kind": "flag"}, "是", True),
        ({"kind": "flag"}, "×", False),
        ({"kind": "flag"}, 1, True),
        ({"kind": "flag"}, False, False),
        ({"kind": "month"}, "2024年9月", "2024-09"),
        ({"kind": "month"}, 202409, "2024-09"),
        ({"kind": "month"}, datetime.date(2024, 9, 1), "2024-09"),
        ({"kind": "credit_code"}, "91350100m000100y43", "91350100M000100Y43"),
        ({"kind": "integer"}, 1, 1),
        ({"kind": "text"}, "'=1+1", "=1+1"),
        ({"kind": "text"}, "高級工", "高級工"),
        ({"kind": "text", "to_simplified": True}, "高級工", "高级工"),
    ],
)
def test_it_reads_the_rarer_kinds(column, typed, value):
    reading, rows = read(book([["编号", "内容"], ["甲", typed]], sheet="小表"), spec=one_column(**column))
    assert reading.problems == []
    assert rows[0].values["cell"] == value


@pytest.mark.parametrize(
    ("column", "typed", "code", "words"),
    [
        ({"kind": "flag"}, "也许", "SHT-069", "只能填“是”或“否”"),
        ({"kind": "month"}, "2024-13", "SHT-066", "2024-09 这样的年-月"),
        ({"kind": "month"}, 2024.1, "SHT-066", "要填年月"),
        ({"kind": "credit_code"}, "91350100M000100Y44", "SHT-071", "统一社会信用代码"),
        ({"kind": "credit_code"}, 123456789012345678, "SHT-014", "18 位代码"),
        ({"kind": "code", "pattern": "[A-Z]{2}\\d{4}", "example": "AB1234"}, "ab12", "SHT-067", "按“AB1234”这样的写法"),
        ({"kind": "date", "not_before": datetime.date(2019, 1, 24)}, "2019-01-23", "SHT-052", "不能早于 2019-01-24"),
        ({"kind": "date", "not_after": datetime.date(2019, 1, 24)}, "2019-01-25", "SHT-053", "不能晚于 2019-01-24"),
    ],
)
def test_it_refuses_the_rarer_kinds(column, typed, code, words):
    content = book([["编号", "内容"], ["甲", typed]], sheet="小表")
    problem = one_problem(content, spec=one_column(**column))
    assert (problem.code, problem.where.row, problem.where.column) == (code, 2, "B")
    assert words in problem.message + problem.do
    assert_well_said(problem)


def test_it_finds_every_mistake_of_every_row_at_once():
    content = book(
        [TITLES, good_row(hours="x", credits="y", note="一二三四五六七八九十甲"), good_row(id_number="1", name="")]
    )
    reading, rows = read(content)
    places = [(p.where.row, p.where.column, p.code) for p in reading.problems]
    assert places == [
        (2, "F", "SHT-045"),
        (2, "G", "SHT-045"),
        (2, "I", "SHT-041"),
        (3, "A", "SHT-054"),
        (3, "B", "SHT-040"),
    ]
    assert rows == []


def test_a_true_cell_is_not_taken_for_the_number_one():
    reading, _ = read(book([TITLES, good_row(hours=1), good_row(hours=True, number="KC-2")]))
    assert [(p.where.row, p.code) for p in reading.problems] == [(3, "SHT-045")]


def test_rows_that_repeat_each_other_are_named_with_the_first():
    reading, rows = read(book([TITLES, good_row(), good_row(number="KC-2"), good_row(hours=5)]))
    assert [(p.where.row, p.code) for p in reading.problems] == [(4, "SHT-090")]
    assert "与第 2 行“身份证号”、“证书编号”相同。" in reading.problems[0].message
    assert_well_said(reading.problems[0])
    assert [r.number for r in rows] == [2, 3]


def test_rows_with_an_empty_key_are_not_compared():
    reading, rows = read(book([TITLES, good_row(number=""), good_row(number="")]))
    assert reading.problems == []
    assert len(rows) == 2


def test_the_later_of_two_equal_rows_is_named_even_when_another_cell_is_wrong():
    reading, _ = read(book([TITLES, good_row(), good_row(hours="x")]))
    assert [(p.where.row, p.code) for p in reading.problems] == [(3, "SHT-045"), (3, "SHT-090")]


def test_a_footer_row_gets_its_own_message():
    content = book([TITLES, good_row(), ["合计", "", "", "", "", 32], ["填表人：林老师"]])
    reading, rows = read(content)
    assert [(p.code, p.where.row) for p in reading.problems] == [("SHT-065", 3), ("SHT-065", 4)]
    assert "请把这一行删掉" in reading.problems[0].do
    assert_well_said(reading.problems[0])
    assert len(rows) == 1


def test_blank_rows_are_passed_over():
    content = book([TITLES, good_row(), [], ["  ", "　"], good_row(number="KC-2")])
    reading, rows = read(content)
    assert reading.problems == []
    assert [r.number for r in rows] == [2, 5]
    assert reading.rows_read == 2


def test_an_empty_sheet_says_so():
    problem = one_problem(book([TITLES]))
    assert problem.code == "SHT-018"
    assert "工作表“学习成果”里没有数据" in problem.message
    assert_well_said(problem)


def test_the_example_row_of_the_template_is_passed_over():
    spec = replace(
        SPEC,
        columns=tuple(
            replace(c, example={"id_number": GOOD_ID, "name": "示例", "hours": "32"}.get(c.key, ""))
            for c in SPEC.columns
        ),
    )
    reading, rows = read(book([TITLES, good_row(name="示例"), good_row(number="KC-2")]), spec=spec)
    assert [r.number for r in rows] == [3]
    assert "SHT-036" in note_codes(reading)
    assert reading.rows_read == 1


def test_many_rows_cross_blocks_with_right_numbers():
    content = book(
        [TITLES, *(good_row(number=f"KC-{n}", hours="x" if n in {999, 1000, 2500} else n + 1) for n in range(2000))]
    )
    reading, rows = read(content)
    assert [p.where.row for p in reading.problems] == [1001, 1002]
    assert len(rows) == 1998
    assert rows[-1].number == 2001
    assert rows[-1].values["number"] == "KC-1999"
