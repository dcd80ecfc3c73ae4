"""Registration of confirmed candidates as students, full time and part time apart; the figures against the plan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from guantong.base.webkit.pages import for_desk, go, render
from guantong.domains.admission.actions.placements import Registration, register_students
from guantong.domains.admission.actions.registrations import file_registration
from guantong.domains.admission.models import Placement
from guantong.domains.admission.models.filings import FILING_STATES
from guantong.domains.admission.models.plans import MODES
from guantong.domains.admission.rules.states import CONFIRMED, REGISTERED, why_not_now
from guantong.domains.admission.selectors.channels import cycle_law
from guantong.domains.admission.selectors.filings import latest_case_of
from guantong.domains.admission.selectors.queues import to_register
from guantong.domains.admission.selectors.registering import list_filings, needs_case, why_not_school
from guantong.domains.admission.selectors.school_figures import place_figures
from guantong.domains.admission.selectors.school_files import show_files
from guantong.domains.admission.web.forms import page_of, table_file
from guantong.domains.admission.web.school.choice import PLAN, REVIEW, Standing, in_cycle
from guantong.kernel.refusal import Refusal, Where

PAGE = 30
TITLES = ("考生号", "姓名", "身份证号（隐去中段）", "专业代码", "专业", "学习形式", "状态", "注册日期")
FIGURE_TITLES = ("专业代码", "专业", "批次", "计划类别", "计划数", "投档", "待审核", "退档", "录取", "确认", "放弃",
                 "注册", "缺额", "最低分", "最低位次")  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("school")
def registration(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Confirmed candidates with a number, a mode and what both checks found; those registered below."""
    here, cycle, head = in_cycle(request, public_id, REVIEW, "school_registration")
    refusal: Refusal | None = None
    is_case = needs_case(cycle, here.school_id)
    if request.method == "POST":
        rows = to_register(here.actor, cycle, here.school_id).filter(
            state=CONFIRMED, public_id__in=request.POST.getlist("file")[:PAGE]
        )
        try:
            typed = [_typed(request, row) for row in rows]
            if is_case:
                filed = file_registration(actor=here.actor, cycle=cycle, school_id=here.school_id, registrations=typed)
                count = sum(len(one.entries) for one in filed)
            else:
                count = (
                    len(register_students(actor=here.actor, school_id=here.school_id, registrations=typed))
                    if typed
                    else 0
                )
        except Refusal as found:
            refusal = found
        else:
            say = messages.success if count else messages.info
            done = (
                f"已报送 {count} 人，主管部门网上审核、实地核查以后注册。"
                if is_case
                else f"已注册 {count} 人，学籍和学习账户已建立。"
            )
            say(request, done if count else "没有选择要注册的考生。")
            return go(request, here.link("school_registration", public_id))
    every = to_register(here.actor, cycle, here.school_id)
    page = page_of(request, every.filter(state=CONFIRMED), PAGE)
    context: dict[str, Any] = {
        **head,
        "page": page,
        "rows": show_files(page.object_list),
        "done": show_files(every.filter(state=REGISTERED)[:PAGE]),
        "done_count": every.filter(state=REGISTERED).count(),
        "modes": MODES,
        "typed": request.POST,
        "not_now": why_not_now("register_student", cycle.stage),
        "obstacles": why_not_school(cycle, here.school_id),
        "checks": cycle_law(cycle).find("admission.registration_checks"),
        "is_case": is_case,
        "filings": [(one, latest_case_of(one)) for one in list_filings(cycle, here.school_id)],
        "filed": {
            entry["placement"]
            for one in list_filings(cycle, here.school_id)
            if one.state == "opened"
            for entry in one.entries
        },
        "filing_states": dict(FILING_STATES),
        "why_case": cycle_law(cycle).find("admission.registration_case_schools") if is_case else None,
        "apart": cycle_law(cycle).find("admission.modes_apart"),
        "refusal": refusal,
    }
    return render(request, "admission/school_registration.html", context, status=refusal.status if refusal else 200)


def _typed(request: HttpRequest, row: Placement) -> Registration:
    post, key = request.POST, row.public_id
    return Registration(
        placement_id=row.pk,
        student_number=post.get(f"number-{key}", "").strip()[:32],
        mode=post.get(f"mode-{key}", "")[:20],
        online_review=post.get("online_review", "").strip()[:80],
        site_check=post.get("site_check", "").strip()[:80],
        department=post.get("department", "").strip()[:60],
        where=Where(title=f"考生 {row.candidate.number}"),
    )


@require_safe
@for_desk("school")
def registration_file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Confirmed and registered candidates as xlsx."""
    here, cycle, _ = in_cycle(request, public_id, REVIEW, "school_registration")
    found = to_register(here.actor, cycle, here.school_id)
    rows = (
        (
            one.placement.candidate.number, one.placement.candidate.person.name,
            one.placement.candidate.person.id_masked, one.place.programme_code, one.place.programme_name,
            one.place.mode_title, one.state_label, one.placement.registered_on,
        )
        for one in show_files(found)
    )  # fmt: skip
    return table_file("xlsx", f"{here.school_name}{cycle.title}注册名单", TITLES, rows, "注册名单")


@require_safe
@for_desk("school")
def figures(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Every place from plan to registration."""
    here, cycle, head = in_cycle(request, public_id, PLAN, "school_figures")
    rows = place_figures(cycle, here.school_id)
    names = ("seats", "filed", "sent_back", "admitted", "confirmed", "registered", "left")
    totals = {name: sum(getattr(row, name) for row in rows) for name in names}
    return render(request, "admission/school_figures.html", {**head, "rows": rows, "totals": totals})


@require_safe
@for_desk("school")
def figures_file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The same as xlsx."""
    here, cycle, _ = in_cycle(request, public_id, PLAN, "school_figures")
    return table_file(
        "xlsx", f"{here.school_name}{cycle.title}完成情况", FIGURE_TITLES, _figure_rows(here, cycle), "完成情况"
    )


def _figure_rows(here: Standing, cycle: Any) -> list[tuple[object, ...]]:
    return [
        (
            r.place.programme_code, r.place.programme_name, r.place.batch_title, r.place.kind_title, r.seats, r.filed,
            r.waiting, r.sent_back, r.admitted, r.confirmed, r.declined, r.registered, r.left, r.lowest_total,
            r.lowest_rank,
        )
        for r in place_figures(cycle, here.school_id)
    ]  # fmt: skip
