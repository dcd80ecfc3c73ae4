"""Dated equivalences (比照关系) of region folders, read for one region and day. Part of L6, as law only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from guantong.kernel.refusal import Citation
from guantong.policy.asking import Policy
from guantong.policy.schema.shapes import RawEntry
from guantong.site.law.library import folded, words_of


@dataclass(frozen=True, slots=True)
class Equivalence:
    """For one purpose: what counts as what, since when, by which clause."""

    id: str
    purpose: str
    kinds: tuple[str, str]
    pairs: tuple[tuple[str, str], ...]
    region: str
    region_name: str
    since: date | None
    until: date | None
    note: str | None
    is_local: bool
    citations: tuple[Citation, ...]

    def as_json(self) -> dict[str, object]:
        """The object of the API."""
        return {
            "id": self.id,
            "purpose": self.purpose,
            "from_kind": self.kinds[0],
            "to_kind": self.kinds[1],
            "pairs": [{"from": a, "to": b} for a, b in self.pairs],
            "region": self.region,
            "from": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "source": "local" if self.is_local else "document",
            "clauses": [c.sentence() for c in self.citations],
            "note": self.note,
        }


def equivalences_on(policy: Policy, region: str, day: date, query: str = "") -> list[Equivalence]:
    """Those in force in a region's chain, nearest region first, that hold every word of the search.

    Purposes stay apart: a rule for one purpose says nothing about another. Refuses an unknown region (POL-001).
    """
    words = words_of(query)
    found = [_read(policy, entry) for entry in policy.entries(region, "equivalences", day).values()]
    return [e for e in found if all(word in _text(e) for word in words)]


def _text(equivalence: Equivalence) -> str:
    pairs = " ".join(f"{a} {b}" for a, b in equivalence.pairs)
    return folded(f"{equivalence.purpose} {' '.join(equivalence.kinds)} {pairs} {equivalence.note or ''}")


def _read(policy: Policy, entry: RawEntry) -> Equivalence:
    data = entry.data
    rows = data.get("pairs")
    references = data.get("references")
    return Equivalence(
        id=entry.id,
        purpose=str(data.get("purpose") or ""),
        kinds=(str(data.get("from") or ""), str(data.get("to") or "")),
        pairs=tuple(
            (str(row.get("from") or ""), str(row.get("to") or ""))
            for row in (rows if isinstance(rows, list) else [])
            if isinstance(row, Mapping)
        ),
        region=entry.region,
        region_name=policy.regions[entry.region].name_zh,
        since=entry.in_force_from,
        until=entry.repealed_on,
        note=str(data["note"]) if data.get("note") else None,
        is_local=data.get("source") == "local",
        citations=tuple(
            Citation(
                document.id, document.title_zh, document.number, str(r.get("clause") or ""), document.in_force_from
            )
            for r in (references if isinstance(references, list) else [])
            if isinstance(r, Mapping) and (document := policy.documents.get(str(r.get("document")))) is not None
        ),
    )
