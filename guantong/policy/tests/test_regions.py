"""The region folders of this repository: they load, and every worked example holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from guantong.policy.asking import load_policy
from guantong.policy.asking.worked import run_case, run_cases
from guantong.policy.reading.loading import read_checked
from guantong.policy.tests.folders import write

REGIONS = Path(__file__).resolve().parents[3] / "regions"
_READING, _FOUND = read_checked(REGIONS)
_CASES = [case for held in _READING.folders.values() for case in held.cases]


def test_every_region_folder_loads_without_fault() -> None:
    assert [p.sentence() for p in _FOUND if p.weight.name == "MUST_CHANGE"] == []
    assert {"100000", "530000", "500000", "500110", "990000"} <= set(_READING.folders)


@pytest.mark.parametrize("case", _CASES, ids=[f"{c.place.file}:{c.place.line}" for c in _CASES])
def test_a_worked_example_holds(case) -> None:  # type: ignore[no-untyped-def]
    problem = run_case(load_policy(REGIONS), case)
    assert problem is None, problem.sentence()


CASES = """\
- name: 云南占比
  parameter: plan.practice_share
  region: "530000"
  on: 2020-01-01
  expect: "55"
  from_region: "530000"
- name: 之前按国家
  parameter: plan.practice_share
  region: "530000"
  on: 2015-12-31
  expect: 50%
- name: 终止以后没有上限
  parameter: credit.certificate_cap
  region: "530000"
  on: 2024-01-01
  refuses: POL-005
- name: 职称评审
  parameter: equivalence.advanced_worker_class
  region: "530000"
  scope: 职称评审
  on: 2020-01-01
  expect: 大专
"""


def test_examples_that_hold_are_silent(tmp_path: Path) -> None:
    policy = load_policy(write(tmp_path, {"530000-yunnan/cases/all.yaml": CASES}))
    assert run_cases(policy) == (4, [])


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('expect: "55"', 'expect: "60"', 1, "期望60，实际55"),
        ('from_region: "530000"', 'from_region: "100000"', 1, "期望来自地区 100000，实际来自地区 530000"),
        ("on: 2024-01-01", "on: 2023-12-31", 12, "期望被拒绝（POL-005），实际8 学分"),
        ("refuses: POL-005", "refuses: POL-004", 12, "期望被拒绝（POL-004），实际被拒绝（POL-005）"),
        ("  scope: 职称评审\n", "", 17, "实际被拒绝（POL-006）"),
    ],
)
def test_an_example_that_does_not_hold_is_told(old: str, new: str, line: int, words: str, tmp_path: Path) -> None:
    assert old in CASES
    policy = load_policy(write(tmp_path, {"530000-yunnan/cases/all.yaml": CASES.replace(old, new)}))
    _, (problem,) = run_cases(policy)
    assert problem.code == "REG-039"
    assert (problem.where.file, problem.where.line) == ("regions/530000-yunnan/cases/all.yaml", line)
    assert words in problem.message


def test_entries_are_taken_nearest_first_and_by_date(tmp_path: Path) -> None:
    from datetime import date

    nation = (
        "procedures:\n"
        "  - {id: a, version: 1, title: 国一, in_force_from: 2012-01-01}\n"
        "  - {id: a, version: 2, title: 国二, in_force_from: 2018-01-01}\n"
        "  - {id: b, version: 1, title: 乙, in_force_from: 2012-01-01, repealed_on: 2019-01-01}\n"
    )
    own = "id: a\nversion: 1\ntitle: 云\nin_force_from: 2016-01-01\nrepealed_on: 2020-01-01\n"
    policy = load_policy(
        write(tmp_path, {"100000-china/procedures/all.yaml": nation, "530000-yunnan/procedures/a.yaml": own})
    )

    def titles(region: str, day: date) -> dict[str, object]:
        return {key: entry.data["title"] for key, entry in policy.procedures(region, day).items()}

    assert titles("530000", date(2015, 1, 1)) == {"a": "国一", "b": "乙"}
    assert titles("530000", date(2017, 1, 1)) == {"a": "云", "b": "乙"}
    assert titles("100000", date(2018, 6, 1)) == {"a": "国二", "b": "乙"}
    assert titles("530100", date(2020, 1, 1)) == {"a": "国二"}
    assert [e.region for e in policy.raw("530100", "procedures")] == ["530000", "100000", "100000", "100000"]
    assert policy.raw("530100", "procedures")[0].data["in_force_from"] == date(2016, 1, 1)


def test_an_occupation_code_in_an_entry_is_text_and_no_date(tmp_path: Path) -> None:
    entry = "id: a\ncodes: [4-04-05-05, 6-31-01-03]\non: 2020-01-01\ncount: 3\nnote: null\n"
    policy = load_policy(write(tmp_path, {"100000-china/rulesets/a.yaml": entry}))
    (held,) = policy.raw("530000", "rulesets")
    assert held.data["codes"] == ["4-04-05-05", "6-31-01-03"]
    assert held.data["on"].year == 2020
    assert (held.data["count"], held.data["note"]) == (3, None)


def test_channels_of_admission_are_a_list_and_every_entry_keeps_its_lines(tmp_path: Path) -> None:
    entry = (
        "channels:\n  - id: secondary\n    batches:\n"
        "      - {id: first, ratio: '1'}\n      - id: second\n        order: [a,\n          b]\n"
    )
    policy = load_policy(write(tmp_path, {"530000-yunnan/admission/all.yaml": entry}))
    (held,) = policy.raw("530000", "admission")
    assert held.kind == "admission"
    assert held.lines["id"] == 2
    assert held.lines["batches[0].ratio"] == 4
    assert held.lines["batches[1]"] == 5
    assert held.lines["batches[1].order[1]"] == 7
    assert policy.entries("530100", "admission", policy.first_day("530100"))["secondary"] is held


def test_a_list_under_the_folders_own_name_is_not_taken_for_channels(tmp_path: Path) -> None:
    _, found = read_checked(write(tmp_path, {"530000-yunnan/admission/all.yaml": "admission:\n  - {id: a}\n"}))
    assert any("channels" in problem.do for problem in found)
