"""Accounts and keys for operators, duplicates for the bureau, consents at the school, the record, notices, files."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pytest

import guantong
from guantong.base.accounts.actions import sign_in
from guantong.base.accounts.models import ApiToken, User
from guantong.base.accounts.public import SYSTEM
from guantong.base.accounts.selectors import actor_for_token
from guantong.base.audit.models import AuditLine
from guantong.base.audit.words import all_words, words_for
from guantong.base.files.public import store_file
from guantong.base.notices.models import Notice
from guantong.base.people.actions import ensure_person, refresh_duplicates
from guantong.base.people.models import DistinctPair, GuardianConsent, Merge, Person
from guantong.domains.credit.tests.scene import build_scene
from guantong.domains.programmes.actions.records import enrol_student
from guantong.kernel import clock
from tests.cast import invented_id_number


def text_of(response):
    return re.sub(r"<[^>]+>", " ", response.content.decode())


def test_an_operator_opens_an_account_whose_first_password_is_shown_once(cast, client):
    client.force_login(cast.user("operator"))
    form = {"username": "new.staff", "display_name": "新老师"}
    assert client.get("/operator/accounts/new/").status_code == 200
    assert client.post("/operator/accounts/new/", {**form, "username": "!"}).status_code == 422
    response = client.post("/operator/accounts/new/", form)
    password = re.search(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", text_of(response)).group()
    assert "no-store" in response.headers["Cache-Control"]
    assert sign_in(username="new.staff", password=password, address="").must_change_password
    page = text_of(client.get("/operator/accounts/new.staff/"))
    assert "新老师" in page
    assert password not in page
    assert "new.staff" in text_of(client.get("/operator/accounts/?q=新老师"))


def test_an_operator_minds_accounts_with_a_reason(cast, client):
    client.force_login(cast.user("operator"))
    base = "/operator/accounts/lin.staff"
    assert client.post(f"{base}/password/", {"reason": ""}).status_code == 422
    assert "初始密码" in text_of(client.post(f"{base}/password/", {"reason": "忘记"}))
    assert cast.user("lin").must_change_password
    assert client.post(f"{base}/fly/", {"reason": "x"}).status_code == 404
    assert client.post(f"{base}/close/", {"reason": "离职"}).status_code == 303
    assert not cast.user("lin").is_active
    assert client.get("/operator/accounts/nobody.at.all/").status_code == 404


def test_only_operators_mind_accounts_and_keys(cast, client):
    paths = ["/operator/accounts/", "/operator/accounts/new/", "/operator/accounts/lin.staff/", "/operator/tokens/"]
    for who in ("lin", "he", "wu"):
        client.force_login(cast.user(who))
        assert [client.get(p).status_code for p in paths] == [403] * 4
        assert client.post("/operator/accounts/lin.staff/close/", {"reason": "x"}).status_code == 403
    assert User.objects.get(username="lin.staff").is_active


def test_a_key_is_shown_once_and_revoked(cast, client):
    client.force_login(cast.user("operator"))
    form = {"organisation": "东湖职业技术学院", "label": "教务系统", "days": "30", "permissions": ["credit.deposit"]}
    assert client.post("/operator/tokens/", {**form, "days": "永久"}).status_code == 422
    assert client.post("/operator/tokens/", {**form, "permissions": []}).status_code == 422
    assert ApiToken.objects.count() == 0
    response = client.post("/operator/tokens/", form)
    secret = re.search(r"gt_[\w-]+", response.content.decode()).group()
    assert actor_for_token(secret).may("credit.deposit", cast.donghu)
    page = client.get("/operator/tokens/").content.decode()
    assert secret not in page
    assert "教务系统" in page
    public_id = ApiToken.objects.get().public_id
    assert client.post(f"/operator/tokens/{public_id}/revoke/", {"reason": "停用"}).status_code == 303
    assert ApiToken.objects.get().revoked_at is not None


@pytest.fixture
def pair(cast):
    other = ensure_person(
        actor=SYSTEM, name="小吴", id_number="E99000001", id_kind="passport", born_on=date(2005, 3, 7)
    )
    refresh_duplicates(actor=SYSTEM)
    return Person.objects.get(pk=cast.wu_person), Person.objects.get(pk=other)


def test_the_bureau_compares_merges_and_undoes(cast, pair, client):
    one, other = pair
    client.force_login(cast.user("chen"))
    assert "疑似重复的人员" in text_of(client.get("/bureau/"))
    assert "姓名和出生日期都相同" in text_of(client.get("/bureau/people/duplicates/"))
    path = f"/bureau/people/{one.public_id}/{other.public_id}/"
    page = text_of(client.get(path))
    assert "居民身份证" in page
    assert "护照" in page
    assert cast.id_numbers["wu"] not in page
    assert "E99000001" not in page
    assert client.post(path, {"verdict": "reveal", "reason": ""}).status_code == 422
    revealed = client.post(path, {"verdict": "reveal", "reason": "对照原件"})
    assert cast.id_numbers["wu"] in text_of(revealed)
    assert "no-store" in revealed.headers["Cache-Control"]
    assert AuditLine.objects.filter(action="reveal_id_number", reason="对照原件").count() == 2
    form = {"verdict": "merge", "kept": one.public_id, "reason": ""}
    assert client.post(path, form).status_code == 422
    assert Merge.objects.count() == 0
    assert client.post(path, {**form, "reason": "同一人"}).status_code == 303
    merge = Merge.objects.get()
    assert (merge.kept_id, merge.absorbed_id) == (one.pk, other.pk)
    assert "同一人" in text_of(client.get("/bureau/people/merges/"))
    assert client.post(f"/bureau/people/merges/{merge.pk}/undo/", {"reason": "有误"}).status_code == 303
    assert Person.objects.get(pk=other.pk).state == "active"


def test_contradictions_wait_for_a_tick(cast, client):
    one, other = (Person.objects.get(pk=p) for p in (cast.wu_person, cast.zhao_person))
    client.force_login(cast.user("chen"))
    path = f"/bureau/people/{one.public_id}/{other.public_id}/"
    assert "两条记录互相矛盾" in text_of(client.get(path))
    form = {"verdict": "merge", "kept": other.public_id, "reason": "已核对"}
    refused = client.post(path, form)
    assert refused.status_code == 409
    assert "PPL-022" in text_of(refused)
    assert client.post(path, {**form, "is_confirmed": "1"}).status_code == 303
    assert Merge.objects.get().kept_id == other.pk


def test_two_people_are_noted_as_two(cast, pair, client):
    client.force_login(cast.user("chen"))
    path = f"/bureau/people/{pair[0].public_id}/{pair[1].public_id}/"
    assert client.post(path, {"verdict": "apart", "reason": "双胞胎"}).status_code == 303
    assert DistinctPair.objects.count() == 1
    assert client.post("/bureau/people/duplicates/again/").status_code == 303
    assert "现在没有疑似重复的人员" in text_of(client.get("/bureau/people/duplicates/"))


def test_others_see_no_duplicates(cast, pair, client):
    path = f"/bureau/people/{pair[0].public_id}/{pair[1].public_id}/"
    for who in ("lin", "wu", "operator"):
        client.force_login(cast.user(who))
        for address in ("/bureau/people/duplicates/", "/bureau/people/merges/", path):
            assert client.get(address).status_code == 403
        assert client.post(path, {"verdict": "merge", "reason": "x"}).status_code == 403
    assert Merge.objects.count() == 0


@pytest.fixture
def enrolled(cast):
    """小赵 is a student of 东湖职院, and so is 小孙, who has no account yet."""
    scene = build_scene(cast)
    new = ensure_person(actor=cast.lin, name="小孙", id_number=invented_id_number(31))
    enrol_student(
        actor=cast.lin,
        school_id=cast.donghu,
        person_id=new,
        plan_id=scene.record.plan_id,
        student_number="2024031",
        enrolled_on=date(2024, 9, 1),
    )
    return Person.objects.get(pk=new)


def test_a_school_records_and_withdraws_consent_and_corrects_a_name(cast, enrolled, client):
    client.force_login(cast.user("lin"))
    assert "没有找到这个人" in text_of(client.post("/school/people/", {"id_number": "990101200503070000"}))
    response = client.post("/school/people/", {"id_number": cast.id_numbers["zhao"]})
    path = response.headers["Location"]
    assert cast.id_numbers["zhao"] not in path
    assert cast.id_numbers["zhao"] not in text_of(client.get(path))
    form = {
        "what": "consent", "guardian_name": "赵父", "relation": "父亲", "purpose": "credit_transfer",
        "scope": "学分互认", "given_on": "2025-10-01", "until": "2026-10-01",
    }  # fmt: skip
    assert client.post(path, {**form, "until": "2025-10-01"}).status_code == 422
    assert GuardianConsent.objects.count() == 0
    assert client.post(path, form).status_code == 303
    consent = GuardianConsent.objects.get()
    assert "赵父" in text_of(client.get(path))
    assert client.post(path, {"what": "withdraw", "consent": consent.pk, "reason": "撤回"}).status_code == 303
    assert "已撤回" in text_of(client.get(path))
    assert client.post(path, {"what": "name", "name": "赵明", "reason": "改名"}).status_code == 303
    assert "小赵" in text_of(client.get(path)), "as a former name"


def test_a_school_minds_its_own_learners_only(cast, enrolled, client):
    wu, zhao = (Person.objects.get(pk=p) for p in (cast.wu_person, cast.zhao_person))
    form = {"what": "name", "name": "新名", "reason": "改名"}
    for who, whom in (("lin", wu), ("zhou", zhao), ("zhang", zhao)):
        client.force_login(cast.user(who))
        assert client.get(f"/school/people/{whom.public_id}/").status_code == 403
        assert client.post(f"/school/people/{whom.public_id}/", form).status_code == 403
    client.force_login(cast.user("zhou"))
    found = client.post("/school/people/", {"id_number": cast.id_numbers["zhao"]})
    assert found.status_code == 403
    assert "小赵" not in text_of(found)
    assert set(Person.objects.filter(pk__in=[wu.pk, zhao.pk]).values_list("name", flat=True)) == {"小吴", "小赵"}


def test_a_school_opens_a_learners_account_once(cast, enrolled, client):
    client.force_login(cast.user("lin"))
    path = f"/school/people/{enrolled.public_id}/"
    assert "给本人开设账号" in text_of(client.get(path))
    assert client.post(path, {"what": "account", "username": "!"}).status_code == 422
    response = client.post(path, {"what": "account", "username": "2024031"})
    password = re.search(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", text_of(response)).group()
    user = sign_in(username="2024031", password=password, address="")
    assert (user.person_id, user.must_change_password, user.is_operator) == (enrolled.pk, True, False)
    assert "给本人开设账号" not in text_of(client.get(path))
    assert client.post(path, {"what": "account", "username": "another"}).status_code == 409


def test_the_record_is_read_narrowed_and_downloaded(cast, client):
    client.force_login(cast.user("operator"))
    page = text_of(client.get("/operator/audit/"))
    assert "授予岗位" in page
    assert "登记机构" in page
    assert "授予岗位" not in text_of(client.get("/operator/audit/?action=register_organisation")).split("条")[-1]
    assert "没有符合条件的记录" in text_of(client.get("/operator/audit/?first_day=2026-01-01"))
    assert client.get("/operator/audit/?organisation=没有这个").status_code == 422
    table = client.get("/operator/audit/lines.csv?action=register_organisation").content.decode("utf-8-sig")
    assert len(table.splitlines()) == 1 + AuditLine.objects.filter(action="register_organisation").count()


def test_cells_of_the_download_are_never_formulas(cast, client):
    from django.db import transaction

    from guantong.base.audit.record import record

    with transaction.atomic():
        record(actor=SYSTEM, action="sign_in", subject=("t", "T1"), reason="=HYPERLINK(1)")
    client.force_login(cast.user("operator"))
    table = client.get("/operator/audit/lines.csv?subject=T1").content.decode("utf-8-sig")
    assert ",'=HYPERLINK(1)" in table


def actions_named_in(path):
    """Constant names of actions given to any function that writes an audit line."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in {"record", "_record", "_record_change"}:
            continue
        values = [k.value for k in node.keywords if k.arg == "action"]
        values += node.args[1:3] if name != "record" else []
        found |= {v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)}
    return {f for f in found if re.fullmatch("[a-z][a-z0-9_]+", f)}


