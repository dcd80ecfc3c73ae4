"""The authority's desk: ledgers with where they stand, entering progress, publishing, the key tasks of a year."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guantong.base.accounts.actor import Actor
from guantong.base.files.public import store_file
from guantong.base.orgs.public import names_on
from guantong.base.webkit.pages import actor_of, for_desk, go, render
from guantong.base.webkit.shows import show_day
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import access_case_for

from ..actions import enter_progress, publish_bulletin, publish_task_bulletin
from ..rules.reading import LEAD_RULES
from ..rules.standing import STATES
from ..selectors.bulletins import list_bulletins
from ..selectors.ledgers import get_ledger, get_row
from ..selectors.platform import FIRST_YEAR, count_registered, get_task, show_task, show_tasks, year_of
from ..selectors.progress import (
    REPORT,
    RowShown,
    area_of,
    own_rows,
    show_all,
    show_bodies,
    show_ledger,
    show_row,
    story_of,
)

VIEWS = (
    ("all", "全部"),
    ("mine", "本单位的"),
    ("overdue", "逾期"),
    ("late", "滞后"),
    ("unreported", "没有填报"),
    ("done", "已完成"),
)
FIELDS = ("organisation", "state", "share", "text", "reason", "link", "corrects", "after")
MOST_BYTES_READ = 20 * 1024 * 1024


@require_safe
@for_desk("bureau")
def ledgers(request: HttpRequest) -> HttpResponseBase:
    """Every ledger with its counts, what is overdue first."""
    actor = actor_of(request)
    area = area_of(actor)
    shown = show_all(area=area[1] if area else "")
    overdue = [row for ledger in shown for row in ledger.rows if row.standing.is_overdue]
    overdue.sort(key=lambda row: row.row.due or clock.today(), reverse=True)
    context = {
        "ledgers": shown,
        "overdue": overdue[:12],
        "overdue_count": len(overdue),
        "mine": len(own_rows(actor)),
        "bulletins": list_bulletins()[:5],
    }
    return render(request, "ledgers/ledgers.html", context)


@require_safe
@for_desk("bureau")
def bodies(request: HttpRequest) -> HttpResponseBase:
    """Every body with its rows over all ledgers."""
    area = area_of(actor_of(request))
    return render(request, "ledgers/bodies.html", {"bodies": show_bodies(area=area[1] if area else "")})


def _is_shown(row: RowShown, view: str, own: frozenset[int]) -> bool:
    if view == "mine":
        return any(row.of(pk) is not None for pk in own)
    if view == "overdue":
        return row.standing.is_overdue
    return view == "all" or row.standing.state == view


@require_safe
@for_desk("bureau")
def ledger(request: HttpRequest, code: str) -> HttpResponseBase:
    """One ledger, narrowed to what is asked for."""
    return _ledger_page(request, code)


def _ledger_page(request: HttpRequest, code: str, refusal: Refusal | None = None) -> HttpResponseBase:
    actor = actor_of(request)
    found = get_ledger(code)
    area = area_of(actor)
    shown = show_ledger(found, area=area[1] if area else "")
    view = request.GET.get("show") or "all"
    view = view if view in dict(VIEWS) else "all"
    own = actor.organisations(REPORT)
    typed = {key: (request.POST.get(key) or "")[:80] for key in ("title", "kind")}
    typed["title"] = typed["title"] or f"{found.title}进展通报（{show_day(clock.today())}）"[:80]
    typed["kind"] = typed["kind"] or "ledger"
    context = {
        "shown": shown,
        "rows": [row for row in shown.rows if _is_shown(row, view, own)],
        "view": view,
        "views": VIEWS,
        "lead_rule": LEAD_RULES[found.lead_rule],
        "may_publish": area is not None,
        "typed": typed,
        "refusal": refusal,
        "bulletins": list_bulletins().filter(ledger=found.id)[:5],
    }
    return render(request, "ledgers/ledger.html", context, status=422 if refusal else 200)


@require_POST
@for_desk("bureau")
def publish(request: HttpRequest, code: str) -> HttpResponseBase:
    """Publish a bulletin of the ledger."""
    actor = actor_of(request)
    area = area_of(actor)
    try:
        made = publish_bulletin(
            actor=actor,
            organisation_id=area[0] if area else 0,
            ledger=get_ledger(code).id,
            kind=request.POST.get("kind") or "",
            title=request.POST.get("title") or "",
        )
    except Refusal as refusal:
        return _ledger_page(request, code, refusal)
    messages.success(request, "通报已经印发，内容和校验值不再改变。")
    return go(request, "ledgers:bulletin", made.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def row(request: HttpRequest, code: str, number: str) -> HttpResponseBase:
    """One row: its bodies, what they said, and the form of those who may report."""
    found = get_ledger(code)
    line = get_row(found, number)
    refusal: Refusal | None = None
    typed: dict[str, str] = {key: (request.POST.get(key) or "").strip() for key in FIELDS}
    if request.method == "POST":
        try:
            _enter(request, code, number, typed)
        except Refusal as caught:
            refusal = caught
        else:
            messages.success(request, "进展已经登记。")
            return go(request, "ledgers:row", code, number)
    return render(
        request, "ledgers/row.html", _row_context(request, found, line, typed, refusal), status=422 if refusal else 200
    )


def _enter(request: HttpRequest, code: str, number: str, typed: dict[str, str]) -> None:
    actor = actor_of(request)
    organisation = int(typed["organisation"]) if typed["organisation"].isdigit() else 0
    given = request.FILES.get("evidence")
    evidence = None
    if given is not None and organisation in actor.organisations(REPORT):
        content = given.read(MOST_BYTES_READ + 1)
        evidence = store_file(actor, given.name or "佐证", content, "evidence", organisation_id=organisation)
    enter_progress(
        actor=actor,
        ledger=code,
        row=number,
        organisation_id=organisation,
        state=typed["state"],
        share=typed["share"],
        text=typed["text"],
        reason=typed["reason"],
        link=typed["link"],
        evidence=evidence,
        corrects=int(typed["corrects"]) if typed["corrects"].isdigit() else None,
        after=int(typed["after"]) if typed["after"].isdigit() else None,
    )


def _row_context(
    request: HttpRequest, found: Any, line: Any, typed: dict[str, str], refusal: Refusal | None
) -> dict[str, Any]:
    actor = actor_of(request)
    shown = show_row(found, line)
    own = [shown.of(pk) for pk in sorted(actor.organisations(REPORT))]
    mine = [one for one in own if one is not None]
    if not typed["organisation"] and mine:
        last = mine[0].last
        typed = {
            **typed,
            "organisation": str(mine[0].body.organisation_id),
            "state": last.state if last else "",
            "share": str(last.share) if last else "0",
        }
    entries = story_of(found.id, line.number)
    correcting = request.GET.get("correct") or typed["corrects"]
    return {
        "shown": shown,
        "mine": mine,
        "mine_choices": [(str(one.body.organisation_id), one.body.name) for one in mine],
        "names": names_on({one.organisation_id for one in entries}, clock.today()),
        "entries": entries,
        "correctable": {one.last.pk for one in mine if one.last is not None},
        "typed": typed,
        "states": list(STATES.items()),
        "state_words": STATES,
        "correcting": correcting if correcting.isdigit() else "",
        "refusal": refusal,
        "lead_rule": LEAD_RULES[found.lead_rule],
    }


def _years() -> list[tuple[str, str]]:
    """Years of the platform, this one first."""
    return [(str(year), f"{year} 年度") for year in range(clock.today().year, FIRST_YEAR - 1, -1)]


@require_safe
@for_desk("bureau")
def tasks(request: HttpRequest) -> HttpResponseBase:
    """The key tasks of a year: units, reports, appraisals, who is late."""
    return _tasks_page(request)


def _tasks_page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponseBase:
    year = year_of(request.GET.get("year") or request.POST.get("year"))
    area = area_of(actor_of(request))
    place = area[1] if area else ""
    shown = show_tasks(year, area=place)
    late = [(one.task, unit) for one in shown for unit in one.units if unit.is_late]
    context = {
        "tasks": shown,
        "year": year,
        "years_shown": _years(),
        "registered": count_registered(place),
        "late": late,
        "may_publish": area is not None,
        "refusal": refusal,
        "typed": {"title": (request.POST.get("title") or f"{year} 年度重点任务进展和考核通报")[:80]},
        "bulletins": list_bulletins().filter(kind="task")[:5],
    }
    return render(request, "ledgers/bureau_tasks.html", context, status=422 if refusal else 200)


@require_POST
@for_desk("bureau")
def publish_tasks(request: HttpRequest) -> HttpResponseBase:
    """Publish the bulletin of a year over all key tasks."""
    actor = actor_of(request)
    area = area_of(actor)
    try:
        made = publish_task_bulletin(
            actor=actor,
            organisation_id=area[0] if area else 0,
            year=year_of(request.POST.get("year")),
            title=request.POST.get("title") or "",
        )
    except Refusal as refusal:
        return _tasks_page(request, refusal)
    messages.success(request, "通报已经印发，内容和校验值不再改变。")
    return go(request, "ledgers:bulletin", made.public_id)


@require_safe
@for_desk("bureau")
def task(request: HttpRequest, code: str) -> HttpResponseBase:
    """One key task: each unit's targets against what was reached, and the summary of the appraisal."""
    year = year_of(request.GET.get("year"))
    actor = actor_of(request)
    area = area_of(actor)
    shown = show_task(get_task(code), year, area=area[1] if area else "")
    readable = {unit.case.pk for unit in shown.units if unit.case is not None and _may_read(actor, unit.case)}
    context = {"shown": shown, "year": year, "years_shown": _years(), "readable": readable}
    return render(request, "ledgers/bureau_task.html", context)


def _may_read(actor: Actor, case: Case) -> bool:
    """Whether the case's page is open to the actor; others see where it stands, without the link."""
    try:
        access_case_for(actor, case.public_id)
    except Refusal:
        return False
    return True
