"""Intake plans of a school: list with the sum against the approved size, one plan, handing in, download."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guantong.base.sheets.pages import SheetPages
from guantong.base.webkit.pages import actor_of, for_desk, go, render
from guantong.domains.admission.actions.plans import remove_plan, save_plan, submit_plans
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Cycle, IntakePlan
from guantong.domains.admission.models.plans import MODES, SITES
from guantong.domains.admission.rules.states import EDITABLE_PLANS, PLANS
from guantong.domains.admission.selectors.access import access_plan_for
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.queues import plans_of
from guantong.domains.admission.selectors.school_plans import plan_sums, programmes_offered, show_plans
from guantong.domains.admission.web.forms import table_file
from guantong.domains.admission.web.school.choice import PLAN, Standing, in_cycle
from guantong.domains.admission.web.school.plan_form import (
    MOST_ROWS,
    TESTS,
    blank_form,
    form_of,
    read_entry,
    typed_form,
    whole,
)
from guantong.kernel.refusal import Refusal

SHEETS = SheetPages(
    kind="admission_plans",
    key_name="cycle",
    desk="school",
    namespace="admission",
    name="school_plan_sheets",
    lead="用表格成批编制招生计划。表格里的计划先作为草稿保存，核对以后再上报。",
    crumbs=(("招生录取", "/school/admission/"),),
    done_text="查看招生录取",
    done_url="/school/admission/",
)
TITLES = ("计划编号", "批次", "专业组", "专业代码", "专业", "计划类别", "计划数", "每学年学费（元）", "学制（年）",
          "办学地点", "学习形式", "报考条件", "状态", "退回理由")  # fmt: skip


@require_safe
@for_desk("school")
def plans(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Every plan of the school in a cycle, with the sum against the approved size."""
    here, cycle, head = in_cycle(request, public_id, PLAN, "school_plans")
    rows = show_plans(plans_of(cycle, here.school_id))
    return render(request, "admission/school_plans.html", {**head, **_standing(cycle, here), "rows": rows})


def _standing(cycle: Cycle, here: Standing) -> dict[str, Any]:
    return {
        "sums": plan_sums(cycle, here.school_id),
        "is_open": cycle.stage == PLANS,
        "to_submit": plans_of(cycle, here.school_id).filter(state__in=EDITABLE_PLANS).count(),
        "refusal": None,
    }


@require_POST
@for_desk("school")
def submit(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Hand in every draft and returned plan; refused with everything that is wrong, on the page of the plans."""
    here, cycle, head = in_cycle(request, public_id, PLAN, "school_plans")
    try:
        count = submit_plans(actor=here.actor, cycle=cycle, school_id=here.school_id)
    except Refusal as refusal:
        rows = show_plans(plans_of(cycle, here.school_id))
        context = {**head, **_standing(cycle, here), "rows": rows, "refusal": refusal}
        return render(request, "admission/school_plans.html", context, status=refusal.status)
    messages.success(request, f"已上报 {count} 个招生计划，等待主管部门审批。")
    return go(request, here.link("school_plans", public_id))


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("school")
def new_plan(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Enter one plan."""
    here, cycle, head = in_cycle(request, public_id, PLAN, "school_plans")
    return _plan_page(request, here, cycle, head, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("school")
def plan(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Look at one plan; change it while it is a draft or was returned."""
    row = _own(request, public_id)
    here, cycle, head = in_cycle(request, row.cycle.public_id, PLAN, "school_plans")
    return _plan_page(request, here, cycle, head, row)


def _own(request: HttpRequest, public_id: str) -> IntakePlan:
    actor = actor_of(request)
    row = access_plan_for(actor, public_id)
    if row.school_id not in actor.organisations(PLAN):
        raise errors.PLAN_UNKNOWN.refuse()
    return row


def _plan_page(
    request: HttpRequest, here: Standing, cycle: Cycle, head: Mapping[str, object], row: IntakePlan | None
) -> HttpResponseBase:
    school_id = row.school_id if row is not None else here.school_id
    typed = typed_form(request.POST) if request.method == "POST" else (form_of(row) if row else blank_form(cycle))
    refusal: Refusal | None = None
    if request.method == "POST" and request.POST.get("what") != "add_row":
        try:
            entry = read_entry(cycle, request.POST, row.conditions if row is not None else ())
            revision = whole(request.POST.get("revision")) if row is not None else None
            saved = save_plan(
                actor=here.actor, cycle=cycle, school_id=school_id, entry=entry, plan=row, revision=revision
            )
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"已保存：{saved.programme.name}，{saved.seats} 人。")
            return go(request, here.link("school_plans", cycle.public_id))
    channel = channel_of(cycle)
    context: dict[str, Any] = {
        **head,
        "plan": show_plans([row])[0] if row is not None else None,
        "typed": typed,
        "refusal": refusal,
        "programmes": programmes_offered(cycle, school_id),
        "batches": [(b.id, b.title) for b in channel.batches],
        "kinds": [(k.id, k.title) for k in channel.kinds],
        "modes": MODES,
        "sites": SITES,
        "facts": [(a.id, a.title) for a in channel.attributes],
        "tests": TESTS,
        "most_rows": MOST_ROWS,
        "is_open": cycle.stage == PLANS and (row is None or row.state in EDITABLE_PLANS),
        "sums": _sums_as_typed(cycle, school_id, row, typed),
        "seats_now": whole(typed["seats"]) or 0,
    }
    return render(request, "admission/school_plan.html", context, status=422 if refusal else 200, fragment="sum")


def _sums_as_typed(cycle: Cycle, school_id: int, row: IntakePlan | None, typed: Mapping[str, Any]) -> Any:
    return plan_sums(
        cycle,
        school_id,
        without=row.public_id if row is not None else "",
        more=whole(typed["seats"]) or 0,
        kind=str(typed["kind"]),
    )


@require_safe
@for_desk("school")
def sums(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """What the sum would be with the seats as they are being typed (htmx; the same numbers stand on the whole page)."""
    here, cycle, head = in_cycle(request, public_id, PLAN, "school_plans")
    seats = whole(request.GET.get("seats")) or 0
    shown = plan_sums(
        cycle,
        here.school_id,
        without=request.GET.get("plan", "")[:16],
        more=seats,
        kind=request.GET.get("kind", "")[:24],
    )
    return render(request, "admission/school_sums.html", {**head, "sums": shown, "seats_now": seats}, fragment="sum")


@require_POST
@for_desk("school")
def remove(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Take a draft away."""
    row = _own(request, public_id)
    cycle = row.cycle.public_id
    remove_plan(actor=actor_of(request), plan=row)
    messages.success(request, "已删去这个计划的草稿。")
    return go(request, "admission:school_plans", cycle)


@require_safe
@for_desk("school")
def plans_file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Every plan of the school with its state, as xlsx."""
    here, cycle, _ = in_cycle(request, public_id, PLAN, "school_plans")
    rows = [
        (
            one.plan.public_id, one.place.batch_title, one.place.group_code, one.place.programme_code,
            one.place.programme_name, one.place.kind_title, one.plan.seats, one.plan.fee_fen // 100, one.plan.years,
            one.plan.place, one.place.mode_title, "；".join(one.conditions), one.state_label, one.plan.reason,
        )
        for one in show_plans(plans_of(cycle, here.school_id))
    ]  # fmt: skip
    return table_file("xlsx", f"{here.school_name}{cycle.title}招生计划", TITLES, rows, "招生计划")
