"""Reading mappings key by key: unknown, missing and wrong-typed keys become problems, never exceptions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import NoReturn

from guantong.kernel.refusal import Problem, Where
from guantong.policy import errors
from guantong.policy.reading.nodes import Entries, Items, Node, Scalar, describe, short
from guantong.policy.schema.shapes import Place
from guantong.policy.schema.units import parse_day

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Skip(Exception):
    """This part cannot be read further; its problem is already noted."""


def nearest(word: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The closest known words, best first."""
    return difflib.get_close_matches(word, list(known), n=count, cutoff=0.6)


def meant(word: str, known: Iterable[str]) -> str:
    """「您是否想写…」 with the closest known words; empty text when nothing is close."""
    close = nearest(word, known)
    return "您是否想写“" + "”或“".join(close) + "”？" if close else ""


def hint_for(word: str, known: Collection[str]) -> str:
    """「您是否想写…」, or the list of what may be written."""
    return meant(word, known) or "可以写的有：" + "、".join(known) + "。"


class Notes:
    """Where the problems of one reading are collected."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, problem: Problem) -> None:
        """Keep one problem."""
        self.problems.append(problem)


class Fields:
    """One mapping of one file, read key by key."""

    def __init__(
        self, node: Node, *, file: str, notes: Notes, place: str, known: Collection[str], line: int | None = None
    ) -> None:
        """``place`` names the mapping in messages; a node that is no mapping raises :class:`Skip`."""
        self.file, self.notes, self.name = file, notes, place
        self.line = node.line if line is None else line
        if not isinstance(node, Entries):
            notes.add(
                errors.WRONG_SHAPE.problem(
                    where=Where(file=file, line=self.line), key=place, wanted="键值表", given=describe(node)
                )
            )
            raise Skip
        self.node = node
        for key, key_line, _ in node:
            if key not in known:
                notes.add(
                    errors.UNKNOWN_KEY.problem(
                        where=Where(file=file, line=key_line), place=place, key=key, hint=hint_for(key, known)
                    )
                )

    def at(self, key: str | None = None) -> Where:
        """Where ``key`` stands (or the mapping itself)."""
        pair = self.node.pairs.get(key) if key is not None else None
        return Where(file=self.file, line=pair[0] if pair is not None else self.line)

    def place(self, key: str | None = None) -> Place:
        """The same as a :class:`Place`."""
        where = self.at(key)
        return Place(self.file, where.line or 1)

    def has(self, key: str) -> bool:
        """Whether the key is there with anything but null."""
        node = self.node.get(key)
        return node is not None and not (isinstance(node, Scalar) and node.is_null)

    def missing(self, key: str) -> NoReturn:
        """Note that a required key is missing and stop reading this part."""
        self.notes.add(errors.MISSING_KEY.problem(where=self.at(key), place=self.name, key=key))
        raise Skip

    def wrong(self, key: str, wanted: str, node: Node) -> NoReturn:
        """Note a value of the wrong type and stop reading this part."""
        self.notes.add(errors.WRONG_SHAPE.problem(where=self.at(key), key=key, wanted=wanted, given=describe(node)))
        raise Skip

    def scalar(self, key: str) -> Scalar | None:
        """The scalar under ``key``; None when absent or null."""
        node = self.node.get(key)
        if node is None or (isinstance(node, Scalar) and node.is_null):
            return None
        if not isinstance(node, Scalar):
            self.wrong(key, "一个值", node)
        return node

    def text(self, key: str) -> str | None:
        """Text under ``key``; None when absent or null."""
        scalar = self.scalar(key)
        return None if scalar is None else self.text_of(key, scalar)

    def text_of(self, key: str, scalar: Scalar) -> str:
        """A scalar as text; bare yes/no words and bare decimals are refused."""
        if scalar.is_bare_word:
            self.wrong(key, "文字（是非词要加引号）", scalar)
        if scalar.is_bare_decimal:
            self.notes.add(
                errors.BARE_DECIMAL.problem(
                    where=Where(file=self.file, line=scalar.line), key=key, given=short(scalar.text)
                )
            )
            raise Skip
        if not scalar.text.strip():
            self.notes.add(errors.EMPTY_TEXT.problem(where=self.at(key), key=key))
            raise Skip
        return scalar.text.strip()

    def needed_text(self, key: str) -> str:
        """Text that must be there."""
        text = self.text(key)
        if text is None:
            self.missing(key)
        return text

    def choice(self, key: str, choices: Collection[str], default: str | None = None) -> str:
        """One of ``choices``; required when there is no default."""
        scalar = self.scalar(key)
        if scalar is None:
            if default is None:
                self.missing(key)
            return default
        if scalar.text not in choices:
            self.notes.add(
                errors.UNKNOWN_CHOICE.problem(
                    where=self.at(key), key=key, given=short(scalar.text), choices="、".join(choices)
                )
            )
            raise Skip
        return scalar.text

    def flag(self, key: str, default: bool | None = None) -> bool:
        """``true`` or ``false``."""
        scalar = self.scalar(key)
        if scalar is None:
            if default is None:
                self.missing(key)
            return default
        if scalar.quoted or scalar.text not in {"true", "false"}:
            self.wrong(key, "true 或 false", scalar)
        return scalar.text == "true"

    def day(self, key: str) -> date | None:
        """A date; None when absent or null."""
        scalar = self.scalar(key)
        return None if scalar is None else self.day_of(key, scalar.text, self.at(key))

    def needed_day(self, key: str) -> date:
        """A date that must be there."""
        day = self.day(key)
        if day is None:
            self.missing(key)
        return day

    def day_of(self, key: str, text: str, where: Where) -> date:
        """``text`` as a date; a date that does not exist is a problem."""
        try:
            return parse_day(text)
        except ValueError:
            self.notes.add(errors.NO_SUCH_DATE.problem(where=where, key=key, given=short(text)))
            raise Skip from None

    def items(self, key: str) -> list[Node]:
        """The nodes of a list; empty when absent or null."""
        node = self.node.get(key)
        if node is None or (isinstance(node, Scalar) and node.is_null):
            return []
        if not isinstance(node, Items):
            self.wrong(key, "列表", node)
        return node.nodes

    def entries(self, key: str) -> Entries | None:
        """The mapping under ``key``; None when absent or null."""
        node = self.node.get(key)
        if node is None or (isinstance(node, Scalar) and node.is_null):
            return None
        if not isinstance(node, Entries):
            self.wrong(key, "键值表", node)
        return node


def plain(node: Node, *, file: str, notes: Notes, key: str = "") -> object:
    """A node as plain data: text, int, bool, None, ``date``, list, dict; bare decimals and bad dates are problems."""
    if isinstance(node, Items):
        return [plain(inner, file=file, notes=notes, key=key) for inner in node.nodes]
    if isinstance(node, Entries):
        return {name: plain(inner, file=file, notes=notes, key=name) for name, _, inner in node}
    if node.quoted:
        return node.text
    if node.is_null:
        return None
    text = node.text
    if text == "true":
        return True
    if text == "false":
        return False
    where = Where(file=file, line=node.line)
    if node.is_integer:
        return int(text)
    if node.is_bare_decimal:
        notes.add(errors.BARE_DECIMAL.problem(where=where, key=key, given=short(text)))
        return text
    if node.is_bare_word:
        notes.add(
            errors.WRONG_SHAPE.problem(
                where=where, key=key, wanted="加了引号的文字，或 true、false", given=describe(node)
            )
        )
        return text
    if _DAY.fullmatch(text) is not None:
        try:
            return parse_day(text)
        except ValueError:
            notes.add(errors.NO_SUCH_DATE.problem(where=where, key=key, given=short(text)))
    return text


Plain = Mapping[str, object]
