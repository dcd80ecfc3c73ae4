"""机构名录, for anyone: search, history, the tree of regions, as of any day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from guantong.base.accounts.actor import Actor
from guantong.base.orgs.models import KINDS, Succession
from guantong.base.orgs.public import has_authority_over, names_on, region_tree, successors_on
from guantong.base.orgs.selectors import RegionTree, get_organisation, history_of, list_spans, span_on, successions_of
from guantong.base.webkit.pages import actor_of, render
from guantong.kernel import clock
from guantong.site.registry.forms import day_or, page_number, typed

SUCCESSION_LABELS = {
    "merge": "合并",
    "split": "分立",
    "rename": "更名",
    "move": "划转",
    "upgrade": "升格",
    "end": "终止",
}
_A_PAGE = 30


def may_manage(actor: Actor, region: str) -> bool:
    """Whether the actor may change organisations of this region (the action checks again)."""
    if not actor.may("orgs.manage"):
        return False
    today = clock.today()
    return actor.is_operator or any(
        has_authority_over(own, region, today) for own in actor.organisations("orgs.manage")
    )


def region_options(tree: RegionTree) -> list[tuple[str, str]]:
    """Regions of the served region for a select, indented by level."""
    root = settings.REGION
    found: list[tuple[str, str]] = []

    def enter(code: str, depth: int) -> None:
        found.append((code, "　" * depth + tree.names[code]))
        for child in tree.children.get(code, ()):
            enter(child, depth + 1)

    if root in tree.names:
        enter(root, 0)
    return found


@require_safe
def organisations(request: HttpRequest) -> HttpResponseBase:
    """The register as of a day: by name or code, kind, region."""
    form = typed(request.GET, "q", "kind", "region", "on", "ever")
    day = day_or(form["on"], "on", "日期", clock.today())
    tree = region_tree(day)
    spans = list_spans(
        day=day,
        search=form["q"][:80],
        kinds=[form["kind"]] if form["kind"] in dict(KINDS) else [],
        region=form["region"] if form["region"] in tree.names else "",
        ever=bool(form["ever"]),
    )
    page = Paginator(spans, _A_PAGE).get_page(page_number(request))
    return render(
        request,
        "registry/organisations.html",
        fragment="results",
        typed=form,
        day=day,
        page=page,
        kinds=KINDS,
        kind_labels=dict(KINDS),
        regions=region_options(tree),
        paths={s.region_id: tree.path_name(s.region_id) for s in page.object_list if s.region_id in tree.names},
        may_register=actor_of(request).may("orgs.manage"),
    )


@require_safe
def organisation(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One organisation: what it is today, everything it was, what became of it."""
    found = get_organisation(public_id)
    actor, today = actor_of(request), clock.today()
    spans = history_of(found.pk)
    now = spans[-1]
    events = successions_of(found.pk)
    others = {e.source_id for e in events} | {e.target_id for e in events} | {s.authority_id for s in spans}
    names = names_on((pk for pk in others if pk is not None), today)
    manages = may_manage(actor, now.region_id) and found.state == "active"
    successors = successors_on(found.pk, today)
    return render(
        request,
        "registry/organisation.html",
        organisation=found,
        now=now,
        spans=spans,
        names=names,
        kind_labels=dict(KINDS),
        paths=_paths(spans),
        story=[_told(event, found.pk, names, spans) for event in reversed(events)],
        successors=[
            (name, share) for pk, share in successors.items() if pk != found.pk and (name := span_on(pk, today).name)
        ],
        manages=manages,
        may_mind_posts=actor.may("accounts.grant") and (actor.is_operator or manages),
    )


def _paths(spans: list[Any]) -> dict[int, str]:
    """Full region names, each of the span's own first day."""
    trees: dict[date, RegionTree] = {}
    found = {}
    for span in spans:
        tree = trees.setdefault(span.in_force_from, region_tree(span.in_force_from))
        found[span.pk] = tree.path_name(span.region_id) if span.region_id in tree.names else span.region_id
    return found


def _told(event: Succession, own: int, names: dict[int, str], spans: list[Any]) -> dict[str, Any]:
    """A succession in words, from the point of view of one organisation, whose history ``spans`` is."""
    day = event.happened_on
    source = names.get(event.source_id or 0, "")
    target = names.get(event.target_id or 0, "")
    share = "" if event.share == "1" else f"，份额 {event.share}"
    if event.kind in {"merge", "split"} and event.source_id != event.target_id:
        word = "并入" if event.kind == "merge" else "分出到"
        text = f"{word}“{target}”{share}。" if event.source_id == own else f"承接“{source}”{share}。"
    elif event.kind == "split":
        text = f"分立后继续存在{share}。"
    else:
        before = next((s.name for s in spans if s.until == day), "")
        after = next((s.name for s in spans if s.in_force_from == day), "")
        text = f"由“{before}”改为“{after}”。" if before and after and before != after else ""
    clause = f"，{event.clause}" if event.clause else ""
    return {
        "title": SUCCESSION_LABELS[event.kind],
        "when": f"{day.year}年{day.month}月{day.day}日",
        "text": f"{text}依据：{event.document}{clause}。",
    }


@require_safe
def regions(request: HttpRequest) -> HttpResponseBase:
    """The tree of regions as of a day, with how many organisations lie in each."""
    form = typed(request.GET, "on")
    day = day_or(form["on"], "on", "日期", clock.today())
    tree = region_tree(day)
    counts: dict[str, int] = {}
    for code in list_spans(day=day).values_list("region_id", flat=True):
        for upper in tree.chain(code):
            counts[upper] = counts.get(upper, 0) + 1
    actor = actor_of(request)
    return render(
        request,
        "registry/regions.html",
        typed=form,
        day=day,
        tree=tree,
        root=settings.REGION,
        counts=counts,
        events=_region_events(),
        labels=SUCCESSION_LABELS,
        manages=may_manage(actor, settings.REGION),
    )


def _region_events() -> list[dict[str, Any]]:
    """What happened to regions, newest first."""
    from guantong.base.orgs.public import region_names_on

    rows = list(Succession.objects.filter(source_region__isnull=False).order_by("-happened_on", "-id")[:100])
    today = clock.today()
    codes = {e.source_region_id for e in rows} | {e.target_region_id for e in rows}
    names = region_names_on((c for c in codes if c is not None), today)
    found = []
    for event in rows:
        source, target = names.get(event.source_region_id or "", ""), names.get(event.target_region_id or "", "")
        other = f" → {target}" if event.target_region_id not in {None, event.source_region_id} else ""
        share = "" if event.share == "1" else f"，份额 {event.share}"
        day = event.happened_on
        found.append(
            {
                "title": f"{source} {SUCCESSION_LABELS[event.kind]}{other}{share}",
                "when": f"{day.year}年{day.month}月{day.day}日",
                "text": f"依据：{event.document}{'，' + event.clause if event.clause else ''}。",
            }
        )
    return found
