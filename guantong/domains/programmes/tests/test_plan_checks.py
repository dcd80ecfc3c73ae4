"""The national checks of a plan, without a database: every branch, each under a law of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.domains.programmes.rules.plan_checks import ABSENT, MET, NOT_MET, WARNING, check_plan
from guantong.domains.programmes.rules.totals import totals_of
from guantong.kernel.refusal import Citation

from .plans import course, facts, good_courses

CITATION = Citation("doc", "某文件", "某〔2019〕1号", "第一条", date(2019, 6, 5))


@dataclass(frozen=True)
class FakeAnswer:
    value: object
    unit: str = "hours"
    bound: str = "floor"
    practice: str = "binding"
    citation: Citation = CITATION

    def show(self) -> str:
        return f"{self.value}"


class FakeLaw:
    """Answers given by name, or by (name, scope)."""

    def __init__(self, **answers: FakeAnswer) -> None:
        self.answers: dict[tuple[str, str | None], FakeAnswer] = {}
        for name, answer in answers.items():
            self.answers[name.replace("__", "."), None] = answer

    def with_scope(self, name: str, scope: str, answer: FakeAnswer) -> FakeLaw:
        self.answers[name, scope] = answer
        return self

    def find(self, name: str, scope: str | None = None) -> FakeAnswer | None:
        return self.answers.get((name, scope))


def one(plan, law, key):
    return next(c for c in check_plan(plan, law) if c.key == key)


def test_without_any_parameter_every_check_says_so_and_none_is_called_met():
    checks = check_plan(facts(), FakeLaw())
    assert {c.outcome for c in checks} == {ABSENT}
    assert all(c.note and c.citation is None and not c.required for c in checks)
    assert {c.key for c in checks} >= {
        "practice_share",
        "total_hours",
        "public_course_share",
        "topic_spirit",
        "internship",
    }


@pytest.mark.parametrize(
    ("wanted", "practice", "outcome"),
    [("62", "principle", MET), ("63", "principle", WARNING), ("63", "binding", NOT_MET), ("62", "binding", MET)],
)
def test_practice_share_is_compared_exactly_and_weighs_as_the_text_says(wanted, practice, outcome):
    law = FakeLaw(curriculum__practice_share=FakeAnswer(Decimal(wanted), "percent", practice=practice))
    check = one(facts(), law, "practice_share")
    assert check.outcome == outcome
    assert check.measured == "62.8%（1688/2688 学时）"
    assert check.citation == CITATION and check.parameter == "curriculum.practice_share"


def test_a_share_that_reaches_the_number_to_the_hour_is_met():
    courses = [course("A", "甲", "core", 2, 32, 16, 1), course("B", "乙", "core", 2, 32, 16, 1)]
    law = FakeLaw(curriculum__practice_share=FakeAnswer(Decimal(50), "percent"))
    assert one(facts(courses), law, "practice_share").outcome == MET
    courses[1] = replace(courses[1], practice_hours=15)
    assert one(facts(courses), law, "practice_share").outcome == NOT_MET


def test_a_plan_without_hours_cannot_be_measured():
    law = FakeLaw(curriculum__practice_share=FakeAnswer(Decimal(50), "percent"))
    check = one(facts([]), law, "practice_share")
    assert check.outcome == ABSENT and "还没有学时" in check.note


def test_total_hours_speak_of_one_level_and_of_three_years():
    law = (
        FakeLaw()
        .with_scope("curriculum.total_hours", "高等职业", FakeAnswer(Decimal(2500)))
        .with_scope("curriculum.total_hours", "中等职业", FakeAnswer(Decimal(3000)))
    )
    assert one(facts(), law, "total_hours").outcome == MET
    secondary = one(facts(level="secondary"), law, "total_hours")
    assert secondary.outcome == NOT_MET and "3000" in secondary.required
    two_years = one(facts(duration_years=Decimal(2)), law, "total_hours")
    assert two_years.outcome == ABSENT and "学制 2 年" in two_years.note
    assert one(facts(level="bachelor"), law, "total_hours").outcome == ABSENT


def test_public_course_share_as_a_fraction():
    law = FakeLaw().with_scope("curriculum.public_course_share", "高等职业", FakeAnswer(Fraction(1, 4), "fraction"))
    assert one(facts(), law, "public_course_share").outcome == MET
    fewer = [c for c in good_courses() if not c.code.startswith("GG3")]
    assert one(facts(fewer), law, "public_course_share").outcome == NOT_MET


def test_a_usual_value_is_named_as_such_and_only_warns():
    law = FakeLaw().with_scope(
        "curriculum.public_course_share",
        "高等职业",
        FakeAnswer(Fraction(1, 3), "fraction", bound="value", practice="principle"),
    )
    check = one(facts(), law, "public_course_share")
    assert check.outcome == WARNING and check.required == "一般为 1/3"


def test_elective_share_counts_what_is_not_required_whatever_its_category():
    law = FakeLaw(curriculum__elective_share=FakeAnswer(Decimal(10), "percent"))
    assert one(facts(), law, "elective_share").outcome == MET
    bound = [replace(c, is_required=True) for c in good_courses()]
    check = one(facts(bound), law, "elective_share")
    assert check.outcome == NOT_MET and check.measured.startswith("0%")


def _hours_law():
    return FakeLaw(
        credit__hours_per_credit__minimum=FakeAnswer(Fraction(16), "hours_per_credit"),
        credit__hours_per_credit__maximum=FakeAnswer(Fraction(18), "hours_per_credit"),
    )


def test_hours_a_credit_name_the_courses_outside_and_leave_weeks_out():
    assert one(facts(), _hours_law(), "hours_per_credit").outcome == MET
    courses = [*good_courses(), course("X1", "学时过多", "core", 1, 30, 0, 1)]
    check = one(facts(courses), _hours_law(), "hours_per_credit")
    assert check.outcome == WARNING and "“学时过多”" in check.note and "岗位实习" not in check.note


def test_hours_a_credit_name_five_courses_at_most():
    courses = [course(f"X{n}", f"课{n}", "core", 1, 30, 0, 1) for n in range(7)]
    assert "等 7 门" in one(facts(courses), _hours_law(), "hours_per_credit").note


def test_hours_a_credit_without_any_course_by_the_hour():
    courses = [course("S1", "岗位实习", "practice", 24, 576, 576, 6, weeks=24)]
    assert one(facts(courses), _hours_law(), "hours_per_credit").outcome == ABSENT


def test_internship_counts_four_weeks_a_month_and_only_marked_courses():
    law = FakeLaw(curriculum__internship_months=FakeAnswer(6, "months", bound="value", practice="principle"))
    assert one(facts(), law, "internship").outcome == MET
    short = [replace(c, weeks=23) if c.code == "SJ02" else c for c in good_courses()]
    check = one(facts(short), law, "internship")
    assert check.outcome == WARNING and check.measured == "5.8 个月（23 周）"
    unmarked = [replace(c, topic="") for c in good_courses()]
    assert "没有课程标为“岗位实习”" in one(facts(unmarked), law, "internship").note


def test_core_courses_within_a_range():
    law = FakeLaw(curriculum__core_course_count=FakeAnswer((Decimal(6), Decimal(8)), "range", "value", "principle"))
    assert one(facts(), law, "core_courses").outcome == MET
    many = [replace(c, category="core") for c in good_courses()]
    assert one(facts(many), law, "core_courses").outcome == WARNING


def test_labour_hours_are_those_of_the_marked_courses():
    law = FakeLaw(curriculum__labour_topic_hours=FakeAnswer(Decimal(16)))
    assert one(facts(), law, "topic_labour").outcome == MET
    short = [replace(c, hours=15) if c.topic == "labour" else c for c in good_courses()]
    assert one(facts(short), law, "topic_labour").outcome == NOT_MET
    unmarked = [replace(c, topic="") for c in good_courses()]
    check = one(facts(unmarked), law, "topic_labour")
    assert check.outcome == NOT_MET and "在课程表的“专题”一列注明" in check.note


def test_spirit_hours_are_due_every_year_in_technician_schools():
    law = (
        FakeLaw()
        .with_scope("curriculum.spirit_topic_hours", "职业院校（文件未写期间）", FakeAnswer(Decimal(16)))
        .with_scope("curriculum.spirit_topic_hours", "技工院校（每学年）", FakeAnswer(Decimal(16)))
    )
    assert one(facts(), law, "topic_spirit").outcome == MET
    check = one(facts(school_kind="technician_school"), law, "topic_spirit")
    assert check.outcome == NOT_MET and "全程不低于 48 学时" in check.required


def test_ideology_courses_only_ask_for_a_look():
    names = ("毛泽东思想和中国特色社会主义理论体系概论", "中国近现代史纲要")
    law = FakeLaw().with_scope("curriculum.ideology_courses", "高等职业专科", FakeAnswer(names, "list", "value"))
    check = one(facts(), law, "ideology_courses")
    assert check.outcome == WARNING and "“中国近现代史纲要”" in check.note and check.measured == "1 门"
    assert not [c for c in check_plan(facts(level="secondary"), law) if c.key == "ideology_courses"]


def test_a_ceiling_is_kept_from_below():
    law = FakeLaw(curriculum__practice_share=FakeAnswer(Decimal(60), "percent", bound="ceiling"))
    check = one(facts(), law, "practice_share")
    assert check.outcome == NOT_MET and check.required.startswith("不高于")


def test_under_the_law_as_entered_a_good_plan_meets_every_binding_check():
    from guantong.base.lawbook import law_on

    checks = check_plan(facts(), law_on(date(2025, 10, 15), "990000"))
    assert {c.key for c in checks if c.outcome not in {MET}} == set()
    assert all(c.citation is not None and c.citation.clause for c in checks)


def test_courses_of_ideology_go_by_the_names_of_the_day():
    from guantong.base.lawbook import law_on

    before = one(facts(), law_on(date(2020, 12, 17), "990000"), "ideology_courses")
    assert before.outcome == WARNING and "“思想道德修养与法律基础”" in before.note and before.measured == "2 门"
    after = one(facts(), law_on(date(2020, 12, 18), "990000"), "ideology_courses")
    assert after.outcome == MET and "思想道德与法治" in after.required
    bachelor = one(facts(level="bachelor"), law_on(date(2025, 10, 15), "990000"), "ideology_courses")
    assert bachelor.outcome == WARNING and "“马克思主义基本原理”" in bachelor.note and "法治" not in bachelor.note


def test_before_the_guidance_no_total_of_hours_was_printed():
    from guantong.base.lawbook import law_on

    assert one(facts(), law_on(date(2019, 6, 4), "990000"), "total_hours").outcome == ABSENT
    assert one(facts(), law_on(date(2019, 6, 5), "990000"), "total_hours").outcome == MET


_COURSES = st.lists(
    st.builds(
        lambda n, cat, credits, hours, practice, sem, req: course(
            f"C{n}", f"课{n}", cat, credits, hours, min(practice, hours), sem, is_required=req
        ),
        st.integers(0, 10**6),
        st.sampled_from(["public", "foundation", "core", "elective", "practice"]),
        st.integers(0, 30),
        st.integers(0, 600),
        st.integers(0, 600),
        st.integers(1, 6),
        st.booleans(),
    ),
    max_size=40,
)


@given(_COURSES)
def test_sums_agree_however_they_are_grouped(courses):
    totals = totals_of(facts(courses).courses)
    for group in (totals.by_semester, totals.by_category):
        assert sum(g.hours for g in group.values()) == totals.all.hours
        assert sum(g.credits_hundredths for g in group.values()) == totals.all.credits_hundredths
        assert sum(g.courses for g in group.values()) == len(courses)
    assert totals.all.practice_hours <= totals.all.hours


@given(_COURSES, st.randoms())
def test_the_order_of_courses_does_not_matter(courses, random):
    law = FakeLaw(
        curriculum__practice_share=FakeAnswer(Decimal(50), "percent"),
        curriculum__elective_share=FakeAnswer(Decimal(10), "percent"),
    )
    shuffled = list(courses)
    random.shuffle(shuffled)
    assert check_plan(facts(courses), law) == check_plan(facts(shuffled), law)
