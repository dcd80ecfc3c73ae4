"""Registers for everybody: what there is, who stood in one on a day, one title with its story, checking a number."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from guantong.base.sheets.writing import Sheet, safe_text, write_table, write_tables
from guantong.base.webkit.pages import actor_of, download, go, render
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal, Where

from .. import errors
from ..rules import STANDING
from ..selectors.aimed import TITLES as TARGET_TITLES
from ..selectors.aimed import target_cells, target_json
from ..selectors.listing import (
    SHOWN_STATES,
    Filters,
    RegisterShown,
    RowShown,
    all_rows,
    find_titles,
    get_register,
    levels_in,
    list_registers,
    quotas_of,
    regions_in,
    rows_at,
)
from ..selectors.opening import follow_ups
from ..selectors.shown import find_title, get_title, show_title

PAGE = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLES = (
    "编号",
    "持有人",
    "所在单位",
    "地区",
    "称号",
    "对象",
    "等级",
    "授予单位",
    "授予日期",
    "到期日期",
    "状态",
    "现承继单位",
    "换发",
)


def day_of(request: HttpRequest) -> tuple[date, Refusal | None]:
    """The day asked for (``on``), today when none is; with a refusal for what is no day."""
    given = (request.GET.get("on") or "").strip()
    if not given:
        return clock.today(), None
    try:
        return date.fromisoformat(given if len(given) == 10 else ""), None
    except ValueError:
        where = Where(column="on", title="哪一天")
        return clock.today(), errors.BAD_DAY.refuse(where=where, given=given[:20])


def typed_of(request: HttpRequest) -> dict[str, str]:
    """What was typed into the search form, every field present."""
    typed = {name: (request.GET.get(name) or "").strip()[:60] for name in ("q", "level", "region", "state", "on")}
    if typed["state"] not in dict(SHOWN_STATES):
        typed["state"] = STANDING
    return typed


def filters_of(typed: dict[str, str]) -> Filters:
    """The filters of a search."""
    return Filters(typed["q"], typed["level"], typed["region"], typed["state"])


@require_safe
def registers(request: HttpRequest) -> HttpResponseBase:
    """Every register with its count and target."""
    return render(request, "registers/registers.html", {"registers": list_registers(clock.today())})


@require_safe
def register(request: HttpRequest, code: str) -> HttpResponseBase:
    """One register as of a day: searched, narrowed, paged."""
    day, refusal = day_of(request)
    found = get_register(code, day)
    typed = typed_of(request)
    titles = find_titles(code, day, filters_of(typed))
    page = Paginator(titles.values_list("pk", flat=True), PAGE).get_page(request.GET.get("page"))
    context = {
        "register": found,
        "day": day,
        "is_today": day == clock.today(),
        "typed": typed,
        "refusal": refusal,
        "page": page,
        "rows": rows_at(titles, page.object_list, day),
        "levels": levels_in(code),
        "regions": regions_in(code),
        "states": SHOWN_STATES,
        "quotas": quotas_of(found, day),
    }
    return render(request, "registers/register.html", context, fragment="results", status=422 if refusal else 200)


@require_safe
def register_file(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """The titles the filters take, as of the day, as xlsx, CSV or JSON."""
    day, refusal = day_of(request)
    if refusal is not None:
        raise refusal
    found = get_register(code, day)
    rows = list(all_rows(find_titles(code, day, filters_of(typed_of(request))), day))
    name = f"{found.title}{day.isoformat()}"
    if kind == "json":
        return _as_json(found, rows, day)
    cells = [_cells(row) for row in rows]
    if kind == "xlsx":
        targets = Sheet("目标与现有数", TARGET_TITLES, target_cells(found.title, found.targets))
        content = write_tables([Sheet(found.title, TITLES, cells), targets])
        return download(content, f"{name}.xlsx", XLSX)
    return download(_as_csv(TITLES, cells), f"{name}.csv", "text/csv; charset=utf-8")


@require_safe
def targets_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Every register with its targets against its count as of the day, as xlsx, CSV or JSON."""
    day, refusal = day_of(request)
    if refusal is not None:
        raise refusal
    found = list_registers(day)
    name = f"名册目标与现有数{day.isoformat()}"
    if kind == "json":
        listed = [
            {"register": r.code, "title": r.title, "count": r.standing, "targets": list(map(target_json, r.targets))}
            for r in found
        ]
        return JsonResponse({"as_of": day.isoformat(), "registers": listed}, json_dumps_params={"ensure_ascii": False})
    cells = [row for one in found for row in target_cells(one.title, one.targets)]
    if kind == "xlsx":
        return download(write_table(TARGET_TITLES, cells, sheet="目标与现有数"), f"{name}.xlsx", XLSX)
    return download(_as_csv(TARGET_TITLES, cells), f"{name}.csv", "text/csv; charset=utf-8")


