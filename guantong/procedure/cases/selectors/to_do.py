"""To-do lists: one index scan for each post of the actor, most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from guantong.base.accounts.actor import Actor
from guantong.kernel import clock

from .. import errors, library
from ..definition import Step
from ..models import Case

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
    is_own: bool = False,
) -> ToDoPage:
    """Cases that wait for the actor, by due day. ``after`` is the ``next`` of the page before.

    Narrowed by procedure, by one of the actor's roles, or by one of their organisations; ``is_own`` to what is theirs
    of the load of their desks (and what waits for their own person or vote). Refuses with PRC-135 a page
    mark it did not give.
    """
    today = clock.today()
    branches = _branches(actor, role=role, organisation_id=organisation_id, procedure=procedure, is_own=is_own)
    found = _first(branches, _position(after), size + 1)
    following = ""
    if len(found) > size:
        found = found[:size]
        following = f"{str(found[-1][0])[:10]}.{found[-1][1]}"
    parties = {pk: party for _, pk, party in found}
    cases = Case.objects.in_bulk(list(parties))
    lines = tuple(
        ToDo(
            case=case,
            step_title=(step := library.definition_of(case).steps[case.step]).title,
            is_overdue=case.due_on is not None and case.due_on < today,
            is_escalated=case.is_escalated,
            party=_party_title(step, parties.get(case.pk, "")),
            is_suspended=case.is_suspended,
        )
        for case in (cases[pk] for pk in parties if pk in cases)
    )
    return ToDoPage(lines, following, _count(branches))


def count_to_do(actor: Actor) -> int:
    """How many cases wait for the actor, counted up to ``COUNT_LIMIT``."""
    return _count(_branches(actor, role="", organisation_id=None, procedure=""))


def _party_title(step: Step, party: str) -> str:
    found = step.parallel.party(party) if step.parallel is not None and party else None
    return found.title if found is not None else ""


def _departments(actor: Actor, role: str, organisation_id: int | None) -> dict[tuple[str, int], set[str]]:
    """(role, organisation) → departments of the posts there, for those asked for."""
    departments: dict[tuple[str, int], set[str]] = {}
    for post in actor.posts:
        if role in ("", post.role) and organisation_id in (None, post.organisation_id):
            departments.setdefault((post.role, post.organisation_id), set()).add(post.department)
    return departments


@dataclass(frozen=True, slots=True)
class _Branch:
    """One index scan: of cases, or of tasks of parallel steps (whose ``party`` is told)."""

    where: str
    values: tuple[Any, ...]
    is_task: bool = False

    def select(self, what: str) -> str:
        """The scan as SQL, up to its condition."""
        if self.is_task:
            return f"SELECT {what} FROM cases_casetask t JOIN cases_case c ON c.id = t.case_id WHERE {self.where}"
        return f"SELECT {what} FROM cases_case c WHERE {self.where}"


_OWN = (
    " AND EXISTS (SELECT 1 FROM cases_assignment a"
    " WHERE a.case_id = c.id AND a.revision = c.revision AND a.user_id = %s)"
)


def _branches(
    actor: Actor, *, role: str, organisation_id: int | None, procedure: str, is_own: bool = False
) -> list[_Branch]:
    """One scan per index: own person, each post, each post a case was escalated to, each post with tasks to vote on.

    The ``waiting_*`` and ``escalated_role`` columns are empty unless the case waits, so the state need not be asked
    (and SQLite could not use an index bound to it). Written as SQL: every desk's first page asks it.
    """
    narrowed = " AND c.procedure = %s" if procedure else ""
    own: tuple[Any, ...] = (procedure,) if procedure else ()
    found: list[_Branch] = []
    if actor.person_id is not None and role in ("", "learner") and organisation_id is None:
        found.append(_Branch("c.waiting_person_id = %s" + narrowed, (actor.person_id, *own)))
    if actor.only is not None:
        return found
    if actor.person_id is not None:
        narrowed += " AND (c.person_id IS NULL OR c.person_id <> %s)"
        own = (*own, actor.person_id)
    for (held, organisation), names in _departments(actor, role, organisation_id).items():
        departments, among = ("", ()) if "" in names else (", ".join(["%s"] * len(names)), tuple(sorted(names)))
        at = " AND c.waiting_organisation_id = %s"
        of = f" AND c.waiting_department IN ('', {departments})" if departments else ""
        mine, whose = (_OWN, (actor.user_id or 0,)) if is_own else ("", ())
        found.append(
            _Branch(f"c.waiting_role = %s{at}{of}{narrowed}{mine}", (held, organisation, *among, *own, *whose))
        )
        found.append(_Branch(f"c.escalated_role = %s{at}{narrowed}{mine}", (held, organisation, *own, *whose)))
        of = f" AND t.department IN ('', {departments})" if departments else ""
        task = f"t.state = 'open' AND t.role = %s AND t.organisation_id = %s{of}{narrowed}"
        found.append(_Branch(task, (held, organisation, *among, *own), is_task=True))
    return found


def _first(branches: list[_Branch], position: tuple[date, int] | None, most: int) -> list[tuple[Any, int, str]]:
    """(sort day, id of the case, party) of the most urgent cases after a position, each case once. One query."""
    scans: list[str] = []
    values: list[Any] = []
    for number, branch in enumerate(branches):
        day, pk = ("t.sort_on", "t.case_id") if branch.is_task else ("c.sort_on", "c.id")
        party = "t.party" if branch.is_task else "''"
        scan = branch.select(f"{day} AS day, {pk} AS pk, {party} AS party")
        values += branch.values
        if position is not None:
            scan += f" AND ({day} > %s OR ({day} = %s AND {pk} > %s))"
            on = connection.ops.adapt_datefield_value(position[0])
            values += [on, on, position[1]]
        scans.append(f"SELECT * FROM ({scan} ORDER BY {day}, {pk} LIMIT {most}) AS b{number}")
    if not scans:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(scans), values)
        rows = sorted(cursor.fetchall())
    found: dict[int, tuple[Any, int, str]] = {}
    for day, pk, party in rows:
        kept = found.get(pk)
        if kept is None or (party and not kept[2]):
            found[pk] = (day, pk, party)
    return list(found.values())[:most]


def _count(branches: list[_Branch]) -> int:
    """How many wait, each scan counted up to the limit. One query."""
    if not branches:
        return 0
    counts = (
        f"(SELECT COUNT(*) FROM ({branch.select('1')} LIMIT {COUNT_LIMIT}) AS b{number})"
        for number, branch in enumerate(branches)
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + " + ".join(counts), [value for branch in branches for value in branch.values])
        (total,) = cursor.fetchone()
    return min(int(total), COUNT_LIMIT)


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
