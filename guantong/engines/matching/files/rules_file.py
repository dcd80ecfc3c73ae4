"""``rules.yaml`` read strictly: one meaning for each text, and the line of every entry.

Only ``true`` and ``false`` are flags, only plain decimal whole numbers are numbers; everything else (``1.05``,
``010``, dates, ``yes``) stays text, so that no code or score is changed by reading it. Keys given twice, anchors and
merges are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from guantong.engines.matching.files import errors
from guantong.engines.matching.files.table import Faults, cut, text_of
from guantong.kernel.refusal import Where

MAX_BYTES = 4 * 1024**2
MAX_DEPTH = 20

_WHOLE = re.compile(r"^-?(0|[1-9][0-9]{0,14})$")
_WHYS = {
    "mapping values are not allowed": "这里多了一个冒号",
    "could not find expected ':'": "缺少冒号",
    "found character": "有不能用在这里的字符",
    "expected <block end>": "缩进与上一行不一致",
    "while parsing a flow": "括号没有配对",
    "while scanning a quoted": "引号没有配对",
    "unacceptable character": "有不能使用的字符",
}


class RulesText:
    """The mapping of a rules file and the line of each of its paths (``lines[0].at_least``)."""

    def __init__(self, name: str, mapping: dict[str, Any], lines: Mapping[str, int]) -> None:
        self.name = name
        self.mapping = mapping
        self.lines = lines

    def where(self, path: str | None, value: str | None = None) -> Where:
        """The place of ``path``, or of the nearest entry around it."""
        at = path or ""
        while at and at not in self.lines:
            at = at[: max(at.rfind("."), at.rfind("["), 0)]
        return Where(file=self.name, line=self.lines.get(at, 1), title=path or None, value=value)


def read_rules_file(name: str, data: bytes, faults: Faults) -> RulesText | None:
    """The rules as plain values; None after noting faults."""
    text = text_of(name, data, faults)
    if text is None:
        return None
    if len(text) > MAX_BYTES:
        faults.add(errors.TOO_LARGE, Where(file=name), given=len(text) >> 20, limit=MAX_BYTES >> 20)
        return None
    before = len(faults.problems) + faults.more
    try:
        node = _compose(name, text.decode(), faults)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        said = f"{getattr(error, 'problem', '')} {getattr(error, 'context', '')} {error}"
        why = next((zh for en, zh in _WHYS.items() if en in said), "写法不合 YAML 的规定")
        position = getattr(error, "position", 0)
        line = mark.line + 1 if mark else text.decode()[:position].count("\n") + 1
        faults.add(errors.RULES_UNREADABLE, Where(file=name, line=line), why=why)
        return None
    if node is None:
        faults.add(errors.RULES_NO_MAPPING, Where(file=name, line=1))
        return None
    lines: dict[str, int] = {}
    value = _value(name, node, "", 0, lines, faults)
    if len(faults.problems) + faults.more > before:
        return None
    if not isinstance(value, dict):
        faults.add(errors.RULES_NO_MAPPING, Where(file=name, line=1))
        return None
    return RulesText(name, value, lines)


def _compose(name: str, text: str, faults: Faults) -> yaml.Node | None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            faults.add(errors.RULES_REFERENCE, Where(file=name, line=_line(event)))
            return yaml.MappingNode("map", [])
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                faults.add(errors.RULES_DEEP, Where(file=name, line=_line(event)), limit=MAX_DEPTH)
                return yaml.MappingNode("map", [])
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    return node


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 1


def _value(name: str, node: yaml.Node, path: str, depth: int, lines: dict[str, int], faults: Faults) -> Any:
    if path:
        lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode):
        return scalar(node.value, is_plain=node.style is None)
    if isinstance(node, yaml.SequenceNode):
        return [
            _value(name, item, f"{path}[{number}]", depth + 1, lines, faults) for number, item in enumerate(node.value)
        ]
    found: dict[str, Any] = {}
    assert isinstance(node, yaml.MappingNode)  # noqa: S101 - the only other kind of node
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode) or key_node.value == "<<":
            faults.add(errors.RULES_UNREADABLE, Where(file=name, line=line), why="冒号前面应当是一个名称")
            continue
        key = key_node.value
        here = f"{path}.{key}" if path else key
        if key in found:
            faults.add(errors.RULES_KEY_TWICE, Where(file=name, line=line, title=here), key=cut(key))
            continue
        lines[here] = line
        found[key] = _value(name, value_node, here, depth + 1, lines, faults)
    return found


def scalar(text: str, is_plain: bool) -> str | int | bool | None:
    """The value of a scalar; quoted ones are text always."""
    if not is_plain:
        return text
    if text in ("true", "false"):
        return text == "true"
    if text in ("", "~", "null"):
        return None
    return int(text) if _WHOLE.match(text) else text
