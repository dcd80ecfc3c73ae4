"""Keys and signatures against the vectors of RFC 8032, and certificates with four separate checks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from guantong.engines.proof.credential import (
    Check,
    IssuerKey,
    Outcome,
    RecordedState,
    SignedCredential,
    check_credential,
    sign_credential,
    signed_bytes,
)
from guantong.engines.proof.signing import SigningKey, VerifyingKey

# RFC 8032 7.1, tests 1 to 3: seed, public key, message, signature.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize("seed,public,message,signature", VECTORS)
def test_it_signs_as_rfc_8032(seed: str, public: str, message: str, signature: str) -> None:
    key = SigningKey.from_seed(bytes.fromhex(seed))
    assert key.public.raw.hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    assert key.public.verify(bytes.fromhex(message), bytes.fromhex(signature))
    assert not key.public.verify(bytes.fromhex(message) + b"x", bytes.fromhex(signature))
    assert not key.public.verify(bytes.fromhex(message), bytes.fromhex(signature)[:-1])


def test_keys_survive_pem_with_and_without_password() -> None:
    key = SigningKey.generate()
    assert SigningKey.from_pem(key.to_pem()).key_id == key.key_id
    assert SigningKey.from_pem(key.to_pem(b"secret"), b"secret").key_id == key.key_id
    assert VerifyingKey.from_pem(key.public.to_pem()) == key.public
    with pytest.raises((ValueError, TypeError)):
        SigningKey.from_pem(key.to_pem(b"secret"), b"wrong")
    assert "PRIVATE" not in repr(key)
    with pytest.raises(ValueError):
        VerifyingKey(b"short")


ISSUER = "云澜省东湖职业技术学校"
CONTENT: dict[str, object] = {
    "number": "YL-2026-000001",
    "issuer": ISSUER,
    "holder": "吴同学",
    "credits": "3.5",
    "issued_on": date(2026, 9, 1),
    "expires_on": None,
}
KEY = SigningKey.from_seed(bytes(range(32)))
KEYS = {KEY.key_id: IssuerKey(KEY.public, ISSUER, date(2026, 1, 1))}
GOOD = sign_credential(CONTENT, KEY)
VALID = RecordedState("issued")


def outcomes(
    credential: SignedCredential = GOOD,
    *,
    keys: dict[str, IssuerKey] | None = None,
    issuer: str = ISSUER,
    issued_on: date | None = date(2026, 9, 1),
    expires_on: date | None = None,
    recorded: RecordedState | None = VALID,
    on: date = date(2026, 11, 22),
) -> dict[str, Outcome]:
    checks: tuple[Check, ...] = check_credential(
        credential,
        keys=KEYS if keys is None else keys,
        issuer=issuer,
        issued_on=issued_on,
        expires_on=expires_on,
        recorded=recorded,
        on=on,
    )
    assert [c.name for c in checks] == ["issuer", "content", "state", "expiry"]
    assert all(c.message.endswith("。") for c in checks)
    return {c.name: c.outcome for c in checks}


ALL_PASSED = dict.fromkeys(("issuer", "content", "state", "expiry"), Outcome.PASSED)


def test_a_good_certificate_passes_all_four_checks_also_after_json() -> None:
    assert outcomes() == ALL_PASSED
    again = SignedCredential.from_json(GOOD.as_json())
    assert again.signature == GOOD.signature
    assert outcomes(again) == ALL_PASSED


def test_a_changed_amount_fails_content_alone() -> None:
    forged = replace(GOOD, content={**CONTENT, "credits": "35"})
    assert outcomes(forged) == {**ALL_PASSED, "content": Outcome.FAILED}
    from guantong.kernel.digest import digest_of

    with_new_digest = replace(forged, digest=digest_of(forged.content))
    assert outcomes(with_new_digest) == {**ALL_PASSED, "content": Outcome.FAILED}
    with_float = replace(GOOD, content={**CONTENT, "credits": 3.5})
    assert outcomes(with_float)["content"] is Outcome.FAILED


def test_a_certificate_signed_by_a_stranger_fails_issuer() -> None:
    stranger = SigningKey.from_seed(b"s" * 32)
    found = outcomes(sign_credential(CONTENT, stranger))
    assert found == {**ALL_PASSED, "issuer": Outcome.FAILED, "content": Outcome.UNKNOWN}
    other = {**KEYS, stranger.key_id: IssuerKey(stranger.public, "别的学校", date(2026, 1, 1))}
    found = outcomes(sign_credential(CONTENT, stranger), keys=other)
    assert found == {**ALL_PASSED, "issuer": Outcome.FAILED}


def test_a_key_signs_only_in_its_time() -> None:
    old = {KEY.key_id: IssuerKey(KEY.public, ISSUER, date(2026, 1, 1), date(2026, 9, 1))}
    assert outcomes(keys=old)["issuer"] is Outcome.FAILED
    assert outcomes(keys=old, issued_on=date(2026, 8, 31))["issuer"] is Outcome.PASSED
    assert outcomes(issued_on=None)["issuer"] is Outcome.UNKNOWN


def test_state_and_expiry_are_separate_checks() -> None:
    revoked = RecordedState("revoked", "冲正")
    assert outcomes(recorded=revoked) == {**ALL_PASSED, "state": Outcome.FAILED}
    corrected = RecordedState("corrected", replaced_by="YL-2026-000002")
    assert outcomes(recorded=corrected) == {**ALL_PASSED, "state": Outcome.FAILED}
    assert outcomes(recorded=None) == {**ALL_PASSED, "state": Outcome.UNKNOWN}
    last = date(2026, 11, 22)
    assert outcomes(expires_on=last) == ALL_PASSED
    assert outcomes(expires_on=last, on=date(2026, 11, 23)) == {**ALL_PASSED, "expiry": Outcome.FAILED}
    filed = RecordedState("issued", digest="0" * 64)
    assert outcomes(recorded=filed)["content"] is Outcome.FAILED


def test_the_signature_covers_a_prefix_of_its_own() -> None:
    assert signed_bytes(CONTENT).startswith(b"guantong-credential-v1\n{")


@pytest.mark.parametrize(
    "broken", [{}, {"signature": "!!!"}, {"signature": "A" * 200}, {"content": "x"}, {"digest": 3}]
)
def test_it_refuses_what_is_no_certificate(broken: dict[str, object]) -> None:
    value = {} if not broken else {**GOOD.as_json(), **broken}
    with pytest.raises(ValueError):
        SignedCredential.from_json(value)
