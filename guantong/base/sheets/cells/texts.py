"""Text, names and codes; closed lists."""

from __future__ import annotations

import difflib
import re
from datetime import time, timedelta

from guantong.base.sheets import errors
from guantong.base.sheets.opening import Cell
from guantong.base.sheets.specs import ColumnSpec
from guantong.base.sheets.tidying import SCIENTIFIC, WIDE, tidy_text
from guantong.base.sheets.titles import simplified

from .finding import Check, Fault, Tidied


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


def text_check(column: ColumnSpec, letters: str) -> Check:
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
