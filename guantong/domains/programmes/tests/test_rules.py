"""Course tables, publication and records as pure rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from guantong.domains.programmes.rules import vocabulary
from guantong.domains.programmes.rules.courses import MOST_COURSES, course_faults, semesters_in
from guantong.domains.programmes.rules.plan_checks import MET, NOT_MET, Check
from guantong.domains.programmes.rules.publishing import why_not_draft, why_not_publish
from guantong.domains.programmes.rules.records import number_is_well_formed, why_not_enrol, why_not_leave
from guantong.kernel.refusal import Weight

from .plans import course, facts, good_courses

HEAD = {"duration_years": Decimal(3), "total_credits_hundredths": 14000, "hours_per_credit": 16}


def codes(problems):
    return [p.code for p in problems]


def test_a_good_course_table_has_no_fault():
    assert course_faults(good_courses(), **HEAD) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"practice_hours": 49}, "PRG-050"),
        ({"semester": 7}, "PRG-051"),
        ({"semester": 0}, "PRG-051"),
        ({"hours": 0, "practice_hours": 0}, "PRG-053"),
        ({"credits_hundredths": 14001, "hours": 0, "practice_hours": 0, "weeks": 1}, "PRG-056"),
    ],
)
def test_each_fault_of_a_course_has_its_code(changes, code):
    wrong = replace(course("A", "甲", "core", 3, 48, 8, 1), **changes)
    assert codes(course_faults([wrong], **HEAD)) == [code]


def test_a_code_given_twice_names_the_other_row():
    rows = [course("A", "甲", "core", 3, 48, 8, 1), course("A", "乙", "core", 3, 48, 8, 2)]
    found = course_faults(rows, **HEAD)
    assert codes(found) == ["PRG-052"] and "第 1 行" in found[0].message


def test_unusual_hours_a_credit_are_asked_about_not_refused():
    found = course_faults([course("A", "甲", "core", 1, 40, 8, 1)], **HEAD)
    assert codes(found) == ["PRG-054"] and found[0].weight is Weight.PLEASE_CONFIRM
    assert course_faults([course("A", "甲", "core", 1, 20, 8, 1)], **HEAD) == []
    assert course_faults([course("A", "军训", "practice", 2, 112, 112, 1, weeks=2)], **HEAD) == []


def test_a_wrong_file_is_refused_once_not_a_thousand_times():
    rows = [course(f"A{n}", "甲", "core", 3, 48, 99, 9) for n in range(MOST_COURSES + 1)]
    assert codes(course_faults(rows, **HEAD)) == ["PRG-055"]


def test_every_problem_is_found_at_once():
    rows = [course("A", "甲", "core", 3, 48, 99, 9), course("A", "乙", "core", 3, 0, 0, 1)]
    assert codes(course_faults(rows, **HEAD)) == ["PRG-050", "PRG-051", "PRG-052", "PRG-053"]


def test_semesters_of_a_half_year():
    assert semesters_in(Decimal("2.5")) == 5 and semesters_in(Decimal(3)) == 6


def test_the_head_of_a_plan():
    good = {"entry": "senior", **HEAD}
    assert why_not_draft(**good) == []
    assert codes(why_not_draft(**{**good, "entry": "nobody"})) == ["PRG-042"]
    for years in ("0", "9", "2.3", "-1"):
        assert codes(why_not_draft(**{**good, "duration_years": Decimal(years)})) == ["PRG-033"]
    assert codes(why_not_draft(**{**good, "total_credits_hundredths": 0, "hours_per_credit": 0})) == [
        "PRG-034",
        "PRG-035",
    ]


def _check(outcome):
    return Check("k", "总学时", outcome, "2000 学时", "不低于 2500 学时", "p", None)


def test_publication_needs_courses_and_enough_credits():
    assert codes(why_not_publish(facts([]), [], "")) == ["PRG-036"]
    assert why_not_publish(facts(), [_check(MET)], "") == []
    assert codes(why_not_publish(facts(total_credits_hundredths=15101), [], "")) == ["PRG-037"]
    assert codes(why_not_publish(facts(total_credits_hundredths=13499), [], "")) == ["PRG-038"]
    assert why_not_publish(facts(total_credits_hundredths=13500), [], "") == []


def test_a_check_that_is_not_met_needs_an_explanation_that_says_something():
    found = why_not_publish(facts(), [_check(NOT_MET)], "")
    assert codes(found) == ["PRG-039"] and "现为 2000 学时，应不低于 2500 学时" in found[0].message
    assert codes(why_not_publish(facts(), [_check(NOT_MET)], "没办法")) == ["PRG-040"]
    assert why_not_publish(facts(), [_check(NOT_MET)], "两年制退役军人班，学时按文件另行安排。") == []


def _enrol(**changes):
    values = {
        "student_number": "2025001",
        "plan_name": "方案",
        "plan_state": "published",
        "plan_cohort": 2025,
        "enrolled_on": date(2025, 9, 1),
        "today": date(2025, 10, 15),
        "joins_later": False,
    }
    return codes(why_not_enrol(**{**values, **changes}))


def test_who_may_be_enrolled():
    assert _enrol() == []
    assert _enrol(plan_state="superseded") == []
    assert _enrol(plan_state="drafted") == ["PRG-060"]
    assert _enrol(enrolled_on=date(2025, 10, 16)) == ["PRG-066"]
    assert _enrol(enrolled_on=date(2024, 9, 1)) == ["PRG-067"]
    assert _enrol(enrolled_on=date(2024, 9, 1), joins_later=True) == []
    assert _enrol(student_number="学号1") == ["PRG-071"]


def test_student_numbers():
    assert number_is_well_formed("2025A0001")
    for bad in ("", " ", "2025-1", "２０２５", "1" * 25):
        assert not number_is_well_formed(bad)


def _leave(**changes):
    values = {
        "student_number": "1",
        "state": "enrolled",
        "to": "left",
        "enrolled_on": date(2025, 9, 1),
        "on": date(2025, 10, 1),
        "today": date(2025, 10, 15),
        "reason": "本人申请退学",
    }
    return codes(why_not_leave(**{**values, **changes}))


def test_how_a_record_may_end():
    assert _leave() == []
    assert _leave(on=date(2025, 8, 31)) == ["PRG-065"]
    assert _leave(on=date(2025, 10, 16)) == ["PRG-066"]
    assert _leave(reason=" ") == ["PRG-070"]
    for closed in ("left", "graduated", "transferred"):
        assert _leave(state=closed) == ["PRG-064"]


def test_every_state_has_a_label_and_a_row_in_its_table():
    assert set(vocabulary.PLAN_TRANSITIONS) == {key for key, _ in vocabulary.PLAN_STATES}
    assert set(vocabulary.RECORD_TRANSITIONS) == {key for key, _ in vocabulary.RECORD_STATES}
    for key, label in vocabulary.TOPICS + vocabulary.COURSE_CATEGORIES + vocabulary.LEVELS:
        assert vocabulary.label_of(key) == label
