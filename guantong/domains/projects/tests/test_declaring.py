"""Beginning, saving, checking, handing in; who may, for whom, how often."""

from __future__ import annotations

import pytest

from guantong.base.audit.models import AuditLine
from guantong.domains.projects.actions import open_declaration, save_draft
from guantong.domains.projects.models import Declaration
from guantong.domains.projects.selectors.holders import Wanted
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.models import Case

from .conftest import World

pytestmark = pytest.mark.django_db


def code_of(caught: pytest.ExceptionInfo[Refusal]) -> str:
    return caught.value.problems[0].code


def test_beginning_twice_gives_the_same_draft(world: World) -> None:
    first = world.open()
    assert world.open().pk == first.pk
    assert Declaration.objects.count() == 1
    assert first.title == "样例实训基地认定：东湖职业技术学院"


def test_after_handing_in_another_may_begin_because_what_is_given_has_items(world: World) -> None:
    handed = world.handed_in()
    other = world.open()
    assert other.pk != handed.pk
    assert Declaration.objects.filter(is_draft=True).count() == 1


def test_one_title_for_one_holder_is_declared_once_at_a_time(world: World) -> None:
    wanted = Wanted(organisation="东湖职业技术学院")
    case = world.open("wu", "sample-leader", wanted=wanted)
    world.act(case, "wu", "submit", values={"years": "6"})
    with pytest.raises(Refusal) as caught:
        world.open("wu", "sample-leader", wanted=wanted)
    assert code_of(caught) == "PRJ-008" and case.public_id in str(caught.value)


@pytest.mark.parametrize(
    ("who", "procedure", "wanted", "code"),
    [
        ("lin", "sample-base", Wanted(), "PRJ-009"),
        ("xu", "credit-conversion", Wanted(), "PRJ-002"),
        ("xu", "no-such", Wanted(), "PRJ-001"),
        ("wu", "sample-leader", Wanted(), "PRJ-007"),
        ("wu", "sample-leader", Wanted(organisation="没有的学校"), "PRJ-004"),
        ("gu", "sample-inspection", Wanted(organisation="西岭职业技术学校"), "PRJ-006"),
    ],
)
def test_who_may_not(world: World, who: str, procedure: str, wanted: Wanted, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        open_declaration(actor=world.cast.actor(who), procedure=procedure, region="990000", wanted=wanted)
    assert code_of(caught) == code
    assert not Case.objects.exists() and not Declaration.objects.exists()


def test_an_authority_opens_about_a_school_of_its_own(world: World) -> None:
    case = world.open("gu", "sample-inspection", wanted=Wanted(organisation="东湖职业技术学院"))
    assert case.organisation_id == world.cast.donghu
    assert case.declared_organisation_id == world.cast.city_bureau


def test_a_draft_is_kept_shown_and_gone_when_handed_in(world: World) -> None:
    case, client = world.open(), world.client("xu")
    address = f"/projects/cases/{case.public_id}/"
    typed = {"action": "submit", "revision": case.revision, "submit.name": "数控基地", "submit.seats": "41"}
    assert client.post(address, {**typed, "save_draft": "1"}).status_code == 303
    page = client.get(address).content.decode()
    assert 'value="数控基地"' in page and "还没有提交" in page
    assert AuditLine.objects.filter(action="save_draft").count() == 1
    world.act(case, "xu", "submit", values={"name": "数控基地", "seats": "41", "spent": "100000"})
    row = Declaration.objects.get()
    assert (row.draft, row.is_draft, row.saved_at) == ({}, False, None)


def test_only_the_one_who_fills_in_now_saves(world: World) -> None:
    case = world.handed_in()
    for who in ("xu", "gu"):
        with pytest.raises(Refusal) as caught:
            save_draft(actor=world.cast.actor(who), case=case, typed={"submit.name": ["甲"]})
        assert code_of(caught) == "PRJ-010"


def test_a_draft_may_not_be_endless(world: World) -> None:
    with pytest.raises(Refusal) as caught:
        save_draft(actor=world.cast.xu, case=world.open(), typed={"submit.name": ["长" * 200_001]})
    assert code_of(caught) == "PRJ-011"


def test_conditions_follow_what_is_typed_and_nothing_is_kept(world: World) -> None:
    case, client = world.open(), world.client("xu")
    address = f"/projects/cases/{case.public_id}/check/"
    lines = case.log.count()
    few = client.post(address, {"submit.seats": "30", "submit.spent": "100000"}, headers={"HX-Request": "true"})
    assert "没有达到" in few.content.decode() and "30个" in few.content.decode() and "<html" not in few.content.decode()
    enough = client.post(address, {"submit.seats": "40", "submit.spent": "100000"}, headers={"HX-Request": "true"})
    assert "全部达到" in enough.content.decode()
    unread = client.post(address, {"submit.seats": "四十"}, headers={"HX-Request": "true"})
    assert unread.status_code == 200 and "还不能判断" in unread.content.decode()
    case.refresh_from_db()
    assert case.log.count() == lines and Declaration.objects.get().draft == {}


def test_handing_in_says_every_condition_missing_and_keeps_what_was_typed(world: World) -> None:
    case, client = world.open(), world.client("xu")
    typed = {"action": "submit", "revision": "1", "submit.name": "小基地", "submit.seats": "12"}
    case.refresh_from_db()
    typed["revision"] = str(case.revision)
    answer = client.post(f"/projects/cases/{case.public_id}/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "PRC-145" in page or "工位够数" in page
    assert 'value="小基地"' in page
    case.refresh_from_db()
    assert case.step == "declare"


def test_the_page_of_beginning_posts_and_goes_to_the_case(world: World) -> None:
    client = world.client("xu")
    assert "以东湖职业技术学院的名义申报" in client.get("/procedures/sample-base/").content.decode()
    answer = client.post("/procedures/sample-base/declare/", {"at": str(world.cast.donghu)})
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/projects/cases/")
    assert client.get(answer.headers["Location"]).status_code == 200
    refused = world.client("lin").get("/procedures/sample-base/declare/")
    assert refused.status_code == 403 and "PRJ-009" in refused.content.decode()


def test_others_cannot_read_a_case(world: World) -> None:
    case = world.handed_in()
    for who in ("zhou", "wu", "fang"):
        assert world.client(who).get(f"/projects/cases/{case.public_id}/").status_code == 404
    assert world.client("gu").get(f"/projects/cases/{case.public_id}/").status_code == 200
    assert world.client("he").get(f"/projects/cases/{case.public_id}/").status_code == 200
