"""The page of a case of admission, the same for everybody who takes part: an appeal, what was computed, the story."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from guantong.base.webkit.pages import actor_of, go, render, signed_in
from guantong.domains.admission.actions.appeals import ABOUT
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.selectors.access import access_appeal_for
from guantong.domains.admission.selectors.gates import may_manage
from guantong.domains.admission.selectors.learner_desk import APPEAL_STATES, case_number
from guantong.domains.admission.selectors.visitor_cycles import show_round
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.forms import take_posted
from guantong.procedure.cases.pages import case_parts
from guantong.procedure.cases.public import access_case_for


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def case(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Look at an appeal's case, or take one of its actions (the form names it)."""
    actor = actor_of(request)
    found = access_case_for(actor, public_id)
    if found.subject_kind != "admission.appeal":
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
    appeal = access_appeal_for(actor, found.subject_id)
    context: dict[str, Any] = case_parts(actor, found, post=request.POST if refusal else None, refusal=refusal)
    context |= {
        "appeal": appeal,
        "state": APPEAL_STATES[appeal.state],
        "about": ABOUT.get(appeal.about, appeal.about),
        "round": show_round(appeal.round),
        "is_own": actor.person_id == appeal.candidate.person_id,
        "may_decide": may_manage(actor, appeal.round.cycle, "admission.appeal"),
        "reruns": list(appeal.reruns.select_related("run").order_by("number")),
    }
    return render(request, "admission/case.html", context, status=422 if refusal else 200)


@require_safe
@signed_in
def appeal(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """An appeal is shown where its case is."""
    return go(request, "admission:case", case_number(access_appeal_for(actor_of(request), public_id)))
