"""Prerequisites between procedures: whether any leads back to itself, and whether all exist."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping
from types import MappingProxyType

from guantong.kernel.refusal import Problem, Where
from guantong.policy.reading.fields import meant

from . import errors
from .tree import TITLE_PREFIX, Node, leaves_of

PREFIXES = (TITLE_PREFIX, "title_level.", "title_count.", "title_years.")
"""Facts that rest on what another procedure gives."""


PARTIES = ("person", "organisation", "item")
"""Whose title a fact may ask for between its prefix and the name: ``title.organisation.<name>``."""


def title_named(fact: str) -> str:
    """The procedure or register a fact of these prefixes asks for (their ids have no dot)."""
    return fact.rpartition(".")[2]


def party_named(fact: str) -> str:
    """Whose title it asks for: one of ``PARTIES``, or empty for the party of the case."""
    middle = fact.split(".")[1:-1]
    return middle[0] if len(middle) == 1 and middle[0] in PARTIES else ""


def required_titles(tree: Node) -> tuple[str, ...]:
    """Ids of the procedures, and names of the registers, whose title some leaf asks for."""
    facts = (fact for leaf in leaves_of(tree) for fact in leaf.facts)
    found = [title_named(fact) for fact in facts if fact.startswith(PREFIXES)]
    return tuple(dict.fromkeys(found))


def _needed_titles(tree: Node) -> tuple[str, ...]:
    """Those of them that must be held; one whose absence is asked for (not twice in one unit) comes before nothing."""
    found = []
    for leaf in leaves_of(tree):
        is_absence = (leaf.operator == "present" and leaf.limit is False) or leaf.operator in ("at_most", "less_than")
        for fact in leaf.facts:
            is_absent = is_absence and leaf.computed is None and not fact.startswith("title_level.")
            if fact.startswith(PREFIXES) and not is_absent:
                found.append(title_named(fact))
    return tuple(dict.fromkeys(found))


def check_prerequisites(
    trees: Mapping[str, Node | None],
    where: Callable[[str, str], Where] = lambda procedure, wanted: Where(title=procedure),
    elsewhere: Container[str] = (),
    registers: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> list[Problem]:
    """PRC-033 for a title no procedure of ``trees`` (id → conditions) gives, PRC-032 once for each circle.

    ``where`` is asked for the place at which a procedure asks for a title. ``elsewhere`` holds ids of procedures that
    are not in ``trees``; ``registers`` is register → procedures that enter titles in it. A register one other procedure
    feeds stands for that procedure; one that several feed, or the asking
    procedure itself (a higher level upon a lower), closes no circle. A circle through an ``any`` or ``at_least`` counts
    too: the way through it can never be gone first, so it should not be written. Asking for absence closes none.
    """
    asked = {name: required_titles(tree) if tree is not None else () for name, tree in trees.items()}
    problems = [
        errors.UNKNOWN_PREREQUISITE.problem(
            where=where(name, wanted), id=name, wanted=wanted, hint=meant(wanted, [*asked, *registers])
        )
        for name, all_wanted in asked.items()
        for wanted in all_wanted
        if wanted not in asked and wanted not in elsewhere and wanted not in registers
    ]
    needed = {name: _needed_titles(tree) if tree is not None else () for name, tree in trees.items()}
    onward = {name: _stand_for(name, all_needed, asked, registers) for name, all_needed in needed.items()}
    done: set[str] = set()
    for start in onward:
        way: list[str] = []
        stack = [(start, 0)]
        while stack:
            name, depth = stack.pop()
            del way[depth:]
            if name in way:
                circle = [*way[way.index(name) :], name]
                problems.append(
                    errors.CIRCULAR.problem(
                        where=where(name, circle[1]), id=name, way="，要求先有".join(f"“{c}”" for c in circle)
                    )
                )
                continue
            if name in done:
                continue
            done.add(name)
            way.append(name)
            stack.extend((wanted, depth + 1) for wanted in onward.get(name, ()))
    return problems


def _stand_for(
    asking: str, wanted: Collection[str], known: Container[str], registers: Mapping[str, Collection[str]]
) -> tuple[str, ...]:
    """The procedures that must be gone first: a register with a single other feeder stands for it."""
    found: list[str] = []
    for name in wanted:
        feeders = set(registers.get(name, ()))
        if name in known:
            found.append(name)
        elif len(feeders) == 1 and asking not in feeders:
            found += feeders
    return tuple(dict.fromkeys(found))
