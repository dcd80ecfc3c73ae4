"""Curriculum plans: drafted, filled with courses, published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.audit.record import record
from guantong.base.bulk import insert_rows
from guantong.base.lawbook import law_on
from guantong.kernel import clock
from guantong.kernel.digest import digest_of
from guantong.kernel.refusal import Problem, Refusal, Weight

from .. import errors
from ..models import CurriculumPlan, Offering, PlanCourse
from ..rules.courses import CourseEntry, course_faults
from ..rules.facts import PlanCourseFacts
from ..rules.plan_checks import NOT_MET, check_plan
from ..rules.publishing import why_not_draft, why_not_publish
from ..rules.vocabulary import DRAFTED, OFFERED, PLAN_TRANSITIONS, PUBLISHED, SUPERSEDED, entry_label, label_of
from ..selectors.catalogue import get_programme
from ..selectors.plans import MANAGE, facts_of, lock_plan
from .offerings import check_school


def draft_plan(
    *,
    actor: Actor,
    school_id: int,
    programme_code: str,
    cohort: int,
    entry: str,
    duration_years: Decimal,
    total_credits_hundredths: int,
    hours_per_credit: int,
    name: str = "",
    based_on: str = "",
) -> CurriculumPlan:
    """Begin a plan for a cohort: a first version, or the next one after those published.

    ``based_on`` (public id of a plan of the same school) copies its courses. Refuses PRG-008, PRG-020, PRG-021,
    PRG-023 (not offered that year), PRG-032 (a draft exists), PRG-033…035, PRG-042 (form).
    """
    with transaction.atomic():
        require(actor, MANAGE, school_id)
        programme = get_programme(programme_code)
        school = check_school(school_id, programme, clock.today())
        faults = why_not_draft(
            entry=entry,
            duration_years=duration_years,
            total_credits_hundredths=total_credits_hundredths,
            hours_per_credit=hours_per_credit,
        )
        offered = Offering.objects.select_for_update().filter(
            school_id=school_id, programme=programme, year=cohort, state=OFFERED
        )
        if not offered.first():
            faults.append(errors.NOT_OFFERED.problem(school=school, year=cohort, programme=programme.name))
        if faults:
            raise Refusal(faults)
        same = CurriculumPlan.objects.filter(school_id=school_id, programme=programme, cohort=cohort, entry=entry)
        draft = same.filter(state=DRAFTED).first()
        if draft is not None:
            raise errors.PLAN_EXISTS.refuse(
                cohort=cohort, programme=programme.name, entry=entry_label(entry), version=draft.version
            )
        source = CurriculumPlan.objects.filter(public_id=based_on, school_id=school_id).first() if based_on else None
        if based_on and source is None:
            raise errors.PLAN_UNKNOWN.refuse(public_id=based_on)
        plan = CurriculumPlan.objects.create(
            school_id=school_id,
            programme=programme,
            cohort=cohort,
            version=(same.aggregate(last=Max("version"))["last"] or 0) + 1,
            name=name.strip() or f"{programme.name}专业 {cohort} 级人才培养方案",
            entry=entry,
            duration_years=duration_years,
            total_credits=total_credits_hundredths,
            hours_per_credit=hours_per_credit,
            drafted_at=clock.now(),
        )
        if source is not None:
            _write_courses(plan, [_entry_of(course) for course in source.courses.all()])
        record(
            actor=actor,
            action="draft_plan",
            subject=("programmes.plan", plan.public_id),
            organisation_id=school_id,
            facts={"code": programme.code, "cohort": cohort, "version": plan.version, "based_on": based_on},
        )
        return plan


def _entry_of(course: PlanCourse) -> CourseEntry:
    return CourseEntry(
        code=course.code,
        name=course.name,
        category=course.category,
        credits_hundredths=course.credits_hundredths,
        hours=course.hours,
        practice_hours=course.practice_hours,
        semester=course.semester,
        module=course.module,
        weeks=course.weeks,
        is_required=course.is_required,
        is_convertible=course.is_convertible,
        topic=course.topic,
    )


_COURSE = (
    "code", "name", "category", "module", "credits_hundredths", "hours", "practice_hours", "semester", "weeks",
    "is_required", "is_convertible", "topic",
)  # fmt: skip


def _write_courses(plan: CurriculumPlan, courses: Sequence[CourseEntry]) -> None:
    insert_rows(
        PlanCourse,
        ("plan_id", *_COURSE, "position"),
        [
            (plan.pk, *(getattr(course, name) for name in _COURSE), position)
            for position, course in enumerate(courses, 1)
        ],
    )


def _require_draft(plan: CurriculumPlan) -> None:
    if plan.state != DRAFTED:
        raise errors.PLAN_NOT_DRAFT.refuse(state=label_of(plan.state))


def replace_courses(*, actor: Actor, plan_id: int, courses: Sequence[CourseEntry]) -> list[Problem]:
    """Put these courses in the place of all courses of a draft; gives what should be looked at (请确认), if anything.

    All or nothing: refuses with every fault of every row (PRG-050…053, PRG-055, PRG-056), PRG-031 when the plan is no
    draft, PRG-036 when no course is given. The same courses again change nothing.
    """
    with transaction.atomic():
        plan = lock_plan(plan_id)
        require(actor, MANAGE, plan.school_id)
        _require_draft(plan)
        if not courses:
            raise errors.NO_COURSES.refuse()
        findings = course_faults(
            courses,
            duration_years=plan.duration_years,
            total_credits_hundredths=plan.total_credits,
            hours_per_credit=plan.hours_per_credit,
        )
        faults = [p for p in findings if p.weight is Weight.MUST_CHANGE]
        if faults:
            raise Refusal(faults)
        before = [_entry_of(course) for course in plan.courses.all()]
        if before != list(courses):
            plan.courses.all().delete()
            _write_courses(plan, courses)
            record(
                actor=actor,
                action="replace_courses",
                subject=("programmes.plan", plan.public_id),
                organisation_id=plan.school_id,
                facts={
                    "before": len(before),
                    "after": len(courses),
                    "hours": sum(c.hours for c in courses),
                    "credits_hundredths": sum(c.credits_hundredths for c in courses),
                },
            )
        return findings


def content_digest(plan: CurriculumPlan) -> str:
    """Digest of what a plan says; a page gives it back on publishing, so that only what was seen is published."""
    facts = facts_of(plan)
    return digest_of(
        {
            "plan": [facts.name, facts.duration_years, facts.total_credits_hundredths, facts.hours_per_credit],
            "courses": [[getattr(c, f.name) for f in fields(PlanCourseFacts) if f.name != "id"] for c in facts.courses],
        }
    )


def publish_plan(*, actor: Actor, plan_id: int, explanation: str = "", seen_digest: str = "") -> CurriculumPlan:
    """Make a draft binding for its cohort; an earlier published version becomes 已被替代.

    The national checks are made under today's law. One that is not met needs an ``explanation`` (which is published);
    without it PRG-039 names each with its clause. Refuses PRG-031, PRG-036…038, PRG-040, PRG-041 (changed meanwhile).
    Publishing a published plan again changes nothing.
    """
    with transaction.atomic():
        plan = lock_plan(plan_id)
        require(actor, MANAGE, plan.school_id)
        if plan.state == PUBLISHED:
            return plan
        _require_draft(plan)
        today = clock.today()
        law = law_on(today)
        facts = facts_of(plan)
        checks = check_plan(facts, law)
        explanation = explanation.strip()
        faults = why_not_publish(facts, checks, explanation)
        if seen_digest and seen_digest != content_digest(plan):
            faults.insert(0, errors.PLAN_CHANGED.problem())
        if faults:
            raise Refusal(faults)
        earlier = CurriculumPlan.objects.select_for_update().filter(
            school_id=plan.school_id, programme=plan.programme, cohort=plan.cohort, entry=plan.entry, state=PUBLISHED
        )
        replaced = [p.public_id for p in earlier.order_by("pk") if SUPERSEDED in PLAN_TRANSITIONS[p.state]]
        earlier.update(state=SUPERSEDED)
        plan.state, plan.published_at, plan.law_on, plan.law_version = PUBLISHED, clock.now(), today, law.version
        plan.explanation = explanation if any(c.outcome == NOT_MET for c in checks) else ""
        plan.save()
        record(
            actor=actor,
            action="publish_plan",
            subject=("programmes.plan", plan.public_id),
            organisation_id=plan.school_id,
            law_version=law.version,
            reason=plan.explanation,
            facts={"checks": {c.key: c.outcome for c in checks}, "replaced": replaced, "courses": len(facts.courses)},
        )
        return plan
