"""A workbook written the way desktop programs write it: shared strings, spans, rich text, styles, extensions."""

from __future__ import annotations

import datetime
import io
import zipfile
from xml.etree import ElementTree

import openpyxl
import pytest

from guantong.base.sheets.returning import write_report

from .books import GOOD_ID, OTHER_ID, SPEC, TITLES, book, good_row, read

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TEXTS = [*TITLES, GOOD_ID, OTHER_ID, "课程成绩", "KC-1", "KC-2", "4190012345"]
PARTS = {
    "[Content_Types].xml": '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',  # noqa: E501
    "_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',  # noqa: E501
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="/xl/worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{RELATIONS}/styles" Target="styles.xml"/><Relationship Id="rId3" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',  # noqa: E501
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><workbookPr/><bookViews><workbookView/></bookViews><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',  # noqa: E501
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="176" formatCode="0000000000"/></numFmts><fonts count="1" x14ac:knownFonts="1" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"><font><sz val="11"/><name val="等线"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="31" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="176" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"><alignment horizontal="center"/></xf></cellXfs><cellStyles count="1"><cellStyle name="常规" xfId="0" builtinId="0"/></cellStyles></styleSheet>',  # noqa: E501
    "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}" count="20" uniqueCount="20">'
    + "".join(f'<si><t>{t}</t><phoneticPr fontId="1" type="noConversion"/></si>' for t in TEXTS)
    + '<si><r><t>吴</t></r><r><rPr><b/></rPr><t xml:space="preserve">小雨 </t></r></si></sst>',
}
NAME = len(TEXTS)


def shared(place: str, index: int) -> str:
    return f'<c r="{place}" t="s"><v>{index}</v></c>'


HEAD = (
    '<row r="2" spans="1:9" x14ac:dyDescent="0.2">'
    + "".join(shared(f"{c}2", i) for i, c in enumerate("ABCDEFGHI"))
    + "</row>"
)


def data(number: int, id_index: int, code_index: int, school: str, day: str) -> str:
    at = str(number)
    return (
        f'<row r="{at}" spans="1:9" ht="20.1" customHeight="1" x14ac:dyDescent="0.2">'
        + shared("A" + at, id_index)
        + shared("B" + at, NAME)
        + shared("C" + at, TEXTS.index("课程成绩"))
        + shared("D" + at, code_index)
        + f'<c r="E{at}" s="2"><v>{school}</v></c><c r="F{at}"><v>32</v></c><c r="G{at}"><v>2.5</v></c>'
        + f'<c r="H{at}" s="1"><v>{day}</v></c><c r="I{at}" s="1"/></row>'
    )


def excel_file(*rows: str) -> bytes:
    sheet = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac" '
        'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"><dimension ref="A2:I4"/>'
        '<sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews>'
        '<sheetFormatPr defaultRowHeight="14.25"/>'
        '<cols><col min="1" max="1" width="20.5" customWidth="1"/><col min="9" max="16384" width="9" style="1"/></cols>'
        f'<sheetData>{HEAD}{"".join(rows)}</sheetData><phoneticPr fontId="1" type="noConversion"/>'
        '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/></worksheet>'
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**PARTS, "xl/worksheets/sheet1.xml": sheet}.items():
            archive.writestr(name, text)
    return target.getvalue()


GOOD = data(3, TEXTS.index(GOOD_ID), TEXTS.index("KC-1"), "4190012345", "45536")
BAD = data(4, TEXTS.index(OTHER_ID), TEXTS.index("KC-2"), "90012345", "45536.5").replace("<v>32</v>", "<v>0</v>")


def test_it_is_read_as_she_sees_it():
    reading, rows = read(excel_file(GOOD, BAD))
    assert [(p.code, p.where.row, p.where.column) for p in reading.problems] == [("SHT-047", 4, "F")]
    (row,) = rows
    assert row.number == 3
    assert row.values["name"] == "吴小雨"
    assert row.values["issued_on"] == datetime.date(2024, 9, 1)
    assert row.values["school"] == "4190012345"


def test_zeros_shown_by_the_format_are_not_lost():
    reading, rows = read(excel_file(GOOD, BAD.replace("<v>0</v>", "<v>1</v>")))
    assert reading.problems == []
    assert rows[1].values["school"] == "0090012345"
    note = next(n for n in reading.notes if n.code == "SHT-083")
    assert "第 3–4 行" in note.do


def test_the_returned_workbook_is_still_a_whole_one():
    content = excel_file(GOOD, BAD)
    reading, _ = read(content)
    back = write_report(content, SPEC, reading.problems)
    with zipfile.ZipFile(io.BytesIO(back)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))  # noqa: S314 (made just now)
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "spans=" not in xml
    assert 'dimension ref="A2:K4"' in xml
    assert 'ht="20.1" customHeight="1" x14ac:dyDescent="0.2"' in xml
    columns = [(c.get("min"), c.get("max")) for c in ElementTree.fromstring(xml).iter(f"{{{MAIN}}}col")]  # noqa: S314
    assert columns == [("1", "1"), ("9", "9"), ("10", "10"), ("11", "11"), ("12", "16384")]
    page = openpyxl.load_workbook(io.BytesIO(back)).active
    assert [c.value for c in page["J"]] == [None, "校验结果", "通过", "1 处需修改"]
    assert page["E4"].number_format == "0000000000"
    assert page["H3"].value == 45536


@pytest.mark.parametrize("number_format", ["000000", "0000"])
def test_a_student_number_kept_as_a_number_with_a_zero_format(number_format):
    def style(workbook, page):
        page["D2"].number_format = number_format

    reading, rows = read(book([TITLES, good_row(number=123)], style))
    assert reading.problems == []
    assert rows[0].values["number"] == f"{123:0{len(number_format)}d}"
