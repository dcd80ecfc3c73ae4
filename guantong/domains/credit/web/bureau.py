"""The authority's desk: what waits, the schools' rules, appeals, figures of the whole bank."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from guantong.base.accounts.public import require
from guantong.base.orgs.public import names_on
from guantong.base.webkit.pages import actor_of, for_desk, render
from guantong.domains.credit.selectors.lists import (
    freshness,
    last_seals,
    list_rules,
    refusal_reasons,
    school_figures,
)
from guantong.domains.credit.selectors.shown import rules_shown
from guantong.kernel import clock
from guantong.procedure.cases.public import link_for, to_do_for


@require_safe
@for_desk("bureau")
def to_do(request: HttpRequest) -> HttpResponseBase:
    """Everything that waits for this person, most urgent first."""
    page = to_do_for(actor_of(request), after=request.GET.get("after", "")[:200])
    return render(request, "credit/to_do.html", {"page": page, "desk": "bureau", "link_for": link_for})


@require_safe
@for_desk("bureau")
def rules(request: HttpRequest) -> HttpResponseBase:
    """Every school's rules that are in force, under adoption or past."""
    require(actor_of(request), "credit.rules.review")
    rows = list(list_rules(states=("adopted", "under_adoption", "superseded")))
    names = names_on({r.school_id for r in rows}, clock.today()) if rows else {}
    return render(request, "credit/bureau_rules.html", {"rows": [(names[r.school_id], rules_shown(r)) for r in rows]})


@require_safe
@for_desk("bureau")
def figures(request: HttpRequest) -> HttpResponseBase:
    """The whole bank: conversion by school, reasons of refusal, freshness of deposits, seals of the ledger."""
    require(actor_of(request), "credit.report")
    schools = {r.school_id for r in list_rules(states=("adopted",))}
    names = names_on(schools, clock.today()) if schools else {}
    rows = [school_figures(None, "全部学校"), *(school_figures(pk, names[pk]) for pk in sorted(schools))]
    return render(
        request,
        "credit/figures.html",
        {
            "rows": rows,
            "reasons": refusal_reasons(None),
            "reasons_bars": [(why or "（未写）", n, str(n)) for why, n in refusal_reasons(None)],
            "seals": last_seals(),
            "fresh": freshness(),
            "desk": "bureau",
        },
    )
