"""A candidate's home for each cycle: what is next, registration, the score with its explanation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guantong.base.webkit.pages import actor_of, for_desk, go, render
from guantong.domains.admission.actions.candidates import register_self, withdraw_candidate
from guantong.domains.admission.models import Candidate, Cycle
from guantong.domains.admission.selectors.access import find_candidate_of, get_cycle, own_candidate
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.learner_desk import (
    facts_shown,
    list_appeals,
    list_candidacies,
    open_for_registration,
    score_shown,
    show_candidacy,
)
from guantong.domains.admission.selectors.proving import facts_until, rows_of, stated_of
from guantong.domains.admission.selectors.shown_facts import OwnBank, facts_proved, own_bank
from guantong.domains.admission.selectors.visitor_cycles import show_cycle
from guantong.kernel.refusal import Refusal


@require_safe
@for_desk("learner")
def home(request: HttpRequest) -> HttpResponseBase:
    """Every cycle of the candidate with what is next, and cycles that may be joined now."""
    actor = actor_of(request)
    context = {"mine": list_candidacies(actor), "others": open_for_registration(actor)}
    return render(request, "admission/my_home.html", context)


@require_safe
@for_desk("learner")
def cycle(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One candidacy: what is next, deadlines, lists, results, appeals."""
    found = get_cycle(public_id)
    candidate = find_candidate_of(found, actor_of(request))
    if candidate is None:
        return go(request, "admission:my_registration", public_id)
    context = {
        "cycle": found,
        "shown": show_cycle(found),
        "mine": show_candidacy(candidate),
        "appeals": list_appeals(candidate),
    }
    return render(request, "admission/my_cycle.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("learner")
def registration(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The facts the channel asks for: typed in while registration is open, to be read afterwards."""
    actor, found = actor_of(request), get_cycle(public_id)
    channel = channel_of(found)
    candidate = find_candidate_of(found, actor)
    refusal: Refusal | None = None
    bank = own_bank(found, actor, candidate)
    typed = _kept(found, candidate, bank)
    if request.method == "POST":
        typed = {a.id: request.POST.get(a.id, "").strip()[:100] for a in channel.attributes}
        try:
            register_self(actor=actor, cycle=found, attributes=typed)
        except Refusal as caught:
            refusal = caught
        else:
            messages.success(request, "报名信息已经保存。")
            return go(request, "admission:my_cycle", public_id)
    context = {
        "cycle": found,
        "fields": [(a, [(choice, choice) for choice in a.choices]) for a in channel.attributes],
        "candidate": candidate,
        "facts": facts_shown(candidate) if candidate is not None else [],
        "proved": facts_proved(candidate) if candidate is not None else [],
        "typed": typed,
        "bank": bank,
        "facts_on": facts_until(found),
        "is_open": found.stage == "registration",
        "refusal": refusal,
    }
    return render(request, "admission/my_registration.html", context, status=refusal.status if refusal else 200)


def _kept(cycle: Cycle, candidate: Candidate | None, bank: OwnBank) -> dict[str, str]:
    """The facts as the form shows them: as stated, else as the bank has them."""
    channel = channel_of(cycle)
    kept: dict[str, Any] = candidate.attributes if candidate is not None else {}
    stated = stated_of(channel, kept, rows_of([candidate.pk]).get(candidate.pk, {})) if candidate is not None else {}
    words = {True: "是", False: "否", None: ""}
    found = {a.id: words.get(kept.get(a.id), str(kept.get(a.id))) for a in channel.attributes}
    for key, offer in bank.offers.items():
        found[key] = stated.get(key) or offer.value or found[key]
    return found


@require_POST
@for_desk("learner")
def withdraw(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Take the own registration back."""
    actor, found = actor_of(request), get_cycle(public_id)
    withdraw_candidate(actor=actor, candidate=own_candidate(found, actor))
    messages.success(request, "报名已经撤回。报名没有截止以前可以重新报名。")
    return go(request, "admission:my_home")


@require_safe
@for_desk("learner")
def score(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Marks, how the total came about line by line, the rank."""
    found = get_cycle(public_id)
    candidate = own_candidate(found, actor_of(request))
    context = {
        "cycle": found,
        "candidate": candidate,
        "facts": facts_shown(candidate),
        "proved": facts_proved(candidate),
        "shown": score_shown(candidate),
    }
    return render(request, "admission/my_score.html", context)
