"""Runs and certificates under the organiser's key: what was tampered with, another key, a key that was replaced."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from guantong.base.accounts.public import SYSTEM
from guantong.base.audit.models import AuditLine
from guantong.base.files.public import read_bytes
from guantong.base.people.crypto import keyring
from guantong.base.signing.models import IssuerKey
from guantong.base.signing.public import list_keys, renew_signing_key
from guantong.config.command import main
from guantong.domains.admission.actions.cycles import open_seed
from guantong.domains.admission.selectors.proofs import certificate_file, certificate_for, keys_for, run_key
from guantong.domains.admission.selectors.published import published_files
from guantong.domains.admission.selectors.visitor_proofs import check_certificate
from guantong.domains.admission.tests.scene import AFTER
from guantong.engines.matching.sealing.signing import read_keys, signed
from guantong.engines.proof.credential import Outcome
from guantong.engines.proof.signing import SigningKey
from guantong.kernel import clock
from guantong.kernel.reading import read_json


@pytest.fixture
def published(scene):
    scene.run_all()
    with clock.frozen_at(AFTER + timedelta(days=1)):
        yield scene


def card_of(scene, name="辛"):
    return read_json(certificate_file(scene.person(name), scene.candidate(name), scene.round))


def checked(card):
    return check_certificate(json.dumps(card).encode(), "凭证.json")


def page(card) -> str:
    file = SimpleUploadedFile("凭证.json", json.dumps(card).encode())
    return Client().post("/admission/verify/", {"file": file}).content.decode()


def folder_of(scene, path):
    """The published files as a visitor downloads and unpacks them."""
    answer = Client().get(f"/admission/runs/{scene.run.public_id}/files/published.zip")
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(path)
    return path


def test_the_organiser_signs_the_run_when_it_is_sealed(published):
    run, bureau = published.run, published.cast.province_bureau
    (key,) = list_keys()
    assert (key.organisation_id, key.issuer) == (bureau, "云澜省教育厅")
    signature = run.signature["signature"]
    assert (signature["key_id"], signature["issuer"]) == (key.key.key_id, "云澜省教育厅")
    assert signature["signed_on"] == AFTER.astimezone(clock.CHINA_TIME).date().isoformat()
    assert run.signature["root"] == run.root
    assert run.signature["manifest"] == run.manifest["digest"]
    assert run.signature["bundle"] == run.bundle.sha256
    assert published.cycle.title in run.signature["title"]
    assert AuditLine.objects.get(action="seal_run").facts["signed_by"] == key.key.key_id


def test_a_mock_run_is_not_signed(scene):
    from guantong.domains.admission.actions import runs
    from guantong.domains.admission.actions.computing import carry_out

    scene.fill_all()
    run = carry_out(run=runs.start_run(actor=scene.he, round_=scene.round, purpose="mock"))
    assert (run.state, run.signature) == ("computed", {})
    assert list_keys() == ()


@pytest.mark.parametrize("name", ["甲", "丁", "辛", "壬", "癸"])
def test_every_certificate_is_signed_and_holds(published, name):
    found = checked(card_of(published, name))
    assert found.holds and not found.is_unsigned
    assert [(one.name, one.outcome) for one in found.signatures] == [
        ("signature", Outcome.PASSED),
        ("seal", Outcome.PASSED),
    ]
    assert "签名也相符" in page(card_of(published, name))


@pytest.mark.parametrize("what", ["proof", "against", "signed_on", "issuer", "number", "extra"])
def test_a_tampered_certificate_is_told_by_its_signature(published, what):
    """Also where the verifier's own statements would still be true."""
    card = card_of(published)
    if what == "extra":
        card["note"] = "给某单位"
    elif what in ("signed_on", "issuer"):
        card["signature"][what] = "2026-01-01" if what == "signed_on" else "南渡市教育局"
    elif what == "number":
        card["number"] += 1
    elif what == "proof":
        card["proof"] = card["proof"][::-1]
    else:
        card["against"] = {}
    found = checked(card)
    assert not found.holds
    assert found.signatures[0].outcome is Outcome.FAILED
    assert "核验不通过" in page(card) and "不成立" in page(card)


def test_a_page_says_when_only_the_signature_is_false(published):
    card = card_of(published)
    card["signature"]["signed_on"] = "2026-01-01"
    found = checked(card)
    assert found.is_content_right and not found.holds
    assert "内容与公布的结果一致，但签名不成立" in page(card)


def test_a_certificate_signed_by_somebody_else_does_not_hold(published):
    card = signed(card_of(published), SigningKey.generate(), issuer="云澜省教育厅", on=clock.today())
    found = checked(card)
    assert found.is_content_right and not found.holds
    assert "不在公布的公钥里" in found.signatures[0].message


def test_another_issuers_key_of_the_same_installation_does_not_do(published):
    from guantong.base.signing.public import signing_key

    other = signing_key(published.cast.donghu)
    card = signed(card_of(published), other, issuer="云澜省教育厅", on=clock.today())
    assert not checked(card).holds
    assert other.key_id not in keys_for(published.cycle)


