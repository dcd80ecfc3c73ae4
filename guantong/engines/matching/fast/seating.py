"""Seats before a run: those placed in earlier rounds take theirs; unfilled kept seats move on between repetitions."""

from __future__ import annotations

import numpy as np

from guantong.engines.matching.fast.asking import has_bit
from guantong.engines.matching.fast.shapes import Array, Store
from guantong.engines.matching.model import Instance

NOWHERE = -1


def seat_fixed(instance: Instance, store: Store, seats: Array, room: Array) -> dict[int, int]:
    """Take the seats of fixed placements out of ``seats`` and ``room``; the slice each sits in (matching.md §3)."""
    slices = store.slices
    at_place: dict[int, list[int]] = {}
    for candidate, place in zip(instance.fixed_candidates, instance.fixed_places, strict=True):
        at_place.setdefault(place, []).append(candidate)
    found: dict[int, int] = {}
    for place, candidates in at_place.items():
        found.update(_Table(instance, store, seats, place).seat(candidates))
    for candidate, number in found.items():
        if slices.quota[number] < 0:
            place = slices.place[number]
            for row in range(slices.ceiling_offsets[place], slices.ceiling_offsets[place + 1]):
                if has_bit(slices, candidate, slices.ceiling_bit[row]):
                    room[row] = max(0, room[row] - 1)
    return found


class _Table:
    """One place: its slices, who sits where, and from which slices a seat may have come."""

    def __init__(self, instance: Instance, store: Store, seats: Array, place: int) -> None:
        self.slices, self.seats = store.slices, seats
        self.numbers = range(int(self.slices.offsets[place]), int(self.slices.offsets[place + 1]))
        leads = {number: next_slice(instance, store, number) for number in self.numbers}
        self.sources: dict[int, list[int]] = {number: [] for number in self.numbers}
        ways: list[tuple[int, int, int, int]] = []
        for number in self.numbers:
            steps, at = 1, leads[number]
            while at != NOWHERE:
                ways.append((at, steps, int(self.slices.quota[number]), number))
                steps, at = steps + 1, leads[at]
        for at, _, _, number in sorted(ways):
            self.sources[at].append(number)
        self.mine: dict[int, list[int]] = {}
        self.holders: dict[int, list[int]] = {number: [] for number in self.numbers}

    def seat(self, candidates: list[int]) -> dict[int, int]:
        """Candidate → slice, everybody in the order given."""
        slices = self.slices
        for candidate in candidates:
            bits = slices.bits[candidate]
            self.mine[candidate] = [
                number
                for number in self.numbers
                if (bits & slices.member[number] == slices.member[number]).all()
                and not (bits & slices.forbid[number]).any()
            ]
        left = [candidate for candidate in candidates if not self._find(candidate, set(), False)]
        for candidate in left:
            if not self._find(candidate, set(), True):
                self.holders[self.mine[candidate][0]].append(candidate)
        return {candidate: number for number in self.numbers for candidate in self.holders[number]}

    def _find(self, candidate: int, looked: set[int], moved: bool) -> bool:
        mine = self.mine[candidate]
        for number in mine:
            for source in (number, *self.sources[number]) if moved else (number,):
                if self.seats[source] > 0:
                    self.seats[source] -= 1
                    self.holders[number].append(candidate)
                    return True
        for number in mine:
            if number not in looked:
                looked.add(number)
                holders = self.holders[number]
                ready = next((other for other in holders if self._find(other, looked, moved)), None)
                if ready is not None:
                    holders.remove(ready)
                    holders.append(candidate)
                    return True
        return False


def next_slice(instance: Instance, store: Store, number: int) -> int:
    """Where unfilled seats of a slice go, or :data:`NOWHERE`: for ordinary seats, and those that stay empty."""
    quotas, slices = instance.rules.quotas, store.slices
    if slices.quota[number] < 0:
        return NOWHERE
    number_of = {quota.id: q for q, quota in enumerate(quotas)}
    place = slices.place[number]
    here = {int(slices.quota[at]): at for at in range(slices.offsets[place], slices.offsets[place + 1])}
    name = quotas[slices.quota[number]].unfilled_to
    while name in number_of and number_of[name] not in here:
        name = quotas[number_of[name]].unfilled_to
    return NOWHERE if name == "none" else here[number_of.get(name, -1)]


def after_overflow(instance: Instance, store: Store, seats: Array, taken: Array) -> Array:
    """The seats of the next run: what stayed open in kept slices has moved along ``unfilled_to``."""
    moved = seats.copy()
    for number in np.flatnonzero((store.slices.quota >= 0) & (seats > taken)):
        target = next_slice(instance, store, int(number))
        if target != NOWHERE:
            left = seats[number] - taken[number]
            moved[number] -= left
            moved[target] += left
    return moved
