"""YAML read as nodes that remember their lines: a plain part of YAML, everything else refused.

Nothing is turned into a Python number here: a scalar keeps the text as written, so no value passes through a float.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from guantong.kernel.refusal import Problem, Where
from guantong.policy import errors
from guantong.policy.reading.slips import slip_in

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_BYTES = 1024 * 1024
MAX_DEPTH = 24
_WORDS = frozenset(
    word for lower in ("yes", "no", "on", "off", "true", "false") for word in (lower, lower.title(), lower.upper())
)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


@dataclass(slots=True)
class Scalar:
    """One value as written; ``quoted`` tells text from bare words."""

    text: str
    quoted: bool
    line: int

    @property
    def is_null(self) -> bool:
        """Whether it is ``null``, ``~`` or left empty."""
        return not self.quoted and self.text in {"", "~", "null", "Null", "NULL"}

    @property
    def is_integer(self) -> bool:
        """Whether it is a bare whole number."""
        return not self.quoted and _INTEGER.fullmatch(self.text) is not None

    @property
    def is_bare_decimal(self) -> bool:
        """Whether YAML would read it as a binary float (or as a whole number of doubtful base)."""
        return not self.quoted and not self.is_integer and _NUMBER.fullmatch(self.text) is not None

    @property
    def is_bare_word(self) -> bool:
        """Whether YAML 1.1 readers would take it for true or false although it is not written so."""
        return not self.quoted and self.text in _WORDS


@dataclass(slots=True)
class Items:
    """A list of nodes."""

    nodes: list[Node]
    line: int


@dataclass(slots=True)
class Entries:
    """A mapping: key text → (line of the key, node), in the order of the file."""

    pairs: dict[str, tuple[int, Node]]
    line: int

    def get(self, key: str) -> Node | None:
        """The node under ``key``; None when the key is absent."""
        pair = self.pairs.get(key)
        return pair[1] if pair is not None else None

    def __iter__(self) -> Iterator[tuple[str, int, Node]]:
        return ((key, line, node) for key, (line, node) in self.pairs.items())


Node = Scalar | Items | Entries


def short(text: str) -> str:
    """What was given, as messages repeat it: at most 40 characters."""
    return text if len(text) <= 40 else text[:40] + "……"


def describe(node: Node) -> str:
    """What a node is, in words for a message."""
    if isinstance(node, Items):
        return "列表"
    if isinstance(node, Entries):
        return "键值表"
    return "空值" if node.is_null else f"“{short(node.text)}”"


@dataclass(slots=True)
class _Builder:
    file: str
    problems: list[Problem] = field(default_factory=list)

    def not_plain(self, what: str, event: Any) -> None:
        where = Where(file=self.file, line=event.start_mark.line + 1)
        self.problems.append(errors.NOT_PLAIN.problem(where=where, what=what))

    def build(self, events: Iterator[Any]) -> Node | None:
        """The first document of the stream; further ones are a problem."""
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents == 2:
                    self.not_plain("第二个文档（---）", event)
                    return root
                if event.tags or event.version:
                    self.not_plain("YAML 指令（%）", event)
                root = self._node(next(events), events, 0)
        return root

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            self.not_plain(f"别名（*{event.anchor}）", event)
            return Scalar("", True, line)
        if event.anchor is not None:
            self.not_plain(f"锚点（&{event.anchor}）", event)
        if event.tag is not None:
            self.not_plain(f"标签（{event.tag}）", event)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, event.style is not None and event.style != "", line)
        if depth > MAX_DEPTH:
            raise _TooDeep(line)
        if isinstance(event, yaml.SequenceStartEvent):
            nodes: list[Node] = []
            while not isinstance(inner := next(events), yaml.SequenceEndEvent):
                nodes.append(self._node(inner, events, depth + 1))
            return Items(nodes, line)
        pairs: dict[str, tuple[int, Node]] = {}
        while not isinstance(inner := next(events), yaml.MappingEndEvent):
            key_line = inner.start_mark.line + 1
            key = self._node(inner, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            where = Where(file=self.file, line=key_line)
            if not isinstance(key, Scalar):
                self.problems.append(errors.NOT_PLAIN.problem(where=where, what="不是文字的键"))
            elif key.text == "<<" and not key.quoted:
                self.problems.append(errors.NOT_PLAIN.problem(where=where, what="合并键（<<）"))
            elif key.text in pairs:
                first = pairs[key.text][0]
                self.problems.append(errors.DUPLICATE_KEY.problem(where=where, key=key.text, first=first))
            else:
                pairs[key.text] = (key_line, value)
        return Entries(pairs, line)


class _TooDeep(Exception):
    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)


_SAYS = (
    ("mapping values are not allowed", "冒号出现在不该出现的位置"),
    ("could not find expected ':'", "键后面缺少冒号"),
    ("found character '\\t'", "用了制表符缩进"),
    ("found character that cannot start", "出现了不能这样开头的字符（制表符、@ 或反引号）"),
    ("unexpected end of stream", "引号没有配对"),
    ("did not find expected key", "缩进不对齐"),
    ("did not find expected '-'", "列表缩进不对齐"),
    ("did not find expected ',' or", "括号没有配对或缺少逗号"),
    ("expected <block end>", "缩进不对齐"),
    ("control characters are not allowed", "含有不可见的控制字符"),
    ("special characters are not allowed", "含有不可见的控制字符"),
    ("undefined tag handle", "用了没有定义的标签"),
    ("undefined alias", "用了没有定义的别名"),
)


def read_nodes(content: bytes, file: str) -> tuple[Node | None, list[Problem]]:
    """The node tree of one file (None when it is empty or unreadable) and every problem found in it."""
    if len(content) > MAX_BYTES:
        why = f"有 {len(content) // 1024} KB，太大了"
        return None, [errors.UNREADABLE.problem(where=Where(file=file), why=why)]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return None, [errors.UNREADABLE.problem(where=Where(file=file, line=line), why="不是 UTF-8 编码")]
    builder = _Builder(file)
    try:
        root = builder.build(iter(yaml.parse(text, Loader=_LOADER)))
    except yaml.MarkedYAMLError as error:
        raw = f"{error.context or ''} {error.problem or ''}"
        opened = error.context_mark if "flow" in raw or "quoted" in raw else None
        mark = opened or error.problem_mark or error.context_mark
        what = next((words for needle, words in _SAYS if needle in raw), "结构不完整")
        where = Where(file=file, line=mark.line + 1 if mark is not None else None)
        slip = slip_in(text, mark.line + 1) if mark is not None else None
        if slip is not None:
            where, what = Where(file=file, line=slip[0]), slip[1]
        return None, [*builder.problems, errors.SYNTAX.problem(where=where, what=what)]
    except yaml.YAMLError:
        where = Where(file=file, line=1)
        return None, [*builder.problems, errors.SYNTAX.problem(where=where, what="含有不可见的控制字符")]
    except _TooDeep as error:
        where = Where(file=file, line=error.line)
        return None, [*builder.problems, errors.NOT_PLAIN.problem(where=where, what=f"超过 {MAX_DEPTH} 层的嵌套")]
    return root, builder.problems
