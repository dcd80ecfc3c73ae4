"""Opening a declaration: the case begins with the form empty, at its first step."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from guantong.base.accounts.actor import Actor
from guantong.base.orgs.public import name_on
from guantong.base.people.models import Person
from guantong.domains.projects import errors
from guantong.domains.projects.models import Declaration
from guantong.domains.projects.selectors.catalogue import SUBJECT, find_definition, region_of
from guantong.domains.projects.selectors.holders import Holder, Wanted, find_holder, grants_of
from guantong.kernel import clock
from guantong.kernel.tokens import public_id
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.machine import RUNNING
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import open_case


def open_declaration(
    *, actor: Actor, procedure: str, region: str, wanted: Wanted | None = None, at: int | None = None, title: str = ""
) -> Case:
    """Open a case of ``procedure`` for whom ``wanted`` names, or give the one not handed in yet. ``at``: in whose name.

    Refuses: PRJ-001 unknown, PRJ-002 another desk's, PRJ-003 … 007, 009 and 012 whoever it is for, PRJ-008 one is under
    way where a party has only one at a time; further as ``open_case``.
    """
    found = find_definition(procedure, region)
    if found.subject != SUBJECT:
        raise errors.NOT_DECLARED_HERE.refuse(title=found.title)
    holder = find_holder(actor, found, wanted or Wanted(), at)
    own_region = region_of(holder.organisation_id, clock.today())
    definition = find_definition(procedure, own_region)
    try:
        with transaction.atomic():
            drafted = Declaration.objects.select_for_update(of=("self",)).filter(
                procedure=definition.id, region=own_region, holder=holder.key, is_draft=True
            )
            for draft in drafted.select_related("case"):
                if draft.case is not None:
                    return draft.case
            _refuse_running(definition, holder)
            return _open(actor, definition, own_region, holder, title)
    except IntegrityError:
        # the same person pressed twice: the other request has opened it
        other = Declaration.objects.select_related("case").filter(
            procedure=definition.id, region=own_region, holder=holder.key, is_draft=True
        )
        for draft in other:
            if draft.case is not None:
                return draft.case
        raise


def _open(actor: Actor, definition: Definition, region: str, holder: Holder, title: str) -> Case:
    now = clock.now()
    declaration = Declaration.objects.create(
        public_id=public_id(12),
        procedure=definition.id,
        region=region,
        person_id=holder.person_id,
        organisation_id=holder.organisation_id,
        holder=holder.key,
        opened_at=now,
    )
    case = open_case(
        actor=actor,
        definition=definition.id,
        region=region,
        subject=(SUBJECT, declaration.public_id),
        organisation_id=holder.organisation_id,
        person_id=holder.person_id,
        declared_organisation_id=holder.declared_organisation_id,
        title=title or _title(definition, holder),
    )
    declaration.case = case
    declaration.save(update_fields=["case"])
    return case


def _title(definition: Definition, holder: Holder) -> str:
    """``事项：单位`` or ``事项：姓名``, so that lists tell cases apart (blind panels hide it)."""
    if holder.person_id is not None:
        return f"{definition.title}：{Person.objects.values_list('name', flat=True).get(pk=holder.person_id)}"
    if holder.organisation_id is not None:
        return f"{definition.title}：{name_on(holder.organisation_id, clock.today())}"
    return definition.title


def _refuse_running(definition: Definition, holder: Holder) -> None:
    """One at a time where what is given is one title for its holder."""
    grants = grants_of(definition)
    if grants is None or grants.item:
        return
    running = Case.objects.filter(procedure=definition.id, state__in=RUNNING, subject_kind=SUBJECT)
    if holder.person_id is not None:
        running = running.filter(person_id=holder.person_id)
    elif holder.organisation_id is not None:
        running = running.filter(organisation_id=holder.organisation_id, person__isnull=True)
    else:
        return
    found = running.first()
    if found is not None:
        raise errors.RUNNING.refuse(title=definition.title, public_id=found.public_id)
