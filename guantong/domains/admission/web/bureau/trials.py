"""Trying other rules on the data of a published run: who gains, who loses, by group. Nothing changes by it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from guantong.base.webkit.pages import actor_of, for_desk, go, render
from guantong.domains.admission.actions.trials import CHANGES, try_rules
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.errors import rules as rule_errors
from guantong.domains.admission.models import Cycle, Run
from guantong.domains.admission.selectors.access import access_run_for
from guantong.domains.admission.selectors.bureau_desk import published_runs
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.gates import require_bureau
from guantong.domains.admission.selectors.visitor_cycles import show_round
from guantong.domains.admission.web.bureau.choice import MANAGE, head_of, in_cycle
from guantong.kernel.refusal import Refusal, Where

TIES = [("admit_all", "一并录取"), ("reject_all", "都不录取"), ("lottery", "摇号")]
MECHANISMS = [
    ("parallel", "平行志愿（位次优先）"),
    ("sequential", "顺序志愿（志愿优先）"),
    ("deferred_acceptance", "延迟接受（按专业自己的排序）"),
]
STAGES = [("one", "一次投到专业"), ("two", "先投到专业组，再分专业")]
WORDS: dict[str, dict[str, str]] = {"ties": dict(TIES), "mechanism": dict(MECHANISMS), "stages": dict(STAGES)}
FIELDS = ("run", "ties", "mechanism", "stages", "list_length", "skill_share", "ratio", "group")


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def trials(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Choose a published run and what to change; earlier trials below."""
    actor, cycle, head = in_cycle(request, public_id, "bureau_trials")
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            run = access_run_for(actor, request.POST.get("run", "")[:16])
            if run.round.cycle_id != cycle.pk:
                raise errors.RUN_UNKNOWN.refuse()
            made = try_rules(actor=actor, run=run, changes=_changes(request), group=request.POST.get("group", "")[:40])
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, "试算完成，没有改变任何结果。")
            return go(request, "admission:bureau_trial", made.public_id)
    done = Run.objects.filter(round__cycle=cycle, purpose="trial").select_related("round__cycle").order_by("-pk")[:30]
    context = {
        **head,
        "runs": [(run.public_id, show_round(run.round).title) for run in published_runs(cycle)],
        "ties": TIES,
        "mechanisms": MECHANISMS,
        "stages": STAGES,
        "groups": _groups(cycle),
        "typed": {name: request.POST.get(name, "") for name in FIELDS},
        "done": [(run, show_round(run.round).title, changes_in_words(run)) for run in done],
        "refusal": refusal,
    }
    return render(request, "admission/bureau_trials.html", context, status=refusal.status if refusal else 200)


def _changes(request: HttpRequest) -> dict[str, Any]:
    """What was chosen; numbers are checked here, contradictions by the engine."""
    found: dict[str, Any] = {}
    for name in ("ties", "mechanism", "stages", "ratio", "skill_share"):
        if text := request.POST.get(name, "").strip()[:40]:
            found[name] = text
    if text := request.POST.get("list_length", "").strip():
        if not (text.isascii() and text.isdigit() and len(text) <= 4):
            where = Where(column="list_length", title=CHANGES["list_length"])
            raise rule_errors.FORM_WRONG.refuse(
                title=CHANGES["list_length"], given=text[:20], wanted="请填写整数。", where=where
            )
        found["list_length"] = int(text)
    return found


def _groups(cycle: Cycle) -> list[tuple[str, str]]:
    """Facts of candidates to compare by: those with a closed list of values."""
    return [(a.id, a.title) for a in channel_of(cycle).attributes if a.kind in {"choice", "flag"}]


def changes_in_words(run: Run) -> list[tuple[str, str]]:
    """What a trial changed: (what, to what)."""
    found: list[tuple[str, str]] = []
    for key, value in run.changes.items():
        if key in CHANGES:
            shown = WORDS.get(key, {}).get(str(value), str(value))
            found.append((CHANGES[key], shown + ("%" if key == "skill_share" else "")))
    return found


@require_safe
@for_desk("bureau")
def trial(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """What a trial found: placed before and after, who gains and who loses, group by group."""
    actor = actor_of(request)
    run = access_run_for(actor, public_id)
    require_bureau(actor, MANAGE, run.round.cycle.region)
    if run.purpose != "trial" or run.based_on is None:
        raise errors.RUN_UNKNOWN.refuse()
    group = str(run.changes.get("group", ""))
    titles = channel_of(run.round.cycle).titles
    context = {
        **head_of(actor, run.round.cycle, "bureau_trials"),
        "run": run,
        "base": run.based_on,
        "round": show_round(run.round),
        "changes": changes_in_words(run),
        "group": titles.get(group, group),
        "rows": run.figures.get("gains", []),
        "figures": run.figures,
        "better": sum(row["better"] for row in run.figures.get("gains", [])),
        "worse": sum(row["worse"] for row in run.figures.get("gains", [])),
    }
    return render(request, "admission/bureau_trial.html", context)
