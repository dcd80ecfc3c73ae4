"""What the school offers, year by year."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from guantong.base.webkit.pages import actor_of, for_desk, go, render
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal

from ...actions import offer_programme
from ...rules.vocabulary import OFFERED, OFFERING_STATES, label_of
from ...selectors.offerings import list_offerings
from ...selectors.plans import MANAGE
from ..forms import typed as forms
from .choice import school_of


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("school")
def offerings(request: HttpRequest) -> HttpResponseBase:
    """What the school offers by year; add, suspend, withdraw."""
    actor = actor_of(request)
    school_id, schools = school_of(request, actor, MANAGE)
    typed = forms.typed(request.POST, forms.OFFERING_FIELDS, year=str(clock.today().year))
    refusal = None
    if request.method == "POST":
        state = request.POST.get("state", OFFERED)
        try:
            offering = offer_programme(
                actor=actor,
                school_id=school_id,
                state=state if state in dict(OFFERING_STATES) else OFFERED,
                **forms.read_offering_form(typed),
            )
        except Refusal as found:
            refusal = forms.place_offering_problems(found)
        else:
            messages.success(
                request, f"已登记：{offering.year} 年“{offering.programme.name}”，{label_of(offering.state)}。"
            )
            return go(request, "programmes:school_offerings")
    return render(
        request,
        "programmes/school_offerings.html",
        {
            "refusal": refusal,
            "typed": typed,
            "page": forms.page_of(request, list_offerings(school_id=school_id)),
            "school_id": school_id,
            "schools": schools,
            "states": OFFERING_STATES,
            "label_of": label_of,
        },
        status=422 if refusal else 200,
    )
