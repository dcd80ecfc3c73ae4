"""Whether a changed bound asks for more or for less, and what a new version would have made of a decided case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

TIGHTER, LOOSER, OTHER, SAME = "tighter", "looser", "other", "same"
_UP = ("at_least", "more_than")
_DOWN = ("at_most", "less_than")


class Effect(StrEnum):
    """What a new version would have made of a case."""

    SAME_MET = "same_met"
    SAME_NOT_MET = "same_not_met"
    NEWLY_FAILS = "newly_fails"
    NEWLY_MET = "newly_met"
    UNKNOWN = "unknown"


def effect_of(before: str, after: str) -> Effect:
    """From the state of the whole tree (``met``, ``not_met``, ``unknown``) as handed in and under the new version."""
    if after == "unknown":
        return Effect.UNKNOWN
    if before == "met":
        return Effect.SAME_MET if after == "met" else Effect.NEWLY_FAILS
    return Effect.NEWLY_MET if after == "met" else Effect.SAME_NOT_MET


def direction(operator: str, before: object, after: object, *, was: str = "") -> str:
    """Which way a bound moved: ``tighter``, ``looser``, ``same``, or ``other`` where it cannot be said.

    ``operator`` is the new comparison, ``was`` the old one where it differs. Lists of ``in`` are tighter when codes
    are taken away. Numbers and ISO dates are compared as such; parameters cannot be.
    """
    old = was or operator
    if old != operator:
        pairs = {("at_least", "more_than"), ("at_most", "less_than")}
        if before == after and (old, operator) in pairs:
            return TIGHTER
        if before == after and (operator, old) in pairs:
            return LOOSER
        return OTHER
    if before == after:
        return SAME
    if operator == "in" and _is_list(before) and _is_list(after):
        one, two = set(_items(before)), set(_items(after))
        return TIGHTER if two < one else LOOSER if one < two else OTHER
    first, second = _ordered(before), _ordered(after)
    if first is None or second is None or type(first) is not type(second):
        return OTHER
    rises = second > first  # type: ignore[operator]
    if operator in _UP:
        return TIGHTER if rises else LOOSER
    if operator in _DOWN:
        return LOOSER if rises else TIGHTER
    return OTHER


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, Sequence) else []


def _ordered(value: object) -> Decimal | date | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if isinstance(value, str) and len(value) == 10 and value.count("-") == 2:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None
