"""Opening a follow-up about a title, and the page of its case, the same for everybody who takes part."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST

from guantong.base.webkit.pages import actor_of, go, render, signed_in
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.forms import take_posted
from guantong.procedure.cases.pages import case_parts
from guantong.procedure.cases.public import access_case_for

from .. import errors
from ..actions import open_about
from ..reading import SUBJECT
from ..selectors.shown import get_title


@require_POST
@signed_in
def open_follow_up(request: HttpRequest, number: str, definition: str) -> HttpResponseBase:
    """Open a procedure about a title, and go to its case."""
    case = open_about(actor=actor_of(request), definition=definition, number=get_title(number).number)
    return go(request, "registers:case", case.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def case(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Look at a case about a title, or take one of its actions (the form names it)."""
    actor = actor_of(request)
    found = access_case_for(actor, public_id)
    if found.subject_kind != SUBJECT:
        raise errors.TITLE_UNKNOWN.refuse(number=public_id[:16])
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            take_posted(actor=actor, case=found, post=request.POST, files=request.FILES)
        except Refusal as caught:
            refusal = caught
        else:
            messages.success(request, "已经办理，结果见下面的经过。")
            return go(request, "registers:case", public_id)
    context = case_parts(actor, found, post=request.POST if refusal else None, refusal=refusal)
    context["title"] = get_title(found.subject_id)
    return render(request, "registers/case.html", context, status=422 if refusal else 200)
