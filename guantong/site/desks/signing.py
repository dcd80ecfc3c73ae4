"""Signing in (password, then the second factor when the account has one), signing out, demo cards."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from guantong.base.accounts.actions import check_second_factor, sign_in
from guantong.base.accounts.models import User
from guantong.base.accounts.requests import address_of, begin_session, end_session
from guantong.base.webkit.desks import DESKS
from guantong.base.webkit.pages import actor_of, go, render, safe_next
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.site.desks import errors
from guantong.site.desks.cards import find_card_user, sign_in_cards

BETWEEN = "between_factors"
PATIENCE = timedelta(minutes=10)
"""How long the second step waits after a right password."""


def _to(request: HttpRequest, address: str) -> HttpResponseBase:
    """Where the person wanted to go; their own desk instead of one at which they have no place."""
    desk = address.split("/")[1] if address.startswith("/") else ""
    if desk in DESKS and desk not in actor_of(request).desks():
        address = "/desk/"
    return go(request, address)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponseBase:
    """账号与密码."""
    refusal = None
    after = safe_next(request)
    if request.method == "POST":
        try:
            user = sign_in(
                username=request.POST.get("username", ""),
                password=request.POST.get("password", "")[:1000],
                address=address_of(request),
            )
        except Refusal as found:
            refusal = found
        else:
            if user.totp_confirmed_at is None:
                begin_session(request, user, second_factor=False)
                return _to(request, "/account/" if user.must_change_password else after)
            request.session.cycle_key()
            request.session[BETWEEN] = {"user": user.pk, "at": clock.now().isoformat(), "next": after}
            return go(request, "desks:second-step")
    elif request.user.is_authenticated:
        return _to(request, after)
    return render(
        request,
        "desks/sign_in.html",
        refusal=refusal,
        username=request.POST.get("username", "")[:60],
        after=after,
        cards=sign_in_cards(),
        demo=settings.DEMO,
        status=refusal.status if refusal else 200,
    )


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponseBase:
    """动态验证码."""
    waiting = request.session.get(BETWEEN)
    if not waiting:
        return go(request, "desks:sign-in")
    if clock.now() - datetime.fromisoformat(waiting["at"]) > PATIENCE:
        del request.session[BETWEEN]
        raise errors.STEP_LAPSED.refuse()
    refusal = None
    if request.method == "POST":
        try:
            user = check_second_factor(user_id=waiting["user"], code=request.POST.get("code", "")[:40])
        except Refusal as found:
            refusal = found
        else:
            begin_session(request, user, second_factor=True)
            return _to(request, "/account/" if user.must_change_password else waiting["next"])
    return render(request, "desks/second_step.html", refusal=refusal, status=refusal.status if refusal else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """退出."""
    end_session(request)
    return go(request, "/")


@require_POST
def sign_in_by_card(request: HttpRequest) -> HttpResponseBase:
    """演示卡片: only in the invented region."""
    user: User | None = find_card_user(request.POST.get("username", ""))
    if user is None:
        raise errors.NO_SUCH_CARD.refuse()
    begin_session(request, user, second_factor=False)
    return _to(request, safe_next(request))
