"""What an authority looks after: titles about to end, cases that stand on fallen titles."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from guantong.base.webkit.pages import actor_of, for_desk, render

from ..selectors.listing import rows_of
from ..selectors.supervising import SOON, expiring_titles, fallen_reliances, show_fallen

PAGE = 20
DAYS = ((30, "30 天内"), (90, "90 天内"), (SOON, "180 天内"), (365, "一年内"))


@require_safe
@for_desk("bureau")
def supervise(request: HttpRequest) -> HttpResponseBase:
    """Titles that end soon in the actor's area, and cases whose ground fell away."""
    from guantong.kernel import clock

    actor = actor_of(request)
    given = request.GET.get("days") or ""
    days = int(given) if given in {str(n) for n, _ in DAYS} else SOON
    page = Paginator(expiring_titles(actor, days=days), PAGE).get_page(request.GET.get("page"))
    fallen = Paginator(fallen_reliances(actor), PAGE).get_page(request.GET.get("fallen"))
    context = {
        "page": page,
        "rows": rows_of(page.object_list, clock.today()),
        "days": days,
        "choices": DAYS,
        "fallen_page": fallen,
        "fallen": show_fallen(fallen.object_list),
    }
    return render(request, "registers/supervise.html", context)
