"""Typed access to the nodes of a declaration: every fault is noted with file and line, never only the first."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import NoReturn

from guantong.kernel.refusal import Citation, Problem, Refusal, RefusalKind, Where
from guantong.policy.asking.law import Answer, Law
from guantong.policy.schema.units import UNITS, as_written

from ...errors import rules as errors
from .shapes import Ground, Number
from .sources import Node

_ID = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,3})?")
GROUND_KEYS = ("references", "source", "note")


class Skip(Exception):
    """This part cannot be read further; its fault is noted."""


def shown(value: object) -> str:
    """What was written, as a sentence repeats it."""
    if isinstance(value, dict):
        return "键值表"
    if isinstance(value, tuple):
        return "列表"
    if value is None:
        return "空值"
    text = str(value)
    return f"“{text if len(text) <= 40 else text[:40] + '……'}”"


def hint_for(given: str, known: Collection[str]) -> str:
    """The nearest known words, or all of them."""
    close = difflib.get_close_matches(given, list(known), n=3, cutoff=0.6)
    if close:
        return "您是否想写“" + "”或“".join(close) + "”？"
    return "可以写的有：" + "、".join(known) + "。" if known else "这里还没有可以写的。"


class Faults:
    """The faults of one declaration, and the law that answers its questions (None where nothing may be asked)."""

    def __init__(self, law: Law | None) -> None:
        self.law = law
        self.problems: list[Problem] = []
        self.answers: dict[str, object] = {}
        """What the law answered, as written, by parameter and scope."""

    def add(self, kind: RefusalKind, node: Node, /, **values: object) -> None:
        """Note a fault at a node."""
        self.problems.append(kind.problem(where=Where(file=node.file, line=node.line), basis=None, **values))


class Entry:
    """One mapping of the declaration, named ``place`` in messages."""

    def __init__(self, node: Node, place: str, faults: Faults, known: Collection[str]) -> None:
        self.node, self.place, self.faults = node, place, faults
        entries = node.entries
        if entries is None:
            faults.add(errors.WRONG_SHAPE, node, place=place, key="内容", given=shown(node.value), wanted="键值表")
            raise Skip
        self.entries: Mapping[str, Node] = entries
        for key, inner in entries.items():
            if key not in known:
                faults.add(errors.UNKNOWN_KEY, inner, place=place, key=key, hint=hint_for(key, known))

    def get(self, key: str) -> Node | None:
        """The node under ``key``; None when absent or null."""
        node = self.entries.get(key)
        return None if node is None or node.value is None else node

    def has(self, key: str) -> bool:
        """Whether something stands under ``key``."""
        return self.get(key) is not None

    def needed(self, key: str) -> Node:
        """The node under ``key``, which must be there."""
        node = self.get(key)
        if node is None:
            self.faults.add(errors.MISSING_KEY, self.entries.get(key, self.node), place=self.place, key=key)
            raise Skip
        return node

    def wrong(self, key: str, wanted: str, node: Node) -> NoReturn:
        """Note a value of the wrong form and stop reading this part."""
        self.faults.add(errors.WRONG_SHAPE, node, place=self.place, key=key, given=shown(node.value), wanted=wanted)
        raise Skip

    def text(self, key: str, default: str | None = None) -> str:
        """Text; required when there is no default."""
        node = self.get(key)
        if node is None and default is not None:
            return default
        node = self.needed(key)
        if isinstance(node.value, int) and not isinstance(node.value, bool):
            return str(node.value)
        if not isinstance(node.value, str) or not node.value.strip():
            self.wrong(key, "文字", node)
        return node.value.strip()

    def maybe_text(self, key: str) -> str | None:
        """Text, or None when absent."""
        return self.text(key) if self.has(key) else None

    def id(self) -> str:
        """The item's id."""
        given = self.text("id")
        if _ID.fullmatch(given) is None:
            self.faults.add(errors.BAD_ID, self.needed("id"), place=self.place, given=given)
            raise Skip
        return given

    def flag(self, key: str, default: bool) -> bool:
        """``true`` or ``false``."""
        node = self.get(key)
        if node is None:
            return default
        if not isinstance(node.value, bool):
            self.wrong(key, "true 或 false", node)
        return node.value

    def choice(self, key: str, choices: Collection[str], default: str | None = None) -> str:
        """One of ``choices``."""
        given = self.text(key, default)
        if given not in choices:
            node = self.needed(key)
            self.faults.add(
                errors.UNKNOWN_CHOICE, node, place=self.place, key=key, given=given, choices="、".join(choices)
            )
            raise Skip
        return given

    def items(self, key: str) -> tuple[Node, ...]:
        """The nodes of a list; empty when absent."""
        node = self.get(key)
        if node is None:
            return ()
        if node.items is None:
            self.wrong(key, "列表", node)
        return node.items

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, one text alone, or a list of the law (``{parameter: …}``)."""
        node = self.get(key)
        if node is None:
            return ()
        if node.entries is not None:
            return self.listed(key, node)
        if node.items is None:
            return (self.text(key),)
        return tuple(self._text_of(key, item) for item in node.items)

    def _text_of(self, key: str, item: Node) -> str:
        if isinstance(item.value, int) and not isinstance(item.value, bool):
            return str(item.value)
        if not isinstance(item.value, str) or not item.value.strip():
            self.wrong(key, "文字的列表", item)
        return item.value.strip()

    def each(self, key: str, place: str, known: Collection[str]) -> Iterator[Entry]:
        """Every mapping of a list, faulty ones left out (and noted)."""
        for node in self.items(key):
            name = node.text_at("title") or node.text_at("id")
            try:
                yield Entry(node, f"{place}“{name}”" if name else place, self.faults, known)
            except Skip:
                continue

    def inner(self, key: str, place: str, known: Collection[str]) -> Entry | None:
        """The mapping under ``key``, or None when absent."""
        node = self.get(key)
        return None if node is None else Entry(node, place, self.faults, known)

    def answer(self, key: str, node: Node) -> Answer:
        """The parameter named by ``{parameter: …, scope: …}``."""
        asked = Entry(node, f"{self.place}的“{key}”", self.faults, ("parameter", "scope"))
        name, scope = asked.text("parameter"), asked.maybe_text("scope")
        law = self.faults.law
        if law is None:
            self.wrong(key, "数值本身，不能引用参数", node)
        try:
            answer = law.answer(name, scope)
        except Refusal as refusal:
            why = "".join(problem.message + problem.do for problem in refusal)
            self.faults.add(errors.PARAMETER_UNANSWERED, node, place=self.place, key=key, why=why)
            raise Skip from None
        self.faults.answers[f"{name}/{scope or ''}"] = as_written(answer.value, answer.unit)
        return answer

    def number(
        self, key: str, ground: Ground, *, least: str = "0", most: str = "100000000", whole: bool = False
    ) -> Number:
        """A number written as text or taken from a parameter; percentages stay percentages."""
        return self.number_at(key, self.needed(key), ground, least=least, most=most, whole=whole)

    def number_at(
        self, key: str, node: Node, ground: Ground, *, least: str = "0", most: str = "100000000", whole: bool = False
    ) -> Number:
        """The number at a node (an item of a list has no key of its own)."""
        answer: Answer | None = None
        wanted = f"{least} 到 {most} 之间的{'整数' if whole else '数'}"
        if node.entries is not None:
            answer = self.answer(key, node)
            given = answer.value
            if isinstance(given, bool) or not isinstance(given, int | Decimal):
                unit = UNITS[answer.unit].name_zh
                self.faults.add(
                    errors.PARAMETER_KIND, node, place=self.place, key=key, label=answer.label, unit=unit, wanted=wanted
                )
                raise Skip
            value = Decimal(given)
            ground = Ground(answer.citations, answer.source, answer.note, node.file, node.line)
        else:
            text = str(node.value) if isinstance(node.value, str | int) and not isinstance(node.value, bool) else ""
            if _DECIMAL.fullmatch(text) is None:
                self.wrong(key, f"{wanted}（小数要加引号，最多三位）", node)
            value = Decimal(text)
        if not Decimal(least) <= value <= Decimal(most) or (whole and value != int(value)):
            self.faults.add(
                errors.OUT_OF_RANGE, node, place=self.place, key=key, given=format(value, "f"), wanted=wanted
            )
            raise Skip
        return Number(value, ground, answer)

    def listed(self, key: str, node: Node) -> tuple[str, ...]:
        """The texts of a parameter that is a list."""
        answer = self.answer(key, node)
        if answer.unit != "list" or not isinstance(answer.value, tuple):
            unit = UNITS[answer.unit].name_zh
            self.faults.add(
                errors.PARAMETER_KIND, node, place=self.place, key=key, label=answer.label, unit=unit, wanted="清单"
            )
            raise Skip
        return tuple(str(item) for item in answer.value)

    def maybe_number(self, key: str, ground: Ground, **limits: str | bool) -> Number | None:
        """A number, or None when absent."""
        return self.number(key, ground, **limits) if self.has(key) else None  # type: ignore[arg-type]

    def ground(self) -> Ground:
        """The item's own ``references``, or ``source: local`` with a ``note``; its absence is a fault."""
        citations = tuple(self._citations())
        source = self.choice("source", ("document", "local"), "document")
        note = self.maybe_text("note")
        if not citations and not (source == "local" and note is not None):
            self.faults.add(errors.GROUND_MISSING, self.node, place=self.place)
        return Ground(citations, source, note, self.node.file, self.node.line)

    def _citations(self) -> Iterator[Citation]:
        """References are checked by the reader of region folders; here they become citations."""
        source = self.text("source", "document")
        law = self.faults.law
        for node in self.items("references") if law is not None else ():
            document = law.policy.documents.get(node.text_at("document") or "") if law is not None else None
            clause = node.text_at("clause")
            if document is not None and clause is not None:
                yield Citation(
                    document=document.id,
                    title=document.title_zh,
                    number=document.number,
                    clause=clause,
                    in_force_from=document.in_force_from,
                    source=source if source in {"document", "local"} else "document",
                )

    def known_name(self, given: str, known: Collection[str], what: str, node: Node | None = None) -> str:
        """``given`` when it is among ``known``; else a fault, and this part is skipped."""
        if given not in known:
            self.faults.add(
                errors.UNKNOWN_NAME,
                node if node is not None else self.node,
                place=self.place,
                given=given,
                what=what,
                hint=hint_for(given, known),
            )
            raise Skip
        return given
