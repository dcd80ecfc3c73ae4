"""Worked by hand: places with priorities of their own, by scores or by weights, in deferred acceptance and ordinal by
ordinal.
"""

from __future__ import annotations

from guantong.engines.matching.model import Place
from guantong.engines.matching.tests.worked import both, instance_of, result_of, rules_of

A, B = Place("A", seats=1), Place("B", seats=1)
DA = {"mechanism": "deferred_acceptance", "order": []}


def scores(**rows: str) -> list[tuple[str, str, str]]:
    """``甲="A90 B60"``."""
    return [(name, part[0], part[1:]) for name, row in rows.items() for part in row.split()]


@both
def test_the_candidates_best_stable_outcome(carry_out):
    """甲 likes A, 乙 likes B; A prefers 乙, B prefers 甲. Both matchings are stable; the candidates' better one is
    made.
    """
    given = scores(甲="A80 B90", 乙="A90 B80")
    instance = instance_of(
        rules_of(**DA), [A, B], {"甲": 1, "乙": 1}, {"甲": ["A", "B"], "乙": ["B", "A"]}, scores=given
    )
    result = result_of(carry_out, instance)
    assert result.places == {"甲": "A", "乙": "B"}
    assert (result.row("A").names, result.row("A").values, result.row("A").shown()) == (
        ("priority",),
        (80_000_000,),
        ("80",),
    )


@both
def test_a_chain_of_displacements(carry_out):
    """丙 pushes 甲 out of A, 甲 pushes 乙 out of B, 乙 is left; worked: A 丙 95 > 甲 90; B 甲 85 > 乙 80.5; C takes
    nobody's list.
    """
    given = scores(甲="A90 B85", 乙="A10 B80.5", 丙="A95 B10")
    choices = {"甲": ["A", "B"], "乙": ["B", "A"], "丙": ["A"]}
    people = {"甲": 1, "乙": 1, "丙": 1}
    result = result_of(carry_out, instance_of(rules_of(**DA), [A, B], people, choices, scores=given))
    assert result.places == {"甲": "B", "乙": None, "丙": "A"}
    assert result.told("甲") == ["below_cutoff priority 5000", "admitted"]
    assert result.told("乙") == ["below_cutoff priority 4500", "below_cutoff priority 85000"]


@both
def test_weights_are_exact_and_their_differences_rounded_up(carry_out):
    """A weighs skill 1.5 and culture 0.333: 甲 1.5×200 + 0.333×100 = 333.3; 乙 1.5×200 + 0.333×99.5 = 333.1335; 0.1665
    → 0.167.
    """
    weights = [{"places": {"place_id": "A"}, "keys": {"skill": "1.5", "culture": "0.333"}}]
    rules = rules_of(mechanism="deferred_acceptance", weights=weights)
    rows = {
        "甲": {"total": 1, "skill": 200, "culture": 100},
        "乙": {"total": 2, "skill": 200, "culture": "99.5"},
    }
    result = result_of(carry_out, instance_of(rules, [A, B], rows, {"甲": ["A"], "乙": ["A", "B"]}))
    assert result.places == {"甲": "A", "乙": "B"}
    assert result.told("乙") == ["below_cutoff priority 167", "admitted"]
    assert result.row("A").shown() == ("333.3", "1")
    assert result.row("B").names == ("total",)  # B has no priority of its own


@both
def test_equal_scores_are_decided_by_the_order_keys(carry_out):
    given = scores(甲="A90", 乙="A90")
    rules = rules_of(mechanism="deferred_acceptance")
    result = result_of(
        carry_out, instance_of(rules, [A], {"甲": 500, "乙": 496}, {"甲": ["A"], "乙": ["A"]}, scores=given)
    )
    assert result.told("乙") == ["below_cutoff total 4000"]


TIE = ([A, B], {"甲": 1, "乙": 1, "丙": 1}, {"甲": ["A", "B"], "乙": ["A"], "丙": ["B", "A"]})


