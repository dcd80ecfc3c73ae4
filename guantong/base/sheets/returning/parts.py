"""Other parts of the workbook that the two columns touch: cell styles, tables."""

from __future__ import annotations

import re

from guantong.base.sheets.opening import Workbook
from guantong.base.sheets.scanning import Part, read_part
from guantong.base.sheets.specs import column_index, column_letters
from guantong.base.sheets.titles import RESULT_TITLES

from .results import Frame


def with_our_styles(workbook: Workbook) -> tuple[bytes, dict[str, int]]:
    """styles.xml with our fonts and cell styles added at the end, and the numbers of these styles."""
    part = workbook.parts.get("xl/styles.xml")
    if part is None:
        return b"", {}
    xml = read_part(workbook.content, part)
    red = b'<font><sz val="10"/><color rgb="FFB42318"/></font>'
    green = b'<font><sz val="10"/><color rgb="FF1B7F4B"/></font>'
    xml, font = _append(xml, b"fonts", b"font", red + green, 2)
    if font is None:
        return b"", {}

    def look(number: int, wrap: bytes) -> bytes:
        return (
            b'<xf numFmtId="49" fontId="%d" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" '
            b'applyAlignment="1"><alignment vertical="top"%b/></xf>' % (number, wrap)
        )

    made = look(font, b"") + look(font + 1, b"") + look(font, b' wrapText="1"')
    xml, first = _append(xml, b"cellXfs", b"xf", made, 3)
    if first is None:
        return b"", {}
    return xml, {"bad": first, "good": first + 1, "lines": first + 2}


def _append(xml: bytes, group: bytes, element: bytes, made: bytes, count: int) -> tuple[bytes, int | None]:
    found = re.search(rb"<%b(\s[^>]*)?>(.*?)</%b>" % (group, group), xml, re.DOTALL)
    if found is None:
        return xml, None
    already = len(re.findall(rb"<%b(?=[\s/>])" % element, found.group(2)))
    attributes = re.sub(rb"""\scount\s*=\s*["']\d+["']""", b"", found.group(1) or b"")
    block = b'<%b count="%d"%b>%b%b</%b>' % (group, already + count, attributes, found.group(2), made, group)
    return xml[: found.start()] + block + xml[found.end() :], already


def widened_tables(workbook: Workbook, frame: Frame) -> dict[str, bytes]:
    """Tables that end where our columns begin take them in; sorting a table leaves cells beside it behind otherwise."""
    folder, _, file = frame.sheet.part.name.rpartition("/")
    relations: Part | None = workbook.parts.get(f"{folder}/_rels/{file}.rels")
    changed: dict[str, bytes] = {}
    if relations is None or frame.second != frame.first + 1:
        return changed
    for target in re.findall(
        rb"""Target\s*=\s*["']([^"']*tables/[^"']+)["']""", read_part(workbook.content, relations)
    ):
        name = "xl/tables/" + target.decode("utf-8", "replace").rpartition("/")[2]
        part = workbook.parts.get(name)
        if part is None:
            continue
        xml = read_part(workbook.content, part)
        place = re.search(rb"""\sref\s*=\s*["']([A-Z]+)(\d+):([A-Z]+)(\d+)["']""", xml)
        ids = [int(n) for n in re.findall(rb"""<tableColumn\s[^>]*?\bid\s*=\s*["'](\d+)["']""", xml)]
        is_ours = (
            place is not None
            and int(place.group(2)) == frame.header_row
            and column_index(place.group(3).decode()) == frame.first - 1
            and b"totalsRowCount" not in xml
            and RESULT_TITLES[0].encode() not in xml
        )
        if not is_ours or place is None or not ids or b"<tableColumn " not in xml:
            continue
        old = b"%b%b:%b%b" % place.groups()
        new = b"%b%b:%b%b" % (place.group(1), place.group(2), column_letters(frame.second).encode(), place.group(4))
        xml = xml.replace(b'ref="%b"' % old, b'ref="%b"' % new)
        added = b"".join(
            b'<tableColumn id="%d" name="%b"/>' % (max(ids) + 1 + n, title.encode())
            for n, title in enumerate(RESULT_TITLES)
        )
        xml = re.sub(rb'<tableColumns\s+count="\d+"', b'<tableColumns count="%d"' % (len(ids) + 2), xml)
        changed[name] = xml.replace(b"</tableColumns>", added + b"</tableColumns>")
    return changed
