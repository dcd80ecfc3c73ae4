"""First come, first served; and better greedy orders that often meet the upper bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from guantong.engines.conversion.allocating.problem import Problem
from guantong.engines.conversion.allocating.state import State

Amounts = dict[int, int]
"""Pair -> hundredths; pairs that get nothing are left out."""


def objective(problem: Problem, amounts: Amounts) -> tuple[int, int, int]:
    """(credits, credits of required courses, minus the achievements used): larger is better, compared in this order."""
    total = required = 0
    used = set()
    for index, hundredths in amounts.items():
        pair = problem.pairs[index]
        total += hundredths
        if problem.rules.courses[pair.course].is_required:
            required += hundredths
        used.add(pair.achievement)
    return total, required, -len(used)


def first_come(problem: Problem, order: Sequence[int] | None = None) -> Amounts:
    """Achievements in the order handed in (or another), each used for the first courses in plan order with room."""
    order = problem.arrival if order is None else order
    if problem.combine and not problem.partial:
        return _course_by_course(problem, sorted(problem.of_course), order)
    state = State(problem)
    for achievement in order:
        for index in problem.of_achievement.get(achievement, ()):
            room = state.room(index)
            if room > 0 and (problem.combine or room >= problem.least[problem.pairs[index].course]):
                state.give(index, room)
    state.drop_small()
    return state.amounts


def _course_by_course(problem: Problem, courses: Sequence[int], order: Sequence[int]) -> Amounts:
    """Courses one after another, each filled from achievements in ``order`` or left alone."""
    state = State(problem)
    rank = {achievement: place for place, achievement in enumerate(order)}
    for course in courses:
        given: list[int] = []
        for index in sorted(problem.of_course[course], key=lambda p: rank[problem.pairs[p].achievement]):
            room = state.room(index)
            if room > 0:
                state.give(index, room)
                given.append(index)
            if state.course_left[course] == 0:
                break
        covered = problem.needs[course] - state.course_left[course]
        if covered < problem.least[course]:
            for index in given:
                state.take_back(index)
    return state.amounts


def good_greedy(problem: Problem) -> Amounts:
    """The best of a few greedy orders: large, required or scarce courses first, small or large achievements first."""
    needs, courses = problem.needs, problem.rules.courses
    worth = [problem.worth.get(n, 0) for n in range(len(problem.verdicts))]
    reach = [len(problem.of_achievement.get(n, ())) for n in range(len(worth))]
    tight = sorted(range(len(worth)), key=lambda n: (worth[n], reach[n], n))
    wide = sorted(range(len(worth)), key=lambda n: (-worth[n], reach[n], n))
    keys: tuple[Callable[[int], tuple[int, ...]], ...] = (
        lambda c: (-needs[c], not courses[c].is_required, c),
        lambda c: (not courses[c].is_required, -needs[c], c),
        lambda c: (len(problem.of_course[c]), -needs[c], c),
    )
    best: Amounts = {}
    mark = (-1, -1, -len(worth) - 1)
    for key in keys:
        for order in (tight, wide):
            found = _course_by_course(problem, sorted(problem.of_course, key=key), order)
            value = objective(problem, found)
            if value > mark:
                best, mark = found, value
    return best
