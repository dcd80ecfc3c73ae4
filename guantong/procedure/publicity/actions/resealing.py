"""Senders' identities, and the keys of their letters, under a new key."""

from __future__ import annotations

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.people.crypto import keyring

from ..models import Sender
from ..sealing import KEY_PURPOSE
from .letters import PURPOSE

CHUNK = 500


def reseal_senders(actor: Actor) -> int:
    """Seal every identity and every letter's key that lies under an older key again under the newest; returns how many
    letters. Can be stopped and begun again."""
    ring, done, after = keyring(), 0, 0
    while True:
        rows = list(Sender.objects.filter(pk__gt=after).order_by("pk")[:CHUNK])
        for sender in rows:
            after = sender.pk
            stale = []
            for column, purpose in (("sealed", PURPOSE), ("text_key", KEY_PURPOSE)):
                sealed = bytes(getattr(sender, column) or b"")
                if sealed and not ring.is_newest(sealed):
                    setattr(sender, column, ring.seal(ring.open(sealed, purpose), purpose))
                    stale.append(column)
            if stale:
                sender.save(update_fields=stale)
                done += 1
        if len(rows) < CHUNK:
            break
    if done:
        with transaction.atomic():
            record(actor=actor, action="reseal_senders", subject=("publicity.senders", "all"), facts={"count": done})
    return done
