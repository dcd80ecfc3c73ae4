"""Students of the school: found again, moved to another plan, seen off; new ones come by roster."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from guantong.base.sheets.pages import SheetPages
from guantong.base.webkit.pages import actor_of, for_desk, go, render
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal, Where

from ... import errors
from ...actions import leave_school, transfer_student
from ...models import StudentRecord
from ...rules.vocabulary import ENROLLED, GRADUATED, LEFT, PUBLISHED, RECORD_STATES, SUPERSEDED, TRANSFERRED, label_of
from ...selectors.plans import list_plans
from ...selectors.records import ENROL, access_record_for, following_of, list_records, search_records
from ..forms import typed as forms
from .choice import school_of

SEARCH = {"q": "姓名或学号", "state": "状态", "plan": "方案"}
WAYS = [(LEFT, "退学、开除等离校"), (TRANSFERRED, "转出到其他学校"), (GRADUATED, "毕业")]

ROSTER = SheetPages(
    kind="student_roster",
    desk="school",
    namespace="programmes",
    name="roster_sheets",
    lead="新生名册按表格注册学籍；全部检查过才写入，可以只导入没有问题的行。",
    crumbs=(("学校工作台", "/school/"), ("学生学籍", "/school/students/")),
    done_text="查看学生学籍",
    done_url="programmes:school_students",
)


@require_safe
@for_desk("school")
def students(request: HttpRequest) -> HttpResponse:
    """Student records of the school, by name, number, state, plan."""
    actor = actor_of(request)
    school_id, schools = school_of(request, actor, ENROL)
    typed = forms.typed(request.GET, SEARCH)
    rows = search_records(list_records(actor, school_id), typed["q"][:60], typed["state"], typed["plan"])
    plans = list_plans(school_id=school_id, states=(PUBLISHED, SUPERSEDED))[:300]
    return render(
        request,
        "programmes/school_students.html",
        {
            "typed": typed,
            "page": forms.page_of(request, rows),
            "schools": schools,
            "states": RECORD_STATES,
            "plan_options": [(p.public_id, f"{p.name}（第 {p.version} 版）") for p in plans],
            "label_of": label_of,
        },
        fragment="results",
    )


def _page(request: HttpRequest, record: StudentRecord, *, status: int = 200, **more: Any) -> HttpResponse:
    plans = list_plans(school_id=record.school_id).exclude(pk=record.plan_id)[:300]
    typed = {"to": "", "on": clock.today().isoformat(), "reason": "", "plan": "", "student_number": ""}
    context = {
        "record": record,
        "following": following_of(record),
        "is_open": record.state == ENROLLED,
        "ways": WAYS,
        "plan_options": [(p.public_id, f"{p.name}（第 {p.version} 版）") for p in plans],
        "label_of": label_of,
        "refusal": None,
        "typed": typed,
    }
    return render(request, "programmes/school_student.html", {**context, **more}, status=status)


@require_safe
@for_desk("school")
def student(request: HttpRequest, public_id: str) -> HttpResponse:
    """One record, with what may be done to it."""
    record = access_record_for(actor_of(request), public_id)
    return _page(request, record)


def _typed(request: HttpRequest) -> dict[str, str]:
    fields = {"to": "", "on": "", "reason": "", "plan": "", "student_number": ""}
    return forms.typed(request.POST, fields)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise errors.DAY_FORM.refuse(where=Where(column="on", title="日期"), given=text[:20]) from None


@require_POST
@for_desk("school")
def leave(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Close the record."""
    actor = actor_of(request)
    record = access_record_for(actor, public_id)
    typed = _typed(request)
    try:
        to = typed["to"] if typed["to"] in dict(WAYS) else LEFT
        leave_school(actor=actor, record_id=public_id, on=_day(typed["on"]), reason=typed["reason"][:200], to=to)
    except Refusal as found:
        return _page(request, record, status=found.status, refusal=found, typed=typed)
    messages.success(request, f"学号 {record.student_number} 已办理“{label_of(to)}”。")
    return go(request, "programmes:school_student", public_id)


@require_POST
@for_desk("school")
def transfer(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Move the student to another plan of the school."""
    actor = actor_of(request)
    record = access_record_for(actor, public_id)
    typed = _typed(request)
    try:
        plan = list_plans(school_id=record.school_id).filter(public_id=typed["plan"]).first()
        if plan is None:
            raise errors.PLAN_UNKNOWN.refuse(where=Where(column="plan", title="转入方案"), public_id=typed["plan"][:20])
        following = transfer_student(
            actor=actor,
            record_id=public_id,
            plan_id=plan.pk,
            on=_day(typed["on"]),
            reason=typed["reason"][:200],
            student_number=typed["student_number"],
        )
    except Refusal as found:
        return _page(request, record, status=found.status, refusal=found, typed=typed)
    messages.success(request, f"已转入“{plan.name}”。")
    return go(request, "programmes:school_student", following.public_id)
