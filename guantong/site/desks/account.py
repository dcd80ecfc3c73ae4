"""One's own account: password, second factor with its QR code, recovery codes."""

from __future__ import annotations

import io

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guantong.base.accounts.actions import begin_totp, change_password, confirm_totp, renew_recovery_codes
from guantong.base.accounts.actions.second_factor import pending_totp
from guantong.base.accounts.models import User
from guantong.base.accounts.requests import begin_session, forget_actor
from guantong.base.webkit.errors import NOT_FOUND
from guantong.base.webkit.pages import actor_of, go, render, signed_in
from guantong.kernel.refusal import Refusal, Where
from guantong.site.desks.errors import PASSWORD_TWICE


def _user(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - signed_in has seen to it
    return user


def _page(request: HttpRequest, **found: Refusal | None) -> HttpResponseBase:
    user = _user(request)
    refusals = {"password": found.get("password"), "code": found.get("code"), "renew": found.get("renew")}
    first = next((r for r in refusals.values() if r), None)
    return render(
        request,
        "desks/account.html",
        account=user,
        actor=actor_of(request),
        pending=pending_totp(user),
        codes_left=user.recovery_codes.filter(used_at=None).count(),
        refusals=refusals,
        status=first.status if first else 200,
    )


@never_cache
@require_safe
@signed_in
def account(request: HttpRequest) -> HttpResponseBase:
    """账号安全."""
    return _page(request)


@never_cache
@sensitive_post_parameters("old", "new", "again")
@require_POST
@signed_in
def password(request: HttpRequest) -> HttpResponseBase:
    """修改密码; the present session stays, all others end."""
    new = request.POST.get("new", "")[:1000]
    try:
        if new != request.POST.get("again", "")[:1000]:
            raise PASSWORD_TWICE.refuse(where=Where(column="again", title="再填一次新密码"))
        user = change_password(
            actor=actor_of(request), user_id=_user(request).pk, old=request.POST.get("old", "")[:1000], new=new
        )
    except Refusal as refusal:
        return _page(request, password=refusal)
    update_session_auth_hash(request, user)
    forget_actor(request)
    messages.success(request, "密码已经修改，其他设备上的登录都已退出。")
    return go(request, "desks:account")


@require_POST
@signed_in
def second_factor_begin(request: HttpRequest) -> HttpResponseBase:
    """开始设置动态验证码: shows the QR code on the account page."""
    begin_totp(actor=actor_of(request), user_id=_user(request).pk)
    return go(request, "/account/#second-factor")


@never_cache
@sensitive_post_parameters("code")
@require_POST
@signed_in
def second_factor_confirm(request: HttpRequest) -> HttpResponseBase:
    """启用动态验证码; the recovery codes are shown once, here."""
    try:
        codes = confirm_totp(actor=actor_of(request), user_id=_user(request).pk, code=request.POST.get("code", "")[:40])
    except Refusal as refusal:
        return _page(request, code=refusal)
    begin_session(request, User.objects.get(pk=_user(request).pk), second_factor=True)
    return render(request, "desks/recovery_codes.html", codes=codes)


@never_cache
@sensitive_post_parameters("code")
@require_POST
@signed_in
def recovery_renew(request: HttpRequest) -> HttpResponseBase:
    """换一组恢复码, against a present code."""
    try:
        codes = renew_recovery_codes(
            actor=actor_of(request), user_id=_user(request).pk, code=request.POST.get("code", "")[:40]
        )
    except Refusal as refusal:
        return _page(request, renew=refusal)
    return render(request, "desks/recovery_codes.html", codes=codes)


@never_cache
@require_http_methods(["GET"])
@signed_in
def second_factor_code(request: HttpRequest) -> HttpResponse | HttpResponseBase:
    """The QR code of a set-up that has begun, as an SVG picture; only its owner sees it."""
    pending = pending_totp(_user(request))
    if pending is None:
        raise NOT_FOUND.refuse()
    out = io.BytesIO()
    segno.make(pending.uri, error="m", micro=False).save(
        out, kind="svg", scale=4, border=2, xmldecl=False, svgclass=None, lineclass=None
    )
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")
