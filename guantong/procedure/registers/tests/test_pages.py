"""Registers as visitors and authorities see them."""

from __future__ import annotations

import io
import json
from datetime import date, datetime

import pytest
from django.test import Client

from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.procedure.registers.models import HeldTitle
from guantong.procedure.registers.selectors.listing import get_register
from tests.house.test_pages import read_page

from .sample import GRANTING


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 10, 0, tzinfo=CHINA_TIME)


@pytest.fixture
def visitor() -> Client:
    return Client()


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    text = answer.content.decode()
    assert answer.status_code == status, (address, answer.status_code)
    assert read_page(text) == []
    return text


def test_visitors_find_registers_titles_and_what_stood_on_a_day(world, visitor):
    title = world.granted("middle")
    world.granted("junior", "zhao")
    assert "样例教师名册" in page(visitor, "/registers/")
    text = page(visitor, "/registers/sample-dual/")
    assert "小吴" in text and "小赵" in text and "东湖职业技术学院" in text
    assert world.cast.id_numbers["wu"] not in text
    text = page(visitor, "/registers/sample-dual/?q=東湖 小吳")
    assert "小吴" in text and "小赵" not in text
    assert "小赵" not in page(visitor, "/registers/sample-dual/?level=中级")
    assert "没有符合条件" in page(visitor, "/registers/sample-dual/?on=2025-10-14")
    with clock.frozen_at(at(2026, 1, 5)):
        world.follow(title, "withdraw_title")
        assert "小吴" not in page(visitor, "/registers/sample-dual/")
        assert "小吴" in page(visitor, "/registers/sample-dual/?on=2026-01-04")
        text = page(visitor, "/registers/sample-dual/?state=ended")
        assert "小吴" in text and "已撤销" in text
    assert "小吴" in page(visitor, "/registers/sample-dual/?region=990100")
    assert "没有符合条件" in page(visitor, "/registers/sample-dual/?region=990200")


def test_a_title_page_is_its_certificate(world, visitor):
    title = world.granted("middle")
    text = page(visitor, f"/registers/titles/{title.number}/")
    assert "核验结果：有效" in text and "东湖职业技术学院" in text and "2028年10月15日" in text
    with clock.frozen_at(at(2026, 1, 5)):
        world.follow(title, "withdraw_title")
        text = page(visitor, f"/registers/titles/{title.number}/")
        assert "核验结果：已撤销" in text and "不能作为有效的称号使用" in text
        assert "核验结果：有效" in page(visitor, f"/registers/titles/{title.number}/?on=2026-01-04")
    assert "核验结果：已到期" not in text
    page(visitor, "/registers/titles/2025-XXXXXXXX/", 404)


def test_a_number_is_checked_as_people_type_it(world, visitor):
    title = world.granted("middle")
    for typed in (title.number, title.number.lower(), title.number.replace("-", ""), f" {title.number} "):
        answer = visitor.get("/registers/verify/", {"number": typed})
        assert answer.status_code == 303 and title.number in answer.headers["Location"]
    assert "TTL-101" in page(visitor, "/registers/verify/?number=2025-99999999", 404)
    page(visitor, "/registers/verify/")


def test_what_is_not_public_is_neither_shown_nor_found(world, visitor):
    world.use(GRANTING.replace("public: [holder, organisation, level,", "public: [level,"))
    title = world.granted("middle")
    text = page(visitor, "/registers/sample-dual/") + page(visitor, f"/registers/titles/{title.number}/")
    assert "小*" in text and '<span class="help">东湖职业技术学院</span>' not in text
    assert "小吴" not in text
    assert "没有符合条件" in page(visitor, "/registers/sample-dual/?q=小吴")
    answer = json.loads(visitor.get("/registers/sample-dual/titles.json").content)
    assert answer["titles"][0]["holder"] == "小*" and answer["titles"][0]["organisation"] == "不公开"
    assert "小吴" not in HeldTitle.objects.get().search_text


