"""Lists of work: what waits, what is due, what was declared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from guantong.base.accounts.actor import Actor
from guantong.base.orgs.public import names_on
from guantong.kernel import clock
from guantong.procedure.cases.checks import place_of
from guantong.procedure.cases.machine import RUNNING
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import definition_of, link_for, to_do_for

from .catalogue import SUBJECT
from .subjects import subjects_of

OWN_STEPS = ("declarer", "learner")
"""Whose step has not handed in: a first step of anybody else is a step like others."""

STATES = (("", "全部"), ("draft", "没有提交"), ("running", "正在办理"), ("returned", "等您补正"), ("ended", "已办结"))
TONES = {"granted": "good", "overturned": "good", "refused": "bad", "upheld": "bad"}


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in a list."""

    case: Case
    title: str
    procedure: str
    holder: str
    place: str
    tone: str
    due_on: date | None
    is_overdue: bool
    url: str
    subject: str = ""
    """What it is declared for and when, in a few words."""


def show_cases(cases: Iterable[Case]) -> list[CaseRow]:
    """Rows with where each stands."""
    rows = list(cases)
    today = clock.today()
    subjects = subjects_of(rows)
    names = names_on({c.organisation_id for c in rows if c.organisation_id is not None}, today)
    found = []
    for case in rows:
        definition = definition_of(case)
        outcome = definition.outcomes.get(case.outcome)
        tone = TONES.get(outcome.kind, "neutral") if outcome is not None else "info"
        place = place_of(definition, case)
        if case.state in RUNNING and case.step == definition.start and definition.steps[case.step].of in OWN_STEPS:
            tone, place = "warn", "没有提交"
        found.append(
            CaseRow(
                case,
                case.title,
                definition.title,
                names.get(case.organisation_id or 0, ""),
                place,
                tone,
                case.due_on if case.state in RUNNING else None,
                case.state in RUNNING and case.due_on is not None and case.due_on < today,
                link_for(case),
                subjects.get(case.pk, ""),
            )
        )
    return found


def own_cases(actor: Actor, *, state: str = "", procedure: str = "") -> QuerySet[Case]:
    """Declarations of the actor's own person, and of organisations where they hold a declaring post; newest first."""
    own = Q(pk__in=[])
    if actor.person_id is not None:
        own |= Q(person_id=actor.person_id, declared_role="learner")
    if actor.only is None:
        for post in actor.posts:
            own |= Q(declared_organisation_id=post.organisation_id, declared_role=post.role)
            own |= Q(declared_organisation__isnull=True, organisation_id=post.organisation_id, declared_role=post.role)
    found = Case.objects.filter(own, subject_kind=SUBJECT).order_by("-opened_at", "-pk")
    if procedure:
        found = found.filter(procedure=procedure)
    if state == "draft":
        found = found.filter(declaration__is_draft=True, state__in=RUNNING)
    elif state == "running":
        found = found.filter(declaration__is_draft=False, state__in=RUNNING)
    elif state == "returned":
        found = found.filter(declaration__is_draft=False, state__in=RUNNING)
        waiting = Q(waiting_person_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
        for post in actor.posts:
            waiting |= Q(waiting_role=post.role, waiting_organisation_id=post.organisation_id)
        found = found.filter(waiting)
    elif state == "ended":
        found = found.exclude(state__in=RUNNING)
    return found.select_related("version")


def procedures_waiting(actor: Actor) -> list[tuple[str, str]]:
    """(id, title) of the procedures with cases among the first hundred that wait for the actor."""
    rows = to_do_for(actor, size=100).rows
    found = {row.case.procedure: definition_of(row.case).title for row in rows}
    return sorted(found.items(), key=lambda pair: pair[1])


def coming_due(actor: Actor, today: date, days: int) -> list[CaseRow]:
    """Cases that wait for the actor and fall due within so many days (or are overdue), the nearest first."""
    last = today + timedelta(days=days)
    rows = to_do_for(actor, size=100).rows
    return show_cases(row.case for row in rows if row.case.due_on is not None and row.case.due_on <= last)
