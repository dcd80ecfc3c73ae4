"""Every address of the site. Domains bring their own lists; this file only says where they hang."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from guantong.config.api import api, interface

handler400 = "guantong.base.webkit.views.bad_request"
handler403 = "guantong.base.webkit.views.forbidden"
handler404 = "guantong.base.webkit.views.not_found"
handler500 = "guantong.base.webkit.views.server_fault"


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("", include("guantong.domains.credit.web.urls")),
    path("", include("guantong.site.desks.urls")),
    path("", include("guantong.site.home.urls")),
    path("", include("guantong.domains.programmes.web.urls")),
    path("", include("guantong.domains.admission.web.urls")),
    path("", include("guantong.domains.projects.web.urls")),
    path("", include("guantong.domains.ledgers.web.urls")),
    path("", include("guantong.procedure.publicity.web.urls")),
    path("", include("guantong.procedure.registers.web.urls")),
    path("", include("guantong.site.law.urls")),
    path("", include("guantong.site.systems.urls")),
    path("", include("guantong.site.registry.urls")),
    path("api/", interface, name="interface"),
]
"""The busiest first: an address is looked for from the top."""
