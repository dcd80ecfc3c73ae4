"""Where in a definition something stands, and a small reader that collects every fault before it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from guantong.kernel.refusal import Problem, RefusalKind, Where
from guantong.procedure.conditions import FactTitle

from .. import errors
from .hints import meant, meant_key, wrapped

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PROCEDURE_ID = re.compile(r"[a-z][a-z0-9-]{1,59}")

MISSING = object()


@dataclass
class Faults:
    """Collects problems of one file; ``lines`` maps paths like ``steps.0.role`` to line numbers where known."""

    file: str
    lines: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    """Path → file of the parts that come from shared blocks."""
    parameters: Mapping[str, str] | Container[str] | None = None
    documents: Container[str] | None = None
    facts: Callable[[str], str | None] | None = None
    """Name of a fact the system knows → its kind; None: unknown facts are let pass."""
    checks: Collection[str] | None = None
    declared: Mapping[str, FactTitle] = field(default_factory=dict)
    """Facts the form of this definition gives."""
    required: frozenset[str] = frozenset()
    """Fields of the form that are always filled in."""
    gates: tuple[str, ...] = ()
    """Words of ``needs`` this definition has besides ``GATES``."""
    problems: list[Problem] = field(default_factory=list)

    def add(self, kind: RefusalKind, path: str, value: object = None, /, **values: str) -> None:
        """Note one problem at ``path``; a kind that may hint at what was meant does so only where told."""
        if "hint" in kind.fields:
            values.setdefault("hint", "")
        shown = None if value is None else _short(value)
        near = self._near(path)
        file = self.files.get(near, self.file)
        where = Where(file=file, line=self.lines.get(near), title=path or None, value=shown)
        self.problems.append(kind.problem(where=where, basis=None, **values))

    def _near(self, path: str) -> str:
        """The path, or that of the nearest part around it that has a line."""
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return path


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def kind_of(value: object) -> str:
    """What a YAML value is, in words."""
    if value is None:
        return "空白"
    if isinstance(value, Mapping):
        return "一组“名称: 内容”"
    if isinstance(value, bool):
        return "是或否"
    if isinstance(value, int | float):
        return "数"
    if isinstance(value, str):
        return "文字"
    if isinstance(value, Sequence):
        return "一串内容"
    return "别的内容"


class Node:
    """One mapping of a definition being read. A getter notes a fault and returns a harmless value; it never raises."""

    def __init__(self, faults: Faults, path: str, value: object, known: Sequence[str]) -> None:
        self.faults = faults
        self.path = path
        self.values: Mapping[str, object] = {}
        self.is_mapping = isinstance(value, Mapping)
        if not isinstance(value, Mapping):
            faults.add(errors.NOT_A_DEFINITION, path, value, found=kind_of(value))
            return
        self.values = value
        for key in value:
            if key not in known:
                self._strange(str(key), known)

    def _strange(self, key: str, known: Sequence[str]) -> None:
        hint = meant_key(key, known)
        self.faults.add(errors.UNKNOWN_KEY, self.at(key), key=key, known="、".join(known), hint=hint)

    def at(self, key: str) -> str:
        """The path of a key of this mapping."""
        return f"{self.path}.{key}" if self.path else key

    def wrong(self, key: str, expected: str, hint: str = "") -> None:
        """Note that the value of ``key`` has the wrong shape; ``hint`` is a sentence on what was probably meant."""
        given = self.values.get(key)
        hint = hint or wrapped(given)
        self.faults.add(errors.WRONG_SHAPE, self.at(key), key=key, expected=expected, given=_short(given), hint=hint)

    def has(self, key: str) -> bool:
        """Whether the key is written and not blank."""
        return self.values.get(key) is not None

    def _get(self, key: str, meaning: str) -> object:
        value = self.values.get(key)
        if value is None and meaning and self.is_mapping:
            self.faults.add(errors.MISSING_KEY, self.at(key), key=key, meaning=meaning)
        return value

    def text(self, key: str, meaning: str = "", *, longest: int = 500) -> str:
        """Text of ``key``; with a ``meaning`` it must be there."""
        value = self._get(key, meaning)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            self.wrong(key, f"不超过{longest}字的文字")
            return ""
        return value.strip()

    def one_of(self, key: str, known: Sequence[str], meaning: str = "", default: str = "") -> str:
        """Text of ``key`` that is one of ``known``."""
        value = self.text(key, meaning)
        if value and value not in known:
            self.wrong(key, "下列之一：" + "、".join(known), meant(value, known))
            return default or known[0]
        return value or default

    def texts(self, key: str, meaning: str = "") -> tuple[str, ...]:
        """A list of texts without repetition."""
        value = self._get(key, meaning)
        if value is None:
            return ()
        if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(v, str) for v in value):
            self.wrong(key, "一串文字，写在方括号里")
            return ()
        given = [str(v) for v in value]
        for text in {t for t in given if given.count(t) > 1}:
            self.faults.add(errors.DUPLICATE_ID, self.at(key), id=text, what="条目")
        return tuple(dict.fromkeys(given))

    def items(self, key: str, meaning: str = "") -> list[tuple[str, object]]:
        """(path, value) for each entry of a list."""
        value = self._get(key, meaning)
        if value is None:
            return []
        if not isinstance(value, Sequence) or isinstance(value, str):
            self.wrong(key, "一串内容，每条以短横线开头")
            return []
        return [(f"{self.at(key)}.{index}", entry) for index, entry in enumerate(value)]

    def integer(self, key: str, meaning: str = "", *, least: int = 0, most: int = 3650, default: int = 0) -> int:
        """A whole number in [least, most]."""
        value = self._get(key, meaning)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.wrong(key, f"{least}到{most}之间的整数")
            return default
        return value

    def number(self, key: str) -> Decimal | None:
        """An exact number, written as text or a whole number; a binary fraction is refused."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, int | str) and not isinstance(value, bool):
            try:
                number = Decimal(value)
            except InvalidOperation:
                number = Decimal("NaN")
            if number.is_finite():
                return number
        self.wrong(key, '用引号写的数，例如 "0.5"')
        return None

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self.values.get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong(key, "true 或 false")
        return default

    def day(self, key: str, meaning: str) -> date:
        """A date, as YAML reads it or as ISO text."""
        value = self._get(key, meaning)
        if isinstance(value, date):
            return value
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        if value is not None:
            self.wrong(key, "日期，例如 2025-09-01")
        return date.min

    def id(self, key: str = "id", *, reserved: Container[str] = (), of_procedure: bool = False) -> str:
        """An id in the form ids have."""
        value = self.text(key, "编号，用小写英文字母")
        if not value:
            return ""
        if (_PROCEDURE_ID if of_procedure else _ID).fullmatch(value) is None:
            self.faults.add(errors.BAD_ID, self.at(key), id=value, why="字符或长度不合要求")
        elif value in reserved:
            self.faults.add(errors.BAD_ID, self.at(key), id=value, why="这个编号由系统自己使用")
        return value


def refuse_repeats(faults: Faults, what: str, found: Sequence[tuple[str, str]]) -> None:
    """Note every id in ``found`` (path, id) that came before."""
    seen: set[str] = set()
    for path, entry_id in found:
        if entry_id and entry_id in seen:
            faults.add(errors.DUPLICATE_ID, f"{path}.id", id=entry_id, what=what)
        seen.add(entry_id)
