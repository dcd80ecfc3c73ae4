"""The spreadsheets of samples/: made by a command, each telling what it was made to tell."""

from __future__ import annotations

import io
import sys
from datetime import date
from pathlib import Path

import pytest
import python_calamine

from guantong.base.sheets.kinds import JobContext
from guantong.base.sheets.opening import open_workbook
from guantong.base.sheets.reading import read_sheet
from guantong.base.sheets.specs import SheetSpec
from guantong.domains.credit.sheets.deposit import DEPOSIT_SHEET, Seen, check_row, same_rows, understand
from guantong.kernel.refusal import Problem

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import make_samples  # noqa: E402

SAMPLES = ROOT / "samples"


def findings(content: bytes, name: str, spec: SheetSpec = DEPOSIT_SHEET) -> tuple[int, list[Problem], list[str]]:
    """(good rows, findings of cells and rows in order, codes of notes)."""
    reading = read_sheet(open_workbook(content, name), spec)
    rows = list(reading)
    problems = list(reading.problems)
    columns = reading.header.columns if reading.header else {}
    context = JobContext(0, "SAMPLE", None, None, "990000", spec, {}, columns, True)  # type: ignore[arg-type]
    understood = [understand(row) for row in rows]
    problems += same_rows(understood, Seen({}, {}), context)
    for row in understood:
        problems += check_row(row, context, date(2026, 9, 1))
    problems.sort(key=lambda p: p.where.row or 0)
    return len(rows), problems, [n.code for n in reading.notes]


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


@pytest.mark.parametrize("name", sorted(make_samples.SMALL))
def test_the_samples_are_what_the_command_makes(name):
    def cells(content):
        sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return list(sheet.iter_rows()), sheet.merged_cell_ranges

    assert cells(sample(name)) == cells(make_samples.SMALL[name]())


def test_the_good_one_has_no_mistake():
    assert findings(sample("学习成果存入表-没有错误.xlsx"), "a.xlsx") == (200, [], [])


def test_the_one_with_mistakes_has_each_of_them_at_its_row():
    _, problems, notes = findings(sample("学习成果存入表-二十多处错误.xlsx"), "a.xlsx")
    assert len({p.code for p in problems}) >= 24
    by_row = {p.where.row: p.code for p in problems}
    expected = [
        *("SHT-014", "SHT-054", "SHT-057", "SHT-056", "SHT-058", "SHT-040", "SHT-043", "SHT-040"),
        *("SHT-051", "SHT-050", "SHT-068", "SHT-049", "SHT-045", "SHT-044", "SHT-047", "SHT-046"),
        *("SHT-041", "SHT-014", "CRD-012", "CRD-019", "CRD-021", "CRD-022", "CRD-013", "CRD-014"),
    ]
    assert len(expected) == len(make_samples.MISTAKES)
    assert [by_row.get(row) for row in range(5, 5 + len(expected))] == expected
    assert [by_row[row] for row in (29, 30, 32, 35, 37, 38)] == [
        "SHT-062",
        "SHT-063",
        "SHT-064",
        "CRD-034",
        "SHT-065",
        "SHT-065",
    ]
    assert {"SHT-030", "SHT-032", "SHT-034", "SHT-081"} <= set(notes)
    assert not {2, 3, 4, 31, 33, 34, 36} & set(by_row)


def test_the_traditional_one_is_read_as_it_is():
    good, problems, notes = findings(sample("學習成果存入表-繁體.xlsx"), "a.xlsx")
    assert (good, problems) == (40, [])
    assert {"SHT-024", "SHT-085"} <= set(notes)


def test_a_large_one_is_made_by_the_command(tmp_path):
    target = tmp_path / "large.xlsx"
    assert make_samples.main(["large", str(target), "--rows", "2500"]) == 0
    good, problems, _ = findings(target.read_bytes(), "a.xlsx")
    assert (good, problems) == (2500, [])


def test_the_invented_people_are_all_different():
    people = [make_samples.person(n)[1] for n in range(0, 700_000, 997)]
    assert len(set(people)) == len(people)
    assert all(p.startswith("990999") for p in people)
    assert make_samples.person(0) != make_samples.person(1400)
