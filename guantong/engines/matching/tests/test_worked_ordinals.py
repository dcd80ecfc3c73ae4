"""Cut-offs of sequential runs, worked out by hand: a row for each ordinal, and every choice measured against its own.

Every example is held to both implementations, the independent check, and the published verifier (``certified``).
"""

from __future__ import annotations

from guantong.engines.matching.model import Choice, Place
from guantong.engines.matching.sealing.tests.publishing import certified
from guantong.engines.matching.tests.worked import both, group, instance_of, result_of, rules_of

A, B = Place("A", seats=1), Place("B", seats=1)


def done(carry_out, rules, places, people, choices, **more):
    result = result_of(carry_out, instance_of(rules, places, people, choices, **more))
    certified(result.instance, result.outcome)
    return result


@both
def test_a_place_that_fills_at_the_first_ordinal_has_that_row_alone(carry_out):
    """A has one seat: 甲 500 takes it at 1 before 乙 490. 丙 600 comes at 2: nothing is left, whatever the mark."""
    rules = rules_of(mechanism="sequential")
    choices = {"甲": ["A"], "乙": ["A"], "丙": [Choice("A", 2)]}
    result = done(carry_out, rules, [A], {"甲": 500, "乙": 490, "丙": 600}, choices)
    assert result.by_ordinal("A") == ["1: 1 of 1 seats, 0 left, 500, full"]
    assert result.told("乙") == ["below_cutoff total 10000"]
    assert result.told("丙") == ["served_earlier ordinal 1"]


@both
def test_a_place_filled_in_two_steps_has_a_row_for_each(carry_out):
    """A has three seats. At 1 only 甲 500 and 乙 450 wish it: both in, nobody turned away. At 2 丙 480, 丁 470 and 戊
    460 come for the one left: 丙. So 丁 is ten below the row of 2, though above the last of 1. 己 comes at 3.
    """
    rules = rules_of(mechanism="sequential")
    people = {"甲": 500, "乙": 450, "丙": 480, "丁": 470, "戊": 460, "己": 700}
    choices = {"甲": ["A"], "乙": ["A"], **{name: [Choice("A", 2)] for name in "丙丁戊"}, "己": [Choice("A", 3)]}
    result = done(carry_out, rules, [Place("A", seats=3)], people, choices)
    assert result.by_ordinal("A") == ["1: 2 of 3 seats, 1 left, 450", "2: 1 of 1 seats, 0 left, 480, full"]
    assert result.told("丁") == ["below_cutoff total 10000"]
    assert result.told("戊") == ["below_cutoff total 20000"]
    assert result.told("己") == ["served_earlier ordinal 2"]


@both
def test_a_place_nobody_wished_has_one_row_without_ordinal(carry_out):
    result = done(carry_out, rules_of(mechanism="sequential"), [A, B], {"甲": 500}, {"甲": ["A"]})
    assert result.by_ordinal("B") == ["None: 0 of 1 seats, 1 left"]
    assert result.by_ordinal("A") == ["1: 1 of 1 seats, 0 left, 500"]


@both
def test_a_tied_set_at_the_boundary_is_over_the_plan_at_its_ordinal(carry_out):
    """Two seats. 甲 500 at 1. At 2 乙 and 丙, both 480, share the one left; 丁 470 is below them, 戊 comes at 3."""
    people = {"甲": 500, "乙": 480, "丙": 480, "丁": 470, "戊": 700}
    choices = {"甲": ["A"], **{name: [Choice("A", 2)] for name in "乙丙丁"}, "戊": [Choice("A", 3)]}
    rules = rules_of(mechanism="sequential", ties="admit_all")
    result = done(carry_out, rules, [Place("A", seats=2)], people, choices)
    assert result.by_ordinal("A") == ["1: 1 of 2 seats, 1 left, 500", "2: 2 of 1 seats, 0 left, 480, full"]
    assert result.told("乙") == result.told("丙") == ["admitted_over_plan"]
    assert (result.told("丁"), result.told("戊")) == (["below_cutoff total 10000"], ["served_earlier ordinal 2"])


