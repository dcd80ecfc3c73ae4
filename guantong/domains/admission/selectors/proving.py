"""Facts that must be proved: what the credit bank says of candidates, what changed, as people read it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from guantong.base.bulk import fetch_by
from guantong.domains.admission.models import Candidate, Cycle, ProvedFact
from guantong.domains.admission.rules.declaration.shapes import Attribute, Channel
from guantong.domains.admission.rules.proving import (
    BANK,
    BankRecord,
    Proved,
    claim_of,
    counted_value,
    kinds_asked,
    proved_attributes,
    settle,
)
from guantong.domains.admission.rules.states import REGISTERED
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.credit.public import HeldFact, recognised_facts_of, what_became_of
from guantong.kernel import clock

Rows = Mapping[str, ProvedFact]
"""The proved facts of one candidate by attribute."""


def facts_day(cycle: Cycle) -> date:
    """As of which day records count: today until the registration ends, then its last day, for good."""
    if cycle.facts_on is not None:
        return cycle.facts_on
    last = cycle.dates.get("registration", {}).get("until")
    today = clock.today()
    return min(today, date.fromisoformat(last)) if last else today


def facts_until(cycle: Cycle) -> date:
    """The last day as of which records count, as candidates are told it: the end of registration, or the fixed day."""
    if cycle.facts_on is not None:
        return cycle.facts_on
    last = cycle.dates.get("registration", {}).get("until")
    return date.fromisoformat(last) if last else clock.today()


def bank_records(channel: Channel, people: Iterable[int], day: date) -> dict[int, list[BankRecord]]:
    """Person → the records the bank recognised by ``day`` and held valid on it, of the kinds the channel asks for."""
    kinds = kinds_asked(channel)
    if not kinds:
        return {}
    found = recognised_facts_of(people, day, kinds)
    return {person: [_record(one) for one in many] for person, many in found.items()}


def _record(one: HeldFact) -> BankRecord:
    return BankRecord(
        one.public_id, one.kind, one.title, one.level, one.place, one.issuer_name, one.issued_on, one.recognised_on,
        one.valid_until,
    )  # fmt: skip


def as_rule(row: ProvedFact) -> Proved:
    """A kept fact as the rules take it."""
    return Proved(
        row.stated,
        row.counted,
        row.state,
        BankRecord.from_json(row.record) if row.record else None,
        BankRecord.from_json(row.lost) if row.lost else None,
        row.why,
    )


def rows_of(candidates: Iterable[int]) -> dict[int, dict[str, ProvedFact]]:
    """Candidate (primary key) → proved facts by attribute."""
    wanted = sorted(set(candidates))
    found: dict[int, dict[str, ProvedFact]] = {}
    for start in range(0, len(wanted), 500):
        for row in ProvedFact.objects.filter(candidate_id__in=wanted[start : start + 500]):
            found.setdefault(row.candidate_id, {})[row.attribute] = row
    return found


def stated_of(channel: Channel, attributes: Mapping[str, Any], rows: Rows) -> dict[str, str]:
    """What was stated of every fact that must be proved."""
    return {
        a.id: rows[a.id].stated if a.id in rows else claim_of(a, attributes.get(a.id))
        for a in proved_attributes(channel)
    }


def is_same_statement(channel: Channel, given: Mapping[str, Any], attributes: Mapping[str, Any], rows: Rows) -> bool:
    """Whether facts as given now state the same as those kept."""
    stated = stated_of(channel, attributes, rows)
    return all(
        claim_of(a, given.get(a.id)) == stated[a.id] if a.id in stated else given.get(a.id) == attributes.get(a.id)
        for a in channel.attributes
    )


@dataclass(frozen=True, slots=True)
class Settled:
    """The facts of a candidate as they count, and the proofs behind them by attribute."""

    attributes: dict[str, Any]
    proved: dict[str, Proved]


def settled(
    channel: Channel,
    given: Mapping[str, Any],
    records: Sequence[BankRecord],
    rows: Rows | None = None,
    gone: Mapping[str, str] | None = None,
    *,
    is_new_statement: bool = True,
) -> Settled:
    """What counts of the facts ``given`` (typed, as :func:`.facts.attributes_of` keeps them)."""
    attributes, proved = dict(given), {}
    for attribute in proved_attributes(channel):
        before = as_rule(rows[attribute.id]) if rows and attribute.id in rows else None
        stated = claim_of(attribute, given.get(attribute.id))
        now = settle(attribute, stated, records, before, gone, is_new_statement=is_new_statement)
        attributes[attribute.id] = counted_value(attribute, given.get(attribute.id), now)
        if now is not None:
            proved[attribute.id] = now
    return Settled(attributes, proved)


@dataclass(frozen=True, slots=True)
class FactsChange:
    """A candidate whose facts the bank now shows otherwise than they are kept. ``attributes``: as they would count."""

    candidate: int
    person: int
    number: str
    attributes: dict[str, Any]
    before: dict[str, Proved]
    after: dict[str, Proved | None]
    """Only what differs, by attribute; None: nothing is left to say."""


def changes_of(cycle: Cycle, only: int | None = None) -> list[FactsChange]:
    """Whose facts the bank shows otherwise than kept, as of the day that counts (:func:`facts_day`), by 考生号.

    Before the registration has ended they are to be taken over; afterwards they are differences for the authority to
    look at: records that counted and do not any more. ``only``: one candidate (primary key).
    """
    channel = channel_of(cycle)
    if not kinds_asked(channel):
        return []
    rows = Candidate.objects.filter(cycle=cycle, state=REGISTERED)
    if only is not None:
        rows = rows.filter(pk=only)
    people = dict(rows.values_list("person_id", "pk"))
    records = bank_records(channel, people, facts_day(cycle))
    resting = ProvedFact.objects.filter(cycle=cycle).exclude(record={}, lost={}).values_list("candidate_id", flat=True)
    wanted = sorted({people[person] for person in records} | (set(resting) & set(people.values())))
    kept = rows_of(wanted)
    ids = {row.record["id"] for many in kept.values() for row in many.values() if row.record}
    ids |= {row.lost["id"] for many in kept.values() for row in many.values() if row.lost}
    gone = what_became_of(ids - {one.id for many in records.values() for one in many}, facts_day(cycle))
    found = []
    for pk, person, number, attributes in _candidates(wanted):
        own = kept.get(pk, {})
        stated = stated_of(channel, attributes, own)
        given = {**attributes, **{a.id: _as_given(a, stated[a.id], attributes) for a in proved_attributes(channel)}}
        now = settled(channel, given, records.get(person, ()), own, gone, is_new_statement=False)
        before = {key: as_rule(row) for key, row in own.items()}
        after = {
            key: now.proved.get(key)
            for key in sorted({*before, *now.proved})
            if _matters(before.get(key)) != _matters(now.proved.get(key))
            and (cycle.facts_on is None or (key in before and before[key].state == BANK))
        }
        if after:
            found.append(FactsChange(pk, person, number, now.attributes, before, after))
    return sorted(found, key=lambda one: one.number)


def _as_given(attribute: Attribute, stated: str, attributes: Mapping[str, Any]) -> Any:
    if attribute.kind == "flag":
        return True if stated else (False if attributes.get(attribute.id) is not None else None)
    return stated or None


def _matters(one: Proved | None) -> tuple[str, ...] | None:
    """What makes two proofs different; a better record for the same value does not."""
    return None if one is None else (one.stated, one.counted, one.state)


def _candidates(ids: Sequence[int]) -> list[tuple[int, int, str, dict[str, Any]]]:
    found: list[tuple[int, int, str, dict[str, Any]]] = []
    for start in range(0, len(ids), 500):
        part = Candidate.objects.filter(pk__in=ids[start : start + 500])
        found.extend(part.values_list("pk", "person_id", "number", "attributes"))
    return found


def numbers_of(changes: Sequence[FactsChange]) -> str:
    """The first numbers, for a sentence."""
    return "、".join(one.number for one in changes[:5]) + ("等" if len(changes) > 5 else "")


def kept_facts(candidates: Sequence[int]) -> dict[int, list[list[str]]]:
    """Candidate → every proved fact as a run keeps it: attribute, statement, what counts, state, id and days of the
    record. In order of attribute; candidates without any are left out."""
    columns = ("candidate_id", "attribute", "stated", "counted", "state", "record")
    found: dict[int, list[list[str]]] = {}
    for pk, attribute, stated, counted, state, record in fetch_by(ProvedFact, columns, "candidate_id", candidates):
        kept = _loaded(record)
        days = [str(kept.get(key) or "") for key in ("id", "issued_on", "recognised_on", "valid_until")]
        found.setdefault(pk, []).append([attribute, stated, counted, state, *days])
    return {pk: sorted(rows) for pk, rows in found.items()}


def _loaded(value: Any) -> Mapping[str, Any]:
    kept: Mapping[str, Any] = json.loads(value) if isinstance(value, str | bytes) else value
    return kept


__all__ = [
    "FactsChange",
    "Settled",
    "as_rule",
    "bank_records",
    "changes_of",
    "facts_day",
    "facts_until",
    "is_same_statement",
    "kept_facts",
    "numbers_of",
    "rows_of",
    "settled",
    "stated_of",
]
