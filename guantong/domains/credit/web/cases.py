"""One case page for everyone who takes part: the story, the facts, what you may do, materials, deadlines."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from guantong.base.files.models import StoredFile
from guantong.base.files.public import read_bytes
from guantong.base.webkit.pages import actor_of, download, go, render, signed_in
from guantong.domains.credit import errors
from guantong.domains.credit.models import Achievement, ConversionApplication, ConversionRules
from guantong.domains.credit.selectors.access import access_application_for
from guantong.domains.credit.selectors.shown import application_shown, claim_shown, rules_shown
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.forms import take_posted
from guantong.procedure.cases.pages import case_parts
from guantong.procedure.cases.public import access_case_for, link_for, list_cases_about

PAGES = {
    "credit.claim": ("claims", "credit/case_claim.html"),
    "credit.conversion": ("conversions", "credit/case_conversion.html"),
    "credit.rules": ("rules", "credit/case_rules.html"),
}
"""Subject kind → (part of the address, page)."""


def _facts(context: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f.label, f.value + (f"（{f.source}）" if f.source else "")) for f in context["procedure"]["facts"]]


@require_safe
@signed_in
def application(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """An application is shown where its case is."""
    found = access_application_for(actor_of(request), public_id)
    about = next(iter(list_cases_about(("credit.conversion", found.public_id))))
    return go(request, "credit:case", about.public_id)


@require_safe
@signed_in
def evidence(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """A file of evidence: for the claimant, and for who takes part in a case about the claim."""
    actor = actor_of(request)
    stored = StoredFile.objects.filter(public_id=public_id).first()
    if stored is None:
        raise errors.ACHIEVEMENT_UNKNOWN.refuse()
    # SQLite cannot look into JSON lists: find the text, then make sure.
    near = Achievement.objects.filter(way="claimed", evidence__icontains=stored.public_id)
    claimed = next((row for row in near if stored.public_id in row.evidence), None)
    if claimed is None:
        raise errors.ACHIEVEMENT_UNKNOWN.refuse()
    for about in list_cases_about(("credit.claim", claimed.public_id)):
        access_case_for(actor, about.public_id)
        return download(read_bytes(stored), stored.name, stored.media_type)
    raise errors.ACHIEVEMENT_UNKNOWN.refuse()


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def case(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Look at a case, or take one of its actions (the form names it)."""
    actor = actor_of(request)
    found = access_case_for(actor, public_id)
    if found.subject_kind not in PAGES:
        return go(request, link_for(found))  # another domain's case: it has a page of its own
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            take_posted(actor=actor, case=found, post=request.POST, files=request.FILES)
        except Refusal as caught:
            refusal = caught
        else:
            messages.success(request, "已经办理，结果见下面的经过。")
            return go(request, "credit:case", public_id)
    _, template = PAGES[found.subject_kind]
    post = request.POST if refusal is not None else None
    context: dict[str, Any] = case_parts(actor, found, post=post, refusal=refusal)
    context["desk"] = (actor.desks() or ("learner",))[0]
    if found.subject_kind == "credit.claim":
        row = Achievement.objects.select_related("account__person", "issuer").get(public_id=found.subject_id)
        context["claim"] = claim_shown(row, StoredFile.objects.filter(public_id__in=row.evidence), _facts(context))
    elif found.subject_kind == "credit.conversion":
        application = ConversionApplication.objects.select_related("account__person", "rules").get(
            public_id=found.subject_id
        )
        context["application"] = application_shown(application)
    else:
        rules = ConversionRules.objects.select_related("school").get(public_id=found.subject_id)
        context["rules"] = rules_shown(rules, _facts(context))
        context["trial"] = found.facts.get("trial") or {}
    return render(request, template, context, status=422 if refusal else 200)
