"""Worked by hand: list order and rank, ties three ways, missing values, texts, lines, conditions, rounds."""

from __future__ import annotations

import hashlib

from guantong.engines.matching.model import Choice, Place
from guantong.engines.matching.tests.strategies import SEED
from guantong.engines.matching.tests.worked import both, instance_of, result_of, rules_of

A, B, EMPTY = Place("A", seats=1), Place("B", seats=1), Place("Z", seats=0)


@both
def test_rank_first_then_list_order_and_the_key_that_decided(carry_out):
    instance = instance_of(
        rules_of(order=[{"key": "total"}, {"key": "culture"}]),
        [A, B, EMPTY],
        {
            "王": {"total": "500", "culture": "200"},
            "李": {"total": "496", "culture": "190.5"},
            "赵": {"total": "496", "culture": "180"},
        },
        {"王": ["A", "B"], "李": ["Z", "A", "B"], "赵": ["A", "B"]},
    )
    result = result_of(carry_out, instance)
    assert result.places == {"王": "A", "李": "B", "赵": None}
    assert result.told("王") == ["admitted", "placed_higher"]
    assert result.told("李") == ["no_seats", "below_cutoff total 4000", "admitted"]
    assert result.told("赵") == ["below_cutoff total 4000", "below_cutoff culture 10500"]
    assert (result.reason("王"), result.reason("赵")) == ("admitted", "not_placed")
    assert list(result.outcome.ordinal) == [1, 3, 0]


@both
def test_the_cutoff_is_the_whole_vector_of_the_last_with_its_ordinal(carry_out):
    instance = instance_of(
        rules_of(order=[{"key": "total"}, {"key": "culture"}]),
        [Place("A", seats=2), B],
        {
            "王": {"total": 500, "culture": 200},
            "李": {"total": 496, "culture": "190.5"},
            "赵": {"total": 9, "culture": 0},
        },
        {"王": ["A"], "李": ["B", "A"], "赵": []},
    )
    row = result_of(carry_out, instance).row("A")
    assert (row.names, row.values, row.shown(), row.ordinal) == (
        ("total", "culture"),
        (500_000, 200_000),
        ("500", "200"),
        1,
    )
    assert (row.seats, row.admitted, row.filed, row.full) == (2, 1, 1, False)
    row = result_of(carry_out, instance).row("B")
    assert (row.shown(), row.ordinal, row.admitted) == (("496", "190.5"), 1, 1)


@both
def test_the_ordinal_of_the_cutoff_is_the_largest_among_those_tied_there(carry_out):
    instance = instance_of(
        rules_of(),
        [Place("A", seats=2), EMPTY],
        {"王": 500, "李": 500},
        {"王": ["A"], "李": [Choice("Z", 2), Choice("A", 7)]},
    )
    result = result_of(carry_out, instance)
    assert result.row("A").ordinal == 7
    assert list(result.outcome.ordinal) == [1, 7]


@both
def test_nobody_without_choices_and_nobody_fixed_takes_part(carry_out):
    instance = instance_of(
        rules_of(),
        [Place("A", seats=2)],
        {"旧": 1, "王": 500, "李": 490, "空": 600},
        {"旧": ["A"], "王": ["A"], "李": ["A"]},
        fixed=[("旧", "A")],
    )
    result = result_of(carry_out, instance)
    assert result.places == {"旧": "A", "王": "A", "李": None, "空": None}
    assert (result.reason("旧"), result.told("旧"), result.outcome.ordinal[0]) == (
        "placed_before",
        ["placed_before"],
        0,
    )
    assert result.reason("空") == "no_choices"
    assert result.told("李") == ["below_cutoff total 10000"]
    row = result.row("A")
    assert (row.seats, row.admitted, row.full) == (1, 1, True)


@both
def test_when_fixed_placements_took_every_seat_there_are_none_this_round(carry_out):
    instance = instance_of(rules_of(), [A], {"旧": 1, "王": 500}, {"王": ["A"]}, fixed=[("旧", "A")])
    assert result_of(carry_out, instance).told("王") == ["no_seats"]


