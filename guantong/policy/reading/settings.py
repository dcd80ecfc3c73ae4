"""Parameter files: nodes → settings with their strands of dated values."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guantong.kernel.refusal import Where
from guantong.policy import errors
from guantong.policy.reading.fields import Fields, Notes, Skip
from guantong.policy.reading.nodes import Entries, Items, Node, Scalar, short
from guantong.policy.schema.shapes import (
    BOUNDS,
    DIRECTIONS,
    PRACTICES,
    SOURCES,
    STATUSES,
    DatedValue,
    Place,
    Reference,
    Setting,
    Strand,
)
from guantong.policy.schema.units import UNITS, UnitFault, Value

PARAMETER_KEYS = ("description", "metadata", "values", "scoped")
METADATA_KEYS = (
    "short_label", "unit", "system", "scope", "bound", "practice", "direction", "source", "status", "last_checked_on",
)  # fmt: skip
SCOPED_KEYS = ("scope", "values", "bound", "practice", "direction", "source", "status")
VALUE_KEYS = (
    "value", "issued_on", "repealed_on", "reference", "note", "status", "source", "exclusive", "due_on",
)  # fmt: skip
REFERENCE_KEYS = ("document", "clause", "note")
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_SYSTEM = re.compile(r"[A-Z][0-9]{1,2}")


@dataclass(slots=True)
class _Manner:
    """How a strand binds, and the defaults of its values."""

    bound: str
    practice: str
    direction: str
    source: str
    status: str


def unit_of(node: Node) -> str | None:
    """The unit written in a parameter's metadata, before anything is checked (children take it from their parent)."""
    metadata = node.get("metadata") if isinstance(node, Entries) else None
    unit = metadata.get("unit") if isinstance(metadata, Entries) else None
    return unit.text if isinstance(unit, Scalar) and not unit.is_null else None


def check_name(name: str, group: str | None, where: Where, notes: Notes) -> None:
    """A dotted name whose first part is the group folder it lies in."""
    if _NAME.fullmatch(name) is None:
        notes.add(errors.PARAMETER_NAME.problem(where=where, name=name, why="应当是以点分段的小写英文"))
    elif group is not None and name.split(".")[0] != group:
        notes.add(errors.PARAMETER_NAME.problem(where=where, name=name, why=f"它放在了文件夹“{group}”里"))


def read_setting(
    name: str, line: int, node: Node, *, file: str, region: str, unit: str | None, notes: Notes
) -> Setting:
    """One parameter of one region. ``unit`` is the unit known from the parent regions, if any."""
    fields = Fields(node, file=file, notes=notes, place=f"参数“{name}”", known=PARAMETER_KEYS, line=line)
    raw_metadata = fields.node.get("metadata")
    if raw_metadata is None:
        fields.missing("metadata")
    metadata = Fields(
        raw_metadata,
        file=file,
        notes=notes,
        place="metadata",
        known=METADATA_KEYS,
        line=fields.at("metadata").line,
    )
    own_unit = metadata.choice("unit", UNITS, unit or "")
    if not own_unit:
        metadata.missing("unit")
    manner = _Manner(
        bound=metadata.choice("bound", BOUNDS, "value"),
        practice=metadata.choice("practice", PRACTICES, "binding"),
        direction=metadata.choice("direction", DIRECTIONS, "at_least"),
        source=metadata.choice("source", SOURCES, "document"),
        status=metadata.choice("status", STATUSES),
    )
    _check_manner(metadata, manner)
    system = metadata.text("system")
    if system is not None and _SYSTEM.fullmatch(system) is None:
        metadata.wrong("system", "制度编号，例如 L4", Scalar(system, True, metadata.line))
    strands: dict[str | None, Strand] = {}
    values = fields.entries("values")
    if values is not None:
        strands[None] = Strand(
            scope=None,
            bound=manner.bound,
            practice=manner.practice,
            direction=manner.direction,
            values=_read_values(values, own_unit, manner, file, notes),
            place=fields.place("values"),
        )
    _read_scoped(fields, own_unit, manner, strands)
    if not (values is not None and values.pairs) and not fields.items("scoped"):
        notes.add(errors.NO_VALUES.problem(where=Where(file=file, line=line), name=name))
    return Setting(
        region=region,
        name=name,
        description=fields.text("description"),
        short_label=metadata.text("short_label"),
        unit=own_unit,
        system=system,
        scope=metadata.text("scope"),
        status=manner.status,
        last_checked_on=metadata.needed_day("last_checked_on"),
        strands=strands,
        place=Place(file, line),
    )


