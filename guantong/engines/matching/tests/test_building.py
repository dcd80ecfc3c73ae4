"""Instances from plain identifiers: what is stored, and every fault with where it stands."""

from __future__ import annotations

import subprocess
import sys
from array import array
from decimal import Decimal

import pytest

from guantong.engines.matching import build_instance, read_rules
from guantong.engines.matching.building import ChoiceRows
from guantong.engines.matching.building.cells import MISSING, TOO_LARGE, UNREADABLE, thousandths
from guantong.engines.matching.model import NONE, Choice, Instance, Place
from guantong.engines.matching.tests.strategies import random_instance
from guantong.engines.matching.tests.worked import rules_of
from guantong.kernel.refusal import Problem, Refusal

PLACES = [
    Place("Ga", "东湖", "G", "a", seats=1),
    Place("Gb", "东湖", "G", "b", seats=2),
    Place("Gb2", "东湖", "G", "b", kind="veterans", seats=1),
    Place("Ha", "西岭", "H", "a", seats=1),
]


def build(choices=None, *, rules=None, places=None, candidates=("甲", "乙"), columns=None, **more) -> Instance:
    return build_instance(
        places=PLACES if places is None else places,
        candidates=list(candidates),
        columns={"total": [500, 490]} if columns is None else columns,
        choices={} if choices is None else choices,
        rules=read_rules(rules_of(**(rules or {}))),
        **more,
    )


def refused(*args, **named) -> tuple[Problem, ...]:
    with pytest.raises(Refusal) as caught:
        build(*args, **named)
    for problem in caught.value.problems:
        assert problem.message.endswith("。") and problem.do.endswith("。")
    return caught.value.problems


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.code for problem in problems]


# --- what is stored -------------------------------------------------------------------------------------------
def test_bare_lists_need_no_ordinals_and_no_wishes():
    instance = build({"甲": ["Ha", "Ga"], "乙": ["Gb"]})
    assert list(instance.choice_offsets) == [0, 2, 3]
    assert list(instance.choice_units) == [3, 0, 1]
    assert not instance.ordinals and not instance.wish_offsets and not instance.accepts and not instance.score_offsets
    assert [instance.ordinal(0, 0), instance.ordinal(0, 1), instance.ordinal(1, 2)] == [1, 2, 1]
    assert instance.units == ("Ga", "Gb", "Gb2", "Ha")


def test_a_gap_in_one_list_gives_every_list_its_ordinals():
    instance = build({"甲": ["Ha", "Ga"], "乙": [Choice("Gb", 5), Choice("Ga", 3)]})
    assert list(instance.ordinals) == [1, 2, 3, 5]
    assert list(instance.choice_units) == [3, 0, 0, 1]
    instance = build({"甲": [Choice("Gb", 2)], "乙": ["Ha", "Ga"]})
    assert list(instance.ordinals) == [2, 1, 2]


def test_groups_keep_wishes_and_reassignment_only_where_given():
    instance = build(
        {"甲": ["H", Choice("G", None, ("b", "a"))], "乙": [Choice("G", accept_reassignment=True), "H"]},
        rules={"unit": "group"},
    )
    assert instance.units == ("G", "H")
    assert list(instance.unit_of_place) == [0, 0, 0, 1]
    assert [list(instance.places_of_unit(unit)) for unit in (0, 1)] == [[0, 1, 2], [3]]
    assert list(instance.wish_offsets) == [0, 0, 3, 3, 3]
    assert list(instance.wish_places) == [1, 2, 0]  # b means both its places, in order
    assert list(instance.accepts) == [0, 0, 1, 0]
    assert list(instance.wishes(0)) == [3] and list(instance.wishes(2)) == [0, 1, 2]


