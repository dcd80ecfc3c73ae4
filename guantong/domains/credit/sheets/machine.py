"""Deposits a machine sends: the rows of 学习成果存入表 as JSON, checked by the very checks of the sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.sheets.cells import BAD, ColumnChecker, Finding
from guantong.base.sheets.kinds import JobContext
from guantong.base.sheets.reading import Row
from guantong.base.sheets.specs import ColumnSpec, SheetSpec
from guantong.domains.credit.kinds import ACHIEVEMENT_KINDS
from guantong.domains.credit.models import Achievement, LedgerEntry
from guantong.domains.credit.sheets.deposit import DEPOSIT_SHEET, KIND_CHOICES, understand
from guantong.domains.credit.sheets.jobs import check_rows, post_rows, to_deposit
from guantong.kernel.identity import mask_id_number
from guantong.kernel.refusal import Problem, Refusal, Weight, Where
from guantong.kernel.tokens import public_id

MOST = 1000
"""Most achievements in one request; more go through a spreadsheet, which shows progress and can be taken back."""


def _for_machines(column: ColumnSpec) -> ColumnSpec:
    if column.key == "kind":
        return replace(column, choices={code: code for code in ACHIEVEMENT_KINDS} | KIND_CHOICES)
    return column


MACHINE_SHEET: SheetSpec = replace(
    DEPOSIT_SHEET, max_rows=MOST, columns=tuple(_for_machines(column) for column in DEPOSIT_SHEET.columns)
)
FIELDS = tuple(column.key for column in MACHINE_SHEET.columns)


class _Context(JobContext):
    """Places are paths into the body: row 4 of the sheet's checks is ``achievements.3``."""

    def where(self, row: int | Row, key: str, value: object = None) -> Where:
        """The field, with its printed title; identity numbers masked."""
        number = row.number if isinstance(row, Row) else row
        shown = None if value is None else str(value)
        if key == "id_number" and shown is not None:
            shown = mask_id_number(shown)
        return Where(row=number, column=key, title=self.spec.column(key).title, value=shown)


@dataclass(frozen=True, slots=True)
class Deposited:
    """What became of one achievement: its row in the bank, and whether this request brought it in."""

    achievement: Achievement
    is_new: bool


def deposit_from_machine(
    *, actor: Actor, organisation_id: int, items: Sequence[Mapping[str, Any]], is_confirmed: bool
) -> list[Deposited]:
    """Deposit up to :data:`MOST` achievements, all or nothing, in the order given.

    ``items`` hold the sheet's columns by key, values as texts or whole numbers. What is already in the bank with the
    same content stays as it is. Findings that ask for confirmation (请确认) refuse unless ``is_confirmed``. Raises
    :class:`Refusal` with every finding; places are ``achievements.<position>.<field>``.
    """
    require(actor, "credit.deposit", organisation_id)
    reference = f"api-{public_id()}"
    context = _Context(
        job_id=cast(int, None),  # no batch: the column of the achievement stays empty
        public_id=reference,
        actor=actor,
        organisation_id=organisation_id,
        region=actor.region,
        spec=MACHINE_SHEET,
        options={},
        columns={},
        is_dry=False,
    )
    rows, problems = _read(items, context)
    with transaction.atomic():
        problems.extend(check_rows(rows, context))
        stopping = {Weight.MUST_CHANGE} if is_confirmed else {Weight.MUST_CHANGE, Weight.PLEASE_CONFIRM}
        found = [_in_body(p) for p in problems if p.weight in stopping]
        if found:
            raise Refusal(found)
        try:
            post_rows(rows, context)
        except Refusal as refusal:
            raise Refusal([_in_body(p) for p in refusal], refusal.status) from None
        return _outcome(rows, context, f"job:{reference}")


def _read(items: Sequence[Mapping[str, Any]], context: JobContext) -> tuple[list[Row], list[Problem]]:
    """Fields checked as the cells of the sheet are; rows with a bad field go no further."""
    checkers = [(column, ColumnChecker(column, "")) for column in MACHINE_SHEET.columns]
    problems: list[Problem] = []
    rows: list[Row] = []
    for number, item in enumerate(items, start=1):
        values: dict[str, object] = {}
        is_bad = False
        for column, checker in checkers:
            given = item.get(column.key)
            value = checker["" if given is None else str(given)]
            if isinstance(value, Finding):
                if value.kind is not None:
                    where = context.where(number, column.key, given)
                    filled: dict[str, Any] = dict(value.values)
                    problems.append(value.kind.problem(where=where, **filled))
                value = value.value
                is_bad = is_bad or value is BAD
            values[column.key] = value
        if not is_bad:
            rows.append(Row(number, values))
    return rows, problems


def _in_body(problem: Problem) -> Problem:
    where = problem.where
    if where.row is None:
        return problem
    return problem.at(replace(where, row=None, column=f"achievements.{where.row - 1}.{where.column}"))


def _outcome(rows: Sequence[Row], context: JobContext, reference: str) -> list[Deposited]:
    """Each row's achievement, found by its content; new are those whose deposit bears this request's reference."""
    accounts: dict[str, int] = context.memory["accounts"]
    digests: list[bytes] = []
    for row in rows:
        understood = understand(row)
        digests.append(to_deposit(understood, accounts[understood.learner()], context).digest())
    stored: dict[bytes, Achievement] = {}
    for start in range(0, len(digests), 500):
        for found in Achievement.objects.filter(content_digest__in=digests[start : start + 500]).defer("recognition"):
            stored[bytes(found.content_digest)] = found
    fresh: set[int] = set()
    keys = [achievement.pk for achievement in stored.values()]
    for start in range(0, len(keys), 500):
        entries = LedgerEntry.objects.filter(
            achievement_id__in=keys[start : start + 500], kind="deposit", ref=reference[:40]
        )
        fresh.update(entries.values_list("achievement_id", flat=True))
    return [Deposited(stored[digest], stored[digest].pk in fresh) for digest in digests]
