"""Taking an action of the definition, and extending a deadline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import SYSTEM
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal

from .. import errors, gates, library, machine, periods, principles
from ..branching import branch_of
from ..checks import (
    conflict,
    last_deed,
    refuse_lapsed,
    refuse_suspended,
    refuse_under_review,
    require_action,
    require_step,
    state_of,
    why_not_extend,
)
from ..declaring import declared_values, details_of, judge
from ..definition import Action, Definition, Parallel
from ..definition.parts import CHOSEN, CONDITIONS, DECLARATION, PRINCIPLE_REASON, VOTE, WHEN
from ..handlers import handler_for
from ..mandate import acting_role, body_of, seats_of, why_not_act
from ..models import Case, CaseAction, Material
from ..narrowing import why_not_narrow, why_unplaced
from ..opinions import Item, Opinion
from ..parts_api import Moment, parts
from ..principles import asking_why, open_principles
from .due import show_due
from .moving import move_case
from .progress import Move, lock_readable, progress

if TYPE_CHECKING:
    from guantong.policy.asking import Law


def act(
    *,
    actor: Actor,
    case_id: int,
    action: str,
    revision: int,
    opinion: Opinion | str | Mapping[str, object] | None = None,
    values: Mapping[str, Any] | None = None,
    to: str = "",
) -> Case:
    """Take ``action`` at the step the case waits at, and return the case as it stands then.

    ``revision`` is the one the person was shown: when the case has moved since, nothing is done and the refusal says
    who decided what (PRC-103). ``to`` is the step chosen where the action leads to ``chosen``. A vote at a parallel
    step raises no revision, and decides as soon as votes to come cannot change the count. Sending the very same action
    twice is harmless. ``withdraw`` and ``appeal`` are taken as :func:`withdraw_case` and :func:`appeal_case`.
    Refuses further with PRC-102 … PRC-121, PRC-148 … PRC-158 and whatever parts and the domain's handler refuse; a
    refusal leaves no trace.
    """
    from .appealing import appeal_case, withdraw_case

    said = Opinion.of(opinion)
    if action == "withdraw":
        return withdraw_case(actor=actor, case_id=case_id, revision=revision, reason=said.text)
    if action == "appeal":
        return appeal_case(actor=actor, case_id=case_id, revision=revision, grounds=said.text)
    with transaction.atomic():
        case, definition = lock_readable(actor, case_id)
        now = clock.now()
        state = state_of(case)
        if revision != state.revision or state.votes:
            if _is_repetition(case, definition, actor, action, revision, said, values or {}):
                return case
            if revision != state.revision:
                raise conflict(case, definition)
        step = require_step(definition, state, action)
        refuse_under_review(actor, case, definition, step, action)
        chosen = require_action(definition, step, action)
        refusal = why_not_act(actor, case, definition, step)
        if refusal is not None:
            raise Refusal([refusal], status=403)
        refuse_suspended(case, step)
        refuse_lapsed(case, definition, step, now)
        warned = open_principles(case, definition, step, chosen)
        chosen = asking_why(chosen, warned)
        cleaned, problems = _clean(case, definition, chosen, values or {})
        held = list(Material.objects.filter(case_id=case.pk).values_list("requirement", "state"))
        problems += gates.why_incomplete(definition, chosen, said, held)
        problems += gates.why_not_chosen(definition, chosen, to)
        problems += why_not_narrow(case, definition, step, chosen, cleaned)
        problems += why_unplaced(definition, chosen, [item.on for item in said.items])
        found = None
        if not problems and chosen.asks(CONDITIONS):
            found = judge(case, definition, cleaned if chosen.asks(DECLARATION) else declared_values(case, definition))
            problems += found.evaluation.problems() if found is not None else []
        handler = handler_for(case.subject_kind)
        if not problems and handler.why_not is not None:
            problems += handler.why_not(case, chosen, actor, cleaned)
        law = library.law_on(case.law_on, case.region)
        if problems:
            raise Refusal(problems)
        role, organisation_id = acting_role(actor, case, definition, step)
        details = details_of(found, chosen, case, definition, cleaned)
        details |= principles.details_of(warned)
        seats = seats_of(actor, case, step)
        if seats:
            details = {**details, "party": seats[0][0].id}
        if chosen.to == WHEN:
            taken = cleaned if chosen.asks(DECLARATION) else declared_values(case, definition)
            to = branch_of(definition, chosen, taken, law)
        if chosen.to in (CHOSEN, WHEN):
            details = {**details, "to": to}
        _, after = machine.take(definition, state, action, to=to, party=str(details.get("party", "")))
        moment = Moment(case, definition, actor, now, law, state, after, action, cleaned, details)
        problems += [problem for part in parts() for problem in part.why_not(moment, chosen)]
        if problems:
            raise Refusal(problems)
        move = Move(action, after, said, cleaned, details, role=role, on_behalf_of_id=organisation_id)

        def told() -> None:
            if chosen.kind == "return" and chosen.to != VOTE:
                _return_materials(case, definition, said.items)
            if handler.on_action is not None:
                handler.on_action(case, chosen, actor, cleaned)

        move_case(case, definition, actor, move, law, now, between=told)
        if chosen.to == VOTE and step.parallel is not None:
            decide_votes(case, definition, step.parallel, law, now)
    return case


def decide_votes(case: Case, definition: Definition, parallel: Parallel, law: Law, now: datetime) -> None:
    """Move the case on by itself as soon as votes to come cannot change the count."""
    state = state_of(case)
    votes = dict(state.votes)
    found = machine.verdict(parallel, votes)
    if found:
        counted = {kind: list(votes.values()).count(kind) for kind in ("approve", "refuse", "return")}
        details = {"verdict": found, "needed": parallel.needed, "votes": counted}
        lines = CaseAction.objects.filter(case_id=case.pk, step=state.step, details__has_key="party")
        said = [Opinion.of(line.opinion) for line in lines.order_by("-sequence")[: len(votes)]]
        move = Move("decide", machine.decide(definition, state), details=details)
        move_case(case, definition, SYSTEM, move, law, now)
        if found == "returned":
            _return_materials(case, definition, [item for opinion in said for item in opinion.items])


def _is_repetition(
    case: Case,
    definition: Definition,
    actor: Actor,
    action: str,
    revision: int,
    opinion: Opinion,
    values: Mapping[str, Any],
) -> bool:
    """Whether the last move is this very action by this very person on this very revision (a double click).

    Of votes: the last one of this person, since others may have voted and the count may have been decided meanwhile.
    """
    last = last_deed(case)
    if last is not None and ("party" in last.details or last.action == "decide"):
        lines = CaseAction.objects.filter(case_id=case.pk, actor_user_id=actor.user_id, details__has_key="party")
        last = lines.order_by("-sequence").first()
    if last is None or last.action != action or last.actor_user_id != actor.user_id or actor.user_id is None:
        return False
    step = definition.steps.get(last.step)
    chosen = step.action(action) if step is not None else None
    if chosen is None or last.before.get("revision") != revision or last.opinion != opinion.as_json():
        return False
    if PRINCIPLE_REASON in values:
        values = dict(values)
        if values.pop(PRINCIPLE_REASON) != last.values.get(PRINCIPLE_REASON):
            return False
        last.values = {key: value for key, value in last.values.items() if key != PRINCIPLE_REASON}
    return bool(_clean(case, definition, chosen, values)[0] == last.values)


def _clean(
    case: Case, definition: Definition, action: Action, values: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Problem]]:
    """The values of an action and what is wrong with them; with the declaration's form where the action takes it."""
    if not action.asks(DECLARATION):
        return gates.clean_values(action, values)
    declared = declared_values(case, definition)
    return gates.clean_values(action, values, form=definition.form, declared=declared)


