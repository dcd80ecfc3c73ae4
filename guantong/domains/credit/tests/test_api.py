"""The JSON door of the credit bank: who may, what comes back, and that every refusal names its place."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

import pytest
from django.test import Client

from guantong.domains.credit.actions.applications import apply_conversion
from guantong.domains.credit.actions.certificates import issue_statement, signed
from guantong.domains.credit.models import Achievement, ConversionApplication, CreditAccount, LedgerEntry
from guantong.domains.credit.tests.door import BASE, item, key_of, places, send
from guantong.domains.credit.tests.scene import Scene, build_scene
from guantong.engines.proof.credential import signed_bytes
from guantong.engines.proof.signing import VerifyingKey
from tests.cast import Cast


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return build_scene(cast)


@pytest.fixture
def zhao(scene: Scene) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(scene.cast.user("zhao"))
    return client


@pytest.fixture
def key(scene: Scene) -> dict[str, str]:
    return key_of(scene.cast.enterprise)


# ---- deposits ------------------------------------------------------------------------------------------------


def test_a_batch_is_deposited_once_however_often_it_is_sent(scene: Scene, key: dict[str, str]) -> None:
    batch = {
        "achievements": [
            item(scene),
            item(scene, kind="培训记录", title="数据分析培训", level=None, certificate_number=None, hours=64),
        ]
    }
    first = send(batch, key)
    assert first.status_code == 200, first.content.decode()
    body = first.json()
    assert (body["created"], body["already"]) == (2, 0)
    assert [a["outcome"] for a in body["achievements"]] == ["created", "created"]
    row = Achievement.objects.get(public_id=body["achievements"][0]["id"])
    assert (row.level, row.state, row.issuer_id) == (2, "recognised", scene.cast.enterprise)
    entries = LedgerEntry.objects.count()
    again = send(batch, key).json()
    assert (again["created"], again["already"]) == (0, 2)
    assert [a["id"] for a in again["achievements"]] == [a["id"] for a in body["achievements"]]
    assert LedgerEntry.objects.count() == entries
    part = send({"achievements": [item(scene), item(scene, title="另一张", certificate_number="X2")]}, key).json()
    assert [a["outcome"] for a in part["achievements"]] == ["already", "created"]


def test_one_wrong_field_keeps_the_whole_batch_out_and_all_are_named(scene: Scene, key: dict[str, str]) -> None:
    response = send(
        {
            "achievements": [
                item(scene),
                item(scene, kind="勋章"),
                item(scene, level="九级", certificate_number="X3"),
                item(scene, level=None, certificate_number="X4"),
                item(scene, issued_on="2026-02-30", certificate_number="X5"),
                item(scene, issued_on="2026-02-20", certificate_number="X6"),
                item(scene, id_number="99010120050307001X"),
                item(scene, name="小钱", certificate_number="X7"),
            ]
        },
        key,
    )
    assert response.status_code == 422
    found = places(response)
    assert ("CRD-012", "achievements.2.level") in found
    assert ("CRD-011", "achievements.3.level") in found
    assert ("CRD-013", "achievements.5.issued_on") in found
    assert "achievements.1.kind" in [p for _, p in found]
    assert "achievements.4.issued_on" in [p for _, p in found]
    assert "achievements.6.id_number" in [p for _, p in found]
    assert "achievements.7.name" in [p for _, p in found]
    assert not any(place.startswith("achievements.0.") for _, place in found)
    assert not Achievement.objects.exists()
    assert not LedgerEntry.objects.exists()
    for number in (scene.cast.id_numbers["zhao"], "99010120050307001X"):
        assert number not in response.content.decode()


def test_what_asks_for_confirmation_waits_for_it(scene: Scene) -> None:
    key = key_of(scene.cast.xiling)
    course = item(scene, kind="school_course", level=None, certificate_number=None, grade="85", hours=32)
    refused = send({"achievements": [course]}, key)
    assert places(refused) == [("CRD-024", "achievements.0.name")]
    assert not Achievement.objects.exists()
    assert send({"achievements": [course], "confirmed": True}, key).json()["created"] == 1


def test_two_rows_alike_and_a_certificate_of_two_people_are_refused(scene: Scene, key: dict[str, str]) -> None:
    assert places(send({"achievements": [item(scene), item(scene)]}, key)) == [("CRD-034", "achievements.1.title")]
    other = item(scene, name="小吴", id_number=scene.cast.id_numbers["wu"])
    assert places(send({"achievements": [item(scene), other]}, key))[0][0] == "CRD-100"
    assert send({"achievements": [item(scene)]}, key).status_code == 200
    assert places(send({"achievements": [other]}, key)) == [("CRD-033", "achievements.0.certificate_number")]


def test_deposits_need_a_key_or_a_post_that_may(scene: Scene, zhao: Client) -> None:
    body = {"achievements": [item(scene)]}
    assert places(send(body, {}))[0][0] == "API-002"
    assert places(send(body, {"HTTP_AUTHORIZATION": "Bearer gt_wrong"}))[0][0] == "ACC-050"
    assert send(body, key_of(scene.cast.enterprise, "credit.deposit.read")).status_code == 403
    assert zhao.post(f"{BASE}/deposits", json.dumps(body), content_type="application/json").status_code == 403
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(scene.cast.user("zhang"))
    assert guarded.post(f"{BASE}/deposits", json.dumps(body), content_type="application/json").status_code == 403
    assert not Achievement.objects.exists()
    zhang = Client()
    zhang.force_login(scene.cast.user("zhang"))
    assert zhang.post(f"{BASE}/deposits", json.dumps(body), content_type="application/json").status_code == 200


def test_nobody_deposits_for_another_organisation(scene: Scene, key: dict[str, str]) -> None:
    from guantong.base.orgs.models import Organisation

    other = Organisation.objects.get(pk=scene.cast.donghu).public_id
    response = send({"achievements": [item(scene)], "organisation": other}, key)
    assert response.status_code == 403
    assert send({"achievements": [item(scene)], "organisation": "nowhere"}, key).status_code in (404, 422)
    assert not Achievement.objects.exists()


HOSTILE: list[Any] = [
    b"",
    b"\xff\xfe",
    b"null",
    b"[]",
    b'{"achievements": NaN}',
    b'{"achievements": []}',
    b'{"achievements": {}}',
    b'{"achievements": [{}], "achievements": []}',
    b'{"achievements": [1e400]}',
    b'{"achievements": ["' + b"x" * 5000 + b'"]}',
    b'{"achievements": [' + b"9" * 5000 + b"]}",
    b'{"achievements": [' + b"[" * 60 + b"]" * 60 + b"]}",
    b'{"achievements": [{"name": "\\ud800"}]}',
    b'{"achievements": [{"name": "' + "长".encode() * 100 + b'"}]}',
    b'{"achievements": [{"kind": true, "hours": "8", "issued_on": 20250101, "more": 1}]}',
]


@pytest.mark.parametrize("body", HOSTILE)
@pytest.mark.parametrize("path", ["deposits", "simulate"])
def test_hostile_bodies_are_refused_in_words(scene: Scene, key: dict[str, str], body: bytes, path: str) -> None:
    response = send(body, key, path)
    assert response.status_code in (400, 413, 422), response.content.decode()[:500]
    assert places(response)
    assert not Achievement.objects.exists()


def test_odd_values_inside_a_right_shape(scene: Scene, key: dict[str, str]) -> None:
    for changes in (
        {"hours": 10**9},
        {"declared": "NaN"},
        {"declared": "1e9"},
        {"declared": "1.234"},
        {"title": "\u0000"},
        {"title": " "},
        {"level": "９９"},
        {"issued_on": "0000-00-00"},
        {"issued_on": "2025-06-30T00:00:00"},
        {"valid_until": "2020-01-01"},
        {"name": "x\u202ey"},
    ):
        response = send({"achievements": [item(scene, **changes)]}, key)
        assert response.status_code == 422, (changes, response.content.decode()[:300])
        assert places(response)[0][1].startswith("achievements.0."), changes
    assert not Achievement.objects.exists()
    assert send({"achievements": [item(scene)] * 1001}, key).status_code == 422


# ---- reading -------------------------------------------------------------------------------------------------


def test_an_achievement_is_read_by_its_people_alone(scene: Scene, zhao: Client, key: dict[str, str]) -> None:
    row = scene.achievement()
    path = f"{BASE}/achievements/{row.public_id}"
    body = zhao.get(path).json()
    assert (body["recognised"], body["level_name"], body["issued_on"]) == ("5", "中级", "2025-06-30")
    assert any("第五条" in clause for _, clause in body["basis"])
    assert Client().get(path, **key).json() == body
    lin = Client()
    lin.force_login(scene.cast.user("lin"))
    assert lin.get(path).json() == body
    for name in ("wu", "zhou", "chen"):
        other = Client()
        other.force_login(scene.cast.user(name))
        assert places(other.get(path)) == [("CRD-002", None)], name
    assert Client().get(path, **key_of(scene.cast.xiling)).status_code == 404
    assert Client().get(path).status_code == 401
    assert zhao.get(f"{BASE}/achievements/{'长' * 40}").status_code == 404
    assert zhao.get(f"{BASE}/achievements/{'x' * 41}").status_code == 422


def test_the_account_and_a_chain_anyone_entitled_can_recompute(scene: Scene, zhao: Client) -> None:
    for number in range(4):
        scene.achievement(certificate_number=f"X{number}", title=f"证书{number}")
    account = zhao.get(f"{BASE}/account").json()
    assert len(account["achievements"]) == 4
    assert {b["code"]: b["credits"] for b in account["balances"]}["recognised"] == "20"
    number, digest, after, count = account["number"], bytes(32), 0, 0
    while after is not None:
        page = zhao.get(f"{BASE}/accounts/{number}/entries", {"after": after, "limit": 3}).json()
        assert page["digest_before"] == digest.hex()
        for entry in page["entries"]:
            digest = hashlib.sha256(digest + entry["line"].encode()).digest()
            assert entry["digest"] == digest.hex()
            count += 1
        after = page["next_after"]
    assert (digest.hex(), count) == (account["head_digest"], account["sequence"]) and count == 8
    assert zhao.get(f"{BASE}/accounts/{number}").json() == account
    other = Client()
    other.force_login(scene.cast.user("wu"))
    for path in (f"accounts/{number}", f"accounts/{number}/entries", "account"):
        assert other.get(f"{BASE}/{path}").status_code == 404
    assert zhao.get(f"{BASE}/accounts/{number}/entries", {"limit": 501}).status_code == 422
    beyond = zhao.get(f"{BASE}/accounts/{number}/entries", {"after": 10**9}).json()
    assert beyond["entries"] == [] and beyond["digest_before"] == account["head_digest"]


# ---- what counts, applications -------------------------------------------------------------------------------


def test_what_counts_is_what_the_application_keeps_and_replays(scene: Scene, zhao: Client) -> None:
    row = scene.achievement()
    counted = zhao.get(f"{BASE}/account/counts").json()
    assert counted["best"]["assignments"][0]["achievement"] == row.public_id
    response = zhao.post(f"{BASE}/applications", "{}", content_type="application/json")
    assert response.status_code == 200, response.content.decode()
    made = response.json()
    assert made["proposal"]["best"] == counted["best"]
    assert made["replay"] == {"same": True, "differences": []}
    path = f"{BASE}/applications/{made['id']}"
    assert zhao.get(path).json() == made
    facts = zhao.get(f"{path}/facts").json()
    open_answer = send(facts, {}, "simulate").json()
    assert {k: open_answer[k] for k in ("verdicts", "best", "first_come")} == made["proposal"]
    assert places(zhao.post(f"{BASE}/applications", "{}", content_type="application/json"))[0][0] == "CRD-054"
    for name in ("wu", "zhou"):
        other = Client()
        other.force_login(scene.cast.user(name))
        assert other.get(path).status_code == other.get(f"{path}/facts").status_code == 404
    ma = Client()
    ma.force_login(scene.cast.user("ma"))
    assert ma.get(path).json()["id"] == made["id"]


def test_a_record_that_was_altered_is_told_by_its_replay(scene: Scene, zhao: Client) -> None:
    scene.achievement()
    application = apply_conversion(actor=scene.cast.zhao, student_record=scene.record)
    proposal = application.proposal
    proposal["best"]["hundredths"] += 100
    ConversionApplication.objects.filter(pk=application.pk).update(proposal=proposal)
    replay = zhao.get(f"{BASE}/applications/{application.public_id}").json()["replay"]
    assert replay["same"] is False and replay["differences"]


def test_choices_against_the_rules_and_other_records_are_refused(scene: Scene, zhao: Client) -> None:
    row = scene.achievement()

    def apply(body: dict[str, Any]) -> Any:
        return zhao.post(f"{BASE}/applications", json.dumps(body), content_type="application/json")

    assert places(apply({"choices": [{"achievement": row.public_id, "course": "G01"}]}))[0][0] == "CRD-053"
    assert places(apply({"choices": [{"achievement": "nobody", "course": "P03"}]}))[0][0] == "CRD-002"
    assert places(apply({"choices": []}))[0] == ("API-003", "choices")
    assert places(apply({"record": "elsewhere"}))[0][0] == "CRD-121"
    assert not ConversionApplication.objects.exists()
    assert row.public_id and Achievement.objects.get().reserved == 0
    lin = Client()
    lin.force_login(scene.cast.user("lin"))
    refused = lin.post(f"{BASE}/applications", "{}", content_type="application/json")
    assert places(refused)[0][0] == "CRD-050"


# ---- proofs --------------------------------------------------------------------------------------------------


def test_a_certificate_verifies_by_its_number_and_anywhere_with_the_open_key(scene: Scene) -> None:
    scene.achievement()
    account = CreditAccount.objects.get(pk=scene.account_id)
    certificate = issue_statement(actor=scene.cast.zhao, account=account)
    body = Client().get(f"{BASE}/certificates/{certificate.number}/verification").json()
    assert [c["name"] for c in body["checks"]] == ["issuer", "content", "state", "expiry"]
    assert {c["outcome"] for c in body["checks"]} == {"passed"}
    assert body["holder"] == "小*" and scene.cast.id_numbers["zhao"] not in json.dumps(body)
    assert Client().get(f"{BASE}/certificates/GT000/verification").status_code == 404
    import base64

    keys = {k["key_id"]: k for k in Client().get(f"{BASE}/keys").json()["keys"]}
    file = signed(certificate)
    raw = base64.urlsafe_b64decode(keys[file.key_id]["public_key"] + "=")
    assert VerifyingKey(raw).verify(signed_bytes(file.content), file.signature)
    assert not VerifyingKey(raw).verify(signed_bytes({**file.content, "number": "GT1"}), file.signature)


def test_rules_are_open_with_their_document_and_words(scene: Scene) -> None:
    body = Client().get(f"{BASE}/rules/{scene.rules.public_id}").json()
    assert body["document"] == scene.rules.document and body["school"] == "东湖职业技术学院"
    assert body["in_force_from"] == date(2025, 10, 15).isoformat() and body["words"]
    assert Client().get(f"{BASE}/rules/nowhere").status_code == 404
