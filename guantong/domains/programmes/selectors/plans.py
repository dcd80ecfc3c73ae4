"""Reads of curriculum plans: facts for rules, engines and neighbours; who may see which plan."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from django.db.models import Count, QuerySet

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.lawbook import law_on
from guantong.kernel import clock

from .. import errors
from ..models import CurriculumPlan, PlanCourse
from ..rules.facts import PlanCourseFacts, PlanFacts
from ..rules.plan_checks import LEAST_HOURS_A_CREDIT, Check, LawSource, check_plan
from ..rules.vocabulary import DRAFTED, PUBLISHED, SUPERSEDED

MANAGE = "programmes.manage"
"""Permission of the school's registrar over offerings and plans."""


def facts_of(plan: CurriculumPlan) -> PlanFacts:
    """The plain values of a plan, courses in printed order. Two queries at most."""
    programme = plan.programme
    return PlanFacts(
        id=plan.pk,
        public_id=plan.public_id,
        name=plan.name,
        school_id=plan.school_id,
        school_kind=plan.school.kind,
        programme_code=programme.code,
        programme_name=programme.name,
        level=programme.level,
        category_code=programme.category_code,
        cohort=plan.cohort,
        version=plan.version,
        entry=plan.entry,
        duration_years=plan.duration_years,
        total_credits_hundredths=plan.total_credits,
        hours_per_credit=plan.hours_per_credit,
        state=plan.state,
        courses=tuple(_course_facts(course) for course in plan.courses.all()),
    )


def _course_facts(course: PlanCourse) -> PlanCourseFacts:
    return PlanCourseFacts(
        id=course.pk,
        code=course.code,
        name=course.name,
        category=course.category,
        module=course.module,
        credits_hundredths=course.credits_hundredths,
        hours=course.hours,
        practice_hours=course.practice_hours,
        semester=course.semester,
        is_required=course.is_required,
        is_convertible=course.is_convertible,
        weeks=course.weeks,
        topic=course.topic,
    )


def get_plan(plan_id: int) -> CurriculumPlan:
    """By primary key, with programme and courses; PRG-030 when there is none."""
    plan = _with_all().filter(pk=plan_id).first()
    if plan is None:
        raise errors.PLAN_UNKNOWN.refuse(public_id=str(plan_id))
    return plan


def _with_all() -> QuerySet[CurriculumPlan]:
    return CurriculumPlan.objects.select_related("programme", "school").prefetch_related("courses")


def access_plan_for(actor: Actor, public_id: str) -> CurriculumPlan:
    """A published plan for anyone, a draft for its school only; PRG-030 otherwise, so that drafts stay unknown."""
    plan = _with_all().filter(public_id=public_id).first()
    if plan is None or (plan.state == DRAFTED and not actor.may(MANAGE, plan.school_id)):
        raise errors.PLAN_UNKNOWN.refuse(public_id=public_id)
    return plan


def access_own_plan_for(actor: Actor, public_id: str) -> CurriculumPlan:
    """A plan the actor may change; PRG-030 when it cannot even be seen, ACC-… when it belongs to another school."""
    plan = access_plan_for(actor, public_id)
    require(actor, MANAGE, plan.school_id)
    return plan


def lock_plan(plan_id: int) -> CurriculumPlan:
    """The plan locked for the transaction."""
    return CurriculumPlan.objects.select_for_update(of=("self",)).select_related("programme").get(pk=plan_id)


def list_plans(
    *, school_id: int | None = None, programme_id: int | None = None, states: tuple[str, ...] = (PUBLISHED,)
) -> QuerySet[CurriculumPlan]:
    """Plans with the number of their courses, newest cohort first; published ones unless ``states`` says otherwise."""
    plans = CurriculumPlan.objects.filter(state__in=states).select_related("programme")
    if school_id is not None:
        plans = plans.filter(school_id=school_id)
    if programme_id is not None:
        plans = plans.filter(programme_id=programme_id)
    return plans.annotate(course_count=Count("courses")).order_by("-cohort", "programme__code", "entry", "-version")


def list_own_plans(actor: Actor, school_id: int) -> QuerySet[CurriculumPlan]:
    """All plans of a school, drafts included, for its registrar."""
    require(actor, MANAGE, school_id)
    return list_plans(school_id=school_id, states=(DRAFTED, PUBLISHED, SUPERSEDED))


def law_day_of(plan: CurriculumPlan) -> date:
    """The day whose law a plan is checked by: the day it was published, today for a draft."""
    return plan.law_on or clock.today()


def usual_hours_per_credit() -> str:
    """The fewest hours a credit the law names, as a first value of the form; empty when it names none."""
    answer = law_on(clock.today()).find(LEAST_HOURS_A_CREDIT)
    value = answer.value if answer is not None else None
    return str(value) if isinstance(value, Fraction) and value.denominator == 1 else ""


def checks_of(plan: CurriculumPlan, facts: PlanFacts | None = None) -> list[Check]:
    """The national checks of a plan under the law of its day."""
    law: LawSource = law_on(law_day_of(plan))
    return check_plan(facts or facts_of(plan), law)
