"""Figures open to all: cut-offs, the one-point-one-rank table, vacancies, statistics; each as a file besides."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from guantong.base.webkit.pages import render
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Cycle
from guantong.domains.admission.selectors.access import get_cycle
from guantong.domains.admission.selectors.published import cutoffs_of_run, lists_counted, rank_table_of, vacancies_shown
from guantong.domains.admission.selectors.statistics import shares_of, statistics_of
from guantong.domains.admission.selectors.visitor_cycles import RoundShown, show_rounds
from guantong.domains.admission.selectors.visitor_figures import (
    CUTOFF_TITLES,
    RANK_TITLES,
    STATISTICS_TITLES,
    VACANCY_TITLES,
    cutoff_rows,
    rank_of_total,
    rank_rows,
    statistics_rows,
    vacancy_rows,
)
from guantong.domains.admission.web.forms import fee_words, page_of, table_file

PAGE = 50
STEPS = ("1", "5", "10", "20")


def _rounds(request: HttpRequest, cycle: Cycle, usable: list[RoundShown]) -> RoundShown | None:
    """The round asked for by ``round``, else the first usable one; ADM-002 for a strange one."""
    asked = request.GET.get("round", "")
    if asked:
        found = next((one for one in usable if one.round.public_id == asked), None)
        if found is None:
            raise errors.ROUND_UNKNOWN.refuse()
        return found
    return usable[0] if usable else None


@require_safe
def cutoffs(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Published cut-offs of a round: the whole vector of keys of the last admitted, with the ordinal and the rank."""
    cycle = get_cycle(public_id)
    usable = [one for one in show_rounds(cycle) if one.run is not None]
    chosen = _rounds(request, cycle, usable)
    words = request.GET.get("q", "").strip()[:60]
    every = cutoffs_of_run(chosen.run, words=words) if chosen is not None and chosen.run is not None else []
    rows = [row for row in every if row.seats or row.admitted]  # quotas that came to no seat say nothing
    context = {
        "cycle": cycle,
        "options": [(one.round.public_id, one.title) for one in usable],
        "chosen": chosen,
        "words": words,
        "page": page_of(request, rows, PAGE),
    }
    return render(request, "admission/cutoffs.html", context, fragment="results")


@require_safe
def cutoffs_file(request: HttpRequest, public_id: str, kind: str) -> HttpResponseBase:
    """All cut-offs of a round as a file."""
    cycle = get_cycle(public_id)
    chosen = _rounds(request, cycle, [one for one in show_rounds(cycle) if one.run is not None])
    if chosen is None or chosen.run is None:
        raise errors.RUN_UNKNOWN.refuse()
    found = cutoffs_of_run(chosen.run)
    keys = list(dict.fromkeys(title for row in found for title, _ in row.keys))
    name = f"{cycle.title}{chosen.title}录取最低线"
    return table_file(kind, name, [*CUTOFF_TITLES, *keys], cutoff_rows(found, keys), "录取最低线")


def _step(request: HttpRequest) -> Decimal:
    asked = request.GET.get("step", "1")
    return Decimal(asked if asked in STEPS else "1")


@require_safe
def rank_table(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """一分一段表: how many stand at each mark and how many at or above; and the rank of a mark typed in."""
    cycle = get_cycle(public_id)
    step = _step(request)
    rows = rank_table_of(cycle, step)
    asked = request.GET.get("total", "").strip()[:12]
    context: dict[str, Any] = {
        "cycle": cycle,
        "step": str(step),
        "steps": [(one, f"每 {one} 分一段") for one in STEPS],
        "asked": asked,
        "answer": rank_of_total(cycle, asked) if asked else "",
        "page": page_of(request, rows, 100),
        "people": rows[-1].cumulative if rows else 0,
    }
    return render(request, "admission/rank_table.html", context, fragment="results")


@require_safe
def rank_table_file(request: HttpRequest, public_id: str, kind: str) -> HttpResponseBase:
    """The whole table as a file."""
    cycle = get_cycle(public_id)
    step = _step(request)
    rows = rank_rows(rank_table_of(cycle, step), step)
    return table_file(kind, f"{cycle.title}一分一段表", RANK_TITLES, rows, "一分一段表")


@require_safe
def vacancies(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """What is left: the list published with a supplementary round, or what a published main round left."""
    cycle = get_cycle(public_id)
    usable = _with_vacancies(cycle)
    chosen = _rounds(request, cycle, usable)
    rows = vacancies_shown(chosen.round) if chosen is not None else []
    context = {
        "cycle": cycle,
        "options": [(one.round.public_id, one.title) for one in usable],
        "chosen": chosen,
        "seats": sum(row.left for row in rows),
        "page": page_of(request, rows, PAGE),
        "fee": fee_words,
    }
    return render(request, "admission/vacancies.html", context, fragment="results")


def _with_vacancies(cycle: Cycle) -> list[RoundShown]:
    """Rounds that have a list of vacancies, the newest first."""
    found = [one for one in show_rounds(cycle) if one.round.is_supplementary or one.run is not None]
    return sorted(found, key=lambda one: -one.round.pk)


@require_safe
def vacancies_file(request: HttpRequest, public_id: str, kind: str) -> HttpResponseBase:
    """The list of vacancies as a file."""
    cycle = get_cycle(public_id)
    chosen = _rounds(request, cycle, _with_vacancies(cycle))
    if chosen is None:
        raise errors.ROUND_UNKNOWN.refuse()
    rows = vacancy_rows(vacancies_shown(chosen.round))
    return table_file(kind, f"{cycle.title}{chosen.title}缺额", VACANCY_TITLES, rows, "缺额")


@require_safe
def statistics(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Counts of the cycle, by which choice people were placed, and the shares the law wants kept."""
    cycle = get_cycle(public_id)
    rounds = show_rounds(cycle)
    figures = statistics_of(cycle)
    context = {
        "cycle": cycle,
        "figures": figures,
        "ordinals": [(f"第 {ordinal} 志愿", count) for ordinal, count in figures.ordinals],
        "shares": shares_of(cycle),
        "lists": [(one, lists_counted(one.round)) for one in rounds if one.round.closed_at is not None],
    }
    return render(request, "admission/statistics.html", context)


@require_safe
def statistics_file(request: HttpRequest, public_id: str, kind: str) -> HttpResponseBase:
    """Every figure of the page as a file: one row a figure."""
    cycle = get_cycle(public_id)
    rows = statistics_rows(statistics_of(cycle), shares_of(cycle))
    return table_file(kind, f"{cycle.title}统计", STATISTICS_TITLES, rows, "统计")
