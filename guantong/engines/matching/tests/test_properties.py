"""What must hold whatever the instance; said of each property where it holds, and shown where it does not."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.engines.matching import allocate, allocate_plainly, check, compare, plain
from guantong.engines.matching.checking.facts import Facts
from guantong.engines.matching.model import NONE, Code, Instance, Place
from guantong.engines.matching.tests.reshaping import permuted, with_list, with_seat
from guantong.engines.matching.tests.strategies import instances, random_instance
from guantong.engines.matching.tests.worked import group, instance_of, rules_of
from guantong.kernel.refusal import Refusal

many = settings(max_examples=250, deadline=None)
some = settings(max_examples=100, deadline=None)


def slices_in_list(facts: Facts, candidate: int) -> list[tuple[int, int]]:
    """Live slices of all choices in the order the candidate prefers them (one stage, order of places)."""
    return [
        target
        for choice in facts.instance.choices_of(candidate)
        for target in facts.live_slices(candidate, facts.wished(choice) + facts.others(choice))
    ]


def position(facts: Facts, outcome, candidate: int) -> int:
    """How far down the list the candidate ended; the end of the list without a place."""
    wanted = slices_in_list(facts, candidate)
    if outcome.place[candidate] == NONE:
        return len(wanted)
    return wanted.index((outcome.place[candidate], outcome.slice[candidate]))


@many
@given(instances())
def test_the_independent_check_finds_nothing(instance: Instance):
    """No justified envy, no waste, ties as ruled, seats kept to, every verdict true: for everything the page allows."""
    assert check(instance, allocate_plainly(instance)) == ()


def test_the_independent_check_finds_nothing_on_a_thousand_seeds():
    for seed in range(1_000):
        instance = random_instance(f"check {seed}")
        assert check(instance, allocate_plainly(instance)) == (), seed


@many
@given(instances(stages="one", quotas=False, fixed=False, one_shot=False))
def test_no_justified_envy_and_nothing_wasted_read_off_directly(instance: Instance):
    """The same as the check says, in a dozen lines of its own: for one stage without quotas (sequential: within an
    ordinal).
    """
    facts, outcome = Facts(instance), allocate_plainly(instance)
    holders: dict[int, list[int]] = {}
    for candidate, place in enumerate(outcome.place):
        holders.setdefault(place, []).append(candidate)
    for candidate in range(len(instance.candidates)):
        wanted = slices_in_list(facts, candidate)[: position(facts, outcome, candidate)]
        if instance.rules.reassignment == "most_seats_left":  # the list gives no order to places nobody wished
            wished = {place for choice in instance.choices_of(candidate) for place in facts.wished(choice)}
            wanted = [item for item in wanted if item[0] in wished]
        for place, _ in wanted:
            if instance.rules.mechanism == "sequential":
                ordinal = next(
                    instance.ordinal(candidate, choice)
                    for choice in instance.choices_of(candidate)
                    if place in facts.wished(choice) + facts.others(choice)
                )
                rivals = [other for other in holders.get(place, []) if outcome.ordinal[other] >= ordinal]
            else:
                rivals = holders.get(place, [])
            mine = facts.order.vector(candidate, place)
            assert all(facts.order.vector(rival, place) < mine for rival in rivals)
            if instance.rules.ties != "reject_all" and instance.rules.reassignment == "order_of_places":
                assert len(holders.get(place, [])) >= instance.places[place].seats


@many
@given(instances(), st.randoms(use_true_random=False))
def test_row_order_is_irrelevant(instance: Instance, shuffle):
    """Candidates in another order: the same place, slice, ordinal, reasons and cut-offs for each. Fixed ones keep their
    order.
    """
    order = list(range(len(instance.candidates)))
    shuffle.shuffle(order)
    outcome, other = allocate_plainly(instance), allocate_plainly(permuted(instance, order))
    assert other.cutoffs == outcome.cutoffs
    for new, old in enumerate(order):
        assert other.place[new] == outcome.place[old]
        assert other.slice[new] == outcome.slice[old]
        assert other.ordinal[new] == outcome.ordinal[old]
        assert other.reason[new] == outcome.reason[old]
    said = [outcome.verdict(choice) for old in order for choice in instance.choices_of(old)]
    assert [other.verdict(choice) for choice in range(len(other.codes))] == said


@many
@given(instances())
def test_the_same_instance_gives_the_same_outcome(instance: Instance):
    assert compare(allocate_plainly(instance), allocate_plainly(instance)) == ()


def next_round(instance: Instance, outcome) -> Instance:
    """The same lists once more, by those who got nothing; everybody placed keeps the place."""
    placed = [candidate for candidate, place in enumerate(outcome.place) if place != NONE]
    return replace(
        instance,
        fixed_candidates=array("i", placed),
        fixed_places=array("i", [outcome.place[candidate] for candidate in placed]),
    )


@many
@given(instances(fixed=False, quotas=True, ties="lottery"))
def test_a_later_round_gives_no_seat_away_twice(instance: Instance):
    """Where no tied set goes over the plan, two rounds together keep to it, wherever unfilled seats had moved."""
    later = next_round(instance, allocate_plainly(instance))
    outcome = allocate_plainly(later)
    held = Counter(place for place in outcome.place if place != NONE)
    assert all(held[number] <= place.seats for number, place in enumerate(instance.places))
    assert compare(allocate(later), outcome) == ()
    assert check(later, outcome) == ()


# --- the least limits -----------------------------------------------------------------------------------------
def assignments_by_limits(facts: Facts) -> list[list[int]]:
    """Every assignment that score limits can bring about within the seats: for each candidate the position in the
    list.
    """
    instance = facts.instance
    everybody = range(len(instance.candidates))
    lists = {candidate: [place for place, _ in slices_in_list(facts, candidate)] for candidate in everybody}
    vectors = {(c, p): facts.order.vector(c, p) for c in everybody for p in lists[c]}
    options = [
        [None, *sorted({vectors[c, p] for c in everybody if p in lists[c]})] for p in range(len(instance.places))
    ]
    found = []
    for limits in product(*options):
        chosen = []
        for candidate in everybody:
            open_to = [
                number
                for number, place in enumerate(lists[candidate])
                if limits[place] is None or vectors[candidate, place] < limits[place]
            ]
            chosen.append(open_to[0] if open_to else len(lists[candidate]))
        fits = True
        for number, place in enumerate(instance.places):
            standing = sorted(
                vectors[c, number] for c in everybody if chosen[c] < len(lists[c]) and lists[c][chosen[c]] == number
            )
            if instance.rules.ties == "admit_all":
                fits = fits and (not standing or sum(v < standing[-1] for v in standing) < place.seats)
            else:
                fits = fits and len(standing) <= place.seats
        if fits:
            found.append(chosen)
    return found


@some
@given(
    instances(
        mechanism="deferred_acceptance",
        quotas=False,
        send_backs=False,
        fixed=False,
        limits=False,
        reassignment="order_of_places",
        candidates=5,
        places=3,
    )
)
def test_deferred_acceptance_is_best_for_everybody_among_all_limits_that_keep_to_the_seats(instance: Instance):
    """Every profile of limits is tried: nobody is better off under any of them, and the outcome is itself one of
    them.
    """
    facts, outcome = Facts(instance), allocate_plainly(instance)
    made = [position(facts, outcome, candidate) for candidate in range(len(instance.candidates))]
    possible = assignments_by_limits(facts)
    assert made in possible
    assert all(mine <= other for chosen in possible for mine, other in zip(made, chosen, strict=True))


# --- truthful lists -------------------------------------------------------------------------------------------
@many
@given(st.data(), st.sampled_from(["parallel", "deferred_acceptance"]))
def test_no_other_list_serves_a_candidate_better(data, mechanism):
    """Strategy-proof with lottery, unit place, no overflow. It is not for sequential and two stages (the two tests
    below), nor with overflow re-runs (a seat not asked for moves on), nor with own priorities and ties not drawn by
    lot."""
    narrow = {"quotas": False, "send_backs": False, "fixed": False, "ties": "lottery", "unit": "place"}
    instance = data.draw(instances(mechanism=mechanism, missing=False, **narrow))
    if not instance.candidates:
        return
    candidate = data.draw(st.integers(0, len(instance.candidates) - 1))
    other_list = data.draw(st.lists(st.integers(0, len(instance.places) - 1), unique=True))
    if any(place in instance.scored_places for place in other_list):
        scored = {instance.score_places[row] for row in range(*instance.score_offsets[candidate : candidate + 2])}
        other_list = [place for place in other_list if place in scored or place not in instance.scored_places]
    honest = allocate_plainly(instance)
    clever = allocate_plainly(with_list(instance, candidate, other_list))
    true_list = [instance.choice_units[choice] for choice in instance.choices_of(candidate)]
    worth = {place: number for number, place in enumerate(true_list)}
    end = len(true_list)
    assert worth.get(honest.place[candidate], end) <= worth.get(clever.place[candidate], end)


@many
@given(st.data())
def test_with_one_order_for_all_no_other_list_helps_under_admit_all_either(data):
    """Parallel, unit place, admit_all: what is open to a candidate does not depend on the own list."""
    narrow = {"quotas": False, "send_backs": False, "fixed": False, "ties": "admit_all", "unit": "place"}
    instance = data.draw(instances(mechanism="parallel", **narrow))
    if not instance.candidates:
        return
    candidate = data.draw(st.integers(0, len(instance.candidates) - 1))
    other_list = data.draw(st.lists(st.integers(0, len(instance.places) - 1), unique=True))
    honest = allocate_plainly(instance)
    clever = allocate_plainly(with_list(instance, candidate, other_list))
    true_list = [instance.choice_units[choice] for choice in instance.choices_of(candidate)]
    worth = {place: number for number, place in enumerate(true_list)}
    end = len(true_list)
    assert worth.get(honest.place[candidate], end) <= worth.get(clever.place[candidate], end)


def test_sequential_choice_rewards_a_clever_list():
    """乙 lists A, B and gets nothing; listing B first gets B. That is the mechanism, not a fault."""
    rules = rules_of(mechanism="sequential")
    places = [Place("A", seats=1), Place("B", seats=1)]
    people = {"甲": 500, "乙": 490, "丙": 480}
    honest = instance_of(rules, places, people, {"甲": ["A", "B"], "乙": ["A", "B"], "丙": ["B"]})
    clever = instance_of(rules, places, people, {"甲": ["A", "B"], "乙": ["B", "A"], "丙": ["B"]})
    assert allocate_plainly(honest).place[1] == NONE
    assert allocate_plainly(clever).place[1] == 1


def test_two_stages_reward_leaving_out_a_group():
    """乙 is filed to G, finds its programme full, is sent back and out: without G in the list 乙 would sit in H."""
    rules = rules_of(unit="group")
    places = [
        Place("Ga", "s", "G", "a", seats=1),
        Place("Gb", "s", "G", "b", seats=1),
        Place("Ha", "t", "H", "a", seats=1),
    ]
    people = {"甲": 500, "乙": 490}
    first = [group("G", "a")]
    honest = instance_of(rules, places, people, {"甲": first, "乙": [*first, group("H")]})
    clever = instance_of(rules, places, people, {"甲": first, "乙": [group("H")]})
    assert allocate_plainly(honest).place[1] == NONE
    assert allocate_plainly(clever).place[1] == 2


# --- more seats -----------------------------------------------------------------------------------------------
@many
@given(st.data(), st.sampled_from(["parallel", "deferred_acceptance"]))
def test_a_seat_more_harms_nobody(data, mechanism):
    """Monotone in seats: one stage, order of places, no quotas, any ties. It is not so in two stages (the test below),
    nor with most_seats_left, nor with quotas (a share of more seats keeps more of them, and overflow shifts)."""
    narrow = {"quotas": False, "fixed": False, "one_shot": False, "stages": "one", "reassignment": "order_of_places"}
    instance = data.draw(instances(mechanism=mechanism, **narrow))
    place = data.draw(st.integers(0, len(instance.places) - 1))
    facts = Facts(instance)
    before, after = allocate_plainly(instance), allocate_plainly(with_seat(instance, place))
    for candidate in range(len(instance.candidates)):
        assert position(facts, after, candidate) <= position(facts, before, candidate)


def test_in_two_stages_a_seat_more_can_harm():
    """G has one seat (a): 乙 is not filed and gets H. With a second seat in G (b), 乙 is filed, wants only a, and is
    sent back.
    """
    people = {"甲": 500, "乙": 490}
    choices = {"甲": [group("G", "a")], "乙": [group("G", "a"), group("H")]}
    other = [Place("Gb", "s", "G", "b", seats=0), Place("Ha", "t", "H", "a", seats=1)]
    instance = instance_of(rules_of(unit="group"), [Place("Ga", "s", "G", "a", seats=1), *other], people, choices)
    assert allocate_plainly(instance).place[1] == 2
    assert allocate_plainly(with_seat(instance, 1)).place[1] == NONE


# --- the end of overflow --------------------------------------------------------------------------------------
@many
@given(instances(quotas=True, one_shot=True, ceilings=False))
def test_overflow_ends_within_the_proved_bound_and_nothing_that_should_flow_is_left(instance: Instance):
    """At most Σ seats × length of path repetitions (docs/dev/matching.md section 4)."""
    outcome = allocate_plainly(instance)
    quotas = {quota.id: quota for quota in instance.rules.quotas}

    def steps(name: str) -> int:
        return 0 if name in ("ordinary", "none") else 1 + steps(quotas[name].unfilled_to)

    kept = sum(
        quota.seats_of(place.seats) * steps(quota.id) for quota in instance.rules.quotas for place in instance.places
    )
    assert outcome.runs <= 1 + kept
    for row in outcome.cutoffs:
        if row.place is not None and row.slice != "ordinary" and quotas[row.slice].unfilled_to == "ordinary":
            assert row.seats <= row.admitted


def test_every_code_is_met_by_the_random_instances():
    """The strategy is worth its name: every verdict a choice can have comes up."""
    met: set[int] = set()
    for seed in range(600):
        outcome = allocate_plainly(random_instance(seed))
        met.update(outcome.codes)
        met.update(outcome.reason)
    assert met == {int(code) for code in Code}


def test_seats_that_come_back_are_refused(monkeypatch):
    """The guard against a fault of the program: an overflow that moves a seat to and fro ends in a refusal, not in a
    loop.
    """
    instance = instance_of(rules_of(), [Place("A", seats=1), Place("B", seats=0)], {"甲": 1}, {"甲": ["A"]})
    monkeypatch.setattr(plain, "after_overflow", lambda ground, seats, taken, slices: seats[::-1])
    with pytest.raises(Refusal) as caught:
        allocate_plainly(instance)
    assert caught.value.code == "MTC-201"
