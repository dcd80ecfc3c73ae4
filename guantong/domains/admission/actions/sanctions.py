"""A school stopped from taking students in the middle of a year (A7), and the order lifted again.

An order reaches every channel of the year in its region and in those below it: the school leaves the list of the
qualified, nobody can choose its places or be placed there, no file is admitted, nobody confirms or is registered.
Students registered before stay.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.lawbook import law_on
from guantong.base.notices.public import send, send_many
from guantong.domains.admission.actions.locks import lock_many
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Cycle, Placement, Round, Sanction, SchoolLimit
from guantong.domains.admission.models.placements import LIVING
from guantong.domains.admission.rules.states import REGISTERED, WITHDRAWN
from guantong.domains.admission.selectors.gates import region_title, regions_below, require_bureau, school_name
from guantong.domains.admission.selectors.qualification import KINDS, find_sanction, reason_of
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal

CANCEL, KEEP = "cancel", "keep"


def impose_sanction(
    *, actor: Actor, cycle: Cycle, school_id: int, kind: str, document: str, reason: str, places: str = ""
) -> Sanction:
    """Stop a school from taking students in every channel of the cycle's year and region, and of the regions below it,
    from now on.

    ``kind`` is one of the region's ``admission.sanctions``; its clause is kept with the order. ``places`` says what
    becomes of candidates who are placed but not registered: ``cancel`` (they may enter the supplementary round) or
    ``keep`` (nothing moves while the order stands; the same order given again may cancel them). The same order again
    changes nothing else.

    Refuses ADM-010, ADM-167 (no such measure), ADM-168 (document or facts missing), ADM-169 (not on the list anyway),
    ADM-171 (placed candidates, and not said what becomes of them), ADM-172 (another order stands).
    """
    with transaction.atomic():
        rows, limits = _lock(cycle, school_id)
        authority = require_bureau(actor, "admission.manage", cycle.region)
        law = law_on(clock.today(), cycle.region)
        name = school_name(school_id)
        row = find_sanction(cycle.region, cycle.year, school_id)
        is_ours = row is not None and row.region == cycle.region
        if row is not None and not (is_ours and (row.kind, row.document) == (kind, document.strip()[:160])):
            raise errors.SANCTION_IN_FORCE.refuse(school=name, document=row.document)
        known = law.items(KINDS) if law.find(KINDS) is not None else ()
        if problems := _why_not_words(kind, known, document, reason):
            raise Refusal(problems)
        is_new = row is None
        if row is None:
            stopped_below = _reasons_below(cycle, school_id)
            if not any(limit.is_qualified or limit.reason in stopped_below for limit in limits):
                raise errors.SANCTION_NOTHING.refuse(school=name)
            row = Sanction(region=cycle.region, year=cycle.year, school_id=school_id, kind=kind)
            row.clause = "、".join(citation.sentence() for citation in law.answer(KINDS).citations)[:300]
            row.document, row.reason = document.strip()[:160], reason.strip()[:200]
            row.imposed_by, row.imposed_at = actor.label, clock.now()
        placed = [one for one in rows if one.state != REGISTERED]
        if placed and places not in {CANCEL, KEEP}:
            raise errors.SANCTION_PLACES.refuse(school=name, count=len(placed))
        if not is_new and not (placed and places == CANCEL):
            return row
        if places == CANCEL:
            _cancel(placed, row, name)
            row.cancelled += len(placed)
        row.save()
        for limit in limits:
            if limit.is_qualified:
                limit.is_qualified, limit.reason = False, reason_of(row)
                limit.save(update_fields=["is_qualified", "reason"])
        record(
            actor=actor,
            action="impose_sanction",
            subject=("admission.sanction", str(row.pk)),
            region=cycle.region,
            organisation_id=school_id,
            law_version=law.version,
            reason=row.reason,
            facts={
                "year": row.year,
                "kind": row.kind,
                "clause": row.clause,
                "document": row.document,
                "by": authority,
                "cancelled": len(placed) if places == CANCEL else 0,
                "kept": len(placed) if places == KEEP else 0,
            },
        )
        if is_new:
            text = f"{name}今年停止招生：{reason_of(row)}。依据：{row.clause}。不服的，可以依法申请行政复议。"
            send(text=text, link="/school/admission/", to_role=("registrar", school_id))
    return row


def lift_sanction(*, actor: Actor, cycle: Cycle, school_id: int, document: str, reason: str) -> Sanction:
    """End the order that stands against a school: it is back on the list from now on, except where another order
    reaches. What was cancelled stays so. An order is lifted by the region that gave it.

    Refuses ADM-010 (also an order from above), ADM-168, ADM-173 (no order stands).
    """
    with transaction.atomic():
        _, limits = _lock(cycle, school_id)
        authority = require_bureau(actor, "admission.manage", cycle.region)
        row = find_sanction(cycle.region, cycle.year, school_id)
        if row is None:
            raise errors.SANCTION_NONE.refuse(school=school_name(school_id))
        if row.region != cycle.region:
            raise errors.SANCTION_FROM_ABOVE.refuse(
                school=school_name(school_id), document=row.document, region=region_title(row.region)
            )
        for what, given in (("解除的文件", document), ("解除的理由", reason)):
            if not given.strip():
                raise errors.SANCTION_WORDS.refuse(what=what)
        row.ended_at, row.ended_by = clock.now(), actor.label
        row.ended_document, row.ended_reason = document.strip()[:160], reason.strip()[:200]
        row.save()
        said = reason_of(row)
        for limit in limits:
            if not limit.is_qualified and limit.reason == said:
                other = find_sanction(limit.cycle.region, row.year, school_id)
                limit.is_qualified, limit.reason = other is None, "" if other is None else reason_of(other)
                limit.save(update_fields=["is_qualified", "reason"])
        record(
            actor=actor,
            action="lift_sanction",
            subject=("admission.sanction", str(row.pk)),
            region=cycle.region,
            organisation_id=school_id,
            law_version=law_on(clock.today(), cycle.region).version,
            reason=row.ended_reason,
            facts={"year": row.year, "document": row.ended_document, "by": authority},
        )
        text = f"{school_name(school_id)}停止招生的处理已经解除：{row.ended_reason}（{row.ended_document}）"
        send(text=text, link="/school/admission/", to_role=("registrar", school_id))
    return row


def _lock(cycle: Cycle, school_id: int) -> tuple[list[Placement], list[SchoolLimit]]:
    """Every cycle of the year in the region and below it, their rounds and the school's living placements, locked in
    this order, so that nobody chooses, admits, confirms or registers meanwhile; and the school's approved sizes."""
    ids = Cycle.objects.filter(region__in=regions_below(cycle.region), year=cycle.year).values_list("pk", flat=True)
    cycles = lock_many(Cycle, ids)
    lock_many(Round, Round.objects.filter(cycle_id__in=list(cycles)).values_list("pk", flat=True))
    living = Placement.objects.filter(cycle_id__in=list(cycles), plan__school_id=school_id, state__in=LIVING)
    rows = list(lock_many(Placement, living.values_list("pk", flat=True)).values())
    held = SchoolLimit.objects.filter(cycle_id__in=list(cycles), school_id=school_id).values_list("pk", flat=True)
    limits = list(lock_many(SchoolLimit, held).values())
    for limit in limits:
        limit.cycle = cycles[limit.cycle_id]
    return [row for row in rows if row.state in LIVING], limits


