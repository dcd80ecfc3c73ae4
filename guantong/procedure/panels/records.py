"""Panels by their public number, those that belong together, and what an event's digest stands for."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from . import errors
from .models import Panel, PanelEvent


def event_content(event: PanelEvent, panel: str, previous: str) -> dict[str, Any]:
    """Everything the digest of an event stands for."""
    return {
        "previous": previous,
        "panel": panel,
        "sequence": event.sequence,
        "at": event.at.astimezone(UTC),
        "actor": [event.actor_user_id, event.actor_label],
        "kind": event.kind,
        "details": event.details,
    }


def find_panel(public_id: str) -> Panel:
    """The panel; PAN-201 when there is none."""
    found = Panel.objects.select_related("round").filter(public_id=public_id).first()
    if found is None:
        raise errors.PANEL_UNKNOWN.refuse()
    return found


def group_of(panel: Panel) -> list[int]:
    """Ids of the panels that belong together (equal procedure, step, round, body and rules; or one case), in order."""
    same = Panel.objects.filter(procedure=panel.procedure, step=panel.step, rules_digest=panel.rules_digest)
    same = same.filter(case=panel.case, round=panel.round, body=panel.body)
    return list(same.order_by("number").values_list("pk", flat=True))
