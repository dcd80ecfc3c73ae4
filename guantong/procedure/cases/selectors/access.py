"""From an outside id to a case, and what this actor may do with it now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from guantong.base.accounts.actor import Actor
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal

from .. import errors, library, machine
from ..checks import (
    refuse_lapsed,
    refuse_late,
    refuse_suspended,
    refuse_unappealable,
    state_of,
    why_not_extend,
    why_not_resume,
    why_not_suspend,
)
from ..definition import Action, Definition
from ..machine import step_of
from ..mandate import is_declarer, may_read, why_not_act
from ..models import Case
from ..principles import asking_why, open_principles


def access_case_for(actor: Actor, public_id: str) -> Case:
    """The case with this public id, if the actor may read it. Refuses with PRC-102 otherwise, in the same words."""
    case = Case.objects.filter(public_id=public_id).first()
    if case is None or not may_read(actor, case, library.definition_of(case)):
        raise errors.CASE_NOT_FOUND.refuse(public_id=public_id[:16])
    return case


@dataclass(frozen=True, slots=True)
class Available:
    """One thing that can be done with a case now. ``why_not`` says why this actor may not; None when they may."""

    id: str
    title: str
    kind: str
    why_not: Problem | None
    action: Action | None = None
    """The action of the definition with its form; None for withdrawal, appeal and extension."""
    needs: tuple[str, ...] = ()
    help: str = ""

    @property
    def is_allowed(self) -> bool:
        """Whether the actor may do it."""
        return self.why_not is None


def available_actions(actor: Actor, case: Case) -> list[Available]:
    """Everything that can be done with the case as it stands, each with the reason when this actor may not."""
    definition = library.definition_of(case)
    state = state_of(case)
    step = step_of(definition, state)
    found: list[Available] = []
    declares = is_declarer(actor, case, definition)
    not_declarer = None if declares else errors.NOT_DECLARER.problem(action="撤回")
    if step is not None:
        now = clock.now()
        why_not = why_not_act(actor, case, definition, step) or _refusal_of(lambda: refuse_suspended(case, step))
        why_not = why_not or _why_lapsed(case, definition, now)
        for written in step.actions:
            a = asking_why(written, open_principles(case, definition, step, written) if why_not is None else [])
            found.append(Available(a.id, a.title, a.kind, why_not, a, a.needs, a.help))
        if step.extension is not None:
            problem, _ = why_not_extend(actor, case, definition, step, now)
            found.append(Available("extend", "延长期限", "extend", problem, needs=("opinion",)))
        if step.suspension is not None and not case.is_suspended:
            problem, _ = why_not_suspend(actor, case, definition, step, now)
            found.append(Available("suspend", "暂停办理", "suspend", problem, needs=("opinion",)))
        if case.is_suspended:
            problem = why_not_resume(actor, case, definition, step)
            found.append(Available("resume", "恢复办理", "resume", problem, needs=("opinion",)))
        if machine.may_withdraw(definition, state):
            lapsed = _why_lapsed(case, definition, now)
            found.append(Available("withdraw", "撤回", "withdraw", not_declarer or lapsed))
    elif machine.may_appeal(definition, state):
        problem = None if declares else errors.NOT_DECLARER.problem(action="申诉")
        problem = problem or _refusal_of(lambda: refuse_late(case, definition))
        found.append(Available("appeal", "申诉", "appeal", problem, needs=("opinion",), help=definition.appeal.further))
    return found


def _why_lapsed(case: Case, definition: Definition, now: datetime) -> Problem | None:
    step = step_of(definition, state_of(case))
    return _refusal_of(lambda: refuse_lapsed(case, definition, step, now)) if step is not None else None


def _refusal_of(check: Callable[[], None]) -> Problem | None:
    try:
        check()
    except Refusal as refusal:
        return refusal.problems[0]
    return None


def why_not_appeal(actor: Actor, case: Case) -> Problem | None:
    """Why this actor cannot object to the outcome now, in one problem; None when they can."""
    definition = library.definition_of(case)
    if not is_declarer(actor, case, definition):
        return errors.NOT_DECLARER.problem(action="申诉")
    return _refusal_of(lambda: refuse_unappealable(case, definition)) or _refusal_of(
        lambda: refuse_late(case, definition)
    )
