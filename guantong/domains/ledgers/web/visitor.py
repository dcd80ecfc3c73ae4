"""For everybody: published bulletins, the key tasks with their guides and units."""

from __future__ import annotations

import csv
import io

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from guantong.base.sheets.writing import safe_text
from guantong.base.webkit.pages import download, render

from ..selectors.bulletins import get_bulletin, is_sound, list_bulletins
from ..selectors.platform import NATIONAL, PLATFORM, UNITS, get_task, list_tasks, show_task, year_of

PAGE = 20


@require_safe
def bulletins(request: HttpRequest) -> HttpResponseBase:
    """Published bulletins, newest first."""
    page = Paginator(list_bulletins(), PAGE).get_page(request.GET.get("page"))
    return render(request, "ledgers/bulletins.html", {"page": page})


@require_safe
def bulletin(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One bulletin as it was published."""
    found = get_bulletin(public_id)
    return render(request, "ledgers/bulletin.html", {"bulletin": found, "is_sound": is_sound(found)})


@require_safe
def bulletin_csv(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Its rows as CSV, with a byte order mark, so that spreadsheets read it as UTF-8."""
    found = get_bulletin(public_id)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(found.content["heads"])
    for row in found.content["rows"]:
        writer.writerow([safe_text(str(cell)) for cell in row])
    return download(out.getvalue().encode("utf-8-sig"), f"{found.title}.csv", "text/csv; charset=utf-8")


@require_safe
def tasks(request: HttpRequest) -> HttpResponseBase:
    """The key tasks."""
    registers = ((PLATFORM, "注册单位名册"), (UNITS, "建设名册"), (NATIONAL, "全国性项目名册"))
    return render(request, "ledgers/tasks.html", {"tasks": list_tasks(), "registers": registers})


@require_safe
def task(request: HttpRequest, code: str) -> HttpResponseBase:
    """One task: its guide with clauses, and the units that build it."""
    found = get_task(code)
    shown = show_task(found, year_of(None))
    return render(request, "ledgers/task.html", {"task": found, "shown": shown, "units": UNITS})
