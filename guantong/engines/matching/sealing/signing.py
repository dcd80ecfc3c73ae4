"""Signatures over certificates and over the seal of a run (Ed25519): made, and judged against published keys.

What is signed is the canonical JSON of the whole document, its ``signature`` standing in it without ``value``: so the
key's id, the issuer's name and the day are signed too, and nothing of the document can be changed. ``format`` says what
kind of document it is, so one cannot be passed off as another.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from guantong.engines.matching.sealing.leaves import canonical
from guantong.engines.proof.credential import Check, IssuerKey, Outcome
from guantong.engines.proof.signing import SigningKey, VerifyingKey

SEAL_FORMAT = "guantong-admission-seal-1"
KEYS_FORMAT = "guantong-keys-1"
ALGORITHM = "Ed25519"


def signed(document: Mapping[str, Any], key: SigningKey, *, issuer: str = "", on: date | None = None) -> dict[str, Any]:
    """The document with its signature in place of whatever stood there. ``issuer``: who says it; ``on``: the day."""
    signature: dict[str, Any] = {
        "algorithm": ALGORITHM,
        "key_id": key.key_id,
        "public_key": key.public.raw.hex(),
        "issuer": issuer,
        "signed_on": on.isoformat() if on is not None else None,
    }
    value = key.sign(canonical({**document, "signature": signature}))
    return {**document, "signature": {**signature, "value": value.hex()}}


def signature_holds(document: Mapping[str, Any], key: VerifyingKey) -> bool:
    """Whether the document carries a signature of this key over everything else in it."""
    signature = document.get("signature")
    if not isinstance(signature, Mapping) or signature.get("key_id") != key.key_id:
        return False
    said = {name: value for name, value in signature.items() if name != "value"}
    try:
        message, value = canonical({**document, "signature": said}), bytes.fromhex(str(signature["value"]))
    except (KeyError, TypeError, ValueError, RecursionError):
        return False
    return key.verify(message, value)


def judge_signature(document: Mapping[str, Any], keys: Mapping[str, IssuerKey], what: str = "凭证") -> Check:
    """One check of who signed a document: unknown without a signature, else passed or failed with a sentence.

    ``keys``: the published keys by id. A key without an issuer's name, or a document that names none (both from the
    command line), is not held to it; nor is a document without a day to the days of its key.
    """

    def done(outcome: Outcome, message: str) -> Check:
        return Check("signature", "签名", outcome, message)

    signature = document.get("signature")
    if signature is None:
        return done(Outcome.UNKNOWN, f"{what}没有签名，不能核对是谁签发的")
    if not isinstance(signature, Mapping) or not isinstance(signature.get("key_id"), str):
        return done(Outcome.FAILED, f"{what}的签名不完整，可能被改动过")
    known = keys.get(signature["key_id"])
    if known is None:
        return done(Outcome.FAILED, f"签名所用的密钥 {signature['key_id'][:32]} 不在公布的公钥里")
    if not signature_holds(document, known.key):
        return done(Outcome.FAILED, f"签名与{what}的内容不符，内容或签名被改动过")
    issuer, day = str(signature.get("issuer") or ""), _day(signature.get("signed_on"))
    if issuer and known.issuer and issuer != known.issuer:
        return done(Outcome.FAILED, f"{what}上写的签发单位是“{issuer[:60]}”，签名的密钥属于“{known.issuer}”")
    if day is not None and (day < known.since or (known.until is not None and day >= known.until)):
        return done(Outcome.FAILED, f"签名的日期 {day} 不在密钥的使用期内")
    by = f"{known.issuer or issuer}签名" if known.issuer or issuer else "签名"
    return done(Outcome.PASSED, f"由{by}，密钥 {known.key.key_id}，内容与签名时相同")


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def seal_document(manifest: Mapping[str, Any], *, title: str = "", bundle: str | None = None) -> dict[str, Any]:
    """What is signed of a run: the digest of its manifest, the root and, where there is one, the bundle's SHA-256."""
    return {
        "format": SEAL_FORMAT,
        "title": title,
        "manifest": manifest["digest"],
        "root": manifest["result"]["root"],
        "leaves": manifest["result"]["leaves"],
        "bundle": bundle,
        "signature": None,
    }


def check_seal(seal: Mapping[str, Any], manifest: Mapping[str, Any], keys: Mapping[str, IssuerKey]) -> Check:
    """Whether the signed seal of a run is of this manifest, and who signed it."""
    result = manifest.get("result")
    root = result.get("root") if isinstance(result, Mapping) else None
    is_same = seal.get("format") == SEAL_FORMAT and seal.get("manifest") == manifest.get("digest")
    if not is_same or seal.get("root") != root:
        return Check("seal", "封存签名", Outcome.FAILED, "封存的签名不是这次运行的")
    found = judge_signature(seal, keys, "封存的签名文件")
    return Check("seal", "封存签名", found.outcome, "运行的封存" + found.message.removeprefix("封存的签名文件"))


def keys_bytes(keys: Iterable[IssuerKey]) -> bytes:
    """``keys.json``: the public keys of whoever signs, those no longer in use too, oldest first."""
    rows = [
        {
            "algorithm": ALGORITHM,
            "key_id": one.key.key_id,
            "public_key": one.key.raw.hex(),
            "pem": one.key.to_pem().decode(),
            "issuer": one.issuer,
            "since": one.since.isoformat(),
            "until": one.until.isoformat() if one.until is not None else None,
        }
        for one in keys
    ]
    return document_bytes({"format": KEYS_FORMAT, "keys": rows})


def read_keys(value: object) -> dict[str, IssuerKey]:
    """Keys of ``keys.json`` by id; ValueError when it is no such file or says a false id."""
    if not isinstance(value, Mapping) or value.get("format") != KEYS_FORMAT or not isinstance(value.get("keys"), list):
        raise ValueError("not a file of keys")
    found: dict[str, IssuerKey] = {}
    for row in value["keys"]:
        if not isinstance(row, Mapping):
            raise ValueError("not a key")
        key = VerifyingKey(bytes.fromhex(str(row.get("public_key"))))
        since, until = _day(row.get("since")), _day(row.get("until"))
        if key.key_id != row.get("key_id") or since is None or (row.get("until") is not None and until is None):
            raise ValueError("a key without its id or days")
        found[key.key_id] = IssuerKey(key, str(row.get("issuer") or ""), since, until)
    return found


def document_bytes(document: Mapping[str, Any]) -> bytes:
    """The file of a document: indented, sorted, one newline at the end."""
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()
