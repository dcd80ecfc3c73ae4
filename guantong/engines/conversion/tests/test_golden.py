"""Worked answers by hand for the six demo rulesets and the published school rules they are modelled on.

Each case says what is handed in, and what the school's own office would work out with pencil and paper.
"""

from __future__ import annotations

from datetime import date

import pytest

from guantong.engines.conversion import (
    CourseFacts,
    LearnerFacts,
    PlanFacts,
    PriorConversion,
    Verdict,
    allocate,
    compile_rules,
    verdicts,
)
from guantong.engines.conversion.facts import AchievementFacts
from guantong.engines.conversion.tests.builders import ON, achievement, course, demo, document, law, plan, rule


def one(name: str, courses: PlanFacts, a: AchievementFacts, learner: LearnerFacts | None = None) -> Verdict:
    """The verdict on one achievement under a demo ruleset."""
    compiled = compile_rules(demo(name), courses, {}, ON)
    return verdicts(compiled, [a], learner or LearnerFacts())[0]


def told(verdict: Verdict) -> tuple[str, str]:
    """Code and clause."""
    assert verdict.reason.basis is not None
    return verdict.code, verdict.reason.basis.clause


# --- 1: 1+X certificates (school rule A) ----------------------------------------------------------------------------
X_PLAN = plan(
    course("F1", "4", "foundation", name="电工基础"),
    course("F2", "3", "foundation", name="机械制图"),
    course("K1", "4", "core", name="PLC 技术"),
    course("K2", "5", "core", name="工业机器人"),
    course("P1", "2", "public", name="英语"),
)


def x(name: str, level: str, recognised: str, **more: object) -> AchievementFacts:
    return achievement(name, "x_certificate", recognised, **{"level": level, "national_recognised": True, **more})


@pytest.mark.parametrize(
    "level,courses",
    [("1", {"F1", "F2"}), ("2", {"K1", "K2"}), ("3", {"F1", "F2", "K1", "K2"})],
)
def test_the_level_of_a_1x_certificate_decides_the_type_of_course(level: str, courses: set[str]) -> None:
    assert {o.course for o in one("1", X_PLAN, x("a", level, "8")).options} == courses


def test_a_1x_certificate_gives_at_most_eight_credits() -> None:
    """Ten recognised credits count as eight: 4 + 4 or 3 + 5, never 4 + 5."""
    compiled = compile_rules(demo("1"), X_PLAN, {}, ON)
    (verdict,) = verdicts(compiled, [x("a", "3", "10")])
    assert verdict.hundredths == 800
    best = allocate(compiled, [x("a", "3", "10")])
    assert best.hundredths == 800
    assert best.outcomes["a"].surplus_hundredths == 200 and not best.outcomes["a"].surplus_kept


def test_a_1x_certificate_gives_no_more_than_the_national_bank_recognised() -> None:
    """Three recognised credits: the four-credit course is too large, the three-credit one is covered."""
    verdict = one("1", X_PLAN, x("a", "1", "3"))
    assert [(o.course, o.hundredths, o.grade, o.score) for o in verdict.options] == [("F2", 300, "合格", "80")]
    closed = {c.course: c.reason.code for c in verdict.closed_courses()}
    assert closed == {"F1": "CNV-140", "K1": "CNV-139", "K2": "CNV-139", "P1": "CNV-139"}


def test_one_course_takes_one_1x_certificate_only() -> None:
    """Two certificates of two credits do not make up a four-credit course."""
    compiled = compile_rules(demo("1"), plan(course("K1", "4", "core")), {}, ON)
    assert allocate(compiled, [x("a", "2", "2"), x("b", "2", "2")]).hundredths == 0


def test_a_1x_certificate_needs_the_national_recognition_first() -> None:
    verdict = one("1", X_PLAN, x("a", "2", "5", national_recognised=False))
    assert told(verdict) == ("CNV-117", "第七条")
    assert one("1", X_PLAN, x("a", "2", "5", national_recognised=False, recognitions=("national_credit_bank",))).counts


