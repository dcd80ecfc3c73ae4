"""What only shows when the definitions of a region are read together: what each names of the others and the program."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from typing import Any

from guantong.kernel.refusal import Problem, Where
from guantong.procedure.conditions import Node, check_prerequisites

from . import errors
from .definition import Placed
from .definition.hints import meant
from .handlers import registered_subjects
from .parts_api import parts

_SYSTEMS: list[Callable[[], Collection[str]]] = []


def register_systems(read: Callable[[], Collection[str]]) -> None:
    """Name who knows the ids of the register of systems (制度地图); without one, ids are not checked."""
    _SYSTEMS[:] = [read]


def check_together(
    read: Sequence[Placed], chains: Mapping[str, Sequence[str]], elsewhere: Mapping[str, str | None]
) -> list[Problem]:
    """Subjects and systems nobody knows (PRC-052, PRC-053), registers nothing enters (PRC-054), titles nobody gives and
    circles (PRC-032, PRC-033), among the procedures that hold in one region; files outside any region on their own.

    A region's own entry goes before its parents' of the same id. ``elsewhere`` are entries that were not read: id →
    the register it enters, or None.
    """
    problems = [problem for placed in read for problem in _alone(placed)]
    by_region: dict[str, list[Placed]] = {}
    for placed in read:
        code = placed.file.partition("/")[0].partition("-")[0]
        by_region.setdefault(code if code in chains else "", []).append(placed)
    beside = set(elsewhere) | {register for register in elsewhere.values() if register}
    found: dict[str, Problem] = {}
    for code in by_region:
        holding: dict[str, Placed] = {}
        registers: dict[str, list[str]] = {}
        for above in reversed(chains.get(code, (code,))):
            for placed in by_region.get(above, ()):
                holding[placed.definition.id] = placed
                if register := _register(placed, "grants"):
                    registers.setdefault(register, []).append(placed.definition.id)
        for placed in by_region[code]:
            problems += _about(placed, {*registers, *beside}, registers)
        trees: dict[str, Node | None] = {name: placed.definition.conditions for name, placed in holding.items()}
        for problem in (p for part in parts() for p in part.check_together(holding, beside)):
            found.setdefault(problem.sentence(), problem)
        for problem in check_prerequisites(trees, _where_asked(holding), beside, registers):
            found.setdefault(problem.sentence(), problem)
    return [*problems, *found.values()]


def _alone(placed: Placed) -> Iterator[Problem]:
    definition = placed.definition
    subjects = registered_subjects()
    if definition.subject not in subjects:
        yield errors.UNKNOWN_SUBJECT.problem(
            where=placed.where("subject"),
            subject=definition.subject,
            known="、".join(subjects),
            hint=meant(definition.subject, subjects),
        )
    systems = tuple(_SYSTEMS[0]()) if _SYSTEMS else ()
    for system in definition.systems:
        if systems and system not in systems:
            yield errors.UNKNOWN_SYSTEM.problem(
                where=placed.where("systems"), system=system, hint=meant(system, systems)
            )


def _about(placed: Placed, known: Container[str], registers: Collection[str]) -> Iterator[Problem]:
    register = _register(placed, "about")
    if register and register not in known:
        yield errors.UNKNOWN_REGISTER.problem(
            where=placed.where("about.register"),
            register=register,
            known="、".join(sorted(registers)) or "（尚无）",
            hint=meant(register, registers),
        )


def _register(placed: Placed, key: str) -> str:
    said = placed.definition.document.get(key)
    return str(said.get("register") or "") if isinstance(said, Mapping) else ""


def _where_asked(holding: Mapping[str, Placed]) -> Callable[[str, str], Where]:
    def where(procedure: str, wanted: str) -> Where:
        placed = holding[procedure]
        names = {wanted}
        if wanted in holding:
            names.add(_register(holding[wanted], "grants"))
        paths = _asking(placed.definition.document.get("conditions"), "conditions", names)
        return placed.where(next(paths, "conditions"))

    return where


def _asking(node: Any, path: str, names: Container[str]) -> Iterator[str]:
    """Paths of the facts in a tree as written that name one of ``names`` after the last dot."""
    if isinstance(node, Mapping):
        fact = node.get("fact")
        if isinstance(fact, str) and fact.rpartition(".")[2] in names and not fact.startswith("declared."):
            yield f"{path}.fact"
        for key in ("all", "any", "of"):
            for index, part in enumerate(node.get(key) or ()):
                yield from _asking(part, f"{path}.{key}.{index}", names)
