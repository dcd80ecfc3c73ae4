"""Reading a sheet by its form: header, then every cell, then rows against each other. Nothing stops inside a stage.

workbook = open_workbook(content, name)
reading = read_sheet(workbook, spec)
for row in reading: ...          # rows whose every cell is good
reading.problems, reading.notes  # complete once the rows have been gone through
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from guantong.kernel.refusal import Problem, RefusalKind, Where

from . import errors
from .cells import BAD, ColumnChecker, Finding
from .opening import Cell, SheetPart, Workbook
from .specs import ColumnSpec, SheetSpec, column_letters
from .tidying import show_cell
from .titles import HEADER_ROWS, Header, find_header, title_key

BLOCK = 1000
"""Rows checked at a time."""
_FOOTERS = (
    "合计",
    "总计",
    "小计",
    "共计",
    "填表人",
    "制表人",
    "经办人签",
    "审核人",
    "负责人签",
    "说明",
    "备注",
    "注",
    "填报单位",
)


class Row:
    """One good row: ``number`` as in the margin of her screen, ``values`` by column key (None for an empty cell)."""

    __slots__ = ("number", "values")

    def __init__(self, number: int, values: dict[str, object]) -> None:
        self.number = number
        self.values = values

    def __repr__(self) -> str:
        return f"Row({self.number})"


class Reading:
    """One sheet being read. Go through it once; ``problems`` and ``notes`` are complete afterwards."""

    def __init__(self, workbook: Workbook, spec: SheetSpec) -> None:
        self.workbook = workbook
        self.spec = spec
        self.sheet = ""
        self.header: Header | None = None
        self.problems: list[Problem] = []
        """Everything that must be changed, in order of rows."""
        self.notes: list[Problem] = list(workbook.notes)
        """What was noticed or tidied (weight 已处理)."""
        self.rows_read = 0
        """Rows of data met so far, good or not."""
        self.bad_rows: set[int] = set()
        """Numbers of rows that must be changed."""
        self.is_finished = False
        self.expected_rows = 0
        """About how many rows of data there are, for showing progress; blank rows are counted in."""
        self._cells: Iterator[list[Cell]] = iter(())
        self._width = 0
        self._checkers: list[tuple[int, ColumnChecker]] = []
        self._overrides: dict[int, dict[int, Finding]] = {}
        self._seen: list[tuple[tuple[int, ...], tuple[str, ...], dict[object, int]]] = []
        self._tidied: dict[tuple[str, int], tuple[RefusalKind, ColumnSpec, list[int]]] = {}
        self._examples: list[int] = []
        self._padded: dict[int, dict[int, int]] = {}

    @property
    def is_stopped(self) -> bool:
        """Whether the header is wrong, so that no row was looked at."""
        return self.header is None or bool(self.header.problems)

    def where(self, row: int, key: str, value: str | None = None) -> Where:
        """The place of a column in a row, for checks made by the form's owner."""
        column = self.spec.column(key)
        index = self.header.columns.get(key) if self.header else None
        letters = column_letters(index) if index is not None else None
        return Where(sheet=None, row=row, column=letters, title=column.title, value=value)

    def __iter__(self) -> Iterator[Row]:
        for block in self.blocks():
            yield from block

    def blocks(self) -> Iterator[list[Row]]:
        """Good rows in lists of at most :data:`BLOCK`."""
        if self.is_stopped:
            self.is_finished = True
            return
        assert self.header is not None  # noqa: S101 (is_stopped says so)
        keys = [c.column.key for _, c in self._checkers]
        first = self.header.row + 1
        while block := list(islice(self._cells, BLOCK)):
            yield self._check_block(block, first, keys)
            first += len(block)
        self._finish()

    # ---- inside -----------------------------------------------------------------------------------------------

    def _check_block(self, block: list[list[Cell]], first: int, keys: list[str]) -> list[Row]:
        if self.workbook.kind == "csv":
            block = [row + [""] * (self._width - len(row)) for row in block]
        columns: list[Sequence[Cell]] = list(zip(*block, strict=False))
        values: list[list[object]] = []
        odd: list[int] = []
        for position, (index, checker) in enumerate(self._checkers):
            cells = columns[index]
            if bool in set(map(type, cells)):  # 1 and TRUE are one key of a dictionary
                cells = [show_cell(c) if isinstance(c, bool) else c for c in cells]
            if index in self._padded and checker.column.kind in {"text", "code"}:
                cells = self._as_shown(cells, index, position, first)
            found = list(map(checker.__getitem__, cells))
            if checker.is_odd:
                odd.append(position)
                checker.is_odd = False
            values.append(found)
        last = first + len(block)
        if any(first <= number < last for number in self._overrides):
            odd = self._override(values, first, last)
        dropped: set[int] = set()
        if odd:
            dropped = self._judge(block, values, odd, first)
        dropped |= self._blank_or_example(block, values, first)
        self.rows_read += len(block) - sum(1 for at in dropped if first + at not in self.bad_rows)
        dropped |= self._compare(values, first, dropped)
        return [
            Row(first + at, dict(zip(keys, row, strict=True)))
            for at, row in enumerate(zip(*values, strict=True))
            if at not in dropped
        ]

    def _as_shown(self, cells: Sequence[Cell], index: int, position: int, first: int) -> list[Cell]:
        """Numbers with the leading zeros their format shows on her screen."""
        widths = self._padded[index]
        shown = list(cells)
        kind, column = errors.TIDIED_NUMBER_CODE, self._checkers[position][1].column
        for at, cell in enumerate(cells):
            width = widths.get(first + at)
            if width and isinstance(cell, int | float) and cell == int(cell) and 0 <= cell < 1e15:
                text = f"{int(cell):0{width}d}"
                if len(text) > len(str(int(cell))):
                    shown[at] = text
                    self._tidied.setdefault((kind.code, position), (kind, column, []))[2].append(first + at)
        return shown

    def _override(self, values: list[list[object]], first: int, last: int) -> list[int]:
        for number, cells in self._overrides.items():
            if first <= number < last:
                for position, finding in cells.items():
                    values[position][number - first] = finding
        return list(range(len(values)))

    def _judge(self, block: list[list[Cell]], values: list[list[object]], odd: list[int], first: int) -> set[int]:
        """Turn findings into problems and tidied values; gives the offsets of rows that fall out."""
        bad: dict[int, list[tuple[int, Finding]]] = {}
        for position in odd:
            column = values[position]
            for at, value in enumerate(column):
                if value.__class__ is not Finding:
                    continue
                finding = value
                column[at] = finding.value
                if finding.value is BAD:
                    bad.setdefault(at, []).append((position, finding))
                else:
                    for kind in finding.tidied:
                        spec = self._checkers[position][1].column
                        self._tidied.setdefault((kind.code, position), (kind, spec, []))[2].append(first + at)
        dropped: set[int] = set()
        for at in sorted(bad):
            dropped.add(at)
            if _is_blank(block[at]) and first + at not in self._overrides:
                continue
            self.bad_rows.add(first + at)
            if self._is_footer(block[at], bad[at]):
                self.problems.append(errors.FOOTER.problem(where=Where(row=first + at)))
                continue
            for position, finding in bad[at]:
                self.problems.append(self._problem(first + at, position, finding, block[at]))
        return dropped

    def _problem(self, number: int, position: int, finding: Finding, row: list[Cell]) -> Problem:
        index, checker = self._checkers[position]
        raw = row[index]
        kind = finding.kind
        assert kind is not None  # noqa: S101 (bad findings carry their kind)
        shown = show_cell(raw, checker.column.kind) if raw != "" else None
        where = Where(row=number, column=checker.letters, title=checker.column.title, value=shown)
        values: dict[str, Any] = dict(finding.values)
        return kind.problem(where=where, **values)

    def _is_footer(self, row: list[Cell], bad: list[tuple[int, Finding]]) -> bool:
        missing = sum(1 for _, f in bad if f.kind is errors.REQUIRED)
        needed = sum(1 for _, c in self._checkers if c.column.required)
        texts = [c.strip() for c in row if isinstance(c, str) and c.strip()]
        return missing * 2 >= needed > 1 and bool(texts) and title_key(texts[0]).startswith(_FOOTERS)

    def _blank_or_example(self, block: list[list[Cell]], values: list[list[object]], first: int) -> set[int]:
        dropped: set[int] = set()
        if not any(c.column.required for _, c in self._checkers):
            dropped = {at for at, row in enumerate(zip(*values, strict=True)) if not any(v is not None for v in row)}
        assert self.header is not None  # noqa: S101 (blocks() checked it)
        for at in range(min(3, len(block)) if first == self.header.row + 1 else 0):
            pairs = [(show_cell(block[at][i]).strip(), c.column.example) for i, c in self._checkers if c.column.example]
            if len(pairs) >= 3 and all(given == example for given, example in pairs):
                self._examples.append(first + at)
                dropped.add(at)
        if dropped and self.bad_rows:
            gone = {first + at for at in dropped} & self.bad_rows & set(self._examples)
            if gone:
                self.bad_rows -= gone
                self.problems = [p for p in self.problems if p.where.row not in gone]
        return dropped

    def _compare(self, values: list[list[object]], first: int, dropped: set[int]) -> set[int]:
        """Rows against each other; the later of two equal rows falls out."""
        twice: set[int] = set()
        for positions, titles, seen in self._seen:
            if len(positions) == 1:
                keys: Sequence[object] = values[positions[0]]
            else:
                keys = list(zip(*(values[p] for p in positions), strict=True))
            for at, key in enumerate(keys):
                number = first + at
                other = seen.setdefault(key, number)
                if other == number:
                    continue
                parts = key if len(positions) > 1 else (key,)
                if any(p is None or p is BAD for p in parts):  # type: ignore[attr-defined]
                    continue
                if at in dropped and number not in self.bad_rows:
                    continue
                twice.add(at)
                self.bad_rows.add(number)
                letters = self._checkers[positions[0]][1].letters
                where = Where(row=number, column=letters, title=titles[0])
                shown = "、".join(f"“{t}”" for t in titles) if len(titles) > 1 else titles[0]
                self.problems.append(errors.SAME_AS_ROW.problem(where=where, other=other, titles=shown))
        return twice

    def _finish(self) -> None:
        self.is_finished = True
        self.problems.sort(key=lambda p: p.where.row or 0)
        for kind, column, rows in self._tidied.values():
            rows.sort()
            shown = show_rows(rows[:12], more=len(rows) > 12)
            self.notes.append(kind.problem(title=column.title, count=len(rows), rows=shown))
        if self._examples:
            self.notes.append(errors.EXAMPLE_SKIPPED.problem(rows=show_rows(self._examples)))
        if not self.rows_read:
            self.problems.append(errors.SHEET_EMPTY.problem(sheet=f"工作表“{self.sheet}”"))


