"""The ``form`` and ``conditions`` of a definition: what is declared, and what must hold, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from guantong.procedure.conditions import Computed, Group, Leaf, Parameter, computing
from guantong.procedure.conditions import Node as Tree
from guantong.procedure.conditions import errors as faulty
from guantong.procedure.conditions.facts import DECLARED, FactTitle, read_written
from guantong.procedure.conditions.sources import source_names
from guantong.procedure.conditions.tree import COMPUTED, OPERATORS, ORDERINGS, TITLE_PREFIX, Term, Written

from .duties import BASIS_KEYS, read_basis
from .hints import meant, wrapped
from .parts import Basis, Field
from .places import Node, refuse_repeats


def _shown(name: str) -> str:
    """The name of a source as one writes it: a prefix is followed by an id."""
    return f"{name}<事项编号>" if name.endswith(".") else name


FACT_KINDS: Mapping[str, str] = {
    "text": "text",
    "long_text": "text",
    "integer": "number",
    "decimal": "number",
    "credits": "number",
    "money": "money",
    "date": "date",
    "flag": "flag",
    "choice": "text",
    "choices": "texts",
}
"""Kind of the fact a declared field gives."""
NOT_NUMBERS = ("range", "date", "month_day", "text", "flag", "list", "table")
UNITS_FOR: Mapping[str, tuple[str, ...]] = {
    "money": ("yuan", "fen"),
    "date": ("date",),
    "flag": ("flag",),
    "text": ("text", "list"),
    "texts": ("list",),
}
"""Units of parameters a fact of a kind may be compared with; numbers with every other unit."""

UNITS_OF: Mapping[str, tuple[str, ...]] = {
    "share": ("percent",),
    "days": ("days", "count"),
    "months": ("months", "count"),
    "years": ("years", "count"),
}
"""Units of parameters a computation may be compared with; sums and differences as their facts, ratios as numbers."""

_LEAF = ("id", "label", "fact", "check", *COMPUTED, *OPERATORS, "unit", "help", "principle", *BASIS_KEYS)
_GROUP = ("id", "label", "all", "any", "at_least", "of", "principle", *BASIS_KEYS)
DEEPEST = 12


def info_of(field: Field) -> FactTitle:
    """What a declared field says of its fact ``declared.<id>``."""
    titles = {c.id: c.title for c in field.choices}
    return FactTitle(field.title, FACT_KINDS[field.kind], field.unit, titles)


def read_conditions(top: Node) -> Tree | None:
    """The tree under ``conditions``, or None. Every fault is noted (PRC-005, PRC-026 … PRC-031)."""
    if not top.has("conditions"):
        return None
    reader = _Reader(top)
    tree = reader.node(top.at("conditions"), top.values["conditions"], depth=1, may_warn=False)
    refuse_repeats(top.faults, "条件", reader.ids)
    return tree


def read_test(node: Node) -> Leaf | None:
    """One comparison by itself, as a branch of ``when`` writes it."""
    return _Reader(node).compared(node, "when", Leaf("when", "去向"))


class _Reader:
    def __init__(self, top: Node) -> None:
        self.faults = top.faults
        self.declared = top.faults.declared
        self.ids: list[tuple[str, str]] = []

    def node(self, path: str, value: object, depth: int, *, may_warn: bool) -> Tree:
        """One node; ``may_warn`` says that everything around it must hold, so that it may be a principle."""
        keys = value if isinstance(value, Mapping) else {}
        is_leaf = any(key in keys for key in ("fact", "check", *COMPUTED))
        node = Node(self.faults, path, value, _LEAF if is_leaf else _GROUP)
        node_id = node.id() if node.is_mapping else ""
        self.ids.append((path, node_id))
        is_principle = node.flag("principle", default=False)
        if is_principle and not may_warn:
            self._shape(
                node, node_id, "原则上的条件只能写在全部要达到的一组（all）里，不能是整棵条件，也不能套在另一项原则里"
            )
        found = (
            self._leaf(node, node_id) if is_leaf else self._group(node, node_id, depth, may_warn and not is_principle)
        )
        return replace(found, is_principle=is_principle)

    def _group(self, node: Node, node_id: str, depth: int, may_warn: bool) -> Group:
        label = node.text("label", "条件的名称", longest=80)
        written = [key for key in ("all", "any", "of") if node.has(key)]
        how, count = "all", 0  # type: str, int | Parameter
        if len(written) != 1 or node.has("at_least") != (written == ["of"]):
            if node.is_mapping:
                why = "一组条件要写 all、any 或“at_least 与 of”三者之一；单项条件要写 fact 或 check"
                self._shape(node, node_id, why)
            return Group(node_id, label, how, ())
        key = written[0]
        if depth > DEEPEST:
            self._shape(node, node_id, f"套了{depth}层，太深了")
            return Group(node_id, label, how, ())
        around = key == "all" and (may_warn or depth == 1)
        parts = tuple(self.node(path, entry, depth + 1, may_warn=around) for path, entry in node.items(key))
        if not parts:
            self._shape(node, node_id, "下面一项条件也没有")
        if key == "of":
            how = "at_least"
            count = self._count(node, node_id)
            if parts and isinstance(count, int) and count > len(parts):
                place = node.at("at_least")
                self.faults.add(
                    faulty.MORE_THAN_LISTED, place, count, label=label, count=str(count), found=str(len(parts))
                )
        elif key == "any":
            how = "any"
        basis = read_basis(node, "conditions") if any(node.has(k) for k in BASIS_KEYS) else Basis((), "local")
        references = tuple((r.document, r.clause) for r in basis.references)
        return Group(node_id, label, how, parts, count, references, basis.note)

    def _count(self, node: Node, node_id: str) -> int | Parameter:
        """How many of a group: a number, or a parameter that holds one."""
        value = node.values.get("at_least")
        if not isinstance(value, Mapping):
            return node.integer("at_least", "至少几项", least=1, most=999, default=1)
        parameter = self._parameter(node, node_id, "at_least", value)
        if parameter is None:
            return 1
        known = self.faults.parameters
        if known is not None and parameter.name not in known:
            place = node.at("at_least")
            self.faults.add(faulty.UNKNOWN_PARAMETER, place, parameter.name, id=node_id, parameter=parameter.name)
        elif isinstance(known, Mapping) and known[parameter.name] != "count":
            self._shape(
                node, node_id, f"几项要用单位为 count 的政策参数，“{parameter.name}”的单位是 {known[parameter.name]}"
            )
        return parameter

    def _parameter(self, node: Node, node_id: str, key: str, value: object) -> Parameter | None:
        """``{parameter, scope}`` or ``{parameter, scope_of}``: the scope written, or the title of a declared choice."""
        part = Node(self.faults, node.at(key), value, ("parameter", "scope", "scope_of"))
        name = part.text("parameter", "政策参数的名称", longest=120)
        scope_of = part.text("scope_of", longest=120)
        own = self.declared.get(scope_of)
        if scope_of and (part.has("scope") or own is None or own.kind != "text" or not own.titles):
            self._shape(node, node_id, "scope_of 要写一个单选栏目（declared.<栏目>），不与 scope 同时写")
        return Parameter(name, part.text("scope") or None, scope_of) if name else None

    def _leaf(self, node: Node, node_id: str) -> Leaf:
        basis = read_basis(node, f"conditions.{node_id}")
        leaf = Leaf(
            id=node_id,
            label=node.text("label", "条件的名称", longest=80),
            unit=node.text("unit", longest=20),
            help=node.text("help", longest=300),
            references=tuple((r.document, r.clause) for r in basis.references),
            note=basis.note,
        )
        if node.has("check"):
            written = [key for key in OPERATORS if node.has(key)]
            if node.has("fact") or written or any(node.has(key) for key in COMPUTED):
                self._shape(node, node_id, "写了专门核对，就不再写事实和要求")
            return replace(leaf, check=self._check(node, node_id))
        return self.compared(node, node_id, leaf)

    def compared(self, node: Node, node_id: str, leaf: Leaf) -> Leaf:
        """``leaf`` with the fact or computation it compares, the comparison and the bound."""
        written = [key for key in OPERATORS if node.has(key)]
        computed = self._computed_leaf(node, node_id)
        fact = node.text("fact", "" if computed is not None else "用哪项事实", longest=120)
        if len(written) != 1:
            self._shape(node, node_id, "要求要写一种，可以写的有：" + "、".join(OPERATORS))
            return leaf
        operator = written[0]
        kind = self._kind(node, node_id, fact) if computed is None else self._result(node, node_id, computed, operator)
        limit = self._limit(node, node_id, operator)
        if kind is not None and limit is not None:
            self._fits(node, node_id, fact or leaf.label, operator, limit, kind)
            if computed is not None and isinstance(limit, Parameter):
                self._fits_result(node, node_id, computed, operator, limit)
        return replace(leaf, fact=fact, operator=operator, limit=limit if limit is not None else "", computed=computed)

    def _computed_leaf(self, node: Node, node_id: str) -> Computed | None:
        """What a leaf computes, or None; it then names no single fact."""
        keys = [key for key in COMPUTED if node.has(key)]
        if not keys:
            return None
        if len(keys) > 1 or node.has("fact"):
            self._shape(node, node_id, "事实写一项（fact），或者写一种计算：" + "、".join(COMPUTED))
        return self._computed(node, node_id, keys[0], 1)

    def _computed(self, node: Node, node_id: str, how: str, depth: int) -> Computed:
        terms: list[Term] = []
        for path, entry in node.items(how):
            if isinstance(entry, Mapping):
                inner = Node(self.faults, path, entry, COMPUTED)
                keys = [key for key in COMPUTED if inner.has(key)]
                if len(keys) != 1 or depth >= DEEPEST:
                    self._shape(inner, node_id, "计算里的一项写一种计算，不要套得太深")
                else:
                    terms.append(self._computed(inner, node_id, keys[0], depth + 1))
            elif isinstance(entry, str) and entry:
                self._kind(node, node_id, entry, path)
                terms.append(entry)
            else:
                self._shape(node, node_id, f"{how} 里要写事实的名称，例如 declared.teachers")
        two = how in ("ratio", "share", *computing.TIMES)
        if len(terms) < 2 or (two and len(terms) > 2):
            self._shape(node, node_id, f"{how} 要写{'正好两项' if two else '两项以上'}")
        return Computed(how, tuple(terms))

    def _result(self, node: Node, node_id: str, computed: Computed, operator: str) -> str | None:
        """The kind of what is computed; None where it cannot be computed (noted) or a fact is not known here."""
        if operator not in (*ORDERINGS, "equals"):
            self._shape(node, node_id, "计算出来的数只能比大小（at_least、at_most、more_than、less_than、equals）")
            return None

        def kind(name: str) -> str | None:
            own = self.declared.get(name)
            facts = self.faults.facts
            return own.kind if own is not None else facts(name) if facts is not None else None

        found, why = computing.kind_of(computed, kind)
        if why:
            self._shape(node, node_id, why)
        return found

    def _fits_result(self, node: Node, node_id: str, computed: Computed, operator: str, limit: Parameter) -> None:
        """Note PRC-031 where a parameter's unit is not that of the computation."""
        known = self.faults.parameters
        unit = str(known.get(limit.name, "")) if isinstance(known, Mapping) else ""
        wanted = UNITS_OF.get(computed.how)
        why = ""
        if unit and wanted is not None and unit not in wanted:
            why = f"{computed.how} 的单位是 {wanted[0]}，参数的单位是 {unit}"
        elif computed.how == "ratio" and unit in ("percent", "permille"):
            why = f"ratio 得出的是倍数，参数的单位是 {unit}；要百分比请写 share"
        if why:
            fact = f"{computed.how}（{'、'.join(computed.facts())}）"
            given = limit.name
            self.faults.add(faulty.BAD_LIMIT, node.at(operator), id=node_id, given=given, fact=fact, why=why, hint="")

    def _check(self, node: Node, node_id: str) -> str:
        name = node.text("check", longest=120)
        checks = self.faults.checks
        if checks is not None and name and name not in checks:
            known = "、".join(checks) or "（尚无）"
            self.faults.add(faulty.UNKNOWN_CHECK, node.at("check"), name, id=node_id, check=name, known=known)
        return name

    def _kind(self, node: Node, node_id: str, fact: str, path: str = "") -> str | None:
        """The kind of a fact; None where it is not known here. Notes PRC-026 for a fact nobody gives."""
        own = self.declared.get(fact)
        if own is not None:
            return own.kind
        facts = self.faults.facts
        found = facts(fact) if facts is not None and not fact.startswith(f"{DECLARED}.") else None
        if found is None and fact and (facts is not None or fact.startswith(f"{DECLARED}.")):
            known = "、".join((*self.declared, *(_shown(n) for n in source_names()))) or "（尚无）"
            hint = meant(fact, self.declared)
            self.faults.add(
                faulty.UNKNOWN_FACT, path or node.at("fact"), fact, id=node_id, fact=fact, known=known, hint=hint
            )
        return "date" if found is None and fact.startswith(TITLE_PREFIX) else found

    def _limit(self, node: Node, node_id: str, operator: str) -> Written | Parameter | None:
        value = node.values[operator]
        if isinstance(value, Mapping):
            return self._parameter(node, node_id, operator, value)
        if isinstance(value, date):
            return value.isoformat()[:10]
        if operator == "in":
            if isinstance(value, list | tuple) and value and all(type(v) in (str, int, date) for v in value):
                return tuple(v.isoformat() if isinstance(v, date) else v for v in value)
            self._shape(node, node_id, "in 后面要写一串值，放在方括号里")
            return None
        if operator == "present" and not isinstance(value, bool):
            self._shape(node, node_id, "present 后面写 true 或 false")
            return None
        if isinstance(value, str | int):
            return value
        self._shape(node, node_id, "要求应当是一个数、一段文字、一个日期或者政策参数")
        return None

    def _fits(self, node: Node, node_id: str, fact: str, operator: str, limit: Written | Parameter, kind: str) -> None:
        """Note PRC-027 and PRC-031 where a required value cannot be compared with a fact of this kind."""
        why, given = "", str(limit)
        if isinstance(limit, Parameter):
            given = limit.name
            parameters = self.faults.parameters
            if parameters is None or operator == "present":
                why = "present 不用政策参数" if operator == "present" else ""
            elif limit.name not in parameters:
                place = node.at(operator)
                self.faults.add(faulty.UNKNOWN_PARAMETER, place, limit.name, id=node_id, parameter=limit.name)
            elif isinstance(parameters, Mapping):
                unit = str(parameters[limit.name])
                if (kind == "number" and unit in NOT_NUMBERS) or (kind in UNITS_FOR and unit not in UNITS_FOR[kind]):
                    why = f"参数的单位是 {unit}"
                elif (unit == "list") != (operator == "in"):
                    why = "清单只能和 in 一起用"
        if not why and operator in ORDERINGS and kind not in ("number", "money", "date"):
            why = "这项事实不能比大小"
        if not why and kind == "texts" and operator not in ("in", "present"):
            why = "可以多选的事实用 in"
        if not why and operator != "present" and not isinstance(limit, Parameter):
            try:
                for value in limit if isinstance(limit, tuple) else (limit,):
                    read_written(value, kind)
                    titles = self.declared[fact].titles if fact in self.declared else {}
                    if titles and value not in titles:
                        why = f"可选的各项里没有“{value}”"
            except ValueError as error:
                why = str(error)
        if why:
            hint = wrapped(limit)
            self.faults.add(faulty.BAD_LIMIT, node.at(operator), id=node_id, given=given, fact=fact, why=why, hint=hint)

    def _shape(self, node: Node, node_id: str, why: str) -> None:
        self.faults.add(faulty.CONDITION_SHAPE, node.path, id=node_id or "（没有编号）", why=why)
