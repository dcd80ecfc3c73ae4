"""The day on which a party was granted what a procedure without a register gives; see ``registers.facts``."""

from __future__ import annotations

from datetime import date

from guantong.kernel import clock
from guantong.procedure.conditions import Subject
from guantong.procedure.conditions.tree import TITLE_PREFIX

from . import library
from .machine import RUNNING
from .models import Case


def granted_on(subject: Subject, day: date, name: str) -> date | None:
    """The day of the latest granting decision up to ``day`` for the person, else the organisation; None: there is none.

    A decision that was changed counts as it stands: overturned in the declarer's favour is granted.
    """
    procedure = name[len(TITLE_PREFIX) :]
    cases = Case.objects.filter(procedure=procedure, decided_at__isnull=False).exclude(state__in=RUNNING)
    if subject.person_id is not None:
        cases = cases.filter(person_id=subject.person_id)
    elif subject.organisation_id is not None:
        cases = cases.filter(organisation_id=subject.organisation_id, person__isnull=True)
    else:
        raise LookupError("nobody to ask for")
    for case in cases.select_related("version").order_by("-decided_at", "-pk"):
        outcome = library.definition_of(case).outcomes.get(case.outcome)
        decided = clock.china_day(case.decided_at) if case.decided_at is not None else None
        if outcome is not None and outcome.is_granted and decided is not None and decided <= day:
            return decided
    return None
