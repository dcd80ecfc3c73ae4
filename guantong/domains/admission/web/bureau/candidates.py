"""Candidates and scores: rosters and marks by sheet, ranks, the one-point-one-rank table, withdrawing somebody."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guantong.base.accounts.actor import Actor
from guantong.base.sheets.pages import SheetPages
from guantong.base.webkit.pages import actor_of, for_desk, go, render
from guantong.domains.admission.actions.candidates import withdraw_candidate
from guantong.domains.admission.actions.scores import rank_candidates
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Candidate, Cycle
from guantong.domains.admission.rules.states import CANDIDATE_STATES, why_not_now
from guantong.domains.admission.selectors.access import access_candidate_for
from guantong.domains.admission.selectors.bureau_desk import candidate_counts, search_candidates
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.facts import facts_of
from guantong.domains.admission.selectors.gates import may_manage
from guantong.domains.admission.selectors.published import rank_table_of
from guantong.domains.admission.selectors.school_files import show_total
from guantong.domains.admission.selectors.shown_facts import count_waiting, facts_proved
from guantong.domains.admission.web.bureau.choice import MANAGE, head_of, in_cycle
from guantong.domains.admission.web.forms import page_of, table_file
from guantong.kernel.refusal import Refusal

PAGE = 40
_SHEETS: dict[str, Any] = {
    "key_name": "cycle",
    "desk": "bureau",
    "namespace": "admission",
    "crumbs": (("招生录取", "/bureau/admission/"),),
    "done_text": "查看招生录取",
    "done_url": "/bureau/admission/",
}
ROSTER = SheetPages(
    kind="admission_candidates",
    name="bureau_roster",
    lead="导入考生名册：一行一名考生，全部没有问题才登记。一个身份证号在一个年度只报名一次。",
    **_SHEETS,
)
SCORES = SheetPages(
    kind="admission_scores",
    name="bureau_scores",
    lead="导入成绩：按考生号对应，全部没有问题才录入。总分、免考和加分按办法自动计算，每一步写明依据。",
    **_SHEETS,
)
TITLES = ("考生号", "姓名", "身份证号（隐去中段）", "状态", "总分", "位次", "同位次人数", "报名时间")


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def candidates(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """How far candidates and scores are; find one by number or name (posted, so that no name stands in an address)."""
    actor, cycle, head = in_cycle(request, public_id, "bureau_candidates")
    return _page(request, actor, cycle, head, None)


def _page(
    request: HttpRequest, actor: Actor, cycle: Cycle, head: dict[str, Any], refusal: Refusal | None
) -> HttpResponseBase:
    words = request.POST.get("q", "").strip()[:60]
    page = page_of(request, search_candidates(actor, cycle, words), PAGE)
    context = {
        **head,
        "counts": candidate_counts(cycle),
        "q": words,
        "page": page,
        "rows": [(c, CANDIDATE_STATES.labels[c.state], *_score_of(c)) for c in page],
        "table": rank_table_of(cycle)[:20],
        "has_papers": bool(channel_of(cycle).papers),
        "not_register": why_not_now("register_candidates", cycle.stage),
        "not_rank": why_not_now("rank_candidates", cycle.stage),
        "waiting_facts": count_waiting(cycle),
        "refusal": refusal,
    }
    return render(
        request, "admission/bureau_candidates.html", context, status=refusal.status if refusal else 200, fragment="list"
    )


def _score_of(candidate: Candidate) -> tuple[str, int | None, int | None]:
    score = getattr(candidate, "score", None)
    if score is None:
        return "", None, None
    return show_total(score.total_thousandths), score.rank, score.rank_ties


@require_POST
@for_desk("bureau")
def rank(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Rank everybody; refused with who has no score."""
    actor, cycle, head = in_cycle(request, public_id, "bureau_candidates")
    try:
        count = rank_candidates(actor=actor, cycle=cycle)
    except Refusal as refusal:
        return _page(request, actor, cycle, head, refusal)
    messages.success(request, f"已为 {count:,} 名考生排位次，一分一段表已更新。")
    return go(request, "admission:bureau_candidates", public_id)


@require_safe
@for_desk("bureau")
def candidates_file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Everybody with total and rank as xlsx."""
    actor, cycle, _ = in_cycle(request, public_id, "bureau_candidates")
    rows = (
        (
            c.number, c.person.name, c.person.id_masked, CANDIDATE_STATES.labels[c.state], *_score_of(c),
            c.registered_at,
        )
        for c in search_candidates(actor, cycle, "").iterator(chunk_size=2000)
    )  # fmt: skip
    return table_file("xlsx", f"{cycle.title}考生", TITLES, rows, "考生")


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk("bureau")
def candidate(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One candidate: facts, marks with their grounds; withdraw the registration with a reason."""
    actor = actor_of(request)
    row = access_candidate_for(actor, public_id)
    if not may_manage(actor, row.cycle, MANAGE):
        raise errors.CANDIDATE_UNKNOWN.refuse()
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            withdraw_candidate(actor=actor, candidate=row, reason=request.POST.get("reason", ""))
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"考生 {row.number} 的报名已撤回。")
            return go(request, reverse("admission:bureau_candidates", args=[row.cycle.public_id]))
    channel = channel_of(row.cycle)
    facts, score = facts_of(channel, row), getattr(row, "score", None)
    context = {
        **head_of(actor, row.cycle, "bureau_candidates"),
        "candidate": row,
        "state": CANDIDATE_STATES.labels[row.state],
        "facts": [(a.title, _words(facts.get(a.id))) for a in channel.attributes if facts.get(a.id) is not None],
        "proved": facts_proved(row),
        "papers": [(p.title, score.papers.get(p.id, "—")) for p in channel.papers] if score is not None else [],
        "applied": list(score.applied) if score is not None else [],
        "total": show_total(score.total_thousandths) if score is not None else "",
        "score": score,
        "may_withdraw": row.state == "registered" and why_not_now("withdraw_candidate", row.cycle.stage) is None,
        "refusal": refusal,
    }
    return render(request, "admission/bureau_candidate.html", context, status=refusal.status if refusal else 200)


def _words(cell: object) -> str:
    return ("是" if cell else "否") if isinstance(cell, bool) else str(cell)
