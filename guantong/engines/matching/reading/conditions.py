"""Reads selectors and conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from guantong.engines.matching import errors
from guantong.engines.matching.building.cells import as_text, thousandths
from guantong.engines.matching.model import MISSING
from guantong.engines.matching.naming import Faults
from guantong.engines.matching.reading.cursor import Node, as_cell, node_of, points_of
from guantong.engines.matching.ruleset import (
    PLACE_COLUMNS,
    AllOf,
    AnyOf,
    AtLeast,
    Comparison,
    Condition,
    Not,
    Operator,
    Selector,
)
from guantong.kernel.refusal import Where

OPERATORS: tuple[Operator, ...] = ("equals", "not_equals", "in", "not_in", "at_least", "at_most", "present")
DEEPEST = 12
MOST = 400
_EMPTY = AllOf(())


def read_selector(node: Node, key: str) -> Selector:
    """Which places: ``{kind: 退役军人}`` or ``{school: [a, b]}``; absent: all."""
    if not node.has(key):
        return Selector()
    inner = node.node(key, PLACE_COLUMNS)
    if inner is None:
        return Selector()
    columns: list[tuple[str, tuple[str, ...]]] = []
    for column in PLACE_COLUMNS:
        if column not in inner.value:
            continue
        given = inner.value[column]
        values = _values(given)
        if values is None:
            inner.fault(column, errors.WRONG_TYPE, expected="一个值或一列值")
        elif not values:
            inner.fault(column, errors.WRONG_TYPE, expected="至少一个值")
        else:
            columns.append((column, tuple(dict.fromkeys(values))))
    return Selector(tuple(columns))


def _values(given: object) -> list[str] | None:
    """One value or several as texts; None when they are neither texts nor numbers."""
    many = given if isinstance(given, list | tuple) else [given]
    texts: list[str] = []
    for one in many:
        if one is None or not isinstance(one, str | int | Decimal | float):
            return None
        texts.append(as_text(one))
    return texts


def read_condition(node: Node, key: str) -> Condition:
    """The condition at a key; an empty one (always true) after a fault."""
    return Reader(node.faults).condition(node.at(key), node.value.get(key), 1)


class Reader:
    """Reads one condition, counting its parts."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.count = 0

    def condition(self, path: str, given: object, depth: int) -> Condition:
        """A comparison or a combination at a path."""
        self.count += 1
        if depth > DEEPEST or self.count > MOST:
            if self.count <= MOST + 1:
                limit = f"{DEEPEST} 层、{MOST} 项"
                self.faults.add(errors.TOO_DEEP, Where(column=path), limit=limit)
            self.count = max(self.count, MOST + 2) if self.count > MOST else self.count
            return _EMPTY
        if not isinstance(given, Mapping):
            node_of(self.faults, path, given, ())
            return _EMPTY
        if "all" in given or "any" in given:
            word = "all" if "all" in given else "any"
            node = Node(given, path, self.faults, (word,))
            parts = self._parts(node, word, depth)
            return AllOf(parts) if word == "all" else AnyOf(parts)
        if "of" in given:
            return self._at_least(Node(given, path, self.faults, ("at_least", "of")), depth)
        if "not" in given:
            node = Node(given, path, self.faults, ("not",))
            return Not(self.condition(node.at("not"), given["not"], depth + 1))
        return self._comparisons(Node(given, path, self.faults, ("key", *OPERATORS, "all", "any", "of", "not")))

    def _parts(self, node: Node, key: str, depth: int) -> tuple[Condition, ...]:
        items = node.items(key)
        if not items and isinstance(node.value.get(key), list | tuple):
            node.fault(key, errors.WRONG_TYPE, expected="至少一个条件")
        return tuple(self.condition(path, item, depth + 1) for path, item in items)

    def _at_least(self, node: Node, depth: int) -> Condition:
        parts = self._parts(node, "of", depth)
        if not node.need("at_least", "至少要满足几项"):
            return _EMPTY
        count = node.whole("at_least", 1)
        if count is None:
            return _EMPTY
        if count > len(parts):
            what = f"要求至少满足 {count} 项，但只列了 {len(parts)} 项"
            node.fault("at_least", errors.CONTRADICTION, what=what, remedy="请减少要求，或补上条件")
        return AtLeast(count, parts)

    def _comparisons(self, node: Node) -> Condition:
        if not node.need("key", "考生表里的列名"):
            return _EMPTY
        key = node.text("key")
        found = [operator for operator in OPERATORS if operator in node.value]
        if not found:
            if set(node.value) != {"key"}:
                return _EMPTY
            node.fault("", errors.MISSING_KEY, key=node.at("equals"), meaning="怎样比较：" + "、".join(OPERATORS))
            return _EMPTY
        parts = tuple(part for operator in found if (part := self._comparison(node, key, operator)) is not None)
        return parts[0] if len(parts) == 1 else AllOf(parts)

    def _comparison(self, node: Node, key: str, operator: Operator) -> Comparison | None:
        given = node.value[operator]
        if operator == "present":
            if not isinstance(given, bool):
                node.fault(operator, errors.WRONG_TYPE, expected="true 或 false")
                return None
            return Comparison(key, operator, ("true" if given else "false",), (None,))
        if operator in ("at_least", "at_most"):
            number = points_of(self.faults, node.at(operator), given)
            return None if number is None else Comparison(key, operator, (as_cell(given).strip(),), (number,))
        if operator in ("in", "not_in") and (isinstance(given, str) or not isinstance(given, Sequence)):
            node.fault(operator, errors.WRONG_TYPE, expected="一列值")
            return None
        values = None if operator in ("equals", "not_equals") and isinstance(given, list | tuple) else _values(given)
        if not values or "" in values:
            node.fault(
                operator, errors.WRONG_TYPE, expected="一个不空的值" if operator.endswith("equals") else "一列不空的值"
            )
            return None
        texts = tuple(dict.fromkeys(values))
        return Comparison(key, operator, texts, tuple(_number(text) for text in texts))


def _number(text: str) -> int | None:
    """Thousandths where the text reads as a number."""
    value = thousandths(text)
    return None if value <= MISSING + 2 else value
