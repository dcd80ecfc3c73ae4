"""Posting to the page of rounds: who may, what is told beside which field, and that nothing is half done."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from guantong.base.audit.models import AuditLine
from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.procedure.cases.models import CaseAction
from guantong.procedure.rounds.models import HandedIn, Round, RoundChange
from tests.procedures import hire
from tests.together import Together

from .conftest import World
from .selection import NOTICE, OPENING, PANEL, ROUNDS, Selection, said_at, shown_in


@pytest.fixture
def selection(world: World) -> Selection:
    hire(world.cast, "shencha", "审科长", "province_bureau", "bureau_reviewer")
    for text in (PANEL, NOTICE):
        world.use(text)
    return Selection(world)


@pytest.mark.django_db
def test_the_authority_that_governs_opens_a_round_and_a_second_click_adds_none(selection: Selection) -> None:
    client = selection.world.client("shencha")
    assert client.post(ROUNDS, OPENING).status_code == 303
    assert client.post(ROUNDS, OPENING).status_code == 303
    row = Round.objects.get()
    assert (row.document_number, row.way) == ("云职〔2025〕1号", "notice")
    assert (RoundChange.objects.count(), AuditLine.objects.filter(action="open_round").count()) == (1, 1)
    page = client.get(ROUNDS).content.decode()
    assert "云职〔2025〕1号" in page and "正在申报" in page and "None" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "status"), [("chen", 403), ("gu", 403), ("xu", 403), ("sun", 403), ("wu", 403), ("operator", 403)]
)
def test_nobody_else_opens_one(selection: Selection, who: str, status: int) -> None:
    answer = selection.world.client(who).post(ROUNDS, OPENING)
    assert answer.status_code == status
    assert not Round.objects.exists() and not AuditLine.objects.filter(action="open_round").exists()
    if who == "chen":
        assert "ROU-104" in answer.content.decode()


@pytest.mark.django_db
def test_who_does_not_govern_is_told_who_does_and_gets_no_form(selection: Selection) -> None:
    page = selection.world.client("chen").get(ROUNDS).content.decode()
    assert "由云澜省的主管部门管理" in page and "发通知开放申报" not in page
    assert "发通知开放申报" in selection.world.client("shencha").get(ROUNDS).content.decode()


@pytest.mark.django_db
def test_without_signing_in_one_is_sent_to_sign_in(selection: Selection) -> None:
    answer = Client().post(ROUNDS, OPENING)
    assert answer.status_code in (302, 303) and "/sign-in/" in answer["Location"]
    assert not Round.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "control", "code"),
    [
        ({"document_title": ""}, "document_title", "ROU-108"),
        ({"document_number": " "}, "document_number", "ROU-108"),
        ({"closes_on": "2025-10-01", "opens_on": "2025-10-20"}, "closes_on", "ROU-106"),
        ({"closes_on": "2025-09-30", "opens_on": "2025-09-01"}, "closes_on", "ROU-114"),
        ({"opens_on": "下周"}, "opens_on", "ROU-115"),
        ({"closes_on": ""}, "closes_on", "ROU-115"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(
    selection: Selection, given: dict[str, str], control: str, code: str
) -> None:
    posted = {**OPENING, "rounds.title": "首批", **{f"rounds.{name}": text for name, text in given.items()}}
    answer = selection.world.client("shencha").post(ROUNDS, posted)
    page = answer.content.decode()
    assert answer.status_code == 422 and code in page
    assert said_at(page, f"rounds.{control}")
    assert shown_in(page, "rounds.title") == "首批"
    assert shown_in(page, "rounds.document_title") == posted["rounds.document_title"]
    assert not Round.objects.exists() and not RoundChange.objects.exists()


@pytest.mark.django_db
def test_two_rounds_never_share_a_day(selection: Selection) -> None:
    first = selection.round()
    again = {**OPENING, "rounds.document_number": "云职〔2025〕2号"}
    answer = selection.world.client("shencha").post(ROUNDS, again)
    assert answer.status_code == 409 and "2025年批次" in said_at(answer.content.decode(), "rounds.opens_on")
    assert list(Round.objects.all()) == [first]


@pytest.mark.django_db
def test_each_round_has_its_own_form_and_is_told_its_own_mistake(selection: Selection) -> None:
    first = selection.round(**{"rounds.closes_on": "2025-10-16"})
    later = {"rounds.opens_on": "2025-10-20", "rounds.document_number": "云职〔2025〕2号"}
    second = selection.round(**later)
    client = selection.world.client("shencha")
    with clock.frozen_at(datetime(2025, 10, 21, 9, tzinfo=CHINA_TIME)):
        posted = {
            "round": second.public_id,
            f"rounds.closes_on.{second.public_id}": "2025-10-30",
            f"rounds.reason.{second.public_id}": "台风。",
        }
        answer = client.post(ROUNDS, posted)
        page = answer.content.decode()
        assert answer.status_code == 422 and "ROU-110" in page
        assert said_at(page, f"rounds.closes_on.{second.public_id}")
        assert not said_at(page, f"rounds.closes_on.{first.public_id}")
        assert not said_at(page, "rounds.closes_on")
        assert "台风。" in page
        ids = [part.split('"')[0] for part in page.split(' id="')[1:]]
        assert len(ids) == len(set(ids))
        unreasoned = {**posted, f"rounds.closes_on.{second.public_id}": "2025-11-05"}
        unreasoned[f"rounds.reason.{second.public_id}"] = ""
        answer = client.post(ROUNDS, unreasoned)
        assert answer.status_code == 422
        assert said_at(answer.content.decode(), f"rounds.reason.{second.public_id}")
        assert not RoundChange.objects.filter(kind="extend").exists()
        second.refresh_from_db()
        assert second.closes_on.day == 31
        posted[f"rounds.closes_on.{second.public_id}"] = "2025-11-05"
        assert client.post(ROUNDS, posted).status_code == 303
        assert client.post(ROUNDS, posted).status_code == 303
        assert RoundChange.objects.filter(kind="extend").count() == 1
        assert "截止日从2025年10月31日延长到2025年11月5日" in client.get(ROUNDS).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["chen", "xu", "wu"])
def test_nobody_else_extends_one(selection: Selection, who: str) -> None:
    row = selection.round()
    posted = {
        "round": row.public_id,
        f"rounds.closes_on.{row.public_id}": "2025-11-05",
        f"rounds.reason.{row.public_id}": "想延长。",
    }
    assert selection.world.client(who).post(ROUNDS, posted).status_code == 403
    row.refresh_from_db()
    assert row.closes_on.isoformat() == "2025-10-31"
    assert RoundChange.objects.filter(kind="extend").count() == 0


@pytest.mark.django_db
def test_a_round_nobody_knows_is_not_extended(selection: Selection) -> None:
    selection.round()
    posted = {
        "round": "NOSUCHROUND1",
        "rounds.closes_on.NOSUCHROUND1": "2025-11-05",
        "rounds.reason.NOSUCHROUND1": "。",
    }
    answer = selection.world.client("shencha").post(ROUNDS, posted)
    assert answer.status_code == 404 and "ROU-111" in answer.content.decode()


@pytest.mark.django_db
def test_after_the_last_second_a_closed_round_takes_nothing(selection: Selection) -> None:
    row = selection.round()
    case = selection.world.open(procedure="sample-notice")
    client = selection.world.client("xu")
    address = f"/projects/cases/{case.public_id}/"
    posted = {"action": "submit", "revision": case.revision, "submit.name": "项目一"}
    end = datetime(2025, 11, 1, tzinfo=CHINA_TIME)
    lines = CaseAction.objects.filter(case=case).count()
    with clock.frozen_at(end):
        answer = client.post(address, posted)
        page = answer.content.decode()
        assert answer.status_code == 422 and "ROU-102" in page and "项目一" in page
    case.refresh_from_db()
    assert case.step == "declare" and not HandedIn.objects.exists()
    assert CaseAction.objects.filter(case=case).count() == lines
    with clock.frozen_at(end - timedelta(seconds=1)):
        assert client.post(address, posted).status_code == 303
        assert client.post(address, posted).status_code == 303
    assert HandedIn.objects.get().round_id == row.pk
    case.refresh_from_db()
    assert case.step == "check" and CaseAction.objects.filter(case=case, action="submit").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_open_one_round(selection: Selection, tmp_path: Path) -> None:
    clients = [selection.world.client("shencha") for _ in range(3)]
    together = Together(tmp_path / "together.sqlite3")
    together.share()
    answers = together.run([lambda client=client: client.post(ROUNDS, OPENING).status_code for client in clients])
    assert answers == [303, 303, 303]
    assert together.reads(lambda: Round.objects.count()) == 1
    assert together.reads(lambda: RoundChange.objects.count()) == 1
