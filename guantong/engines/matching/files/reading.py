"""The files of a run to an :class:`Instance`: every fault of every file at once, with file, line and column."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from guantong.engines.matching.building import Cell, ChoiceRows, build_instance
from guantong.engines.matching.files import errors
from guantong.engines.matching.files.placing import Placing
from guantong.engines.matching.files.rules_file import RulesText, read_rules_file
from guantong.engines.matching.files.table import Faults, Table, check_id, is_id, number_in, thousandths
from guantong.engines.matching.files.writing import (
    CHOICES,
    CHOICES_OF_GROUPS,
    FIXED,
    LOTTERY_COLUMN,
    PLACES,
    SCORES,
    SEND_BACKS,
)
from guantong.engines.matching.lottery import lottery_number
from guantong.engines.matching.model import Instance, Place, Rules
from guantong.engines.matching.reading import read_rules
from guantong.kernel.refusal import Refusal, Where

REQUIRED = ("places", "candidates", "choices", "rules")
OPTIONAL = ("scores", "send_backs", "fixed")
NAMES = {
    "places": "places.csv",
    "candidates": "candidates.csv",
    "choices": "choices.csv",
    "rules": "rules.yaml",
    "scores": "scores.csv",
    "send_backs": "sendbacks.csv",
    "fixed": "fixed.csv",
}
"""What each file is called when nothing else is said."""

_YES = frozenset(("1", "true", "True", "TRUE", "是", "yes", "Yes", "y", "Y"))
_NO = frozenset(("", "0", "false", "False", "FALSE", "否", "no", "No", "n", "N"))
_LARGEST_SEATS = 2**31 - 1


@dataclass(frozen=True)
class Files:
    """The files of a run as bytes, by what they are (keys of :data:`NAMES`), and what they are called in messages."""

    data: Mapping[str, bytes]
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, what: str) -> str:
        """The file's name in messages."""
        return self.names.get(what, NAMES[what])


@dataclass(frozen=True)
class Reading:
    """What the files hold."""

    instance: Instance
    rules: Rules
    rows: Mapping[str, int]
    """Rows of each table, the header not counted."""
    lottery: tuple[int, ...] = ()
    """Numbers drawn, where ``candidates.csv`` has the column ``lottery_number``."""


def read_files(files: Files, *, numbers_stand: bool = False) -> Reading:
    """The instance of the files; Refusal with every fault.

    A column ``lottery_number`` of candidates.csv is held to the seed (MTC-324), unless ``numbers_stand``: in a bundle
    ids are pseudonyms and the numbers drawn for the persons stand beside them.
    """
    faults = Faults()
    missing = [what for what in REQUIRED if what not in files.data]
    for what in missing:
        faults.add(errors.NO_FILE, Where(file=files.name(what)))
    faults.refuse_if_any()
    text = read_rules_file(files.name("rules"), files.data["rules"], faults)
    rules = _rules(text, faults) if text is not None else None
    reader = _Reader(files, faults)
    reader.read()
    faults.refuse_if_any()
    assert rules is not None  # noqa: S101 - refused above otherwise
    try:
        instance = build_instance(
            places=reader.places,
            candidates=reader.candidates,
            columns=reader.columns,
            choices=reader.choices,
            rules=rules,
            scores=reader.scores,
            send_backs=reader.send_backs,
            fixed=reader.fixed,
        )
    except Refusal as refusal:
        placing = Placing(reader.tables, text)
        for problem in placing.placed(refusal.problems):
            if problem.code == errors.TOO_MANY.code:
                faults.more += number_in(problem)
            else:
                faults.take(problem)
        faults.refuse_if_any()
        raise
    lottery = reader.lottery
    if lottery and not numbers_stand:
        _check_lottery(reader, rules, faults)
        faults.refuse_if_any()
    return Reading(instance=instance, rules=rules, rows=reader.rows, lottery=tuple(lottery))


def _rules(text: RulesText, faults: Faults) -> Rules | None:
    try:
        return read_rules(text.mapping)
    except Refusal as refusal:
        for problem in refusal.problems:
            faults.take(problem.at(text.where(problem.where.column or problem.where.title, problem.where.value)))
    return None