@both
def test_own_priorities_under_admit_all(carry_out):
    """甲, 乙 tie at A and are both in. B keeps 丙. Nobody is displaced."""
    given = scores(甲="A90 B90", 乙="A90 B10", 丙="A95 B80")
    rules = rules_of(mechanism="deferred_acceptance", order=[])
    result = result_of(carry_out, instance_of(rules, *TIE, scores=given))
    assert result.places == {"甲": "A", "乙": "A", "丙": "B"}
    assert result.told("甲") == ["admitted_over_plan", "placed_higher"]


@both
def test_own_priorities_under_reject_all(carry_out):
    """甲, 乙 tie at A: A is closed at 90. 甲 goes to B (90) and pushes out 丙 (80), who is let into A with 95, above
    the limit.
    """
    given = scores(甲="A90 B90", 乙="A90 B10", 丙="A95 B80")
    rules = rules_of(mechanism="deferred_acceptance", order=[], ties="reject_all")
    result = result_of(carry_out, instance_of(rules, *TIE, scores=given))
    assert result.places == {"甲": "B", "乙": None, "丙": "A"}
    # A is full after all, so the pair is simply below its cut-off
    assert result.told("乙") == ["below_cutoff priority 5000"]
    assert result.told("甲") == ["below_cutoff priority 5000", "admitted"]
    # with 丙 below the pair A stays empty, and the pair hears of the tie
    low = scores(甲="A90 B90", 乙="A90 B10", 丙="A85 B80")
    result = result_of(carry_out, instance_of(rules, *TIE, scores=low))
    assert result.places == {"甲": "B", "乙": None, "丙": None}
    assert result.told("乙") == ["lost_tie ties"]
    assert result.told("丙") == ["below_cutoff priority 10000", "below_cutoff priority 5000"]


@both
def test_a_missing_score_comes_last_when_the_rules_say_so(carry_out):
    rules = rules_of(mechanism="deferred_acceptance", missing="last")
    given = scores(甲="A10")
    result = result_of(carry_out, instance_of(rules, [A], {"甲": 1, "乙": 9}, {"甲": ["A"], "乙": ["A"]}, scores=given))
    assert result.places == {"甲": "A", "乙": None}
    assert result.told("乙") == ["below_cutoff priority"]


@both
def test_sequential_choices_by_each_schools_own_test(carry_out):
    """单招: each school ranks by its own test. 乙 loses A to 甲 in ordinal 1; B went to 丙 in ordinal 1, weaker there
    than 乙.
    """
    given = scores(甲="A90 B70", 乙="A80 B95", 丙="A10 B60")
    rules = rules_of(mechanism="sequential", order=[])
    choices = {"甲": ["A", "B"], "乙": ["A", "B"], "丙": ["B"]}
    result = result_of(carry_out, instance_of(rules, [A, B], {"甲": 1, "乙": 1, "丙": 1}, choices, scores=given))
    assert result.places == {"甲": "A", "乙": None, "丙": "B"}
    assert result.told("乙") == ["below_cutoff priority 10000", "served_earlier ordinal 1"]


@both
def test_ceilings_with_own_priorities_and_lottery(carry_out):
    """Two seats, at most one man: 甲 and 乙 are men. B sends 甲 on to A, where 甲 pushes 乙 out; 丙, a woman, keeps her
    seat.
    """
    ceiling = {"id": "men", "kind": "ceiling", "who": {"key": "sex", "equals": "1"}, "seats": 1}
    rules = rules_of(mechanism="deferred_acceptance", order=[], ties="lottery", quotas=[ceiling])
    rows = {"甲": {"sex": 1}, "乙": {"sex": 1}, "丙": {"sex": 2}, "丁": {"sex": 2}}
    given = scores(甲="A90 B10", 乙="A85 B5", 丙="A10 B5", 丁="A5 B95")
    choices = {"甲": ["B", "A"], "乙": ["A"], "丙": ["A"], "丁": ["B"]}
    result = result_of(carry_out, instance_of(rules, [Place("A", seats=2), B], rows, choices, scores=given))
    assert result.places == {"甲": "A", "乙": None, "丙": "A", "丁": "B"}
    assert result.told("乙") == ["quota_full men"]
    assert result.told("甲") == ["below_cutoff priority 85000", "admitted"]
