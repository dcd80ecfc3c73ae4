"""Who comes before whom, and by which key: ranks over all candidates, a place's own priorities, and the key that
decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from guantong.engines.matching.judging import selects
from guantong.engines.matching.lottery import lottery_numbers, lottery_ranks
from guantong.engines.matching.model import LARGEST_DISTANCE, MISSING, PRIORITY_SCALE, Code, Instance

WORST = 2**80
"""Stands for a missing value: behind everything."""

Standing = tuple[int, int]
"""Where a candidate stands at a place, smaller is better: own priority turned round (0 without one), then the common
rank.
"""


@dataclass(frozen=True, slots=True)
class Decided:
    """Why a candidate was turned away; ``position`` is that of the key in the vector."""

    code: Code
    key: str | None = None
    distance: int | None = None
    position: int = 0


class Ordering:
    """Ranks and priorities of one instance."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.rules = instance.rules
        seed = self.rules.lottery_seed if self.rules.ties == "lottery" else None
        self.lottery = lottery_numbers(seed, instance.candidates) if seed is not None else None
        self.lottery_rank = lottery_ranks(seed, instance.candidates) if seed is not None else None
        self.rank = self._ranks()
        self._weighting_of = {
            number: weighting
            for weighting in self.rules.weights
            for number, place in enumerate(instance.places)
            if selects(weighting.places, place)
        }
        self._sums: dict[tuple[int, int], int | None] = {}
        self._scores: dict[tuple[int, int], int] = {}
        for candidate in range(len(instance.candidates) if instance.score_offsets else 0):
            for row in range(instance.score_offsets[candidate], instance.score_offsets[candidate + 1]):
                self._scores[candidate, instance.score_places[row]] = instance.score_values[row]
        self.own_places = frozenset(self._weighting_of) | instance.scored_places
        self.is_common = not self.own_places

    def _ranks(self) -> list[int]:
        """The common rank of every candidate, 0 is best; equal keys share a rank."""
        count = len(self.instance.candidates)
        vectors: list[list[int]] = []
        for key in self.rules.order:
            column = self.instance.columns[key.key]
            sign = -1 if key.descending else 1
            vectors.append([WORST if value == column.empty else sign * value for value in column.values])
        if self.lottery_rank is not None:
            vectors.append(list(self.lottery_rank))
        ranks = [0] * count
        if not vectors:
            return ranks
        keys = list(zip(*vectors, strict=True))
        rank = -1
        before: tuple[int, ...] | None = None
        for candidate in sorted(range(count), key=keys.__getitem__):
            if keys[candidate] != before:
                rank += 1
                before = keys[candidate]
            ranks[candidate] = rank
        return ranks

    def priority(self, candidate: int, place: int) -> int | None:
        """The place's own priority of the candidate in millionths; None when missing. Only for ``own_places``."""
        weighting = self._weighting_of.get(place)
        if weighting is None:
            score = self._scores.get((candidate, place))
            return None if score is None else score * PRIORITY_SCALE
        found = self._sums.get((id(weighting), candidate), MISSING)
        if found != MISSING:
            return found
        total: int | None = 0
        for key, weight in weighting.keys:
            value = self.instance.columns[key].values[candidate]
            if value == MISSING or total is None:
                total = None
            else:
                total += weight * value
        self._sums[id(weighting), candidate] = total
        return total

    def standing(self, candidate: int, place: int) -> Standing:
        """Where the candidate stands at the place; equal standings are tied."""
        if place not in self.own_places:
            return 0, self.rank[candidate]
        priority = self.priority(candidate, place)
        return WORST if priority is None else -priority, self.rank[candidate]

    def deciding(self, candidate: int, last: int, place: int) -> Decided:
        """The first key in which ``candidate`` is behind ``last`` at the place, and by how much."""
        if place in self.own_places:
            mine, theirs = self.priority(candidate, place), self.priority(last, place)
            if mine != theirs:
                if mine is None or theirs is None:
                    return Decided(Code.BELOW_CUTOFF, "priority", None, 0)
                return Decided(Code.BELOW_CUTOFF, "priority", _cut(-(-(theirs - mine) // PRIORITY_SCALE)), 0)
        for position, key in enumerate(self.rules.order, start=1):
            column = self.instance.columns[key.key]
            own, other = column.values[candidate], column.values[last]
            if own != other:
                known = column.empty not in (own, other)
                return Decided(Code.BELOW_CUTOFF, key.key, _cut(abs(other - own)) if known else None, position)
        if self.lottery_rank is None:
            raise AssertionError("candidates of different rank differ in some key")
        distance = self.lottery_rank[candidate] - self.lottery_rank[last]
        return Decided(Code.LOST_TIE, "lottery", _cut(distance), len(self.rules.order) + 1)

    def vector(self, candidate: int, place: int | None) -> tuple[tuple[str, ...], tuple[int | str | None, ...]]:
        """Names and values of the key vector of a candidate at a place (None: the common vector)."""
        names: list[str] = []
        values: list[int | str | None] = []
        if place is not None and place in self.own_places:
            names.append("priority")
            values.append(self.priority(candidate, place))
        for key in self.rules.order:
            column = self.instance.columns[key.key]
            value = column.values[candidate]
            names.append(key.key)
            if value == column.empty:
                values.append(None)
            else:
                values.append(value if column.texts is None else column.texts[value])
        if self.lottery is not None:
            names.append("lottery")
            values.append(self.lottery[candidate])
        return tuple(names), tuple(values)


def _cut(distance: int) -> int:
    return min(distance, LARGEST_DISTANCE)
