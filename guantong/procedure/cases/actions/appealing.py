"""Withdrawing and appealing: what the declaring side may do of its own."""

from __future__ import annotations

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal

from .. import errors, gates, library, machine
from ..checks import conflict, last_deed, place_of, refuse_lapsed, refuse_late, refuse_unappealable, state_of
from ..definition import Definition
from ..handlers import handler_for
from ..machine import APPEALED, step_of
from ..mandate import declaring_body, is_declarer
from ..models import Case
from ..opinions import Opinion
from .moving import move_case
from .progress import Move, lock_readable


def withdraw_case(*, actor: Actor, case_id: int, revision: int, reason: str = "") -> Case:
    """Withdraw: before the first decision the case ends as withdrawn; in the appeal stage the decision stands again.

    Refuses: PRC-103 the case has moved, PRC-124 not from here, PRC-139 not the declarer.
    """
    with transaction.atomic():
        case, definition = lock_readable(actor, case_id)
        now = clock.now()
        state = state_of(case)
        if not is_declarer(actor, case, definition):
            raise errors.NOT_DECLARER.refuse(action="撤回")
        if revision != state.revision:
            if _repeated(case, actor, "withdraw", revision):
                return case
            raise conflict(case, definition)
        if not machine.may_withdraw(definition, state):
            raise errors.NO_WITHDRAWAL.refuse(step=place_of(definition, case), known=_withdrawable(definition))
        step = step_of(definition, state)
        if step is not None:
            refuse_lapsed(case, definition, step, now)
        after = machine.withdraw(definition, state)
        move = Move(
            "withdraw",
            after,
            _checked(definition, reason),
            role=case.declared_role,
            on_behalf_of_id=declaring_body(case, definition),
        )
        move_case(case, definition, actor, move, library.law_on(case.law_on, case.region), now)
        if state.state == APPEALED:
            handler = handler_for(case.subject_kind)
            if handler.on_close is not None:
                handler.on_close(case)
    return case


def appeal_case(*, actor: Actor, case_id: int, revision: int, grounds: str) -> Case:
    """Object to the decision: opens the appeal stage with its own deadlines.

    Refuses: PRC-103 the case has moved, PRC-122 late (from the first moment after 24:00 of the last day),
    PRC-123 not a decision one can object to, PRC-139 not the declarer, PRC-140 no grounds.
    """
    with transaction.atomic():
        case, definition = lock_readable(actor, case_id)
        now = clock.now()
        state = state_of(case)
        if not is_declarer(actor, case, definition):
            raise errors.NOT_DECLARER.refuse(action="申诉")
        if revision != state.revision and _repeated(case, actor, "appeal", revision):
            return case
        refuse_unappealable(case, definition)
        if revision != state.revision:
            raise conflict(case, definition)
        refuse_late(case, definition)
        if not grounds.strip():
            raise errors.GROUNDS_NEEDED.refuse()
        move = Move(
            "appeal",
            machine.appeal(definition, state),
            _checked(definition, grounds),
            role=case.declared_role,
            on_behalf_of_id=declaring_body(case, definition),
        )
        move_case(case, definition, actor, move, library.law_on(case.law_on, case.region), now)
        handler = handler_for(case.subject_kind)
        if handler.on_appeal is not None:
            handler.on_appeal(case, actor)
    return case


def _withdrawable(definition: Definition) -> str:
    if definition.withdrawal is None:
        return "（本事项不设撤回）"
    return "、".join(definition.steps[s].title for s in definition.withdrawal.at)


def _checked(definition: Definition, text: str) -> Opinion:
    opinion = Opinion(text=text.strip())
    problems = gates.check_opinion(definition, opinion)
    if problems:
        raise Refusal(problems)
    return opinion


def _repeated(case: Case, actor: Actor, action: str, revision: int) -> bool:
    """Whether the last move is this very action by this very person on this very revision."""
    last = last_deed(case)
    return (
        last is not None
        and last.action == action
        and actor.user_id is not None
        and last.actor_user_id == actor.user_id
        and last.before.get("revision") == revision
    )
