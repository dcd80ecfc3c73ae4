"""Reading conditions and selectors: every name must be a fact, a score or a column, every value a possible one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from ...errors import rules as errors
from ..conditions import (
    AT_LEAST,
    AT_MOST,
    IN,
    NOT_IN,
    OPERATORS,
    PRESENT,
    All,
    Any,
    Condition,
    Count,
    Not,
    Test,
)
from .cursor import Entry, Faults, Skip, shown
from .shapes import PLACE_COLUMNS, Attribute, Selector
from .sources import Node

_PARTS = ("key", "all", "any", "at_least", "of", "not", *OPERATORS)
MOST_PARTS = 40


class Names:
    """What conditions of one channel may speak of: facts by id, and columns of numbers (papers, parts, totals)."""

    def __init__(self, attributes: Mapping[str, Attribute], numbers: Mapping[str, str]) -> None:
        self.attributes, self.numbers = attributes, numbers

    @property
    def all(self) -> list[str]:
        """Every name."""
        return [*self.attributes, *self.numbers]

    def facts_only(self) -> Names:
        """The same without scores: for exemptions and papers, which are decided before there are scores."""
        return Names(self.attributes, {})


def read_condition(entry: Entry, key: str, names: Names) -> Condition | None:
    """The condition under ``key``; None when absent."""
    node = entry.get(key)
    return None if node is None else condition_of(node, f"{entry.place}的条件", entry.faults, names)


def needed_condition(entry: Entry, key: str, names: Names) -> Condition:
    """The condition under ``key``, which must be there."""
    return condition_of(entry.needed(key), f"{entry.place}的条件", entry.faults, names)


def condition_of(node: Node, place: str, faults: Faults, names: Names) -> Condition:
    """A node as a condition; a faulty one raises :class:`Skip`."""
    entry = Entry(node, place, faults, _PARTS)
    given = [key for key in entry.entries if entry.has(key)]
    if "of" in given:
        least = _whole(entry, "at_least")
        parts = _parts(entry, "of", names)
        if not 1 <= least <= len(parts):
            entry.wrong("at_least", f"1 到 {len(parts)} 之间的整数", entry.needed("at_least"))
        return Count(least, parts)
    if "key" in given:
        return _test(entry, given, names)
    if given == ["all"]:
        return All(_parts(entry, "all", names))
    if given == ["any"]:
        return Any(_parts(entry, "any", names))
    if given != ["not"]:
        entry.wrong("内容", "一个比较（key 加上比较方式），或者 all、any、not、at_least 加 of 之一", node)
    return Not(condition_of(entry.needed("not"), place, faults, names))


def _whole(entry: Entry, key: str) -> int:
    node = entry.needed(key)
    if isinstance(node.value, bool) or not isinstance(node.value, int):
        entry.wrong(key, "整数", node)
    return node.value


def _parts(entry: Entry, key: str, names: Names) -> tuple[Condition, ...]:
    nodes = entry.items(key)
    if not 1 <= len(nodes) <= MOST_PARTS:
        entry.wrong(key, f"1 到 {MOST_PARTS} 个条件的列表", entry.needed(key))
    return tuple(condition_of(node, entry.place, entry.faults, names) for node in nodes)


def _test(entry: Entry, given: list[str], names: Names) -> Test:
    key = entry.text("key")
    entry.known_name(key, names.all, "考生信息或成绩项", entry.needed("key"))
    operators = [name for name in given if name in OPERATORS]
    if len(operators) != 1 or len(given) != 2:
        entry.wrong("内容", f"一个 key 和一种比较方式（{'、'.join(OPERATORS)}）", entry.node)
    (operator,) = operators
    node = entry.needed(operator)
    if operator == PRESENT:
        return Test(key, operator, (entry.flag(operator, True),))
    if operator in {IN, NOT_IN} and node.entries is not None:
        listed = (Node(text, node.file, node.line, node.region) for text in entry.listed(operator, node))
        node = Node(tuple(listed), node.file, node.line, node.region)
    nodes = node.items if node.items is not None else (node,)
    if (operator in {IN, NOT_IN}) != (node.items is not None) or not nodes:
        entry.wrong(operator, "列表" if operator in {IN, NOT_IN} else "一个值", node)
    return Test(key, operator, tuple(_value(entry, key, operator, one, names) for one in nodes))


def _value(entry: Entry, key: str, operator: str, node: Node, names: Names) -> str | Decimal | bool:
    attribute = names.attributes.get(key)
    kind = attribute.kind if attribute is not None else "number"
    title = attribute.title if attribute is not None else names.numbers[key]
    wanted = {
        "number": "请写一个数（小数要加引号，最多三位）。",
        "flag": "请写 true 或 false。",
        "choice": "可以写的有：" + "、".join(attribute.choices if attribute is not None else ()) + "。",
        "text": "请写文字。",
    }[kind]
    value: str | Decimal | bool | None = None
    if kind == "flag":
        value = node.value if isinstance(node.value, bool) else None
    elif kind == "number":
        value = _decimal(node)
    elif isinstance(node.value, str | int) and not isinstance(node.value, bool):
        text = str(node.value)
        value = text if kind == "text" or (attribute is not None and text in attribute.choices) else None
    if value is not None and operator in {AT_LEAST, AT_MOST} and kind != "number":
        value, wanted = None, "只有数可以比高低；请改用 equals 或 in。"
    if value is None:
        entry.faults.add(
            errors.NOT_A_VALUE_OF,
            node,
            place=entry.place,
            title=title,
            given=shown(node.value).strip("“”"),
            wanted=wanted,
        )
        raise Skip
    return value


def _decimal(node: Node) -> Decimal | None:
    if isinstance(node.value, bool) or not isinstance(node.value, str | int):
        return None
    try:
        number = Decimal(str(node.value))
    except InvalidOperation:
        return None
    exponent = number.as_tuple().exponent
    return number if number.is_finite() and isinstance(exponent, int) and exponent >= -3 else None


def read_selector(entry: Entry, key: str, known: Mapping[str, tuple[str, ...]]) -> Selector:
    """The selector under ``key``; ``known`` gives the admitted values of columns with a closed list (``kind``…)."""
    inner = entry.inner(key, f"{entry.place}的适用计划", tuple(PLACE_COLUMNS))
    if inner is None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for column in inner.entries:
        if column not in PLACE_COLUMNS:
            raise Skip
        values = inner.texts(column)
        if not values:
            entry.faults.add(errors.NOTHING_GIVEN, inner.needed(column), place=inner.place, key=column)
            raise Skip
        if column in known:
            for value in values:
                inner.known_name(value, known[column], PLACE_COLUMNS[column], inner.needed(column))
        found[column] = values
    return found
