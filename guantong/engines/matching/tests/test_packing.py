"""A packed run comes back whole and only when it is the run that was sealed; one candidate's facts corrected."""

from __future__ import annotations

import io
import json
import zipfile
from array import array
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.engines.matching import Choice, Instance, Outcome, Place, allocate_plainly, build_instance
from guantong.engines.matching.lottery import DrawnCandidates
from guantong.engines.matching.model import Column
from guantong.engines.matching.packing import FORMAT, NotThisRun, pack, unpack
from guantong.engines.matching.sealing.arrays import digest_of_run
from guantong.engines.matching.tests.strategies import instances
from guantong.engines.matching.tests.worked import instance_of, rules_of
from guantong.engines.matching.varying import with_cells
from guantong.kernel.refusal import Refusal

PLACES = [Place("A", seats=1), Place("B", seats=1)]
PEOPLE = {
    "甲": {"total": 500, "culture": 200, "county": "东"},
    "乙": {"total": 490, "culture": 250, "county": "西"},
    "丙": {"total": 480, "culture": "", "county": ""},
}
LISTS = {"甲": ["A", "B"], "乙": ["A", "B"], "丙": ["B"]}


def base(**rules: object) -> Instance:
    return instance_of(rules_of(**rules), PLACES, PEOPLE, LISTS)


def told(outcome: Outcome) -> tuple[object, ...]:
    return outcome.place, outcome.slice, outcome.ordinal, outcome.reason, outcome.codes, outcome.key_names


