"""Conditions over a candidate's columns: whether they hold, how people read them, whether they can hold together.

The grammar and the meaning are those of docs/dev/matching.md §2; a test holds both evaluations against each other.
Columns are numbers (Decimal), texts, yes/no facts (bool) or missing (None or absent), typed by the declaration; a
number never equals a text. Missing equals nothing: it satisfies ``not_equals``, ``not_in`` and ``present: false``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

Cell = str | Decimal | bool | None
Columns = Mapping[str, Cell]

EQUALS, NOT_EQUALS, IN, NOT_IN = "equals", "not_equals", "in", "not_in"
AT_LEAST, AT_MOST, PRESENT = "at_least", "at_most", "present"
OPERATORS = {
    EQUALS: "为",
    NOT_EQUALS: "不是",
    IN: "为",
    NOT_IN: "不是",
    AT_LEAST: "不低于",
    AT_MOST: "不高于",
    PRESENT: "已填写",
}
"""Operators of a test with the word between the fact and the value."""
YES, NO = "是", "否"
"""How yes/no facts stand in the columns of the engine."""
MOST_COMBINATIONS = 200_000
"""How many combinations of facts :func:`may_hold` looks at before it gives the benefit of the doubt."""


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of a column. ``values`` has one entry except for ``in`` and ``not_in``."""

    __test__ = False

    key: str
    operator: str
    values: tuple[str | Decimal | bool, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """At least ``at_least`` parts hold."""

    at_least: int
    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    of: Condition


Condition = Test | All | Any | Count | Not


def _plain(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return YES if cell else NO
    return cell


def holds(condition: Condition, columns: Columns) -> bool:
    """Whether the condition is met by one candidate's columns."""
    if isinstance(condition, Test):
        return _holds(condition, _plain(columns.get(condition.key)))
    if isinstance(condition, All):
        return all(holds(part, columns) for part in condition.of)
    if isinstance(condition, Any):
        return any(holds(part, columns) for part in condition.of)
    if isinstance(condition, Count):
        return sum(holds(part, columns) for part in condition.of) >= condition.at_least
    return not holds(condition.of, columns)


def _holds(test: Test, cell: Cell) -> bool:
    if test.operator == PRESENT:
        return (cell is not None) == bool(test.values[0])
    if cell is None:
        return test.operator in {NOT_EQUALS, NOT_IN}
    wanted = [_plain(value) for value in test.values]
    if test.operator in {EQUALS, IN}:
        return cell in wanted
    if test.operator in {NOT_EQUALS, NOT_IN}:
        return cell not in wanted
    limit = wanted[0]
    if not isinstance(cell, Decimal) or not isinstance(limit, Decimal):
        return False
    return cell >= limit if test.operator == AT_LEAST else cell <= limit


def comparisons_in(condition: Condition) -> Iterator[Test]:
    """Every comparison inside a condition."""
    if isinstance(condition, Test):
        yield condition
    elif isinstance(condition, Not):
        yield from comparisons_in(condition.of)
    else:
        for part in condition.of:
            yield from comparisons_in(part)


def keys_of(condition: Condition) -> frozenset[str]:
    """The columns a condition asks for."""
    return frozenset(test.key for test in comparisons_in(condition))


def as_rules(condition: Condition) -> dict[str, object]:
    """The condition in the words of ``rules.yaml``; yes/no facts become the texts 是 and 否, decimals become text."""
    if isinstance(condition, Test):
        values = [_written(value) for value in condition.values]
        if condition.operator == PRESENT:
            return {"key": condition.key, PRESENT: bool(condition.values[0])}
        return {"key": condition.key, condition.operator: values if condition.operator in {IN, NOT_IN} else values[0]}
    if isinstance(condition, All):
        return {"all": [as_rules(part) for part in condition.of]}
    if isinstance(condition, Any):
        return {"any": [as_rules(part) for part in condition.of]}
    if isinstance(condition, Count):
        return {"at_least": condition.at_least, "of": [as_rules(part) for part in condition.of]}
    return {"not": as_rules(condition.of)}


def _written(value: str | Decimal | bool) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    return format(value, "f") if isinstance(value, Decimal) else value


def words(condition: Condition, titles: Mapping[str, str]) -> str:
    """The condition as people read it: 考生类别为“退役军人”，并且身高不低于 160."""
    return _words(condition, titles, outer=True)


def _words(condition: Condition, titles: Mapping[str, str], outer: bool = False) -> str:
    if isinstance(condition, Test):
        return _test_words(condition, titles)
    if isinstance(condition, Not):
        return f"不属于（{_words(condition.of, titles, outer=True)}）"
    parts = [_words(part, titles) for part in condition.of]
    if isinstance(condition, Count):
        return f"以下至少有 {condition.at_least} 项（{'；'.join(parts)}）"
    if len(parts) == 1:
        return parts[0]
    text = ("，并且" if isinstance(condition, All) else "，或者").join(parts)
    return text if outer else f"（{text}）"


def _test_words(test: Test, titles: Mapping[str, str]) -> str:
    title = titles.get(test.key, test.key)
    first = test.values[0]
    if test.operator == PRESENT:
        return f"{title}已填写" if first else f"{title}没有填写"
    if isinstance(first, bool):
        yes = first == (test.operator in {EQUALS, IN})
        return title if yes else f"没有“{title}”"
    shown = "或".join(f"“{value}”" if isinstance(value, str) else f" {_short(value)}" for value in test.values)
    return f"{title}{OPERATORS[test.operator]}{shown}"


def show_cell(cell: Cell) -> str:
    """A candidate's fact in a sentence."""
    plain = _plain(cell)
    if plain is None:
        return "没有填写"
    return f" {_short(plain)}" if isinstance(plain, Decimal) else f"“{plain}”"


def _short(value: Decimal | bool) -> str:
    return format(Decimal(value).normalize(), "f")


def may_hold(conditions: Iterable[Condition], choices: Mapping[str, Sequence[Cell]]) -> bool:
    """Whether some candidate could meet all conditions at once.

    ``choices`` gives all possible values of facts with a closed list, missing among them if it may be. Other facts take
    every value named in a comparison, one just below and one just above each number, a text nobody names, and missing,
    which is enough to tell the cases apart. With more than :data:`MOST_COMBINATIONS` combinations the answer is True.
    """
    joined = All(tuple(conditions))
    named: dict[str, list[Cell]] = {}
    for test in comparisons_in(joined):
        if test.key in choices:
            named[test.key] = list(choices[test.key])
            continue
        values = named.setdefault(test.key, [None])
        for value in test.values:
            if test.operator == PRESENT:
                values.append("任意")
            elif isinstance(value, bool):
                values.extend((True, False))
            elif isinstance(value, Decimal):
                values.extend((value, value - Decimal("0.001"), value + Decimal("0.001")))
            else:
                values.extend((value, "任意"))
    pools = [list(dict.fromkeys(values)) for values in named.values()]
    count = 1
    for pool in pools:
        count *= len(pool)
        if count > MOST_COMBINATIONS:
            return True
    return any(holds(joined, dict(zip(named, row, strict=True))) for row in itertools.product(*pools))