def _is_blank(row: list[Cell]) -> bool:
    return all(isinstance(c, str) and not c.strip() for c in row)


def show_rows(rows: Sequence[int], more: bool = False) -> str:
    """Row numbers as people read them: 3、8–20、25 等; at most twelve groups."""
    groups: list[list[int]] = []
    for number in rows:
        if groups and number == groups[-1][1] + 1:
            groups[-1][1] = number
        else:
            groups.append([number, number])
    shown = "、".join(str(a) if a == b else f"{a}–{b}" for a, b in groups[:12])
    return shown + (" 等" if more or len(groups) > 12 else "")


def read_sheet(workbook: Workbook, spec: SheetSpec) -> Reading:
    """Find the sheet and its header; the rows are read while the result is gone through.

    The sheet named like the form is taken, else the first visible one whose header matches. Raises a Refusal when the
    file cannot be read at all (SHT-010 …); a wrong header gives ``problems`` and no rows.
    """
    reading = Reading(workbook, spec)
    visible = workbook.visible()
    ordered = sorted(visible, key=lambda s: s.name.strip() != spec.title)
    chosen: SheetPart | None = None
    for sheet in ordered[:10]:
        cells, merged = workbook.cells(sheet, spec.max_rows)
        head = list(islice(cells, HEADER_ROWS))
        header = find_header(spec, head, sheet.name)
        if chosen is None or header is not None:
            chosen = sheet
            reading.sheet = sheet.name
        if header is not None:
            reading.header = header
            _begin(reading, sheet, head, cells, merged)
            break
    if chosen is None:
        raise errors.SHEET_EMPTY.refuse(sheet=f"文件“{workbook.name}”")
    if reading.header is None:
        titles = "、".join(f"“{c.title}”" for c in spec.columns if c.required)
        reading.problems.append(
            errors.HEADER_NOT_FOUND.problem(where=Where(sheet=chosen.name), sheet=chosen.name, titles=titles)
        )
    else:
        reading.problems.extend(reading.header.problems)
        reading.notes.extend(reading.header.notes)
    others = [s.name for s in workbook.sheets if s.name not in {chosen.name, "说明", "填表说明"}]
    if others:
        shown = "、".join(f"“{n}”" for n in others[:8]) + ("等" if len(others) > 8 else "")
        reading.notes.append(errors.OTHER_SHEETS.problem(titles=shown, sheet=chosen.name))
    return reading


