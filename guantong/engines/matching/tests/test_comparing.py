"""Outcomes side by side, rules varied on the same data, and the lottery."""

from __future__ import annotations

import hashlib
from array import array
from dataclasses import replace

import pytest
from hypothesis import given, settings

from guantong.engines.matching import affected, allocate_plainly, compare, gains, read_rules, vary
from guantong.engines.matching.lottery import lottery_number, lottery_numbers, lottery_ranks
from guantong.engines.matching.model import NONE, Choice, Code, Instance, Place
from guantong.engines.matching.tests.strategies import SEED, instances
from guantong.engines.matching.tests.worked import group, instance_of, rules_of
from guantong.engines.matching.varying import shortened, with_column, with_rules
from guantong.kernel.refusal import Refusal

PLACES = [Place("A", seats=1), Place("B", seats=1)]
PEOPLE = {
    "甲": {"total": 500, "culture": 200, "skill": 300, "county": "东"},
    "乙": {"total": 490, "culture": 250, "skill": 240, "county": "西"},
    "丙": {"total": 480, "culture": 150, "skill": 330, "county": "东"},
    "丁": {"total": 480, "culture": 140, "skill": 340, "county": ""},
}
LISTS = {"甲": ["A", "B"], "乙": ["A", "B"], "丙": ["B"], "丁": ["B", "A"]}


def base(**rules: object) -> Instance:
    return instance_of(rules_of(**rules), PLACES, PEOPLE, LISTS)


def test_equal_outcomes_have_no_mismatch_and_every_difference_is_listed():
    outcome = allocate_plainly(base())
    assert compare(outcome, allocate_plainly(base())) == ()
    spoilt = replace(
        outcome,
        place=array("i", [0, 1, 1, NONE]),
        codes=array("B", [*outcome.codes[:-1], Code.NO_SEATS]),
        cutoffs=(replace(outcome.cutoffs[0], seats=2), *outcome.cutoffs[1:]),
    )
    found = compare(outcome, spoilt)
    assert [(one.kind, one.index, one.field) for one in found] == [
        ("candidate", 2, "place"),
        ("choice", 6, "code"),
        ("cutoff", 0, "seats"),
    ]
    assert (found[0].first, found[0].second) == (NONE, 1)


def test_outcomes_of_other_lists_cannot_be_compared():
    other = allocate_plainly(instance_of(rules_of(), PLACES, {"甲": 1}, {}))
    for call in (compare, affected):
        with pytest.raises(Refusal) as caught:
            call(allocate_plainly(base()), other)
        assert caught.value.code == "MTC-202"


def test_keys_are_compared_by_name():
    outcome = allocate_plainly(base())
    names = ("new", *outcome.key_names)
    keys = array("h", [key if key == NONE else key + 1 for key in outcome.keys])
    assert compare(outcome, replace(outcome, key_names=names, keys=keys)) == ()


def test_an_appeal_names_everybody_it_moves():
    """丁's culture mark is corrected so that the total is 495: 丁 takes B from 乙, nobody else moves."""
    before = base()
    after = with_column(before, "total", [500, 490, 480, 495])
    changes = affected(allocate_plainly(before), allocate_plainly(after))
    moved = [(before.candidates[one.candidate], one.before, one.after, one.reason_after.label) for one in changes]
    assert moved == [("乙", 1, NONE, "not_placed"), ("丁", NONE, 1, "admitted")]
    assert [(one.ordinal_before, one.ordinal_after) for one in changes] == [(2, 0), (0, 1)]


def test_gains_by_group():
    """Sequential instead of parallel: 丙 and 丁 (tied) get B at once, 乙 gets nothing."""
    before, after = base(), with_rules(base(), vary(base().rules, mechanism="sequential"))
    old, new = allocate_plainly(before), allocate_plainly(after)
    (all_of_them,) = gains(before, old, new)
    assert (all_of_them.group, all_of_them.candidates) == ("", 4)
    assert (all_of_them.placed_before, all_of_them.placed_after) == (2, 3)
    assert (all_of_them.first_before, all_of_them.first_after) == (1, 3)
    assert (all_of_them.better, all_of_them.worse, all_of_them.same) == (2, 1, 1)
    rows = {row.group: (row.better, row.worse, row.same) for row in gains(before, old, new, "county")}
    assert rows == {"东": (1, 0, 1), "西": (0, 1, 0), "": (1, 0, 0)}
    assert list(rows)[-1] == ""
    assert [row.group for row in gains(before, old, new, "skill")] == ["240", "300", "330", "340"]
    with pytest.raises(Refusal) as caught:
        gains(before, old, new, "countie")
    assert caught.value.code == "MTC-203" and "county" in caught.value.problems[0].message


def test_gains_look_inside_a_group_too():
    places = [Place("Ga", "s", "G", "a", seats=1), Place("Gb", "s", "G", "b", seats=1)]
    before = instance_of(
        rules_of(unit="group"), places, {"甲": 2, "乙": 1}, {n: [group("G", "b", "a")] for n in "甲乙"}
    )
    after = with_column(before, "total", [1, 2])
    (row,) = gains(before, allocate_plainly(before), allocate_plainly(after))
    assert (row.better, row.worse, row.same) == (1, 1, 0)


