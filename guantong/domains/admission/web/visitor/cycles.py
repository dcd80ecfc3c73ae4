"""Cycles of all channels, one cycle, and the short addresses that lead to the newest one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from guantong.base.webkit.pages import go, render
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.selectors.access import get_cycle
from guantong.domains.admission.selectors.visitor_cycles import newest_cycle, show_cycle, shown_cycles
from guantong.domains.admission.selectors.visitor_rules import batch_words, paper_words, skill_words


@require_safe
def cycles(request: HttpRequest) -> HttpResponseBase:
    """Every cycle with its stage, what is possible now, and its days; the newest year first."""
    rows = shown_cycles()
    years = sorted({row.cycle.year for row in rows}, reverse=True)
    by_year = [(year, [row for row in rows if row.cycle.year == year]) for year in years]
    return render(request, "admission/cycles.html", {"by_year": by_year})


@require_safe
def cycle(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One cycle: stage, days, batches with their rules and clauses, rounds, how it goes step by step."""
    shown = show_cycle(get_cycle(public_id))
    context = {
        "shown": shown,
        "batches": batch_words(shown.channel),
        "papers": paper_words(shown.channel),
        "skill": skill_words(shown.channel),
    }
    return render(request, "admission/cycle.html", context)


@require_safe
def newest(request: HttpRequest, page: str) -> HttpResponseBase:
    """``/admission/schools/`` and its like lead to that page of the newest cycle."""
    found = newest_cycle()
    if found is None:
        raise errors.CYCLE_UNKNOWN.refuse()
    return go(request, f"admission:{page}", found.public_id)
