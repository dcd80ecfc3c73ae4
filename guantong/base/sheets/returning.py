"""The workbook that goes back to her: her own file with two added columns, everything else as it was.

The worksheet's XML is patched in passing; styles, widths, formulas, filters and other sheets stay byte for byte, except
that two cell styles are added at the end of the list of styles.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import islice

from guantong.kernel.refusal import Problem, Weight

from .opening import SheetPart, Workbook, open_workbook
from .scanning import Part, inflate, patterns, pieces, prefix_of, read_part
from .specs import SheetSpec, column_index, column_letters
from .titles import HEADER_ROWS, RESULT_TITLES, find_header
from .writing import safe_text

PASSED = "通过"


def problem_line(problem: Problem) -> str:
    """One line of 错误说明: cell and column, what, what to do, on whose authority, code."""
    where = problem.where
    cell = f"{where.column}{where.row}" if where.column and where.row else ""
    place = cell + (f"「{where.title}」" if where.title else "")
    basis = f"依据：{problem.basis.sentence()}" if problem.basis else ""
    return f"{place}{'：' if place else ''}{problem.message}{problem.do}{basis}（编号 {problem.code}）"


def results_by_row(problems: Iterable[Problem], header_row: int) -> dict[int, tuple[str, str]]:
    """Row number → (校验结果, 错误说明). Problems of the header stand in the row after it."""
    grouped: dict[int, list[Problem]] = {}
    for problem in problems:
        if problem.weight is not Weight.TIDIED:
            grouped.setdefault(max(problem.where.row or 0, header_row + 1), []).append(problem)
    results = {}
    for row, found in grouped.items():
        must = sum(1 for p in found if p.weight is Weight.MUST_CHANGE)
        verdict = f"{must} 处需修改" if must else f"{len(found)} 处请确认"
        results[row] = (verdict, "\n".join(problem_line(p) for p in found))
    return results


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the two columns go."""

    sheet: SheetPart
    header_row: int
    first: int
    """Zero-based index of 校验结果; 错误说明 is the next, unless an earlier return put it elsewhere."""
    second: int


def write_report(original: bytes, spec: SheetSpec, problems: Iterable[Problem], name: str = "表格.xlsx") -> bytes:
    """Her file with 校验结果 and 错误说明. A file handed in with these two columns gets them anew in the same place.

    ``spec`` must be the form the file was read by. Raises the refusals of :func:`open_workbook`.
    """
    workbook = open_workbook(original, name)
    frame = _frame(workbook, spec)
    results = results_by_row(problems, frame.header_row)
    if workbook.kind == "csv":
        return _report_csv(workbook, frame, results)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as out:
        styles, looks = _styles(workbook)
        tables = _tables(workbook, frame)
        for part in workbook.parts.values():
            if part.name == frame.sheet.part.name:
                with out.open(part.name, "w", force_zip64=True) as stream:
                    for data in _patched(workbook, frame, results, looks):
                        stream.write(data)
            elif part.name == "xl/styles.xml" and styles:
                out.writestr(part.name, styles)
            elif part.name in tables:
                out.writestr(part.name, tables[part.name])
            else:
                out.writestr(part.name, b"".join(inflate(workbook.content, part)))
    return target.getvalue()


def _frame(workbook: Workbook, spec: SheetSpec) -> _Frame:
    ordered = sorted(workbook.visible(), key=lambda s: s.name.strip() != spec.title)
    for sheet in ordered[:10]:
        rows, _ = workbook.cells(sheet, spec.max_rows)
        head = list(islice(rows, HEADER_ROWS))
        header = find_header(spec, head, sheet.name)
        if header is not None or sheet is ordered[-1]:
            break
    row = header.row if header is not None else 1
    titles = [c.strip() if isinstance(c, str) else "" for c in head[row - 1]] if head else []
    end = max((len(r) for r in head), default=0)
    if workbook.kind == "csv":
        end = max((len(r) for r in csv.reader(io.StringIO(workbook.text), delimiter=workbook.delimiter)), default=0)
    first = titles.index(RESULT_TITLES[0]) if RESULT_TITLES[0] in titles else end
    second = titles.index(RESULT_TITLES[1]) if RESULT_TITLES[1] in titles else max(end, first + 1)
    return _Frame(sheet, row, first, second)


def _report_csv(workbook: Workbook, frame: _Frame, results: dict[int, tuple[str, str]]) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, delimiter=workbook.delimiter)
    width = max(frame.first, frame.second) + 1
    reader = csv.reader(io.StringIO(workbook.text, newline=""), delimiter=workbook.delimiter)
    for number, row in enumerate(reader, start=1):
        cells = row + [""] * (width - len(row))
        found = results.get(number)
        if number == frame.header_row:
            cells[frame.first], cells[frame.second] = RESULT_TITLES
        elif found:
            cells[frame.first], cells[frame.second] = found[0], safe_text(found[1])
        elif number > frame.header_row and any(c.strip() for c in row):
            cells[frame.first], cells[frame.second] = PASSED, ""
        writer.writerow(cells)
    encoding = "gb18030" if workbook.encoding == "gb18030" else "utf-8-sig"
    return target.getvalue().encode(encoding)


