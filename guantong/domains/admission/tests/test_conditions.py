"""Conditions: their meaning is the engine's, their words are people's, and contradictions are found."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.domains.admission.rules.conditions import (
    All,
    Any,
    Count,
    Not,
    Test,
    as_rules,
    holds,
    keys_of,
    may_hold,
    words,
)
from guantong.domains.admission.rules.running import engine_cells
from guantong.engines.matching import Place, build_instance, read_rules
from guantong.engines.matching.judging import test_of as engine_test

TITLES = {"group": "考生类别", "height": "身高", "sighted": "色觉正常"}
GROUPS = ("甲类", "乙类", "丙类")
NUMBERS = tuple(map(Decimal, ("1", "2", "2.5")))

CELLS = st.fixed_dictionaries(
    {
        "group": st.one_of(st.none(), st.sampled_from(GROUPS)),
        "height": st.one_of(st.none(), st.sampled_from([*NUMBERS, Decimal("0.999"), Decimal("2.001")])),
        "sighted": st.one_of(st.none(), st.booleans()),
    }
)
GROUP_TESTS = st.one_of(
    st.builds(lambda o, v: Test("group", o, (v,)), st.sampled_from(["equals", "not_equals"]), st.sampled_from(GROUPS)),
    st.builds(
        lambda o, v: Test("group", o, tuple(v)),
        st.sampled_from(["in", "not_in"]),
        st.lists(st.sampled_from(GROUPS), min_size=1, max_size=3, unique=True),
    ),
    st.builds(lambda v: Test("group", "present", (v,)), st.booleans()),
)
HEIGHT_TESTS = st.one_of(
    st.builds(
        lambda o, v: Test("height", o, (v,)),
        st.sampled_from(["equals", "not_equals", "at_least", "at_most"]),
        st.sampled_from(NUMBERS),
    ),
    st.builds(lambda v: Test("height", "present", (v,)), st.booleans()),
)
FLAG_TESTS = st.builds(lambda o, v: Test("sighted", o, (v,)), st.sampled_from(["equals", "not_equals"]), st.booleans())
CONDITIONS = st.recursive(
    st.one_of(GROUP_TESTS, HEIGHT_TESTS, FLAG_TESTS),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Any(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Count(2, tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=6,
)


@given(condition=CONDITIONS, cells=CELLS)
def test_a_condition_means_what_the_engine_takes_it_to_mean(condition, cells):
    rules = read_rules(
        {
            "mechanism": "parallel", "unit": "place", "order": [], "ties": "admit_all",
            "weights": [], "conditions": [{"id": "c", "require": as_rules(condition)}],
            "lines": [{"id": "l", "key": "height", "at_least": "0"}],
        }
        | {"order": [{"key": "rank"}]}
    )  # fmt: skip
    columns = engine_cells(cells, {"rank": Decimal(1)})
    instance = build_instance(
        places=[Place("P", seats=1)],
        candidates=["A"],
        columns={key: [cell] for key, cell in columns.items()},
        choices={"A": ["P"]},
        rules=rules,
    )
    theirs = engine_test(rules.conditions[0].require, instance.columns)(0)
    assert holds(condition, cells) == theirs


@given(condition=CONDITIONS, cells=CELLS)
def test_what_somebody_meets_may_hold_and_not_holding_is_its_negation(condition, cells):
    closed = {"group": (*GROUPS, None), "sighted": (True, False, None)}
    assert holds(condition, cells) != holds(Not(condition), cells)
    if holds(condition, cells):
        assert may_hold([condition], closed)


@given(condition=CONDITIONS)
def test_a_condition_and_its_negation_never_hold_together(condition):
    closed = {"group": (*GROUPS, None), "sighted": (True, False, None)}
    assert not may_hold([condition, Not(condition)], closed)
    assert may_hold([condition], closed) or may_hold([Not(condition)], closed)


@given(condition=CONDITIONS)
def test_words_name_every_fact_asked_and_no_key(condition):
    text = words(condition, TITLES)
    for key in keys_of(condition):
        assert TITLES[key] in text
        assert key not in text


EYES = Test("sighted", "equals", (True,))
FIRST = Test("group", "equals", ("甲类",))
LOW = Test("height", "at_most", (Decimal(2),))


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (Test("group", "equals", ("甲类",)), "考生类别为“甲类”"),
        (Test("group", "not_in", ("甲类", "乙类")), "考生类别不是“甲类”或“乙类”"),
        (Test("height", "at_least", (Decimal("1.60"),)), "身高不低于 1.6"),
        (Test("sighted", "equals", (True,)), "色觉正常"),
        (Test("sighted", "equals", (False,)), "没有“色觉正常”"),
        (Test("group", "present", (False,)), "考生类别没有填写"),
        (Not(Test("group", "equals", ("甲类",))), "不属于（考生类别为“甲类”）"),
        (All((EYES, Any((FIRST, LOW)))), "色觉正常，并且（考生类别为“甲类”，或者身高不高于 2）"),
        (
            Count(1, (Test("sighted", "equals", (True,)), Test("group", "equals", ("甲类",)))),
            "以下至少有 1 项（色觉正常；考生类别为“甲类”）",
        ),
    ],
)  # fmt: skip
def test_conditions_are_read_out_in_words(condition, said):
    assert words(condition, TITLES) == said


def test_a_required_fact_is_never_missing_when_contradictions_are_looked_for():
    nobody = Test("group", "not_in", GROUPS)
    assert may_hold([nobody], {"group": (*GROUPS, None)})
    assert not may_hold([nobody], {"group": GROUPS})
    assert not may_hold([Test("height", "at_least", (Decimal(2),)), Test("height", "at_most", (Decimal("1.999"),))], {})
    assert may_hold([Test("height", "at_least", (Decimal(2),)), Test("height", "at_most", (Decimal(2),))], {})


def test_too_many_facts_at_once_get_the_benefit_of_the_doubt():
    many = [Test(f"fact{n}", "at_least", (Decimal(n),)) for n in range(12)]
    assert may_hold([*many, Not(many[0])], {})
