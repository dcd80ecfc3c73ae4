"""Identity numbers of people and codes of organisations."""

from __future__ import annotations

from datetime import date
from operator import mul

from guantong.base.sheets import errors
from guantong.base.sheets.opening import Cell
from guantong.base.sheets.specs import ColumnSpec
from guantong.base.sheets.tidying import SCIENTIFIC, tidy_text
from guantong.kernel.identity import is_credit_code

from .finding import Check, Fault, Tidied

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


def id_number_check(column: ColumnSpec, letters: str) -> Check:
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


def credit_code_check(column: ColumnSpec, letters: str) -> Check:
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
