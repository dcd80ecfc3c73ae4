"""Every choice a cut-off decided is compared by the published verifier with the row of its own ordinal; rows and
distances of any other are found out.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings

from guantong.engines.matching import allocate, allocate_plainly
from guantong.engines.matching.model import NONE, Code, Cutoff, Place
from guantong.engines.matching.sealing import verify_result
from guantong.engines.matching.sealing.certificate import certificate_bytes, certificate_of
from guantong.engines.matching.sealing.formats import rows_of_format_1
from guantong.engines.matching.sealing.manifest import Checked, seal_under
from guantong.engines.matching.sealing.tests.publishing import COMPARED, KEY, certified, publish
from guantong.engines.matching.tests.strategies import instances, random_instance
from guantong.engines.matching.tests.worked import group, instance_of, rules_of

many = settings(max_examples=250, deadline=None)


@many
@given(instances(mechanism="sequential"))
def test_every_choice_of_a_sequential_run_is_compared_and_agrees(instance):
    certified(instance, allocate(instance))


@many
@given(instances())
def test_every_choice_of_any_run_is_compared_and_agrees(instance):
    certified(instance, allocate(instance))


@pytest.mark.parametrize(
    "narrow",
    [
        {"stages": "two", "unit": "group", "ties": "reject_all"},
        {"stages": "two", "unit": "school", "ties": "lottery", "one_shot": False},
        {"stages": "two", "unit": "group", "ties": "admit_all", "quotas": True, "ceilings": True},
        {"own": True, "unit": "place"},
        {"own": True, "unit": "place", "ties": "reject_all", "quotas": True},
        {"quotas": True, "ceilings": True, "unit": "place"},
    ],
    ids=lambda narrow: " ".join(f"{name}={value}" for name, value in narrow.items()),
)
def test_crowded_runs_are_compared_too(narrow):
    below = 0
    for seed in range(25):
        instance = random_instance(
            f"ordinals {seed}", mechanism="sequential", **{"candidates": 40, "places": 8, **narrow}
        )
        outcome = allocate(instance)
        certified(instance, outcome)
        below += sum(code in COMPARED for code in outcome.codes)
    assert below > 100


@many
@given(instances(mechanism="sequential"))
def test_rows_add_up(instance):
    """Over the ordinals of a slice: ordinals rise, seats go from row to row, nobody is counted twice or left out."""
    outcome = allocate_plainly(instance)
    rows: dict[tuple[str, str, str], list[Cutoff]] = {}
    for row in outcome.cutoffs:
        if row.place is not None:
            rows.setdefault((row.unit, row.place, row.slice), []).append(row)
    held = sum(1 for place, ordinal in zip(outcome.place, outcome.ordinal, strict=True) if place != NONE and ordinal)
    assert sum(row.admitted for steps in rows.values() for row in steps) == held
    for steps in rows.values():
        if len(steps) > 1:
            assert all(row.ordinal is not None for row in steps)
        ordinals = [row.ordinal for row in steps if row.ordinal is not None]
        assert ordinals == sorted(set(ordinals))
        for row, following in pairwise(steps):
            assert (row.left, row.left > 0) == (following.seats, True)
        for row in steps:
            assert row.left in (0, row.seats - row.admitted) and bool(row.names) == (row.ordinal is not None)


def wrong(sealed, candidate, folder):
    """The sentences that do not hold for a candidate's certificate."""
    card = json.loads(certificate_bytes(certificate_of(sealed, candidate, KEY)))
    return [said for is_right, said in verify_result.check(card, folder) if not is_right]


@pytest.mark.parametrize("change", [lambda distance: 0, lambda distance: distance + 1_000_000_000])
def test_another_distance_than_that_to_the_own_row_is_found_out(tmp_path, change):
    """The authority itself seals a wrong distance of somebody: it is not that of any row at this ordinal."""
    tried = 0
    for seed in range(120):
        instance = random_instance(f"distance {seed}", mechanism="sequential", candidates=30, places=8)
        outcome = allocate_plainly(instance)
        numbers = {"priority", *(key.key for key in instance.rules.order if instance.columns[key.key].of_numbers)}
        for candidate in range(len(instance.candidates)):
            for choice in instance.choices_of(candidate):
                verdict = outcome.verdict(choice)
                if verdict.code != Code.BELOW_CUTOFF or verdict.key not in numbers or verdict.distance is None:
                    continue
                distances = outcome.distances[:]
                distances[choice] = change(verdict.distance)
                changed = replace(outcome, distances=distances)
                sealed = seal_under(KEY, instance, changed, inputs={}, checked=Checked())
                found = wrong(sealed, instance.candidates[candidate], publish(sealed, tmp_path / "published"))
                assert [said.partition(" 志愿")[0] for said in found] == [f"第 {instance.ordinal(candidate, choice)}"]
                tried += 1
    assert tried > 40


def test_rows_of_the_last_ordinal_alone_do_not_do(tmp_path):
    """The fault this format mends: with one row for each slice the choice at the first ordinal cannot be compared."""
    instance = instance_of(
        rules_of(mechanism="sequential", unit="group"),
        [Place("Ga", "东湖", "G", "a", seats=1), Place("Gb", "东湖", "G", "b", seats=1)],
        {"甲": 500, "乙": 490, "丙": 480, "丁": 300},
        {**{name: [group("G", "a")] for name in "甲乙丙"}, "丁": [group("G", "b", ordinal=2)]},
    )
    outcome = allocate_plainly(instance)
    sealed = seal_under(KEY, instance, outcome, inputs={}, checked=Checked())
    assert wrong(sealed, "丙", publish(sealed, tmp_path / "whole")) == []
    short = replace(outcome, cutoffs=rows_of_format_1(outcome.cutoffs))
    sealed = seal_under(KEY, instance, short, inputs={}, checked=Checked())
    (said,) = wrong(sealed, "丙", publish(sealed, tmp_path / "short"))
    assert said.startswith("第 1 志愿 G")
