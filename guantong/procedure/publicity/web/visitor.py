"""公示栏: every notice, one lasting page each, feeds, and objecting."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_http_methods, require_safe

from guantong.base.accounts.models import User
from guantong.base.sheets.writing import write_table
from guantong.base.webkit.metering import asker_of
from guantong.base.webkit.pages import actor_of, download, render
from guantong.base.webkit.shows import show_day
from guantong.kernel.refusal import Refusal

from ..actions import object_to
from ..actions.attaching import Attachment
from ..actions.letters import Letter
from ..rules import OPEN, show_code
from ..selectors.lists import ListHead, get_list, list_heads, list_of, table_of, without_lists
from ..selectors.notices import (
    FEED,
    Filters,
    NoticeShown,
    find_notices,
    get_notice,
    objections_told,
    procedures_shown,
    regions_shown,
    show_notice,
)
from .uploading import attachments_of, held_in_memory

PAGE = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES = ((OPEN, "正在公示"), ("past", "已经结束"), ("all", "全部"))


def filters_of(request: HttpRequest) -> tuple[dict[str, str], Filters]:
    """(what was typed, every field present; the filters)."""
    typed = {name: (request.GET.get(name) or "").strip()[:60] for name in ("q", "procedure", "region", "state")}
    if typed["state"] not in dict(STATES):
        typed["state"] = OPEN
    state = "" if typed["state"] == "all" else typed["state"]
    return typed, Filters(typed["q"], typed["procedure"], typed["region"], state)


@require_safe
def board(request: HttpRequest) -> HttpResponseBase:
    """The board: searched, narrowed, paged; newest first."""
    typed, filters = filters_of(request)
    notices = find_notices(filters)
    lists = [] if filters.words else list_heads(notices)
    page = Paginator(without_lists(notices) if lists else notices, PAGE).get_page(request.GET.get("page"))
    context = {
        "lists": lists if page.number == 1 else [],
        "count": page.paginator.count + sum(head.count if not filters.state else _in(head, filters) for head in lists),
        "typed": typed,
        "page": page,
        "notices": [show_notice(n) for n in page.object_list],
        "states": STATES,
        "procedures": procedures_shown(),
        "regions": regions_shown(),
    }
    return render(request, "publicity/board.html", context, fragment="results")


def _in(head: ListHead, filters: Filters) -> int:
    """How many notices of a list the state asked for takes."""
    return head.open if filters.state == OPEN else head.count - head.open


@require_safe
def notice_list(request: HttpRequest, round_id: str, step: str, day: date) -> HttpResponseBase:
    """The notices of one round that began on one day, as one list of names."""
    return render(request, "publicity/list.html", {"shown": get_list(round_id, step, day)})


@require_safe
def list_file(request: HttpRequest, round_id: str, step: str, day: date) -> HttpResponseBase:
    """The list as a sheet."""
    shown = get_list(round_id, step, day)
    titles, rows = table_of(shown)
    return download(write_table(titles, rows, "公示名单"), f"{shown.head.title}.xlsx", XLSX)


@require_safe
def notice(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One notice, for good: while it runs, and afterwards with its result."""
    found = get_notice(public_id)
    context = {
        "shown": show_notice(found),
        "notice": found,
        "objections": objections_told(found),
        "list": list_of(found),
    }
    return render(request, "publicity/notice.html", context)


@held_in_memory
@require_http_methods(["GET", "HEAD", "POST"])
def object_here(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Object to a notice, by name or not; the answer shows the query code once."""
    found = get_notice(public_id)
    actor = actor_of(request)
    typed = typed_letter(request)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            letter = letter_of(typed, attachments_of(request))
            objection, code = object_to(actor=actor, notice=public_id, letter=letter, asker=asker_of(request))
        except Refusal as caught:
            refusal = caught
        else:
            sent = {
                "number": objection.public_id,
                "code": show_code(code),
                "due_on": objection.due_on,
                "is_provisional": objection.is_provisional,
                "about": found.title,
                "back": ("公示", f"/publicity/{public_id}/"),
                "is_own": letter_of(typed).is_named and actor.user_id is not None,
            }
            return private(render(request, "publicity/sent.html", sent))
    context = {"shown": show_notice(found), "notice": found, "typed": typed, "refusal": refusal}
    return private(render(request, "publicity/object.html", context, status=refusal.status if refusal else 200))


def typed_letter(request: HttpRequest) -> dict[str, str]:
    """What was typed into the form of a letter; the name of somebody signed in is filled in."""
    typed = {name: request.POST.get(name) or "" for name in ("signed", "name", "contact", "text")}
    if request.method != "POST" and isinstance(request.user, User):
        typed["name"] = request.user.display_name
    return typed


def letter_of(typed: dict[str, str], files: tuple[Attachment, ...] = ()) -> Letter:
    """The letter of a form; name and contact count only when it is signed."""
    is_named = typed["signed"] == "named"
    name, contact = (typed["name"], typed["contact"]) if is_named else ("", "")
    return Letter(typed["text"], is_named, name, contact, files)


def private(response: HttpResponse) -> HttpResponse:
    """No cache keeps this page. (Its address tells nothing: codes travel in bodies.)"""
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def feed(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The newest notices the filters take, as Atom or JSON."""
    typed, filters = filters_of(request)
    shown = [show_notice(n) for n in find_notices(filters)[:FEED]]
    site = settings.SITE_URL.rstrip("/")
    if kind == "json":
        body = {"title": "公示栏", "state": typed["state"], "notices": [as_json(one, site) for one in shown]}
        return JsonResponse(body, json_dumps_params={"ensure_ascii": False})
    made = Atom1Feed(
        title="公示栏", link=f"{site}/publicity/", description="正在进行和已经结束的公示", language="zh-Hans"
    )
    for one in shown:
        until = f"公示期：{show_day(one.notice.starts_on)}至{show_day(one.ends_on)}。"
        told = "　".join(f"{label}：{value}" for label, value in one.notice.content)
        made.add_item(
            title=f"{one.notice.title}　{one.head}",
            link=f"{site}/publicity/{one.notice.public_id}/",
            description=f"{told}。{until}{one.notice.result}",
            pubdate=one.notice.published_at,
            updateddate=one.notice.ended_at or one.notice.published_at,
            unique_id=f"urn:guantong:notice:{one.notice.public_id}",
            author_name=one.notice.publisher_name,
        )
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def as_json(one: NoticeShown, site: str) -> dict[str, Any]:
    """One notice as data."""
    notice = one.notice
    return {
        "id": notice.public_id,
        "url": f"{site}/publicity/{notice.public_id}/",
        "procedure": notice.procedure,
        "title": notice.title,
        "publisher": notice.publisher_name,
        "region": notice.region,
        "content": [{"label": label, "value": value} for label, value in notice.content],
        "digest": notice.digest,
        "published_at": notice.published_at.isoformat(),
        "from": notice.starts_on.isoformat(),
        "until": one.ends_on.isoformat(),
        "is_provisional": one.is_provisional,
        "basis": notice.basis,
        "state": notice.state,
        "result": notice.result or None,
        "outcome": notice.outcome or None,
        "outcome_on": notice.outcome_on.isoformat() if notice.outcome_on else None,
    }
