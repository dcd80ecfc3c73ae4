"""Turns a rule document, a plan and the law of a day into indexed rules that judge fast."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from operator import attrgetter

from guantong.engines.conversion import errors
from guantong.engines.conversion.caps import CompiledCap, bits, compile_caps, mask_of
from guantong.engines.conversion.facts import AchievementFacts, CourseLike, LawNumber, PlanLike
from guantong.engines.conversion.lawful import Lawful, law_of
from guantong.engines.conversion.matching import Miss, fields_read, match
from guantong.engines.conversion.reading import read_ruleset
from guantong.engines.conversion.reading.cursor import MAX_CREDITS_HUNDREDTHS
from guantong.engines.conversion.reasons import Reason, show_day
from guantong.engines.conversion.ruleset import Rule, Ruleset
from guantong.kernel.refusal import Citation, Problem, Refusal, Where

MAX_COURSES = 400
MAX_CAP_GROUPS = 2_000
"""Caps counted one by one for every course, module or category they hold for; each costs time for each achievement."""
MAX_CACHED = 50_000
"""Entries kept per cache before it is emptied; hostile input cannot fill the memory."""


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its courses. Masks are bit masks over the plan's courses."""

    rule: Rule
    position: int
    named: int
    """Courses the rule speaks of."""
    sized: int
    """Of these, the ones within the rule's own bounds on course credits."""
    mask: int
    """Of these, the ones no exclusion takes away."""
    years: int | None
    """Most years after issue, the stricter of rule and law (for the kind it was compiled for)."""
    years_basis: Citation
    national: tuple[str, str, Citation] | None
    """Code, name and clause of the national recognition needed first."""


class Shape:
    """What the rules grant to all achievements alike in the attributes the rules of their kind read."""

    __slots__ = ("cores", "cutoffs", "during_study", "grants", "miss", "needs_national", "number")

    def __init__(self, number: int, grants: tuple[tuple[CompiledRule, int], ...], miss: Reason | None) -> None:
        self.number = number
        self.grants = grants
        self.miss = miss
        self.cutoffs: tuple[date, ...] = ()
        self.needs_national = any(rule.national is not None for rule, _ in grants)
        self.during_study = any(rule.rule.during_study for rule, _ in grants)
        self.cores: dict[object, object] = {}


class KindRules:
    """The rules of one kind of achievement and the shapes met so far."""

    __slots__ = ("fields", "key", "rules", "shapes")

    def __init__(self, rules: tuple[CompiledRule, ...], fields: tuple[str, ...]) -> None:
        self.rules = rules
        self.fields = fields
        self.key: Callable[[AchievementFacts], object] = attrgetter(*fields) if fields else lambda a: None
        self.shapes: dict[object, Shape] = {}


