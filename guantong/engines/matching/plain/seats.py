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
    for candidate, place_number in zip(instance.fixed_candidates, instance.fixed_places, strict=True):
        _seat(ground, start, candidate, place_number)
    return start


def _seat(ground: Ground, start: StartingSeats, candidate: int, place: int) -> None:
    """The first slice of the candidate with an open seat, else the first slice over the plan."""
    slices = [place * ground.kinds + kind for kind in ground.rights(candidate, place).kinds]
    chosen = next((number for number in slices if start.open[number] > 0), slices[0])
    start.open[chosen] = max(0, start.open[chosen] - 1)
    start.fixed_slice[candidate] = chosen
    if chosen % ground.kinds == 0:
        for quota in ground.ceilings(place):
            if ground.member[quota](candidate):
                start.room[place, quota] = max(0, start.room[place, quota] - 1)


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
    """Where unfilled seats of a slice go; None when they stay empty."""
    quotas = ground.rules.quotas
    kind_of = {quota.id: kind for kind, quota in enumerate(quotas, start=1)}
    name = quotas[number % ground.kinds - 1].unfilled_to
    while name in kind_of:
        target = place * ground.kinds + kind_of[name]
        if target in slices:
            return target
        name = quotas[kind_of[name] - 1].unfilled_to
    return place * ground.kinds if name == "ordinary" else None
