"""往年数字归集: figures of a past year, added up by the regions of then and by those of another day."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from guantong.base.orgs.public import region_names_on, roll_up
from guantong.base.webkit.pages import render
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal, Where
from guantong.site.registry import errors
from guantong.site.registry.forms import day_in, day_or, lines_in, organisation_named, typed

MOST_FIGURES = 2000
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6}|/\d{1,9})?", re.ASCII)
LEVELS = [("prefecture", "地市"), ("county", "县区"), ("province", "省")]


def figure_in(name: str, text: str, day: date) -> tuple[int, Fraction]:
    """Organisation, by its name of ``day``, and exact figure; WEB-302, WEB-303, WEB-309."""
    where = Where(column="figures", title="数字", value=f"{name} {text}"[:80])
    try:
        if not _NUMBER.fullmatch(text.strip()):
            raise ValueError
        amount = Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise errors.FIGURE_UNREADABLE.refuse(given=text[:30], where=where) from None
    return organisation_named(name, "figures", "数字", day), amount


def figures_in(text: str, day: date) -> dict[int, Fraction]:
    """One organisation and figure a line; every line that cannot be read is told at once."""
    lines = lines_in(text)
    if not lines or len(lines) > MOST_FIGURES:
        raise errors.FIGURES_COUNT.refuse(count=len(lines), most=MOST_FIGURES, where=Where(column="figures"))
    found: dict[int, Fraction] = {}
    problems: list[Problem] = []
    for line in lines:
        name, _, amount = line.replace("\u3000", " ").replace("\t", " ").replace("，", " ").rpartition(" ")
        try:
            pk, value = figure_in(name, amount, day)
            found[pk] = found.get(pk, Fraction(0)) + value
        except Refusal as refusal:
            problems += refusal.problems
    if problems:
        raise Refusal(problems)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def figures(request: HttpRequest) -> HttpResponseBase:
    """Paste figures, see both sums beside each other; nothing is kept."""
    form = typed(request.POST, "figures_day", "as_of", "level")
    form["figures"] = request.POST.get("figures", "")[:200_000].replace("\0", "")
    rows: list[dict[str, Any]] = []
    refusal, total = None, Fraction(0)
    today = clock.today()
    as_of = today
    if request.method == "POST":
        try:
            day = day_in(form["figures_day"], "figures_day", "数字的日期")
            as_of = day_or(form["as_of"], "as_of", "归集的日期", today)
            given = figures_in(form["figures"], day)
            level = form["level"] if form["level"] in dict(LEVELS) else "prefecture"
            then, now = roll_up(given, day, day, level), roll_up(given, day, as_of, level)
            names = {**region_names_on(then, day), **region_names_on(now, as_of)}
            total = sum(given.values(), Fraction(0))
            rows = [
                {"code": c, "name": names.get(c, c), "then": show(then.get(c)), "now": show(now.get(c))}
                for c in sorted({*then, *now})
            ]
        except Refusal as found:
            refusal = found
    return render(
        request,
        "registry/figures.html",
        typed=form,
        levels=LEVELS,
        rows=rows,
        total=show(total),
        as_of=as_of,
        refusal=refusal,
        status=refusal.status if refusal else 200,
    )


def show(amount: Fraction | None) -> str:
    """A figure as people read it: whole, with up to six decimals when they are exact, otherwise as a fraction."""
    if amount is None:
        return "—"
    if amount.denominator == 1:
        return f"{amount.numerator:,}"
    if 10**6 % amount.denominator == 0:
        return f"{Decimal(amount.numerator) / Decimal(amount.denominator):,f}"
    whole, rest = divmod(amount, 1)
    return f"{whole:,} 又 {rest}" if whole else str(rest)
