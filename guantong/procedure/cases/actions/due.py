"""Deadline rows of a case: which period runs in a state, starting it, settling it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from .. import library, periods
from ..definition import Definition, Duration
from ..machine import DECIDED, RUNNING, State, step_of
from ..models import Case, CaseTask, Deadline
from ..parts_api import day_giver

if TYPE_CHECKING:
    from guantong.policy.asking import Law

NEVER = date(9999, 12, 31)
"""``sort_on`` of a case without a deadline: last in every to-do list."""


def next_duration(definition: Definition, after: State) -> Duration | None:
    """The period that runs in a state: of the step, or for objecting; None when none runs."""
    step = step_of(definition, after)
    if step is not None:
        return step.deadline
    return definition.appeal.within if after.state == DECIDED else None


def next_due(case: Case, definition: Definition, after: State, law: Law, now: datetime) -> periods.Due | None:
    """When the period of a state just reached ends; None when none runs, or when the part that names its day does not
    know it yet."""
    duration = next_duration(definition, after)
    if duration is None:
        return None
    giver = day_giver(duration.by) if duration.by else None
    if giver is None:
        return periods.due_after(duration, now, law)
    day = giver.day_for(duration.by, case, definition, now)
    return periods.due_by(day, now) if day is not None else None


def settle(case: Case, action: str, now: datetime) -> None:
    """End the open deadline the case leaves behind, and one that stood still."""
    for deadline in Deadline.objects.filter(case_id=case.pk, state__in=("open", "suspended")):
        if action == "withdraw" or deadline.kind == "suspension" or deadline.state == "suspended":
            deadline.state = "cancelled"
        elif action == "close":
            deadline.state = "missed"
        else:
            deadline.state = "met" if now < deadline.due_at else "missed"
        deadline.settled_at = now
        deadline.save(update_fields=["state", "settled_at"])


def start(case: Case, definition: Definition, after: State, due: periods.Due, law: Law) -> Deadline:
    """Begin the period of the state just reached."""
    step = step_of(definition, after)
    duration = next_duration(definition, after)
    basis = due.citation.sentence() if due.citation is not None else ""
    if not basis and duration is not None:
        basis = library.basis_sentence(duration.basis)
    remind_before = step.remind_before if step is not None else 0
    return Deadline.objects.create(
        case=case,
        kind="step" if after.state in RUNNING else "appeal",
        step=after.step,
        starts_on=due.starts_on,
        due_on=due.on,
        due_at=due.at,
        is_provisional=due.is_provisional,
        basis=basis[:300],
        remind_at=periods.reminder_before(law.calendar, due.on, remind_before, due.starts_on),
    )


def show_due(case: Case, day: date | None, *, is_provisional: bool = False) -> None:
    """Put a due day into the columns lists are sorted by: of the case (not saved) and of its open tasks."""
    case.due_on = day
    case.is_provisional = is_provisional
    case.sort_on = day or NEVER
    if case.pk and case.waiting_role == "" and case.waiting_person_id is None:
        CaseTask.objects.filter(case_id=case.pk, state="open").update(sort_on=case.sort_on)
