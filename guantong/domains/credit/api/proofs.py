"""Open to all: what can be said of a certificate, and the public keys with which anyone verifies one without us."""

from __future__ import annotations

import base64
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from guantong.base.webkit.machine import PublicId, answers
from guantong.domains.credit import errors
from guantong.domains.credit.api.frame import router
from guantong.domains.credit.selectors.verifying import known_keys, verify_number


class CheckOut(Schema):
    """One separate check."""

    name: str = Field(description="issuer、content、state、expiry")
    label: str
    outcome: str = Field(description="passed、failed、unknown")
    message: str


class VerificationOut(Schema):
    """Four checks, never one yes or no, and the least that identifies the certificate."""

    number: str
    kind: str
    holder: str = Field(description="姓名，中间隐去")
    issuer: str
    issued_on: str
    checks: list[CheckOut]


class KeyOut(Schema):
    """A public key: Ed25519, 32 bytes in URL-safe base64 without padding."""

    key_id: str
    algorithm: str
    public_key: str
    issuer: str
    since: date
    until: date | None


class KeysOut(Schema):
    """Every key that signed or signs here."""

    signed_prefix: str = Field(description="签名的内容是这段前缀加上内容的规范 JSON")
    keys: list[KeyOut]


@router.get(
    "/credit/certificates/{public_id}/verification",
    summary="核验一份证书：颁发单位、内容、状态、有效期四项分开回答（公开）",
    url_name="credit_verification",
    auth=None,
    response=answers(VerificationOut, 401, 404),
    operation_id="credit_verification",
)
def verification(request: HttpRequest, public_id: PublicId) -> Any:
    """The four checks of the certificate on record under a number."""
    found = verify_number(public_id)
    if found is None:
        raise errors.CERTIFICATE_UNKNOWN.refuse(number=public_id[:40])
    content = found.content
    return {
        "number": found.number,
        "kind": str(content.get("kind", "")),
        "holder": found.holder,
        "issuer": str(content.get("issuer", {}).get("name", "")),
        "issued_on": str(content.get("issued_on", "")),
        "checks": [
            {"name": c.name, "label": c.label, "outcome": c.outcome.value, "message": c.message} for c in found.checks
        ],
    }


@router.get(
    "/credit/keys",
    summary="颁发单位的公钥（公开）",
    url_name="credit_keys",
    auth=None,
    response=answers(KeysOut, 401),
    operation_id="credit_keys",
)
def list_keys(request: HttpRequest) -> Any:
    """With these a certificate file verifies anywhere, without asking this installation."""
    return {
        "signed_prefix": "guantong-credential-v1\n",
        "keys": [
            {
                "key_id": key_id,
                "algorithm": "Ed25519",
                "public_key": base64.urlsafe_b64encode(known.key.raw).rstrip(b"=").decode(),
                "issuer": known.issuer,
                "since": known.since.isoformat(),
                "until": known.until.isoformat() if known.until else None,
            }
            for key_id, known in known_keys().items()
        ],
    }
