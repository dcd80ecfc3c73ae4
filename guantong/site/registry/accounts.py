"""Accounts, posts and keys: minded by operators; posts also by the bureau over an organisation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guantong.base.accounts import actions
from guantong.base.accounts.errors import ACCOUNT_UNKNOWN, POST_UNKNOWN
from guantong.base.accounts.mandates import API_PERMISSIONS, ROLES, label_of, may_hold
from guantong.base.accounts.models import Post, User
from guantong.base.accounts.public import require
from guantong.base.accounts.selectors import find_user, list_tokens_for, list_users_for
from guantong.base.orgs.public import names_on
from guantong.base.orgs.selectors import get_organisation, span_on
from guantong.base.webkit.pages import actor_of, for_desk, go, render, signed_in
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal, Where
from guantong.site.registry import errors
from guantong.site.registry.forms import day_or, number_in, organisation_named, page_number, typed


@require_safe
@for_desk("operator")
def accounts(request: HttpRequest) -> HttpResponseBase:
    """账号列表."""
    form = typed(request.GET, "q")
    page = Paginator(list_users_for(actor_of(request), search=form["q"][:60]), 40).get_page(page_number(request))
    today = clock.today()
    posts = [post for user in page.object_list for post in user.posts.all() if _in_force(post)]
    return render(
        request,
        "registry/accounts.html",
        fragment="results",
        typed=form,
        page=page,
        posts=_by_user(posts),
        names=names_on((p.organisation_id for p in posts), today),
    )


def _in_force(post: Post) -> bool:
    today = clock.today()
    return post.revoked_at is None and post.in_force_from <= today and (post.until is None or post.until > today)


def _by_user(posts: list[Post]) -> dict[int, list[Post]]:
    found: dict[int, list[Post]] = {}
    for post in posts:
        found.setdefault(post.user_id, []).append(post)
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("operator")
def new_account(request: HttpRequest) -> HttpResponseBase:
    """开设账号: the first password is shown once."""
    refusal = None
    form = typed(request.POST, "username", "display_name", "is_operator")
    if request.method == "POST":
        try:
            made = actions.create_user(
                actor=actor_of(request),
                username=form["username"],
                display_name=form["display_name"],
                is_operator=bool(form["is_operator"]),
            )
        except Refusal as found:
            refusal = found
        else:
            return _first_password(request, made)
    return render(
        request, "registry/new_account.html", typed=form, refusal=refusal, status=refusal.status if refusal else 200
    )


def _first_password(request: HttpRequest, made: actions.NewAccount) -> HttpResponseBase:
    back = reverse("registry:account", args=[made.user.username])
    return render(request, "registry/first_password.html", account=made.user, password=made.first_password, back=back)


def _named(username: str) -> User:
    user = find_user(username)
    if user is None:
        raise ACCOUNT_UNKNOWN.refuse()
    return user


@never_cache
@require_safe
@for_desk("operator")
def account(request: HttpRequest, username: str) -> HttpResponseBase:
    """一个账号: its posts, what can be done."""
    return _account_page(request, _named(username))


def _account_page(request: HttpRequest, user: User, refusal: Refusal | None = None) -> HttpResponseBase:
    posts = list(user.posts.order_by("-in_force_from", "-id"))
    return render(
        request,
        "registry/account.html",
        account=user,
        posts=[(post, _in_force(post)) for post in posts],
        names=names_on((p.organisation_id for p in posts), clock.today()),
        roles=ROLES,
        refusal=refusal,
        typed=typed(request.POST, "reason"),
        status=refusal.status if refusal else 200,
    )


@never_cache
@require_POST
@for_desk("operator")
def mind_account(request: HttpRequest, username: str, what: str) -> HttpResponseBase:
    """停用账号、重置密码、重置动态验证码: each with a reason."""
    user, actor, reason = _named(username), actor_of(request), typed(request.POST, "reason")["reason"]
    try:
        if what == "password":
            made = actions.reset_password(actor=actor, user_id=user.pk, reason=reason)
            return _first_password(request, made)
        if what == "second-factor":
            actions.reset_second_factor(actor=actor, user_id=user.pk, reason=reason)
            messages.success(request, "已重置动态验证码，请通知本人重新启用。")
        elif what == "close":
            actions.close_user(actor=actor, user_id=user.pk, reason=reason)
            messages.success(request, f"已停用账号“{user.username}”。")
        else:
            raise errors.CHANGE_UNKNOWN.refuse()
    except Refusal as refusal:
        return _account_page(request, user, refusal)
    return go(request, "registry:account", user.username)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def posts_at(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """一个机构的岗位: who holds which, grant another."""
    actor, refusal = actor_of(request), None
    require(actor, "accounts.grant")
    organisation = get_organisation(public_id)
    form = typed(request.POST, "username", "role", "department", "in_force_from", "until", "reason")
    if request.method == "POST":
        try:
            _grant(request, organisation.pk, form)
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"已授予“{ROLES[form['role']].label}”岗位。")
            return go(request, "registry:posts", public_id)
    today = clock.today()
    posts = Post.objects.filter(organisation=organisation).select_related("user").order_by("revoked_at", "-id")[:200]
    return render(
        request,
        "registry/posts.html",
        organisation=organisation,
        now=span_on(organisation.pk, today),
        posts=[(post, _in_force(post)) for post in posts],
        roles=ROLES,
        role_options=[(r.code, r.label) for r in ROLES.values() if may_hold(r.code, organisation.kind)],
        typed=form,
        refusal=refusal,
        today=today,
        status=refusal.status if refusal else 200,
    )


def _grant(request: HttpRequest, organisation_id: int, form: dict[str, str]) -> None:
    today = clock.today()
    user = find_user(form["username"].strip())
    if user is None:
        where = Where(column="username", title="账号", value=form["username"][:60] or None)
        raise errors.ACCOUNT_NOT_NAMED.refuse(given=form["username"][:60], where=where)
    actions.grant_post(
        actor=actor_of(request),
        user_id=user.pk,
        organisation_id=organisation_id,
        role=form["role"],
        department=form["department"].strip(),
        in_force_from=day_or(form["in_force_from"], "in_force_from", "自", today),
        until=day_or(form["until"], "until", "至", today) if form["until"].strip() else None,
        reason=form["reason"],
    )


@require_POST
@signed_in
def revoke_post(request: HttpRequest, post_id: int) -> HttpResponseBase:
    """撤销岗位."""
    post = Post.objects.filter(pk=post_id).select_related("organisation").first()
    if post is None:
        raise POST_UNKNOWN.refuse()
    actions.revoke_post(actor=actor_of(request), post_id=post_id, reason=typed(request.POST, "reason")["reason"])
    messages.success(request, f"已撤销“{ROLES[post.role].label}”岗位。")
    return go(request, "registry:posts", post.organisation.public_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("operator")
def tokens(request: HttpRequest) -> HttpResponseBase:
    """接口密钥: list, issue; the secret is shown once."""
    actor, refusal = actor_of(request), None
    form: dict[str, Any] = typed(request.POST, "organisation", "label", "days")
    form["permissions"] = request.POST.getlist("permissions")
    if request.method == "POST":
        try:
            made = actions.issue_token(
                actor=actor,
                organisation_id=organisation_named(form["organisation"], "organisation", "机构"),
                label=form["label"],
                permissions=form["permissions"],
                days=number_in(form["days"], "days", "有效期"),
            )
        except Refusal as found:
            refusal = found
        else:
            return render(request, "registry/new_token.html", token=made.token, secret=made.secret)
    page = Paginator(list_tokens_for(actor), 40).get_page(page_number(request))
    return render(
        request,
        "registry/tokens.html",
        page=page,
        names=names_on((t.organisation_id for t in page.object_list), clock.today()),
        choices=[(p, label_of(p)) for p in sorted(API_PERMISSIONS)],
        label_of=label_of,
        typed=form,
        refusal=refusal,
        now=clock.now(),
        status=refusal.status if refusal else 200,
    )


@require_POST
@for_desk("operator")
def revoke_token(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """撤销接口密钥."""
    actions.revoke_token(actor=actor_of(request), public_id=public_id, reason=typed(request.POST, "reason")["reason"])
    messages.success(request, "已撤销接口密钥。")
    return go(request, "registry:tokens")
