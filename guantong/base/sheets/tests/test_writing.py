"""Templates and tables: readable again, no formulas, texts as texts."""

from __future__ import annotations

import datetime
import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.base.sheets.opening import open_workbook
from guantong.base.sheets.reading import read_sheet
from guantong.base.sheets.specs import ColumnSpec, SheetSpec
from guantong.base.sheets.writing import column_rule, safe_text, write_table, write_template

from .books import GOOD_ID, SPEC, TITLES, good_row, read

PLAIN = SheetSpec(
    name="plain",
    title="数据",
    columns=tuple(
        ColumnSpec(key=k, titles=(t,), max_length=40_000) for k, t in (("a", "甲"), ("b", "乙"), ("c", "丙"))
    ),
)
texts = st.text(
    alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=30
) | st.sampled_from(
    ["=1+1", "'=1", "''@x", "+86", "-5", "\tx", "'x", "_x0041_", "0012", "1E5", "TRUE", "＝A1", "2024-01-01"]
)


def tidied(text: str) -> str | None:
    """What a text column gives for a text: the same, but for spaces and what cannot be seen."""
    from guantong.base.sheets.tidying import tidy_text

    return tidy_text(safe_text(text), "text")[0] or None


@given(st.lists(st.tuples(texts, texts, texts), max_size=8))
@settings(max_examples=150, deadline=None)
def test_any_table_of_texts_comes_back_as_it_was(rows):
    reading = read_sheet(open_workbook(write_table(["甲", "乙", "丙"], rows), "t.xlsx"), PLAIN)
    found = {row.number: tuple(row.values.values()) for row in reading}
    expected = {n: tuple(map(tidied, row)) for n, row in enumerate(rows, start=2) if any(map(tidied, row))}
    assert found == expected
    if expected:
        assert reading.problems == []


@given(
    st.text(
        alphabet=st.characters(min_codepoint=33, max_codepoint=0x9FFF, categories=["L", "N", "P", "S"]), max_size=20
    )
)
@settings(max_examples=300, deadline=None)
def test_visible_text_is_not_changed_at_all_by_going_out_and_in(text):
    assert (tidied(text) or "") == text


@given(texts)
@settings(max_examples=300, deadline=None)
def test_no_text_we_write_begins_like_a_formula(text):
    assert safe_text(text)[:1] not in {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"} or not text


def test_a_table_keeps_kinds_and_identity_numbers_as_text():
    rows = [[GOOD_ID, 3, Decimal("2.5"), datetime.date(2024, 9, 1), True, None, "=HYPERLINK(1)", 10**17]]
    page = openpyxl.load_workbook(io.BytesIO(write_table(list("甲乙丙丁戊己庚辛"), rows))).active
    cells = [c.value for c in page[2]]
    assert cells == [GOOD_ID, 3, 2.5, datetime.datetime(2024, 9, 1), "是", None, "'=HYPERLINK(1)", str(10**17)]  # noqa: DTZ001
    assert page["A2"].data_type == "s"
    assert page["G2"].data_type == "s"


def test_an_over_long_text_is_cut_and_says_so_by_its_end():
    page = openpyxl.load_workbook(io.BytesIO(write_table(["甲"], [["长" * 40_000]]))).active
    assert len(page["A2"].value) == 32_000
    assert page["A2"].value.endswith("…")


EXAMPLES = {
    "id_number": GOOD_ID,
    "name": "吴小雨",
    "kind": "课程成绩",
    "hours": "32",
    "credits": "2.5",
    "issued_on": "2024-09-01",
}
FORM = replace(
    SPEC, columns=tuple(replace(c, example=EXAMPLES.get(c.key, "")) for c in SPEC.columns), about=("一人一行。",)
)


def test_the_template_reads_as_an_empty_form():
    reading, rows = read(write_template(FORM), spec=FORM)
    assert rows == []
    assert [p.code for p in reading.problems] == ["SHT-018"]
    assert [n.code for n in reading.notes] == ["SHT-032", "SHT-036"] or [n.code for n in reading.notes] == ["SHT-036"]


def test_the_filled_template_is_read():
    workbook = openpyxl.load_workbook(io.BytesIO(write_template(FORM)))
    for index, value in enumerate(good_row(), start=1):
        workbook.active.cell(3, index, value or None)
    target = io.BytesIO()
    workbook.save(target)
    reading, rows = read(target.getvalue(), spec=FORM)
    assert reading.problems == []
    assert [r.number for r in rows] == [3]


def test_the_template_explains_every_column_and_offers_lists():
    workbook = openpyxl.load_workbook(io.BytesIO(write_template(FORM)))
    assert workbook.sheetnames == ["学习成果", "说明", "选项"]
    assert [c.value for c in workbook["学习成果"][1]][:3] == ["身份证号（必填）", "姓名（必填）", "成果类型（必填）"]
    about = [[c.value for c in row] for row in workbook["说明"].iter_rows()]
    assert any(row[0] == "成果类型" and "职业技能等级证书、1+X证书" in row[2] for row in about)
    (validation,) = workbook["学习成果"].data_validations.dataValidation
    assert str(validation.sqref) == "C2:C100001"
    assert validation.formula1 == "'选项'!$A$1:$A$4"
    assert [c.value for c in workbook["选项"]["A"]] == ["职业技能等级证书", "1+X证书", "课程成绩", "竞赛获奖"]


@pytest.mark.parametrize(
    ("key", "words"), [("school", "10 位"), ("hours", "不小于 1，不大于 2000"), ("credits", "最多 2 位小数")]
)
def test_rules_are_said_in_words(key, words):
    assert words in column_rule(SPEC.column(key))
    assert len(TITLES) == len(SPEC.columns)
