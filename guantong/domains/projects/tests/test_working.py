"""Reviewing, bulk, lists, delegation, figures, and what a recognised case leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client

from guantong.domains.projects.selectors import working
from guantong.domains.projects.selectors.working import show_cases
from guantong.kernel import clock
from guantong.procedure.cases.public import mark_of, scan_deadlines

from .conftest import World, hire

pytestmark = pytest.mark.django_db


def test_from_declaring_to_the_register_with_one_item_returned(world: World) -> None:
    case = world.handed_in()
    officer, reviewer = world.client("xu"), world.client("gu")
    address = f"/projects/cases/{case.public_id}/"
    case.refresh_from_db()
    returned = {
        "action": "return",
        "revision": case.revision,
        "return.item-on-1": "seats",
        "return.item-text-1": "工位数和现场不符。",
    }
    assert reviewer.post(address, returned).status_code == 303
    case.refresh_from_db()
    assert case.step == "correct"
    page = officer.get(address).content.decode()
    assert "工位数和现场不符。" in page and 'name="submit.name"' not in page
    assert (
        officer.post(address, {"action": "submit", "revision": case.revision, "submit.seats": "55"}).status_code == 303
    )
    case.refresh_from_db()
    assert case.step == "review"
    approve = {"action": "approve", "revision": case.revision, "approve.opinion": "条件达到，同意公示。"}
    assert reviewer.post(address, approve).status_code == 303
    assert "智能制造基地" in Client().get("/publicity/").content.decode()
    with clock.frozen_at(clock.now() + timedelta(days=20)):
        scan_deadlines()
        case.refresh_from_db()
        assert case.outcome == "recognised"
        listed = Client().get("/registers/sample-bases/").content.decode()
        assert "东湖职业技术学院" in listed and "智能制造基地" in listed
        page = officer.get(address).content.decode()
        assert "批准的内容与现在" in page and "都与批准时相同" in page


def test_a_first_step_of_another_is_not_told_as_a_draft(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = world.open()
    assert show_cases([draft])[0].place == "没有提交"
    definition = working.definition_of(draft)
    first = replace(definition.steps[definition.start], of="prefecture")
    other = replace(definition, steps={**definition.steps, definition.start: first})
    monkeypatch.setattr(working, "definition_of", lambda case: other)
    assert show_cases([draft])[0].place == first.title


def test_many_are_reviewed_with_one_opinion_and_a_row_each(world: World) -> None:
    first, second = world.handed_in(name="甲基地"), world.handed_in(name="乙基地")
    stale = mark_of(first)
    world.act(first, "gu", "refuse", opinion={"text": "不足。", "reasons": ["thin"]})
    posted = {"action": "approve", "cases": [stale, mark_of(second)], "opinion": "同意。"}
    page = world.client("gu").post("/bureau/procedures/many/", posted).content.decode()
    assert "办成 1 件，没有办成 1 件" in page
    second.refresh_from_db()
    assert second.step == "notice"


def test_ticking_nothing_is_refused_in_words(world: World) -> None:
    world.handed_in()
    answer = world.client("gu").post("/bureau/procedures/many/", {"action": "approve", "opinion": "同意。"})
    assert answer.status_code == 422 and "PRC-164" in answer.content.decode()


def test_to_do_list_is_narrowed_by_procedure(world: World) -> None:
    world.handed_in()
    client = world.client("gu")
    assert "样例实训基地认定：东湖职业技术学院" in client.get("/bureau/procedures/to-do/").content.decode()
    other = client.get("/bureau/procedures/to-do/?procedure=sample-leader").content.decode()
    assert "现在没有需要您办理的事" in other


@pytest.mark.parametrize(("state", "found"), [("draft", 1), ("running", 1), ("ended", 0), ("returned", 0), ("", 2)])
def test_own_declarations_by_state(world: World, state: str, found: int) -> None:
    world.handed_in()
    world.open()
    page = world.client("xu").get(f"/school/procedures/mine/?state={state}").content.decode()
    assert page.count('href="/projects/cases/') == found


def test_the_calendar_shows_what_is_due(world: World) -> None:
    case = world.handed_in()
    case.refresh_from_db()
    page = world.client("gu").get("/bureau/procedures/calendar/").content.decode()
    assert case.due_on is not None and f"{case.due_on.day}日" in page and case.title in page


def test_a_colleague_acts_in_the_holders_name_until_it_ends(world: World) -> None:
    hire(world.cast, "meng", "孟科员", "city_bureau", "bureau_approver")
    case = world.handed_in()
    client = world.client("gu")
    page = client.get("/bureau/procedures/delegation/").content.decode()
    assert "meng.staff" in page
    from guantong.base.accounts.models import Post

    post = Post.objects.get(user_id=world.cast.users["gu"])
    given = {"what": "begin", "post": post.pk, "username": "meng.staff", "since": "2025-10-15", "last_on": "2025-10-20"}
    assert client.post("/bureau/procedures/delegation/", given).status_code == 303
    world.act(case, "meng", "approve")
    assert "代顾科长" in case.log.order_by("-sequence").first().actor_label
    acting = Post.objects.get(acting_for_id=world.cast.users["gu"])
    assert acting.until == date(2025, 10, 21)
    ended = client.post("/bureau/procedures/delegation/", {"what": "end", "post": acting.pk, "reason": "回来了。"})
    assert ended.status_code == 303
    assert "没有代理安排" in client.get("/bureau/procedures/delegation/").content.decode()


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"username": "nobody"}, "PRJ-031"), ({"last_on": "明天"}, "PRJ-030"), ({"last_on": "2025-10-01"}, "ACC-054")],
)
def test_delegation_refuses(world: World, changed: dict[str, str], code: str) -> None:
    hire(world.cast, "meng", "孟科员", "city_bureau", "bureau_approver")
    from guantong.base.accounts.models import Post

    post = Post.objects.get(user_id=world.cast.users["gu"])
    given = {"what": "begin", "post": post.pk, "username": "meng.staff", "since": "2025-10-15", "last_on": "2025-10-20"}
    answer = world.client("gu").post("/bureau/procedures/delegation/", {**given, **changed})
    assert answer.status_code >= 400 and code in answer.content.decode()
    assert not Post.objects.filter(acting_for__isnull=False).exists()


def test_figures_count_what_was_handed_in_in_the_area(world: World) -> None:
    refused = world.handed_in(name="甲")
    world.act(refused, "gu", "refuse", opinion={"text": "不足。", "reasons": ["thin"]})
    world.handed_in(name="乙")
    world.open()
    from guantong.domains.projects.selectors.supervising import figures

    (row,) = figures(world.cast.gu, world.definitions)
    assert (row.total, row.running, row.refused, row.granted, row.steps_timed, row.on_time) == (2, 1, 1, 0, 1, 1)
    client = world.client("gu")
    assert "样例实训基地认定" in client.get("/bureau/procedures/statistics/").content.decode()
    table = client.get("/bureau/procedures/statistics.csv").content.decode("utf-8-sig").splitlines()
    assert table[1].startswith("sample-base,样例实训基地认定,2,1,0,1,0,0,")


def test_figures_are_for_authorities(world: World) -> None:
    assert world.client("xu").get("/bureau/procedures/statistics/").status_code == 403
