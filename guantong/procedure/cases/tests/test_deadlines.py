"""Deadlines: working days across holidays, the last second, reminders, escalation, lapse, extension, appeals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from guantong.base.notices.models import Notice
from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.actions import extend_deadline, scan_deadlines
from guantong.procedure.cases.actions.scanning import scan_and_tell
from guantong.procedure.cases.definition import Duration
from guantong.procedure.cases.library import law_on
from guantong.procedure.cases.models import Case, CaseAction, Deadline
from guantong.procedure.cases.periods import due_after, end_of_day
from guantong.procedure.cases.selectors import available_actions, replay, verify_all

from .conftest import ITEM, World

LAW_DAY = date(2025, 10, 15)


def china(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=CHINA_TIME)


def working(count: int, start: datetime) -> tuple[date, bool]:
    due = due_after(Duration(count, "working_days", None, None), start, law_on(LAW_DAY, "990000"))
    return due.on, due.is_provisional


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        # 2025: National Day and Mid-Autumn 1–8 October; Sunday 28 September and Saturday 11 October are worked.
        (china(2025, 9, 26, 23, 59, 59), 1, date(2025, 9, 28)),
        (china(2025, 9, 27), 1, date(2025, 9, 28)),
        (china(2025, 9, 29), 1, date(2025, 9, 30)),
        (china(2025, 9, 30), 1, date(2025, 10, 9)),
        (china(2025, 9, 30, 10), 3, date(2025, 10, 11)),
        (china(2025, 9, 30, 10), 4, date(2025, 10, 13)),
        (china(2025, 9, 24), 5, date(2025, 9, 30)),
        (china(2025, 9, 24), 6, date(2025, 10, 9)),
    ],
)
def test_working_days_pass_over_national_day_2025(start: datetime, count: int, due: date) -> None:
    assert working(count, start) == (due, False)


def test_the_day_begins_in_china_not_in_greenwich() -> None:
    late_evening = datetime(2025, 10, 14, 16, 30, tzinfo=clock.UTC)
    assert working(1, late_evening) == (date(2025, 10, 16), False)


def test_calendar_days_that_end_on_a_day_off_end_on_the_next_working_day() -> None:
    law = law_on(LAW_DAY, "990000")
    assert due_after(Duration(5, "days", None, None), china(2025, 9, 26, 9), law).on == date(2025, 10, 9)
    assert due_after(Duration(2, "days", None, None), china(2025, 9, 26, 9), law).on == date(2025, 9, 28)


def test_a_year_without_a_published_calendar_is_provisional() -> None:
    day, is_provisional = working(30, china(2031, 12, 20))
    assert is_provisional and day > date(2032, 1, 1)


def test_a_parameter_brings_days_unit_and_clause(world: World) -> None:
    case = world.at("bank")
    law = law_on(case.law_on, "990000")
    answer = law.answer("credit.application.bank_working_days")
    expected, _ = law.calendar.add_working_days(clock.today(), int(answer.value))
    row = Deadline.objects.get(case=case, state="open")
    assert row.due_on == expected == case.due_on
    assert row.basis == answer.citation.sentence()


def test_a_period_ends_at_24_hours_china_time() -> None:
    assert end_of_day(date(2025, 10, 22)) == china(2025, 10, 23)


def at(moment: datetime) -> Any:
    return clock.frozen_at(moment)


def test_nothing_happens_before_the_last_second_has_passed(world: World) -> None:
    case = world.at("correct")
    assert case.due_on == date(2025, 10, 27), "ten days end on Saturday 25 October, so on Monday"
    last = china(2025, 10, 27, 23, 59, 59)
    with at(last):
        world.hand_in(case, digest="b")
        assert scan_deadlines().lapsed == 0
        case = world.act(case, "wu", "submit")
    assert case.step == "department"
    assert Deadline.objects.get(case=case, step="correct").state == "met"


def test_the_first_moment_after_is_too_late_though_nothing_scanned_yet(world: World) -> None:
    case = world.at("correct")
    with at(china(2025, 10, 27, 23, 59, 59)):
        world.hand_in(case, digest="b")
    with at(china(2025, 10, 28)):
        for action in ("submit", "withdraw"):
            with pytest.raises(Refusal) as refused:
                world.act(case, "wu", action)
            assert refused.value.code == "PRC-121"
            assert "2025年10月27日" in refused.value.problems[0].message
        case.refresh_from_db()
        assert all(
            a.why_not is not None and a.why_not.code == "PRC-121" for a in available_actions(world.cast.wu, case)
        )
        report = scan_deadlines()
        assert (report.lapsed, report.stuck) == (1, [])
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "lapsed")
    assert world.told.calls[-1] == ("outcome", "lapsed", "lapsed")
    assert case.log.latest("sequence").actor_label == "系统"
    assert replay(case)[1] == []


def test_it_reminds_once_before_the_end(world: World, django_capture_on_commit_callbacks) -> None:
    case = world.at("department")
    assert case.due_on == date(2025, 10, 22)
    with at(china(2025, 10, 19, 23, 59, 59)):
        assert scan_deadlines().total == 0
    with at(china(2025, 10, 20)), django_capture_on_commit_callbacks(execute=True):
        assert scan_deadlines().reminded == 1
        assert scan_deadlines().total == 0
    notice = Notice.objects.latest("pk")
    assert (notice.role, notice.organisation_id) == ("department_reviewer", world.cast.donghu)
    assert "将于2025年10月22日到期" in notice.text and notice.link == f"/cases/{case.public_id}/"
    revision = case.revision
    case.refresh_from_db()
    assert case.revision == revision, "a reminder does not disturb whoever has the page open"


def test_it_escalates_to_the_role_above_which_may_then_act(world: World, django_capture_on_commit_callbacks) -> None:
    case = world.at("department")
    with at(china(2025, 10, 23)):
        with django_capture_on_commit_callbacks(execute=True):
            assert scan_deadlines().escalated == 1
        assert scan_deadlines().total == 0
        case.refresh_from_db()
        assert case.is_escalated and case.escalated_role == "academic_officer"
        assert Notice.objects.filter(role="academic_officer").count() == 1
        case = world.act(case, "sun", "approve", opinion="代为办理，同意。")
    assert case.step == "bank" and not case.is_escalated and case.escalated_role == ""
    line = case.log.latest("sequence")
    assert (line.actor_role, line.actor_label) == ("academic_officer", "孙科长（东湖职业技术学院）")
    assert Deadline.objects.get(case=case, step="department").state == "missed"
    assert replay(case)[1] == []


def test_the_own_role_may_still_act_after_escalation(world: World) -> None:
    case = world.at("department")
    with at(china(2025, 10, 23)):
        scan_deadlines()
        assert world.act(case, "ma", "approve", opinion="同意。").step == "bank"


def test_an_overdue_step_that_only_reminds_waits(world: World) -> None:
    case = world.at("bank")
    with at(end_of_day(case.due_on)):
        report = scan_deadlines()
        assert (report.overdue, report.total) == (1, 1)
        assert scan_deadlines().total == 0
        case.refresh_from_db()
        assert case.step == "bank"
        case = world.act(case, "qian", "approve", opinion="准予。", values={"form": "pass"})
    assert case.outcome == "granted"
    assert verify_all().problems == []


def test_an_appeal_at_the_last_second_is_in_time_and_a_second_later_is_late(world: World) -> None:
    case, other = world.at("refused"), world.at("refused")
    assert case.due_on == date(2025, 11, 5)
    with at(china(2025, 11, 5, 23, 59, 59)):
        assert world.act(case, "wu", "appeal", opinion="不服。").state == "appealed"
    with at(china(2025, 11, 6)), pytest.raises(Refusal) as refused:
        world.act(other, "wu", "appeal", opinion="不服。")
    (problem,) = refused.value.problems
    assert problem.code == "PRC-122" and "2025年11月5日" in problem.message
    assert problem.basis is not None and problem.basis.clause == "第二十一条"
    assert problem.do == "您还可以向省教育厅反映。"
    other.refresh_from_db()
    assert other.state == "decided"


def test_the_decision_becomes_final_when_nobody_objects(world: World) -> None:
    case = world.at("refused")
    with at(china(2025, 11, 6)):
        assert scan_deadlines().closed == 1
        assert scan_deadlines().total == 0
        case.refresh_from_db()
        assert (case.state, case.outcome) == ("closed", "refused")
        assert world.told.calls[-1] == ("close", "refused")
        with pytest.raises(Refusal) as refused:
            world.act(case, "wu", "appeal", opinion="不服。")
    assert refused.value.code == "PRC-122"
    assert replay(case)[1] == []


def test_an_extension_moves_the_day_once_with_a_reason(world: World) -> None:
    case = world.at("department")
    for reason, code in (("", "PRC-126"), ("  ", "PRC-126")):
        with pytest.raises(Refusal) as refused:
            extend_deadline(actor=world.cast.ma, case_id=case.pk, reason=reason)
        assert refused.value.code == code
    revision = case.revision
    case = extend_deadline(actor=world.cast.ma, case_id=case.pk, reason="集中受理，来不及。")
    assert (case.due_on, case.revision) == (date(2025, 10, 27), revision)
    row = Deadline.objects.get(case=case, state="open")
    assert (row.due_on, row.due_at) == (date(2025, 10, 27), china(2025, 10, 28))
    assert row.remind_at == china(2025, 10, 23)
    with pytest.raises(Refusal) as refused:
        extend_deadline(actor=world.cast.ma, case_id=case.pk, reason="再来一次。")
    assert refused.value.code == "PRC-125" and "延长过1次" in refused.value.problems[0].message
    assert replay(case)[1] == []


@pytest.mark.parametrize(
    ("place", "who", "moment", "code"),
    [
        ("department", "qian", None, "PRC-105"),
        ("department", "wu", None, "PRC-134"),
        ("bank", "qian", None, "PRC-125"),
        ("department", "ma", china(2025, 10, 23), "PRC-125"),
        ("refused", "ma", None, "PRC-127"),
    ],
)
def test_an_extension_is_refused(world: World, place: str, who: str, moment: datetime | None, code: str) -> None:
    case = world.at(place)
    with at(moment or clock.now()), pytest.raises(Refusal) as refused:
        extend_deadline(actor=world.cast.actor(who), case_id=case.pk, reason="来不及。")
    assert refused.value.code == code
    assert not CaseAction.objects.filter(action="extend").exists()


def test_a_scan_late_by_weeks_does_everything_once(world: World) -> None:
    cases = [world.at(p) for p in ("declare", "department", "correct", "bank", "refused", "reconsider")]
    with at(china(2026, 3, 2, 9)):
        report = scan_deadlines()
        assert (report.reminded, report.overdue, report.escalated, report.lapsed, report.closed) == (0, 1, 2, 1, 1)
        assert scan_deadlines().total == 0
    states = [Case.objects.get(pk=c.pk).state for c in cases]
    assert states == ["opened", "opened", "closed", "opened", "closed", "appealed"]
    assert verify_all().problems == []


def test_one_that_cannot_be_processed_does_not_hold_up_the_others(world: World) -> None:
    first, second = world.at("correct"), world.at("correct")

    def stubborn(case: Case, outcome: Any, actor: Any, values: Any) -> None:
        if case.pk == first.pk:
            raise RuntimeError("the domain broke")

    from guantong.procedure.cases import handlers

    from .sample import SUBJECT

    handlers._HANDLERS[SUBJECT] = handlers.Handler(on_outcome=stubborn)
    with at(china(2025, 10, 28)):
        report = scan_deadlines()
    assert report.lapsed == 1
    ((public_id, sentence),) = report.stuck
    assert public_id == first.public_id and "RuntimeError" not in sentence and "broke" not in sentence
    assert Case.objects.get(pk=first.pk).step == "correct"
    assert Case.objects.get(pk=second.pk).outcome == "lapsed"


def test_the_timed_work_says_what_it_did(world: World) -> None:
    world.at("department")
    with at(china(2025, 10, 20)):
        assert scan_and_tell() == "临期提醒1件，逾期提醒0件，升级0件，自动转出0件，申诉期满结案0件。"


def test_each_arrival_tells_who_has_to_act(world: World, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        case = world.at("correct")
    texts = list(Notice.objects.order_by("pk").values_list("role", "person_id", "text"))
    assert [(r, p) for r, p, _ in texts] == [("department_reviewer", None), ("", world.cast.people["wu"])]
    assert texts[1][2] == f"“样例申请”（编号{case.public_id}）到了“补充更正”，等您补充更正，期限到2025年10月27日。"
    with django_capture_on_commit_callbacks(execute=True):
        world.act(case, "wu", "withdraw")
    assert Notice.objects.latest("pk").text == f"“样例申请”（编号{case.public_id}）：您撤回了申请。"


def test_a_refused_declarer_learns_until_when_to_object(world: World, django_capture_on_commit_callbacks) -> None:
    case = world.at("department")
    with django_capture_on_commit_callbacks(execute=True):
        world.act(case, "ma", "refuse", opinion={"reasons": ["too_small"], "items": [ITEM]})
    text = Notice.objects.latest("pk").text
    assert text.endswith("您的申请没有批准。可以申诉，期限到2025年11月5日。")


def test_a_replaced_deadline_leaves_one_open_row(world: World) -> None:
    case = world.at("bank")
    for _ in range(3):
        case = world.act(case, "qian", "return", opinion={"items": [{"on": "其他", "text": "请说明。"}]})
        case = world.act(case, "wu", "submit")
    assert Deadline.objects.filter(case=case, state="open").count() == 1
    assert case.trail == ["declare", "department"]


def test_a_provisional_day_is_fixed_when_the_calendar_is_published(
    world: World, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    from guantong.policy.asking import WorkingCalendar

    published = {2025}
    works = WorkingCalendar._is_working_day
    monkeypatch.setattr(WorkingCalendar, "is_published", lambda self, year: year in published)
    monkeypatch.setattr(WorkingCalendar, "is_working_day", lambda self, day: works(self, day))
    with at(china(2025, 12, 29, 9)):
        with django_capture_on_commit_callbacks(execute=True):
            case = world.at("department")
        assert (case.due_on, case.is_provisional) == (date(2026, 1, 6), True)
        assert "放假安排尚未公布" in Notice.objects.latest("pk").text
        assert scan_deadlines().redated == 0
    published.add(2026)
    monkeypatch.setattr(
        WorkingCalendar, "is_working_day", lambda self, day: day != date(2026, 1, 5) and works(self, day)
    )
    with at(china(2025, 12, 30, 9)):
        report = scan_deadlines()
        assert (report.redated, report.stuck) == (1, [])
        assert scan_deadlines().total == 0
    revision = case.revision
    case.refresh_from_db()
    assert (case.due_on, case.is_provisional, case.revision) == (date(2026, 1, 7), False, revision)
    row = Deadline.objects.get(case=case, state="open")
    assert (row.due_on, row.due_at, row.is_provisional) == (date(2026, 1, 7), china(2026, 1, 8), False)
    assert case.log.latest("sequence").action == "redate"
    assert replay(case)[1] == []


def test_a_day_already_told_is_never_moved_earlier(world: World, monkeypatch) -> None:
    from guantong.policy.asking import WorkingCalendar

    published = {2025}
    works = WorkingCalendar._is_working_day
    monkeypatch.setattr(WorkingCalendar, "is_published", lambda self, year: year in published)
    monkeypatch.setattr(
        WorkingCalendar, "is_working_day", lambda self, day: day != date(2026, 1, 5) and works(self, day)
    )
    with at(china(2025, 12, 29, 9)):
        case = world.at("department")
        assert case.due_on == date(2026, 1, 7)
    published.add(2026)
    monkeypatch.setattr(WorkingCalendar, "is_working_day", lambda self, day: works(self, day))
    with at(china(2025, 12, 30, 9)):
        assert scan_deadlines().redated == 1
    case.refresh_from_db()
    assert (case.due_on, case.is_provisional) == (date(2026, 1, 7), False)


def test_the_school_may_extend_the_learners_time_where_the_definition_says_so(world: World, monkeypatch) -> None:
    from guantong.procedure.cases import library
    from guantong.procedure.cases.definition import read_definition

    from .sample import changed

    extension = "extension: {days: 5, times: 2, role: academic_officer, source: local, note: 实习在外的可以延长。}"
    kinder = read_definition(changed(("on_timeout: {lapse", f"{extension}\n    on_timeout: {{lapse")), file="f")
    monkeypatch.setattr(library, "find_document", lambda code, region, on: (kinder.document, "f"))
    case = world.at("correct")
    with pytest.raises(Refusal) as refused:
        extend_deadline(actor=world.cast.wu, case_id=case.pk, reason="实习在外。")
    assert refused.value.code == "PRC-105"
    case = extend_deadline(actor=world.cast.sun, case_id=case.pk, reason="实习在外。")
    assert case.due_on == date(2025, 11, 3), "five days after 27 October end on Saturday, so on Monday"
    assert extend_deadline(actor=world.cast.sun, case_id=case.pk, reason="还在外地。").due_on == date(2025, 11, 10)
    line = case.log.latest("sequence")
    assert (line.actor_role, line.on_behalf_of_id) == ("academic_officer", world.cast.donghu)
