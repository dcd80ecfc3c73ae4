"""Finds achievements for a set of courses that are all to be covered."""

from __future__ import annotations

from collections.abc import Sequence

from guantong.engines.conversion.allocating.greedy import Amounts
from guantong.engines.conversion.allocating.problem import Problem
from guantong.engines.conversion.allocating.state import State


def fill(problem: Problem, courses: Sequence[int]) -> Amounts | None:
    """Amounts that cover exactly these courses and keep every limit, or None when this search finds none."""
    if problem.single_use and not problem.combine:
        return _match(problem, courses)
    worth = [verdict.hundredths for verdict in problem.verdicts]
    scarce = sorted(courses, key=lambda c: (sum(problem.pairs[p].most for p in problem.of_course[c]), c))
    large = sorted(courses, key=lambda c: (-problem.needs[c], c))
    for order in (scarce, large):
        for sign in (1, -1):
            found = _cover(problem, order, worth, sign)
            if found is not None:
                return found
    return None


def _cover(problem: Problem, courses: Sequence[int], worth: Sequence[int], sign: int) -> Amounts | None:
    """Cover courses one after another; achievements with few other courses in the set first."""
    wanted = set(courses)
    reach: dict[int, int] = {}
    for course in wanted:
        for p in problem.of_course[course]:
            number = problem.pairs[p].achievement
            reach[number] = reach.get(number, 0) + 1
    state = State(problem)
    for course in courses:
        order = sorted(
            problem.of_course[course],
            key=lambda p: (
                state.uses.get(problem.pairs[p].achievement, 0) == 0,
                reach[problem.pairs[p].achievement],
                sign * worth[problem.pairs[p].achievement],
                p,
            ),
        )
        for p in order:
            room = state.room(p)
            if room > 0:
                state.give(p, room)
            if state.course_left[course] == 0:
                break
        if state.course_left[course]:
            return None
    return state.amounts


def _match(problem: Problem, courses: Sequence[int]) -> Amounts | None:
    """One achievement for each course by augmenting paths; exact when no limit speaks of achievements."""
    holder: dict[int, int] = {}
    """Achievement -> pair it is used for."""

    def place(course: int, seen: set[int]) -> bool:
        options = problem.of_course[course]
        for p in options:
            number = problem.pairs[p].achievement
            if number not in holder and number not in seen:
                holder[number] = p
                return True
        for p in options:
            number = problem.pairs[p].achievement
            if number in seen:
                continue
            seen.add(number)
            if place(problem.pairs[holder[number]].course, seen):
                holder[number] = p
                return True
        return False

    worth = problem.verdicts
    for course in sorted(courses, key=lambda c: (len(problem.of_course[c]), c)):
        problem.of_course[course].sort(key=lambda p: (worth[problem.pairs[p].achievement].hundredths, p))
        if not place(course, set()):
            return None
    state = State(problem)
    for p in sorted(holder.values()):
        room = state.room(p)
        if room < problem.needs[problem.pairs[p].course]:
            return None
        state.give(p, room)
    return state.amounts
