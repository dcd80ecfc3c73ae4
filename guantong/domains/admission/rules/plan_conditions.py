"""A school's own conditions of a place: read in the grammar of declarations, over the facts its candidates give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from guantong.kernel.refusal import Problem
from guantong.policy.asking.law import Law

from ..errors import acting as errors
from .conditions import may_hold
from .declaration.cursor import Faults, Skip
from .declaration.reading_conditions import Names, condition_of
from .declaration.reading_scores import number_columns
from .declaration.shapes import Channel
from .declaration.sources import Node
from .places import PlaceCondition

MOST = 12
"""Most conditions of one place."""


def read_place_conditions(
    channel: Channel, law: Law, given: Sequence[Mapping[str, Any]]
) -> tuple[tuple[PlaceCondition, ...], list[Problem]]:
    """``[{id, title, require}]`` as conditions, and what is unclear (ADM-044): a name nobody asks candidates for, a
    value that cannot occur, conditions nobody can meet together."""
    found: list[PlaceCondition] = []
    problems: list[Problem] = []
    names = Names({a.id: a for a in channel.attributes}, number_columns(channel.papers, channel.parts))
    seen: set[str] = set()
    for number, item in enumerate(given, start=1):
        title = str(item.get("title") or f"第 {number} 条").strip()[:60]
        key = str(item.get("id") or f"own-{number}")
        if key in seen or number > MOST:
            problems.append(errors.CONDITION_UNCLEAR.problem(title=title, why="编号重复，或者条件太多。"))
            continue
        seen.add(key)
        faults = Faults(law)
        try:
            condition = condition_of(_node(item.get("require") or {}), "条件", faults, names)
        except Skip:
            why = "".join(p.message + p.do for p in faults.problems) or "没有写明要求。"
            problems.append(errors.CONDITION_UNCLEAR.problem(title=title, why=why))
            continue
        found.append(PlaceCondition(key, title, condition))
    choices: dict[str, Sequence[str | Decimal | bool | None]] = {
        a.id: (True, False) if a.kind == "flag" else a.choices
        for a in channel.attributes
        if a.kind in {"flag", "choice"}
    }
    if found and not may_hold([c.require for c in found], choices):
        why = "没有考生能同时满足这些条件。"
        problems.append(errors.CONDITION_UNCLEAR.problem(title=found[-1].title, why=why))
    return tuple(found), problems


def _node(value: Any) -> Node:
    inside: object = value
    if isinstance(value, Mapping):
        inside = {str(key): _node(inner) for key, inner in value.items()}
    elif isinstance(value, list | tuple):
        inside = tuple(_node(inner) for inner in value)
    return Node(inside, "招生计划", 1, "")