def match_specs(workbook: Workbook, specs: Sequence[SheetSpec]) -> SheetSpec:
    """The form whose header fits best (most columns found, fewest required ones missing); the first when none fits."""
    best = specs[0]
    best_score = (-1, -1)
    for spec in specs:
        for sheet in workbook.visible()[:10]:
            cells, _ = workbook.cells(sheet, spec.max_rows)
            header = find_header(spec, list(islice(cells, HEADER_ROWS)), sheet.name)
            if header is not None:
                score = (-len(header.problems), header.matched)
                if score > best_score or best_score == (-1, -1):
                    best, best_score = spec, score
                break
    return best


def _begin(
    reading: Reading,
    sheet: SheetPart,
    head: list[list[Cell]],
    cells: Iterator[list[Cell]],
    merged: list[tuple[int, int, int, int]],
) -> None:
    header = reading.header
    assert header is not None  # noqa: S101 (called with a header)
    spec = reading.spec
    stored_as_text = reading.workbook.kind == "csv"
    for column in spec.columns:
        if column.key in header.columns:
            index = header.columns[column.key]
            reading._checkers.append((index, ColumnChecker(column, column_letters(index), stored_as_text)))
    reading._width = max(i for i, _ in reading._checkers) + 1
    positions = {c.column.key: p for p, (_, c) in enumerate(reading._checkers)}
    for keys in spec.unique:
        if all(k in positions for k in keys):
            titles = tuple(spec.column(k).title for k in keys)
            reading._seen.append((tuple(positions[k] for k in keys), titles, {}))
    reading.expected_rows = max(0, reading.workbook.height(sheet) - header.row)
    rest = head[header.row :]

    def following() -> Iterator[list[Cell]]:
        yield from rest
        yield from cells

    reading._cells = following()
    _look_around(reading, sheet, header, merged)


