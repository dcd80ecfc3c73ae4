"""The estimate of a list's risk: exact, bounded, honest about what it rests on. No database."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.domains.admission.rules.risk import ChoiceFacts, PastCut, PastStep, choice_risk, list_risk, percent

CUT = PastCut(2025, 1000, 10_000, 40)


def choice(ordinal=1, seats=40, past=(CUT,), why=""):
    return ChoiceFacts(ordinal, f"第{ordinal}所", seats, past, why)


@pytest.mark.parametrize(
    ("rank", "chance"),
    [(849, 1), (850, 1), (1000, Fraction(1, 2)), (1150, 0), (2000, 0), (925, Fraction(3, 4))],
)
def test_between_safe_and_hopeless_it_falls_in_proportion(rank, chance):
    assert choice_risk(choice(), rank, 10_000).chance == chance


def test_more_seats_move_the_expectation_but_not_without_bound():
    assert choice_risk(choice(seats=60), 1500, 10_000).chance == Fraction(1, 2)
    assert choice_risk(choice(seats=4000), 1500, 10_000).chance == Fraction(1, 2), "at most half as much again"


def test_a_year_with_seats_left_and_a_full_one_make_a_wide_scatter():
    found = choice_risk(choice(past=(CUT, PastCut(2024, None, 9000, 40))), 5000, 10_000)
    assert 0 < found.chance < 1
    assert "2024 年符合条件的考生都投出了" in found.sentence


STEPS = (PastStep(1, None, False), PastStep(3, 900, True))
"""At 1 everybody got in and seats were left; at 3 the last was 900th, and nothing was left."""


@pytest.mark.parametrize(
    ("ordinal", "rank", "filled_at", "words"),
    [
        (1, None, None, "2025 年第 1 志愿符合条件的考生都投出了（计划 40 人）"),
        (2, None, None, "2025 年第 2 志愿符合条件的考生都投出了（计划 40 人）"),
        (3, 900, None, "2025 年 10000 人中第 3 志愿最低位次 900（计划 40 人）"),
        (4, None, 3, "2025 年第 3 志愿就录满了，没有轮到第 4 志愿（计划 40 人）"),
        (None, 900, None, "2025 年 10000 人中第 3 志愿最低位次 900（计划 40 人）"),
    ],
)
def test_a_year_that_went_by_ordinals_is_asked_by_the_own(ordinal, rank, filled_at, words):
    cut = PastCut(2025, None, 10_000, 40, STEPS).at(ordinal)
    assert (cut.rank, cut.filled_at) == (rank, filled_at)
    found = choice_risk(choice(past=(cut,)), 900, 10_000)
    assert found.sentence.startswith(words)
    assert found.chance == (0 if filled_at else Fraction(1, 2) if rank else 1)
    assert cut.words == "第 1 志愿没有人落选；第 3 志愿 900 位"


def test_seats_closed_by_a_tied_set_gave_nobody_a_place():
    by_ordinals = PastCut(2025, None, 10_000, 40, (PastStep(1, None, True, True),)).at(1)
    for cut in (by_ordinals, PastCut(2025, None, 9, 4, filled_at=0)):
        found = choice_risk(choice(past=(cut,)), 1, 10_000)
        assert found.chance == 0 and "同分的考生多于名额，都没有投出" in found.sentence
        assert "同分的都没有投出" in cut.words


def test_a_year_without_ordinals_says_the_same_to_every_choice():
    assert CUT.at(1) == CUT.at(7) == CUT.at(None) == CUT


def test_without_rank_history_or_eligibility_it_says_so():
    assert choice_risk(choice(), None, 10_000).chance is None
    assert choice_risk(choice(past=()), 1000, 10_000).level == "unknown"
    closed = choice_risk(choice(why="体检不符合。"), 1, 10_000)
    assert (closed.chance, closed.level) == (0, "high")
    assert "跳过" in closed.sentence


def test_a_list_tells_both_bounds_and_that_it_is_no_promise():
    found = list_risk([choice(1), choice(2), choice(3, past=())], 1000, 10_000)
    assert (found.least, found.most, found.level) == (Fraction(1, 4), Fraction(1, 2), "high")
    assert "25% 到 50%" in found.sentence
    assert "不是录取承诺" in found.sentence
    assert "2025 年" in found.basis
    assert "有 1 个志愿没有往年数据" in found.basis
    nothing = list_risk([choice(past=())], 1000, 10_000)
    assert (nothing.least, nothing.level) == (None, "unknown")


def test_what_is_not_certain_is_never_said_to_be():
    assert percent(Fraction(1, 10_000)) == "不到 1%"
    assert percent(Fraction(9999, 10_000)) == "超过 99%"
    assert (percent(Fraction(0)), percent(Fraction(1))) == ("不到 1%", "超过 99%")
    assert "很小（不到 1%），但不能排除" in choice_risk(choice(), 9999, 10_000).sentence
    assert "很大（超过 99%），但不能保证" in choice_risk(choice(), 1, 10_000).sentence
    safe = list_risk([choice()], 1, 10_000)
    assert (safe.least, safe.most, safe.level) == (0, 0, "low")
    assert "可能性不到 1%。" in safe.sentence
    hopeless = list_risk([choice(1), choice(2)], 9999, 10_000)
    assert (hopeless.least, hopeless.most, hopeless.level) == (1, 1, "high")
    assert "可能性超过 99%。" in hopeless.sentence


def test_a_list_of_closed_choices_alone_is_no_estimate():
    found = list_risk([choice(1, why="体检不符合。"), choice(2, why="类别不符合。")], 1, 10_000)
    assert (found.level, found.least) == ("high", 1)
    assert "都会被跳过" in found.sentence and "%" not in found.sentence


cuts = st.builds(
    PastCut,
    st.integers(2020, 2025),
    st.one_of(st.none(), st.integers(1, 5000)),
    st.integers(5000, 9000),
    st.integers(1, 300),
)


@given(st.lists(cuts, min_size=1, max_size=3), st.integers(1, 9000), st.integers(1, 300))
def test_a_better_rank_never_has_a_smaller_chance(past, rank, seats):
    def chance(at):
        return choice_risk(choice(seats=seats, past=tuple(past)), at, 9000).chance

    assert 0 <= chance(rank) <= 1
    assert chance(max(1, rank - 100)) >= chance(rank)


@given(st.lists(st.lists(cuts, max_size=2), min_size=1, max_size=4), st.integers(1, 9000))
def test_no_sentence_ever_states_certainty(many, rank):
    found = list_risk([choice(n, past=tuple(past)) for n, past in enumerate(many, start=1)], rank, 9000)
    for sentence in (found.sentence, *(one.sentence for one in found.choices)):
        assert not re.search(r"(?<![0-9])(0|100)%", sentence), sentence


@given(st.lists(st.lists(cuts, max_size=2), min_size=1, max_size=6), st.integers(1, 9000))
def test_one_more_choice_never_raises_the_risk(many, rank):
    choices = [choice(n, past=tuple(past)) for n, past in enumerate(many, start=1)]
    fewer, more = list_risk(choices[:-1], rank, 9000), list_risk(choices, rank, 9000)
    if fewer.most is not None and more.most is not None:
        assert more.most <= fewer.most
        assert more.least <= fewer.least
        assert more.least <= more.most
