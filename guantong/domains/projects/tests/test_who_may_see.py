"""Who may see the row of a case: its own side, those who handle it, the authority above; nobody else, at any door."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from guantong.base.accounts.public import SYSTEM
from guantong.base.files.public import store_file
from guantong.base.orgs.actions import register_organisation
from guantong.procedure.cases.models import Case, CaseAction, Material
from guantong.procedure.cases.public import add_material
from tests.cast import invented_credit_code
from tests.procedures import hire

from .conftest import World

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
NAME = "清溪智能制造基地"


@pytest.fixture
def case(world: World) -> Case:
    """A declaration of 东湖职院 with a material, waiting at the city's authority; others bear such roles elsewhere."""
    other = register_organisation(
        actor=SYSTEM,
        kind="authority",
        name="西岭市教育局",
        region="990200",
        in_force_from=date(2010, 1, 1),
        authority_id=world.cast.organisation("province_bureau"),
        credit_code=invented_credit_code(77),
    )
    world.cast.organisations["other_bureau"] = other.pk
    for key, organisation, role in (
        ("xu2", "donghu", "project_officer"),
        ("he2", "city_bureau", "bureau_approver"),
        ("sheng", "province_bureau", "bureau_reviewer"),
        ("xi", "xiling", "project_officer"),
        ("other", "other_bureau", "bureau_reviewer"),
        ("other2", "other_bureau", "bureau_approver"),
    ):
        hire(world.cast, key, f"{key}老师", organisation, role)
    found = world.open()
    xu = world.cast.actor("xu")
    file = store_file(xu, "方案.pdf", PDF, "evidence", organisation_id=world.cast.organisation("donghu"))
    found.refresh_from_db()
    add_material(actor=xu, case_id=found.pk, requirement="plan", file_id=file.pk, revision=found.revision)
    return world.act(found, "xu", "submit", values={"name": NAME, "seats": "60", "spent": "200000"})


INSIDE = ("xu", "xu2", "gu", "chen", "sheng")
OUTSIDE = ("xi", "fang", "other", "other2", "wu", "zhao", "ma", "zhang")


@pytest.mark.parametrize("who", INSIDE)
def test_its_own_side_and_the_authorities_above_read_it(world: World, case: Case, who: str) -> None:
    client = world.client(who)
    page = client.get(f"/projects/cases/{case.public_id}/")
    assert page.status_code == 200 and NAME in page.content.decode()
    file = Material.objects.get(case=case).file
    assert f"/files/{file.public_id}/" in page.content.decode()
    assert client.get(f"/files/{file.public_id}/").status_code == 200


@pytest.mark.parametrize("who", OUTSIDE)
def test_nobody_elsewhere_does_nor_learns_that_it_is_there(world: World, case: Case, who: str) -> None:
    client = world.client(who)
    address = f"/projects/cases/{case.public_id}/"
    file = Material.objects.get(case=case).file
    unknown = client.get("/projects/cases/NOSUCHCASE99/")
    for answer in (
        client.get(address),
        client.post(address, {"action": "approve", "revision": case.revision, "approve.opinion": "同意。"}),
        client.post(address, {"save_draft": "1", "submit.name": "改名"}),
        client.post(f"{address}check/", {"submit.name": "改名"}),
        *([client.get(f"/files/{file.public_id}/")] if who != "ma" else []),  # 马主任 may open files of 东湖职院
    ):
        assert answer.status_code == unknown.status_code == 404
        assert NAME not in answer.content.decode()
    case.refresh_from_db()
    assert case.step == "review" and CaseAction.objects.filter(case=case, action="approve").count() == 0


@pytest.mark.parametrize("who", OUTSIDE)
def test_no_list_of_theirs_names_it(world: World, case: Case, who: str) -> None:
    client = world.client(who)
    for desk in ("school", "issuer", "bureau", "learner"):
        for tail in ("to-do/", "mine/", "calendar/?days=365", "many/", "statistics/", "statistics.csv"):
            answer = client.get(f"/{desk}/procedures/{tail}")
            assert case.public_id not in answer.content.decode(), (desk, tail)
    assert case.public_id not in client.get("/desk/", follow=True).content.decode()


@pytest.mark.parametrize("who", [w for w in OUTSIDE if w not in ("wu", "zhao")])
def test_ticking_it_among_many_does_nothing(world: World, case: Case, who: str) -> None:
    desk = "bureau" if who.startswith("other") else "school" if who in ("xi", "ma") else "issuer"
    posted = {"action": "approve", "cases": [f"{case.public_id}.{case.revision}"], "opinion": "同意。"}
    answer = world.client(who).post(f"/{desk}/procedures/many/", posted)
    text = answer.content.decode()
    assert NAME not in text and case.title not in text
    case.refresh_from_db()
    assert case.step == "review"


def test_a_visitor_signs_in_first_and_still_reads_nothing_of_it(world: World, case: Case) -> None:
    visitor = Client()
    answer = visitor.get(f"/projects/cases/{case.public_id}/")
    assert answer.status_code in (302, 303) and "/sign-in/" in answer["Location"]
    for page in ("/procedures/sample-base/", "/publicity/?state=all", "/registers/", "/publicity/feed.json?state=all"):
        text = visitor.get(page).content.decode()
        assert NAME not in text and case.public_id not in text, page


def test_a_draft_is_for_its_own_side_alone(world: World, case: Case) -> None:
    draft = world.open()
    address = f"/projects/cases/{draft.public_id}/"
    own = world.client("xu")
    assert own.post(address, {"save_draft": "1", "submit.name": "没有写完的基地"}).status_code == 303
    assert "没有写完的基地" in world.client("xu2").get(address).content.decode()
    for who in ("gu", "other", "xi", "fang"):
        answer = world.client(who).get(address)
        assert "没有写完的基地" not in answer.content.decode(), who


def test_the_json_door_gives_it_to_the_same_people(world: World, case: Case) -> None:
    door = f"/api/v1/projects/cases/{case.public_id}"
    assert NAME in str(world.client("xu").get(door).json())
    for who in OUTSIDE:
        answer = world.client(who).get(door)
        assert answer.status_code == 404 and NAME not in str(answer.json()), who
    assert Client().get(door).status_code in (401, 403)
