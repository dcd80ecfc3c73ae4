"""Who stands behind a case: persons and organisations a reviewer must have nothing to do with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from guantong.procedure.cases.models import Case


@dataclass(frozen=True, slots=True)
class Parties:
    """Ids of the persons, organisations and accounts behind a case."""

    persons: frozenset[int]
    organisations: frozenset[int]
    users: frozenset[int]


Further = Callable[[Case], tuple[set[int], set[int]]]
"""(persons, organisations) a domain knows behind its cases: partners of a consortium, members of a team."""

_FURTHER: dict[str, Further] = {}


def register_parties(subject_kind: str, further: Further) -> None:
    """Have a domain name who else stands behind cases about its subjects (in its ``apps.py``)."""
    _FURTHER[subject_kind] = further


def parties_of(case: Case) -> Parties:
    """The person, the organisation that declares, whoever opened the case, and what the domain adds."""
    persons = {case.person_id} if case.person_id is not None else set()
    organisations = {pk for pk in (case.organisation_id, case.declared_organisation_id) if pk is not None}
    further = _FURTHER.get(case.subject_kind)
    if further is not None:
        more_persons, more_organisations = further(case)
        persons |= more_persons
        organisations |= more_organisations
    if case.declared_by_id is None:
        return Parties(frozenset(persons), frozenset(organisations), frozenset())
    return Parties(frozenset(persons), frozenset(organisations), frozenset({case.declared_by_id}))
