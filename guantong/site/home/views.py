"""Landing page, health, robots."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from guantong.base.webkit.pages import render
from guantong.site.home import figures, state

KINDS = (
    ("skill_grade", "职业技能等级证书"),
    ("x_certificate", "1+X 证书"),
    ("school_course", "学校课程"),
    ("training", "培训"),
    ("competition", "技能竞赛获奖"),
)
"""The kinds offered at once; the page 能算什么 has them all."""


@require_safe
def landing(request: HttpRequest) -> HttpResponseBase:
    """What a learner, a school and a visitor can do here, on one screen."""
    return render(request, "home/landing.html", figures=figures.region_figures(), kinds=KINDS)


@require_safe
def health(request: HttpRequest) -> HttpResponseBase:
    """Whether the database answers, the worker is alive and the law is loaded; 503 when not."""
    found = state.look()
    return JsonResponse(found.as_json(), status=200 if found.ok else 503)


@require_safe
def robots(request: HttpRequest) -> HttpResponseBase:
    """Search engines may read public pages only."""
    lines = ["User-agent: *", *(f"Disallow: {p}" for p in ("/learner/", "/school/", "/bureau/", "/issuer/", "/api/"))]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
