"""A list from a signed paper form: typed, compared with the paper, then locked for the candidate."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from guantong.base.accounts.actor import Actor
from guantong.base.webkit.pages import actor_of, for_desk, go, render
from guantong.domains.admission.actions.collected import CollectedList, check_lists, enter_lists
from guantong.domains.admission.models import Round
from guantong.domains.admission.rules.states import why_not_now
from guantong.domains.admission.selectors.access import access_round_for
from guantong.domains.admission.selectors.channels import channel_of, list_length
from guantong.domains.admission.selectors.choosing import warnings_of
from guantong.domains.admission.selectors.paper_lists import WANTED, find_candidate, read_paper, show_paper
from guantong.domains.admission.selectors.visitor_cycles import show_round
from guantong.domains.admission.web.bureau.choice import MANAGE, head_of
from guantong.kernel.refusal import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def paper(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Type a list; the first press shows how it was understood, the second locks it."""
    actor = actor_of(request)
    found = access_round_for(actor, public_id, MANAGE)
    typed = {name: request.POST.get(name, "").strip() for name in ("number", "choices", "source")}
    refusal: Refusal | None = None
    seen: dict[str, Any] = {}
    if request.method == "POST":
        try:
            seen = _read(actor, found, typed, enter=request.POST.get("what") == "enter")
        except Refusal as caught:
            refusal = caught
        else:
            if request.POST.get("what") == "enter":
                messages.success(request, f"考生 {typed['number']} 的志愿表已录入并锁定，考生会收到通知。")
                return go(request, "admission:bureau_paper", public_id)
    context = {
        **head_of(actor, found.cycle, "bureau_rounds"),
        "round": found,
        "shown": show_round(found),
        "length": list_length(found),
        "wanted": WANTED[channel_of(found.cycle).batch(found.batch).unit],
        "not_now": why_not_now("lock_list", found.stage),
        "typed": typed,
        "seen": seen,
        "refusal": refusal,
    }
    return render(request, "admission/bureau_paper.html", context, status=refusal.status if refusal else 200)


def _read(actor: Actor, found: Round, typed: dict[str, str], *, enter: bool) -> dict[str, Any]:
    """What was understood; with ``enter`` it is locked too."""
    candidate = find_candidate(found, typed["number"])
    entries = read_paper(found, typed["choices"])
    act = enter_lists if enter else check_lists
    act(actor=actor, round_=found, lists=[CollectedList(candidate.number, entries)], source=typed["source"])
    return {
        "name": candidate.person.name,
        "masked": candidate.person.id_masked,
        "choices": show_paper(found, entries),
        "warnings": [] if enter else warnings_of(candidate, found, entries),
    }
