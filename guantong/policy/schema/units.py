"""Units of parameters: how a value is written, what it is read as, and what it may be.

Each unit has one reader: text as written → typed value, or :class:`UnitFault` with the reason in Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

Row = Mapping[str, str]
Range = tuple[Decimal, Decimal]
Value = Decimal | int | Fraction | str | bool | date | Range | tuple[str, ...] | tuple[Row, ...]
"""What a parameter's value may be once read; never a binary float."""


class UnitFault(ValueError):
    """The text is no value of the unit; the message is the reason, in Chinese, without 句号."""


_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,12})?")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_day(text: str) -> date:
    """A date written ``2025-09-01``; raises ``ValueError``."""
    if _DAY.fullmatch(text) is None:
        raise ValueError(text)
    return date.fromisoformat(text)


def _decimal(low: int | None, high: int | None, places: int | None = None) -> Callable[[str], Value]:
    def read(text: str) -> Decimal:
        if _DECIMAL.fullmatch(text) is None:
            raise UnitFault("应当是一个十进制数")
        value = Decimal(text)
        if low is not None and value < low:
            raise UnitFault("不能是负数" if low == 0 else f"不能小于 {low}")
        if high is not None and value > high:
            raise UnitFault(f"不能大于 {high}")
        if places is not None and -int(value.as_tuple().exponent) > places:
            raise UnitFault(f"最多 {places} 位小数")
        return value

    return read


def _integer(low: int, high: int | None = None) -> Callable[[str], Value]:
    def read(text: str) -> int:
        if _INTEGER.fullmatch(text) is None:
            raise UnitFault("应当是一个整数")
        value = int(text)
        if value < low:
            raise UnitFault("不能是负数" if low == 0 else f"不能小于 {low}")
        if high is not None and value > high:
            raise UnitFault(f"不能大于 {high}")
        return value

    return read


def _positive(text: str, what: str) -> Fraction:
    if _DECIMAL.fullmatch(text) is None or Decimal(text) <= 0:
        raise UnitFault(what)
    return Fraction(text)


def _ratio(text: str) -> Fraction:
    left, colon, right = text.partition(":")
    what = "应当写成“1:18”，两边都大于零"
    if not colon:
        raise UnitFault(what)
    return _positive(left.strip(), what) / _positive(right.strip(), what)


def _quotient(text: str) -> Fraction:
    top, slash, bottom = text.partition("/")
    what = "应当写成“1/3”或一个数，分母大于零"
    if _DECIMAL.fullmatch(top) is None:
        raise UnitFault(what)
    return Fraction(top) / (_positive(bottom, what) if slash else 1)


def _fraction(text: str) -> Fraction:
    value = _quotient(text)
    if not 0 <= value <= 1:
        raise UnitFault("分数应当在 0 与 1 之间")
    return value


def _hours_per_credit(text: str) -> Fraction:
    value = _quotient(text)
    if value <= 0:
        raise UnitFault("每学分的学时应当大于零")
    return value


def _range(text: str) -> Range:
    low, dots, high = text.partition("..")
    if not dots or _DECIMAL.fullmatch(low) is None or _DECIMAL.fullmatch(high) is None:
        raise UnitFault("应当写成“16..18”")
    if Decimal(low) > Decimal(high):
        raise UnitFault("前一个数不能大于后一个数")
    return Decimal(low), Decimal(high)


def _day(text: str) -> date:
    try:
        return parse_day(text)
    except ValueError:
        raise UnitFault("应当是一个存在的日期，写成“2025-09-01”") from None


def _month_day(text: str) -> str:
    try:
        if re.fullmatch(r"[0-9]{2}-[0-9]{2}", text) is None:
            raise ValueError(text)
        date.fromisoformat(f"2024-{text}")
    except ValueError:
        raise UnitFault("应当是一年中的某一天，写成“12-15”") from None
    return text


def _text(text: str) -> str:
    if not text.strip():
        raise UnitFault("不能为空")
    return text


