"""Cells to numbers: text, whole numbers and decimals as whole thousandths, exactly; nothing is rounded or guessed."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from guantong.engines.matching.model import MISSING, NONE, Column

Cell = str | int | Decimal | float | None
"""What a table may hold. A binary float counts as the shortest decimal that spells it."""

LARGEST = 10**12
"""Numbers are within plus and minus a thousand million points, so that weighted sums stay exact in 64 bits."""
UNREADABLE = MISSING + 1
TOO_LARGE = MISSING + 2
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]{1,3}0*)?")


def as_text(cell: Cell) -> str:
    """The cell as text without spaces around it; empty for None."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return (cell if isinstance(cell, str) else str(cell)).strip()


def thousandths(cell: Cell) -> int:
    """Thousandths in a cell; ``MISSING``, ``UNREADABLE`` (finer than a thousandth counts as such) or ``TOO_LARGE``."""
    if isinstance(cell, int) and not isinstance(cell, bool):
        value = cell * 1000
    else:
        text = as_text(cell)
        if not text:
            return MISSING
        if _NUMBER.fullmatch(text) is None:
            return UNREADABLE
        whole, _, part = text.partition(".")
        value = abs(int(whole)) * 1000 + int(part.rstrip("0").ljust(3, "0") if part else 0)
        if text[0] == "-":
            value = -value
    return value if -LARGEST <= value <= LARGEST else TOO_LARGE


class Memo(dict[Cell, int]):
    """Thousandths by cell: scores repeat, so most look-ups are plain dictionary hits."""

    def __missing__(self, cell: Cell) -> int:
        value = self[cell] = thousandths(cell)
        return value


def numbers_of(cells: Sequence[Cell]) -> array[int]:
    """``'q'``: thousandths of every cell, with the three marks above where there is none."""
    return array("q", map(Memo().__getitem__, cells))


def texts_of(cells: Sequence[Cell]) -> Column:
    """A column of texts: positions among the distinct texts, sorted by code point."""
    plain = [as_text(cell) for cell in cells]
    texts = tuple(sorted(set(plain) - {""}))
    position = {text: number for number, text in enumerate(texts)}
    position[""] = NONE
    return Column(values=array("i", map(position.__getitem__, plain)), texts=texts)


def has_leading_zero(cells: Sequence[Cell]) -> bool:
    """Whether a cell is written like a code (``0101``) rather than a number."""
    return any(
        isinstance(cell, str) and len(text := cell.strip()) > 1 and text[0] == "0" and text[1] != "."
        for cell in set(cells)
    )


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """A column with the rows (positions) that could not be read as numbers, and whether texts and numbers are mixed."""

    column: Column
    unreadable: tuple[int, ...] = ()
    too_large: tuple[int, ...] = ()
    mixed_at: int | None = None


def read_column(cells: Sequence[Cell], *, numbers_needed: bool) -> ReadColumn:
    """A column of numbers where numbers are needed or every cell given is one without a leading zero; else of texts."""
    values = numbers_of(cells)
    bad = [number for number, value in enumerate(values) if value == UNREADABLE] if UNREADABLE in values else []
    large = [number for number, value in enumerate(values) if value == TOO_LARGE] if TOO_LARGE in values else []
    if numbers_needed:
        for number in (*bad, *large):
            values[number] = MISSING
        return ReadColumn(Column(values), tuple(bad), tuple(large))
    if bad or large or has_leading_zero(cells) or all(value == MISSING for value in values):
        given = len(values) - values.count(MISSING)
        mixed = bad[0] if bad and len(bad) < given else None
        return ReadColumn(texts_of(cells), mixed_at=mixed)
    return ReadColumn(Column(values))
