"""A candidate's certificate, checked from outside with the published verifier; the bundle recomputed by anybody."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from guantong.base.accounts.public import VISITOR
from guantong.base.files.public import read_bytes
from guantong.domains.admission.models import RunResult
from guantong.domains.admission.selectors.proofs import certificate_file, certificate_for
from guantong.domains.admission.selectors.published import published_files
from guantong.engines.matching.sealing.bundle import open_bundle, rerun
from guantong.kernel.refusal import Refusal


def verified(scene, tmp_path, card: bytes) -> subprocess.CompletedProcess[str]:
    for name, content in published_files(scene.run).items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "card.json").write_bytes(card)
    return subprocess.run(
        [sys.executable, str(tmp_path / "verify_result.py"), str(tmp_path / "card.json"), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", ["甲", "丙", "丁", "戊", "庚", "辛", "壬", "癸"])
def test_every_certificate_is_verified_from_outside(scene, tmp_path, name):
    scene.run_all()
    done = verified(scene, tmp_path, certificate_file(scene.person(name), scene.candidate(name), scene.round))
    assert done.returncode == 0, done.stderr
    assert "凭证属于本人" in done.stdout


def test_an_altered_certificate_is_noticed(scene, tmp_path):
    scene.run_all()
    card = certificate_for(scene.person("辛"), scene.candidate("辛"), scene.round)
    card["row"] = {**card["row"], "result": [scene.places["东湖软件"].public_id, "ordinary", 1, "admitted"]}
    done = verified(scene, tmp_path, json.dumps(card).encode())
    assert done.returncode != 0


def test_nobody_else_gets_a_certificate(scene):
    scene.run_all()
    for actor in (scene.person("乙"), VISITOR, scene.cast.lin):
        with pytest.raises(Refusal) as refused:
            certificate_for(actor, scene.candidate("甲"), scene.round)
        assert refused.value.code == "ADM-004"


def test_the_bundle_recomputes_and_names_nobody(scene):
    scene.run_all()
    content = read_bytes(scene.run.bundle)
    members = open_bundle(content)
    assert all(one.is_same for one in rerun(members)), [one for one in rerun(members) if not one.is_same]
    text = b"".join(members.values()).decode()
    for name in ("甲", "丙"):
        candidate = scene.candidate(name)
        assert candidate.lot not in text
        assert candidate.number not in text
        assert candidate.person.name not in text


def test_a_certificate_names_nobody_else(scene):
    scene.run_all()
    text = certificate_file(scene.person("甲"), scene.candidate("甲"), scene.round).decode()
    others = RunResult.objects.filter(run=scene.run).exclude(candidate=scene.candidate("甲"))
    assert not any(row.row["candidate"] in text for row in others)