def test_a_1x_certificate_is_good_for_five_years() -> None:
    assert one("1", X_PLAN, x("a", "2", "5", issued_on=date(2021, 11, 22))).counts
    verdict = one("1", X_PLAN, x("a", "2", "5", issued_on=date(2021, 11, 21)))
    assert told(verdict) == ("CNV-119", "第八条")
    assert "2021年11月21日" in verdict.sentence() and "5 年" in verdict.sentence()


# --- 2: outcome replacement (school rule B) -------------------------------------------------------------------------
# Public courses 20 credits, so 4 may be replaced; major courses 30 credits, so 6 may be replaced.
B_PLAN = plan(
    course("P1", "4", "public", name="大学英语"),
    course("P2", "4", "public", name="高等数学"),
    course("P3", "4", "public", name="思想道德与法治"),
    course("P4", "4", "public", name="体育与健康"),
    course("P5", "4", "public", name="信息技术"),
    course("K1", "5", "core"),
    course("K2", "3", "core"),
    course("K3", "2", "core"),
    course("F1", "8", "foundation"),
    course("F2", "6", "foundation"),
    course("S1", "6", "practice"),
)


def test_at_most_a_fifth_of_major_and_a_fifth_of_public_credits() -> None:
    achievements = [
        achievement("s1", "skill_grade", "5", level="4"),
        achievement("s2", "skill_grade", "4", level="4"),
        achievement("c1", "school_course", "4", grade="88"),
        achievement("c2", "school_course", "4", grade="90"),
    ]
    compiled = compile_rules(demo("2"), B_PLAN, {}, ON)
    best = allocate(compiled, achievements)
    # Public: one course of four. Major: three and two make five, five alone makes five; six cannot be made up.
    assert best.hundredths == 400 + 500
    assert {cap.title for cap in best.binding} == {"专业课可置换的学分", "公共课可置换的学分"}
    assert {(a.grade, a.score) for a in best.assignments} == {("优秀", "90")}
    assert best.achievements_used == 2


def test_political_theory_and_physical_education_are_never_replaced() -> None:
    only = plan(course("P3", "4", "public", name="思想道德与法治"), course("P4", "4", "public", name="体育与健康"))
    verdict = one("2", only, achievement("c", "school_course", "4", grade="88"))
    assert told(verdict) == ("CNV-126", "第八条")


def test_an_outcome_replaces_equal_or_smaller_courses_only() -> None:
    options = {o.course for o in one("2", B_PLAN, achievement("s", "skill_grade", "3", level="4")).options}
    assert options == {"K2", "K3"}


def test_each_outcome_is_used_once_and_the_surplus_is_lost() -> None:
    compiled = compile_rules(demo("2"), B_PLAN, {}, ON)
    best = allocate(compiled, [achievement("s", "skill_grade", "4", level="4")])
    assert best.courses == {"K2": 300}
    outcome = best.outcomes["s"]
    assert (outcome.surplus_hundredths, outcome.surplus_kept) == (100, False)
    again = achievement("s", "skill_grade", "4", level="4", used_hundredths=300)
    assert told(one("2", B_PLAN, again)) == ("CNV-116", "第六条")


def test_earlier_conversions_use_up_the_fifth() -> None:
    prior = PriorConversion(400, "P1", "school_course", "old", issued_on=date(2025, 6, 1))
    learner = LearnerFacts(prior=(prior,))
    verdict = one("2", B_PLAN, achievement("c", "school_course", "4", grade="88"), learner)
    assert told(verdict) == ("CNV-130", "第七条")
    assert "4 学分" in verdict.sentence()


@pytest.mark.parametrize(
    "level,place,code", [("1", 1, "CNV-103"), ("3", 4, "CNV-108"), ("3", None, "CNV-108"), ("2", 1, "CNV-100")]
)
def test_awards_count_from_the_municipal_level_and_the_third_prize(level: str, place: int | None, code: str) -> None:
    award = achievement("w", "competition", "4", level=level, place=place)
    assert one("2", B_PLAN, award).code == code


