"""Shared blocks: parts of procedures written once in a region folder and put in where a procedure says ``use``.

A block is data (``regions/<region>/blocks/*.yaml``): an ``id``, what it ``takes``, and its ``content``, a list or a
mapping. Where an entry says ``{use: <id>, with: {…}}``, the content stands in its place: entries of a list are put into
the list, keys of a mapping stand beside the keys written there (which go first). In the content ``$name`` is what
``with`` gives under that name, whole, or inside a text as text (``$(name)`` where letters follow); ``$$`` is a dollar.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from guantong.kernel.refusal import Problem, Where
from guantong.policy import errors
from guantong.policy.reading.fields import meant
from guantong.policy.schema.shapes import Place, RawEntry

USE, WITH, CONTENT, TAKES, DEFAULTS = "use", "with", "content", "takes", "defaults"
KEYS = ("id", "version", "title", "in_force_from", "repealed_on", TAKES, DEFAULTS, CONTENT)
DEEPEST = 8
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HOLE = re.compile(r"\$(?:(\$)|\(([a-z][a-z0-9_]{0,39})\)|([a-z][a-z0-9_]{0,39}))")

Find = Callable[[str], RawEntry | None]
"""The block of an id that holds, or None."""


@dataclass(slots=True)
class Expanded:
    """An entry with its blocks put in: the data, where each part stands by its path, the ids used, what was wrong."""

    data: object = None
    places: dict[str, Place] = field(default_factory=dict)
    used: dict[str, None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def uses_blocks(value: object) -> bool:
    """Whether ``use`` is written anywhere in ``value``."""
    if isinstance(value, Mapping):
        return USE in value or any(uses_blocks(inner) for inner in value.values())
    return isinstance(value, list | tuple) and any(uses_blocks(inner) for inner in value)


def expand(data: object, lines: Mapping[str, int], top: Place, find: Find, known: Iterable[str] = ()) -> Expanded:
    """``data`` with every block put in. Faults are noted, never raised; what cannot be put in is left out.

    ``lines`` are those of ``data`` by path (``steps[0].title``), ``top`` the place of the whole; ``known`` names the
    blocks there are, for refusals.
    """
    work = _Work(find, tuple(known))
    work.found.data = work.put(data, "", _Scope(top, lines))
    return work.found


def check_block(entry: RawEntry) -> list[Problem]:
    """What is wrong with a block by itself: keys, names, holes nobody fills, names nobody uses."""
    block = entry.data
    found: list[Problem] = []

    def fault(at: str, why: str, do: str) -> None:
        where = Where(file=entry.place.file, line=entry.lines.get(at, entry.place.line), title=at or None)
        found.append(errors.BLOCK.problem(where=where, why=why, do=do))

    for key in block:
        if key not in KEYS:
            fault(str(key), f"不认识“{key}”", f"{meant(str(key), KEYS)}可以写的有：{'、'.join(KEYS)}。")
    if not isinstance(block.get(CONTENT), list | tuple | Mapping):
        fault(CONTENT, "没有内容", "请在 content 下面写一串内容，或者一组“名称: 内容”。")
    names = _names(block)
    for name in names:
        if _NAME.fullmatch(name) is None:
            fault(TAKES, f"名称“{name}”不合写法", "请用小写英文字母开头，接字母、数字或下划线。")
    holes = dict(_holes(block.get(CONTENT), CONTENT))
    for name, at in holes.items():
        if name not in names:
            fault(at, f"用到了“${name}”，却没有写要给出它", "请在 takes（必须给出）或 defaults（可以不给）里写上它。")
    for name in names:
        if name not in holes and _NAME.fullmatch(name) is not None:
            fault(TAKES, f"写了要给出“{name}”，内容里却没有用它", "请删去它，或者在内容里用上。")
    return found


def _names(block: Mapping[str, object]) -> list[str]:
    """Every name a block takes."""
    takes, defaults = block.get(TAKES), block.get(DEFAULTS)
    found = [str(name) for name in takes] if isinstance(takes, list | tuple) else []
    return found + [str(name) for name in defaults] if isinstance(defaults, Mapping) else found


def _holes(value: object, at: str) -> Iterable[tuple[str, str]]:
    """(name, path) of every ``$name``."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _holes(inner, f"{at}.{key}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _holes(inner, f"{at}[{index}]")
    elif isinstance(value, str):
        for hole in _HOLE.finditer(value):
            if hole[2] or hole[3]:
                yield hole[2] or hole[3], at


