"""The outcome laid out as accounts: who holds what, who was turned away where, in which step; nothing is allocated
here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from guantong.engines.matching.checking.facts import Facts, Target, Vector
from guantong.engines.matching.model import ADMITTING, NONE, Code, Outcome

_CAME_BACK = frozenset({Code.SENT_BACK_PROGRAMMES, Code.SENT_BACK_FULL})


Books = dict[int, dict[Target, "Account"]]
"""For each step (0, or the ordinal in a sequential run) the accounts of its targets."""


@dataclass(slots=True)
class Account:
    """One target in one step."""

    seats: int = 0
    """Open at the start of the step; 0 where closed."""
    holders: list[tuple[Vector, int]] = field(default_factory=list)
    turned: list[tuple[Vector, int]] = field(default_factory=list)
    best_turned: Vector | None = None
    closed_by: Vector | None = None
    closed_member: int = NONE

    def turn_away(self, candidate: int, vector: Vector) -> None:
        """Enter somebody who came and got nothing."""
        self.turned.append((vector, candidate))
        if self.best_turned is None or vector < self.best_turned:
            self.best_turned = vector

    @property
    def worst(self) -> Vector | None:
        """The vector of the last holder."""
        return self.holders[-1][0] if self.holders else None

    def better_than(self, vector: Vector) -> int:
        """How many hold a seat with a strictly better vector."""
        return bisect_left(self.holders, (vector, -1))


class Accounts:
    """Every step's accounts of slices and pools, read off an outcome whose shape has been checked."""

    def __init__(self, facts: Facts, outcome: Outcome) -> None:
        self.facts = facts
        self.outcome = outcome
        self.instance = facts.instance
        self.slices: Books = {}
        self.pools: Books = {}
        self.full_slices: set[tuple[int, Target]] = set()
        """Step and slice: somebody came and was turned away."""
        self.full_pools: set[tuple[int, Target]] = set()
        self.claimed = self._claimed_seats()
        self.room = self._rooms()
        self.choice_held: dict[int, int] = {}
        """For each placed candidate the choice that holds."""
        self.filed_kind: dict[int, int] = {}
        """For each choice to which a file went, the kind of its pool."""
        self.steps = self._steps()
        rules = facts.rules
        self.repeats = facts.two_stages and not facts.sequential and not rules.one_shot
        """Whether filing is repeated with what was sent back struck out."""
        self._served: dict[Target, list[int]] = {}
        self._taken: dict[Target, int] = {}
        self._members: dict[Target, list[tuple[int, Vector]]] = {}
        self._closed_before: dict[Target, int] = {}
        self._pool_closed_before: dict[Target, int] = {}
        for candidate in range(len(self.instance.candidates)):
            if outcome.place[candidate] != NONE and candidate not in facts.fixed:
                self._hold(candidate)

    def _claimed_seats(self) -> dict[Target, int]:
        """Seats of the last run as the first cut-off row of each slice states them."""
        place_of = self.instance.place_index
        kind_of = {"ordinary": 0, **{q.id: 1 + n for n, q in enumerate(self.facts.rules.quotas)}}
        found: dict[Target, int] = {}
        for row in self.outcome.cutoffs:
            if row.place is not None and row.place in place_of and row.slice in kind_of:
                found.setdefault((place_of[row.place], kind_of[row.slice]), row.seats)
        return found

    def _rooms(self) -> dict[Target, int]:
        """Room under each ceiling (place, quota) once fixed members are counted."""
        facts = self.facts
        room = {
            (number, quota): facts.rules.quotas[quota].seats_of(place.seats)
            for number, place in enumerate(self.instance.places)
            for quota in facts.ceilings(number)
        }
        for candidate, place_number in facts.fixed.items():
            if self.outcome.slice[candidate] == 0:
                for quota in facts.ceilings(place_number, candidate):
                    room[place_number, quota] = max(0, room[place_number, quota] - 1)
        return room

    def _steps(self) -> list[int]:
        if not self.facts.sequential:
            return [0]
        instance = self.instance
        found: set[int] = set()
        for candidate in range(len(instance.candidates)):
            found.update(instance.ordinal(candidate, choice) for choice in instance.choices_of(candidate))
        return sorted(found)

    def step(self, candidate: int, choice: int) -> int:
        """The step in which a choice is looked at."""
        return self.instance.ordinal(candidate, choice) if self.facts.sequential else 0

    def _hold(self, candidate: int) -> None:
        choice = next(j for j in self.instance.choices_of(candidate) if self.outcome.codes[j] in ADMITTING)
        self.choice_held[candidate] = choice
        place, kind = self.outcome.place[candidate], self.outcome.slice[candidate]
        self.filed_kind[choice] = kind
        account = self.account(self.step(candidate, choice), (place, kind))
        account.holders.append((self.facts.order.vector(candidate, place), candidate))

    def taking_part(self) -> Iterator[int]:
        """Candidates with choices, not fixed and not out."""
        for candidate in range(len(self.instance.candidates)):
            if candidate not in self.facts.fixed and candidate not in self.facts.out:
                yield candidate

    def struck(self, choice: int) -> bool:
        """Whether a file came back from the choice in an earlier repetition (parallel, two stages, not one shot)."""
        return self.repeats and self.filing_came_back(choice)

    def filing_came_back(self, choice: int) -> bool:
        """Whether the choice says that a file was sent back in placing."""
        return self.outcome.codes[choice] in _CAME_BACK

    def looked_at(self, candidate: int) -> Iterator[tuple[int, bool]]:
        """The choices a candidate came to, in order, and whether it was met (or the file accepted)."""
        held = self.choice_held.get(candidate)
        for choice in self.instance.choices_of(candidate):
            if choice == held:
                yield choice, True
                return
            if self.struck(choice):
                continue
            yield choice, False
            if self.filing_came_back(choice) and self.facts.rules.one_shot:
                return

    # --- steps ------------------------------------------------------------------------------------------------
    def at(self, step: int, *, pool: bool = False) -> dict[Target, Account]:
        """All accounts of slices, or of pools, in a step."""
        return (self.pools if pool else self.slices).setdefault(step, {})

    def account(self, step: int, target: Target, *, pool: bool = False) -> Account:
        """The account of a target in a step."""
        found = self.at(step, pool=pool)
        account = found.get(target)
        if account is None:
            account = found[target] = Account()
        return account

    def open_step(self, step: int) -> None:
        """Seats at the start of a step: those of the run less what earlier steps took, none where closed."""
        for target, seats in self.claimed.items():
            account = self.account(step, target)
            taken = self._taken.get(target, 0)
            account.seats = 0 if target in self._closed_before else max(0, seats - taken)
            account.holders.sort()

    def close_step(self, step: int) -> None:
        """Remember what was taken, and what a tied set closed in a step."""
        for target, account in self.at(step).items():
            if account.closed_by is not None:
                self._closed_before[target] = step
            if account.holders or account.closed_by is not None:
                self._served.setdefault(target, []).append(step)
            self._taken[target] = self._taken.get(target, 0) + len(account.holders)
        for target, account in self.at(step, pool=True).items():
            if account.closed_by is not None:
                self._pool_closed_before[target] = step

    def pool_closed_before(self, pool: Target) -> int | None:
        """The step in which a pool was closed."""
        return self._pool_closed_before.get(pool)

    def open_pools(self, step: int) -> None:
        """Files every pool may take in a step."""
        ratio = self.facts.rules.ratio
        total: dict[Target, int] = {}
        for place, kind in self.claimed:
            pool = (self.instance.unit_of_place[place], kind)
            total[pool] = total.get(pool, 0) + self.account(step, (place, kind)).seats
        for pool, seats in total.items():
            files = -(-seats * ratio.numerator // ratio.denominator)
            self.account(step, pool, pool=True).seats = 0 if pool in self._pool_closed_before else files

    def last_served(self, target: Target, before: int) -> int | None:
        """The last step before one in which a slice got somebody or was closed."""
        served = self._served.get(target, [])
        earlier = bisect_left(served, before)
        return served[earlier - 1] if earlier else None

    def members_of(self, place: int, quota: int) -> list[tuple[int, Vector]]:
        """Step and vector of every member of a ceiling who holds an ordinary seat, best first."""
        found = self._members.get((place, quota))
        if found is None:
            found = self._members[place, quota] = sorted(
                (step, vector)
                for step in self.steps
                for vector, candidate in self.account(step, (place, 0)).holders
                if quota in self.facts.ceilings(place, candidate)
            )
        return found

    def ceiling(self, place: int, quota: int) -> tuple[int, tuple[int, Vector] | None]:
        """How many members of a ceiling hold ordinary seats, and step and vector of the last of them."""
        members = self.members_of(place, quota)
        return len(members), members[-1] if members else None
