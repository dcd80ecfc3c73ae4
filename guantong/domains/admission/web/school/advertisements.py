"""Enrolment advertisements: filed before they are published, corrected when returned."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from guantong.base.webkit.pages import for_desk, go, render
from guantong.domains.admission.actions.advertisements import DEFINITION, correct_advertisement, file_advertisement
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Advertisement
from guantong.domains.admission.models.filings import FILING_STATES
from guantong.domains.admission.selectors.filings import find_procedure, get_advertisement, list_advertisements
from guantong.domains.admission.web.school.choice import PLAN, Standing, standing_of
from guantong.kernel.refusal import Refusal

TONES = {"opened": "info", "granted": "good", "refused": "bad", "withdrawn": "neutral"}


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("school")
def advertisements(request: HttpRequest) -> HttpResponseBase:
    """What was filed, and the form for one more."""
    here = standing_of(request, PLAN)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            made = file_advertisement(
                actor=here.actor,
                school_id=here.school_id,
                title=request.POST.get("title", ""),
                media=request.POST.get("media", ""),
                text=request.POST.get("text", ""),
            )
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"“{made.title}”已报送审批，批准以前不得发布。")
            return go(request, here.link("school_advertisements"))
    return _page(request, here, None, refusal)


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("school")
def advertisement(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """A returned advertisement: another text, handed in again in its case."""
    here = standing_of(request, PLAN)
    row = get_advertisement(public_id)
    if row.school_id != here.school_id:
        raise errors.ADVERTISEMENT_UNKNOWN.refuse()
    case = next((case for one, case in list_advertisements(here.school_id) if one.pk == row.pk), None)
    if case is None:
        raise errors.ADVERTISEMENT_UNKNOWN.refuse()
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            correct_advertisement(
                actor=here.actor,
                advertisement=row,
                case=case,
                text=request.POST.get("text", ""),
                media=request.POST.get("media", ""),
            )
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, "已重新报送审批。")
            return go(request, "admission:case", case.public_id)
    return _page(request, here, row, refusal)


def _page(request: HttpRequest, here: Standing, row: Advertisement | None, refusal: Refusal | None) -> HttpResponseBase:
    kept = {"title": "", "media": row.media if row else "", "text": row.text if row else ""}
    context = {
        "here": here,
        "row": row,
        "rows": list_advertisements(here.school_id),
        "typed": {key: request.POST.get(key, value) for key, value in kept.items()},
        "asked": find_procedure(DEFINITION, here.actor.region) is not None,
        "states": dict(FILING_STATES),
        "tones": TONES,
        "refusal": refusal,
    }
    return render(request, "admission/school_advertisements.html", context, status=refusal.status if refusal else 200)
