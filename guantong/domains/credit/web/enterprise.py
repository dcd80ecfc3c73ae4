"""The desk of enterprises, assessment and training bodies: deposit, look at what was deposited, take back a mistake."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from guantong.base.sheets.pages import SheetPages
from guantong.base.webkit.pages import actor_of, for_desk, go, render
from guantong.domains.credit import errors
from guantong.domains.credit.actions.corrections import revoke_achievement
from guantong.domains.credit.selectors.access import access_achievement_for
from guantong.domains.credit.selectors.lists import list_own_deposits
from guantong.domains.credit.selectors.shown import achievement_words

DEPOSITS = SheetPages(
    kind="achievement_deposit",
    desk="issuer",
    namespace="credit",
    name="issuer_deposits",
    lead="存入本单位颁发的证书、培训记录和获奖。存入的成果按规则即时认定，学习者马上能看到。",
)


@require_safe
@for_desk("issuer")
def deposited(request: HttpRequest) -> HttpResponseBase:
    """What this institution has deposited, newest first."""
    actor = actor_of(request)
    own = sorted(actor.organisations("credit.deposit"))
    if not own:
        raise errors.ACCOUNT_UNKNOWN.refuse()
    text = request.GET.get("q", "")
    page = Paginator(list_own_deposits(actor, own[0], search=text), 30).get_page(request.GET.get("page"))
    return render(
        request,
        "credit/issuer_deposited.html",
        {"page": page, "rows": [(a, achievement_words(a)) for a in page], "q": text},
    )


@require_POST
@for_desk("issuer")
def revoke(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Take back an achievement deposited by mistake, with a reason the learner reads."""
    actor = actor_of(request)
    row = access_achievement_for(actor, public_id)
    organisation = row.deposited_by_id
    if organisation is None or organisation not in actor.organisations("credit.deposit"):
        raise errors.ACHIEVEMENT_UNKNOWN.refuse()
    revoke_achievement(
        actor=actor, achievement=row, reason=request.POST.get("reason", ""), organisation_id=organisation
    )
    messages.success(request, f"已撤销“{row.title}”，分录已冲正，本人会收到通知。")
    return go(request, "credit:issuer_deposited")
