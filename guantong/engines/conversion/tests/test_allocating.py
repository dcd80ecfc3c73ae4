"""Allocations keep every rule, best is never worse than first come; small ones are compared with trying everything."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.engines.conversion import (
    AchievementFacts,
    CompiledRules,
    LearnerFacts,
    allocate,
    compile_rules,
    verdicts,
)
from guantong.engines.conversion.allocating import exact
from guantong.engines.conversion.allocating.greedy import objective
from guantong.engines.conversion.allocating.problem import build_problem
from guantong.engines.conversion.checking import Given, violations
from guantong.engines.conversion.tests.builders import ON, achievement, course, demo, document, plan, rule
from guantong.engines.conversion.tests.inventions import Instance, instances

Tuple = tuple[int, int, int]


def by_trying(compiled: CompiledRules, achievements: list[AchievementFacts], learner: LearnerFacts) -> Tuple:
    """The best objective over every allocation in whole credits, judged by the independent checker alone."""
    by_id = {a.id: a for a in achievements}
    pairs = [
        Given(a.id, c.code, 0, r.id)
        for a in achievements
        for c in compiled.courses
        for r in compiled.ruleset.rules
        if not violations(compiled, by_id.values(), learner, [Given(a.id, c.code, 1, r.id)])
        or all(
            "part" in text or "too little" in text
            for text in violations(compiled, by_id.values(), learner, [Given(a.id, c.code, 1, r.id)])
        )
    ]
    need = {c.code: c.credits_hundredths for c in compiled.courses}
    required = {c.code for c in compiled.courses if c.is_required}
    best: Tuple = (0, 0, 0)

    def value(uses: list[Given]) -> Tuple:
        total = sum(u.hundredths for u in uses)
        wanted = sum(u.hundredths for u in uses if u.course in required)
        return total, wanted, -len({u.achievement for u in uses})

    def go(at: int, uses: list[Given]) -> None:
        nonlocal best
        if at == len(pairs):
            mine = value(uses)
            if mine > best and not violations(compiled, by_id.values(), learner, uses):
                best = mine
            return
        pair = pairs[at]
        taken = {(u.achievement, u.course) for u in uses}
        given_here = sum(u.hundredths for u in uses if u.course == pair.course)
        if (pair.achievement, pair.course) not in taken:
            top = need[pair.course] - given_here
            for amount in range(top, 0, -100):
                trial = [*uses, Given(pair.achievement, pair.course, amount, pair.rule)]
                wrong = violations(compiled, by_id.values(), learner, trial)
                if all("in part" in text or "too little" in text for text in wrong):
                    go(at + 1, trial)
        go(at + 1, uses)

    go(0, [])
    return best


@settings(max_examples=120, deadline=None)
@given(instances(most=3))
def test_best_is_as_good_as_trying_everything(
    instance: Instance,
) -> None:
    compiled, achievements, learner = instance
    best = allocate(compiled, achievements, learner)
    assert violations(compiled, achievements, learner, best) == []
    assert best.proved == 3
    tried = by_trying(compiled, achievements, learner)
    assert best.objective >= tried
    if compiled.ruleset.use.partial is False and compiled.ruleset.use.combine is False:
        assert best.objective == tried


@settings(max_examples=80, deadline=None)
@given(instances(most=7), st.randoms(use_true_random=False))
def test_both_methods_keep_every_rule_and_best_is_never_worse(instance: Instance, shuffler: random.Random) -> None:
    compiled, achievements, learner = instance
    best = allocate(compiled, achievements, learner)
    came = allocate(compiled, achievements, learner, "first_come")
    assert violations(compiled, achievements, learner, best) == []
    assert violations(compiled, achievements, learner, came) == []
    assert best.objective >= came.objective
    assert came.hundredths <= came.bound_hundredths and best.hundredths <= best.bound_hundredths
    shuffled = list(achievements)
    shuffler.shuffle(shuffled)
    assert allocate(compiled, shuffled, learner) == best
    assert set(best.outcomes) == {a.id for a in achievements}
    for assignment in best.assignments:
        assert best.outcomes[assignment.achievement].reason.code == "CNV-301"


NOT_ALONE = ("in part", "too little")
"""What the checker says of one use that others may complete."""


@settings(max_examples=100, deadline=None)
@given(instances(most=6))
def test_what_a_verdict_offers_can_really_be_converted_alone(instance: Instance) -> None:
    """Each option stands by itself (as a part of a course, where parts add up); nothing more and nothing else does."""
    compiled, achievements, learner = instance
    use = compiled.ruleset.use

    def wrong(a: AchievementFacts, code: str, hundredths: int, rule_id: str) -> list[str]:
        found = violations(compiled, achievements, learner, [Given(a.id, code, hundredths, rule_id)])
        return [text for text in found if not (use.combine and any(part in text for part in NOT_ALONE))]

    for verdict in verdicts(compiled, achievements, learner):
        a = verdict.achievement
        offered = {option.course: option.hundredths for option in verdict.options}
        for option in verdict.options:
            assert wrong(a, option.course, option.hundredths, option.rule) == []
        for c in compiled.courses:
            for r in compiled.ruleset.rules:
                beyond = {offered[c.code] + 1} if c.code in offered else {1, c.credits_hundredths // 2}
                for amount in {*beyond, c.credits_hundredths}:
                    if amount > offered.get(c.code, 0):
                        assert wrong(a, c.code, amount, r.id), (a.id, c.code, amount, r.id)
        assert len(verdict.options) + len(verdict.closed_courses()) == len(compiled.courses)
        assert verdict.sentence() == verdict.reason.problem().sentence()
        for closed in verdict.closed_courses():
            assert closed.reason.sentence()


@settings(max_examples=60, deadline=None)
@given(instances(most=6))
def test_a_verdict_does_not_depend_on_what_was_judged_before(instance: Instance) -> None:
    """Rules freshly compiled for one achievement alone say the same as rules that have met all the others."""
    compiled, achievements, learner = instance
    together = [verdict.as_json() for verdict in verdicts(compiled, achievements, learner)]
    for a, told in zip(achievements, together, strict=True):
        fresh = CompiledRules(
            compiled.ruleset, compiled.courses, compiled.total_hundredths, compiled.lawful, compiled.on
        )
        (alone,) = verdicts(fresh, [a], learner)
        assert alone.as_json() == told


def test_first_come_follows_the_order_handed_in() -> None:
    compiled = compile_rules(document(), plan(course("A", "3"), course("B", "2")), {}, ON)
    first, second = achievement("z", "training"), achievement("y", "training")
    came = allocate(compiled, [first, second], method="first_come")
    assert [(a.achievement, a.course) for a in came.assignments] == [("z", "A"), ("y", "B")]


def test_best_uses_the_small_achievement_for_the_small_course() -> None:
    """First come wastes the four-credit achievement on the two-credit course; the best use converts six credits."""
    doc = document(rules=[rule(credits={"recognised": True})])
    compiled = compile_rules(doc, plan(course("A", "2"), course("B", "4")), {}, ON)
    achievements = [achievement("big", "training", "4"), achievement("small", "training", "2")]
    came = allocate(compiled, achievements, method="first_come")
    best = allocate(compiled, achievements)
    assert came.hundredths == 200
    assert best.hundredths == 600
    assert best.courses == {"A": 200, "B": 400}


def test_best_prefers_required_courses_then_fewer_achievements() -> None:
    courses = plan(
        course("E", "2", "elective", is_required=False), course("R", "2"), course("R1", "1"), course("R2", "1")
    )
    caps = [{"id": "c", "clause": "第四条", "per": "programme", "limit": {"credits": "2"}}]
    doc = document(rules=[rule(credits={"recognised": True})], caps=caps)
    compiled = compile_rules(doc, courses, {}, ON)
    achievements = [
        achievement("a", "training", "2"),
        achievement("b", "training", "1"),
        achievement("c", "training", "1"),
    ]
    best = allocate(compiled, achievements)
    assert [(a.achievement, a.course) for a in best.assignments] == [("a", "R")]
    (cap,) = best.binding
    assert (cap.used, cap.limit, cap.basis.clause) == ("2 学分", "2 学分", "第四条")
    assert best.outcomes["b"].reason.code == "CNV-302"
    assert "第四条" in best.outcomes["b"].reason.sentence()


def test_choices_bind_the_allocation() -> None:
    compiled = compile_rules(document(), plan(course("A", "3"), course("B", "2")), {}, ON)
    best = allocate(compiled, [achievement("a", "training")], choices=[("a", "B")])
    assert [(a.achievement, a.course) for a in best.assignments] == [("a", "B")]
    assert allocate(compiled, [achievement("a", "training")], choices=[]).assignments == ()


def test_surplus_is_told_and_lost_or_kept() -> None:
    for fate, code in (("lost", "CNV-305"), ("kept", "CNV-306")):
        use = {**document()["use"], "single_use": False, "surplus": fate}
        compiled = compile_rules(document(use=use), plan(course("A", "2")), {}, ON)
        outcome = allocate(compiled, [achievement("a", "training")]).outcomes["a"]
        assert (outcome.surplus_hundredths, outcome.surplus_kept) == (100, fate == "kept")
        assert outcome.surplus is not None and outcome.surplus.code == code
        recorded = allocate(compiled, [achievement("a", "training", "5")]).outcomes["a"]
        assert recorded.surplus_hundredths == 300


def test_it_refuses_two_achievements_of_one_id_and_unknown_methods() -> None:
    compiled = compile_rules(document(), plan(course("A", "2")), {}, ON)
    twice = [achievement("a", "training"), achievement("a", "training")]
    with pytest.raises(ValueError):
        allocate(compiled, twice)
    with pytest.raises(ValueError):
        allocate(compiled, [], method="fastest")  # type: ignore[arg-type]


def test_an_empty_account_and_an_empty_plan_give_nothing() -> None:
    compiled = compile_rules(document(), plan(course("A", "2")), {}, ON)
    assert allocate(compiled, []).objective == (0, 0, 0)
    nothing = compile_rules(document(), plan(), {}, ON)
    best = allocate(nothing, [achievement("a", "training")])
    assert best.assignments == () and best.outcomes["a"].reason.code == "CNV-125"


@pytest.mark.parametrize("name", ["1", "2", "3", "4", "5", "6"])
@pytest.mark.parametrize("seed", range(3))
def test_large_accounts_under_every_demo_ruleset_keep_every_rule(name: str, seed: int) -> None:
    from bench.account import invented_account, invented_plan

    chance = random.Random(seed)
    compiled = compile_rules(demo(name), invented_plan(chance, 40), {}, ON)
    achievements, learner = invented_account(chance, 40)
    best = allocate(compiled, achievements, learner)
    came = allocate(compiled, achievements, learner, "first_come")
    assert violations(compiled, achievements, learner, best) == []
    assert violations(compiled, achievements, learner, came) == []
    assert best.objective >= came.objective
    assert best.proved >= 1


@settings(max_examples=25, deadline=None)
@given(instances(most=8))
def test_shortcuts_and_bounds_change_nothing(
    instance: Instance,
) -> None:
    """The slow way: no course sets, no greedy start, no weights; three integer programmes one after another."""
    compiled, achievements, learner = instance
    problem = build_problem(compiled, achievements, learner)
    best = allocate(compiled, achievements, learner)
    if not problem.pairs:
        assert best.objective == (0, 0, 0)
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "EXACT_WEIGHTS", 0)
        slow = exact._Model(problem).best({}, (0, 0, 0), 10**6, 10**6)
    assert slow.proved == 3
    assert best.objective == objective(problem, slow.amounts)


def test_a_best_course_set_nobody_can_fill_does_not_mislead() -> None:
    """Two electives of 2.5 look like the best five credits, but one achievement is all there is for both."""
    courses = plan(
        course("E1", "1", "elective", is_required=False),
        course("E2", "2.5", "elective", is_required=False),
        course("E3", "2.5", "elective", is_required=False),
        course("E4", "2.2", "elective", is_required=False),
        course("R1", "3.5"),
    )
    doc = document(
        rules=[
            rule(id="a", certificates=["a"], credits={"fixed": "1"}, to={"courses": ["E1"]}),
            rule(id="c", certificates=["c"], credits={"fixed": "2.5"}, to={"courses": ["E2", "E3"]}),
            rule(id="d", certificates=["d"], credits={"fixed": "3.5"}, to={"courses": ["R1"]}),
            rule(id="e", certificates=["e"], credits={"fixed": "2.2"}, to={"courses": ["E4"]}),
        ],
        caps=[{"id": "c", "clause": "第四条", "per": "programme", "limit": {"credits": "5"}}],
    )
    achievements = [
        achievement(name, "training", certificate_code=name[0]) for name in ("a1", "a2", "a3", "c1", "d1", "e1")
    ]
    best = allocate(compile_rules(doc, courses, {}, ON), achievements)
    assert (best.objective, best.proved) == ((470, 0, -2), 3)


def test_an_enormous_problem_still_gets_an_allocation_that_keeps_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """130 achievements for 130 courses, any to any: no integer programme is run, the use found first stands."""

    def run(*_: object) -> None:
        raise AssertionError("the integer programme was run")

    monkeypatch.setattr(exact._Model, "solve", run)
    doc = document(rules=[rule(credits={"recognised": True})], use={**document()["use"], "single_use": False})
    chance = random.Random(1)
    courses = plan(*(course(f"C{n}", f"{chance.randint(1, 900)}.{chance.randint(10, 99)}") for n in range(130)))
    achievements = [achievement(f"a{n}", "training", f"{chance.randint(400, 999)}.37") for n in range(130)]
    compiled = compile_rules(doc, courses, {}, ON)
    best = allocate(compiled, achievements)
    assert violations(compiled, achievements, LearnerFacts(), best) == []
    assert 0 < best.hundredths <= best.bound_hundredths
    assert best.proved == (1 if best.hundredths == best.bound_hundredths else 0)
    assert best.objective >= allocate(compiled, achievements, method="first_come").objective
