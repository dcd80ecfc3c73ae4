"""Pools of reviewers: who stands in them, joining, leaving."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.webkit.pages import actor_of, for_desk, go, render
from guantong.domains.projects.selectors.catalogue import list_entries
from guantong.domains.projects.selectors.holders import find_organisation
from guantong.domains.projects.selectors.pooling import pools_named
from guantong.domains.projects.web.forms import asked, day_of
from guantong.kernel.refusal import Refusal
from guantong.procedure.panels.public import (
    find_pool,
    join_pool,
    leave_pool,
    list_members,
    list_pools,
    open_pool,
    why_not_keep,
)

JOINING = ("username", "organisation", "fields", "title", "document")
LEAVING = ("member", "left_on", "reason")


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def pools(request: HttpRequest) -> HttpResponseBase:
    """Every pool of the region, those definitions name and that are not open yet, and one pool's members."""
    actor = actor_of(request)
    require(actor, "procedures.panels")
    named = asked(request, "pool", "region")
    code = named["pool"]
    typed = {name: str(request.POST.get(name) or "").strip()[:200] for name in (*JOINING, *LEAVING, "code", "name")}
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            messages.success(request, _do(actor, code, _region(named), typed, str(request.POST.get("what") or "")))
        except Refusal as caught:
            refusal = caught
        else:
            return go(request, f"{request.path}?pool={code or typed['code']}&region={_region(named)}")
    held = list_pools(settings.REGION)
    known = {pool.code for pool in held}
    definitions = [e.definition for e in list_entries(settings.REGION)]
    pool = find_pool(code, _region(named)) if code in known else None
    context: dict[str, Any] = {
        "pools": held,
        "wanted": [(name, titles) for name, titles in pools_named(definitions).items() if name not in known],
        "pool": pool,
        "members": list_members(pool) if pool is not None else [],
        "why_not": why_not_keep(actor, pool.region) if pool is not None else None,
        "may_open": why_not_keep(actor, settings.REGION) is None,
        "typed": typed,
        "refusal": refusal,
        "what": str(request.POST.get("what") or ""),
    }
    return render(request, "projects/pools.html", context, status=refusal.status if refusal else 200)


def _region(named: dict[str, str]) -> str:
    """The region whose pool is meant: several may hold one of the same code."""
    held = {(pool.code, pool.region) for pool in list_pools(settings.REGION)}
    return named["region"] if (named["pool"], named["region"]) in held else settings.REGION


def _do(actor: Actor, code: str, region: str, typed: dict[str, str], what: str) -> str:
    if what == "open":
        open_pool(actor=actor, region=settings.REGION, code=typed["code"], title=typed["name"])
        return "专家库已经建立。"
    pool = find_pool(code, region)
    if what == "leave":
        leave_pool(
            actor=actor, member=typed["member"], left_on=day_of(typed, "left_on", "离库日期"), reason=typed["reason"]
        )
        return "已经离库，此后的抽取不再有这位专家。"
    join_pool(
        actor=actor,
        pool_id=pool.pk,
        username=typed["username"],
        organisation_id=find_organisation(typed["organisation"]),
        fields=typed["fields"].replace("，", "、").replace(",", "、").split("、"),
        title=typed["title"],
        document=typed["document"],
    )
    return "已经入库。"
