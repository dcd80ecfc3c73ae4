"""Plans handed in: the queue by school, caps and shares kept live, decisions; prospectuses filed or returned."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from guantong.base.accounts.actor import Actor
from guantong.base.lawbook import law_on
from guantong.base.webkit.pages import for_desk, go, render
from guantong.domains.admission.actions.plans import decide_plans
from guantong.domains.admission.actions.prospectuses import decide_prospectus, required_items
from guantong.domains.admission.actions.registrations import end_site, record_site
from guantong.domains.admission.actions.sanctions import impose_sanction, lift_sanction
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Cycle
from guantong.domains.admission.models.plans import SITES
from guantong.domains.admission.rules.registering import MAIN
from guantong.domains.admission.rules.states import PROSPECTUS_STATES, SUBMITTED, why_not_now
from guantong.domains.admission.selectors.bureau_desk import (
    plans_chosen,
    prospectuses_waiting,
    shares_with,
    show_shares,
)
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.filings import latest_case, running_case
from guantong.domains.admission.selectors.gates import region_title, school_name
from guantong.domains.admission.selectors.qualification import KINDS, placed_not_registered, sanctions_reaching
from guantong.domains.admission.selectors.queues import (
    find_limit,
    find_prospectus,
    plans_of,
    plans_waiting,
    school_plans,
)
from guantong.domains.admission.selectors.registering import list_sites, show_sites
from guantong.domains.admission.selectors.school_desk import PROSPECTUS_TONES
from guantong.domains.admission.selectors.school_plans import plan_sums, show_plans
from guantong.domains.admission.web.bureau.choice import in_cycle
from guantong.domains.admission.web.forms import page_of, table_file
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal

PAGE = 40
TITLES = ("学校", "核定规模", "计划合计", "草稿", "已上报", "已批准", "已退回", "招生简章")


@require_safe
@for_desk("bureau")
def plans(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Schools with plans, those waiting first; the shares now, and as they would be with everything handed in."""
    actor, cycle, head = in_cycle(request, public_id, "bureau_plans")
    every = school_plans(actor, cycle)
    waiting = list(plans_waiting(actor, cycle))
    context = {
        **head,
        "page": page_of(request, every, PAGE),
        "totals": {
            "limit": sum(s.limit or 0 for s in every if s.is_qualified),
            "seats": sum(s.seats for s in every),
            "waiting": len(waiting),
            "waiting_seats": sum(p.seats for p in waiting),
        },
        "prospectus_labels": {"": "没有", **PROSPECTUS_STATES.labels},
        "prospectus_tones": PROSPECTUS_TONES,
        "prospectuses": prospectuses_waiting(cycle),
        "shares": show_shares(shares_with(cycle)),
        "shares_then": show_shares(shares_with(cycle, waiting)) if waiting else [],
    }
    return render(request, "admission/bureau_plans.html", context)


