"""What exactly was approved, and what is different now."""

from __future__ import annotations

from datetime import date

import pytest

from guantong.procedure.cases import library
from guantong.procedure.cases.definition import read_definition
from guantong.procedure.cases.selectors import approved, differences_now
from guantong.procedure.conditions import register_fact_source
from guantong.procedure.conditions.sources import _SOURCES

from .conftest import World
from .flow import LOCAL, changed

CONDITIONS = f"""\
conditions:
  id: all_of_it
  label: 条件
  all:
    - {{id: teachers, label: 教师够数, fact: tests.teachers, at_least: 3, {LOCAL}}}
steps:
"""


@pytest.fixture
def teachers(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """How many teachers the register holds today."""
    held = {"count": 5}
    register_fact_source(
        "tests.teachers",
        lambda subject, day, name: held["count"],
        title="专任教师",
        kind="number",
        unit="人",
        origin="register",
        source="测试登记",
    )
    gate = "to: city, needs: [declaration, materials"
    text = changed(("steps:\n", CONDITIONS), (gate, gate + ", conditions"))
    definition = read_definition(text, file="flow.yaml")
    monkeypatch.setattr(library, "find_document", lambda code, region, on: (definition.document, "flow.yaml"))
    yield held
    del _SOURCES["tests.teachers"]


def test_the_snapshot_is_what_the_decider_had(world: World, teachers) -> None:
    case = world.project_at("city")
    assert approved(case) is None
    plan = {"on": "plan", "text": "缺盖章页。"}
    case = world.act(case, "chen", "return", opinion={"items": [plan, {"on": "amount", "text": "核对。"}]})
    world.hand_in(case, "lin", "plan", digest="e")
    case = world.act(case, "lin", "submit", values={"amount": "12000"})
    case = world.act(case, "chen", "forward", opinion="上报。", to="province")
    case = world.act(case, "he", "approve", opinion="同意。")
    found = approved(case)
    assert found is not None
    assert (found.by, found.outcome) == ("何处长（云澜省教育厅）", "立项")
    assert found.answers() == (("项目名称", "智能制造"), ("投入", "12,000.00 元"))
    assert [(f.title, f.digest[0]) for f in found.files] == [("预算表", "d"), ("建设方案", "e")]
    assert found.facts["tests.teachers"].value == 5
    assert differences_now(case, found) == []


def test_it_tells_what_is_different_now(world: World, teachers, monkeypatch) -> None:
    case = world.project_at("granted")
    found = approved(case)
    assert found is not None
    teachers["count"] = 2
    told = differences_now(case, found)
    assert [(d.kind, d.title, d.approved, d.now) for d in told] == [("fact", "专任教师", "5人", "2人")]
    stricter = dict(library.find_document("sample-project", "990000", date(2025, 10, 15))[0])  # type: ignore[index]
    stricter["version"], stricter["help"] = "2", "更严。"
    monkeypatch.setattr(library, "find_document", lambda code, region, on: (stricter, "flow.yaml"))
    assert ("rule", "“help”这一项有改动。") in [(d.kind, d.now) for d in differences_now(case, found)]
    monkeypatch.setattr(library, "find_document", lambda code, region, on: None)
    assert ("rule", "已经不再办理") in [(d.kind, d.now) for d in differences_now(case, found)]


def test_a_refusal_approves_nothing(world: World) -> None:
    case = world.project_at("province")
    case = world.act(case, "he", "refuse", opinion="不符合。")
    assert approved(case) is None
    overturned = world.at("reconsider")
    overturned = world.act(overturned, "chen", "overturn", opinion="申诉成立。")
    found = approved(overturned)
    assert found is not None and found.outcome == "改变"
