"""Results: the place, the reason for each choice, the certificate, the answer, the appeal."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guantong.base.webkit.pages import actor_of, download, for_desk, go, render
from guantong.domains.admission.actions.appeals import ABOUT, open_appeal
from guantong.domains.admission.actions.placements import confirm_place, decline_place
from guantong.domains.admission.rules.states import ADMITTED, CONFIRMATION, CONFIRMED
from guantong.domains.admission.rules.verdicts import LABELS
from guantong.domains.admission.selectors.access import get_round, own_candidate
from guantong.domains.admission.selectors.appealing import last_days, why_not_in_time
from guantong.domains.admission.selectors.learner_desk import case_number, list_appeals, supplementary_after
from guantong.domains.admission.selectors.papers import paper_pdf
from guantong.domains.admission.selectors.proofs import certificate_file
from guantong.domains.admission.selectors.results import find_result
from guantong.domains.admission.selectors.visitor_cycles import show_round
from guantong.kernel.refusal import Refusal

VERDICT_TONES = dict.fromkeys(("admitted", "admitted_reassigned", "admitted_over_plan"), "good") | {
    "placed_higher": "info"
}


@require_safe
@for_desk("learner")
def result(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The own result of a round: placed or not, why, choice by choice; what can be done now."""
    round_ = get_round(public_id)
    candidate = own_candidate(round_.cycle, actor_of(request))
    found = find_result(candidate, round_)
    placement = found.placement if found is not None else None
    in_time = round_.stage == CONFIRMATION
    context = {
        "round": show_round(round_),
        "cycle": round_.cycle,
        "candidate": candidate,
        "found": found,
        "placement": placement,
        "labels": LABELS,
        "tones": VERDICT_TONES,
        "may_confirm": placement is not None and placement.state == ADMITTED and in_time,
        "may_decline": placement is not None and placement.state in (ADMITTED, CONFIRMED) and in_time,
        "appeals": list_appeals(candidate, round_),
        "last_days": last_days(candidate, round_),
        "next_rounds": supplementary_after(candidate, round_),
    }
    return render(request, "admission/my_result.html", context)


@require_safe
@for_desk("learner")
def certificate(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The certificate of the own result, for the person alone."""
    actor, round_ = actor_of(request), get_round(public_id)
    candidate = own_candidate(round_.cycle, actor)
    name = f"录取结果凭证-{candidate.number}-{round_.public_id}.json"
    return download(certificate_file(actor, candidate, round_), name, "application/json; charset=utf-8")


@require_safe
@for_desk("learner")
def paper(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The own result printed: a PDF of A4 pages with a code that leads to the page where anyone checks it."""
    actor, round_ = actor_of(request), get_round(public_id)
    candidate = own_candidate(round_.cycle, actor)
    return download(paper_pdf(actor, candidate, round_), f"录取结果证明-{candidate.number}.pdf", "application/pdf")


@require_POST
@for_desk("learner")
def answer(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Take the place, or give it up for good."""
    actor, round_ = actor_of(request), get_round(public_id)
    if request.POST.get("answer") == "decline":
        decline_place(actor=actor, round_=round_, reason=request.POST.get("reason", ""))
        messages.success(request, "您已经放弃这个录取，名额转入征集志愿。")
    else:
        confirm_place(actor=actor, round_=round_)
        messages.success(request, "您已经确认录取，请按学校的通知办理注册。")
    return go(request, "admission:my_result", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("learner")
def appeal(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Ask for a result to be looked at again; a case is opened at the authority."""
    actor, round_ = actor_of(request), get_round(public_id)
    candidate = own_candidate(round_.cycle, actor)
    typed = {"about": request.POST.get("about", ""), "grounds": request.POST.get("grounds", "")}
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            made = open_appeal(actor=actor, round_=round_, **typed)
        except Refusal as caught:
            refusal = caught
        else:
            messages.success(request, "复核申请已经提交，办理的经过和结果都在这里。")
            return go(request, "admission:case", case_number(made))
    context = {
        "round": show_round(round_),
        "cycle": round_.cycle,
        "about": [pair for pair in ABOUT.items() if why_not_in_time(candidate, round_, pair[0]) is None],
        "too_late": why_not_in_time(candidate, round_, "result"),
        "last_days": last_days(candidate, round_),
        "typed": typed,
        "found": find_result(candidate, round_),
        "appeals": list_appeals(candidate, round_),
        "refusal": refusal,
    }
    return render(request, "admission/my_appeal.html", context, status=refusal.status if refusal else 200)
