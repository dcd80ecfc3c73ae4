"""Trying new rules on past applications, and the difference told on the page."""

from __future__ import annotations

from datetime import date

from guantong.engines.conversion import (
    LearnerFacts,
    PastApplication,
    allocate,
    compare,
    compile_rules,
    explain_difference,
)
from guantong.engines.conversion.tests.builders import ON, achievement, course, document, law, plan, rule

PLAN = plan(course("A", "3"), course("B", "2"))
OLD = document(rules=[rule(kinds=["training"], credits={"fixed": "3"})])
NEW = document(
    version=2,
    in_force_from="2027-01-01",
    rules=[
        rule(kinds=["training"], credits={"fixed": "2"}),
        rule(id="r2", kinds=["competition"], credits={"fixed": "3"}),
    ],
)


def past(name: str, *kinds: str) -> PastApplication:
    facts = tuple(achievement(f"{name}{n}", kind, level="3", place=1) for n, kind in enumerate(kinds))
    return PastApplication(name, date(2026, 6, 30), PLAN, facts, LearnerFacts())


def test_it_says_who_gains_who_loses_and_why() -> None:
    trial = compare(OLD, NEW, [past("t", "training"), past("c", "competition"), past("n", "work_experience")], {})
    found = {e.id: (e.outcome, e.old_hundredths, e.new_hundredths) for e in trial.effects}
    assert found == {"t": ("loses", 300, 200), "c": ("gains", 0, 300), "n": ("same", 0, 0)}
    assert (trial.gains, trial.loses, trial.same) == (1, 1, 1)
    assert (trial.old_hundredths, trial.new_hundredths) == (300, 500)
    assert trial.effects[1].gained == ("c0",)
    assert trial.as_json()["old_credits"] == "3"


def test_an_achievement_that_would_no_longer_count_is_named_with_the_reason() -> None:
    none = document(rules=[rule(kinds=["competition"])])
    (effect,) = compare(OLD, none, [past("t", "training")], {}).effects
    assert effect.lost[0][:2] == ("t0", "CNV-101")


def test_equal_credits_for_other_courses_differ() -> None:
    small = document(rules=[rule(credits={"fixed": "2"}, to={"courses": ["B"]})])
    other = document(rules=[rule(credits={"fixed": "2"}, to={"courses": ["C"]})])
    courses = plan(course("B", "2"), course("C", "2"))
    application = PastApplication("x", ON, courses, (achievement("a", "training"),), LearnerFacts())
    (effect,) = compare(small, other, [application], {}).effects
    assert (effect.outcome, effect.old_hundredths, effect.new_hundredths) == ("differs", 200, 200)


def test_each_application_is_computed_under_the_law_of_its_own_day() -> None:
    strict = past("t", "training")
    bound = PastApplication(
        strict.id, strict.on, PLAN, strict.achievements, strict.learner, None, law(programme_share_cap="40")
    )
    (free, held) = compare(OLD, NEW, [strict, bound], {}).effects
    assert (free.old_hundredths, held.old_hundredths) == (300, 200)


def test_no_difference_is_told_as_such() -> None:
    compiled = compile_rules(OLD, PLAN, {}, ON)
    achievements = [achievement("a", "training")]
    both = allocate(compiled, achievements), allocate(compiled, achievements, method="first_come")
    difference = explain_difference(*both)
    assert (difference.more_hundredths, difference.changes) == (0, ())
    assert difference.sentence == "按先后顺序使用已经是最佳用法，可以转换 3 学分。"
    nothing = allocate(compiled, []), allocate(compiled, [], method="first_come")
    assert explain_difference(*nothing).sentence == "现在没有可以转换的学分。"
