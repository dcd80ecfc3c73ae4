"""Rounds of batches: opened and closed at their hours, the schools' review, confirmation, supplementary rounds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from guantong.base.accounts.actor import Actor
from guantong.base.webkit.pages import actor_of, for_desk, go, render
from guantong.domains.admission.actions.rounds import (
    change_times,
    close_round,
    end_confirmation,
    end_review,
    open_round,
    open_supplementary,
)
from guantong.domains.admission.actions.runs import start_run
from guantong.domains.admission.errors import rules as errors
from guantong.domains.admission.models import Cycle, IntakePlan, Round
from guantong.domains.admission.rules.states import APPROVED, CLOSED, CONFIRMATION, why_not_run
from guantong.domains.admission.selectors.access import access_round_for
from guantong.domains.admission.selectors.bureau_desk import school_progress
from guantong.domains.admission.selectors.channels import channel_of, list_length
from guantong.domains.admission.selectors.published import list_rounds, vacancies_shown
from guantong.domains.admission.selectors.queues import list_runs, round_figures
from guantong.domains.admission.selectors.vacancies import vacancies_of
from guantong.domains.admission.selectors.visitor_cycles import show_round, show_rounds
from guantong.domains.admission.web.bureau.choice import MANAGE, head_of, in_cycle
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal, Where


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def rounds(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Every round of a year; open the main round of a batch, or its next supplementary round."""
    actor, cycle, head = in_cycle(request, public_id, "bureau_rounds")
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            made = _open(request, actor, cycle)
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"“{show_round(made).title}”已设立，到时间考生就可以填报。")
            return go(request, "admission:bureau_round", made.public_id)
    context = {
        **head,
        "rounds": [(one, round_figures(one.round)) for one in show_rounds(cycle)],
        "main": _batches_to_open(cycle),
        "extra": _batches_to_supplement(cycle),
        "typed": {name: request.POST.get(name, "") for name in ("batch", "kind", "opens_at", "closes_at")},
        "refusal": refusal,
    }
    return render(request, "admission/bureau_rounds.html", context, status=refusal.status if refusal else 200)


def _open(request: HttpRequest, actor: Actor, cycle: Cycle) -> Round:
    opens_at, closes_at = _times(request)
    act = open_supplementary if request.POST.get("kind") == "supplementary" else open_round
    batch = request.POST.get("batch", "")[:40]
    return act(actor=actor, cycle=cycle, batch=batch, opens_at=opens_at, closes_at=closes_at)


def _times(request: HttpRequest) -> tuple[datetime, datetime]:
    """Both hours as typed, in China Standard Time; ADM-289 for what is none."""
    found: list[datetime] = []
    problems = []
    for name, title in (("opens_at", "开始填报"), ("closes_at", "截止填报")):
        text = request.POST.get(name, "").strip()[:20]
        try:
            found.append(datetime.fromisoformat(text).replace(tzinfo=clock.CHINA_TIME))
        except ValueError:
            where = Where(column=name, title=title)
            wanted = "请填写日期和时间，例如 2026-04-25 09:00。"
            problems.append(
                errors.FORM_WRONG.problem(title=title, given=text or "（没有填写）", wanted=wanted, where=where)
            )
    if problems:
        raise Refusal(problems)
    return found[0], found[1]


def _batches_to_open(cycle: Cycle) -> list[tuple[str, str]]:
    """Batches with approved plans and without a round."""
    opened = {one.batch for one in list_rounds(cycle)}
    planned = set(
        IntakePlan.objects.filter(cycle=cycle, state=APPROVED).order_by().values_list("batch", flat=True).distinct()
    )
    return [(b.id, b.title) for b in channel_of(cycle).batches if b.id in planned - opened]


def _batches_to_supplement(cycle: Cycle) -> list[dict[str, Any]]:
    """Batches whose last round is over and that have vacancies: what the next supplementary round would offer."""
    found: list[dict[str, Any]] = []
    every = list_rounds(cycle) if cycle.stage != CLOSED else []
    for batch in channel_of(cycle).batches:
        own = [one for one in every if one.batch == batch.id]
        extra = batch.supplementary
        if not own or extra is None or own[-1].stage not in {CONFIRMATION, CLOSED}:
            continue
        left = vacancies_of(cycle, batch.id)
        found.append(
            {
                "id": batch.id,
                "title": batch.title,
                "places": len(left),
                "seats": sum(left.values()),
                "done": own[-1].number - 1,
                "most": extra.rounds,
                "ground": extra.ground,
            }
        )
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def round_page(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One round: how it stands, and what is done in its stage."""
    actor = actor_of(request)
    found = access_round_for(actor, public_id, MANAGE)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            said, to = _act(request, actor, found)
        except Refusal as caught:
            refusal = caught
        else:
            messages.success(request, said)
            return go(request, *to)
    found = access_round_for(actor, public_id, MANAGE)
    cycle = found.cycle
    is_past = clock.now() >= found.closes_at
    context = {
        **head_of(actor, cycle, "bureau_rounds"),
        "shown": show_round(found),
        "round": found,
        "figures": round_figures(found),
        "length": list_length(found),
        "runs": list_runs(actor, found),
        "may_mock": why_not_run("mock", found.stage) is None,
        "may_run": why_not_run("real", found.stage) is None,
        "is_past": is_past,
        "schools": school_progress(cycle, found) if found.published_at is not None else [],
        "vacancies": vacancies_shown(found)[:200],
        "typed": {
            "opens_at": request.POST.get("opens_at", _local(found.opens_at)),
            "closes_at": request.POST.get("closes_at", _local(found.closes_at)),
            "reason": request.POST.get("reason", ""),
        },
        "refusal": refusal,
    }
    return render(request, "admission/bureau_round.html", context, status=refusal.status if refusal else 200)


def _local(moment: datetime) -> str:
    return moment.astimezone(clock.CHINA_TIME).strftime("%Y-%m-%dT%H:%M")


def _act(request: HttpRequest, actor: Actor, found: Round) -> tuple[str, tuple[str, str]]:
    """Carry out what was pressed: (what to say, where to go)."""
    what = request.POST.get("what", "")
    here = ("admission:bureau_round", found.public_id)
    if what in {"mock", "real"}:
        run = start_run(actor=actor, round_=found, purpose=what)
        return "已经开始，进度显示在这里。", ("admission:bureau_run", run.public_id)
    if what == "times":
        opens_at, closes_at = _times(request)
        reason = request.POST.get("reason", "")
        change_times(actor=actor, round_=found, opens_at=opens_at, closes_at=closes_at, reason=reason)
        return "填报时间已经更改，理由记入审计记录。", here
    if what == "close":
        closed = close_round(actor=actor, round_=found)
        return f"填报已截止，全部志愿的总摘要：{closed.locked_digest[:16]}…", here
    if what == "end_review":
        end_review(actor=actor, round_=found)
        return "学校审核已结束，考生可以确认录取。", here
    if what == "end_confirmation":
        end_confirmation(actor=actor, round_=found, unanswered=request.POST.get("unanswered", "")[:10])
        return "这一轮已经结束。", here
    return "没有选择要办理的事。", here
