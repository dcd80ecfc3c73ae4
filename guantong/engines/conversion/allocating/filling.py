"""Finds achievements for a set of courses that are all to be covered."""

from __future__ import annotations

from collections.abc import Sequence

from guantong.engines.conversion.allocating.bounds import eligible, worths
from guantong.engines.conversion.allocating.greedy import Amounts
from guantong.engines.conversion.allocating.problem import Problem
from guantong.engines.conversion.allocating.state import State


def fill(problem: Problem, courses: Sequence[int]) -> Amounts | None:
    """Amounts that cover exactly these courses and keep every limit, or None when this search finds none."""
    if problem.single_use and not problem.combine:
        return _match(problem, courses)
    if problem.combine and not problem.single_use:
        flowing = _flow(problem, courses)
        if flowing is not None:
            return flowing
    worth = [problem.worth.get(n, 0) for n in range(len(problem.verdicts))]
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

    for course in sorted(courses, key=lambda c: (len(problem.of_course[c]), c)):
        problem.of_course[course].sort(key=lambda p: (problem.worth[problem.pairs[p].achievement], p))
        if not place(course, set()):
            return None
    state = State(problem)
    for p in sorted(holder.values()):
        room = state.room(p)
        if room < problem.needs[problem.pairs[p].course]:
            return None
        state.give(p, room)
    return state.amounts


def _flow(problem: Problem, courses: Sequence[int]) -> Amounts | None:
    """Cover the courses from achievements that may be split, with the fewest and largest of them first."""
    wanted = set(courses)
    pairs = [p for p in range(len(problem.pairs)) if problem.pairs[p].course in wanted]
    most = worths(problem, pairs)
    order = eligible(problem, most, set(pairs))
    total = sum(problem.needs[c] for c in courses)
    enough = gathered = 0
    while enough < len(order) and gathered < total:
        gathered += most[order[enough]]
        enough += 1
    if gathered < total:
        return None
    for size in dict.fromkeys((enough, enough + 1, len(order))):
        found = _transport(problem, courses, order[:size], most)
        if found is not None:
            return found
    return None


def _transport(
    problem: Problem, courses: Sequence[int], numbers: Sequence[int], most: dict[int, int]
) -> Amounts | None:
    """Flow from achievements to courses by shortest augmenting paths, then a check of every other limit."""
    usable = set(numbers)
    wanted = set(courses)
    into = {c: [p for p in problem.of_course[c] if problem.pairs[p].achievement in usable] for c in courses}
    out: dict[int, list[int]] = {n: [] for n in numbers}
    for pairs in into.values():
        for p in pairs:
            out[problem.pairs[p].achievement].append(p)
    flow: Amounts = {}
    left = dict(most)
    for course in sorted(wanted, key=lambda c: (sum(most[problem.pairs[p].achievement] for p in into[c]), c)):
        need = problem.needs[course]
        while need > 0:
            pushed = _augment(problem, course, need, into, out, flow, left)
            if pushed == 0:
                return None
            need -= pushed
    state = State(problem)
    for p in sorted(flow):
        if flow[p] > 0:
            if state.room(p) < flow[p]:
                return None
            state.give(p, flow[p])
    return state.amounts


def _augment(
    problem: Problem,
    course: int,
    need: int,
    into: dict[int, list[int]],
    out: dict[int, list[int]],
    flow: Amounts,
    left: dict[int, int],
) -> int:
    """Push up to ``need`` into a course along a shortest path from an achievement with something left."""
    came: dict[int, int] = {}
    """Achievement -> pair through which it would give."""
    freed: dict[int, int] = {}
    """Course -> pair whose flow would be taken away from it, to be replaced by another achievement."""
    queue = [course]
    seen = {course}
    for here in queue:
        for p in into[here]:
            number = problem.pairs[p].achievement
            if number in came or flow.get(p, 0) >= problem.pairs[p].most:
                continue
            came[number] = p
            if left[number] > 0:
                return _push(problem, course, number, need, came, freed, flow, left)
            for q in out[number]:
                other = problem.pairs[q].course
                if flow.get(q, 0) > 0 and other not in seen:
                    seen.add(other)
                    freed[other] = q
                    queue.append(other)
    return 0


def _push(
    problem: Problem,
    course: int,
    number: int,
    need: int,
    came: dict[int, int],
    freed: dict[int, int],
    flow: Amounts,
    left: dict[int, int],
) -> int:
    """Send as much as the path carries; the amount sent."""
    amount = min(need, left[number])
    steps: list[tuple[int, int | None]] = []
    at = number
    while True:
        p = came[at]
        amount = min(amount, problem.pairs[p].most - flow.get(p, 0))
        here = problem.pairs[p].course
        if here == course:
            steps.append((p, None))
            break
        q = freed[here]
        amount = min(amount, flow[q])
        steps.append((p, q))
        at = problem.pairs[q].achievement
    for p, taken in steps:
        flow[p] = flow.get(p, 0) + amount
        if taken is not None:
            flow[taken] -= amount
    left[number] -= amount
    return amount
