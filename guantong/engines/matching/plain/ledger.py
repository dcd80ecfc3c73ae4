"""Seats being taken: an account of what is open, who came last, what was closed; and how a tied set settles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from guantong.engines.matching.plain.ordering import Standing
from guantong.engines.matching.ruleset import Ties


@dataclass(frozen=True, slots=True)
class Option:
    """Something a candidate may come to: a target (slice or pool) by one of the choices."""

    choice: int
    target: int
    reassigned: bool = False


@dataclass(slots=True)
class Last:
    """How many got something at a target, and the last of them."""

    count: int
    candidate: int
    standing: Standing
    ordinal: int


@dataclass(slots=True)
class Ledger:
    """What happened at the targets in one step (the whole run, or one ordinal of a sequential one)."""

    step: int
    seats: Sequence[int]
    """Open at the start of the step; 0 where closed."""
    last: dict[int, Last] = field(default_factory=dict)
    shut: dict[int, Standing] = field(default_factory=dict)
    """Targets closed in this step by a tied set that did not fit, and where that set stands."""
    shut_by: dict[int, int] = field(default_factory=dict)
    """One member of that set."""

    def left(self, target: int) -> int:
        """Seats still open."""
        if target in self.shut:
            return 0
        last = self.last.get(target)
        return self.seats[target] if last is None else max(0, self.seats[target] - last.count)

    def count(self, target: int) -> int:
        """How many got something in this step."""
        last = self.last.get(target)
        return 0 if last is None else last.count

    def left_before(self, target: int, standing: Standing) -> int:
        """Seats open when the tied set of this standing came: what it closed itself was open still."""
        closed = self.shut.get(target)
        if closed is not None and closed != standing:
            return 0
        last = self.last.get(target)
        return self.seats[target] if last is None else max(0, self.seats[target] - last.count)

    def close(self, target: int, candidate: int, standing: Standing) -> None:
        """Close a target for good."""
        self.shut[target] = standing
        self.shut_by[target] = candidate

    def take(self, target: int, candidate: int, standing: Standing, ordinal: int) -> None:
        """The candidate gets a seat; better ranked ones came before."""
        last = self.last.get(target)
        if last is None:
            self.last[target] = Last(1, candidate, standing, ordinal)
            return
        last.count += 1
        if standing > last.standing:
            last.candidate, last.standing, last.ordinal = candidate, standing, ordinal
        elif standing == last.standing and ordinal > last.ordinal:
            last.candidate, last.ordinal = candidate, ordinal

    def open_after(self) -> list[int]:
        """What the next step may use."""
        return [self.left(target) for target in range(len(self.seats))]


Walk = Callable[[int], Iterator[Option]]
IsOpen = Callable[[int, int], bool]
"""Whether a target (with seats left) is open to a candidate."""


def settle(
    ties: Ties, members: Sequence[int], standing: Standing, walk: Walk, ledger: Ledger, is_open: IsOpen
) -> dict[int, Option | None]:
    """What each member of a tied set comes to; nothing is taken yet. Under ``reject_all`` overfull targets are
    closed.
    """
    walks = {candidate: walk(candidate) for candidate in members}
    stand = {candidate: _first_open(walks[candidate], candidate, ledger, is_open) for candidate in members}
    if ties != "reject_all":
        return stand
    while True:
        crowd = Counter(option.target for option in stand.values() if option is not None)
        over = {target for target, number in crowd.items() if number > ledger.left(target)}
        if not over:
            return stand
        turned = [candidate for candidate, option in stand.items() if option is not None and option.target in over]
        for candidate in turned:
            option = stand[candidate]
            if option is not None and option.target not in ledger.shut:
                ledger.close(option.target, candidate, standing)
        for candidate in turned:
            stand[candidate] = _first_open(walks[candidate], candidate, ledger, is_open)


def _first_open(walk: Iterator[Option], candidate: int, ledger: Ledger, is_open: IsOpen) -> Option | None:
    for option in walk:
        if ledger.left(option.target) > 0 and is_open(option.target, candidate):
            return option
    return None


def tied_sets(candidates: Iterable[int], rank: Sequence[int]) -> Iterator[list[int]]:
    """Candidates in rank order, those of equal rank together."""
    together: list[int] = []
    for candidate in candidates:
        if together and rank[candidate] != rank[together[0]]:
            yield together
            together = []
        together.append(candidate)
    if together:
        yield together
