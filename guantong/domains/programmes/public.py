"""What neighbouring domains may ask of programmes: plain values only.

The actions are passed on for whoever builds a demo region or an installation (``site``): one front door for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .actions import (
    Enrolment,
    draft_plan,
    enrol_students,
    load_catalogue,
    offer_programme,
    offer_programmes,
    publish_plan,
    replace_courses,
)
from .models import CurriculumPlan, Offering, Programme, StudentRecord
from .rules.catalogue import split_code
from .rules.courses import CourseEntry
from .rules.facts import PlanCourseFacts, PlanFacts
from .rules.plan_checks import Check, LawSource
from .rules.plan_checks import check_plan as _check_plan
from .rules.vocabulary import COURSE_CATEGORIES, DRAFTED, ENROLLED, LEVELS, OFFERED, PUBLISHED, label_of
from .selectors import plans as _plans
from .selectors import records as _records
from .selectors.declared import enrolled_people

__all__ = [
    "COURSE_CATEGORIES",
    "LEVELS",
    "Check",
    "CourseEntry",
    "Enrolment",
    "PlanCourseFacts",
    "PlanFacts",
    "PlanHead",
    "ProgrammeHead",
    "RecordFacts",
    "check_plan",
    "count_published_plans",
    "draft_plan",
    "enrol_students",
    "enrolled_people",
    "find_plan_id",
    "find_programme",
    "find_programmes",
    "find_records_by_numbers",
    "find_student_record",
    "label_of",
    "list_plans",
    "list_student_records",
    "load_catalogue",
    "offer_programme",
    "offer_programmes",
    "offered_codes",
    "people_with_records",
    "plan_facts",
    "programme_heads",
    "publish_plan",
    "record_facts",
    "record_facts_by_public_id",
    "replace_courses",
    "some_students",
]


@dataclass(frozen=True, slots=True)
class PlanHead:
    """A plan as listed: without its courses."""

    id: int
    public_id: str
    name: str
    school_id: int
    programme_code: str
    programme_name: str
    level: str
    cohort: int
    version: int
    entry: str
    state: str
    course_count: int


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """A student record. ``state``: enrolled | transferred | graduated | left."""

    id: int
    public_id: str
    person_id: int
    school_id: int
    plan_id: int
    student_number: str
    cohort: int
    department: str
    enrolled_on: date
    left_on: date | None
    state: str


@dataclass(frozen=True, slots=True)
class ProgrammeHead:
    """A programme of the catalogue: where it stands. ``level``: secondary | higher | bachelor."""

    id: int
    code: str
    name: str
    level: str
    category_number: int
    category_name: str
    class_name: str


def _head(programme: Programme) -> ProgrammeHead:
    return ProgrammeHead(
        id=programme.pk,
        code=programme.code,
        name=programme.name,
        level=programme.level,
        category_number=programme.category_number,
        category_name=programme.category_name,
        class_name=programme.class_name,
    )


def find_programme(code: str) -> ProgrammeHead | None:
    """A programme by printed or bare code, or None."""
    split = split_code(code)
    found = Programme.objects.filter(code=split[0]).first() if split else None
    return _head(found) if found is not None else None


def programme_heads(ids: Iterable[int]) -> dict[int, ProgrammeHead]:
    """Programmes by primary key, for many."""
    return {p.pk: _head(p) for p in Programme.objects.filter(pk__in=set(ids))}


def find_programmes(codes: Iterable[str]) -> dict[str, ProgrammeHead]:
    """Programmes by bare code, for many; unknown ones are left out."""
    wanted = sorted(set(codes))
    found: dict[str, ProgrammeHead] = {}
    for start in range(0, len(wanted), 500):
        found.update((p.code, _head(p)) for p in Programme.objects.filter(code__in=wanted[start : start + 500]))
    return found


def offered_codes(school_id: int, year: int) -> frozenset[str]:
    """Codes of the programmes a school offers to the intake of ``year``."""
    rows = Offering.objects.filter(school_id=school_id, year=year, state=OFFERED)
    return frozenset(rows.values_list("programme__code", flat=True))


def plan_facts(plan_id: int) -> PlanFacts:
    """A plan with its courses, in printed order; PRG-030 when there is none."""
    return _plans.facts_of(_plans.get_plan(plan_id))


def find_plan_id(public_id: str) -> int | None:
    """Primary key of the published or superseded plan with this public id; None for drafts and unknown ones."""
    return (
        CurriculumPlan.objects.filter(public_id=public_id).exclude(state=DRAFTED).values_list("pk", flat=True).first()
    )


def check_plan(plan: PlanFacts, law: LawSource) -> list[Check]:
    """The national checks of a plan under ``law``; pure."""
    return _check_plan(plan, law)


def list_plans(*, school_id: int | None = None, states: tuple[str, ...] = (PUBLISHED,)) -> list[PlanHead]:
    """Plans of a school (of all schools when none is named), newest cohort first."""
    return [
        PlanHead(
            id=p.pk,
            public_id=p.public_id,
            name=p.name,
            school_id=p.school_id,
            programme_code=p.programme.code,
            programme_name=p.programme.name,
            level=p.programme.level,
            cohort=p.cohort,
            version=p.version,
            entry=p.entry,
            state=p.state,
            course_count=p.course_count,  # type: ignore[attr-defined]
        )
        for p in _plans.list_plans(school_id=school_id, states=states)
    ]


def count_published_plans() -> int:
    """How many plans are in force, for the landing page."""
    return CurriculumPlan.objects.filter(state=PUBLISHED).count()


def _facts(record: StudentRecord) -> RecordFacts:
    return RecordFacts(
        id=record.pk,
        public_id=record.public_id,
        person_id=record.person_id,
        school_id=record.school_id,
        plan_id=record.plan_id,
        student_number=record.student_number,
        cohort=record.cohort,
        department=record.department,
        enrolled_on=record.enrolled_on,
        left_on=record.left_on,
        state=record.state,
    )


def find_student_record(person_id: int, school_id: int) -> RecordFacts | None:
    """The open record of a person at a school, else the latest closed one, else None."""
    found = _records.find_student_record(person_id, school_id)
    return _facts(found) if found is not None else None


def list_student_records(person_id: int) -> list[RecordFacts]:
    """Every record of a person, open ones first, then latest."""
    return [_facts(r) for r in _records.records_of_person(person_id)]


def find_records_by_numbers(school_id: int, numbers: Iterable[str]) -> dict[str, RecordFacts]:
    """A school's record by student number, for many: the open one, else the latest closed one."""
    return {number: _facts(r) for number, r in _records.find_by_numbers(school_id, numbers).items()}


def some_students(school_id: int, count: int) -> list[tuple[str, str]]:
    """Student number and name of the first ``count`` enrolled students of a school, by number (for sample sheets)."""
    records = StudentRecord.objects.filter(school_id=school_id, state=ENROLLED).order_by("student_number")
    return list(records.values_list("student_number", "person__name")[:count])


def people_with_records(school_id: int, person_ids: Iterable[int]) -> set[int]:
    """Which of these people are or were students of a school."""
    wanted = sorted(set(person_ids))
    found: set[int] = set()
    for start in range(0, len(wanted), 500):
        records = StudentRecord.objects.filter(school_id=school_id, person_id__in=wanted[start : start + 500])
        found.update(records.values_list("person_id", flat=True))
    return found


def record_facts(record_id: int) -> RecordFacts | None:
    """A record by primary key."""
    found = StudentRecord.objects.filter(pk=record_id).first()
    return _facts(found) if found is not None else None


def record_facts_by_public_id(public_id: str) -> RecordFacts | None:
    """A record by public id. The caller checks who asks."""
    found = StudentRecord.objects.filter(public_id=public_id).first()
    return _facts(found) if found is not None else None
