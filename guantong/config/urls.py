"""Every address of the site. Domains bring their own lists; this file only says where they hang."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from guantong.config.api import api, interface

handler400 = "guantong.base.webkit.views.bad_request"
handler403 = "guantong.base.webkit.views.forbidden"
handler404 = "guantong.base.webkit.views.not_found"
handler500 = "guantong.base.webkit.views.server_fault"


def _installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("guantong.site.home.urls")),
    path("", include("guantong.site.desks.urls")),
    path("api/", interface, name="interface"),
    path("api/v1/", api.urls),
]
for _name in (
    "guantong.site.law.urls",
    "guantong.site.systems.urls",
    "guantong.site.registry.urls",
    "guantong.domains.programmes.web.urls",
    "guantong.domains.credit.web.urls",
):
    if _installed(_name):
        urlpatterns.append(path("", include(_name)))
