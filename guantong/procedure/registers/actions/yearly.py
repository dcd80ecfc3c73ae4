"""Procedures that open by themselves each year, once for each title that stands on their day."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from guantong.base.accounts.public import SYSTEM
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import library
from guantong.procedure.cases.actions.scanning import ScanReport
from guantong.procedure.cases.definition import Definition

from ..facts import in_force_on
from ..models import TitleSpan, YearlyOpening
from ..reading import About
from ..rules import STANDING, day_of_year
from .following import open_about
from .writing import kept_of

log = logging.getLogger(__name__)
BATCH = 200
"""Titles looked at together; each case is opened in a transaction of its own."""


def open_yearly(now: datetime, report: ScanReport) -> int:
    """Open what is due this year and not yet opened; returns how many. Harmless when repeated or killed half-way.

    A procedure opens for the titles that stood on its day of this year, from that day on, if it was in force then. A
    title for which the case of last year still runs is reported and looked at again next time.
    """
    today = clock.china_day(now)
    opened = 0
    for region, definition, about in _due(today):
        on = day_of_year(about.opens, today.year)
        if on > today or definition.in_force_from > on:
            continue
        for number, title_id in _standing(about.register, region, definition.id, on):
            opened += _open(definition, number, title_id, on.year, now, report)
    report.did("按年开办", opened)
    return opened


def _due(today: date) -> Iterator[tuple[str, Definition, About]]:
    """Every (region, definition, about) in force today that opens each year, for regions whose titles are held here."""
    from guantong.base import lawbook

    regions = TitleSpan.objects.order_by().values_list("title__version__region", flat=True).distinct()
    for region in sorted(set(regions)):
        for code, entry in sorted(lawbook.current_policy().procedures(region, today).items()):
            if "opens" not in entry.data:
                continue
            try:
                definition = library.definition_in_force(code, region, today)
            except Refusal:
                continue  # a faulty definition is in the log already
            about = kept_of(definition).about
            if about is not None and about.opens:
                yield region, definition, about


def _standing(register: str, region: str, procedure: str, on: date) -> Iterator[tuple[str, int]]:
    """(number, id) of each title that stood on the day and has not been opened for that year."""
    after = 0
    while True:
        opened = YearlyOpening.objects.filter(title_id=OuterRef("title_id"), procedure=procedure, year=on.year)
        spans = TitleSpan.objects.filter(in_force_on(on), register=register, state=STANDING, title_id__gt=after)
        spans = spans.filter(~Exists(opened), title__version__region=region).order_by("title_id")
        rows = list(spans.values_list("title__number", "title_id")[:BATCH])
        yield from rows
        if len(rows) < BATCH:
            return
        after = rows[-1][1]


def _open(definition: Definition, number: str, title_id: int, year: int, now: datetime, report: ScanReport) -> int:
    try:
        with transaction.atomic():
            case = open_about(actor=SYSTEM, definition=definition.id, number=number)
            YearlyOpening.objects.create(
                procedure=definition.id, title_id=title_id, year=year, case=case, opened_at=now
            )
    except Refusal as refusal:
        report.stuck.append((number, refusal.problems[0].sentence()))
        return 0
    except IntegrityError:
        return 0  # another scan opened it at the same moment
    except Exception:
        mark = uuid4().hex[:6].upper()
        log.exception("yearly %s of title %s was not opened (%s)", definition.id, number, mark)
        report.stuck.append((number, f"这一件没有开办成功，原因正在查，编号 {mark}。"))
        return 0
    return 1
