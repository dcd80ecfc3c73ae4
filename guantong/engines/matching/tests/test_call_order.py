"""The order of calling under minimum shares: small lists worked out by hand, its promises, and the engine's floors."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.engines.matching import Place, allocate_plainly, build_instance, read_rules
from guantong.engines.matching.call_order import MinimumShare, Ranked, call_order

HALF = MinimumShare("m", Fraction(1, 2))


def listed(kinds):
    """``"-m-x"``: people 1, 2, 3, … with the group of the letter; ``b`` is in both m and n."""
    groups = {"-": frozenset(), "m": frozenset("m"), "n": frozenset("n"), "b": frozenset("mn")}
    return [Ranked(number, groups[kind]) for number, kind in enumerate(kinds, start=1)]


@pytest.mark.parametrize(
    ("kinds", "shares", "order"),
    [
        ("---", [], [1, 2, 3]),
        # Half must be members from the first call on: 4 before 1, then 1 (1 of 2), then 5 (2 of 3 ≥ 1.5), then 2.
        ("---mm", [HALF], [4, 1, 5, 2, 3]),
        # No members left: the rest in order.
        ("--m", [HALF], [3, 1, 2]),
        # The members stand high enough: nothing changes.
        ("m-m-", [HALF], [1, 2, 3, 4]),
        # A third: one of the first three, so the first already.
        ("---m", [MinimumShare("m", Fraction(1, 3))], [4, 1, 2, 3]),
        # Both due, one person in both: called first; then 1 of 2 each holds, so 1.
        ("--mnb", [HALF, MinimumShare("n", Fraction(1, 2))], [5, 1, 3, 4, 2]),
        # Both due, nobody in both: the first share comes first.
        ("-nm", [HALF, MinimumShare("n", Fraction(1, 2))], [3, 2, 1]),
        # A share of nothing asks for nothing; a share of all calls members first.
        ("-m-m", [MinimumShare("m", Fraction(0))], [1, 2, 3, 4]),
        ("-m-m", [MinimumShare("m", Fraction(1))], [2, 4, 1, 3]),
    ],
)
def test_lists_worked_out_by_hand(kinds, shares, order):
    assert call_order(listed(kinds), shares) == order


kinds_of = st.text("-mnb", max_size=40)
shares_of = st.fractions(0, 1, max_denominator=20)


@given(kinds_of, shares_of)
def test_at_every_call_the_share_holds_while_members_are_left(kinds, share):
    people = listed(kinds)
    order = call_order(people, [MinimumShare("m", share)])
    assert sorted(order) == [row.person for row in people]
    members = {row.person for row in people if "m" in row.groups}
    for k in range(1, len(order) + 1):
        called = members & set(order[:k])
        assert len(called) >= share * k or called == members


@given(kinds_of, shares_of)
def test_members_never_wait_longer_and_each_kind_keeps_its_order(kinds, share):
    people = listed(kinds)
    order = call_order(people, [MinimumShare("m", share)])
    position = {person: number for number, person in enumerate(order, start=1)}
    for row in people:
        if "m" in row.groups:
            assert position[row.person] <= row.person
    for is_member in (True, False):
        own = [row.person for row in people if ("m" in row.groups) is is_member]
        assert sorted(own, key=position.__getitem__) == own


@given(kinds_of, shares_of, shares_of)
def test_the_first_share_holds_whatever_the_second_asks(kinds, first, second):
    people = listed(kinds)
    order = call_order(people, [MinimumShare("m", first), MinimumShare("n", second)])
    members = {row.person for row in people if "m" in row.groups}
    for k in range(1, len(order) + 1):
        called = members & set(order[:k])
        assert len(called) >= first * k or called == members


@settings(max_examples=40, deadline=None)
@given(st.text("-m", min_size=1, max_size=9), shares_of)
def test_one_share_is_the_engines_floor_for_every_number_of_seats(kinds, share):
    people = listed(kinds)
    order = call_order(people, [MinimumShare("m", share)])
    for seats in range(1, len(people) + 1):
        kept = -(-seats * share.numerator // share.denominator)
        rules = read_rules(
            {
                "mechanism": "parallel",
                "unit": "place",
                "order": [{"key": "rank", "direction": "ascending"}],
                "ties": "admit_all",
                "quotas": [{"id": "m", "kind": "floor", "seats": kept, "who": {"key": "member", "equals": "yes"}}],
            }
        )
        outcome = allocate_plainly(
            build_instance(
                places=[Place("P", seats=seats)],
                candidates=[str(row.person) for row in people],
                columns={
                    "rank": [row.person for row in people],
                    "member": ["yes" if row.groups else "no" for row in people],
                },
                choices={str(row.person): ["P"] for row in people},
                rules=rules,
            )
        )
        assert {row.person for row, place in zip(people, outcome.place, strict=True) if place == 0} == set(
            order[:seats]
        )


def test_nobody_stands_twice_and_shares_are_shares():
    with pytest.raises(ValueError, match="twice"):
        call_order([Ranked(1), Ranked(1)], [])
    with pytest.raises(ValueError, match="twice"):
        call_order([Ranked(1)], [HALF, HALF])
    with pytest.raises(ValueError, match="between 0 and 1"):
        MinimumShare("m", Fraction(3, 2))