# --- 3: continuing education (school rule C) ------------------------------------------------------------------------
C_PLAN = plan(
    *(course(f"E{n}", "1", "elective") for n in range(1, 9)),
    course("K1", "3", "core"),
    course("K2", "4", "core"),
    course("H1", "1.5", "practice"),
    total=6000,
)

# Level, team?, place -> credits. A team counts for its first three places, one step lower than a person.
TABLE = {
    ("4", False): ["4", "3", "2"],
    ("3", False): ["3", "2", "1"],
    ("2", False): ["2", "1.5", "1"],
    ("4", True): ["3", "2", "1"],
    ("3", True): ["2", "1.5", "1"],
}


@pytest.mark.parametrize("level,is_team", list(TABLE))
@pytest.mark.parametrize("place", [1, 2, 3])
def test_the_table_of_contests(level: str, is_team: bool, place: int) -> None:
    award = achievement("w", "competition", level=level, is_team=is_team, place=place)
    from guantong.kernel.credits import to_hundredths

    assert one("3", C_PLAN, award).hundredths == to_hundredths(TABLE[level, is_team][place - 1])


@pytest.mark.parametrize("level,is_team,place", [("2", True, 1), ("3", True, 4), ("4", False, 4)])
def test_what_the_table_of_contests_does_not_hold(level: str, is_team: bool, place: int) -> None:
    award = achievement("w", "competition", level=level, is_team=is_team, place=place)
    assert told(one("3", C_PLAN, award)) == ("CNV-111", "第五条")


@pytest.mark.parametrize(
    "kind,issuer,hundredths",
    [
        ("skill_grade", "authority", 300),
        ("skill_grade", "assessment_body", 300),
        ("skill_grade", "enterprise", 100),
        ("training", "training_body", 100),
    ],
)
def test_a_national_certificate_gives_three_and_an_industry_one_gives_one(
    kind: str, issuer: str, hundredths: int
) -> None:
    assert one("3", C_PLAN, achievement("c", kind, level="4", issuer_kind=issuer)).hundredths == hundredths


def test_a_certificate_of_an_unknown_issuer_is_told_who_counts() -> None:
    code, clause = told(one("3", C_PLAN, achievement("c", "training", issuer_kind="bachelor_school")))
    assert (code, clause) == ("CNV-109", "第四条第二款")


def test_at_most_three_certificates_and_each_certificate_once() -> None:
    compiled = compile_rules(demo("3"), C_PLAN, {}, ON)
    certificates = [
        achievement(f"c{n}", "skill_grade", level="4", issuer_kind="authority", certificate_code=f"z{n}")
        for n in range(5)
    ]
    best = allocate(compiled, certificates)
    assert (best.hundredths, best.achievements_used) == (900, 3)
    twins = [
        achievement(f"c{n}", "skill_grade", level=str(n + 2), issuer_kind="authority", certificate_code="z")
        for n in range(2)
    ]
    assert allocate(compiled, twins).hundredths == 300


def test_several_outcomes_make_up_one_course() -> None:
    """National second prize (3) and municipal third prize (1) make up the four-credit course."""
    compiled = compile_rules(demo("3"), plan(course("K2", "4", "core"), total=6000), {}, ON)
    awards = [
        achievement("n", "competition", level="4", place=2),
        achievement("m", "competition", level="2", place=3),
    ]
    best = allocate(compiled, awards)
    assert best.courses == {"K2": 400}
    assert allocate(compiled, awards[:1]).outcomes["n"].reason.code == "CNV-307"


# --- 4: training hours ----------------------------------------------------------------------------------------------
H_PLAN = plan(course("E1", "6", "elective"), course("F1", "4", "foundation"), course("S1", "10", "practice"))


