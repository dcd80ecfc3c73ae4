"""The page of a case of admission, the same for everybody who takes part: what it is about, what can be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from guantong.base.webkit.pages import actor_of, go, render, signed_in
from guantong.domains.admission.actions.appeals import ABOUT, SUBJECT
from guantong.domains.admission.actions.prospectuses import required_items, subject_of
from guantong.domains.admission.actions.registrations import filing_of, placements_of
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models.filings import FILING_STATES
from guantong.domains.admission.rules.states import PROSPECTUS_STATES
from guantong.domains.admission.selectors.access import access_appeal_for
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.filings import ADVERTISEMENT, PROSPECTUS, REGISTRATION, get_advertisement
from guantong.domains.admission.selectors.gates import may_manage, school_name
from guantong.domains.admission.selectors.learner_desk import APPEAL_STATES, case_number
from guantong.domains.admission.selectors.queues import get_prospectus, plans_of
from guantong.domains.admission.selectors.school_desk import PROSPECTUS_TONES
from guantong.domains.admission.selectors.school_plans import show_plans
from guantong.domains.admission.selectors.visitor_cycles import show_round
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.forms import take_posted
from guantong.procedure.cases.pages import case_parts
from guantong.procedure.cases.public import access_case_for

if TYPE_CHECKING:
    from guantong.base.accounts.actor import Actor
    from guantong.procedure.cases.models import Case


TEMPLATES = {
    SUBJECT: "admission/case.html",
    PROSPECTUS: "admission/case_prospectus.html",
    REGISTRATION: "admission/case_registration.html",
    ADVERTISEMENT: "admission/case_advertisement.html",
}
"""Kind of what a case is about → its page."""


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def case(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Look at a case of admission, or take one of its actions (the form names it)."""
    actor = actor_of(request)
    found = access_case_for(actor, public_id)
    if found.subject_kind not in TEMPLATES:
        raise errors.APPEAL_UNKNOWN.refuse()
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            take_posted(actor=actor, case=found, post=request.POST, files=request.FILES)
        except Refusal as caught:
            refusal = caught
        else:
            messages.success(request, "已经办理，结果见下面的经过。")
            return go(request, "admission:case", public_id)
    own = _SHOWN[found.subject_kind](actor, found)
    context: dict[str, Any] = case_parts(actor, found, post=request.POST if refusal else None, refusal=refusal)
    return render(request, TEMPLATES[found.subject_kind], context | own, status=422 if refusal else 200)


def _appeal(actor: Actor, found: Case) -> dict[str, Any]:
    appeal = access_appeal_for(actor, found.subject_id)
    return {
        "appeal": appeal,
        "state": APPEAL_STATES[appeal.state],
        "about": ABOUT.get(appeal.about, appeal.about),
        "round": show_round(appeal.round),
        "is_own": actor.person_id == appeal.candidate.person_id,
        "may_decide": may_manage(actor, appeal.round.cycle, "admission.appeal"),
        "reruns": list(appeal.reruns.select_related("run").order_by("number")),
    }


def _prospectus(actor: Actor, found: Case) -> dict[str, Any]:
    cycle, school_id = subject_of(found)
    row = get_prospectus(cycle, school_id)
    return {
        "row": row,
        "cycle": cycle,
        "school_name": school_name(school_id),
        "school_key": row.school.public_id,
        "state": PROSPECTUS_STATES.labels[row.state],
        "tone": PROSPECTUS_TONES[row.state],
        "asked": channel_of(cycle).prospectus,
        "items": [(item, row.items.get(item, "")) for item in required_items(cycle)],
        "is_school": actor.may("admission.plan", school_id),
        "is_bureau": may_manage(actor, cycle),
        "plans": show_plans(plans_of(cycle, school_id)),
    }


def _registration(actor: Actor, found: Case) -> dict[str, Any]:
    filing = filing_of(found)
    numbers = {entry["placement"]: entry for entry in filing.entries}
    rows = placements_of(filing)
    return {
        "filing": filing,
        "cycle": filing.cycle,
        "school_name": school_name(filing.school_id),
        "school_key": filing.school.public_id,
        "state": dict(FILING_STATES)[filing.state],
        "tone": FILING_TONES[filing.state],
        "rows": [(row, numbers[row.public_id]) for row in rows],
        "is_school": actor.may("admission.review", filing.school_id),
        "is_bureau": may_manage(actor, filing.cycle),
    }


def _advertisement(actor: Actor, found: Case) -> dict[str, Any]:
    row = get_advertisement(found.subject_id)
    return {
        "row": row,
        "school_name": school_name(row.school_id),
        "school_key": row.school.public_id,
        "state": dict(FILING_STATES)[row.state],
        "tone": FILING_TONES[row.state],
        "may_correct": found.step == "correct" and actor.may("admission.plan", row.school_id),
    }


FILING_TONES = {"opened": "info", "granted": "good", "refused": "bad", "withdrawn": "neutral"}
_SHOWN: dict[str, Callable[[Actor, Case], dict[str, Any]]] = {
    SUBJECT: _appeal,
    PROSPECTUS: _prospectus,
    REGISTRATION: _registration,
    ADVERTISEMENT: _advertisement,
}


@require_safe
@signed_in
def appeal(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """An appeal is shown where its case is."""
    return go(request, "admission:case", case_number(access_appeal_for(actor_of(request), public_id)))