def test_every_action_of_the_product_has_words():
    root = Path(guantong.__file__).parent
    named = set()
    for path in root.rglob("*.py"):
        if "tests" not in path.parts and path.name != "words.py":
            named |= actions_named_in(path)
    assert len(named) > 60
    assert named - set(all_words()) == set()
    assert words_for("case_some_step") == "办件：办理"


def test_a_bureau_reads_the_record_of_its_area_only(cast, client):
    client.force_login(cast.user("chen"))
    page = text_of(client.get("/bureau/audit/"))
    assert "东湖职业技术学院" in page
    assert "西岭职业技术学校" not in page
    client.force_login(cast.user("lin"))
    assert client.get("/bureau/audit/").status_code == 403
    assert client.get("/operator/audit/lines.csv").status_code == 403


def test_notices_are_read(cast, client):
    Notice.objects.create(person_id=cast.wu_person, text="您的申请已通过", link="/learner/", sent_at=clock.now())
    client.force_login(cast.user("wu"))
    assert "您的申请已通过" in text_of(client.get("/notices/"))
    assert client.post("/notices/read/").status_code == 303
    assert Notice.objects.get().read_at is not None
    client.force_login(cast.user("zhao"))
    assert "还没有消息" in text_of(client.get("/notices/"))


def test_a_file_comes_as_a_download_to_those_who_may(cast, client, settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    content = b"%PDF-1.7\n%%EOF\n"
    stored = store_file(cast.wu, "证书.pdf", content, "evidence")
    path = f"/files/{stored.public_id}/"
    assert client.get(path).status_code == 303
    client.force_login(cast.user("zhao"))
    assert client.get(path).status_code == 404
    client.force_login(cast.user("wu"))
    response = client.get(path)
    assert response.content == content
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")


def test_a_download_that_is_too_long_asks_for_a_shorter_one(cast, client, monkeypatch):
    from guantong.site.registry import audit

    monkeypatch.setattr(audit, "MOST_LINES", 3)
    client.force_login(cast.user("operator"))
    response = client.get("/operator/audit/lines.csv")
    assert response.status_code == 422
    assert "WEB-308" in text_of(response)


@pytest.mark.parametrize(
    "path",
    [
        "/organisations/?q=%00",
        "/organisations/?region=%00&kind=%00&on=%00",
        "/organisations/%00/",
        "/organisations/?page=999999999",
        "/organisations/?page=x&q=" + "长" * 3000,
        "/organisations/regions/?on=0000-00-00",
        "/operator/audit/?actor=%00&action=%00&subject=%00",
        "/operator/audit/?organisation=%00",
        "/operator/accounts/?q=%00",
        "/operator/accounts/a%00b/",
        "/api/v1/organisations?q=%00",
        "/files/%00/",
    ],
)
def test_hostile_addresses_never_break_a_page(cast, client, path):
    client.force_login(cast.user("operator"))
    assert client.get(path).status_code in {200, 400, 404, 422}, path


def test_hostile_forms_never_break_a_page(cast, client):
    from django.test import Client

    nul = {"username": "a\0b", "password": "c\0d"}
    assert Client().post("/sign-in/", nul).status_code in {400, 401, 422}
    client.force_login(cast.user("operator"))
    for path, form in (
        ("/operator/accounts/new/", {"username": "ok.name", "display_name": "姓\0名"}),
        ("/operator/accounts/zhang.staff/close/", {"reason": "理\0由"}),
        ("/operator/tokens/", {"organisation": "\0", "label": "\0", "days": "9" * 400}),
        ("/organisations/figures/", {"figures": "\0 1", "figures_day": "2020-01-01"}),
        ("/organisations/figures/", {"figures": "东湖职业技术学院 1e999999", "figures_day": "2020-01-01"}),
    ):
        assert client.post(path, form).status_code in {200, 303, 400, 422}, path
    client.force_login(cast.user("lin"))
    assert client.post("/school/people/", {"id_number": "\0" * 18}).status_code in {400, 404, 422}
    client.force_login(cast.user("he"))
    form = {"name": "名\0称", "kind": "\0", "region": "\0", "in_force_from": "2025-01-01"}
    assert client.post("/bureau/organisations/register/", form).status_code in {400, 404, 422}
