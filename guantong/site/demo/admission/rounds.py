"""One round from its closing to its end: runs, publication, review at the schools, answers of candidates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from guantong.domains.admission.actions.computing import carry_out
from guantong.domains.admission.actions.placements import (
    ADMIT,
    SEND_BACK,
    Review,
    confirm_place,
    decline_place,
    review_candidates,
)
from guantong.domains.admission.actions.rounds import close_round, end_confirmation, end_review
from guantong.domains.admission.actions.runs import publish_run, start_run
from guantong.domains.admission.models import Placement, Round, Run
from guantong.kernel import clock
from guantong.site.demo.admission.ground import Ground
from guantong.site.demo.admission.offers import school_actor

NOTES = {
    "health": "体检表写明专业受限，与这个专业的要求不符。",
    "facts_differ": "报名时填写的户籍类别与户口簿不一致。",
    "not_qualified": "没有提供招生章程要求的材料。",
    "agreement_missing": "到期没有交来签字的协议。",
}
"""Reason of the region's list → what the school adds."""
DECLINED = ("已决定就业。", "准备明年再考。", "家庭原因，暂不入学。", "")


def renew(round_: Round) -> Round:
    """The round as it stands."""
    return Round.objects.select_related("cycle").get(pk=round_.pk)


def mock_run(ground: Ground, round_: Round, moment: datetime) -> Run:
    """A look at what the lists of then would give."""
    with clock.frozen_at(moment):
        return carry_out(run=start_run(actor=ground.chen, round_=round_, purpose="mock"))


def run_and_publish(ground: Ground, round_: Round, published: datetime) -> Run:
    """Close at the hour, compute and seal two hours before publication."""
    with clock.frozen_at(round_.closes_at + timedelta(minutes=5)):
        closed = close_round(actor=ground.chen, round_=round_)
    with clock.frozen_at(published - timedelta(hours=2)):
        run = carry_out(run=start_run(actor=ground.he, round_=closed))
    with clock.frozen_at(published):
        return publish_run(actor=ground.he, run=run)


def files(round_: Round, state: str) -> list[Placement]:
    """Placements of a round in a state, in order."""
    rows = Placement.objects.filter(round=round_, state=state).select_related("plan", "candidate__person")
    return list(rows.order_by("plan__school_id", "pk"))


def review(ground: Ground, round_: Round, moment: datetime, *, share: float, only: Iterable[int] | None = None) -> int:
    """Every school (or ``only`` these) decides on its files; about ``share`` of them go back. Returns how many."""
    by_school: dict[int, list[Review]] = {}
    sent_back = 0
    for row in files(round_, "dispatched"):
        reason = ""
        if ground.random.random() < share and row.candidate.person_id not in ground.cards.values():
            fit = row.candidate.attributes.get("health", "合格") == "合格"
            reason = ground.random.choice(("facts_differ", "not_qualified")) if fit else "health"
            if row.plan.kind in {"targeted", "sponsored"}:
                reason = "agreement_missing"
            sent_back += 1
        decision = SEND_BACK if reason else ADMIT
        by_school.setdefault(row.plan.school_id, []).append(Review(row.pk, decision, reason, NOTES.get(reason, "")))
    with clock.frozen_at(moment):
        for school, reviews in by_school.items():
            if only is None or school in only:
                review_candidates(actor=school_actor(ground, school), round_=round_, school_id=school, reviews=reviews)
    return sent_back


def answer(ground: Ground, round_: Round, moment: datetime, *, confirmed: int, declined: int) -> None:
    """Some candidates confirm by themselves, some give their place up; candidates of the cards always confirm."""
    rows = files(round_, "admitted")
    own = [row for row in rows if row.person_id in ground.cards.values()]
    others = [row for row in rows if row.person_id not in ground.cards.values()]
    chosen = ground.random.sample(others, min(len(others), confirmed + declined))
    with clock.frozen_at(moment):
        for number, row in enumerate([*own, *chosen]):
            person = ground.person(row.person_id, row.candidate.person.name)
            if number < len(own) + confirmed:
                confirm_place(actor=person, round_=round_)
            else:
                decline_place(actor=person, round_=round_, reason=ground.random.choice(DECLINED))


def finish(ground: Ground, round_: Round, published: datetime, *, share: float, confirmed: int, declined: int) -> Round:
    """From review to the end of the round; who gave no answer is taken as confirmed."""
    review(ground, round_, published + timedelta(days=1), share=share)
    with clock.frozen_at(published + timedelta(days=2)):
        end_review(actor=ground.chen, round_=round_)
    answer(ground, round_, published + timedelta(days=3), confirmed=confirmed, declined=declined)
    with clock.frozen_at(published + timedelta(days=4)):
        return end_confirmation(actor=ground.chen, round_=round_, unanswered="confirm")
