"""Replaying applications from their records: the computation, and the log of the case that decided it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from guantong.domains.credit import errors
from guantong.domains.credit.actions.applications import replay_application
from guantong.domains.credit.models import ConversionApplication
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import replay


@dataclass(frozen=True, slots=True)
class Replayed:
    """One application: its number, and what differs from its record in Chinese sentences (nothing when all agrees)."""

    number: str
    differences: tuple[str, ...]


def replay_records(number: str | None = None) -> Iterator[Replayed]:
    """Every application in order, or the one with this number (CRD-003 when there is none). Writes nothing."""
    rows = ConversionApplication.objects.select_related("rules").order_by("pk")
    if number is not None:
        rows = rows.filter(public_id=number[:40])
        if not rows.exists():
            raise errors.APPLICATION_UNKNOWN.refuse()
    for row in rows.iterator(chunk_size=200):
        try:
            found = replay_application(row)
        except Refusal as refusal:
            found = [problem.message for problem in refusal]
        case = None if row.case_id is None else Case.objects.filter(pk=row.case_id).first()
        if case is not None:
            found = [*found, *(problem.message for problem in replay(case)[1])]
        yield Replayed(row.public_id, tuple(found))