def _cells(row: RowShown) -> Sequence[object]:
    return (
        row.number if row.is_number_public else "",
        row.holder,
        row.organisation,
        row.region,
        row.name,
        row.item,
        row.level,
        row.authority,
        row.since,
        row.last_on,
        row.state_word,
        "、".join(heir.name for heir in row.heirs),
        "；".join(f"{one.words}{one.title}{one.number}" for one in row.linked),
    )


def _as_csv(titles: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """With a byte order mark, so that spreadsheets read it as UTF-8; no cell can be taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(titles)
    for row in rows:
        writer.writerow([safe_text(c.isoformat() if isinstance(c, date) else str(c or "")) for c in row])
    return out.getvalue().encode("utf-8-sig")


def _as_json(found: RegisterShown, rows: Sequence[RowShown], day: date) -> HttpResponse:
    titles = [
        {
            "number": row.number if row.is_number_public else None,
            "holder": row.holder,
            "organisation": row.organisation or None,
            "region": row.region,
            "name": row.name,
            "item": row.item or None,
            "level": row.level or None,
            "granted_by": row.authority or None,
            "from": row.since.isoformat() if row.since else None,
            "last_on": row.last_on.isoformat() if row.last_on else None,
            "state": row.state,
            "now_held_by": [heir.name for heir in row.heirs],
            "successors": [{"name": heir.name, "page": heir.link or None} for heir in row.heirs],
            "replaced_by": [one.number or None for one in row.linked if one.is_later],
            "in_place_of": [one.number or None for one in row.linked if not one.is_later],
        }
        for row in rows
    ]
    body: dict[str, Any] = {
        "register": found.code,
        "title": found.title,
        "as_of": day.isoformat(),
        "count": len(titles),
        "targets": list(map(target_json, found.targets)),
        "titles": titles,
    }
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


@require_safe
def title(request: HttpRequest, number: str) -> HttpResponseBase:
    """One title: its certificate, where it stands, its story, and what can be done about it."""
    found = get_title(number)
    day, refusal = day_of(request)
    actor = actor_of(request)
    context = {
        "shown": show_title(found, day),
        "register": get_register(found.register, day),
        "day": day,
        "is_today": day == clock.today(),
        "refusal": refusal,
        "follow_ups": follow_ups(actor, found) if actor.user_id is not None else [],
    }
    return render(request, "registers/title.html", context, status=422 if refusal else 200)


@require_safe
def verify(request: HttpRequest) -> HttpResponseBase:
    """Check a certificate by its number."""
    number = (request.GET.get("number") or "").strip()[:40]
    refusal: Refusal | None = None
    if number:
        found = find_title(number)
        if found is not None:
            return go(request, "registers:title", found.number)
        where = Where(column="number", title="证书编号")
        refusal = errors.TITLE_UNKNOWN.refuse(where=where, number=number)
    context = {"refusal": refusal, "number": number}
    return render(request, "registers/verify.html", context, status=404 if refusal else 200)
