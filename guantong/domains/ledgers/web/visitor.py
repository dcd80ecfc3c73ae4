"""For everybody: published bulletins, the key tasks with their guides and units."""

from __future__ import annotations

import csv
import io
from datetime import date

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from guantong.base.sheets.writing import Sheet, safe_text, write_tables
from guantong.base.webkit.pages import download, render
from guantong.base.webkit.shows import show_moment

from ..selectors.bulletins import cells_of, counts_of, get_bulletin, is_sound, list_bulletins
from ..selectors.platform import NATIONAL, PLATFORM, UNITS, get_task, list_tasks, show_task, year_of

PAGE = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = {"行号": 8, "任务": 40, "责任单位": 34, "期限": 16, "最近进展": 40, "单位": 26}
WIDTHS |= dict.fromkeys(("重点任务", "建设单位", "项目", "指标", "最慢的一行"), 26)
"""Widths of columns with long texts, in characters."""


@require_safe
def bulletins(request: HttpRequest) -> HttpResponseBase:
    """Published bulletins, newest first."""
    page = Paginator(list_bulletins(), PAGE).get_page(request.GET.get("page"))
    return render(request, "ledgers/bulletins.html", {"page": page})


@require_safe
def bulletin(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One bulletin as it was published."""
    found = get_bulletin(public_id)
    context = {
        "bulletin": found,
        "is_sound": is_sound(found),
        "rows": cells_of(found),
        "counts": counts_of(found),
        "is_day": lambda cell: isinstance(cell, date),
    }
    return render(request, "ledgers/bulletin.html", context)


@require_safe
def bulletin_xlsx(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Its rows as a workbook, with a sheet that says who published it, of which day, and how to check it."""
    found = get_bulletin(public_id)
    about = [
        ("标题", found.title),
        ("内容", found.content["ledger"]),
        ("印发单位", found.publisher_name),
        ("截至", found.as_of),
        ("印发时间", show_moment(found.published_at)),
        *((label, f"{number} {unit}") for label, number, unit in counts_of(found)),
        ("编号", found.public_id),
        ("校验值（SHA-256）", found.digest),
    ]
    heads = found.content["heads"]
    table = Sheet("通报内容", heads, cells_of(found), [WIDTHS.get(head, 12) for head in heads])
    content = write_tables([table, Sheet("印发情况", ("项目", "内容"), about, (20, 70))])
    return download(content, f"{found.title}.xlsx", XLSX)


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
