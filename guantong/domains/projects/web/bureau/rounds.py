"""Rounds of every procedure of the region: opening by notice, extending with a reason."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from guantong.base.accounts.public import require
from guantong.base.webkit.pages import actor_of, for_desk, go, render
from guantong.domains.projects.selectors.catalogue import find_definition, list_entries
from guantong.domains.projects.web.forms import asked
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.rounds.forms import OPENING, typed
from guantong.procedure.rounds.public import (
    home_of,
    list_rounds,
    plan_of,
    show_cycle,
    take_extension,
    take_opening,
    why_not_govern,
)

EXTENDING = ("closes_on", "reason")


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def rounds(request: HttpRequest) -> HttpResponseBase:
    """Rounds by procedure; one procedure is chosen to open or extend its rounds."""
    actor = actor_of(request)
    require(actor, "procedures.rounds")
    code = asked(request, "procedure")["procedure"]
    today = clock.today()
    offered = [e for e in list_entries(settings.REGION) if plan_of(e.definition) is not None]
    definition = find_definition(code, settings.REGION) if code else None
    home = home_of(code, settings.REGION, today) if code else settings.REGION
    refusals: dict[str, Refusal] = {}
    if request.method == "POST" and definition is not None:
        number = str(request.POST.get("round") or "")[:20]
        try:
            if number:
                take_extension(actor=actor, public_id=number, post=request.POST)
                messages.success(request, "批次已经延长，申报的人会看到理由。")
            else:
                take_opening(actor=actor, procedure=code, region=home, post=request.POST)
                messages.success(request, "批次已经开放。")
        except Refusal as caught:
            refusals[number] = caught
        else:
            return go(request, f"{request.path}?procedure={code}")
    plan = plan_of(definition) if definition is not None else None
    status = next(iter(refusals.values())).status if refusals else 200
    shown = list_rounds(definition, home, region=settings.REGION) if definition is not None else []
    why_not = why_not_govern(actor, home, definition.title) if definition is not None else None
    placed = {row.public_id for row in shown} | {""}
    context = {
        "offered": offered,
        "code": code,
        "definition": definition,
        "rounds": shown,
        "cycle": show_cycle(definition, plan, home, clock.now())
        if definition is not None and plan is not None
        else None,
        "is_on_notice": plan is not None and plan.opens is None,
        "opening": typed(request.POST if "" in refusals else None, OPENING),
        "extending": typed(request.POST, EXTENDING, f".{next(iter(refusals), '')}"),
        "why_not": why_not,
        "stray": next((r for key, r in refusals.items() if why_not is not None or key not in placed), None),
        "blank": typed(None, EXTENDING),
        "refusals": refusals,
    }
    return render(request, "projects/rounds.html", context, status=status)