class CompiledRules:
    """Rules ready to judge; made by :func:`compile_rules`, never changed afterwards (caches aside).

    ``conflicts`` are school rules on the wrong side of the law, found when compiling with ``strict=False``.
    """

    def __init__(self, ruleset: Ruleset, courses: tuple[CourseLike, ...], total: int, lawful: Lawful, on: date) -> None:
        self.ruleset = ruleset
        self.courses = courses
        self.total_hundredths = total
        self.lawful = lawful
        self.on = on
        self.needs = tuple(course.credits_hundredths for course in courses)
        self.index = {course.code: position for position, course in enumerate(courses)}
        self.everything = (1 << len(courses)) - 1
        self.conflicts: tuple[Problem, ...] = lawful.conflicts
        self.caps: tuple[CompiledCap, ...] = compile_caps(ruleset, lawful.caps, courses, total)
        self.excluded, self.excluded_basis = self._exclusions()
        self.convertible = mask_of(p for p, course in enumerate(courses) if course.is_convertible and self.needs[p] > 0)
        self.by_kind = self._by_kind()
        self.largest_first = tuple(1 << p for p in sorted(range(len(courses)), key=lambda p: (-self.needs[p], p)))
        """One bit for each course, the largest course first."""
        order = sorted(set(self.needs))
        self._sizes = order
        self._size_masks = [mask_of(p for p, need in enumerate(self.needs) if need <= size) for size in order]
        self.shared: dict[object, object] = {}
        """Room by kind of achievement for learners without earlier conversions (filled by verdicts)."""

    @property
    def version(self) -> str:
        """Digest of the rule document: the version a decision is filed under."""
        return self.ruleset.digest

    def up_to(self, hundredths: int) -> int:
        """Mask of the courses of at most this many credits."""
        position = bisect_right(self._sizes, hundredths)
        return self._size_masks[position - 1] if position else 0

    def _exclusions(self) -> tuple[int, dict[int, Citation]]:
        out = self.ruleset.exclusions
        own = self.ruleset.citation(out.clause)
        basis: dict[int, Citation] = {}
        for position, course in enumerate(self.courses):
            if (
                course.category in out.categories
                or (course.module and course.module in out.modules)
                or course.code in out.courses
                or any(name in course.name for name in out.names)
            ):
                basis[position] = own
            for name, citation in self.lawful.excluded_names:
                if name in course.name:
                    basis.setdefault(position, citation)
        return mask_of(basis), basis

    def _by_kind(self) -> dict[str, KindRules]:
        found: dict[str, list[CompiledRule]] = {}
        for position, rule in enumerate(self.ruleset.rules):
            named = self._named(rule)
            least, most = rule.target.least_hundredths, rule.target.most_hundredths
            sized = mask_of(
                p
                for p in bits(named)
                if (least is None or self.needs[p] >= least) and (most is None or self.needs[p] <= most)
            )
            for kind in rule.kinds:
                years = rule.validity.years if rule.validity else None
                basis = self.ruleset.citation(rule.validity.clause if rule.validity else rule.clause)
                if kind in self.lawful.validity and (years is None or self.lawful.validity[kind][0] < years):
                    years, basis = self.lawful.validity[kind]
                national = None
                if rule.national is not None:
                    national = (rule.national.code, rule.national.name, self.ruleset.citation(rule.national.clause))
                elif kind in self.lawful.national_first:
                    national = ("national_credit_bank", "国家学分银行认定", self.lawful.national_first[kind])
                compiled = CompiledRule(
                    rule=rule,
                    position=position,
                    named=named,
                    sized=sized,
                    mask=sized & ~self.excluded & self.convertible,
                    years=years,
                    years_basis=basis,
                    national=national,
                )
                found.setdefault(kind, []).append(compiled)
        ready: dict[str, KindRules] = {}
        for kind, rules in found.items():
            fields: set[str] = set()
            for compiled in rules:
                fields |= fields_read(compiled.rule)
            ready[kind] = KindRules(tuple(rules), tuple(sorted(fields)))
        return ready

    def _named(self, rule: Rule) -> int:
        target = rule.target
        return mask_of(
            position
            for position, course in enumerate(self.courses)
            if (not target.categories or course.category in target.categories)
            and (not target.modules or course.module in target.modules)
            and (not target.courses or course.code in target.courses)
        )

    def shape_of(self, kind_rules: KindRules, key: object, a: AchievementFacts) -> Shape:
        """The shape of an achievement; computed on first meeting."""
        grants: list[tuple[CompiledRule, int]] = []
        nearest: Miss | None = None
        for compiled in kind_rules.rules:
            result = match(compiled.rule, a, self.ruleset, self.lawful.hours_low)
            if isinstance(result, Miss):
                if nearest is None or result.depth > nearest.depth:
                    nearest = result
            else:
                grants.append((self._same_code(compiled, a), result))
        shape = Shape(len(kind_rules.shapes), tuple(grants), nearest.reason if nearest and not grants else None)
        if grants:
            shape.cutoffs = self._cutoffs(shape)
        if len(kind_rules.shapes) >= MAX_CACHED:
            kind_rules.shapes.clear()
        kind_rules.shapes[key] = shape
        return shape

    def _same_code(self, compiled: CompiledRule, a: AchievementFacts) -> CompiledRule:
        if not compiled.rule.target.same_code:
            return compiled
        position = self.index.get(a.subject_code)
        only = 0 if position is None else 1 << position
        return replace(compiled, named=compiled.named & only, sized=compiled.sized & only, mask=compiled.mask & only)

    def _cutoffs(self, shape: Shape) -> tuple[date, ...]:
        """Days of issue at which what the shape is worth changes; sorted."""
        days: set[date] = set()
        for compiled, _ in shape.grants:
            if compiled.years is not None:
                days.add(last_issue_day(self.on, compiled.years, passed=True))
            if compiled.rule.validity is not None:
                for step in compiled.rule.validity.ageing:
                    days.add(last_issue_day(self.on, step.after_years, passed=False))
        return tuple(sorted(days))

    def age_of(self, shape: Shape, issued_on: date | None) -> int:
        """Which of the spans between cutoffs an issue day lies in; -1 when there is no day."""
        return -1 if issued_on is None else bisect_left(shape.cutoffs, issued_on)