@both
def test_a_tied_set_that_does_not_fit_closes_the_place_and_the_row_is_its_own(carry_out):
    """The same under reject_all: 甲 at 1; at 2 the pair does not fit the one seat, closes it, and nobody gets it. The
    row of 2 is of the pair: 丁 hears of it, ten below; the pair equals it; 戊 at 3 finds it closed with a seat empty.
    """
    people = {"甲": 500, "乙": 480, "丙": 480, "丁": 470, "戊": 700}
    choices = {"甲": ["A"], **{name: [Choice("A", 2)] for name in "乙丙丁"}, "戊": [Choice("A", 3)]}
    rules = rules_of(mechanism="sequential", ties="reject_all")
    result = done(carry_out, rules, [Place("A", seats=2)], people, choices)
    assert result.by_ordinal("A") == ["1: 1 of 2 seats, 1 left, 500", "2: 0 of 1 seats, 0 left, 480, full"]
    assert [row.is_of_closing for row in result.rows("A")] == [False, True]
    assert result.told("乙") == result.told("丙") == ["lost_tie ties"]
    assert (result.told("丁"), result.told("戊")) == (["below_cutoff total 10000"], ["served_earlier ordinal 2"])


@both
def test_a_set_that_closes_after_somebody_got_in_is_measured_by_the_one_who_did(carry_out):
    """Three seats at one ordinal: 甲 500, 乙 490 in; 丙, 丁 480 do not fit the one left. The row is 乙's, closed."""
    people = {"甲": 500, "乙": 490, "丙": 480, "丁": 480, "戊": 470}
    rules = rules_of(mechanism="sequential", ties="reject_all")
    result = done(carry_out, rules, [Place("A", seats=3)], people, {name: ["A"] for name in people})
    assert result.by_ordinal("A") == ["1: 2 of 3 seats, 0 left, 490, full"]
    assert result.told("丙") == ["lost_tie ties"]
    assert result.told("戊") == ["below_cutoff total 20000"]


@both
def test_the_lottery_decides_at_its_own_ordinal(carry_out):
    """Two seats: 甲 600 at 1; at 2 乙 and 丙 tie for the one left, and the lot decides; nobody has it twice."""
    people = {"甲": 600, "乙": 500, "丙": 500}
    choices = {"甲": ["A"], "乙": [Choice("A", 2)], "丙": [Choice("A", 2)]}
    rules = rules_of(mechanism="sequential", ties="lottery")
    result = done(carry_out, rules, [Place("A", seats=2)], people, choices)
    loser = next(name for name in "乙丙" if result.places[name] is None)
    first, second = result.rows("A")
    assert (first.ordinal, first.shown()[0], first.full) == (1, "600", False)
    assert (second.ordinal, second.shown()[0], second.names, second.full) == (2, "500", ("total", "lottery"), True)
    assert result.told(loser)[0].startswith("lost_tie lottery ")


@both
def test_kept_seats_have_rows_of_their_own_and_overflow_begins_anew(carry_out):
    """A: three seats, one kept for veterans, unfilled to ordinary. Nobody is a veteran, so the run is made again with
    three ordinary seats. At 1 甲 500 and 乙 490, at 2 丙 480 before 丁 470.
    """
    quota = {"id": "veterans", "kind": "floor", "seats": 1, "who": {"key": "veteran", "equals": "是"}}
    rules = rules_of(mechanism="sequential", quotas=[quota])
    people = {
        name: {"total": total, "veteran": "否"} for name, total in (("甲", 500), ("乙", 490), ("丙", 480), ("丁", 470))
    }
    choices = {"甲": ["A"], "乙": ["A"], "丙": [Choice("A", 2)], "丁": [Choice("A", 2)]}
    result = done(carry_out, rules, [Place("A", seats=3)], people, choices)
    assert result.by_ordinal("A") == ["1: 2 of 3 seats, 1 left, 490", "2: 1 of 1 seats, 0 left, 480, full"]
    assert result.by_ordinal("A", "veterans") == ["None: 0 of 0 seats, 0 left"]
    assert result.told("丁") == ["below_cutoff total 10000"]


@both
def test_kept_seats_filled_at_another_ordinal_than_the_ordinary_ones(carry_out):
    """A: two seats, one kept for veterans. At 1 甲 500 takes the ordinary one before 乙 490; at 2 the veteran 丙 300
    takes the kept one and the veteran 丁 290 is ten below it: that is nearer than the ordinary seat gone at 1.
    """
    quota = {"id": "veterans", "kind": "floor", "seats": 1, "who": {"key": "veteran", "equals": "是"}}
    rules = rules_of(mechanism="sequential", quotas=[quota])
    people = {
        "甲": {"total": 500, "veteran": "否"},
        "乙": {"total": 490, "veteran": "否"},
        "丙": {"total": 300, "veteran": "是"},
        "丁": {"total": 290, "veteran": "是"},
        "戊": {"total": 700, "veteran": "是"},
    }
    choices = {"甲": ["A"], "乙": ["A"], "丙": [Choice("A", 2)], "丁": [Choice("A", 2)], "戊": [Choice("A", 3)]}
    result = done(carry_out, rules, [Place("A", seats=2)], people, choices)
    assert result.by_ordinal("A") == ["1: 1 of 1 seats, 0 left, 500, full"]
    assert result.by_ordinal("A", "veterans") == ["2: 1 of 1 seats, 0 left, 300, full"]
    assert result.told("乙") == ["below_cutoff total 10000"]
    assert result.told("丁") == ["below_cutoff total 10000"]
    assert result.told("戊") == ["served_earlier ordinal 1"], "of two seats gone earlier the first to go is named"


