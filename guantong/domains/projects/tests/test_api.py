"""The JSON door gives what the pages give."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from .conftest import World
from .sample import BASE

pytestmark = pytest.mark.django_db


def test_procedures_and_one_of_them_are_open_to_all(world: World) -> None:
    found = Client().get("/api/v1/procedures?q=样例 基地").json()
    assert [p["code"] for p in found["procedures"]] == ["sample-base"]
    one = Client().get("/api/v1/procedures/sample-base").json()
    assert one["digest"] == world.definitions["sample-base"].digest
    assert [(c["number"], c["required"]) for c in one["conditions"]][1] == ("1", "不低于40个")
    assert Client().get("/api/v1/procedures/none").status_code == 404


def test_a_case_is_opened_and_read(world: World) -> None:
    client = world.client("xu")
    answer = client.post("/api/v1/procedures/sample-base/cases", json.dumps({}), content_type="application/json")
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["step"], [a["id"] for a in made["actions"]]) == ("declare", ["submit", "withdraw"])
    read = client.get(f"/api/v1/projects/cases/{made['id']}").json()
    assert read["story"] == made["story"] and read["conditions"][1]["state"] == "还不能判断"
    assert world.client("zhou").get(f"/api/v1/projects/cases/{made['id']}").status_code == 404
    assert Client().get(f"/api/v1/projects/cases/{made['id']}").status_code == 401


def test_refusals_have_their_codes(world: World) -> None:
    answer = world.client("lin").post(
        "/api/v1/procedures/sample-base/cases", json.dumps({}), content_type="application/json"
    )
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "PRJ-009")
    extra = world.client("xu").post(
        "/api/v1/procedures/sample-base/cases", json.dumps({"x": 1}), content_type="application/json"
    )
    assert extra.status_code == 422


def test_a_register_lists_who_stands_in_it(world: World) -> None:
    from datetime import timedelta

    from guantong.kernel import clock
    from guantong.procedure.cases.public import scan_deadlines

    world.act(world.handed_in(), "gu", "approve")
    with clock.frozen_at(clock.now() + timedelta(days=20)):
        scan_deadlines()
        found = Client().get("/api/v1/registers/sample-bases").json()
    assert found["standing"] == 1 and found["titles"][0]["holder"] == "东湖职业技术学院"
    assert found["titles"][0]["item"] == "智能制造基地"


def test_a_case_tells_what_was_filled_in_and_exactly_what_was_approved(world: World) -> None:
    from datetime import timedelta

    from guantong.kernel import clock
    from guantong.procedure.cases.public import scan_deadlines

    known = "  - {id: kind_of, title: 单位类别, kind: text, required: false, from: organisation.kind}\n"
    text = BASE.replace("  - {id: name, title", known + "  - {id: name, title", 1)
    world.use(text)
    case = world.handed_in()
    client = world.client("xu")
    read = client.get(f"/api/v1/projects/cases/{case.public_id}").json()
    assert read["approved"] is None and read["subject"] == "智能制造基地，2025年"
    (row,) = read["filled"]
    assert (row["field"], row["state"]) == ("kind_of", "没有填写") and row["held"]
    world.act(case, "gu", "approve")
    with clock.frozen_at(clock.now() + timedelta(days=20)):
        scan_deadlines()
        read = client.get(f"/api/v1/projects/cases/{case.public_id}").json()
    was = read["approved"]
    assert was["digest"] == read["digest"] and {"title": "基地名称", "answer": "智能制造基地"} in was["declared"]
    assert was["changes"] == [] and was["sequence"] == read["story"][-1]["sequence"]
    assert world.client("zhou").get(f"/api/v1/projects/cases/{case.public_id}").status_code == 404
