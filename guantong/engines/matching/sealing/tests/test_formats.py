"""Runs sealed in the earlier format: sealed again byte for byte, verified and computed again as they were published."""

from __future__ import annotations

import hashlib
import json

import pytest

from guantong.engines.matching import allocate_plainly
from guantong.engines.matching.files.writing import CUTOFFS, CUTOFFS_1
from guantong.engines.matching.sealing import verify_result, verify_result_1
from guantong.engines.matching.sealing.bundle import bundle_bytes, open_bundle, rerun
from guantong.engines.matching.sealing.certificate import certificate_bytes, certificate_of
from guantong.engines.matching.sealing.formats import FORMAT, FORMAT_1, verifier_of, verifier_source
from guantong.engines.matching.sealing.manifest import Checked, seal_under
from guantong.engines.matching.sealing.tests.inventing import invented_instance
from guantong.engines.matching.sealing.tests.publishing import KEY, publish
from guantong.engines.matching.tests.strategies import random_instance

AS_SEALED_THEN = "926f069afb8d138e586a76eb8f9c5328e4b0aab9988aa381db04daf8b349ec7e"
"""SHA-256 over cut-offs and results of the invented runs 0 to 119, as the program wrote them before format 2."""


def sealed_in(layout, instance):
    return seal_under(KEY, instance, allocate_plainly(instance), inputs={}, checked=Checked(), layout=layout)


def test_a_run_of_the_earlier_format_is_sealed_again_byte_for_byte():
    found = hashlib.sha256()
    for seed in range(120):
        sealed = sealed_in(FORMAT_1, invented_instance(seed))
        assert sealed.manifest["format"] == FORMAT_1
        found.update(sealed.cutoffs)
        found.update(json.dumps(sealed.manifest["result"], sort_keys=True).encode())
    assert found.hexdigest() == AS_SEALED_THEN


@pytest.mark.parametrize("seed", range(30))
def test_its_certificates_hold_under_the_verifier_published_with_it(tmp_path, seed):
    instance = random_instance(f"format 1 {seed}", mechanism="sequential" if seed % 3 else None, candidates=15)
    sealed = sealed_in(FORMAT_1, instance)
    folder = publish(sealed, tmp_path / "published")
    assert verifier_of(sealed.manifest) is verify_result_1.check
    for candidate in instance.candidates:
        card = json.loads(certificate_bytes(certificate_of(sealed, candidate, KEY)))
        assert [said for is_right, said in verify_result_1.check(card, folder) if not is_right] == []


@pytest.mark.parametrize("layout", [FORMAT_1, FORMAT])
def test_its_bundle_computes_again_and_carries_its_own_verifier(layout):
    told = 0
    for seed in range(25):
        sealed = sealed_in(layout, invented_instance(seed, 12))
        members = open_bundle(bundle_bytes(sealed))
        assert members["verify_result.py"] == verifier_source(layout)
        assert [one.title for one in rerun(members) if not one.is_same] == []
        told += sealed.instance.rules.mechanism == "sequential"
    assert told > 3


def test_the_two_formats_and_their_verifiers_are_told_apart():
    instance = random_instance("apart 4", mechanism="sequential", candidates=40, places=8)
    assert len(instance.candidates) > 20
    then, now = sealed_in(FORMAT_1, instance), sealed_in(FORMAT, instance)
    assert then.cutoffs.split(b"\n")[0].decode().split(",") == list(CUTOFFS_1)
    assert now.cutoffs.split(b"\n")[0].decode().split(",") == list(CUTOFFS)
    assert len(then.outcome.cutoffs) < len(now.outcome.cutoffs)
    assert now.manifest["format"] == FORMAT and verifier_of(now.manifest) is verify_result.check
    assert verifier_source() != verifier_source(FORMAT_1)
    assert then.manifest["result"] == now.manifest["result"], "lines of candidates are the same in both"
