"""Lists that candidates wrote and signed on paper, entered by the organiser: many at once, all or none, locked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.bulk import insert_rows, moment_for_driver
from guantong.base.notices.public import send_many
from guantong.domains.admission.actions.lists import moment_words, why_closed
from guantong.domains.admission.actions.locks import lock
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Candidate, IntakePlan, Placement, PreferenceList, Round
from guantong.domains.admission.models.placements import LIVING
from guantong.domains.admission.rules.choosing import ChoiceEntry, UnitOffer, list_digest, why_not_list
from guantong.domains.admission.rules.states import LOCKED, PLACEMENT_STATES, REGISTERED, why_not_now
from guantong.domains.admission.selectors.channels import channel_of, list_length
from guantong.domains.admission.selectors.gates import require_bureau, school_name
from guantong.domains.admission.selectors.places import places_of_round, unit_id, units_of
from guantong.domains.admission.selectors.qualification import closures
from guantong.kernel import clock
from guantong.kernel.digest import canonical_json
from guantong.kernel.refusal import NOWHERE, Problem, Refusal, Where

_COLUMNS = ("candidate_id", "round_id", "entries", "state", "revision", "saved_at", "locked_at", "digest", "notes")


@dataclass(frozen=True, slots=True)
class CollectedList:
    """One signed list: 考生号 and the choices in order."""

    number: str
    entries: tuple[ChoiceEntry, ...]
    where: Where = field(default=NOWHERE, compare=False)


def enter_lists(*, actor: Actor, round_: Round, lists: Sequence[CollectedList], source: str) -> int:
    """Lock lists collected on paper, all or none; ``source`` says who collected them (ADM-035) and is kept.

    Each is checked as the candidate's own would be; conditions not met are no refusal, the run will tell them. Every
    candidate gets a notice. Refuses ADM-070/ADM-291 (not the time), ADM-057 and ADM-059 (number), ADM-074 (empty),
    ADM-088 (there is a list already, saved or locked), ADM-075…082 (not well formed), ADM-085/086 (placed). Returns how
    many were entered. Made for chunks of some thousand.
    """
    with transaction.atomic():
        row = lock(Round, round_.pk)
        cycle = row.cycle
        authority = require_bureau(actor, "admission.manage", cycle.region)
        now = clock.now()
        if not row.opens_at <= now < row.closes_at:
            raise errors.CHOICES_NOT_OPEN.refuse(opens=moment_words(row.opens_at), closes=moment_words(row.closes_at))
        if (problem := why_not_now("lock_list", row.stage)) is not None:
            raise Refusal([problem], status=409)
        if not source.strip():
            raise errors.REASON_NEEDED.refuse()
        people = _candidates(row, [one.number for one in lists])
        form = _Form(row)
        problems: list[Problem] = []
        seen: dict[str, int] = {}
        for position, one in enumerate(lists, start=1):
            if one.number in seen:
                problems.append(errors.SAME_NUMBER_TWICE.problem(other=seen[one.number], where=one.where))
                continue
            seen[one.number] = one.where.row or position
            problems.extend(_why_not(one, people, form))
        problems.extend(_why_not_now(row, people))
        if problems:
            raise Refusal(problems, status=409)
        moment = moment_for_driver(now)
        rows = []
        for one in lists:
            pk, _, lot = people[one.number]
            entries = [entry.as_json(n) for n, entry in enumerate(one.entries, start=1)]
            kept = canonical_json(entries).decode()
            rows.append((pk, row.pk, kept, LOCKED, 1, moment, moment, list_digest(lot, row.public_id, entries), "[]"))
        insert_rows(PreferenceList, _COLUMNS, rows)
        if rows:
            record(
                actor=actor,
                action="enter_lists",
                subject=("admission.round", row.public_id),
                region=cycle.region,
                organisation_id=authority,
                law_version=cycle.law_version,
                reason=source,
                facts={"count": len(rows), "first": lists[0].number, "last": lists[-1].number},
            )
            at = moment_words(now)
            send_many(
                {
                    people[one.number][1]: f"您签字的纸质志愿表已在{at}录入并锁定，共 {len(one.entries)} 个志愿。"
                    for one in lists
                },
                link="/learner/admission/",
            )
    return len(rows)


class _Undone(Exception):
    """Takes back what was only tried."""


def check_lists(*, actor: Actor, round_: Round, lists: Sequence[CollectedList], source: str) -> int:
    """Everything :func:`enter_lists` would refuse: the real action runs and is taken back. Returns how many."""
    try:
        with transaction.atomic():
            enter_lists(actor=actor, round_=round_, lists=lists, source=source)
            raise _Undone
    except _Undone:
        return len(lists)


def _candidates(round_: Round, numbers: Sequence[str]) -> dict[str, tuple[int, int, str]]:
    """考生号 → (primary key, person, number of the year) of those registered."""
    found: dict[str, tuple[int, int, str]] = {}
    wanted = sorted(set(numbers))
    for start in range(0, len(wanted), 500):
        rows = Candidate.objects.filter(
            cycle_id=round_.cycle_id, number__in=wanted[start : start + 500], state=REGISTERED
        )
        for pk, person, number, lot in rows.values_list("pk", "person_id", "number", "lot"):
            found[number] = (pk, person, lot)
    return found


class _Form:
    """What every list of a round is held to, read once."""

    def __init__(self, round_: Round) -> None:
        batch = channel_of(round_.cycle).batch(round_.batch)
        self.batch = batch
        self.most = list_length(round_)
        self.is_supplementary = round_.is_supplementary
        self.closed = closures(round_.cycle)
        self.units = units_of(places_of_round(round_), batch.unit)
        self.offers = {
            key: UnitOffer(unit.title, frozenset(p.programme_code for p in unit.places))
            for key, unit in self.units.items()
        }
        plans = IntakePlan.objects.filter(cycle_id=round_.cycle_id, batch=round_.batch, state="approved")
        self.known = (
            frozenset(unit_id(plan, batch.unit) for plan in plans.select_related("school")) - frozenset(self.offers)
            if round_.is_supplementary
            else frozenset()
        )

    def problems(self, entries: Sequence[ChoiceEntry]) -> list[Problem]:
        """Everything not well formed in one list, then what schools may take nobody."""
        found = why_not_list(
            entries,
            unit=self.batch.unit,
            batch=self.batch.title,
            list_length=self.most,
            programmes_in_group=self.batch.programmes_in_group,
            asks_reassignment=self.batch.reassignment != "none",
            offers=self.offers,
            is_supplementary=self.is_supplementary,
            known_units=self.known,
        )
        return found or why_closed(self.closed, entries, self.units)


def _why_not(one: CollectedList, people: Mapping[str, tuple[int, int, str]], form: _Form) -> list[Problem]:
    if one.number not in people:
        return [errors.NUMBER_UNKNOWN.problem(number=one.number[:24], where=one.where)]
    if not one.entries:
        return [errors.LIST_EMPTY.problem(where=one.where)]
    return [p if one.where is NOWHERE else p.at(one.where) for p in form.problems(one.entries)]


def _why_not_now(round_: Round, people: Mapping[str, tuple[int, int, str]]) -> list[Problem]:
    """Who has a list already, holds a place of the year, or gave one up."""
    problems: list[Problem] = []
    numbers = {pk: number for number, (pk, _, _) in people.items()}
    persons = {person: number for number, (_, person, _) in people.items()}
    year = round_.cycle.year
    for start in range(0, len(numbers), 500):
        part = list(numbers)[start : start + 500]
        there = PreferenceList.objects.filter(round=round_, candidate_id__in=part)
        for candidate in there.values_list("candidate_id", flat=True):
            problems.append(errors.LISTS_TWICE.problem(number=numbers[candidate]))
        held = Placement.objects.filter(year=year, state__in=LIVING, person_id__in=list(persons)[start : start + 500])
        for school, state in held.values_list("plan__school_id", "state"):
            problems.append(errors.PLACE_HELD.problem(school=school_name(school), state=PLACEMENT_STATES.labels[state]))
        if round_.is_supplementary and Placement.objects.filter(candidate_id__in=part, state="declined").exists():
            problems.append(errors.ONLY_UNPLACED.problem())
    return problems
