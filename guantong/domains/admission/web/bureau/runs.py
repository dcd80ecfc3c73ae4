"""One run: progress, both implementations compared, the independent check, the seal; publishing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from guantong.base.accounts.actor import Actor
from guantong.base.webkit.pages import actor_of, for_desk, go, render
from guantong.domains.admission.actions.runs import abandon_run, publish_run, take_up_run
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Run
from guantong.domains.admission.rules.phases import PHASES
from guantong.domains.admission.rules.verdicts import LABELS
from guantong.domains.admission.selectors.access import access_run_for
from guantong.domains.admission.selectors.gates import require_bureau
from guantong.domains.admission.selectors.published import CutoffShown, cutoffs_of_run
from guantong.domains.admission.selectors.queues import RunShown, show_run
from guantong.domains.admission.selectors.visitor_cycles import show_round
from guantong.domains.admission.selectors.visitor_proofs import engine_facts
from guantong.domains.admission.web.bureau.choice import MANAGE, PUBLISH, head_of
from guantong.domains.admission.web.forms import page_of
from guantong.kernel.refusal import Refusal, Where

PAGE = 40
DIGESTS = {
    "places": "招生计划",
    "candidates": "考生信息和成绩",
    "lists": "志愿表",
    "fixed": "已有的录取",
    "rules": "投档规则",
    "input": "全部输入",
}


def _run(request: HttpRequest, public_id: str, permission: str = MANAGE) -> tuple[Actor, Run]:
    actor = actor_of(request)
    run = access_run_for(actor, public_id)
    require_bureau(actor, permission, run.round.cycle.region)
    return actor, run


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def run_page(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Progress of a run (the block alone for htmx), then what it found; take it up or abandon it."""
    actor, run = _run(request, public_id)
    if run.purpose == "trial":
        return go(request, "admission:bureau_trial", public_id)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            said = _act(request, actor, run)
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, said)
            return go(request, "admission:bureau_run", public_id)
        actor, run = _run(request, public_id)
    shown = show_run(run)
    context = {
        **head_of(actor, run.round.cycle, "bureau_rounds"),
        "shown": shown,
        "run": run,
        "round": show_round(run.round),
        "phases": _phases(shown),
        "is_waiting": run.state == "started" or (run.state == "computed" and run.purpose == "real" and not run.stop),
        "engine": engine_facts(run.engine.get("code", {}), run.engine.get("engines", {})),
        "digests": [(title, run.digests[key]) for key, title in DIGESTS.items() if run.digests.get(key)],
        "figures": _figures(run),
        "cutoffs": page_of(request, _with_seats(run), PAGE) if run.computed_at is not None else None,
        "typed_reason": request.POST.get("reason", ""),
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "admission/bureau_run.html", context, status=status, fragment="progress")


def _act(request: HttpRequest, actor: Actor, run: Run) -> str:
    if request.POST.get("what") == "abandon":
        abandon_run(actor=actor, run=run, reason=request.POST.get("reason", ""))
        return "这次投档已放弃，理由记入审计记录，结果没有效力。"
    take_up_run(actor=actor, run=run)
    return "已安排从头重新办理，做过的部分不会重复计入。"


def _phases(shown: RunShown) -> list[dict[str, str]]:
    """The steps of a run as the page shows them."""
    found: list[dict[str, str]] = []
    is_over = shown.run.state == "abandoned" or bool(shown.run.stop)
    for number, title in enumerate(list(PHASES.values())[1:-1], start=1):
        if shown.run.phase == "done" or number < shown.step:
            state = "done"
        elif number == shown.step:
            state = "refused" if is_over else "current"
        else:
            state = "todo"
        found.append({"title": title, "state": state})
    return found


def _figures(run: Run) -> dict[str, Any]:
    """Counts of a run by name, with the ordinals and reasons as rows."""
    figures = dict(run.figures)
    ordinals = sorted((int(key), n) for key, n in dict(figures.get("ordinals", {})).items())
    reasons = (
        run.results.exclude(reason="placed_before").order_by().values_list("reason").annotate(n=Count("id"))
        if run.computed_at is not None
        else ()
    )
    return {
        "numbers": {key: value for key, value in figures.items() if isinstance(value, int)},
        "ordinals": [(f"第 {ordinal} 志愿", n) for ordinal, n in ordinals],
        "reasons": sorted(((LABELS.get(key, key), n) for key, n in reasons), key=lambda pair: -pair[1]),
    }


def _with_seats(run: Run) -> list[CutoffShown]:
    """Cut-offs of a run; slices without a seat and without anybody are left out."""
    return [row for row in cutoffs_of_run(run) if row.seats or row.admitted or row.filed]


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def publish(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Say exactly what becomes public, and publish it when confirmed; needs the mandate to publish."""
    actor, run = _run(request, public_id, PUBLISH)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            if request.POST.get("is_checked") != "1":
                raise errors.PUBLISH_UNCHECKED.refuse(where=Where(column="is_checked", title="确认公布"))
            publish_run(actor=actor, run=run)
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, "投档结果已经公布，考生会收到通知，学校可以开始审核。")
            return go(request, "admission:bureau_round", run.round.public_id)
    results = run.results.exclude(reason="placed_before")
    context = {
        **head_of(actor, run.round.cycle, "bureau_rounds"),
        "shown": show_run(run),
        "run": run,
        "round": show_round(run.round),
        "people": results.count(),
        "placed": results.filter(plan__isnull=False).count(),
        "cutoffs": run.cutoffs.count(),
        "schools": results.filter(plan__isnull=False).order_by().values("plan__school_id").distinct().count(),
        "refusal": refusal,
    }
    return render(request, "admission/bureau_publish.html", context, status=refusal.status if refusal else 200)
