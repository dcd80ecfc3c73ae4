"""What a worksheet's XML says that the fast reader does not: its real extent, hidden rows, formulas, error marks.

The XML is inflated in pieces and searched with regular expressions; no tree is built. The extent is needed *before*
the reader sees the sheet: one cell at XFD1048576 would make it reserve memory for seventeen thousand million cells.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from .specs import column_index, column_letters

_STEP = 1 << 20


class Overflow(Exception):
    """A part inflates to another size than it declares, or past the budget."""


class HasEntities(Exception):
    """A part carries a document type or entity declaration."""


@dataclass(frozen=True, slots=True)
class Part:
    """One stored part of the zip, by where its bytes lie."""

    name: str
    start: int
    compressed: int
    size: int
    deflated: bool


def inflate(content: bytes, part: Part) -> Iterator[bytes]:
    """The part's bytes in pieces of about 1 MB; raises :class:`Overflow` as soon as it is not as long as declared."""
    raw = memoryview(content)[part.start : part.start + part.compressed]
    if not part.deflated:
        if len(raw) != part.size:
            raise Overflow(part.name)
        for at in range(0, len(raw), _STEP):
            yield bytes(raw[at : at + _STEP])
        return
    machine = zlib.decompressobj(-15)
    total = 0
    pending: bytes = bytes(raw)
    while not machine.eof:
        try:
            out = machine.decompress(pending, _STEP)
        except zlib.error as error:
            raise Overflow(part.name) from error
        pending = machine.unconsumed_tail
        total += len(out)
        if total > part.size or (not out and not pending and not machine.eof):
            raise Overflow(part.name)
        if out:
            yield out
    if total != part.size:
        raise Overflow(part.name)


def read_part(content: bytes, part: Part) -> bytes:
    """The whole part; raises :class:`Overflow` or :class:`HasEntities`."""
    data = b"".join(inflate(content, part))
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise HasEntities(part.name)
    return data


@dataclass(slots=True)
class SheetFacts:
    """What was seen in one worksheet. Rows are numbered as on screen, columns from zero."""

    rows: int = 0
    columns: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    formulas: int = 0
    without_value: set[tuple[int, int]] = field(default_factory=set)
    """Formula cells without a stored result."""
    error_marks: dict[tuple[int, int], str] = field(default_factory=dict)
    """Cells showing #N/A, #REF! and the like."""
    padded: dict[tuple[int, int], int] = field(default_factory=dict)
    """Cells whose number format fills up with zeros (000123 for 123), and to how many digits."""

    def hidden_letters(self) -> list[str]:
        """Letters of the hidden columns."""
        return [column_letters(i) for i in self.hidden_columns]


@dataclass(frozen=True, slots=True)
class _Patterns:
    row_start: bytes
    row: re.Pattern[bytes]
    odd_cell: re.Pattern[bytes]
    near_cell: re.Pattern[bytes]
    far: re.Pattern[bytes]
    far_cell: re.Pattern[bytes]
    unplaced: re.Pattern[bytes]
    any_cell: re.Pattern[bytes]
    formula: re.Pattern[bytes]
    cell: re.Pattern[bytes]
    column: re.Pattern[bytes]
    value: re.Pattern[bytes]


