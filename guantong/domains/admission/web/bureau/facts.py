"""信息核验: what candidates stated and the bank does not show, confirmed or refused; what changed at the bank."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from guantong.base.accounts.actor import Actor
from guantong.base.webkit.pages import for_desk, go, render
from guantong.domains.admission.actions.proving import FactDecision, decide_facts, refresh_facts
from guantong.domains.admission.errors import facts as errors
from guantong.domains.admission.models import Cycle
from guantong.domains.admission.rules.proving import PROOF_STATES, WAITING, proved_attributes
from guantong.domains.admission.rules.states import REGISTRATION
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.proving import changes_of, facts_day
from guantong.domains.admission.selectors.shown_facts import fact_counts, fact_queue, lost_since, show_queue
from guantong.domains.admission.web.bureau.choice import in_cycle
from guantong.domains.admission.web.forms import page_of, table_file
from guantong.kernel.refusal import Refusal

PAGE = 100
TITLES = ("考生号", "姓名", "信息", "填报", "计入", "状态", "来源或凭据", "核验人", "核验时间")


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def facts(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The queue with its filters; ticked statements are confirmed or refused with a reason, all or none."""
    actor, cycle, head = in_cycle(request, public_id, "bureau_facts")
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            text = _carry_out(request, actor, cycle)
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, text)
            return go(request, f"{request.path}?{_typed(request)['query']}")
    return _page(request, actor, cycle, head, refusal)


def _carry_out(request: HttpRequest, actor: Actor, cycle: Cycle) -> str:
    what, reason = request.POST.get("what", ""), request.POST.get("reason", "")
    if what == "refresh":
        count = refresh_facts(actor=actor, cycle=cycle)
        if not count:
            return "已与学分银行核对，没有变化。"
        return f"已按学分银行的记录更新 {count:,} 名考生的信息；成绩有变化的，请补录并重新排位次。"
    if what == "all":
        rows = fact_queue(actor, cycle, WAITING, _typed(request)["fact"], _typed(request)["number"])
        found = [FactDecision(row.candidate.public_id, row.attribute, row.stated) for row in rows]
        if str(len(found)) != request.POST.get("counted", ""):
            raise errors.QUEUE_CHANGED.refuse(before=request.POST.get("counted", "")[:8] or "0", now=len(found))
    else:
        parts = [value.split("|", 2) for value in request.POST.getlist("fact_key")[: PAGE * 2]]
        found = [FactDecision(*part) for part in parts if len(part) == 3]
    is_confirmed = what in {"confirm", "all"}
    count = decide_facts(actor=actor, cycle=cycle, decisions=found, is_confirmed=is_confirmed, reason=reason)
    return f"已{'确认' if is_confirmed else '不予确认'} {count:,} 项信息，考生会收到通知。"


def _typed(request: HttpRequest) -> dict[str, str]:
    """The filter: from the address, also when the form was posted."""
    state, fact = request.GET.get("state", WAITING), request.GET.get("fact", "")[:60]
    number = request.GET.get("number", "")
    number = number if number.isascii() and number.isdigit() and len(number) <= 20 else ""
    state = state if state in PROOF_STATES or state == "all" else WAITING
    return {"state": state, "fact": fact, "number": number, "query": f"state={state}&fact={fact}&number={number}"}


def _page(
    request: HttpRequest, actor: Actor, cycle: Cycle, head: dict[str, Any], refusal: Refusal | None
) -> HttpResponseBase:
    typed = _typed(request)
    queue = fact_queue(actor, cycle, typed["state"], typed["fact"], typed["number"])
    page = page_of(request, queue, PAGE)
    is_open = cycle.stage == REGISTRATION
    context = {
        **head,
        "typed": typed,
        "reason": request.POST.get("reason", ""),
        "chosen": set(request.POST.getlist("fact_key")),
        "states": list(PROOF_STATES.items()),
        "counts": fact_counts(cycle),
        "asked": proved_attributes(channel_of(cycle)),
        "page": page,
        "rows": show_queue(cycle, page.object_list),
        "is_open": is_open,
        "day": facts_day(cycle),
        "changes": changes_of(cycle) if is_open else [],
        "lost": lost_since(cycle),
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "admission/bureau_facts.html", context, status=status)


@require_safe
@for_desk("bureau")
def facts_file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The queue as filtered, whole, as xlsx."""
    actor, cycle, _ = in_cycle(request, public_id, "bureau_facts")
    typed = _typed(request)
    queue = fact_queue(actor, cycle, typed["state"], typed["fact"], typed["number"])
    rows = (
        (
            one.candidate.number,
            one.candidate.person.name,
            one.fact.title,
            one.row.stated,
            one.row.counted,
            one.fact.label,
            one.fact.source,
            one.row.decided_by,
            one.row.decided_at,
        )
        for one in show_queue(cycle, queue.iterator(chunk_size=2000))
    )
    return table_file("xlsx", f"{cycle.title}信息核验", TITLES, rows, "信息核验")