def test_a_register_is_exported_three_ways(world, visitor):
    import openpyxl

    title = world.granted("middle")
    found = json.loads(visitor.get("/registers/sample-dual/titles.json?on=2025-10-15").content)
    assert (found["as_of"], found["count"]) == ("2025-10-15", 1)
    assert found["titles"][0]["number"] == title.number and found["titles"][0]["last_on"] == "2028-10-15"
    text = visitor.get("/registers/sample-dual/titles.csv").content.decode("utf-8-sig")
    assert text.splitlines()[1].startswith(f"{title.number},小吴,东湖职业技术学院")
    book = openpyxl.load_workbook(io.BytesIO(visitor.get("/registers/sample-dual/titles.xlsx").content))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[1][0] == title.number and rows[1][8].date() == date(2025, 10, 15)
    assert visitor.get("/registers/sample-dual/titles.pdf").status_code == 404


def test_a_wrong_day_is_said_at_the_field(world, visitor):
    world.granted()
    for address in ("/registers/sample-dual/?on=2025-13-01", "/registers/sample-dual/?on=昨天"):
        assert "TTL-109" in page(visitor, address, 422)
    page(visitor, "/registers/nothing/", 404)


def test_an_authority_sees_what_ends_soon_and_what_fell(world):
    title = world.granted("middle")
    case = world.open("sample-leader", "tests.leader")
    world.act(case, "wu", "submit", values={"years": 3})
    client = Client()
    client.force_login(world.cast.user("chen"))
    assert "没有到期的称号" in page(client, "/bureau/titles/")
    with clock.frozen_at(at(2028, 8, 1)):
        client.force_login(world.cast.user("chen"))
        assert title.number in page(client, "/bureau/titles/")
        assert title.number not in page(client, "/bureau/titles/?days=30")
        assert "180 天内到期的称号" in page(client, "/bureau/")
    with clock.frozen_at(at(2028, 10, 16)):
        client.force_login(world.cast.user("chen"))
        world.act(case, "sun", "approve")
        text = page(client, "/bureau/titles/")
        assert case.public_id in text and "已到期" in text


def test_the_holder_side_opens_and_decides_a_follow_up_on_its_page(world):
    title = world.granted("middle")
    client = Client()
    client.force_login(world.cast.user("sun"))
    assert "样例称号复核" in page(client, f"/registers/titles/{title.number}/")
    answer = client.post(f"/registers/titles/{title.number}/open/sample-check/")
    assert answer.status_code == 303
    text = page(client, answer.headers["Location"])
    assert title.number in text and "撤销" in text
    assert client.post(f"/registers/titles/{title.number}/open/sample-check/").status_code == 409


def test_a_register_shows_quota_and_target_against_its_count(world, visitor):
    rounds = (
        'rounds: {yearly: {opens: "10-01", closes: "10-31"}, source: local, note: 测试。}\n'
        "quotas: [{id: yearly, title: 每年认定不超过三个, at: recognised, of: organisation, per: round, most: 3, "
        "source: local, note: 测试。}]\n"
    )
    target = "  target: {parameter: platform.benchmark_schools, scope: 区域性}\n  years: 3\n"
    text = GRANTING.replace("steps:\n", rounds + "steps:\n", 1).replace("  years: 3\n", target)
    world.use(text)
    world.granted("middle")
    shown = page(visitor, "/registers/sample-dual/")
    assert "每年认定不超过三个" in shown and "东湖职业技术学院 1" in shown
    found = get_register("sample-dual", date(2025, 10, 15))
    (target,) = found.targets
    assert target.wanted == 1000 and target.count == 1 and target.share == 0 and target.region == "100000"
    assert target.label in shown and "1,000 个" in shown and "还没有达到" in shown and "上级地区的目标" in shown
    assert "中华人民共和国目标：全部称号1,000 个" in page(visitor, "/registers/") or "目标：全部称号1,000 个" in page(
        visitor, "/registers/"
    )
