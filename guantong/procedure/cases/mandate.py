"""Who may act on a case, who may read it, and why not. Reads posts from the actor, never from today's database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from guantong.base.accounts.actor import Actor, PostFact
from guantong.base.accounts.mandates import ROLES
from guantong.base.orgs.public import name_on
from guantong.kernel import clock
from guantong.kernel.refusal import Problem

from . import errors
from .definition import Definition, Party, Step
from .definition.parts import LEVELS
from .handlers import handler_for
from .models import Case, CaseAction, CaseTask
from .parts_api import parts


def role_label(role: str) -> str:
    """A role as people read it."""
    if role in ROLES:
        return ROLES[role].label
    return {"learner": "学习者本人", "declarer": "申请人", "visitor": "来访者"}.get(role, role)


def organisation_name(organisation_id: int | None, day: date | None = None) -> str:
    """Name of an organisation on a day (today by default); empty when there is none."""
    return name_on(organisation_id, day or clock.today()) if organisation_id is not None else ""


def body_of(case: Case, step: Step | Party) -> int | None:
    """The organisation whose officers act at a step, or vote for a party of it; None when there is none."""
    if step.of == "authority":
        return case.authority_id
    if step.of in LEVELS:
        found = case.bodies.get(step.body)
        return int(found) if found is not None else None
    return case.organisation_id


def declaring_body(case: Case, definition: Definition) -> int | None:
    """The organisation that declared, when an organisation did."""
    return case.declared_organisation_id if definition.declarers.of in ("school", "authority") else None


def is_declarer(actor: Actor, case: Case, definition: Definition) -> bool:
    """Whether the actor stands on the declaring side of the case."""
    declarers = definition.declarers
    if declarers.of == "learner":
        return actor.person_id is not None and actor.person_id == case.person_id
    if declarers.of == "visitor":
        is_own = actor.user_id is not None and actor.user_id == case.declared_by_id
        return is_own or case.public_id in actor.proved
    body = declaring_body(case, definition)
    return actor.only is None and any(
        post.role in declarers.roles and post.organisation_id == body for post in actor.posts
    )


def seats_of(actor: Actor, case: Case, step: Step) -> list[tuple[Party, PostFact]]:
    """(party, post) of every open seat of a parallel step the actor could vote for, leaving recusal aside."""
    if step.parallel is None:
        return []
    voted = {str(party) for party, _ in case.votes} if case.step == step.id else set()
    found = [(party, post_for(actor, case, party)) for party in step.parallel.parties if party.id not in voted]
    return [(party, post) for party, post in found if post is not None]


def post_for(actor: Actor, case: Case, step: Step | Party) -> PostFact | None:
    """The post with which the actor may act at ``step``, leaving recusal aside."""
    if actor.only is not None:
        return None
    if isinstance(step, Step) and step.parallel is not None:
        return next((post for _, post in seats_of(actor, case, step)), None)
    roles = {step.role}
    if isinstance(step, Step) and case.is_escalated and case.step == step.id and case.escalated_role:
        roles.add(case.escalated_role)
    organisation = body_of(case, step)
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

    Checks role, organisation, department, own case, own organisation, and the steps decided by the same person; of
    an acting officer both for themselves and for the holder.
    """
    if step.of == "learner":
        if actor.person_id is not None and actor.person_id == case.person_id:
            return None
        return errors.NOT_TO_DO.problem(who=_waiting_text(case))
    if step.of == "declarer":
        if is_declarer(actor, case, definition):
            return None
        return errors.NOT_TO_DO.problem(who=_waiting_text(case))
    post = post_for(actor, case, step)
    if post is None:
        return _why_no_post(actor, case, step)
    people = {actor.person_id, post.acting_for_person} - {None}
    if case.person_id in people:
        return errors.OWN_CASE.problem()
    is_internal = post.organisation_id == case.organisation_id and step.of not in ("authority", *LEVELS)
    held = {p.organisation_id for p in (*actor.posts, *actor.withheld)}
    if not is_internal and case.organisation_id in held:
        return errors.OWN_ORGANISATION.problem(organisation=organisation_name(case.organisation_id))
    users = [user for user in (actor.user_id, post.acting_for_user) if user is not None]
    if step.different_from and users:
        names = former_names(case, step.different_from)
        earlier = (
            CaseAction.objects.filter(case_id=case.pk, step__in=list(names))
            .filter(Q(actor_user_id__in=users) | Q(acting_for_user_id__in=users))
            .exclude(action__in=("extend", "suspend", "resume", "part_note"))
            .values_list("step", flat=True)
            .first()
        )
        if earlier is not None:
            return errors.SAME_PERSON.problem(step=definition.steps[names[earlier]].title)
    if step.parallel is not None and users and case.votes:
        task = CaseTask.objects.filter(case_id=case.pk, step=step.id, state="open").first()
        since = task.arrived if task is not None else case.sequence
        lines = CaseAction.objects.filter(case_id=case.pk, step=step.id, sequence__gt=since).exclude(action="part_note")
        if lines.filter(Q(actor_user_id__in=users) | Q(acting_for_user_id__in=users)).exists():
            return errors.ALREADY_VOTED.problem(step=step.title)
    return None


def former_names(case: Case, steps: Iterable[str]) -> dict[str, str]:
    """Every id these steps had in the log of this case → their id now (a case may have changed its version)."""
    names = {step: step for step in steps}
    if case.migrations:
        lines = CaseAction.objects.filter(case_id=case.pk, action="migrate").order_by("-sequence")
        for line in lines:
            for old, new in line.details.get("mapping", {}).items():
                if new in names:
                    names.setdefault(old, names[new])
    return names


def _why_no_post(actor: Actor, case: Case, step: Step) -> Problem:
    if step.parallel is not None:
        voted = {str(party) for party, _ in case.votes}
        waiting = [party for party in step.parallel.parties if party.id not in voted]
        who = "、".join(organisation_name(body_of(case, p)) + role_label(p.role) for p in waiting)
        return errors.NOT_TO_DO.problem(who=who)
    label = role_label(step.role)
    organisation = body_of(case, step)
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
        if definition.declarers.of == "visitor":
            return "visitor", None
        for post in actor.posts:
            if post.role in definition.declarers.roles and post.organisation_id == declaring_body(case, definition):
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
        for party in step.parallel.parties if step.parallel is not None else ():
            body = body_of(case, party)
            if body is not None:
                found.add((party.role, body))
        organisation = body_of(case, step)
        if step.of in ("learner", "declarer") or organisation is None:
            continue
        if step.parallel is None:
            found.add((step.role, organisation))
        if step.suspension is not None:
            found.add((step.suspension.role, organisation))
        if step.on_timeout is not None and step.on_timeout.role:
            found.add((step.on_timeout.role, organisation))
        if step.extension is not None:
            found.add((step.extension.role, organisation))
    return found
