"""Whatever stands in a declaration, reading it gives a channel or named faults, never anything else."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.domains.admission.rules.declaration import examine
from guantong.domains.admission.tests.declared import ON, policy_with

WORDS = ["", " ", "total", "0", "-1", "1e9", "999999999999", "０", "culture", "ordinary", "farmers", "x" * 300]
KEYS = ["id", "key", "parameter", "all", "equals", "of", "from"]
PARAMETERS = ["admission.floor", "admission.ties", "admission.line", "no.such"]
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 400),
    st.sampled_from(WORDS),
    st.just(date(2026, 1, 1)),
    st.lists(st.sampled_from(["total", 3, None, {"id": "a"}]), max_size=3),
    st.dictionaries(st.sampled_from(KEYS), st.just("total"), max_size=3),
    st.fixed_dictionaries({"parameter": st.sampled_from(PARAMETERS)}),
)


@pytest.fixture(scope="module")
def entry_and_law(tmp_path_factory):
    policy = policy_with(tmp_path_factory.mktemp("any"))
    (entry,) = policy.raw("530000", "admission")
    return entry, policy.law("530000", ON)


def _places(value, path=()):
    """Every place below a value, as paths."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from _places(inner, (*path, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield (*path, position)
            yield from _places(inner, (*path, position))


def _put(data, path, value, how):
    for step in path[:-1]:
        data = data[step]
    if how == "replace":
        data[path[-1]] = value
    elif isinstance(data, dict):
        del data[path[-1]]
    elif how == "double":
        data.append(copy.deepcopy(data[path[-1]]))
    else:
        data.pop(path[-1])


@settings(max_examples=600)
@given(data=st.data())
def test_any_change_gives_a_channel_or_named_faults(entry_and_law, data):
    entry, law = entry_and_law
    changed = copy.deepcopy(entry.data)
    for _ in range(data.draw(st.integers(1, 3))):
        paths = list(_places(changed))
        path = data.draw(st.sampled_from(paths))
        _put(changed, path, data.draw(STRANGE), data.draw(st.sampled_from(["replace", "replace", "drop", "double"])))
    channel, problems = examine(replace(entry, data=changed), law)
    assert channel is not None or problems
    for problem in problems:
        assert problem.code.startswith("ADM-2")
        assert problem.where.file == entry.place.file and problem.where.line
        assert problem.message.endswith("。") and problem.do
