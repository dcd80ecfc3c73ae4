"""The best allocation, proved: one integer programme solved stage by stage with HiGHS.

Stages: most credits; then, with that total kept, most credits of required courses; then fewest achievements. A stage is
skipped when the allocation in hand meets its upper bound. The node limit is a number of branchings, never a time, so
the same facts give the same answer on every machine; when it is reached the result says what was not proved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from guantong.engines.conversion.allocating.bounds import (
    best_course_set,
    fewest_achievements,
    required_mask,
    sum_bound,
    tree_of,
)
from guantong.engines.conversion.allocating.filling import fill
from guantong.engines.conversion.allocating.greedy import Amounts, first_come, good_greedy, objective
from guantong.engines.conversion.allocating.problem import Problem

NODE_WORK = 150_000_000
"""Branchings times columns times columns one solve may take. The hardest case measured under the demo rulesets takes
half of it; cases made to be hard end here, with the best allocation so far and what is not proved about it."""
LARGEST_MODEL = 4_500
"""Columns of the largest integer programme tried; an account of 200 for 200 courses makes 2,331 under real rules."""
LARGEST_TABLE = 20_000
"""Sums of course sizes (in units) the dynamic programme looks at; beyond it only the sum bound is used."""
EXACT_WEIGHTS = 10**8
"""One weighted objective is used while its largest value stays below this, far inside the solver's tolerances."""
_INFINITE = highspy.kHighsInf


@dataclass(slots=True)
class Solved:
    """An allocation with what is proved about it."""

    amounts: Amounts
    bound: int
    """No allocation converts more hundredths."""
    proved: int
    """How many of the three stages are proved best, counted from the first."""


