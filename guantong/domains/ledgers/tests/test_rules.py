"""Reading ledgers, where rows stand, what bodies mean, yearly targets; no database."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.domains.ledgers.rules.bodies import Meaning, branches_of, meaning_of
from guantong.domains.ledgers.rules.reading import check_all, read_ledger
from guantong.domains.ledgers.rules.standing import DONE, LATE, NOT_BEGUN, ON_COURSE, Said, standing_of, tally
from guantong.domains.ledgers.rules.yearly import Measure, actual_of, state_of, target_of
from guantong.policy.asking import load_policy

from .conftest import REGIONS, SAMPLE, entry_of, ledger_of

PRINTED = {
    "integration-2017": ("cn-integration-2017-annex", 26),
    "quality-action-2020": ("cn-quality-action-2020", 56),
    "skills-china-2021": ("cn-skills-china-2021", 10),
    "skills-yunnan-2021": ("yn-skills-action-2021", 28),
    "high-skilled-talent-2023-tasks": ("yn-high-skilled-talent-2023-annex1", 57 + 2),
    "high-skilled-talent-2023-actions": ("yn-high-skilled-talent-2023-annex2", 18),
    "vocational-action-2023": ("qj-vocational-action-2023", 26),
    "lifelong-training-2018": ("cn-lifelong-training-2018", 17),
}
"""Rows as the documents print them."""


def test_every_ledger_of_the_documents_has_all_its_rows() -> None:
    ledgers, problems = check_all(load_policy(REGIONS))
    assert problems == []
    found = {one.id: (one.document, len(one.rows)) for one in ledgers if not one.is_local}
    assert found == PRINTED


def test_rows_without_a_number_follow_the_last_numbered_one() -> None:
    ledgers, _ = check_all(load_policy(REGIONS))
    tasks = next(one for one in ledgers if one.id == "high-skilled-talent-2023-tasks")
    assert tasks.unnumbered == 2
    assert [row.number for row in tasks.rows] == [*map(str, range(1, 58)), "57-1", "57-2"]
    first = tasks.rows[0]
    assert first.leads == ("省人力资源社会保障厅", "省委组织部") and "省教育厅" in first.participants


def test_in_the_lifelong_training_document_the_first_named_leads() -> None:
    ledgers, _ = check_all(load_policy(REGIONS))
    lifelong = next(one for one in ledgers if one.id == "lifelong-training-2018")
    assert {row.leads for row in lifelong.rows} == {("人力资源社会保障部",)}
    assert all(row.participants for row in lifelong.rows if row.number not in ("十七",))


BROKEN: list[tuple[str, Any, str, str]] = [
    ("rows_printed", 4, "LED-003", "ledgers/sample.yaml 第 7 行"),
    ("lead", "somebody", "LED-005", "第 8 行"),
    ("lead", "joint", "LED-006", "第 20 行"),
    ("colour", "red", "LED-001", "第"),
    ("title", "", "LED-002", "第"),
    ("note", "", "LED-009", "第"),
    ("rows", "none", "LED-011", "第"),
]


@pytest.mark.parametrize(("key", "value", "code", "where"), BROKEN)
def test_it_says_what_is_wrong_and_where(key: str, value: Any, code: str, where: str) -> None:
    ledger, problems = read_ledger(entry_of({**SAMPLE, key: value}))
    assert ledger is None
    wrong = next(p for p in problems if p.code == code)
    assert where in wrong.sentence() and "sample.yaml" in wrong.sentence()


ROWS: list[tuple[dict[str, Any], str]] = [
    ({"row": "1"}, "LED-004"),
    ({"due": "明年"}, "LED-008"),
    ({"systems": ["I4"]}, "LED-010"),
    ({"lead": ["甲", "甲"]}, "LED-007"),
    ({"lead": ["甲"], "participants": ["甲"]}, "LED-007"),
    ({"lead": []}, "LED-006"),
    ({"who": "甲"}, "LED-001"),
    ({"task": ""}, "LED-002"),
    ({"participants": "甲"}, "LED-011"),
]


@pytest.mark.parametrize(("change", "code"), ROWS)
def test_it_names_the_line_of_a_wrong_row(change: dict[str, Any], code: str) -> None:
    data = deepcopy(SAMPLE)
    data["rows"][1].update(change)
    _, problems = read_ledger(entry_of(data))
    assert next((p.code, p.where.line) for p in problems) == (code, 21)


def test_who_leads_follows_the_rule_of_the_document() -> None:
    rows = [{"row": "1", "task": "甲事", "responsible": ["甲", "乙", "丙"], "systems": ["G2"]}]
    joint = ledger_of({**SAMPLE, "lead": "joint", "rows_printed": 1, "rows": rows}).rows[0]
    first = ledger_of({**SAMPLE, "lead": "first_named", "rows_printed": 1, "rows": rows}).rows[0]
    assert (joint.leads, joint.participants) == (("甲", "乙", "丙"), ())
    assert (first.leads, first.participants) == (("甲",), ("乙", "丙"))


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("教育部", Meaning("nation", "education")),
        ("国家发展改革委", Meaning("nation", "development_reform")),
        ("省教育厅", Meaning("province", "education")),
        ("省发展改革委", Meaning("province", "development_reform")),
        ("区教委", Meaning("county", "education")),
        ("各地有关部门", Meaning("province", "", True)),
        ("有关部门", Meaning()),
        ("省总工会", Meaning()),
        ("教育厅", Meaning()),
    ],
)
def test_bodies_are_read_by_level_and_line(name: str, meaning: Meaning) -> None:
    assert meaning_of(name) == meaning


def test_lines_are_those_the_row_names() -> None:
    assert branches_of(("教育部", "省总工会", "人力资源社会保障部", "教育部")) == ("education", "human_resources")


DUE = date(2025, 12, 31)


def standing(*said: Said, leads: int = 1, expected: int = 2, on: date = DUE):  # type: ignore[no-untyped-def]
    return standing_of(said, expected=expected, leads=leads, due=DUE, on=on)


def test_the_lead_decides_and_nobody_else() -> None:
    assert standing(Said(1, True, ON_COURSE, 50), Said(2, False, DONE, 100)).state == ON_COURSE
    assert standing(Said(2, False, DONE, 100)).state == "unreported"
    assert standing(Said(2, False, DONE, 100), leads=0, expected=1).state == DONE


def test_a_row_of_several_leads_is_done_when_each_has_said_so() -> None:
    one, two = Said(1, True, DONE, 100), Said(2, True, DONE, 100)
    half = standing(one, leads=2)
    assert (half.state, half.share) == (ON_COURSE, 99)
    assert standing(one, two, leads=2).state == DONE


def test_it_is_overdue_only_after_its_day_and_only_while_not_done() -> None:
    late = date(2026, 1, 1)
    assert not standing(Said(1, True, ON_COURSE, 90)).is_overdue
    assert standing(Said(1, True, ON_COURSE, 90), on=late).is_overdue
    assert not standing(Said(1, True, DONE, 100), on=late).is_overdue
    assert standing(on=late).word == "逾期"
    assert not standing_of([], expected=1, leads=1, due=None, on=late).is_overdue


STATES = st.sampled_from([NOT_BEGUN, ON_COURSE, LATE, DONE])
SAID = st.lists(st.builds(Said, st.integers(1, 5), st.booleans(), STATES, st.integers(0, 100)), max_size=8)


@given(st.lists(SAID, max_size=6), st.booleans())
def test_counts_of_states_add_up(rows: list[list[Said]], is_late: bool) -> None:
    on = date(2026, 2, 1) if is_late else DUE
    found = [standing(*said, on=on) for said in rows]
    counts = tally(found)
    assert counts.rows == counts.done + counts.on_course + counts.late + counts.not_begun + counts.unreported
    assert counts.overdue == (counts.rows - counts.done if is_late else 0)


PLAN = {"first_year": 2026, "a_1": 100, "a_2": 120, "a_3": 150}


def test_targets_are_those_of_the_years_of_the_plan() -> None:
    assert [target_of(PLAN, "a", year) for year in (2025, 2026, 2028, 2029)] == [None, 100, 150, None]
    assert target_of(PLAN, "b", 2026) is None and target_of({}, "a", 2026) is None
    assert actual_of({"a_done": 99}, "a") == 99 and actual_of({}, "a") is None


def test_a_target_is_met_at_its_very_number() -> None:
    assert Measure("人", 100, 100).is_met is True
    assert Measure("人", 100, 99).is_met is False and Measure("人", 100, 99).share == 99
    assert Measure("人", None, 99).is_met is None and Measure("人", 100, None).share is None


@pytest.mark.parametrize(
    ("step", "outcome", "handed_in", "today", "word"),
    [
        ("fill", "", None, date(2026, 12, 15), "等待填报"),
        ("fill", "", None, date(2026, 12, 16), "逾期未填报"),
        ("appraise", "", date(2026, 12, 15), date(2026, 12, 20), "已填报，等待考核"),
        ("appraise", "", date(2026, 12, 16), date(2026, 12, 20), "逾期填报，等待考核"),
        ("", "appraised", date(2026, 12, 15), date(2026, 12, 30), "考核通过"),
        ("", "not_passed", date(2026, 12, 15), date(2026, 12, 30), "考核不合格"),
    ],
)
def test_the_fifteenth_of_december_is_in_time(
    step: str, outcome: str, handed_in: date | None, today: date, word: str
) -> None:
    due = date(2026, 12, 15)
    assert state_of(step=step, outcome=outcome, due_on=due, handed_in_on=handed_in, today=today)[0] == word
