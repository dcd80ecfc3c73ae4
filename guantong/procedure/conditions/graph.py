"""Prerequisites between procedures: whether any leads back to itself, and whether all exist."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping
from types import MappingProxyType

from guantong.kernel.refusal import Problem, Where

from . import errors
from .tree import TITLE_PREFIX, Node, leaves_of

PREFIXES = (TITLE_PREFIX, "title_level.", "title_count.")
"""Facts that rest on what another procedure gives."""


def required_titles(tree: Node) -> tuple[str, ...]:
    """Ids of the procedures, and names of the registers, whose title some leaf asks for."""
    found = [leaf.fact.partition(".")[2] for leaf in leaves_of(tree) if leaf.fact.startswith(PREFIXES)]
    return tuple(dict.fromkeys(found))


def _needed_titles(tree: Node) -> tuple[str, ...]:
    """Those of them that must be held; one whose absence is asked for (not twice in one unit) comes before nothing."""
    found = []
    for leaf in leaves_of(tree):
        is_absence = (leaf.operator == "present" and leaf.limit is False) or leaf.operator in ("at_most", "less_than")
        if leaf.fact.startswith(PREFIXES) and not (is_absence and not leaf.fact.startswith("title_level.")):
            found.append(leaf.fact.partition(".")[2])
    return tuple(dict.fromkeys(found))


def check_prerequisites(
    trees: Mapping[str, Node | None],
    where: Callable[[str], Where] = lambda procedure: Where(title=procedure),
    elsewhere: Container[str] = (),
    registers: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> list[Problem]:
    """PRC-033 for a title no procedure of ``trees`` (id → conditions) gives, PRC-032 once for each circle.

    ``elsewhere`` holds ids of procedures that are not in ``trees``; ``registers`` is register → procedures that enter
    titles in it. A register one other procedure feeds stands for that procedure; one that several feed, or the asking
    procedure itself (a higher level upon a lower), closes no circle. A circle through an ``any`` or ``at_least`` counts
    too: the way through it can never be gone first, so it should not be written. Asking for absence closes none.
    """
    asked = {name: required_titles(tree) if tree is not None else () for name, tree in trees.items()}
    problems = [
        errors.UNKNOWN_PREREQUISITE.problem(where=where(name), id=name, wanted=wanted)
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
                    errors.CIRCULAR.problem(where=where(name), id=name, way="，要求先有".join(f"“{c}”" for c in circle))
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
