"""The period for an appeal: working days from the day after publication, with the clause."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from guantong.domains.admission.rules.appealing import last_day_to_appeal, why_too_late
from guantong.policy.asking import load_policy

POLICY = load_policy(Path(__file__).resolve().parents[4] / "regions")
PUBLISHED = date(2026, 5, 8)
"""A Friday before a worked Saturday: the fifth working day is Thursday the 14th."""


def test_the_period_counts_working_days_and_worked_weekends():
    law = POLICY.law("990000", PUBLISHED)
    last = last_day_to_appeal(law, PUBLISHED)
    assert last is not None
    assert law.calendar.working_days_between(PUBLISHED, last)[0] == 5
    assert law.calendar.is_working_day(date(2026, 5, 9))
    assert last == date(2026, 5, 14)


def test_an_appeal_is_in_time_on_the_last_day_and_late_on_the_next():
    law = POLICY.law("990000", PUBLISHED)
    last = last_day_to_appeal(law, PUBLISHED)
    assert last is not None
    assert why_too_late(law, PUBLISHED, last) is None
    problem = why_too_late(law, PUBLISHED, date.fromordinal(last.toordinal() + 1))
    assert problem is not None and problem.code == "ADM-252"
    assert problem.basis is not None and problem.basis.clause == "第二十四条"
    assert "2026年5月8日公布" in problem.message and "5 个工作日" in problem.message
    assert "到2026年5月14日二十四时为止" in problem.message
    assert "书面反映" in problem.do and "征集志愿" in problem.do
    sent_back = why_too_late(law, PUBLISHED, date(2026, 6, 1), is_sent_back=True, organiser="云澜省教育厅")
    assert sent_back is not None and "学校在2026年5月8日退档" in sent_back.message
    assert "云澜省教育厅" in sent_back.do


def test_a_region_that_sets_no_period_refuses_nobody():
    law = POLICY.law("530000", PUBLISHED)
    assert last_day_to_appeal(law, PUBLISHED) is None
    assert why_too_late(law, PUBLISHED, date(2030, 1, 1)) is None
