"""The learner's desk and the pages open to all."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from guantong.domains.credit.actions.applications import apply_conversion
from guantong.domains.credit.actions.certificates import issue_statement, revoke_certificate, signed
from guantong.domains.credit.models import Achievement, CreditAccount
from guantong.domains.credit.tests.scene import Scene, build_scene
from guantong.procedure.cases.models import Case
from tests.cast import Cast


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return build_scene(cast)


@pytest.fixture
def zhao(scene: Scene) -> Client:
    client = Client()
    client.force_login(scene.cast.user("zhao"))
    return client


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    "path",
    [
        "/learner/account/",
        "/learner/counts/",
        "/learner/applications/",
        "/learner/claim/",
        "/learner/completion/",
        "/learner/certificates/",
    ],
)
def test_pages_need_sign_in_and_open_for_the_learner(scene: Scene, zhao: Client, path: str) -> None:
    scene.achievement()
    assert Client().get(path).status_code == 303
    response = zhao.get(path)
    assert response.status_code == 200, text_of(response)[:2000]
    assert text_of(response).count("<h1") == 1


def test_the_account_shows_each_achievement_and_its_story(scene: Scene, zhao: Client) -> None:
    row = scene.achievement()
    assert row.title in text_of(zhao.get("/learner/account/"))
    page = text_of(zhao.get(f"/learner/achievements/{row.public_id}/"))
    assert "中级认定 5 学分" in page
    assert "第五条" in page


def test_another_learner_sees_nothing_of_it(scene: Scene) -> None:
    row = scene.achievement()
    other = Client()
    other.force_login(scene.cast.user("wu"))
    assert other.get(f"/learner/achievements/{row.public_id}/").status_code == 404


def test_it_says_what_counts_and_applies(scene: Scene, zhao: Client) -> None:
    scene.achievement()
    page = text_of(zhao.get("/learner/counts/"))
    assert "最优用法" in page
    assert "Web 前端开发 1+X 证书" in page
    response = zhao.post("/learner/apply/", {"way": "best"}, follow=True)
    assert response.status_code == 200
    assert "学分转换申请" in text_of(response)
    assert "申请的内容" in text_of(response)


def test_a_choice_against_the_rules_is_refused_with_its_reason(scene: Scene, zhao: Client) -> None:
    row = scene.achievement()
    response = zhao.post("/learner/apply/", {"way": "chosen", "pair": f"{row.public_id}|G01"})
    assert response.status_code == 422
    assert "思想道德与法治" in text_of(response)
    assert "CRD-053" in text_of(response)


def test_the_reviewer_decides_on_the_case_page(scene: Scene) -> None:
    scene.achievement()
    application = apply_conversion(actor=scene.cast.zhao, student_record=scene.record)
    case = Case.objects.get(pk=application.case_id)
    reviewer = Client()
    reviewer.force_login(scene.cast.user("ma"))
    page = text_of(reviewer.get(f"/cases/{case.public_id}/"))
    assert "同意并送教务部门" in page
    response = reviewer.post(
        f"/cases/{case.public_id}/",
        {"action": "approve", "revision": case.revision, "approve.opinion": "材料属实。"},
        follow=True,
    )
    assert response.status_code == 200, text_of(response)
    case.refresh_from_db()
    assert case.step == "academic"
    stranger = Client()
    stranger.force_login(scene.cast.user("zhou"))
    assert stranger.get(f"/cases/{case.public_id}/").status_code in (403, 404)


def test_a_learner_claims_with_every_fault_named(scene: Scene, zhao: Client) -> None:
    response = zhao.post(
        "/learner/claim/", {"kind": "skill_grade", "title": "电工", "level": "九级", "issued_on": "2025-13-01"}
    )
    page = text_of(response)
    assert response.status_code == 422
    for code in ("CRD-012", "CRD-036", "CRD-037"):
        assert code in page
    assert not Achievement.objects.exists()
    good = {
        "kind": "training",
        "title": "无人机操作培训",
        "hours": "64",
        "issued_on": "2025-05-01",
        "issuer_name": "云澜航空协会",
    }
    assert zhao.post("/learner/claim/", good).status_code == 303
    row = Achievement.objects.get()
    assert row.state == "claimed"


def test_anyone_verifies_and_a_forged_file_fails(scene: Scene) -> None:
    scene.achievement()
    account = CreditAccount.objects.get(pk=scene.account_id)
    certificate = issue_statement(actor=scene.cast.zhao, account=account)
    page = text_of(Client().get(f"/verify/{certificate.number}/"))
    assert page.count("通过") >= 4
    assert scene.cast.id_numbers["zhao"] not in page
    value = signed(certificate).as_json()
    assert text_of(_bring(value)).count(">通过<") >= 4
    value["content"]["balances"][1]["credits"] = "99"  # type: ignore[index]
    forged = text_of(_bring(value))
    assert "内容被改动过" in forged
    revoke_certificate(actor=scene.cast.qian, certificate=_at_school(certificate, scene), reason="账户有误")
    assert "已经撤销" in text_of(Client().get(f"/verify/{certificate.number}/"))
    assert Client().get("/verify/", {"number": "GT990000202500000000"}).status_code == 404


def _at_school(certificate: object, scene: Scene) -> object:
    certificate.issuer_id = scene.cast.donghu  # type: ignore[attr-defined]
    return certificate


def _bring(value: object) -> object:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return Client().post("/verify/", {"file": SimpleUploadedFile("a.json", json.dumps(value).encode())})


def test_a_visitor_tries_without_an_account(scene: Scene) -> None:
    from guantong.domains.programmes.public import list_plans

    plan = list_plans()[0]
    page = Client().get("/try/")
    assert page.status_code == 200
    assert plan.name in text_of(page)
    response = Client().get(
        "/try/",
        {"go": "1", "plan": plan.public_id, "kind-1": "x_certificate", "title-1": "Web 前端", "level-1": "中级"},
    )
    assert response.status_code == 200, text_of(response)
    assert "最优用法" in text_of(response)
    bad = Client().get("/try/", {"go": "1", "plan": plan.public_id, "kind-1": "x_certificate", "level-1": "九级"})
    assert bad.status_code == 422
    assert "CRD-012" in text_of(bad)
    assert not Achievement.objects.exists()


def test_the_rules_are_open_in_words(scene: Scene) -> None:
    page = Client().get(f"/rules/{scene.rules.public_id}/")
    assert page.status_code == 200
    assert "每项成果只能用一次" in text_of(page)


def test_the_owner_downloads_a_pdf_and_others_do_not(scene: Scene, zhao: Client) -> None:
    scene.achievement()
    zhao.post("/learner/certificates/")
    number = CreditAccount.objects.get(pk=scene.account_id).certificates.get().number
    pdf = zhao.get(f"/certificates/{number}.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert Client().get(f"/certificates/{number}.pdf").status_code == 404


def test_staff_take_a_minors_statement_only_with_a_guardians_consent(scene: Scene, zhao: Client) -> None:
    from datetime import date

    from guantong.base.people.actions import record_consent
    from guantong.base.people.models import Person

    scene.achievement()
    zhao.post("/learner/certificates/")
    number = CreditAccount.objects.get(pk=scene.account_id).certificates.get().number
    Person.objects.filter(pk=scene.cast.zhao_person).update(born_on=date(2010, 1, 1))
    staff = Client()
    staff.force_login(scene.cast.user("lin"))
    assert zhao.get(f"/certificates/{number}.pdf").status_code == 200
    refused = staff.get(f"/certificates/{number}.pdf")
    assert refused.status_code == 403
    assert "监护人" in text_of(refused)
    record_consent(
        actor=scene.cast.lin,
        person_id=scene.cast.zhao_person,
        guardian_name="赵父",
        relation="父亲",
        purpose="credit_statement",
        scope="学分对账单",
        given_on=date(2025, 10, 1),
        until=date(2026, 6, 30),
    )
    assert staff.get(f"/certificates/{number}.pdf").status_code == 200
