"""Intake plans: drafted by schools within their approved size, handed in, decided by the bureau."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.notices.public import send
from guantong.domains.admission.actions.locks import lock, lock_many
from guantong.domains.admission.actions.plan_entries import PlanEntry, difference, offerer, values_of
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.errors import rules as rule_errors
from guantong.domains.admission.models import Cycle, IntakePlan, SchoolLimit
from guantong.domains.admission.rules.plans import Limit, why_not_submit
from guantong.domains.admission.rules.states import (
    APPROVED,
    DRAFTED,
    EDITABLE_PLANS,
    PLAN_STATES,
    RETURNED,
    SUBMITTED,
    why_not_move,
    why_not_now,
)
from guantong.domains.admission.selectors.channels import channel_of, cycle_law
from guantong.domains.admission.selectors.facts import plan_facts, school_facts
from guantong.domains.admission.selectors.gates import require_bureau, require_school, school_name
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal, Where
from guantong.kernel.tokens import public_id


def save_plan(
    *,
    actor: Actor,
    cycle: Cycle,
    school_id: int,
    entry: PlanEntry,
    plan: IntakePlan | None = None,
    revision: int | None = None,
) -> IntakePlan:
    """Keep a place as a draft: a new one, or the changed content of ``plan`` at the ``revision`` that was shown.

    Refuses with every problem: ADM-028 (doubled), ADM-029 (changed in another window), ADM-270 (no approved size),
    ADM-271 (above it), ADM-272…289 (seats, programme, kind, batch, group, conditions), ADM-290, ADM-291. Saving the
    same content again changes nothing.
    """
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        require_school(actor, "admission.plan", school_id)
        _require_stage(row_cycle, "save_plan")
        row = lock(IntakePlan, plan.pk) if plan is not None else None
        if row is not None:
            if row.school_id != school_id or row.cycle_id != row_cycle.pk:
                raise errors.PLAN_UNKNOWN.refuse()
            if row.state not in EDITABLE_PLANS:
                raise _not_editable(row)
            if revision is not None and revision != row.revision:
                raise errors.PLAN_CHANGED.refuse(what=difference(row, entry))
        values = values_of(row_cycle, offerer(row_cycle, school_id), entry)
        if row is not None and all(getattr(row, name) == value for name, value in values.items()):
            return row
        _require_within(row_cycle, school_id, entry.seats, without=row)
        saved = row or IntakePlan(public_id=public_id(), cycle=row_cycle, school_id=school_id)
        for name, value in values.items():
            setattr(saved, name, value)
        saved.changed_at = clock.now()
        if row is not None:
            saved.revision += 1
        try:
            with transaction.atomic():
                saved.save()
        except IntegrityError:
            raise errors.PLAN_DOUBLE.refuse(programme=saved.programme.name, where=entry.where) from None
        _record(actor, "save_plan", saved, {"seats": saved.seats, "revision": saved.revision})
    return saved


def save_plans(
    *, actor: Actor, cycle: Cycle, school_id: int, entries: Sequence[PlanEntry], job_id: int | None = None
) -> tuple[int, int]:
    """Keep many new places at once, all or none: (saved, known before). A place that is there with the same content is
    ``known``; with other content it is refused (ADM-028). One audit line."""
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        require_school(actor, "admission.plan", school_id)
        _require_stage(row_cycle, "save_plan")
        there = {_place_key(p): p for p in IntakePlan.objects.filter(cycle=row_cycle, school_id=school_id)}
        problems: list[Problem] = []
        fresh: dict[tuple[Any, ...], IntakePlan] = {}
        known, school = 0, offerer(row_cycle, school_id)
        for entry in entries:
            try:
                values = values_of(row_cycle, school, entry)
            except Refusal as refusal:
                problems.extend(refusal)
                continue
            made = IntakePlan(
                public_id=public_id(),
                cycle=row_cycle,
                school_id=school_id,
                job_id=job_id,
                changed_at=clock.now(),
                **values,
            )
            key = _place_key(made)
            held = there.get(key)
            if held is not None and all(getattr(held, name) == value for name, value in values.items()):
                known += 1
            elif held is not None or key in fresh:
                problems.append(errors.PLAN_DOUBLE.problem(programme=made.programme.name, where=entry.where))
            else:
                fresh[key] = made
        if not problems:
            try:
                _require_within(row_cycle, school_id, sum(p.seats for p in fresh.values()))
            except Refusal as refusal:
                problems.extend(refusal)
        if problems:
            raise Refusal(problems)
        IntakePlan.objects.bulk_create(fresh.values(), batch_size=200)
        if fresh:
            record(
                actor=actor,
                action="save_plans",
                subject=("admission.cycle", row_cycle.public_id),
                region=row_cycle.region,
                organisation_id=school_id,
                law_version=row_cycle.law_version,
                facts={"count": len(fresh), "seats": sum(p.seats for p in fresh.values())},
            )
    return len(fresh), known


def withdraw_plans(*, actor: Actor, cycle: Cycle, job_id: int) -> int:
    """Take away the drafts an import made; what was handed in since stays. Gives how many."""
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        rows = list(
            IntakePlan.objects.select_for_update(of=("self",))
            .filter(cycle=row_cycle, job_id=job_id, state=DRAFTED)
            .order_by("pk")[:500]
        )
        for school_id in {row.school_id for row in rows}:
            require_school(actor, "admission.plan", school_id)
        if rows:
            IntakePlan.objects.filter(pk__in=[row.pk for row in rows]).delete()
            record(
                actor=actor,
                action="withdraw_plans",
                subject=("admission.cycle", row_cycle.public_id),
                region=row_cycle.region,
                organisation_id=rows[0].school_id,
                law_version=row_cycle.law_version,
                reason="计划导入已撤回",
                facts={"count": len(rows), "job": job_id},
            )
    return len(rows)


def _place_key(plan: IntakePlan) -> tuple[Any, ...]:
    return (plan.batch, plan.group_code, plan.programme_id, plan.kind, plan.mode, plan.place)


def remove_plan(*, actor: Actor, plan: IntakePlan) -> None:
    """Take a draft away; what was handed in once stays (ADM-290). Again: nothing happens."""
    with transaction.atomic():
        row_cycle = lock(Cycle, plan.cycle_id)
        require_school(actor, "admission.plan", plan.school_id)
        row = IntakePlan.objects.select_for_update(of=("self",)).filter(pk=plan.pk).first()
        if row is None:
            return
        _require_stage(row_cycle, "save_plan")
        if row.state != DRAFTED:
            raise _not_editable(row)
        _record(actor, "remove_plan", row, {"seats": row.seats})
        row.delete()


def submit_plans(*, actor: Actor, cycle: Cycle, school_id: int) -> int:
    """Hand in every draft and returned plan of a school. Returns how many.

    Refuses ADM-034 (nothing to hand in), ADM-275 (not on the list of qualified schools), and all of ADM-270…289.
    """
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        require_school(actor, "admission.plan", school_id)
        _require_stage(row_cycle, "submit_plans")
        every = list(
            IntakePlan.objects.select_for_update(of=("self",))
            .filter(cycle=row_cycle, school_id=school_id)
            .select_related("programme", "school")
            .order_by("pk")
        )
        rows = [row for row in every if row.state in EDITABLE_PLANS]
        if not rows:
            raise errors.NOTHING_TO_SUBMIT.refuse()
        if problems := _why_not_together(row_cycle, school_id, every):
            raise Refusal(problems)
        for row in rows:
            row.state, row.reason = SUBMITTED, ""
        IntakePlan.objects.bulk_update(rows, ["state", "reason"], batch_size=200)
        record(
            actor=actor,
            action="submit_plans",
            subject=("admission.cycle", row_cycle.public_id),
            region=row_cycle.region,
            organisation_id=school_id,
            law_version=row_cycle.law_version,
            facts={"count": len(rows), "seats": sum(r.seats for r in rows), "plans": [r.public_id for r in rows][:200]},
        )
    return len(rows)


def decide_plans(*, actor: Actor, cycle: Cycle, plans: Sequence[IntakePlan], approve: bool, reason: str = "") -> int:
    """Approve plans or return them with a reason; all or none. Those already decided the same way are left alone.

    An approval is refused when a school's approved seats would exceed its size (ADM-271) or the school is not on the
    list of the qualified (ADM-275). Returns how many were decided.
    """
    to = APPROVED if approve else RETURNED
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        authority = require_bureau(actor, "admission.manage", row_cycle.region)
        _require_stage(row_cycle, "decide_plans")
        if not approve and not reason.strip():
            raise errors.REASON_NEEDED.refuse()
        rows = lock_many(IntakePlan, [p.pk for p in plans])
        problems: list[Problem] = []
        changing: list[IntakePlan] = []
        for row in rows.values():
            if row.cycle_id != row_cycle.pk:
                problems.append(errors.PLAN_OTHER_CYCLE.problem(plan=row.public_id))
            elif row.state != to:
                problem = why_not_move(PLAN_STATES, row.state, to)
                problems.extend([problem] if problem is not None else [])
                changing.append(row)
        if not problems and approve:
            problems = _why_not_approve(row_cycle, changing)
        if problems:
            raise Refusal(problems, status=409)
        now = clock.now()
        for row in changing:
            row.state, row.reason = to, "" if approve else reason.strip()[:300]
            row.decided_by, row.decided_at = actor.label, now
        IntakePlan.objects.bulk_update(changing, ["state", "reason", "decided_by", "decided_at"], batch_size=200)
        for school_id in sorted({row.school_id for row in changing}):
            own = [row for row in changing if row.school_id == school_id]
            record(
                actor=actor,
                action="decide_plans",
                subject=("admission.cycle", row_cycle.public_id),
                region=row_cycle.region,
                organisation_id=school_id,
                law_version=row_cycle.law_version,
                reason=reason,
                facts={"to": to, "by": authority, "plans": [row.public_id for row in own][:200]},
            )
            text = (
                f"{len(own)} 个招生计划已批准。" if approve else f"{len(own)} 个招生计划已退回：{reason.strip()[:100]}"
            )
            send(text=text, link="/school/admission/", to_role=("registrar", school_id))
    return len(changing)


def _why_not_approve(cycle: Cycle, rows: Sequence[IntakePlan]) -> list[Problem]:
    """What keeps these plans, with those approved before, from being approved: school by school."""
    problems: list[Problem] = []
    for school_id in sorted({row.school_id for row in rows}):
        own = [row for row in rows if row.school_id == school_id]
        before = IntakePlan.objects.filter(cycle=cycle, school_id=school_id, state=APPROVED)
        problems.extend(_why_not_together(cycle, school_id, [*before.select_related("programme", "school"), *own]))
    return problems


def _why_not_together(cycle: Cycle, school_id: int, rows: Sequence[IntakePlan]) -> list[Problem]:
    channel = channel_of(cycle)
    limit = _limit(cycle, school_id)
    return why_not_submit(
        channel,
        [plan_facts(channel, row) for row in rows],
        [Limit(None, limit.seats, limit.document or "核定文件")],
        school_facts(cycle, school_id),
        frozenset(row.programme.code for row in rows),
        cycle_law(cycle),
    )


def _require_stage(cycle: Cycle, work: str) -> None:
    if (problem := why_not_now(work, cycle.stage)) is not None:
        raise Refusal([problem], status=409)


def _limit(cycle: Cycle, school_id: int) -> SchoolLimit:
    found = SchoolLimit.objects.filter(cycle=cycle, school_id=school_id).first()
    if found is None:
        raise rule_errors.NO_LIMIT.refuse(school=school_name(school_id))
    return found


def _require_within(cycle: Cycle, school_id: int, seats: int, without: IntakePlan | None = None) -> None:
    """ADM-271 when the school's plans with ``seats`` more would exceed its approved size."""
    limit = _limit(cycle, school_id)
    rows = IntakePlan.objects.filter(cycle=cycle, school_id=school_id)
    if without is not None:
        rows = rows.exclude(pk=without.pk)
    planned = (rows.aggregate(s=Sum("seats"))["s"] or 0) + seats
    if planned > limit.seats:
        raise rule_errors.OVER_LIMIT.refuse(
            school=school_name(school_id),
            sum=planned,
            limit=limit.seats,
            over=planned - limit.seats,
            what=f"全校合计，核定文件：{limit.document or '未写明'}",
            where=Where(column="seats", title="计划数"),
        )


def _not_editable(row: IntakePlan) -> Refusal:
    problem = why_not_move(PLAN_STATES, row.state, row.state)
    assert problem is not None  # noqa: S101 - no state follows itself
    return Refusal([problem], status=409)


def _record(actor: Actor, action: str, plan: IntakePlan, facts: Mapping[str, Any]) -> None:
    record(
        actor=actor,
        action=action,
        subject=("admission.plan", plan.public_id),
        region=plan.cycle.region,
        organisation_id=plan.school_id,
        law_version=plan.cycle.law_version,
        facts=facts,
    )


__all__ = [
    "PlanEntry",
    "decide_plans",
    "remove_plan",
    "save_plan",
    "save_plans",
    "submit_plans",
    "withdraw_plans",
]
