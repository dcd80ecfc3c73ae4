"""Tasks of a parallel step: one row for each party while it may vote, so that lists of reviewers show it."""

from __future__ import annotations

from ..definition import Step
from ..mandate import body_of
from ..models import Case, CaseTask


def hand_out(case: Case, step: Step) -> None:
    """A task for every party, after the case arrived at a parallel step."""
    if step.parallel is not None:
        CaseTask.objects.bulk_create(
            CaseTask(
                case=case,
                step=step.id,
                party=party.id,
                role=party.role,
                organisation_id=body_of(case, party),
                department=case.department if party.of == "department" else "",
                arrived=case.sequence,
                sort_on=case.sort_on,
            )
            for party in step.parallel.parties
        )


def check_off(case: Case, party: str, sequence: int) -> None:
    """The party has voted with this line of the log."""
    CaseTask.objects.filter(case_id=case.pk, party=party, state="open").update(state="done", sequence=sequence)


def drop(case: Case) -> None:
    """The case has left the step: nobody else is asked."""
    CaseTask.objects.filter(case_id=case.pk, state="open").update(state="dropped")
