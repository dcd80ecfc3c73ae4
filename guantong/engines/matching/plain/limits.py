"""Deferred acceptance where places rank by priorities of their own: the least score limits."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

from guantong.engines.matching.plain.ground import Ground
from guantong.engines.matching.plain.ledger import Last, Ledger, Option, Walk
from guantong.engines.matching.plain.ordering import Standing

Holder = tuple[Standing, int]


class Limits:
    """Slices with those who stand at them, best first, and the limit at or below which everybody is turned away."""

    def __init__(self, ground: Ground, seats: Sequence[int], ceiling_room: dict[tuple[int, int], int]) -> None:
        self.ground = ground
        self.seats = seats
        self.room = ceiling_room
        self.standing_at: dict[int, list[Holder]] = {}
        self.limit: dict[int, Holder] = {}

    def arrive(self, candidate: int, target: int) -> list[int]:
        """The candidate comes to a slice; returns who has to go on (perhaps the candidate)."""
        place = target // self.ground.kinds
        holder = (self.ground.ordering.standing(candidate, place), candidate)
        holders = self.standing_at.setdefault(target, [])
        ties = self.ground.rules.ties
        seats = self.seats[target]
        if ties != "lottery" and target in self.limit and holder[0] >= self.limit[target][0]:
            return [candidate]
        insort(holders, holder)
        if ties == "lottery":
            leaving = self._over_ceiling(target, place, candidate) or (holders[-1:] if len(holders) > seats else [])
            for one in leaving:
                holders.remove(one)
            return [who for _, who in leaving]
        leaving = []
        while holders:
            first_of_worst = bisect_left(holders, (holders[-1][0], -1))
            kept = first_of_worst if ties == "admit_all" else len(holders) - 1
            if kept < seats:
                break
            self.limit[target] = holders[first_of_worst]
            leaving += holders[first_of_worst:]
            del holders[first_of_worst:]
        return [who for _, who in leaving]

    def _over_ceiling(self, target: int, place: int, candidate: int) -> list[Holder]:
        """The last member of the candidate's ceiling, when there are now more than it allows."""
        if target % self.ground.kinds:
            return []
        for quota in self.ground.ceilings(place):
            member = self.ground.member[quota]
            if member(candidate):
                members = [holder for holder in self.standing_at[target] if member(holder[1])]
                if len(members) > self.room[place, quota]:
                    return members[-1:]
        return []


def least_limits(
    ground: Ground,
    candidates: Iterable[int],
    walk: Walk,
    ledger: Ledger,
    ceiling_room: dict[tuple[int, int], int],
) -> dict[int, Option]:
    """Where each candidate ends up; the ledger is filled with the last at every slice and what was closed."""
    limits = Limits(ground, ledger.seats, ceiling_room)
    waiting = list(candidates)
    walks = {candidate: walk(candidate) for candidate in waiting}
    at: dict[int, Option] = {}
    while waiting:
        candidate = waiting.pop()
        at.pop(candidate, None)
        for option in walks[candidate]:
            at[candidate] = option
            leaving = limits.arrive(candidate, option.target)
            if candidate not in leaving:
                waiting += leaving
                break
            del at[candidate]
            waiting += [other for other in leaving if other != candidate]
    _enter(ground, limits, at, ledger)
    return at


def _enter(ground: Ground, limits: Limits, at: dict[int, Option], ledger: Ledger) -> None:
    instance = ground.instance
    for target, holders in limits.standing_at.items():
        if holders:
            standing = holders[-1][0]
            tied = holders[bisect_left(holders, (standing, -1)) :]
            ordinal, last = max((instance.ordinal(who, at[who].choice), -who) for _, who in tied)
            ledger.last[target] = Last(len(holders), -last, standing, ordinal)
        if ground.rules.ties == "reject_all" and target in limits.limit and len(holders) < ledger.seats[target]:
            standing, who = limits.limit[target]
            ledger.close(target, who, standing)
