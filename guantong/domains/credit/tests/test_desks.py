"""The school's, the authority's and the issuer's desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
import yaml
from django.test import Client

from guantong.domains.credit.actions.applications import apply_conversion
from guantong.domains.credit.models import Achievement, ConversionRules
from guantong.domains.credit.selectors.lists import SchoolFigures
from guantong.domains.credit.tests.scene import Scene, build_scene
from guantong.kernel import clock
from guantong.kernel.digest import digest_of
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import act, scan_deadlines
from tests.cast import BASELINE, Cast


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return build_scene(cast)


def client_of(scene: Scene, name: str) -> Client:
    client = Client()
    client.force_login(scene.cast.user(name))
    return client


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


SCHOOL = (
    "/school/to-do/",
    "/school/deposits/",
    "/school/learners/",
    "/school/applications/",
    "/school/rules/",
    "/school/rules/new/",
    "/school/figures/",
)


@pytest.mark.parametrize("path", SCHOOL)
def test_the_schools_pages_open_for_its_staff_only(scene: Scene, path: str) -> None:
    scene.achievement()
    apply_conversion(actor=scene.cast.zhao, student_record=scene.record)
    page = client_of(scene, "lin").get(path)
    assert page.status_code == 200, text_of(page)[:3000]
    assert text_of(page).count("<h1") == 1
    assert Client().get(path).status_code == 303
    assert client_of(scene, "zhao").get(path).status_code == 403


def test_a_school_finds_its_learner_and_another_school_does_not(scene: Scene) -> None:
    scene.achievement()
    link = f"/school/learners/{scene.record.public_id}/"
    page = text_of(client_of(scene, "lin").post("/school/learners/", {"q": scene.cast.id_numbers["zhao"]}))
    assert link in page
    assert scene.cast.id_numbers["zhao"] not in page
    assert link not in text_of(client_of(scene, "zhou").post("/school/learners/", {"q": "小赵"}))
    path = f"/school/learners/{scene.record.public_id}/"
    assert client_of(scene, "lin").get(path).status_code == 200
    assert client_of(scene, "zhou").get(path).status_code == 404


def test_the_authoritys_pages_open(scene: Scene) -> None:
    for path in ("/bureau/to-do/", "/bureau/rules/", "/bureau/figures/"):
        page = client_of(scene, "he").get(path)
        assert page.status_code == 200, text_of(page)[:3000]
        assert client_of(scene, "lin").get(path).status_code == 403


def test_the_issuer_sees_only_its_own_and_takes_back_a_mistake(scene: Scene) -> None:
    row = scene.achievement()
    client = client_of(scene, "zhang")
    assert client.get("/issuer/deposits/").status_code == 200
    assert row.title in text_of(client.get("/issuer/deposited/"))
    assert client.post(f"/issuer/deposited/{row.public_id}/revoke/", {"reason": ""}).status_code == 422
    assert Achievement.objects.get().state == "recognised"
    assert client.post(f"/issuer/deposited/{row.public_id}/revoke/", {"reason": "录错了人"}).status_code == 303
    assert Achievement.objects.get().state == "revoked"
    home = text_of(client.get("/issuer/"))
    assert "已撤销：1 项" in home and "已认定" not in home
    scene.achievement(certificate_number="X2025000002")
    assert "已认定：1 项" in text_of(client.get("/issuer/"))
    assert client_of(scene, "lin").get("/issuer/deposited/").status_code == 403


def test_a_school_drafts_tries_and_proposes_and_the_authority_adopts(scene: Scene) -> None:
    scene.achievement()
    apply_conversion(actor=scene.cast.zhao, student_record=scene.record)
    client = client_of(scene, "sun")
    document = dict(scene.rules.document)
    document["use"] = dict(document["use"]) | {"surplus": "kept"}
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    bad = client.post("/school/rules/new/", {"title": "新规则", "document": "rules: [不对"})
    assert bad.status_code == 422
    assert "CRD-063" in text_of(bad)
    assert ConversionRules.objects.count() == 1
    assert client.post("/school/rules/new/", {"title": "新规则", "document": text}).status_code == 303
    draft = ConversionRules.objects.get(state="draft")
    path = f"/school/rules/{draft.public_id}/"
    assert "以往申请" in text_of(client.post(path, {"what": "trial"}))
    past = client.post(path, {"what": "propose", "in_force_from": "2025-01-01"})
    assert past.status_code == 422
    assert "CRD-061" in text_of(past)
    day = (BASELINE + timedelta(days=120)).date()
    assert client.post(path, {"what": "propose", "in_force_from": day.isoformat()}).status_code == 303
    draft.refresh_from_db()
    assert draft.document["in_force_from"] == day.isoformat()
    assert draft.digest == digest_of(draft.document)
    case = Case.objects.get(subject_kind="credit.rules")
    assert client.get(f"/cases/{case.public_id}/").status_code == 200
    act(
        actor=scene.cast.sun,
        case_id=case.pk,
        action="submit",
        revision=case.revision,
        values={"trial_summary": "一份申请不变，没有人减少。"},
    )
    with clock.frozen_at(BASELINE + timedelta(days=30)):
        scan_deadlines(clock.now())
        case.refresh_from_db()
        assert case.step == "bureau"
        shown = text_of(client_of(scene, "chen").get(f"/cases/{case.public_id}/"))
        assert "期满转出" in shown and "已逾期" not in shown
        assert f"{day.year}年{day.month}月{day.day}日" in shown
        act(actor=scene.cast.chen, case_id=case.pk, action="approve", revision=case.revision, opinion="同意。")
        case.refresh_from_db()
    draft.refresh_from_db()
    assert draft.state == "under_adoption"


def test_the_old_rules_hold_until_the_day_of_the_new(scene: Scene) -> None:
    from guantong.base.accounts.public import SYSTEM
    from guantong.domains.credit.actions.adoption import adopt, draft_rules
    from guantong.domains.credit.selectors.access import adopted_rules

    document = dict(scene.rules.document)
    document["use"] = dict(document["use"]) | {"surplus": "kept"}
    new = draft_rules(actor=scene.cast.sun, school_id=scene.cast.donghu, code="main", title="新", document=document)
    new.in_force_from = (BASELINE + timedelta(days=60)).date()
    adopt(actor=SYSTEM, rules=new, law_version="test")
    today = BASELINE.date()
    assert adopted_rules(scene.cast.donghu, today) == ConversionRules.objects.get(pk=scene.rules.pk)
    assert adopted_rules(scene.cast.donghu, new.in_force_from) == new
    assert adopted_rules(scene.cast.donghu, new.in_force_from - timedelta(days=1)).pk == scene.rules.pk  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("converted", "accounts", "shown"),
    [
        (0, 0, "—"),
        (0, 20000, "0.0%"),
        (15, 20000, "不足 0.1%"),
        (20, 20000, "0.1%"),
        (5, 1249, "0.4%"),
        (7, 7, "100.0%"),
    ],
)
def test_a_small_share_is_not_shown_as_none(converted: int, accounts: int, shown: str) -> None:
    line = SchoolFigures(
        name="",
        learners=accounts,
        with_account=accounts,
        with_conversion=converted,
        applications=0,
        granted=0,
        refused=0,
        running=0,
        converted=0,
        median_days=None,
    )
    assert line.share == shown
