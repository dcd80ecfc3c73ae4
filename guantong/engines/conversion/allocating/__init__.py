"""Which achievement to use for which course: first come, or the best use under every cap, with reasons for the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from guantong.engines.conversion.allocating.exact import Solved, cheap_bound, solve
from guantong.engines.conversion.allocating.greedy import first_come, objective
from guantong.engines.conversion.allocating.problem import build_problem
from guantong.engines.conversion.allocating.result import (
    AchievementOutcome,
    Allocation,
    Assignment,
    BindingCap,
    build_allocation,
)
from guantong.engines.conversion.compiling import CompiledRules
from guantong.engines.conversion.facts import NEWCOMER, AchievementFacts, LearnerFacts

__all__ = ["AchievementOutcome", "Allocation", "Assignment", "BindingCap", "allocate"]


def allocate(
    compiled: CompiledRules,
    achievements: Iterable[AchievementFacts],
    learner: LearnerFacts = NEWCOMER,
    method: Literal["best", "first_come"] = "best",
    *,
    choices: Iterable[tuple[str, str]] | None = None,
) -> Allocation:
    """Use achievements for courses.

    ``first_come`` takes them in the order given, each for the first courses in plan order that have room. ``best``
    converts the most credits; then the most credits of required courses; then uses the fewest achievements. It is
    never worse than first come, and once proved best it does not depend on the order of achievements.
    ``choices`` are (achievement id, course code) pairs: when given, only these may be used.
    Raises ValueError when two achievements have the same id or ``method`` is unknown.
    """
    if method not in ("best", "first_come"):
        raise ValueError(f"no such method: {method}")
    problem = build_problem(compiled, achievements, learner, choices)
    if method == "first_come":
        return build_allocation(problem, method, Solved(first_come(problem), cheap_bound(problem), 0))
    solved = solve(problem)
    if solved.proved < 3:
        came = first_come(problem)
        if objective(problem, came) > objective(problem, solved.amounts):
            solved = Solved(came, solved.bound, solved.proved)
    return build_allocation(problem, method, solved)
