"""Every file that is not a plain, modest workbook is refused, and told apart."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from guantong.base.sheets.opening import Limits, open_workbook, show_size
from guantong.base.sheets.reading import read_sheet
from guantong.base.sheets.writing import write_template
from guantong.kernel.refusal import Refusal

from .books import SPEC, TITLES, assert_well_said, book, good_row, repack, sheet_xml

GOOD = book([TITLES, good_row()])
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refused(content: bytes, name: str = "成果.xlsx", limits: Limits | None = None):
    with pytest.raises(Refusal) as caught:
        workbook = open_workbook(content, name, limits) if limits else open_workbook(content, name)
        list(read_sheet(workbook, SPEC))
    (problem,) = caught.value.problems
    assert_well_said(problem)
    return problem


def keep(name: str, data: bytes) -> bytes:
    return data


def zipped(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "code", "words"),
    [
        (b"", "成果.xlsx", "SHT-001", "里没有内容"),
        (b"\0\0\0", "成果.xlsx", "SHT-001", "里没有内容"),
        (b"%PDF-1.7 ...", "成果.xlsx", "SHT-002", "看起来是 PDF 文件"),
        (b"\x89PNG\r\n", "成果.xlsx", "SHT-002", "看起来是图片"),
        (b"hello", "成果.docx", "SHT-002", "不是电子表格"),
        (b"\x01\x02\0binary", "成果.xlsx", "SHT-002", "不是电子表格"),
        (zipped(**{"a.txt": b"x"}), "成果.xlsx", "SHT-002", "看起来是压缩包"),
        (OLE + b"\0" * 600, "成果.xls", "SHT-003", "另存为"),
        (OLE + b"\0" * 600, "成果.xlsx", "SHT-003", "旧版的 .xls"),
        ("身份证号,姓名\n1,吴\n".encode(), "成果.xlsx", "SHT-004", "里面却是普通文本"),
        (OLE + b"\0" * 64 + "EncryptedPackage".encode("utf-16-le"), "成果.xlsx", "SHT-006", "取消打开密码"),
        (GOOD[: len(GOOD) // 2], "成果.xlsx", "SHT-013", "打不开"),
        (zipped(**{"word/document.xml": b"x"}), "成果.xlsx", "SHT-015", "Word 文档"),
        (zipped(**{"xl/workbook.bin": b"x"}), "成果.xlsb", "SHT-015", "二进制工作簿"),
        (zipped(**{"content.xml": b"x", "mimetype": b"y"}), "成果.ods", "SHT-015", "OpenDocument"),
        (b'<?xml version="1.0"?><Workbook/>', "成果.xls", "SHT-015", "XML 表格"),
        ("<html><table><tr><td>姓名</td></tr></table></html>".encode(), "成果.xls", "SHT-016", "其实是一张网页"),
        (b"a,b\n\xff\xff\xff", "成果.csv", "SHT-017", "乱码"),
        (b"a,b\n\0,1", "成果.csv", "SHT-017", "乱码"),
        (b'a,"' + b"x" * 140_000 + b'"\n', "成果.csv", "SHT-020", "第 1 行读不下去"),
    ],
)
def test_files_that_are_something_else(content, name, code, words):
    problem = refused(content, name)
    assert problem.code == code
    assert words in problem.message + problem.do
    assert name in problem.message


def test_a_good_file_opens_so_that_the_refusals_are_for_their_own_reasons():
    assert [s.name for s in open_workbook(GOOD, "成果.xlsx").sheets] == ["学习成果"]
    assert len(list(read_sheet(open_workbook(repack(GOOD, keep), "x.xlsx"), SPEC))) == 1


def test_a_macro_workbook_is_refused_whatever_it_is_called():
    assert refused(repack(GOOD, keep, {"xl/vbaProject.bin": b"x"})).code == "SHT-005"
    assert refused(GOOD, "成果.xlsm").code == "SHT-005"
    typed = repack(
        GOOD, lambda n, d: d.replace(b"sheet.main", b"sheet.macroEnabled.main") if "Content_Types" in n else d
    )
    assert refused(typed).code == "SHT-005"


def test_external_links_are_refused():
    assert refused(repack(GOOD, keep, {"xl/externalLinks/externalLink1.xml": b"<a/>"})).code == "SHT-009"


def test_too_large_a_file_is_refused_before_anything_else():
    problem = refused(GOOD, limits=Limits(file=100))
    assert problem.code == "SHT-008"
    assert "100 字节" in problem.message


def test_a_bomb_is_refused_by_what_it_declares():
    bomb = repack(GOOD, keep, {"xl/media/a.bin": b"\0" * 70 * 2**20})
    problem = refused(bomb)
    assert problem.code == "SHT-007"
    assert "70" in problem.message
    assert refused(GOOD, limits=Limits(expanded=500)).code == "SHT-007"


def lying_zip(name: str, data: bytes, declared: int) -> bytes:
    """The good workbook with one part whose stated size is not its true one."""
    content = bytearray(repack(GOOD, lambda n, d: data if n == name else d))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        entry = archive.getinfo(name)
        at = content.find(b"PK\x01\x02" + content[entry.header_offset + 4 : entry.header_offset + 4][:0])
    while at >= 0:
        length = struct.unpack("<H", content[at + 28 : at + 30])[0]
        if content[at + 46 : at + 46 + length].decode() == name:
            content[at + 24 : at + 28] = struct.pack("<I", declared)
        at = content.find(b"PK\x01\x02", at + 4)
    content[entry.header_offset + 22 : entry.header_offset + 26] = struct.pack("<I", declared)
    return bytes(content)


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/styles.xml"])
@pytest.mark.parametrize("declared", [1000, 900_000_000])
def test_a_bomb_that_lies_about_its_size_is_refused(name, declared):
    problem = refused(lying_zip(name, b"<a>" + b" " * 5_000_000 + b"</a>", declared))
    assert problem.code == ("SHT-007" if declared > 1000 else "SHT-013")


def test_a_document_type_is_refused_wherever_it_stands():
    evil = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>'
    assert refused(sheet_xml(GOOD, lambda x: evil + x)).code == "SHT-012"
    template = write_template(SPEC)
    for part in ("xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "xl/sharedStrings.xml"):
        spoiled = repack(template, lambda n, d, part=part: evil.encode() + d if n == part else d)
        assert refused(spoiled).code == "SHT-012", part


def test_an_encrypted_part_is_refused():
    content = bytearray(GOOD)
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    assert refused(bytes(content)).code == "SHT-006"


def test_a_part_given_twice_is_refused():
    target = io.BytesIO(GOOD)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("xl/worksheets/SHEET1.xml", b"<worksheet/>")
    problem = refused(target.getvalue())
    assert problem.code == "SHT-019"
    assert "出现了两次" in problem.message


def test_too_many_parts_are_refused():
    assert "个部分" in refused(repack(GOOD, keep, {f"x/{n}": b"" for n in range(50)}), limits=Limits(parts=40)).message


def test_an_unusual_compression_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_BZIP2) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, old.read(entry.filename))
    assert refused(target.getvalue()).code == "SHT-019"


def test_rows_beyond_the_limit_are_refused_before_reading():
    def far(xml: str) -> str:
        return xml.replace("</sheetData>", '<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>')

    problem = refused(sheet_xml(GOOD, far))
    assert problem.code == "SHT-010"
    assert "第 1048576 行" in problem.message
    assert "100000 行" in problem.message


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="XFD2"><v>1</v></c>',
        '<c r="xfd2"><v>1</v></c>',
        "<c r='XFD2'><v>1</v></c>",
        '<c t="n" r="XFD2"><v>1</v></c>',
        '<c t="n"  r = "XFD2" ><v>1</v></c>',
        '<c x=">" r="XFD2"><v>1</v></c>',
        '<c\nr="XFD2"><v>1</v></c>',
        "<c><v>1</v></c>" * 300,
    ],
)
def test_a_sheet_spread_too_wide_is_refused_before_reading(cell):
    problem = refused(sheet_xml(GOOD, lambda x: x.replace("</row>", cell + "</row>", 1)))
    assert problem.code == "SHT-011"


def test_a_prefixed_sheet_is_watched_as_well():
    import re

    def prefix(xml: str) -> str:
        xml = re.sub(r"<(/?)(\w)", r"<\1x:\2", xml).replace("xmlns=", "xmlns:x=")
        return xml.replace("</x:row>", '<x:c r="XFD2"><x:v>1</x:v></x:c></x:row>', 1)

    assert refused(sheet_xml(GOOD, prefix)).code == "SHT-011"


def test_csv_rows_beyond_the_limit_are_refused():
    from dataclasses import replace

    text = ",".join(TITLES) + "\n" + "x\n" * 30
    with pytest.raises(Refusal) as caught:
        list(read_sheet(open_workbook(text.encode(), "a.csv"), replace(SPEC, max_rows=10)))
    assert caught.value.code == "SHT-010"


def test_a_workbook_without_a_visible_sheet_is_refused():
    hidden = repack(
        GOOD, lambda n, d: d.replace(b'state="visible"', b'state="hidden"') if n == "xl/workbook.xml" else d
    )
    problem = refused(hidden)
    assert problem.code == "SHT-018"


def test_broken_xml_is_refused():
    assert refused(repack(GOOD, lambda n, d: d[:-40] if n == "xl/workbook.xml" else d)).code == "SHT-013"
    assert refused(repack(GOOD, lambda n, d: None if n.endswith("workbook.xml.rels") else d)).code == "SHT-013"


@pytest.mark.parametrize("seed", range(60))
def test_flipped_bytes_give_a_refusal_or_a_reading_never_anything_else(seed):
    import random

    rng = random.Random(seed)
    content = bytearray(GOOD)
    for _ in range(rng.randrange(1, 12)):
        content[rng.randrange(len(content))] = rng.randrange(256)
    try:
        list(read_sheet(open_workbook(bytes(content), "成果.xlsx"), SPEC))
    except Refusal as refusal:
        assert refusal.code.startswith("SHT-")


def test_a_path_in_the_name_is_dropped():
    assert open_workbook(GOOD, "C:\\Users\\lin\\成果.xlsx").name == "成果.xlsx"


@pytest.mark.parametrize(
    ("size", "shown"), [(300, "300 字节"), (12 * 1024, "12 KB"), (30 * 2**20, "30 MB"), (3 * 2**19, "1.5 MB")]
)
def test_sizes_are_shown_as_people_read_them(size, shown):
    assert show_size(size) == shown


def test_a_truncated_stream_is_refused():
    raw = zlib.compress(b"x" * 1000)[2:-4]
    from guantong.base.sheets.scanning import Overflow, Part, inflate

    with pytest.raises(Overflow):
        list(inflate(raw[:-3], Part("a", 0, len(raw) - 3, 1000, True)))
    assert b"".join(inflate(raw, Part("a", 0, len(raw), 1000, True))) == b"x" * 1000
