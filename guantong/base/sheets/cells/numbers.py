"""Numbers, and yes or no."""

from __future__ import annotations

import re
from decimal import Decimal

from guantong.base.sheets import errors
from guantong.base.sheets.opening import Cell
from guantong.base.sheets.specs import ColumnSpec
from guantong.base.sheets.tidying import tidy_text
from guantong.base.sheets.titles import simplified

from .finding import Check, Fault, Tidied

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{0,15})?")


def number_check(column: ColumnSpec, letters: str, stored_as_text: bool) -> Check:
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


def flag_check(column: ColumnSpec, letters: str) -> Check:
    def check(raw: Cell) -> tuple[object, Tidied]:
        text, tidied = (f"{raw:.15g}", ()) if isinstance(raw, int | float) else tidy_text(str(raw), "flag")
        if not text:
            return None, tidied
        value = _FLAGS.get(simplified(text).casefold())
        if value is None:
            raise Fault(errors.NOT_A_FLAG, title=column.title)
        return value, tidied

    return check
