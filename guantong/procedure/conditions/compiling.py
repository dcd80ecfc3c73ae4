"""A tree made ready for one law: required values asked once, every comparison a small function."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from guantong.kernel.refusal import Citation

from . import computing
from .checks import Verdict, find_check
from .evaluation import MET, NOT_MET, UNKNOWN, Evaluation
from .facts import TYPES, FactTitle
from .placing import Facts, Info, Place, group_place, leaf_place
from .tree import Computed, Group, Leaf, Node

if TYPE_CHECKING:
    from guantong.policy.asking import Law

Run = Callable[[Facts, dict[int, Verdict]], int]
Cite = Callable[[Node], Citation | None]

TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "more_than": operator.gt,
    "less_than": operator.lt,
    "equals": operator.eq,
    "in": lambda value, limit: value in limit,
}


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
            (index, place.counted, place.wanted)
            for index, place in reversed(tuple(enumerate(places)))
            if isinstance(place.node, Group)
        )
        self._by_law = frozenset(
            index for index, place in enumerate(places) if isinstance(place.node, Group) and place.node.wanted is None
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
        for index, children, wanted in self._groups_for(facts) if self._by_law else self._groups:
            parts = [states[child] for child in children]
            met = parts.count(MET)
            states[index] = MET if met >= wanted else UNKNOWN if met + parts.count(UNKNOWN) >= wanted else NOT_MET
            if not wanted and index in self._by_law:
                states[index] = UNKNOWN  # the law does not say how many
        return Evaluation(self, facts, states, verdicts)

    def _groups_for(self, facts: Facts) -> list[tuple[int, tuple[int, ...], int]]:
        """The groups with the count each needs for these facts; 0 where the law has none."""
        return [(i, children, self.places[i].for_facts(facts).wanted) for i, children, _ in self._groups]


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
            places[index] = group_place(node, depth, children, law, info, own)
        else:
            places[index] = place = leaf_place(node, depth, law, info, own)
            runs.append((index, _check_run(node, index, law) if node.check else _run(place)))
        return index

    add(tree, 0)
    return Compiled(tuple(places), tuple(runs))


def _run(place: Place) -> Run:
    """One leaf as a function of the facts: ``present``, a choice of several, or a bound the law does not have."""
    node = place.node
    name = node.fact if isinstance(node, Leaf) else ""
    limit = place.limit

    if place.by:
        return _chosen(place)
    if isinstance(node, Leaf) and node.computed is not None:
        return _computed(place, node.computed)
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


def _chosen(place: Place) -> Run:
    """A leaf whose bound depends on a declared choice."""
    runs: dict[str, Run] = {}
    for choice, variant in place.variants.items():
        plain = _comparison(variant)
        runs[choice] = _run(variant) if plain is None else _compare(*plain)
    by = place.by

    def chosen(facts: Facts, verdicts: dict[int, Verdict]) -> int:
        fact = facts.get(by)
        run = runs.get(str(fact.value)) if fact is not None else None
        return run(facts, verdicts) if run is not None else UNKNOWN

    return chosen


def _compare(name: str, accepted: frozenset[type], test: Callable[[Any, Any], bool], limit: Any) -> Run:
    def compare(facts: Facts, _: dict[int, Verdict]) -> int:
        fact = facts.get(name)
        if fact is None or type(fact.value) not in accepted:
            return UNKNOWN
        return MET if test(fact.value, limit) else NOT_MET

    return compare


def _computed(place: Place, computed: Computed) -> Run:
    """A leaf over a computation: unknown while a fact lacks, not met where a divisor is 0."""
    test, limit = TESTS.get(place.operator), place.limit

    def compare(facts: Facts, _: dict[int, Verdict]) -> int:
        try:
            number = computing.compute(computed, facts)
        except computing.Missing:
            return UNKNOWN
        except computing.ByZero:
            return NOT_MET
        if test is None or limit is None:
            return UNKNOWN
        return MET if test(number, limit) else NOT_MET

    return compare


def _comparison(place: Place) -> tuple[str, frozenset[type], Callable[[Any, Any], bool], Any] | None:
    """(fact, types taken, test, bound) of a leaf that compares one value with its bound; None for every other."""
    node = place.node
    if not isinstance(node, Leaf) or place.limit is None or place.info.kind == "texts":
        return None
    if node.computed is not None or place.by:
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
