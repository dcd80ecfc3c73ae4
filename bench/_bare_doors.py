"""Addresses for measurement: everything the site has, and the two bare doors it is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jinja2
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from ninja import NinjaAPI

from guantong.domains.credit.models import Achievement

handler400 = "guantong.base.webkit.views.bad_request"
handler403 = "guantong.base.webkit.views.forbidden"
handler404 = "guantong.base.webkit.views.not_found"
handler500 = "guantong.base.webkit.views.server_fault"

PRINTED = (
    "public_id",
    "title",
    "kind",
    "level",
    "place",
    "issuer_name",
    "issued_on",
    "recognised_total",
    "available",
    "state",
)
bare = NinjaAPI(urls_namespace="bare", docs_url=None, openapi_url=None)
_used: dict[str, Any] = {}


@bare.get("/row/{public_id}")
def row(request: HttpRequest, public_id: str) -> dict[str, Any]:
    """One row by its public id, nobody asked who reads it."""
    return Achievement.objects.values(*_used["columns"]).get(public_id=public_id)


def use_frame(page: str, account_id: int, columns: Sequence[str], pad: int = 0) -> None:
    """Make the bare page: the given page as fixed text, its rows printed plainly, each ``pad`` spaces longer."""
    first, last = page.index("<tbody>") + 7, page.index("</tbody>")
    line = (
        '<tr><td data-label="成果"><a href="/learner/achievements/{{ r.public_id }}/">{{ r.title }}</a></td>'
        "<td>{{ r.kind }} · {{ r.level }}{{ r.place }}</td><td>{{ r.issuer_name }}</td><td>{{ r.issued_on }}</td>"
        '<td class="number">{{ r.recognised_total }}</td><td class="number">{{ r.available }}</td>'
        f"<td>{{{{ r.state }}}}</td>{' ' * pad}</tr>"
    )
    environment = jinja2.Environment(autoescape=True)
    text = f"{{% raw %}}{page[:first]}{{% endraw %}}{{% for r in rows %}}{line}{{% endfor %}}"
    text += f"{{% raw %}}{page[last:]}{{% endraw %}}"
    _used.update(template=environment.from_string(text), account=account_id, columns=tuple(columns))


def page(request: HttpRequest) -> HttpResponse:
    """Sixty rows of one query, printed."""
    rows = Achievement.objects.filter(account_id=_used["account"]).order_by("-issued_on", "-id")
    return HttpResponse(_used["template"].render(rows=rows.values(*PRINTED)))


urlpatterns = [
    path("bare/api/", bare.urls),
    path("bare/page/", page),
    path("", include("guantong.config.urls")),
]
