"""The check must find what is wrong: outcomes are spoilt on purpose, each in one way."""

from __future__ import annotations

from array import array
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from guantong.engines.matching import allocate_plainly, check
from guantong.engines.matching.model import ADMITTING, NONE, Code, Cutoff, Outcome, Place
from guantong.engines.matching.tests.strategies import instances
from guantong.engines.matching.tests.worked import group, instance_of, rules_of

some = settings(max_examples=120, deadline=None)


def changed(values: array, at: int, value: int) -> array:
    copy = array(values.typecode, values)
    copy[at] = value
    return copy


def kinds(instance, outcome: Outcome) -> set[str]:
    return {violation.kind for violation in check(instance, outcome)}


ONE = instance_of(
    rules_of(),
    [Place("A", seats=1), Place("B", seats=1)],
    {"甲": 500, "乙": 490, "丙": 480},
    {name: ["A", "B"] for name in "甲乙丙"},
)


def test_it_names_the_one_who_was_passed_over():
    """甲 and 丙 change places: 甲 has nothing and envies both."""
    right = allocate_plainly(ONE)
    choices = list(right.codes)
    spoilt = replace(
        right,
        place=array("i", [NONE, 1, 0]),
        slice=array("h", [NONE, 0, 0]),
        ordinal=array("i", [0, 2, 1]),
        reason=array("B", [Code.NOT_PLACED, Code.ADMITTED, Code.ADMITTED]),
        codes=array("B", [choices[4], choices[5], choices[2], choices[3], choices[0], choices[1]]),
    )
    found = check(ONE, spoilt)
    assert {(one.kind, one.candidate) for one in found} >= {("envy", 0), ("verdict", 0)}
    assert all(one.sentence.endswith("。") for one in found)


def test_it_sees_a_seat_left_empty_that_somebody_wanted():
    right = allocate_plainly(ONE)
    spoilt = replace(
        right,
        place=changed(right.place, 1, NONE),
        slice=changed(right.slice, 1, NONE),
        ordinal=changed(right.ordinal, 1, 0),
        reason=changed(right.reason, 1, Code.NOT_PLACED),
        codes=changed(right.codes, 3, Code.NO_SEATS),
    )
    assert "waste" in kinds(ONE, spoilt)


def test_it_sees_more_admitted_than_seats():
    right = allocate_plainly(ONE)
    spoilt = replace(
        right,
        place=changed(right.place, 2, 1),
        slice=changed(right.slice, 2, 0),
        ordinal=changed(right.ordinal, 2, 2),
        reason=changed(right.reason, 2, Code.ADMITTED),
        codes=changed(right.codes, 5, Code.ADMITTED),
        keys=changed(right.keys, 5, NONE),
        distances=changed(right.distances, 5, NONE),
    )
    assert "over_seats" in kinds(ONE, spoilt)


def test_it_sees_columns_of_another_length_and_unknown_codes():
    right = allocate_plainly(ONE)
    assert kinds(ONE, replace(right, place=array("i", [0]))) == {"shape"}
    assert kinds(ONE, replace(right, codes=changed(right.codes, 0, 99))) == {"shape"}


@some
@given(st.data())
def test_a_candidate_who_loses_the_place_is_noticed(data):
    instance = data.draw(instances())
    outcome = allocate_plainly(instance)
    placed = [c for c in range(len(instance.candidates)) if outcome.place[c] != NONE]
    assume(placed)
    who = data.draw(st.sampled_from(placed))
    assert check(instance, replace(outcome, place=changed(outcome.place, who, NONE)))


@some
@given(st.data())
def test_two_who_change_places_are_noticed(data):
    instance = data.draw(instances())
    outcome = allocate_plainly(instance)
    pairs = [
        (one, other)
        for one in range(len(instance.candidates))
        for other in range(one)
        if outcome.place[one] != outcome.place[other] and NONE not in (outcome.place[one], outcome.place[other])
    ]
    assume(pairs)
    one, other = data.draw(st.sampled_from(pairs))
    place = changed(changed(outcome.place, one, outcome.place[other]), other, outcome.place[one])
    assert check(instance, replace(outcome, place=place))


FAR = 2_000_000_011
"""A distance between no two candidates of the random instances."""


