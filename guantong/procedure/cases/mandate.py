"""Who may act on a case, who may read it, and why not. Reads posts from the actor, never from today's database."""

from __future__ import annotations

from datetime import date

from guantong.base.accounts.actor import Actor, PostFact
from guantong.base.accounts.mandates import ROLES
from guantong.base.orgs.public import name_on
from guantong.kernel import clock
from guantong.kernel.refusal import Problem

from . import errors
from .definition import Definition, Step
from .handlers import handler_for
from .models import Case, CaseAction
from .parts_api import parts


def role_label(role: str) -> str:
    """A role as people read it."""
    if role in ROLES:
        return ROLES[role].label
    return {"learner": "学习者本人", "declarer": "申请人"}.get(role, role)


def organisation_name(organisation_id: int | None, day: date | None = None) -> str:
    """Name of an organisation on a day (today by default); empty when there is none."""
    return name_on(organisation_id, day or clock.today()) if organisation_id is not None else ""


def is_declarer(actor: Actor, case: Case, definition: Definition) -> bool:
    """Whether the actor stands on the declaring side of the case."""
    declarers = definition.declarers
    if declarers.of == "learner":
        return actor.person_id is not None and actor.person_id == case.person_id
    return actor.only is None and any(
        post.role in declarers.roles and post.organisation_id == case.organisation_id for post in actor.posts
    )


def post_for(actor: Actor, case: Case, step: Step) -> PostFact | None:
    """The post with which the actor may act at ``step``, leaving recusal aside."""
    if actor.only is not None:
        return None
    roles = {step.role}
    if case.is_escalated and case.step == step.id and case.escalated_role:
        roles.add(case.escalated_role)
    organisation = case.authority_id if step.of == "authority" else case.organisation_id
    return next(
        (
            post
            for post in actor.posts
            if post.role in roles
            and organisation is not None
            and post.organisation_id == organisation
            and (step.of != "department" or post.role != step.role or _serves(post, case))
        ),
        None,
    )


def _serves(post: PostFact, case: Case) -> bool:
    return not post.department or not case.department or post.department == case.department


def why_not_act(actor: Actor, case: Case, definition: Definition, step: Step) -> Problem | None:
    """Why the actor may not act at ``step`` of this case, or None when they may.

    Checks role, organisation, department, own case, and the steps decided by the same person.
    """
    if step.of == "learner":
        if actor.person_id is not None and actor.person_id == case.person_id:
            return None
        return errors.NOT_TO_DO.problem(who=_waiting_text(case))
    if step.of == "declarer":
        if is_declarer(actor, case, definition):
            return None
        return errors.NOT_TO_DO.problem(who=_waiting_text(case))
    if post_for(actor, case, step) is None:
        return _why_no_post(actor, case, step)
    if actor.person_id is not None and actor.person_id == case.person_id:
        return errors.OWN_CASE.problem()
    if step.different_from and actor.user_id is not None:
        earlier = (
            CaseAction.objects.filter(case_id=case.pk, actor_user_id=actor.user_id, step__in=step.different_from)
            .exclude(action="extend")
            .values_list("step", flat=True)
            .first()
        )
        if earlier is not None:
            return errors.SAME_PERSON.problem(step=definition.steps[earlier].title)
    return None


def _why_no_post(actor: Actor, case: Case, step: Step) -> Problem:
    label = role_label(step.role)
    organisation = case.authority_id if step.of == "authority" else case.organisation_id
    if not actor.posts and not actor.withheld and not actor.is_system:
        return errors.NOT_TO_DO.problem(who=_waiting_text(case))
    if any(p.role == step.role and p.organisation_id == organisation for p in actor.withheld):
        return errors.SECOND_FACTOR.problem(role=label)
    own = [p for p in actor.posts if p.role == step.role]
    if any(p.organisation_id == organisation for p in own):
        return errors.OTHER_DEPARTMENT.problem(department=case.department, role=label)
    if own:
        return errors.OTHER_ORGANISATION.problem(organisation=organisation_name(organisation), role=label)
    return errors.NOT_YOUR_ROLE.problem(step=step.title, role=label)


def _waiting_text(case: Case) -> str:
    if case.waiting_person_id is not None:
        return "申请人本人"
    return organisation_name(case.waiting_organisation_id) + role_label(case.waiting_role)


def acting_role(actor: Actor, case: Case, definition: Definition, step: Step) -> tuple[str, int | None]:
    """(role, organisation id) in which the actor acts at ``step``, for the log."""
    if step.of == "learner" or (step.of == "declarer" and definition.declarers.of == "learner"):
        return "learner", None
    if step.of == "declarer":
        for post in actor.posts:
            if post.role in definition.declarers.roles and post.organisation_id == case.organisation_id:
                return post.role, post.organisation_id
        return "", None
    held = post_for(actor, case, step)
    return (held.role, held.organisation_id) if held is not None else ("", None)


def may_read(actor: Actor, case: Case, definition: Definition) -> bool:
    """Whether the actor may read the case.

    The person, the declaring side, and every role a step names (deciding, taking over when time runs out, extending)
    may; anyone else only when the domain says so.
    """
    if actor.is_system or (actor.person_id is not None and actor.person_id == case.person_id):
        return True
    if is_declarer(actor, case, definition):
        return True
    if actor.only is None and not actor.roles().isdisjoint(_concerned(case, definition)):
        return True
    if any(part.may_read(actor, case, definition) for part in parts()):
        return True
    allowed = handler_for(case.subject_kind).may_read
    return allowed is not None and allowed(actor, case)


def _concerned(case: Case, definition: Definition) -> set[tuple[str, int]]:
    """(role, organisation) of everyone a step names."""
    found: set[tuple[str, int]] = set()
    for step in definition.steps.values():
        organisation = case.authority_id if step.of == "authority" else case.organisation_id
        if step.of in ("learner", "declarer") or organisation is None:
            continue
        found.add((step.role, organisation))
        if step.on_timeout is not None and step.on_timeout.role:
            found.add((step.on_timeout.role, organisation))
        if step.extension is not None:
            found.add((step.extension.role, organisation))
    return found
