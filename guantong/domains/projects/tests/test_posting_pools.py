"""Posting to the page of pools: who may, what is told beside which field, and that nothing is half done."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from guantong.base.accounts.actions import create_user
from guantong.base.accounts.public import SYSTEM
from guantong.base.audit.models import AuditLine
from guantong.kernel import clock
from guantong.procedure.panels.models import Affiliation, Pool, PoolMember
from guantong.procedure.panels.public import join_pool, open_pool
from tests.cast import PASSWORD
from tests.procedures import hire
from tests.together import Together

from .conftest import World
from .selection import PANEL, POOL, Selection, said_at, shown_in

PAGE = "/bureau/procedures/pools/"
ONE = f"{PAGE}?pool={POOL}"
OPEN = {"what": "open", "code": POOL, "name": "样例评审专家库"}
JOIN = {
    "what": "join",
    "username": "rv9",
    "organisation": "东湖职业技术学院",
    "title": "教授",
    "fields": "信息技术，医药卫生",
    "document": "云职〔2025〕3号",
}


@pytest.fixture
def selection(world: World) -> Selection:
    hire(world.cast, "shencha", "审科长", "province_bureau", "bureau_reviewer")
    world.use(PANEL)
    made = Selection(world)
    made.expert("rv9", 9)
    return made


@pytest.fixture
def pool(selection: Selection) -> Pool:
    return open_pool(actor=SYSTEM, region="990000", code=POOL, title="样例评审专家库")


@pytest.mark.django_db
def test_the_keeper_opens_a_pool_a_definition_names_once(selection: Selection) -> None:
    client = selection.world.client("shencha")
    named = f'name="code" value="{POOL}"'
    assert named in client.get(PAGE).content.decode()
    assert client.post(PAGE, OPEN).status_code == 303
    assert client.post(PAGE, OPEN).status_code == 303
    assert Pool.objects.get().region == "990000" and named not in client.get(PAGE).content.decode()
    assert AuditLine.objects.filter(action="open_pool").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["chen", "gu", "xu", "sun", "wu", "operator"])
@pytest.mark.parametrize("posted", [OPEN, JOIN], ids=["open", "join"])
def test_nobody_else_opens_or_fills_one(selection: Selection, who: str, posted: dict[str, str]) -> None:
    if posted is JOIN:
        open_pool(actor=SYSTEM, region="990000", code=POOL, title="样例评审专家库")
    before = Pool.objects.count()
    answer = selection.world.client(who).post(ONE, posted)
    assert answer.status_code == 403
    assert (Pool.objects.count(), PoolMember.objects.count()) == (before, 0)
    if who == "chen":
        page = selection.world.client(who).get(ONE).content.decode()
        assert "PAN-102" in answer.content.decode() and 'value="join"' not in page and "建立专家库" not in page


@pytest.mark.django_db
def test_an_expert_joins_once_and_leaves_with_a_reason(selection: Selection, pool: Pool) -> None:
    client = selection.world.client("shencha")
    assert client.post(ONE, JOIN).status_code == 303
    again = client.post(ONE, JOIN)
    assert again.status_code == 409 and said_at(again.content.decode(), "username")
    member = PoolMember.objects.get()
    assert (member.fields, member.title, member.document) == (["信息技术", "医药卫生"], "教授", "云职〔2025〕3号")
    page = client.get(ONE).content.decode()
    assert "钟离9号" in page and "东湖职业技术学院" in page
    leave = {"what": "leave", "member": member.public_id, "left_on": "2025-10-15", "reason": "退休。"}
    assert client.post(ONE, leave).status_code == 303
    assert client.post(ONE, leave).status_code == 303
    member.refresh_from_db()
    assert str(member.left_on) == "2025-10-15" and AuditLine.objects.filter(action="leave_pool").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "control", "code"),
    [
        ({"username": "nobody"}, "username", "PAN-108"),
        ({"username": ""}, "username", "PAN-108"),
        ({"username": "faceless"}, "username", "PAN-103"),
        ({"organisation": "没有这个单位"}, "organisation", "PRJ-004"),
        ({"organisation": ""}, "organisation", "PRJ-004"),
    ],
)
def test_who_cannot_join_is_said_beside_the_field_and_nothing_is_kept(
    selection: Selection, pool: Pool, given: dict[str, str], control: str, code: str
) -> None:
    create_user(
        actor=SYSTEM, username="faceless", display_name="没有身份", password=PASSWORD, must_change_password=False
    )
    answer = selection.world.client("shencha").post(ONE, {**JOIN, **given})
    page = answer.content.decode()
    assert answer.status_code >= 400 and code in page and said_at(page, control)
    assert shown_in(page, "title") == "教授" and shown_in(page, "document") == "云职〔2025〕3号"
    assert not PoolMember.objects.exists() and not Affiliation.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "control", "code"),
    [
        ({"left_on": "昨天"}, "left_on", "PRJ-030"),
        ({"left_on": "2025-10-01"}, "left_on", "PAN-107"),
        ({"reason": "  "}, "reason", "PAN-111"),
    ],
)
def test_leaving_is_refused_beside_its_field(
    selection: Selection, pool: Pool, given: dict[str, str], control: str, code: str
) -> None:
    client = selection.world.client("shencha")
    client.post(ONE, JOIN)
    member = PoolMember.objects.get()
    leave = {"what": "leave", "member": member.public_id, "left_on": "2025-10-20", "reason": "退休。", **given}
    answer = client.post(ONE, leave)
    page = answer.content.decode()
    assert answer.status_code == 422 and code in page and said_at(page, control)
    assert shown_in(page, "username") == ""
    member.refresh_from_db()
    assert member.left_on is None
    with clock.frozen_at(clock.now() + timedelta(days=9)):
        assert client.post(ONE, {**leave, "left_on": "2025-10-20", "reason": "退休。"}).status_code == 303
        gone = client.post(ONE, {**leave, "left_on": "2025-10-21", "reason": "又退休。"})
        assert gone.status_code == 409 and "PAN-106" in gone.content.decode()


@pytest.mark.django_db
def test_a_member_of_another_regions_pool_is_out_of_reach(selection: Selection, pool: Pool) -> None:
    nation = open_pool(actor=SYSTEM, region="100000", code="national-experts", title="国家专家库")
    member = join_pool(
        actor=SYSTEM, pool_id=nation.pk, username="rv9", organisation_id=selection.world.cast.organisation("donghu")
    )
    client = selection.world.client("shencha")
    leave = {"what": "leave", "member": member.public_id, "left_on": "2025-10-20", "reason": "不合适。"}
    answer = client.post(ONE, leave)
    assert answer.status_code == 403 and "PAN-102" in answer.content.decode()
    unknown = client.post(ONE, {**leave, "member": "NOSUCHMEMBER"})
    assert unknown.status_code == 404 and "PAN-105" in unknown.content.decode()
    member.refresh_from_db()
    assert member.left_on is None


@pytest.mark.django_db
def test_a_pool_that_is_not_there_takes_nobody(selection: Selection) -> None:
    answer = selection.world.client("shencha").post(f"{PAGE}?pool=nowhere", JOIN)
    assert answer.status_code == 404 and not PoolMember.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_enter_one_expert(selection: Selection, pool: Pool, tmp_path: Path) -> None:
    clients = [selection.world.client("shencha") for _ in range(3)]
    together = Together(tmp_path / "together.sqlite3")
    together.share()
    answers = together.run([lambda client=client: client.post(ONE, JOIN).status_code for client in clients])
    assert sorted(answers) == [303, 409, 409]
    assert together.reads(lambda: PoolMember.objects.count()) == 1
    assert together.reads(lambda: Affiliation.objects.count()) == 1
