"""Whether something may be done with a case as it stands: read by the actions under lock and by pages without."""

from __future__ import annotations

from datetime import datetime

from guantong.base.accounts.actor import Actor
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Refusal

from . import errors, library, machine, periods
from .definition import Action, Definition, Step
from .definition.parts import DECLARATION
from .machine import APPEALED, State, outcome_of, step_of
from .mandate import body_of, is_declarer, organisation_name, post_for, role_label, why_not_act
from .models import Case, CaseAction, Deadline
from .parts_api import parts
from .wording import what_happened

LAST_WAY = "仍有不同意见的，可以按决定书写明的其他途径提出。"


def state_of(case: Case) -> State:
    """The state in the case's own columns."""
    return State(
        state=case.state,
        step=case.step,
        trail=tuple(case.trail),
        outcome=case.outcome,
        revision=case.revision,
        is_escalated=case.is_escalated,
        extensions=case.extensions,
        is_suspended=case.is_suspended,
        suspensions=case.suspensions,
        votes=tuple((str(party), str(vote)) for party, vote in case.votes),
    )


def waiting_for(case: Case) -> str:
    """Who the case waits for, in words."""
    if case.waiting_person_id is not None:
        return "申请人"
    if case.waiting_role:
        return organisation_name(case.waiting_organisation_id) + role_label(case.waiting_role)
    step = step_of(library.definition_of(case), state_of(case))
    if step is not None and step.parallel is not None:
        voted = {str(party) for party, _ in case.votes}
        return "、".join(party.title for party in step.parallel.parties if party.id not in voted)
    return "申请人" if step is not None else ""


def require_step(definition: Definition, state: State, action: str) -> Step:
    """The step the case waits at; refuses with PRC-127 when it waits nowhere."""
    step = step_of(definition, state)
    if step is None:
        outcome = outcome_of(definition, state)
        raise errors.CASE_CLOSED.refuse(outcome=outcome.title if outcome is not None else action)
    return step


def require_action(definition: Definition, step: Step, action: str) -> Action:
    """The action of the step; refuses with PRC-104 when the step has none of that name."""
    chosen = step.action(action)
    if chosen is None:
        known = "、".join(a.title for a in step.actions)
        named = next((a.title for s in definition.steps.values() for a in s.actions if a.id == action), action[:40])
        raise errors.NOT_AVAILABLE.refuse(step=step.title, action=named, known=known)
    return chosen


def refuse_under_review(actor: Actor, case: Case, definition: Definition, step: Step, action: str) -> None:
    """Refuse with PRC-157 the declaring side that would change the declaration while someone else reviews it."""
    if (
        step.action(action) is not None
        or step.of in ("learner", "declarer")
        or not is_declarer(actor, case, definition)
    ):
        return
    named = (a for s in definition.steps.values() for a in s.actions if a.id == action)
    if any(a.asks(DECLARATION) for a in named):
        raise errors.UNDER_REVIEW.refuse(who=waiting_for(case) or step.title)


def refuse_lapsed(case: Case, definition: Definition, step: Step, now: datetime) -> None:
    """Refuse with PRC-121 when the step's time has run out and the case lapses, though no scan has come by yet."""
    if step.on_timeout is None or step.on_timeout.do != "lapse":
        return
    deadline = Deadline.objects.filter(case_id=case.pk, state="open").first()
    if deadline is not None and now >= deadline.due_at and why_held(case, definition, step) is None:
        to = step.on_timeout.to
        target = definition.steps[to].title if to in definition.steps else definition.outcomes[to].title
        basis = library.citation_of(step.deadline.basis) if step.deadline is not None else None
        due = periods.chinese_day(deadline.due_on)
        raise errors.TIME_RUN_OUT.refuse(basis=basis, step=step.title, due=due, to=target)


def refuse_suspended(case: Case, step: Step) -> None:
    """Refuse with PRC-150 while the step stands still."""
    if case.is_suspended:
        until = periods.chinese_day(case.due_on) if case.due_on is not None else "到期"
        raise errors.SUSPENDED.refuse(step=step.title, until=until)


def why_held(case: Case, definition: Definition, step: Step) -> Problem | None:
    """Why the step does not lapse although its time has run out: what some part has against it, or None."""
    return next((p for part in parts() if (p := part.holds_back(case, definition, step)) is not None), None)


def last_deed(case: Case) -> CaseAction | None:
    """The last line of the log that someone's doing wrote, leaving reminders and fixed days aside."""
    lines = CaseAction.objects.filter(case_id=case.pk).exclude(action__in=("remind", "redate", "part_note"))
    return lines.order_by("-sequence").first()


def conflict(case: Case, definition: Definition) -> Refusal:
    """PRC-103 with who decided what and when."""
    last = (
        CaseAction.objects.filter(case_id=case.pk)
        .exclude(action__in=("remind", "redate", "escalate", "extend", "part_note"))
        .order_by("-sequence")
        .first()
    )
    if last is None:
        raise LookupError(f"case {case.public_id} has no log")
    what = what_happened(definition, last)
    return errors.ALREADY_DECIDED.refuse(who=last.actor_label, when=periods.chinese_moment(last.at), what=what)