@pytest.mark.parametrize(
    "hours,hundredths",
    [("8", None), ("9", 50), ("16", 50), ("17", 100), ("25", 100), ("34", 200), ("51", 300), ("200", 600)],
)
def test_seventeen_hours_make_a_credit_in_half_steps_up_to_six(hours: str, hundredths: int | None) -> None:
    """9 h = 0.529 credits, cut to 0.5; 25 h = 1.47, cut to 1; 200 h = 11.76, at most 6."""
    verdict = one("4", H_PLAN, achievement("t", "training", hours=hours))
    if hundredths is None:
        assert told(verdict) == ("CNV-122", "第四条")
    else:
        grant = verdict.grants[0]
        assert verdict.granted_hundredths == hundredths
        assert grant.rule.rule.id == "training"


@pytest.mark.parametrize(
    "issued,hundredths",
    [
        (date(2024, 11, 23), 200),  # not yet two years
        (date(2024, 11, 22), 150),  # two years today: 2 × 0.8 = 1.6, cut to 1.5
        (date(2023, 11, 22), 100),  # three years today: 2 × 0.5
        (date(2022, 11, 22), 100),  # four years today: the last day
        (date(2022, 11, 21), None),  # past four years
    ],
)
def test_training_ages_to_the_day(issued: date, hundredths: int | None) -> None:
    verdict = one("4", H_PLAN, achievement("t", "training", hours="34", issued_on=issued))
    if hundredths is None:
        assert told(verdict) == ("CNV-119", "第五条")
    else:
        assert verdict.hundredths == hundredths
        assert [note.code for note in verdict.notes] == ([] if hundredths == 200 else ["CNV-150"])


def test_a_semester_gives_at_most_six_and_a_year_at_most_ten() -> None:
    autumn = [achievement(f"a{n}", "training", hours="68", issued_on=date(2025, 10, 1)) for n in range(2)]
    spring = [achievement(f"s{n}", "training", hours="68", issued_on=date(2026, 4, 1)) for n in range(2)]
    wide = plan(*(course(f"E{n}", "2", "elective") for n in range(20)))
    compiled = compile_rules(demo("4"), wide, {}, ON)
    assert allocate(compiled, autumn).hundredths == 600
    assert allocate(compiled, autumn + spring).hundredths == 1000
    february = achievement("f", "training", hours="68", issued_on=date(2026, 2, 14))
    assert allocate(compiled, [*autumn, february]).hundredths == 600  # 14 February is still the first semester


def test_only_half_of_a_foundation_course_and_two_fifths_of_a_category() -> None:
    compiled = compile_rules(demo("4"), H_PLAN, {}, ON)
    best = allocate(compiled, [achievement("t", "training", hours="102")])
    # Six credits: elective 40 % of 6 = 2.4, foundation 40 % of 4 = 1.6 (and half of F1 = 2), practice 40 % of 10 = 4.
    assert best.hundredths == 600
    by_course = best.courses
    assert by_course.get("E1", 0) <= 240 and by_course.get("F1", 0) <= 160 and by_course.get("S1", 0) <= 400


@pytest.mark.parametrize(
    "grade,written", [("95", "优秀"), ("85", "良好"), ("70", "合格"), ("", "合格"), ("良好", "良好")]
)
def test_the_grade_is_mapped_from_the_score(grade: str, written: str) -> None:
    verdict = one("4", H_PLAN, achievement("t", "training", hours="34", grade=grade))
    assert {o.grade for o in verdict.options} == {written}


# --- 5: exemption of modules ----------------------------------------------------------------------------------------
M_PLAN = plan(
    course("B1", "3", "foundation", module="基础技能", semester=3),
    course("B2", "4", "foundation", module="基础技能", semester=3),
    course("B3", "5", "foundation", module="基础技能", semester=1),
    course("M1", "6", "core", module="核心技能", semester=4),
    course("M2", "6", "core", module="核心技能", semester=4),
    course("S1", "4", "practice", semester=5),
    course("G", "42", "public", semester=1),
)
SENIOR = LearnerFacts(earned_hundredths=2000, semester=3)


def grade(name: str, level: str, recognised: str = "20") -> AchievementFacts:
    return achievement(name, "skill_grade", recognised, level=level)


