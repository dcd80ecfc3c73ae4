"""Shared blocks: put in whole and in part, found as entries are, dated, and refused with file and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.kernel.refusal import Refusal
from guantong.policy.asking import load_policy
from guantong.policy.reading.blocks import expand, uses_blocks
from guantong.policy.reading.loading import read_checked
from guantong.policy.schema.shapes import Place, RawEntry
from guantong.policy.tests.folders import write

BLOCKS = """\
blocks:
  - id: correct
    title: 退回以后补正
    takes: [next]
    defaults: {days: 5, branch: null, needs: [declaration]}
    content:
      - id: correct
        branch: $branch
        deadline: {days: $days}
        text: 补正$(days)日，费用$$5。
        actions: [{id: submit, to: $next, needs: [$needs, materials]}]
  - id: both
    content:
      - {use: correct, with: {next: school, days: 3}}
      - {id: school}
  - id: ending
    takes: [name]
    content: {outcomes: [{id: granted, title: $name}], further: 复核。}
"""
PROCEDURES = """\
procedures:
  - id: first
    version: "1"
    steps:
      - {id: declare}
      - {use: correct, with: {next: city, branch: education, needs: [declaration, conditions]}}
      - {use: both}
      - {id: city}
    use: ending
    with: {name: 认定}
    further: 申诉。
  - id: plain
    version: "1"
    steps: [{id: declare}]
"""
FILE = "100000-china/blocks/shared.yaml"
BOOK = "100000-china/procedures/book.yaml"


def entry(root: Path, region: str, on: date, name: str = "first") -> RawEntry:
    return load_policy(root).procedures(region, on)[name]


def test_a_block_stands_where_it_is_used_with_what_was_given(tmp_path: Path) -> None:
    root = write(tmp_path, {FILE: BLOCKS, BOOK: PROCEDURES})
    found = entry(root, "530100", date(2024, 5, 1))
    assert found.data == {
        "outcomes": [{"id": "granted", "title": "认定"}],
        "further": "申诉。",
        "id": "first",
        "version": "1",
        "steps": [
            {"id": "declare"},
            {
                "id": "correct",
                "branch": "education",
                "deadline": {"days": 5},
                "text": "补正5日，费用$5。",
                "actions": [{"id": "submit", "to": "city", "needs": ["declaration", "conditions", "materials"]}],
            },
            {
                "id": "correct",
                "deadline": {"days": 3},
                "text": "补正3日，费用$5。",
                "actions": [{"id": "submit", "to": "school", "needs": ["declaration", "materials"]}],
            },
            {"id": "school"},
            {"id": "city"},
        ],
    }
    assert not uses_blocks(found.data)
    assert found.lines["steps[1].deadline"] == 9, "the line in the file of the block"


def test_a_region_puts_its_own_block_before_its_parents(tmp_path: Path) -> None:
    own = "blocks: [{id: ending, takes: [name], content: {further: $name}}]\n"
    used = "procedures:\n  - {id: own, version: '1', use: ending, with: {name: 省里}}\n"
    root = write(
        tmp_path,
        {FILE: BLOCKS, BOOK: PROCEDURES, "530000-yunnan/blocks/a.yaml": own, "530000-yunnan/procedures/a.yaml": used},
    )
    on = date(2024, 5, 1)
    assert entry(root, "530100", on, "own").data == {"further": "省里", "id": "own", "version": "1"}
    assert entry(root, "530100", on).data["further"] == "申诉。", "what the nation wrote means the same in a province"
    assert "outcomes" in entry(root, "530100", on).data


def test_a_later_version_of_a_block_counts_from_its_day(tmp_path: Path) -> None:
    blocks = """\
blocks:
  - {id: days, version: "1", repealed_on: 2024-09-01, content: {working_days: 5}}
  - {id: days, version: "2", in_force_from: 2024-09-01, content: {working_days: 7}}
"""
    used = "procedures:\n  - id: first\n    version: '1'\n    in_force_from: 2020-01-01\n    deadline: {use: days}\n"
    root = write(tmp_path, {FILE: blocks, BOOK: used})
    before, after = entry(root, "100000", date(2024, 8, 31)), entry(root, "100000", date(2024, 9, 1))
    assert before.data["deadline"] == {"working_days": 5} and before.repealed_on == date(2024, 9, 1)
    assert after.data["deadline"] == {"working_days": 7} and after.repealed_on is None
    assert before.data["in_force_from"] == date(2020, 1, 1) and after.data["in_force_from"] == date(2024, 9, 1)
    root = write(tmp_path, {FILE: blocks.replace("working_days: 7", "working_days: 5")})
    assert entry(root, "100000", date(2025, 1, 1)).repealed_on is None, "what does not differ stays one entry"


def test_the_version_of_the_policy_covers_its_blocks(tmp_path: Path) -> None:
    root = write(tmp_path, {FILE: BLOCKS, BOOK: PROCEDURES})
    before = load_policy(root).version("530000")
    write(tmp_path, {FILE: BLOCKS.replace("days: 5", "days: 6"), BOOK: PROCEDURES})
    assert load_policy(root).version("530000") != before


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "words"),
    [
        (BOOK, "{use: both}", "{use: boht}", 7, "您是否想写“both”"),
        (BOOK, "next: city, ", "", 6, "要给出“next”"),
        (BOOK, "next: city", "nxt: city", 6, "不要“nxt”"),
        (BOOK, "{use: both}", "{use: both, id: x}", 7, "旁边不能再写别的"),
        (BOOK, "use: ending", "use: both", 9, "是一串内容"),
        (BOOK, "with: {name: 认定}", "with: [认定]", 10, "with 后面要写"),
        (FILE, "      - {id: school}", "      - {use: both}", 15, "“both”，用到“both”"),
        (FILE, "days: 3", "days: [3]", 10, "要放进一段文字"),
        (FILE, "to: $next", "to: school", 4, "内容里却没有用它"),
        (FILE, "branch: $branch", "branch: $branhc", 8, "“$branhc”"),
        (FILE, "    title: 退回以后补正", "    tilte: 退回以后补正", 3, "不认识“tilte”"),
        (FILE, "    content: {outcomes", "    contents: {outcomes", 16, "没有内容"),
    ],
)  # fmt: skip
def test_what_cannot_be_put_in_is_refused_with_its_place(
    tmp_path: Path, file: str, old: str, new: str, line: int, words: str
) -> None:
    files = {FILE: BLOCKS, BOOK: PROCEDURES}
    assert old in files[file]
    files[file] = files[file].replace(old, new, 1)
    _, found = read_checked(write(tmp_path, dict(files)))
    told = [p for p in found if p.code == "REG-048"]
    assert any(words in p.sentence() and p.where.line == line for p in told), [(p.sentence(), p.where) for p in told]
    with pytest.raises(Refusal):
        load_policy(tmp_path / "regions")


PLAIN: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("a字$()x", max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=12,
)


@given(PLAIN, PLAIN)
def test_without_blocks_nothing_changes_and_whole_values_come_through_as_given(data: Any, value: Any) -> None:
    top = Place("f", 1)
    assert expand(data, {}, top, lambda name: None).data == data
    block = RawEntry("1", "blocks", "b", None, {"id": "b", "takes": ["x"], "content": {"v": "$x"}}, None, None, top)
    found = expand({"k": {"use": "b", "with": {"x": value}}}, {}, top, {"b": block}.get)
    assert found.problems == []
    assert found.data == {"k": {} if value is None else {"v": value}}
