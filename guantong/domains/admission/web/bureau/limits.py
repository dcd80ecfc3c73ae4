"""Approved sizes of schools and whether they are on the list of the qualified."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from guantong.base.webkit.pages import for_desk, go, render
from guantong.domains.admission.actions.cycles import LimitEntry, set_school_limits
from guantong.domains.admission.errors import rules as errors
from guantong.domains.admission.rules.states import why_not_now
from guantong.domains.admission.selectors.bureau_desk import LimitRow, limit_rows
from guantong.domains.admission.selectors.channels import cycle_law
from guantong.domains.admission.web.bureau.choice import in_cycle
from guantong.domains.admission.web.forms import page_of
from guantong.kernel.refusal import Problem, Refusal, Where

PAGE = 40


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def limits(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Every school of the region with its size: edited on the page, a page at a time, all or none."""
    actor, cycle, head = in_cycle(request, public_id, "bureau_limits")
    words = request.GET.get("q", "").strip()[:40]
    page = page_of(request, limit_rows(cycle, words), PAGE)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            count = set_school_limits(actor=actor, cycle=cycle, limits=_typed(request, page))
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"已更新 {count} 所学校。" if count else "没有改动。")
            return go(request, request.get_full_path())
    context = {
        **head,
        "page": page,
        "rows": [(row, _values(request, row)) for row in page],
        "q": words,
        "total": sum(r.limit.seats for r in limit_rows(cycle) if r.limit is not None and r.limit.is_qualified),
        "not_now": why_not_now("set_school_limits", cycle.stage),
        "listed": cycle_law(cycle).find("admission.qualified_list"),
        "refusal": refusal,
    }
    return render(
        request, "admission/bureau_limits.html", context, status=refusal.status if refusal else 200, fragment="list"
    )


def _values(request: HttpRequest, row: LimitRow) -> dict[str, object]:
    """What stands in the fields of a school: what was typed, else what is kept."""
    post, pk, limit = request.POST, row.school_id, row.limit
    if request.method == "POST":
        return {
            "seats": post.get(f"seats-{pk}", ""),
            "document": post.get(f"document-{pk}", ""),
            "is_qualified": f"qualified-{pk}" in post,
            "reason": post.get(f"reason-{pk}", ""),
        }
    return {
        "seats": limit.seats if limit is not None else "",
        "document": limit.document if limit is not None else "",
        "is_qualified": limit.is_qualified if limit is not None else True,
        "reason": limit.reason if limit is not None else "",
    }


def _typed(request: HttpRequest, page: Page[LimitRow]) -> list[LimitEntry]:
    """The schools with a number; refuses what is none (ADM-289). An empty field leaves a school as it is."""
    found: list[LimitEntry] = []
    problems: list[Problem] = []
    for row in page:
        values = _values(request, row)
        text = str(values["seats"]).strip()
        if not text:
            continue
        if not (text.isascii() and text.isdigit() and len(text) <= 6):
            where = Where(title=row.name)
            problems.append(errors.FORM_WRONG.problem(title="规模", given=text, wanted="请填写整数。", where=where))
            continue
        found.append(
            LimitEntry(
                row.school_id, int(text), str(values["document"]), bool(values["is_qualified"]), str(values["reason"])
            )
        )
    if problems:
        raise Refusal(problems)
    return found
