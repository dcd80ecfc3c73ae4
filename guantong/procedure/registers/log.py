"""What an entry stands for: the content its digest covers, and its plain form for the rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from typing import Any

from .models import RegisterEntry
from .rules import Entry


def entry_content(entry: RegisterEntry, number: str, previous: str) -> dict[str, Any]:
    """Everything an entry's digest stands for. ``other`` only of exchanges, so that other entries keep their digest."""
    other = {"other": entry.other.number} if entry.other is not None else {}
    return {
        "previous": previous,
        "title": number,
        "sequence": entry.sequence,
        "kind": entry.kind,
        "on": entry.on,
        "until": entry.until,
        "level": entry.level,
        "years": entry.years,
        "case": entry.case_number,
        "outcome": entry.outcome,
        "reverses": entry.reverses.sequence if entry.reverses is not None else None,
        "clause": entry.clause,
        "law_version": entry.law_version,
        "recorded_at": entry.recorded_at.astimezone(UTC),
        "actor": entry.actor_label,
        **other,
    }


def plain(entries: Iterable[RegisterEntry]) -> list[Entry]:
    """The entries as the rules read them, in order."""
    return [Entry(e.kind, e.on, e.until, e.level) for e in sorted(entries, key=lambda e: e.sequence)]
