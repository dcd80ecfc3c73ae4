"""Opening a case: on the definition in force that day, for one subject, by someone who may declare."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from guantong.base.accounts.actor import Actor
from guantong.base.orgs.public import authority_on
from guantong.kernel import clock
from guantong.kernel.digest import canonical_json, digest_of
from guantong.kernel.refusal import Refusal
from guantong.kernel.tokens import public_id

from .. import errors, gates, library
from ..definition import Definition
from ..handlers import handler_for
from ..machine import RUNNING, begin
from ..mandate import declaring_body, role_label
from ..models import Case
from ..parts_api import Moment, parts
from .due import NEVER
from .moving import move_case
from .progress import Move
from .responsible import find_bodies, require_responsible

if TYPE_CHECKING:
    from guantong.policy.asking import Law


def open_case(
    *,
    actor: Actor,
    definition: str,
    region: str,
    subject: tuple[str, object],
    organisation_id: int | None = None,
    person_id: int | None = None,
    law_on: date | None = None,
    facts: Mapping[str, Any] | None = None,
    form: Mapping[str, Any] | None = None,
    title: str = "",
    department: str = "",
    authority_id: int | None = None,
    declared_organisation_id: int | None = None,
) -> Case:
    """Open a case of the procedure ``definition`` (its id) about ``subject`` (kind, id), at its first step.

    ``law_on`` (today by default) fixes the definition and every parameter for the whole case. ``facts`` is plain JSON
    without binary floats, kept with the case and sealed by its log; ``form`` is what is filled in of the definition's
    form so far (all of it is asked when it is handed in). ``person_id`` is the person the case is about,
    ``organisation_id`` the one it is about (whose own officers decide its inner steps); the authority above it on
    ``law_on`` is looked up unless ``authority_id`` names the one that is responsible for the matter, and the
    authorities of the levels its steps name are looked up for good. ``declared_organisation_id`` says for which
    authority an officer opens the case, where they hold posts at several.

    Refuses: PRC-101 no such procedure, PRC-128 may not declare, PRC-129 nobody responsible, PRC-130 one is running,
    PRC-113 and PRC-114 an answer of the form that cannot be right.
    """
    now = clock.now()
    day = law_on or clock.today()
    found = library.definition_in_force(definition, region, day)
    law = library.law_on(day, region)
    plain = json.loads(canonical_json(facts or {}))
    declared, problems = gates.clean_declaration(found.form, form or {}, found.title)
    if problems:
        raise Refusal(problems)
    if found.subject != subject[0]:
        raise ValueError(f"procedure {found.id!r} is about {found.subject!r}, not {subject[0]!r}")
    try:
        with transaction.atomic():
            _refuse_running(found, subject)
            version = library.keep_version(found, region)
            case = Case(
                public_id=public_id(12),
                version=version,
                version_digest=version.digest,
                procedure=found.id,
                title=(title or found.title)[:120],
                subject_kind=subject[0],
                subject_id=str(subject[1]),
                region=region,
                organisation_id=organisation_id,
                authority_id=authority_id
                or (authority_on(organisation_id, day) if organisation_id is not None else None),
                bodies=find_bodies(found, organisation_id, region, day),
                declared_organisation_id=declared_organisation_id,
                person_id=person_id,
                department=department[:60],
                declared_by_id=actor.user_id,
                declared_by=actor.label,
                facts=plain,
                law_on=day,
                law_version=law.version,
                opened_at=now,
                sequence=0,
                head_digest="",
                sort_on=NEVER,
            )
            _open(case, found, actor, law, now, declared)
    except IntegrityError:
        _refuse_running(found, subject)  # someone else opened one at the same moment
        raise
    return case


def _open(case: Case, found: Definition, actor: Actor, law: Law, now: datetime, declared: Mapping[str, Any]) -> None:
    """Check who declares and who is responsible, write the first line, tell the domain."""
    case.declared_role, case.declared_organisation_id = _declaring_role(actor, case, found)
    require_responsible(case, found)
    move = Move(
        action="open",
        after=begin(found),
        values=declared,
        details={
            "version": case.version_digest,
            "facts": digest_of(case.facts),
            "subject": [case.subject_kind, case.subject_id],
            "law_on": case.law_on.isoformat(),
            "region": case.region,
            **({"bodies": case.bodies} if case.bodies else {}),
        },
        role=case.declared_role,
        on_behalf_of_id=declaring_body(case, found),
    )
    moment = Moment(case, found, actor, now, law, None, move.after, "open", declared)
    problems = [problem for part in parts() for problem in part.why_not_open(moment)]
    if problems:
        raise Refusal(problems, status=409)
    move_case(case, found, actor, move, law, now)
    handler = handler_for(case.subject_kind)
    if handler.on_open is not None:
        handler.on_open(case, actor)


def _refuse_running(definition: Definition, subject: tuple[str, object]) -> None:
    running = Case.objects.filter(
        subject_kind=subject[0], subject_id=str(subject[1]), procedure=definition.id, state__in=RUNNING
    ).first()
    if running is not None:
        raise errors.CASE_RUNNING.refuse(title=definition.title, public_id=running.public_id)


def _declaring_role(actor: Actor, case: Case, definition: Definition) -> tuple[str, int | None]:
    """(role, organisation) in which the actor declares.

    The system may open on behalf of whoever may (set-up, transfers, yearly cases).
    """
    declarers, named = definition.declarers, case.declared_organisation_id
    if declarers.of == "visitor":
        return "visitor", None
    if declarers.of == "learner":
        if actor.is_system or (actor.person_id is not None and actor.person_id == case.person_id):
            return declarers.roles[0] if actor.is_system else "learner", None
    elif actor.is_system:
        return declarers.roles[0], named if named is not None else _own_body(case, definition)
    elif actor.only is None:
        for post in actor.posts:
            is_own = post.organisation_id == case.organisation_id
            is_meant = named is None or post.organisation_id == named
            if post.role in declarers.roles and is_meant and (is_own or declarers.of == "authority"):
                return post.role, post.organisation_id
    who = "、".join(role_label(role) for role in declarers.roles)
    raise errors.MAY_NOT_DECLARE.refuse(title=definition.title, who=who)


def _own_body(case: Case, definition: Definition) -> int | None:
    """For whom the system opens: the organisation itself, or the authority above it."""
    return case.authority_id if definition.declarers.of == "authority" else case.organisation_id
