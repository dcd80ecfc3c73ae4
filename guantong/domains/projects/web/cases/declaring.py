"""Beginning a declaration."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from guantong.base.webkit.pages import actor_of, go, render, signed_in
from guantong.domains.projects import errors
from guantong.domains.projects.actions import open_declaration
from guantong.domains.projects.selectors.catalogue import SUBJECT, find_definition, require_region, show_entry, who_text
from guantong.domains.projects.selectors.holders import asks_person, grants_of, may_declare, posts_for
from guantong.domains.projects.web.forms import asked, number_of, typed_holder, wanted_of
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def declare(request: HttpRequest, code: str) -> HttpResponseBase:
    """Say for whom, then the case is opened and its form shown."""
    actor = actor_of(request)
    region = require_region(asked(request, "region")["region"])
    definition = find_definition(code, region)
    if definition.subject != SUBJECT:
        raise errors.NOT_DECLARED_HERE.refuse(title=definition.title)
    typed = typed_holder(request.POST)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            case = open_declaration(
                actor=actor, procedure=code, region=region, wanted=wanted_of(typed), at=number_of(typed["at"])
            )
        except Refusal as caught:
            refusal = caught
        else:
            return go(request, "projects:case", case.public_id)
    elif not may_declare(actor, definition):
        raise errors.NO_POST.refuse(title=definition.title, who=who_text(definition))
    elif actor.posts and definition.declarers.of == "learner":
        typed["organisation"] = actor.posts[0].organisation_name
    grants = grants_of(definition)
    context = {
        "definition": definition,
        "entry": show_entry(definition, region, clock.today()),
        "typed": typed,
        "refusal": refusal,
        "posts": posts_for(actor, definition),
        "asks_person": asks_person(definition),
        "asks_organisation": definition.declarers.of in ("learner", "authority"),
        "needs_organisation": grants is not None and grants.holder == "organisation",
    }
    return render(request, "projects/declare.html", context, status=refusal.status if refusal else 200)
