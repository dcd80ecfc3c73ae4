"""One node of a tree under one law: the required value asked once, with everything its words need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from guantong.kernel.money import to_fen
from guantong.kernel.refusal import Citation

from . import computing
from .facts import TYPES, Fact, FactTitle, read_written, show_value
from .sources import find_source
from .tree import WORDS, Group, Leaf, Node, Parameter, Written

if TYPE_CHECKING:
    from guantong.policy.asking import Answer, Law

Facts = Mapping[str, Fact]
Info = Callable[[str], FactTitle | None]

STRICT = {"at_least": "more_than", "at_most": "less_than"}


@dataclass(frozen=True, slots=True)
class Place:
    """One node in the order written, with everything its words need."""

    node: Node
    depth: int
    info: FactTitle
    operator: str
    limit: Any
    required: str
    citation: Citation | None
    children: tuple[int, ...] = ()
    demand: str = ""
    """The end of the sentence that states the own value."""
    sentence: str = ""
    """The whole sentence, where only one own value can fail (是 or 否)."""
    has_law: bool = True
    """False where the law of that region and day has no such parameter."""
    wanted: int = 0
    """Of a group: how many of ``counted`` must be met."""
    counted: tuple[int, ...] = ()
    """Of a group: the children that decide it; those that are principles only warn."""
    by: str = ""
    """The declared choice the bound depends on; ``variants`` then holds this place for each choice."""
    variants: Mapping[str, Place] = field(default_factory=dict, hash=False)
    infos: Mapping[str, FactTitle] = field(default_factory=dict, hash=False)
    """What is known of each fact a computation needs."""

    @property
    def is_principle(self) -> bool:
        """Whether it only warns (原则上)."""
        return self.node.is_principle

    def for_facts(self, facts: Facts) -> Place:
        """This place with the bound of the choice made; as it is where no choice counts or none was made."""
        fact = facts.get(self.by) if self.by else None
        return self.variants.get(str(fact.value), self) if fact is not None else self


def group_place(
    node: Group, depth: int, children: tuple[int, ...], law: Law | None, info: Info | None, own: Citation | None
) -> Place:
    counted = tuple(c for c, part in zip(children, node.parts, strict=True) if not part.is_principle)
    title = FactTitle(node.label, "text")
    if not isinstance(node.count, Parameter):
        wanted = len(counted) if node.how == "all" else node.wanted or 0
        place = Place(node, depth, title, "", None, _words_of(node, wanted), own, children)
        return replace(place, wanted=wanted, counted=counted)

    def counting(scope: str | None) -> Place:
        answer = law.find(node.count.name, scope) if law is not None and isinstance(node.count, Parameter) else None
        wanted = answer.value if answer is not None and type(answer.value) is int and answer.value > 0 else 0
        words = _words_of(node, wanted) if wanted else "规定里没有写要达到几项"
        citation = answer.citation if answer is not None else own
        place = Place(node, depth, title, "", None, words, citation, children, has_law=bool(wanted))
        return replace(place, wanted=wanted, counted=counted)

    return _by_choice(node.count, info, counting)


def _by_choice(parameter: Parameter, info: Info | None, make: Callable[[str | None], Place]) -> Place:
    """The place under a parameter: one, or one for each choice its scope follows."""
    if not parameter.scope_of:
        return make(parameter.scope)
    known = info(parameter.scope_of) if info is not None else None
    titles = known.titles if known is not None else {}
    variants = {choice: make(title) for choice, title in titles.items()}
    place = make("")  # a scope no parameter has: nothing was chosen yet
    told = tuple(dict.fromkeys(f"{titles[c]}{v.required}" for c, v in variants.items()))
    required = "；".join(told) if told and all(v.has_law for v in variants.values()) else place.required
    name = f"先选定“{known.title}”；" if known is not None else ""
    return replace(place, by=parameter.scope_of, variants=variants, required=name + required, has_law=False)


def _words_of(group: Group, wanted: int) -> str:
    words = {"all": "下列各项都要达到", "any": "下列各项达到一项即可"}
    return words.get(group.how, f"下列{len(group.parts)}项中至少达到{wanted}项")


def leaf_place(node: Leaf, depth: int, law: Law | None, info: Info | None, own: Citation | None) -> Place:
    if node.check:
        return Place(node, depth, FactTitle(node.label, "text", node.unit, {}, "check"), "", None, "", own)

    def compared(scope: str | None) -> Place:
        limit = node.limit
        scoped = replace(limit, scope=scope) if isinstance(limit, Parameter) else limit
        return _compared(node, depth, _info_of(node, info), scoped, law, own)

    if isinstance(node.limit, Parameter):
        place = _by_choice(node.limit, info, compared)
    else:
        place = compared(None)
    if node.computed is None:
        return place
    infos = {name: _title_of(name, info) for name in node.computed.facts()}
    variants = {choice: replace(variant, infos=infos) for choice, variant in place.variants.items()}
    return replace(place, infos=infos, variants=variants)


def _title_of(name: str, info: Info | None) -> FactTitle:
    known = info(name) if info is not None else None
    source = find_source(name) if known is None else None
    return known or (source.info if source is not None else FactTitle(name, "number"))


def _info_of(node: Leaf, info: Info | None) -> FactTitle:
    """What is known of what a leaf compares."""
    if node.computed is not None:
        kind, _ = computing.kind_of(node.computed, lambda name: _title_of(name, info).kind)
        unit = node.unit or computing.UNITS.get(node.computed.how, "")
        return FactTitle(node.label, kind or "number", unit, {}, "computed")
    known = info(node.fact) if info is not None else None
    if known is None:
        source = find_source(node.fact)
        known = source.info if source is not None else FactTitle(node.label, _guess(node), node.unit)
    return known


def _compared(
    node: Leaf, depth: int, known: FactTitle, written: Written | Parameter, law: Law | None, own: Citation | None
) -> Place:
    limit, operator, answer = _limit(node, written, known.kind, law)
    if node.operator == "present":
        return Place(node, depth, known, "present", limit, "应当有" if limit else "应当没有", own)
    if limit is None:
        return Place(node, depth, known, operator, None, "规定里没有这个数", own, has_law=False)
    unit = node.unit or known.unit
    if operator == "in":
        shown = "、".join(show_value(v, known.kind, unit, known.titles) for v in limit)
    else:
        shown = show_value(limit, known.kind, unit, known.titles)
    citation = answer.citation if answer is not None else own
    is_flag = operator == "equals" and known.kind == "flag"
    required = shown if is_flag else WORDS[operator] + shown
    demand = f"，要求是“{shown}”。" if is_flag else f"，要求{required}。"
    if node.computed is not None and isinstance(limit, Decimal):
        limit = Fraction(limit)
    sentence = f"“{known.title}”现在是“{show_value(not limit, known.kind)}”{demand}" if is_flag else ""
    return Place(node, depth, known, operator, limit, required, citation, demand=demand, sentence=sentence)


def _guess(node: Leaf) -> str:
    """The kind of a fact nobody describes, from what it is compared with."""
    limit = node.limit[0] if isinstance(node.limit, tuple) and node.limit else node.limit
    if isinstance(limit, bool):
        return "flag"
    if isinstance(limit, int | Parameter):
        return "number"
    for kind in ("number", "date"):
        try:
            read_written(limit, kind)
            return kind
        except ValueError:
            continue
    return "text"


def _limit(node: Leaf, written: Written | Parameter, kind: str, law: Law | None) -> tuple[Any, str, Answer | None]:
    """(the required value, or None where the law has none; the operator; the parameter's answer)."""
    operator = node.operator
    try:
        if isinstance(written, Parameter):
            answer = law.find(written.name, written.scope) if law is not None else None
            if answer is None:
                return None, operator, None
            if answer.exclusive:
                operator = STRICT.get(operator, operator)
            return _from_answer(answer, kind, operator), operator, answer
        if operator == "present":
            return bool(written), operator, None
        if operator == "in":
            return tuple(read_written(v, kind) for v in (written if isinstance(written, tuple) else ())), operator, None
        return read_written(written, kind), operator, None
    except ValueError:
        return None, operator, None


def _from_answer(answer: Answer, kind: str, operator: str) -> Any:
    value: Any = answer.value
    if kind == "money":
        if answer.unit not in ("yuan", "fen"):
            raise ValueError(answer.unit)
        return to_fen(value) if answer.unit == "yuan" else int(value)
    if operator == "in":
        if not isinstance(value, tuple | list) or not all(isinstance(v, str) for v in value):
            raise ValueError(answer.unit)
        return tuple(value)
    if type(value) not in TYPES[kind]:
        raise ValueError(answer.unit)
    return value
