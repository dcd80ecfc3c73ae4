"""One list for the notices of a round: the same names, the same days, an objection to each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from guantong.base.sheets.opening import open_workbook
from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.procedure.cases.actions import scan_deadlines
from guantong.procedure.cases.public import open_case
from guantong.procedure.publicity.models import Objection, PublicNotice
from guantong.procedure.publicity.selectors.lists import get_list, list_heads
from guantong.procedure.publicity.selectors.notices import Filters, find_notices

from .conftest import FORM, World
from .sample import SHOWN

pytestmark = pytest.mark.django_db
ROUNDS = 'rounds: {yearly: {opens: "10-01", closes: "10-31"}, source: local, note: 测试。}\nform:'


@pytest.fixture
def listed(world: World) -> World:
    """The sample by rounds."""
    world.use(SHOWN.replace("form:", ROUNDS, 1))
    return world


def shown(world: World, name: str, who: str = "sun", school: str = "donghu") -> PublicNotice:
    world.serial += 1
    case = open_case(
        actor=world.cast.actor(who),
        definition="sample-shown",
        region="990000",
        subject=("tests.base", world.serial),
        organisation_id=world.cast.organisation(school),
    )
    world.act(case, who, "submit", values={**FORM, "name": name})
    return PublicNotice.objects.get(case=case, state="open")


def board(**typed: str) -> str:
    answer: Any = Client().get("/publicity/", typed)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_two_of_a_round_stand_as_one_list_and_each_keeps_its_page(listed: World) -> None:
    first = shown(listed, "甲基地")
    assert list_heads(find_notices(Filters())) == [] and first.public_id in board()
    second = shown(listed, "乙基地")
    (head,) = list_heads(find_notices(Filters()))
    assert (head.title, head.count, head.open) == ("样例基地认定（2025年批次）公示名单", 2, 2)
    text = board()
    assert head.title in text and "找到 <strong>2</strong> 项公示" in text and first.public_id not in text
    assert first.public_id in board(q="甲基地")
    page = Client().get(head.address).content.decode()
    for notice, name in ((first, "甲基地"), (second, "乙基地")):
        assert name in page and f"/publicity/{notice.public_id}/object/" in page
        own = Client().get(f"/publicity/{notice.public_id}/").content.decode()
        assert head.address in own and "共 2 项" in own
    assert "2025年10月15日至2025年10月22日" in page and "13812345678" not in page
    assert page.count("拟认定为样例基地") == 1  # what all say alike is said once


def test_an_objection_to_one_name_holds_that_one_alone(listed: World) -> None:
    first, second = shown(listed, "甲基地"), shown(listed, "乙基地")
    listed.objected(first)
    (head,) = list_heads(find_notices(Filters()))
    assert "收到 1 份" in Client().get(head.address).content.decode()
    with clock.frozen_at(datetime(2025, 10, 23, 8, 0, tzinfo=CHINA_TIME)):
        scan_deadlines()
        page = Client().get(head.address).content.decode()
        assert f"/publicity/{first.public_id}/object/" in page  # still held open
        assert f"/publicity/{second.public_id}/object/" not in page
        found = get_list(head.round, head.step, head.starts_on)
        assert [(n.shown.notice.public_id, n.objections) for n in found.names] == [
            (first.public_id, 1),
            (second.public_id, 0),
        ]
        assert found.head.open == 1 and "公示期满，没有收到异议" in page
    assert Objection.objects.count() == 1


def test_the_value_of_a_list_follows_from_the_values_of_its_notices(listed: World) -> None:
    shown(listed, "甲基地")
    second = shown(listed, "乙基地")
    (head,) = list_heads(find_notices(Filters()))
    before = get_list(head.round, head.step, head.starts_on).digest
    PublicNotice.objects.filter(pk=second.pk).update(digest="0" * 64)
    assert get_list(head.round, head.step, head.starts_on).digest != before


def test_the_sheet_holds_every_name(listed: World) -> None:
    shown(listed, "=甲基地")
    shown(listed, "乙基地")
    (head,) = list_heads(find_notices(Filters()))
    answer = Client().get(head.address.rstrip("/") + ".xlsx")
    assert answer.status_code == 200
    rows = open_workbook(answer.content, "名单.xlsx")
    assert rows is not None and answer["Content-Type"].endswith("spreadsheetml.sheet")


def test_days_apart_make_two_lists_and_other_rounds_none(listed: World) -> None:
    first = shown(listed, "甲基地")
    with clock.frozen_at(datetime(2025, 10, 16, 9, 0, tzinfo=CHINA_TIME)):
        second = shown(listed, "乙基地")
        assert list_heads(find_notices(Filters())) == []
        shown(listed, "丙基地")
        assert [h.starts_on.day for h in list_heads(find_notices(Filters()))] == [16]
        text = board()
        assert first.public_id in text and second.public_id not in text


@pytest.mark.parametrize(
    "address",
    ["/publicity/lists/NOSUCHROUND1/notice/2025-10-15/", "/publicity/lists/NOSUCHROUND1/notice/2025-10-15.xlsx"],
)
def test_a_list_nobody_published_is_not_there(listed: World, address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 404 and "PUB-123" in answer.content.decode()
    assert Client().get("/publicity/lists/X/notice/2025-13-45/").status_code == 404
