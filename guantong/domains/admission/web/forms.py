"""What desks of admission share: reading filters, showing fees, tables as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponseBase

from guantong.base.sheets.writing import safe_text, write_table
from guantong.base.webkit.pages import download
from guantong.domains.admission.selectors.search import Filters

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_FEE = 1_000_000
"""Largest yearly fee a filter takes, in yuan."""
FILTER_NAMES = ("q", "batch", "kind", "level", "category", "region", "mode", "least_fee", "most_fee", "free",
                "least_rank", "most_rank")  # fmt: skip


def fee_words(fen: int) -> str:
    """A yearly fee: ``5,000 元一年``; fractions of a yuan only where there are any."""
    yuan = Decimal(fen) / 100
    return f"{yuan:,.0f} 元一年" if yuan == yuan.to_integral_value() else f"{yuan:,.2f} 元一年"


def typed_filters(request: HttpRequest) -> dict[str, str]:
    """What was typed into the search form, every field present."""
    return {name: (request.GET.get(name) or "").strip()[:60] for name in FILTER_NAMES}


def filters_of(typed: Mapping[str, str], *, batch: str = "", school_id: int | None = None) -> Filters:
    """The filters a search asks for; fees that are no whole yuan are left out."""
    return Filters(
        words=typed["q"],
        batch=batch or typed["batch"],
        kind=typed["kind"],
        level=typed["level"],
        category=typed["category"],
        region=typed["region"],
        mode=typed["mode"],
        school_id=school_id,
        least_fee=_fen(typed["least_fee"]),
        most_fee=_fen(typed["most_fee"]),
        without_conditions=bool(typed["free"]),
        least_rank=_rank(typed["least_rank"]),
        most_rank=_rank(typed["most_rank"]),
    )


def _fen(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        return None
    return min(int(text), MOST_FEE) * 100


def _rank(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) <= 7 else None


def page_of(request: HttpRequest, rows: Any, size: int) -> Page[Any]:
    """The asked page of ``rows``; the nearest one where the number is none."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def table_file(
    kind: str, name: str, titles: Sequence[str], rows: Iterable[Sequence[object]], sheet: str = "数据"
) -> HttpResponseBase:
    """A table as a file: ``xlsx``, or ``csv`` in UTF-8 that spreadsheets open; no cell reads as a formula. 404 else."""
    if kind not in ("xlsx", "csv"):
        raise Http404
    if kind == "xlsx":
        return download(write_table(titles, rows, sheet), f"{name}.xlsx", XLSX)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(titles)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return download(out.getvalue().encode("utf-8-sig"), f"{name}.csv", "text/csv; charset=utf-8")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value) if isinstance(value, int) else safe_text(str(value))