class _Model:
    """Rows and columns in compressed form.

    Columns, in this order: y (is the pair used?) unless only amounts matter; x (hundredths of the pair) unless every
    used pair covers its course; u (is the achievement used?); z (is the course covered?); helpers of counting limits.
    Without single use and with combining, nothing depends on a single pair being used, so y is left out and u bounds x.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        pairs = problem.pairs
        self.count = len(pairs)
        self.in_full = problem.in_full
        self.has_y = not (problem.combine and not problem.single_use)
        self.users = sorted(problem.of_achievement)
        self.u_of = {achievement: number for number, achievement in enumerate(self.users)}
        self.needs_u = not (problem.single_use and self.in_full)
        self.start_x = self.count if self.has_y else 0
        columns = self.start_x + (0 if self.in_full else self.count)
        self.start_u = columns
        columns += len(self.users) if self.needs_u else 0
        self.start_z = columns
        free = problem.partial and all(least <= 1 for least in problem.least.values())
        self.covered = sorted(problem.needs) if problem.combine and not free else []
        self.z_of = {course: columns + number for number, course in enumerate(self.covered)}
        columns += len(self.covered)
        self.columns = columns
        self.upper = [1.0] * columns
        if not self.in_full:
            self.upper[self.start_x : self.start_x + self.count] = [float(pair.most) for pair in pairs]
        self.row_lower: list[float] = []
        self.row_upper: list[float] = []
        self.starts = [0]
        self.index: list[int] = []
        self.value: list[float] = []
        self._build()

    def row(self, terms: list[tuple[int, float]], low: float, high: float) -> None:
        """Add ``low ≤ Σ value × column ≤ high``."""
        for column, value in terms:
            self.index.append(column)
            self.value.append(value)
        self.starts.append(len(self.index))
        self.row_lower.append(low)
        self.row_upper.append(high)

    def gives(self, pairs: Sequence[int]) -> list[tuple[int, float]]:
        """The hundredths these pairs give, as terms."""
        if self.in_full:
            return [(p, float(self.problem.pairs[p].most)) for p in pairs]
        return [(self.start_x + p, 1.0) for p in pairs]

    def _build(self) -> None:
        problem = self.problem
        pairs = problem.pairs
        if self.has_y and not self.in_full:
            for p, pair in enumerate(pairs):
                low = 1.0 if problem.combine else float(problem.least[pair.course])
                self.row([(self.start_x + p, 1.0), (p, -float(pair.most))], -_INFINITE, 0.0)
                self.row([(self.start_x + p, 1.0), (p, -low)], 0.0, _INFINITE)
        for course, indexes in sorted(problem.of_course.items()):
            if not problem.combine:
                if len(indexes) > 1:
                    self.row([(p, 1.0) for p in indexes], -_INFINITE, 1.0)
            elif self.covered:
                z = self.z_of[course]
                need, least = float(problem.needs[course]), float(problem.least[course])
                if need == least:
                    self.row([*self.gives(indexes), (z, -need)], 0.0, 0.0)
                else:
                    self.row([*self.gives(indexes), (z, -need)], -_INFINITE, 0.0)
                    self.row([*self.gives(indexes), (z, -least)], 0.0, _INFINITE)
            else:
                self.row(self.gives(indexes), -_INFINITE, float(problem.needs[course]))
        for achievement, indexes in sorted(problem.of_achievement.items()):
            self._achievement_rows(achievement, indexes)
        for limit in problem.sums:
            if limit.cap is not None or not self._is_whole(limit.pairs):
                self.row(self.gives(limit.pairs), -_INFINITE, float(limit.limit))
        for count in problem.counts:
            self._count_rows(count.pairs, count.what, count.limit)

    def _is_whole(self, pairs: list[int]) -> bool:
        achievement = self.problem.pairs[pairs[0]].achievement
        return len(pairs) == len(self.problem.of_achievement[achievement])

    def _achievement_rows(self, achievement: int, indexes: list[int]) -> None:
        """Single use, or the achievement's worth; and the link to u."""
        problem = self.problem
        worth = float(problem.worth[achievement])
        if problem.single_use:
            if self.needs_u:
                u = self.start_u + self.u_of[achievement]
                self.row([*((p, 1.0) for p in indexes), (u, -1.0)], -_INFINITE, 0.0)
            elif len(indexes) > 1:
                self.row([(p, 1.0) for p in indexes], -_INFINITE, 1.0)
            return
        u = self.start_u + self.u_of[achievement]
        self.row([*self.gives(indexes), (u, -worth)], -_INFINITE, 0.0)
        if self.has_y:
            for p in indexes:
                self.row([(p, 1.0), (u, -1.0)], -_INFINITE, 0.0)

    def _count_rows(self, indexes: list[int], what: str, limit: int) -> None:
        """At most ``limit`` achievements (or courses) among the pairs, with a helping column for each of them."""
        problem = self.problem
        items: dict[int, list[int]] = {}
        for p in indexes:
            pair = problem.pairs[p]
            items.setdefault(pair.achievement if what == "achievements" else pair.course, []).append(p)
        terms: list[tuple[int, float]] = []
        for item in sorted(items):
            mine = items[item]
            if what == "achievements" and self.needs_u and len(mine) == len(problem.of_achievement[item]):
                terms.append((self.start_u + self.u_of[item], 1.0))
            elif self.has_y and len(mine) == 1:
                terms.append((mine[0], 1.0))
            else:
                column = self.columns
                self.columns += 1
                self.upper.append(1.0)
                for p in mine:
                    if self.has_y:
                        self.row([(p, 1.0), (column, -1.0)], -_INFINITE, 0.0)
                    else:
                        self.row([(self.start_x + p, 1.0), (column, -float(problem.pairs[p].most))], -_INFINITE, 0.0)
                terms.append((column, 1.0))
        self.row(terms, -_INFINITE, float(limit))

    def solve(self, cost: np.ndarray, start: Amounts) -> tuple[Amounts, float, bool]:
        """Maximise ``cost``; the allocation, the solver's bound, and whether it is proved best."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns, len(self.row_lower)
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_ = cost
        lp.col_lower_ = np.zeros(self.columns)
        lp.col_upper_ = np.array(self.upper)
        lp.row_lower_ = np.array(self.row_lower)
        lp.row_upper_ = np.array(self.row_upper)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(self.starts)
        lp.a_matrix_.index_ = np.array(self.index)
        lp.a_matrix_.value_ = np.array(self.value)
        lp.integrality_ = [highspy.HighsVarType.kInteger] * self.columns
        highs = _solver(max(4, min(20_000, NODE_WORK // self.columns**2)))
        highs.passModel(lp)
        solution = highspy.HighsSolution()
        solution.col_value = list(self.values_of(start))
        highs.setSolution(solution)
        highs.run()
        status = highs.getModelStatus()
        proved = status == highspy.HighsModelStatus.kOptimal
        info = highs.getInfo()
        values = np.asarray(highs.getSolution().col_value)
        highs.clear()
        if values.size == 0:
            return start, float("inf"), False
        return self.amounts_of(values), float(info.mip_dual_bound), proved

    def costs(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What each column adds to the credits, to the credits of required courses (in units), and to the use."""
        problem = self.problem
        total, required, used = (np.zeros(self.columns) for _ in range(3))
        for p, pair in enumerate(problem.pairs):
            column, value = (p, pair.most / problem.unit) if self.in_full else (self.start_x + p, 1.0)
            total[column] = value
            if problem.rules.courses[pair.course].is_required:
                required[column] = value
        if self.needs_u:
            used[self.start_u : self.start_u + len(self.users)] = 1.0
        else:
            used[: self.count] = 1.0
        return total, required, used

    def fix(self, terms: np.ndarray, amount: int) -> None:
        """Keep what an earlier stage reached."""
        self.row([(int(c), float(terms[c])) for c in np.flatnonzero(terms)], float(amount), float(amount))

    def best(self, best: Amounts, mark: tuple[int, int, int], bound: int, most_required: int) -> Solved:
        """Solve; weights in one objective where they fit a float exactly with room to spare, else stage by stage."""
        problem = self.problem
        total, required, used = self.costs()
        unit = problem.unit
        users = len(self.users) + 1
        required_top = most_required // unit + 1
        if bound // unit * required_top * users < EXACT_WEIGHTS:
            found, dual, done = self.solve(total * (required_top * users) + required * users - used, best)
            best, mark = _better(problem, best, mark, found)
            if done:
                return Solved(best, mark[0], 3)
            bound = min(bound, int(dual // (required_top * users) + 1) * unit)
            return Solved(best, bound, 1 if bound == mark[0] else 0)
        if mark[0] < bound:
            found, dual, done = self.solve(total, best)
            best, mark = _better(problem, best, mark, found)
            bound = mark[0] if done else min(bound, int(dual + 1e-6) * unit)
            if mark[0] < bound:
                return Solved(best, bound, 0)
        self.fix(total, mark[0] // unit)
        if mark[1] < min(mark[0], most_required):
            found, _, done = self.solve(required, best)
            best, mark = _better(problem, best, mark, found)
            if not done:
                return Solved(best, bound, 1)
        self.fix(required, mark[1] // unit)
        if -mark[2] > fewest_achievements(problem, mark[0]):
            found, _, done = self.solve(-used, best)
            best, mark = _better(problem, best, mark, found)
            if not done:
                return Solved(best, bound, 2)
        return Solved(best, bound, 3)

    def amounts_of(self, values: np.ndarray) -> Amounts:
        """The allocation in a solution, rounded to whole hundredths."""
        pairs = self.problem.pairs
        if self.in_full:
            return {int(p): pairs[p].most for p in np.flatnonzero(values[: self.count] > 0.5)}
        given = np.rint(values[self.start_x : self.start_x + self.count]).astype(int)
        return {int(p): int(given[p]) for p in np.flatnonzero(given > 0)}

    def values_of(self, amounts: Amounts) -> np.ndarray:
        """Column values of an allocation, for a warm start."""
        values = np.zeros(self.columns)
        for p, hundredths in amounts.items():
            pair = self.problem.pairs[p]
            if self.has_y:
                values[p] = 1.0
            if not self.in_full:
                values[self.start_x + p] = hundredths
            if self.needs_u:
                values[self.start_u + self.u_of[pair.achievement]] = 1.0
            if self.covered:
                values[self.z_of[pair.course]] = 1.0
        return values


def _solver(nodes: int) -> highspy.Highs:
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("parallel", "off")
    highs.setOptionValue("random_seed", 0)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", 0.5)
    highs.setOptionValue("mip_max_nodes", nodes)
    return highs


def cheap_bound(problem: Problem) -> int:
    """An upper bound on the hundredths any allocation converts."""
    if not problem.pairs:
        return 0
    tree = tree_of(problem)
    return sum_bound(problem, tree, tree.mask)


def _eases(problem: Problem) -> tuple[dict[int, int], ...]:
    """Which of equally good courses to prefer: with many achievements, with much to give, with large achievements."""
    pairs = problem.pairs
    return (
        {course: len(indexes) for course, indexes in problem.of_course.items()},
        {course: sum(pairs[p].most for p in indexes) for course, indexes in problem.of_course.items()},
        {course: -problem.needs[course] + 1 + max(problem.needs.values()) for course in problem.of_course},
    )


def solve(problem: Problem) -> Solved:
    """The best allocation by the three stages; it does not depend on the order in which achievements were handed in.

    First the course set that bounds every allocation; when achievements are found for it, it is proved best. Else the
    best of a few greedy orders is what the integer programme starts from.
    """
    if not problem.pairs:
        return Solved({}, 0, 3)
    tree = tree_of(problem)
    best: Amounts = {}
    mark = (0, 0, 0)
    one_each = problem.single_use and not problem.combine
    if problem.partial or tree.limit // problem.unit > LARGEST_TABLE:
        bound = sum_bound(problem, tree, tree.mask)
        required = min(bound, sum_bound(problem, tree, required_mask(problem, problem.needs)))
    else:
        bound = required = 0
        for ease in _eases(problem):
            courses = best_course_set(problem, tree, ease, few=one_each)
            bound, required = courses.hundredths, courses.required
            filled = fill(problem, courses.courses)
            if filled is not None:
                best, mark = _better(problem, best, mark, filled)
                if mark[:2] == (bound, required) and (one_each or -mark[2] <= fewest_achievements(problem, bound)):
                    return Solved(best, bound, 3)
    for start in (good_greedy(problem), first_come(problem, range(len(problem.achievements)))):
        best, mark = _better(problem, best, mark, start)
    if mark[:2] == (bound, required) and -mark[2] <= fewest_achievements(problem, bound):
        return Solved(best, bound, 3)
    # A smaller total than the bound may hold more required courses than the best course set: bound them by themselves.
    most_required = min(bound, sum_bound(problem, tree, required_mask(problem, problem.needs)))
    model = _Model(problem)
    if model.columns > LARGEST_MODEL:
        return Solved(best, bound, 1 if mark[0] == bound else 0)
    return model.best(best, mark, bound, most_required)


def _better(
    problem: Problem, best: Amounts, mark: tuple[int, int, int], found: Amounts
) -> tuple[Amounts, tuple[int, int, int]]:
    value = objective(problem, found)
    return (found, value) if value > mark else (best, mark)