# --- ties -----------------------------------------------------------------------------------------------------
TIED = ([A, B], {"甲": 500, "乙": 500, "丙": 480}, {name: ["A", "B"] for name in "甲乙丙"})


@both
def test_admit_all_takes_the_tied_set_over_the_seats_and_together(carry_out):
    result = result_of(carry_out, instance_of(rules_of(ties="admit_all"), *TIED))
    assert result.places == {"甲": "A", "乙": "A", "丙": "B"}
    assert result.told("甲") == result.told("乙") == ["admitted_over_plan", "placed_higher"]
    assert result.told("丙") == ["below_cutoff total 20000", "admitted"]
    assert (result.row("A").seats, result.row("A").admitted) == (1, 2)


@both
def test_admit_all_shows_each_member_the_seats_before_the_set(carry_out):
    """Two tied, one seat at A, one at B: neither sees A taken by the other, so B stays free for the next."""
    instance = instance_of(
        rules_of(), [A, B], {"甲": 500, "乙": 500, "丙": 480}, {"甲": ["A"], "乙": ["A", "B"], "丙": ["A", "B"]}
    )
    assert result_of(carry_out, instance).places == {"甲": "A", "乙": "A", "丙": "B"}


@both
def test_a_tied_set_that_fits_is_not_over_plan(carry_out):
    instance = instance_of(rules_of(), [Place("A", seats=2)], {"甲": 500, "乙": 500}, {"甲": ["A"], "乙": ["A"]})
    assert result_of(carry_out, instance).told("甲") == ["admitted"]


@both
def test_reject_all_turns_the_set_out_and_closes_the_place_to_everybody_below(carry_out):
    result = result_of(carry_out, instance_of(rules_of(ties="reject_all"), *TIED))
    assert result.places == {"甲": None, "乙": None, "丙": None}
    assert result.told("甲") == result.told("乙") == ["lost_tie ties", "lost_tie ties"]
    assert result.told("丙") == ["below_cutoff total 20000", "below_cutoff total 20000"]
    row = result.row("A")
    assert (row.values, row.ordinal, row.admitted, row.left, row.full) == ((500_000,), None, 0, 0, True)
    assert row.is_of_closing, "nobody was admitted: the row is of the set that closed the seats"


@both
def test_reject_all_measures_those_below_against_the_last_admitted(carry_out):
    """Two seats: 王 in, the tied pair does not fit the one left; 丙 hears of 王, not of the pair."""
    instance = instance_of(
        rules_of(ties="reject_all"),
        [Place("A", seats=2)],
        {"王": 510, "甲": 500, "乙": 500, "丙": 480},
        {name: ["A"] for name in "王甲乙丙"},
    )
    result = result_of(carry_out, instance)
    assert result.places == {"王": "A", "甲": None, "乙": None, "丙": None}
    assert result.told("乙") == ["lost_tie ties"]
    assert result.told("丙") == ["below_cutoff total 30000"]


@both
def test_reject_all_members_go_on_and_may_close_the_next_place_too(carry_out):
    """甲, 乙 overfill A; 乙 joins 丙 (tied with both) at B, where one seat is then too few for two; 甲 gets C alone."""
    instance = instance_of(
        rules_of(ties="reject_all"),
        [A, B, Place("C", seats=1)],
        {"甲": 500, "乙": 500, "丙": 500, "丁": 400},
        {"甲": ["A", "C"], "乙": ["A", "B"], "丙": ["B"], "丁": ["A", "B", "C"]},
    )
    result = result_of(carry_out, instance)
    assert result.places == {"甲": "C", "乙": None, "丙": None, "丁": None}
    assert result.told("乙") == ["lost_tie ties", "lost_tie ties"]
    assert result.told("丁") == ["below_cutoff total 100000"] * 3


