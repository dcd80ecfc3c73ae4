"""Who acts for whom: arranging that a colleague acts in one's post, and ending it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from guantong.base.accounts.actions import delegate_post, revoke_post
from guantong.base.accounts.actor import Actor
from guantong.base.webkit.pages import actor_of, go, render
from guantong.domains.projects import errors
from guantong.domains.projects.selectors.delegations import find_colleague, list_acting, own_posts
from guantong.domains.projects.web.forms import day_of, number_of
from guantong.kernel.refusal import Refusal, Where

NAMES = ("post", "username", "since", "last_on", "reason")


@require_http_methods(["GET", "HEAD", "POST"])
def delegation(request: HttpRequest, desk: str) -> HttpResponseBase:
    """Arrange or end; both say so in the record."""
    actor = actor_of(request)
    typed = {name: str(request.POST.get(name) or "").strip()[:200] for name in NAMES}
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            messages.success(request, _do(actor, request, typed))
        except Refusal as caught:
            refusal = caught
        else:
            return go(request, f"projects:{desk}_delegation")
    context = {
        "desk": desk,
        "posts": own_posts(actor),
        "acting": list_acting(actor),
        "typed": typed,
        "refusal": refusal,
    }
    return render(request, "projects/delegation.html", context, status=refusal.status if refusal else 200)


def _do(actor: Actor, request: HttpRequest, typed: dict[str, str]) -> str:
    if request.POST.get("what") == "end":
        revoke_post(actor=actor, post_id=number_of(typed["post"]) or 0, reason=typed["reason"] or "提前结束代理。")
        return "代理已经结束。"
    post = number_of(typed["post"]) or 0
    deputy = find_colleague(actor, post, typed["username"])
    if deputy is None:
        where = Where(column="username", title="由谁代理", value=typed["username"][:60] or None)
        raise errors.COLLEAGUE_UNKNOWN.refuse(where=where, username=typed["username"][:60])
    delegate_post(
        actor=actor,
        post_id=post,
        to_user_id=deputy,
        in_force_from=day_of(typed, "since", "从哪一天起"),
        until=day_of(typed, "last_on", "到哪一天止") + timedelta(days=1),
        reason=typed["reason"],
    )
    return "代理已经安排好，期间由代理人以您的名义办理，记录里写明由谁代理。"
