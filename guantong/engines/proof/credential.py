"""Signed certificates: canonical bytes, signature, and independent checks, never one single yes or no.

What is signed is ``"guantong-credential-v1\\n"`` followed by the canonical JSON of the content (kernel.digest), so a
certificate's signature can never be passed off as one over anything else.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from guantong.engines.proof.signing import SigningKey, VerifyingKey
from guantong.kernel.digest import canonical_json, digest_of

PREFIX = b"guantong-credential-v1\n"


class Outcome(Enum):
    """Result of one check."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """It could not be decided, for instance because the issuer's register was not at hand."""


@dataclass(frozen=True, slots=True)
class Check:
    """One independent check: ``name`` is issuer, content, state or expiry; ``message`` is a Chinese sentence."""

    name: str
    label: str
    outcome: Outcome
    message: str


@dataclass(frozen=True, slots=True)
class SignedCredential:
    """Content as signed. ``signature`` is 64 bytes over :func:`signed_bytes`."""

    content: Mapping[str, object]
    digest: str
    key_id: str
    signature: bytes

    def as_json(self) -> dict[str, object]:
        """For files and QR targets; the signature as URL-safe base64 without padding."""
        return {
            "content": dict(self.content),
            "digest": self.digest,
            "key_id": self.key_id,
            "signature": base64.urlsafe_b64encode(self.signature).rstrip(b"=").decode(),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> SignedCredential:
        """Read it back; ValueError when a part is missing or not of its type."""
        content, digest, key_id, signature = (value.get(k) for k in ("content", "digest", "key_id", "signature"))
        if (
            not isinstance(content, Mapping)
            or not isinstance(digest, str)
            or not isinstance(key_id, str)
            or not isinstance(signature, str)
            or len(signature) > 128
        ):
            raise ValueError("not a signed credential")
        try:
            raw = base64.b64decode(signature + "=" * (-len(signature) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValueError("the signature is not base64") from error
        return cls(content, digest, key_id, raw)


def signed_bytes(content: Mapping[str, object]) -> bytes:
    """Exactly what is signed."""
    return PREFIX + canonical_json(content)


def sign_credential(content: Mapping[str, object], key: SigningKey) -> SignedCredential:
    """Sign a certificate's content. Raises TypeError for content without a canonical form (binary floats)."""
    return SignedCredential(dict(content), digest_of(content), key.key_id, key.sign(signed_bytes(content)))


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """A key the register knows: whose it is, and on which days it may sign (``until`` exclusive)."""

    key: VerifyingKey
    issuer: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class RecordedState:
    """What the issuer's register says of the certificate today."""

    state: str
    """issued, revoked or corrected."""
    reason: str = ""
    replaced_by: str = ""
    digest: str = ""
    """Digest filed when it was issued; empty when not known."""


def check_credential(
    credential: SignedCredential,
    *,
    keys: Mapping[str, IssuerKey],
    issuer: str,
    issued_on: date | None,
    expires_on: date | None,
    recorded: RecordedState | None,
    on: date,
) -> tuple[Check, ...]:
    """Four independent checks of a certificate, always all four, in this order: issuer, content, state, expiry.

    ``keys``: known keys by id. ``issuer`` and the dates are as printed in the content (the caller reads them from it).
    ``recorded``: the register's entry, None when there is none. Expiry includes the last day printed.
    """
    return (
        _issuer(credential, keys, issuer, issued_on),
        _content(credential, keys, recorded),
        _state(recorded),
        _expiry(expires_on, on),
    )


def _issuer(credential: SignedCredential, keys: Mapping[str, IssuerKey], issuer: str, issued_on: date | None) -> Check:
    def done(outcome: Outcome, message: str) -> Check:
        return Check("issuer", "颁发单位", outcome, message)

    known = keys.get(credential.key_id)
    if known is None:
        return done(Outcome.FAILED, "签名所用的密钥不在登记的颁发单位名录中。")
    if known.issuer != issuer:
        return done(Outcome.FAILED, f"证书上写的颁发单位是“{issuer}”，签名的密钥属于“{known.issuer}”。")
    if issued_on is None:
        return done(Outcome.UNKNOWN, "证书上没有颁发日期，无法判断密钥当时能否使用。")
    if issued_on < known.since or (known.until is not None and issued_on >= known.until):
        return done(Outcome.FAILED, "证书的颁发日期不在该密钥的使用期内。")
    return done(Outcome.PASSED, f"由登记的颁发单位“{issuer}”签发。")


def _content(credential: SignedCredential, keys: Mapping[str, IssuerKey], recorded: RecordedState | None) -> Check:
    def done(outcome: Outcome, message: str) -> Check:
        return Check("content", "内容", outcome, message)

    try:
        digest, message = digest_of(credential.content), signed_bytes(credential.content)
    except TypeError:
        return done(Outcome.FAILED, "证书内容的格式与签发时不同，可能被改动过。")
    if digest != credential.digest:
        return done(Outcome.FAILED, "证书内容与所附的摘要不一致，内容被改动过。")
    known = keys.get(credential.key_id)
    if known is None:
        return done(Outcome.UNKNOWN, "没有找到签名的密钥，无法核对内容是否被改动。")
    if not known.key.verify(message, credential.signature):
        return done(Outcome.FAILED, "签名与证书内容不一致，内容或签名被改动过。")
    if recorded is not None and recorded.digest and recorded.digest != digest:
        return done(Outcome.FAILED, "证书内容与颁发单位存档的内容不一致。")
    return done(Outcome.PASSED, "内容与签发时完全一致。")


def _state(recorded: RecordedState | None) -> Check:
    def done(outcome: Outcome, message: str) -> Check:
        return Check("state", "状态", outcome, message)

    if recorded is None:
        return done(Outcome.UNKNOWN, "颁发单位的登记中没有查到这份证书。")
    if recorded.state == "revoked":
        why = f"，原因：{recorded.reason}" if recorded.reason else ""
        return done(Outcome.FAILED, f"这份证书已经撤销{why}。")
    if recorded.state == "corrected":
        by = f"，请查验新证书 {recorded.replaced_by}" if recorded.replaced_by else ""
        return done(Outcome.FAILED, f"这份证书已经更正并由新证书替代{by}。")
    if recorded.state == "issued":
        return done(Outcome.PASSED, "登记为有效，没有撤销或更正。")
    return done(Outcome.UNKNOWN, "登记的状态无法识别，请与颁发单位核对。")


def _expiry(expires_on: date | None, on: date) -> Check:
    if expires_on is None:
        return Check("expiry", "有效期", Outcome.PASSED, "这份证书长期有效。")
    day = f"{expires_on.year}年{expires_on.month}月{expires_on.day}日"
    if on > expires_on:
        return Check("expiry", "有效期", Outcome.FAILED, f"有效期到{day}为止，已经过期。")
    return Check("expiry", "有效期", Outcome.PASSED, f"有效期到{day}。")
