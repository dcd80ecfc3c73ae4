"""Bodies say how far a row has come, correct it, and are reminded."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from guantong.base.audit.models import AuditLine
from guantong.base.files.public import store_file
from guantong.base.notices.models import Notice
from guantong.domains.ledgers.actions import enter_progress, remind_bodies
from guantong.domains.ledgers.models import ProgressEntry, Reminder
from guantong.domains.ledgers.selectors.evidence import may_open
from guantong.domains.ledgers.selectors.ledgers import get_ledger
from guantong.domains.ledgers.selectors.progress import show_bodies, show_ledger, story_of
from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.kernel.refusal import Refusal

from .conftest import World

pytestmark = pytest.mark.django_db


def codes(refusal: Refusal) -> list[str]:
    return [problem.code for problem in refusal]


def test_a_participating_body_reports_its_part_and_the_row_waits_for_its_lead(world: World) -> None:
    entry = world.say(state="done", share=100, link="https://example.org/a")
    assert (entry.is_lead, entry.sequence) == (False, 1)
    row = show_ledger(get_ledger("sample")).rows[0]
    assert row.standing.state == "unreported" and row.standing.reported == 1
    line = AuditLine.objects.get(action="enter_progress")
    assert line.organisation_id == world.cast.city_bureau and line.facts["share"] == 100


def test_the_lead_answers_for_the_row(world: World) -> None:
    entry = world.say("deng", at="province_bureau", share=60)
    row = show_ledger(get_ledger("sample")).rows[0]
    assert entry.is_lead and (row.standing.state, row.standing.share) == ("on_course", 60)


def test_the_lead_gives_a_reason_when_others_are_not_done(world: World) -> None:
    done: dict[str, Any] = {"state": "done", "share": 100, "link": "https://example.org/a"}
    with pytest.raises(Refusal) as caught:
        world.say("deng", at="province_bureau", **done)
    assert codes(caught.value) == ["LED-110"] and "东湖市教育局" in str(caught.value)
    world.say("deng", at="province_bureau", reason="东湖市不承担这一部分。", **done)
    assert show_ledger(get_ledger("sample")).rows[0].standing.state == "done"


def test_the_lead_needs_no_reason_when_all_are_done(world: World) -> None:
    done: dict[str, Any] = {"state": "done", "share": 100, "link": "https://example.org/a"}
    world.say(**done)
    world.say("deng", at="province_bureau", **done)
    assert show_ledger(get_ledger("sample")).rows[0].standing.state == "done"


WRONG: list[tuple[dict[str, Any], list[str]]] = [
    ({"state": "splendid"}, ["LED-102"]),
    ({"share": "60%"}, ["LED-103"]),
    ({"share": "101"}, ["LED-103"]),
    ({"share": "-1"}, ["LED-103"]),
    ({"share": "100"}, ["LED-104"]),
    ({"state": "not_begun", "share": "1"}, ["LED-104"]),
    ({"text": " "}, ["LED-105"]),
    ({"text": "长" * 2001}, ["LED-106"]),
    ({"state": "late"}, ["LED-107"]),
    ({"state": "done", "share": 100}, ["LED-108"]),
    ({"link": "ftp://example.org"}, ["LED-109"]),
    ({"link": "javascript:alert(1)"}, ["LED-109"]),
    ({"state": "late", "text": "", "share": "x"}, ["LED-103", "LED-105", "LED-107"]),
]


@pytest.mark.parametrize(("change", "expected"), WRONG)
def test_it_says_everything_that_is_wrong_and_keeps_nothing(
    world: World, change: dict[str, Any], expected: list[str]
) -> None:
    with pytest.raises(Refusal) as caught:
        world.say(**change)
    assert codes(caught.value) == expected
    assert not ProgressEntry.objects.exists() and not AuditLine.objects.filter(action="enter_progress").exists()


def test_a_body_that_does_not_answer_for_the_row_is_refused(world: World) -> None:
    with pytest.raises(Refusal) as caught:
        world.say("deng", row="2", at="province_bureau")
    assert codes(caught.value) == ["LED-101"] and "东湖市教育局" in str(caught.value)


def test_nobody_reports_for_another_body(world: World) -> None:
    with pytest.raises(Refusal) as caught:
        world.say("deng", at="city_bureau")
    assert caught.value.code == "ACC-003"
    with pytest.raises(Refusal) as caught:
        world.say("lin", at="city_bureau")
    assert caught.value.code.startswith("ACC-")


def test_unknown_rows_and_ledgers_are_said_so(world: World) -> None:
    for ledger, row, code in (("nothing", "1", "LED-201"), ("sample", "99", "LED-202")):
        with pytest.raises(Refusal) as caught:
            enter_progress(
                actor=world.cast.chen,
                ledger=ledger,
                row=row,
                organisation_id=world.cast.city_bureau,
                state="on_course",
                share=1,
                text="甲",
            )
        assert caught.value.code == code


def test_a_correction_names_what_it_corrects_and_leaves_it(world: World) -> None:
    first = world.say(share=40)
    with pytest.raises(Refusal) as caught:
        world.say(share=30, corrects=first.pk)
    assert codes(caught.value) == ["LED-113"]
    second = world.say(share=30, corrects=first.pk, reason="口径算错了。")
    assert second.corrects == first and second.sequence == 2
    assert [e.share for e in story_of("sample", "1")] == [30, 40]
    assert AuditLine.objects.filter(action="correct_progress").count() == 1
    with pytest.raises(Refusal) as caught:
        world.say(share=20, corrects=first.pk, reason="再改。")
    assert caught.value.code == "LED-112"
    with pytest.raises(Refusal) as caught:
        world.say(share=20, corrects=10**6, reason="再改。")
    assert caught.value.code == "LED-111"


def test_nobody_corrects_what_another_body_said(world: World) -> None:
    first = world.say(share=40)
    with pytest.raises(Refusal) as caught:
        world.say("deng", at="province_bureau", corrects=first.pk, reason="替它改。")
    assert caught.value.code == "LED-112"


def test_who_opened_the_page_before_a_colleague_reported_is_told(world: World) -> None:
    world.say(after=0)
    with pytest.raises(Refusal) as caught:
        world.say(share=50, after=0)
    assert caught.value.code == "LED-114" and "陈科长" in str(caught.value)
    assert world.say(share=50, after=1).sequence == 2


def test_entries_cannot_be_changed_or_taken_out(world: World) -> None:
    entry = world.say()
    for sql in ("UPDATE ledgers_progressentry SET share = 1", "DELETE FROM ledgers_progressentry"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    entry.refresh_from_db()
    assert entry.share == 40


@pytest.mark.django_db(transaction=True)
def test_the_lead_hears_of_a_participant_that_is_late(world: World) -> None:
    world.say(state="late", share=10, reason="设备没有到。")
    notice = Notice.objects.get(organisation_id=world.cast.province_bureau)
    assert "东湖市教育局" in notice.text and notice.link == "/bureau/ledgers/sample/1/"


def test_evidence_is_open_to_those_who_report_and_to_nobody_else(world: World) -> None:
    content = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
    file = store_file(world.cast.chen, "佐证.pdf", content, "evidence", organisation_id=world.cast.city_bureau)
    assert not may_open(world.cast.deng, file)
    world.say(state="done", share=100, evidence=file)
    assert may_open(world.cast.deng, file) and not may_open(world.cast.lin, file)


def test_bodies_of_a_national_ledger_are_found_by_level_and_line(world: World) -> None:
    row = show_ledger(get_ledger("quality-action-2020")).rows[0]
    assert [(b.body.name, b.body.printed, b.body.is_lead) for b in row.bodies] == [
        ("云澜省教育厅", "各地有关部门", False)
    ]


def test_a_body_that_is_no_organisation_here_owes_nothing(world: World) -> None:
    row = show_ledger(get_ledger("sample")).rows[2]
    assert row.bodies == () and row.standing.is_overdue and row.standing.expected == 0


def test_a_day_back_shows_what_was_said_then(world: World) -> None:
    world.say("deng", at="province_bureau", share=10)
    with clock.frozen_at(clock.now() + timedelta(days=10)):
        world.say("deng", at="province_bureau", share=70)
        day = date(2025, 10, 20)
        assert show_ledger(get_ledger("sample"), day=day).rows[0].standing.share == 10
        assert show_ledger(get_ledger("sample")).rows[0].standing.share == 70


def test_sums_of_a_body_over_all_ledgers(world: World) -> None:
    world.say("chen", row="2", state="done", share=100, link="https://example.org/a")
    city = next(one for one in show_bodies() if one.organisation_id == world.cast.city_bureau)
    own = [row.row.number for row in city.rows if row.ledger.id == "sample"]
    assert own == ["1"] and city.done == 1


@pytest.mark.django_db(transaction=True)
def test_reminders_go_out_once_for_each_reason(world: World) -> None:
    remind_bodies()
    sample = Reminder.objects.filter(ledger="sample")
    assert [(r.row, r.organisation_id, r.kind) for r in sample] == [("2", world.cast.city_bureau, "overdue")]
    count = Notice.objects.count()
    assert remind_bodies() == 0 and Notice.objects.count() == count
    with clock.frozen_at(datetime(2025, 12, 1, 9, tzinfo=CHINA_TIME)):
        world.say(row="1", state="done", share=100, link="https://example.org/a")
        remind_bodies()
    soon = [(r.row, r.organisation_id) for r in sample.filter(kind="soon")]
    assert soon == [("1", world.cast.province_bureau)]
