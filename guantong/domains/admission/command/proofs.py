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
from guantong.domains.admission.command.signatures import read_signing_key, same_as_published, tell_signatures
from guantong.engines import matching
from guantong.engines.matching.files import errors
from guantong.engines.matching.files.reading import Files, read_files
from guantong.engines.matching.sealing.bundle import bundle_bytes, open_bundle, rerun
from guantong.engines.matching.sealing.certificate import certificate_bytes, certificate_of
from guantong.engines.matching.sealing.formats import verifier_of
from guantong.engines.matching.sealing.identity import read_key
from guantong.engines.matching.sealing.manifest import Checked, Sealed
from guantong.engines.matching.sealing.signing import signed
from guantong.kernel import clock
from guantong.kernel.reading import read_json
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
    sealed = sealed_run(key, files, reading, outcome, Checked(), manifest.get("format"))
    for what, said, found in (
        ("录取结果", manifest["result"], sealed.manifest["result"]),
        ("投档线或计划表", manifest["published"], sealed.manifest["published"]),
        ("读入的数据或逐项结果", manifest["arrays"], sealed.manifest["arrays"]),
    ):
        if said != found:
            version = str(manifest.get("code", {}).get("version", ""))
            raise errors.RUN_DIFFERS.refuse(folder=str(folder), what=what, version=version)
    sealed.manifest.clear()
    sealed.manifest.update(manifest)
    return sealed, key


def run_certificate(options: argparse.Namespace) -> int:
    """Write one candidate's certificate."""
    signing_key = read_signing_key(options.signing_key) if options.signing_key is not None else None
    sealed, key = load_run(options.folder)
    card = certificate_of(sealed, options.candidate, key)
    if signing_key is not None:
        card = signed(card, signing_key, issuer=options.issuer, on=clock.today())
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
    data = read_bytes(options.bundle)
    members = open_bundle(data)
    found = rerun(members, Progress())
    if options.published is not None:
        found += same_as_published(data, members, options.published)
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
        manifest = read_json((options.published / "manifest.json").read_bytes())
        for is_right, said in verifier_of(manifest)(card, options.published):
            if not is_right:
                sys.stdout.write(f"核对不通过：不成立的是“{said}”。\n")
                return 1
            sys.stdout.write(f"{said}。\n")
    except (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError, csv.Error):
        sys.stdout.write("核对不通过：凭证或公布的文件不完整。\n")
        return 1
    if not tell_signatures(card, options.published, options.public_key):
        return 1
    sys.stdout.write("核对通过。\n")
    return 0
