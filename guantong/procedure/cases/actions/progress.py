"""What every action shares: locking a case, moving it, writing its log line, and settling and starting deadlines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.kernel.digest import digest_of
from guantong.kernel.refusal import Refusal

from .. import errors, library, periods
from ..checks import state_of
from ..definition import Definition, Duration, Step
from ..log import line_content
from ..machine import CLOSED, DECIDED, RUNNING, State, step_of
from ..mandate import may_read, organisation_name
from ..models import Case, CaseAction, Deadline
from ..opinions import Opinion
from ..telling import tell_arrival

if TYPE_CHECKING:
    from guantong.policy.asking import Law

NEVER = date(9999, 12, 31)
"""``sort_on`` of a case without a deadline: last in every to-do list."""

MOVING = (
    "state",
    "step",
    "trail",
    "outcome",
    "revision",
    "is_escalated",
    "extensions",
    "waiting_role",
    "escalated_role",
    "waiting_organisation",
    "waiting_department",
    "waiting_person",
    "due_on",
    "is_provisional",
    "sort_on",
    "decided_at",
    "closed_at",
    "sequence",
    "head_digest",
)
"""Columns a log line may change; everything else stands as it was when the case opened."""

_QUIET = frozenset({"remind", "redate", "escalate", "extend", "add_material", "replace_material", "part_note"})
"""Log lines that leave the case at its step with its deadline."""


@dataclass(frozen=True, slots=True)
class Move:
    """One change to write down."""

    action: str
    after: State
    opinion: Opinion = field(default_factory=Opinion)
    values: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    role: str = ""
    on_behalf_of_id: int | None = None


def lock_case(case_id: int) -> Case:
    """The case, its row locked until the transaction ends (on SQLite the whole database is). Refuses with PRC-102."""
    for case in Case.objects.select_for_update().filter(pk=case_id):
        return case
    raise errors.CASE_NOT_FOUND.refuse(public_id=str(case_id))


def lock_readable(actor: Actor, case_id: int) -> tuple[Case, Definition]:
    """The locked case and its definition; refuses with PRC-102 when the actor may not even read it."""
    case = lock_case(case_id)
    definition = library.definition_of(case)
    if not may_read(actor, case, definition):
        raise errors.CASE_NOT_FOUND.refuse(public_id=case.public_id)
    return case, definition


def progress(case: Case, definition: Definition, actor: Actor, move: Move, law: Law, now: datetime) -> CaseAction:
    """Write one change: log line, columns, deadlines, audit line, notices. The case must be locked (or new)."""
    before = state_of(case) if case.sequence else None
    after = move.after
    details = dict(move.details)
    is_move = move.action not in _QUIET
    due: periods.Due | None = None
    if is_move:
        due = _next_due(definition, after, law, now)
        if due is not None:
            details["due_on"] = due.on.isoformat()
            details["is_provisional"] = due.is_provisional
    _apply(case, definition, after)
    if is_move:
        case.due_on = due.on if due is not None else None
        case.is_provisional = due.is_provisional if due is not None else False
        case.sort_on = case.due_on or NEVER
    if after.state in (DECIDED, CLOSED) and case.decided_at is None:
        case.decided_at = now
    if after.state == CLOSED and case.closed_at is None:
        case.closed_at = now
    line = CaseAction(
        case=case,
        sequence=case.sequence + 1,
        at=now,
        actor_user_id=actor.user_id,
        actor_person_id=actor.person_id,
        actor_label=actor.label,
        actor_role=move.role,
        on_behalf_of_id=move.on_behalf_of_id,
        action=move.action,
        step=before.step if before is not None else "",
        opinion=move.opinion.as_json(),
        values=dict(move.values),
        details=details,
        before=before.as_json() if before is not None else {},
        after=after.as_json(),
        law_version=law.version,
    )
    line.digest = digest_of(line_content(line, case.public_id, case.head_digest))
    case.sequence = line.sequence
    case.head_digest = line.digest
    if before is None:
        case.save(force_insert=True)
    else:
        case.save(update_fields=MOVING)
    line.save(force_insert=True)
    if is_move:
        _settle(case, move.action, now)
        if due is not None:
            _start(case, definition, after, due, law)
    record(
        actor=actor,
        action=f"case_{move.action}",
        subject=("cases.case", case.public_id),
        region=case.region,
        organisation_id=move.on_behalf_of_id,
        law_version=law.version,
        reason=move.opinion.text,
        facts={
            "procedure": case.procedure,
            "step": line.step,
            "to": after.step or after.outcome,
            "digest": line.digest,
        },
    )
    if is_move:
        tell_arrival(case, definition, move.action)
    return line


def _apply(case: Case, definition: Definition, after: State) -> None:
    """Copy the state into the columns, and who is waited for."""
    case.state, case.step, case.trail = after.state, after.step, list(after.trail)
    case.outcome, case.revision = after.outcome, after.revision
    case.is_escalated, case.extensions = after.is_escalated, after.extensions
    step = step_of(definition, after)
    case.waiting_role = case.waiting_department = case.escalated_role = ""
    case.waiting_organisation_id = case.waiting_person_id = None
    if step is None:
        return
    if step.of == "learner" or (step.of == "declarer" and definition.declarers.of == "learner"):
        case.waiting_person_id = case.person_id
        return
    case.waiting_role = case.declared_role if step.of == "declarer" else step.role
    case.waiting_organisation_id = case.authority_id if step.of == "authority" else case.organisation_id
    if step.of == "department":
        case.waiting_department = case.department
    if after.is_escalated and step.on_timeout is not None:
        case.escalated_role = step.on_timeout.role


def require_responsible(case: Case, definition: Definition) -> None:
    """Refuse (PRC-129) when some step of the definition has nobody it could wait for."""
    problems = []
    for step in definition.steps.values():
        missing = _missing_party(case, definition, step)
        if missing:
            problems.append(
                errors.NOBODY_RESPONSIBLE.problem(step=step.title, why=f"没有登记{missing}", missing=missing)
            )
    if problems:
        raise Refusal(problems)


def _missing_party(case: Case, definition: Definition, step: Step) -> str:
    of = definition.declarers.of if step.of == "declarer" else step.of
    if of == "learner":
        return "" if case.person_id is not None else "申请人本人"
    if case.organisation_id is None:
        return "办理单位"
    if of == "authority" and case.authority_id is None:
        return f"{organisation_name(case.organisation_id, case.law_on)}的主管部门"
    return ""


def next_duration(definition: Definition, after: State) -> Duration | None:
    """The period that runs in a state: of the step, or for objecting; None when none runs."""
    step = step_of(definition, after)
    if step is not None:
        return step.deadline
    return definition.appeal.within if after.state == DECIDED else None


def _next_due(definition: Definition, after: State, law: Law, now: datetime) -> periods.Due | None:
    duration = next_duration(definition, after)
    return periods.due_after(duration, now, law) if duration is not None else None


def _settle(case: Case, action: str, now: datetime) -> None:
    """End the open deadline the case leaves behind."""
    deadline = Deadline.objects.filter(case_id=case.pk, state="open").first()
    if deadline is None:
        return
    if action in ("withdraw", "close"):
        deadline.state = "cancelled" if action == "withdraw" else "missed"
    else:
        deadline.state = "met" if now < deadline.due_at else "missed"
    deadline.settled_at = now
    deadline.save(update_fields=["state", "settled_at"])


def _start(case: Case, definition: Definition, after: State, due: periods.Due, law: Law) -> None:
    step = step_of(definition, after)
    duration = next_duration(definition, after)
    basis = due.citation.sentence() if due.citation is not None else ""
    if not basis and duration is not None:
        basis = library.basis_sentence(duration.basis)
    remind_before = step.remind_before if step is not None else 0
    Deadline.objects.create(
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