def _check_manner(fields: Fields, manner: _Manner) -> None:
    if fields.has("direction") and manner.bound != "target":
        fields.notes.add(
            errors.NOT_FOR_BOUND.problem(
                where=fields.at("direction"), key="direction", bound=manner.bound, hint="只有目标（target）需要写方向。"
            )
        )


def _read_scoped(fields: Fields, unit: str, manner: _Manner, strands: dict[str | None, Strand]) -> None:
    first: dict[str, int] = {}
    for node in fields.items("scoped"):
        try:
            inner = Fields(node, file=fields.file, notes=fields.notes, place="scoped", known=SCOPED_KEYS)
            scope = inner.needed_text("scope")
            if scope in first:
                fields.notes.add(errors.SCOPE_TWICE.problem(where=inner.at("scope"), scope=scope, first=first[scope]))
                continue
            first[scope] = inner.at("scope").line or 0
            own = _Manner(
                bound=inner.choice("bound", BOUNDS, manner.bound),
                practice=inner.choice("practice", PRACTICES, manner.practice),
                direction=inner.choice("direction", DIRECTIONS, manner.direction),
                source=inner.choice("source", SOURCES, manner.source),
                status=inner.choice("status", STATUSES, manner.status),
            )
            _check_manner(inner, own)
            values = inner.entries("values")
            if values is None:
                inner.missing("values")
            strands[scope] = Strand(
                scope=scope,
                bound=own.bound,
                practice=own.practice,
                direction=own.direction,
                values=_read_values(values, unit, own, fields.file, fields.notes),
                place=inner.place("scope"),
            )
        except Skip:
            continue


def _read_values(node: Entries, unit: str, manner: _Manner, file: str, notes: Notes) -> tuple[DatedValue, ...]:
    read: list[DatedValue] = []
    for key, line, inner in node:
        try:
            read.append(_read_value(key, line, inner, unit, manner, file, notes))
        except Skip:
            continue
    return tuple(sorted(read, key=lambda value: value.in_force_from))


def _read_value(key: str, line: int, node: Node, unit: str, manner: _Manner, file: str, notes: Notes) -> DatedValue:
    fields = Fields(node, file=file, notes=notes, place=f"{key} 的值", known=VALUE_KEYS, line=line)
    starts = fields.day_of("施行日期", key, Where(file=file, line=line))
    value_node = fields.node.get("value")
    if value_node is None:
        fields.missing("value")
    value = _typed(value_node, unit, fields)
    repealed_on = fields.day("repealed_on")
    if repealed_on is not None and repealed_on <= starts:
        notes.add(errors.ENDS_BEFORE_START.problem(where=fields.at("repealed_on"), ends=repealed_on, starts=starts))
    exclusive = fields.flag("exclusive", False)
    if exclusive and manner.bound == "value":
        hint = "只有下限、上限和目标可以说“超过”或“少于”。"
        notes.add(
            errors.NOT_FOR_BOUND.problem(where=fields.at("exclusive"), key="exclusive", bound=manner.bound, hint=hint)
        )
    due_on = fields.day("due_on")
    if due_on is not None and manner.bound != "target":
        hint = "达成日期只用于目标（target）；值的终止日期请写 repealed_on。"
        notes.add(errors.NOT_FOR_BOUND.problem(where=fields.at("due_on"), key="due_on", bound=manner.bound, hint=hint))
    references = read_references(fields, "reference")
    if not references:
        notes.add(errors.NO_REFERENCE.problem(where=Where(file=file, line=line), starts=starts))
    return DatedValue(
        value=value,
        in_force_from=starts,
        issued_on=fields.day("issued_on"),
        repealed_on=repealed_on,
        references=references,
        source=fields.choice("source", SOURCES, manner.source),
        status=fields.choice("status", STATUSES, manner.status),
        note=fields.text("note"),
        exclusive=exclusive,
        due_on=due_on,
        place=Place(file, line),
    )


