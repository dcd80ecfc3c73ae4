"""The returned workbook: two added columns, everything else as it was."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.table import Table

from guantong.base.sheets.returning import write_report
from guantong.kernel.refusal import Citation, RefusalKind, Weight

from .books import GOOD_ID, OTHER_ID, SPEC, TITLES, book, good_row, read, sheet_xml


def returned(content: bytes, name: str = "表.xlsx", extra=()):
    reading, _ = read(content, name)
    return write_report(content, SPEC, [*reading.problems, *extra], name)


def cells(content: bytes, sheet: str = "学习成果"):
    page = openpyxl.load_workbook(io.BytesIO(content))[sheet]
    return [[c.value for c in row] for row in page.iter_rows()]


MIXED = [
    TITLES,
    good_row(),
    good_row(id_number=OTHER_ID, hours="x", note="一二三四五六七八九十甲"),
    good_row(number="3"),
]


def test_every_row_gets_a_verdict_and_its_reasons_one_a_line():
    rows = cells(returned(book(MIXED)))
    assert rows[0][9:] == ["校验结果", "错误说明"]
    assert rows[1][9:] == ["通过", None]
    assert rows[2][9] == "2 处需修改"
    first, second = rows[2][10].split("\n")
    assert first == "F3「学时」：“学时”要填数字。请只填数字，不带单位、百分号和说明文字。（编号 SHT-045）"
    assert second.startswith("I3「备注」：")
    assert rows[3][9:] == ["通过", None]
    assert [r[:9] for r in rows] == [[c if c != "" else None for c in row] for row in MIXED]


def rich(workbook, page):
    page["A1"].font = Font(bold=True, color="FF00FF00")
    page["B3"].fill = PatternFill("solid", fgColor="FFFFFF00")
    page["H2"].number_format = "yyyy/m/d"
    page.column_dimensions["A"].width = 33
    page.column_dimensions["J"].width = 5
    page.row_dimensions[3].height = 40
    page.freeze_panes = "B2"
    page.auto_filter.ref = "A1:I4"
    page["L2"] = None
    page["L2"].font = Font(italic=True)
    page.conditional_formatting.add("A2:A4", openpyxl.formatting.rule.FormulaRule(formula=["$A2=1"]))
    second = workbook.create_sheet("别的")
    second["A1"] = "=SUM(1,2)"


def test_her_columns_formats_and_other_sheets_are_untouched():
    content = book(MIXED, rich)
    back = returned(content)
    old, new = (openpyxl.load_workbook(io.BytesIO(c)) for c in (content, back))
    for row in old["学习成果"].iter_rows(max_col=9):
        for cell in row:
            twin = new["学习成果"][cell.coordinate]
            assert twin.value == cell.value
            assert repr((twin.font, twin.fill, twin.number_format)) == repr((cell.font, cell.fill, cell.number_format))
    assert new["学习成果"].column_dimensions["A"].width == 33
    assert new["学习成果"].row_dimensions[3].height == 40
    assert new["学习成果"].freeze_panes == "B2"
    assert new["学习成果"].auto_filter.ref == "A1:K4"
    assert new["学习成果"]["L2"].font.italic
    assert len(new["学习成果"].conditional_formatting) == 1
    assert new["别的"]["A1"].value == "=SUM(1,2)"
    with zipfile.ZipFile(io.BytesIO(content)) as a, zipfile.ZipFile(io.BytesIO(back)) as b:
        assert a.namelist() == b.namelist()
        changed = {n for n in a.namelist() if a.read(n) != b.read(n)}
    assert changed == {"xl/worksheets/sheet1.xml", "xl/styles.xml"}


def test_cells_of_a_row_stay_in_order():
    xml = zipfile.ZipFile(io.BytesIO(returned(book(MIXED, rich)))).read("xl/worksheets/sheet1.xml").decode()
    second = re.search(r'<row r="2".*?</row>', xml, re.DOTALL).group(0)
    assert re.findall(r'<c r="([A-Z]+)2"', second)[-2:] == ["J", "L"]
    columns = re.findall(r'<col [^>]*min="(\d+)"', xml) or re.findall(r'min="(\d+)"', xml)
    assert columns == sorted(columns, key=int)


def test_it_comes_back_again_with_the_columns_in_the_same_place():
    once = returned(book(MIXED))
    reading, _ = read(once)
    assert "SHT-024" not in [n.code for n in reading.notes]
    workbook = openpyxl.load_workbook(io.BytesIO(once))
    workbook.active["F3"] = 16
    target = io.BytesIO()
    workbook.save(target)
    again = cells(returned(target.getvalue()))
    assert again[0] == [*TITLES, "校验结果", "错误说明"]
    assert again[2][9] == "1 处需修改"
    assert again[2][10].startswith("I3「备注」")
    assert again[1][9:] == ["通过", None]


def test_a_mended_file_comes_back_all_passed():
    workbook = openpyxl.load_workbook(io.BytesIO(returned(book(MIXED))))
    workbook.active["F3"] = 16
    workbook.active["I3"] = "短"
    target = io.BytesIO()
    workbook.save(target)
    again = cells(returned(target.getvalue()))
    assert [r[9:] for r in again[1:]] == [["通过", None]] * 3


LAW = RefusalKind("TST-901", "每个证书最多转换 8 学分。", "请改为 8 或更小。")
ASK = RefusalKind("TST-902", "学时比同类课程多。", "确实如此请打勾。", weight=Weight.PLEASE_CONFIRM)
NOTE = RefusalKind("TST-903", "已改成半角。", "请核对。", weight=Weight.TIDIED)


def test_law_and_weights_are_told():
    reading, _ = read(book([TITLES, good_row(), good_row(number="2"), good_row(number="3")]))
    basis = Citation("d", "学分银行管理办法", "教〔2024〕1号", "第十二条", None)
    extra = [
        LAW.problem(where=reading.where(2, "credits", "12"), basis=basis),
        ASK.problem(where=reading.where(3, "hours")),
        NOTE.problem(where=reading.where(4, "hours")),
    ]
    rows = cells(returned(book([TITLES, good_row(), good_row(number="2"), good_row(number="3")]), extra=extra))
    assert rows[1][9] == "1 处需修改"
    assert rows[1][10] == (
        "G2「学分」：每个证书最多转换 8 学分。请改为 8 或更小。"
        "依据：《学分银行管理办法》（教〔2024〕1号）第十二条（编号 TST-901）"
    )
    assert rows[2][9] == "1 处请确认"
    assert rows[3][9:] == ["通过", None]


def test_header_problems_stand_in_the_first_row_below_it():
    rows = cells(returned(book([["汇总"], ["身份证号", "姓名"], [GOOD_ID, "吴"]])))
    assert rows[1][2:] == ["校验结果", "错误说明"]
    assert rows[2][2] == "1 处需修改"
    assert "缺少“成果类型”这一列" in rows[2][3]


def test_rows_the_file_does_not_hold_are_added_where_they_belong():
    def merge(workbook, page):
        page.merge_cells("B3:B4")

    content = book([TITLES, good_row(), good_row(number="2"), [], good_row(number="3")], merge)
    bare = sheet_xml(content, lambda x: re.sub(r'<row r="4".*?</row>', "", x, flags=re.DOTALL))
    rows = cells(returned(bare))
    assert [r[9] for r in rows] == ["校验结果", "通过", "通过", "3 处需修改", "通过"]


def test_our_words_never_become_a_formula():
    content = book([TITLES, good_row(kind="=1+1&<x>")], lambda w, p: setattr(p["C2"], "data_type", "s"))
    page = openpyxl.load_workbook(io.BytesIO(returned(content))).active
    assert page["K2"].data_type in {"s", "inlineStr"}
    assert page["C2"].value == "=1+1&<x>"


def test_a_table_takes_the_columns_in():
    def table(workbook, page):
        page.add_table(Table(displayName="T1", ref="A1:I4"))

    workbook = openpyxl.load_workbook(io.BytesIO(returned(book(MIXED, table))))
    found = workbook.active.tables["T1"]
    assert found.ref == "A1:K4"
    assert [c.name for c in found.tableColumns][-2:] == ["校验结果", "错误说明"]
    assert len({c.id for c in found.tableColumns}) == 11


def test_prefixed_xml_is_patched_too():
    def prefix(xml: str) -> str:
        return re.sub(r"<(/?)(\w)", r"<\1x:\2", xml).replace("xmlns=", "xmlns:x=")

    rows = cells(returned(sheet_xml(book(MIXED), prefix)))
    assert [r[9] for r in rows] == ["校验结果", "通过", "2 处需修改", "通过"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_comes_back_as_csv(encoding):
    first = f'{GOOD_ID},吴小雨,课程成绩,"K,1",4190012345,x,2,2024-09-01,'
    second = f"{OTHER_ID},吴,课程成绩,K2,4190012345,1,2,2024-09-01,"
    text = "\r\n".join([",".join(TITLES), first, second, ""])
    back = returned(text.encode(encoding), "成果.csv").decode(encoding)
    lines = back.splitlines()
    assert lines[0].endswith("备注,校验结果,错误说明")
    assert '"K,1"' in lines[1]
    assert "1 处需修改" in lines[1]
    assert lines[2].endswith(",通过,")
    assert (back.encode(encoding)[:3] == b"\xef\xbb\xbf") == (encoding == "utf-8-sig")


def test_a_large_sheet_is_patched_in_passing():
    rows = [TITLES, *(good_row(number=f"K{n}", hours="x" if n % 500 == 0 else 3) for n in range(3000))]
    back = cells(returned(book(rows)))
    assert len(back) == 3001
    assert sum(r[9] == "1 处需修改" for r in back) == 6
    assert sum(r[9] == "通过" for r in back) == 2994
