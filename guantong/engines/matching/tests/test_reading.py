"""Rules from a mapping: what is read, what is refused and how it is said, and that writing and reading are one
another's undoing.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings

from guantong.engines.matching import read_rules, rules_as_mapping
from guantong.engines.matching.model import Instance
from guantong.engines.matching.ruleset import AllOf, Comparison, Line, OrderKey, Selector
from guantong.engines.matching.tests.strategies import SEED, instances
from guantong.engines.matching.tests.worked import rules_of
from guantong.kernel.refusal import Problem, Refusal

WHO = {"key": "veteran", "equals": "是"}


def refused(**given: object) -> tuple[Problem, ...]:
    with pytest.raises(Refusal) as caught:
        read_rules(rules_of(**given))
    return caught.value.problems


def only(**given: object) -> Problem:
    (problem,) = refused(**given)
    assert problem.message.endswith("。") and problem.do.endswith("。")
    return problem


def test_defaults_are_those_of_the_page():
    rules = read_rules(rules_of())
    assert (rules.ratio, rules.one_shot, rules.stages, rules.reassignment) == (1, False, "one", "order_of_places")
    assert (rules.missing, rules.round.number, rules.lottery_seed) == ("refuse", 1, None)
    assert rules.order == (OrderKey("total", descending=True),)
    group = read_rules(rules_of(unit="group"))
    assert (group.stages, group.one_shot) == ("two", True)
    group = read_rules(rules_of(unit="school", mechanism="deferred_acceptance"))
    assert (group.stages, group.one_shot) == ("one", False)


def test_everything_is_read_exactly():
    rules = read_rules(
        rules_of(
            unit="group",
            ratio="1.05",
            order=[{"key": "total"}, {"key": "born", "direction": "ascending"}],
            lines=[
                {"id": "line", "key": "culture", "at_least": "180.5", "places": {"kind": ["a", "b"], "school": "东湖"}}
            ],
            quotas=[{"id": "q", "kind": "floor", "who": WHO, "share": "0.1", "order": "after"}],
            round={"number": 2, "floor": {"key": "total", "at_least": 300, "step": "0.5"}},
            full_marks={"total": 750},
        )
    )
    assert rules.ratio == Fraction(21, 20)
    assert rules.order[1] == OrderKey("born", descending=False)
    assert rules.lines[0].at_least == 180_500
    assert rules.lines[0].places == Selector((("school", ("东湖",)), ("kind", ("a", "b"))))
    (quota,) = rules.quotas
    assert (quota.share, quota.seats_of(19), quota.before, quota.unfilled_to) == (Fraction(1, 10), 1, False, "ordinary")
    assert rules.all_lines[-1] == Line("round_floor", "total", 299_500)
    assert rules.full_marks == (("total", 750_000),)


def test_conditions_of_every_form():
    given = {
        "all": [
            {"key": "a", "at_least": 1, "at_most": "2.5"},
            {"any": [{"key": "b", "in": ["x", 2]}, {"not": {"key": "c", "present": True}}]},
            {
                "at_least": 2,
                "of": [{"key": "d", "not_equals": "y"}, {"key": "e", "not_in": ["z"]}, {"key": "f", "equals": 0}],
            },
        ]
    }
    rules = read_rules(rules_of(conditions=[{"id": "one", "require": given}]))
    require = rules.conditions[0].require
    assert isinstance(require, AllOf)
    assert require.parts[0] == AllOf(
        (Comparison("a", "at_least", ("1",), (1_000,)), Comparison("a", "at_most", ("2.5",), (2_500,)))
    )
    assert require.parts[1].parts[0] == Comparison("b", "in", ("x", "2"), (None, 2_000))


@settings(max_examples=200, deadline=None)
@given(instances())
def test_written_rules_read_back_to_themselves(instance: Instance):
    assert read_rules(rules_as_mapping(instance.rules)) == instance.rules


# --- refusals -------------------------------------------------------------------------------------------------
def test_an_unknown_key_is_refused_with_the_nearest_known():
    problem = only(mecanism="parallel")
    assert problem.code == "MTC-001" and "您是不是要写“mechanism”" in problem.message
    problem = only(lines=[{"id": "l", "key": "total", "at_leest": 3, "at_least": 3}])
    assert (problem.code, problem.where.column) == ("MTC-001", "lines[0].at_leest")
    assert (
        only(lines=[{"id": "l", "key": "t", "at_least": 3, "places": {"knd": "x"}}]).where.column
        == "lines[0].places.knd"
    )


def test_everything_wrong_is_told_at_once():
    problems = refused(
        mechanism="paralel",
        ties="lottery",
        lottery_seed="abc",
        ratio="0.9",
        order=[{"key": "total"}, {"key": "total"}],
        missing=3,
        one_shot="yes",
    )
    assert sorted(problem.code for problem in problems) == [
        "MTC-003",
        "MTC-003",
        "MTC-004",
        "MTC-004",
        "MTC-006",
        "MTC-010",
    ]


@pytest.mark.parametrize("key", ["mechanism", "unit", "order", "ties"])
def test_keys_without_which_a_run_means_nothing_are_required(key):
    given = rules_of()
    del given[key]
    with pytest.raises(Refusal) as caught:
        read_rules(given)
    assert [(problem.code, key in problem.message) for problem in caught.value.problems] == [("MTC-002", True)]


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"mechanism": "boston"}, "MTC-004", "mechanism"),
        ({"order": "total"}, "MTC-003", "order"),
        ({"order": [{"key": "total", "direction": "down"}]}, "MTC-004", "order[0].direction"),
        ({"order": [{"direction": "ascending"}]}, "MTC-002", "order[0].key"),
        ({"order": [{"key": "lottery"}]}, "MTC-007", "order[0].key"),
        ({"order": []}, "MTC-007", "order"),
        ({"ties": "lottery", "lottery_seed": None}, "MTC-007", "lottery_seed"),
        ({"ties": "lottery", "lottery_seed": "g" * 64}, "MTC-010", "lottery_seed"),
        ({"lottery_seed": SEED}, "MTC-007", "lottery_seed"),
        ({"unit": "group", "ratio": "abc"}, "MTC-003", "ratio"),
        ({"unit": "group", "ratio": "99"}, "MTC-003", "ratio"),
        ({"ratio": "1.2"}, "MTC-007", "ratio"),
        ({"unit": "group", "stages": "one", "ratio": "1.2"}, "MTC-007", "ratio"),
        ({"stages": "two"}, "MTC-007", "stages"),
        ({"stages": "one"}, "MTC-007", "stages"),
        ({"unit": "group", "mechanism": "deferred_acceptance", "stages": "two"}, "MTC-007", "stages"),
        ({"reassignment": "most_seats_left"}, "MTC-007", "reassignment"),
        ({"lines": [{"id": "l", "key": "total", "at_least": "高"}]}, "MTC-005", "lines[0].at_least"),
        ({"lines": [{"id": "l", "key": "total", "at_least": "1.2345"}]}, "MTC-005", "lines[0].at_least"),
        ({"lines": [{"key": "total", "at_least": 1}]}, "MTC-002", "lines[0].id"),
        ({"lines": ["total"]}, "MTC-003", "lines[0]"),
        (
            {"lines": [{"id": "l", "key": "total", "at_least": 1, "places": {"kind": []}}]},
            "MTC-003",
            "lines[0].places.kind",
        ),
        ({"conditions": [{"id": "c", "require": {"key": "a"}}]}, "MTC-002", "conditions[0].require"),
        ({"conditions": [{"id": "c", "require": {"key": "a", "in": "x"}}]}, "MTC-003", "conditions[0].require.in"),
        (
            {"conditions": [{"id": "c", "require": {"key": "a", "equals": ["x"]}}]},
            "MTC-003",
            "conditions[0].require.equals",
        ),
        (
            {"conditions": [{"id": "c", "require": {"key": "a", "equals": ""}}]},
            "MTC-003",
            "conditions[0].require.equals",
        ),
        (
            {"conditions": [{"id": "c", "require": {"key": "a", "at_least": "x"}}]},
            "MTC-005",
            "conditions[0].require.at_least",
        ),
        (
            {"conditions": [{"id": "c", "require": {"key": "a", "present": "yes"}}]},
            "MTC-003",
            "conditions[0].require.present",
        ),
        (
            {"conditions": [{"id": "c", "require": {"key": "a", "bigger": 1}}]},
            "MTC-001",
            "conditions[0].require.bigger",
        ),
        ({"conditions": [{"id": "c", "require": {"all": []}}]}, "MTC-003", "conditions[0].require.all"),
        (
            {"conditions": [{"id": "c", "require": {"at_least": 3, "of": [WHO]}}]},
            "MTC-007",
            "conditions[0].require.at_least",
        ),
        ({"conditions": [{"id": "c", "require": {"of": [WHO]}}]}, "MTC-002", "conditions[0].require.at_least"),
        ({"conditions": [{"id": "c", "require": {"all": [WHO], "key": "a"}}]}, "MTC-001", "conditions[0].require.key"),
        ({"quotas": [{"id": "q", "kind": "floor", "who": WHO}]}, "MTC-007", "quotas[0].seats"),
        (
            {"quotas": [{"id": "q", "kind": "floor", "who": WHO, "seats": 1, "share": "0.1"}]},
            "MTC-007",
            "quotas[0].seats",
        ),
        ({"quotas": [{"id": "q", "kind": "floor", "who": WHO, "seats": -1}]}, "MTC-003", "quotas[0].seats"),
        ({"quotas": [{"id": "q", "kind": "floor", "who": WHO, "share": "1.1"}]}, "MTC-003", "quotas[0].share"),
        ({"quotas": [{"id": "q", "kind": "some", "who": WHO, "seats": 1}]}, "MTC-004", "quotas[0].kind"),
        (
            {"quotas": [{"id": "q", "kind": "ceiling", "who": WHO, "seats": 1, "order": "after"}]},
            "MTC-007",
            "quotas[0].order",
        ),
        (
            {"quotas": [{"id": "q", "kind": "floor", "who": WHO, "seats": 1, "unfilled_to": "x"}]},
            "MTC-009",
            "quotas.q.unfilled_to",
        ),
        ({"quotas": [{"id": "none", "kind": "floor", "who": WHO, "seats": 1}]}, "MTC-007", "quotas"),
        ({"weights": [{"keys": {"total": 1}}]}, "MTC-007", "weights"),
        (
            {"mechanism": "deferred_acceptance", "weights": [{"keys": {"total": "1.2345"}}]},
            "MTC-005",
            "weights[0].keys.total",
        ),
        ({"round": {"number": 0}}, "MTC-003", "round.number"),
        ({"round": {"number": 2, "floor": {"key": "total", "at_least": 1, "step": -1}}}, "MTC-003", "round.floor.step"),
        ({"full_marks": {"total": "0"}}, "MTC-003", "full_marks"),
        ({"full_marks": ["total"]}, "MTC-003", "full_marks"),
    ],
)
def test_each_fault_with_its_path(given, code, path):
    problem = only(**given)
    assert (problem.code, problem.where.column) == (code, path)


def test_weights_that_are_nothing_or_too_much():
    for weights in ({}, {"total": 0}, {"total": -1, "skill": 3}, {"total": 2000}):
        given = {"mechanism": "deferred_acceptance", "weights": [{"keys": weights}]}
        assert only(**given).code in ("MTC-003", "MTC-002")


def test_an_overflow_in_a_circle_is_refused_and_drawn():
    def quota(name: str, to: str) -> dict[str, object]:
        return {"id": name, "kind": "floor", "who": WHO, "seats": 1, "unfilled_to": to}

    problem = only(quotas=[quota("a", "b"), quota("b", "c"), quota("c", "b")])
    assert problem.code == "MTC-008" and "b→c→b" in problem.message
    assert only(quotas=[quota("a", "a")]).code == "MTC-008"
    assert read_rules(rules_of(quotas=[quota("a", "b"), quota("b", "ordinary")]))
    ceiling = {"id": "top", "kind": "ceiling", "who": WHO, "seats": 1}
    assert only(quotas=[quota("a", "top"), ceiling]).code == "MTC-009"


def test_contradictions_between_entries():
    line = [{"id": "l", "key": "total", "at_least": 800}]
    assert "高于满分 750 分" in only(lines=line, full_marks={"total": 750}).message
    floor = {"number": 2, "floor": {"key": "total", "at_least": 800}}
    assert only(round=floor, full_marks={"total": 750}).code == "MTC-007"
    low = {"id": "low", "kind": "floor", "who": WHO, "seats": 3}
    high = {"id": "high", "kind": "ceiling", "who": WHO, "seats": 2}
    assert "预留“low”大于上限“high”" in only(quotas=[low, high]).message
    apart = [{**low, "places": {"kind": "a"}}, {**high, "places": {"kind": "b"}}]
    assert read_rules(rules_of(quotas=apart))
    assert only(quotas=[high], ties="reject_all").code == "MTC-007"
    twice = [{"id": "x", "key": "total", "at_least": 1}, {"id": "x", "key": "total", "at_least": 2}]
    assert only(lines=twice).code == "MTC-006"
    most = {"unit": "group", "mechanism": "deferred_acceptance", "reassignment": "most_seats_left"}
    assert only(**most, weights=[{"keys": {"total": 1}}]).where.column == "reassignment"


def test_conditions_nested_without_end_are_refused():
    condition: dict[str, object] = WHO
    for _ in range(40):
        condition = {"not": condition}
    assert only(conditions=[{"id": "c", "require": condition}]).code == "MTC-011"
    wide = {"any": [WHO] * 1_000}
    assert only(conditions=[{"id": "c", "require": wide}]).code == "MTC-011"


def test_what_is_no_mapping_is_refused():
    for what in ([], "rules", None):
        with pytest.raises(Refusal) as caught:
            read_rules(what)  # type: ignore[arg-type]
        assert caught.value.code == "MTC-003"
