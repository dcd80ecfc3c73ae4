"""Carrying the deadline of cases that wait ``by: round`` along when their round, or their own time, is extended."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from guantong.base.accounts.public import SYSTEM
from guantong.kernel import clock
from guantong.procedure.cases import library, periods
from guantong.procedure.cases.actions.due import show_due
from guantong.procedure.cases.actions.progress import Move, lock_case, progress
from guantong.procedure.cases.checks import state_of
from guantong.procedure.cases.machine import step_of
from guantong.procedure.cases.models import Case, Deadline

from ..models import HandedIn, RoundChange
from ..selectors import open_until

CHUNK = 500
BY_ROUND = "round"


def carry_deadline(case: Case, now: datetime) -> bool:
    """Move the open deadline of a locked case to the day until which it may be handed in now; never earlier.

    Writes the engine's own ``redate`` line. False when its step does not wait for the round, or nothing is later.
    """
    definition = library.definition_of(case)
    step = step_of(definition, state_of(case))
    if step is None or step.deadline is None or step.deadline.by != BY_ROUND:
        return False
    day = open_until(case, definition, now)
    deadline = Deadline.objects.filter(case_id=case.pk, kind="step", state="open").first()
    if day is None or deadline is None or day <= deadline.due_on:
        return False
    law = library.law_on(case.law_on, case.region)
    before = deadline.due_on
    deadline.due_on, deadline.due_at = day, periods.end_of_day(day)
    deadline.remind_at = periods.reminder_before(law.calendar, day, step.remind_before, clock.china_day(now))
    deadline.reminded_at = None
    deadline.save()
    show_due(case, day)
    details = {"from": before.isoformat(), "due_on": day.isoformat()}
    progress(case, definition, SYSTEM, Move("redate", state_of(case), details=details), law, now)
    return True


def carry_deadlines(now: datetime) -> int:
    """The same for every case whose round was extended and is still open, each in its own transaction; returns how
    many. Harmless when repeated."""
    today = clock.china_day(now)
    count = 0
    extended: dict[tuple[str, date], None] = {}
    changes = RoundChange.objects.select_related("round").filter(kind="extend", case=None, round__closes_on__gte=today)
    for change in changes.order_by("id"):
        if change.before is not None:
            extended[(change.round.procedure, change.before)] = None
    for procedure, before in extended:
        after = 0
        while True:
            rows = Deadline.objects.filter(state="open", kind="step", due_on=before, case__procedure=procedure)
            rows = rows.exclude(case__in=HandedIn.objects.values("case_id"))
            chunk = list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", "case_id")[:CHUNK])
            for pk, case_id in chunk:
                after = pk
                with transaction.atomic():
                    count += carry_deadline(lock_case(case_id), now)
            if len(chunk) < CHUNK:
                break
    return count
