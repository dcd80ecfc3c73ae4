"""林老师 hands in a sheet with mistakes, corrects it row by row with the papers beside her, imports it; and not twice.

Given 林老师 of 东湖职业技术学院 has signed in, and has the certificates and transcripts on her desk,
when she uploads the sheet with more than thirty wrong rows,
then the page says how many rows need changes and that nothing is saved, and the returned workbook says why in each row;
when she corrects each row in the returned workbook by its explanation, overlooking one, and uploads it again,
then the page asks for that one row alone, and she corrects it too;
when every row is right, then she imports them, and each stands in its learner's account as the papers have it;
when she uploads the same sheet once more, then she is told, and nothing is doubled;
and the bureau reads in the record who uploaded, confirmed and imported it, and in the morning the sealed ledger.
"""

from __future__ import annotations

import io
import re
from datetime import date

import openpyxl
import pytest

from guantong.base.audit.models import AuditLine
from guantong.base.people.public import find_by_id_number
from guantong.base.sheets.command import work_once
from guantong.base.sheets.models import ImportJob
from guantong.domains.credit.actions.auditing import audit_ledger
from guantong.domains.credit.models import Achievement, LedgerEntry
from guantong.domains.credit.sheets.samples.own import person as on_paper
from tests.house.sources import ROOT

pytestmark = pytest.mark.journey
SAMPLE = ROOT / "samples" / "学习成果存入表-二十多处错误.xlsx"
NUMBER, NAME, KIND, TITLE, LEVEL, RANK = "身份证号", "姓名", "成果类型", "成果名称", "等级", "名次"
GRADE, HOURS, CREDITS, CERTIFICATE, ISSUED, UNTIL = "成绩", "学时", "学分", "证书编号", "取得日期", "有效期至"
FIRST = 5
"""The first wrong row."""


def paper(row: int) -> tuple[str, str]:
    """(name, identity number) on the papers of that row."""
    return on_paper(910 + row - FIRST if row < 29 else 950 + row - 29)


PAPERS = {
    **{row: {NUMBER: paper(row)[1]} for row in (5, 6, 7, 8, 9)},
    10: {NAME: paper(10)[0]},
    11: {KIND: "职业技能等级证书", LEVEL: "中级工", CERTIFICATE: "S9909990000000011"},
    12: {ISSUED: date(2024, 6, 30)},
    13: {ISSUED: date(2024, 9, 1)},
    14: {ISSUED: date(2024, 2, 29)},
    15: {ISSUED: "2024-09-01"},
    16: {ISSUED: "2025年1月10日"},
    17: {HOURS: 64},
    18: {HOURS: 64},
    19: {HOURS: 96},
    20: {CREDITS: 3.13},
    21: {TITLE: "机械制图"},
    22: {CERTIFICATE: "990999000012345678"},
    23: {LEVEL: "特级技师"},
    24: {CERTIFICATE: "S9909990000000024"},
    25: {RANK: "二等奖"},
    26: {GRADE: "良好"},
    27: {ISSUED: date(2025, 1, 1)},
    28: {UNTIL: date(2030, 1, 1)},
    29: {HOURS: 64},
    30: {HOURS: 72},
    32: {NAME: paper(32)[0]},
}
"""What the papers say in the cells the sheet has wrong, by row."""
NOT_A_ROW = (35, 37, 38)
"""The same achievement a second time, the sum and the signature: their explanation asks to delete them."""
OVERLOOKED = 23
FORMATS = {str: "@", date: "yyyy-mm-dd"}
STORED = {
    TITLE: "title",
    CERTIFICATE: "certificate_number",
    RANK: "place",
    GRADE: "grade",
    HOURS: "hours",
    LEVEL: "level",
    CREDITS: "declared",
    KIND: "kind",
    ISSUED: "issued_on",
    UNTIL: "valid_until",
}
"""Where a cell is kept."""
AS_STORED = {
    "职业技能等级证书": "skill_grade",
    "中级工": 3,
    "特级技师": 7,
    3.13: 313,
    "2024-09-01": date(2024, 9, 1),
    "2025年1月10日": date(2025, 1, 10),
}
"""What is kept for a cell, where it is not the same."""