def test_the_grade_decides_the_modules_and_the_mark() -> None:
    middle = one("5", M_PLAN, grade("a", "3"), SENIOR)
    assert [(o.course, o.grade) for o in middle.options] == [("B1", "中等"), ("B2", "中等")]
    senior = one("5", M_PLAN, grade("a", "4"), SENIOR)
    assert [o.course for o in senior.options] == ["B1", "B2", "M1", "M2"]
    technician = one("5", M_PLAN, grade("a", "5"), SENIOR)
    assert [o.course for o in technician.options] == ["B1", "B2", "M1", "M2", "S1"]
    assert {o.score for o in technician.options} == {"95"}


def test_a_grade_too_low_is_told_the_grade_needed() -> None:
    verdict = one("5", M_PLAN, grade("a", "2"), SENIOR)
    assert told(verdict) == ("CNV-103", "第四条第一项")
    assert "初级工" in verdict.reason.message and "中级工" in verdict.reason.do


def test_ten_credits_must_be_earned_here_first() -> None:
    verdict = one("5", M_PLAN, grade("a", "4"), LearnerFacts(earned_hundredths=950, semester=3))
    assert told(verdict) == ("CNV-131", "第六条")
    assert "9.5" in verdict.reason.message


def test_courses_of_past_semesters_are_not_exempted_any_more() -> None:
    only = plan(
        course("B3", "3", "foundation", module="基础技能", semester=1),
        course("B1", "3", "foundation", module="基础技能", semester=1),
        total=7000,
    )
    assert told(one("5", only, grade("a", "4"), SENIOR)) == ("CNV-133", "第五条")


def test_six_tenths_of_the_plan_stay_with_the_school() -> None:
    """A plan of 70 credits leaves 28 for conversion; modules leave 75 % of 12 and of 12 each."""
    compiled = compile_rules(demo("5"), M_PLAN, {}, ON)
    assert next(c for c in compiled.caps if c.is_own_school).groups[0].limit == 2800
    short = plan(course("M1", "6", "core", module="核心技能"), course("G", "6", "public"), total=1200)
    # 12 credits in all leave 4.8, and 75 % of the module's 6 leaves 4.5: the six-credit course cannot be exempted.
    assert not one("5", short, grade("a", "4"), SENIOR).counts


def test_surplus_is_kept_for_later() -> None:
    compiled = compile_rules(
        demo("5"),
        plan(course("M1", "6", "core", module="核心技能"), course("M2", "6", "core", module="核心技能"), total=7000),
        {},
        ON,
    )
    best = allocate(compiled, [grade("a", "4", "8")], SENIOR)
    assert best.hundredths == 600
    outcome = best.outcomes["a"]
    assert (outcome.surplus_hundredths, outcome.surplus_kept) == (200, True)
    later = achievement("a", "skill_grade", "8", level="4", used_hundredths=600)
    small = plan(
        course("B", "2", "foundation", module="基础技能"),
        course("C", "2", "foundation", module="基础技能"),
        course("D", "2", "foundation", module="基础技能"),
        total=7000,
    )
    assert one("5", small, later, SENIOR).hundredths == 200


# --- 6: a careful technician school ---------------------------------------------------------------------------------
T_PLAN = plan(
    course("K1", "2", "core"),
    course("K2", "4", "core"),
    course("S1", "3", "practice"),
    course("E1", "2", "elective"),
    course("G", "49", "public"),
)
ENROLLED = LearnerFacts(enrolled_on=date(2021, 9, 1))


def electrician(name: str, level: str, **more: object) -> AchievementFacts:
    facts: dict[str, object] = {
        "level": level,
        "certificate_code": "6-31-01-03",
        "issuer_kind": "assessment_body",
        "issuer_id": "o1",
        "recognitions": ("skill_grade_network",),
        **more,
    }
    return achievement(name, "skill_grade", "8", **facts)


