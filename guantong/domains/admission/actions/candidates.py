"""Candidates: registered by roster or by themselves, withdrawn."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.bulk import insert_rows, moment_for_driver, reserve_ids
from guantong.base.people.models import Person
from guantong.base.people.public import PersonFacts, ensure_people
from guantong.domains.admission.actions.locks import lock
from guantong.domains.admission.actions.proving import write_proved
from guantong.domains.admission.actions.scores import compose_again
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Candidate, Cycle, PreferenceList, ProvedFact
from guantong.domains.admission.rules.proving import Proved
from guantong.domains.admission.rules.states import LOCKED, REGISTERED, WITHDRAWN, why_not_now
from guantong.domains.admission.selectors.bars import why_barred_many
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.facts import attributes_of
from guantong.domains.admission.selectors.gates import require_bureau
from guantong.domains.admission.selectors.proving import (
    Settled,
    as_rule,
    bank_records,
    facts_day,
    is_same_statement,
    rows_of,
    settled,
)
from guantong.kernel import clock
from guantong.kernel.refusal import NOWHERE, Problem, Refusal, Where
from guantong.kernel.tokens import public_id


@dataclass(frozen=True, slots=True)
class CandidateEntry:
    """One candidate of a roster. ``attributes``: id of a declared fact → as written; ``number`` empty: given here."""

    name: str
    id_number: str
    attributes: Mapping[str, Any]
    number: str = ""
    where: Where = field(default=NOWHERE, compare=False)


def register_candidates(
    *, actor: Actor, cycle: Cycle, entries: Sequence[CandidateEntry], job_id: int | None = None
) -> tuple[int, int]:
    """Register many people in a cycle, all or none: (registered, known before). Equal rows again are ``known``.

    Refuses with every problem: people's own (PPL-…), one identity number twice (ADM-051), registered under another
    number or with other facts (ADM-050), facts missing, unknown or not usable (ADM-245…247), barred by a place in
    another channel (ADM-250, ADM-251), ADM-291. Made for chunks of some thousand rows.
    """
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        authority = require_bureau(actor, "admission.manage", row_cycle.region)
        _require_stage(row_cycle)
        people = ensure_people(actor=actor, facts=[PersonFacts(e.name, e.id_number) for e in entries])
        made, known = _register(row_cycle, list(zip(people, entries, strict=True)), job_id)
        if made:
            record(
                actor=actor,
                action="register_candidates",
                subject=("admission.cycle", row_cycle.public_id),
                region=row_cycle.region,
                organisation_id=authority,
                law_version=row_cycle.law_version,
                facts={"count": len(made), "first": made[0].number, "last": made[-1].number},
            )
    return len(made), known


def register_self(*, actor: Actor, cycle: Cycle, attributes: Mapping[str, Any]) -> Candidate:
    """The signed-in person registers; the same again changes nothing; other facts replace the earlier ones while
    registration is open. Refuses ADM-011 without a person, ADM-245…247, ADM-250, ADM-251, ADM-291."""
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        if actor.person_id is None:
            raise errors.NOT_A_CANDIDATE.refuse(title=row_cycle.title)
        _require_stage(row_cycle)
        person = Person.objects.get(pk=actor.person_id)
        there = Candidate.objects.select_for_update(of=("self",)).filter(cycle=row_cycle, person=person).first()
        channel = channel_of(row_cycle)
        kept, problems = attributes_of(channel, attributes)
        if problems:
            raise Refusal(problems)
        rows = rows_of([there.pk]).get(there.pk, {}) if there is not None else {}
        records = bank_records(channel, [person.pk], facts_day(row_cycle)).get(person.pk, ())
        now = settled(channel, kept, records, rows)
        same = there is not None and there.attributes == now.attributes and _kept(rows) == now.proved
        if there is not None and same and there.state == REGISTERED:
            return there
        _refuse_barred(row_cycle, {person.pk: NOWHERE})
        if there is not None:
            there.attributes, there.state, there.reason = now.attributes, REGISTERED, ""
            there.save(update_fields=["attributes", "state", "reason"])
            write_proved(row_cycle, {there.pk: {**dict.fromkeys(rows), **now.proved}})
            compose_again(channel, [there.pk])
            found = there
        else:
            entry = CandidateEntry(person.name, "", attributes)
            made, _ = _register(row_cycle, [(person.pk, entry)], None)
            found = made[0]
        record(
            actor=actor,
            action="register_self",
            subject=("admission.candidate", found.public_id),
            region=row_cycle.region,
            law_version=row_cycle.law_version,
            facts={"number": found.number, "attributes": kept, "proved": _settled_states(now)},
        )
    return found


def _kept(rows: Mapping[str, ProvedFact]) -> dict[str, Proved]:
    return {key: as_rule(row) for key, row in rows.items()}


def _settled_states(now: Settled) -> dict[str, str]:
    return {key: one.state for key, one in sorted(now.proved.items())}


def withdraw_candidate(*, actor: Actor, candidate: Candidate, reason: str = "") -> Candidate:
    """Take a registration back: the person, or the bureau with a reason (ADM-035). ADM-056 once a list is locked."""
    with transaction.atomic():
        row_cycle = lock(Cycle, candidate.cycle_id)
        row = lock(Candidate, candidate.pk)
        is_own = actor.person_id is not None and actor.person_id == row.person_id
        authority = None if is_own else require_bureau(actor, "admission.manage", row_cycle.region)
        if row.state == WITHDRAWN:
            return row
        if (problem := why_not_now("withdraw_candidate", row_cycle.stage)) is not None:
            raise Refusal([problem], status=409)
        if not is_own and not reason.strip():
            raise errors.REASON_NEEDED.refuse()
        if PreferenceList.objects.filter(candidate=row, state=LOCKED).exists():
            raise errors.HAS_LIST.refuse()
        row.state, row.reason = WITHDRAWN, reason.strip()[:200] or "本人撤回"
        row.save(update_fields=["state", "reason"])
        record(
            actor=actor,
            action="withdraw_candidate",
            subject=("admission.candidate", row.public_id),
            region=row_cycle.region,
            organisation_id=authority,
            law_version=row_cycle.law_version,
            reason=row.reason,
        )
    return row


def withdraw_roster(*, actor: Actor, cycle: Cycle, job_id: int, most: int = 500) -> int:
    """Withdraw at most ``most`` candidates an import registered; gives how many, 0 when none are left."""
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        require_bureau(actor, "admission.manage", row_cycle.region)
        rows = list(
            Candidate.objects.select_for_update(of=("self",))
            .filter(cycle=row_cycle, job_id=job_id, state=REGISTERED)
            .order_by("pk")[:most]
        )
        for row in rows:
            row.state, row.reason = WITHDRAWN, "名册导入已撤回"
        Candidate.objects.bulk_update(rows, ["state", "reason"], batch_size=200)
        if rows:
            record(
                actor=actor,
                action="withdraw_roster",
                subject=("admission.cycle", row_cycle.public_id),
                region=row_cycle.region,
                law_version=row_cycle.law_version,
                reason="名册导入已撤回",
                facts={"count": len(rows), "job": job_id},
            )
    return len(rows)


def _require_stage(cycle: Cycle) -> None:
    if (problem := why_not_now("register_candidates", cycle.stage)) is not None:
        raise Refusal([problem], status=409)


def _refuse_barred(cycle: Cycle, people: Mapping[int, Where]) -> None:
    found = why_barred_many(cycle, people)
    if found:
        raise Refusal([p.at(people[person]) for person, p in found.items()], status=409)


def _register(
    cycle: Cycle, rows: Sequence[tuple[int, CandidateEntry]], job_id: int | None
) -> tuple[list[Candidate], int]:
    """Create what is not there; the cycle is locked. Refuses with every problem."""
    channel = channel_of(cycle)
    ids = [person for person, _ in rows]
    there: dict[int, Candidate] = {}
    lots: dict[int, str] = {}
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        found = Candidate.objects.filter(person_id__in=part, year=cycle.year).select_related("person")
        for candidate in found:
            lots[candidate.person_id] = candidate.lot
            if candidate.cycle_id == cycle.pk:
                there[candidate.person_id] = candidate
    problems: list[Problem] = []
    first: dict[int, int] = {}
    made: list[Candidate] = []
    known = 0
    fresh_people = {person: entry.where for person, entry in rows if person not in there}
    barred = why_barred_many(cycle, fresh_people)
    records = bank_records(channel, ids, facts_day(cycle))
    stated = rows_of(candidate.pk for candidate in there.values())
    proved: list[Settled] = []
    now = clock.now()
    for position, (person, entry) in enumerate(rows, start=1):
        if person in first:
            problems.append(errors.SAME_PERSON_TWICE.problem(other=first[person], where=entry.where))
            continue
        first[person] = entry.where.row or position
        kept, faults = attributes_of(channel, entry.attributes)
        problems.extend(p.at(_cell(entry.where, p)) for p in faults)
        held = there.get(person)
        if held is not None:
            same = not faults and is_same_statement(channel, kept, held.attributes, stated.get(held.pk, {}))
            if held.state == REGISTERED and same and entry.number in ("", held.number):
                known += 1
            elif not faults:
                problems.append(
                    errors.ALREADY_REGISTERED.problem(
                        name=held.person.name, masked=held.person.id_masked, number=held.number, where=entry.where
                    )
                )
            continue
        if person in barred:
            problems.append(barred[person].at(entry.where))
        now_proved = settled(channel, kept, records.get(person, ())) if not faults else Settled(kept, {})
        proved.append(now_proved)
        made.append(
            Candidate(
                public_id=public_id(),
                cycle=cycle,
                person_id=person,
                year=cycle.year,
                number=entry.number,
                lot=lots.get(person) or public_id(12),
                attributes=now_proved.attributes,
                registered_at=now,
                job_id=job_id,
            )
        )
    if problems:
        raise Refusal(problems)
    _give_numbers(cycle, made)
    try:
        with transaction.atomic():
            _insert(made)
    except IntegrityError:
        raise errors.NUMBER_TAKEN.refuse() from None
    write_proved(cycle, {row.pk: one.proved for row, one in zip(made, proved, strict=True) if one.proved})
    return made, known


def _insert(candidates: Sequence[Candidate]) -> None:
    """Keep new candidates; they get their primary keys."""
    for pk, candidate in zip(reserve_ids(Candidate, len(candidates)), candidates, strict=True):
        candidate.pk, candidate._state.adding = pk, False
    insert_rows(
        Candidate,
        (
            "id", "public_id", "cycle_id", "person_id", "year", "number", "lot", "attributes", "state", "reason",
            "registered_at", "job_id",
        ),
        [
            (
                c.pk, c.public_id, c.cycle_id, c.person_id, c.year, c.number, c.lot,
                json.dumps(c.attributes, ensure_ascii=False), c.state, c.reason, moment_for_driver(c.registered_at),
                c.job_id,
            )
            for c in candidates
        ],
    )  # fmt: skip


def _cell(where: Where, problem: Problem) -> Where:
    """The row of the sheet with the column the problem names."""
    if where is NOWHERE:
        return problem.where
    return Where(row=where.row, column=problem.where.column, title=problem.where.title, value=problem.where.value)


def _give_numbers(cycle: Cycle, made: Sequence[Candidate]) -> None:
    """考生号: year, four digits of the cycle, six of its own count. Given out once, never again."""
    waiting = [c for c in made if not c.number]
    if not waiting:
        return
    first = cycle.next_number
    for offset, candidate in enumerate(waiting):
        candidate.number = f"{cycle.year}{cycle.pk % 10_000:04d}{first + offset:06d}"
    cycle.next_number = first + len(waiting)
    cycle.save(update_fields=["next_number"])