@require_safe
@for_desk("bureau")
def plans_file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Schools with their sizes and plans as xlsx."""
    actor, cycle, _ = in_cycle(request, public_id, "bureau_plans")
    labels = {"": "没有", **PROSPECTUS_STATES.labels}
    rows = [
        (s.school_name, s.limit, s.seats, s.drafted, s.submitted, s.approved, s.returned, labels[s.prospectus])
        for s in school_plans(actor, cycle)
    ]
    return table_file("xlsx", f"{cycle.title}各校计划", TITLES, rows, "各校计划")


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def school(request: HttpRequest, public_id: str, school_id: int) -> HttpResponseBase:
    """One school: its plans with the ticked ones counted against the size and the shares; decide; its prospectus."""
    actor, cycle, head = in_cycle(request, public_id, "bureau_plans")
    refusal: Refusal | None = None
    if request.method == "POST" and request.POST.get("what") != "count":
        try:
            said = _decide(request, actor, cycle, school_id)
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, said)
            return go(request, "admission:bureau_school", public_id, school_id)
    context = {**head, **_school_parts(request, cycle, school_id), "refusal": refusal}
    return render(
        request, "admission/bureau_school.html", context, status=refusal.status if refusal else 200, fragment="live"
    )


def _decide(request: HttpRequest, actor: Actor, cycle: Cycle, school_id: int) -> str:
    """Carry out what was pressed; what to say afterwards."""
    what, reason = request.POST.get("what", ""), request.POST.get("reason", "")
    if what in {"file", "return_prospectus"}:
        decide_prospectus(
            actor=actor,
            cycle=cycle,
            school_id=school_id,
            file=what == "file",
            reason=reason,
            telephone=request.POST.get("telephone", ""),
        )
        return "简章已备案，从现在起公开。" if what == "file" else "简章已退回，学校会收到理由。"
    if what == "site":
        row = record_site(
            actor=actor,
            region=cycle.region,
            school_id=school_id,
            name=request.POST.get("name", ""),
            site=request.POST.get("site", ""),
            document=request.POST.get("document", ""),
            approved_on=_day(request.POST.get("approved_on", "")),
        )
        return f"“{row.name}”已登记，从现在起可以在那里注册学生。"
    if what == "end_site":
        number = request.POST.get("number", "")
        site_id = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
        ended = end_site(actor=actor, region=cycle.region, school_id=school_id, site_id=site_id, reason=reason)
        return f"“{ended.name}”的登记已终止，不能再在那里注册学生。"
    if what in {"stop", "lift"}:
        return _sanction(request, actor, cycle, school_id)
    rows = [row for row in plans_chosen(cycle, request.POST.getlist("plan")) if row.school_id == school_id]
    count = decide_plans(actor=actor, cycle=cycle, plans=rows, approve=what == "approve", reason=reason)
    if not count:
        return "没有选择要办理的计划。"
    return f"已批准 {count} 个计划。" if what == "approve" else f"已退回 {count} 个计划，学校会收到理由。"


def _sanction(request: HttpRequest, actor: Actor, cycle: Cycle, school_id: int) -> str:
    """Stop the school from taking students, or lift that again; what to say afterwards."""
    typed = {key: request.POST.get(key, "") for key in ("document", "reason", "kind", "places")}
    if request.POST.get("what") == "lift":
        lift_sanction(actor=actor, cycle=cycle, school_id=school_id, document=typed["document"], reason=typed["reason"])
        return "处理已解除，学校恢复招生资格。已经取消的录取不会恢复。"
    row = impose_sanction(actor=actor, cycle=cycle, school_id=school_id, **typed)
    more = f"取消录取 {row.cancelled} 名，考生已收到通知。" if row.cancelled else ""
    return f"学校从现在起停止招生，处理随资格名单一起公开。{more}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise errors.SITE_DOCUMENT.refuse(what="批准或备案的日期") from None


def _standing(request: HttpRequest, cycle: Cycle, school_id: int) -> dict[str, Any]:
    """Whether the school may take students, what was ordered against it, and what may be ordered."""
    law = law_on(clock.today(), cycle.region)
    listed = law.find(KINDS)
    sanctions = sanctions_reaching(cycle.region, cycle.year, school_id)
    standing = next((row for row in sanctions if row.ended_at is None), None)
    pressed = request.POST.get("what")
    return {
        "sanctions": sanctions,
        "standing": standing,
        "from_above": region_title(standing.region) if standing and standing.region != cycle.region else "",
        "placed": placed_not_registered(cycle.region, cycle.year, school_id),
        "sanction_law": listed,
        "sanction_kinds": [(kind, kind) for kind in law.items(KINDS)] if listed is not None else [],
        "typed_stop": {
            key: request.POST.get(key, "") if pressed in {"stop", "lift"} else ""
            for key in ("kind", "document", "reason", "places")
        },
    }


def _school_parts(request: HttpRequest, cycle: Cycle, school_id: int) -> dict[str, Any]:
    rows = show_plans(plans_of(cycle, school_id))
    limit, row = find_limit(cycle, school_id), find_prospectus(cycle, school_id)
    if not rows and limit is None and row is None:
        raise errors.PLAN_UNKNOWN.refuse()
    asked = request.POST if request.method == "POST" else request.GET
    is_asked = "plan" in asked or "counted" in asked
    chosen = set(asked.getlist("plan")) if is_asked else {r.plan.public_id for r in rows if r.plan.state == SUBMITTED}
    counted = [r.plan for r in rows if r.plan.state == SUBMITTED and r.plan.public_id in chosen]
    approved = sum(r.plan.seats for r in rows if r.plan.state == "approved")
    then = approved + sum(plan.seats for plan in counted)
    state = row.state if row is not None else ""
    is_case_running = row is not None and running_case(row) is not None
    return {
        "school_id": school_id,
        "school_name": school_name(school_id),
        "rows": rows,
        "chosen": chosen,
        "counted": len(counted),
        "limit": limit,
        "approved": approved,
        "then": then,
        "over": then - limit.seats if limit is not None else 0,
        "sums": plan_sums(cycle, school_id),
        "sites": list_sites(school_id),
        "site_kinds": [pair for pair in SITES if pair[0] != MAIN],
        "is_approved": show_sites([r.plan for r in rows], school_id),
        **_standing(request, cycle, school_id),
        "typed_site": {key: request.POST.get(key, "") for key in ("name", "site", "document", "approved_on")},
        "shares": show_shares(shares_with(cycle, counted)),
        "waiting": sum(1 for r in rows if r.plan.state == SUBMITTED),
        "may_decide": why_not_now("decide_plans", cycle.stage) is None,
        "prospectus": row,
        "prospectus_state": PROSPECTUS_STATES.labels.get(state, "没有报送"),
        "prospectus_tone": PROSPECTUS_TONES[state],
        "case": latest_case(row) if row is not None else "",
        "is_case_running": is_case_running,
        "typed_telephone": request.POST.get("telephone", ""),
        "may_file": state == SUBMITTED
        and not is_case_running
        and why_not_now("decide_prospectus", cycle.stage) is None,
        "items": [(item, row.items.get(item, "")) for item in required_items(cycle)] if row is not None else [],
        "asked": channel_of(cycle).prospectus,
        "typed_reason": request.POST.get("reason", ""),
    }