PLACES = [
    Place("Ga", "东湖", "G", "a", seats=1),
    Place("Gb", "东湖", "G", "b", seats=1),
    Place("H", "西岭", "H", "a", seats=1),
]


@both
def test_a_file_sent_back_leaves_its_seat_to_the_next_ordinal(carry_out):
    """G has two seats and takes two files. At 1 甲 500 and 乙 490 are filed, 丙 480 is not: ten below 乙, who wished a
    alone, is sent back by 甲's ten, and goes to H at 2. At 2 G has one seat, takes one file: 丁 300 for b, not 戊 290.
    """
    rules = rules_of(mechanism="sequential", unit="group", one_shot=False)
    people = {"甲": 500, "乙": 490, "丙": 480, "丁": 300, "戊": 290}
    choices = {
        "甲": [group("G", "a")],
        "乙": [group("G", "a"), group("H")],
        "丙": [group("G", "a")],
        "丁": [group("G", "b", ordinal=2)],
        "戊": [group("G", "b", ordinal=2)],
    }
    result = done(carry_out, rules, PLACES, people, choices)
    assert result.places == {"甲": "Ga", "乙": "H", "丙": None, "丁": "Gb", "戊": None}
    assert result.by_ordinal(None, unit="G") == [
        "1: 1 (2 filed) of 2 seats, 1 left, 490, full",
        "2: 1 of 1 seats, 0 left, 300, full",
    ]
    assert result.by_ordinal("Ga") == ["1: 1 of 1 seats, 0 left, 500, full"]
    assert result.by_ordinal("Gb") == ["2: 1 of 1 seats, 0 left, 300"]
    assert result.told("乙") == ["sent_back_programmes total 10000", "admitted"]
    assert result.told("丙") == ["below_cutoff total 10000"]
    assert result.told("戊") == ["below_cutoff total 10000"]


@both
def test_a_wished_programme_gone_earlier_while_the_group_still_takes_files(carry_out):
    """At 1 甲 takes a. At 2 乙 600 wishes a alone: gone at 1, though the group takes 丙 300's file for b at 2."""
    rules = rules_of(mechanism="sequential", unit="group")
    choices = {"甲": [group("G", "a")], "乙": [group("G", "a", ordinal=2)], "丙": [group("G", "b", ordinal=2)]}
    result = done(carry_out, rules, PLACES, {"甲": 500, "乙": 600, "丙": 300}, choices)
    assert result.told("乙") == ["served_earlier ordinal 1"]
    assert result.by_ordinal(None, unit="G") == [
        "1: 1 of 2 seats, 1 left, 500",
        "2: 1 of 1 seats, 0 left, 300, full",
    ]


@both
def test_a_pool_closed_by_tied_files_is_closed_for_later_ordinals(carry_out):
    """reject_all: at 1 甲, 乙, 丙 tie for two files: the pool closes. 丁 700 comes too late at 2."""
    rules = rules_of(mechanism="sequential", unit="group", ties="reject_all")
    people = {"甲": 500, "乙": 500, "丙": 500, "丁": 700, "戊": 400}
    choices = {name: [group("G")] for name in "甲乙丙戊"} | {"丁": [group("G", ordinal=2)]}
    result = done(carry_out, rules, PLACES, people, choices)
    assert result.by_ordinal(None, unit="G") == ["1: 0 of 2 seats, 0 left, 500, full"]
    assert result.by_ordinal("Ga") == ["None: 0 of 1 seats, 1 left"]
    assert result.told("甲") == ["lost_tie ties"]
    assert (result.told("戊"), result.told("丁")) == (["below_cutoff total 100000"], ["served_earlier ordinal 1"])


@both
def test_parallel_and_deferred_runs_keep_one_row(carry_out):
    people = {"甲": 500, "乙": 490, "丙": 480}
    choices = {name: ["A", "B"] for name in people}
    for mechanism in ("parallel", "deferred_acceptance"):
        result = done(carry_out, rules_of(mechanism=mechanism), [A, B], people, choices)
        assert result.by_ordinal("A") == ["1: 1 of 1 seats, 0 left, 500, full"]
        assert result.by_ordinal("B") == ["2: 1 of 1 seats, 0 left, 490, full"]
