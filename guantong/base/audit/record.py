"""Writing and reading audit lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from guantong.kernel import clock

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from guantong.base.accounts.actor import Actor
    from guantong.base.audit.models import AuditLine


def record(
    *,
    actor: Actor,
    action: str,
    subject: tuple[str, object],
    region: str | None = None,
    organisation_id: int | None = None,
    law_version: str = "",
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
) -> AuditLine:
    """Add one line inside the caller's transaction.

    ``subject`` is (kind, id), for instance ``("credit.achievement", "7QK…")``; ``facts`` is JSON without
    identity numbers. Raises ``RuntimeError`` outside a transaction: an action without one is a programming fault.
    """
    from django.db import connection

    from guantong.base.audit.models import AuditLine

    if not connection.in_atomic_block:
        raise RuntimeError("audit.record outside a transaction")
    return AuditLine.objects.create(
        at=clock.now(),
        actor_user_id=actor.user_id,
        actor_label=actor.label,
        action=action,
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        organisation_id=organisation_id,
        region=region or actor.region,
        law_version=law_version,
        reason=reason[:500],
        facts=dict(facts or {}),
    )


def list_lines(subject: tuple[str, object]) -> QuerySet[AuditLine]:
    """Lines about one subject, oldest first."""
    from guantong.base.audit.models import AuditLine

    return AuditLine.objects.filter(subject_kind=subject[0], subject_id=str(subject[1])).order_by("id")
