"""Who may not review a case, and on which ground. Read from the registers of the day, for a whole roster at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Q

from guantong.base.accounts.models import Post
from guantong.base.orgs.models import Succession
from guantong.base.people.models import Person
from guantong.kernel import clock
from guantong.procedure.cases import library
from guantong.procedure.cases.declaring import declared_values
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.models import Case, CaseAction

from . import errors
from .models import Affiliation, Interest, Panel, PanelSeat, PoolMember
from .parties import Parties, parties_of
from .spec import RECUSAL_WORDS, PanelSpec
from .specs import spec_of


class Kin:
    """Which organisations are one for recusal: equal, or with a common successor (merged, split, upgraded)."""

    def __init__(self) -> None:
        self._after: dict[int, set[int]] = {}
        rows = Succession.objects.filter(source__isnull=False, target__isnull=False)
        for source, target in rows.values_list("source_id", "target_id"):
            if source is not None and target is not None:
                self._after.setdefault(source, set()).add(target)
        self._closed: dict[int, frozenset[int]] = {}

    def line_of(self, organisation: int) -> frozenset[int]:
        """The organisation and everything that came of it."""
        if organisation not in self._closed:
            found, frontier = {organisation}, [organisation]
            while frontier:
                for target in self._after.get(frontier.pop(), ()):
                    if target not in found:
                        found.add(target)
                        frontier.append(target)
            self._closed[organisation] = frozenset(found)
        return self._closed[organisation]

    def lines_of(self, organisations: Iterable[int]) -> frozenset[int]:
        """The lines of several organisations together."""
        return frozenset().union(*(self.line_of(pk) for pk in organisations))


def grounds(
    case: Case, definition: Definition, spec: PanelSpec, members: Sequence[PoolMember], kin: Kin | None = None
) -> dict[str, str]:
    """Public id of each reviewer who may not review the case → ground (``spec.RECUSAL_WORDS``), as of today.

    The own organisation, its forerunners and successors, the own case, and a step of the case already handled recuse
    always; former organisations, kinship and declared interests where the definition names them.
    """
    today = clock.today()
    parties = parties_of(case)
    kin = kin or Kin()
    lines = kin.lines_of(parties.organisations)
    present, former = _organisations(members, today)
    wanted = _field_wanted(case, definition, spec)
    handled = set(
        CaseAction.objects.filter(case_id=case.pk).exclude(actor_user_id=None).values_list("actor_user_id", flat=True)
    )
    kinship, interest = _interests(members, parties, lines, kin, today)
    found: dict[str, str] = {}
    for member in members:
        checks: tuple[tuple[str, bool], ...] = (
            ("left", member.left_on is not None and member.left_on <= today),
            ("own_case", member.person_id in parties.persons or member.user_id in parties.users),
            ("same_organisation", bool(kin.lines_of(present[member.pk]) & lines)),
            ("took_part", member.user_id in handled),
            ("former_organisation", bool(kin.lines_of(former[member.pk]) & lines)),
            ("kinship", member.pk in kinship),
            ("declared_interest", member.pk in interest),
            ("other_field", bool(wanted) and not wanted & set(member.fields)),
        )
        ground = next((name for name, holds in checks if holds and _is_asked(name, spec)), None)
        if ground is not None:
            found[member.public_id] = ground
    return found


def _is_asked(ground: str, spec: PanelSpec) -> bool:
    return ground not in ("former_organisation", "kinship", "declared_interest") or ground in spec.recuse


def _field_wanted(case: Case, definition: Definition, spec: PanelSpec) -> set[str]:
    """The fields of expertise any of which a reviewer of the case must have; empty when it does not matter."""
    if not spec.field:
        return set()
    value = declared_values(case, definition).get(spec.field.removeprefix("declared."))
    return {str(v) for v in value} if isinstance(value, list) else {str(value)} if value not in (None, "") else set()


def _organisations(members: Sequence[PoolMember], day: date) -> tuple[Mapping[int, set[int]], Mapping[int, set[int]]]:
    """(where each member works today, where they worked before), by id of the stay: pools, affiliations, posts."""
    present: dict[int, set[int]] = {m.pk: {m.organisation_id} for m in members}
    former: dict[int, set[int]] = {m.pk: set() for m in members}
    people: dict[int, list[int]] = {}
    users: dict[int, list[int]] = {}
    for member in members:
        people.setdefault(member.person_id, []).append(member.pk)
        users.setdefault(member.user_id, []).append(member.pk)

    def add(keys: list[int], organisation: int, is_present: bool) -> None:
        for key in keys:
            (present if is_present else former)[key].add(organisation)

    rows = Affiliation.objects.filter(person_id__in=people).values_list("person_id", "organisation_id", "until")
    for person, organisation, until in rows:
        add(people[person], organisation, until is None or until > day)
    stays = PoolMember.objects.filter(person_id__in=people).values_list("person_id", "organisation_id", "left_on")
    for person, organisation, left_on in stays:
        add(people[person], organisation, left_on is None or left_on > day)
    posts = Post.objects.filter(Q(user_id__in=users) | Q(user__person_id__in=people)).values_list(
        "user_id", "user__person_id", "organisation_id", "until", "revoked_at"
    )
    for user, post_person, organisation, until, revoked_at in posts:
        keys = users.get(user, []) or people.get(post_person or 0, [])
        add(keys, organisation, revoked_at is None and (until is None or until > day))
    return present, former


def _interests(
    members: Sequence[PoolMember], parties: Parties, lines: frozenset[int], kin: Kin, day: date
) -> tuple[set[int], set[int]]:
    """(stays with kinship, stays with another interest) towards the parties; declared by either side."""
    own = {bytes(i) for i in _indexes(parties.persons)}
    people: dict[int, list[int]] = {}
    for member in members:
        people.setdefault(member.person_id, []).append(member.pk)
    by_index = {bytes(index): keys for keys, index in _indexes_by_person(people)}
    found: dict[str, set[int]] = {"kinship": set(), "interest": set()}
    rows = Interest.objects.filter(Q(person_id__in=people) | Q(person_id__in=parties.persons))
    for row in rows.filter(Q(ended_on=None) | Q(ended_on__gt=day)):
        index = bytes(row.related_index) if row.related_index is not None else b""
        if row.person_id in people:
            concerns = row.organisation_id is not None and bool(kin.line_of(row.organisation_id) & lines)
            if concerns or index in own:
                found[row.kind].update(people[row.person_id])
        if row.person_id in parties.persons and index in by_index:
            found[row.kind].update(by_index[index])
    return found["kinship"], found["interest"]


def _indexes(persons: Iterable[int]) -> list[bytes]:
    """Indexes of identity numbers of persons and of the records merged into them."""
    wanted = list(persons)
    rows = Person.objects.filter(Q(pk__in=wanted) | Q(merged_into_id__in=wanted))
    return [bytes(index) for index in rows.values_list("id_index", flat=True)]


def _indexes_by_person(people: Mapping[int, list[int]]) -> list[tuple[list[int], bytes]]:
    rows = Person.objects.filter(Q(pk__in=people) | Q(merged_into_id__in=people))
    return [
        (people.get(pk) or people[merged_into or 0], bytes(index))
        for pk, merged_into, index in rows.values_list("pk", "merged_into_id", "id_index")
    ]


def refuse_recused(case: Case, panel: Panel, row: PanelSeat) -> None:
    """PAN-211 when the reviewer has become someone who may not review this case."""
    definition = library.definition_of(case)
    spec = spec_of(definition.steps[panel.step])
    found = grounds(case, definition, spec, [row.member]) if spec is not None else {}
    ground = found.get(row.member.public_id)
    if ground is not None and ground != "other_field":
        raise errors.RECUSED.refuse(why=RECUSAL_WORDS[ground])
