"""Ledgers read from region data and checked, with file and line of every fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from guantong.kernel.refusal import Problem, Where

from .. import errors

if TYPE_CHECKING:
    from guantong.policy.asking import Policy
    from guantong.policy.schema.shapes import RawEntry

PRINTED, FIRST_NAMED, JOINT = "printed", "first_named", "joint"
LEAD_RULES = {PRINTED: "原文分列牵头和配合", FIRST_NAMED: "列在第一位的牵头", JOINT: "各单位共同负责"}
"""How a document tells who leads."""
LEDGER_KEYS = (
    "id", "version", "in_force_from", "repealed_on", "title", "document", "clause", "clause_of_row", "rows_printed",
    "unnumbered", "lead", "lead_note", "bodies_note", "due", "due_note", "references", "source", "note", "rows",
)  # fmt: skip
ROW_KEYS = (
    "row", "group", "task", "responsible", "lead", "participants", "due", "outcome", "indicator", "systems",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``leads`` answer for it, ``participants`` take part. Bodies are named as the document names them."""

    ledger: str
    number: str
    group: str
    task: str
    leads: tuple[str, ...]
    participants: tuple[str, ...]
    due: date | None
    outcome: str
    """Form of what comes of it: a document, a list, a system; empty where the ledger prints none."""
    indicator: str
    systems: tuple[str, ...]
    clause: str

    @property
    def bodies(self) -> tuple[str, ...]:
        """All of them, in the order of the ledger."""
        return self.leads + self.participants


@dataclass(frozen=True, slots=True)
class Ledger:
    """One ledger. ``rows_printed`` counts all rows, ``unnumbered`` those of them without a number in the document."""

    id: str
    region: str
    title: str
    document: str
    clause: str
    rows_printed: int
    unnumbered: int
    lead_rule: str
    lead_note: str
    bodies_note: str
    due_note: str
    is_local: bool
    note: str
    rows: tuple[Row, ...]

    def row(self, number: str) -> Row | None:
        """The row of that number."""
        return next((row for row in self.rows if row.number == number), None)

    @property
    def groups(self) -> tuple[str, ...]:
        """Headings in the order they appear."""
        return tuple(dict.fromkeys(row.group for row in self.rows if row.group))


def read_ledger(entry: RawEntry) -> tuple[Ledger | None, list[Problem]]:
    """The ledger of a region entry, and every fault found; None where there are any."""
    reader = _Reader(entry)
    ledger = reader.ledger()
    return (None if reader.problems else ledger), reader.problems


def check_all(policy: Policy) -> tuple[list[Ledger], list[Problem]]:
    """The sound ledgers of all region folders, and every fault."""
    ledgers: list[Ledger] = []
    problems: list[Problem] = []
    for code in sorted(policy.regions):
        for entry in policy.folders[code].raw.get("ledgers", ()):
            ledger, faults = read_ledger(entry)
            problems.extend(faults)
            if ledger is not None:
                ledgers.append(ledger)
    return ledgers, problems