@pytest.mark.parametrize(
    "changes,code,clause",
    [
        ({"certificate_code": "1-11-11-11"}, "CNV-102", "第六条"),
        ({"issuer_kind": "enterprise"}, "CNV-109", "第六条"),
        ({"recognitions": ()}, "CNV-117", "第七条"),
        ({"issued_on": date(2021, 8, 31)}, "CNV-132", "第六条"),
        ({"issued_on": date(2020, 11, 21)}, "CNV-119", "第八条"),
        ({"issued_on": None}, "CNV-121", "第八条"),
    ],
)
def test_every_condition_of_the_technician_school(changes: dict[str, object], code: str, clause: str) -> None:
    assert told(one("6", T_PLAN, electrician("a", "4", **changes), ENROLLED)) == (code, clause)


def test_after_three_years_a_certificate_counts_half() -> None:
    young = one("6", T_PLAN, electrician("a", "5", issued_on=date(2023, 11, 23)), ENROLLED)
    old = one("6", T_PLAN, electrician("a", "5", issued_on=date(2023, 11, 22)), ENROLLED)
    assert (young.hundredths, old.hundredths) == (400, 200)


def test_one_issuer_gives_four_credits_and_a_course_takes_two_outcomes() -> None:
    compiled = compile_rules(demo("6"), T_PLAN, {}, ON)
    same = [electrician("a", "3"), electrician("b", "3"), electrician("c", "3")]
    # Two credits each. K2 (4) from two of them; the issuer's four credits are then used up.
    best = allocate(compiled, same, ENROLLED)
    assert best.courses == {"K2": 400}
    assert best.outcomes["c"].reason.code == "CNV-302"
    others = [electrician("a", "3"), electrician("b", "3", issuer_id="o2"), electrician("c", "3", issuer_id="o3")]
    best = allocate(compiled, others, ENROLLED)
    assert best.hundredths == 600 and set(best.courses) == {"K1", "K2"}


# --- numbers of the law ---------------------------------------------------------------------------------------------


def test_the_caps_of_the_law_hold_beside_the_school_s_own() -> None:
    doc = document(
        rules=[rule(kinds=["skill_grade"], credits={"recognised": True})],
        use={**document()["use"], "single_use": False},
        calendar={"year_begins": "09-01", "second_semester_begins": "02-15"},
    )
    courses = plan(*(course(f"C{n}", "3") for n in range(10)))
    certificates = [achievement(f"a{n}", "skill_grade", "9", level="4", issuer_id=f"o{n}") for n in range(4)]

    def most(**numbers: object) -> int:
        return allocate(compile_rules(doc, courses, law(**numbers), ON), certificates).hundredths

    assert most() == 3000
    assert most(certificate_cap="8") == 2400  # 4 certificates × 8, in threes: 6 each
    assert most(semester_cap="12") == 1200
    assert most(programme_share_cap="35") == 900  # 35 % of 30 is 10.5
    assert most(minimum_own_credits_share="50") == 1500
    assert most(**{"category_share_cap:core": "40"}) == 1200
    assert most(issuer_cap="3") == 1200
    assert most(certificates_per_course="0") == 0


def test_the_law_excludes_courses_and_asks_for_national_recognition_and_validity() -> None:
    doc = document(rules=[rule(kinds=["x_certificate"], credits={"fixed": "3"})])
    courses = plan(course("A", "3", name="毕业设计"))
    (verdict,) = verdicts(
        compile_rules(doc, courses, law(excluded_courses=["毕业设计"]), ON),
        [achievement("a", "x_certificate", level="2")],
    )
    assert told(verdict) == ("CNV-126", "第九条")
    (verdict,) = verdicts(
        compile_rules(doc, courses, law(national_recognition_first=["1+X证书"]), ON),
        [achievement("a", "x_certificate", level="2")],
    )
    assert told(verdict) == ("CNV-117", "第九条")
    old = achievement("a", "x_certificate", level="2", issued_on=date(2021, 1, 1))
    (verdict,) = verdicts(compile_rules(doc, courses, law(**{"validity_years:x_certificate": "5"}), ON), [old])
    assert told(verdict) == ("CNV-119", "第九条")


