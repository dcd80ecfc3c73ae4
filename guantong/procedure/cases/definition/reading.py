"""A definition from the text of a YAML file, with the line of every fault."""

from __future__ import annotations

from collections.abc import Container, Mapping

import yaml

from guantong.kernel.refusal import Refusal, Where

from .. import errors
from .parse import parse_definition
from .parts import Definition


def read_definition(
    text: str,
    *,
    file: str,
    parameters: Mapping[str, str] | Container[str] | None = None,
    documents: Container[str] | None = None,
) -> Definition:
    """The definition in the YAML ``text`` of ``file``; refuses as :func:`parse_definition`, and keys written twice."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        raise errors.NOT_YAML.refuse(where=Where(file=file, line=line), why="这一行的写法不合 YAML 的规则") from None
    lines: dict[str, int] = {}
    repeated: list[tuple[str, int, str]] = []
    if node is not None:
        _walk(node, "", lines, repeated)
    if repeated:
        raise Refusal(
            errors.DUPLICATE_KEY.problem(where=Where(file=file, line=line, title=path), key=key)
            for path, line, key in repeated
        )
    return parse_definition(document, file=file, parameters=parameters, documents=documents, lines=lines)


def _walk(node: yaml.Node, path: str, lines: dict[str, int], repeated: list[tuple[str, int, str]]) -> None:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            below = f"{path}.{name}" if path else name
            if name in seen:
                repeated.append((below, key.start_mark.line + 1, name))
            seen.add(name)
            _walk(value, below, lines, repeated)
            lines[below] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _walk(value, f"{path}.{index}" if path else str(index), lines, repeated)
