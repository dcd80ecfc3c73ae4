"""Whatever stands in a region folder, reading it ends in problems with places, never in an exception."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guantong.policy.reading.loading import read_checked
from guantong.policy.reading.nodes import read_nodes
from guantong.policy.tests.folders import GOOD, write

FILES = [*GOOD, "530000-yunnan/procedures/a.yaml", "530000-yunnan/codes/a.yaml", "530000-yunnan/cases/a.yaml"]
TOKENS = [
    *(
        "- ",
        ": ",
        "\n",
        "  ",
        "{",
        "}",
        "[",
        "]",
        ",",
        "null",
        "true",
        "2020-01-01",
        "2020-02-30",
        '"8"',
        "8.5",
        "9" * 5000,
    ),
    *(
        "&a ",
        "*a",
        "!t ",
        "id",
        "values",
        "value",
        "scoped",
        "scope",
        "metadata",
        "unit",
        "percent",
        "table",
        "reference",
    ),
    *(
        "document",
        "clause",
        "cn-law",
        "years",
        "2024",
        "holidays",
        "days",
        "documents",
        "code",
        "level",
        "cases",
        "expect",
    ),
    *("plan.practice_share", "#", "|", ">", "'", "甲", "---", "<<", "?", "@", "\t", "\x00", "\ufeff"),
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(file=st.sampled_from(FILES), text=st.lists(st.sampled_from(TOKENS), max_size=40).map("".join))
def test_reading_never_breaks_on_text(file: str, text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    _, found = read_checked(write(tmp_path_factory.mktemp("any"), {file: text}))
    for problem in found:
        assert problem.where.file
        assert problem.message.endswith("。")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(file=st.sampled_from(sorted(GOOD)), data=st.data())
def test_reading_never_breaks_on_a_damaged_file(
    file: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    good = GOOD[file]
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(len(good), start + 30)))
    middle = data.draw(st.sampled_from(["", *TOKENS]))
    _, found = read_checked(write(tmp_path_factory.mktemp("cut"), {file: good[:start] + middle + good[end:]}))
    assert all(problem.where.file for problem in found)


@given(content=st.binary(max_size=200))
def test_bytes_are_read_or_refused(content: bytes) -> None:
    node, problems = read_nodes(content, "a.yaml")
    assert node is None or isinstance(node.line, int)
    assert all(problem.where.file == "a.yaml" for problem in problems)
