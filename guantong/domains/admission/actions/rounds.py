"""Rounds of a batch: set up, opened, closed at their hour, moved on; supplementary rounds with their vacancies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.webkit.shows import show_moment
from guantong.domains.admission.actions.cycles import follow_round
from guantong.domains.admission.actions.locks import lock
from guantong.domains.admission.actions.placements import lapse_unanswered, undecided
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Cycle, IntakePlan, Placement, PreferenceList, Round
from guantong.domains.admission.rules.states import (
    ADMITTED,
    ALLOCATION,
    APPROVED,
    CHOICES,
    CLOSED,
    CONFIRMATION,
    LOCKED,
    PLANS,
    REGISTRATION,
    REVIEW,
    ROUND_STAGES,
    why_not_move,
    why_not_now,
)
from guantong.domains.admission.selectors.channels import channel_of, cycle_law, floor_of
from guantong.domains.admission.selectors.gates import require_bureau, school_names
from guantong.domains.admission.selectors.qualification import closures, why_not_qualified
from guantong.domains.admission.selectors.vacancies import vacancies_of
from guantong.kernel import clock
from guantong.kernel.digest import digest_of
from guantong.kernel.refusal import Refusal
from guantong.kernel.tokens import public_id


def open_round(*, actor: Actor, cycle: Cycle, batch: str, opens_at: datetime, closes_at: datetime) -> Round:
    """Set up the main round of a batch: lists are filled from ``opens_at`` until ``closes_at`` (exclusive). The cycle
    follows to ``choices``.

    Refuses ADM-031 (no such batch), ADM-091 (times), ADM-092 (set up already), ADM-093 (no approved plans), ADM-094 (an
    earlier batch has not published), ADM-018 and ADM-095 as ``move_cycle`` does.
    """
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        authority = require_bureau(actor, "admission.manage", row_cycle.region)
        batches = {b.id: b for b in channel_of(row_cycle).batches}
        if batch not in batches:
            raise errors.BATCH_UNKNOWN.refuse(batch=batch, known="、".join(b.title for b in batches.values()))
        title = batches[batch].title
        _require_times(opens_at, closes_at)
        if Round.objects.filter(cycle=row_cycle, batch=batch).exists():
            raise errors.ROUND_EXISTS.refuse(batch=title, number=1)
        if row_cycle.stage == PLANS:
            problem = why_not_now("save_list", row_cycle.stage)
            raise Refusal([problem] if problem is not None else [], status=409)
        if not IntakePlan.objects.filter(cycle=row_cycle, batch=batch, state=APPROVED).exists():
            raise errors.NO_PLANS.refuse(batch=title)
        earlier = list(batches)[: list(batches).index(batch)]
        waiting = Round.objects.filter(cycle=row_cycle, batch__in=earlier, stage__in=["planned", CHOICES, ALLOCATION])
        if (first := waiting.first()) is not None:
            raise errors.EARLIER_ROUND_OPEN.refuse(batch=batches[first.batch].title, number=first.number)
        follow_round(actor=actor, cycle=row_cycle, to=CHOICES)
        return _create(actor, authority, row_cycle, batch, 1, opens_at, closes_at, {}, {})


def _require_times(opens_at: datetime, closes_at: datetime) -> None:
    if closes_at <= opens_at or closes_at <= clock.now():
        raise errors.ROUND_TIMES.refuse(
            opens=show_moment(opens_at),
            closes=show_moment(closes_at),
        )


def _create(
    actor: Actor,
    authority: int | None,
    cycle: Cycle,
    batch: str,
    number: int,
    opens_at: datetime,
    closes_at: datetime,
    floor: dict[str, Any],
    vacancies: dict[str, int],
) -> Round:
    try:
        with transaction.atomic():
            round_ = Round.objects.create(
                public_id=public_id(),
                cycle=cycle,
                batch=batch,
                number=number,
                stage=CHOICES,
                opens_at=opens_at,
                closes_at=closes_at,
                floor=floor,
                vacancies=vacancies,
                created_at=clock.now(),
            )
    except IntegrityError:
        raise errors.ROUND_EXISTS.refuse(batch=batch, number=number) from None
    record(
        actor=actor,
        action="open_round" if number == 1 else "open_supplementary",
        subject=("admission.round", round_.public_id),
        region=cycle.region,
        organisation_id=authority,
        law_version=cycle.law_version,
        facts={
            "batch": batch,
            "number": number,
            "opens_at": opens_at.isoformat(),
            "closes_at": closes_at.isoformat(),
            "floor": floor,
            "vacancies": sum(vacancies.values()),
        },
    )
    return round_


def change_times(*, actor: Actor, round_: Round, opens_at: datetime, closes_at: datetime, reason: str) -> Round:
    """Move the hours of a round that is still open, with a reason that is kept (ADM-035)."""
    with transaction.atomic():
        row = lock(Round, round_.pk)
        authority = require_bureau(actor, "admission.manage", row.cycle.region)
        if (problem := why_not_now("save_list", row.stage)) is not None:
            raise Refusal([problem], status=409)
        _require_times(opens_at, closes_at)
        if not reason.strip():
            raise errors.REASON_NEEDED.refuse()
        if (row.opens_at, row.closes_at) == (opens_at, closes_at):
            return row
        row.opens_at, row.closes_at = opens_at, closes_at
        row.save(update_fields=["opens_at", "closes_at"])
        record(
            actor=actor,
            action="change_times",
            subject=("admission.round", row.public_id),
            region=row.cycle.region,
            organisation_id=authority,
            law_version=row.cycle.law_version,
            reason=reason,
            facts={"opens_at": opens_at.isoformat(), "closes_at": closes_at.isoformat()},
        )
    return row


def close_round(*, actor: Actor, round_: Round) -> Round:
    """End the filling of lists, at or after its hour (ADM-090): what is not locked does not count. The digest over all
    locked lists is kept and published. Again: nothing happens."""
    with transaction.atomic():
        cycle = lock(Cycle, round_.cycle_id)
        row = lock(Round, round_.pk)
        authority = require_bureau(actor, "admission.manage", cycle.region)
        if row.closed_at is not None:
            return row
        _require_move(row, ALLOCATION)
        if clock.now() < row.closes_at:
            raise errors.CLOSING_TOO_EARLY.refuse(closes=show_moment(row.closes_at))
        row.locked_digest = lists_digest(row)
        row.stage, row.closed_at = ALLOCATION, clock.now()
        row.save(update_fields=["stage", "closed_at", "locked_digest"])
        follow_round(actor=actor, cycle=cycle, to=ALLOCATION)
        locked = PreferenceList.objects.filter(round=row, state=LOCKED).count()
        record(
            actor=actor,
            action="close_round",
            subject=("admission.round", row.public_id),
            region=cycle.region,
            organisation_id=authority,
            law_version=cycle.law_version,
            facts={"locked": locked, "digest": row.locked_digest},
        )
    return row


def lists_digest(round_: Round) -> str:
    """SHA-256 over the digests of all locked lists, in order."""
    found = PreferenceList.objects.filter(round=round_, state=LOCKED).values_list("digest", flat=True)
    return digest_of(sorted(found))


def end_review(*, actor: Actor, round_: Round) -> Round:
    """After every school has decided on every file (ADM-123): candidates may confirm. Again: nothing happens."""
    with transaction.atomic():
        cycle = lock(Cycle, round_.cycle_id)
        row = lock(Round, round_.pk)
        authority = require_bureau(actor, "admission.manage", cycle.region)
        if row.stage == CONFIRMATION:
            return row
        _require_move(row, CONFIRMATION)
        waiting = undecided(row)
        if waiting:
            names = school_names(school for school, _ in waiting[:5])
            raise errors.REVIEW_WAITING.refuse(
                count=sum(n for _, n in waiting), schools="、".join(sorted(names.values()))
            )
        row.stage = CONFIRMATION
        row.save(update_fields=["stage"])
        follow_round(actor=actor, cycle=cycle, to=CONFIRMATION)
        _record_move(actor, authority, row, "end_review", {})
    return row


def end_confirmation(*, actor: Actor, round_: Round, unanswered: str = "") -> Round:
    """End the confirmation and the round. ``unanswered``: ``confirm`` or ``withdraw`` those who gave no answer; ADM-124
    when there are some and nothing was said, ADM-036 when somebody would confirm a place at a school stopped from
    taking students. Again: nothing happens."""
    with transaction.atomic():
        cycle = lock(Cycle, round_.cycle_id)
        row = lock(Round, round_.pk)
        authority = require_bureau(actor, "admission.manage", cycle.region)
        if row.stage == CLOSED:
            return row
        _require_move(row, CLOSED)
        waiting = Placement.objects.filter(round=row, state=ADMITTED).count()
        if waiting and unanswered not in {"confirm", "withdraw"}:
            raise errors.ANSWERS_WAITING.refuse(count=waiting)
        if waiting and unanswered == "confirm":
            _require_qualified(row)
        lapsed = lapse_unanswered(actor=actor, round_=row, as_confirmed=unanswered == "confirm")
        row.stage = CLOSED
        row.save(update_fields=["stage"])
        _record_move(actor, authority, row, "end_confirmation", {"unanswered": unanswered, "count": lapsed})
    return row


def _require_qualified(round_: Round) -> None:
    """Nobody is taken as having confirmed a place at a school stopped from taking students (ADM-036)."""
    waiting = Placement.objects.filter(round=round_, state=ADMITTED).order_by()
    problems = [
        problem
        for school_id in sorted(set(waiting.values_list("plan__school_id", flat=True)) & set(closures(round_.cycle)))
        for problem in why_not_qualified(round_.cycle, school_id)
    ]
    if problems:
        raise Refusal(problems, status=409)


def open_supplementary(*, actor: Actor, cycle: Cycle, batch: str, opens_at: datetime, closes_at: datetime) -> Round:
    """Open the next supplementary round of a batch for candidates without a place: its vacancies (seats minus living
    placements) and its floor are fixed and published with it.

    Refuses ADM-128 (not declared), ADM-126 (no more rounds allowed), ADM-094 (the round before is not done), ADM-127
    (nothing vacant), ADM-091, ADM-291.
    """
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        authority = require_bureau(actor, "admission.manage", row_cycle.region)
        channel = channel_of(row_cycle)
        batches = {b.id: b for b in channel.batches}
        if batch not in batches:
            raise errors.BATCH_UNKNOWN.refuse(batch=batch, known="、".join(b.title for b in batches.values()))
        declared = batches[batch]
        if declared.supplementary is None:
            raise errors.NOT_SUPPLEMENTED.refuse(batch=declared.title)
        if row_cycle.stage in {PLANS, REGISTRATION}:
            problem = why_not_now("open_supplementary", row_cycle.stage)
            raise Refusal([problem] if problem is not None else [], status=409)
        last = Round.objects.select_for_update().filter(cycle=row_cycle, batch=batch).order_by("-number").first()
        if last is None or last.stage not in {CONFIRMATION, CLOSED}:
            raise errors.EARLIER_ROUND_OPEN.refuse(batch=declared.title, number=last.number if last else 1)
        if last.number > declared.supplementary.rounds:
            answer = cycle_law(row_cycle).find("admission.supplementary_rounds")
            raise errors.SUPPLEMENTARY_MOST.refuse(
                most=declared.supplementary.rounds,
                done=last.number - 1,
                basis=answer.citation if answer is not None else declared.supplementary.ground.citation,
            )
        _require_times(opens_at, closes_at)
        vacancies = vacancies_of(row_cycle, batch)
        if not vacancies:
            raise errors.NO_VACANCIES.refuse(batch=declared.title)
        number = last.number + 1
        return _create(
            actor, authority, row_cycle, batch, number, opens_at, closes_at, floor_of(channel, batch), vacancies
        )


def enter_review(*, actor: Actor, cycle: Cycle, round_: Round) -> None:
    """After publication, with both rows locked: the schools' review begins."""
    round_.stage, round_.published_at = REVIEW, clock.now()
    round_.save(update_fields=["stage", "published_at"])
    follow_round(actor=actor, cycle=cycle, to=REVIEW)


def _require_move(row: Round, to: str) -> None:
    if (problem := why_not_move(ROUND_STAGES, row.stage, to)) is not None:
        raise Refusal([problem], status=409)


def _record_move(actor: Actor, authority: int | None, row: Round, action: str, facts: dict[str, Any]) -> None:
    record(
        actor=actor,
        action=action,
        subject=("admission.round", row.public_id),
        region=row.cycle.region,
        organisation_id=authority,
        law_version=row.cycle.law_version,
        facts=facts,
    )
