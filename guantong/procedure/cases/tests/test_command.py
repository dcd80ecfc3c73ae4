"""``guantong deadlines``: the same answers as the pages, exit status, JSON; wrong files named with their lines."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import command
from guantong.procedure.cases.models import Case

from .conftest import World
from .sample import changed
from .test_deadlines import china


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.register(parser.add_subparsers())
    options = parser.parse_args(["deadlines", *words])
    return int(options.run(options) or 0)


def test_it_scans_and_says_what_it_did(world: World, capsys) -> None:
    world.at("correct")
    with clock.frozen_at(china(2025, 10, 28)):
        assert run("scan", "--json") == 0
        assert json.loads(capsys.readouterr().out)["lapsed"] == 1
        assert run("scan") == 0
    assert "自动转出0件" in capsys.readouterr().out


def test_it_lists_the_most_urgent_first(world: World, capsys) -> None:
    first, second = world.at("refused"), world.at("department")
    world.at("granted")
    assert run("list", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(r["case"], r["step"], r["due_on"]) for r in rows] == [
        (second.public_id, "院系初审", "2025-10-22"),
        (first.public_id, "申诉期限", "2025-11-05"),
    ]
    assert rows[0]["waiting_for"] == "东湖职业技术学院院系审核人"
    assert run("list", "--days", "10") == 0
    out = capsys.readouterr().out
    assert second.public_id in out and first.public_id not in out


def test_it_replays_one_and_all(world: World, capsys) -> None:
    case = world.at("bank")
    world.at("granted")
    assert run("replay") == 0
    assert "核对了 2 件" in capsys.readouterr().out
    Case.objects.filter(pk=case.pk).update(step="department")
    assert run("replay", case.public_id) == 1
    assert "PRC-203" in capsys.readouterr().out
    assert run("replay", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["cases"], {p["code"] for p in found["problems"]}) == (2, {"PRC-203"})
    with pytest.raises(Refusal) as refused:
        run("replay", "NOSUCH")
    assert refused.value.code == "PRC-102"


def test_it_checks_the_definitions_of_all_regions(capsys) -> None:
    assert run("check") == 0
    out = capsys.readouterr().out
    assert "credit-conversion" in out and "没有问题" in out


def test_it_names_file_and_line_of_a_wrong_definition(tmp_path: Path, capsys) -> None:
    right, wrong = tmp_path / "right.yaml", tmp_path / "wrong.yaml"
    right.write_text(changed(("subject: tests.request", "subject: credit.conversion")))
    assert run("check", str(right), "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["id"] == "sample-request"
    wrong.write_text(
        changed(("subject: tests.request", "subject: credit.conversion"), ("to: department", "to: departement"))
    )
    with pytest.raises(Refusal) as refused:
        run("check", str(right), str(wrong))
    (problem,) = refused.value.problems
    assert problem.where.file == str(wrong) and problem.where.line == 23
    with pytest.raises(Refusal) as refused:
        run("check", str(tmp_path / "none.yaml"))
    assert refused.value.code == "PRC-025"
