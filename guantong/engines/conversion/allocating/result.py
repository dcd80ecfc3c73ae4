"""An allocation as people and machines read it: who gives what to which course, totals, binding caps, reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guantong.engines.conversion import errors
from guantong.engines.conversion.allocating.exact import Solved
from guantong.engines.conversion.allocating.greedy import Amounts, objective
from guantong.engines.conversion.allocating.problem import CountLimit, Problem, SumLimit
from guantong.engines.conversion.judging import course_names
from guantong.engines.conversion.matching import written_grade
from guantong.engines.conversion.reasons import Reason
from guantong.engines.conversion.verdicts import Verdict, score_text
from guantong.kernel.credits import show_credits
from guantong.kernel.refusal import Citation


@dataclass(frozen=True, slots=True)
class Assignment:
    """An achievement gives a course some credits (hundredths), and the grade then written."""

    achievement: str
    course: str
    course_name: str
    position: int
    hundredths: int
    covers_course: bool
    """Whether the course is covered in full, by all its assignments and earlier conversions together."""
    rule: str
    basis: Citation
    grade: str
    score: str

    def as_json(self) -> dict[str, object]:
        """For the API."""
        return {
            "achievement": self.achievement,
            "course": self.course,
            "name": self.course_name,
            "credits": show_credits(self.hundredths),
            "hundredths": self.hundredths,
            "covers_course": self.covers_course,
            "rule": self.rule,
            "clause": self.basis.sentence(),
            "grade": self.grade or None,
            "score": self.score or None,
        }


@dataclass(frozen=True, slots=True)
class BindingCap:
    """A cap with no useful room left. ``used`` and ``limit`` are as shown, with unit; earlier conversions included."""

    title: str
    used: str
    limit: str
    basis: Citation

    def as_json(self) -> dict[str, object]:
        """For the API."""
        return {"cap": self.title, "used": self.used, "limit": self.limit, "clause": self.basis.sentence()}


@dataclass(frozen=True, slots=True)
class AchievementOutcome:
    """What became of one achievement: hundredths used, what is left of its worth and whether that is kept."""

    achievement: str
    hundredths: int
    surplus_hundredths: int
    surplus_kept: bool
    reason: Reason
    surplus: Reason | None

    def as_json(self) -> dict[str, object]:
        """For the API."""
        return {
            "achievement": self.achievement,
            "credits": show_credits(self.hundredths),
            "hundredths": self.hundredths,
            "surplus": show_credits(self.surplus_hundredths),
            "surplus_hundredths": self.surplus_hundredths,
            "surplus_kept": self.surplus_kept,
            "reason": self.reason.as_json(),
            "surplus_reason": None if self.surplus is None else self.surplus.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Allocation:
    """An allocation that keeps every rule and cap.

    ``objective`` is (hundredths, hundredths of required courses, minus achievements used), compared in this order.
    ``proved``: how many of its parts are proved to be best possible (3 for all; 0 for first come).
    """

    method: str
    assignments: tuple[Assignment, ...]
    hundredths: int
    required_hundredths: int
    achievements_used: int
    bound_hundredths: int
    proved: int
    binding: tuple[BindingCap, ...]
    outcomes: Mapping[str, AchievementOutcome]
    """By achievement id, in the order of ids."""

    @property
    def objective(self) -> tuple[int, int, int]:
        """Larger is better."""
        return self.hundredths, self.required_hundredths, -self.achievements_used

    @property
    def courses(self) -> Mapping[str, int]:
        """Course code -> hundredths given, in plan order."""
        found: dict[str, int] = {}
        for assignment in self.assignments:
            found[assignment.course] = found.get(assignment.course, 0) + assignment.hundredths
        return found

    def as_json(self) -> dict[str, object]:
        """For the API and ``--json``."""
        return {
            "method": self.method,
            "credits": show_credits(self.hundredths),
            "hundredths": self.hundredths,
            "required_credits": show_credits(self.required_hundredths),
            "achievements_used": self.achievements_used,
            "bound_credits": show_credits(self.bound_hundredths),
            "proved": self.proved,
            "assignments": [a.as_json() for a in self.assignments],
            "binding_caps": [cap.as_json() for cap in self.binding],
            "outcomes": [outcome.as_json() for outcome in self.outcomes.values()],
        }


def build_allocation(problem: Problem, method: str, solved: Solved) -> Allocation:
    """Make an allocation readable."""
    amounts = solved.amounts
    total, required, fewest = objective(problem, amounts)
    given: dict[int, int] = {}
    for index, hundredths in amounts.items():
        course = problem.pairs[index].course
        given[course] = given.get(course, 0) + hundredths
    order = sorted(amounts, key=lambda p: (problem.pairs[p].course, problem.pairs[p].achievement))
    state = _Room(problem, amounts)
    return Allocation(
        method=method,
        assignments=tuple(_assignment(problem, index, amounts[index], given) for index in order),
        hundredths=total,
        required_hundredths=required,
        achievements_used=-fewest,
        bound_hundredths=solved.bound,
        proved=solved.proved,
        binding=state.binding(),
        outcomes={
            verdict.achievement.id: _outcome(problem, number, verdict, amounts, state)
            for number, verdict in enumerate(problem.verdicts)
        },
    )


def _assignment(problem: Problem, index: int, hundredths: int, given: Mapping[int, int]) -> Assignment:
    pair = problem.pairs[index]
    ruleset, course = problem.rules.ruleset, problem.rules.courses[pair.course]
    rule = pair.rule.rule
    step = written_grade(rule, problem.achievements[pair.achievement], ruleset.grade_words)
    return Assignment(
        achievement=problem.achievements[pair.achievement].id,
        course=course.code,
        course_name=course.name,
        position=pair.course,
        hundredths=hundredths,
        covers_course=given[pair.course] == problem.needs[pair.course],
        rule=rule.id,
        basis=ruleset.citation(rule.clause),
        grade=step.write if step else "",
        score=score_text(step),
    )


class _Room:
    """How far each limit of the problem is used by an allocation."""

    def __init__(self, problem: Problem, amounts: Amounts) -> None:
        self.problem = problem
        self.amounts = amounts
        self.taken: dict[int, int] = {}
        """Course -> hundredths given."""
        for index, hundredths in amounts.items():
            course = problem.pairs[index].course
            self.taken[course] = self.taken.get(course, 0) + hundredths
        self._full: dict[int, bool] = {}
        self._members: dict[int, set[int]] = {}
        self.limits: list[tuple[SumLimit | CountLimit, int]] = []
        for limit in problem.sums:
            if limit.cap is not None:
                self.limits.append((limit, sum(amounts[p] for p in amounts.keys() & set(limit.pairs))))
        for count in problem.counts:
            used = {
                problem.pairs[p].achievement if count.what == "achievements" else problem.pairs[p].course
                for p in amounts.keys() & set(count.pairs)
            }
            self.limits.append((count, len(used)))

    def _smallest_step(self, pairs: list[int]) -> int:
        """The least hundredths one more use within these pairs would take."""
        problem = self.problem
        if problem.in_full:
            courses = {problem.pairs[p].course for p in pairs}
            return min((problem.needs[c] for c in courses if not self.taken.get(c)), default=0)
        return 1

    def is_full(self, at: int) -> bool:
        """Whether nothing more fits under limit number ``at``."""
        known = self._full.get(at)
        if known is None:
            limit, used = self.limits[at]
            if isinstance(limit, CountLimit):
                known = used >= limit.limit
            else:
                known = limit.limit - used < max(1, self._smallest_step(limit.pairs))
            self._full[at] = known
        return known

    def binding(self) -> tuple[BindingCap, ...]:
        """The caps under which nothing more fits, in the order of the rules."""
        found = []
        for at, (limit, used) in enumerate(self.limits):
            if limit.cap is not None and used and self.is_full(at):
                found.append(
                    BindingCap(
                        limit.cap.name(limit.key),
                        limit.cap.show(limit.used + used),
                        limit.cap.show(limit.used + limit.limit),
                        limit.cap.basis,
                    )
                )
        return tuple(found)

    def blocking(self, achievement: int) -> tuple[SumLimit | CountLimit, int] | None:
        """A full cap that holds every pair of an achievement whose course still has need."""
        problem = self.problem
        mine = [p for p in problem.of_achievement.get(achievement, ()) if not self.taken.get(problem.pairs[p].course)]
        for at, (limit, used) in enumerate(self.limits):
            if mine and self.is_full(at):
                members = self._members.setdefault(at, set())
                if not members:
                    members.update(limit.pairs)
                if members.issuperset(mine):
                    return limit, used
        return None


def _outcome(problem: Problem, number: int, verdict: Verdict, amounts: Amounts, state: _Room) -> AchievementOutcome:
    mine = {p: amounts[p] for p in problem.of_achievement.get(number, ()) if p in amounts}
    used = sum(mine.values())
    ruleset = problem.rules.ruleset
    use = ruleset.citation(ruleset.use.clause)
    kept = ruleset.use.surplus == "kept"
    name = verdict.achievement.id
    if not verdict.counts:
        return AchievementOutcome(name, 0, 0, kept, verdict.reason, None)
    if used:
        mask = 0
        for p in mine:
            mask |= 1 << problem.pairs[p].course
        values = {"courses": course_names(problem.standing, mask), "credits": show_credits(used)}
        basis = ruleset.citation(problem.pairs[next(iter(mine))].rule.rule.clause)
        surplus = max(0, balance_of(verdict) - used)
        kind = errors.SURPLUS_KEPT if kept else errors.SURPLUS_LOST
        rest = Reason(kind, {"credits": show_credits(surplus)}, use) if surplus else None
        return AchievementOutcome(name, used, surplus, kept, Reason(errors.USED_FOR, values, basis), rest)
    return AchievementOutcome(name, 0, 0, kept, _why_unused(problem, number, verdict, state, use), None)


def balance_of(verdict: Verdict) -> int:
    """What an achievement still has: its recognised balance, or what the rules grant when none was recorded."""
    a = verdict.achievement
    if a.recognised_hundredths is None:
        return verdict.granted_hundredths - a.used_hundredths - a.reserved_hundredths
    return a.recognised_hundredths - a.used_hundredths - a.reserved_hundredths


def _why_unused(problem: Problem, number: int, verdict: Verdict, state: _Room, use: Citation) -> Reason:
    courses = {problem.pairs[p].course for p in problem.of_achievement.get(number, ())}
    if courses and all(state.taken.get(c, 0) >= problem.needs[c] for c in courses):
        return Reason(errors.COURSES_TAKEN, {"course": course_names(problem.standing, verdict.mask)}, use)
    blocked = state.blocking(number)
    if blocked is not None and blocked[0].cap is not None:
        limit, used = blocked
        cap = blocked[0].cap
        values = {
            "cap": cap.name(limit.key),
            "used": cap.show(limit.used + used),
            "limit": cap.show(limit.used + limit.limit),
        }
        return Reason(errors.CAP_LEFT_NO_ROOM, values, cap.basis)
    if problem.combine and not problem.partial:
        most = {c: sum(problem.pairs[p].most for p in problem.of_course[c]) for c in courses}
        if most and all(most[c] < problem.needs[c] for c in courses):
            names = course_names(problem.standing, verdict.mask)
            values = {"course": names, "credits": show_credits(verdict.hundredths)}
            return Reason(errors.NOT_ENOUGH_TOGETHER, values, use)
    if courses and not problem.combine and all(state.taken.get(c, 0) for c in courses):
        return Reason(errors.COURSES_TAKEN, {"course": course_names(problem.standing, verdict.mask)}, use)
    return Reason(errors.NOT_NEEDED, {}, use)
