"""The prospectus (招生简章) and the charter (招生章程): written, handed in, filed, public."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from guantong.base.webkit.pages import for_desk, go, render
from guantong.domains.admission.actions.prospectuses import required_items, save_prospectus, submit_prospectus
from guantong.domains.admission.rules.states import EDITABLE_PLANS, PROSPECTUS_STATES, why_not_now
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.filings import latest_case
from guantong.domains.admission.selectors.queues import find_prospectus
from guantong.domains.admission.selectors.school_desk import PROSPECTUS_TONES
from guantong.domains.admission.web.school.choice import PLAN, in_cycle
from guantong.domains.admission.web.school.plan_form import whole
from guantong.kernel.refusal import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("school")
def prospectus(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Every required item with the clause that asks for it, and the charter; save or hand in."""
    here, cycle, head = in_cycle(request, public_id, PLAN, "school_prospectus")
    refusal: Refusal | None = None
    wanted = required_items(cycle)
    if request.method == "POST":
        items = {item: request.POST.get(item, "") for item in wanted}
        try:
            save_prospectus(
                actor=here.actor,
                cycle=cycle,
                school_id=here.school_id,
                items=items,
                charter=request.POST.get("charter", ""),
                revision=whole(request.POST.get("revision")),
            )
            if request.POST.get("what") == "submit":
                submit_prospectus(actor=here.actor, cycle=cycle, school_id=here.school_id)
        except Refusal as found:
            refusal = found
        else:
            is_sent = request.POST.get("what") == "submit"
            messages.success(request, "已报送主管部门备案。" if is_sent else "已保存草稿，还没有报送。")
            return go(request, here.link("school_prospectus", public_id))
    row = find_prospectus(cycle, here.school_id)
    state = row.state if row is not None else ""
    kept = row.items if row is not None else {}
    is_open = why_not_now("save_prospectus", cycle.stage) is None and (row is None or state in EDITABLE_PLANS)
    context = {
        **head,
        "asked": channel_of(cycle).prospectus,
        "row": row,
        "state": PROSPECTUS_STATES.labels.get(state, "还没有编写"),
        "tone": PROSPECTUS_TONES[state],
        "items": [(item, request.POST.get(item, kept.get(item, ""))) for item in wanted],
        "charter": request.POST.get("charter", row.charter if row is not None else ""),
        "is_open": is_open,
        "case": latest_case(row) if row is not None else "",
        "refusal": refusal,
    }
    return render(request, "admission/school_prospectus.html", context, status=refusal.status if refusal else 200)
