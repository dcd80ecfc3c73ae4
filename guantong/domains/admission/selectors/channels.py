"""The declaration a cycle runs by: kept when it opens, read again from what was kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from guantong.base.lawbook import current_policy, law_on
from guantong.domains.admission.models import Cycle, Round
from guantong.domains.admission.rules.declaration.reading import entries_by_channel, get_channel, read_channel
from guantong.domains.admission.rules.declaration.shapes import Channel
from guantong.kernel.refusal import Citation
from guantong.policy.asking import Law
from guantong.policy.asking.policy import Policy
from guantong.policy.schema.shapes import Place as FilePlace
from guantong.policy.schema.shapes import RawEntry


def declared_channel(region: str, channel: str, day: date) -> Channel:
    """The channel as the region declares it on a day; ADM-225 when it does not, ADM-2… for every fault."""
    return get_channel(current_policy(), region, channel, day)


def snapshot(region: str, channel: str, day: date) -> dict[str, Any]:
    """The entries a channel is read from, nearest region first, as JSON: what a cycle keeps."""
    entries = entries_by_channel(current_policy(), region, day)[channel]
    return {"entries": [_entry_as_json(entry) for entry in entries]}


def channel_of(cycle: Cycle) -> Channel:
    """The channel of a cycle, read from what was kept when it opened; answers of the law are those of its day."""
    kept = _Kept(cycle.pk, cycle.declaration_digest, cycle)
    return _read(current_policy(), cycle.region, cycle.law_on, kept)


def cycle_law(cycle: Cycle) -> Law:
    """The law by which the cycle runs to its end."""
    return law_on(cycle.law_on, cycle.region)


@dataclass(frozen=True)
class _Kept:
    """The entries a cycle keeps, told apart by the cycle and the digest written beside them; they are looked at only
    when they were not read before (the column may be left out of a query)."""

    pk: int
    digest: str
    cycle: Cycle = field(compare=False)


@lru_cache(maxsize=64)
def _read(policy: Policy, region: str, day: date, kept: _Kept) -> Channel:
    entries = [_entry_from_json(value) for value in kept.cycle.declaration["entries"]]
    return read_channel(entries[0], policy.law(region, day), entries[1:])


def _entry_as_json(entry: RawEntry) -> dict[str, Any]:
    return {
        "region": entry.region,
        "kind": entry.kind,
        "id": entry.id,
        "version": entry.version,
        "data": _to_json(entry.data),
        "in_force_from": entry.in_force_from.isoformat() if entry.in_force_from else None,
        "repealed_on": entry.repealed_on.isoformat() if entry.repealed_on else None,
        "file": entry.place.file,
        "line": entry.place.line,
        "lines": dict(entry.lines),
    }


def _entry_from_json(value: Mapping[str, Any]) -> RawEntry:
    return RawEntry(
        region=value["region"],
        kind=value["kind"],
        id=value["id"],
        version=value["version"],
        data=_from_json(value["data"]),
        in_force_from=date.fromisoformat(value["in_force_from"]) if value["in_force_from"] else None,
        repealed_on=date.fromisoformat(value["repealed_on"]) if value["repealed_on"] else None,
        place=FilePlace(value["file"], value["line"]),
        lines=value["lines"],
    )


def _to_json(value: Any) -> Any:
    """Plain data as JSON; dates are marked, so that they come back as dates."""
    if isinstance(value, Mapping):
        return {str(key): _to_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_to_json(inner) for inner in value]
    return {"$date": value.isoformat()} if isinstance(value, date) else value


def _from_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {"$date"}:
            return date.fromisoformat(value["$date"])
        return {key: _from_json(inner) for key, inner in value.items()}
    return [_from_json(inner) for inner in value] if isinstance(value, list) else value


def list_length(round_: Round) -> int:
    """How many choices a list of this round may have."""
    batch = channel_of(round_.cycle).batch(round_.batch)
    extra = batch.supplementary
    if round_.is_supplementary and extra is not None and extra.list_length is not None:
        return extra.list_length.whole
    return batch.list_length.whole


def floor_of(channel: Channel, batch: str) -> dict[str, Any]:
    """The floor of a batch's supplementary rounds, kept with the round: ``{key, at_least, step}`` in text, or empty."""
    extra = channel.batch(batch).supplementary
    if extra is None or extra.key is None or extra.at_least is None:
        return {}
    step = extra.step.value if extra.step is not None else 0
    return {"key": extra.key, "at_least": format(extra.at_least.value, "f"), "step": format(step, "f")}


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason a school may give for sending a file back: id, sentence, the clause it rests on."""

    id: str
    title: str
    basis: str


def send_back_reasons(cycle: Cycle) -> dict[str, Reason]:
    """The region's list of reasons for sending a file back (code list ``admission_send_back``), by id."""
    entries = current_policy().entries(cycle.region, "codes", cycle.law_on)
    entry = entries.get("admission_send_back")
    if entry is None:
        return {}
    found: dict[str, Reason] = {}
    data: Any = entry.data
    general = data.get("references", ())
    for item in data.get("items", ()):
        citations = [_sentence(reference) for reference in (item.get("references") or general)]
        found[str(item["code"])] = Reason(str(item["code"]), str(item["name"]), "；".join(citations))
    return found


def _sentence(reference: Mapping[str, Any]) -> str:
    """A reference as people read it: the document's title and number with the clause."""
    clause = str(reference.get("clause", ""))
    document = current_policy().documents.get(str(reference.get("document", "")))
    if document is None:
        return clause
    return Citation(document.id, document.title_zh, document.number, clause, document.in_force_from).sentence()
