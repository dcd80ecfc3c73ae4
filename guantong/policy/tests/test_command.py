"""``guantong policy …`` and ``guantong systems``: output, exit status, and no Django."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from guantong.config import command
from guantong.policy.tests.folders import write
from guantong.policy.tests.test_broken_folders import BROKEN


@pytest.fixture(autouse=True)
def _regions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANTONG_REGIONS", str(write(tmp_path)))
    for module in list(command.PURE_GROUPS):
        try:
            __import__(module)
        except ModuleNotFoundError:
            monkeypatch.setattr(command, "PURE_GROUPS", tuple(m for m in command.PURE_GROUPS if m != module))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = command.main(["policy", *arguments])
    out, err = capsys.readouterr()
    return status, out, err


GET = ("get", "plan.practice_share", "--region", "530100", "--on", "2020-06-01")


def test_get_shows_value_clause_and_chain(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, *GET)
    assert status == 0
    for words in ("55%", "下限", "《云南办法》（云〔2015〕2号）第二条", "昆明市", "中华人民共和国"):
        assert words in out


def test_get_as_json_keeps_numbers_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, *GET, "--json")
    data = json.loads(out)
    assert status == 0
    assert data["value"] == "55"
    assert data["document_number"] == "云〔2015〕2号"
    assert [link["state"] for link in data["chain"]] == ["absent", "chosen", "limits"]
    assert len(data["law_version"]) == 64


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("get", "plan.nothing", "--region", "530000", "--on", "2020-06-01"), "POL-003"),
        (("get", "plan.practice_share", "--region", "1", "--on", "2020-06-01"), "POL-001"),
        (("get", "plan.practice_share", "--region", "530000", "--on", "2020-06-31"), "POL-011"),
        (("get", "plan.practice_share", "--region", "530000", "--on", "1990-01-01"), "POL-002"),
        (("diff", "--region", "530000", "--from", "2020-01-01", "--to", "2019-01-01"), "POL-012"),
        (("list", "--region", "440000"), "POL-001"),
        (("check", "/nowhere/at/all"), "POL-010"),
        (("check", "regions/_template"), "POL-013"),
    ],
)
def test_a_refusal_prints_its_sentence_and_exits_2(
    arguments: tuple[str, ...], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert code in err
    status, out, _ = run(capsys, *arguments, "--json")
    assert status == 2
    assert json.loads(out)["errors"][0]["code"] == code


def test_list_has_the_promised_keys(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "list", "--json")
    rows = json.loads(out)
    promised = {
        "parameter", "region", "value", "unit", "from", "document_title", "document_number", "clause", "bound",
        "source", "scope", "until", "system", "status",
    }  # fmt: skip
    assert status == 0
    assert len(rows) == 6
    assert all(promised <= set(row) for row in rows)
    status, out, _ = run(capsys, "list", "--region", "100000", "--json")
    assert {row["region"] for row in json.loads(out)} == {"100000"}
    status, out, _ = run(capsys, "list")
    assert "共 3 个参数，6 个带日期的值。" in out


def test_check_says_what_was_checked(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "check", "--on", "2023-12-01")
    assert status == 0
    assert "即将终止" in out
    assert "3 个地区，3 份文件，3 个参数，6 个带日期的值" in out


def test_check_lists_every_fault_of_one_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    faults = {BROKEN[name][0]: BROKEN[name][1] for name in ("below the parent's floor", "anchor")}
    root = write(tmp_path / "broken", faults)
    status, _, err = run(capsys, "check", str(root))
    assert status == 2
    assert "REG-019" in err
    assert "REG-003" in err
    status, _, err = run(capsys, "check", str(root / "530000-yunnan"))
    assert status == 2
    assert "REG-003" not in err
    status, out, _ = run(capsys, "check", str(root / "530100-kunming"))
    assert status == 0
    assert "其他地区文件夹还有" in out


def test_check_runs_the_examples(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    case = '- {name: 例, parameter: plan.practice_share, region: "530000", on: 2020-01-01, expect: "60"}\n'
    root = write(tmp_path / "cases", {"530000-yunnan/cases/a.yaml": case})
    status, _, err = run(capsys, "check", str(root))
    assert status == 2
    assert "例子“例”不成立" in err


def test_diff_tells_what_changed(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "diff", "--region", "530000", "--from", "2015-06-01", "--to", "2020-01-01")
    assert status == 0
    assert "由 50% 改为 55%" in out
    _, out, _ = run(capsys, "diff", "--region", "530000", "--from", "2015-06-01", "--to", "2020-01-01", "--json")
    assert [c["parameter"] for c in json.loads(out)] == ["credit.certificate_cap", "plan.practice_share"]


def test_documents_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "documents")
    assert "共 3 份文件。" in out
    _, out, _ = run(capsys, "documents", "--region", "100000", "--json")
    assert {d["id"] for d in json.loads(out)} == {"cn-law", "cn-old"}


def test_policy_and_systems_start_without_django(tmp_path: Path) -> None:
    code = (
        "import argparse, sys, importlib\n"
        "parser = argparse.ArgumentParser(); groups = parser.add_subparsers()\n"
        "for name in ('guantong.policy.command', 'guantong.site.systems.command'):\n"
        "    importlib.import_module(name).register(groups)\n"
        "for line in (['policy', 'documents'], ['systems']):\n"
        "    options = parser.parse_args(line); options.run(options)\n"
        "sys.exit(any(m == 'django' or m.startswith('django.') for m in sys.modules))\n"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
