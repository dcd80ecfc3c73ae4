"""Rows kept between check and import come back as they were, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guantong.base.sheets.opening import open_workbook
from guantong.base.sheets.reading import read_sheet
from guantong.base.sheets.spool import Spool, read_spool

from .books import SPEC, TITLES, book, good_row


@pytest.fixture(scope="module")
def kept():
    rows = [
        good_row(number=f"K{n}", note="" if n % 2 else "备\n注", issued_on="" if n % 3 else "2024-09-01")
        for n in range(2300)
    ]
    reading = read_sheet(open_workbook(book([TITLES, *rows]), "a.xlsx"), SPEC)
    spool = Spool(SPEC, reading.header.columns, "digest")
    blocks = list(reading.blocks())
    for block in blocks:
        spool.add(block)
    return blocks, reading.header.columns, spool.content()


def test_every_row_comes_back_with_kinds_and_numbers(kept):
    blocks, columns, content = kept
    back = read_spool(content, SPEC, columns, "digest")
    old = [(r.number, r.values) for b in blocks for r in b]
    new = [(r.number, r.values) for b in back for r in b]
    assert new == old
    assert [type(v) for v in new[0][1].values()] == [type(v) for v in old[0][1].values()]


def test_another_file_another_form_or_half_a_spool_is_not_taken(kept):
    _, columns, content = kept
    assert read_spool(content, SPEC, columns, "other") is None
    assert read_spool(content, replace(SPEC, unique=()), columns, "digest") is None
    assert read_spool(content, SPEC, {**columns, "name": 9}, "digest") is None
    assert read_spool(content[:-30], SPEC, columns, "digest") is None
    assert read_spool(b"rubbish", SPEC, columns, "digest") is None
