"""A tree made ready for one law: required values asked once, every comparison a small function."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from guantong.kernel.money import to_fen
from guantong.kernel.refusal import Citation

from .checks import Verdict, find_check
from .evaluation import MET, NOT_MET, UNKNOWN, Evaluation
from .facts import TYPES, Fact, FactTitle, read_written, show_value
from .sources import find_source
from .tree import WORDS, Group, Leaf, Node, Parameter

if TYPE_CHECKING:
    from guantong.policy.asking import Answer, Law

Facts = Mapping[str, Fact]
Run = Callable[[Facts, dict[int, Verdict]], int]
Info = Callable[[str], FactTitle | None]
Cite = Callable[[Node], Citation | None]

STRICT = {"at_least": "more_than", "at_most": "less_than"}
TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "more_than": operator.gt,
    "less_than": operator.lt,
    "equals": operator.eq,
    "in": lambda value, limit: value in limit,
}


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
    has_law: bool = True
    """False where the law of that region and day has no such parameter."""


class Compiled:
    """A tree under one law. Make it once and evaluate many declarations."""

    def __init__(self, places: tuple[Place, ...], runs: tuple[tuple[int, Run], ...]) -> None:
        self.places = places
        self.leaves = tuple(index for index, _ in runs)
        """Where leaves stand among the places."""
        plain = {index: row for index, _ in runs if (row := _comparison(places[index])) is not None}
        self._comparisons = tuple((index, *row) for index, row in plain.items())
        self._runs = tuple((index, run) for index, run in runs if index not in plain)
        self._groups = tuple(
            (index, place.children, place.node.wanted)
            for index, place in reversed(tuple(enumerate(places)))
            if isinstance(place.node, Group)
        )
        self._blank = (UNKNOWN,) * len(places)

    def evaluate(self, facts: Facts) -> Evaluation:
        """What holds for these facts. A fact that is missing makes its leaf unknown, and unknown is never met."""
        states: list[int] = list(self._blank)
        verdicts: dict[int, Verdict] = {}
        get = facts.get
        for index, name, accepted, test, limit in self._comparisons:
            fact = get(name)
            if fact is not None and type(value := fact.value) in accepted:
                states[index] = MET if test(value, limit) else NOT_MET
        for index, run in self._runs:
            states[index] = run(facts, verdicts)
        for index, children, wanted in self._groups:
            parts = [states[child] for child in children]
            met = parts.count(MET)
            states[index] = MET if met >= wanted else UNKNOWN if met + parts.count(UNKNOWN) >= wanted else NOT_MET
        return Evaluation(self, facts, states, verdicts)


def compile_conditions(tree: Node, law: Law | None, *, info: Info | None = None, cite: Cite | None = None) -> Compiled:
    """``tree`` under ``law`` (None: no parameters are known).

    ``info`` tells of facts the registered sources do not know (declared ones); ``cite`` gives the clause of a node
    (a leaf whose required value is a parameter cites the parameter's clause besides).
    """
    places: list[Place] = []
    runs: list[tuple[int, Run]] = []

    def add(node: Node, depth: int) -> int:
        index = len(places)
        own = cite(node) if cite is not None else None
        places.append(Place(node, depth, FactTitle(node.label, "text"), "", None, "", own))
        if isinstance(node, Group):
            children = tuple(add(part, depth + 1) for part in node.parts)
            places[index] = Place(node, depth, places[index].info, "", None, _words_of(node), own, children)
        else:
            places[index] = place = _leaf(node, depth, law, info, own)
            runs.append((index, _check_run(node, index, law) if node.check else _run(place)))
        return index

    add(tree, 0)
    return Compiled(tuple(places), tuple(runs))


def _words_of(group: Group) -> str:
    words = {"all": "下列各项都要达到", "any": "下列各项达到一项即可"}
    return words.get(group.how, f"下列{len(group.parts)}项中至少达到{group.count}项")


def _leaf(node: Leaf, depth: int, law: Law | None, info: Info | None, own: Citation | None) -> Place:
    if node.check:
        return Place(node, depth, FactTitle(node.label, "text", node.unit, {}, "check"), "", None, "", own)
    known = info(node.fact) if info is not None else None
    if known is None:
        source = find_source(node.fact)
        known = source.info if source is not None else FactTitle(node.label, _guess(node), node.unit)
    limit, operator, answer = _limit(node, known.kind, law)
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
    required = WORDS[operator] + shown
    return Place(node, depth, known, operator, limit, required, citation, demand=f"，要求{required}。")


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


def _limit(node: Leaf, kind: str, law: Law | None) -> tuple[Any, str, Answer | None]:
    """(the required value, or None where the law has none; the operator; the parameter's answer)."""
    written, operator = node.limit, node.operator
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


def _run(place: Place) -> Run:
    """One leaf as a function of the facts: ``present``, a choice of several, or a bound the law does not have."""
    node = place.node
    name = node.fact if isinstance(node, Leaf) else ""
    limit = place.limit

    if place.operator == "present":

        def present(facts: Facts, _: dict[int, Verdict]) -> int:
            fact = facts.get(name)
            if fact is None:
                return UNKNOWN
            return MET if (fact.value is not None) is limit else NOT_MET

        return present
    if limit is None:
        return lambda facts, _: UNKNOWN

    def any_of(facts: Facts, _: dict[int, Verdict]) -> int:
        fact = facts.get(name)
        if fact is None or not isinstance(fact.value, tuple):
            return UNKNOWN
        return MET if any(value in limit for value in fact.value) else NOT_MET

    return any_of


def _comparison(place: Place) -> tuple[str, frozenset[type], Callable[[Any, Any], bool], Any] | None:
    """(fact, types taken, test, bound) of a leaf that compares one value with its bound; None for every other."""
    node = place.node
    if not isinstance(node, Leaf) or place.limit is None or place.info.kind == "texts":
        return None
    test = TESTS.get(place.operator)
    return (node.fact, TYPES[place.info.kind], test, place.limit) if test is not None else None


def _check_run(node: Leaf, index: int, law: Law | None) -> Run:
    check = find_check(node.check)
    if check is None:
        return lambda facts, _: UNKNOWN
    run = check.run

    def ask(facts: Facts, verdicts: dict[int, Verdict]) -> int:
        verdict = verdicts[index] = run(facts, law)
        return UNKNOWN if verdict.is_met is None else MET if verdict.is_met else NOT_MET

    return ask


_MOST_KEPT = 256
_COMPILED: dict[tuple[object, ...], tuple[object, Compiled]] = {}


def evaluate(
    tree: Node, facts: Facts, law: Law | None, *, info: Info | None = None, cite: Cite | None = None
) -> Evaluation:
    """Compile and evaluate at once. What was compiled is kept while tree, law, ``info`` and ``cite`` are the same."""
    key = (id(tree), id(law), info, cite)
    kept = _COMPILED.get(key)
    if kept is None:
        if len(_COMPILED) >= _MOST_KEPT:
            _COMPILED.clear()
        kept = _COMPILED[key] = ((tree, law), compile_conditions(tree, law, info=info, cite=cite))
    return kept[1].evaluate(facts)
