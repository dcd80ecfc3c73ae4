"""Reads a mapping key by key, noting faults with their path; unknown keys are refused with the nearest known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from guantong.engines.matching import errors
from guantong.engines.matching.building.cells import TOO_LARGE, UNREADABLE, thousandths
from guantong.engines.matching.model import MISSING
from guantong.engines.matching.naming import Faults, listed
from guantong.kernel.refusal import RefusalKind, Where

Word = TypeVar("Word", bound=str)


class Node:
    """A mapping of the rules at a path such as ``lines[0].who``."""

    def __init__(self, value: Mapping[str, object], path: str, faults: Faults, known: Sequence[str]) -> None:
        self.value = value
        self.path = path
        self.faults = faults
        for key in value:
            if key not in known:
                near = faults.nearest(str(key), known)
                self.fault(str(key), errors.UNKNOWN_KEY, key=key, nearest=near, known=listed(known))

    def at(self, key: str) -> str:
        """The path of a key."""
        return f"{self.path}.{key}" if self.path else key

    def fault(self, at: str, kind: RefusalKind, /, **values: object) -> None:
        """Note a fault at a key."""
        given = self.value.get(at)
        shown = None if isinstance(given, Mapping | list | tuple) or given is None else as_cell(given)
        self.faults.add(kind, Where(column=self.at(at) if at else self.path or None, value=shown), **values)

    def has(self, key: str) -> bool:
        """Whether the key is given (an empty value is not)."""
        return self.value.get(key) is not None

    def need(self, key: str, meaning: str) -> bool:
        """Note a missing key; True when it is there."""
        if self.has(key):
            return True
        self.fault(key, errors.MISSING_KEY, key=self.at(key), meaning=meaning)
        return False

    def text(self, key: str, default: str = "") -> str:
        """A text, or a number as text."""
        given = self.value.get(key)
        if given is None:
            return default
        if isinstance(given, bool) or not isinstance(given, str | int):
            self.fault(key, errors.WRONG_TYPE, expected="一段文字")
            return default
        text = str(given).strip()
        if not text:
            self.fault(key, errors.WRONG_TYPE, expected="一段不空的文字")
        return text

    def word(self, key: str, known: Sequence[Word], default: Word) -> Word:
        """One of the known words."""
        given = self.value.get(key)
        if given is None:
            return default
        for word in known:
            if given == word:
                return word
        shown = as_cell(given)
        self.fault(
            key, errors.UNKNOWN_CHOICE, given=shown, nearest=self.faults.nearest(shown, known), known=listed(known)
        )
        return default

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        given = self.value.get(key)
        if given is None:
            return default
        if not isinstance(given, bool):
            self.fault(key, errors.WRONG_TYPE, expected="true 或 false")
            return default
        return given

    def points(self, key: str) -> int | None:
        """A number in thousandths; None with a fault."""
        return points_of(self.faults, self.at(key), self.value.get(key))

    def whole(self, key: str, least: int) -> int | None:
        """A whole number of at least ``least``; None with a fault."""
        given = self.value.get(key)
        if isinstance(given, str) and given.strip().isascii() and given.strip().isdigit():
            given = int(given)
        if isinstance(given, bool) or not isinstance(given, int) or not least <= given < 2**31:
            self.fault(key, errors.WRONG_TYPE, expected=f"不小于 {least} 的整数")
            return None
        return given

    def share(self, key: str) -> Fraction | None:
        """An exact decimal; None with a fault."""
        given = self.value.get(key)
        try:
            if isinstance(given, bool) or not isinstance(given, str | int | Decimal | float):
                raise ValueError
            text = str(given).strip()
            if len(text) > 20 or "e" in text.lower() or "_" in text:
                raise ValueError
            return Fraction(Decimal(text))
        except (ValueError, ArithmeticError, OverflowError):
            self.fault(key, errors.WRONG_TYPE, expected='一个小数，例如 "1.05"')
            return None

    def items(self, key: str) -> list[tuple[str, object]]:
        """The items of a list with their paths."""
        given = self.value.get(key)
        if given is None:
            return []
        if isinstance(given, str) or not isinstance(given, Sequence):
            self.fault(key, errors.WRONG_TYPE, expected="一个列表")
            return []
        return [(f"{self.at(key)}[{number}]", item) for number, item in enumerate(given)]

    def node(self, key: str, known: Sequence[str]) -> Node | None:
        """The mapping at a key."""
        return node_of(self.faults, self.at(key), self.value.get(key), known)

    def node_at(self, path: str, item: object, known: Sequence[str]) -> Node | None:
        """An item of a list as a mapping."""
        return node_of(self.faults, path, item, known)


def node_of(faults: Faults, path: str, item: object, known: Sequence[str]) -> Node | None:
    """A mapping at a path; None with a fault."""
    if not isinstance(item, Mapping):
        faults.add(errors.WRONG_TYPE, Where(column=path or None), expected="“项目: 值”的对照")
        return None
    return Node(item, path, faults, known)


def points_of(faults: Faults, path: str, given: object) -> int | None:
    """A number in thousandths; None with a fault."""
    if isinstance(given, bool) or not isinstance(given, str | int | Decimal | float):
        faults.add(errors.NOT_A_NUMBER, Where(column=path), given=as_cell(given))
        return None
    value = thousandths(given)
    if value in (MISSING, UNREADABLE, TOO_LARGE):
        faults.add(errors.NOT_A_NUMBER, Where(column=path), given=as_cell(given))
        return None
    return value


def as_cell(given: object) -> str:
    """A value as shown in a refusal, at most forty characters."""
    text = "true" if given is True else "false" if given is False else "" if given is None else str(given)
    return text if len(text) <= 40 else text[:40] + "…"
