"""Appeals: the queue, and computing a run again with corrected input, so that everybody affected is known before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from guantong.base.webkit.pages import actor_of, for_desk, go, render
from guantong.domains.admission.actions.appeals import ABOUT, rerun_appeal
from guantong.domains.admission.models import Appeal, Score
from guantong.domains.admission.rules.verdicts import LABELS
from guantong.domains.admission.selectors.access import access_appeal_for
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.gates import require_bureau
from guantong.domains.admission.selectors.places import approved_plans, show_places
from guantong.domains.admission.selectors.queues import appeals_waiting
from guantong.domains.admission.selectors.visitor_cycles import show_round
from guantong.domains.admission.web.bureau.choice import APPEAL, head_of, in_cycle
from guantong.domains.admission.web.forms import page_of
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import standing

STATES = {
    "opened": ("正在办理", "warn"),
    "granted": ("申诉成立", "good"),
    "refused": ("申诉不成立", "neutral"),
    "withdrawn": ("已撤回", "neutral"),
}
PAGE = 40


@require_safe
@for_desk("bureau")
def appeals(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Appeals of a year, open ones first, with where each case stands."""
    actor, cycle, head = in_cycle(request, public_id, "bureau_appeals", APPEAL)
    page = page_of(request, appeals_waiting(actor, cycle), PAGE)
    cases = {case.pk: case for case in Case.objects.filter(pk__in=[row.case_id for row in page if row.case_id])}
    rows = [
        (
            row,
            ABOUT.get(row.about, row.about),
            *STATES[row.state],
            _where(cases.get(row.case_id or 0)),
            row.reruns.count(),
        )
        for row in page
    ]
    return render(request, "admission/bureau_appeals.html", {**head, "page": page, "rows": rows})


def _where(case: Case | None) -> Any:
    return standing(case) if case is not None else None


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def appeal(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One appeal: what is objected to, correct marks or facts, compute again, see everybody affected."""
    actor = actor_of(request)
    row = access_appeal_for(actor, public_id)
    require_bureau(actor, APPEAL, row.round.cycle.region)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            made = rerun_appeal(actor=actor, appeal=row, corrected=_corrected(request, row))
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"第 {made.number} 次重算完成，没有改变任何结果。请先看受影响的名单，再作决定。")
            return go(request, "admission:bureau_appeal", public_id)
    case = Case.objects.filter(pk=row.case_id or 0).first()
    label, tone = STATES[row.state]
    context = {
        **head_of(actor, row.round.cycle, "bureau_appeals"),
        "appeal": row,
        "about": ABOUT.get(row.about, row.about),
        "state": label,
        "tone": tone,
        "case": case,
        "round": show_round(row.round),
        "papers": _papers(request, row),
        "facts": _facts(request, row),
        "reruns": [_shown(row, one) for one in row.reruns.order_by("-number")],
        "refusal": refusal,
    }
    return render(request, "admission/bureau_appeal.html", context, status=refusal.status if refusal else 200)


def _corrected(request: HttpRequest, row: Appeal) -> dict[str, dict[str, Any]]:
    """What the form holds that differs from the records: papers and facts."""
    papers = {key: text for key, _, kept, text in _papers(request, row) if text != kept}
    facts = {one["id"]: one["value"] for one in _facts(request, row) if one["value"] != one["kept"]}
    found: dict[str, dict[str, Any]] = {"papers": papers, "attributes": facts}
    return {key: value for key, value in found.items() if value}


def _papers(request: HttpRequest, row: Appeal) -> list[tuple[str, str, str, str]]:
    """(paper, title, mark on record, mark in the form)."""
    score = Score.objects.filter(candidate=row.candidate).first()
    kept = score.papers if score is not None else {}
    return [
        (
            p.id,
            p.title,
            str(kept.get(p.id, "")),
            request.POST.get(f"paper-{p.id}", str(kept.get(p.id, ""))).strip()[:12],
        )
        for p in channel_of(row.round.cycle).papers
    ]


def _facts(request: HttpRequest, row: Appeal) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for a in channel_of(row.round.cycle).attributes:
        value = row.candidate.attributes.get(a.id)
        kept = "" if value is None else _cell(value)
        choices = ["是", "否"] if a.kind == "flag" else list(a.choices)
        typed = request.POST.get(f"fact-{a.id}", kept).strip()[:60]
        options = [(one, one) for one in choices]
        found.append(
            {"id": a.id, "title": a.title, "choices": choices, "options": options, "kept": kept, "value": typed}
        )
    return found


def _shown(appeal: Appeal, rerun: Any) -> dict[str, Any]:
    """A repetition with its outcome in words; while the appeal is open, corrections beside what is on record."""
    named = {rerun.outcome[when]["place"] for when in ("before", "after")} - {None}
    plans = approved_plans(appeal.round.cycle, appeal.round.batch).filter(public_id__in=named)
    places = {place.id: place.title for place in show_places(plans)}
    channel = channel_of(appeal.round.cycle)

    def told(outcome: dict[str, Any]) -> str:
        reason = LABELS.get(outcome["reason"], outcome["reason"])
        if outcome["place"] is None:
            return f"没有投出（{reason}）"
        return f"{places.get(outcome['place'], outcome['place'])}，第 {outcome['ordinal']} 志愿（{reason}）"

    score = Score.objects.filter(candidate=appeal.candidate).first()
    kept = {"papers": score.papers if score is not None else {}, "attributes": appeal.candidate.attributes}
    is_open = appeal.state == "opened"
    changes = [
        (channel.titles.get(key, key), f"{_cell(old)}，改为 {_cell(value)}" if is_open else _cell(value))
        for part, values in rerun.corrected.items()
        for key, value in values.items()
        if (old := kept[part].get(key)) != value or not is_open
    ]
    return {
        "row": rerun,
        "changes": changes,
        "before": told(rerun.outcome["before"]),
        "after": told(rerun.outcome["after"]),
        "others": [one for one in rerun.affected if not one["is_self"]],
    }


def _cell(value: object) -> str:
    """A mark or fact in words."""
    if value is None or value == "":
        return "没有"
    return ("是" if value else "否") if isinstance(value, bool) else str(value)
