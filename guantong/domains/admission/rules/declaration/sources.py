"""Entries of region folders as nodes that remember file and line, and a child's entry laid over its parent's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from guantong.kernel.digest import digest_of
from guantong.policy.schema.shapes import RawEntry

KEYED = (
    "attributes", "parts", "papers", "exemptions", "lines", "conditions", "matches", "kinds_of_place", "quotas",
    "shares", "bars", "openings", "steps",
)  # fmt: skip
"""Lists whose items have ids: a child adds items and replaces those of the same id."""
OWN = ("version", "in_force_from", "repealed_on", "framework", "references", "source", "note")
"""Keys that speak of one entry alone and are never inherited."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a declaration: a scalar, a tuple of nodes or a mapping of nodes, with where it stands."""

    value: object
    file: str
    line: int
    region: str

    @property
    def entries(self) -> Mapping[str, Node] | None:
        """The mapping, or None."""
        return self.value if isinstance(self.value, dict) else None

    @property
    def items(self) -> tuple[Node, ...] | None:
        """The list, or None."""
        return self.value if isinstance(self.value, tuple) else None

    def plain(self) -> object:
        """The same without places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.plain() for node in self.value]
        return self.value

    def text_at(self, key: str) -> str | None:
        """The text under ``key`` of a mapping, if there is one."""
        entries = self.entries
        node = entries.get(key) if entries is not None else None
        return node.value if node is not None and isinstance(node.value, str) else None


def from_entry(entry: RawEntry) -> Node:
    """The whole entry as nodes."""
    return _node(entry.data, entry, "", entry.place.line)


def _node(value: object, entry: RawEntry, path: str, line: int) -> Node:
    def below(inner: object, at: str) -> Node:
        return _node(inner, entry, at, entry.lines.get(at, line))

    inside: object = value
    if isinstance(value, Mapping):
        inside = {str(key): below(inner, f"{path}.{key}" if path else str(key)) for key, inner in value.items()}
    elif isinstance(value, list | tuple):
        inside = tuple(below(inner, f"{path}[{position}]") for position, inner in enumerate(value))
    return Node(inside, entry.place.file, line, entry.region)


def laid_over(child: Node, parent: Node) -> Node:
    """The child's declaration with everything of the parent's it does not say itself.

    Lists of :data:`KEYED` are joined by id, the parent's order first; everything else is the child's where it says
    something, whole.
    """
    own, above = dict(child.entries or {}), parent.entries or {}
    for key, node in above.items():
        if key in OWN:
            continue
        mine = own.get(key)
        if mine is None:
            own[key] = node
        elif key in KEYED and mine.items is not None and node.items is not None:
            own[key] = Node(_joined(mine.items, node.items), mine.file, mine.line, mine.region)
    return Node(own, child.file, child.line, child.region)


def _joined(mine: tuple[Node, ...], above: tuple[Node, ...]) -> tuple[Node, ...]:
    named = {name: node for node in mine if (name := node.text_at("id")) is not None}
    taken = {name for node in above if (name := node.text_at("id")) is not None}
    first = tuple(named.get(node.text_at("id") or "", node) for node in above)
    return (*first, *(node for node in mine if node.text_at("id") not in taken))


def digest_of_node(node: Node) -> str:
    """SHA-256 of the declaration as it is after inheritance, places left out."""
    return digest_of(_storable(node.plain()))


def _storable(value: object) -> object:
    if isinstance(value, dict):
        return {key: _storable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_storable(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
