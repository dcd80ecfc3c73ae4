"""What every action shares: locking a case, moving it, writing its log line, and settling and starting deadlines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from guantong.base.accounts.actor import Actor, PostFact
from guantong.base.audit.record import record
from guantong.kernel.digest import digest_of

from .. import errors, library, periods
from ..checks import state_of
from ..definition import Definition
from ..log import line_content
from ..machine import CLOSED, DECIDED, State, step_of
from ..mandate import body_of, declaring_body, may_read
from ..models import Case, CaseAction
from ..opinions import Opinion
from ..telling import tell_arrival
from .due import NEVER, next_due, settle, start
from .tasks import check_off, drop, hand_out

if TYPE_CHECKING:
    from guantong.policy.asking import Law

MOVING = (
    "state",
    "step",
    "trail",
    "outcome",
    "revision",
    "is_escalated",
    "extensions",
    "is_suspended",
    "suspensions",
    "votes",
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

_QUIET = frozenset(
    {"remind", "redate", "escalate", "extend", "suspend", "resume", "add_material", "replace_material", "part_note"}
)
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
    is_vote = before is not None and len(after.votes) > len(before.votes)
    is_move = move.action not in _QUIET and not is_vote
    due: periods.Due | None = None
    if is_move:
        due = next_due(case, definition, after, law, now)
        if due is not None:
            details["due_on"] = due.on.isoformat()
            details["is_provisional"] = due.is_provisional
    holder = _holder(actor, move)
    if holder is not None:
        details["acting_for"] = holder.acting_for
    apply(case, definition, after)
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
        actor_label=actor.label if holder is None else in_place_of(actor.label, holder.acting_for),
        actor_role=move.role,
        acting_for_user_id=holder.acting_for_user if holder is not None else None,
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
    if is_vote:
        check_off(case, after.votes[-1][0], line.sequence)
    if is_move:
        if before is not None:
            settle(case, move.action, now)
            left = definition.steps.get(before.step)
            if left is not None and left.parallel is not None:
                drop(case)
        if due is not None:
            start(case, definition, after, due, law)
        step = step_of(definition, after)
        if step is not None and step.parallel is not None:
            hand_out(case, step)
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


def _holder(actor: Actor, move: Move) -> PostFact | None:
    """The acting post by which the actor made this move; None where the post is their own."""
    post = next((p for p in actor.posts if p.role == move.role and p.organisation_id == move.on_behalf_of_id), None)
    return post if post is not None and post.acting_for else None


def in_place_of(label: str, holder: str) -> str:
    """``李科员（省教育厅）`` acting for 王处长 as lines show it: ``李科员（省教育厅，代王处长）``."""
    return f"{label[:-1]}，代{holder}）"[:120] if label.endswith("）") else f"{label}（代{holder}）"[:120]


def apply(case: Case, definition: Definition, after: State) -> None:
    """Copy the state into the columns, and who is waited for."""
    case.state, case.step, case.trail = after.state, after.step, list(after.trail)
    case.outcome, case.revision = after.outcome, after.revision
    case.is_escalated, case.extensions = after.is_escalated, after.extensions
    case.is_suspended, case.suspensions = after.is_suspended, after.suspensions
    case.votes = [list(vote) for vote in after.votes]
    step = step_of(definition, after)
    case.waiting_role = case.waiting_department = case.escalated_role = ""
    case.waiting_organisation_id = case.waiting_person_id = None
    if step is None:
        return
    if step.of == "learner" or (step.of == "declarer" and definition.declarers.of == "learner"):
        case.waiting_person_id = case.person_id
        return
    if step.parallel is not None:
        return  # its tasks wait
    if step.of == "declarer":
        body = declaring_body(case, definition)
        if body is not None:  # a visitor has no list to find the case in
            case.waiting_role, case.waiting_organisation_id = case.declared_role, body
        return
    case.waiting_role, case.waiting_organisation_id = step.role, body_of(case, step)
    if step.of == "department":
        case.waiting_department = case.department
    if after.is_escalated and step.on_timeout is not None:
        case.escalated_role = step.on_timeout.role
