"""The catalogue and published plans at the JSON door. Open to everybody; drafts only to their school."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from guantong.base.orgs.public import name_on
from guantong.base.webkit.pages import actor_of
from guantong.kernel import clock
from guantong.kernel.credits import show_credits

from .models import CurriculumPlan, Programme
from .rules.courses import show_years
from .rules.facts import PlanCourseFacts
from .selectors import catalogue
from .selectors.offerings import schools_offering
from .selectors.plans import access_plan_for, checks_of, facts_of, law_day_of, list_plans

router = Router(tags=["专业与人才培养方案"])
MOST = 200
"""Most programmes in one answer."""


class Filters(Schema):
    """Which programmes are listed."""

    q: str = Field("", max_length=100, description="专业名称或代码，简体、繁体都可以")
    level: str = Field("", max_length=12, description="层次：secondary、higher、bachelor")
    category: str = Field("", max_length=2, description="专业大类序号 01 至 19")
    offset: int = Field(0, ge=0, le=100000, description="从第几个开始")
    limit: int = Field(50, ge=1, le=MOST, description="最多几个")


def programme_as_json(programme: Programme) -> dict[str, object]:
    """A programme of the catalogue."""
    return {
        "code": programme.code,
        "printed_code": programme.printed_code,
        "name": programme.name,
        "level": programme.level,
        "category_code": programme.category_code,
        "category_name": programme.category_name,
        "class_code": programme.class_code,
        "class_name": programme.class_name,
        "is_controlled": programme.is_controlled,
        "edition": programme.edition,
    }


def plan_as_json(plan: CurriculumPlan) -> dict[str, object]:
    """The head of a plan; credits as text."""
    return {
        "id": plan.public_id,
        "name": plan.name,
        "programme_code": plan.programme.code,
        "cohort": plan.cohort,
        "entry": plan.entry,
        "version": plan.version,
        "state": plan.state,
        "duration_years": show_years(plan.duration_years),
        "total_credits": show_credits(plan.total_credits),
        "published_on": plan.law_on.isoformat() if plan.law_on else None,
    }


def course_as_json(course: PlanCourseFacts) -> dict[str, object]:
    """One course; credits as text."""
    return {
        "code": course.code,
        "name": course.name,
        "category": course.category,
        "module": course.module,
        "credits": show_credits(course.credits_hundredths),
        "hours": course.hours,
        "practice_hours": course.practice_hours,
        "weeks": course.weeks,
        "semester": course.semester,
        "is_required": course.is_required,
        "is_convertible": course.is_convertible,
        "topic": course.topic,
    }


@router.get("/programmes", summary="专业目录", url_name="programmes")
def list_programmes(request: HttpRequest, filters: Query[Filters]) -> dict[str, object]:
    """Programmes in order of code: how many there are, and one stretch of them."""
    found = catalogue.list_programmes(search=filters.q, level=filters.level, category=filters.category)
    rows = found[filters.offset : filters.offset + filters.limit]
    return {"count": found.count(), "programmes": [programme_as_json(p) for p in rows]}


@router.get("/programmes/{code}", summary="一个专业：开设学校和已发布的方案", url_name="programme")
def get_programme(request: HttpRequest, code: str) -> dict[str, Any]:
    """The programme with the schools that offer it and its published plans."""
    programme = catalogue.get_programme(code)
    schools = [
        {"school": s.school, "region": s.region, "years": list(s.years), "is_open": s.is_open}
        for s in schools_offering(programme.pk, clock.today())
    ]
    plans = [plan_as_json(p) for p in list_plans(programme_id=programme.pk)[:MOST]]
    return {**programme_as_json(programme), "schools": schools, "plans": plans}


@router.get("/plans/{public_id}", summary="一份人才培养方案：课程和国家规定的检查", url_name="plan")
def get_plan(request: HttpRequest, public_id: str) -> dict[str, Any]:
    """The plan with its courses and checks, each check with its clause."""
    plan = access_plan_for(actor_of(request), public_id)
    facts = facts_of(plan)
    return {
        **plan_as_json(plan),
        "school": name_on(plan.school_id, law_day_of(plan)),
        "explanation": plan.explanation,
        "checks": [check.as_json() for check in checks_of(plan, facts)],
        "courses": [course_as_json(c) for c in facts.courses],
    }
