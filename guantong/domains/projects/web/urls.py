"""Addresses of the hall and of declarations. Work lists stand below each desk, so that its navigation stays."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.urls import URLPattern, path

from guantong.base.webkit.pages import for_desk
from guantong.domains.projects.web import bureau, visitor
from guantong.domains.projects.web.cases import declaring, delegating, one, reviews, working
from guantong.domains.projects.web.forms import DESKS

app_name = "projects"


def at_desk(desk: str, view: Callable[..., HttpResponseBase]) -> Any:
    """A view as a page of one desk, with ``desk`` given."""
    return for_desk(desk)(lambda request: view(request, desk))


PAGES: tuple[tuple[str, str, Callable[..., HttpResponseBase], tuple[str, ...]], ...] = (
    ("", "hall", visitor.hall, DESKS),
    ("mine/", "mine", working.mine, ("learner", "school", "issuer")),
    ("to-do/", "to_do", working.to_do, ("learner", "school", "issuer", "bureau")),
    ("many/", "many", working.many, ("school", "issuer", "bureau")),
    ("calendar/", "calendar", working.calendar, ("learner", "school", "issuer", "bureau")),
    ("delegation/", "delegation", delegating.delegation, ("school", "issuer", "bureau")),
    ("reviews/", "reviews", reviews.reviews, DESKS),
)
"""Tail of the address, name, view, desks."""

desk_patterns: list[URLPattern] = [
    path(f"{desk}/procedures/{tail}", at_desk(desk, view), name=f"{desk}_{name}")
    for tail, name, view, desks in PAGES
    for desk in desks
]

bureau_patterns = [
    path("bureau/procedures/rounds/", bureau.rounds.rounds, name="bureau_rounds"),
    path("bureau/procedures/pools/", bureau.pools.pools, name="bureau_pools"),
    path("bureau/procedures/statistics/", bureau.figures.statistics, name="bureau_statistics"),
    path("bureau/procedures/statistics.csv", bureau.figures.statistics_file, name="bureau_statistics_file"),
    path("bureau/procedures/tighten/", bureau.comparing.choose, name="bureau_tighten"),
    path("bureau/procedures/tighten/<slug:code>/", bureau.comparing.tighten, name="tighten"),
]

urlpatterns = [
    path("procedures/", visitor.hall, name="hall"),
    path("procedures/panels/<str:panel>.json", visitor.panel_file, name="panel_file"),
    path("procedures/<slug:code>/", visitor.procedure, name="procedure"),
    path("procedures/<slug:code>/definition.yaml", visitor.definition_file, name="definition_file"),
    path("procedures/<slug:code>/examples/", visitor.examples, name="examples"),
    path("procedures/<slug:code>/versions/", bureau.comparing.compare_versions, name="versions"),
    path("procedures/<slug:code>/declare/", declaring.declare, name="declare"),
    path("projects/cases/<str:public_id>/", one.case, name="case"),
    path("projects/cases/<str:public_id>/check/", one.check, name="check"),
    path("reviews/<str:seat>/", reviews.review, name="review"),
    path("reviews/<str:seat>/materials/<int:number>/", reviews.material, name="review_material"),
    *bureau_patterns,
    *desk_patterns,
]
