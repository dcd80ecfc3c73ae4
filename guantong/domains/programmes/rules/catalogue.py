"""What a programme code says about itself.

Structure of the codes in the catalogue of 2021 (教职成〔2021〕2号): six digits; the first two are the category, with a
different tens digit for each level (secondary 61–79, higher 41–59, bachelor 21–39); the first four are the class; the
last two number the programme within the class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guantong.kernel.refusal import NOWHERE, Problem, Where

from .. import errors
from .vocabulary import BACHELOR, HIGHER, SECONDARY, label_of

OFFSETS = {SECONDARY: 60, HIGHER: 40, BACHELOR: 20}
"""What is added to a category's number (1–19) to give the first two digits at each level."""
CATEGORIES = 19
"""Number of categories, 教职成〔2021〕2号."""

SCHOOL_LEVELS: Mapping[str, frozenset[str]] = {
    "secondary_school": frozenset({SECONDARY}),
    "technician_school": frozenset({SECONDARY, HIGHER}),
    "higher_school": frozenset({HIGHER, SECONDARY}),
    "bachelor_school": frozenset({BACHELOR, HIGHER}),
}
"""Levels each kind of school may offer. A higher school's five-year programme begins at secondary level; a bachelor
school keeps specialist programmes; a technician school runs both grades (职业教育法 第十五条, 第三十三条)."""


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One programme as read: six digits, whether the code carries a K, names as given."""

    code: str
    name: str
    level: str
    is_controlled: bool
    category_name: str
    class_name: str


def split_code(text: str) -> tuple[str, bool] | None:
    """(six digits, state-controlled) of a printed code such as ``520101K``; None when it has another form."""
    value = text.strip().upper()
    controlled = value.endswith("K")
    digits = value[:-1] if controlled else value
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    return digits, controlled


def level_of_code(code: str) -> str | None:
    """The level the first two digits stand for; None outside 21–39, 41–59, 61–79."""
    first = int(code[:2])
    for level, offset in OFFSETS.items():
        if 1 <= first - offset <= CATEGORIES:
            return level
    return None


def category_number(code: str) -> int | None:
    """Number 1–19 of the category of a code, the same at all levels."""
    level = level_of_code(code)
    return int(code[:2]) - OFFSETS[level] if level else None


def code_faults(
    entry: CatalogueEntry,
    categories: Mapping[int, str],
    classes: Mapping[tuple[int, str], str],
    where: Where = NOWHERE,
) -> list[Problem]:
    """What is wrong with an entry against the catalogue's own structure; empty when it fits.

    ``categories`` maps number → name, ``classes`` (number, third and fourth digit) → name.
    """
    split = split_code(entry.code)
    if split is None:
        return [errors.CODE_FORM.problem(where=where, code=entry.code)]
    code, _ = split
    offset = OFFSETS[entry.level]
    if level_of_code(code) != entry.level:
        return [
            errors.CODE_LEVEL.problem(
                where=where, code=code, level=label_of(entry.level), first=offset + 1, last=offset + CATEGORIES
            )
        ]
    number = int(code[:2]) - offset
    faults = []
    expected = categories[number]
    if entry.category_name and entry.category_name != expected:
        faults.append(
            errors.CODE_CATEGORY.problem(where=where, code=code, expected=expected, given=entry.category_name)
        )
    class_name = classes.get((number, code[2:4]))
    if class_name is None:
        faults.append(errors.CLASS_UNKNOWN.problem(where=where, class_code=code[:4]))
    elif entry.class_name and entry.class_name != class_name:
        faults.append(errors.CODE_CLASS.problem(where=where, code=code, expected=class_name, given=entry.class_name))
    return faults


def may_offer(school_kind: str, level: str) -> bool:
    """Whether a school of this kind may offer programmes of this level."""
    return level in SCHOOL_LEVELS.get(school_kind, frozenset())