def test_columns_are_numbers_where_rules_need_them_or_all_cells_read_so():
    instance = build(
        columns={
            "total": ["500.5", Decimal("490")],
            "code": ["0101", "2"],
            "note": ["x", ""],
            "late": ["12.3456", "1"],
            "half": [0.5, "0.500"],
            "yes": [True, False],
            "none": ["", None],
        }
    )
    stored = {name: (list(column.values), column.texts) for name, column in instance.columns.items()}
    assert stored["total"] == ([500_500, 490_000], None)
    assert stored["code"] == ([0, 1], ("0101", "2"))
    assert stored["note"] == ([0, NONE], ("x",))
    assert stored["late"] == ([1, 0], ("1", "12.3456"))
    assert stored["half"] == ([500, 500], None)
    assert stored["yes"] == ([1, 0], ("false", "true"))
    assert stored["none"] == ([NONE, NONE], ())
    assert instance.columns["total"].values.typecode == "q" and instance.columns["code"].values.typecode == "i"
    needed = build(columns={"total": ["007", ""]}, rules={"lines": [{"id": "l", "key": "total", "at_least": 5}]})
    assert list(needed.columns["total"].values) == [7_000, MISSING]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0", 0),
        ("-1.5", -1_500),
        ("+2", 2_000),
        (" 3.14 ", 3_140),
        ("3.1400", 3_140),
        ("0.001", 1),
        (7, 7_000),
        (None, MISSING),
        ("  ", MISSING),
        ("3.1415", UNREADABLE),
        ("1e3", UNREADABLE),
        ("1_000", UNREADABLE),
        ("１２", UNREADABLE),
        ("1,000", UNREADABLE),
        (".5", UNREADABLE),
        ("nan", UNREADABLE),
        (True, UNREADABLE),
        (10**10, TOO_LARGE),
        ("1000000000.001", TOO_LARGE),
        ("1000000000", 10**12),
    ],
)
def test_cells_become_exact_thousandths_or_nothing(cell, value):
    assert thousandths(cell) == value


def test_scores_send_backs_and_fixed_are_sorted_and_counted():
    instance = build(
        {"甲": ["Ga", "Ha"], "乙": ["Ha", "Ga"]},
        rules={"mechanism": "deferred_acceptance"},
        candidates=("甲", "乙", "丙"),
        columns={"total": [1, 2, 3]},
        scores=[("乙", "Ha", "80.5"), ("甲", "Ga", 70), ("乙", "Ga", 60), ("甲", "Ha", "50")],
        send_backs=[("乙", "Ha", "health"), ("甲", "Ha", "eyes"), ("甲", "Ga", "health")],
        fixed=[("丙", "Gb")],
    )
    assert list(instance.score_offsets) == [0, 2, 4, 4]
    assert list(instance.score_places) == [0, 3, 0, 3]
    assert list(instance.score_values) == [70_000, 50_000, 60_000, 80_500]
    assert list(zip(instance.send_back_candidates, instance.send_back_places, strict=True)) == [(0, 0), (0, 3), (1, 3)]
    assert [instance.reasons[reason] for reason in instance.send_back_reasons] == ["health", "eyes", "health"]
    assert (list(instance.fixed_candidates), list(instance.fixed_places)) == ([2], [1])
    assert instance.key_names[-2:] == ("health", "eyes")


def test_a_table_of_choices_in_any_order_is_the_same_as_lists():
    lists = {"甲": [Choice("Ga", 1), Choice("Ha", 2)], "乙": [Choice("Gb", 1), Choice("Ga", 2), Choice("Ha", 3)]}
    rows = ChoiceRows(
        candidates=["乙", "甲", "乙", "甲", "乙"], ordinals=[2, 1, 3, 2, 1], units=["Ga", "Ga", "Ha", "Ha", "Gb"]
    )
    assert build(rows) == build(lists)
    straight = ChoiceRows(candidates=["甲", "甲", "乙"], ordinals=[1, 2, 1], units=["Ga", "Ha", "Gb"])
    assert build(straight) == build({"甲": ["Ga", "Ha"], "乙": ["Gb"]})
    groups = ChoiceRows(["甲", "甲"], [2, 1], ["G", "H"], programmes=[("b",), ()], accepts=[True, False])
    expected = build({"甲": ["H", Choice("G", 2, ("b",), True)]}, rules={"unit": "group"})
    assert build(groups, rules={"unit": "group"}) == expected


# --- faults ---------------------------------------------------------------------------------------------------
def test_every_fault_of_the_lists_is_told_with_candidate_and_ordinal():
    problems = refused(
        {
            "甲": ["Ga", "Gb3", "Ga"],
            "乙": [Choice("Ha", 1), Choice("Gb", 1), Choice("Ga", 0), Choice("Gb2", 2, ("b",))],
            "丁": ["Ga"],
        }
    )
    told = {(problem.code, problem.where.title) for problem in problems}
    assert told == {
        ("MTC-109", "考生丁"),
        ("MTC-101", "考生甲第2志愿"),
        ("MTC-103", "考生甲第3志愿"),
        ("MTC-102", "考生乙第1志愿"),
        ("MTC-111", "考生乙第0志愿"),
        ("MTC-134", "考生乙第2志愿"),
    }
    unknown = next(problem for problem in problems if problem.code == "MTC-101")
    assert "您是不是要写“Gb" in unknown.message and unknown.where.value == "Gb3"


def test_faults_of_a_table_name_file_and_line():
    rows = ChoiceRows(["甲", "丁", "甲"], [1, 1, 2], ["Ga", "Ga", "Gx"], file="choices.csv")
    problems = refused(rows)
    assert [(p.code, p.where.file, p.where.line) for p in problems] == [
        ("MTC-109", "choices.csv", 3),
        ("MTC-101", "choices.csv", 4),
    ]


