"""The parts of a tree of conditions, frozen. Built by ``cases.definition`` from a region's entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

OPERATORS = ("at_least", "at_most", "more_than", "less_than", "equals", "in", "present")
"""Comparisons of a leaf; exactly one is written."""
ORDERINGS = ("at_least", "at_most", "more_than", "less_than")
WORDS = {
    "at_least": "不低于",
    "at_most": "不高于",
    "more_than": "高于",
    "less_than": "低于",
    "equals": "为",
    "in": "为下列之一：",
    "present": "",
}
TITLE_PREFIX = "title."
"""Facts ``title.<procedure id>``: the day on which the same party was granted what that procedure gives."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A required value that the law of the case holds."""

    name: str
    scope: str | None = None


Written = str | int | bool | tuple[str | int, ...]
"""A required value as a definition writes it; exact numbers are whole or text, dates ISO text, money text in yuan."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One named check: ``fact`` compared with ``limit``, or the registered Python ``check``.

    ``references`` are (document, clause); a region's own condition has none and says why in ``note``.
    """

    id: str
    label: str
    fact: str = ""
    operator: str = ""
    limit: Written | Parameter = ""
    unit: str = ""
    check: str = ""
    help: str = ""
    """What to do where it is not met, in place of the sentence made by itself."""
    references: tuple[tuple[str, str], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """``how`` is ``all``, ``any`` or ``at_least`` (then ``count`` of the parts)."""

    id: str
    label: str
    how: str
    parts: tuple[Node, ...]
    count: int = 0
    references: tuple[tuple[str, str], ...] = ()
    note: str = ""

    @property
    def wanted(self) -> int:
        """How many parts must be met."""
        return {"all": len(self.parts), "any": 1}.get(self.how, self.count)


Node = Leaf | Group


def leaves_of(node: Node) -> Iterator[Leaf]:
    """Every leaf, in the order written."""
    if isinstance(node, Leaf):
        yield node
    else:
        for part in node.parts:
            yield from leaves_of(part)


def facts_of(node: Node) -> tuple[str, ...]:
    """Names of the facts leaves compare, each once (those a Python check reads are its own)."""
    return tuple(dict.fromkeys(leaf.fact for leaf in leaves_of(node) if leaf.fact))


def checks_of(node: Node) -> tuple[str, ...]:
    """Names of the Python checks, each once."""
    return tuple(dict.fromkeys(leaf.check for leaf in leaves_of(node) if leaf.check))