def _flag(text: str) -> bool:
    if text not in {"true", "false"}:
        raise UnitFault("应当写 true 或 false，不加引号")
    return text == "true"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: its key in files, its name on pages, how the number is followed when shown, and its reader."""

    key: str
    name_zh: str
    suffix: str
    read: Callable[[str], Value] | None
    """None for ``list`` and ``table``, which are not scalars."""
    is_number: bool


def _unit(key: str, name: str, suffix: str, read: Callable[[str], Value] | None, number: bool = True) -> Unit:
    return Unit(key, name, suffix, read, number)


UNITS: Mapping[str, Unit] = {
    unit.key: unit
    for unit in (
        _unit("credits", "学分", " 学分", _decimal(0, None, 2)),
        _unit("hours", "学时", " 学时", _decimal(0, None)),
        _unit("score", "分数", " 分", _decimal(0, None)),
        _unit("years", "年限", " 年", _decimal(0, None)),
        _unit("age", "年龄", " 周岁", _integer(0, 150)),
        _unit("times", "倍数", " 倍", _decimal(0, None)),
        _unit("percent", "百分比", "%", _decimal(0, 100)),
        _unit("permille", "千分比", "‰", _decimal(0, 1000)),
        _unit("percentage_points", "百分点", " 个百分点", _decimal(-100, 100)),
        _unit("count", "数量", "", _integer(0)),
        _unit("months", "月数", " 个月", _integer(0)),
        _unit("weeks", "周数", " 周", _integer(0)),
        _unit("days", "天数", " 天", _integer(0)),
        _unit("working_days", "工作日", " 个工作日", _integer(0)),
        _unit("minutes", "分钟", " 分钟", _integer(0)),
        _unit("rank", "名次", "", _integer(1)),
        _unit("year", "年份", " 年", _integer(1949, 2100)),
        _unit("yuan", "金额（元）", " 元", _decimal(0, None, 2)),
        _unit("fen", "金额（分）", " 分钱", _integer(0)),
        _unit("hectares", "面积（公顷）", " 公顷", _decimal(0, None)),
        _unit("square_metres", "面积（平方米）", " 平方米", _decimal(0, None)),
        _unit("books", "册数", " 册", _decimal(0, None)),
        _unit("ratio", "比例", "", _ratio),
        _unit("fraction", "分数比例", "", _fraction),
        _unit("hours_per_credit", "每学分学时", " 学时/学分", _hours_per_credit),
        _unit("range", "区间", "", _range, False),
        _unit("date", "日期", "", _day, False),
        _unit("month_day", "月日", "", _month_day, False),
        _unit("text", "文字", "", _text, False),
        _unit("flag", "是否", "", _flag, False),
        _unit("list", "清单", "", None, False),
        _unit("table", "表格", "", None, False),
    )
}


def as_written(value: Value, unit: str) -> object:
    """The value as plain JSON data, the way a region file writes it (numbers as text, so never a float)."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Fraction):
        if unit == "ratio":
            return f"{value.numerator}:{value.denominator}"
        return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    if unit == "range":
        return f"{value[0]}..{value[1]}"
    return [dict(item) if isinstance(item, Mapping) else str(item) for item in value]


def show(value: Value, unit: str) -> str:
    """The value as people read it: ``8 学分``, ``50%``, ``1:18``, ``2025年12月31日``, ``是``."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if unit == "month_day" and isinstance(value, str):
        return f"{int(value[:2])}月{int(value[3:])}日"
    if unit == "rank":
        return f"第 {value} 名"
    if unit == "range" and isinstance(value, tuple):
        return f"{value[0]} 至 {value[1]}"
    if unit == "list" and isinstance(value, tuple):
        return "、".join(str(item) for item in value)
    if unit == "table" and isinstance(value, tuple):
        return "；".join("，".join(str(cell) for cell in row.values()) for row in value if isinstance(row, Mapping))
    written = str(as_written(value, unit))
    if unit in {"count", "yuan", "fen"}:
        whole, dot, part = written.partition(".")
        written = f"{int(whole):,}{dot}{part}"
    return written + UNITS[unit].suffix