@pytest.mark.parametrize(("width", "scripts"), [(1440, True), (390, False)], ids=["wide", "narrow, without scripts"])
def test_a_sheet_with_mistakes_is_corrected_and_imported(cast, person, width, scripts):
    lin = person("lin", width=width, scripts=scripts)

    when_she_uploads(lin, SAMPLE.name, SAMPLE.read_bytes())
    then_she_is_told_what_to_change_and_nothing_is_saved(lin, len(PAPERS) + len(NOT_A_ROW))

    returned = when_she_takes_the_workbook_back(lin)
    then_each_wrong_row_says_which_cell_and_why(returned)
    when_she_corrects_by_the_explanations(returned, [row for row in PAPERS if row != OVERLOOKED])
    when_she_uploads(lin, "学习成果存入表（改好）.xlsx", as_file(returned))
    then_she_is_told_what_to_change_and_nothing_is_saved(lin, 1)
    lin.sees(f"第 {OVERLOOKED} 行　F{OVERLOOKED}「等级」　填的是：特高级", "特级技师、首席技师")

    returned = when_she_takes_the_workbook_back(lin)
    when_she_corrects_by_the_explanations(returned, [OVERLOOKED], without=())
    corrected = as_file(returned)
    when_she_uploads(lin, "学习成果存入表（再改）.xlsx", corrected)
    then_she_imports_every_row(lin, returned)
    then_each_row_is_in_its_account_as_the_papers_have_it()

    number = ImportJob.objects.get(state="imported").public_id
    entries = LedgerEntry.objects.count()
    when_she_uploads(lin, "学习成果存入表（再改）.xlsx", corrected)
    lin.sees("没有再导入")
    assert LedgerEntry.objects.count() == entries

    chen = person("chen", width=width, scripts=scripts)
    then_the_bureau_reads_the_import_in_the_record(chen, number)
    then_the_sealed_ledger_is_shown_in_the_morning(chen, entries)


def when_she_uploads(lin, name, content):
    lin.opens("/desk/")
    lin.follows("存入成果")
    lin.attaches("表格文件", name, content)
    lin.presses("上传并检查")


def then_she_is_told_what_to_change_and_nothing_is_saved(lin, wrong):
    said = re.search(r"有 (\d+) 行需要修改，(\d+) 行没有问题。现在还没有保存任何数据。", lin.reads("main"))
    assert said, lin.reads("main")
    assert int(said.group(1)) == wrong
    assert not Achievement.objects.exists()


def when_she_takes_the_workbook_back(lin):
    content = lin.downloads("下载带说明的表格")
    return openpyxl.load_workbook(io.BytesIO(content))


def titles_of(sheet):
    return {cell.value: cell.column for cell in sheet[1] if cell.value}


def then_each_wrong_row_says_which_cell_and_why(book):
    sheet = book.worksheets[0]
    columns = titles_of(sheet)
    assert columns["错误说明"] == columns["校验结果"] + 1
    verdicts = {row: str(sheet.cell(row, columns["校验结果"]).value or "") for row in range(2, sheet.max_row + 1)}
    assert sorted(row for row, verdict in verdicts.items() if "需修改" in verdict) == sorted([*PAPERS, *NOT_A_ROW])
    for row, cells in PAPERS.items():
        said = sheet.cell(row, columns["错误说明"]).value
        assert next(iter(cells)) in said and "编号" in said, (row, said)
    for row in NOT_A_ROW:
        assert "删" in sheet.cell(row, columns["错误说明"]).value


def when_she_corrects_by_the_explanations(book, rows, without=NOT_A_ROW):
    sheet = book.worksheets[0]
    columns = titles_of(sheet)
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    for row in rows:
        for title, value in PAPERS[row].items():
            cell = sheet.cell(row, columns[title])
            cell.value = value
            cell.number_format = FORMATS.get(type(value), "General")
    for row in sorted(without, reverse=True):
        sheet.delete_rows(row)


def as_file(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def then_she_imports_every_row(lin, book):
    number = len([row for row in book.worksheets[0].iter_rows(min_row=2, max_col=1, values_only=True) if row[0]])
    assert number == 34, "rows 2 to 38 without the three that are none"
    lin.sees(f"全部 {number} 行都可以导入，其中 {number} 处请您核对。现在还没有保存任何数据。")
    lin.ticks(f"已核对，以上 {number} 处确实如此")
    lin.presses(f"导入这 {number} 行")
    lin.sees(f"已经存入 {number} 行。")
    assert Achievement.objects.count() == number


def then_each_row_is_in_its_account_as_the_papers_have_it():
    for row, cells in PAPERS.items():
        name, number = paper(row)
        found = Achievement.objects.get(account__person_id=find_by_id_number(number))
        assert found.account.person.name == name
        kept = {title: getattr(found, STORED[title]) for title in cells if title in STORED}
        assert kept == {title: AS_STORED.get(cells[title], cells[title]) for title in kept}, row
    assert audit_ledger().is_clean


def then_the_bureau_reads_the_import_in_the_record(chen, number):
    chen.opens("/desk/")
    chen.follows("审计记录")
    chen.fills("对象编号", number)
    chen.presses("查找")
    chen.sees("共 3 条")
    for words in ("上传表格", "确认导入", "导入完成"):
        line = chen.row(words).inner_text()
        assert "林老师" in line and "东湖职业技术学院" in line and number in line
    assert AuditLine.objects.get(action="import_sheet").facts["rows"] == Achievement.objects.count()


def then_the_sealed_ledger_is_shown_in_the_morning(chen, entries):
    work_once()
    chen.opens("/desk/")
    chen.follows("转换情况")
    chen.sees("账本封存")
    sealed = chen.page.locator("section", has_text="账本封存").locator("tbody td[data-label=分录]")
    assert sealed.all_inner_texts() == [str(entries)]
