"""The page of a case, and what its form would mean while it is being filled in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST

from guantong.base.webkit.pages import actor_of, go, render, signed_in
from guantong.domains.projects import errors
from guantong.domains.projects.actions import save_draft
from guantong.domains.projects.selectors.catalogue import SUBJECT
from guantong.domains.projects.selectors.drafting import declaration_of, form_action, typed_now
from guantong.domains.projects.web.forms import typed_controls
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.conditions_shown import checked
from guantong.procedure.cases.forms import take_posted
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.pages import case_parts
from guantong.procedure.cases.public import access_case_for, approved, definition_of, differences_now


def _case(request: HttpRequest, public_id: str) -> Case:
    found = access_case_for(actor_of(request), public_id)
    if found.subject_kind != SUBJECT:
        raise errors.PROCEDURE_UNKNOWN.refuse(code=public_id[:16])
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def case(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Look at a case, save what was typed, or take one of its actions (the form names it)."""
    actor = actor_of(request)
    found = _case(request, public_id)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            if "save_draft" in request.POST:
                save_draft(actor=actor, case=found, typed=typed_controls(request.POST))
                messages.success(request, "已经保存，还没有提交。")
            else:
                take_posted(actor=actor, case=found, post=request.POST, files=request.FILES)
                messages.success(request, "已经办理，结果见下面的经过。")
        except Refusal as caught:
            refusal = caught
        else:
            return go(request, "projects:case", public_id)
    context = _shown(request, found, refusal)
    return render(request, "projects/case.html", context, status=422 if refusal else 200)


def _shown(request: HttpRequest, found: Case, refusal: Refusal | None) -> dict[str, Any]:
    actor = actor_of(request)
    declaration = declaration_of(found)
    action = form_action(actor, found)
    post: Any = request.POST if refusal is not None else None
    if post is None and declaration is not None and declaration.draft and action is not None:
        post = typed_now(actor, found, declaration.draft)
    context = case_parts(actor, found, post=post, refusal=refusal)
    was = approved(found)
    return {
        **context,
        "draft_action": action.id if action is not None else "",
        "saved_at": declaration.saved_at if declaration is not None and action is not None else None,
        "approved": was,
        "changes": differences_now(found, was) if was is not None else [],
        "checks_live": action is not None and (context["procedure"]["conditions"] or context["procedure"]["filled"]),
    }


@require_POST
@signed_in
def check(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The conditions for what is typed in the form just now; nothing is kept."""
    found = _case(request, public_id)
    definition = definition_of(found)
    typed = typed_now(actor_of(request), found, typed_controls(request.POST))
    shown = checked(found, definition, post=typed, actor=actor_of(request))
    context = {
        "procedure": {"conditions": shown.conditions, "filled": shown.filled, "case": found, "definition": definition}
    }
    return render(request, "projects/checked.html", context, fragment="checked")
