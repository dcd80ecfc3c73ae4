"""Small changes of a list, as buttons make them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.domains.admission.rules import editing
from guantong.domains.admission.rules.choosing import ChoiceEntry

LISTS = st.lists(st.sampled_from("ABCDEFGH"), unique=True, max_size=8).map(
    lambda names: [ChoiceEntry(name, ordinal=n) for n, name in enumerate(names, start=1)]
)


def units(entries) -> str:
    return "".join(entry.unit for entry in entries)


def made(text: str) -> list[ChoiceEntry]:
    return [ChoiceEntry(unit) for unit in text]


@pytest.mark.parametrize(
    ("ordinal", "by", "wanted"),
    [(1, 1, "BAC"), (3, -1, "ACB"), (1, -1, "ABC"), (3, 1, "ABC"), (0, 1, "ABC"), (9, -1, "ABC")],
)
def test_a_choice_moves_one_place_and_never_over_an_end(ordinal, by, wanted):
    assert units(editing.moved(made("ABC"), ordinal, by)) == wanted


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ({1: "3"}, "BCAD"),
        ({4: "1"}, "DABC"),
        ({1: "4", 4: "1"}, "DBCA"),
        ({1: "", 2: "x", 3: "9999999"}, "ABCD"),
        ({3: "2", 1: "1"}, "ACBD"),
        ({2: "0"}, "BACD"),
    ],
)
def test_typed_numbers_set_the_order_a_moved_choice_takes_the_place_it_asks_for(typed, wanted):
    assert units(editing.reordered(made("ABCD"), typed)) == wanted


@given(LISTS, st.dictionaries(st.integers(1, 9), st.text(max_size=3)))
def test_no_order_loses_or_doubles_a_choice(entries, typed):
    found = editing.reordered(entries, typed)
    assert sorted(units(found)) == sorted(units(entries))
    assert all(entry.ordinal is None for entry in found)


@given(LISTS, st.integers(-2, 12), st.sampled_from([-1, 1]))
def test_moving_back_restores_the_list(entries, ordinal, by):
    there = editing.moved(entries, ordinal, by)
    if units(there) != units(entries):
        assert units(editing.moved(there, ordinal + by, -by)) == units(entries)


def test_a_unit_is_there_once_and_gathers_wishes():
    one = editing.added([], "A", "510203")
    two = editing.added(one, "A", "510202")
    assert two == [ChoiceEntry("A", ("510203", "510202"))]
    assert editing.added(two, "A", "510203") == two
    anything = [ChoiceEntry("A")]
    assert editing.added(anything, "A", "510203") == anything, "any programme already: nothing narrower"
    assert units(editing.added(two, "B")) == "AB"


def test_removing_leaves_the_others_in_order():
    assert units(editing.removed(made("ABC"), 2)) == "AC"
    assert units(editing.removed(made("ABC"), 7)) == "ABC"


def test_wishes_follow_their_numbers():
    assert editing.by_number({"a": "3", "b": "", "c": "1", "d": "1", "e": "二"}) == ["c", "d", "a"]
    changed = editing.with_wishes(made("AB"), "B", ["1", "2"], True)
    assert changed == [ChoiceEntry("A"), ChoiceEntry("B", ("1", "2"), True)]
