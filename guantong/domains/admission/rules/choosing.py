"""What makes a list of choices well formed: pure, over what the round offers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guantong.kernel.refusal import Problem, Where

from ..errors import acting as errors


@dataclass(frozen=True, slots=True)
class ChoiceEntry:
    """One choice as filled in. ``programmes`` empty: any programme of the unit."""

    unit: str
    programmes: tuple[str, ...] = ()
    accept_reassignment: bool = False
    ordinal: int | None = None

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> ChoiceEntry:
        """The entry of a kept list."""
        return ChoiceEntry(
            unit=str(value["unit"]),
            programmes=tuple(map(str, value.get("programmes", ()))),
            accept_reassignment=bool(value.get("accept_reassignment", False)),
            ordinal=value.get("ordinal"),
        )

    def as_json(self, ordinal: int) -> dict[str, Any]:
        """As kept: with its ordinal."""
        return {
            "ordinal": ordinal,
            "unit": self.unit,
            "programmes": list(self.programmes),
            "accept_reassignment": self.accept_reassignment,
        }


@dataclass(frozen=True, slots=True)
class UnitOffer:
    """A unit that may be named: its title and the programme codes inside."""

    title: str
    programmes: frozenset[str]


def why_not_list(
    entries: Sequence[ChoiceEntry],
    *,
    unit: str,
    batch: str,
    list_length: int,
    programmes_in_group: int,
    asks_reassignment: bool,
    offers: Mapping[str, UnitOffer],
    is_supplementary: bool,
    known_units: frozenset[str] = frozenset(),
) -> list[Problem]:
    """Everything not well formed in a list, in order. ``known_units``: units of the batch without seats left."""
    problems: list[Problem] = []
    if len(entries) > list_length:
        problems.append(errors.TOO_MANY_CHOICES.problem(given=len(entries), batch=batch, most=list_length))
    given = [e.ordinal for e in entries if e.ordinal is not None]
    if given and given != list(range(1, len(entries) + 1)):
        shown = "、".join(str(n) for n in given[:10])
        problems.append(errors.ORDINAL_WRONG.problem(given=shown))
    first: dict[str, int] = {}
    for ordinal, entry in enumerate(entries, start=1):
        where = Where(column=f"entries.{ordinal}", title=f"第 {ordinal} 志愿")
        if entry.unit in first:
            problems.append(errors.UNIT_TWICE.problem(ordinal=ordinal, other=first[entry.unit], where=where))
            continue
        first[entry.unit] = ordinal
        offer = offers.get(entry.unit)
        if offer is None:
            if is_supplementary and entry.unit in known_units:
                problems.append(errors.NO_VACANCY_THERE.problem(ordinal=ordinal, unit=entry.unit, where=where))
            else:
                problems.append(errors.UNIT_UNKNOWN.problem(ordinal=ordinal, unit=entry.unit[:40], where=where))
            continue
        problems.extend(
            p.at(where) for p in _inside(ordinal, entry, offer, unit, programmes_in_group, asks_reassignment)
        )
    return problems


def _inside(
    ordinal: int, entry: ChoiceEntry, offer: UnitOffer, unit: str, most: int, asks_reassignment: bool
) -> Iterable[Problem]:
    if unit == "place" and (entry.programmes or entry.accept_reassignment):
        yield errors.PROGRAMMES_NOT_HERE.problem(ordinal=ordinal)
        return
    if entry.accept_reassignment and not asks_reassignment:
        yield errors.REASSIGNMENT_NOT_ASKED.problem(ordinal=ordinal)
    if unit != "place" and len(entry.programmes) > most:
        yield errors.TOO_MANY_PROGRAMMES.problem(ordinal=ordinal, given=len(entry.programmes), most=most)
    seen: set[str] = set()
    for code in entry.programmes:
        if code in seen:
            yield errors.PROGRAMME_TWICE.problem(ordinal=ordinal, programme=code)
        elif code not in offer.programmes:
            yield errors.PROGRAMME_NOT_IN_UNIT.problem(ordinal=ordinal, unit=offer.title, programme=code)
        seen.add(code)


def list_digest(candidate: str, round_id: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 of a locked list: the person's number of the year, the round, the entries."""
    content = {"candidate": candidate, "round": round_id, "entries": list(entries)}
    return hashlib.sha256(_CANONICAL(content).encode()).hexdigest()


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
"""What ``kernel.digest.canonical_json`` gives for plain values, fast enough for hundreds of thousands of lists."""


def difference(kept: Sequence[Mapping[str, Any]], shown: Sequence[ChoiceEntry], titles: Mapping[str, str]) -> str:
    """How the kept list differs from the one in a window, in words: what came in, went out, moved, changed inside."""
    now = [ChoiceEntry.from_json(e) for e in kept]
    before = {e.unit: (n, e) for n, e in enumerate(shown, start=1)}
    after = {e.unit: (n, e) for n, e in enumerate(now, start=1)}

    def name(unit: str) -> str:
        return titles.get(unit, unit)

    words = [f"增加了第 {n} 志愿“{name(u)}”" for u, (n, _) in after.items() if u not in before]
    words += [f"去掉了“{name(u)}”" for u in before if u not in after]
    words += [
        f"“{name(u)}”从第 {before[u][0]} 志愿改为第 {n} 志愿"
        for u, (n, _) in after.items()
        if u in before and before[u][0] != n
    ]
    words += [
        f"第 {n} 志愿“{name(u)}”的专业或服从调剂有改动"
        for u, (n, e) in after.items()
        if u in before
        and (before[u][1].programmes, before[u][1].accept_reassignment) != (e.programmes, e.accept_reassignment)
    ]
    if not words:
        return "内容与这里的相同"
    return "；".join(words[:6]) + (f"；等共 {len(words)} 处" if len(words) > 6 else "")
