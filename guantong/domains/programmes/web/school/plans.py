"""The school's desk: what is offered, own plans, their course tables, publication."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from guantong.base.accounts.actor import Actor
from guantong.base.files.public import access_file_for, read_bytes, store_file
from guantong.base.webkit.desks import Panel, PanelRow
from guantong.base.webkit.pages import actor_of, download, for_desk, go, render
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal, Where

from ... import errors, sheets
from ...actions import draft_plan, publish_plan, replace_courses
from ...actions.plans import content_digest
from ...models import CurriculumPlan
from ...rules.vocabulary import DRAFTED, OFFERED, PUBLISHED, SUPERSEDED, entry_label, label_of
from ...selectors.offerings import list_offerings
from ...selectors.plans import MANAGE, access_own_plan_for, facts_of, list_own_plans, list_plans, usual_hours_per_credit
from ..forms import shown
from ..forms import typed as forms
from .choice import school_of

SHOWN_PROBLEMS = 20
"""How many findings the page lists; the returned workbook holds all."""
PANEL_ROWS = 5


@require_safe
@for_desk("school")
def plans(request: HttpRequest) -> HttpResponse:
    """Own plans, drafts first."""
    actor = actor_of(request)
    school_id, schools = school_of(request, actor, MANAGE)
    rows = list_own_plans(actor, school_id)
    order = {DRAFTED: 0, PUBLISHED: 1, SUPERSEDED: 2}
    return render(
        request,
        "programmes/school_plans.html",
        {
            "page": forms.page_of(request, sorted(rows, key=lambda p: order[p.state])),
            "school_id": school_id,
            "schools": schools,
            "label_of": label_of,
            "entry_label": entry_label,
            "state_tones": shown.STATE_TONES,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("school")
def new_plan(request: HttpRequest) -> HttpResponseBase:
    """Begin a plan for a programme the school offers."""
    actor = actor_of(request)
    school_id, schools = school_of(request, actor, MANAGE)
    source = request.POST if request.method == "POST" else request.GET
    typed = forms.typed(
        source, forms.PLAN_FIELDS, cohort=str(clock.today().year), hours_per_credit=usual_hours_per_credit()
    )
    refusal = None
    if request.method == "POST":
        try:
            plan = draft_plan(actor=actor, school_id=school_id, **forms.read_plan_form(typed))
        except Refusal as found:
            refusal = forms.place_plan_problems(found)
        else:
            messages.success(request, f"已新建“{plan.name}”草案，请上传课程表。")
            return go(request, "programmes:manage_plan", plan.public_id)
    offered = list_offerings(school_id=school_id).filter(state=OFFERED)[:300]
    return render(
        request,
        "programmes/new_plan.html",
        {
            "refusal": refusal,
            "typed": typed,
            "school_id": school_id,
            "schools": schools,
            "entries": forms.ENTRY_OPTIONS,
            "programme_options": list(
                {o.programme.code: f"{o.programme.printed_code} {o.programme.name}" for o in offered}.items()
            ),
            "plan_options": [
                (p.public_id, f"{p.name}（第 {p.version} 版）") for p in list_own_plans(actor, school_id)[:100]
            ],
        },
        status=422 if refusal else 200,
    )


def _manage(request: HttpRequest, plan: CurriculumPlan, *, status: int = 200, **more: Any) -> HttpResponse:
    plan = access_own_plan_for(actor_of(request), plan.public_id)
    context: dict[str, Any] = {
        "refusal": None,
        "upload": None,
        "file_id": "",
        "explanation": "",
        "digest": content_digest(plan),
        "shown_problems": SHOWN_PROBLEMS,
        "is_own_desk": True,
        "versions": [],
    }
    return render(
        request, "programmes/manage_plan.html", {**context, **shown.plan_context(plan), **more}, status=status
    )


@require_safe
@for_desk("school")
def manage_plan(request: HttpRequest, public_id: str) -> HttpResponse:
    """One plan at the school's desk: courses, checks, upload, publication."""
    return _manage(request, access_own_plan_for(actor_of(request), public_id))


@require_POST
@for_desk("school")
def upload_courses(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """A course table: checked whole; saved when nothing must be changed and what is odd has been confirmed."""
    actor = actor_of(request)
    plan = access_own_plan_for(actor, public_id)
    try:
        name, content, file_id = _given(request, actor, plan)
        read = sheets.read_courses(content, name, facts_of(plan))
        if read.faults or (read.questions and request.POST.get("confirmed") != "1"):
            return _manage(request, plan, status=422, upload=read, file_id=file_id)
        replace_courses(actor=actor, plan_id=plan.pk, courses=read.entries)
    except Refusal as found:
        return _manage(request, plan, status=422, refusal=found)
    messages.success(request, f"课程表已保存，共 {len(read.entries)} 门课程。")
    return go(request, "programmes:manage_plan", public_id)


def _given(request: HttpRequest, actor: Actor, plan: CurriculumPlan) -> tuple[str, bytes, str]:
    """(name, content, file id) of the table handed in now, or of one handed in before and confirmed."""
    kept = request.POST.get("file_id", "")
    if kept:
        stored = access_file_for(actor, kept)
        return stored.name, read_bytes(stored), stored.public_id
    chosen = forms.uploaded(request, "courses")
    if chosen is None:
        raise errors.FILE_MISSING.refuse(where=Where(column="courses", title="课程表"))
    content = chosen.read()
    stored = store_file(actor, chosen.name or "课程表.xlsx", content, "sheet", organisation_id=plan.school_id)
    return stored.name, content, stored.public_id


@require_GET
@for_desk("school")
def report(request: HttpRequest, public_id: str, file_id: str) -> HttpResponse:
    """Her table with 校验结果 and 错误说明."""
    actor = actor_of(request)
    plan = access_own_plan_for(actor, public_id)
    stored = access_file_for(actor, file_id)
    content = read_bytes(stored)
    read = sheets.read_courses(content, stored.name, facts_of(plan))
    return download(sheets.courses_report(content, stored.name, read.problems), f"校验结果-{stored.name}", forms.XLSX)


@require_POST
@for_desk("school")
def publish(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Publish what the page showed."""
    actor = actor_of(request)
    plan = access_own_plan_for(actor, public_id)
    explanation = request.POST.get("explanation", "").strip()[:500]
    try:
        publish_plan(actor=actor, plan_id=plan.pk, explanation=explanation, seen_digest=request.POST.get("digest", ""))
    except Refusal as found:
        return _manage(request, plan, status=found.status, refusal=found, explanation=explanation)
    messages.success(request, "方案已发布，所有人都可以查看。")
    return go(request, "programmes:manage_plan", public_id)


@require_safe
@for_desk("school")
def template(request: HttpRequest) -> HttpResponse:
    """The empty course table."""
    return download(sheets.courses_template(), "课程表模板.xlsx", forms.XLSX)


def drafts_to_publish(actor: Actor) -> Panel | None:
    """Drafts of the actor's schools that wait to be published."""
    schools = actor.organisations(MANAGE)
    if not schools:
        return None
    drafts = list_plans(states=(DRAFTED,)).filter(school_id__in=schools)
    count = drafts.count()
    if not count:
        return None
    rows = tuple(
        PanelRow(
            text=plan.name,
            url=reverse("programmes:manage_plan", args=[plan.public_id]),
            state=label_of(plan.state),
            tone="warn",
            detail=f"第 {plan.version} 版，{plan.course_count} 门课程",  # type: ignore[attr-defined]
        )
        for plan in drafts[:PANEL_ROWS]
    )
    return Panel("待发布的人才培养方案", rows, more_url=reverse("programmes:school_plans"), count=count)