def changed(content: bytes, member: str, new: bytes | None) -> bytes:
    """The zip with one member put in another's place, or left out."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as archive:
        assert member in old.namelist(), old.namelist()
        for name in old.namelist():
            if name != member:
                archive.writestr(name, old.read(name))
            elif new is not None:
                archive.writestr(name, new)
    return made.getvalue()


def header_with(content: bytes, **other: object) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        header = json.loads(archive.read("run.json"))
    return changed(content, "run.json", json.dumps({**header, **other}).encode())


@settings(max_examples=150, deadline=None)
@given(instances())
def test_every_run_comes_back_whole(instance: Instance):
    outcome = allocate_plainly(instance)
    seed = instance.rules.lottery_seed
    content = pack(instance, outcome)
    again, found = unpack(content, digest_of_run(instance, outcome), seed)
    assert again == instance
    assert told(found) == told(outcome)
    assert content == pack(again, found), "the same run gives the same bytes"
    assert allocate_plainly(again) == outcome


def test_wide_and_negative_numbers_keep_every_byte():
    instance = base()
    wide = array("q", [10**15 + 1, -1, -(2**63)])
    instance = replace(instance, columns={**instance.columns, "figure": Column(wide)})
    outcome = allocate_plainly(instance)
    again, _ = unpack(pack(instance, outcome), digest_of_run(instance, outcome))
    assert again.columns["figure"].values == wide


def test_the_seed_is_never_among_the_bytes_and_must_be_the_sealed_one():
    instance = base(ties="lottery")
    outcome, seed = allocate_plainly(instance), instance.rules.lottery_seed
    assert seed is not None
    content, digest = pack(instance, outcome), digest_of_run(instance, outcome)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert all(seed.encode() not in archive.read(name) for name in archive.namelist())
    assert unpack(content, digest, seed)[0] == instance
    for other in (None, "0" * 64):
        with pytest.raises(NotThisRun):
            unpack(content, digest, other)


def test_a_run_that_is_not_the_sealed_one_is_never_given_back():
    instance = base()
    outcome = allocate_plainly(instance)
    digest = digest_of_run(instance, outcome)
    more_seats = replace(instance, places=(replace(instance.places[0], seats=2), instance.places[1]))
    better = with_cells(instance, 2, {"total": 600})
    other_lists = replace(instance, choice_units=array("i", reversed(instance.choice_units)))
    renamed = replace(instance, candidates=("甲", "乙", "丁"))
    for other in (more_seats, better, other_lists, renamed):
        with pytest.raises(NotThisRun, match="digest"):
            unpack(pack(other, outcome), digest)
    for name in ("place", "slice", "ordinal", "reason", "codes"):
        values = getattr(outcome, name)[:]
        values[0] += 1
        with pytest.raises(NotThisRun, match="digest"):
            unpack(pack(instance, replace(outcome, **{name: values})), digest)
    assert unpack(pack(instance, outcome), digest)


def test_another_format_and_damaged_bytes_are_told_from_a_run():
    instance = base()
    outcome = allocate_plainly(instance)
    content, digest = pack(instance, outcome), digest_of_run(instance, outcome)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        lies = json.loads(archive.read("run.json"))["arrays"]
    spoilt = {
        "format": header_with(content, format="guantong-run-packed-0"),
        "rules": header_with(content, rules={"mechanism": "by_name"}),
        "arrays": header_with(content, arrays={}),
        "longer": header_with(content, arrays={**lies, "place": {**lies["place"], "count": 4}}),
        "negative": header_with(content, arrays={**lies, "place": {**lies["place"], "count": -1}}),
        "units": header_with(content, units=[]),
        "list": changed(content, "run.json", b"[]"),
        "member": changed(content, "candidates.txt", None),
        "half": content[: len(content) // 2],
        "none": b"",
    }
    assert json.loads(zipfile.ZipFile(io.BytesIO(content)).read("run.json"))["format"] == FORMAT
    for what, bad in spoilt.items():
        with pytest.raises(NotThisRun):
            unpack(bad, digest)
            pytest.fail(what)


@settings(max_examples=150, deadline=None)
@given(instances(), st.integers(min_value=0), st.integers(1, 255))
def test_whatever_byte_is_changed_the_sealed_run_comes_back_or_none(instance: Instance, at: int, change: int):
    outcome = allocate_plainly(instance)
    digest, seed = digest_of_run(instance, outcome), instance.rules.lottery_seed
    content = bytearray(pack(instance, outcome))
    content[at % len(content)] ^= change
    try:
        again, found = unpack(bytes(content), digest, seed)
    except NotThisRun:
        return
    assert (again, told(found)) == (instance, told(outcome)), "a byte of the directory that says nothing of the run"


def test_what_cannot_come_back_is_not_packed():
    instance = base(ties="lottery")
    outcome = allocate_plainly(instance)
    with pytest.raises(ValueError, match="elsewhere"):
        pack(replace(instance, candidates=DrawnCandidates.of(instance.candidates, [3, 1, 2])), outcome)
    with pytest.raises(ValueError, match="line breaks"):
        pack(replace(instance, candidates=("甲", "乙\n", "丙")), outcome)


# --- one candidate's facts corrected --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "cells",
    [
        {"total": "495.5"},
        {"culture": 120, "total": 600},
        {"culture": ""},
        {"county": "西"},
        {"county": "北"},
        {"county": ""},
        {"county": None, "weather": "晴"},
        {},
    ],
)
@pytest.mark.parametrize("name", list(PEOPLE))
def test_a_correction_is_what_would_have_been_read(name: str, cells: dict[str, object]):
    known = {key: value for key, value in cells.items() if key in PEOPLE[name]}
    columns = {key: [({**PEOPLE[who], **known} if who == name else PEOPLE[who])[key] for who in PEOPLE]
               for key in ("total", "culture", "county")}  # fmt: skip
    wanted = build_instance(
        places=PLACES,
        candidates=list(PEOPLE),
        columns=columns,
        choices={who: [Choice(unit) for unit in units] for who, units in LISTS.items()},
        rules=base().rules,
    )
    made = with_cells(base(), list(PEOPLE).index(name), cells)
    for key in columns:
        assert shown(made.columns[key]) == shown(wanted.columns[key])
    assert replace(made, columns=wanted.columns) == wanted


def shown(column: Column) -> list[object]:
    """What a column says, whatever texts it knows besides."""
    if column.texts is None:
        return list(column.values)
    return [None if value < 0 else column.texts[value] for value in column.values]


def test_columns_in_which_nothing_is_corrected_are_shared():
    instance = base()
    made = with_cells(instance, 0, {"total": "500", "culture": 199})
    assert made.columns["total"] is instance.columns["total"]
    assert made.columns["county"] is instance.columns["county"]
    assert instance.columns["culture"].values[0] == 200_000, "what was given is not touched"


def test_a_correction_that_is_no_mark_is_refused():
    instance = base(full_marks={"total": "750"})
    for cells, code in (
        ({"total": "好"}, "MTC-116"),
        ({"total": "751"}, "MTC-114"),
        ({"total": "-1"}, "MTC-115"),
    ):
        with pytest.raises(Refusal) as refused:
            with_cells(instance, 0, cells)
        assert [p.code for p in refused.value.problems] == [code]
