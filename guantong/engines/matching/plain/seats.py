"""Seats at the start of a run: quotas taken out of the places, fixed placements seated, unfilled seats moved on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from guantong.engines.matching.plain.ground import Ground


@dataclass(slots=True)
class StartingSeats:
    """Open seats of every slice, room under every ceiling, and the slice of each fixed candidate."""

    open: list[int]
    room: dict[tuple[int, int], int] = field(default_factory=dict)
    fixed_slice: dict[int, int] = field(default_factory=dict)
    slices_of: list[list[int]] = field(default_factory=list)
    """For each place its slices: ordinary, then quotas in the order of the rules."""


def starting_seats(ground: Ground) -> StartingSeats:
    """The seats of the first run."""
    instance, kinds, quotas = ground.instance, ground.kinds, ground.rules.quotas
    start = StartingSeats(open=[0] * (len(instance.places) * kinds))
    for number, place in enumerate(instance.places):
        ordinary = number * kinds
        kept = ground.kept_quotas(number)
        start.open[ordinary] = place.seats
        for quota in kept:
            seats = quotas[quota].seats_of(place.seats)
            start.open[ordinary + 1 + quota] = seats
            start.open[ordinary] -= seats
        start.slices_of.append([ordinary, *(ordinary + 1 + quota for quota in kept)])
        for quota in ground.ceilings(number):
            start.room[number, quota] = quotas[quota].seats_of(place.seats)
    here: dict[int, list[int]] = {}
    for candidate, place_number in zip(instance.fixed_candidates, instance.fixed_places, strict=True):
        here.setdefault(place_number, []).append(candidate)
    for place_number, candidates in here.items():
        _Fixed(ground, start, place_number, candidates).take_seats()
    return start


@dataclass(slots=True)
class _Fixed:
    """Those placed at one place in earlier rounds, in the order given, and the seats they take."""

    ground: Ground
    start: StartingSeats
    place: int
    candidates: Sequence[int]
    mine: dict[int, list[int]] = field(default_factory=dict)
    """The slices each may sit in, in the order of slices."""
    sitting: dict[int, list[int]] = field(default_factory=dict)

    def take_seats(self) -> None:
        """Own slices first; then seats that had moved there as unfilled ones; who finds none stands over the plan."""
        kinds = self.ground.kinds
        for candidate in self.candidates:
            rights = self.ground.rights(candidate, self.place)
            self.mine[candidate] = [self.place * kinds + kind for kind in rights.kinds]
        self.sitting = {number: [] for number in self.start.slices_of[self.place]}
        waiting = [candidate for candidate in self.candidates if not self._sit(candidate, moved=False, looked=set())]
        for candidate in waiting:
            if not self._sit(candidate, moved=True, looked=set()):
                self.sitting[self.mine[candidate][0]].append(candidate)
        for number, holders in self.sitting.items():
            for candidate in holders:
                self.start.fixed_slice[candidate] = number
                if number % kinds == 0:
                    self._count_under_ceilings(candidate)

    def _sit(self, candidate: int, *, moved: bool, looked: set[int]) -> bool:
        """A seat in a slice of the candidate's; else one that somebody sitting there gives up for another slice."""
        for number in self.mine[candidate]:
            seat = self._seat_for(number, moved=moved)
            if seat is not None:
                self.start.open[seat] -= 1
                self.sitting[number].append(candidate)
                return True
        for number in self.mine[candidate]:
            if number in looked:
                continue
            looked.add(number)
            for other in self.sitting[number]:
                if self._sit(other, moved=moved, looked=looked):
                    self.sitting[number].remove(other)
                    self.sitting[number].append(candidate)
                    return True
        return False

    def _seat_for(self, number: int, *, moved: bool) -> int | None:
        """The slice whose open seat serves ``number``: itself; else, when ``moved``, the kept slice fewest steps away
        whose unfilled seats lead there, the first in the order of the rules."""
        if self.start.open[number] > 0:
            return number
        slices = self.start.slices_of[self.place]
        found: list[tuple[int, int]] = []
        for kept in slices[1:] if moved else ():
            steps, at = 0, kept if self.start.open[kept] > 0 else None
            while at is not None and at != number:
                steps, at = steps + 1, _target(self.ground, self.place, at, slices)
            if at is not None:
                found.append((steps, kept))
        return min(found)[1] if found else None

    def _count_under_ceilings(self, candidate: int) -> None:
        for quota in self.ground.ceilings(self.place):
            if self.ground.member[quota](candidate):
                self.start.room[self.place, quota] = max(0, self.start.room[self.place, quota] - 1)


def after_overflow(
    ground: Ground, open_seats: Sequence[int], taken: Sequence[int], slices_of: list[list[int]]
) -> list[int]:
    """The seats of the next run: what stayed open in kept slices has moved along ``unfilled_to``."""
    moved = list(open_seats)
    for place, slices in enumerate(slices_of):
        for number in slices[1:]:
            left = open_seats[number] - taken[number]
            target = _target(ground, place, number, slices) if left > 0 else None
            if target is not None:
                moved[number] -= left
                moved[target] += left
    return moved


def _target(ground: Ground, place: int, number: int, slices: list[int]) -> int | None:
    """Where unfilled seats of a slice go; None when they stay empty, and for ordinary ones."""
    quotas = ground.rules.quotas
    if number % ground.kinds == 0:
        return None
    kind_of = {quota.id: kind for kind, quota in enumerate(quotas, start=1)}
    name = quotas[number % ground.kinds - 1].unfilled_to
    while name in kind_of:
        target = place * ground.kinds + kind_of[name]
        if target in slices:
            return target
        name = quotas[kind_of[name] - 1].unfilled_to
    return place * ground.kinds if name == "ordinary" else None