def _check_lottery(reader: _Reader, rules: Rules, faults: Faults) -> None:
    seed = rules.lottery_seed
    if seed is None:
        return
    wrong = {
        row
        for row, (name, number) in enumerate(zip(reader.candidates, reader.lottery, strict=True))
        if lottery_number(seed, name) != number
    }
    table = reader.tables["candidates"]
    for row, line in Placing.lines(table, wrong).items():
        faults.add(
            errors.LOTTERY_DIFFERS,
            Where(file=table.name, line=line, title=LOTTERY_COLUMN, value=str(reader.lottery[row])),
        )


class _Reader:
    """Opens the tables one after another; what is read stands in the attributes."""

    def __init__(self, files: Files, faults: Faults) -> None:
        self.files = files
        self.faults = faults
        self.tables: dict[str, Table] = {}
        self.rows: dict[str, int] = {}
        self.places: list[Place] = []
        self.candidates: list[str] = []
        self.columns: dict[str, Sequence[Cell]] = {}
        self.lottery: array[int] = array("Q")
        self.choices = ChoiceRows((), (), ())
        self.scores: list[tuple[str, str, Cell]] = []
        self.send_backs: list[tuple[str, str, str]] = []
        self.fixed: list[tuple[str, str]] = []

    def read(self) -> None:
        """Every table that is there."""
        self._places()
        self._candidates()
        self._choices()
        for what in OPTIONAL:
            if what in self.files.data:
                getattr(self, f"_{what}")()

    def _open(self, what: str) -> Table:
        table = self.tables[what] = Table(self.files.name(what), self.files.data[what], self.faults)
        return table

    def _places(self) -> None:
        table = self._open("places")
        if not table.expect(PLACES):
            return
        ids = [table.at(name) for name in PLACES]
        for row in table:
            cells = [row[at].strip() for at in ids]
            for name, text in zip(PLACES[:5], cells[:5], strict=True):
                if name == "place_id" or text:
                    check_id(table, name, text)
            kind = cells[4] or "ordinary"
            seats = self._whole(table, "seats", cells[5], least=0, most=_LARGEST_SEATS, example="40")
            self.places.append(Place(cells[0], cells[1], cells[2], cells[3], kind, seats or 0))
        self.rows["places"] = len(self.places)

    def _whole(self, table: Table, column: str, text: str, *, least: int, most: int, example: str) -> int | None:
        if text.isascii() and text.isdigit() and len(text) <= 20 and least <= int(text) <= most:
            return int(text)
        if not text:
            self.faults.add(errors.EMPTY_CELL, table.where(column))
        else:
            self.faults.add(errors.NOT_WHOLE, table.where(column, text), least=least, example=example)
        return None

    def _candidates(self) -> None:
        table = self._open("candidates")
        if not table.expect(("candidate_id",), keeps_others=True):
            return
        at = table.at("candidate_id")
        names = [name for name in table.header if name not in ("candidate_id", LOTTERY_COLUMN)]
        places = [table.at(name) for name in names]
        drawn = table.at(LOTTERY_COLUMN)
        cells: list[list[str]] = [[] for _ in names]
        intern = sys.intern
        for row in table:
            name = row[at].strip()
            if not name or not is_id(name) or "+" in name:
                check_id(table, "candidate_id", name)
            self.candidates.append(name)
            for number, place in enumerate(places):
                text = row[place]
                if text[:1] in "=+-@" and text:
                    self._formula(table, names[number], text)
                cells[number].append(intern(text.strip()))
            if drawn >= 0:
                number_drawn = self._whole(
                    table, LOTTERY_COLUMN, row[drawn].strip(), least=0, most=2**64 - 1, example="1234567890"
                )
                self.lottery.append(number_drawn or 0)
        self.columns = dict(zip(names, cells, strict=True))
        self.rows["candidates"] = len(self.candidates)

    def _formula(self, table: Table, column: str, text: str) -> None:
        if text.strip() != "-" and thousandths(text.strip()) is None:
            self.faults.add(errors.FORMULA, table.where(column, text), sign=text[0])

    def _choices(self) -> None:
        table = self._open("choices")
        if not table.expect(CHOICES, CHOICES_OF_GROUPS[3:]):
            return
        at_name, at_ordinal, at_unit = (table.at(name) for name in ("candidate_id", "ordinal", "unit_id"))
        at_wishes, at_accepts = table.at("programmes"), table.at("accept_reassignment")
        candidates: list[str] = []
        ordinals = array("i")
        units: list[str] = []
        wishes: list[tuple[str, ...]] = []
        accepts: list[bool] = []
        known = _Memo()
        ordinal_of = _Ordinals()
        wishes_of = _Wishes()
        for row in table:
            name, unit = known[row[at_name]], known[row[at_unit]]
            ordinal = ordinal_of[row[at_ordinal]]
            if not ordinal or not name or not unit:
                self._bad_choice(table, row, (at_name, at_ordinal, at_unit))
            candidates.append(name)
            ordinals.append(ordinal)
            units.append(unit)
            if at_wishes >= 0:
                wishes.append(wishes_of[row[at_wishes]])
            if at_accepts >= 0:
                accepts.append(self._flag(table, row[at_accepts]))
        self.choices = ChoiceRows(
            candidates=candidates,
            ordinals=ordinals,
            units=units,
            programmes=wishes if at_wishes >= 0 else None,
            accepts=accepts if at_accepts >= 0 else None,
            file=table.name,
            first_row=0,
        )
        self.rows["choices"] = len(candidates)

    def _bad_choice(self, table: Table, row: list[str], at: tuple[int, int, int]) -> None:
        for column, number in zip(("candidate_id", "unit_id"), (at[0], at[2]), strict=True):
            check_id(table, column, row[number].strip())
        self._whole(table, "ordinal", row[at[1]].strip(), least=1, most=_LARGEST_SEATS, example="1")

    def _flag(self, table: Table, text: str) -> bool:
        text = text.strip()
        if text in _YES:
            return True
        if text not in _NO:
            self.faults.add(errors.NOT_A_FLAG, table.where("accept_reassignment", text))
        return False

    def _pairs(self, what: str, columns: Sequence[str]) -> Iterator[tuple[Table, list[str]]]:
        table = self._open(what)
        if not table.expect(columns):
            return
        ids = [table.at(name) for name in columns]
        known = _Memo()
        count = 0
        for row in table:
            cells = [row[at].strip() for at in ids]
            for number in (0, 1):
                if not known[cells[number]]:
                    check_id(table, columns[number], cells[number])
                cells[number] = known[cells[number]]
            yield table, cells
            count += 1
        self.rows[what] = count

    def _scores(self) -> None:
        for table, (name, place, score) in self._pairs("scores", SCORES):
            if not score:
                self.faults.add(errors.EMPTY_CELL, table.where("score"))
            elif thousandths(score) is None:
                self.faults.add(errors.NOT_A_NUMBER, table.where("score", score))
            self.scores.append((name, place, sys.intern(score)))

    def _send_backs(self) -> None:
        for table, (name, place, reason) in self._pairs("send_backs", SEND_BACKS):
            check_id(table, "reason", reason)
            self.send_backs.append((name, place, reason))

    def _fixed(self) -> None:
        for _, (name, place) in self._pairs("fixed", FIXED):
            self.fixed.append((name, place))


class _Memo(dict[str, str]):
    """A cell → the id in it, one object for each; empty when it can be none."""

    def __missing__(self, cell: str) -> str:
        text = cell.strip()
        good = bool(text) and is_id(text) and len(text) <= 200 and "E+" not in text and "e+" not in text
        value = self[cell] = text if good else ""
        return value


class _Ordinals(dict[str, int]):
    """A cell → the ordinal in it, from 1; 0 when it is none."""

    def __missing__(self, cell: str) -> int:
        text = cell.strip()
        is_whole = text.isascii() and text.isdigit() and len(text) < 11
        value = self[cell] = int(text) if is_whole and int(text) <= _LARGEST_SEATS else 0
        return value


class _Wishes(dict[str, tuple[str, ...]]):
    """A cell → the programmes in it."""

    def __missing__(self, cell: str) -> tuple[str, ...]:
        parts = (part.strip() for part in cell.replace("；", ";").split(";"))
        value = self[cell] = tuple(sys.intern(part) for part in parts if part)
        return value