def _reasons_below(cycle: Cycle, school_id: int) -> frozenset[str]:
    """What limits say of orders that stand in regions below: such a school may still be stopped from above."""
    rows = Sanction.objects.filter(
        region__in=regions_below(cycle.region), year=cycle.year, school_id=school_id, ended_at__isnull=True
    )
    return frozenset(reason_of(row) for row in rows)


def _why_not_words(kind: str, known: Sequence[str], document: str, reason: str) -> list[Problem]:
    problems: list[Problem] = []
    if kind not in known:
        words = "、".join(known) or "（没有规定）"
        problems.append(errors.SANCTION_KIND.problem(given=kind[:40] or "（没有选择）", known=words))
    for what, given in (("处理决定的名称和文号", document), ("查实的情况", reason)):
        if not given.strip():
            problems.append(errors.SANCTION_WORDS.problem(what=what))
    return problems


def _cancel(placed: Sequence[Placement], row: Sanction, name: str) -> None:
    """Take the places back, one line to each candidate."""
    for one in placed:
        one.state, one.reason = WITHDRAWN, f"{name}停止招生。{reason_of(row)}"[:300]
        one.basis = row.clause[:200]
    Placement.objects.bulk_update(placed, ["state", "reason", "basis"], batch_size=200)
    send_many(
        {
            one.person_id: f"{name}停止招生，您在那里的录取已经取消：{reason_of(row)}。您可以填报征集志愿；有异议的，"
            "可以申请复核。"
            for one in placed
        },
        link="/learner/admission/",
    )