def _look_around(reading: Reading, sheet: SheetPart, header: Header, merged: list[tuple[int, int, int, int]]) -> None:
    facts = reading.workbook.facts(sheet, reading.spec.max_rows)
    at = {index: position for position, (index, _) in enumerate(reading._checkers)}
    hidden = [n for n in facts.hidden_rows if n > header.row]
    if hidden:
        reading.notes.append(errors.HIDDEN_ROWS.problem(count=len(hidden), rows=show_rows(hidden)))
    letters = [column_letters(i) for i in facts.hidden_columns if i in at]
    if letters:
        reading.notes.append(errors.HIDDEN_COLUMNS.problem(letters="、".join(letters)))
    if facts.formulas:
        reading.notes.append(errors.FORMULAS_READ.problem(count=facts.formulas))

    for (row, column), width in facts.padded.items():
        reading._padded.setdefault(column, {})[row] = width

    def override(row: int, column: int, kind: RefusalKind, **values: object) -> None:
        if row > header.row and column in at:
            finding = Finding(BAD, kind, tuple(values.items()))
            reading._overrides.setdefault(row, {})[at[column]] = finding

    for top, left, bottom, right in merged:
        cells = f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"
        for row in range(max(top, header.row + 1), min(bottom, header.row + reading.spec.max_rows) + 1):
            for column in range(left, min(right, 701) + 1):
                if (row, column) != (top, left):
                    override(row, column, errors.MERGED, cells=cells, first=f"{column_letters(left)}{top}")
    for row, column in facts.without_value:
        override(row, column, errors.FORMULA_WITHOUT_VALUE)
    for (row, column), mark in facts.error_marks.items():
        override(row, column, errors.ERROR_VALUE, mark=mark)