# ---- the worksheet's XML --------------------------------------------------------------------------------------

_SPANS = re.compile(rb"""\sspans\s*=\s*["'][^"']*["']""")
_ROW_NUMBER = re.compile(rb"""(?:^|\s)r\s*=\s*["']\s*(\d+)""")
_PLACE = re.compile(rb"""(?:^|\s)r\s*=\s*["']\s*([A-Za-z]+)\d+""")
_STYLE = re.compile(rb"""\ss\s*=\s*["'](\d+)["']""")


class _Patch:
    """Adds the two cells to rows while they pass."""

    def __init__(
        self, frame: _Frame, results: dict[int, tuple[str, str]], looks: dict[str, int], prefix: bytes
    ) -> None:
        self.frame = frame
        self.results = results
        self.looks = looks
        self.prefix = prefix
        self.number = 0
        self.first_letters = column_letters(frame.first).encode()
        self.second_letters = column_letters(frame.second).encode()
        self.waiting = deque(sorted(results))
        self.passed = PASSED.encode()

    def cell(self, letters: bytes, number: int, text: bytes, style: int | None) -> bytes:
        p = self.prefix
        look = b' s="%d"' % style if style is not None else b""
        return b'<%bc r="%b%d"%b t="inlineStr"><%bis><%bt xml:space="preserve">%b</%bt></%bis></%bc>' % (
            p,
            letters,
            number,
            look,
            p,
            p,
            text,
            p,
            p,
            p,
        )

    def cells(self, number: int, header_style: int | None) -> list[tuple[int, bytes]]:
        """The two cells of a row as (column, XML), in order of columns."""
        found = self.results.get(number)
        if number == self.frame.header_row:
            texts = [t.encode() for t in RESULT_TITLES]
            looks: tuple[int | None, int | None] = (header_style, header_style)
        elif found:
            texts = [_escaped(found[0]).encode(), _escaped(found[1]).encode()]
            looks = (self.looks.get("bad"), self.looks.get("lines"))
        else:
            texts = [self.passed]
            looks = (self.looks.get("good"), None)
        made = [(self.frame.first, self.cell(self.first_letters, number, texts[0], looks[0]))]
        if len(texts) > 1:
            made.append((self.frame.second, self.cell(self.second_letters, number, texts[1], looks[1])))
        return sorted(made)

    def missing(self, before: int | None) -> bytes:
        """Rows with results that the sheet's XML does not hold at all, up to the row ``before``."""
        made = b""
        while self.waiting and (before is None or self.waiting[0] < before):
            number = self.waiting.popleft()
            cells = b"".join(c for _, c in self.cells(number, None))
            made += b'<%brow r="%d">%b</%brow>' % (self.prefix, number, cells, self.prefix)
        if self.waiting and self.waiting[0] == before:
            self.waiting.popleft()
        return made

    def row(self, text: bytes) -> bytes:
        """One row's XML (with whatever follows it) with the cells added."""
        search = patterns(self.prefix)
        tag = search.row.match(text)
        if tag is None:
            return text
        attributes = tag.group(1)
        stated = _ROW_NUMBER.search(attributes)
        self.number = int(stated.group(1)) if stated else self.number + 1
        made = self.missing(self.number)
        is_bare = attributes.endswith(b"/")
        end = tag.end() if is_bare else text.find(b"</%brow" % self.prefix)
        body = b"" if is_bare else text[tag.end() : end]
        rest = text[end:] if not is_bare else b"</%brow>" % self.prefix + text[end:]
        attributes = _SPANS.sub(b"", attributes.rstrip(b"/") if is_bare else attributes)
        has_content = b"<%bv" % self.prefix in body or b"<%bis" % self.prefix in body
        if self.number in self.results or (has_content and self.number >= self.frame.header_row):
            body = self._filled(body)
        return made + b"<%brow%b>%b" % (self.prefix, attributes, body) + rest

    def _filled(self, body: bytes) -> bytes:
        search = patterns(self.prefix)
        limit = min(self.frame.first, self.frame.second)
        last = body.rfind(b"<%bc " % self.prefix)
        place = _PLACE.search(body, last + 2 + len(self.prefix)) if last >= 0 else None
        header_style = None
        if self.number == self.frame.header_row and last >= 0 and (style := _STYLE.search(body, last)):
            header_style = int(style.group(1))
        new = self.cells(self.number, header_style)
        if place is not None and column_index(place.group(1).decode()) < limit:
            return body + b"".join(c for _, c in new)
        kept: list[tuple[int, bytes]] = []
        column = -1
        for cell in search.cell.finditer(body):
            place = _PLACE.search(cell.group(1))
            column = column_index(place.group(1).decode()) if place else column + 1
            if column not in (self.frame.first, self.frame.second):
                kept.append((column, cell.group(0)))
        return b"".join(c for _, c in sorted(kept + new, key=lambda pair: pair[0]))


