"""Prospectuses and charters: written by the school, filed by the bureau, public from then on."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.notices.public import send
from guantong.domains.admission.actions.locks import lock
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Cycle, Prospectus
from guantong.domains.admission.rules.plans import why_not_prospectus
from guantong.domains.admission.rules.states import (
    EDITABLE_PLANS,
    FILED,
    PROSPECTUS_STATES,
    RETURNED,
    SUBMITTED,
    why_not_move,
    why_not_now,
)
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.gates import require_bureau, require_school
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal

MOST_ITEM = 4_000
MOST_CHARTER = 60_000


def save_prospectus(
    *,
    actor: Actor,
    cycle: Cycle,
    school_id: int,
    items: Mapping[str, str],
    charter: str,
    revision: int | None = None,
) -> Prospectus:
    """Keep what a school tells candidates as a draft. ``items``: title of a required item → text.

    Refuses ADM-038 (an item nobody asks for), ADM-029 (changed in another window), ADM-290, ADM-291.
    """
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        require_school(actor, "admission.plan", school_id)
        _require_stage(row_cycle, "save_prospectus")
        wanted = required_items(row_cycle)
        unknown = [item for item in items if item not in wanted]
        if unknown:
            raise Refusal(errors.PROSPECTUS_ITEM_UNKNOWN.problem(item=item) for item in unknown)
        row = Prospectus.objects.select_for_update(of=("self",)).filter(cycle=row_cycle, school_id=school_id).first()
        if row is None:
            row = Prospectus(cycle=row_cycle, school_id=school_id)
        elif row.state not in EDITABLE_PLANS:
            _refuse_move(row, row.state)
        elif revision is not None and revision != row.revision:
            raise errors.PLAN_CHANGED.refuse(what=f"第 {row.revision} 次修订")
        kept = {item: items.get(item, "").strip()[:MOST_ITEM] for item in wanted}
        if row.pk and row.items == kept and row.charter == charter.strip()[:MOST_CHARTER]:
            return row
        row.items, row.charter, row.changed_at = kept, charter.strip()[:MOST_CHARTER], clock.now()
        if row.pk:
            row.revision += 1
        row.save()
        _record(actor, "save_prospectus", row, {"revision": row.revision})
    return row


def required_items(cycle: Cycle) -> tuple[str, ...]:
    """Titles of the items a prospectus must have, by the cycle's declaration."""
    prospectus = channel_of(cycle).prospectus
    return prospectus.items if prospectus is not None else ()


def submit_prospectus(*, actor: Actor, cycle: Cycle, school_id: int) -> Prospectus:
    """Hand a prospectus in for filing. Refuses every missing item (ADM-276) and a missing charter (ADM-277)."""
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        require_school(actor, "admission.plan", school_id)
        _require_stage(row_cycle, "save_prospectus")
        row = Prospectus.objects.select_for_update(of=("self",)).filter(cycle=row_cycle, school_id=school_id).first()
        if row is None:
            row = Prospectus(cycle=row_cycle, school_id=school_id, changed_at=clock.now())
        if row.state == SUBMITTED:
            return row
        _require_move(row, SUBMITTED)
        if problems := why_not_prospectus(channel_of(row_cycle), row.items, bool(row.charter.strip())):
            raise Refusal(problems)
        row.state, row.reason = SUBMITTED, ""
        row.save()
        _record(actor, "submit_prospectus", row, {"revision": row.revision})
    return row


def decide_prospectus(*, actor: Actor, cycle: Cycle, school_id: int, file: bool, reason: str = "") -> Prospectus:
    """File a prospectus (from then on it is public), or return it with a reason (ADM-035)."""
    to = FILED if file else RETURNED
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        authority = require_bureau(actor, "admission.manage", row_cycle.region)
        _require_stage(row_cycle, "decide_prospectus")
        row = Prospectus.objects.select_for_update(of=("self",)).filter(cycle=row_cycle, school_id=school_id).first()
        if row is None:
            raise errors.PLAN_UNKNOWN.refuse()
        if row.state == to:
            return row
        _require_move(row, to)
        if not file and not reason.strip():
            raise errors.REASON_NEEDED.refuse()
        row.state, row.reason, row.decided_by = to, reason.strip()[:300], actor.label
        row.filed_on = clock.today() if file else None
        row.save()
        _record(actor, "decide_prospectus", row, {"to": to, "by": authority}, reason)
        text = "招生简章已备案。" if file else f"招生简章已退回：{reason.strip()[:100]}"
        send(text=text, link="/school/admission/", to_role=("registrar", school_id))
    return row


def _require_stage(cycle: Cycle, work: str) -> None:
    if (problem := why_not_now(work, cycle.stage)) is not None:
        raise Refusal([problem], status=409)


def _require_move(row: Prospectus, to: str) -> None:
    if (problem := why_not_move(PROSPECTUS_STATES, row.state, to)) is not None:
        raise Refusal([problem], status=409)


def _refuse_move(row: Prospectus, to: str) -> None:
    _require_move(row, to)


def _record(actor: Actor, action: str, row: Prospectus, facts: Mapping[str, object], reason: str = "") -> None:
    record(
        actor=actor,
        action=action,
        subject=("admission.prospectus", f"{row.cycle.public_id}:{row.school_id}"),
        region=row.cycle.region,
        organisation_id=row.school_id,
        law_version=row.cycle.law_version,
        reason=reason,
        facts=dict(facts),
    )
