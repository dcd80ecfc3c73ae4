"""A round as the matching engine takes it: built from rows, with digests that tell whether a row has changed since."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from guantong.base.bulk import fetch_by
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Candidate, Placement, PreferenceList, Round, Score
from guantong.domains.admission.models.placements import LIVING
from guantong.domains.admission.rules.choosing import ChoiceEntry, list_digest
from guantong.domains.admission.rules.declaration.shapes import Batch, Channel
from guantong.domains.admission.rules.places import PlaceFacts
from guantong.domains.admission.rules.running import rationales, rules_for
from guantong.domains.admission.rules.states import LOCKED, REGISTERED
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.facts import cells_of, place_facts
from guantong.domains.admission.selectors.places import approved_plans
from guantong.domains.admission.selectors.proving import kept_facts
from guantong.domains.admission.selectors.qualification import closures
from guantong.engines.matching import Choice, Instance, Place, Rules, build_instance, read_rules
from guantong.kernel.digest import digest_of

EngineCell = str | Decimal | None


@dataclass(frozen=True)
class RunInput:
    """Everything a run reads. ``candidates``: primary keys in the order of ``lots``; ``fixed``: (lot, place) of who was
    placed before; ``columns``: by name a cell for each candidate; ``lists``: entries for each candidate, none for the
    placed. ``rules`` is the mapping of ``rules.yaml`` without seed."""

    channel: Channel
    batch: Batch
    places: tuple[PlaceFacts, ...]
    plans: Mapping[str, int]
    candidates: tuple[int, ...]
    lots: tuple[str, ...]
    columns: Mapping[str, Sequence[EngineCell]]
    lists: tuple[tuple[ChoiceEntry, ...], ...]
    fixed: tuple[tuple[str, str], ...]
    facts: Mapping[str, Sequence[Sequence[str]]]
    """Lot → facts that had to be proved, as they counted, with the record each rested on (:func:`.proving.kept_facts`).
    The engine does not read it; it says years later why a column holds what it holds."""
    round: int
    rules: Mapping[str, Any]
    digests: Mapping[str, str]

    def instance(
        self, seed: str | None, rules: Rules | None = None, *, send_backs: Sequence[tuple[str, str, str]] = ()
    ) -> Instance:
        """The engine's instance under the round's rules (or others, for trials). Raises MTC-… with every fault."""
        if rules is None:
            given = dict(self.rules)
            if seed is not None:
                given["lottery_seed"] = seed
            rules = read_rules(given)
        return build_instance(
            places=[
                Place(
                    p.id, p.school, p.group or (p.school if rules.unit == "group" else ""), p.programme, p.kind, p.seats
                )
                for p in self.places
            ],
            candidates=self.lots,
            columns=self.columns,
            choices={
                lot: [Choice(e.unit, e.ordinal, e.programmes, e.accept_reassignment) for e in entries]
                for lot, entries in zip(self.lots, self.lists, strict=True)
            },
            rules=rules,
            send_backs=send_backs,
            fixed=self.fixed,
        )


@dataclass(frozen=True, slots=True)
class _Taking:
    """A candidate a run reads: registered, with a list or a place held."""

    pk: int
    lot: str
    cells: dict[str, EngineCell]
    fixed: str
    """The place held from an earlier round; empty without one."""


@dataclass(frozen=True)
class _Gathered:
    """What stands in the database for a run, with its digests; lists as kept."""

    channel: Channel
    batch: Batch
    places: tuple[PlaceFacts, ...]
    plans: Mapping[str, int]
    people: tuple[_Taking, ...]
    columns: Mapping[str, Sequence[EngineCell]]
    kept: Mapping[int, Sequence[Mapping[str, Any]]]
    facts: Mapping[str, Sequence[Sequence[str]]]
    rules: Mapping[str, Any]
    digests: Mapping[str, str]


def read_round(round_: Round, *, is_mock: bool = False) -> RunInput:
    """What a run of the round reads now. A mock run while lists are open reads drafts too. ADM-108 without lists."""
    found = _gather(round_, is_mock=is_mock)
    return RunInput(
        channel=found.channel,
        batch=found.batch,
        places=found.places,
        plans=found.plans,
        candidates=tuple(one.pk for one in found.people),
        lots=tuple(one.lot for one in found.people),
        columns=found.columns,
        lists=tuple(
            () if one.fixed else tuple(ChoiceEntry.from_json(entry) for entry in found.kept.get(one.pk, ()))
            for one in found.people
        ),
        fixed=tuple((one.lot, one.fixed) for one in found.people if one.fixed),
        facts=found.facts,
        round=round_.number,
        rules=found.rules,
        digests=found.digests,
    )


def digests_of_round(round_: Round) -> Mapping[str, str]:
    """The digests of what a run of the round would read now. ADM-098 and ADM-108 as :func:`read_round`."""
    return _gather(round_, is_mock=False).digests


def _gather(round_: Round, *, is_mock: bool) -> _Gathered:
    cycle = round_.cycle
    channel = channel_of(cycle)
    batch = channel.batch(round_.batch)
    plans = list(approved_plans(cycle, round_.batch))
    closed = closures(cycle)
    places = tuple(place_facts(channel, plan, closed=closed) for plan in plans)
    fixed_of = dict(_held(round_, {plan.pk: plan.public_id for plan in plans}))
    lists = PreferenceList.objects.filter(round=round_, candidate__state=REGISTERED).exclude(entries=[])
    if not is_mock:
        lists = lists.filter(state=LOCKED)
    placed_people = set(Placement.objects.filter(year=cycle.year, state__in=LIVING).values_list("person_id", flat=True))
    kept: dict[int, Sequence[Mapping[str, Any]]] = {}
    locked: dict[int, str] = {}
    for candidate, entries, digest in lists.values_list("candidate_id", "entries", "digest").iterator(2000):
        kept[candidate], locked[candidate] = entries, digest
    people: list[_Taking] = []
    marks: list[str] = []
    altered: list[str] = []
    for pk, person, number, lot, cells in _candidates(channel, sorted({*kept, *fixed_of})):
        mark = ""
        if pk in kept:
            mark = list_digest(lot, round_.public_id, kept[pk])
            if locked[pk] and locked[pk] != mark:
                altered.append(number)
        if pk in fixed_of or person not in placed_people:
            people.append(_Taking(pk, lot, cells, fixed_of.get(pk, "")))
            marks.append("" if pk in fixed_of else mark)
    if altered:
        raise errors.LIST_ALTERED.refuse(count=len(altered), numbers="、".join(altered[:5]))
    if not any(one.pk in kept and not one.fixed for one in people):
        raise errors.NOTHING_TO_ALLOCATE.refuse()
    names = sorted({name for one in people for name in one.cells})
    columns = {name: [one.cells.get(name) for one in people] for name in names}
    rules = rules_for(channel, batch, round_.number, _no_seed(batch), places)
    rules.pop("lottery_seed", None)
    lots, fixed = [one.lot for one in people], [(one.lot, one.fixed) for one in people if one.fixed]
    lot_of = {one.pk: one.lot for one in people}
    facts = {lot_of[pk]: rows for pk, rows in kept_facts(sorted(lot_of)).items()}
    return _Gathered(
        channel=channel,
        batch=batch,
        places=places,
        plans={plan.public_id: plan.pk for plan in plans},
        people=tuple(people),
        columns=columns,
        kept=kept,
        facts=facts,
        rules=rules,
        digests=_digests(places, lots, columns, marks, fixed, facts, rules),
    )


def _digests(
    places: Sequence[PlaceFacts],
    lots: Sequence[str],
    columns: Mapping[str, Sequence[EngineCell]],
    marks: Sequence[str],
    fixed: Sequence[tuple[str, str]],
    facts: Mapping[str, Sequence[Sequence[str]]],
    rules: Mapping[str, Any],
) -> dict[str, str]:
    """What says that a run read the same. ``marks``: the digest of each candidate's list, empty for the placed.

    Runs without facts that had to be proved have no digest of them, as those sealed before there were any.
    """
    digests = {
        "places": digest_of([[p.id, p.school, p.group, p.programme, p.kind, p.seats] for p in places]),
        "candidates": digest_of([lots, columns]),
        "lists": digest_of(marks),
        "fixed": digest_of(fixed),
        "rules": digest_of(rules),
    }
    if facts:
        digests["facts"] = digest_of(facts)
    return {**digests, "input": digest_of(digests)}


def digests_of_input(given: RunInput, round_id: str) -> dict[str, str]:
    """The digests of a kept input, from what it says (never from those written in it)."""
    placed = {lot for lot, _ in given.fixed}
    marks = [
        "" if lot in placed else list_digest(lot, round_id, [e.as_json(e.ordinal or n) for n, e in enumerate(one, 1)])
        for lot, one in zip(given.lots, given.lists, strict=True)
    ]
    return _digests(given.places, given.lots, given.columns, marks, given.fixed, given.facts, given.rules)


def _no_seed(batch: Batch) -> str | None:
    """Stands in where the rules insist on a seed; it is taken out again and never used."""
    return "0" * 64 if batch.ties == "lottery" else None


def _held(round_: Round, plans: Mapping[int, str]) -> list[tuple[int, str]]:
    """(candidate, place) of living placements at the places of this batch, from earlier rounds."""
    rows = Placement.objects.filter(cycle_id=round_.cycle_id, plan_id__in=list(plans), state__in=LIVING)
    rows = rows.exclude(round=round_, run__purpose="real")
    return [(c, plans[p]) for c, p in rows.order_by("pk").values_list("candidate_id", "plan_id")]


def _candidates(channel: Channel, ids: Sequence[int]) -> Iterator[tuple[int, int, str, str, dict[str, EngineCell]]]:
    """Primary key, person, 考生号, number of the year and columns of candidates, in order of primary key."""
    keys = {pk: json.loads(kept) for pk, kept in fetch_by(Score, ("candidate_id", "keys"), "candidate_id", ids)}
    rows = fetch_by(Candidate, ("id", "person_id", "number", "lot", "attributes"), "id", ids)
    for pk, person, number, lot, attributes in sorted(rows):
        yield pk, person, number, lot, cells_of(channel, json.loads(attributes), keys.get(pk, {}))


def as_bytes(given: RunInput) -> bytes:
    """What a run read, as a zip with one JSON file; the same input gives the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo("input.json", date_time=(1980, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        is_large = sum(map(len, given.lists)) > _MANY_CHOICES
        with archive.open(entry, "w", force_zip64=is_large) as out:
            for part in _json_of(given):
                out.write(part.encode())
    return made.getvalue()


_MANY_CHOICES = 4_000_000
"""Choices from which the JSON may come near the two gigabytes a plain zip entry can hold."""


def _json_of(given: RunInput) -> Iterator[str]:
    """The JSON part by part, keys sorted: millions of choices are never there as dictionaries at once."""
    encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
    yield '{"candidates":' + encode(given.candidates)
    yield ',"columns":' + encode({name: [_cell(cell) for cell in cells] for name, cells in given.columns.items()})
    yield ',"digests":' + encode(dict(given.digests))
    yield ',"facts":' + encode(given.facts)
    yield ',"fixed":' + encode(given.fixed)
    yield ',"lists":['
    for number, one in enumerate(given.lists):
        yield ("," if number else "") + encode([e.as_json(e.ordinal or n) for n, e in enumerate(one, 1)])
    yield '],"lots":' + encode(given.lots)
    yield ',"places":' + encode([_place_as_json(place) for place in given.places])
    yield ',"plans":' + encode(dict(given.plans))
    yield ',"rules":' + encode(dict(given.rules)) + "}"


def from_bytes(content: bytes, round_: Round) -> RunInput:
    """What :func:`as_bytes` kept, with the channel of the round's cycle. Schools' own conditions stand in its rules."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        kept = json.loads(archive.read("input.json"))
    channel = channel_of(round_.cycle)
    return RunInput(
        channel=channel,
        batch=channel.batch(round_.batch),
        places=tuple(PlaceFacts(**place) for place in kept["places"]),
        plans=kept["plans"],
        candidates=tuple(kept["candidates"]),
        lots=tuple(kept["lots"]),
        columns={name: [_cell_of(cell) for cell in cells] for name, cells in kept["columns"].items()},
        lists=tuple(tuple(ChoiceEntry.from_json(e) for e in one) for one in kept["lists"]),
        fixed=tuple((lot, place) for lot, place in kept["fixed"]),
        facts=kept.get("facts", {}),
        round=round_.number,
        rules=kept["rules"],
        digests=kept["digests"],
    )


def _cell(cell: EngineCell) -> Any:
    """A number is kept apart from a text that looks like one."""
    return [format(cell, "f")] if isinstance(cell, Decimal) else cell


def _cell_of(cell: Any) -> EngineCell:
    return Decimal(cell[0]) if isinstance(cell, list) else cell


def _place_as_json(place: PlaceFacts) -> dict[str, Any]:
    return {
        "id": place.id,
        "school": place.school,
        "programme": place.programme,
        "kind": place.kind,
        "seats": place.seats,
        "batch": place.batch,
        "group": place.group,
        "category": place.category,
        "level": place.level,
    }


def pack_of(given: RunInput) -> list[dict[str, str]]:
    """The clauses behind every id a verdict may name: ``{id, title, words, basis}``."""
    return [
        {
            "id": key,
            "title": one.title,
            "words": one.words,
            "basis": one.ground.sentence() if one.ground is not None else "学校公布的招生章程",
        }
        for key, one in sorted(rationales(given.channel, given.batch, given.places, given.round).items())
    ]