def read_references(fields: Fields, key: str) -> tuple[Reference, ...]:
    """The clauses under ``key``; one without a clause is a problem and left out."""
    read: list[Reference] = []
    for node in fields.items(key):
        try:
            inner = Fields(node, file=fields.file, notes=fields.notes, place="依据", known=REFERENCE_KEYS)
            document = inner.needed_text("document")
            if not inner.has("clause") or not str(getattr(inner.node.get("clause"), "text", "")).strip():
                fields.notes.add(errors.MISSING_CLAUSE.problem(where=inner.at("clause"), document=document))
                read.append(Reference(document, "", None, inner.place("document")))
                continue
            read.append(Reference(document, inner.needed_text("clause"), inner.text("note"), inner.place("document")))
        except Skip:
            continue
    return tuple(read)


def _typed(node: Node, unit: str, fields: Fields) -> Value | None:
    """The value of ``node`` in ``unit``; None for an explicit end."""
    if isinstance(node, Scalar) and node.is_null:
        return None
    if unit == "list":
        return _list(node, fields)
    if unit == "table":
        return _table(node, fields)
    kind = UNITS[unit]
    if not isinstance(node, Scalar) or kind.read is None:
        fields.wrong("value", f"一个值（{kind.name_zh}）", node)
    if unit == "flag":
        if node.quoted:
            fields.wrong("value", "不加引号的 true 或 false", node)
        text = node.text
    else:
        text = fields.text_of("value", node)
    try:
        return kind.read(text)
    except UnitFault as fault:
        where = Where(file=fields.file, line=node.line)
        fields.notes.add(errors.OUT_OF_UNIT.problem(where=where, given=short(text), unit=kind.name_zh, why=fault))
        raise Skip from None


def _cell(node: Node, fields: Fields, key: str) -> str:
    if not isinstance(node, Scalar) or node.is_null:
        fields.wrong(key, "文字", node)
    return fields.text_of(key, node)


def _list(node: Node, fields: Fields) -> tuple[str, ...]:
    if not isinstance(node, Items):
        fields.wrong("value", "列表", node)
    items = tuple(_cell(inner, fields, "value") for inner in node.nodes)
    where = Where(file=fields.file, line=node.line)
    if not items:
        fields.notes.add(errors.OUT_OF_UNIT.problem(where=where, given="[]", unit="清单", why="清单不能为空"))
        raise Skip
    doubles = sorted({item for item in items if items.count(item) > 1})
    if doubles:
        why = "清单里有重复的项"
        fields.notes.add(errors.OUT_OF_UNIT.problem(where=where, given=short("、".join(doubles)), unit="清单", why=why))
        raise Skip
    return items


def _table(node: Node, fields: Fields) -> tuple[dict[str, str], ...]:
    if not isinstance(node, Items):
        fields.wrong("value", "表格（由键值表组成的列表）", node)
    rows: list[dict[str, str]] = []
    for inner in node.nodes:
        if not isinstance(inner, Entries):
            fields.wrong("value", "表格（由键值表组成的列表）", inner)
        row = {key: _cell(cell, fields, key) for key, _, cell in inner}
        if rows and list(row) != list(rows[0]):
            where = Where(file=fields.file, line=inner.line)
            given, why = "、".join(row), f"每一行的列应当都是：{'、'.join(rows[0])}"
            fields.notes.add(errors.OUT_OF_UNIT.problem(where=where, given=given, unit="表格", why=why))
            raise Skip
        rows.append(row)
    if not rows:
        where = Where(file=fields.file, line=node.line)
        fields.notes.add(errors.OUT_OF_UNIT.problem(where=where, given="[]", unit="表格", why="表格不能为空"))
        raise Skip
    return tuple(rows)
