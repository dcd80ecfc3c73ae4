"""Finding schools and programmes, one place with everything about it, one school with its prospectus and charter."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from guantong.base.webkit.pages import actor_of, download, render
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.selectors.access import access_plan_for, get_cycle
from guantong.domains.admission.selectors.filings import agreed_advertisements
from guantong.domains.admission.selectors.queues import filed_prospectus
from guantong.domains.admission.selectors.search import Filters, describe, filter_choices, search_places
from guantong.domains.admission.selectors.visitor_cycles import show_cycle
from guantong.domains.admission.selectors.visitor_places import get_school, history_of, plan_rows
from guantong.domains.admission.selectors.visitor_rules import KINDS, requirements_of
from guantong.domains.admission.web.forms import fee_words, filters_of, page_of, table_file, typed_filters

PAGE = 20
PLAN_TITLES = (
    "计划编号", "批次", "学校代码", "学校", "专业组", "专业组名称", "专业代码", "专业", "专业大类", "层次", "计划类别",
    "计划数", "每学年学费（元）", "学制（年）", "办学地点", "学习形式", "报考条件", "备注",
)  # fmt: skip


@require_safe
def search(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Schools and programmes by words in either script and by filters; results alone for htmx."""
    cycle = get_cycle(public_id)
    typed = typed_filters(request)
    page = page_of(request, search_places(cycle, filters_of(typed)), PAGE)
    context = {
        "cycle": cycle,
        "typed": typed,
        "choices": filter_choices(cycle),
        "page": page,
        "found": describe(page.object_list),
        "fee": fee_words,
    }
    return render(request, "admission/search.html", context, fragment="results")


@require_safe
def plans_file(request: HttpRequest, public_id: str, kind: str) -> HttpResponseBase:
    """Every approved plan that the filters take, as CSV or xlsx."""
    cycle = get_cycle(public_id)
    rows = search_places(cycle, filters_of(typed_filters(request)))
    return table_file(kind, f"{cycle.title}招生计划", PLAN_TITLES, plan_rows(rows), "招生计划")


@require_safe
def place(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One place: seats, fee, conditions and lines with their clauses, prospectus, last cut-offs."""
    plan = access_plan_for(actor_of(request), public_id)
    found = describe([plan])[0]
    context = {
        "plan": plan,
        "cycle": plan.cycle,
        "found": found,
        "place": found.place,
        "requirements": requirements_of(plan),
        "kinds": KINDS,
        "prospectus": filed_prospectus(plan.cycle, plan.school_id),
        "history": history_of(plan),
        "others": describe(search_places(plan.cycle, Filters(school_id=plan.school_id))[:40]),
        "fee": fee_words,
    }
    return render(request, "admission/place.html", context)


@require_safe
def school(request: HttpRequest, public_id: str, school_id: str) -> HttpResponseBase:
    """One school in a cycle: the filed prospectus with its items, the charter, every place."""
    cycle = get_cycle(public_id)
    found = get_school(cycle, school_id)
    page = page_of(request, search_places(cycle, Filters(school_id=found.id)), PAGE)
    context = {
        "cycle": cycle,
        "shown": show_cycle(cycle),
        "school": found,
        "prospectus": filed_prospectus(cycle, found.id),
        "advertisements": agreed_advertisements(found.id),
        "page": page,
        "found": describe(page.object_list),
        "fee": fee_words,
    }
    return render(request, "admission/school.html", context)


@require_safe
def prospectus_file(request: HttpRequest, public_id: str, school_id: str) -> HttpResponseBase:
    """A school's filed prospectus and charter as text, word by word."""
    cycle = get_cycle(public_id)
    found = get_school(cycle, school_id)
    row = filed_prospectus(cycle, found.id)
    if row is None:
        raise errors.PLAN_UNKNOWN.refuse()
    parts = [f"{found.name}\n{cycle.title}招生简章", *(f"{title}\n{text}" for title, text in row.items.items())]
    parts += [f"招生监督电话\n{row.telephone}", *([f"招生章程\n{row.charter}"] if row.charter else [])]
    body = "\ufeff" + "\n\n".join(parts) + "\n"
    return download(body.encode(), f"{found.name}{cycle.year}年招生简章和章程.txt", "text/plain; charset=utf-8")