@lru_cache(maxsize=16)
def patterns(prefix: bytes) -> _Patterns:
    """Search patterns for worksheets whose elements carry ``prefix`` (usually none)."""
    p = re.escape(prefix)
    quoted = rb"""(?:[^<>"']|"[^"<]*"|'[^'<]*')*?"""
    return _Patterns(
        row_start=b"<" + prefix + b"row",
        row=re.compile(rb"<" + p + rb"row(?=[\s/>])([^>]*)>"),
        odd_cell=re.compile(rb"<" + p + rb'c(?=[\s/>])(?! r=")'),
        near_cell=re.compile(rb"<" + p + rb'c r="(?:([A-Za-z]{2,})|[A-Za-z])(\d{6,}|(?<=[A-Za-z]{2})\d)'),
        far=re.compile(rb"""\sr\s*=\s*["']\s*(?:[A-Za-z]{2,}\d|[A-Za-z]*\d{6,})"""),
        far_cell=re.compile(
            rb"<" + p + rb"(?:c|row)\s" + rb"(?:" + quoted + rb"\s)??" + rb"""r\s*=\s*["']\s*([A-Za-z]*)(\d*)"""
        ),
        unplaced=re.compile(rb"<" + p + rb"""c(?:[/>]|\s(?!r=["']))"""),
        any_cell=re.compile(rb"<" + p + rb"c(?=[\s/>])"),
        formula=re.compile(rb"<" + p + rb"f[\s/>]"),
        cell=re.compile(rb"<" + p + rb"c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</" + p + rb"c\s*>)", re.DOTALL),
        column=re.compile(rb"<" + p + rb"col\s([^>]*)>"),
        value=re.compile(rb"<" + p + rb"v(?:\s[^>]*)?>(.*?)</" + p + rb"v\s*>", re.DOTALL),
    )


_ROOT = re.compile(rb"<([A-Za-z_][\w.-]*:)?worksheet[\s/>]")
_NUMBER = re.compile(rb"""(?:^|\s)r\s*=\s*["']\s*(\d+)""")
_REFERENCE = re.compile(rb"""(?:^|\s)r\s*=\s*["']\s*([A-Za-z]+)(\d+)""")
_HIDDEN = re.compile(rb"""(?:^|\s)hidden\s*=\s*["'](?:1|true)["']""")
_MIN = re.compile(rb"""(?:^|\s)min\s*=\s*["'](\d+)["']""")
_MAX = re.compile(rb"""(?:^|\s)max\s*=\s*["'](\d+)["']""")
_ERROR_TYPE = re.compile(rb"""\st\s*=\s*["']e["']""")
_TEXT_TYPE = re.compile(rb"""(?:^|\s)t\s*=\s*["']str["']""")


def prefix_of(head: bytes) -> bytes:
    """The namespace prefix (with its colon) of the worksheet's elements, or nothing."""
    found = _ROOT.search(head)
    return found.group(1) or b"" if found else b""


