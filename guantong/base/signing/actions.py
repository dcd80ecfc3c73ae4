"""Keys are made on first need, renewed with a reason, and sealed again under a new key of the installation."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.gate import require
from guantong.base.audit.record import record
from guantong.base.people.crypto import keyring
from guantong.base.signing import errors
from guantong.base.signing.models import IssuerKey
from guantong.base.signing.selectors import SEALED_FOR, keys_of, name_for, open_key
from guantong.engines.proof.signing import SigningKey
from guantong.kernel import clock


def signing_key(organisation_id: int | None) -> SigningKey:
    """The key in use for an issuer, made on first need (also when two need it at once). In the caller's transaction.

    An organisation that bears another name than when its key was made gets a new one, so that a key is always that of
    one name and what it signed before stays as it is.
    """
    row = IssuerKey.objects.filter(keys_of(organisation_id), until=None).first()
    if row is not None:
        today = clock.today()
        if row.issuer == name_for(organisation_id, today):
            return open_key(row)
        ended = IssuerKey.objects.filter(pk=row.pk, until=None)
        ended.update(until=today + timedelta(days=1), ended_reason="机构更名")
    key = SigningKey.generate()
    try:
        with transaction.atomic():
            IssuerKey.objects.create(
                organisation_id=organisation_id,
                issuer=name_for(organisation_id, clock.today()),
                key_id=key.key_id,
                public_key=key.public.raw,
                private_cipher=keyring().seal(key.to_pem().decode(), SEALED_FOR),
                in_use_from=clock.today(),
            )
    except IntegrityError:
        return signing_key(organisation_id)
    return key


def renew_signing_key(
    *, actor: Actor, organisation_id: int | None, reason: str, issuer: str = "", is_leaked: bool = False
) -> str:
    """End the key in use and make a new one; what the old one signed still verifies. Returns the new key's id.

    The old key may sign until the end of today; ``is_leaked``: nothing it signed today counts any more. CRT-001 without
    a reason, CRT-002 when there is no key yet (``issuer`` names it in the refusal).
    """
    require(actor, "signing.renew")
    reason = reason.strip()
    if not reason:
        raise errors.REASON_NEEDED.refuse()
    with transaction.atomic():
        row = IssuerKey.objects.select_for_update().filter(keys_of(organisation_id), until=None).first()
        if row is None:
            raise errors.NO_KEY_YET.refuse(issuer=issuer)
        row.until = clock.today() if is_leaked else clock.today() + timedelta(days=1)
        row.ended_reason = reason[:300]
        row.save(update_fields=["until", "ended_reason"])
        key = signing_key(organisation_id)
        record(
            actor=actor,
            action="renew_signing_key",
            subject=("signing.key", key.key_id),
            organisation_id=organisation_id,
            reason=reason,
            facts={"ended": row.key_id, "until": row.until.isoformat(), "is_leaked": is_leaked},
        )
    return key.key_id


def reseal_signing_keys(actor: Actor) -> int:
    """Seal private halves that lie under an older key of the installation again under the newest; returns how many."""
    ring = keyring()
    changed = 0
    with transaction.atomic():
        for row in IssuerKey.objects.select_for_update().order_by("pk"):
            sealed = bytes(row.private_cipher)
            if ring.is_newest(sealed):
                continue
            row.private_cipher = ring.seal(ring.open(sealed, SEALED_FOR), SEALED_FOR)
            row.save(update_fields=["private_cipher"])
            changed += 1
        if changed:
            record(
                actor=actor, action="reseal_signing_keys", subject=("signing.batch", "all"), facts={"changed": changed}
            )
    return changed