def test_the_law_s_least_hours_hold_when_conflicts_are_only_reported() -> None:
    doc = document(rules=[rule(credits={"hours_per_credit": "10"})])
    training = achievement("t", "training", hours="32")
    courses = plan(course("A", "2"))
    assert allocate(compile_rules(doc, courses, {}, ON), [training]).hundredths == 200
    wide = plan(course("A", "1"))
    compiled = compile_rules(doc, wide, law(hours_per_credit__minimum="16"), ON, strict=False)
    assert verdicts(compiled, [training])[0].hundredths == 200
    assert verdicts(compiled, [achievement("t", "training", hours="20")])[0].hundredths == 125
    assert verdicts(compiled, [achievement("t", "training", hours="10")])[0].code == "CNV-127"


# --- Korean academic credit bank: caps of a bachelor programme ------------------------------------------------------
# 42 credits a year, 24 a semester (year from 1 March), at most 105 from one institution, at most 3 certificates.


def acbs() -> dict[str, object]:
    return document(
        use={"single_use": False, "surplus": "kept", "combine": True, "partial": True, "clause": "一"},
        rules=[
            rule(id="course", kinds=["school_course"], credits={"recognised": True}),
            rule(id="certificate", kinds=["skill_grade"], credits={"recognised": True}),
        ],
        calendar={"year_begins": "03-01", "second_semester_begins": "09-01"},
        caps=[
            {
                "id": "semester",
                "clause": "二",
                "per": "semester",
                "kinds": ["school_course"],
                "limit": {"credits": "24"},
            },
            {"id": "year", "clause": "二", "per": "year", "kinds": ["school_course"], "limit": {"credits": "42"}},
            {
                "id": "institution",
                "clause": "三",
                "per": "issuer",
                "kinds": ["school_course"],
                "limit": {"credits": "105"},
            },
            {
                "id": "certificates",
                "clause": "四",
                "per": "programme",
                "kinds": ["skill_grade"],
                "limit": {"achievements": 3},
            },
        ],
    )


def studied(count: int, day: date, credits: str = "6", issuer: str = "u1") -> list[AchievementFacts]:
    return [
        achievement(f"{day}-{issuer}-{n}", "school_course", credits, issued_on=day, issuer_id=issuer)
        for n in range(count)
    ]


WHOLE = PlanFacts((CourseFacts(1, "ALL", "学士学位课程", "core", credits_hundredths=14000),))


def test_the_korean_caps_on_semester_year_institution_and_certificates() -> None:
    compiled = compile_rules(acbs(), WHOLE, {}, ON)

    def most(achievements: list[AchievementFacts]) -> int:
        return allocate(compiled, achievements).hundredths // 100

    spring, autumn = date(2024, 3, 1), date(2024, 9, 1)
    assert most(studied(5, spring)) == 24
    assert most(studied(5, date(2024, 8, 31))) == 24
    assert most(studied(5, spring) + studied(5, autumn)) == 42
    assert most(studied(5, date(2025, 2, 28)) + studied(5, autumn)) == 24  # 28 February is still the second semester
    years = [a for year in (2021, 2022, 2023) for a in studied(5, date(year, 3, 2)) + studied(5, date(year, 9, 2))]
    assert most(years) == 105  # three times 42 is 126, one institution gives 105
    certificates = [achievement(f"c{n}", "skill_grade", "20", level="4") for n in range(5)]
    assert most(certificates) == 60
    assert most([*years, *certificates]) == 140


def test_a_course_too_large_for_its_own_rule_is_told_so_though_another_rule_grants_more() -> None:
    doc = document(
        rules=[
            rule(id="much", credits={"fixed": "4"}, to={"courses": ["A"]}),
            rule(id="little", credits={"fixed": "2"}, to={"courses": ["B"]}),
        ]
    )
    (verdict,) = verdicts(
        compile_rules(doc, plan(course("A", "4"), course("B", "3")), {}, ON), [achievement("t", "training")]
    )
    (closed,) = verdict.closed_courses()
    assert (closed.course, closed.reason.code) == ("B", "CNV-140")
    assert "2 学分" in closed.reason.message
