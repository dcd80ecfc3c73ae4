"""Headers as people type them, and what spreadsheet programs do to sheets."""

from __future__ import annotations

import pytest

from guantong.base.sheets.opening import open_workbook
from guantong.base.sheets.reading import match_specs, show_rows
from guantong.base.sheets.specs import ColumnSpec, SheetSpec, column_index, column_letters

from .books import (
    GOOD_ID,
    OTHER_ID,
    SPEC,
    TITLES,
    assert_well_said,
    book,
    good_row,
    note_codes,
    one_problem,
    read,
    sheet_xml,
)


@pytest.mark.parametrize(
    "title",
    [
        "身份证号",
        " 身份证号 ",
        "身份证号*",
        "＊身份证号",
        "身份证号（必填）",
        "身 份 证 号",
        "身份證號",
        "身分證號",
        "身份证号：",
        "身份证件号",
        "身份证号\n(必填)",
    ],
)
def test_it_recognises_titles_as_people_type_them(title):
    reading, rows = read(book([[title, *TITLES[1:]], good_row()]))
    assert reading.problems == []
    assert rows[0].values["id_number"] == GOOD_ID


def test_the_header_may_stand_under_a_title_and_rows_keep_their_numbers():
    reading, rows = read(
        book([["2026年学习成果汇总表"], ["填报单位：东湖职校"], [], TITLES, good_row(hours="x"), good_row(number="2")])
    )
    assert reading.header.row == 4
    assert [p.where.row for p in reading.problems] == [5]
    assert [r.number for r in rows] == [6]


def test_columns_may_stand_in_any_order_and_not_from_the_first_column():
    rows = [["", *reversed(TITLES)], ["", *reversed(good_row(hours="x"))]]
    problem = one_problem(book(rows))
    assert (problem.where.row, problem.where.column, problem.where.title) == (2, "E", "学时")


def test_no_header_stops_there_and_names_the_titles():
    reading, rows = read(book([good_row(), good_row()]))
    assert [p.code for p in reading.problems] == ["SHT-021"]
    assert "“身份证号”、“姓名”、“成果类型”" in reading.problems[0].do
    assert_well_said(reading.problems[0])
    assert rows == []
    assert reading.is_stopped


def test_missing_columns_are_all_named_with_a_likely_one():
    content = book([["身份证号", "姓名", "成果的类型"], [GOOD_ID, "吴小雨", "课程成绩"]])
    reading, rows = read(content)
    assert [p.code for p in reading.problems] == ["SHT-022"]
    assert "缺少“成果类型”这一列" in reading.problems[0].message
    assert "如果“成果的类型”就是这一列" in reading.problems[0].do
    assert_well_said(reading.problems[0])
    assert rows == []


def test_optional_and_extra_columns_are_said():
    reading, rows = read(
        book([["身份证号", "姓名", "成果类型", "班主任", "电话"], [GOOD_ID, "吴小雨", "课程成绩", "李", "1"]])
    )
    assert reading.problems == []
    assert len(rows) == 1
    extra = next(n for n in reading.notes if n.code == "SHT-024")
    assert "还有 2 列不在模板里：“班主任”、“电话”。" in extra.message
    missing = [n.message for n in reading.notes if n.code == "SHT-025"]
    assert "表头里没有“证书编号”这一列。" in missing
    assert "number" not in rows[0].values


def test_a_column_twice_stops():
    problem = one_problem(book([[*TITLES, "学时"], [*good_row(), 5]]))
    assert (problem.code, problem.where.row, problem.where.column) == ("SHT-023", 1, "J")
    assert "在 F、J 列" in problem.message
    assert_well_said(problem)


def test_hidden_rows_and_columns_are_read_and_said():
    def hide(workbook, page):
        for number in (3, 4, 6):
            page.row_dimensions[number].hidden = True
        page.column_dimensions["F"].hidden = True

    reading, rows = read(book([TITLES, *(good_row(number=f"K{n}") for n in range(6))], hide))
    assert len(rows) == 6
    hidden = next(n for n in reading.notes if n.code == "SHT-030")
    assert "有 3 行是隐藏的（第 3–4、6 行）" in hidden.message
    assert "SHT-031" in note_codes(reading)


def test_merged_cells_are_named_row_by_row():
    def merge(workbook, page):
        page.merge_cells("B2:B4")

    content = book(
        [TITLES, good_row(), good_row(number="2", name=""), good_row(number="3", name=""), good_row(number="4")], merge
    )
    reading, rows = read(content)
    assert [(p.code, p.where.row, p.where.column) for p in reading.problems] == [
        ("SHT-064", 3, "B"),
        ("SHT-064", 4, "B"),
    ]
    assert "B2:B4 是合并的单元格，只有左上角的 B2 有内容" in reading.problems[0].message
    assert_well_said(reading.problems[0])
    assert [r.number for r in rows] == [2, 5]


def test_a_merged_title_above_the_header_is_no_problem():
    def merge(workbook, page):
        page.merge_cells("A1:I1")

    reading, rows = read(book([["学习成果汇总"], TITLES, good_row()], merge))
    assert reading.problems == []
    assert len(rows) == 1


