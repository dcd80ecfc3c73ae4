"""Admission at the JSON door: what is open, the own list and result, and the same refusals as on the pages."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from guantong.domains.admission.models import PreferenceList
from guantong.domains.admission.selectors.proofs import certificate_file
from guantong.domains.admission.tests.people import signed_in
from guantong.domains.admission.tests.scene import AFTER, UNITS, Scene
from guantong.kernel import clock

BASE = "/api/v1/admission"
DONGHU, NURSING, NANDU = UNITS["东湖01"], UNITS["东湖02"], UNITS["南渡01"]


@pytest.fixture
def jia(scene: Scene) -> Client:
    return signed_in(scene, "甲")


@pytest.fixture
def published(scene: Scene):
    scene.run_all()
    with clock.frozen_at(AFTER + timedelta(days=1)):
        yield scene


def ask(path: str, client: Client | None = None, **query: Any) -> Any:
    response = (client or Client(raise_request_exception=False)).get(f"{BASE}/{path}", query)
    assert response.status_code == 200, response.content.decode()[:400]
    return response.json()


def send(client: Client, method: str, scene: Scene, path: str, body: Any) -> Any:
    content = body if isinstance(body, str) else json.dumps(body)
    address = f"{BASE}/rounds/{scene.round.public_id}/{path}"
    return client.generic(method, address, content, content_type="application/json")


def codes(response: Any) -> list[str]:
    body = response.json()
    assert body["ok"] is False and body["status"] == response.status_code
    return [error["code"] for error in body["errors"]]


# ---- open to all -------------------------------------------------------------------------------------------------


def test_cycles_tell_stages_days_and_how_to_choose(scene):
    found = ask("cycles")["cycles"]
    assert [c["id"] for c in found] == [scene.cycle.public_id]
    one = ask(f"cycles/{scene.cycle.public_id}")
    assert one == found[0] and one["stage"] == "choices"
    round_ = one["rounds"][0]
    assert (round_["unit"], round_["list_length"], round_["programmes_in_group"]) == ("group", 45, 6)
    assert round_["is_open"] and round_["asks_reassignment"] and round_["published_run"] is None
    assert one["seed_commitment"] == scene.cycle.seed_commitment and one["seed_revealed"] == ""
    assert one["basis"][0]["clause"] == "第二条"
    assert [p["title"] for p in one["calendar"]][:2] == ["编制计划", "报名和考试"]


def test_places_are_searched_and_told_with_clauses(published):
    found = ask(f"cycles/{published.cycle.public_id}/places", q="軟件")
    assert found["total"] == 2 and found["next_page"] is None
    assert {p["school"]: p["seats"] for p in found["places"]} == {"东湖职业技术学院": 2, "南渡职业学院": 2}
    one = ask(f"places/{published.places['东湖软件'].public_id}")
    match = next(r for r in one["requirements"] if r["title"] == "专业大类对口")
    assert match["kind"] == "condition" and match["basis"][0]["clause"] == "第四条"
    assert one["cutoffs"][0]["keys"][0] == {"title": "总分", "value": "590"}
    assert one["fee_fen"] == 500_000 and one["prospectus_filed_on"] == "2025-10-15"
    school = ask(f"cycles/{published.cycle.public_id}/schools/{published.places['东湖软件'].school.public_id}")
    assert school["charter"] == "招生章程全文。" and len(school["prospectus"]) >= 6


def test_figures_of_a_published_round(published):
    rows = ask(f"rounds/{published.round.public_id}/cutoffs")
    nandu = next(r for r in rows["cutoffs"] if r["place"] == published.places["南渡软件"].public_id and not r["slice"])
    assert [k["value"] for k in nandu["keys"]] == ["550", "335", "85", "70"]
    assert (nandu["rank"], nandu["seats"], nandu["admitted"], nandu["is_full"]) == (6, 2, 3, False)
    software = next(r for r in rows["cutoffs"] if r["place"] == published.places["东湖软件"].public_id)
    assert software["is_full"], "somebody was turned away there"
    table = ask(f"cycles/{published.cycle.public_id}/rank-table", step="10")
    assert table["rows"][0] == {"at_least": "600", "count": 1, "cumulative": 1}
    assert ask(f"rounds/{published.round.public_id}/vacancies") == {
        "round": published.round.public_id,
        "total": 0,
        "vacancies": [],
        "next_page": None,
    }
    run = ask(f"runs/{published.run.public_id}")
    assert run["root"] == published.run.root and run["mismatches"] == 0
    for address in run["files"]:
        assert Client().get(address).status_code == 200, address
    openings = ask(f"cycles/{published.cycle.public_id}/openings")["openings"]
    assert len(openings) == 10 and all(o["basis"] for o in openings)


def test_nothing_is_open_before_it_is_published(scene):
    scene.fill_all()
    scene.close()
    scene.compute()
    assert ask(f"rounds/{scene.round.public_id}/cutoffs") == {
        "round": scene.round.public_id, "run": None, "total": 0, "cutoffs": [], "next_page": None,
    }  # fmt: skip
    response = Client().get(f"{BASE}/runs/{scene.run.public_id}")
    assert response.status_code == 404 and codes(response) == ["ADM-005"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("cycles/UNKNOWN", "ADM-001"),
        ("rounds/UNKNOWN/cutoffs", "ADM-002"),
        ("places/UNKNOWN", "ADM-003"),
        ("runs/UNKNOWN", "ADM-005"),
    ],
)
def test_what_is_not_there_is_said_as_on_the_pages(scene, path, code):
    response = Client().get(f"{BASE}/{path}")
    assert response.status_code == 404 and codes(response) == [code]


def test_wrong_questions_name_the_field(scene):
    for query in ({"page": "0"}, {"least_fee": "-1"}, {"q": "长" * 61}):
        response = Client().get(f"{BASE}/cycles/{scene.cycle.public_id}/places", query)
        assert response.status_code == 422 and response.json()["errors"][0]["column"] == next(iter(query))
    assert Client().get(f"{BASE}/cycles/{scene.cycle.public_id}/rank-table", {"step": "3"}).status_code == 422


# ---- the own list ------------------------------------------------------------------------------------------------


def test_a_list_is_saved_read_and_locked(scene, jia):
    entries = [
        {"unit": DONGHU, "programmes": ["510203"], "accept_reassignment": True},
        {"unit": NURSING, "programmes": [], "accept_reassignment": False},
    ]
    saved = send(jia, "PUT", scene, "list", {"revision": 0, "entries": entries})
    assert saved.status_code == 200, saved.content
    body = saved.json()
    assert body["state"] == "draft" and body["revision"] == 1 and body["warnings"][0]["code"] == "ADM-083"
    assert body["warnings"][0]["clause"]
    assert ask(f"rounds/{scene.round.public_id}/list", jia) == body
    refused = send(jia, "POST", scene, "list/lock", {"revision": 1})
    assert refused.status_code == 409 and codes(refused) == ["ADM-084", "ADM-083"]
    locked = send(jia, "POST", scene, "list/lock", {"revision": 1, "confirmed": True}).json()
    assert locked["state"] == "locked" and len(locked["digest"]) == 64
    assert locked["digest"] == scene.list_of("甲").digest
    again = send(jia, "PUT", scene, "list", {"revision": 1, "entries": []})
    assert again.status_code == 409 and codes(again) == ["ADM-071"]


def test_every_fault_of_a_list_is_named_with_its_place(scene, jia):
    entries = [
        {"unit": DONGHU, "programmes": ["510203", "510203"], "accept_reassignment": False},
        {"unit": DONGHU, "programmes": [], "accept_reassignment": False},
        {"unit": "9900000009-01", "programmes": [], "accept_reassignment": False},
    ]
    refused = send(jia, "PUT", scene, "list", {"revision": 0, "entries": entries})
    assert refused.status_code == 422 and codes(refused) == ["ADM-079", "ADM-077", "ADM-076"]
    assert [e["column"] for e in refused.json()["errors"]] == ["entries.1", "entries.2", "entries.3"]
    assert not PreferenceList.objects.exists()


def test_an_old_revision_is_told_what_changed(scene, jia):
    one = {"unit": DONGHU, "programmes": [], "accept_reassignment": False}
    two = one | {"unit": NANDU}
    send(jia, "PUT", scene, "list", {"revision": 0, "entries": [one, two]})
    refused = send(jia, "PUT", scene, "list", {"revision": 0, "entries": [one]})
    assert refused.status_code == 409 and codes(refused) == ["ADM-073"]
    assert "增加了第 2 志愿" in refused.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "body",
    [
        {"revision": 0},
        {"revision": "0", "entries": []},
        {"revision": -1, "entries": []},
        {"revision": 0, "entries": [{"unit": ""}]},
        {"revision": 0, "entries": [{"unit": "A", "more": 1}]},
        {"revision": 0, "entries": [{"unit": "A", "accept_reassignment": "yes"}]},
        {"revision": 0, "entries": [{"unit": "A"}] * 201},
    ],
)
def test_bodies_of_another_shape_change_nothing(scene, jia, body):
    refused = send(jia, "PUT", scene, "list", body)
    assert refused.status_code == 422 and set(codes(refused)) == {"API-003"}
    assert not PreferenceList.objects.exists()


def test_the_own_list_is_nobody_elses(scene, jia):
    send(jia, "PUT", scene, "list", {"revision": 0, "entries": [{"unit": DONGHU}]})
    address = f"{BASE}/rounds/{scene.round.public_id}/list"
    assert Client().get(address).status_code == 401
    other = signed_in(scene, "乙").get(address)
    assert other.status_code == 404 and codes(other) == ["ADM-008"]
    bureau = Client(raise_request_exception=False)
    bureau.force_login(scene.cast.user("he"))
    assert codes(bureau.get(address)) == ["ADM-011"]
    assert len(ask(f"rounds/{scene.round.public_id}/list", jia)["entries"]) == 1


# ---- the own result ----------------------------------------------------------------------------------------------


def test_the_own_result_and_certificate(published):
    xin = signed_in(published, "辛")
    found = ask(f"rounds/{published.round.public_id}/result", xin)
    assert found["place"] is None and found["reason"] == "not_placed" and found["root"] == published.run.root
    assert found["choices"][0]["code"] == "below_cutoff" and found["choices"][0]["sentence"].startswith("低于这里最后")
    card = xin.get(f"{BASE}/rounds/{published.round.public_id}/certificate")
    assert card.content == certificate_file(published.person("辛"), published.candidate("辛"), published.round)
    placed = ask(f"rounds/{published.round.public_id}/result", signed_in(published, "甲"))
    assert placed["place"] == published.places["东湖软件"].public_id and placed["state"] == "dispatched"


def test_there_is_no_result_before_publication(scene, jia):
    for path, code in (("result", "ADM-143"), ("certificate", "ADM-183")):
        refused = jia.get(f"{BASE}/rounds/{scene.round.public_id}/{path}")
        assert refused.status_code == 409 and codes(refused) == [code]


def test_the_interface_is_described_with_shapes(scene):
    schema = Client().get("/api/v1/openapi.json").json()
    ours = {path: item for path, item in schema["paths"].items() if path.startswith(BASE)}
    assert len(ours) >= 13
    for path, item in ours.items():
        for operation in item.values():
            answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
            assert answer, path
            assert operation["summary"] and operation["operationId"].startswith("admission_")
