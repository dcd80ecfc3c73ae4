"""What verdicts say when several rules, terms or sizes meet. Every number is worked out by hand."""

from __future__ import annotations

from datetime import date

from guantong.engines.conversion import LearnerFacts, allocate, compile_rules, verdicts
from guantong.engines.conversion.checking import Given, violations
from guantong.engines.conversion.tests.builders import ON, achievement, course, document, plan, rule

TERMS = {"year_begins": "09-01", "second_semester_begins": "02-15"}


def test_each_achievement_is_told_of_its_own_semester() -> None:
    """Two alike but for the day: October 2025 is the first semester of 2025, March 2026 the second."""
    caps = [{"id": "s", "clause": "第四条", "per": "semester", "limit": {"credits": "2"}}]
    doc = document(calendar=TERMS, rules=[rule(credits={"recognised": True})], caps=caps)
    autumn = achievement("autumn", "training", "3", issued_on=date(2025, 10, 1))
    spring = achievement("spring", "training", "3", issued_on=date(2026, 3, 1))
    compiled = compile_rules(doc, plan(course("A", "2")), {}, ON)
    for given in ([autumn, spring], [spring, autumn]):
        told = {v.achievement.id: "".join(n.message for n in v.notes) for v in verdicts(compiled, given)}
        assert "（2025学年第1学期），最多计 2 学分" in told["autumn"]
        assert "（2025学年第2学期），最多计 2 学分" in told["spring"]
    large = compile_rules(doc, plan(course("A", "4")), {}, ON)
    sentences = {v.achievement.id: v.sentence() for v in verdicts(large, [autumn, spring])}
    assert "（2025学年第1学期）" in sentences["autumn"] and "（2025学年第2学期）" in sentences["spring"]


def test_a_course_outside_the_size_of_the_larger_rule_is_told_by_the_smaller() -> None:
    """Three credits by the rule for courses of at most two; one and a half by the rule for any course. B has three."""
    doc = document(
        rules=[
            rule(id="any", credits={"fixed": "1.5"}),
            rule(id="small", credits={"fixed": "3"}, to={"categories": ["core"], "course_credits": {"at_most": "2"}}),
        ]
    )
    compiled = compile_rules(doc, plan(course("A", "2"), course("B", "3")), {}, ON)
    (verdict,) = verdicts(compiled, [achievement("a", "training")])
    assert [(o.course, o.rule) for o in verdict.options] == [("A", "small")]
    (closed,) = verdict.closed_courses()
    assert closed.reason.code == "CNV-140"
    assert closed.reason.message == "“课程B”有 3 学分，大于这项成果折合的 1.5 学分。"


def test_smaller_rules_together_give_no_more_than_the_largest_rule_that_takes_the_achievement() -> None:
    """Four by the rule for core courses, two each by the others: four in all, with or without a core course."""
    doc = document(
        use={**document()["use"], "single_use": False},
        rules=[
            rule(id="core", credits={"fixed": "4"}, to={"categories": ["core"]}),
            rule(id="public", credits={"fixed": "2"}, to={"categories": ["public"]}),
            rule(id="elective", credits={"fixed": "2"}, to={"categories": ["elective"]}),
            rule(id="practice", credits={"fixed": "2"}, to={"categories": ["practice"]}),
        ],
    )
    small = [course("P", "2", "public"), course("E", "2", "elective"), course("S", "2", "practice")]
    given = [achievement("a", "training")]
    for courses in (small, [*small, course("K", "5")]):
        compiled = compile_rules(doc, plan(*courses), {}, ON)
        (verdict,) = verdicts(compiled, given)
        assert [(o.course, o.hundredths) for o in verdict.options] == [("P", 200), ("E", 200), ("S", 200)]
        assert verdict.hundredths == 400
        for method in ("best", "first_come"):
            found = allocate(compiled, given, method=method)  # type: ignore[arg-type]
            assert violations(compiled, given, LearnerFacts(), found) == []
            assert found.hundredths == 400
        assert allocate(compiled, given).proved == 3


def test_a_rule_limits_its_own_courses_though_a_larger_one_has_none() -> None:
    """Two by the rule for public courses, which are three of one credit; the core rule's four cannot be used here."""
    doc = document(
        use={**document()["use"], "single_use": False},
        rules=[
            rule(id="core", credits={"fixed": "4"}, to={"categories": ["core"]}),
            rule(id="public", credits={"fixed": "2"}, to={"categories": ["public"]}),
        ],
    )
    compiled = compile_rules(doc, plan(*(course(f"P{n}", "1", "public") for n in range(3))), {}, ON)
    given = [achievement("a", "training")]
    best = allocate(compiled, given)
    assert violations(compiled, given, LearnerFacts(), best) == []
    assert (best.hundredths, best.proved) == (200, 3)


def test_each_course_uses_the_rule_that_grants_most() -> None:
    """Electives: 2.5 by one rule, 2 by another, which goes unused. So two courses of one credit, never the third by the
    smaller rule, though three would be no more than the core rule's three."""
    doc = document(
        use={**document()["use"], "single_use": False},
        rules=[
            rule(id="smaller", credits={"fixed": "2"}, to={"categories": ["elective"]}),
            rule(id="larger", credits={"fixed": "2.5"}, to={"categories": ["elective"]}),
            rule(id="core", credits={"fixed": "3"}, to={"categories": ["core"]}),
        ],
    )
    compiled = compile_rules(doc, plan(*(course(f"E{n}", "1", "elective") for n in range(3))), {}, ON)
    given = [achievement("a", "training")]
    best = allocate(compiled, given)
    assert [(a.course, a.rule) for a in best.assignments] == [("E0", "larger"), ("E1", "larger")]
    assert violations(compiled, given, LearnerFacts(), best) == []
    third = [Given("a", "E0", 100, "larger"), Given("a", "E1", 100, "larger"), Given("a", "E2", 100, "smaller")]
    assert violations(compiled, given, LearnerFacts(), third) == ["a for E2: rule larger goes before rule smaller"]


def test_the_rule_that_grants_most_is_named_though_the_balance_makes_both_equal() -> None:
    """Four by the later rule, three by the earlier; the bank recognised two. Clause and grade are the later rule's."""
    doc = document(
        rules=[
            rule(id="three", clause="第三条", credits={"fixed": "3"}, grade={"write": "合格", "score": "80"}),
            rule(id="four", clause="第五条", credits={"fixed": "4"}, grade={"write": "优秀", "score": "90"}),
        ]
    )
    compiled = compile_rules(doc, plan(course("A", "2")), {}, ON)
    given = [achievement("a", "training", "2")]
    (verdict,) = verdicts(compiled, given)
    (option,) = verdict.options
    assert (option.rule, option.basis.clause, option.grade, option.hundredths) == ("four", "第五条", "优秀", 200)
    best = allocate(compiled, given)
    assert [(a.rule, a.grade) for a in best.assignments] == [("four", "优秀")]
    assert violations(compiled, given, LearnerFacts(), best) == []
