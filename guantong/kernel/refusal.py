"""Refusals: every "no" of the product says where, what was given, why not, what to do, and on whose authority.

A domain declares each kind of refusal once, in its ``errors.py``, as a :class:`RefusalKind`. Code raises
``KIND.refuse(...)`` for a single problem or collects ``KIND.problem(...)`` values and raises one
:class:`Refusal` with all of them. The three doors (web, API, command line) print the same sentences.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from typing import Any


class Weight(Enum):
    """How much a finding weighs (HOUSE §5)."""

    MUST_CHANGE = "必须改"
    PLEASE_CONFIRM = "请确认"
    TIDIED = "已处理"


@dataclass(frozen=True, slots=True)
class Citation:
    """The authority a decision rests on: a document and its smallest citable unit.

    ``document`` is the id used under ``regions/*/documents``; ``source`` is ``document`` or ``local``
    (a duty whose number no document prints, set by the region itself).
    """

    document: str
    title: str
    number: str | None
    clause: str
    in_force_from: date | None
    source: str = "document"

    def sentence(self) -> str:
        """The citation as printed under a refusal: 《…》（文号）第十二条（2024年9月1日起施行）."""
        number = f"（{self.number}）" if self.number else ""
        since = ""
        if self.in_force_from is not None:
            day = self.in_force_from
            since = f"（{day.year}年{day.month}月{day.day}日起施行）"
        return f"《{self.title}》{number}{self.clause}{since}"


@dataclass(frozen=True, slots=True)
class Where:
    """Where the problem stands: a file and line, a sheet cell, or a field of a form or JSON body."""

    file: str | None = None
    line: int | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    """Spreadsheet column letters or the field name of a JSON body."""
    title: str | None = None
    """The column title or field label as the person sees it."""
    value: str | None = None
    """What was given, already masked when it is an identity number."""

    def sentence(self) -> str:
        """For instance ``第 37 行　H37「拟转换学分」　填的是：12``; empty when nothing is known."""
        parts: list[str] = []
        if self.file is not None:
            parts.append(self.file + (f" 第 {self.line} 行" if self.line is not None else ""))
        if self.sheet is not None:
            parts.append(f"工作表“{self.sheet}”")
        if self.row is not None:
            parts.append(f"第 {self.row} 行")
        letters = self.column if self.column and (self.row is not None or self.column.isupper()) else ""
        cell = f"{letters}{self.row}" if letters and self.row is not None else letters
        if cell or self.title:
            parts.append(cell + (f"「{self.title}」" if self.title else ""))
        if self.value is not None:
            parts.append(f"填的是：{self.value}")
        return "　".join(parts)


NOWHERE = Where()


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding, ready to be shown at any door."""

    code: str
    message: str
    do: str
    where: Where = NOWHERE
    basis: Citation | None = None
    weight: Weight = Weight.MUST_CHANGE

    def sentence(self) -> str:
        """The whole finding in Chinese on one line, with authority and code."""
        text = self.where.sentence()
        text = (text + "　" if text else "") + self.message + self.do
        if self.basis is not None:
            text += f"依据：{self.basis.sentence()}"
        return f"{text}　编号 {self.code}"

    def at(self, where: Where) -> Problem:
        """The same problem at another place (row checks learn their row late)."""
        return replace(self, where=where)

    def as_json(self) -> dict[str, object]:
        """The error object of the API and of ``--json`` output (HOUSE §5)."""
        w = self.where
        return {
            "code": self.code,
            "message": self.message,
            "do": self.do,
            "file": w.file,
            "line": w.line,
            "sheet": w.sheet,
            "row": w.row,
            "column": w.column,
            "title": w.title,
            "value": w.value,
            "clause": self.basis.sentence() if self.basis else None,
            "weight": self.weight.value,
        }


class Refusal(Exception):
    """Raised when something is not done. Carries every problem found, never only the first."""

    def __init__(self, problems: Iterable[Problem], status: int = 422) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        if not self.problems:
            raise ValueError("a Refusal needs at least one problem")
        self.status = status
        super().__init__("\n".join(p.sentence() for p in self.problems))

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.problems)

    @property
    def code(self) -> str:
        """Code of the first problem."""
        return self.problems[0].code

    def as_json(self) -> dict[str, object]:
        """``{"ok": false, "status": 422, "errors": [...]}``."""
        return {"ok": False, "status": self.status, "errors": [p.as_json() for p in self.problems]}


_KINDS: dict[str, RefusalKind] = {}


@dataclass(frozen=True)
class RefusalKind:
    """A refusal declared once: code, sentence, what to do, the parameter it rests on.

    ``message`` and ``do`` are ``str.format`` templates and end with 。; the same names must be given on use.
    Codes are unique across the product and never reused; a retired kind stays with ``retired=True``.
    """

    code: str
    message: str
    do: str
    parameter: str | None = None
    status: int = 422
    weight: Weight = Weight.MUST_CHANGE
    retired: bool = False
    fields: frozenset[str] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        if self.code in _KINDS and _KINDS[self.code].message != self.message:
            raise ValueError(f"refusal code {self.code} is declared twice")
        names = {
            name.split(".")[0].split("[")[0]
            for text in (self.message, self.do)
            for _, name, _, _ in string.Formatter().parse(text)
            if name
        }
        object.__setattr__(self, "fields", frozenset(names))
        _KINDS[self.code] = self

    def problem(self, *, where: Where = NOWHERE, basis: Citation | None = None, **values: object) -> Problem:
        """A concrete finding of this kind; ``values`` fill the sentences, days as people write them.

        What must be written into a file says so in the sentence: ``{day:%Y-%m-%d}``.
        """
        return Problem(
            code=self.code,
            message=_SENTENCES.vformat(self.message, (), values),
            do=_SENTENCES.vformat(self.do, (), values),
            where=where,
            basis=basis,
            weight=self.weight,
        )

    def refuse(self, *, where: Where = NOWHERE, basis: Citation | None = None, **values: object) -> Refusal:
        """A :class:`Refusal` with this one problem: ``raise KIND.refuse(...)``."""
        return Refusal([self.problem(where=where, basis=basis, **values)], status=self.status)


class _Sentences(string.Formatter):
    """Fills sentences: a day without a form of its own as 2026年11月22日."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, date) and not isinstance(value, datetime) and not format_spec:
            return f"{value.year}年{value.month}月{value.day}日"
        return format(value, format_spec)


_SENTENCES = _Sentences()


def declared_kinds() -> Mapping[str, RefusalKind]:
    """Every declared kind by code, for docs/dev/error-codes.md and the house tests."""
    return dict(sorted(_KINDS.items()))