def _escaped(text: str) -> str:
    text = safe_text(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text))
    return escape(re.sub(r"_(x[0-9A-Fa-f]{4}_)", r"_x005F_\1", text), quote=False)


def _patched(
    workbook: Workbook, frame: _Frame, results: dict[int, tuple[str, str]], looks: dict[str, int]
) -> Iterator[bytes]:
    patch: _Patch | None = None
    is_closed = False
    for piece in pieces(inflate(workbook.content, frame.sheet.part)):
        if patch is None:
            patch = _Patch(frame, results, looks, prefix_of(piece))
        start = b"<%brow" % patch.prefix
        closing = b"</%bsheetData" % patch.prefix
        head, *rows = re.split(rb"(?=%b[\s/>])" % re.escape(start), piece)
        if head:
            if b"sheetData" in head:
                head = _head(head, frame, patch.prefix)
            empty = b"<%bsheetData/>" % patch.prefix
            if empty in head:
                body = b"<%bsheetData>" % patch.prefix + patch.missing(None) + closing + b">"
                head = head.replace(empty, body)
                is_closed = True
            yield head
        for row in rows:
            if not is_closed and closing in row:
                at = row.find(closing)
                yield patch.row(row[:at]) + patch.missing(None) + _tail(row[at:], frame)
                is_closed = True
            else:
                yield patch.row(row)


_DIMENSION = re.compile(rb"""(<(?:[\w.-]+:)?dimension\s[^>]*?ref\s*=\s*["'][A-Z]+\d+:)([A-Z]+)(\d+)""")
_COLS = re.compile(rb"<(?:[\w.-]+:)?cols>(.*?)</(?:[\w.-]+:)?cols>", re.DOTALL)
_COL = re.compile(rb"<(?:[\w.-]+:)?col\s([^>]*?)/?>(?:</(?:[\w.-]+:)?col>)?")
_BOUND = {k: re.compile(rb"""(?:^|\s)%b\s*=\s*["'](\d+)["']""" % k) for k in (b"min", b"max")}
_FILTER = re.compile(rb"""(<(?:[\w.-]+:)?autoFilter\s[^>]*?ref\s*=\s*["']\$?[A-Z]+\$?)(\d+)(:\$?)([A-Z]+)(\$?\d+)""")


def _head(head: bytes, frame: _Frame, prefix: bytes) -> bytes:
    """What stands before the rows: extent and column widths."""
    right = column_letters(max(frame.first, frame.second)).encode()

    def wider(found: re.Match[bytes]) -> bytes:
        letters = found.group(2)
        if column_index(letters.decode()) < column_index(right.decode()):
            letters = right
        return found.group(1) + letters + found.group(3)

    head = _DIMENSION.sub(wider, head, count=1)
    ours = {frame.first + 1: b"14", frame.second + 1: b"70"}
    columns: list[tuple[int, bytes]] = [
        (n, b'<%bcol min="%d" max="%d" width="%b" customWidth="1"/>' % (prefix, n, n, width))
        for n, width in ours.items()
    ]
    found = _COLS.search(head)
    for tag in _COL.finditer(found.group(1)) if found else ():
        attributes = tag.group(1)
        low, high = _BOUND[b"min"].search(attributes), _BOUND[b"max"].search(attributes)
        if not low or not high:
            continue
        rest = _BOUND[b"max"].sub(b"", _BOUND[b"min"].sub(b"", attributes)).strip()
        for a, b in _without(int(low.group(1)), int(high.group(1)), sorted(ours)):
            columns.append((a, b'<%bcol min="%d" max="%d" %b/>' % (prefix, a, b, rest)))
    block = b"<%bcols>%b</%bcols>" % (prefix, b"".join(c for _, c in sorted(columns)), prefix)
    if found:
        return head[: found.start()] + block + head[found.end() :]
    at = head.find(b"<%bsheetData" % prefix)
    return head[:at] + block + head[at:]


def _without(low: int, high: int, holes: list[int]) -> Iterator[tuple[int, int]]:
    for hole in holes:
        if low <= hole <= high:
            if low < hole:
                yield low, hole - 1
            low = hole + 1
    if low <= high:
        yield low, high


def _tail(tail: bytes, frame: _Frame) -> bytes:
    """What stands after the rows: a filter over her columns takes the new ones in, so that sorting keeps rows whole."""
    right = max(frame.first, frame.second)

    def wider(found: re.Match[bytes]) -> bytes:
        start, row, colon, letters, end = found.groups()
        is_hers = int(row) == frame.header_row and column_index(letters.decode()) < right
        return start + row + colon + (column_letters(right).encode() if is_hers else letters) + end

    return _FILTER.sub(wider, tail, count=1)


# ---- styles and tables ----------------------------------------------------------------------------------------


def _styles(workbook: Workbook) -> tuple[bytes, dict[str, int]]:
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


def _tables(workbook: Workbook, frame: _Frame) -> dict[str, bytes]:
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


__all__ = ["PASSED", "problem_line", "results_by_row", "write_report"]
