"""The register at the JSON door, and figures of a past year added up in a page and by the API."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

import pytest

from guantong.base.orgs.actions import Basis, merge_regions, register_organisation, split_organisation
from guantong.base.orgs.models import Organisation
from guantong.site.registry.figures import show

BASIS = Basis("云澜省教育厅关于调整布局的批复（云教复〔2023〕1号）")


def text_of(response):
    return re.sub(r"<[^>]+>", " ", response.content.decode())


@pytest.fixture
def divided(cast):
    """松岗职校 was divided between 西岭 (a third) and 东湖 (the rest) in 2023; 南渡县 joined 湖滨区 in 2024."""
    made = register_organisation(
        actor=cast.he, kind="secondary_school", name="松岗职校", region="990201", in_force_from=date(2012, 9, 1)
    )
    split_organisation(
        actor=cast.he,
        source_id=made.pk,
        shares={cast.xiling: Fraction(1, 3), cast.donghu: Fraction(2, 3)},
        happened_on=date(2023, 9, 1),
        basis=BASIS,
    )
    merge_regions(actor=cast.he, sources=["990102"], target="990101", happened_on=date(2024, 1, 1), basis=BASIS)
    return made


def test_organisations_are_listed_and_told_with_their_history(cast, divided, client):
    found = client.get("/api/v1/organisations", {"on": "2020-01-01", "region": "990200"}).json()
    assert [i["name"] for i in found["items"]] == ["松岗职校", "西岭职业技术学校"]
    one = client.get(f"/api/v1/organisations/{divided.public_id}").json()
    assert one["state"] == "ended"
    assert {(s["name"], s["share"]) for s in one["successors"]} == {
        ("西岭职业技术学校", "1/3"),
        ("东湖职业技术学院", "2/3"),
    }
    assert one["events"][0]["document"] == BASIS.document
    missing = client.get("/api/v1/organisations/NOTHERE")
    assert (missing.status_code, missing.json()["errors"][0]["code"]) == (404, "ORG-018")


def test_regions_of_a_day_are_listed(cast, divided, client):
    codes = {r["code"] for r in client.get("/api/v1/regions", {"on": "2023-12-31"}).json()["regions"]}
    today = {r["code"] for r in client.get("/api/v1/regions").json()["regions"]}
    assert codes - today == {"990102"}


def test_figures_are_added_up_then_and_now_by_the_api(cast, divided, client):
    body = {
        "figures": {"松岗职校": "10", divided.public_id: "90", "9900000001": "5.5"},
        "figures_day": "2022-12-31",
        "level": "prefecture",
    }
    found = client.post("/api/v1/organisations/figures", body, content_type="application/json").json()
    assert found["then"] == {"990100": "11/2", "990200": "100"}
    assert found["now"] == {"990100": "433/6", "990200": "100/3"}
    assert found["total"] == "211/2"


@pytest.mark.parametrize(
    "body",
    [
        {"figures": {"9900000001": "many"}, "figures_day": "2022-12-31"},
        {"figures": {"9900000001": "1/0"}, "figures_day": "2022-12-31"},
        {"figures": {"9900000001": "9" * 5000}, "figures_day": "2022-12-31"},
        {"figures": {"9900000001": "1e99999999"}, "figures_day": "2022-12-31"},
        {"figures": {"9900000001": "１２"}, "figures_day": "2022-12-31"},
        {"figures": {"9900000001": 7}, "figures_day": "2022-12-31"},
        {"figures": {"9900000001": "1"}, "figures_day": "2001-12-31"},
        {"figures": {"9900000001": "1"}, "figures_day": "soon"},
        {"figures": {"9900000001": "1"}, "figures_day": "2022-12-31", "level": "village"},
        {"figures": [], "figures_day": "2022-12-31"},
    ],
)
def test_odd_bodies_are_refused_clearly(cast, client, body):
    refused = client.post("/api/v1/organisations/figures", body, content_type="application/json")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["message"].endswith("。")


@pytest.mark.parametrize("name", ["\\u0000", "\\ud800"])
def test_characters_no_text_can_hold_are_refused(cast, client, name):
    body = f'{{"figures": {{"{name}": "1"}}, "figures_day": "2022-12-31"}}'
    refused = client.post("/api/v1/organisations/figures", body, content_type="application/json")
    assert refused.status_code in {400, 422}
    assert refused.json()["ok"] is False


def test_figures_are_added_up_in_a_page(cast, divided, client):
    assert client.get("/organisations/figures/").status_code == 200
    code = Organisation.objects.get(pk=divided.pk).public_id
    form = {"figures": f"{code} 90\n东湖职业技术学院\t5", "figures_day": "2022-12-31", "as_of": "", "level": "county"}
    page = text_of(client.post("/organisations/figures/", form))
    assert "总数 95" in page
    assert re.search(r"湖滨区\s+990101\s+5\s+65", page)
    assert re.search(r"松岗区\s+990201\s+90\s+30", page)
    refused = client.post("/organisations/figures/", {**form, "figures": "没有一 1\n东湖职业技术学院 很多"})
    assert refused.status_code == 422
    assert "没有一" in text_of(refused)
    assert "不是一个数" in text_of(refused)
    assert client.post("/organisations/figures/", {**form, "figures": " "}).status_code == 422


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(Fraction(1200), "1,200"), (Fraction(5, 2), "2.5"), (Fraction(100, 3), "33 又 1/3"), (Fraction(1, 3), "1/3")],
)
def test_figures_are_shown_exactly(amount, shown):
    assert show(amount) == shown