@dataclass(frozen=True, slots=True)
class _Scope:
    """What is being written out: a file, or a block of one with what ``with`` gave it."""

    top: Place
    lines: Mapping[str, int]
    at: str = ""
    given: Mapping[str, object] | None = None
    """None outside of blocks, where ``$`` means nothing."""
    inside: tuple[str, ...] = ()
    """The blocks around, outermost first."""

    def below(self, key: str | int) -> _Scope:
        """The same, one key or position further in."""
        step = f"[{key}]" if isinstance(key, int) else f".{key}" if self.at else key
        return replace(self, at=self.at + step)

    @property
    def place(self) -> Place:
        """Where this part is written, or the nearest part around it."""
        near = self.at
        while near and near not in self.lines:
            near = near[: max(near.rfind("."), near.rfind("["), 0)]
        return Place(self.top.file, self.lines[near]) if near else self.top


@dataclass(frozen=True, slots=True)
class _Ready:
    """A value written out already."""

    value: object


class _Work:
    def __init__(self, find: Find, known: tuple[str, ...]) -> None:
        self.find, self.known = find, known
        self.found = Expanded()

    def fault(self, scope: _Scope, why: str, do: str) -> None:
        place = scope.place
        where = Where(file=place.file, line=place.line, title=scope.at or None)
        self.found.problems.append(errors.BLOCK.problem(where=where, why=why, do=do))

    def put(self, value: object, path: str, scope: _Scope) -> object:
        """``value`` written out, noting where each part of the result stands."""
        self.found.places[path] = scope.place
        if isinstance(value, _Ready):
            return value.value
        if isinstance(value, Mapping):
            return self._mapping(value, path, scope)
        if isinstance(value, list | tuple):
            flat = self._flat(value, scope)
            return [self.put(entry, f"{path}[{index}]", own) for index, (entry, own) in enumerate(flat)]
        if isinstance(value, str) and scope.given is not None and "$" in value:
            return self._filled(value, scope)
        return value

    def _mapping(self, value: Mapping[str, object], path: str, scope: _Scope) -> dict[str, object]:
        parts: dict[str, tuple[object, _Scope]] = {}
        if USE in value:
            content, inner = self._enter(value, scope)
            if isinstance(content, Mapping):
                parts = {str(key): (entry, inner.below(str(key))) for key, entry in content.items()}
                if USE in content:  # a block that is itself made of another
                    parts = {k: (_Ready(v), inner) for k, v in self._mapping(content, path, inner).items()}
            elif content is not None:
                name = value[USE]
                self.fault(
                    scope.below(USE), f"共用段“{name}”是一串内容，不能放在这里", "请在它前面加短横线，放进所要的列表。"
                )
        parts |= {str(key): (entry, scope.below(str(key))) for key, entry in value.items() if key not in (USE, WITH)}
        made: dict[str, object] = {}
        for key, (entry, own) in parts.items():
            if self._is_left_out(entry, own):
                continue
            made[key] = self.put(entry, f"{path}.{key}" if path else key, own)
        return made

    def _flat(self, values: Iterable[object], scope: _Scope) -> list[tuple[object, _Scope]]:
        """The entries of a list, those of blocks and of lists that were given put in."""
        made: list[tuple[object, _Scope]] = []
        for index, entry in enumerate(values):
            own = scope.below(index)
            name = _whole(entry) if own.given is not None else ""
            if name:
                given = self._given(name, own)
                several = given if isinstance(given, list | tuple) else [] if given is None else [given]
                made += [(_Ready(one), own) for one in several]
            elif isinstance(entry, Mapping) and USE in entry and self._is_list(entry):
                content, inner = self._enter(entry, own)
                if set(entry) - {USE, WITH}:
                    self.fault(own, f"共用段“{entry[USE]}”是一串内容，旁边不能再写别的", "请只写 use 和 with。")
                made += self._flat(content if isinstance(content, list | tuple) else (), inner)
            else:
                made.append((entry, own))
        return made

    def _is_list(self, entry: Mapping[str, object]) -> bool:
        """Whether the block named is a list (or nothing that could be put in)."""
        block = self.find(str(entry.get(USE)))
        return block is None or not isinstance(block.data.get(CONTENT), Mapping)

    def _enter(self, value: Mapping[str, object], scope: _Scope) -> tuple[object, _Scope]:
        """The content of the block named and its scope; None for what cannot be put in, which is noted."""
        name = value[USE]
        nothing: tuple[object, _Scope] = None, scope
        block = self.find(name) if isinstance(name, str) else None
        if block is None:
            hint = meant(str(name), self.known)
            known = "、".join(self.known) or "（尚无）"
            self.fault(scope.below(USE), f"没有共用段“{name}”，或者它这一天还没有施行", f"{hint}可以用的有：{known}。")
            return nothing
        if name in scope.inside or len(scope.inside) >= DEEPEST:
            way = "，用到".join(f"“{one}”" for one in (*scope.inside, name))
            why = f"共用段套着自己：{way}" if name in scope.inside else f"共用段套了{DEEPEST}层以上：{way}"
            self.fault(scope.below(USE), why, "请拆开其中一环。")
            return nothing
        self.found.used[str(name)] = None
        given = self._arguments(value, block, scope)
        inner = _Scope(block.place, block.lines, CONTENT, given, (*scope.inside, str(name)))
        return block.data.get(CONTENT), inner

    def _arguments(self, value: Mapping[str, object], block: RawEntry, scope: _Scope) -> dict[str, object]:
        """What ``with`` gives, written out in the scope of whoever uses the block, and the defaults."""
        written = value.get(WITH)
        names = _names(block.data)
        defaults = block.data.get(DEFAULTS)
        given: dict[str, object] = dict(defaults) if isinstance(defaults, Mapping) else {}
        if written is not None and not isinstance(written, Mapping):
            self.fault(
                scope.below(WITH), "with 后面要写一组“名称: 内容”", f"可以写的有：{'、'.join(names) or '（没有）'}。"
            )
        quiet = _Work(self.find, self.known)
        for key, entry in written.items() if isinstance(written, Mapping) else ():
            own = scope.below(WITH).below(str(key))
            if key not in names:
                known = "、".join(names) or "（没有）"
                self.fault(own, f"共用段“{block.id}”不要“{key}”", f"{meant(str(key), names)}可以给出的有：{known}。")
                continue
            name = _whole(entry) if scope.given is not None else ""
            given[str(key)] = self._given(name, own) if name else quiet.put(entry, "", own)
        self.found.problems += quiet.found.problems
        self.found.used |= quiet.found.used
        for name in names:
            if name not in given:
                self.fault(scope.below(USE), f"共用段“{block.id}”要给出“{name}”", f"请在 with 里写上“{name}”。")
                given[name] = f"${name}"
        return given

    def _is_left_out(self, entry: object, scope: _Scope) -> bool:
        """Whether an entry is a name for which nothing was given: its key is left out."""
        name = _whole(entry) if scope.given is not None else ""
        return bool(name) and self._given(name, scope) is None

    def _given(self, name: str, scope: _Scope) -> object:
        return scope.given.get(name) if scope.given is not None else None

    def _filled(self, text: str, scope: _Scope) -> object:
        name = _whole(text)
        if name:
            return self._given(name, scope)

        def fill(hole: re.Match[str]) -> str:
            if hole[1]:
                return "$"
            given = self._given(hole[2] or hole[3], scope)
            if isinstance(given, str | int) and not isinstance(given, bool):
                return str(given)
            self.fault(scope, f"“${hole[2] or hole[3]}”要放进一段文字，给出的却不是文字", "请给出文字或者整数。")
            return ""

        return _HOLE.sub(fill, text)


def _whole(value: object) -> str:
    """The name, when a text is nothing but ``$name``."""
    hole = _HOLE.fullmatch(value) if isinstance(value, str) else None
    return (hole[2] or hole[3] or "") if hole is not None else ""
