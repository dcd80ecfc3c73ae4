"""Checking one column: what a cell holds → its value, what was tidied, or why it must be changed.

A column is checked a block at a time through a dictionary of cells already seen (:class:`ColumnChecker`), so that a
clean cell met before costs one look-up. Nothing is guessed: not a digit, not a date, not a name. A check takes the raw
cell (never an empty text) and gives the value and what was tidied, or raises :class:`Fault`.
"""

from .column import ColumnChecker, check_for
from .finding import BAD, Check, Fault, Finding, Tidied

__all__ = ["BAD", "Check", "ColumnChecker", "Fault", "Finding", "Tidied", "check_for"]
