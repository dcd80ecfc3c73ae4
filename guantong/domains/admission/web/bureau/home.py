"""Admission years of the bureau: open one, see what is missing before its next stage, move it, commit the seed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from guantong.base.accounts.public import require
from guantong.base.webkit.pages import actor_of, for_desk, go, render
from guantong.base.webkit.shows import show_day
from guantong.domains.admission.actions.cycles import commit_seed, move_cycle, open_cycle
from guantong.domains.admission.rules.states import ALLOCATION, CLOSED, CONFIRMATION, CYCLE_STAGES, REVIEW
from guantong.domains.admission.selectors.bureau_checks import checklist, next_stage, why_not_next
from guantong.domains.admission.selectors.bureau_desk import (
    bureau_cycles,
    candidate_counts,
    openable,
)
from guantong.domains.admission.selectors.visitor_cycles import show_cycle
from guantong.domains.admission.web.bureau.choice import MANAGE, in_cycle
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal


def _year(text: str | None) -> int:
    """The year asked for: else the coming one, whose plans are made from autumn on."""
    today = clock.today()
    given = (text or "").strip()
    if given.isascii() and given.isdigit() and len(given) == 4 and given[:2] == "20":
        return int(given)
    return today.year + (1 if today.month >= 9 else 0)


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def cycles(request: HttpRequest) -> HttpResponseBase:
    """The years this authority organises, and those that may be opened from the declarations of the region."""
    actor = actor_of(request)
    require(actor, MANAGE)
    refusal: Refusal | None = None
    year = _year(request.POST.get("year") or request.GET.get("year"))
    if request.method == "POST":
        try:
            made = open_cycle(
                actor=actor,
                region=request.POST.get("region", "")[:6],
                year=year,
                channel=request.POST.get("channel", "")[:40],
            )
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"已开办“{made.title}”，办法按 {show_day(made.law_on)}的规定固定下来。")
            return go(request, "admission:bureau_cycle", made.public_id)
    context = {
        "rows": [(one, why_not_next(one.cycle)) for one in bureau_cycles(actor)],
        "openable": openable(actor, year),
        "year": year,
        "years": [clock.today().year + n for n in (-1, 0, 1, 2)],
        "refusal": refusal,
    }
    return render(request, "admission/bureau_cycles.html", context, status=refusal.status if refusal else 200)


@require_safe
@for_desk("bureau")
def cycle(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One year: calendar, what is missing before the next stage, seed, rounds."""
    return _cycle_page(request, public_id, None)


def _cycle_page(request: HttpRequest, public_id: str, refusal: Refusal | None) -> HttpResponseBase:
    _, found, head = in_cycle(request, public_id, "bureau_cycle")
    following = next_stage(found)
    context = {
        **head,
        "shown": show_cycle(found),
        "stages": _stages(found.stage),
        "checks": checklist(found),
        "next": following,
        "next_label": CYCLE_STAGES.labels.get(following, ""),
        "follows_rounds": following in {ALLOCATION, REVIEW, CONFIRMATION},
        "may_move": bool(following) and not why_not_next(found),
        "counts": candidate_counts(found),
        "refusal": refusal,
    }
    return render(request, "admission/bureau_cycle.html", context, status=refusal.status if refusal else 200)


def _stages(now: str) -> list[dict[str, str]]:
    order = list(CYCLE_STAGES.labels)
    at = order.index(now)
    return [
        {"title": label, "state": "done" if n < at or now == CLOSED else ("current" if n == at else "todo")}
        for n, label in enumerate(CYCLE_STAGES.labels.values())
    ]


@require_http_methods(["POST"])
@for_desk("bureau")
def move(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Move the year to its next stage; refused with what is missing."""
    actor, found, _ = in_cycle(request, public_id, "bureau_cycle")
    to = request.POST.get("to", "")
    if to not in CYCLE_STAGES.labels:
        return go(request, "admission:bureau_cycle", public_id)
    try:
        moved = move_cycle(actor=actor, cycle=found, to=to)
    except Refusal as refusal:
        return _cycle_page(request, public_id, refusal)
    messages.success(request, f"现在进入“{CYCLE_STAGES.labels[moved.stage]}”。")
    return go(request, "admission:bureau_cycle", public_id)


@require_http_methods(["POST"])
@for_desk("bureau")
def seed(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Draw the lottery seed, seal it, publish its digest."""
    actor, found, _ = in_cycle(request, public_id, "bureau_cycle")
    try:
        commit_seed(actor=actor, cycle=found)
    except Refusal as refusal:
        return _cycle_page(request, public_id, refusal)
    messages.success(request, "种子已抽定并封存，摘要已经公布。")
    return go(request, "admission:bureau_cycle", public_id)
