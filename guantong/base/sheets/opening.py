"""Opening what somebody uploads: every file that is not a plain, modest workbook is refused before it is inflated."""

from __future__ import annotations

import csv
import io
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree

import python_calamine

from guantong.kernel.refusal import Problem, Refusal

from . import errors
from .scanning import HasEntities, Overflow, Part, SheetFacts, inflate, padded_styles, read_part, scan

Cell = str | float | int | bool | date | datetime | time | timedelta
"""What one cell holds; an empty cell is ``""``."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one upload may hold. Sizes in bytes."""

    file: int = 30 * 2**20
    expanded: int = 500 * 2**20
    ratio: int = 120
    """Most times larger than the file; looked at above 64 MB expanded."""
    parts: int = 3000
    columns: int = 256
    cells: int = 30_000_000
    """Most cells of the rectangle a sheet spans, used or not (the reader reserves all of them)."""


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One worksheet: its tab's name, where it is stored, whether it can be seen."""

    name: str
    part: Part
    is_visible: bool


@dataclass(slots=True)
class Workbook:
    """An opened upload. ``kind`` is ``xlsx`` or ``csv``; a csv has one sheet named after the file."""

    name: str
    content: bytes
    kind: str
    sheets: tuple[SheetPart, ...]
    parts: dict[str, Part] = field(default_factory=dict)
    padded: dict[int, int] = field(default_factory=dict)
    """Cell styles that fill numbers up with zeros, and to how many digits."""
    notes: list[Problem] = field(default_factory=list)
    limits: Limits = LIMITS
    text: str = ""
    delimiter: str = ","
    encoding: str = ""
    _book: Any = None
    _read: dict[str, Any] = field(default_factory=dict)
    _facts: dict[str, SheetFacts] = field(default_factory=dict)

    def visible(self) -> tuple[SheetPart, ...]:
        """Worksheets that can be seen, in order of their tabs."""
        return tuple(s for s in self.sheets if s.is_visible)

    def facts(self, sheet: SheetPart, max_rows: int) -> SheetFacts:
        """Extent, hidden rows, formulas of a sheet; refuses one that is too large to read."""
        if self.kind == "csv":
            return SheetFacts()
        known = self._facts.get(sheet.name)
        if known is None:
            try:
                known = scan(inflate(self.content, sheet.part), self.padded)
            except Overflow:
                raise errors.FILE_DAMAGED.refuse(name=self.name) from None
            except HasEntities:
                raise errors.FILE_ENTITIES.refuse(name=self.name) from None
            self._facts[sheet.name] = known
        if known.rows > max_rows + 10:
            raise errors.TOO_MANY_ROWS.refuse(sheet=sheet.name, rows=known.rows, limit=max_rows)
        width = max(known.columns, 26)
        if width > self.limits.columns or width * known.rows > self.limits.cells:
            raise errors.TOO_WIDE.refuse(sheet=sheet.name, columns=width, rows=known.rows)
        return known

    def cells(self, sheet: SheetPart, max_rows: int) -> tuple[Iterator[list[Cell]], list[tuple[int, int, int, int]]]:
        """Rows of a sheet from row 1 on (column A first), and its merged ranges as (row, column, row, column)."""
        if self.kind == "csv":
            return self._text_rows(max_rows), []
        self.facts(sheet, max_rows)
        try:
            read = self._read.get(sheet.name)
            if read is None:
                if self._book is None:
                    self._book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(self.content))
                read = self._read[sheet.name] = self._book.get_sheet_by_name(sheet.name)
            merged = read.merged_cell_ranges or []
            rows: Iterator[list[Cell]] = read.iter_rows() if read.height else iter(())
            if (
                read.start is not None and read.start[1]
            ):  # the reader counts rows from the top, columns from the first used
                left: list[Cell] = [""] * read.start[1]
                rows = (left + row for row in rows)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # the reader's own errors and a panic inside it, which is no Exception
            raise errors.FILE_DAMAGED.refuse(name=self.name) from None
        return rows, [(a + 1, b, c + 1, d) for (a, b), (c, d) in merged]

    def height(self, sheet: SheetPart) -> int:
        """Rows from the top to the last used one, of a sheet whose cells were asked for; of a csv its lines."""
        if self.kind == "csv":
            return self.text.count("\n") + (not self.text.endswith("\n"))
        read = self._read.get(sheet.name)
        return int(read.total_height) if read is not None else 0

    def _text_rows(self, max_rows: int) -> Iterator[list[Cell]]:
        number = 0
        try:
            for row in csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter, strict=False):
                number += 1
                if number > max_rows + 10:
                    raise errors.TOO_MANY_ROWS.refuse(sheet=self.name, rows=number, limit=max_rows)
                yield list(row)
        except csv.Error:
            raise errors.CSV_BROKEN.refuse(name=self.name, row=number + 1) from None


