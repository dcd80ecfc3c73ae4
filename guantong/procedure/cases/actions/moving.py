"""A change of place, whole: parts may refuse it, the line is written, parts and the domain are told.

Every way a case moves goes through :func:`move_case`: actions, withdrawals, appeals, lapses, closings, derived moves of
parts (:func:`take_way`), and the opening.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import SYSTEM
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal

from .. import library, machine
from ..checks import state_of
from ..definition import Definition
from ..handlers import handler_for
from ..machine import APPEALED, outcome_of, place_of, step_of
from ..models import Case, CaseAction
from ..opinions import Opinion
from ..parts_api import Moment, parts
from .progress import Move, lock_case, progress

if TYPE_CHECKING:
    from guantong.policy.asking import Law


def move_case(
    case: Case,
    definition: Definition,
    actor: Actor,
    move: Move,
    law: Law,
    now: datetime,
    *,
    between: Callable[[], None] | None = None,
) -> CaseAction:
    """Move a locked (or new) case. ``between`` runs after the line is written and before anybody is told of the place
    reached. Raises a :class:`Refusal` with everything parts have against the new place."""
    before = state_of(case) if case.sequence else None
    moment = Moment(case, definition, actor, now, law, before, move.after, move.action, move.values, move.details)
    left = place_of(before) if before is not None else ""
    reached = place_of(move.after)
    is_elsewhere = before is None or (before.state, left) != (move.after.state, reached)
    is_elsewhere = is_elsewhere and move.action != "close"
    if is_elsewhere:
        problems = [problem for part in parts() for problem in part.before_arrive(moment, reached)]
        if problems:
            raise Refusal(problems, status=409)
    line = progress(case, definition, actor, move, law, now)
    if between is not None:
        between()
    if is_elsewhere:
        _tell(moment, left)
    return line


def _tell(moment: Moment, left: str) -> None:
    """Tell parts of the place left and the place reached, and the domain of an outcome."""
    if moment.before is None:
        for part in parts():
            part.on_open(moment)
    else:
        for part in parts():
            part.on_leave(moment, left)
    step = step_of(moment.definition, moment.after)
    if step is not None:
        for part in parts():
            if state_of(moment.case) == moment.after:  # an earlier part may have moved the case on
                part.on_arrive(moment, step)
        return
    if moment.before is not None and moment.before.state == APPEALED and moment.action == "withdraw":
        return  # the first decision stands again; it was told when it was made
    outcome = outcome_of(moment.definition, moment.after)
    if outcome is None or moment.before is None or moment.before.state not in machine.RUNNING:
        return
    for part in parts():
        part.on_outcome(moment, outcome)
    handler = handler_for(moment.case.subject_kind)
    if handler.on_outcome is not None:
        handler.on_outcome(moment.case, outcome, moment.actor, moment.values)


def take_way(
    case: Case,
    *,
    part: str,
    what: str,
    to: str,
    actor: Actor = SYSTEM,
    role: str = "",
    on_behalf_of_id: int | None = None,
    opinion: Opinion | str | Mapping[str, object] | None = None,
    details: Mapping[str, Any] | None = None,
) -> Case:
    """Move a case along a way ``part`` declared from its present step: ``what`` happened (``decided``, ``upheld``).

    ``details`` is plain JSON, kept in the line beside part, what and to. Locks the case (harmless when the caller holds
    it); the given object is brought up to date. Raises :class:`machine.Impossible` when the stored definition declares
    no such way from where the case stands, and a Refusal when a part has something against the place.
    """
    with transaction.atomic():
        definition, now = _held(case), clock.now()
        state = state_of(case)
        after = machine.take_way(definition, state, part, to)
        kept = {**(details or {}), "part": part, "what": what, "to": to}
        move = Move("part_move", after, Opinion.of(opinion), {}, kept, role=role, on_behalf_of_id=on_behalf_of_id)
        move_case(case, definition, actor, move, library.law_on(case.law_on, case.region), now)
    return case


def note_part(
    case: Case,
    *,
    part: str,
    what: str,
    actor: Actor = SYSTEM,
    role: str = "",
    on_behalf_of_id: int | None = None,
    opinion: Opinion | str | Mapping[str, object] | None = None,
    details: Mapping[str, Any] | None = None,
) -> CaseAction:
    """Write into the log what happened at a part (a draw, a score, an objection received) without moving the case.

    Raises no revision: nobody's open page is spoilt. Works on closed cases too (a title withdrawn later).
    """
    with transaction.atomic():
        definition, now = _held(case), clock.now()
        kept = {**(details or {}), "part": part, "what": what}
        move = Move(
            "part_note", state_of(case), Opinion.of(opinion), {}, kept, role=role, on_behalf_of_id=on_behalf_of_id
        )
        return progress(case, definition, actor, move, library.law_on(case.law_on, case.region), now)


def _held(case: Case) -> Definition:
    """Lock the case, bring the given object up to date, and give its definition."""
    now_stored = lock_case(case.pk)
    for name in _COLUMNS:
        setattr(case, name, getattr(now_stored, name))
    return library.definition_of(case)


_COLUMNS = tuple(f.attname for f in Case._meta.concrete_fields)
