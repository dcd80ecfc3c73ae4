"""What a line of a case's log stands for: the content its digest covers."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from .models import CaseAction


def line_content(line: CaseAction, public_id: str, previous: str) -> dict[str, Any]:
    """Everything a log line's digest stands for."""
    return {
        "previous": previous,
        "case": public_id,
        "sequence": line.sequence,
        "at": line.at.astimezone(UTC),
        "actor": [line.actor_user_id, line.actor_person_id, line.actor_label, line.actor_role],
        "on_behalf_of": line.on_behalf_of_id,
        "action": line.action,
        "step": line.step,
        "opinion": line.opinion,
        "values": line.values,
        "details": line.details,
        "before": line.before,
        "after": line.after,
        "law_version": line.law_version,
        **({"acting_for": line.acting_for_user_id} if line.acting_for_user_id is not None else {}),
    }
