"""Recognising a form's header as people really type it."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import opencc

from guantong.kernel.refusal import Problem, Where

from . import errors
from .specs import ColumnSpec, SheetSpec, column_letters

RESULT_TITLES = ("校验结果", "错误说明")
"""Titles of the two columns of a returned workbook; passed over when it is handed in again."""
HEADER_ROWS = 10
"""The header is looked for in this many rows from the top."""

_SUFFIX = re.compile(r"[（(［\[【](?:必填|必须填|必填项|选填|可选|可不填|可空|不必填|非必填)[）)］\]】]")
_DROPPED = re.compile(r"[\s\u200b-\u200f\u2060\ufeff*＊:：]+")


@lru_cache(maxsize=1)
def _converters() -> tuple[opencc.OpenCC, opencc.OpenCC]:
    return opencc.OpenCC("t2s"), opencc.OpenCC("tw2sp")


@lru_cache(maxsize=4096)
def simplified(text: str) -> str:
    """The text in simplified script."""
    return str(_converters()[0].convert(text))


@lru_cache(maxsize=4096)
def title_key(title: str) -> str:
    """A title without what does not matter: width, spaces, ``*``, （必填）, colon, script, case."""
    text = unicodedata.normalize("NFKC", title)
    text = _DROPPED.sub("", text)
    text = _SUFFIX.sub("", text)
    return simplified(text).replace("身分证", "身份证").casefold()


@dataclass(slots=True)
class Header:
    """Where the header stands and which column each of the form's columns is in (zero-based)."""

    row: int
    columns: dict[str, int]
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    printed: dict[str, str] = field(default_factory=dict)
    """Column key → the title as it stands in her sheet, tidied of spaces only."""
    matched: int = 0


def _texts(row: Sequence[object]) -> list[str]:
    return [value if isinstance(value, str) else "" for value in row]


def _known(spec: SheetSpec) -> dict[str, ColumnSpec]:
    return {title_key(t): c for c in spec.columns for t in c.titles}


def find_header(spec: SheetSpec, rows: Sequence[Sequence[object]], sheet: str) -> Header | None:
    """The header among the first rows, or None when no row looks like one.

    A row is taken for the header when it names at least half of the required columns (two at least, or all there are).
    """
    known = _known(spec)
    needed = [c.key for c in spec.columns if c.required] or [c.key for c in spec.columns]
    best: tuple[int, int] | None = None
    for number, row in enumerate(rows[:HEADER_ROWS], start=1):
        keys = {known[k].key for k in map(title_key, _texts(row)) if k in known}
        hits = len(keys.intersection(needed))
        if hits >= min(len(needed), max(2, (len(needed) + 1) // 2)) and (best is None or len(keys) > best[0]):
            best = (len(keys), number)
    if best is None:
        return None
    return _match(spec, known, _texts(rows[best[1] - 1]), best[1], sheet)


def _match(spec: SheetSpec, known: dict[str, ColumnSpec], row: list[str], number: int, sheet: str) -> Header:
    header = Header(row=number, columns={})
    places: dict[str, list[int]] = {}
    extra: list[str] = []
    for index, text in enumerate(row):
        key = title_key(text)
        if not key or text.strip() in RESULT_TITLES:
            continue
        column = known.get(key)
        if column is None:
            extra.append(text.strip())
        else:
            places.setdefault(column.key, []).append(index)
    for column in spec.columns:
        at = places.get(column.key)
        if at is None:
            _missing(header, column, extra, sheet)
            continue
        header.columns[column.key] = at[0]
        header.printed[column.key] = row[at[0]].strip()
        if len(at) > 1:
            letters = "、".join(column_letters(i) for i in at)
            where = Where(sheet=sheet, row=number, column=column_letters(at[1]), title=column.title)
            header.problems.append(
                errors.COLUMN_TWICE.problem(where=where, title=column.title, count=len(at), letters=letters)
            )
    header.matched = len(header.columns)
    if extra:
        shown = "、".join(f"“{t[:20]}”" for t in extra[:10]) + ("等" if len(extra) > 10 else "")
        header.notes.append(errors.COLUMNS_EXTRA.problem(where=Where(sheet=sheet), count=len(extra), titles=shown))
    return header


def _missing(header: Header, column: ColumnSpec, extra: list[str], sheet: str) -> None:
    if not column.required:
        note = errors.COLUMN_OPTIONAL_MISSING.problem(where=Where(sheet=sheet), title=column.title)
        header.notes.append(note)
        return
    near = difflib.get_close_matches(title_key(column.title), [title_key(t) for t in extra], n=1, cutoff=0.5)
    hint = ""
    if near:
        given = next(t for t in extra if title_key(t) == near[0])
        hint = f"如果“{given}”就是这一列，请把标题改成“{column.title}”。"
    where = Where(sheet=sheet, row=header.row)
    header.problems.append(errors.COLUMN_MISSING.problem(where=where, title=column.title, hint=hint))
