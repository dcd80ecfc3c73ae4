"""One file of worked examples as plain values, with the line of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from guantong.kernel.refusal import Problem, Refusal, Where
from guantong.policy.reading.fields import Notes, plain
from guantong.policy.reading.nodes import Entries, Items, read_nodes

from .. import errors
from ..definition.hints import meant_key

_TOP = ("procedure", "region", "on", "declared", "facts", "materials", "examples")
_EXAMPLE = (
    "name",
    "procedure",
    "region",
    "on",
    "declared",
    "facts",
    "materials",
    "expect",
    "missing",
    "warned",
    "states",
    "filled",
    "differs",
    "walk",
    "ends",
    "refused",
)
_DEED = (
    "at",
    "do",
    "way",
    "to",
    "who",
    "name",
    "party",
    "on",
    "due",
    "opinion",
    "reasons",
    "items",
    "values",
    "declared",
)
STATES = ("met", "not_met", "unknown")


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of a walk. ``do`` is an action's id, or ``lapse``, ``withdraw``, ``appeal``; ``way`` where a part
    (a panel, a notice) sends the case."""

    do: str
    way: str
    at: str
    """The step the case must wait at; empty: not checked."""
    to: str
    who: str
    """A role, or ``declarer``; empty: whoever is responsible."""
    name: str
    """The person, where it matters that two deeds are one person's."""
    party: str
    on: date | None
    due: date | None
    """The day on which the step's period must end."""
    opinion: Mapping[str, Any]
    values: Mapping[str, Any]
    declared: Mapping[str, Any]
    """What is filled in anew with this deed."""


@dataclass(frozen=True, slots=True)
class Example:
    """One worked example. ``declared`` is as typed; ``facts`` what the system would hold."""

    name: str
    procedure: str
    region: str
    on: date
    declared: Mapping[str, Any]
    facts: Mapping[str, Any]
    materials: tuple[str, ...] | None
    """Ids handed in; None: all that are required."""
    expect: str
    missing: tuple[str, ...] | None
    warned: tuple[str, ...] | None
    """Ids of exactly those principles (原则上) that are not met; None: not checked."""
    """Ids of exactly those nodes that keep the tree from being met; None: not checked."""
    states: Mapping[str, str]
    walk: tuple[Deed, ...]
    ends: str
    refused: str
    filled: Mapping[str, str] | None = None
    """What the system fills in where nothing was declared, by field, as the form shows it; None: not checked."""
    differs: tuple[str, ...] | None = None
    """Ids of exactly those fields whose answer is another than the system's; None: not checked."""
    where: Where = field(default_factory=Where)


class _Wrong(Exception):
    """Why an example cannot be read, in Chinese."""


def read_examples(text: str, *, file: str) -> list[Example]:
    """Every example of one file. Refuses with PRC-041 for what is written wrongly (REG-… for what is no plain YAML)."""
    node, problems = read_nodes(text.encode(), file)
    notes = Notes()
    document = plain(node, file=file, notes=notes) if node is not None else None
    problems += notes.problems
    if problems:
        raise Refusal(problems)
    top = document if isinstance(document, Mapping) else {}
    entries = top.get("examples")
    strange = [key for key in top if key not in _TOP]
    if strange or not isinstance(entries, Sequence) or isinstance(entries, str) or not entries:
        line = 1
        if strange and isinstance(node, Entries):
            line = next((at for key, at, _ in node if key == strange[0]), 1)
        why = _strange(str(strange[0]), _TOP) if strange else "文件里要有 examples，每个例子以短横线开头"
        raise errors.EXAMPLE_SHAPE.refuse(where=Where(file=file, line=line), name=file, why=why)
    lines: list[int] = []
    if isinstance(node, Entries):
        listed = node.get("examples")
        lines = [inner.line for inner in listed.nodes] if isinstance(listed, Items) else []
    found: list[Example] = []
    for index, entry in enumerate(entries):
        where = Where(file=file, line=lines[index] if index < len(lines) else None)
        try:
            found.append(_example(top, entry, where))
        except _Wrong as wrong:
            name = str(entry.get("name", "")) if isinstance(entry, Mapping) else ""
            problems.append(_shape(where, name, str(wrong)))
    if problems:
        raise Refusal(problems)
    return found


def _shape(where: Where, name: str, why: str) -> Problem:
    return errors.EXAMPLE_SHAPE.problem(where=where, name=name or "（没有名称）", why=why)