def show_size(size: int) -> str:
    """A size in bytes as people read it: 300 字节, 12 KB, 1.5 MB."""
    if size < 1024:
        return f"{size} 字节"
    if size < 2**20:
        return f"{size / 1024:.0f} KB"
    return f"{size / 2**20:.1f} MB".replace(".0 MB", " MB")


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOOKS = (
    (b"%PDF", "，看起来是 PDF 文件"),
    (b"\x89PNG", "，看起来是图片"),
    (b"\xff\xd8\xff", "，看起来是图片"),
    (b"GIF8", "，看起来是图片"),
    (b"Rar!", "，看起来是压缩包"),
    (b"7z\xbc\xaf", "，看起来是压缩包"),
    (b"\x1f\x8b", "，看起来是压缩包"),
    (b"MZ", "，看起来是程序"),
)


def open_workbook(content: bytes, name: str, limits: Limits = LIMITS) -> Workbook:
    """Open an upload by what it holds, not by what it is called.

    Raises a Refusal SHT-001 … SHT-019. Nothing is inflated before the sizes the archive declares are within
    ``limits``; while inflating, the true sizes are held against the declared ones.
    """
    name = PurePosixPath(name.replace("\\", "/")).name[:120] or "表格"
    ending = PurePosixPath(name).suffix.lower()
    if not content.strip(b"\0 \r\n\t"):
        raise errors.FILE_EMPTY.refuse(name=name)
    if len(content) > limits.file:
        raise errors.FILE_TOO_LARGE.refuse(name=name, size=show_size(len(content)), limit=show_size(limits.file))
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise errors.FILE_ENCRYPTED.refuse(name=name)
        raise errors.FILE_OLD_XLS.refuse(name=name)
    for start, looks in _LOOKS:
        if content.startswith(start):
            raise errors.FILE_NOT_A_SHEET.refuse(name=name, looks=looks)
    if content.startswith(b"PK"):
        return _open_zip(content, name, ending, limits)
    head = content[:2048].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")) or b"<table" in head:
        raise errors.FILE_HTML.refuse(name=name)
    if head.startswith(b"<?xml"):
        raise errors.FILE_OTHER_SHEET.refuse(name=name, format="XML 表格")
    if ending in {".xlsx", ".xls", ".xlsm"}:
        if b"\0" in content[:4096]:
            raise errors.FILE_NOT_A_SHEET.refuse(name=name, looks="")
        raise errors.FILE_TEXT_AS_XLSX.refuse(name=name)
    if ending not in {".csv", ".txt", ".tsv"}:
        raise errors.FILE_NOT_A_SHEET.refuse(name=name, looks="")
    return _open_text(content, name, limits)


