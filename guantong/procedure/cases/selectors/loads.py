"""Whose cases are: one's own and the desk's, and how they were spread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from guantong.base.accounts.actor import Actor

from ..checks import state_of
from ..definition import Definition
from ..machine import RUNNING, step_of
from ..mandate import body_of, post_for, why_not_act
from ..models import Assignment, Case


@dataclass(frozen=True, slots=True)
class AssignedShown:
    """Whose a case is, to those of its desk. ``colleagues``: (account, name) of whom it may be handed to."""

    who: str
    is_own: bool
    explained: str
    at: datetime | None
    colleagues: tuple[tuple[str, str], ...]


def assigned_to(cases: Iterable[Case]) -> dict[int, Assignment]:
    """Case → its present assignment. One query."""
    rows = Assignment.objects.filter(case__in=list(cases), revision=F("case__revision"))
    return {row.case_id: row for row in rows}


def assignment_shown(actor: Actor, case: Case, definition: Definition) -> AssignedShown | None:
    """What the page of a case shows to holders of the post it waits at; None to everybody else."""
    from ..actions.spreading import OFFICES, _holders, _name

    step = step_of(definition, state_of(case)) if case.state in RUNNING else None
    if step is None or step.of in OFFICES or step.parallel is not None or post_for(actor, case, step) is None:
        return None
    row = assigned_to([case]).get(case.pk)
    desk = (step.role, body_of(case, step) or 0)
    able = [a for a in _holders(desk) if why_not_act(a, case, definition, step) is None]
    others = tuple((str(a.user_id), _name(a)) for a in able if row is None or a.user_id != row.user_id)
    if row is None:
        return AssignedShown("", False, "", None, others)
    return AssignedShown(row.user_label, row.user_id == actor.user_id, row.explained, row.assigned_at, others)
