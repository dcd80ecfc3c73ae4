"""To-do lists: one index scan for each post of the actor, most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from guantong.base.accounts.actor import Actor
from guantong.kernel import clock

from .. import errors, library
from ..definition import Step
from ..models import Case, CaseTask

PAGE = 50
"""Rows of a page unless told."""


@dataclass(frozen=True, slots=True)
class ToDo:
    """One line of a to-do list."""

    case: Case
    step_title: str
    is_overdue: bool
    is_escalated: bool
    party: str = ""
    """Title of the party in whose name to vote, at a parallel step."""
    is_suspended: bool = False


@dataclass(frozen=True, slots=True)
class ToDoPage:
    """One page of a to-do list, most urgent first. ``after`` of the next page is ``next``, empty at the end."""

    rows: tuple[ToDo, ...]
    next: str
    total: int
    """How many wait, counted up to ``COUNT_LIMIT``."""


COUNT_LIMIT = 1000


def to_do_for(
    actor: Actor,
    *,
    after: str = "",
    size: int = PAGE,
    procedure: str = "",
    role: str = "",
    organisation_id: int | None = None,
) -> ToDoPage:
    """Cases that wait for the actor, by due day. ``after`` is the ``next`` of the page before.

    Narrowed by procedure, by one of the actor's roles, or by one of their organisations. Refuses with PRC-135 a page
    mark it did not give.
    """
    today = clock.today()
    branches = _branches(actor, role=role, organisation_id=organisation_id)
    position = _position(after)
    rows: dict[int, Case] = {}
    parties: dict[int, str] = {}
    total = 0
    for branch in branches:
        waiting = Case.objects.filter(branch)
        if procedure:
            waiting = waiting.filter(procedure=procedure)
        total += waiting.values("pk")[: COUNT_LIMIT + 1].count()
        if position is not None:
            day, pk = position
            waiting = waiting.filter(Q(sort_on__gt=day) | Q(sort_on=day, pk__gt=pk))
        for case in waiting.order_by("sort_on", "pk")[: size + 1]:
            rows[case.pk] = case
    for branch in _task_branches(actor, role=role, organisation_id=organisation_id):
        tasks = CaseTask.objects.filter(branch, state="open")
        if procedure:
            tasks = tasks.filter(case__procedure=procedure)
        total += tasks.values("pk")[: COUNT_LIMIT + 1].count()
        if position is not None:
            day, pk = position
            tasks = tasks.filter(Q(sort_on__gt=day) | Q(sort_on=day, case_id__gt=pk))
        for task in tasks.order_by("sort_on", "case_id").select_related("case")[: size + 1]:
            rows[task.case_id] = task.case
            parties.setdefault(task.case_id, task.party)
    ordered = sorted(rows.values(), key=lambda c: (c.sort_on, c.pk))
    shown = ordered[:size]
    last = shown[-1] if shown else None
    following = f"{last.sort_on.isoformat()}.{last.pk}" if last is not None and len(ordered) > size else ""
    lines = tuple(
        ToDo(
            case=case,
            step_title=(step := library.definition_of(case).steps[case.step]).title,
            is_overdue=case.due_on is not None and case.due_on < today,
            is_escalated=case.is_escalated,
            party=_party_title(step, parties.get(case.pk, "")),
            is_suspended=case.is_suspended,
        )
        for case in shown
    )
    return ToDoPage(lines, following, min(total, COUNT_LIMIT))


def count_to_do(actor: Actor) -> int:
    """How many cases wait for the actor, counted up to ``COUNT_LIMIT``."""
    total = sum(
        Case.objects.filter(branch).values("pk")[:COUNT_LIMIT].count()
        for branch in _branches(actor, role="", organisation_id=None)
    )
    total += sum(
        CaseTask.objects.filter(branch, state="open").values("pk")[:COUNT_LIMIT].count()
        for branch in _task_branches(actor, role="", organisation_id=None)
    )
    return min(total, COUNT_LIMIT)


def _party_title(step: Step, party: str) -> str:
    found = step.parallel.party(party) if step.parallel is not None and party else None
    return found.title if found is not None else ""


def _task_branches(actor: Actor, *, role: str, organisation_id: int | None) -> list[Q]:
    """One condition on tasks of parallel steps for each of the actor's posts."""
    if actor.only is not None:
        return []
    found: list[Q] = []
    for (held, organisation), names in _departments(actor, role, organisation_id).items():
        narrowed = Q() if "" in names else Q(department__in=["", *names])
        found.append(Q(role=held, organisation_id=organisation) & narrowed)
    return found


def _departments(actor: Actor, role: str, organisation_id: int | None) -> dict[tuple[str, int], set[str]]:
    """(role, organisation) → departments of the posts there, for those asked for."""
    departments: dict[tuple[str, int], set[str]] = {}
    for post in actor.posts:
        if role in ("", post.role) and organisation_id in (None, post.organisation_id):
            departments.setdefault((post.role, post.organisation_id), set()).add(post.department)
    return departments


def _branches(actor: Actor, *, role: str, organisation_id: int | None) -> list[Q]:
    """One condition per index: own person, each post, each post a case was escalated to.

    The ``waiting_*`` and ``escalated_role`` columns are empty unless the case waits, so the state need not be asked
    (and SQLite could not use an index bound to it).
    """
    found: list[Q] = []
    if actor.person_id is not None and role in ("", "learner") and organisation_id is None:
        found.append(Q(waiting_person_id=actor.person_id))
    if actor.only is not None:
        return found
    another = Q()
    if actor.person_id is not None:
        another = ~Q(person_id=actor.person_id) | Q(person_id=None)
    for (held, organisation), names in _departments(actor, role, organisation_id).items():
        at = Q(waiting_organisation_id=organisation)
        narrowed = Q() if "" in names else Q(waiting_department__in=["", *names])
        found.append(at & Q(waiting_role=held) & narrowed & another)
        found.append(at & Q(escalated_role=held) & another)
    return found


def _position(after: str) -> tuple[date, int] | None:
    if not after:
        return None
    day, _, pk = after.partition(".")
    try:
        if len(pk) > 18 or not pk.isascii():
            raise ValueError(pk)
        return date.fromisoformat(day), int(pk)
    except ValueError:
        raise errors.BAD_PAGE.refuse(given=after[:30]) from None


def list_cases_about(subject: tuple[str, object]) -> QuerySet[Case]:
    """Cases about one subject, newest first (for domains; no permission is checked)."""
    return Case.objects.filter(subject_kind=subject[0], subject_id=str(subject[1])).order_by("-pk")


def list_cases_of(actor: Actor) -> QuerySet[Case]:
    """Cases the actor declared for themselves or is the person of, newest first."""
    if actor.person_id is None:
        return Case.objects.none()
    return Case.objects.filter(person_id=actor.person_id).order_by("-opened_at", "-pk")