def test_formulas_without_a_stored_result_are_named():
    reading, rows = read(book([TITLES, good_row(), good_row(number="2", hours="=16*2")]))
    assert [(p.code, p.where.row, p.where.column) for p in reading.problems] == [("SHT-062", 3, "F")]
    assert "没有存下计算结果" in reading.problems[0].message
    assert_well_said(reading.problems[0])
    assert [r.number for r in rows] == [2]
    assert "SHT-034" in note_codes(reading)


def test_formulas_with_a_result_are_read_as_shown():
    content = sheet_xml(
        book([TITLES, good_row(hours="=16*2")]), lambda x: x.replace("<f>16*2</f><v />", "<f>16*2</f><v>32</v>")
    )
    reading, rows = read(content)
    assert reading.problems == []
    assert rows[0].values["hours"] == 32


def test_error_marks_are_named():
    def spoil(workbook, page):
        page["F2"].value = "#N/A"
        page["F2"].data_type = "e"

    problem = one_problem(book([TITLES, good_row()], spoil))
    assert (problem.code, problem.where.row, problem.where.column) == ("SHT-063", 2, "F")
    assert "#N/A" in problem.message
    assert_well_said(problem)


def test_a_formula_in_a_column_of_her_own_does_not_matter():
    reading, rows = read(book([[*TITLES, "我的"], [*good_row(), "=1+1"]]))
    assert reading.problems == []
    assert len(rows) == 1


def test_a_second_sheet_is_passed_over_and_said():
    def more(workbook, page):
        workbook.create_sheet("上学期")
        workbook.create_sheet("说明")
        hidden = workbook.create_sheet("暗表")
        hidden.sheet_state = "hidden"

    reading, rows = read(book([TITLES, good_row()], more))
    assert len(rows) == 1
    note = next(n for n in reading.notes if n.code == "SHT-032")
    assert "“上学期”、“暗表”" in note.message
    assert "只读取了“学习成果”" in note.do
    assert_well_said(note)


def test_the_sheet_with_the_header_is_found_behind_a_cover_sheet():
    def more(workbook, page):
        page.title = "封面"
        for row in page.iter_rows():
            for cell in row:
                cell.value = None
        page["A1"] = "请看第二张表"
        second = workbook.create_sheet("数据")
        second.append(TITLES)
        second.append(good_row())

    reading, rows = read(book([TITLES, good_row()], more))
    assert reading.sheet == "数据"
    assert len(rows) == 1


def test_the_form_that_fits_best_is_chosen():
    other = SheetSpec(
        name="people",
        title="学生",
        columns=tuple(
            ColumnSpec(key=k, titles=(t,), required=True) for k, t in (("a", "学号"), ("b", "姓名"), ("c", "班级"))
        ),
    )
    content = book([["学号", "姓名", "班级"], ["1", "吴", "二班"]], sheet="随便")
    assert match_specs(open_workbook(content, "x.xlsx"), [SPEC, other]) is other
    assert match_specs(open_workbook(book([TITLES, good_row()]), "x.xlsx"), [other, SPEC]) is SPEC


CSV = (
    ",".join(TITLES)
    + "\r\n"
    + f'{GOOD_ID},吴小雨,课程成绩,"KC,1",4190012345,32,2,2024/9/1,"两\n行"\r\n'
    + f'="{OTHER_ID}",吴小雨,课程成绩,KC2,4190012345,3x,2,2024/9/1,\r\n'
)


@pytest.mark.parametrize(
    ("encoding", "printed"), [("utf-8-sig", "UTF-8"), ("utf-8", "UTF-8"), ("gb18030", "GB18030"), ("utf-16", "UTF-16")]
)
def test_csv_is_read_in_the_usual_encodings(encoding, printed):
    reading, rows = read(CSV.encode(encoding), "成果.csv")
    assert [(p.code, p.where.row, p.where.column) for p in reading.problems] == [("SHT-045", 3, "F")]
    assert rows[0].values["number"] == "KC,1"
    assert rows[0].values["hours"] == 32
    assert "SHT-082" not in note_codes(reading)
    note = next(n for n in reading.notes if n.code == "SHT-035")
    assert printed in note.message
    assert "SHT-087" in note_codes(reading)


def test_csv_rows_of_uneven_length_are_read():
    text = ",".join(TITLES[:4]) + f"\n{GOOD_ID},吴,课程成绩\n\n{OTHER_ID},吴,课程成绩,K2,多余\n"
    reading, rows = read(text.encode(), "a.csv")
    assert reading.problems == []
    assert [r.number for r in rows] == [2, 4]


def test_row_numbers_are_grouped():
    assert show_rows([3, 8, 9, 10, 25]) == "3、8–10、25"
    assert show_rows(list(range(1, 60, 2))).endswith("23 等")


@pytest.mark.parametrize(("letters", "index"), [("A", 0), ("Z", 25), ("AA", 26), ("IV", 255), ("XFD", 16383)])
def test_letters_and_indices(letters, index):
    assert column_letters(index) == letters
    assert column_index(letters) == index


def test_sheets_whose_cells_do_not_name_their_place_are_read():
    import re

    content = sheet_xml(
        book([TITLES, good_row(), good_row(number="K2", hours="x")]), lambda x: re.sub(r' r="[A-Z]*\d+"', "", x)
    )
    reading, rows = read(content)
    assert [(p.where.row, p.where.column) for p in reading.problems] == [(3, "F")]
    assert [r.number for r in rows] == [2]