def _example(top: Mapping[str, Any], entry: object, where: Where) -> Example:
    own = _mapping(entry, "例子", _EXAMPLE)
    both = {key: own.get(key, top.get(key)) for key in ("procedure", "region", "on", "materials")}
    name = _text(own, "name", needed=True)
    on = both["on"]
    if not isinstance(on, date):
        raise _Wrong("没有写哪一天（on）")
    for key in ("procedure", "region"):
        if not isinstance(both[key], str) or not both[key]:
            raise _Wrong(f"没有写 {key}（写成文字）")
    walk = tuple(_deed(deed) for deed in _list(own.get("walk"), "walk"))
    expect, ends, refused = (_text(own, key) for key in ("expect", "ends", "refused"))
    if expect and expect not in STATES:
        raise _Wrong("expect 写 " + "、".join(STATES) + " 之一")
    if bool(walk) != bool(ends or refused) or (ends and refused):
        raise _Wrong("有 walk 就要写 ends 或 refused 之一，没有就都不写")
    missing, warned = own.get("missing"), own.get("warned")
    filled, differs = own.get("filled"), own.get("differs")
    if not (
        expect
        or missing is not None
        or warned is not None
        or own.get("states")
        or filled
        or differs is not None
        or walk
    ):
        raise _Wrong("没有写应当得到什么：expect、missing、warned、states、filled、differs、walk 至少写一项")
    materials = both["materials"]
    return Example(
        name=name,
        procedure=str(both["procedure"]),
        region=str(both["region"]),
        on=on,
        declared={**_mapping(top.get("declared"), "declared"), **_mapping(own.get("declared"), "declared")},
        facts={**_mapping(top.get("facts"), "facts"), **_mapping(own.get("facts"), "facts")},
        materials=tuple(map(str, _list(materials, "materials"))) if materials not in (None, "all") else None,
        expect=expect,
        missing=tuple(map(str, _list(missing, "missing"))) if missing is not None else None,
        warned=tuple(map(str, _list(warned, "warned"))) if warned is not None else None,
        states={str(k): str(v) for k, v in _mapping(own.get("states"), "states").items()},
        walk=walk,
        ends=ends,
        refused=refused,
        filled={k: str(v) for k, v in _mapping(filled, "filled").items()} if filled is not None else None,
        differs=tuple(map(str, _list(differs, "differs"))) if differs is not None else None,
        where=where,
    )


def _deed(entry: object) -> Deed:
    own = _mapping(entry, "walk 的一行", _DEED)
    do, way = _text(own, "do"), _text(own, "way")
    if bool(do) == bool(way):
        raise _Wrong("walk 的每一行写 do（操作）或 way（由评审、公示转去哪里）之一")
    for key in ("on", "due"):
        if own.get(key) is not None and not isinstance(own[key], date):
            raise _Wrong(f"{key} 写日期，例如 2026-03-02")
    items = _list(own.get("items"), "items")
    return Deed(
        do=do,
        way=way,
        at=_text(own, "at"),
        to=_text(own, "to"),
        who=_text(own, "who"),
        name=_text(own, "name"),
        party=_text(own, "party"),
        on=own.get("on"),
        due=own.get("due"),
        opinion={"text": _text(own, "opinion"), "reasons": _list(own.get("reasons"), "reasons"), "items": items},
        values=_mapping(own.get("values"), "values"),
        declared=_mapping(own.get("declared"), "declared"),
    )


def _strange(key: str, known: Sequence[str]) -> str:
    return f"不认识“{key}”。{meant_key(key, known)}可以写的有：{'、'.join(known)}"


def _mapping(value: object, what: str, known: Sequence[str] = ()) -> dict[str, Any]:
    if value is None and not known:
        return {}
    if not isinstance(value, Mapping):
        raise _Wrong(f"{what}应当是一组“名称: 内容”")
    for key in value:
        if known and key not in known:
            raise _Wrong(f"{what}里{_strange(str(key), known)}")
    return {str(key): entry for key, entry in value.items()}


def _list(value: object, what: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise _Wrong(f"{what}应当是一串内容")
    return list(value)


def _text(own: Mapping[str, Any], key: str, *, needed: bool = False) -> str:
    value = own.get(key)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or not value:
        raise _Wrong(f"{key} 应当是文字")
    return value
