"""Search in both scripts, and what rests on a clause."""

from __future__ import annotations

from pathlib import Path

import pytest

from guantong.policy.asking import load_policy
from guantong.policy.tests.folders import write
from guantong.site.law.library import Library, clause_order, folded, words_of

PROCEDURE = """\
id: conversion
version: 1
title: 学分转换
references: [{document: cn-law, clause: 第三条}]
steps:
  - {id: a, reference: [{document: yn-measures, clause: 第九条}]}
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(load_policy(write(tmp_path, {"530000-yunnan/procedures/conversion.yaml": PROCEDURE})))


@pytest.mark.parametrize("query", ["證書", "证书", "證書 學分", "ＣＲＥＤＩＴ.certificate", "L4", "8 学分", "第四條"])
def test_parameters_are_found_in_either_script(query: str, library: Library) -> None:
    assert [p.name for p in library.parameters(query)] == ["credit.certificate_cap"]


def test_every_word_must_be_found(library: Library) -> None:
    assert library.parameters("證書 沒有的詞") == []
    assert len(library.parameters("")) == 3


def test_parameters_are_filtered_by_system_and_region(library: Library) -> None:
    assert [p.name for p in library.parameters(system="T2")] == ["plan.practice_share"]
    assert len(library.parameters(region="530000")) == 3
    assert library.systems() == ["L4", "L6", "T2"]


@pytest.mark.parametrize("query", ["職業教育法", "职业教育法", "全國人大常委會"])
def test_documents_are_found_in_either_script(query: str, library: Library) -> None:
    assert [d.id for d in library.documents(query)] == ["cn-law"]


def test_documents_come_latest_first_and_are_filtered(library: Library) -> None:
    assert library.documents()[0].id == "yn-measures"
    assert {d.id for d in library.documents(level="nation")} == {"cn-law", "cn-old"}
    assert {d.id for d in library.documents(region="100000")} == {"cn-law", "cn-old"}


def test_what_rests_on_a_document_is_known(library: Library) -> None:
    law = {(c.clause, c.kind, c.title, c.shown) for c in library.citing["cn-law"]}
    assert ("第一条", "参数", "实践教学占比", "50%") in law
    assert ("第三条", "办理程序", "学分转换", "") in law
    assert ("第七条", "工作日历", "2024年放假安排", "") in law
    assert ("第七条", "工作日历", "法定节假日", "") in law
    own = {(c.clause, c.kind) for c in library.citing["yn-measures"]}
    assert own == {("第二条", "参数"), ("第九条", "办理程序")}
    assert "cn-old" not in library.citing


@pytest.mark.parametrize(
    "printed",
    [
        ["第二条", "第九条", "第十条", "第十二条", "第二十条", "第一百零五条", "第一百一十条"],
        ["（四）", "（九）", "（十六）"],
        ["二（二）2", "四（七）2", "四（七）10"],
    ],
)
def test_clauses_are_ordered_as_printed(printed: list[str]) -> None:
    mixed = [*printed[1::2], *printed[::2]]
    assert mixed != printed
    assert sorted(mixed, key=clause_order) == printed


def test_folding_is_harmless_to_simplified_text() -> None:
    assert folded("学分 ABC１２") == "学分 abc12"
    assert words_of("　學分  轉換 ") == ("学分", "转换")
    assert len("".join(words_of("学" * 1000))) == 100
