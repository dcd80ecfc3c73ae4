"""Comma-separated tables as people save them: UTF-8 with or without a byte-order mark, any line ends, quoted cells.

Reading is by stream, so that a table of millions of rows costs one row of memory; every fault carries file, line and
column.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from guantong.engines.matching.files import errors
from guantong.kernel.refusal import Problem, Refusal, RefusalKind, Where

MAX_BYTES = 2 * 1024**3
MAX_COLUMNS = 400
MAX_ROWS = 200_000_000
MAX_CELL = 131_072
"""Characters; also the limit of the reader of the standard library."""
MAX_KEPT = 1_000
"""Faults kept of one run; beyond, only their number is."""

_FOREIGN = (
    (b"PK\x03\x04", "工作簿或压缩包"),
    (b"\xd0\xcf\x11\xe0", "旧版工作簿"),
    (b"%PDF", "PDF 文件"),
    (b"\x1f\x8b", "压缩文件"),
)
_SHORTENED_NUMBER = ("E+", "e+")
_UNSEEN = frozenset("\n\r\t\u200b\u200c\u200d\ufeff\u00a0\u2060")


class Faults:
    """The faults of all files of a run, in the order found."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.more = 0

    def __bool__(self) -> bool:
        return bool(self.problems)

    def add(self, kind: RefusalKind, where: Where, **values: object) -> None:
        """Note one fault."""
        self.take(kind.problem(where=where, basis=None, **values) if len(self.problems) < MAX_KEPT else None)

    def take(self, problem: Problem | None) -> None:
        """Note a fault found elsewhere."""
        if problem is None or len(self.problems) >= MAX_KEPT:
            self.more += 1
        else:
            self.problems.append(problem)

    def refuse_if_any(self) -> None:
        """Raises :class:`Refusal` with every fault found so far."""
        if self.problems:
            last = [errors.TOO_MANY.problem(count=self.more)] if self.more else []
            raise Refusal([*self.problems, *last])


def shorten(refusal: Refusal, shown: int = 20) -> Refusal:
    """The first ``shown`` problems of a refusal and one that tells the number of the rest."""
    problems = [problem for problem in refusal.problems if problem.code != errors.TOO_MANY.code]
    counted = sum(number_in(problem) for problem in refusal.problems if problem.code == errors.TOO_MANY.code)
    rest = max(0, len(problems) - shown) + counted
    if not rest:
        return refusal
    return Refusal([*problems[:shown], errors.TOO_MANY.problem(count=rest)], status=refusal.status)


def number_in(problem: Problem) -> int:
    """The number a sentence of :data:`errors.TOO_MANY` tells."""
    return int("".join(sign for sign in problem.message if sign.isdigit()))


def cut(text: str) -> str:
    """A cell as it is quoted in a message."""
    shown = "".join("·" if c in _UNSEEN or not c.isprintable() else c for c in text[:40])
    return shown if len(text) <= 40 else shown[:39] + "…"


def text_of(name: str, data: bytes, faults: Faults) -> bytes | None:
    """``data`` without its byte-order mark when it is UTF-8 text; else a fault and None."""
    where = Where(file=name)
    if len(data) > MAX_BYTES:
        faults.add(errors.TOO_LARGE, where, given=len(data) >> 20, limit=MAX_BYTES >> 20)
        return None
    for start, what in _FOREIGN:
        if data.startswith(start):
            faults.add(errors.NOT_TEXT, where, what=what)
            return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        faults.add(errors.NOT_UTF8, where, guess="看起来是 UTF-16（表格软件的“Unicode 文本”）")
        return None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        faults.add(errors.EMPTY_FILE, where)
        return None
    if b"\0" in data:
        faults.add(errors.EMPTY_BYTES, Where(file=name, line=data.count(b"\n", 0, data.index(b"\0")) + 1))
        return None
    if not data.isascii():
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            faults.add(
                errors.NOT_UTF8,
                Where(file=name, line=data.count(b"\n", 0, error.start) + 1),
                guess=_guess(data, error.start),
            )
            return None
    return data


def _guess(data: bytes, at: int) -> str:
    lines = data[max(0, data.rfind(b"\n", 0, at) + 1) : at + 2000].split(b"\n")[0].rstrip(b"\r")
    try:
        shown = lines.decode("gb18030")
    except UnicodeDecodeError:
        return "也不是表格软件常用的 GB18030，内容可能已经损坏"
    common = sum("\u4e00" <= c <= "\u9fff" for c in shown)
    return f"看起来是 GB18030（表格软件默认的保存方式），读出来像“{cut(shown)}”" if common else "看起来是 GB18030"


