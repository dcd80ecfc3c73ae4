"""Senders' identities under a new key."""

from __future__ import annotations

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.people.crypto import keyring

from ..models import Sender
from .letters import PURPOSE

CHUNK = 500


def reseal_senders(actor: Actor) -> int:
    """Seal every identity that lies under an older key again under the newest; can be stopped and begun again."""
    ring, done, after = keyring(), 0, 0
    while True:
        rows = list(Sender.objects.filter(pk__gt=after, sealed__isnull=False).order_by("pk")[:CHUNK])
        for sender in rows:
            after = sender.pk
            sealed = bytes(sender.sealed or b"")
            if not ring.is_newest(sealed):
                sender.sealed = ring.seal(ring.open(sealed, PURPOSE), PURPOSE)
                sender.save(update_fields=["sealed"])
                done += 1
        if len(rows) < CHUNK:
            break
    if done:
        with transaction.atomic():
            record(actor=actor, action="reseal_senders", subject=("publicity.senders", "all"), facts={"count": done})
    return done
