"""What was typed and not handed in."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.domains.projects import errors
from guantong.domains.projects.models import Declaration
from guantong.domains.projects.selectors.drafting import form_action
from guantong.kernel import clock
from guantong.procedure.cases.models import Case

LONGEST = 200_000
"""Characters of a draft; forms hold less by far."""


def save_draft(*, actor: Actor, case: Case, typed: Mapping[str, list[str]]) -> Declaration:
    """Keep what was typed in the form of the present step, unchecked; handing in checks it.

    Refuses PRJ-010 when the actor is not the one who fills it in now, PRJ-011 when it is far too long.
    """
    with transaction.atomic():
        row = Declaration.objects.select_for_update().filter(public_id=case.subject_id).first()
        case.refresh_from_db()
        action = form_action(actor, case)
        if row is None or action is None:
            raise errors.NOT_DRAFTING.refuse(public_id=case.public_id)
        own = {name: values for name, values in typed.items() if name.startswith(f"{action.id}.")}
        if sum(len(v) for values in own.values() for v in values) > LONGEST:
            raise errors.DRAFT_TOO_LONG.refuse()
        row.draft, row.saved_at, row.saved_by = own, clock.now(), actor.label[:120]
        row.save(update_fields=["draft", "saved_at", "saved_by"])
        record(
            actor=actor,
            action="save_draft",
            subject=("projects.declaration", row.public_id),
            region=row.region,
            organisation_id=row.organisation_id,
            facts={"procedure": row.procedure},
        )
    return row


def drop_draft(case: Case) -> None:
    """The form was handed in, or the case has ended: what was typed has become its record."""
    Declaration.objects.filter(public_id=case.subject_id).update(is_draft=False, draft={}, saved_at=None, saved_by="")
