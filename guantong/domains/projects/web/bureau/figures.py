"""Figures of each procedure in the authority's area, and the cases behind them."""

from __future__ import annotations

import csv
import io

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from guantong.base.sheets.writing import safe_text
from guantong.base.webkit.pages import actor_of, download, for_desk, render
from guantong.domains.projects.selectors.catalogue import list_entries
from guantong.domains.projects.selectors.supervising import cases_of_area, figures
from guantong.domains.projects.selectors.working import show_cases
from guantong.domains.projects.web.forms import asked
from guantong.procedure.cases.machine import RUNNING

PAGE = 20
HEADS = (
    "事项编号",
    "事项",
    "件数",
    "在办",
    "准予",
    "不予",
    "撤回或终止",
    "逾期在办",
    "申诉",
    "按期环节",
    "有期限的环节",
    "中位办理天数",
)
STATES = (("", "全部"), ("running", "正在办理"), ("ended", "已办结"))


@require_safe
@for_desk("bureau")
def statistics(request: HttpRequest) -> HttpResponseBase:
    """Every procedure in figures; with ``procedure`` its cases below."""
    actor = actor_of(request)
    typed = asked(request, "procedure", "state")
    definitions = {e.code: e.definition for e in list_entries(settings.REGION)}
    rows = figures(actor, definitions)
    found = cases_of_area(actor).order_by("-opened_at", "-pk").select_related("version")
    if typed["procedure"]:
        found = found.filter(procedure=typed["procedure"])
    if typed["state"] == "running":
        found = found.filter(state__in=RUNNING)
    elif typed["state"] == "ended":
        found = found.exclude(state__in=RUNNING)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "figures": rows,
        "bars": [(row.title, row.total, f"{row.total} 件") for row in rows[:12]],
        "typed": typed,
        "page": page,
        "rows": show_cases(page.object_list),
        "states": STATES,
        "procedures": [("", "全部事项"), *((row.code, row.title) for row in rows)],
    }
    return render(request, "projects/statistics.html", context, fragment="results")


@require_safe
@for_desk("bureau")
def statistics_file(request: HttpRequest) -> HttpResponseBase:
    """The figures as a table."""
    definitions = {e.code: e.definition for e in list_entries(settings.REGION)}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADS)
    for row in figures(actor_of(request), definitions):
        median = "" if row.median_days is None else str(row.median_days)
        numbers = (row.total, row.running, row.granted, row.refused, row.ended, row.overdue, row.appealed)
        writer.writerow((row.code, safe_text(row.title), *numbers, row.on_time, row.steps_timed, median))
    return download(b"\xef\xbb\xbf" + out.getvalue().encode(), "申报统计.csv", "text/csv; charset=utf-8")