def _return_materials(case: Case, definition: Definition, items: Iterable[Item]) -> None:
    """Mark the materials named by the items of a return; they must be handed in again."""
    for item in items:
        if definition.requirement(item.on) is not None:
            Material.objects.filter(case_id=case.pk, requirement=item.on, state="handed_in").update(
                state="returned", note=item.text[:500]
            )


def extend_deadline(*, actor: Actor, case_id: int, reason: str) -> Case:
    """Extend the running deadline once more as the definition allows, with a reason the declarer sees.

    Refuses: PRC-125 not allowed, used up or already past; PRC-126 no reason; PRC-105/106 another role.
    """
    with transaction.atomic():
        case, definition = lock_readable(actor, case_id)
        now = clock.now()
        state = state_of(case)
        step = require_step(definition, state, "extend")
        problem, deadline = why_not_extend(actor, case, definition, step, now)
        if problem is not None or deadline is None or step.extension is None:
            raise Refusal([problem] if problem is not None else [errors.EXTENSION_REASON.problem()], status=403)
        if not reason.strip():
            raise errors.EXTENSION_REASON.refuse()
        problems = gates.check_opinion(definition, Opinion(text=reason.strip()))
        if problems:
            raise Refusal(problems)
        law = library.law_on(case.law_on, case.region)
        before_on = deadline.due_on
        extension = step.extension
        day, is_provisional = periods.last_day(law.calendar, deadline.due_on, extension.count, extension.unit)
        deadline.due_on, deadline.due_at = day, periods.end_of_day(day)
        deadline.is_provisional = deadline.is_provisional or is_provisional
        deadline.remind_at = periods.reminder_before(law.calendar, day, step.remind_before, clock.china_day(now))
        deadline.reminded_at = None
        deadline.save()
        show_due(case, day, is_provisional=deadline.is_provisional)
        move = Move(
            "extend",
            machine.extend(definition, state),
            Opinion(text=reason.strip()),
            details={
                "from": before_on.isoformat(),
                "due_on": day.isoformat(),
                "is_provisional": deadline.is_provisional,
            },
            role=extension.role,
            on_behalf_of_id=body_of(case, step),
        )
        progress(case, definition, actor, move, law, now)
    return case
