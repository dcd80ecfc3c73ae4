"""From an outcome to an entry, and everything that follows a title."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from guantong.base.audit.models import AuditLine
from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.actions import scan_deadlines
from guantong.procedure.cases.models import Case, CaseAction
from guantong.procedure.cases.selectors import replay
from guantong.procedure.conditions import Subject, read_facts
from guantong.procedure.registers.actions import open_about
from guantong.procedure.registers.joining import move_titles, undo_titles
from guantong.procedure.registers.models import HeldTitle, RegisterEntry, Reliance, TitleSpan, YearlyOpening
from guantong.procedure.registers.selectors.supervising import fallen_reliances, show_fallen
from guantong.procedure.registers.selectors.verifying import check_title, verify_titles
from tests.told import told


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 10, 0, tzinfo=CHINA_TIME)


def fact(world, name: str, on: date, who: str = "wu"):
    subject = Subject("tests.x", "1", "990000", world.cast.people[who], world.cast.donghu)
    return read_facts([name], subject, on)[name].value


def test_a_granting_outcome_enters_the_title(world):
    title = world.granted("middle")
    entry = title.entries.get()
    assert (title.register, title.name, title.level) == ("sample-dual", "样例双师型教师", "中级")
    assert title.holder_name == "小吴"
    assert title.organisation_id == world.cast.donghu == title.authority_id  # the school itself decided
    assert (entry.kind, entry.on, entry.until, entry.years) == ("grant", date(2025, 10, 15), date(2028, 10, 16), 3)
    span = title.spans.get()
    assert (span.in_force_from, span.until, span.state) == (date(2025, 10, 15), date(2028, 10, 16), "standing")
    line = AuditLine.objects.get(action="title_grant")
    assert line.subject_id == title.number
    assert "小吴" not in str(line.facts)
    assert verify_titles() == (1, [])
    assert replay(entry.case)[1] == []


def test_a_refused_declaration_enters_nothing(world):
    world.act(world.handed_in(), "sun", "refuse")
    assert not HeldTitle.objects.exists()


def test_a_decision_changed_on_appeal_enters_the_title(world):
    case = world.act(world.handed_in(), "sun", "refuse")
    case = world.act(case, "wu", "appeal")
    world.act(case, "chen", "overturn")
    title = HeldTitle.objects.get()
    assert title.entries.get().outcome == "改为认定"
    assert title.authority_id == world.cast.city_bureau


def test_the_same_title_is_not_granted_twice(world):
    title = world.granted("junior")
    case = world.handed_in("junior")
    with pytest.raises(Refusal) as refused:
        world.act(case, "sun", "approve")
    assert refused.value.code == "TTL-103"
    assert title.number in str(refused.value)
    case.refresh_from_db()
    assert case.step == "review"
    assert RegisterEntry.objects.count() == 1


def test_another_level_goes_on_with_the_same_title(world):
    title = world.granted("junior")
    with clock.frozen_at(at(2026, 3, 2)):
        again = world.granted("middle")
    assert again.pk == title.pk
    assert [(s.level, s.in_force_from, s.until) for s in title.spans.order_by("in_force_from")] == [
        ("初级", date(2025, 10, 15), date(2026, 3, 2)),
        ("中级", date(2026, 3, 2), date(2029, 3, 3)),
    ]
    assert fact(world, "title_level.sample-dual", date(2026, 3, 1)) == "初级"
    assert fact(world, "title_level.sample-dual", date(2026, 3, 2)) == "中级"
    assert verify_titles() == (1, [])


def test_after_the_end_a_new_title_is_granted_under_its_own_number(world):
    title = world.granted("junior")
    with clock.frozen_at(at(2028, 10, 16)):
        assert fact(world, "title.sample-dual", clock.today()) is None
        second = world.granted("junior")
    title.refresh_from_db()
    assert second.number != title.number
    assert (title.is_current, second.is_current) == (False, True)
    assert verify_titles() == (2, [])


def test_a_withdrawn_title_stops_counting_at_once(world):
    title = world.granted("middle")
    granted = date(2025, 10, 15)
    assert fact(world, "title.sample-dual", granted) == granted
    assert fact(world, "title.sample-teachers", granted) == granted  # by the procedure's id, too
    assert fact(world, "title_count.sample-dual", granted) == 1
    with clock.frozen_at(at(2026, 1, 5)):
        world.follow(title, "withdraw_title")
    assert fact(world, "title.sample-dual", date(2026, 1, 4)) == granted
    for name in ("title.sample-dual", "title.sample-teachers", "title_level.sample-dual"):
        assert fact(world, name, date(2026, 1, 5)) is None
    assert fact(world, "title_count.sample-dual", date(2026, 1, 5)) == 0
    assert check_title(title.__class__.objects.get(pk=title.pk)) == []


def test_restoring_names_the_entry_it_reverses(world):
    title = world.granted("middle")
    with clock.frozen_at(at(2026, 1, 5)):
        world.follow(title, "withdraw_title")
    with clock.frozen_at(at(2026, 2, 5)):
        world.follow(title, "restore")
    last = title.entries.order_by("-sequence").first()
    assert last.kind == "restore"
    assert last.reverses.kind == "withdraw"
    assert fact(world, "title.sample-dual", date(2026, 1, 20)) is None
    assert fact(world, "title.sample-dual", date(2026, 2, 5)) == date(2025, 10, 15)


def test_renewal_goes_on_from_the_end_of_the_term(world):
    title = world.granted("middle")
    with clock.frozen_at(at(2028, 9, 1)):
        world.follow(title, "renew")
    title.refresh_from_db()
    assert title.until == date(2031, 10, 16)
    assert [(s.in_force_from, s.until, s.ends) for s in title.spans.order_by("in_force_from")] == [
        (date(2025, 10, 15), date(2028, 9, 1), date(2028, 10, 16)),
        (date(2028, 9, 1), date(2031, 10, 16), date(2031, 10, 16)),
    ]


@pytest.mark.parametrize("action", ["restore", "renew", "pause", "withdraw_title"])
def test_what_cannot_follow_is_refused_and_leaves_nothing(world, action):
    title = world.granted("middle")
    allowed = {"renew", "pause", "withdraw_title"}
    if action not in allowed:
        case = open_about(actor=world.cast.sun, definition="sample-check", number=title.number)
        with pytest.raises(Refusal) as refused:
            world.act(case, "sun", action)
        assert refused.value.code == "TTL-104"
        assert title.entries.count() == 1
        return
    world.follow(title, action)
    assert title.entries.count() == 2


def test_a_follow_up_is_opened_by_the_holder_side_only(world):
    title = world.granted("middle")
    with pytest.raises(Refusal) as refused:
        open_about(actor=world.cast.zhou, definition="sample-check", number=title.number)
    assert refused.value.code == "PRC-128"
    with pytest.raises(Refusal) as refused:
        open_about(actor=world.cast.sun, definition="sample-check", number="2025-XXXXXXXX")
    assert refused.value.code == "TTL-101"
    with pytest.raises(Refusal) as refused:
        open_about(actor=world.cast.sun, definition="sample-teachers", number=title.number)
    assert refused.value.code == "TTL-106"
    assert Case.objects.filter(procedure="sample-check").count() == 0


def test_entries_cannot_be_changed_or_deleted(world):
    entry = world.granted().entries.get()
    for sql in ("UPDATE registers_registerentry SET level = '高级'", "DELETE FROM registers_registerentry"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert RegisterEntry.objects.get(pk=entry.pk).level == "初级"


def test_verifying_notices_altered_columns_and_spans(world):
    title = world.granted()
    TitleSpan.objects.update(until=None)
    assert [p.code for p in check_title(HeldTitle.objects.get(pk=title.pk))] == ["TTL-202"]
    HeldTitle.objects.update(level="高级", head_digest="0" * 64)
    found = check_title(HeldTitle.objects.get(pk=title.pk))
    assert [p.code for p in found] == ["TTL-202"]


def test_cases_that_stand_on_a_fallen_title_are_told_and_listed(world, django_capture_on_commit_callbacks):
    title = world.granted("middle")
    case = world.open("sample-leader", "tests.leader")
    case = world.act(case, "wu", "submit", values={"years": 3})
    assert set(Reliance.objects.values_list("case_id", "title_id", "fact")) == {
        (case.pk, title.pk, "title.sample-dual"),
        (case.pk, title.pk, "title_level.sample-dual"),
    }
    assert show_fallen(fallen_reliances(world.cast.sun)) == []
    with clock.frozen_at(at(2026, 1, 5)), django_capture_on_commit_callbacks(execute=True):
        world.follow(title, "withdraw_title")
        rows = show_fallen(fallen_reliances(world.cast.sun))
        assert [(r.case.pk, r.title.pk, r.state_word) for r in rows] == [(case.pk, title.pk, "已撤销")]
        assert rows[0].fell_on == date(2026, 1, 5)
        assert any("双师型教师" in p.message for p in rows[0].unmet)
        assert show_fallen(fallen_reliances(world.cast.zhou)) == []
    note = CaseAction.objects.get(case=case, action="part_note")
    assert note.details["number"] == title.number
    assert told("所依的称号")
    case.refresh_from_db()
    assert replay(case)[1] == []


def test_a_case_each_year_is_opened_once_for_each_standing_title(world):
    first, second = world.granted("middle", "wu"), world.granted("junior", "zhao")
    with clock.frozen_at(at(2025, 10, 31)):
        scan_deadlines()
    assert YearlyOpening.objects.count() == 0
    with clock.frozen_at(at(2025, 11, 1)):
        report = scan_deadlines()
        again = scan_deadlines()
    assert report.done.get("按年开办") == 2
    assert "按年开办" not in again.done
    assert set(YearlyOpening.objects.values_list("title_id", "year")) == {(first.pk, 2025), (second.pk, 2025)}
    with clock.frozen_at(at(2025, 11, 20)):
        world.act(Case.objects.get(procedure="sample-check", subject_id=first.number), "sun", "withdraw_title")
    with clock.frozen_at(at(2026, 11, 3)):
        report = scan_deadlines()
    assert "按年开办" not in report.done  # one fell; the other's case of last year still runs, which is told
    assert [number for number, _ in report.stuck] == [second.number]


def test_titles_granted_after_the_day_wait_for_next_year(world):
    with clock.frozen_at(at(2025, 11, 2)):
        world.granted()
        assert "按年开办" not in scan_deadlines().done
    with clock.frozen_at(at(2026, 11, 2)):
        assert scan_deadlines().done["按年开办"] == 1


def test_titles_move_with_a_merged_person_and_back(world):
    title, other = world.granted("middle", "wu"), world.granted("middle", "zhao")
    kept, absorbed = world.cast.people["wu"], world.cast.people["zhao"]
    moved = move_titles(kept, absorbed)
    other.refresh_from_db()
    assert (other.person_id, other.is_current) == (kept, False)
    undo_titles(moved)
    other.refresh_from_db()
    title.refresh_from_db()
    assert (other.person_id, other.is_current, title.person_id) == (absorbed, True, kept)
