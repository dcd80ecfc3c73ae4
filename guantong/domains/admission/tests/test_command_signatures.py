"""``guantong admission sign`` and what ``verify`` and ``rerun`` say of signatures: the right key, a wrong one, none."""

import json
from pathlib import Path

import pytest

from guantong.config.command import main
from guantong.domains.admission.tests.test_command import allocate
from guantong.engines.proof.signing import SigningKey

KEY, OTHER = SigningKey.from_seed(b"k" * 32), SigningKey.from_seed(b"o" * 32)


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    for name, key in (("key", KEY), ("other", OTHER)):
        (folder / f"{name}.pem").write_bytes(key.to_pem())
        (folder / f"{name}-public.pem").write_bytes(key.public.to_pem())
    return folder


@pytest.fixture
def run(tmp_path):
    out = tmp_path / "run"
    assert allocate(out) == 0
    return out


def sign(run: Path, keys: Path, name: str = "key") -> int:
    return main(["admission", "sign", str(run), "--signing-key", str(keys / f"{name}.pem"), "--issuer", "云澜省教育厅"])


def card_of(run: Path, keys: Path, name: str = "key") -> Path:
    person = (run / "results.csv").read_text("utf-8").splitlines()[1].split(",")[0]
    out = run.parent / f"card-{name}.json"
    signing = ["--signing-key", str(keys / f"{name}.pem"), "--issuer", "云澜省教育厅"] if name else []
    assert main(["admission", "certificate", str(run), person, "--out", str(out), *signing]) == 0
    return out


def verify(card: Path, run: Path, *more: str) -> int:
    return main(["admission", "verify", str(card), "--published", str(run), *more])


def test_a_signed_run_and_certificate_are_said_to_be_whose_they_are(run, keys, capsys):
    assert sign(run, keys) == 0
    assert KEY.key_id in capsys.readouterr().out
    card = card_of(run, keys)
    capsys.readouterr()
    assert verify(card, run) == 0
    out = capsys.readouterr().out
    assert f"由云澜省教育厅签名，密钥 {KEY.key_id}" in out and "运行的封存由云澜省教育厅签名" in out
    assert "请把编号与主管部门另外公布的对照" in out and out.endswith("核对通过。\n")
    assert verify(card, run, "--public-key", str(keys / "key-public.pem")) == 0
    assert verify(card, run, "--public-key", str(run / "keys.json")) == 0


@pytest.mark.parametrize("which", ["certificate", "run", "caller"])
def test_a_wrong_key_is_found_out(run, keys, capsys, which):
    assert sign(run, keys, "other" if which == "run" else "key") == 0
    card = card_of(run, keys, "other" if which == "certificate" else "key")
    more = ["--public-key", str(keys / "other-public.pem")] if which == "caller" else []
    assert verify(card, run, *more) == 1
    assert "不在公布的公钥里" in capsys.readouterr().out


def test_a_tampered_certificate_and_a_tampered_seal_are_found_out(run, keys, capsys):
    sign(run, keys)
    path = card_of(run, keys)
    card = json.loads(path.read_text("utf-8"))
    card["signature"]["signed_on"] = "2020-01-01"
    path.write_text(json.dumps(card), "utf-8")
    assert verify(path, run) == 1
    assert "签名与凭证的内容不符" in capsys.readouterr().out
    path = card_of(run, keys, "")
    seal = json.loads((run / "signature.json").read_text("utf-8"))
    (run / "signature.json").write_text(json.dumps({**seal, "root": "0" * 64}), "utf-8")
    assert verify(path, run) == 1
    assert "不是这次运行的" in capsys.readouterr().out
    (run / "signature.json").write_text("{", "utf-8")
    assert verify(path, run) == 1
    assert "读不出来" in capsys.readouterr().out


def test_without_a_signature_it_says_so_and_a_named_key_is_insisted_on(run, keys, capsys):
    card = card_of(run, keys, "")
    assert verify(card, run) == 0
    assert "凭证没有签名，公布的文件夹里也没有公钥" in capsys.readouterr().out
    sign(run, keys)
    assert verify(card, run) == 0
    assert "凭证没有签名，不能核对是谁签发的" in capsys.readouterr().out
    assert verify(card, run, "--public-key", str(keys / "key-public.pem")) == 1


def test_a_signature_nobody_gave_a_key_for_is_not_called_checked(run, keys, capsys):
    card = card_of(run, keys)
    capsys.readouterr()
    assert verify(card, run) == 0
    assert "凭证带有签名，没有核对" in capsys.readouterr().out


def test_a_run_is_signed_once(run, keys, capsys):
    (run / "keys.json").write_text("left by an attempt that was killed")
    assert sign(run, keys) == 0
    before = (run / "signature.json").read_bytes()
    assert sign(run, keys, "other") == 2
    assert "已经存在" in capsys.readouterr().err
    assert (run / "signature.json").read_bytes() == before


@pytest.mark.parametrize("name", ["key-public.pem", "nothing.pem"])
def test_what_is_no_private_key_signs_nothing(run, keys, capsys, name):
    assert main(["admission", "sign", str(run), "--signing-key", str(keys / name)]) == 2
    assert capsys.readouterr().err
    assert not (run / "signature.json").exists()


@pytest.mark.parametrize("content", [b"", b"{", b'{"format": "guantong-keys-1", "keys": [1]}', b"-----BEGIN"])
def test_what_is_no_public_key_is_refused(run, keys, tmp_path, capsys, content):
    card = card_of(run, keys)
    (tmp_path / "bad").write_bytes(content)
    assert verify(card, run, "--public-key", str(tmp_path / "bad")) == 2
    assert "MTC-363" in capsys.readouterr().err


def test_a_bundle_is_held_to_the_published_and_signed_run(run, keys, tmp_path, capsys):
    bundle = str(tmp_path / "b.zip")
    assert main(["admission", "bundle", str(run), "--out", bundle]) == 0
    sign(run, keys)
    assert main(["admission", "rerun", bundle, "--published", str(run)]) == 0
    out = capsys.readouterr().out
    assert "相同　公布的运行说明" in out and "相同　封存的签名" in out and "共核对 15 项" in out
    assert allocate(tmp_path / "other") == 0
    assert main(["admission", "rerun", bundle, "--published", str(tmp_path / "other")]) == 1
    assert "不同　公布的运行说明" in capsys.readouterr().out
