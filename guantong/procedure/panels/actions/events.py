"""Locks of a panel, its chained record, and who may act for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.kernel.digest import digest_of
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import library
from guantong.procedure.cases.definition import Definition, Step
from guantong.procedure.cases.mandate import acting_role, why_not_act
from guantong.procedure.cases.models import Case

from ..models import Panel, PanelEvent
from ..records import event_content, find_panel, group_of


def write_event(
    panel: Panel, actor: Actor, now: datetime, kind: str, details: Mapping[str, Any] | None = None, reason: str = ""
) -> PanelEvent:
    """Add one line to the record of a locked panel, and one to the audit."""
    event = PanelEvent(
        panel=panel,
        sequence=panel.sequence + 1,
        at=now,
        actor_user_id=actor.user_id,
        actor_label=actor.label[:120],
        kind=kind,
        details={**(details or {}), **({"reason": reason} if reason else {})},
    )
    event.digest = digest_of(event_content(event, panel.public_id, panel.head_digest))
    panel.sequence, panel.head_digest = event.sequence, event.digest
    panel.save(update_fields=["sequence", "head_digest"])
    event.save(force_insert=True)
    record(
        actor=actor,
        action=f"panel_{kind}",
        subject=("panels.panel", panel.public_id),
        region=panel.region,
        organisation_id=panel.body_id,
        reason=reason,
        facts={"digest": event.digest},
    )
    return event


def lock_cases(pks: list[int]) -> dict[int, Case]:
    """The cases, their rows locked in the order of their ids."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("lock_cases outside a transaction")
    return {case.pk: case for case in Case.objects.select_for_update().filter(pk__in=pks).order_by("pk")}


def lock_panels(pks: list[int]) -> list[Panel]:
    """The panels, their rows locked in the order of their ids."""
    rows = Panel.objects.select_for_update(of=("self",)).select_related("round").filter(pk__in=pks).order_by("pk")
    return list(rows)


def require_organiser(actor: Actor, case: Case, panel: Panel) -> tuple[Definition, Step, str, int | None]:
    """(definition, step, role, organisation) for whom the actor organises the panel; refuses as the machine does."""
    definition = library.definition_of(case)
    step = definition.steps[panel.step]
    problem = why_not_act(actor, case, definition, step)
    if problem is not None:
        raise Refusal([problem], status=403)
    role, organisation = acting_role(actor, case, definition, step)
    return definition, step, role, organisation


__all__ = [
    "find_panel",
    "group_of",
    "lock_cases",
    "lock_panels",
    "require_organiser",
    "write_event",
]
