"""Course tables and supplements as people hand them in: each message proved by a small file."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from guantong.domains.programmes import sheets
from guantong.kernel.refusal import Refusal, Weight

from .books import TITLES, course_book, rows_book
from .plans import course, facts, good_courses


def read(content: bytes, name: str = "课程表.xlsx"):
    return sheets.read_courses(content, name, facts())


def found(content: bytes) -> list[tuple[str, str]]:
    """(code, cell) of everything that was found."""
    return [(p.code, f"{p.where.column}{p.where.row}") for p in read(content).problems]


def test_a_good_table_gives_its_courses_back():
    result = read(course_book())
    assert result.problems == [] and result.entries == good_courses()
    assert result.entries[0].where.row == 2


def test_what_we_write_can_be_handed_in_again():
    written = sheets.courses_table(facts())
    result = read(written)
    assert result.problems == [] and result.entries == good_courses()


def test_the_template_is_read_without_a_single_row():
    result = read(sheets.courses_template())
    assert result.entries == [] and result.rows_read == 0
    assert all(p.code.startswith("SHT-") for p in result.problems)


def test_traditional_titles_and_choices_are_understood():
    titles = ["課程代碼", "課程名稱", "課程類別", "課程模塊", "課程性質", "學分", "總學時", "實踐學時", "開設學期"]
    titles += ["實踐周數", "專題", "可用成果轉換"]
    changes = {(2, "课程类别"): "公共基礎課", (2, "课程性质"): "必修", (2, "专题"): "思想政治"}
    result = read(course_book(titles=titles, changes=changes))
    assert result.problems == [] and result.entries[0].category == "public"


def test_other_words_people_use_are_understood():
    changes = {(2, "课程类别"): "公共课", (2, "课程性质"): "限选", (3, "专题"): "劳动教育"}
    result = read(course_book(changes=changes))
    assert result.problems == []
    assert (result.entries[0].category, result.entries[0].is_required) == ("public", False)


@pytest.mark.parametrize(
    ("cell", "value", "code", "words"),
    [
        ((5, "实践学时"), 99, "PRG-050", "多于总学时"),
        ((5, "开设学期"), 9, "PRG-051", "只有 6 个学期"),
        ((5, "课程代码"), "GG01", "PRG-052", "第 2 行"),
        ((5, "总学时"), 0, "PRG-053", "既没有学时"),
    ],
)
def test_a_fault_of_a_course_stands_at_its_cell(cell, value, code, words):
    changes = {cell: value, **({(5, "实践学时"): 0} if code == "PRG-053" else {})}
    result = read(course_book(changes=changes))
    assert [p.code for p in result.faults] == [code]
    problem = result.faults[0]
    assert problem.where.row == 5 and problem.where.title == cell[1] and words in problem.message
    assert result.bad_rows == 1 and result.rows_read == len(good_courses())


def test_form_and_content_are_reported_together_in_order_of_rows():
    changes = {(9, "开设学期"): 12, (4, "学分"): "三", (6, "课程类别"): "什么课"}
    rows = [p.where.row for p in read(course_book(changes=changes)).problems]
    assert rows == [4, 6, 9]


def test_unusual_hours_a_credit_only_ask():
    courses = [*good_courses(), course("X1", "学时偏多", "core", 1, 60, 0, 1)]
    result = read(course_book(courses))
    assert result.faults == [] and [p.code for p in result.questions] == ["PRG-054"]
    assert result.questions[0].weight is Weight.PLEASE_CONFIRM
    assert len(result.entries) == len(courses)


def test_a_missing_column_is_named_and_no_row_is_read():
    book = rows_book(TITLES[:5] + TITLES[6:], [], "课程表")
    result = read(book)
    assert result.entries == [] and any("学分" in p.message for p in result.faults)


def test_a_file_that_is_no_workbook_is_refused():
    with pytest.raises(Refusal) as caught:
        read(b"not a workbook")
    assert caught.value.code.startswith("SHT-")


def test_the_report_names_row_and_reason_beside_her_columns():
    content = course_book(changes={(5, "实践学时"): 99})
    report = sheets.courses_report(content, "课程表.xlsx", read(content).problems)
    sheet = openpyxl.load_workbook(BytesIO(report)).worksheets[0]
    head = [cell.value for cell in sheet[1]]
    assert head[-2:] == ["校验结果", "错误说明"] and head[: len(TITLES)] == TITLES
    assert "PRG-050" in sheet.cell(5, len(head)).value
    assert sheet.cell(4, len(head) - 1).value == "通过"


def test_cells_never_begin_a_formula():
    plan = facts([course("=1+1", "+cmd", "core", 1, 16, 0, 1, module="@x")])
    sheet = openpyxl.load_workbook(BytesIO(sheets.courses_table(plan))).active
    values = [cell.value for cell in sheet[2] if isinstance(cell.value, str)]
    assert not [v for v in values if v[0] in "=+-@"]


SUPPLEMENT = ["专业代码", "专业名称", "层次", "目录版本", "专业大类", "专业类", "名称变更"]


def test_a_supplement_is_read_with_its_cells():
    rows = [["510217", "人工智能数据工程技术", "高职专科", "2025", "电子与信息大类", "计算机类", None]]
    result = sheets.read_programmes(rows_book(SUPPLEMENT, rows), "增补.xlsx")
    assert result.problems == []
    entry = result.entries[0]
    assert (entry.code, entry.level, entry.edition, entry.is_renamed) == ("510217", "higher", "2025", False)
    assert (entry.where.row, entry.where.column) == (2, "A")


def test_a_supplement_with_an_unknown_level_names_the_cell():
    result = sheets.read_programmes(
        rows_book(SUPPLEMENT, [["510217", "某某技术", "大学", "2025", "", "", ""]]), "增补.xlsx"
    )
    assert [(p.where.row, p.where.title) for p in result.problems] == [(2, "层次")]


def test_columns_that_may_be_left_out_may_be_left_out_altogether():
    titles = ["课程代码", "课程名称", "课程类别", "课程性质", "学分", "总学时", "实践学时", "开设学期"]
    rows = [["A1", "数学", "公共基础课", "必修", 3, 48, 0, 1]]
    result = read(rows_book(titles, rows, "课程表"))
    assert result.problems == []
    assert (result.entries[0].weeks, result.entries[0].topic, result.entries[0].is_convertible) == (0, "", True)