def anniversary(day: date, years: int) -> date:
    """The same day ``years`` later; 29 February becomes 28 February in common years."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def last_issue_day(on: date, years: int, *, passed: bool) -> date:
    """The latest issue day whose ``years``-th anniversary lies before ``on`` (``passed``) or not after it."""
    if on.year - years < 2:
        return date.min
    day = anniversary(on, -years) + timedelta(days=2)
    while True:
        reached = anniversary(day, years)
        if reached < on or (reached == on and not passed):
            return day
        day -= timedelta(days=1)


def share_after(rule: Rule, issued_on: date | None, on: date) -> Fraction:
    """The share an achievement counts after ageing."""
    share = Fraction(1)
    if rule.validity is None or issued_on is None:
        return share
    for step in rule.validity.ageing:
        if anniversary(issued_on, step.after_years) <= on:
            share = step.counts
    return share


def compile_rules(
    document: Mapping[str, object] | Ruleset,
    plan: PlanLike,
    law: Mapping[str, LawNumber],
    on: date,
    *,
    strict: bool = True,
    whenever: bool = False,
) -> CompiledRules:
    """Check a rule document and index it for a plan and a day.

    ``law`` maps the keys of :data:`.facts.LAW_QUESTIONS` to answers of the policy library; keys left out set no bound.
    Raises :class:`Refusal`: CNV-001 … CNV-027 for the document and plan, CNV-021 when the rules are not in force on the
    day, and (``strict``) CNV-013 … CNV-015 when a rule lies on the wrong side of the law. With ``strict=False`` such
    rules are kept, the law's bound holds instead, and ``conflicts`` lists them. ``whenever`` leaves out the check that
    the rules are in force on the day (trials of rules that are not adopted yet). CNV-018 also when the caps, counted
    one by one for every course they hold for, are more than :data:`MAX_CAP_GROUPS`.
    """
    ruleset = document if isinstance(document, Ruleset) else read_ruleset(document)
    if not whenever and (on < ruleset.in_force_from or (ruleset.until is not None and on >= ruleset.until)):
        raise errors.NOT_IN_FORCE.refuse(
            on=show_day(on),
            since=show_day(ruleset.in_force_from),
            until=f"，到{show_day(ruleset.until)}前为止" if ruleset.until else "",
        )
    courses = tuple(plan.courses)
    _check_courses(courses)
    lawful = law_of(ruleset, law)
    if strict and lawful.conflicts:
        raise Refusal(lawful.conflicts)
    total = getattr(plan, "total_credits_hundredths", None)
    if not isinstance(total, int) or isinstance(total, bool) or total <= 0:
        total = sum(course.credits_hundredths for course in courses)
    compiled = CompiledRules(ruleset, courses, total, lawful, on)
    groups = sum(len(cap.groups) for cap in compiled.caps)
    if groups > MAX_CAP_GROUPS:
        where = Where(column="caps（按课程、模块或类别逐一计算）")
        raise errors.TOO_MANY.refuse(where=where, given=groups, limit=MAX_CAP_GROUPS)
    return compiled


def _check_courses(courses: Sequence[CourseLike]) -> None:
    problems: list[Problem] = []
    if len(courses) > MAX_COURSES:
        raise errors.TOO_MANY.refuse(where=Where(column="plan.courses"), given=len(courses), limit=MAX_COURSES)
    seen: set[str] = set()
    for position, course in enumerate(courses):
        where = Where(column=f"plan.courses[{position}]", value=course.code)
        if course.code in seen:
            problems.append(errors.TWO_COURSES_ONE_CODE.problem(where=where, code=course.code))
        seen.add(course.code)
        if not 0 <= course.credits_hundredths <= MAX_CREDITS_HUNDREDTHS:
            problems.append(
                errors.BAD_PLAN_COURSE.problem(
                    where=where, code=course.code, given=course.credits_hundredths, limit=MAX_CREDITS_HUNDREDTHS // 100
                )
            )
    if problems:
        raise Refusal(problems)
