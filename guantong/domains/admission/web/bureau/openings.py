"""What the law wants open (十公开), with what rows tell and what is written or uploaded; shares, figures."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from guantong.base.accounts.actor import Actor
from guantong.base.files.models import StoredFile
from guantong.base.files.public import store_file
from guantong.base.webkit.pages import for_desk, go, render
from guantong.domains.admission.actions.cycles import set_figures
from guantong.domains.admission.actions.openings import publish_opening
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.errors import rules as rule_errors
from guantong.domains.admission.models import Cycle, Opening
from guantong.domains.admission.models.filings import FILING_STATES
from guantong.domains.admission.selectors.bureau_desk import figures_needed, school_progress, shares_with, show_shares
from guantong.domains.admission.selectors.filings import latest_case_of
from guantong.domains.admission.selectors.gates import require_bureau, school_name
from guantong.domains.admission.selectors.openings import openings_of
from guantong.domains.admission.selectors.registering import bureau_filings
from guantong.domains.admission.selectors.statistics import statistics_of
from guantong.domains.admission.web.bureau.choice import PUBLISH, in_cycle
from guantong.domains.admission.web.forms import table_file
from guantong.kernel.refusal import Problem, Refusal, Where

TITLES = ("学校", "计划", "投档", "退档", "录取", "确认", "注册", "其中全日制", "其中非全日制")


@require_safe
@for_desk("bureau")
def openings(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The ten matters: open, missing, or not due yet."""
    _, cycle, head = in_cycle(request, public_id, "bureau_openings")
    rows = openings_of(cycle)
    context = {
        **head,
        "rows": rows,
        "missing": [row for row in rows if row.is_due and not row.is_open],
        "open": sum(1 for row in rows if row.is_open),
    }
    return render(request, "admission/bureau_openings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def opening(request: HttpRequest, public_id: str, item: str) -> HttpResponseBase:
    """One matter: what the system tells by itself, and the words or file published beside it."""
    actor, cycle, head = in_cycle(request, public_id, "bureau_openings")
    row = next((one for one in openings_of(cycle) if one.item == item), None)
    if row is None:
        raise errors.OPENING_UNKNOWN.refuse(item=item[:40])
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            file = _file(request, actor, cycle, item)
            publish_opening(actor=actor, cycle=cycle, item=item, content=request.POST.get("content", ""), file=file)
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"“{row.title}”已公开。")
            return go(request, "admission:bureau_openings", public_id)
    context = {**head, "row": row, "content": request.POST.get("content", row.content), "refusal": refusal}
    return render(request, "admission/bureau_opening.html", context, status=refusal.status if refusal else 200)


def _file(request: HttpRequest, actor: Actor, cycle: Cycle, item: str) -> StoredFile | None:
    """The uploaded file; without one the file there is stays, unless it is to be taken away."""
    authority = require_bureau(actor, PUBLISH, cycle.region)
    sent = request.FILES.get("file")
    if sent is not None:
        return store_file(actor, sent.name or "", sent.read(), "basis", organisation_id=authority)
    if request.POST.get("drop_file") == "1":
        return None
    kept = Opening.objects.filter(cycle=cycle, item=item).select_related("file").first()
    return kept.file if kept is not None else None


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def shares(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Statistics of the year, the shares to be kept with their clauses, the numbers they are counted from."""
    actor, cycle, head = in_cycle(request, public_id, "bureau_shares")
    refusal: Refusal | None = None
    needed = figures_needed(cycle)
    if request.method == "POST":
        try:
            figures = _figures(request, [name for name, _, _ in needed])
            set_figures(actor=actor, cycle=cycle, figures=figures, source=request.POST.get("source", ""))
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, "基数已更新，比例已重新计算。")
            return go(request, "admission:bureau_shares", public_id)
    statistics = statistics_of(cycle)
    context = {
        **head,
        "shares": show_shares(shares_with(cycle)),
        "figures": [
            (name, title, request.POST.get(f"figure-{name}", value if value is not None else ""))
            for name, title, value in needed
        ],
        "statistics": statistics,
        "ordinals": [(f"第 {ordinal} 志愿", n) for ordinal, n in statistics.ordinals],
        "source": request.POST.get("source", ""),
        "refusal": refusal,
    }
    return render(request, "admission/bureau_shares.html", context, status=refusal.status if refusal else 200)


def _figures(request: HttpRequest, names: list[str]) -> dict[str, int]:
    """The numbers that were filled in; ADM-289 for what is none."""
    found: dict[str, int] = {}
    problems: list[Problem] = []
    for name in names:
        text = request.POST.get(f"figure-{name}", "").strip().replace(",", "")
        if not text:
            continue
        if text.isascii() and text.isdigit() and len(text) <= 9:
            found[name] = int(text)
        else:
            where = Where(column=f"figure-{name}")
            problems.append(
                rule_errors.FORM_WRONG.problem(title="基数", given=text[:20], wanted="请填写整数。", where=where)
            )
    if problems:
        raise Refusal(problems)
    return found


@require_safe
@for_desk("bureau")
def registration(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Registration school by school, full time and part time apart."""
    _, cycle, head = in_cycle(request, public_id, "bureau_registration")
    rows = school_progress(cycle)
    names = ("seats", "total", "admitted", "confirmed", "registered", "full_time", "part_time")
    totals = {name: sum(getattr(row, name) for row in rows) for name in names}
    filings = [(one, school_name(one.school_id), latest_case_of(one)) for one in bureau_filings(cycle)]
    context = {**head, "rows": rows, "totals": totals, "filings": filings, "filing_states": dict(FILING_STATES)}
    return render(request, "admission/bureau_registration.html", context)


@require_safe
@for_desk("bureau")
def registration_file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The same as xlsx."""
    _, cycle, _ = in_cycle(request, public_id, "bureau_registration")
    rows = [
        (r.name, r.seats, r.total, r.sent_back, r.admitted, r.confirmed, r.registered, r.full_time, r.part_time)
        for r in school_progress(cycle)
    ]
    return table_file("xlsx", f"{cycle.title}注册情况", TITLES, rows, "注册情况")
