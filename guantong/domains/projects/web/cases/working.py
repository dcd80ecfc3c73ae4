"""Work lists: what waits, many at once, deadlines, and the own declarations."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from guantong.base.webkit.pages import actor_of, render
from guantong.domains.projects.selectors.catalogue import list_entries
from guantong.domains.projects.selectors.subjects import subjects_of
from guantong.domains.projects.selectors.working import (
    STATES,
    coming_due,
    own_cases,
    procedures_waiting,
    show_cases,
)
from guantong.domains.projects.web.forms import asked, number_of
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.public import ManyResult, link_for, many_parts, take_many, to_do_for, typed_many
from guantong.procedure.cases.selectors.loads import assigned_to
from guantong.procedure.rounds.public import coming_closings

PAGE = 20
DAYS = ((30, "30 天内"), (90, "90 天内"), (365, "一年内"))


@require_safe
def to_do(request: HttpRequest, desk: str) -> HttpResponseBase:
    """Everything that waits for the actor, most urgent first, narrowed by procedure, role or organisation."""
    actor = actor_of(request)
    typed = asked(request, "procedure", "role", "at", "after", "whose")
    page = to_do_for(
        actor,
        after=typed["after"],
        procedure=typed["procedure"],
        role=typed["role"],
        organisation_id=number_of(typed["at"]),
        is_own=typed["whose"] == "own",
    )
    context = {
        "desk": desk,
        "typed": typed,
        "page": page,
        "rows": [(row, link_for(row.case)) for row in page.rows],
        "assigned": assigned_to(row.case for row in page.rows),
        "own_user": actor.user_id,
        "subjects": subjects_of(row.case for row in page.rows),
        "procedures": procedures_waiting(actor),
        "roles": list(dict.fromkeys(p.role for p in actor.posts)),
        "places": list(dict.fromkeys((str(p.organisation_id), p.organisation_name) for p in actor.posts)),
        "today": clock.today(),
    }
    return render(request, "projects/to_do.html", context, fragment="results")


@require_http_methods(["GET", "HEAD", "POST"])
def many(request: HttpRequest, desk: str) -> HttpResponseBase:
    """Bulk review: choose cases of one step, one opinion, and a result for each."""
    actor = actor_of(request)
    typed = asked(request, "procedure", "after")
    results: list[ManyResult] = []
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            results = take_many(actor=actor, post=request.POST)
        except Refusal as caught:
            refusal = caught
    page = to_do_for(actor, procedure=typed["procedure"], after=typed["after"], size=100)
    context = {
        "desk": desk,
        "typed": typed,
        "page": page,
        "many": many_parts(page.rows),
        "results": results,
        "typed_many": typed_many(request.POST) if refusal is not None else None,
        "refusal": refusal,
        "procedures": procedures_waiting(actor),
    }
    return render(request, "projects/many.html", context, status=refusal.status if refusal else 200)


@require_safe
def calendar(request: HttpRequest, desk: str) -> HttpResponseBase:
    """What ends when: rounds that close, and the actor's own deadlines."""
    actor = actor_of(request)
    typed = asked(request, "days")
    days = number_of(typed["days"]) or 90
    closings = coming_closings(settings.REGION, days=min(days, 400))
    ours = {e.code for e in list_entries(settings.REGION) if e.is_ours}
    context: dict[str, Any] = {
        "desk": desk,
        "days": days,
        "choices": DAYS,
        "closings": closings,
        "closing_links": {c.procedure: f"/procedures/{c.procedure}/" for c in closings if c.procedure in ours},
        "due": coming_due(actor, clock.today(), days),
    }
    return render(request, "projects/calendar.html", context)


@require_safe
def mine(request: HttpRequest, desk: str) -> HttpResponseBase:
    """Every declaration of the person or of the organisations where they declare: drafts, running, ended."""
    actor = actor_of(request)
    typed = asked(request, "state", "procedure")
    found = own_cases(actor, state=typed["state"], procedure=typed["procedure"])
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"desk": desk, "typed": typed, "page": page, "rows": show_cases(page.object_list), "states": STATES}
    return render(request, "projects/mine.html", context, fragment="results")