@both
def test_lottery_ranks_by_the_published_formula_and_tells_how_many_ranks_were_missing(carry_out):
    draw = {
        name: int.from_bytes(
            hashlib.sha256(b"guantong-lottery-v1\0" + SEED.encode() + b"\0" + name.encode()).digest()[:8], "big"
        )
        for name in "甲乙丙"
    }
    first, second = sorted("甲乙", key=draw.__getitem__)
    rank = {name: number for number, name in enumerate(sorted(draw, key=draw.__getitem__))}
    result = result_of(carry_out, instance_of(rules_of(ties="lottery"), *TIED))
    assert result.places == {first: "A", second: "B", "丙": None}
    assert result.told(second) == [f"lost_tie lottery {rank[second] - rank[first]}", "admitted"]
    assert result.told("丙") == ["below_cutoff total 20000", "below_cutoff total 20000"]
    row = result.row("A")
    assert (row.names, row.values) == (("total", "lottery"), (500_000, draw[first]))


# --- keys -----------------------------------------------------------------------------------------------------
@both
def test_ascending_keys_texts_and_missing_values(carry_out):
    """Born earlier is better; then grade by code point, 丙 < 乙 < 甲; a missing grade is behind every grade."""
    instance = instance_of(
        rules_of(
            order=[{"key": "born", "direction": "ascending"}, {"key": "grade", "direction": "ascending"}],
            missing="last",
        ),
        [A],
        {
            "一": {"born": "20050102", "grade": "丙"},
            "二": {"born": "20050102", "grade": "甲"},
            "三": {"born": "20050102", "grade": ""},
            "四": {"born": "20050103", "grade": "丙"},
            "五": {"born": "", "grade": "乙"},
        },
        {name: ["A"] for name in "一二三四五"},
    )
    result = result_of(carry_out, instance)
    assert result.places["一"] == "A"
    order = sorted(["丙", "乙", "甲"])
    assert result.told("二") == [f"below_cutoff grade {order.index('甲') - order.index('丙')}"]
    assert result.told("三") == ["below_cutoff grade"]
    assert result.told("四") == ["below_cutoff born 1000"]
    assert result.told("五") == ["below_cutoff born"]


# --- lines, conditions, rounds --------------------------------------------------------------------------------
@both
def test_double_lines_conditions_and_who_they_are_for(carry_out):
    instance = instance_of(
        rules_of(
            lines=[
                {"id": "culture_line", "key": "culture", "at_least": "100"},
                {"id": "skill_line", "key": "skill", "at_least": 200, "who": {"key": "veteran", "not_equals": "是"}},
            ],
            conditions=[
                {"id": "sight", "places": {"kind": "aviation"}, "require": {"key": "sight", "at_least": "4.8"}},
                {
                    "id": "two_of_three",
                    "places": {"place_id": ["B"]},
                    "require": {
                        "at_least": 2,
                        "of": [
                            {"key": "sight", "present": True},
                            {"not": {"key": "veteran", "equals": "是"}},
                            {"any": [{"key": "skill", "at_least": 290}, {"key": "culture", "at_most": 90}]},
                        ],
                    },
                },
            ],
        ),
        [Place("A", kind="aviation", seats=9), Place("B", seats=9)],
        {
            "一": {"total": 400, "culture": 99, "skill": 250, "veteran": "否", "sight": "5.0"},
            "二": {"total": 400, "culture": 120, "skill": "199.5", "veteran": "否", "sight": "5.0"},
            "三": {"total": 400, "culture": 120, "skill": 100, "veteran": "是", "sight": "4.8"},
            "四": {"total": 400, "culture": 120, "skill": 300, "veteran": "否", "sight": "4.7"},
            "五": {"total": 400, "culture": 120, "skill": 250, "veteran": "", "sight": ""},
            "六": {"total": 400, "culture": "", "skill": 250, "veteran": "", "sight": "5.1"},
        },
        {name: ["A", "B"] for name in "一二三四五六"},
    )
    result = result_of(carry_out, instance)
    assert result.told("一") == ["below_line culture_line 1000"] * 2
    assert result.told("二") == ["below_line skill_line 500"] * 2
    assert result.told("三") == ["admitted", "placed_higher"]  # no skill line for veterans
    assert result.told("四") == ["not_eligible sight", "admitted"]
    # 五: no sight is not at least 4.8; of three only "not a veteran" holds (an empty cell is not 是)
    assert result.told("五") == ["not_eligible sight", "not_eligible two_of_three"]
    assert result.told("六") == ["below_line culture_line"] * 2  # no mark, no distance


