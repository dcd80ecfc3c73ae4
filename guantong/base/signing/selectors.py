"""Reading keys: the public halves for everybody, the private half in use for whoever signs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from guantong.base.orgs.public import name_on
from guantong.base.people.crypto import keyring
from guantong.base.signing.models import IssuerKey
from guantong.engines.proof.signing import SigningKey, VerifyingKey

SEALED_FOR = "signing.issuer-key"
"""Under which purpose private halves are sealed."""


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """A public key: whose (None: the credit bank) and on which days it may sign; ``until`` is exclusive.

    ``issuer`` is the organisation's name while the key is used (a new name means a new key); empty for the credit bank.
    """

    key: VerifyingKey
    organisation_id: int | None
    issuer: str
    since: date
    until: date | None


def keys_of(organisation_id: int | None) -> Q:
    """Rows of an organisation, or of the credit bank itself."""
    return Q(organisation__isnull=True) if organisation_id is None else Q(organisation_id=organisation_id)


def list_keys(organisation_ids: Iterable[int | None] | None = None) -> tuple[KeyFacts, ...]:
    """Every public key, oldest first, those no longer in use too; of some issuers where they are named."""
    rows = IssuerKey.objects.order_by("pk")
    if organisation_ids is not None:
        wanted = Q(pk__in=[])
        for organisation_id in organisation_ids:
            wanted |= keys_of(organisation_id)
        rows = rows.filter(wanted)
    return tuple(
        KeyFacts(
            VerifyingKey(bytes(row.public_key)),
            row.organisation_id,
            row.issuer,
            row.in_use_from,
            row.until,
        )
        for row in rows
    )


def name_for(organisation_id: int | None, day: date) -> str:
    """The name of an issuer on a day; empty for the credit bank."""
    return "" if organisation_id is None else name_on(organisation_id, day)


@dataclass(frozen=True, slots=True)
class Signer:
    """The private key in use, and the name its signatures are given under."""

    key: SigningKey
    issuer: str


def find_signer(organisation_id: int | None) -> Signer | None:
    """Who signs for an issuer now; None before it has signed anything. Changes nothing, so that a read may sign."""
    row = IssuerKey.objects.filter(keys_of(organisation_id), until=None).first()
    return None if row is None else Signer(open_key(row), row.issuer)


def open_key(row: IssuerKey) -> SigningKey:
    """The private half of a row."""
    return SigningKey.from_pem(keyring().open(bytes(row.private_cipher), SEALED_FOR).encode())
