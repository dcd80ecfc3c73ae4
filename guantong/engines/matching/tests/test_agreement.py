"""Both implementations say the same about everything; ten thousand seeds with ``python -m
bench.matching.mismatches``.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings

from guantong.engines.matching import allocate, allocate_plainly, compare
from guantong.engines.matching.model import Instance
from guantong.engines.matching.national import allocate_provinces
from guantong.engines.matching.tests.strategies import instances, random_instance

many = settings(max_examples=200, deadline=None)


@many
@given(instances())
def test_both_implementations_agree(instance: Instance):
    assert compare(allocate(instance), allocate_plainly(instance)) == ()


@pytest.mark.parametrize(
    "narrow",
    [
        {},
        {"unit": "place", "quotas": False, "limits": False, "send_backs": False},
        {"unit": "place", "quotas": False, "limits": False, "send_backs": False, "own": True, "ties": "lottery"},
        {"stages": "two", "mechanism": "parallel", "unit": "group", "send_backs": False, "ceilings": False},
        {"stages": "two", "unit": "school", "mechanism": "sequential", "ties": "reject_all"},
        {"reassignment": "most_seats_left", "ties": "reject_all", "unit": "school"},
        {"own": True, "mechanism": "deferred_acceptance", "quotas": True},
        {"quotas": True, "ceilings": True, "ties": "admit_all"},
    ],
    ids=lambda narrow: " ".join(f"{name}={value}" for name, value in narrow.items()) or "anything",
)
def test_both_implementations_agree_on_crowded_instances(narrow: dict[str, object]):
    for seed in range(60):
        instance = random_instance(f"crowd {seed}", **{"candidates": 30, "places": 9, **narrow})
        assert compare(allocate(instance), allocate_plainly(instance)) == (), seed


def test_they_disagree_when_one_of_them_is_told_something_else():
    """The comparison can fail: the same lists with one seat more somewhere give another outcome somewhere."""
    told_apart = 0
    for seed in range(30):
        instance = random_instance(f"other {seed}", candidates=20, quotas=False, fixed=False)
        places = tuple(replace(place, seats=place.seats + 1) for place in instance.places)
        told_apart += compare(allocate(replace(instance, places=places)), allocate_plainly(instance)) != ()
    assert told_apart > 20


def test_provinces_one_after_another_are_what_each_is_alone():
    provinces = {f"province {seed}": random_instance(f"province {seed}") for seed in range(6)}
    found = allocate_provinces({name: (lambda made=made: made) for name, made in provinces.items()})
    assert list(found) == list(provinces)
    assert found == {name: allocate(instance) for name, instance in provinces.items()}


def test_asking_for_the_package_does_not_start_the_compiler():
    code = (
        "import sys, guantong.engines.matching as m; m.Instance; print('numba' in sys.modules, 'numpy' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "False"]