class _Reader:
    def __init__(self, entry: RawEntry) -> None:
        self.entry = entry
        self.problems: list[Problem] = []

    def where(self, path: str) -> Where:
        """The line of a path, or of the nearest thing above it that is written."""
        at = path
        while at and at not in self.entry.lines:
            at = at.rpartition(".")[0]
        return Where(file=self.entry.place.file, line=self.entry.lines.get(at, self.entry.place.line))

    def text(self, data: Mapping[str, object], key: str, path: str, what: str = "") -> str:
        value = data.get(key)
        if value is None or str(value).strip() == "":
            if what:
                self.problems.append(errors.KEY_MISSING.problem(where=self.where(path), key=key, what=what))
            return ""
        return str(value).strip()

    def names(self, data: Mapping[str, object], key: str, path: str) -> tuple[str, ...]:
        value = data.get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.problems.append(errors.NOT_A_LIST.problem(where=self.where(f"{path}.{key}"), key=key))
            return ()
        return tuple(str(one).strip() for one in value)

    def day(self, data: Mapping[str, object], key: str, path: str) -> date | None:
        value = data.get(key)
        if value is None or isinstance(value, date):
            return value
        self.problems.append(errors.DAY_WRONG.problem(where=self.where(path), given=value))
        return None

    def count(self, data: Mapping[str, object], key: str, what: str = "") -> int:
        given = self.text(data, key, key, what)
        return int(given) if given.isdigit() else 0

    def known(self, data: Mapping[str, object], keys: tuple[str, ...], path: str) -> None:
        for key in data:
            if key not in keys:
                at = f"{path}.{key}" if path else key
                self.problems.append(errors.KEY_UNKNOWN.problem(where=self.where(at), key=key, known="、".join(keys)))

    def ledger(self) -> Ledger:
        data = self.entry.data
        self.known(data, LEDGER_KEYS, "")
        title = self.text(data, "title", "id", "台账的名称")
        rule = self.text(data, "lead", "id", "谁牵头：" + "、".join(LEAD_RULES))
        if rule and rule not in LEAD_RULES:
            known = "、".join(f"{key}（{meaning}）" for key, meaning in LEAD_RULES.items())
            self.problems.append(errors.LEAD_RULE.problem(where=self.where("lead"), given=rule, known=known))
        is_local = data.get("source") == "local"
        if (is_local and not data.get("note")) or not (is_local or (data.get("document") and data.get("references"))):
            self.problems.append(errors.AUTHORITY_MISSING.problem(where=self.where("id"), ledger=title))
        due = self.day(data, "due", "due")
        clause_of_row = self.text(data, "clause_of_row", "id", "每行怎样注明出处，例如 附件第{row}行")
        rows: list[Row] = []
        given = data.get("rows")
        if not isinstance(given, list):
            self.problems.append(errors.NOT_A_LIST.problem(where=self.where("rows"), key="rows"))
            given = []
        for index, one in enumerate(given):
            path = f"rows[{index}]"
            if not isinstance(one, Mapping):
                self.problems.append(errors.NOT_A_LIST.problem(where=self.where(path), key=path))
                continue
            rows.append(self.row(one, path, title, rule, due, clause_of_row))
        numbers = [row.number for row in rows]
        for index, number in enumerate(numbers):
            if number in numbers[:index]:
                self.problems.append(
                    errors.ROW_TWICE.problem(where=self.where(f"rows[{index}]"), ledger=title, row=number)
                )
        printed = self.count(data, "rows_printed", "原文一共有多少行")
        if printed != len(rows):
            self.problems.append(
                errors.COUNT_DIFFERS.problem(
                    where=self.where("rows_printed"), ledger=title, printed=printed, found=len(rows)
                )
            )
        return Ledger(
            id=self.entry.id,
            region=self.entry.region,
            title=title,
            document=self.text(data, "document", "id"),
            clause=self.text(data, "clause", "id"),
            rows_printed=printed,
            unnumbered=self.count(data, "unnumbered"),
            lead_rule=rule,
            lead_note=self.text(data, "lead_note", "id"),
            bodies_note=self.text(data, "bodies_note", "id"),
            due_note=self.text(data, "due_note", "id"),
            is_local=is_local,
            note=self.text(data, "note", "id"),
            rows=tuple(rows),
        )

    def row(self, data: Mapping[str, object], path: str, ledger: str, rule: str, due: date | None, clause: str) -> Row:
        self.known(data, ROW_KEYS, path)
        number = self.text(data, "row", path, "行号")
        named = self.names(data, "responsible", path)
        leads, participants = self.names(data, "lead", path), self.names(data, "participants", path)
        is_printed = rule == PRINTED
        if (is_printed and (not leads or named)) or (not is_printed and (not named or leads or participants)):
            wanted = LEAD_RULES.get(rule, rule)
            keys = " lead（participants 可以不写）" if is_printed else " responsible"
            self.problems.append(
                errors.BODIES_WRONG.problem(where=self.where(path), ledger=ledger, row=number, rule=wanted, keys=keys)
            )
        for index, body in enumerate((*named, *leads, *participants)):
            if body in (*named, *leads, *participants)[:index]:
                self.problems.append(
                    errors.BODY_TWICE.problem(where=self.where(path), ledger=ledger, row=number, body=body)
                )
        if rule == FIRST_NAMED:
            leads, participants = named[:1], named[1:]
        elif rule == JOINT:
            leads = named
        systems = self.names(data, "systems", path)
        if "G2" not in systems:
            self.problems.append(errors.SYSTEM_MISSING.problem(where=self.where(path), ledger=ledger, row=number))
        return Row(
            ledger=self.entry.id,
            number=number,
            group=self.text(data, "group", path),
            task=self.text(data, "task", path, "任务"),
            leads=leads,
            participants=participants,
            due=self.day(data, "due", path) or due,
            outcome=self.text(data, "outcome", path),
            indicator=self.text(data, "indicator", path),
            systems=systems,
            clause=clause.replace("{row}", number),
        )
