"""Definitions from the text of a YAML file, with the line of every fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass, field

from guantong.kernel.refusal import Refusal, Where
from guantong.policy.reading.blocks import Expanded, uses_blocks
from guantong.policy.reading.fields import Notes, plain
from guantong.policy.reading.nodes import Entries, Items, Node, read_nodes
from guantong.policy.schema.shapes import Place

from .. import errors
from .parse import parse_definition
from .parts import Definition

LIST_KEY = "procedures"
PutIn = Callable[[Mapping[str, object], Mapping[str, int], Place], Expanded]
"""(entry, its lines, its place) → the entry with its shared blocks."""


def read_definitions(
    text: str,
    *,
    file: str,
    parameters: Mapping[str, str] | Container[str] | None = None,
    documents: Container[str] | None = None,
    facts: Callable[[str], str | None] | None = None,
    checks: Collection[str] | None = None,
    put_in: PutIn | None = None,
) -> list[Definition]:
    """Every definition in the YAML ``text`` of ``file``: one entry, or a list of them under ``procedures``.

    The text is read as every region file is (``policy.reading``: REG-… for what is not plain YAML, keys written twice,
    bare decimals). Shared blocks are put in by ``put_in`` (``policy.reading.slices``: REG-048 for what cannot be).
    Refuses further as :func:`parse_definition` does, with every fault of every entry.
    """
    read = read_placed(
        text, file=file, parameters=parameters, documents=documents, facts=facts, checks=checks, put_in=put_in
    )
    return [placed.definition for placed in read]


@dataclass(frozen=True, slots=True)
class Placed:
    """A definition and where its parts stand: path (``conditions.all.0.fact``) → line of ``file``, or of the file of
    a shared block."""

    definition: Definition
    file: str
    lines: Mapping[str, int]
    files: Mapping[str, str] = field(default_factory=dict)
    """Path → file of the parts that come from shared blocks."""

    def where(self, path: str) -> Where:
        """The place of ``path``, or of the nearest part around it."""
        near = path
        while near and near not in self.lines:
            near = near.rpartition(".")[0]
        return Where(file=self.files.get(near, self.file), line=self.lines.get(near), title=path or None)


def read_placed(
    text: str,
    *,
    file: str,
    parameters: Mapping[str, str] | Container[str] | None = None,
    documents: Container[str] | None = None,
    facts: Callable[[str], str | None] | None = None,
    checks: Collection[str] | None = None,
    put_in: PutIn | None = None,
) -> list[Placed]:
    """:func:`read_definitions`, with the lines of every part."""
    node, problems = read_nodes(text.encode(), file)
    notes = Notes()
    document = plain(node, file=file, notes=notes) if node is not None else None
    problems += notes.problems
    if problems:
        raise Refusal(problems)
    lines: dict[str, int] = {}
    if node is not None:
        _walk(node, "", lines)
    entries: list[tuple[object, dict[str, int]]] = [(document, lines)]
    if isinstance(document, Mapping) and isinstance(document.get(LIST_KEY), list):
        entries = [(entry, _below(lines, f"{LIST_KEY}.{index}")) for index, entry in enumerate(document[LIST_KEY])]
    found: list[Placed] = []
    for entry, own in entries:
        files: dict[str, str] = {}
        if put_in is not None and isinstance(entry, Mapping) and uses_blocks(entry):
            whole = put_in(entry, {_bracketed(path): line for path, line in own.items()}, Place(file, own.get("", 1)))
            problems.extend(whole.problems)
            if whole.problems:
                continue
            entry, own = whole.data, {_dotted(path): place.line for path, place in whole.places.items()}
            files = {_dotted(path): place.file for path, place in whole.places.items()}
        try:
            definition = parse_definition(
                entry,
                file=file,
                parameters=parameters,
                documents=documents,
                lines=own,
                files=files,
                facts=facts,
                checks=checks,
            )
            found.append(Placed(definition, file, own, files))
        except Refusal as refusal:
            problems.extend(refusal.problems)
    if problems:
        raise Refusal(problems)
    return found


def read_definition(
    text: str,
    *,
    file: str,
    parameters: Mapping[str, str] | Container[str] | None = None,
    documents: Container[str] | None = None,
    facts: Callable[[str], str | None] | None = None,
    checks: Collection[str] | None = None,
    put_in: PutIn | None = None,
) -> Definition:
    """The only definition in ``text``; refuses as :func:`read_definitions`, and with PRC-001 any other number."""
    found = read_definitions(
        text, file=file, parameters=parameters, documents=documents, facts=facts, checks=checks, put_in=put_in
    )
    if len(found) != 1:
        raise errors.NOT_A_DEFINITION.refuse(where=Where(file=file), found=f"{len(found)}项定义")
    return found[0]


def _bracketed(path: str) -> str:
    """``steps.0.title`` as ``policy`` writes it: ``steps[0].title``."""
    return re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", path)


def _dotted(path: str) -> str:
    """``steps[0].title`` as definitions write it: ``steps.0.title``."""
    return re.sub(r"\[(\d+)\]", r".\1", path)


def _below(lines: Mapping[str, int], prefix: str) -> dict[str, int]:
    """The lines of one entry, with paths relative to it."""
    own = {path[len(prefix) + 1 :]: line for path, line in lines.items() if path.startswith(prefix + ".")}
    own[""] = lines.get(prefix, 1)
    return own


def _walk(node: Node, path: str, lines: dict[str, int]) -> None:
    lines[path] = node.line
    if isinstance(node, Entries):
        for key, line, inner in node:
            below = f"{path}.{key}" if path else key
            _walk(inner, below, lines)
            lines[below] = line
    elif isinstance(node, Items):
        for index, inner in enumerate(node.nodes):
            _walk(inner, f"{path}.{index}" if path else str(index), lines)