def test_programmes_must_be_of_the_group_and_named_once():
    problems = refused({"甲": [Choice("G", 1, ("a", "c", "a"))]}, rules={"unit": "group"})
    assert codes(problems) == ["MTC-108", "MTC-133"]
    assert "这里的专业：a、b" in problems[0].do


def test_candidates_are_named_once():
    assert codes(refused(candidates=("甲", "甲"))) == ["MTC-104"]
    assert codes(refused(candidates=("甲", ""))) == ["MTC-135"]


def test_places_have_ids_once_and_whole_seats_not_below_zero():
    places = [
        Place("A", seats=-1),
        Place("A", seats=1),
        Place("", seats=1),
        Place("B", seats="3"),
        Place("C", seats=2**31),
    ]
    assert codes(refused(places=places)) == ["MTC-106", "MTC-105", "MTC-135", "MTC-107", "MTC-139"]


def test_units_are_given_and_unambiguous():
    places = [Place("A", "东湖", "G", "a", seats=1), Place("B", "西岭", "G", "a", seats=1), Place("C", "西岭", "", "a")]
    assert codes(refused(places=places, rules={"unit": "group"})) == ["MTC-120", "MTC-121"]


def test_scores_are_numbers_within_the_full_mark():
    problems = refused(columns={"total": ["751", "-1"]}, rules={"full_marks": {"total": 750}}, candidates=("甲", "乙"))
    assert [(p.code, p.where.title, p.where.column) for p in problems] == [
        ("MTC-114", "考生甲", "total"),
        ("MTC-115", "考生乙", "total"),
    ]
    assert "751 分，超过满分 750 分" in problems[0].message
    lines = {"lines": [{"id": "l", "key": "total", "at_least": 5}]}
    assert codes(refused(columns={"total": ["九十", "1.2345"]}, rules=lines)) == ["MTC-116", "MTC-116"]
    assert codes(refused(columns={"total": ["99999999999", "1"]}, rules=lines)) == ["MTC-137"]


def test_ordering_keys_are_not_half_numbers_half_words():
    problems = refused(columns={"total": ["500", "缺考"]})
    assert [(p.code, p.where.title, p.where.value) for p in problems] == [("MTC-118", "考生乙", "缺考")]


def test_columns_asked_for_exist_and_have_a_cell_for_everybody():
    problems = refused(rules={"order": [{"key": "totol"}]})
    assert codes(problems) == ["MTC-117"] and "您是不是要写“total”" in problems[0].message
    assert codes(refused(columns={"total": [500]})) == ["MTC-119"]


def test_a_missing_key_is_refused_only_for_those_who_take_part():
    columns = {"total": ["", "490"]}
    problems = refused({"甲": ["Ga"]}, columns=columns)
    assert [(p.code, p.where.title) for p in problems] == [("MTC-112", "考生甲")]
    assert build({"乙": ["Ga"]}, columns=columns)
    assert build({"甲": ["Ga"]}, columns=columns, fixed=[("甲", "Ga")])
    assert build({"甲": ["Ga"]}, columns=columns, rules={"missing": "last"})


def test_a_missing_score_of_a_place_is_refused_where_the_list_leads_there():
    rules = {"mechanism": "deferred_acceptance"}
    problems = refused({"甲": ["Ha", "Ga"], "乙": ["Ha"]}, rules=rules, scores=[("乙", "Ga", 1)])
    assert [(p.code, p.where.title, p.where.value) for p in problems] == [("MTC-113", "考生甲第2志愿", "Ga")]
    assert build({"甲": ["Ga"]}, rules={**rules, "missing": "last"}, scores=[("乙", "Ga", 1)])
    weights = {**rules, "weights": [{"places": {"school": "东湖"}, "keys": {"skill": 1}}]}
    columns = {"total": [1, 2], "skill": ["", 5]}
    problems = refused({"甲": ["Ha", "Ga"], "乙": ["Ga"]}, rules=weights, columns=columns)
    assert [(p.code, p.where.title) for p in problems] == [("MTC-112", "考生甲第2志愿")]
    assert build({"甲": ["Ha"], "乙": ["Ga"]}, rules=weights, columns=columns)


def test_scores_name_known_people_and_places_once():
    problems = refused(
        rules={"mechanism": "deferred_acceptance"},
        scores=[("甲", "Ga", 1), ("甲", "Ga", 2), ("戊", "Ga", 1), ("甲", "Gz", 1), ("乙", "Ga", "高")],
    )
    assert sorted(codes(problems)) == ["MTC-109", "MTC-110", "MTC-116", "MTC-122"]


