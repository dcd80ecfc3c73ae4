"""The JSON door: the same answers as the pages, drafts hidden, odd requests refused in words."""

from __future__ import annotations

import pytest

from .test_doors import donghu  # noqa: F401 - the fixture
from .test_plan_actions import draft, published

pytestmark = pytest.mark.django_db


def get(client, address, status=200, **data):
    response = client.get("/api/v1/" + address, data)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.json()


def test_programmes_are_searched_in_either_script(donghu, client):  # noqa: F811
    found = get(client, "programmes", q="軟件工程技術")
    assert found["count"] == 1 and found["programmes"][0]["code"] == "310203"
    page = get(client, "programmes", level="higher", offset=740, limit=50)
    assert (page["count"], len(page["programmes"])) == (744, 4)


def test_a_programme_with_schools_and_plans(donghu, client):  # noqa: F811
    plan = published(donghu)
    found = get(client, "programmes/510203")
    assert found["class_name"] == "计算机类" and found["plans"][0]["id"] == plan.public_id
    assert found["schools"] == [{"school": "东湖职业技术学院", "region": "湖滨区", "years": [2025], "is_open": True}]
    assert get(client, "programmes/999999", status=404)["errors"][0]["code"] == "PRG-008"


def test_a_plan_with_checks_and_courses(donghu, client):  # noqa: F811
    plan = published(donghu)
    found = get(client, f"plans/{plan.public_id}")
    assert (found["total_credits"], found["duration_years"], len(found["courses"])) == ("140", "3", 39)
    share = next(c for c in found["checks"] if c["key"] == "practice_share")
    assert share["outcome"] == "met" and "任务21" in share["clause"]


def test_drafts_stay_with_their_school(donghu, client):  # noqa: F811
    plan = draft(donghu)
    assert get(client, f"plans/{plan.public_id}", status=404)["errors"][0]["code"] == "PRG-030"
    client.force_login(donghu.user("lin"))
    assert get(client, f"plans/{plan.public_id}")["state"] == "drafted"


@pytest.mark.parametrize(
    "query", [{"limit": "x"}, {"limit": "0"}, {"offset": "-1"}, {"q": "长" * 101}, {"limit": "9999"}]
)
def test_odd_requests_are_refused_in_words(donghu, client, query):  # noqa: F811
    found = get(client, "programmes", status=422, **query)
    assert found["ok"] is False and found["errors"][0]["code"].startswith("API-")
