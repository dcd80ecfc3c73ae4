"""What must hold for any sheet: the extent is never understated, her cells come back as they were."""

from __future__ import annotations

import io

import openpyxl
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.base.sheets import errors
from guantong.base.sheets.opening import open_workbook
from guantong.base.sheets.returning import write_report
from guantong.base.sheets.specs import column_letters
from guantong.kernel.refusal import Where

from .books import SPEC, TITLES, book

visible = st.characters(categories=["L", "N", "P", "S", "Zs"], max_codepoint=0xFFFF)
cells = st.one_of(
    st.none(),
    st.text(visible, max_size=12),
    st.integers(-(10**9), 10**9),
    st.booleans(),
    st.floats(-1e6, 1e6, width=32),
)


def values(content: bytes) -> list[list[object]]:
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return sheet.to_python(skip_empty_area=False)


@given(st.lists(st.lists(cells, min_size=9, max_size=9), max_size=12), st.sets(st.integers(2, 16)), st.booleans())
@settings(max_examples=120, deadline=None)
def test_her_cells_come_back_as_they_were(rows, bad, twice):
    def as_text(workbook, page):
        for row in page.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # "=x" is a text here

    content = book([TITLES, *rows], as_text)
    problems = [
        errors.REQUIRED.problem(where=Where(row=n, column="B", title="姓名"), title="姓名") for n in sorted(bad)
    ]
    back = write_report(content, SPEC, problems)
    if twice:
        back = write_report(back, SPEC, problems)
    old, new = values(content), values(back)
    assert [row[:9] for row in new][: len(old)] == [(row + [""] * 9)[:9] for row in old]
    assert new[0][9:] == ["校验结果", "错误说明"]
    for number, row in enumerate(new[1:], start=2):
        assert (row[9] == "1 处需修改") == (number in bad)
        assert row[9] in {"1 处需修改", "通过", ""}


@given(st.dictionaries(st.tuples(st.integers(1, 400), st.integers(0, 300)), st.integers(0, 9), min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_the_extent_is_never_understated(places):
    workbook = openpyxl.Workbook()
    for (row, column), value in places.items():
        workbook.active[f"{column_letters(column)}{row}"] = value
    target = io.BytesIO()
    workbook.save(target)
    opened = open_workbook(target.getvalue(), "a.xlsx")
    from guantong.base.sheets.scanning import inflate, scan

    facts = scan(inflate(opened.content, opened.sheets[0].part))
    assert facts.rows >= max(row for row, _ in places)
    assert max(facts.columns, 26) >= max(column for _, column in places) + 1
