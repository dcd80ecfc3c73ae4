"""机构名录 for anyone, and the changes a bureau registers."""

from __future__ import annotations

import re
from datetime import date

import pytest

from guantong.base.accounts.models import Post
from guantong.base.orgs.actions import Basis, register_organisation, rename_organisation
from guantong.base.orgs.models import Organisation, Region
from guantong.base.orgs.public import name_on, region_on
from guantong.kernel import clock
from tests.cast import invented_credit_code


def text_of(response):
    return re.sub(r"<[^>]+>", " ", response.content.decode())


@pytest.fixture
def renamed(cast):
    rename_organisation(
        actor=cast.he,
        organisation_id=cast.xiling,
        name="西岭技术学校",
        happened_on=date(2024, 9, 1),
        basis=Basis("云澜省教育厅关于同意更名的批复（云教复〔2024〕3号）", "第一条"),
    )
    return Organisation.objects.get(pk=cast.xiling).public_id


def test_anyone_searches_the_register_by_name_code_kind_region_and_day(cast, renamed, client):
    def names(query):
        return re.findall(
            r'/organisations/[0-9A-Z]{12}/">([^<]+)<', client.get(f"/organisations/?{query}").content.decode()
        )

    assert set(names("")) >= {"东湖职业技术学院", "西岭技术学校", "东湖市教育局"}
    assert names("q=东湖职业") == ["东湖职业技术学院"]
    assert names("q=9900000002") == ["西岭技术学校"]
    assert names(f"q={invented_credit_code(5)}") == ["云澜精密制造有限公司"]
    assert names("kind=enterprise") == ["云澜精密制造有限公司"]
    assert names("region=990200") == ["西岭技术学校"]
    assert names("region=990200&on=2020-01-01") == ["西岭职业技术学校"]
    assert names("q=西岭职业&ever=1") == ["西岭职业技术学校"]
    assert names("on=2001-01-01") == []
    assert client.get("/organisations/?on=昨天").status_code == 422


def test_the_page_of_an_organisation_tells_its_history(cast, renamed, client):
    response = client.get(f"/organisations/{renamed}/")
    text = text_of(response)
    assert response.status_code == 200
    for words in (
        "西岭技术学校",
        "西岭职业技术学校",
        "更名",
        "云教复〔2024〕3号",
        "第一条",
        "云澜省西岭市松岗区",
        "云澜省教育厅",
    ):
        assert words in text
    assert "登记变更" not in text, "visitors change nothing"
    assert client.get("/organisations/NOSUCHORG/").status_code == 404


def test_the_tree_of_regions_is_shown_as_of_a_day(cast, client):
    text = text_of(client.get("/organisations/regions/"))
    assert "湖滨区" in text
    assert "990101" in text
    assert "这一天还没有登记地区" in text_of(client.get("/organisations/regions/?on=2001-01-01"))


def post(client, path, **form):
    return client.post(path, form)


def test_a_bureau_registers_an_organisation_and_is_refused_with_reasons(cast, client):
    client.force_login(cast.user("he"))
    form = {
        "name": "南渡职教中心",
        "kind": "secondary_school",
        "region": "990102",
        "authority": "东湖市教育局",
        "credit_code": invented_credit_code(41),
        "school_code": "9900000041",
        "in_force_from": "2025-09-01",
        "reason": "",
    }
    for changes, words in (
        ({"credit_code": "129901000000000411"}, "校验位对不上"),
        ({"school_code": "12"}, "10 位数字"),
        ({"authority": "没有这个局"}, "名录里没有找到"),
        ({"in_force_from": "下周"}, "不是一个日期"),
        ({"name": ""}, "还没有填写名称"),
    ):
        before = Organisation.objects.count()
        response = post(client, "/bureau/organisations/register/", **{**form, **changes})
        assert response.status_code in {422, 409}
        assert words in text_of(response)
        assert "南渡职教中心" in response.content.decode() or changes.get("name") == ""
        assert Organisation.objects.count() == before
    response = post(client, "/bureau/organisations/register/", **form)
    assert response.status_code == 303
    made = Organisation.objects.get(school_code="9900000041")
    assert response.headers["Location"] == f"/organisations/{made.public_id}/"
    assert "登记变更" in text_of(client.get(response.headers["Location"]))


COMMON = {"happened_on": "2025-10-01", "document": "云教复〔2025〕9号", "clause": "", "reason": "布局调整"}


def test_each_change_of_an_organisation_is_registered_from_its_form(cast, client):
    client.force_login(cast.user("he"))
    ids = {}
    for key, name, region in (("a", "甲校", "990101"), ("b", "乙校", "990102"), ("c", "丙校", "990102")):
        ids[key] = register_organisation(
            actor=cast.he, kind="secondary_school", name=name, region=region, in_force_from=date(2015, 1, 1)
        )

    def change(key, which, day, **form):
        path = f"/bureau/organisations/{ids[key].public_id}/{which}/"
        assert client.get(path).status_code == 200
        response = client.post(path, {**COMMON, "happened_on": day, **form})
        assert response.status_code == 303, text_of(response)

    today = clock.today()
    change("a", "rename", "2025-09-01", name="甲职校")
    assert name_on(ids["a"].pk, today) == "甲职校"
    change("a", "move", "2025年9月2日", region="990201", authority="")
    assert region_on(ids["a"].pk, today) == "990201"
    change("a", "upgrade", "2025/9/3", kind="higher_school", name="甲学院", school_code="9900000051")
    assert Organisation.objects.get(pk=ids["a"].pk).kind == "higher_school"
    change("a", "merge", "2025-09-04", sources="乙校")
    assert Organisation.objects.get(pk=ids["b"].pk).state == "ended"
    assert "承接机构：甲学院" in text_of(client.get(f"/organisations/{ids['b'].public_id}/"))
    change("a", "split", "2025-09-05", targets="甲学院 2/3\n丙校　1/3")
    change("c", "end", "2025-09-06")
    assert Organisation.objects.get(pk=ids["c"].pk).state == "ended"


