"""Sealing seeds and notes again under a new key."""

from __future__ import annotations

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.people.crypto import keyring

from ..models import Interest, Panel
from ..sealing import INTEREST_PURPOSE, SEED_PURPOSE


def reseal(actor: Actor) -> int:
    """Seal seeds and notes again under the newest key, each in its own transaction; returns how many were."""
    ring, count = keyring(), 0
    for pk, sealed in list(Panel.objects.order_by("pk").values_list("pk", "seed_cipher")):
        if not ring.is_newest(bytes(sealed)):
            text = ring.open(bytes(sealed), SEED_PURPOSE)
            Panel.objects.filter(pk=pk).update(seed_cipher=ring.seal(text, SEED_PURPOSE))
            count += 1
    for pk, sealed in list(Interest.objects.order_by("pk").values_list("pk", "note_cipher")):
        if not ring.is_newest(bytes(sealed)):
            text = ring.open(bytes(sealed), INTEREST_PURPOSE)
            Interest.objects.filter(pk=pk).update(note_cipher=ring.seal(text, INTEREST_PURPOSE))
            count += 1
    if count:
        with transaction.atomic():
            record(actor=actor, action="reseal_panels", subject=("panels.seeds", "all"), facts={"count": count})
    return count