class Table:
    """One opened table: its header is read; iterate for the rows whose width is right.

    ``line`` is the line of the row just given (its last line, where cells hold line breaks).
    """

    def __init__(self, name: str, data: bytes, faults: Faults) -> None:
        self.name = name
        self.faults = faults
        self.header: list[str] = []
        self.is_readable = False
        self._data = data
        self._reader: Iterator[list[str]] = iter(())
        text = text_of(name, data, faults)
        if text is None:
            return
        self._data = text
        self._reader = self._open()
        self._read_header()

    def _open(self) -> Iterator[list[str]]:
        stream = io.TextIOWrapper(io.BytesIO(self._data), encoding="utf-8", newline="")
        return csv.reader(stream, strict=True)

    def again(self) -> Table:
        """The same table opened anew, its faults kept apart."""
        return Table(self.name, self._data, Faults())

    @property
    def line(self) -> int:
        """Line of the row just given."""
        return int(self._reader.line_num)  # type: ignore[attr-defined]

    def where(self, column: str | None = None, value: str | None = None) -> Where:
        """The place of a cell of the row just given."""
        return Where(file=self.name, line=self.line, title=column, value=None if value is None else cut(value))

    def _read_header(self) -> None:
        try:
            header = next(self._reader)
        except (csv.Error, StopIteration) as error:
            self._broken(error)
            return
        names = [cell.strip() for cell in header]
        while len(names) > 1 and not names[-1] and len(names) > len(self._second_row()):
            names.pop()
        if len(names) > MAX_COLUMNS:
            self.faults.add(errors.TOO_MANY_COLUMNS, self.where(), given=len(names), limit=MAX_COLUMNS)
            return
        seen: set[str] = set()
        is_good = True
        for number, name in enumerate(names, 1):
            if not name:
                self.faults.add(errors.NAMELESS_COLUMN, self.where(), number=number)
                is_good = False
            elif name[0] in "=+-@":
                self.faults.add(errors.FORMULA, self.where(cut(name)), sign=name[0])
                is_good = False
            elif name in seen:
                self.faults.add(errors.COLUMN_TWICE, self.where(cut(name)))
                is_good = False
            seen.add(name)
        self.header = names
        self.is_readable = is_good

    def _second_row(self) -> list[str]:
        rows = self._open()
        try:
            next(rows)
            return next(rows)
        except (csv.Error, StopIteration):
            return []

    def _broken(self, error: BaseException) -> None:
        if "field larger" in str(error):
            self.faults.add(errors.LONG_CELL, self.where(), limit=MAX_CELL)
        else:
            self.faults.add(errors.BROKEN_QUOTES, self.where())

    def expect(self, required: Sequence[str], optional: Sequence[str] = (), keeps_others: bool = False) -> bool:
        """Whether the header has the required columns and, unless ``keeps_others``, none but those and the optional."""
        if not self.is_readable:
            return False
        known = (*required, *optional)
        for name in required:
            if name not in self.header:
                self.faults.add(errors.MISSING_COLUMN, self.where(name))
                self.is_readable = False
        if not keeps_others:
            for name in self.header:
                if name not in known:
                    self.faults.add(errors.UNKNOWN_COLUMN, self.where(cut(name)), known="、".join(known))
                    self.is_readable = False
        return self.is_readable

    def at(self, column: str) -> int:
        """Number of a column in a row, from 0; -1 when the header has none."""
        return self.header.index(column) if column in self.header else -1

    def __iter__(self) -> Iterator[list[str]]:
        """Rows of the right width; empty lines are passed over."""
        if not self.is_readable:
            return
        width = len(self.header)
        count = 0
        reader = self._reader
        while True:
            try:
                for row in reader:
                    if len(row) != width:
                        if not row or (len(row) == 1 and not row[0].strip()):
                            continue
                        if len(row) > width and not any(cell.strip() for cell in row[width:]):
                            row = row[:width]
                        else:
                            self.faults.add(errors.WRONG_WIDTH, self.where(), given=len(row), expected=width)
                            continue
                    count += 1
                    if count > MAX_ROWS:
                        self.faults.add(errors.TOO_MANY_ROWS, self.where(), limit=MAX_ROWS)
                        return
                    yield row
                return
            except csv.Error as error:
                self._broken(error)
                return


def lines_of(table: Table, numbers: set[int]) -> dict[int, int]:
    """Line numbers of the rows with these numbers (from 0, good rows only): the table is read once more."""
    again = table.again()
    found: dict[int, int] = {}
    for number, _ in enumerate(again):
        if number in numbers:
            found[number] = again.line
            if len(found) == len(numbers):
                break
    return found


def is_id(text: str) -> bool:
    """Whether a text can be an id as it stands: not a formula, nothing unseen in it."""
    return text[:1] not in "=+-@" and text.isprintable()


def check_id(table: Table, column: str, text: str) -> bool:
    """Whether ``text`` may be an id; else a fault says why not."""
    where = table.where(column, text)
    if not text:
        table.faults.add(errors.EMPTY_CELL, table.where(column))
    elif text[0] in "=+-@":
        table.faults.add(errors.FORMULA, where, sign=text[0])
    elif any(c in _UNSEEN or not c.isprintable() for c in text):
        table.faults.add(errors.STRANGE_CHARACTER, where)
    elif (
        any(sign in text for sign in _SHORTENED_NUMBER)
        and text.replace(".", "").replace("+", "").replace("E", "").replace("e", "").isdigit()
    ):
        table.faults.add(errors.DAMAGED_NUMBER, where)
    elif len(text) > 200:
        table.faults.add(errors.LONG_CELL, table.where(column), limit=200)
    else:
        return True
    return False


def thousandths(text: str) -> int | None:
    """Whole thousandths of a decimal number of at most three places; None when the text is none."""
    if text.isascii() and text.isdigit() and len(text) < 13:
        return int(text) * 1000
    sign = 1
    if text[:1] in ("-", "+"):
        sign = -1 if text[0] == "-" else 1
        text = text[1:]
    whole, point, part = text.partition(".")
    if not text.isascii() or not whole.isdigit() or len(whole) > 12:
        return None
    if not point:
        return sign * int(whole) * 1000
    part = part.rstrip("0") if len(part) > 3 else part
    if part and not part.isdigit():
        return None
    if len(part) > 3 or (not part and text.endswith(".")):
        return None
    return sign * (int(whole) * 1000 + int(part.ljust(3, "0") or "0"))


def show_thousandths(value: int) -> str:
    """A number of thousandths as people write it: ``412.5``."""
    whole, part = divmod(abs(value), 1000)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}" if not part else f"{sign}{whole}.{part:03d}".rstrip("0")
