"""After a new key of the installation: seeds and pseudonym keys are sealed again under it."""

from __future__ import annotations

from typing import cast

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.people.crypto import keyring
from guantong.domains.admission.actions.cycles import SEED_PURPOSE
from guantong.domains.admission.models import Cycle, Run
from guantong.domains.admission.selectors.proofs import KEY_PURPOSE


def reseal_runs(actor: Actor) -> int:
    """Seal seeds and pseudonym keys that lie under an older key again under the newest; returns how many. Harmless to
    repeat: what they open to stays the same."""
    ring = keyring()
    changed = 0
    with transaction.atomic():
        for cycle in Cycle.objects.select_for_update().filter(seed_cipher__isnull=False).order_by("pk"):
            sealed = bytes(cast(bytes, cycle.seed_cipher))
            if not ring.is_newest(sealed):
                cycle.seed_cipher = ring.seal(ring.open(sealed, SEED_PURPOSE), SEED_PURPOSE)
                cycle.save(update_fields=["seed_cipher"])
                changed += 1
        for run in Run.objects.select_for_update().filter(key_cipher__isnull=False).order_by("pk"):
            sealed = bytes(cast(bytes, run.key_cipher))
            if not ring.is_newest(sealed):
                run.key_cipher = ring.seal(ring.open(sealed, KEY_PURPOSE), KEY_PURPOSE)
                run.save(update_fields=["key_cipher"])
                changed += 1
        if changed:
            record(actor=actor, action="reseal_runs", subject=("admission.batch", "all"), facts={"changed": changed})
    return changed
