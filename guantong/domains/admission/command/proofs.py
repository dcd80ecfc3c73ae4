"""``guantong admission certificate | bundle | rerun | verify``: what proves a run."""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

from guantong.domains.admission.command.folders import (
    PUBLISHED,
    kept_inputs,
    read_bytes,
    read_card,
    read_manifest,
    write_new,
)
from guantong.domains.admission.command.running import Progress, sealed_run
from guantong.engines import matching
from guantong.engines.matching.files import errors
from guantong.engines.matching.files.reading import Files, read_files
from guantong.engines.matching.sealing.bundle import bundle_bytes, open_bundle, rerun
from guantong.engines.matching.sealing.certificate import certificate_bytes, certificate_of, signature_holds
from guantong.engines.matching.sealing.identity import read_key
from guantong.engines.matching.sealing.manifest import Checked, Sealed
from guantong.engines.matching.sealing.verify_result import check
from guantong.engines.proof.signing import SigningKey, VerifyingKey
from guantong.kernel.refusal import Where


def load_run(folder: Path) -> tuple[Sealed, bytes]:
    """A run taken up from its folder, computed and sealed again; Refusal MTC-356 unless that gives the same seal.

    The key that made its pseudonyms comes with it.
    """
    say = Progress()
    manifest = read_manifest(folder)
    say("读取封存的输入")
    data, key_text = kept_inputs(folder, manifest)
    key = read_key(key_text)
    files = Files(data)
    reading = read_files(files)
    say("重新计算，与封存的结果比较")
    outcome = matching.allocate(reading.instance)
    sealed = sealed_run(key, files, reading, outcome, Checked())
    for what, said, found in (
        ("录取结果", manifest["result"], sealed.manifest["result"]),
        ("投档线或计划表", manifest["published"], sealed.manifest["published"]),
    ):
        if said != found:
            version = str(manifest.get("code", {}).get("version", ""))
            raise errors.RUN_DIFFERS.refuse(folder=str(folder), what=what, version=version)
    sealed.manifest.clear()
    sealed.manifest.update(manifest)
    return sealed, key


def run_certificate(options: argparse.Namespace) -> int:
    """Write one candidate's certificate."""
    signing_key = None
    if options.signing_key is not None:
        try:
            signing_key = SigningKey.from_pem(read_bytes(options.signing_key))
        except (ValueError, TypeError) as error:
            raise errors.BAD_SIGNING_KEY.refuse() from error
    sealed, key = load_run(options.folder)
    card = certificate_of(sealed, options.candidate, key, signing_key)
    write_new(options.out, certificate_bytes(card))
    sys.stdout.write(f"考生 {options.candidate} 的凭证写到了“{options.out}”。其中有本人的成绩，请只交给本人。\n")
    return 0


def run_bundle(options: argparse.Namespace) -> int:
    """Write the pseudonymised bundle."""
    sealed, _ = load_run(options.folder)
    data = bundle_bytes(sealed)
    write_new(options.out, data)
    sys.stdout.write(
        f"运行包写到了“{options.out}”，{len(data):,} 字节。编号已经换成代号；包里有摇号种子，请在公布结果之后再公布。\n"
    )
    return 0


def run_rerun(options: argparse.Namespace) -> int:
    """Compute a bundle again; exit status 1 when anything differs."""
    found = rerun(open_bundle(read_bytes(options.bundle)), Progress())
    for one in found:
        if one.is_same:
            sys.stdout.write(f"相同　{one.title}\n")
        else:
            sys.stdout.write(f"不同　{one.title}：包里是 {one.said}，重新计算是 {one.found}\n")
    differing = sum(not one.is_same for one in found)
    if differing:
        sys.stdout.write(f"重新计算的结果与包里的不同，共 {differing} 项。\n")
        return 1
    sys.stdout.write(f"重新计算的结果与包里的完全相同，共核对 {len(found)} 项。\n")
    return 0


def run_verify(options: argparse.Namespace) -> int:
    """Check a certificate with the published verifier, and its signature besides; exit status 1 when it does not
    hold.
    """
    card = read_card(options.certificate)
    for name in PUBLISHED[:3]:
        if not (options.published / name).is_file():
            raise errors.NOT_PUBLISHED.refuse(name=name, where=Where(file=str(options.published)))
    try:
        for is_right, said in check(card, options.published):
            if not is_right:
                sys.stdout.write(f"核对不通过：不成立的是“{said}”。\n")
                return 1
            sys.stdout.write(f"{said}。\n")
    except (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError, csv.Error):
        sys.stdout.write("核对不通过：凭证或公布的文件不完整。\n")
        return 1
    return _verify_signature(card, options.public_key)


def _verify_signature(card: dict[str, object], path: Path | None) -> int:
    if path is not None:
        try:
            key = VerifyingKey.from_pem(read_bytes(path))
        except (ValueError, TypeError) as error:
            raise errors.BAD_SIGNING_KEY.refuse() from error
        if not signature_holds(card, key):
            sys.stdout.write("核对不通过：凭证没有这个公钥的签名，或签名与内容不符。\n")
            return 1
        sys.stdout.write(f"签名与公钥 {key.key_id} 相符。\n")
    elif card.get("signature") is not None:
        sys.stdout.write("凭证带有签名，没有核对；要核对签名，请用 --public-key 给出公布的公钥。\n")
    sys.stdout.write("核对通过。\n")
    return 0
