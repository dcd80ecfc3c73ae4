"""Each desk's home page: what to do first, then where to go. The blocks come from the domains' registries."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from guantong.base.webkit.desks import DESKS, panels_for
from guantong.base.webkit.pages import actor_of, for_desk, go, render, signed_in


@require_safe
@signed_in
def right_desk(request: HttpRequest) -> HttpResponseBase:
    """To the desk where the person works; a page that says so when there is none yet."""
    desks = actor_of(request).desks()
    if desks:
        return go(request, f"/{desks[0]}/")
    return render(request, "desks/no_desk.html", actor=actor_of(request))


def _home(request: HttpRequest, desk: str) -> HttpResponseBase:
    actor = actor_of(request)
    panels = panels_for(desk, actor)
    return render(
        request,
        "desks/home.html",
        desk_name=DESKS[desk],
        actor=actor,
        to_do=[panel for panel in panels if panel.is_to_do],
        others=[panel for panel in panels if not panel.is_to_do],
        waiting=sum(panel.total for panel in panels if panel.is_to_do),
    )


@require_safe
@for_desk("learner")
def learner(request: HttpRequest) -> HttpResponseBase:
    """学习者工作台."""
    return _home(request, "learner")


@require_safe
@for_desk("school")
def school(request: HttpRequest) -> HttpResponseBase:
    """学校工作台."""
    return _home(request, "school")


@require_safe
@for_desk("bureau")
def bureau(request: HttpRequest) -> HttpResponseBase:
    """主管部门工作台."""
    return _home(request, "bureau")


@require_safe
@for_desk("issuer")
def issuer(request: HttpRequest) -> HttpResponseBase:
    """企业与评价机构工作台."""
    return _home(request, "issuer")


@require_safe
@for_desk("expert")
def expert(request: HttpRequest) -> HttpResponseBase:
    """评审专家工作台."""
    return _home(request, "expert")


@require_safe
@for_desk("operator")
def operator(request: HttpRequest) -> HttpResponseBase:
    """运行维护工作台."""
    return _home(request, "operator")