@some
@given(st.data())
def test_a_wrong_distance_is_noticed(data):
    """One shot, so that no verdict is about an earlier repetition (of those only the code is looked at). Farther
    off than anybody: what is true of another place wished is true as well.
    """
    instance = data.draw(instances(one_shot=True))
    outcome = allocate_plainly(instance)
    told = [choice for choice, distance in enumerate(outcome.distances) if distance != NONE]
    assume(told)
    choice = data.draw(st.sampled_from(told))
    spoilt = replace(outcome, distances=changed(outcome.distances, choice, FAR))
    assert "verdict" in kinds(instance, spoilt)


@some
@given(st.data())
def test_another_code_is_noticed(data):
    instance = data.draw(instances(one_shot=True))
    outcome = allocate_plainly(instance)
    assume(len(outcome.codes))
    choice = data.draw(st.integers(0, len(outcome.codes) - 1))
    other = data.draw(st.sampled_from([code for code in Code if code != outcome.codes[choice]]))
    assert check(instance, replace(outcome, codes=changed(outcome.codes, choice, other)))


@some
@given(st.data())
def test_a_wrong_reason_or_cutoff_is_noticed(data):
    instance = data.draw(instances())
    outcome = allocate_plainly(instance)
    row = data.draw(st.integers(0, len(outcome.cutoffs) - 1))
    cutoff = outcome.cutoffs[row]
    worse: Cutoff = data.draw(
        st.sampled_from(
            [
                replace(cutoff, admitted=cutoff.admitted + 1),
                replace(cutoff, filed=cutoff.filed + 1),
                replace(cutoff, seats=cutoff.seats + 1),
                replace(cutoff, full=not cutoff.full),
                replace(cutoff, ordinal=(cutoff.ordinal or 0) + 1),
                replace(cutoff, names=(*cutoff.names, "more"), values=(*cutoff.values, 1)),
            ]
        )
    )
    cutoffs = (*outcome.cutoffs[:row], worse, *outcome.cutoffs[row + 1 :])
    assert check(instance, replace(outcome, cutoffs=cutoffs))
    assert check(instance, replace(outcome, cutoffs=outcome.cutoffs[1:]))
    if instance.candidates:
        who = data.draw(st.integers(0, len(instance.candidates) - 1))
        other = data.draw(st.sampled_from([code for code in Code if code != outcome.reason[who]]))
        assert check(instance, replace(outcome, reason=changed(outcome.reason, who, other)))


@some
@given(st.data())
def test_a_seat_of_another_kind_is_noticed(data):
    """Somebody on an ordinary seat is written onto a kept one, or the other way round."""
    instance = data.draw(instances(quotas=True))
    outcome = allocate_plainly(instance)
    placed = [c for c in range(len(instance.candidates)) if outcome.slice[c] != NONE]
    assume(placed and instance.rules.quotas)
    who = data.draw(st.sampled_from(placed))
    others = [kind for kind in range(len(instance.rules.quotas) + 1) if kind != outcome.slice[who]]
    kind = data.draw(st.sampled_from(others))
    assert check(instance, replace(outcome, slice=changed(outcome.slice, who, kind)))


def test_one_place_sent_back_leaves_the_others_of_the_unit_to_be_looked_at():
    """甲 wished A1 alone and accepts the rest: A1's school sent the file back, 乙 has A2."""
    instance = instance_of(
        rules_of(unit="group", stages="one", one_shot=False),
        [Place("A1", group="G", programme="a", seats=1), Place("A2", group="G", programme="b", seats=1)],
        {"甲": 480, "乙": 500, "丙": 470},
        {
            "甲": [group("G", "a", accept=True)],
            "乙": [group("G", "b")],
            "丙": [group("G", "b", accept=True)],
        },
        send_backs=[("甲", "A1", "体检")],
    )
    outcome = allocate_plainly(instance)
    assert [Code(code).label for code in outcome.codes] == ["below_cutoff", "admitted", "admitted_reassigned"]
    assert check(instance, outcome) == ()
    hidden = replace(outcome, codes=changed(outcome.codes, 0, Code.SENT_BACK_BY_SCHOOL))
    assert "verdict" in kinds(instance, hidden)


def test_admitting_codes_are_three():
    assert {code.label for code in ADMITTING} == {"admitted", "admitted_reassigned", "admitted_over_plan"}
