"""Reads of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from guantong.base.people import errors, rules
from guantong.base.people.crypto import keyring
from guantong.base.people.models import FormerName, GuardianConsent, Merge, Person
from guantong.base.people.rules import ConsentFacts, Law, PersonFacts, TidyPerson, name_key, tidy
from guantong.kernel import clock
from guantong.kernel.refusal import Problem, Where

Key = tuple[str, bytes]
"""Kind of document and index of its number: what makes a person one."""

BATCH = 500
"""Index values asked for in one query."""


def batches(values: Iterable[bytes], size: int = BATCH) -> Iterable[list[bytes]]:
    """``values`` in lists of at most ``size``."""
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch


def present_ids(person_ids: Iterable[int]) -> dict[int, int]:
    """Each record with the record it is kept under today, following merges."""
    found = {i: i for i in person_ids}
    frontier = set(found.values())
    while frontier:
        moved: dict[int, int] = {}
        for batch in _number_batches(frontier):
            moved.update(
                (pk, into)
                for pk, into in Person.objects.filter(pk__in=batch, state="merged").values_list("pk", "merged_into_id")
                if into is not None
            )
        if not moved:
            break
        found = {i: moved.get(now, now) for i, now in found.items()}
        frontier = set(moved.values())
    return found


def _number_batches(values: Iterable[int]) -> Iterable[list[int]]:
    iterator = iter(values)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def find_by_id_number(text: str, id_kind: str = "resident") -> int | None:
    """Database id of the person with this number (the kept record when it was merged), or None."""
    pk = Person.objects.filter(id_kind=id_kind, id_index=index_for(text, id_kind)).values_list("pk", flat=True).first()
    return None if pk is None else present_ids([pk])[pk]


def find_ids_by_index(id_kind: str, indexes: Iterable[bytes]) -> dict[bytes, tuple[int, str]]:
    """(record id, name) by index, for many; records that were merged are given as they are."""
    found: dict[bytes, tuple[int, str]] = {}
    for batch in batches(indexes):
        for pk, index, name in Person.objects.filter(id_kind=id_kind, id_index__in=batch).values_list(
            "pk", "id_index", "name"
        ):
            found[bytes(index)] = (pk, name)
    return found


def index_for(text: str, id_kind: str = "resident") -> bytes:
    """The index of a number as given (outer spaces and case do not matter)."""
    return keyring().index(id_kind, text.strip().upper())


def get_person(person_id: int) -> Person:
    """The record, or PPL-012."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise errors.PERSON_UNKNOWN.refuse()
    return person


def find_by_public_id(public_id: str) -> Person | None:
    """The record with this public id, or None."""
    return Person.objects.filter(public_id=public_id).first()


def names_of(person_ids: Iterable[int]) -> dict[int, set[str]]:
    """Every name each record bears or bore: present, former, and those of records merged into it."""
    wanted = set(person_ids)
    names: dict[int, set[str]] = {pk: set() for pk in wanted}
    for batch in _number_batches(wanted):
        for pk, name in Person.objects.filter(pk__in=batch).values_list("pk", "name"):
            names[pk].add(name)
        for pk, name in FormerName.objects.filter(person_id__in=batch).values_list("person_id", "name"):
            names[pk].add(name)
        for into, name in Person.objects.filter(merged_into_id__in=batch).values_list("merged_into_id", "name"):
            if into is not None:
                names[into].add(name)
    return names


def tidy_all(facts: Sequence[PersonFacts]) -> list[TidyPerson | list[Problem]]:
    """:func:`rules.tidy` for many, with today's date."""
    today = clock.today()
    return [tidy(one, today) for one in facts]


@dataclass(frozen=True, slots=True)
class Row:
    """Checked facts with their place in what was handed in and their key: (kind, index)."""

    position: int
    key: Key
    person: TidyPerson


