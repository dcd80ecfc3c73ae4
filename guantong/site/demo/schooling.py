"""Offerings, curriculum plans, learners and their records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from django.db import transaction

from guantong.base.accounts.actions import create_user
from guantong.base.accounts.public import SYSTEM
from guantong.base.people.public import PersonFacts, ensure_people
from guantong.domains.programmes.actions.offerings import offer_programme
from guantong.domains.programmes.actions.plans import draft_plan, publish_plan, replace_courses
from guantong.domains.programmes.actions.records import Enrolment, enrol_students
from guantong.domains.programmes.public import PlanFacts, plan_facts
from guantong.kernel.identity import IdNumber
from guantong.site.demo.cast import PASSWORD
from guantong.site.demo.curricula import FIELDS, Field, courses_for
from guantong.site.demo.people import IdNumbers, invented_name, registered_twice
from guantong.site.demo.places import RULE_SCHOOLS, Places

LEVELS = {
    "secondary_school": ("secondary", "junior", 3),
    "technician_school": ("secondary", "junior", 3),
    "higher_school": ("higher", "senior", 3),
    "bachelor_school": ("bachelor", "senior", 4),
}
"""Kind of school → level of its programmes, who enters, years."""
NOT_MET = "演示用的方案：个别学时尚未达到要求，学校已列出改进时间表。"


@dataclass(frozen=True, slots=True)
class Plan:
    """A published plan: facts, field of study, year of entry."""

    facts: PlanFacts
    field: Field
    cohort: int


@dataclass(frozen=True, slots=True)
class Learner:
    """One learner: database ids, plan."""

    person_id: int
    school_id: int
    plan: Plan
    record_id: int
    name: str


class Schooling:
    """Builds plans, then enrols people into them."""

    def __init__(self, random: Random, places: Places, today: date) -> None:
        self.random = random
        self.places = places
        self.year = today.year if (today.month, today.day) >= (9, 20) else today.year - 1
        """The academic year under way."""
        self.plans: dict[int, list[Plan]] = {}
        self.learners: list[Learner] = []
        self.zhao: Learner | None = None
        self.cheng: Learner | None = None
        """Known to every visitor by name: a student of 东湖职院, and one in the last year of 西岭职业技术学校."""
        self.ids = IdNumbers(random)

    def build_plans(self) -> None:
        """Rule schools run all fields in three cohorts, the others two fields in one or two."""
        rule_schools = {self.places.keyed[key] for key, *_ in RULE_SCHOOLS}
        for school in self.places.schools:
            fields: Sequence[Field] = FIELDS[:5] if school in rule_schools else self.random.sample(FIELDS, 2)
            cohorts = [self.year - 2, self.year - 1, self.year] if school in rule_schools else [self.year - 1]
            if school == self.places.keyed["donghu"]:
                cohorts.insert(0, self.year - 3)
            with transaction.atomic():
                for field in fields:
                    for cohort in cohorts:
                        self.plans.setdefault(school, []).append(self._plan(school, field, cohort))

    def _plan(self, school: int, field: Field, cohort: int) -> Plan:
        level, entry, years = LEVELS[self.places.kinds[school]]
        code = field.codes[level]
        offer_programme(actor=SYSTEM, school_id=school, programme_code=code, year=cohort, department=field.department)
        per_credit = self.random.choice((16, 17, 18))
        courses = courses_for(field, level, years=years, hours_per_credit=per_credit)
        plan = draft_plan(
            actor=SYSTEM,
            school_id=school,
            programme_code=code,
            cohort=cohort,
            entry=entry,
            duration_years=Decimal(years),
            total_credits_hundredths=sum(c.credits_hundredths for c in courses),
            hours_per_credit=per_credit,
        )
        replace_courses(actor=SYSTEM, plan_id=plan.pk, courses=courses)
        publish_plan(actor=SYSTEM, plan_id=plan.pk, explanation=NOT_MET)
        return Plan(plan_facts(plan.pk), field, cohort)

    def enrol(self, count: int) -> None:
        """Make ``count`` people and enrol each at one school; rule schools are larger."""
        rule_schools = [self.places.keyed[key] for key, *_ in RULE_SCHOOLS]
        weights = [5 if school in rule_schools else 1 for school in self.places.schools]
        schools = self.random.choices(self.places.schools, weights, k=count)
        schools[0] = self.places.keyed["donghu"]
        if count > 1:
            schools[1] = self.places.keyed["xiling"]
        by_school: dict[int, list[tuple[PersonFacts, Plan]]] = {}
        for number, school in enumerate(schools):
            plan = self.random.choice(self.plans[school])
            name = invented_name(self.random)
            if number == 0:
                plan = next(p for p in self.plans[school] if p.field.key == "software" and p.cohort == self.year - 1)
                name = "赵小禾"
            if number == 1:
                plan = next(p for p in self.plans[school] if p.field.key == "software" and p.cohort == self.year - 2)
                name = "程予安"
            born = plan.cohort - (15 if plan.facts.level == "secondary" else 18)
            by_school.setdefault(school, []).append(
                (PersonFacts(name, self.ids.one(date(born - 1, 9, 1), date(born, 9, 1))), plan)
            )
        for school, members in sorted(by_school.items()):
            with transaction.atomic():
                people = ensure_people(actor=SYSTEM, facts=[facts for facts, _ in members])
                records = enrol_students(
                    actor=SYSTEM,
                    school_id=school,
                    enrolments=[
                        Enrolment(
                            person_id=person,
                            plan_id=plan.facts.id,
                            student_number=f"{plan.cohort}{number:05d}",
                            enrolled_on=date(plan.cohort, 9, 1),
                            department=plan.field.department,
                        )
                        for number, (person, (_, plan)) in enumerate(zip(people, members, strict=True), 1)
                    ],
                )
            for person, record, (facts, plan) in zip(people, records, members, strict=True):
                learner = Learner(person, school, plan, record, facts.name)
                self.learners.append(learner)
                if facts.name == "赵小禾" and self.zhao is None and school == self.places.keyed["donghu"]:
                    self.zhao = learner
                if facts.name == "程予安" and self.cheng is None and school == self.places.keyed["xiling"]:
                    self.cheng = learner
        known, _ = by_school[self.places.keyed["donghu"]][-1]
        ensure_people(actor=SYSTEM, facts=registered_twice(known.name, IdNumber.parse(known.id_number).born_on))
        if self.zhao is not None:
            with transaction.atomic():
                create_user(
                    actor=SYSTEM,
                    username="zhao",
                    display_name="赵小禾",
                    password=PASSWORD,
                    person_id=self.zhao.person_id,
                    must_change_password=False,
                )
