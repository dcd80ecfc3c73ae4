"""Caps on a number of courses or achievements, beside earlier conversions. Every number is worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from guantong.engines.conversion import (
    AchievementFacts,
    CompiledRules,
    LearnerFacts,
    PriorConversion,
    allocate,
    compile_rules,
    verdicts,
)
from guantong.engines.conversion.checking import violations
from guantong.engines.conversion.tests.builders import ON, achievement, course, document, plan, rule

IN_PARTS = {"single_use": False, "surplus": "kept", "combine": True, "partial": True, "clause": "第二条"}


def cap(**limit: int) -> dict[str, Any]:
    """A cap on the whole programme."""
    return {"id": "c", "title": "可以转换的数目", "clause": "第四条", "per": "programme", "limit": limit}


def before(credits: int, code: str, achievement_id: str = "old", **more: Any) -> PriorConversion:
    """A conversion of 20 September 2026; ``credits`` whole."""
    more.setdefault("kind", "training")
    return PriorConversion(
        credits * 100,
        code,
        achievement_id=achievement_id,
        issued_on=date(2026, 3, 1),
        converted_on=date(2026, 9, 20),
        **more,
    )


def rules(*caps: dict[str, Any], courses: str = "ABC", **use: Any) -> CompiledRules:
    """Four-credit courses; any training gives what the bank recognised, in parts."""
    doc = document(use={**IN_PARTS, **use}, rules=[rule(credits={"recognised": True})], caps=list(caps))
    return compile_rules(doc, plan(*(course(code, "4", name=f"课程{code}") for code in courses)), {}, ON)


def converted(compiled: CompiledRules, achievements: list[AchievementFacts], learner: LearnerFacts) -> dict[str, int]:
    """Course -> hundredths of the best use, after both methods agreed on the sum, the checker on the rest."""
    best = allocate(compiled, achievements, learner)
    came = allocate(compiled, achievements, learner, "first_come")
    for allocation in (best, came):
        assert violations(compiled, achievements, learner, allocation) == []
    assert best.proved == 3
    assert came.hundredths == best.hundredths
    return dict(best.courses)


def test_a_course_converted_in_part_before_is_counted_once() -> None:
    """At most two courses. A has 1 of 4, B has 2 of 4: both may be filled up (3 and 2), C would be the third."""
    compiled = rules(cap(courses=2))
    learner = LearnerFacts(prior=(before(1, "A"), before(2, "B")))
    new = achievement("a", "training", "9")
    (verdict,) = verdicts(compiled, [new], learner)
    assert [(o.course, o.hundredths, o.is_full) for o in verdict.options] == [("A", 300, True), ("B", 200, True)]
    (closed,) = verdict.closed_courses()
    assert (closed.course, closed.reason.code) == ("C", "CNV-130")
    assert "已达到上限：可以转换的数目，已转换 2 门课程，还可转换 0 门课程。" in closed.reason.sentence()
    assert "第四条" in closed.reason.sentence()
    assert converted(compiled, [new], learner) == {"A": 300, "B": 200}


def test_room_for_one_more_course_is_not_used_up_by_a_counted_one() -> None:
    """At most two courses, A has 1 of 4: A may get 3 and one new course 4. Of nine credits seven are converted."""
    compiled = rules(cap(courses=2))
    learner = LearnerFacts(prior=(before(1, "A"),))
    new = achievement("a", "training", "9")
    (verdict,) = verdicts(compiled, [new], learner)
    assert [o.course for o in verdict.options] == ["A", "B", "C"]
    assert converted(compiled, [new], learner) == {"A": 300, "B": 400}
    best = allocate(compiled, [new], learner)
    (bound,) = best.binding
    assert (bound.used, bound.limit) == ("2 门课程", "2 门课程")


def test_a_new_course_beyond_the_number_is_refused_with_the_right_numbers() -> None:
    """At most one course, and A has 1 of 4. An achievement for B alone counts for nothing: one is converted already."""
    doc = document(
        use=IN_PARTS,
        rules=[rule(credits={"recognised": True}, to={"courses": ["B"]})],
        caps=[cap(courses=1)],
    )
    compiled = compile_rules(doc, plan(course("A", "4"), course("B", "4")), {}, ON)
    learner = LearnerFacts(prior=(before(1, "A"),))
    new = achievement("a", "training", "2")
    (verdict,) = verdicts(compiled, [new], learner)
    assert (verdict.code, verdict.hundredths) == ("CNV-130", 0)
    assert "已转换 1 门课程，还可转换 0 门课程" in verdict.sentence()
    assert converted(compiled, [new], learner) == {}


def test_whoever_comes_after_a_full_number_is_told_so() -> None:
    """At most two courses, A has 1 of 4. Two achievements want B and C, one each: the larger gets in."""
    doc = document(
        use=IN_PARTS,
        rules=[
            rule(id="b", certificates=["b"], credits={"recognised": True}, to={"courses": ["A", "B"]}),
            rule(id="c", certificates=["c"], credits={"recognised": True}, to={"courses": ["C"]}),
        ],
        caps=[cap(courses=2)],
    )
    compiled = compile_rules(doc, plan(course("A", "4"), course("B", "4"), course("C", "4")), {}, ON)
    learner = LearnerFacts(prior=(before(1, "A"),))
    given = [
        achievement("for-ab", "training", "7", certificate_code="b"),
        achievement("for-c", "training", "3", certificate_code="c"),
    ]
    best = allocate(compiled, given, learner)
    assert violations(compiled, given, learner, best) == []
    assert dict(best.courses) == {"A": 300, "B": 400}
    reason = best.outcomes["for-c"].reason
    assert reason.code == "CNV-302"
    assert "可以转换的数目（2 门课程／2 门课程）" in reason.sentence()


def test_a_course_counts_once_under_the_key_it_was_counted_under() -> None:
    """One course a certificate. Certificate x gave to A, so x may give more to A only; y may begin anywhere, once."""
    limit = {"id": "c", "clause": "第四条", "per": "certificate", "limit": {"courses": 1}}
    compiled = rules(limit, courses="AB")
    learner = LearnerFacts(prior=(before(1, "A", certificate_code="x"),))
    given = [
        achievement("x2", "training", "8", certificate_code="x"),
        achievement("y1", "training", "8", certificate_code="y"),
    ]
    first, second = verdicts(compiled, given, learner)
    assert [o.course for o in first.options] == ["A"]
    assert [o.course for o in second.options] == ["A", "B"]
    best = allocate(compiled, given, learner)
    assert violations(compiled, given, learner, best) == []
    assert [(a.achievement, a.course, a.hundredths) for a in best.assignments] == [("x2", "A", 300), ("y1", "B", 400)]


def test_an_achievement_used_before_is_counted_once() -> None:
    """At most one achievement, and it gave A 1 of its 8 credits: it may give the other 7; another one may give none."""
    compiled = rules(cap(achievements=1))
    learner = LearnerFacts(prior=(before(1, "A", "kept"),))
    given = [achievement("kept", "training", "8", used_hundredths=100), achievement("new", "training", "8")]
    first, second = verdicts(compiled, given, learner)
    assert (first.code, first.hundredths) == ("CNV-100", 700)
    assert second.code == "CNV-130"
    assert "已转换 1 项成果，还可转换 0 项成果" in second.sentence()
    assert sum(converted(compiled, given, learner).values()) == 700
    assert allocate(compiled, given, learner).outcomes["new"].reason.code == "CNV-130"


def test_achievements_of_one_shape_are_told_apart_by_earlier_use() -> None:
    """Equal in all a rule reads and in balance; only one of them was counted. The order does not matter."""
    compiled = rules(cap(achievements=1))
    learner = LearnerFacts(prior=(before(1, "A", "kept"),))
    same = [achievement(name, "training", "8", used_hundredths=100) for name in ("kept", "twin")]
    for order in (same, same[::-1]):
        assert {v.achievement.id: v.code for v in verdicts(compiled, order, learner)} == {
            "kept": "CNV-100",
            "twin": "CNV-130",
        }


@pytest.mark.parametrize("limit,allowed", [(0, []), (1, []), (2, ["A", "B"]), (3, ["A", "B", "C"])])
def test_beyond_the_number_already_nothing_more_is_converted(limit: int, allowed: list[str]) -> None:
    """Two courses were converted in part under earlier rules; where the cap is now lower, it is broken already."""
    compiled = rules(cap(courses=limit))
    learner = LearnerFacts(prior=(before(1, "A"), before(2, "B")))
    new = achievement("a", "training", "9")
    (verdict,) = verdicts(compiled, [new], learner)
    assert [o.course for o in verdict.options] == allowed
    assert set(converted(compiled, [new], learner)) == set(allowed)


def test_a_course_of_another_plan_counts_only_where_any_course_counts() -> None:
    """One course was converted that this plan does not have. A cap on core courses leaves it out: its category is not
    known. A cap on the whole programme counts it, though every course of this plan is a core course."""
    learner = LearnerFacts(prior=(before(1, "Z"),))
    new = [achievement("a", "training", "9")]
    per_core = {**cap(courses=1), "categories": ["core"]}
    assert converted(rules(per_core, courses="AB"), new, learner) == {"A": 400}
    assert converted(rules({**cap(courses=1), "per": "category"}, courses="AB"), new, learner) == {"A": 400}
    assert converted(rules(cap(courses=1), courses="AB"), new, learner) == {}
    credits = {**cap(), "categories": ["core"], "limit": {"credits": "3"}}
    assert sum(converted(rules(credits, courses="AB"), new, learner).values()) == 300