def rows_of(tidied: Sequence[TidyPerson | list[Problem]]) -> list[Row]:
    """The rows whose form is right, each with its key."""
    ring = keyring()
    return [
        Row(i, (t.id_kind, ring.index(t.id_kind, t.id_number)), t)
        for i, t in enumerate(tidied)
        if isinstance(t, TidyPerson)
    ]


def problems_of(facts: Sequence[PersonFacts]) -> list[list[Problem]]:
    """What is wrong with each of ``facts``, in order: form first, then against each other and the register.

    An empty list means :func:`actions.ensure_people` would take it. Nothing is written.
    """
    tidied = tidy_all(facts)
    result: list[list[Problem]] = [list(t) if isinstance(t, list) else [] for t in tidied]
    rows = rows_of(tidied)
    for i, problem in name_conflicts(rows, find_known(row.key for row in rows)):
        result[i].append(problem)
    return result


def find_known(keys: Iterable[Key]) -> dict[Key, tuple[int, str]]:
    """(record id, name) of the keys already registered."""
    by_kind: dict[str, set[bytes]] = {}
    for kind, index in keys:
        by_kind.setdefault(kind, set()).add(index)
    return {
        (kind, index): found
        for kind, indexes in by_kind.items()
        for index, found in find_ids_by_index(kind, indexes).items()
    }


def name_conflicts(rows: Iterable[Row], known: Mapping[Key, tuple[int, str]]) -> list[tuple[int, Problem]]:
    """(position, PPL-011) for rows whose number is registered, or used earlier in ``rows``, under another name."""
    suspects: list[tuple[Row, int | None, str]] = []
    first_names: dict[Key, str] = {}
    for row in rows:
        registered = known.get(row.key)
        if registered is not None:
            if registered[1] != row.person.name and name_key(registered[1]) != name_key(row.person.name):
                suspects.append((row, registered[0], registered[1]))
        elif name_key(first_names.setdefault(row.key, row.person.name)) != name_key(row.person.name):
            suspects.append((row, None, first_names[row.key]))
    if not suspects:
        return []
    present = present_ids(pk for _, pk, _ in suspects if pk is not None)
    names = names_of({*present, *present.values()})
    found: list[tuple[int, Problem]] = []
    for row, pk, known_name in suspects:
        given = row.person.name
        if pk is not None and name_key(given) in {name_key(n) for n in names[pk] | names[present[pk]]}:
            continue
        where = Where(column="name", title="姓名", value=given)
        found.append((row.position, errors.NAME_DIFFERS.problem(known=_veiled(known_name), given=given, where=where)))
    return found


def _veiled(name: str) -> str:
    """A name shown to someone who may not know the person: 林*, 欧阳*."""
    return name[0] + "*" * max(1, len(name) - 1)


def consents_of(person_id: int) -> list[ConsentFacts]:
    """Recorded consents of a person, oldest first."""
    return [
        ConsentFacts(c.purpose, c.given_on, c.until, clock.china_day(c.withdrawn_at) if c.withdrawn_at else None)
        for c in GuardianConsent.objects.filter(person_id=person_id).order_by("given_on", "id")
    ]


def why_not_share(person_id: int, purpose: str, day: date, law: Law) -> Problem | None:
    """None when the person's data may be shared for ``purpose`` on ``day``; otherwise why not (PPL-034, PPL-035)."""
    person = get_person(present_ids([person_id]).get(person_id, person_id))
    return rules.why_not_share(person.name, person.born_on, consents_of(person.pk), purpose, day, law)


def may_share(person_id: int, purpose: str, day: date, law: Law) -> bool:
    """Whether the person's data may be shared for ``purpose`` on ``day``."""
    return why_not_share(person_id, purpose, day, law) is None


def list_merges(person_id: int) -> list[Merge]:
    """Merges that kept or absorbed this record, oldest first."""
    return list(
        Merge.objects.filter(kept_id=person_id).union(Merge.objects.filter(absorbed_id=person_id)).order_by("id")
    )
