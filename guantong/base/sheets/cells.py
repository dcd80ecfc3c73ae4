"""Checking one column: what a cell holds → its value, what was tidied, or why it must be changed.

A column is checked a block at a time through a dictionary of cells already seen (:class:`ColumnChecker`), so that a
clean cell met before costs one look-up. Nothing is guessed: not a digit, not a date, not a name.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from operator import mul

from guantong.kernel.identity import is_credit_code
from guantong.kernel.refusal import RefusalKind

from . import errors
from .opening import Cell
from .specs import ColumnSpec
from .tidying import INVISIBLE, SCIENTIFIC, WIDE, tidy_text
from .titles import simplified

_MEMORY = 50_000
"""Most cells a column remembers."""


class _Bad:
    """The value of a cell that must be changed."""

    def __repr__(self) -> str:
        return "BAD"


BAD = _Bad()


@dataclass(frozen=True, slots=True)
class Finding:
    """A cell that was tidied (``value`` is good) or must be changed (``value`` is :data:`BAD`)."""

    value: object
    kind: RefusalKind | None = None
    values: tuple[tuple[str, object], ...] = ()
    tidied: tuple[RefusalKind, ...] = ()


class Fault(Exception):
    """Raised by a check: the cell must be changed."""

    def __init__(self, kind: RefusalKind, **values: object) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.values = values


# ---- one cell of each kind ------------------------------------------------------------------------------------

Tidied = tuple[RefusalKind, ...]
Check = Callable[[Cell], tuple[object, Tidied]]
"""Raw cell (never an empty text) → value and what was tidied; raises :class:`Fault`."""


def _number_as_text(raw: float, column: ColumnSpec, letters: str) -> str:
    if raw != int(raw):
        raise Fault(errors.NOT_TEXT, title=column.title, what="小数", column=letters)
    if abs(raw) >= 1e15:
        raise Fault(errors.LONG_NUMBER, column=letters, digits="完整的号码")
    return str(int(raw))


def _text_of(raw: Cell, column: ColumnSpec, letters: str) -> tuple[str, Tidied]:
    """Text of a cell of a text-like column."""
    if isinstance(raw, str):
        text, tidied = tidy_text(raw, column.kind)
        if column.kind == "code" and SCIENTIFIC.fullmatch(text):
            raise Fault(errors.LONG_NUMBER, column=letters, digits="完整的号码")
        return text, tidied
    if isinstance(raw, int | float):
        if column.kind != "code" and raw != int(raw):
            return f"{raw:.15g}", ()
        return _number_as_text(raw, column, letters), (errors.TIDIED_NUMBER_CODE,)
    what = "时间" if isinstance(raw, time | timedelta) else "日期"
    raise Fault(errors.NOT_TEXT, title=column.title, what=what, column=letters)


def _choice_key(text: str) -> str:
    return simplified("".join(text.translate(WIDE).split())).casefold()


def _text_check(column: ColumnSpec, letters: str) -> Check:
    pattern = re.compile(column.pattern) if column.pattern else None
    alike = {_choice_key(k): v for k, v in (column.choices or {}).items()}

    def choose(text: str, tidied: Tidied) -> tuple[object, Tidied]:
        choices = column.choices or {}
        if text in choices:
            return choices[text], tidied
        key = _choice_key(text)
        if key in alike:
            return alike[key], (*tidied, errors.TIDIED_SCRIPT)
        if key.isascii() and key.isdigit() and len(key) == 1 and "0" + key in choices:
            return choices["0" + key], (*tidied, errors.TIDIED_NUMBER_CODE)  # a closed list: 3 can only be 03
        printed = column.printed_choices()
        near = difflib.get_close_matches(key, list(alike), n=1, cutoff=0.6)
        if near and len(printed) > 3:
            spelled = next(k for k in choices if _choice_key(k) == near[0])
            raise Fault(errors.NOT_A_CHOICE_BUT_CLOSE, title=column.title, near=spelled)
        shown = "、".join(printed[:16]) + ("等" if len(printed) > 16 else "")
        raise Fault(errors.NOT_A_CHOICE, title=column.title, choices=shown)

    def check(raw: Cell) -> tuple[object, Tidied]:
        text, tidied = _text_of(raw, column, letters)
        if not text:
            return None, tidied
        if column.choices is not None:
            return choose(text, tidied)
        if column.to_simplified and (plain := simplified(text)) != text:
            text, tidied = plain, (*tidied, errors.TIDIED_SCRIPT)
        if column.length is not None and len(text) != column.length:
            if len(text) < column.length and not isinstance(raw, str):
                raise Fault(
                    errors.LOST_ZEROS, title=column.title, length=column.length, given=len(text), column=letters
                )
            raise Fault(errors.CODE_LENGTH, title=column.title, length=column.length, given=len(text))
        if column.length is not None and not (text.isascii() and text.replace("-", "").isalnum()):
            raise Fault(errors.CODE_CHARACTERS, title=column.title)
        if len(text) > column.max_length:
            raise Fault(errors.TOO_LONG, title=column.title, length=len(text), limit=column.max_length)
        if pattern is not None and not pattern.fullmatch(text):
            raise Fault(errors.BAD_PATTERN, title=column.title, example=column.example or column.title)
        return text, tidied

    return check


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ZERO = ord("0") * sum(_WEIGHTS)
_CHECKS = "10X98765432"
_births: dict[str, bool] = {}


def _is_birth(text: str) -> bool:
    known = _births.get(text)
    if known is None:
        try:
            born = date(int(text[:4]), int(text[4:6]), int(text[6:]))
            known = 1880 <= born.year <= 2100
        except ValueError:
            known = False
        if len(_births) < 60_000:
            _births[text] = known
    return known


def _id_number_check(column: ColumnSpec, letters: str) -> Check:
    def check(raw: Cell) -> tuple[object, Tidied]:
        if isinstance(raw, int | float):
            if raw == int(raw) and len(str(int(raw))) == 15:
                raise Fault(errors.ID_OLD)
            if abs(raw) >= 1e15:
                raise Fault(errors.LONG_NUMBER, column=letters, digits=" 18 位号码")
            raise Fault(errors.ID_LENGTH, length=len(f"{raw:.0f}"))
        if not isinstance(raw, str):
            raise Fault(errors.NOT_TEXT, title=column.title, what="日期", column=letters)
        text, tidied = tidy_text(raw, "id_number")
        if not text:
            return None, tidied
        if SCIENTIFIC.fullmatch(text):
            raise Fault(errors.LONG_NUMBER, column=letters, digits=" 18 位号码")
        if text[-1] == "x":
            text = text[:-1] + "X"
            tidied = (*tidied, errors.TIDIED_CASE)
        if len(text) != 18:
            if len(text) == 15 and text.isascii() and text.isdigit():
                raise Fault(errors.ID_OLD)
            raise Fault(errors.ID_LENGTH, length=len(text))
        digits = text[:17]
        if not (text.isascii() and digits.isdigit() and (text[17].isdigit() or text[17] == "X")):
            raise Fault(errors.ID_CHARACTERS)
        if not _is_birth(text[6:14]):
            raise Fault(errors.ID_BIRTH)
        if _CHECKS[(sum(map(mul, digits.encode("ascii"), _WEIGHTS)) - _ZERO) % 11] != text[17]:
            if text.endswith("000"):
                raise Fault(errors.LONG_NUMBER, column=letters, digits=" 18 位号码")
            raise Fault(errors.ID_CHECK)
        return text, tidied

    return check


def _credit_code_check(column: ColumnSpec, letters: str) -> Check:
    def check(raw: Cell) -> tuple[object, Tidied]:
        if isinstance(raw, int | float):
            raise Fault(errors.LONG_NUMBER, column=letters, digits=" 18 位代码")
        if not isinstance(raw, str):
            raise Fault(errors.NOT_TEXT, title=column.title, what="日期", column=letters)
        text, tidied = tidy_text(raw, "credit_code")
        if not text:
            return None, tidied
        if text != text.upper():
            text = text.upper()
            tidied = (*tidied, errors.TIDIED_CASE)
        if SCIENTIFIC.fullmatch(text):
            raise Fault(errors.LONG_NUMBER, column=letters, digits=" 18 位代码")
        if not is_credit_code(text):
            raise Fault(errors.CREDIT_CODE)
        return text, tidied

    return check


_DATE = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日?)([T\s]*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?"
)
_DATE_DIGITS = re.compile(r"((?:1[89]|20|21)\d{2})(\d{2})(\d{2})")
_SHORT_YEAR = re.compile(r"\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")
_EPOCH = date(1899, 12, 30)


def _as_day(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Fault(errors.NO_SUCH_DAY) from None


def _date_check(column: ColumnSpec, letters: str) -> Check:
    earliest = column.not_before or date(1900, 1, 1)
    latest = column.not_after or date(2100, 12, 31)

    def parse(raw: Cell) -> tuple[date | None, Tidied]:
        if isinstance(raw, datetime):
            has_clock = raw.time() != time.min
            return raw.date(), (errors.TIDIED_TIME,) if has_clock else ()
        if isinstance(raw, date):
            return raw, ()
        if isinstance(raw, int | float):
            if raw == int(raw) and (digits := _DATE_DIGITS.fullmatch(str(int(raw)))):
                return _as_day(*digits.groups()), ()
            if 1 <= raw < 80_000:
                raise Fault(errors.DATE_SERIAL, day=(_EPOCH + timedelta(int(raw))).isoformat(), column=letters)
            raise Fault(errors.NOT_A_DATE, title=column.title)
        if not isinstance(raw, str):
            raise Fault(errors.NOT_A_DATE, title=column.title)
        text, tidied = tidy_text(INVISIBLE.sub("", raw).strip(), "text")
        text = text.translate(WIDE)
        if not text:
            return None, tidied
        found = _DATE.fullmatch(text) or _DATE.fullmatch("".join(text.split()))
        if found:
            year, _, a, b, c, d, clock, *_ = found.groups()
            if clock and clock.strip("T 0:."):
                tidied = (*tidied, errors.TIDIED_TIME)
            return _as_day(year, a or c, b or d), tidied
        if digits := _DATE_DIGITS.fullmatch(text):
            return _as_day(*digits.groups()), tidied
        if text.isascii() and text.isdigit() and len(text) == 5:
            day = (_EPOCH + timedelta(int(text))).isoformat()
            raise Fault(errors.DATE_SERIAL, day=day, column=letters)
        if _SHORT_YEAR.fullmatch(text):
            raise Fault(errors.SHORT_YEAR, title=column.title)
        raise Fault(errors.NOT_A_DATE, title=column.title)

    def check(raw: Cell) -> tuple[object, Tidied]:
        day, tidied = parse(raw)
        if day is None:
            return None, tidied
        if day < earliest:
            raise Fault(errors.DATE_TOO_EARLY, title=column.title, limit=earliest.isoformat())
        if day > latest:
            raise Fault(errors.DATE_TOO_LATE, title=column.title, limit=latest.isoformat())
        return day, tidied

    return check


_MONTH = re.compile(r"((?:19|20)\d{2})(?:[-/.](\d{1,2})|年(\d{1,2})月?|(\d{2}))")


def _month_check(column: ColumnSpec, letters: str) -> Check:
    def check(raw: Cell) -> tuple[object, Tidied]:
        if isinstance(raw, date):
            return f"{raw.year:04d}-{raw.month:02d}", ()
        tidied: Tidied = ()
        text = ""
        if isinstance(raw, int | float) and raw == int(raw):
            text = str(int(raw))
        elif isinstance(raw, str):
            text, tidied = tidy_text(raw, "month")
            if not text:
                return None, tidied
        found = _MONTH.fullmatch(text)
        month = int(found.group(2) or found.group(3) or found.group(4)) if found else 0
        if found is None or not 1 <= month <= 12:
            raise Fault(errors.NOT_A_MONTH, title=column.title)
        return f"{found.group(1)}-{month:02d}", tidied

    return check


_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{0,15})?")


def _number_check(column: ColumnSpec, letters: str, stored_as_text: bool) -> Check:
    is_whole = column.kind == "integer"

    def check(raw: Cell) -> tuple[object, Tidied]:
        tidied: Tidied = ()
        if isinstance(raw, str):
            text, tidied = tidy_text(raw, column.kind)
            if not text:
                return None, tidied
            if not _NUMBER.fullmatch(text):
                raise Fault(errors.NOT_A_NUMBER, title=column.title)
            number = Decimal(text.replace(",", ""))
            if not stored_as_text:
                tidied = (*tidied, errors.TIDIED_TEXT_NUMBER)
        elif isinstance(raw, int | float):
            if not abs(raw) < 1e15:
                raise Fault(errors.NOT_A_NUMBER, title=column.title)
            number = Decimal(f"{raw:.15g}")
        else:
            raise Fault(errors.NOT_A_NUMBER, title=column.title)
        whole = int(number)
        if is_whole and whole != number:
            raise Fault(errors.NOT_WHOLE, title=column.title)
        if not is_whole and whole != number:
            exponent = number.normalize().as_tuple().exponent
            if isinstance(exponent, int) and -exponent > column.places:
                raise Fault(errors.TOO_FINE, title=column.title, places=column.places)
        if column.least is not None and number < column.least:
            raise Fault(errors.TOO_SMALL, title=column.title, limit=column.least)
        if column.most is not None and number > column.most:
            raise Fault(errors.TOO_BIG, title=column.title, limit=column.most)
        return (whole if is_whole else number), tidied

    return check


_FLAGS = {
    **dict.fromkeys(("是", "有", "√", "✓", "y", "yes", "1", "true"), True),
    **dict.fromkeys(("否", "无", "×", "✗", "n", "no", "0", "false"), False),
}


def _flag_check(column: ColumnSpec, letters: str) -> Check:
    def check(raw: Cell) -> tuple[object, Tidied]:
        text, tidied = (f"{raw:.15g}", ()) if isinstance(raw, int | float) else tidy_text(str(raw), "flag")
        if not text:
            return None, tidied
        value = _FLAGS.get(simplified(text).casefold())
        if value is None:
            raise Fault(errors.NOT_A_FLAG, title=column.title)
        return value, tidied

    return check


def check_for(column: ColumnSpec, letters: str, stored_as_text: bool = False) -> Check:
    """The check of one column. ``stored_as_text``: the file is a csv, where every cell is text."""
    if column.kind in {"text", "name", "code"}:
        return _text_check(column, letters)
    if column.kind in {"integer", "decimal"}:
        return _number_check(column, letters, stored_as_text)
    makers: dict[str, Callable[[ColumnSpec, str], Check]] = {
        "id_number": _id_number_check,
        "credit_code": _credit_code_check,
        "date": _date_check,
        "month": _month_check,
        "flag": _flag_check,
    }
    return makers[column.kind](column, letters)


class ColumnChecker(dict[Cell, object]):
    """Raw cell → value, remembering clean cells. A cell that is not plainly clean gives a :class:`Finding`.

    Use ``list(map(checker.__getitem__, cells))``; afterwards ``is_odd`` tells whether a Finding is among them.
    """

    __slots__ = ("check", "column", "findings", "is_odd", "letters")

    def __init__(self, column: ColumnSpec, letters: str, stored_as_text: bool = False) -> None:
        super().__init__()
        self.column = column
        self.letters = letters
        self.check = check_for(column, letters, stored_as_text)
        self.findings: dict[Cell, Finding] = {}
        self.is_odd = False
        if not column.required:
            self[""] = None

    def __missing__(self, raw: Cell) -> object:
        finding = self.findings.get(raw)
        if finding is None:
            value: object = None
            tidied: Tidied = ()
            try:
                if raw != "":
                    value, tidied = self.check(raw)
                if value is None and self.column.required:
                    raise Fault(errors.REQUIRED, title=self.column.title)
            except Fault as fault:
                finding = Finding(BAD, fault.kind, tuple(fault.values.items()))
            else:
                if not tidied or value is None:
                    if len(self) < _MEMORY:
                        self[raw] = value
                    return value
                finding = Finding(value, tidied=tuple(dict.fromkeys(tidied)))
            if len(self.findings) < _MEMORY:
                self.findings[raw] = finding
        self.is_odd = True
        return finding
