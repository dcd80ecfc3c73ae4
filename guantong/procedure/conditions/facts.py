"""Facts: exact values with their kind and where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from guantong.kernel.money import show_yuan, to_fen

KINDS = ("number", "money", "date", "flag", "text", "texts")
"""``money`` is whole fen, ``texts`` a tuple of codes; numbers are int, Decimal or Fraction, never binary floats."""
TYPES: Mapping[str, frozenset[type]] = {
    "number": frozenset({int, Decimal, Fraction}),
    "money": frozenset({int}),
    "date": frozenset({date}),
    "flag": frozenset({bool}),
    "text": frozenset({str}),
    "texts": frozenset({tuple}),
}
DECLARED = "declared"
CASE_DAY = "case.day"
"""The day on which the conditions are judged: that of handing in."""
ORIGINS = {
    DECLARED: "本次填报",
    "post": "岗位登记",
    "certificate": "证书登记",
    "indicator": "监测指标",
    "achievement": "学习成果",
    "register": "登记册",
    "check": "专门核对",
    "case": "本件",
    "computed": "计算得出",
}
"""Where a fact comes from, with the words pages use."""

Value = int | Decimal | Fraction | date | bool | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactTitle:
    """What is known of a fact before its value: title, kind, unit, and the titles of its codes."""

    title: str
    kind: str
    unit: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    origin: str = DECLARED
    source: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One stored record a value rests on, in words that name nobody else and print no number of identity.

    ``link`` leads to it; ``is_open`` says that everybody may follow, otherwise only the party whose record it is.
    """

    text: str
    on: date | None = None
    link: str = ""
    is_open: bool = False

    def as_json(self) -> dict[str, Any]:
        """Plain values for the log of a case."""
        on = self.on.isoformat() if self.on is not None else None
        return {"text": self.text, "on": on, "link": self.link, "is_open": self.is_open}


def record_from_json(kept: Mapping[str, Any]) -> Record:
    """The record :meth:`Record.as_json` wrote."""
    on = date.fromisoformat(kept["on"]) if kept.get("on") else None
    return Record(kept["text"], on, kept.get("link", ""), bool(kept.get("is_open")))


@dataclass(frozen=True, slots=True)
class Found:
    """What a source may answer in place of a bare value: the value with the records it rests on, the first ones first.

    Keep a few: what a log line keeps of a fact should stay readable. A total belongs into the words of a record.
    """

    value: Value | None
    records: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A value with its source. ``value`` None: known to be absent. A fact that could not be had is left out instead."""

    value: Value | None
    origin: str = DECLARED
    source: str = ORIGINS[DECLARED]
    records: tuple[Record, ...] = ()
    """Which records of the source, where it tells."""

    def __post_init__(self) -> None:
        if isinstance(self.value, float):
            raise TypeError("a fact is exact: write a whole number, Decimal or Fraction")
        if self.origin not in ORIGINS:
            raise ValueError(f"unknown origin {self.origin!r}; known: {', '.join(ORIGINS)}")

    def as_json(self) -> dict[str, Any]:
        """Plain values for the log of a case; :func:`fact_from_json` reads them again."""
        value = self.value
        kind = next((k for k, types in TYPES.items() if type(value) in types), "")
        plain: Any = value
        if kind == "number":
            plain = str(value)
        elif isinstance(value, date):
            plain = value.isoformat()
        elif isinstance(value, tuple):
            plain = list(value)
        kept = {"kind": kind, "value": plain, "origin": self.origin, "source": self.source}
        if self.records:
            kept["records"] = [record.as_json() for record in self.records]
        return kept


def fact_from_json(kept: Mapping[str, Any]) -> Fact:
    """The fact :meth:`Fact.as_json` wrote."""
    plain, kind = kept["value"], kept["kind"]
    value: Value | None = plain
    if kind == "number":
        number = Fraction(plain)
        value = (
            int(plain) if number.denominator == 1 and "." not in plain else number if "/" in plain else Decimal(plain)
        )
    elif kind == "date":
        value = date.fromisoformat(plain)
    elif kind == "texts":
        value = tuple(plain)
    return Fact(value, kept["origin"], kept["source"], tuple(map(record_from_json, kept.get("records", ()))))


def read_written(written: object, kind: str) -> Value:
    """A required value of a definition as a value of ``kind``. Raises ``ValueError`` with the reason in Chinese."""
    try:
        if kind == "flag" and isinstance(written, bool):
            return written
        if kind in ("number", "money") and isinstance(written, int | str) and not isinstance(written, bool):
            if kind == "money":
                return to_fen(written)
            number = Fraction(written)
            if isinstance(written, int):
                return written
            return number if "/" in written else Decimal(written)
        if kind == "date" and isinstance(written, str):
            return date.fromisoformat(written)
        if kind in ("text", "texts") and isinstance(written, str):
            return written
    except (ValueError, ArithmeticError):
        pass
    wanted = {
        "number": "应当是数，小数写在引号里",
        "money": "应当是以元为单位的金额，写到分为止",
        "date": "应当是日期，例如 2025-09-01",
        "flag": "应当是 true 或 false",
    }
    raise ValueError(wanted.get(kind, "应当是文字"))


def show_value(value: Value | None, kind: str, unit: str = "", titles: Mapping[str, str] | None = None) -> str:
    """A value as people read it."""
    if type(value) is int and kind != "money":
        return f"{value}{unit}"
    names = titles or {}
    if value is None:
        return "没有"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, tuple):
        return "、".join(names.get(v, v) for v in value) or "没有"
    if isinstance(value, str):
        return names.get(value, value)
    if kind == "money":
        return show_yuan(int(value))
    if isinstance(value, Fraction) and value.denominator == 1:
        value = int(value)
    text = format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
    return text + unit
