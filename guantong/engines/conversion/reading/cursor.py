"""Typed access to a parsed document that collects every fault with its path instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from guantong.engines.conversion import errors
from guantong.kernel.refusal import Problem, RefusalKind, Where

MAX_ITEMS = 500
MAX_TEXT = 400
MAX_CREDITS_HUNDREDTHS = 100_000
MAX_DIGITS = 24


def exact(value: object) -> Fraction | None:
    """``value`` as an exact number (whole number, decimal text, ``a/b`` text); None when it is none.

    Binary floats, booleans and texts longer than 24 characters are refused.
    """
    if isinstance(value, bool | float):
        return None
    if isinstance(value, int):
        return Fraction(value) if abs(value) < 10**MAX_DIGITS else None
    if not isinstance(value, str | Decimal | Fraction) or len(str(value)) > MAX_DIGITS:
        return None
    text = str(value).strip()
    if not text.isascii():
        return None
    try:
        if "/" in text:
            above, _, below = text.partition("/")
            return Fraction(int(above), int(below))
        number = Decimal(text)
    except (InvalidOperation, ValueError, ZeroDivisionError):
        return None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > MAX_DIGITS:
        return None
    return Fraction(number)


def shown(value: object) -> str:
    """A value as it is quoted in a message, shortened."""
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"


class Faults:
    """The faults found so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, path: str, fault: RefusalKind, found: object = None, /, **values: str | int) -> None:
        """Note a fault at ``path``; ``found`` is what stood there."""
        where = Where(column=path or "（整份规则）", value=None if found is None else shown(found))
        problem = fault.problem(where=where, basis=None, **values)
        self.problems.append(problem)