def test_a_change_that_cannot_be_is_shown_at_its_form(cast, client):
    client.force_login(cast.user("he"))
    public_id = Organisation.objects.get(pk=cast.donghu).public_id
    for kind, form, words in (
        ("rename", {"name": "东湖职业技术学院"}, "与现在登记的相同"),
        ("rename", {"name": "新名", "document": " "}, "还没有写明依据文件"),
        ("split", {"targets": "东湖职业技术学院 1/2\n西岭职业技术学校 1/3"}, "应当正好是 1"),
        ("split", {"targets": "东湖职业技术学院"}, "没有写成"),
        ("split", {"targets": "东湖职业技术学院 一半"}, "不是大于 0"),
        ("merge", {"sources": "没有一\n没有二"}, "没有二"),
        ("upgrade", {"kind": "secondary_school", "name": "新名"}, "不是升格"),
    ):
        response = client.post(f"/bureau/organisations/{public_id}/{kind}/", {**COMMON, **form})
        assert response.status_code in {409, 422}, kind
        assert words in text_of(response)
    assert name_on(cast.donghu, clock.today()) == "东湖职业技术学院"
    assert client.get(f"/bureau/organisations/{public_id}/fly/").status_code == 404


def test_regions_are_registered_and_changed_from_their_forms(cast, client):
    client.force_login(cast.user("he"))
    form = {"code": "990103", "name": "新城区", "level": "county", "parent": "990100", "in_force_from": "2025-09-01"}
    assert client.get("/bureau/regions/register/").status_code == 200
    assert client.post("/bureau/regions/register/", {**form, "code": "99"}).status_code == 422
    assert client.post("/bureau/regions/register/", form).status_code == 303
    assert Region.objects.filter(code="990103").exists()

    def change(code, kind, **form):
        assert client.get(f"/bureau/regions/{code}/{kind}/").status_code == 200
        return client.post(f"/bureau/regions/{code}/{kind}/", {**COMMON, **form})

    assert change("990103", "rename", name="新城").status_code == 303
    assert change("990103", "end").status_code == 409
    assert change("990103", "end", happened_on="2025-10-02").status_code == 303
    assert change("990102", "merge", region_codes="990101").status_code == 303
    assert region_on(cast.donghu, clock.today()) == "990102"
    assert change("990102", "move", region="990200", happened_on="2025-10-03").status_code == 303
    shares = {"region_shares": "990102 1/2\n990201 1/2", "placements": "东湖职业技术学院 990201"}
    assert change("990102", "split", happened_on="2025-10-04", **shares).status_code == 303
    assert region_on(cast.donghu, clock.today()) == "990201"


def test_others_are_kept_from_changing(cast, client):
    public_id = Organisation.objects.get(pk=cast.donghu).public_id
    paths = [
        "/bureau/organisations/register/",
        f"/bureau/organisations/{public_id}/rename/",
        "/bureau/regions/register/",
        "/bureau/regions/990101/rename/",
        f"/organisations/{public_id}/posts/",
    ]
    for path in paths:
        assert client.get(path).status_code == 303, "visitors sign in first"
    for who in ("lin", "chen", "wu"):
        client.force_login(cast.user(who))
        for path in paths:
            assert client.get(path).status_code == 403, (who, path)
            assert client.post(path, COMMON).status_code == 403


def test_posts_are_granted_and_revoked_by_the_bureau(cast, client):
    client.force_login(cast.user("he"))
    public_id = Organisation.objects.get(pk=cast.donghu).public_id
    path = f"/organisations/{public_id}/posts/"
    assert "林老师" in text_of(client.get(path))
    refused = client.post(path, {"username": "nobody", "role": "registrar"})
    assert refused.status_code == 422
    assert "没有叫“nobody”的账号" in text_of(refused)
    assert "不设" in text_of(client.post(path, {"username": "zhou.staff", "role": "bureau_reviewer"}))
    assert client.post(path, {"username": "zhou.staff", "role": "registrar"}).status_code == 303
    granted = Post.objects.get(user_id=cast.users["zhou"], organisation_id=cast.donghu)
    assert client.post(f"/bureau/posts/{granted.pk}/revoke/", {"reason": " "}).status_code == 422
    assert cast.zhou.may("credit.deposit", cast.donghu)
    assert client.post(f"/bureau/posts/{granted.pk}/revoke/", {"reason": "调离"}).status_code == 303
    assert not cast.zhou.may("credit.deposit", cast.donghu)
    client.force_login(cast.user("lin"))
    assert client.post(f"/bureau/posts/{granted.pk}/revoke/", {"reason": "x"}).status_code == 403


def test_a_name_two_organisations_share_asks_for_a_code(cast, client):
    for region in ("990101", "990201"):
        register_organisation(
            actor=cast.he, kind="training_body", name="同名培训中心", region=region, in_force_from=date(2020, 1, 1)
        )
    client.force_login(cast.user("he"))
    public_id = Organisation.objects.get(pk=cast.donghu).public_id
    response = client.post(f"/bureau/organisations/{public_id}/merge/", {**COMMON, "sources": "同名培训中心"})
    assert response.status_code == 422
    assert "WEB-303" in text_of(response)