def test_own_priorities_and_the_rules_agree():
    weights = [{"keys": {"total": 1}}]
    both = {"mechanism": "deferred_acceptance", "weights": weights}
    assert codes(refused(rules=both, scores=[("甲", "Ga", 1), ("乙", "Ga", 1)])) == ["MTC-123"]
    twice = {
        "mechanism": "deferred_acceptance",
        "weights": [*weights, {"places": {"group": "H"}, "keys": {"total": 2}}],
    }
    assert codes(refused(rules=twice)) == ["MTC-124"]
    assert codes(refused(scores=[("甲", "Ga", 1), ("乙", "Ga", 1)])) == ["MTC-125"]
    empty = {"mechanism": "deferred_acceptance", "order": []}
    problems = refused(rules=empty, scores=[("甲", "Ga", 1), ("乙", "Ga", 1)])
    assert [(p.code, p.where.title) for p in problems] == [("MTC-127", f"计划{name}") for name in ("Gb", "Gb2", "Ha")]
    most = {"mechanism": "deferred_acceptance", "unit": "group", "reassignment": "most_seats_left"}
    assert codes(refused(rules=most, scores=[("甲", "Ga", 1), ("乙", "Ga", 1)])) == ["MTC-138"]


def test_ceilings_and_the_rules_agree():
    men = {"id": "men", "kind": "ceiling", "who": {"key": "sex", "equals": 1}, "seats": 1}
    tall = {"id": "tall", "kind": "ceiling", "who": {"key": "sex", "in": [1, 2]}, "seats": 1}
    columns = {"total": [1, 2], "sex": [1, 2]}
    scores = [(name, place.id, 1) for name in ("甲", "乙") for place in PLACES]
    tied = {"mechanism": "deferred_acceptance", "ties": "admit_all", "quotas": [men]}
    assert set(codes(refused(rules=tied, columns=columns, scores=scores))) == {"MTC-129"}
    drawn = {"mechanism": "deferred_acceptance", "ties": "lottery", "quotas": [men, tall]}
    problems = refused(rules=drawn, columns=columns, scores=scores)
    assert set(codes(problems)) == {"MTC-128"} and "“men”和“tall”" in problems[0].message
    assert build(rules=drawn, columns=columns)  # one order for all: ceilings may overlap


def test_send_backs_and_fixed_placements_make_sense():
    problems = refused(
        {"甲": ["Ga"], "乙": ["Ha"]},
        send_backs=[("甲", "Ga", "a"), ("甲", "Ga", "b"), ("乙", "Ga", "a"), ("丁", "Ga", "a"), ("乙", "Ha", "")],
        fixed=[("甲", "Ga"), ("甲", "Ha"), ("乙", "Gq")],
    )
    assert sorted(codes(problems)) == ["MTC-109", "MTC-110", "MTC-130", "MTC-132", "MTC-135", "MTC-136"]
    assert codes(refused({"乙": ["Ha"]}, send_backs=[("乙", "Ga", "a")])) == ["MTC-131"]
    group = {"unit": "group"}
    back = [("甲", "Ga", "a")]
    assert codes(refused({"甲": [Choice("G", 1, ("b",))]}, rules=group, send_backs=back)) == ["MTC-131"]
    assert build({"甲": [Choice("G", 1, ("b",), True)]}, rules=group, send_backs=back)


def test_importing_the_engine_imports_no_numpy():
    calls = "m.read_rules; m.build_instance; m.allocate_plainly; m.check; m.explain; m.vary; m.gains"
    code = f"import sys, guantong.engines.matching as m; {calls}; assert not {{'numpy', 'numba'}} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_arrays_have_the_types_the_fast_side_wraps():
    instance = build({"甲": [Choice("G", 2, ("b",), True)]}, rules={"unit": "group"})
    types = {name: value.typecode for name, value in vars(instance).items() if isinstance(value, array)}
    assert types["choice_offsets"] == types["wish_offsets"] == "q"
    assert types["choice_units"] == types["ordinals"] == types["wish_places"] == types["unit_of_place"] == "i"
    assert types["accepts"] == "b"


@pytest.mark.parametrize("unit", ["place", "group", "school"])
def test_the_quick_ways_store_the_same_as_choice_by_choice(unit, monkeypatch):
    quick = [random_instance(f"quick {seed}", unit=unit) for seed in range(300)]
    monkeypatch.setattr("guantong.engines.matching.building.choices._Reader.clean_list", lambda self, row: False)
    monkeypatch.setattr("guantong.engines.matching.building.choices._Reader.plain_list", lambda self, row: False)
    assert [random_instance(f"quick {seed}", unit=unit) for seed in range(300)] == quick
