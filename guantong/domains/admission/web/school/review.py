"""Files sent to the school (投档名单): the list, one file, admitting and sending back, downloads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guantong.base.webkit.pages import actor_of, for_desk, go, render
from guantong.domains.admission.actions.placements import ADMIT, Review, review_candidates
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Cycle, Placement, Round
from guantong.domains.admission.rules.states import DISPATCHED, PLACEMENT_STATES, ROUND_STAGES
from guantong.domains.admission.rules.states import REVIEW as REVIEW_STAGE
from guantong.domains.admission.selectors.access import access_placement_for
from guantong.domains.admission.selectors.channels import send_back_reasons
from guantong.domains.admission.selectors.queues import review_counts, review_queue
from guantong.domains.admission.selectors.school_files import (
    candidate_facts,
    candidate_marks,
    find_round_of_school,
    rounds_with_files,
    show_files,
)
from guantong.domains.admission.selectors.shown_facts import facts_proved
from guantong.domains.admission.web.forms import page_of, table_file
from guantong.domains.admission.web.school.choice import REVIEW, Standing, in_cycle
from guantong.kernel.refusal import Refusal

PAGE = 50
TITLES = ("考生号", "姓名", "身份证号（隐去中段）", "专业代码", "专业", "计划类别", "名额", "志愿序号", "总分", "位次",
          "状态", "退档理由", "依据", "审核人", "审核时间")  # fmt: skip


@require_safe
@for_desk("school")
def files(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Files of a round by state: waiting ones first, with what is left to do."""
    here, cycle, head = in_cycle(request, public_id, REVIEW, "school_files")
    return _files_page(request, here, cycle, head, None)


def _files_page(
    request: HttpRequest, here: Standing, cycle: Cycle, head: dict[str, object], refusal: Refusal | None
) -> HttpResponseBase:
    round_ = find_round_of_school(cycle, here.school_id, request.GET.get("round", "") or request.POST.get("round", ""))
    context: dict[str, Any] = {**head, "round": round_, "refusal": refusal}
    if round_ is not None:
        state = request.GET.get("state", "")
        state = state if state in PLACEMENT_STATES.labels else ""
        counts = review_counts(round_, here.school_id)
        page = page_of(request, review_queue(here.actor, round_, here.school_id, state=state), PAGE)
        context |= {
            "rounds": rounds_with_files(cycle, here.school_id),
            "round_stage": ROUND_STAGES.labels[round_.stage],
            "counts": [(key, label, counts.get(key, 0)) for key, label in PLACEMENT_STATES.labels.items()],
            "done": sum(n for key, n in counts.items() if key != DISPATCHED),
            "total": sum(counts.values()),
            "waiting": counts.get(DISPATCHED, 0),
            "state": state,
            "page": page,
            "rows": show_files(page.object_list),
            "may_review": round_.stage == REVIEW_STAGE,
        }
    status = refusal.status if refusal else 200
    return render(request, "admission/school_files.html", context, status=status, fragment="list")


@require_POST
@for_desk("school")
def admit(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Admit the ticked files, or all that wait; all or none."""
    here, cycle, head = in_cycle(request, public_id, REVIEW, "school_files")
    round_ = find_round_of_school(cycle, here.school_id, request.POST.get("round", ""))
    if round_ is None:
        raise errors.ROUND_UNKNOWN.refuse()
    rows = review_queue(here.actor, round_, here.school_id, state=DISPATCHED)
    if request.POST.get("what") != "all":
        rows = rows.filter(public_id__in=request.POST.getlist("file")[:PAGE])
    ids = list(rows.values_list("pk", flat=True))
    try:
        count = _admit(here, round_, ids)
    except Refusal as refusal:
        return _files_page(request, here, cycle, head, refusal)
    if count:
        messages.success(request, f"已录取 {count} 人，他们会收到通知。")
    else:
        messages.info(request, "没有选择等待审核的档案。")
    return go(request, here.link("school_files", public_id))


def _admit(here: Standing, round_: Round, ids: Sequence[int]) -> int:
    if not ids:
        return 0
    return review_candidates(
        actor=here.actor, round_=round_, school_id=here.school_id, reviews=[Review(pk, ADMIT) for pk in ids]
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("school")
def file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One file: who, what the candidate registered, marks with their grounds; admit, or send back with a reason."""
    row = _own(request, public_id)
    here, cycle, head = in_cycle(request, row.cycle.public_id, REVIEW, "school_files")
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            review_candidates(
                actor=here.actor, round_=row.round, school_id=row.plan.school_id, reviews=[_typed(request, row)]
            )
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"考生 {row.candidate.number} 的审核结论已保存。")
            return go(request, _next_file(here, row))
    papers, applied = candidate_marks(row)
    reasons = send_back_reasons(cycle)
    context = {
        **head,
        "file": show_files([row])[0],
        "facts": candidate_facts(row),
        "proved": facts_proved(row.candidate),
        "papers": papers,
        "applied": applied,
        "reasons": list(reasons.values()),
        "typed": {"reason_id": request.POST.get("reason_id", ""), "note": request.POST.get("note", "")},
        "may_review": row.round.stage == REVIEW_STAGE and row.state == DISPATCHED,
        "refusal": refusal,
    }
    return render(request, "admission/school_file.html", context, status=refusal.status if refusal else 200)


def _typed(request: HttpRequest, row: Placement) -> Review:
    return Review(
        row.pk,
        request.POST.get("decision", ""),
        reason_id=request.POST.get("reason_id", "")[:40],
        note=request.POST.get("note", "")[:200],
    )


def _next_file(here: Standing, row: Placement) -> str:
    """The next waiting file of the round, else the list."""
    waiting = review_queue(here.actor, row.round, row.plan.school_id, state=DISPATCHED).first()
    if waiting is not None:
        return here.link("school_file", waiting.public_id)
    return here.link("school_files", row.cycle.public_id)


def _own(request: HttpRequest, public_id: str) -> Placement:
    actor = actor_of(request)
    row = access_placement_for(actor, public_id)
    if row.plan.school_id not in actor.organisations(REVIEW):
        raise errors.PLACEMENT_UNKNOWN.refuse()
    return row


@require_safe
@for_desk("school")
def files_file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The list of a round as xlsx, in the state asked for or whole."""
    here, cycle, _ = in_cycle(request, public_id, REVIEW, "school_files")
    round_ = find_round_of_school(cycle, here.school_id, request.GET.get("round", ""))
    if round_ is None:
        raise errors.ROUND_UNKNOWN.refuse()
    state = request.GET.get("state", "")
    label = PLACEMENT_STATES.labels.get(state, "投档")
    found = review_queue(here.actor, round_, here.school_id, state=state if state in PLACEMENT_STATES.labels else "")
    rows = (
        (
            one.placement.candidate.number, one.placement.candidate.person.name,
            one.placement.candidate.person.id_masked, one.place.programme_code, one.place.programme_name,
            one.place.kind_title, one.slice_title, one.placement.ordinal, one.total, one.rank, one.state_label,
            one.placement.reason, one.placement.basis, one.placement.reviewed_by, one.placement.reviewed_at,
        )
        for one in show_files(found)
    )  # fmt: skip
    return table_file("xlsx", f"{here.school_name}{cycle.title}{label}名单", TITLES, rows, f"{label}名单")
