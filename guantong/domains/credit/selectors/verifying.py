"""Verification of certificates: separate checks, never one yes or no; and the printed file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from guantong.base.lawbook import current_policy
from guantong.base.orgs.public import name_on
from guantong.base.signing.public import list_keys
from guantong.domains.credit.models import Certificate
from guantong.domains.credit.printing import render_pdf
from guantong.engines.proof.credential import (
    Check,
    RecordedState,
    SignedCredential,
    check_credential,
)
from guantong.engines.proof.credential import IssuerKey as KnownKey
from guantong.kernel import clock


def issuer_name(organisation_id: int | None, day: date) -> str:
    """Name printed and signed for: the organisation on that day, or the region's credit bank."""
    if organisation_id is None:
        return f"{current_policy().regions[settings.REGION].name_zh}学分银行"
    return name_on(organisation_id, day)


def known_keys() -> dict[str, KnownKey]:
    """Every signing key of this installation with its issuer's name and days of use."""
    return {
        one.key.key_id: KnownKey(one.key, one.issuer or issuer_name(None, one.since), one.since, one.until)
        for one in list_keys()
    }


@dataclass(frozen=True, slots=True)
class Verification:
    """What can be said of a certificate to anyone: the checks and the least that identifies it."""

    number: str
    checks: tuple[Check, ...]
    row: Certificate | None
    credential: SignedCredential

    @property
    def content(self) -> Mapping[str, Any]:
        """The content the checks are about."""
        return self.credential.content

    @property
    def holder(self) -> str:
        """The holder's name with all but the first and last character hidden."""
        name = str(self.content.get("holder", {}).get("name", ""))
        if len(name) <= 1:
            return "*" * len(name)
        return name[0] + "*" * max(1, len(name) - 2) + (name[-1] if len(name) > 2 else "")


def find_certificate(number: str) -> Certificate | None:
    """A certificate by the number printed on it; spaces, hyphens and case do not matter."""
    plain = "".join(c for c in number.upper() if c.isalnum())[:24]
    return Certificate.objects.select_related("replaced_by").filter(number=plain).first() if plain else None


def verify_number(number: str) -> Verification | None:
    """Check the certificate on record under a number."""
    row = find_certificate(number)
    if row is None:
        return None
    return _verify(SignedCredential(row.content, row.digest, row.key_id, bytes(row.signature)), row)


def verify_file(value: Mapping[str, Any]) -> Verification:
    """Check a signed file someone brings (JSON as downloaded). Raises ``ValueError`` when it is no such file."""
    credential = SignedCredential.from_json(value)
    return _verify(credential, find_certificate(str(credential.content.get("number", ""))))


def _verify(credential: SignedCredential, row: Certificate | None) -> Verification:
    content = credential.content
    issuer = content.get("issuer")
    recorded = None
    if row is not None:
        recorded = RecordedState(
            row.state, row.revoke_reason, row.replaced_by.number if row.replaced_by else "", row.digest
        )
    checks = check_credential(
        credential,
        keys=known_keys(),
        issuer=str(issuer.get("name", "")) if isinstance(issuer, Mapping) else "",
        issued_on=_day(content.get("issued_on")),
        expires_on=_day(content.get("expires_on")),
        recorded=recorded,
        on=clock.today(),
    )
    return Verification(str(content.get("number", "")), checks, row, credential)


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def verify_url(number: str) -> str:
    """The address printed and coded on certificates."""
    return f"{settings.SITE_URL.rstrip('/')}/verify/{number}/"


def certificate_pdf(row: Certificate) -> bytes:
    """The PDF of a certificate or statement."""
    return render_pdf(row.kind, row.content, verify_url=verify_url(row.number), key_id=row.key_id, digest=row.digest)
