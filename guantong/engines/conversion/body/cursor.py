"""One object of a typed body with its place: reads its entries and collects every fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction

from guantong.engines.conversion import errors
from guantong.engines.conversion.reading.cursor import exact, shown
from guantong.kernel.refusal import Problem, RefusalKind, Where

MAX_ACHIEVEMENTS = 200
MAX_COURSES = 200
MAX_PRIOR = 500
MAX_TEXT = 120
MAX_CREDITS = 1000
MAX_HOURS = 100_000
MAX_DEPTH = 14


class Body:
    """One object of the body with its place; shares the list of faults with its parts."""

    def __init__(self, value: Mapping[str, object], place: str, faults: list[Problem], known: Iterable[str]) -> None:
        self.value = value
        self.place = place
        self.faults = faults
        names = tuple(known)
        for key in list(value)[:200]:
            if key not in names:
                self.fault(str(key), errors.BODY_UNKNOWN_KEY, None, key=shown(key), known="、".join(names))

    def at(self, key: str) -> str:
        """Place of an entry."""
        return f"{self.place}.{key}" if self.place else key

    def fault(self, key: str, kind: RefusalKind, found: object = None, /, **values: str | int) -> None:
        """Note a fault at an entry."""
        where = Where(column=shown(self.at(key)), value=None if found is None else shown(found))
        if len(self.faults) < 100:
            self.faults.append(kind.problem(where=where, basis=None, **values))

    def need(self, key: str) -> bool:
        """Whether an entry is there; a fault otherwise."""
        if self.value.get(key) is not None:
            return True
        self.fault(key, errors.BODY_MISSING, None, key=key)
        return False

    def text(self, key: str, default: str = "") -> str:
        """Short text; whole numbers are taken as text."""
        value = self.value.get(key)
        if value is None:
            return default
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            self.fault(key, errors.BODY_WRONG_TYPE, value, expected="文字")
            return default
        if len(value) > MAX_TEXT:
            self.fault(key, errors.BODY_TOO_LONG, value, given=len(value), limit=MAX_TEXT)
            return default
        return value.strip()

    def choice(self, key: str, known: Iterable[str], default: str = "") -> str:
        """One of the known codes."""
        names = list(known)
        value = self.text(key, default)
        if value not in names:
            self.fault(key, errors.BODY_UNKNOWN_CHOICE, value, given=shown(value), known="、".join(names))
            return default
        return value

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self.value.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fault(key, errors.BODY_WRONG_TYPE, value, expected="是（true）或否（false）")
            return default
        return value

    def number(self, key: str, high: int) -> Fraction | None:
        """An exact number from 0 to ``high``."""
        value = self.value.get(key)
        if value is None:
            return None
        number = exact(value)
        if number is None:
            self.fault(key, errors.BODY_NOT_A_NUMBER, value, given=shown(value))
            return None
        if not 0 <= number <= high:
            self.fault(key, errors.BODY_OUT_OF_RANGE, value, given=shown(value), low=0, high=high)
            return None
        return number

    def hundredths(self, key: str) -> int | None:
        """Credits in hundredths."""
        number = self.number(key, MAX_CREDITS)
        if number is None:
            return None
        if (number * 100).denominator != 1:
            self.fault(key, errors.BODY_NOT_A_NUMBER, self.value.get(key), given=shown(self.value.get(key)))
            return None
        return (number * 100).numerator

    def whole(self, key: str, high: int) -> int | None:
        """A whole number from 0 to ``high``."""
        number = self.number(key, high)
        if number is not None and number.denominator != 1:
            self.fault(key, errors.BODY_WRONG_TYPE, self.value.get(key), expected="整数")
            return None
        return None if number is None else number.numerator

    def day(self, key: str) -> date | None:
        """An ISO date."""
        value = self.value.get(key)
        if value is None:
            return None
        if isinstance(value, str) and len(value) == 10:
            try:
                found = date.fromisoformat(value)
            except ValueError:
                found = None
            if found is not None and 1900 <= found.year <= 2200:
                return found
        self.fault(key, errors.BODY_BAD_DATE, value, given=shown(value))
        return None

    def items(self, key: str, limit: int) -> Iterator[tuple[str, object]]:
        """Entries of a list with their places."""
        value = self.value.get(key)
        if value is None:
            return
        if not isinstance(value, list | tuple):
            self.fault(key, errors.BODY_WRONG_TYPE, value, expected="列表")
            return
        if len(value) > limit:
            self.fault(key, errors.BODY_TOO_MANY, None, given=len(value), limit=limit)
            return
        for position, item in enumerate(value):
            yield f"{key}[{position}]", item

    def texts(self, key: str, limit: int) -> tuple[str, ...]:
        """A list of short texts."""
        found: list[str] = []
        for place, item in self.items(key, limit):
            if isinstance(item, str) and len(item) <= MAX_TEXT:
                found.append(item.strip())
            else:
                self.fault(place, errors.BODY_WRONG_TYPE, item, expected=f"不超过 {MAX_TEXT} 个字的文字")
        return tuple(found)

    def part(self, key: str, known: Iterable[str]) -> Body | None:
        """An object inside, or None."""
        value = self.value.get(key)
        return None if value is None else self.part_of(key, value, known)

    def part_of(self, key: str, value: object, known: Iterable[str]) -> Body | None:
        """``value`` as an object at ``key``."""
        if not isinstance(value, Mapping):
            self.fault(key, errors.BODY_WRONG_TYPE, value, expected="一个对象")
            return None
        return Body(value, self.at(key), self.faults, known)


def depth_of(value: object, limit: int) -> int:
    """How deep a value nests; stops looking below ``limit`` + 1."""
    level: list[object] = [value]
    depth = 0
    while level and depth <= limit:
        depth += 1
        below: list[object] = []
        for item in level:
            if isinstance(item, Mapping):
                below.extend(v for v in item.values() if isinstance(v, Mapping | list | tuple))
            elif isinstance(item, list | tuple):
                below.extend(v for v in item if isinstance(v, Mapping | list | tuple))
        level = below
    return depth