class Node:
    """A mapping inside the document, with its path. Missing and mistyped entries become faults."""

    def __init__(self, value: Mapping[str, object], path: str, faults: Faults, known: Iterable[str]) -> None:
        self.value = value
        self.path = path
        self.faults = faults
        names = tuple(known)
        for key in value:
            if key not in names:
                faults.add(self.at(str(key)), errors.UNKNOWN_KEY, key=shown(key), known="、".join(names))

    def at(self, key: str) -> str:
        """Path of ``key`` under this node."""
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        """Whether the entry is given and not empty."""
        return self.value.get(key) is not None

    def wrong(self, key: str, expected: str) -> None:
        """Note a wrong type at ``key``."""
        self.faults.add(self.at(key), errors.WRONG_TYPE, self.value.get(key), expected=expected)

    def need(self, key: str, meaning: str) -> bool:
        """Note a missing entry; True when it is there."""
        if self.has(key):
            return True
        self.faults.add(self.at(key), errors.MISSING_KEY, key=key, meaning=meaning)
        return False

    def text(self, key: str, default: str = "", limit: int = MAX_TEXT) -> str:
        """Text, or a whole number written as text."""
        value = self.value.get(key)
        if value is None:
            return default
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            self.wrong(key, "文字")
            return default
        if len(value) > limit:
            self.faults.add(self.at(key), errors.TOO_LONG, value, given=len(value), limit=limit)
            return default
        return value.strip()

    def clause(self, key: str = "clause") -> str:
        """The article of the school's rules this entry comes from; its absence is a fault."""
        value = self.text(key, limit=80)
        if not value:
            self.faults.add(self.at(key), errors.CLAUSE_MISSING)
        return value

    def flag(self, key: str, default: bool) -> bool:
        """A yes or no."""
        value = self.value.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(key, "是（true）或否（false）")
            return default
        return value

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int | None:
        """A whole number between ``low`` and ``high``."""
        value = self.value.get(key)
        if value is None:
            return default
        number = exact(value)
        if number is None or number.denominator != 1 or not low <= number <= high:
            self.wrong(key, f"{low} 至 {high} 之间的整数")
            return default
        return number.numerator

    def number(self, key: str) -> Fraction | None:
        """An exact number."""
        value = self.value.get(key)
        if value is None:
            return None
        number = exact(value)
        if number is None:
            self.faults.add(self.at(key), errors.NOT_A_NUMBER, value, given=shown(value))
        return number

    def hundredths(self, key: str) -> int | None:
        """Credits in hundredths, from 0 to 1000 credits, no finer than a hundredth."""
        value = self.value.get(key)
        if value is None:
            return None
        return self.credits_of(value, self.at(key))

    def credits_of(self, value: object, path: str) -> int | None:
        """Hundredths of a credit in ``value``; a fault at ``path`` otherwise."""
        number = exact(value)
        if number is None or (number * 100).denominator != 1 or not 0 <= number * 100 <= MAX_CREDITS_HUNDREDTHS:
            self.faults.add(path, errors.NOT_A_NUMBER, value, given=shown(value))
            return None
        return (number * 100).numerator

    def share(self, key: str) -> Fraction | None:
        """A share greater than 0 and at most 1."""
        number = self.number(key)
        if number is not None and not 0 < number <= 1:
            self.faults.add(self.at(key), errors.BAD_SHARE, self.value.get(key), given=shown(self.value.get(key)))
            return None
        return number

    def choice(self, key: str, known: Mapping[str, str] | Iterable[str], default: str) -> str:
        """One of the known codes."""
        names = list(known)
        value = self.text(key, default)
        if value not in names:
            self.faults.add(self.at(key), errors.UNKNOWN_CHOICE, value, given=shown(value), known="、".join(names))
            return default
        return value

    def day(self, key: str) -> date | None:
        """A date, as a date or as ISO text."""
        value = self.value.get(key)
        if value is None:
            return None
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if isinstance(value, str) and len(value) == 10:
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self.faults.add(self.at(key), errors.BAD_DATE, value, given=shown(value))
        return None

    def items(self, key: str) -> Iterator[tuple[str, object]]:
        """Entries of a list with their paths; a missing list has none."""
        value = self.value.get(key)
        if value is None:
            return
        if not isinstance(value, list | tuple):
            self.wrong(key, "列表")
            return
        if len(value) > MAX_ITEMS:
            self.faults.add(self.at(key), errors.TOO_MANY, given=len(value), limit=MAX_ITEMS)
            return
        if not value:
            self.faults.add(self.at(key), errors.EMPTY)
        for position, item in enumerate(value):
            yield f"{self.at(key)}[{position}]", item

    def texts(self, key: str, known: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """A list of texts, each one of ``known`` when that is given."""
        found: list[str] = []
        for path, item in self.items(key):
            if isinstance(item, int) and not isinstance(item, bool):
                item = str(item)
            if not isinstance(item, str):
                self.faults.add(path, errors.WRONG_TYPE, item, expected="文字")
            elif len(item) > MAX_TEXT:
                self.faults.add(path, errors.TOO_LONG, item, given=len(item), limit=MAX_TEXT)
            elif not item.strip():
                self.faults.add(path, errors.EMPTY)
            elif known is not None and item not in known:
                self.faults.add(path, errors.UNKNOWN_CHOICE, item, given=shown(item), known="、".join(known))
            else:
                found.append(item.strip())
        return tuple(dict.fromkeys(found))

    def node(self, key: str, known: Iterable[str]) -> Node | None:
        """The mapping at ``key``, or None."""
        value = self.value.get(key)
        if value is None:
            return None
        return self.node_of(value, self.at(key), known)

    def node_of(self, value: object, path: str, known: Iterable[str]) -> Node | None:
        """``value`` as a mapping with its own path, or None with a fault."""
        if not isinstance(value, Mapping):
            self.faults.add(path, errors.WRONG_TYPE, value, expected="一组“名称：内容”")
            return None
        if len(value) > MAX_ITEMS:
            self.faults.add(path, errors.TOO_MANY, given=len(value), limit=MAX_ITEMS)
            return None
        return Node(value, path, self.faults, known)