def test_a_certificate_without_a_signature_is_said_to_have_none(published):
    card = card_of(published) | {"signature": None}
    found = checked(card)
    assert found.holds and found.is_unsigned
    text = page(card)
    assert "没有签名" in text and "签名也相符" not in text


def test_certificates_before_and_after_a_renewal_hold_and_later_use_of_the_old_key_does_not(published, tmp_path):
    old_card = card_of(published)
    row = IssuerKey.objects.get()
    old_key = SigningKey.from_pem(keyring().open(bytes(row.private_cipher), "signing.issuer-key").encode())
    new = renew_signing_key(actor=SYSTEM, organisation_id=published.cast.province_bureau, reason="每年例行更换")
    new_card = card_of(published)
    assert new_card["signature"]["key_id"] == new != old_card["signature"]["key_id"]
    assert checked(old_card).holds and checked(new_card).holds
    late = signed(old_card, old_key, issuer="云澜省教育厅", on=clock.today() + timedelta(days=1))
    assert "不在密钥的使用期内" in checked(late).signatures[0].message
    assert not checked(late).holds
    folder = folder_of(published, tmp_path)
    keys = read_keys(read_json((folder / "keys.json").read_bytes()))
    assert set(keys) == {old_key.key_id, new}
    for number, (card, status) in enumerate(((old_card, 0), (new_card, 0), (late, 1))):
        path = tmp_path / f"card-{number}.json"
        path.write_text(json.dumps(card), "utf-8")
        assert main(["admission", "verify", str(path), "--published", str(folder)]) == status


def test_after_a_leak_what_was_signed_that_day_does_not_count(published):
    card = card_of(published)
    renew_signing_key(actor=SYSTEM, organisation_id=published.cast.province_bureau, reason="私钥泄露", is_leaked=True)
    assert not checked(card).holds
    assert checked(card_of(published)).holds


def test_the_published_folder_tells_who_signed_and_gives_every_key(published, tmp_path, capsys):
    folder = folder_of(published, tmp_path)
    path = tmp_path / "card.json"
    path.write_bytes(certificate_file(published.person("甲"), published.candidate("甲"), published.round))
    assert main(["admission", "verify", str(path), "--published", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "由云澜省教育厅签名" in said and "运行的封存由云澜省教育厅签名" in said
    assert "第 1 志愿 东湖职业技术学院 01 组：已经录取" in said
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(read_bytes(published.run.bundle))
    assert main(["admission", "rerun", str(bundle), "--published", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "相同　签名时的运行包" in said and "不同　" not in said
    seal = read_json((folder / "signature.json").read_bytes())
    (folder / "signature.json").write_text(json.dumps(seal | {"bundle": "0" * 64}), "utf-8")
    assert main(["admission", "rerun", str(bundle), "--published", str(folder)]) == 1
    assert main(["admission", "verify", str(path), "--published", str(folder)]) == 1


def test_the_page_of_the_run_names_signer_and_keys(published):
    key = list_keys()[0].key.key_id
    text = Client().get(f"/admission/runs/{published.run.public_id}/").content.decode()
    assert "运行的封存由云澜省教育厅签名" in text and key in text and "正在使用" in text
    answer = Client().get(f"/admission/runs/{published.run.public_id}/files/keys.json")
    assert list(read_keys(answer.json())) == [key]


def test_a_run_nobody_signed_is_published_without(published):
    published.run.signature = {}
    published.run.save(update_fields=["signature"])
    assert not {"signature.json", "keys.json"} & set(published_files(published.run))
    assert "这次运行没有签名" in Client().get(f"/admission/runs/{published.run.public_id}/").content.decode()


def test_the_manifest_reads_by_itself(published):
    manifest = published.run.manifest
    words = manifest["words"]
    card = certificate_for(published.person("甲"), published.candidate("甲"), published.round)
    for _, unit, *_ in card["row"]["choices"]:
        assert words[unit].startswith(("东湖职业技术学院", "南渡职业学院"))
    called = {words[place.public_id] for place in published.places.values()}
    assert called >= {"东湖职业技术学院 软件技术", "南渡职业学院 软件技术"}
    assert (words["total"], words["chinese"]) == ("总分", "语文")
    for clause in manifest["pack"]:
        assert clause["title"] and clause["basis"]
        assert words[clause["id"]]


def test_seeds_and_keys_of_runs_are_sealed_again_under_a_new_key(published, settings):
    seed, key = open_seed(published.cycle), run_key(published.run)
    card = card_of(published)
    settings.IDENTITY_KEY = base64.b64encode(b"n" * 32).decode() + "," + settings.IDENTITY_KEY
    out = io.StringIO()
    call_command("renew_keys", stdout=out)
    assert "已重新加密摇号种子和化名密钥 2 项" in out.getvalue()
    scene = published.refresh()
    assert keyring().is_newest(bytes(scene.cycle.seed_cipher)) and keyring().is_newest(bytes(scene.run.key_cipher))
    assert (open_seed(scene.cycle), run_key(scene.run)) == (seed, key)
    assert card_of(scene) == card
    out = io.StringIO()
    call_command("renew_keys", stdout=out)
    assert "已重新加密摇号种子和化名密钥 0 项" in out.getvalue()
