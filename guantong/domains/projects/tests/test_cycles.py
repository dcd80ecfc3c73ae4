"""Pages and the JSON door tell how often there is a round and when the next comes, and which quotas are shared."""

from __future__ import annotations

import pytest
from django.test import Client

from guantong.procedure.rounds.models import Round
from guantong.procedure.rounds.tests import sample as rounds_sample
from tests.procedures import hire

from .conftest import World
from .selection import NOTICE, ON_NOTICE, OPENING, ROUNDS

EVERY = ON_NOTICE.replace("on_notice: true", "on_notice: true, every: {parameter: honour.selection_years}")
SHARED = ("id: granted_a_year\n", "id: granted_a_year\n    shared: honours_a_year\n")


@pytest.fixture
def cyclic(world: World) -> World:
    hire(world.cast, "shencha", "审科长", "province_bureau", "bureau_reviewer")
    world.use(NOTICE.replace(ON_NOTICE, EVERY))
    return world


@pytest.mark.django_db
def test_a_notice_before_its_year_is_refused_beside_the_field_with_the_clause(cyclic: World) -> None:
    client = cyclic.client("shencha")
    assert client.post(ROUNDS, OPENING).status_code == 303
    early = {
        **OPENING,
        "rounds.opens_on": "2026-09-01",
        "rounds.closes_on": "2026-10-31",
        "rounds.document_number": "2号",
    }
    answer = client.post(ROUNDS, early)
    page = answer.content.decode()
    assert answer.status_code == 409 and "ROU-117" in page and "2027年才能开放" in page and "第三十八条" in page
    assert 'value="2026-09-01"' in page
    assert Round.objects.count() == 1


@pytest.mark.django_db
def test_everybody_reads_when_the_next_round_comes(cyclic: World) -> None:
    cyclic.client("shencha").post(ROUNDS, OPENING)
    page = Client().get("/procedures/sample-notice/").content.decode()
    assert "每2年一次。下一批次最早2027年开放。" in page and "第三十八条" in page
    found = Client().get("/api/v1/procedures/sample-notice").json()
    assert found["cycle"]["years"] == 2 and found["cycle"]["earliest_year"] == 2027
    assert "第三十八条" in found["cycle"]["clause"] and found["cycle"]["next_opens_on"] is None
    assert "每2年一次" in cyclic.client("shencha").get(ROUNDS).content.decode()


@pytest.mark.django_db
def test_a_case_page_tells_the_cycle(cyclic: World) -> None:
    case = cyclic.open(procedure="sample-notice")
    page = cyclic.client("xu").get(f"/projects/cases/{case.public_id}/").content.decode()
    assert "每2年一次。" in page


@pytest.mark.django_db
def test_a_shared_quota_names_the_other_procedure(world: World) -> None:
    text = rounds_sample.changed(SHARED).replace(rounds_sample.SUBJECT, "projects.declaration")
    world.use(text)
    world.use(text.replace("id: sample-rounds", "id: sample-other", 1).replace("样例推荐", "另一推荐", 1))
    assert "与“另一推荐”合用，合并计算。" in Client().get("/procedures/sample-rounds/").content.decode()
    found = Client().get("/api/v1/procedures/sample-other").json()
    assert [q["shared_with"] for q in found["quotas"]] == [[], ["样例推荐"]]
