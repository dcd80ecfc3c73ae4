"""An independent check of an allocation against the rule document, in plain loops without masks, indexes or memory.

It shares with the optimiser only the reading of the document and the table that says what one rule grants
(:func:`.matching.match`). Used by tests, and by whoever wants to be sure before writing to the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from guantong.engines.conversion.allocating import Allocation
from guantong.engines.conversion.caps import CompiledCap, term_key
from guantong.engines.conversion.compiling import CompiledRules, anniversary
from guantong.engines.conversion.facts import NEWCOMER, AchievementFacts, CourseLike, LearnerFacts
from guantong.engines.conversion.matching import UNBOUNDED, match
from guantong.engines.conversion.ruleset import Rule


@dataclass(frozen=True, slots=True)
class Given:
    """One use of an achievement for a course: what the checker needs of an assignment."""

    achievement: str
    course: str
    hundredths: int
    rule: str


def violations(
    compiled: CompiledRules,
    achievements: Iterable[AchievementFacts],
    learner: LearnerFacts,
    allocation: Allocation | Iterable[Given],
) -> list[str]:
    """What is wrong with an allocation, in English for developers; empty when every rule and cap is kept."""
    if isinstance(allocation, Allocation):
        uses = [Given(a.achievement, a.course, a.hundredths, a.rule) for a in allocation.assignments]
    else:
        uses = list(allocation)
    return _Check(compiled, {a.id: a for a in achievements}, learner or NEWCOMER, uses).run()


class _Check:
    def __init__(
        self,
        compiled: CompiledRules,
        achievements: Mapping[str, AchievementFacts],
        learner: LearnerFacts,
        uses: list[Given],
    ) -> None:
        self.compiled = compiled
        self.ruleset = compiled.ruleset
        self.achievements = achievements
        self.learner = learner
        self.uses = uses
        self.courses: dict[str, CourseLike] = {course.code: course for course in compiled.courses}
        self.rules = {rule.id: rule for rule in self.ruleset.rules}
        self.found: list[str] = []

    def run(self) -> list[str]:
        """All findings."""
        seen: set[tuple[str, str]] = set()
        for use in self.uses:
            if (use.achievement, use.course) in seen:
                self.found.append(f"{use.achievement} is used twice for {use.course}")
            seen.add((use.achievement, use.course))
            if use.achievement not in self.achievements or use.course not in self.courses or use.rule not in self.rules:
                self.found.append(f"unknown achievement, course or rule in {use}")
                continue
            if use.hundredths <= 0:
                self.found.append(f"nothing is given in {use}")
            self._use(use)
        if self.found:
            return self.found
        self._achievements()
        self._courses()
        for cap in self.compiled.caps:
            self._cap(cap)
        return self.found

    def _use(self, use: Given) -> None:
        a, course, rule = self.achievements[use.achievement], self.courses[use.course], self.rules[use.rule]
        for wrong in (
            *self._state(a),
            *self._rule(rule, a),
            *self._course(rule, a, course),
            *self._larger(rule, a, course),
        ):
            self.found.append(f"{use.achievement} for {use.course}: {wrong}")
        if use.hundredths > self._worth(rule, a):
            self.found.append(f"{use.achievement} for {use.course}: more than rule {rule.id} grants")

    def _state(self, a: AchievementFacts) -> Iterable[str]:
        on, use = self.compiled.on, self.ruleset.use
        if a.state != "recognised":
            yield "it is not recognised"
        if a.valid_until is not None and on > a.valid_until:
            yield "it has expired"
        if a.issued_on is not None and a.issued_on > on:
            yield "it is issued in the future"
        if a.used_hundredths > 0 and (use.single_use or use.surplus == "lost"):
            yield "it was used before"
        own = self.ruleset.own_school
        if own and own.before_hundredths is not None and self.learner.earned_hundredths < own.before_hundredths:
            yield "too little was earned at this school before applying"

    def _rule(self, rule: Rule, a: AchievementFacts) -> Iterable[str]:
        on = self.compiled.on
        if a.kind not in rule.kinds:
            yield "the rule is not for this kind"
            return
        if not isinstance(match(rule, a, self.ruleset, self.compiled.lawful.hours_low), int):
            yield "the rule does not take it"
        wanted = rule.national.code if rule.national else None
        if wanted is None and a.kind in self.compiled.lawful.national_first:
            wanted = "national_credit_bank"
        if wanted is not None and not a.national_recognised and wanted not in a.recognitions:
            yield "a national recognition is missing"
        limits = [rule.validity.years] if rule.validity and rule.validity.years is not None else []
        limits += [self.compiled.lawful.validity[a.kind][0]] if a.kind in self.compiled.lawful.validity else []
        ageing = bool(rule.validity and rule.validity.ageing)
        if (limits or ageing) and a.issued_on is None:
            yield "it has no date"
        if a.issued_on is not None and any(anniversary(a.issued_on, years) < on for years in limits):
            yield "it is too old"
        enrolled = self.learner.enrolled_on
        if rule.during_study and enrolled is not None and a.issued_on is not None and a.issued_on < enrolled:
            yield "it was earned before enrolment"

    def _course(self, rule: Rule, a: AchievementFacts, course: CourseLike) -> Iterable[str]:
        to, out = rule.target, self.ruleset.exclusions
        if to.categories and course.category not in to.categories:
            yield "the rule is not for this category"
        if to.modules and course.module not in to.modules:
            yield "the rule is not for this module"
        if to.courses and course.code not in to.courses:
            yield "the rule is not for this course"
        if to.same_code and course.code != a.subject_code:
            yield "the course has another code"
        size = course.credits_hundredths
        if to.least_hundredths is not None and size < to.least_hundredths:
            yield "the course is too small"
        if to.most_hundredths is not None and size > to.most_hundredths:
            yield "the course is too large"
        names = [*out.names, *(name for name, _ in self.compiled.lawful.excluded_names)]
        if (
            course.category in out.categories
            or (course.module and course.module in out.modules)
            or course.code in out.courses
            or any(name in course.name for name in names)
        ):
            yield "the course is excluded"
        if not course.is_convertible:
            yield "the plan does not let the course be converted"
        if course.code in self.learner.passed or course.code in self.learner.exempted:
            yield "the course is passed or exempted already"
        if self.ruleset.coming_semesters_only and 0 < course.semester < self.learner.semester:
            yield "the semester of the course is over"

    def _larger(self, rule: Rule, a: AchievementFacts, course: CourseLike) -> Iterable[str]:
        """Each course uses the rule that grants most, the earlier one when two grant the same."""
        mine, is_earlier = self._worth(rule, a), True
        for other in self.ruleset.rules:
            if other is rule:
                is_earlier = False
            elif not list(self._rule(other, a)) and not list(self._course(other, a, course)):
                theirs = self._worth(other, a)
                if theirs > mine or (theirs == mine and is_earlier):
                    yield f"rule {other.id} goes before rule {rule.id}"

    def _worth(self, rule: Rule, a: AchievementFacts) -> int:
        base = match(rule, a, self.ruleset, self.compiled.lawful.hours_low)
        if not isinstance(base, int):
            return 0
        share = Fraction(1)
        for step in rule.validity.ageing if rule.validity else ():
            if a.issued_on is not None and anniversary(a.issued_on, step.after_years) <= self.compiled.on:
                share = step.counts
        if base == UNBOUNDED:
            base = self.compiled.total_hundredths
        if share != 1:
            base = int(base * share)
            base -= base % rule.amount.step
        return base - a.used_hundredths - a.reserved_hundredths

    def _achievements(self) -> None:
        for name, a in self.achievements.items():
            mine = [use for use in self.uses if use.achievement == name]
            if not mine:
                continue
            if self.ruleset.use.single_use and len(mine) > 1:
                self.found.append(f"{name} is used for {len(mine)} courses")
            total = sum(use.hundredths for use in mine)
            if a.recognised_hundredths is not None:
                left = a.recognised_hundredths - a.used_hundredths - a.reserved_hundredths
                if total > left:
                    self.found.append(f"{name} gives {total} of {left} recognised")
            worth = 0
            for rule in self.ruleset.rules:
                if a.kind in rule.kinds and not list(self._rule(rule, a)):
                    worth = max(worth, self._worth(rule, a))
                here = sum(use.hundredths for use in mine if use.rule == rule.id)
                if here and here > self._worth(rule, a):
                    self.found.append(f"{name} gives {here} under rule {rule.id}")
            if total > worth:
                self.found.append(f"{name} gives {total}, more than its largest rule")

    def _courses(self) -> None:
        use = self.ruleset.use
        for code, course in self.courses.items():
            mine = [given for given in self.uses if given.course == code]
            if not mine:
                continue
            earlier = sum(p.hundredths for p in self.learner.prior if p.course_code == code)
            need = course.credits_hundredths - earlier
            total = sum(given.hundredths for given in mine)
            if total > need:
                self.found.append(f"{code} gets {total} of {need}")
            if not use.combine and (len(mine) > 1 or earlier):
                self.found.append(f"{code} is made up of several achievements")
            if not use.partial and total != need:
                self.found.append(f"{code} is covered in part: {total} of {need}")
            if use.partial and use.least_cover is not None and total < need * use.least_cover:
                self.found.append(f"{code} is covered too little")

    def _cap(self, compiled: CompiledCap) -> None:
        """Group uses by key in the plainest way, add earlier conversions, compare with the limit."""
        cap, terms, on = compiled.cap, self.ruleset.terms, self.compiled.on
        groups: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
        touched: set[tuple[str, str]] = set()

        def counts(course: CourseLike | None) -> bool:
            if course is None:
                return not (cap.categories or cap.modules or cap.courses)
            return (
                (not cap.categories or course.category in cap.categories)
                and (not cap.modules or course.module in cap.modules)
                and (not cap.courses or course.code in cap.courses)
            )

        def course_key(course: CourseLike | None) -> str:
            if course is None:
                return ""
            return {"category": course.category, "module": course.module, "course": course.code}.get(cap.per, "")

        for given in self.uses:
            a, course = self.achievements[given.achievement], self.courses[given.course]
            if not compiled.applies_to(a.kind, a.issuer_kind) or not counts(course):
                continue
            day = on if cap.counted_on == "converted" else a.issued_on
            key = {
                "achievement": a.id,
                "certificate": a.certificate_code or a.subject_code or a.id,
                "issuer": a.issuer_id,
                "kind": a.kind,
                "semester": term_key(terms, day, "semester"),
                "year": term_key(terms, day, "year"),
            }.get(cap.per, "")
            slot = (course_key(course), key)
            groups.setdefault(slot, []).append((a.id, course.code, given.hundredths))
            touched.add(slot)
        for prior in self.learner.prior:
            known = self.courses.get(prior.course_code)
            if not compiled.applies_to(prior.kind, prior.issuer_kind) or not counts(known):
                continue
            if known is None and cap.per in ("category", "module", "course"):
                continue
            day = prior.converted_on if cap.counted_on == "converted" else prior.issued_on
            key = {
                "achievement": prior.achievement_id,
                "certificate": prior.certificate_code or prior.achievement_id,
                "issuer": prior.issuer_id,
                "kind": prior.kind,
                "semester": term_key(terms, day, "semester"),
                "year": term_key(terms, day, "year"),
            }.get(cap.per, "")
            if cap.per == "achievement" and not compiled.is_count:
                continue
            groups.setdefault((course_key(known), key), []).append(
                (prior.achievement_id, prior.course_code, prior.hundredths)
            )
        for slot in sorted(touched):
            self._group(compiled, slot, groups[slot])

    def _group(self, compiled: CompiledCap, slot: tuple[str, str], uses: list[tuple[str, str, int]]) -> None:
        cap = compiled.cap
        inside = [
            course
            for course in self.compiled.courses
            if (not cap.categories or course.category in cap.categories)
            and (not cap.modules or course.module in cap.modules)
            and (not cap.courses or course.code in cap.courses)
            and (cap.per != "category" or course.category == slot[0])
            and (cap.per != "module" or course.module == slot[0])
            and (cap.per != "course" or course.code == slot[0])
        ]
        if cap.limit.kind == "achievements" or cap.limit.kind == "courses":
            items = {use[0] if cap.limit.kind == "achievements" else use[1] for use in uses}
            if len(items) > cap.limit.count:
                self.found.append(f"cap {cap.id} {slot}: {len(items)} of {cap.limit.count}")
            return
        limit = Fraction(cap.limit.hundredths)
        if cap.limit.share is not None:
            whole = sum(course.credits_hundredths for course in inside)
            limit = cap.limit.share * (self.compiled.total_hundredths if cap.limit.of == "programme" else whole)
        total = sum(use[2] for use in uses)
        if cap.per == "achievement":
            total += self.achievements[slot[1]].used_hundredths
        if total > limit:
            self.found.append(f"cap {cap.id} {slot}: {total} of {limit}")
