"""Taking an action of the definition, and extending a deadline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal

from .. import errors, gates, library, machine, periods
from ..checks import conflict, last_deed, refuse_lapsed, require_action, require_step, state_of, why_not_extend
from ..declaring import declared_values, details_of, judge
from ..definition import Action, Definition
from ..definition.parts import CONDITIONS, DECLARATION
from ..handlers import handler_for
from ..mandate import acting_role, why_not_act
from ..models import Case, Material
from ..opinions import Opinion
from ..parts_api import Moment, parts
from .moving import move_case
from .progress import Move, lock_readable, progress


def act(
    *,
    actor: Actor,
    case_id: int,
    action: str,
    revision: int,
    opinion: Opinion | str | Mapping[str, object] | None = None,
    values: Mapping[str, Any] | None = None,
) -> Case:
    """Take ``action`` at the step the case waits at, and return the case as it stands then.

    ``revision`` is the one the person was shown: when the case has moved since, nothing is done and the refusal says
    who decided what (PRC-103). Sending the very same action twice is harmless. ``withdraw`` and ``appeal`` are taken as
    :func:`withdraw_case` and :func:`appeal_case`. Refuses further with PRC-102 … PRC-121 and whatever the domain's
    handler refuses; a refusal leaves no trace.
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
        if revision != state.revision:
            if _is_repetition(case, definition, actor, action, revision, said, values or {}):
                return case
            raise conflict(case, definition)
        step = require_step(definition, state, action)
        chosen = require_action(definition, step, action)
        refusal = why_not_act(actor, case, definition, step)
        if refusal is not None:
            raise Refusal([refusal], status=403)
        refuse_lapsed(case, definition, step, now)
        cleaned, problems = _clean(case, definition, chosen, values or {})
        held = list(Material.objects.filter(case_id=case.pk).values_list("requirement", "state"))
        problems += gates.why_incomplete(definition, chosen, said, held)
        found = None
        if not problems and chosen.asks(CONDITIONS):
            found = judge(case, definition, cleaned if chosen.asks(DECLARATION) else declared_values(case, definition))
            problems += found.evaluation.problems() if found is not None else []
        handler = handler_for(case.subject_kind)
        if not problems and handler.why_not is not None:
            problems += handler.why_not(case, chosen, actor, cleaned)
        law = library.law_on(case.law_on, case.region)
        _, after = machine.take(definition, state, action)
        if not problems:
            moment = Moment(case, definition, actor, now, law, state, after, action, cleaned)
            problems += [problem for part in parts() for problem in part.why_not(moment, chosen)]
        if problems:
            raise Refusal(problems)
        role, organisation_id = acting_role(actor, case, definition, step)
        details = details_of(found, chosen)
        move = Move(action, after, said, cleaned, details, role=role, on_behalf_of_id=organisation_id)

        def told() -> None:
            _return_materials(case, definition, chosen, said)
            if handler.on_action is not None:
                handler.on_action(case, chosen, actor, cleaned)

        move_case(case, definition, actor, move, law, now, between=told)
    return case


def _is_repetition(
    case: Case,
    definition: Definition,
    actor: Actor,
    action: str,
    revision: int,
    opinion: Opinion,
    values: Mapping[str, Any],
) -> bool:
    """Whether the last move is this very action by this very person on this very revision (a double click)."""
    last = last_deed(case)
    if last is None or last.action != action or last.actor_user_id != actor.user_id or actor.user_id is None:
        return False
    step = definition.steps.get(last.step)
    chosen = step.action(action) if step is not None else None
    if chosen is None or last.before.get("revision") != revision or last.opinion != opinion.as_json():
        return False
    return bool(_clean(case, definition, chosen, values)[0] == last.values)


def _clean(
    case: Case, definition: Definition, action: Action, values: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Problem]]:
    """The values of an action and what is wrong with them; with the declaration's form where the action takes it."""
    if not action.asks(DECLARATION):
        return gates.clean_values(action, values)
    declared = declared_values(case, definition)
    return gates.clean_values(action, values, form=definition.form, declared=declared)


def _return_materials(case: Case, definition: Definition, action: Action, opinion: Opinion) -> None:
    """Mark the materials named by the items of a return; they must be handed in again."""
    if action.kind != "return":
        return
    for item in opinion.items:
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
        day, is_provisional = periods.day_after_days(
            law.calendar, deadline.due_on, extension.count, extension.is_working
        )
        deadline.due_on, deadline.due_at = day, periods.end_of_day(day)
        deadline.is_provisional = deadline.is_provisional or is_provisional
        deadline.remind_at = periods.reminder_before(law.calendar, day, step.remind_before, clock.china_day(now))
        deadline.reminded_at = None
        deadline.save()
        case.due_on = case.sort_on = day
        case.is_provisional = deadline.is_provisional
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
            on_behalf_of_id=case.authority_id if step.of == "authority" else case.organisation_id,
        )
        progress(case, definition, actor, move, law, now)
    return case
