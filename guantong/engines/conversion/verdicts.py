"""能算什么: for every achievement, what it counts for and how much, or why not, what is missing, what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from guantong.engines.conversion import errors
from guantong.engines.conversion.caps import bits
from guantong.engines.conversion.compiling import CompiledRules
from guantong.engines.conversion.facts import NEWCOMER, AchievementFacts, LearnerFacts
from guantong.engines.conversion.judging import Core, Grant, Judge, best_grant, cap_core, course_names, size_text
from guantong.engines.conversion.matching import written_grade
from guantong.engines.conversion.reasons import Reason, show_day
from guantong.engines.conversion.ruleset import WriteStep
from guantong.engines.conversion.scales import ACHIEVEMENT_STATES
from guantong.engines.conversion.standing import Standing
from guantong.kernel.credits import show_credits
from guantong.kernel.refusal import Citation, RefusalKind


@dataclass(frozen=True, slots=True)
class Option:
    """One course an achievement may count toward. Hundredths of a credit; ``is_full``: the course is then covered."""

    course: str
    name: str
    position: int
    hundredths: int
    is_full: bool
    rule: str
    basis: Citation
    grade: str
    score: str


@dataclass(frozen=True, slots=True)
class ClosedCourse:
    """A course an achievement does not count toward, and why."""

    course: str
    name: str
    reason: Reason


class Verdict:
    """What one achievement counts for. ``code``, ``counts`` and ``hundredths`` are at hand; text is made when read."""

    __slots__ = ("_core", "_standing", "achievement", "kind", "mask")

    def __init__(
        self, achievement: AchievementFacts, kind: RefusalKind, mask: int, core: Core, standing: Standing
    ) -> None:
        self.achievement = achievement
        self.kind = kind
        self.mask = mask
        """Courses (bit mask over the plan) it may count toward."""
        self._core = core
        self._standing = standing

    @property
    def counts(self) -> bool:
        """Whether it counts toward at least one course."""
        return self.mask != 0

    @property
    def code(self) -> str:
        """CNV-100 when it counts, otherwise the code of the reason."""
        return self.kind.code

    @property
    def hundredths(self) -> int:
        """What it is worth here, in hundredths of a credit: after ageing, earlier use and the caps on it alone.

        Split between courses of several rules it gives what they give together, and no more than the largest rule that
        takes it, even one that has no open course.
        """
        if not self.mask:
            return 0
        core = self._core
        if len(core.grants) == 1:
            return core.hundredths
        given = [g.hundredths for g in core.grants if g.mask & self.mask]
        return max(given) if self._standing.rules.ruleset.use.single_use else min(core.most, sum(given))

    @property
    def open_courses(self) -> tuple[str, ...]:
        """Codes of the courses it may count toward, in plan order."""
        courses = self._standing.rules.courses
        return tuple([courses[position].code for position in bits(self.mask)])

    @property
    def granted_hundredths(self) -> int:
        """What the largest rule grants after ageing, before caps and earlier use."""
        return self._core.granted if self.mask else 0

    @property
    def grants(self) -> tuple[Grant, ...]:
        """What each rule gives toward the open courses."""
        return tuple(replace(g, mask=g.mask & self.mask) for g in self._core.grants if g.mask & self.mask)

    @property
    def reason(self) -> Reason:
        """The reason with its values and clause."""
        core = self._core
        if self.mask:
            standing = self._standing
            mask = self.mask
            bit = next(bit for bit in standing.rules.largest_first if mask & bit)
            grant = core.grants[0] if len(core.grants) == 1 else best_grant(core.grants, bit)
            values: dict[str, object] = {
                "count": mask.bit_count(),
                "credits": _shown(self.hundredths),
                "course": standing.rules.courses[bit.bit_length() - 1].name,
            }
            return Reason(self.kind, values, standing.rules.ruleset.citation(grant.rule.rule.clause))
        if self.kind is core.kind:
            basis = core.basis
            values = dict(core.values)
        else:
            values, basis = self._closed_values()
        values.update(self._late())
        return Reason(self.kind, values, basis)

    def _closed_values(self) -> tuple[dict[str, object], Citation | None]:
        ruleset, learner = self._standing.rules.ruleset, self._standing.learner
        if self.kind is errors.OWN_SCHOOL_FIRST and ruleset.own_school is not None:
            values: dict[str, object] = {
                "needed": show_credits(ruleset.own_school.before_hundredths or 0),
                "earned": show_credits(learner.earned_hundredths),
            }
            return values, ruleset.citation(ruleset.own_school.clause)
        names = course_names(self._standing, self._core.mask)
        clause = ruleset.coming_semesters_only if self.kind is errors.SEMESTER_OVER else ruleset.use.clause
        return {"course": names}, ruleset.citation(clause)

    def _late(self) -> dict[str, object]:
        """Values that differ between achievements of one shape."""
        a, learner = self.achievement, self._standing.learner
        fields = self.kind.fields
        found: dict[str, object] = {}
        if "issued" in fields:
            found["issued"] = show_day(a.issued_on)
        if "until" in fields:
            found["until"] = show_day(a.valid_until)
        if "enrolled" in fields:
            found["enrolled"] = show_day(learner.enrolled_on)
        if "on" in fields:
            found["on"] = show_day(self._standing.rules.on)
        if "state" in fields:
            found["state"] = ACHIEVEMENT_STATES.get(a.state, a.state)
        if self.kind in (errors.USED_UP, errors.USED_ONCE):
            found["used"] = show_credits(a.used_hundredths)
        if self.kind is errors.RESERVED:
            found["left"] = show_credits(0)
        if self.kind is errors.NOTHING_LEFT:
            found["recognised"] = show_credits(a.recognised_hundredths or 0)
        return found

    @property
    def notes(self) -> tuple[Reason, ...]:
        """What lessened the amount: ageing, a cap, the recognised balance."""
        if not self.mask:
            return ()
        found = []
        for kind, values, basis in self._core.notes:
            late = {"issued": show_day(self.achievement.issued_on)} if "issued" in kind.fields else {}
            found.append(Reason(kind, {**values, **late}, basis))
        return tuple(found)

    @property
    def options(self) -> tuple[Option, ...]:
        """The courses it may count toward, in plan order, each with the best rule for it."""
        if not self.mask:
            return ()
        standing, a = self._standing, self.achievement
        rules = standing.rules
        ceilings = standing.ceilings(standing.rooms(a), self.mask)
        found: list[Option] = []
        for position in bits(self.mask):
            bit = 1 << position
            grant = best_grant(self._core.grants, bit)
            hundredths = min(grant.hundredths, ceilings[position])
            step = written_grade(grant.rule.rule, a, rules.ruleset.grade_words)
            course = rules.courses[position]
            found.append(
                Option(
                    course=course.code,
                    name=course.name,
                    position=position,
                    hundredths=hundredths,
                    is_full=hundredths == standing.needs[position],
                    rule=grant.rule.rule.id,
                    basis=rules.ruleset.citation(grant.rule.rule.clause),
                    grade=step.write if step else "",
                    score=score_text(step),
                )
            )
        return tuple(found)

    def closed_courses(self) -> tuple[ClosedCourse, ...]:
        """Every course of the plan it does not count toward, each with its own reason, in plan order."""
        rules = self._standing.rules
        whole = None if self._core.kept else self.reason
        return tuple(
            ClosedCourse(course.code, course.name, whole if whole is not None else self._why_closed(position))
            for position, course in enumerate(rules.courses)
            if not self.mask >> position & 1
        )

    def _why_closed(self, position: int) -> Reason:
        standing, core, bit = self._standing, self._core, 1 << position
        rules = standing.rules
        ruleset, course = rules.ruleset, rules.courses[position]
        named = [rule for rule in core.kept if rule.named & bit]
        values: dict[str, object] = {"course": course.name}
        if not named:
            return Reason(errors.COURSE_NOT_NAMED, values, ruleset.citation(core.kept[0].rule.clause))
        first = named[0].rule
        clause = ruleset.citation(first.clause)
        named = [rule for rule in named if rule.sized & bit]
        if not named:
            return Reason(errors.COURSE_SIZE, {"needed": size_text(first.target)}, clause)
        if rules.excluded & bit:
            return Reason(errors.COURSE_EXCLUDED, values, rules.excluded_basis[position])
        if not rules.convertible & bit:
            return Reason(errors.NOT_CONVERTIBLE, values, None)
        use = ruleset.citation(ruleset.use.clause)
        if standing.passed & bit:
            return Reason(errors.COURSE_PASSED, values, use)
        if standing.exempted & bit:
            return Reason(errors.COURSE_EXEMPTED, values, use)
        if standing.over & bit:
            return Reason(errors.SEMESTER_OVER, values, ruleset.citation(ruleset.coming_semesters_only))
        if core.mask & bit or not core.grants:
            return self.reason
        largest = max(core.worths.get(rule.position, 0) for rule in named)
        if standing.needs[position] > largest and not ruleset.use.combine:
            values |= {"credits": show_credits(largest), "size": show_credits(standing.needs[position])}
            return Reason(errors.COURSE_LARGER, values, use)
        tight = cap_core(rules, standing.rooms(self.achievement), bit)
        return Reason(tight.kind, tight.values, tight.basis)

    def sentence(self) -> str:
        """The verdict in Chinese on one line: what, next step, clause, code."""
        return self.reason.sentence()

    def as_json(self) -> dict[str, object]:
        """The verdict for the API and ``--json``."""
        return {
            "achievement": self.achievement.id,
            "counts": self.counts,
            "credits": show_credits(self.hundredths),
            "reason": self.reason.as_json(),
            "notes": [note.as_json() for note in self.notes],
            "options": [
                {
                    "course": o.course,
                    "name": o.name,
                    "credits": show_credits(o.hundredths),
                    "covers_course": o.is_full,
                    "rule": o.rule,
                    "clause": o.basis.clause,
                    "grade": o.grade or None,
                    "score": o.score or None,
                }
                for o in self.options
            ],
            "closed": [
                {"course": c.course, "name": c.name, "code": c.reason.code, "message": c.reason.message}
                for c in self.closed_courses()
            ],
        }

    def __repr__(self) -> str:
        return f"Verdict({self.achievement.id}, {self.code}, {show_credits(self.hundredths)})"


@lru_cache(maxsize=4096)
def _shown(hundredths: int) -> str:
    return show_credits(hundredths)


def score_text(step: WriteStep | None) -> str:
    """The score written, as text; empty when none is."""
    if step is None or step.score is None:
        return ""
    score = step.score
    return str(score.numerator) if score.denominator == 1 else show_credits(int(score * 100))


def verdicts(
    compiled: CompiledRules,
    achievements: Iterable[AchievementFacts],
    learner: LearnerFacts = NEWCOMER,
) -> list[Verdict]:
    """One verdict for every achievement, in their order; pure, and the order of achievements does not matter."""
    standing = Standing(compiled, learner)
    judge = Judge(compiled, standing)
    return [Verdict(a, *judge(a), standing) for a in achievements]
