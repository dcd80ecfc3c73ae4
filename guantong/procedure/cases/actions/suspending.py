"""Suspension: the period of a step stands still for a stated reason, at most so long, and then runs on by itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import SYSTEM
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal

from .. import errors, gates, library, machine, periods
from ..checks import conflict, require_step, state_of, why_not_resume, why_not_suspend
from ..definition import Definition, Step
from ..mandate import body_of
from ..models import Case, CaseAction, Deadline
from ..opinions import Opinion
from .due import show_due
from .progress import Move, lock_readable, progress

if TYPE_CHECKING:
    from guantong.policy.asking import Law, WorkingCalendar


def suspend_case(*, actor: Actor, case_id: int, revision: int, reason: str) -> Case:
    """Let the period of the present step stand still, with a reason the declarer sees.

    What is left of the period is kept; nobody can act meanwhile but to resume or to withdraw. Refuses PRC-103 the case
    has moved, PRC-151 not allowed, used up or already past, PRC-152 no reason, PRC-105/106 another role.
    """
    with transaction.atomic():
        case, definition, step, now = _at_step(actor, case_id, revision, "suspend")
        problem, deadline = why_not_suspend(actor, case, definition, step, now)
        suspension = step.suspension
        if problem is not None or deadline is None or suspension is None:
            raise Refusal([problem] if problem is not None else [errors.SUSPENSION_REASON.problem()], status=409)
        said = _said(definition, reason, "暂停办理")
        law, today = library.law_on(case.law_on, case.region), clock.china_day(now)
        left = days_left(law.calendar, today, deadline.due_on, is_working=_unit(step, law) == "working_days")
        deadline.state, deadline.settled_at = "suspended", None
        deadline.save(update_fields=["state", "settled_at"])
        until = today + timedelta(days=suspension.most_days)
        Deadline.objects.create(
            case=case,
            kind="suspension",
            step=step.id,
            starts_on=today,
            due_on=until,
            due_at=periods.end_of_day(until),
            basis=library.basis_sentence(suspension.basis)[:300],
        )
        show_due(case, until)
        details = {"from": deadline.due_on.isoformat(), "left": left, "due_on": until.isoformat()}
        move = Move(
            "suspend",
            machine.suspend(definition, state_of(case)),
            said,
            details=details,
            role=suspension.role,
            on_behalf_of_id=body_of(case, step),
        )
        progress(case, definition, actor, move, law, now)
    return case


def resume_case(*, actor: Actor, case_id: int, revision: int, reason: str) -> Case:
    """Let the period run again: what was left of it begins the day after.

    Refuses PRC-103 the case has moved, PRC-152 no reason, PRC-153 not suspended, PRC-105/106 another role.
    """
    with transaction.atomic():
        case, definition, step, now = _at_step(actor, case_id, revision, "resume")
        problem = why_not_resume(actor, case, definition, step)
        if problem is not None or step.suspension is None:
            raise Refusal([problem] if problem is not None else [], status=409)
        said = _said(definition, reason, "恢复办理")
        run_on(case, definition, step, actor, now, said, role=step.suspension.role)
    return case


def run_on(
    case: Case,
    definition: Definition,
    step: Step,
    actor: Actor,
    now: datetime,
    said: Opinion | None = None,
    *,
    role: str = "",
) -> None:
    """The period of a locked, suspended case runs on from today; by the scan when its longest time is over."""
    law, today = library.law_on(case.law_on, case.region), clock.china_day(now)
    line = CaseAction.objects.filter(case_id=case.pk, action="suspend").order_by("-sequence").first()
    if line is None:
        raise LookupError(f"case {case.public_id} was never suspended")
    Deadline.objects.filter(case_id=case.pk, state="open", kind="suspension").update(state="met", settled_at=now)
    deadline = Deadline.objects.get(case_id=case.pk, state="suspended")
    day, is_provisional = periods.last_day(law.calendar, today, int(line.details["left"]), _unit(step, law))
    deadline.state, deadline.due_on, deadline.due_at = "open", day, periods.end_of_day(day)
    deadline.is_provisional = is_provisional
    deadline.remind_at = periods.reminder_before(law.calendar, day, step.remind_before, today)
    deadline.reminded_at = None
    deadline.save()
    show_due(case, day, is_provisional=is_provisional)
    details = {"due_on": day.isoformat(), "is_provisional": is_provisional}
    if actor is SYSTEM:
        details["by_time"] = True
    move = Move(
        "resume",
        machine.resume(definition, state_of(case)),
        said or Opinion(),
        details=details,
        role=role,
        on_behalf_of_id=body_of(case, step) if role else None,
    )
    progress(case, definition, actor, move, law, now)


def days_left(calendar: WorkingCalendar, today: date, due_on: date, *, is_working: bool) -> int:
    """Days of a period still to come after ``today``, the last included."""
    if not is_working:
        return max((due_on - today).days, 0)
    return calendar.working_days_between(today, due_on)[0]


def _unit(step: Step, law: Law) -> str:
    """In which days what is left of a period is counted: of months and years it is calendar days."""
    unit = periods.length_of(step.deadline, law)[1] if step.deadline is not None else "days"
    return unit if unit == "working_days" else "days"


def _at_step(actor: Actor, case_id: int, revision: int, what: str) -> tuple[Case, Definition, Step, datetime]:
    case, definition = lock_readable(actor, case_id)
    state = state_of(case)
    if revision != state.revision:
        raise conflict(case, definition)
    return case, definition, require_step(definition, state, what), clock.now()


def _said(definition: Definition, reason: str, what: str) -> Opinion:
    said = Opinion(text=reason.strip())
    if not said.text:
        raise errors.SUSPENSION_REASON.refuse(what=what)
    problems = gates.check_opinion(definition, said)
    if problems:
        raise Refusal(problems)
    return said
