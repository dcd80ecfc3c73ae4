"""Signatures at the terminal: signing the seal of a run, judging who signed a run and a certificate."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from guantong.domains.admission.command.folders import KEYS, SIGNATURE, read_bytes, read_manifest, write_new
from guantong.engines.matching.files import errors
from guantong.engines.matching.sealing.bundle import Compared
from guantong.engines.matching.sealing.manifest import sha256
from guantong.engines.matching.sealing.signing import (
    check_seal,
    document_bytes,
    judge_signature,
    keys_bytes,
    read_keys,
    seal_document,
    signed,
)
from guantong.engines.proof.credential import Check, IssuerKey, Outcome
from guantong.engines.proof.signing import SigningKey, VerifyingKey
from guantong.kernel import clock
from guantong.kernel.reading import read_json


def read_signing_key(path: Path) -> SigningKey:
    """The private key of a PEM file; Refusal when it is none."""
    try:
        return SigningKey.from_pem(read_bytes(path))
    except (ValueError, TypeError) as error:
        raise errors.BAD_SIGNING_KEY.refuse() from error


def read_public_keys(path: Path) -> dict[str, IssuerKey]:
    """Public keys by id, of ``keys.json`` or of one PEM file (without an issuer, on any day); Refusal else."""
    data = read_bytes(path)
    try:
        if data.lstrip().startswith(b"{"):
            return read_keys(read_json(data))
        key = VerifyingKey.from_pem(data)
    except (ValueError, TypeError) as error:
        raise errors.BAD_PUBLIC_KEY.refuse() from error
    return {key.key_id: IssuerKey(key, "", date.min)}


def run_sign(options: argparse.Namespace) -> int:
    """Sign the seal of a run and lay signature and public key beside it."""
    key = read_signing_key(options.signing_key)
    manifest = read_manifest(options.folder)
    today = clock.today()
    seal = signed(seal_document(manifest, title=options.title), key, issuer=options.issuer, on=today)
    if not (options.folder / SIGNATURE).exists():
        (options.folder / KEYS).unlink(missing_ok=True)  # of an attempt that was killed
    write_new(options.folder / KEYS, keys_bytes([IssuerKey(key.public, options.issuer, today)]))
    write_new(options.folder / SIGNATURE, document_bytes(seal))
    sys.stdout.write(
        f"已经签名：密钥 {key.key_id}，运行说明摘要 {seal['manifest']}。\n"
        f"{SIGNATURE} 和 {KEYS} 写进了“{options.folder}”，请把密钥编号另外公布一次，供人对照。\n"
    )
    return 0


def tell_signatures(card: Mapping[str, Any], folder: Path, public_key: Path | None) -> bool:
    """Say who signed the run and the certificate; whether nothing is wrong.

    With a key named by the caller the certificate must be signed by it; with the keys of the published folder a
    certificate without a signature is only said to have none.
    """
    at = public_key if public_key is not None else folder / KEYS
    if public_key is None and not at.is_file():
        sys.stdout.write(
            "凭证没有签名，公布的文件夹里也没有公钥。\n"
            if card.get("signature") is None
            else "凭证带有签名，没有核对；要核对签名，请用 --public-key 给出公布的公钥。\n"
        )
        return True
    keys = read_public_keys(at)
    found = [judge_signature(card, keys)]
    if (folder / SIGNATURE).is_file():
        found.append(_seal(folder, keys))
    for one in found:
        if one.outcome is Outcome.FAILED or (one.outcome is Outcome.UNKNOWN and public_key is not None):
            sys.stdout.write(f"核对不通过：{one.message}。\n")
            return False
        sys.stdout.write(f"{one.message}。\n")
    if public_key is None:
        sys.stdout.write(
            f"公钥取自公布的文件夹里的 {KEYS}；请把编号与主管部门另外公布的对照，或者用 --public-key 给出公钥。\n"
        )
    return True


def _seal(folder: Path, keys: Mapping[str, IssuerKey]) -> Check:
    try:
        seal, manifest = (read_json((folder / name).read_bytes()) for name in (SIGNATURE, "manifest.json"))
    except (OSError, ValueError):
        seal = manifest = None
    if not isinstance(seal, dict) or not isinstance(manifest, dict):
        return Check("seal", "封存签名", Outcome.FAILED, f"{SIGNATURE} 读不出来")
    return check_seal(seal, manifest, keys)


def same_as_published(data: bytes, members: Mapping[str, bytes], folder: Path) -> tuple[Compared, ...]:
    """Whether a bundle is of the run published in a folder and, where its seal was signed with it, is that bundle."""
    published = read_manifest(folder)
    digest = read_json(members["manifest.json"])["digest"]
    found = [Compared("公布的运行说明", published["digest"] == digest, digest, str(published["digest"]))]
    if (folder / SIGNATURE).is_file():
        keys = read_public_keys(folder / KEYS) if (folder / KEYS).is_file() else {}
        seal = _seal(folder, keys)
        found.append(Compared("封存的签名", seal.outcome is Outcome.PASSED, digest, seal.message))
        said = read_json((folder / SIGNATURE).read_bytes()).get("bundle") if seal.outcome is Outcome.PASSED else None
        if said is not None:
            found.append(Compared("签名时的运行包", said == sha256(data), sha256(data), str(said)))
    return tuple(found)
