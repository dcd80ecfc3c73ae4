"""The to-do page shows one's own and the desk's; a case is handed on from its page; nobody else sees whose it is."""

from __future__ import annotations

import pytest

from guantong.kernel import clock
from guantong.procedure.cases.actions.spreading import spread_open_cases
from guantong.procedure.cases.models import Assignment
from tests.house.test_pages import read_page
from tests.procedures import hire

from .conftest import World

pytestmark = pytest.mark.django_db
TO_DO = "/bureau/procedures/to-do/"


@pytest.fixture
def desk(world: World) -> World:
    hire(world.cast, "gu2", "顾二科员", "city_bureau", "bureau_reviewer")
    return world


def test_ones_own_and_the_desks(desk: World) -> None:
    names = [f"第{n}基地" for n in range(4)]
    for name in names:
        desk.handed_in(name=name)
    assert spread_open_cases(clock.now()) == 4
    client = desk.client("gu")
    page = client.get(TO_DO).content.decode()
    assert read_page(page) == [] and all(name in page for name in names) and "承办：您" in page
    own = client.get(f"{TO_DO}?whose=own").content.decode()
    mine = set(Assignment.objects.filter(user_id=desk.cast.actor("gu").user_id).values_list("case_id", flat=True))
    assert sum(name in own for name in names) == len(mine) and 0 < len(mine) < 4
    assert "承办：顾二科员" in page and "承办：顾二科员" not in own


def test_a_case_is_handed_on_from_its_page(desk: World) -> None:
    case = desk.handed_in()
    spread_open_cases(clock.now())
    address = f"/projects/cases/{case.public_id}/"
    client = desk.client("gu")
    page = client.get(address).content.decode()
    assert read_page(page) == [] and "按在办件数均衡分派" in page
    row = Assignment.objects.get(case=case)
    other = next(key for key in ("gu", "gu2", "chen") if desk.cast.actor(key).user_id != row.user_id)
    to = desk.cast.actor(other).user_id
    answer = client.post(address, {"action": "load.reassign", "load.to": str(to), "load.reason": ""})
    assert answer.status_code == 422 and "PRC-175" in answer.content.decode()
    assert (
        client.post(address, {"action": "load.reassign", "load.to": str(to), "load.reason": "出差。"}).status_code
        == 303
    )
    row.refresh_from_db()
    assert row.user_id == to and row.is_by_hand
    page = client.get(address).content.decode()
    assert read_page(page) == [] and "转交承办" in page and "出差。" in page
    for who in ("xu", "zhou"):
        shown = desk.client(who).get(address).content.decode()
        assert "承办人</h2>" not in shown
    answer = desk.client("xu").post(address, {"action": "load.reassign", "load.to": str(to), "load.reason": "请换人。"})
    assert answer.status_code in (403, 422) and Assignment.objects.get(case=case).user_id == to
