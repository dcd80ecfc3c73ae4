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
COMPUTED = ("sum", "difference", "ratio", "share", "days", "months", "years")
"""What a leaf may compute of several facts; see :class:`Computed`."""
TITLE_PREFIX = "title."
"""Facts ``title.<procedure id>``: the day on which the same party was granted what that procedure gives."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A required value that the law of the case holds."""

    name: str
    scope: str | None = None
    scope_of: str = ""
    """A declared fact with choices: the scope is the title of the choice made."""


@dataclass(frozen=True, slots=True)
class Computed:
    """A number of several facts, exact. ``terms`` are names of facts or further computations.

    ``sum`` of all; ``difference`` the first less all others; ``ratio`` the first divided by the second; ``share`` the
    same in percent; ``days``, ``months``, ``years`` that have passed from the first day to the second (whole ones).
    """

    how: str
    terms: tuple[Term, ...]

    def facts(self) -> tuple[str, ...]:
        """Names of the facts it needs, each once, in the order written."""
        found: list[str] = []
        for term in self.terms:
            found += term.facts() if isinstance(term, Computed) else (term,)
        return tuple(dict.fromkeys(found))


Term = str | Computed

Written = str | int | bool | tuple[str | int, ...]
"""A required value as a definition writes it; exact numbers are whole or text, dates ISO text, money text in yuan."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One named check: ``fact`` (or what is ``computed`` of several) compared with ``limit``, or the registered Python
    ``check``. A ``is_principle`` leaf (原则上) that is not met warns and does not keep the tree from being met.

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
    computed: Computed | None = None
    is_principle: bool = False

    @property
    def facts(self) -> tuple[str, ...]:
        """Names of the facts it compares; those a Python check reads are its own."""
        if self.computed is not None:
            return self.computed.facts()
        return (self.fact,) if self.fact else ()


@dataclass(frozen=True, slots=True)
class Group:
    """``how`` is ``all``, ``any`` or ``at_least`` (then ``count`` of the parts, or a parameter holding the count)."""

    id: str
    label: str
    how: str
    parts: tuple[Node, ...]
    count: int | Parameter = 0
    references: tuple[tuple[str, str], ...] = ()
    note: str = ""
    is_principle: bool = False

    @property
    def wanted(self) -> int | None:
        """How many parts must be met; None where only the law says it."""
        count = self.count if isinstance(self.count, int) else None
        return {"all": len(self.parts), "any": 1}.get(self.how, count)


Node = Leaf | Group


def leaves_of(node: Node) -> Iterator[Leaf]:
    """Every leaf, in the order written."""
    if isinstance(node, Leaf):
        yield node
    else:
        for part in node.parts:
            yield from leaves_of(part)


def nodes_of(node: Node) -> Iterator[Node]:
    """Every node, each group before its parts."""
    yield node
    if isinstance(node, Group):
        for part in node.parts:
            yield from nodes_of(part)


def facts_of(node: Node) -> tuple[str, ...]:
    """Names of the facts the tree needs, each once (those a Python check reads are its own)."""
    found = dict.fromkeys(fact for leaf in leaves_of(node) for fact in leaf.facts)
    for each in nodes_of(node):
        limit = each.limit if isinstance(each, Leaf) else each.count
        if isinstance(limit, Parameter) and limit.scope_of:
            found.setdefault(limit.scope_of)
    return tuple(found)


def checks_of(node: Node) -> tuple[str, ...]:
    """Names of the Python checks, each once."""
    return tuple(dict.fromkeys(leaf.check for leaf in leaves_of(node) if leaf.check))