# --- varying --------------------------------------------------------------------------------------------------
def test_what_no_longer_makes_sense_falls_back():
    drawn = read_rules(rules_of(unit="group", ties="lottery", ratio="1.2"))
    assert vary(drawn, ties="admit_all").lottery_seed is None
    one = vary(drawn, stages="one")
    assert (one.stages, one.ratio, one.lottery_seed) == ("one", 1, SEED)
    da = vary(drawn, mechanism="deferred_acceptance")
    assert (da.stages, da.ratio, da.one_shot) == ("one", 1, False)
    assert vary(drawn) == drawn
    with pytest.raises(Refusal) as caught:
        vary(drawn, tie="admit_all")
    assert caught.value.code == "MTC-001"
    with pytest.raises(Refusal) as caught:
        vary(read_rules(rules_of()), ties="lottery")
    assert caught.value.code == "MTC-007"


def test_rules_of_another_unit_or_column_are_refused():
    with pytest.raises(Refusal) as caught:
        with_rules(base(), read_rules(rules_of(unit="group")))
    assert caught.value.code == "MTC-204"
    with pytest.raises(Refusal) as caught:
        with_rules(base(), vary(base().rules, order=[{"key": "totals"}]))
    assert caught.value.code == "MTC-117"
    with pytest.raises(Refusal) as caught:
        with_rules(base(), vary(base().rules, lines=[{"id": "l", "key": "county", "at_least": 1}]))
    assert {problem.code for problem in caught.value.problems} == {"MTC-116"}


def test_a_column_of_codes_becomes_numbers_when_the_new_rules_need_them():
    people = {"甲": {"total": 1, "mark": "010"}, "乙": {"total": 2, "mark": ""}}
    instance = instance_of(rules_of(), PLACES, people, {"甲": ["A"]})
    assert not instance.columns["mark"].of_numbers
    line = vary(instance.rules, lines=[{"id": "l", "key": "mark", "at_least": 5}])
    assert with_rules(instance, line).columns["mark"].values[0] == 10_000


def test_lists_cut_short():
    cut = shortened(base(), 1)
    assert [len(cut.choices_of(candidate)) for candidate in range(4)] == [1, 1, 1, 1]
    assert list(allocate_plainly(cut).place) == [0, NONE, 1, 1]
    places = [Place("Ga", "s", "G", "a", seats=1), Place("Ha", "s", "H", "a", seats=1)]
    lists = {"甲": [Choice("G", 2, ("a",), True), Choice("H", 4)]}
    grouped = instance_of(rules_of(unit="group"), places, {"甲": 1}, lists, send_backs=[("甲", "Ha", "x")])
    cut = shortened(grouped, 1)
    assert (list(cut.ordinals), list(cut.wish_places), list(cut.accepts)) == ([2], [0], [1])
    assert not cut.send_back_candidates and list(allocate_plainly(cut).place) == [0]


def test_a_column_put_in_place_is_checked_like_the_first():
    instance = base(full_marks={"total": 750})
    for cells, code in (
        ([1, 2, 3], "MTC-119"),
        ([1, 2, 3, 751], "MTC-114"),
        ([1, 2, 3, -1], "MTC-115"),
        ([1, 2, 3, "x"], "MTC-116"),
    ):
        with pytest.raises(Refusal) as caught:
            with_column(instance, "total", cells)
        assert caught.value.code == code
    with pytest.raises(Refusal) as caught:
        with_column(instance, "total", [1, 2, 3, ""])
    assert caught.value.code == "MTC-112"


@settings(max_examples=100, deadline=None)
@given(instances())
def test_cutting_nothing_changes_nothing(instance: Instance):
    longest = max((len(instance.choices_of(c)) for c in range(len(instance.candidates))), default=0)
    assert shortened(instance, longest) == instance


# --- the lottery ----------------------------------------------------------------------------------------------
def test_the_number_is_the_one_anyone_can_recompute():
    """printf 'guantong-lottery-v1\\0%s\\0%s' SEED ID | sha256sum, first sixteen digits."""
    expected = hashlib.sha256(f"guantong-lottery-v1\0{'a' * 64}\0x".encode()).hexdigest()[:16]
    assert expected == "6d791492030ef414"
    assert lottery_number("a" * 64, "x") == int(expected, 16)
    assert lottery_number("A" * 64, "x") == lottery_number("a" * 64, "x")
    assert list(lottery_numbers("a" * 64, ["考生", "x"])) == [lottery_number("a" * 64, "考生"), int(expected, 16)]


def test_ranks_do_not_depend_on_the_order_of_rows():
    names = [f"c{number}" for number in range(50)]
    ranks = dict(zip(names, lottery_ranks(SEED, names), strict=True))
    assert sorted(ranks.values()) == list(range(50))
    assert dict(zip(names[::-1], lottery_ranks(SEED, names[::-1]), strict=True)) == ranks


def test_another_seed_is_another_draw():
    names = [f"c{number}" for number in range(50)]
    assert list(lottery_ranks(SEED, names)) != list(lottery_ranks("0" * 64, names))
