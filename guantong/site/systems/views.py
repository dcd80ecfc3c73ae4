"""The page 制度地图."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from guantong.base.lawbook import current_policy
from guantong.base.webkit.pages import render
from guantong.site.systems.register import STATES, by_area, systems


@require_safe
def system_map(request: HttpRequest) -> HttpResponseBase:
    """Every system by area: what it is, how far it is carried out, how to try it, how many parameters it has."""
    state = request.GET.get("state", "")
    counts: dict[str, int] = {}
    for parameter in current_policy().parameters.values():
        counts[parameter.system] = counts.get(parameter.system, 0) + 1
    areas = [(area, [s for s in entries if not state or s.state == state]) for area, entries in by_area().items()]
    return render(
        request,
        "systems/map.html",
        areas=[(area, entries) for area, entries in areas if entries],
        states=STATES,
        state=state,
        counts=counts,
        totals={key: sum(s.state == key for s in systems()) for key in STATES},
        total=len(systems()),
    )