@both
def test_a_supplementary_round_lowers_its_floor_by_steps(carry_out):
    """Round 3: 400 − 2 × 15 = 370. Round 1 has no floor."""
    floor = {"key": "total", "at_least": 400, "step": 15}
    people = ({"王": 370, "李": 369}, {"王": ["A"], "李": ["B"]})
    third = instance_of(rules_of(round={"number": 3, "floor": floor}), [A, B], *people)
    result = result_of(carry_out, third)
    assert (result.told("王"), result.told("李")) == (["admitted"], ["below_line round_floor 1000"])
    first = instance_of(rules_of(round={"number": 1, "floor": floor}), [A, B], *people)
    assert result_of(carry_out, first).places == {"王": "A", "李": "B"}


# --- sequential -----------------------------------------------------------------------------------------------
THREE = ([A, B], {"甲": 500, "乙": 490, "丙": 480}, {"甲": ["A", "B"], "乙": ["A", "B"], "丙": ["B", "A"]})


@both
def test_parallel_and_sequential_differ(carry_out):
    parallel = result_of(carry_out, instance_of(rules_of(), *THREE))
    assert parallel.places == {"甲": "A", "乙": "B", "丙": None}
    assert parallel.told("丙") == ["below_cutoff total 10000", "below_cutoff total 20000"]
    sequential = result_of(carry_out, instance_of(rules_of(mechanism="sequential"), *THREE))
    assert sequential.places == {"甲": "A", "乙": None, "丙": "B"}
    assert sequential.told("乙") == ["below_cutoff total 10000", "served_earlier ordinal 1"]


@both
def test_sequential_goes_by_ordinals_as_written_and_closed_stays_closed(carry_out):
    """甲, 乙 tie at A in ordinal 1: closed. 丙 comes to A at ordinal 3: too late, though its seat is open."""
    instance = instance_of(
        rules_of(mechanism="sequential", ties="reject_all"),
        [A, B],
        {"甲": 500, "乙": 500, "丙": 520, "丁": 300},
        {"甲": ["A"], "乙": ["A"], "丙": [Choice("A", 3)], "丁": [Choice("A", 1), Choice("B", 4)]},
    )
    result = result_of(carry_out, instance)
    assert result.places == {"甲": None, "乙": None, "丙": None, "丁": "B"}
    assert result.told("丙") == ["served_earlier ordinal 1"]
    assert result.told("丁") == ["below_cutoff total 200000", "admitted"]


# --- send-backs -----------------------------------------------------------------------------------------------
@both
def test_a_school_sends_back_and_one_shot_ends_the_batch(carry_out):
    people = ({"甲": 500, "乙": 490, "丙": 480}, {"甲": ["A", "B"], "乙": ["A", "B"], "丙": ["A", "B"]})
    back = [("甲", "A", "colour_vision")]
    ended = result_of(carry_out, instance_of(rules_of(one_shot=True), [A, B], *people, send_backs=back))
    assert ended.places == {"甲": None, "乙": "A", "丙": "B"}
    assert ended.told("甲") == ["sent_back_by_school colour_vision", "file_used ordinal 1"]
    assert ended.reason("甲") == "sent_back_by_school"
    goes_on = result_of(carry_out, instance_of(rules_of(one_shot=False), [A, B], *people, send_backs=back))
    assert goes_on.places == {"甲": "B", "乙": "A", "丙": None}
    assert goes_on.told("甲") == ["sent_back_by_school colour_vision", "admitted"]
    assert goes_on.told("丙") == ["below_cutoff total 10000", "below_cutoff total 20000"]


@both
def test_choices_before_the_one_that_sent_back_keep_their_own_reason(carry_out):
    """丙 stood below A anyway; of C nothing would have turned 丙 away: there the file had simply gone to B."""
    instance = instance_of(
        rules_of(one_shot=True),
        [A, B, Place("C", seats=5)],
        {"甲": 500, "丙": 480},
        {"甲": ["A"], "丙": ["A", "C", "B"]},
        send_backs=[("丙", "B", "health")],
    )
    assert result_of(carry_out, instance).told("丙") == [
        "below_cutoff total 20000",
        "file_used ordinal 3",
        "sent_back_by_school health",
    ]
