"""One column: which check it has, and its memory of clean cells."""

from __future__ import annotations

from collections.abc import Callable

from guantong.base.sheets import errors
from guantong.base.sheets.opening import Cell
from guantong.base.sheets.specs import ColumnSpec

from .days import date_check, month_check
from .finding import BAD, Check, Fault, Finding, Tidied
from .identity import credit_code_check, id_number_check
from .numbers import flag_check, number_check
from .texts import text_check

_MEMORY = 50_000
"""Most cells a column remembers."""


def check_for(column: ColumnSpec, letters: str, stored_as_text: bool = False) -> Check:
    """The check of one column. ``stored_as_text``: the file is a csv, where every cell is text."""
    if column.kind in {"text", "name", "code"}:
        return text_check(column, letters)
    if column.kind in {"integer", "decimal"}:
        return number_check(column, letters, stored_as_text)
    makers: dict[str, Callable[[ColumnSpec, str], Check]] = {
        "id_number": id_number_check,
        "credit_code": credit_code_check,
        "date": date_check,
        "month": month_check,
        "flag": flag_check,
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
