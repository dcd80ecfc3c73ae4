"""``guantong credit simulate`` and ``replay``: the answers and sentences of the API, and exit statuses that tell."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from guantong.base.accounts.public import VISITOR
from guantong.base.webkit.metering import Meter
from guantong.config.command import main
from guantong.domains.credit.actions.applications import apply_conversion
from guantong.domains.credit.api import conversion
from guantong.domains.credit.models import ConversionApplication
from guantong.domains.credit.rules.conversion import answer, compute
from guantong.domains.credit.selectors.simulating import facts_from
from guantong.domains.credit.tests.scene import Scene, build_scene
from guantong.domains.programmes.public import list_plans
from tests.cast import Cast

SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(__file__).parents[4] / "docs/api/credit-simulate.schema.json").read_text("utf-8"))
)


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return build_scene(cast)


def file_of(folder: Path, value: Any) -> str:
    path = folder / "facts.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return str(path)


def typed() -> dict[str, Any]:
    return {
        "plan": list_plans()[0].public_id,
        "on": "2025-10-15",
        "achievements": [
            {"kind": "x_certificate", "title": "Web 前端", "level": "中级"},
            {"kind": "training", "title": "数据分析", "hours": 64},
            {"kind": "competition", "title": "技能大赛", "level": "省级", "place": "二等奖"},
        ],
    }


def test_the_command_gives_the_answer_of_the_api(scene: Scene, tmp_path: Path, capsys: Any) -> None:
    body = typed()
    assert SCHEMA.is_valid(body)
    assert main(["credit", "simulate", "--facts", file_of(tmp_path, body), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    served = Client().post("/api/v1/credit/simulate", json.dumps(body), content_type="application/json").json()
    assert said == served
    facts = facts_from(body, actor=VISITOR)
    computed = compute(facts)
    assert {k: said[k] for k in computed} == json.loads(json.dumps(computed))
    assert main(["credit", "simulate", "--facts", file_of(tmp_path, body)]) == 0
    text = capsys.readouterr().out
    assert "最佳用法" in text and said["difference"]["sentence"] in text


def test_who_makes_simulations_dear_is_asked_to_wait(scene: Scene, settings: Any, monkeypatch: Any) -> None:
    spent = iter(range(0, 1000, 20))  # every reading of the clock is twenty seconds after the one before
    passed = [0.0]
    monkeypatch.setattr(conversion, "METER", Meter(elapsed=lambda: passed[0], used=lambda: float(next(spent))))
    settings.SIMULATION_SECONDS = 10.0

    def ask(address: str) -> Any:
        body = json.dumps(typed())
        return Client(REMOTE_ADDR=address).post("/api/v1/credit/simulate", body, content_type="application/json")

    assert ask("192.0.2.1").status_code == 200
    refused = ask("192.0.2.1")
    assert refused.status_code == 429 and refused["Retry-After"] == "60"
    (error,) = refused.json()["errors"]
    assert error["code"] == "API-008" and "10 秒" in error["message"] and "60 秒之后" in error["do"]
    assert ask("192.0.2.2").status_code == 200
    passed[0] = 60.0
    assert ask("192.0.2.1").status_code == 200


def test_kept_facts_brought_back_give_the_decision_again(
    scene: Scene, tmp_path: Path, capsys: Any, monkeypatch: Any
) -> None:
    scene.achievement()
    application = apply_conversion(actor=scene.cast.zhao, student_record=scene.record)
    kept = json.loads(json.dumps(application.facts))
    assert SCHEMA.is_valid(kept), list(SCHEMA.iter_errors(kept))[:3]
    assert main(["credit", "simulate", "--facts", file_of(tmp_path, kept), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {k: said[k] for k in application.proposal} == application.proposal
    assert said == json.loads(json.dumps(answer(kept)))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(kept).encode())))
    assert main(["credit", "simulate", "--facts", "-", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == said


@pytest.mark.parametrize(
    ("content", "code"), [("{", "CRD-122"), ('{"a": NaN}', "CRD-122"), ("[]", "CNV-201"), ("{}", "CNV-203")]
)
def test_a_file_that_cannot_be_used_is_refused(
    scene: Scene, tmp_path: Path, capsys: Any, content: str, code: str
) -> None:
    name = file_of(tmp_path, content)
    assert main(["credit", "simulate", "--facts", name]) == 2
    assert code in capsys.readouterr().err
    assert main(["credit", "simulate", "--facts", name, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["errors"][0]["code"] == code
    assert main(["credit", "simulate", "--facts", str(tmp_path / "nowhere.json")]) == 2


def test_replay_checks_one_or_all_and_notices_an_altered_record(scene: Scene, capsys: Any) -> None:
    assert main(["credit", "replay", "--all"]) == 0
    assert "重算了 0 份申请" in capsys.readouterr().out
    scene.achievement()
    number = apply_conversion(actor=scene.cast.zhao, student_record=scene.record).public_id
    assert main(["credit", "replay", number]) == main(["credit", "replay", "--all", "--json"]) == 0
    capsys.readouterr()
    assert main(["credit", "replay", "nowhere"]) == 2
    assert "CRD-003" in capsys.readouterr().err
    row = ConversionApplication.objects.get(public_id=number)
    facts = row.facts
    facts["achievements"][0]["recognised_hundredths"] = 100
    ConversionApplication.objects.filter(pk=row.pk).update(facts=facts)
    assert main(["credit", "replay", number]) == 1
    assert number in capsys.readouterr().out
    assert main(["credit", "replay", "--all", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["differing"][0]["application"] == number and found["differing"][0]["differences"]