def pieces(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes cut before a row's start tag, so that no row is split; the first piece holds the root's tag."""
    carry = b""
    start: bytes | None = None
    for chunk in chunks:
        carry += chunk
        if start is None:
            if not _ROOT.search(carry) and len(carry) < 4 * _STEP:
                continue
            start = patterns(prefix_of(carry)).row_start
        cut = carry.rfind(start)
        if cut > 0:
            yield carry[:cut]
            carry = carry[cut:]
    if carry:
        yield carry


_FORMAT = re.compile(rb"""<(?:[\w.-]+:)?numFmt\s([^>]*)>""")
_FORMAT_ID = re.compile(rb"""numFmtId\s*=\s*["'](\d+)["']""")
_FORMAT_CODE = re.compile(rb"""formatCode\s*=\s*["'](0{2,30})(?:;@|_ )?["']""")
_CELL_FORMATS = re.compile(rb"<((?:[\w.-]+:)?)cellXfs[\s>](.*?)</(?:[\w.-]+:)?cellXfs>", re.DOTALL)
_XF = re.compile(rb"<(?:[\w.-]+:)?xf[\s/]([^>]*)>")


def padded_styles(styles: bytes) -> dict[int, int]:
    """Cell styles of styles.xml whose number format is nothing but zeros: style → number of digits."""
    widths: dict[bytes, int] = {}
    for tag in _FORMAT.finditer(styles):
        number, code = _FORMAT_ID.search(tag.group(1)), _FORMAT_CODE.search(tag.group(1))
        if number and code:
            widths[number.group(1)] = len(code.group(1))
    block = _CELL_FORMATS.search(styles) if widths else None
    if block is None:
        return {}
    found: dict[int, int] = {}
    for position, tag in enumerate(_XF.finditer(block.group(2))):
        number = _FORMAT_ID.search(tag.group(1))
        if number and number.group(1) in widths:
            found[position] = widths[number.group(1)]
    return found


def scan(chunks: Iterator[bytes], padded: dict[int, int] | None = None) -> SheetFacts:
    """Search one worksheet's XML; ``padded`` as from :func:`padded_styles`. Raises :class:`HasEntities`."""
    facts = SheetFacts()
    search: _Patterns | None = None
    counted_rows = 0
    for piece in pieces(chunks):
        if search is None:
            search = patterns(prefix_of(piece))
        if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
            raise HasEntities("worksheet")
        if not search.odd_cell.search(piece):
            _widen(facts, search.near_cell, piece)  # every cell names its place first, as all spreadsheet programs do
        else:
            if search.far.search(piece):
                _widen(facts, search.far_cell, piece)
            if search.unplaced.search(piece):
                for body in piece.split(search.row_start):
                    facts.columns = max(facts.columns, sum(1 for _ in search.any_cell.finditer(body)))
        if facts.columns < 26 and b"hidden" not in piece:
            counted_rows += piece.count(search.row_start)
            last = piece.rfind(search.row_start)
            if last >= 0 and (tag := search.row.match(piece, last)) and (number := _NUMBER.search(tag.group(1))):
                counted_rows = max(counted_rows, int(number.group(1)))
        else:
            counted_rows = _rows(facts, search, piece, counted_rows)
        if b"hidden" in piece:
            _columns(facts, search, piece)
        if search.formula.search(piece) or b'"e"' in piece or b"'e'" in piece:
            _cells(facts, search, piece)
        if padded:
            _padded_cells(facts, search, piece, padded)
    facts.rows = max(facts.rows, counted_rows)
    return facts


def _widen(facts: SheetFacts, references: re.Pattern[bytes], piece: bytes) -> None:
    widest: set[bytes] = set()
    for letters, digits in references.findall(piece):
        if len(letters) > 1:
            widest.add(letters)
        if len(digits) >= 6:
            facts.rows = max(facts.rows, int(digits[:9]))
    for letters in widest:
        facts.columns = max(facts.columns, column_index(letters[:4].decode("ascii")) + 1)


def _rows(facts: SheetFacts, search: _Patterns, piece: bytes, number: int) -> int:
    for tag in search.row.finditer(piece):
        attributes = tag.group(1)
        stated = _NUMBER.search(attributes)
        number = int(stated.group(1)) if stated else number + 1
        facts.rows = max(facts.rows, number)
        if _HIDDEN.search(attributes):
            facts.hidden_rows.append(number)
    return number


def _columns(facts: SheetFacts, search: _Patterns, piece: bytes) -> None:
    for tag in search.column.finditer(piece):
        attributes = tag.group(1)
        low, high = _MIN.search(attributes), _MAX.search(attributes)
        if _HIDDEN.search(attributes) and low and high:
            facts.hidden_columns.extend(range(int(low.group(1)) - 1, min(int(high.group(1)), 702)))


def _cells(facts: SheetFacts, search: _Patterns, piece: bytes) -> None:
    for cell in search.cell.finditer(piece):
        attributes, body = cell.group(1), cell.group(2) or b""
        is_error = _ERROR_TYPE.search(b" " + attributes) is not None
        has_formula = search.formula.search(body) is not None
        if not (is_error or has_formula):
            continue
        reference = _REFERENCE.search(attributes)
        value = search.value.search(body)
        shown = value.group(1).strip() if value else b""
        facts.formulas += has_formula
        if reference is None:
            continue
        place = (int(reference.group(2)), column_index(reference.group(1).decode("ascii")))
        if is_error:
            facts.error_marks[place] = shown.decode("utf-8", "replace")[:12] or "#N/A"
        elif not shown and not (value and _TEXT_TYPE.search(attributes)):
            facts.without_value.add(place)


_STYLE = re.compile(rb"""(?:^|\s)s\s*=\s*["'](\d+)["']""")


def _padded_cells(facts: SheetFacts, search: _Patterns, piece: bytes, padded: dict[int, int]) -> None:
    for cell in search.cell.finditer(piece):
        style, reference = _STYLE.search(cell.group(1)), _REFERENCE.search(cell.group(1))
        if style and reference and (width := padded.get(int(style.group(1)))):
            facts.padded[int(reference.group(2)), column_index(reference.group(1).decode("ascii"))] = width
