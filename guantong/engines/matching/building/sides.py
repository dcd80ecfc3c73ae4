"""Scores of places, send-backs and fixed placements to flat arrays."""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from guantong.engines.matching import errors
from guantong.engines.matching.building.cells import TOO_LARGE, UNREADABLE, Cell, Memo, as_text
from guantong.engines.matching.model import MISSING, Place
from guantong.engines.matching.naming import Faults, at_choice, at_place


@dataclass(frozen=True, slots=True)
class Sides:
    """The arrays of the same names in :class:`~guantong.engines.matching.model.Instance`."""

    score_offsets: array[int]
    score_places: array[int]
    score_values: array[int]
    send_back_candidates: array[int]
    send_back_places: array[int]
    send_back_reasons: array[int]
    reasons: tuple[str, ...]
    fixed_candidates: array[int]
    fixed_places: array[int]


class _Pairs:
    """Looks up candidates and places, noting unknown ones."""

    def __init__(self, places: Sequence[Place], candidates: Sequence[str], faults: Faults) -> None:
        self._places = places
        self._candidates = candidates
        self.faults = faults

    @cached_property
    def places(self) -> dict[str, int]:
        """Position of each place."""
        return {place.id: number for number, place in enumerate(self._places)}

    @cached_property
    def candidates(self) -> dict[str, int]:
        """Position of each candidate."""
        return {name: number for number, name in enumerate(self._candidates)}

    def find(self, candidate: str, place: str) -> tuple[int, int] | None:
        """Positions of both, or None when one is unknown."""
        c, p = self.candidates.get(candidate), self.places.get(place)
        if c is None:
            self.faults.add(errors.UNKNOWN_CANDIDATE, at_choice(candidate, given=place), given=candidate)
        if p is None:
            near = self.faults.nearest(place, self.places)
            self.faults.add(errors.UNKNOWN_PLACE, at_choice(candidate, given=place), given=place, nearest=near)
        return None if c is None or p is None else (c, p)


def read_sides(
    places: Sequence[Place],
    candidates: Sequence[str],
    scores: Iterable[tuple[str, str, Cell]],
    send_backs: Iterable[tuple[str, str, str]],
    fixed: Iterable[tuple[str, str]],
    faults: Faults,
) -> Sides:
    """All three, sorted as the model says; unknown names, doubles and unreadable numbers are noted."""
    pairs = _Pairs(places, candidates, faults)
    score_offsets, score_places, score_values = _scores(pairs, len(candidates), len(places), scores)
    fixed_candidates, fixed_places = array("i"), array("i")
    held: set[int] = set()
    for name, place in fixed:
        found = pairs.find(name, place)
        if found is None:
            continue
        if found[0] in held:
            faults.add(errors.DOUBLED_FIXED, at_choice(name, given=place), candidate=name)
            continue
        held.add(found[0])
        fixed_candidates.append(found[0])
        fixed_places.append(found[1])
    reasons: dict[str, int] = {}
    rows: dict[tuple[int, int], int] = {}
    for name, place, reason in send_backs:
        found = pairs.find(name, place)
        if found is None:
            continue
        if found in rows:
            faults.add(errors.DOUBLED_SEND_BACK, at_choice(name, given=place), candidate=name, place=place)
            continue
        if found[0] in held:
            faults.add(errors.LIST_AND_FIXED, at_choice(name, given=place), candidate=name)
        if not reason:
            faults.add(errors.EMPTY_ID, at_choice(name, given=place), what="退档原因")
        rows[found] = reasons.setdefault(reason, len(reasons))
    ordered = sorted(rows)
    return Sides(
        score_offsets=score_offsets,
        score_places=score_places,
        score_values=score_values,
        send_back_candidates=array("i", [c for c, _ in ordered]),
        send_back_places=array("i", [p for _, p in ordered]),
        send_back_reasons=array("i", [rows[pair] for pair in ordered]),
        reasons=tuple(reasons),
        fixed_candidates=fixed_candidates,
        fixed_places=fixed_places,
    )


def _scores(
    pairs: _Pairs, candidate_count: int, place_count: int, scores: Iterable[tuple[str, str, Cell]]
) -> tuple[array[int], array[int], array[int]]:
    memo = Memo()
    keys: list[int] = []
    values: list[int] = []
    faults = pairs.faults
    for name, place, cell in scores:
        try:
            keys.append(pairs.candidates[name] * place_count + pairs.places[place])
        except KeyError:
            pairs.find(name, place)
            continue
        value = memo[cell]
        if value in (UNREADABLE, TOO_LARGE):
            kind = errors.CELL_NOT_A_NUMBER if value == UNREADABLE else errors.NUMBER_TOO_LARGE
            faults.add(kind, at_choice(name, given=place), key="score", given=as_text(cell))
        values.append(value)
    if not keys:
        return array("q"), array("i"), array("q")
    if any(keys[i] >= keys[i + 1] for i in range(len(keys) - 1)):
        order = sorted(range(len(keys)), key=keys.__getitem__)
        names, ids = list(pairs.candidates), list(pairs.places)
        for before, after in itertools.pairwise(order):
            if keys[before] == keys[after]:
                name, place = names[keys[after] // place_count], ids[keys[after] % place_count]
                faults.add(errors.DOUBLED_SCORE, at_place(place), candidate=name, place=place)
        keys = [keys[row] for row in order]
        values = [values[row] for row in order]
    given = [number for number, value in enumerate(values) if value != MISSING]
    if len(given) < len(values):
        keys, values = [keys[row] for row in given], [values[row] for row in given]
    offsets = array("q", bytes(8 * (candidate_count + 1)))
    for key in keys:
        offsets[key // place_count + 1] += 1
    for number in range(candidate_count):
        offsets[number + 1] += offsets[number]
    return offsets, array("i", [key % place_count for key in keys]), array("q", values)