def why_not_extend(
    actor: Actor, case: Case, definition: Definition, step: Step, now: datetime
) -> tuple[Problem | None, Deadline | None]:
    """(why the deadline may not be extended by this actor, the deadline)."""
    deadline = Deadline.objects.filter(case_id=case.pk, state="open").first()
    extension = step.extension
    due = periods.chinese_day(deadline.due_on) if deadline is not None else "期限"
    if extension is None:
        return errors.NO_EXTENSION.problem(step=step.title, why="规定没有允许延长", due=due), deadline
    if case.is_suspended:
        return errors.NO_EXTENSION.problem(step=step.title, why="正在暂停办理", due=due), deadline
    if deadline is None or now >= deadline.due_at:
        return errors.NO_EXTENSION.problem(step=step.title, why="期限已经过了", due="当前"), deadline
    if case.extensions >= extension.times:
        why = f"已经延长过{case.extensions}次"
        return errors.NO_EXTENSION.problem(step=step.title, why=why, due=due), deadline
    return _why_not_role(actor, case, definition, step, extension.role, "延期"), deadline


def why_not_suspend(
    actor: Actor, case: Case, definition: Definition, step: Step, now: datetime
) -> tuple[Problem | None, Deadline | None]:
    """(why the step may not be suspended by this actor, the deadline that would stand still)."""
    deadline = Deadline.objects.filter(case_id=case.pk, state="open", kind="step").first()
    suspension = step.suspension
    why = ""
    if suspension is None:
        why = "规定没有允许暂停"
    elif case.is_suspended:
        why = "已经暂停"
    elif deadline is None or now >= deadline.due_at:
        why = "期限已经过了"
    elif case.suspensions >= suspension.times:
        why = f"已经暂停过{case.suspensions}次"
    if why or suspension is None:
        return errors.NO_SUSPENSION.problem(step=step.title, why=why), deadline
    return _why_not_role(actor, case, definition, step, suspension.role, "暂停"), deadline


def why_not_resume(actor: Actor, case: Case, definition: Definition, step: Step) -> Problem | None:
    """Why the actor may not let the period run again before its time."""
    if not case.is_suspended or step.suspension is None:
        return errors.NOT_SUSPENDED.problem(step=step.title)
    return _why_not_role(actor, case, definition, step, step.suspension.role, "恢复")


def _why_not_role(actor: Actor, case: Case, definition: Definition, step: Step, role: str, what: str) -> Problem | None:
    """Why the actor may not do what ``role`` does about the period of a step."""
    if role == step.role:
        return why_not_act(actor, case, definition, step)
    organisation = body_of(case, step)
    if actor.only is not None or (role, organisation) not in actor.roles():
        label = role_label(role)
        if post_for(actor, case, step) is None and not any(p.role == role for p in actor.posts):
            return errors.NOT_YOUR_ROLE.problem(step=f"{step.title}的{what}", role=label)
        return errors.OTHER_ORGANISATION.problem(organisation=organisation_name(organisation), role=label)
    return None


def refuse_unappealable(case: Case, definition: Definition) -> None:
    """Refuse with PRC-122 or PRC-123 when there is no decision to object to any more."""
    state = state_of(case)
    if machine.may_appeal(definition, state):
        return
    outcome = outcome_of(definition, state)
    appeal = definition.appeal
    further = appeal.further or appeal.none or LAST_WAY
    basis = library.citation_of(appeal.basis)
    if outcome is not None and outcome.id in appeal.against and _ran_out(case):
        refuse_late(case, definition)
    if outcome is None:
        raise errors.NOT_APPEALABLE.refuse(basis=basis, outcome=case.title, why="还没有作出决定", further=further)
    why = "规定没有设这一途径" if outcome.id not in appeal.against else "已经申诉过，复核已有结论或已经撤回"
    if state.state == APPEALED:
        why = "已经申诉，正在复核"
    raise errors.NOT_APPEALABLE.refuse(basis=basis, outcome=outcome.title, why=why, further=further)


def _ran_out(case: Case) -> bool:
    return not CaseAction.objects.filter(case_id=case.pk, action="appeal").exists()


def refuse_late(case: Case, definition: Definition) -> None:
    """Refuse with PRC-122 from the first moment after the appeal period."""
    deadline = Deadline.objects.filter(case_id=case.pk, kind="appeal").order_by("-id").first()
    if deadline is None or clock.now() < deadline.due_at:
        return
    appeal = definition.appeal
    basis = library.citation_of(appeal.within.basis if appeal.within is not None else None)
    raise errors.APPEAL_LATE.refuse(
        basis=basis or library.citation_of(appeal.basis),
        due=periods.chinese_day(deadline.due_on),
        further=appeal.further or LAST_WAY,
    )


def place_of(definition: Definition, case: Case) -> str:
    """Where the case stands, in words."""
    state = state_of(case)
    step = step_of(definition, state)
    outcome = outcome_of(definition, state)
    return step.title if step is not None else outcome.title if outcome is not None else case.title
