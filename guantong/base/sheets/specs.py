"""What a sheet should look like: one :class:`SheetSpec` for each form, one :class:`ColumnSpec` for each column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

KINDS = ("text", "name", "code", "id_number", "credit_code", "date", "month", "integer", "decimal", "flag")
"""Kinds of column and the value a clean cell gives:

``text`` str, spaces at both ends removed · ``name`` a person's name, also without the spaces people align with ·
``code`` str, half-width, without spaces (certificate numbers) ·
``id_number`` str of 18 characters, checked · ``credit_code`` str of 18 characters, checked · ``date`` datetime.date ·
``month`` str ``YYYY-MM`` · ``integer`` int · ``decimal`` Decimal · ``flag`` bool (是/否). An empty cell is None.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSpec:
    """One column of a form."""

    key: str
    """Name in :attr:`Row.values`; English, snake case."""
    titles: tuple[str, ...]
    """First the printed title, then others in use. Script, width, spaces, ``*`` and （必填） do not matter."""
    kind: str = "text"
    required: bool = False
    """The column must be there and every row must fill it."""
    choices: Mapping[str, str] | None = None
    """For ``text`` and ``code``: what may be written → the value it stands for. The first spelling of each value is
    printed; further ones are understood (national code lists beside names). Traditional script is understood too."""
    to_simplified: bool = False
    """For ``text``: the value is given in simplified script (words from a list kept elsewhere: levels, prizes)."""
    max_length: int = 200
    """Longest text, in characters."""
    length: int | None = None
    """For ``code``: exact number of characters; a shorter number means leading zeros were lost."""
    pattern: str | None = None
    """For ``code``: a regular expression the whole text must match; ``example`` is shown when it does not."""
    places: int = 2
    """For ``decimal``: most digits after the point; nothing is rounded."""
    least: Decimal | int | None = None
    most: Decimal | int | None = None
    """Inclusive bounds of ``integer`` and ``decimal``."""
    not_before: date | None = None
    not_after: date | None = None
    """Inclusive bounds of ``date``."""
    example: str = ""
    """Shown in the template's example row; as she would type it."""
    help: str = ""
    """One sentence for the 说明 sheet."""
    width: int | None = None
    """Column width in the template, in characters; by kind when None."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of column: {self.kind}")
        if not self.titles:
            raise ValueError(f"column {self.key} has no title")

    @property
    def title(self) -> str:
        """The printed title."""
        return self.titles[0]

    def printed_choices(self) -> tuple[str, ...]:
        """The first spelling of every value, in order."""
        first: dict[str, str] = {}
        for spelling, value in (self.choices or {}).items():
            first.setdefault(value, spelling)
        return tuple(first.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSpec:
    """One form: its columns in printed order, and what rows must not share."""

    name: str
    """Name in code and URLs; English, snake case."""
    title: str
    """Printed name: the sheet's tab and the file's name."""
    columns: tuple[ColumnSpec, ...]
    edition: str = ""
    """Which edition of a form others keep (2023年6月版), shown beside its title."""
    is_offered: bool = True
    """Whether pages offer it; a form known only to be refused with its reason is not."""
    unique: tuple[tuple[str, ...], ...] = ()
    """Sets of column keys that no two rows may share (rows with an empty one among them are not compared)."""
    max_rows: int = 100_000
    """Most rows of data read from one file."""
    about: tuple[str, ...] = ()
    """Sentences printed at the top of the template's 说明 sheet."""

    def __post_init__(self) -> None:
        keys = [c.key for c in self.columns]
        if len(set(keys)) != len(keys):
            raise ValueError(f"sheet {self.name} has two columns with one key")
        for key in (k for keys_ in self.unique for k in keys_):
            if key not in keys:
                raise ValueError(f"sheet {self.name}: unique names an unknown column {key}")

    def column(self, key: str) -> ColumnSpec:
        """The column with this key; ``KeyError`` when there is none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)


def column_letters(index: int) -> str:
    """Letters of the column at a zero-based index: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Zero-based index of column letters: A → 0, AA → 26."""
    index = 0
    for character in letters.upper():
        index = index * 26 + ord(character) - 64
    return index - 1
