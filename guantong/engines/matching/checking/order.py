"""Who comes before whom: one whole number for every candidate at every place, the smaller the better."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property

from guantong.engines.matching.lottery import lottery_numbers, lottery_ranks
from guantong.engines.matching.model import MISSING, Instance, Place
from guantong.engines.matching.ruleset import Selector

Vector = int
"""A whole key vector as one number: position of the candidate in the common order (equal for those tied), below it
where the place has one its own priority, turned. Numbers of one place compare as the vectors do; the smaller is better.
"""
_LAST = 2**64
"""Turned value of a missing cell: above every other."""
_NO_PRIORITY = 2**200
"""Turned priority of somebody without one, times anything: above every other."""


def selected(selector: Selector, place: Place) -> bool:
    """Whether a selector means the place."""
    return all(place.column(column) in values for column, values in selector.columns)


class Order:
    """The order of one instance."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.rules = instance.rules
        self._keys = [(key.key, key.descending, instance.columns[key.key]) for key in instance.rules.order]
        self._weights = {
            number: item.keys
            for item in self.rules.weights
            for number, place in enumerate(instance.places)
            if selected(item.places, place)
        }
        self._own = self._weights.keys() | instance.scored_places
        self.rank = self._ranks()
        """Position of each candidate in the common order, from 0; those tied have the same."""

    def _ranks(self) -> list[int]:
        names, rules = self.instance.candidates, self.rules
        columns: list[list[int] | list[str]] = []
        for _, descending, column in self._keys:
            empty, sign = column.empty, -1 if descending else 1
            columns.append([_LAST if value == empty else sign * value for value in column.values])
        if rules.ties == "lottery" and rules.lottery_seed is not None:
            columns += [list(lottery_numbers(rules.lottery_seed, names)), list(names)]
        if not columns:
            return [0] * len(names)
        vectors = list(zip(*columns, strict=True))
        ranks = [0] * len(names)
        before, rank = None, -1
        for candidate in sorted(range(len(names)), key=vectors.__getitem__):
            if vectors[candidate] != before:
                before, rank = vectors[candidate], rank + 1
            ranks[candidate] = rank
        return ranks

    def vector(self, candidate: int, place: int | None) -> Vector:
        """The candidate's number at a place, or in the common order (None)."""
        if place is None or place not in self._own:
            return self.rank[candidate]
        own = self.own(candidate, place)
        turned = _NO_PRIORITY if own is None else -own
        return turned * len(self.rank) + self.rank[candidate]

    def has_own(self, place: int) -> bool:
        """Whether the place has priorities of its own."""
        return place in self._own

    def own(self, candidate: int, place: int) -> int | None:
        """The place's own priority in millionths."""
        instance = self.instance
        if place in self._weights:
            total = 0
            for key, weight in self._weights[place]:
                value = instance.columns[key].values[candidate]
                if value == MISSING:
                    return None
                total += value * weight
            return total
        start, stop = instance.score_offsets[candidate], instance.score_offsets[candidate + 1]
        row = bisect_left(instance.score_places, place, start, stop)
        if row < stop and instance.score_places[row] == place:
            return instance.score_values[row] * 1000
        return None

    @cached_property
    def lottery_rank(self) -> list[int]:
        """Position of each candidate in the whole draw."""
        seed = self.rules.lottery_seed
        return [] if seed is None else list(lottery_ranks(seed, self.instance.candidates))

    def difference(self, candidate: int, last: int, place: int | None) -> tuple[str, int | None]:
        """The first key in which the candidate is behind the other, and by how much."""
        if place is not None and self.has_own(place):
            mine, theirs = self.own(candidate, place), self.own(last, place)
            if mine != theirs:
                return "priority", None if mine is None or theirs is None else (theirs - mine + 999) // 1000
        for name, _, column in self._keys:
            one, other = column.values[candidate], column.values[last]
            if one != other:
                return name, None if column.empty in (one, other) else abs(one - other)
        return "lottery", self.lottery_rank[candidate] - self.lottery_rank[last]
