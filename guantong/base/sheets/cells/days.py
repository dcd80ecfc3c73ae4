"""Days and months."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from guantong.base.sheets import errors
from guantong.base.sheets.opening import Cell
from guantong.base.sheets.specs import ColumnSpec
from guantong.base.sheets.tidying import INVISIBLE, WIDE, tidy_text

from .finding import Check, Fault, Tidied

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


def date_check(column: ColumnSpec, letters: str) -> Check:
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


def month_check(column: ColumnSpec, letters: str) -> Check:
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
