"""Who may open the evidence of a progress entry."""

from __future__ import annotations

from guantong.base.accounts.actor import Actor
from guantong.base.files.models import StoredFile

from ..models import ProgressEntry
from .progress import PUBLISH, REPORT


def may_open(actor: Actor, file: StoredFile) -> bool:
    """Officers who report or publish may open what any body has put forward as evidence."""
    if not (actor.may(REPORT) or actor.may(PUBLISH)):
        return False
    return ProgressEntry.objects.filter(evidence=file).exists()
