"""The list of dated values as JSON and CSV, filtered as the page is."""

from __future__ import annotations

import csv
import io

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from guantong.base.lawbook import current_policy
from guantong.base.webkit.pages import download
from guantong.policy.asking.listing import ValueRow
from guantong.policy.schema.shapes import BOUNDS, PRACTICES, SOURCES, STATUSES
from guantong.policy.schema.units import UNITS
from guantong.site.law.library import library_of

_TITLES = (
    "参数", "名称", "制度", "地区代码", "地区", "值", "单位", "适用", "性质", "约束", "来源", "状态",
    "施行日期", "终止日期", "达成日期", "文件", "文号", "条款", "说明",
)  # fmt: skip


def _rows(request: HttpRequest) -> list[ValueRow]:
    library = library_of(current_policy())
    region = request.GET.get("region", "")
    names = library.parameters(request.GET.get("q", ""), request.GET.get("system", ""), region)
    codes = set(library.policy.chain(region)) if region else None
    return [row for p in names for row in library.rows_of[p.name] if codes is None or row.region in codes]


@require_safe
def values_json(request: HttpRequest) -> HttpResponseBase:
    """One object per dated value, as ``guantong policy list --json``."""
    rows = [row.as_json() for row in _rows(request)]
    return JsonResponse(rows, safe=False, json_dumps_params={"ensure_ascii": False, "indent": 1})


def _safe(text: str) -> str:
    """No cell begins like a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text[:1] else text


@require_safe
def values_csv(request: HttpRequest) -> HttpResponse:
    """The same as a table that spreadsheet programs open as text in UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_TITLES)
    for row in _rows(request):
        cells = (
            row.parameter,
            row.label,
            row.system,
            row.region,
            row.region_name,
            row.shown,
            UNITS[row.unit].name_zh,
            row.scope or "",
            BOUNDS[row.bound] + ("（不含本数）" if row.exclusive else ""),
            PRACTICES[row.practice],
            SOURCES[row.source],
            STATUSES[row.status],
            row.since.isoformat(),
            row.until.isoformat() if row.until else "",
            row.due_on.isoformat() if row.due_on else "",
            row.document_title,
            row.document_number or "",
            row.clause,
            row.note or "",
        )
        writer.writerow([_safe(cell) for cell in cells])
    return download(out.getvalue().encode("utf-8-sig"), "政策参数.csv", "text/csv; charset=utf-8")