def _open_text(content: bytes, name: str, limits: Limits) -> Workbook:
    encodings = ["utf-8-sig", "gb18030"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise errors.CSV_ENCODING.refuse(name=name)
    if "\0" in text:
        raise errors.CSV_ENCODING.refuse(name=name)
    first = text.split("\n", 1)[0]
    delimiter = "\t" if "\t" in first and "," not in first else ","
    printed = {"utf-8-sig": "UTF-8", "gb18030": "GB18030", "utf-16": "UTF-16"}[encoding]
    nowhere = Part(name="", start=0, compressed=0, size=0, deflated=False)
    return Workbook(
        name=name,
        content=content,
        kind="csv",
        sheets=(SheetPart(PurePosixPath(name).stem, nowhere, True),),
        notes=[errors.CSV_READ_AS.problem(encoding=printed)],
        limits=limits,
        text=text,
        delimiter=delimiter,
        encoding=encoding,
    )


_OTHER_ZIPS = (
    ("word/document.xml", "Word 文档"),
    ("ppt/presentation.xml", "演示文稿"),
    ("xl/workbook.bin", "二进制工作簿（.xlsb）"),
    ("content.xml", "OpenDocument（.ods）"),
    ("index/document.iwa", "Numbers"),
)


def _open_zip(content: bytes, name: str, ending: str, limits: Limits) -> Workbook:
    parts = _parts(content, name, limits)
    if "xl/workbook.xml" not in parts:
        lower = {p.lower() for p in parts}
        for part, looks in _OTHER_ZIPS:
            if part in lower:
                raise errors.FILE_OTHER_SHEET.refuse(name=name, format=looks)
        raise errors.FILE_NOT_A_SHEET.refuse(name=name, looks="，看起来是压缩包")
    if ending in {".xlsm", ".xltm", ".xlam"} or any(p.lower().endswith("vbaproject.bin") for p in parts):
        raise errors.FILE_MACRO.refuse(name=name)
    if any(p.lower().startswith("xl/macrosheets/") for p in parts):
        raise errors.FILE_MACRO.refuse(name=name)
    if any(p.lower().startswith("xl/externallinks/") for p in parts):
        raise errors.FILE_EXTERNAL_LINKS.refuse(name=name)
    try:
        small = {
            part: read_part(content, parts[part])
            for part in parts
            if part.lower().endswith((".xml", ".rels", ".vml"))
            and (not part.lower().startswith("xl/worksheets/") or part.lower().endswith(".rels"))
            and part != "xl/sharedStrings.xml"
        }
        _check_strings(content, parts)
    except Overflow:
        raise errors.FILE_DAMAGED.refuse(name=name) from None
    except HasEntities:
        raise errors.FILE_ENTITIES.refuse(name=name) from None
    if b"macroEnabled" in small.get("[Content_Types].xml", b""):
        raise errors.FILE_MACRO.refuse(name=name)
    sheets = _sheets(small, parts, name)
    padded = padded_styles(small.get("xl/styles.xml", b""))
    return Workbook(name=name, content=content, kind="xlsx", sheets=sheets, parts=parts, padded=padded, limits=limits)


def _check_strings(content: bytes, parts: dict[str, Part]) -> None:
    part = parts.get("xl/sharedStrings.xml")
    tail = b""
    for chunk in inflate(content, part) if part else ():
        if b"<!DOCTYPE" in tail + chunk or b"<!ENTITY" in tail + chunk:
            raise HasEntities("strings")
        tail = chunk[-16:]


def _parts(content: bytes, name: str, limits: Limits) -> dict[str, Part]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError, OverflowError):
        raise errors.FILE_DAMAGED.refuse(name=name) from None
    if len(entries) > limits.parts:
        raise errors.FILE_STRUCTURE.refuse(name=name, reason=f"里面有 {len(entries)} 个部分，多得不寻常")
    expanded = sum(e.file_size for e in entries)
    if expanded > limits.expanded or (expanded > 64 * 2**20 and expanded > limits.ratio * len(content)):
        limit = limits.expanded if expanded > limits.expanded else limits.ratio * len(content)
        raise errors.FILE_BOMB.refuse(name=name, size=show_size(expanded), limit=show_size(limit))
    if any(e.flag_bits & 0x1 for e in entries):
        raise errors.FILE_ENCRYPTED.refuse(name=name)
    seen: set[str] = set()
    parts: dict[str, Part] = {}
    for entry in entries:
        key = entry.filename.replace("\\", "/").lower().lstrip("/")
        if key in seen:
            raise errors.FILE_STRUCTURE.refuse(name=name, reason="同一个部分出现了两次")
        seen.add(key)
        if entry.is_dir():
            continue
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise errors.FILE_STRUCTURE.refuse(name=name, reason="压缩的办法不是表格软件会用的")
        head = content[entry.header_offset : entry.header_offset + 30]
        if len(head) < 30 or head[:4] != b"PK\x03\x04":
            raise errors.FILE_DAMAGED.refuse(name=name)
        name_length, extra_length = struct.unpack("<HH", head[26:30])
        start = entry.header_offset + 30 + name_length + extra_length
        if start + entry.compress_size > len(content):
            raise errors.FILE_DAMAGED.refuse(name=name)
        parts[entry.filename] = Part(
            name=entry.filename,
            start=start,
            compressed=entry.compress_size,
            size=entry.file_size,
            deflated=entry.compress_type == zipfile.ZIP_DEFLATED,
        )
    return parts


_LOCAL = re.compile(r"^\{[^}]*\}")


def _sheets(small: dict[str, bytes], parts: dict[str, Part], name: str) -> tuple[SheetPart, ...]:
    """Worksheets in order of their tabs. The parts hold no entity declarations, so the plain parser is safe here."""
    targets: dict[str, str] = {}
    found: list[SheetPart] = []
    try:
        for relation in ElementTree.fromstring(small["xl/_rels/workbook.xml.rels"]):  # noqa: S314
            target = relation.get("Target", "")
            targets[relation.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        for element in ElementTree.fromstring(small["xl/workbook.xml"]).iter():  # noqa: S314
            if _LOCAL.sub("", element.tag) != "sheet":
                continue
            relation_id = next((v for k, v in element.attrib.items() if k.endswith("}id") or k == "id"), "")
            part = parts.get(targets.get(relation_id, ""))
            if part is None or "chartsheet" in part.name:
                continue
            is_visible = element.get("state", "visible") == "visible"
            found.append(SheetPart(element.get("name", ""), part, is_visible))
    except (KeyError, ElementTree.ParseError):
        raise errors.FILE_DAMAGED.refuse(name=name) from None
    if not any(s.is_visible for s in found):
        raise errors.SHEET_EMPTY.refuse(sheet=f"文件“{name}”")
    return tuple(found)


__all__ = ["LIMITS", "Cell", "Limits", "Refusal", "SheetPart", "Workbook", "open_workbook", "show_size"]
