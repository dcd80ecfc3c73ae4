"""The rows of the worksheet's XML, with the two cells added while they pass."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from html import escape

from guantong.base.sheets.opening import Workbook
from guantong.base.sheets.scanning import inflate, patterns, pieces, prefix_of
from guantong.base.sheets.specs import column_index, column_letters
from guantong.base.sheets.titles import RESULT_TITLES
from guantong.base.sheets.writing import safe_text

from .around import widened_head, widened_tail
from .results import PASSED, Frame

_SPANS = re.compile(rb"""\sspans\s*=\s*["'][^"']*["']""")
_ROW_NUMBER = re.compile(rb"""(?:^|\s)r\s*=\s*["']\s*(\d+)""")
_PLACE = re.compile(rb"""(?:^|\s)r\s*=\s*["']\s*([A-Za-z]+)\d+""")
_STYLE = re.compile(rb"""\ss\s*=\s*["'](\d+)["']""")


class Patch:
    """Adds the two cells to rows while they pass."""

    def __init__(self, frame: Frame, results: dict[int, tuple[str, str]], looks: dict[str, int], prefix: bytes) -> None:
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


def patched(
    workbook: Workbook, frame: Frame, results: dict[int, tuple[str, str]], looks: dict[str, int]
) -> Iterator[bytes]:
    patch: Patch | None = None
    is_closed = False
    for piece in pieces(inflate(workbook.content, frame.sheet.part)):
        if patch is None:
            patch = Patch(frame, results, looks, prefix_of(piece))
        start = b"<%brow" % patch.prefix
        closing = b"</%bsheetData" % patch.prefix
        head, *rows = re.split(rb"(?=%b[\s/>])" % re.escape(start), piece)
        if head:
            if b"sheetData" in head:
                head = widened_head(head, frame, patch.prefix)
            empty = b"<%bsheetData/>" % patch.prefix
            if empty in head:
                body = b"<%bsheetData>" % patch.prefix + patch.missing(None) + closing + b">"
                head = head.replace(empty, body)
                is_closed = True
            yield head
        for row in rows:
            if not is_closed and closing in row:
                at = row.find(closing)
                yield patch.row(row[:at]) + patch.missing(None) + widened_tail(row[at:], frame)
                is_closed = True
            else:
                yield patch.row(row)
