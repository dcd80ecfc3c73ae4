"""Prerequisites between procedures: whether any leads back to itself, and whether all exist."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

from guantong.kernel.refusal import Problem, Where

from . import errors
from .tree import TITLE_PREFIX, Node, leaves_of


def required_titles(tree: Node) -> tuple[str, ...]:
    """Ids of the procedures whose title some leaf asks for."""
    found = [leaf.fact for leaf in leaves_of(tree) if leaf.fact.startswith(TITLE_PREFIX)]
    return tuple(dict.fromkeys(name[len(TITLE_PREFIX) :] for name in found))


def check_prerequisites(
    trees: Mapping[str, Node | None],
    where: Callable[[str], Where] = lambda procedure: Where(title=procedure),
    elsewhere: Container[str] = (),
) -> list[Problem]:
    """PRC-033 for a title no procedure of ``trees`` (id → conditions) gives, PRC-032 once for each circle.

    ``elsewhere`` holds ids of procedures that are not in ``trees``. A circle through an ``any`` or ``at_least`` counts
    too: the way through it can never be gone first, so it should not be written.
    """
    onward = {name: required_titles(tree) if tree is not None else () for name, tree in trees.items()}
    problems = [
        errors.UNKNOWN_PREREQUISITE.problem(where=where(name), id=name, wanted=wanted)
        for name, all_wanted in onward.items()
        for wanted in all_wanted
        if wanted not in onward and wanted not in elsewhere
    ]
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
