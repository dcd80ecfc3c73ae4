"""One run from given seats: filing, placing, one stage or two, all at once or ordinal by ordinal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from guantong.engines.matching.model import Code
from guantong.engines.matching.plain.ground import Ground
from guantong.engines.matching.plain.ledger import IsOpen, Ledger, Option, Walk, settle, tied_sets
from guantong.engines.matching.plain.limits import least_limits
from guantong.engines.matching.plain.ordering import Decided, Standing


@dataclass(slots=True)
class Ceiling:
    """The account of a ceiling at a place."""

    room: int
    count: int = 0
    last: tuple[int, Standing] | None = None
    """Step and standing of the last member seated."""


@dataclass(frozen=True, slots=True)
class SentBack:
    """A file that came to nothing inside its unit."""

    candidate: int
    kind: int
    code: Code
    step: int


class Run:
    """One run; what it leaves behind is read by the verdicts."""

    def __init__(
        self,
        ground: Ground,
        seats: list[int],
        room: Mapping[tuple[int, int], int],
        struck: Mapping[int, Decided],
    ) -> None:
        self.ground = ground
        self.rules = ground.rules
        self.seats = seats
        self.struck = struck
        self.ceilings = {key: Ceiling(limit) for key, limit in room.items()}
        self.slices: dict[int, Ledger] = {}
        self.pools: dict[int, Ledger] = {}
        self.taken = [0] * len(seats)
        self.served = [0] * len(seats)
        """The last ordinal at which a slice got somebody or was closed."""
        self.pool_closed: dict[int, int] = {}
        """Pools closed by a tied set, and the ordinal."""
        self.held: dict[int, Option] = {}
        self.held_in: dict[int, int] = {}
        """The step in which each candidate was placed."""
        self.filed: dict[int, tuple[int, int]] = {}
        """For each choice to which a file went: candidate and kind of pool."""
        self.sent_back: dict[int, SentBack] = {}

    def make(self) -> None:
        """Make the run."""
        part = self.ground.taking_part()
        if self.rules.mechanism == "sequential":
            gone: set[int] = set()
            for ordinal, choice_of in self._by_ordinal(part):
                self._step(ordinal, {c: [choice] for c, choice in choice_of.items() if c not in gone})
                if self.rules.one_shot:
                    gone.update(sent.candidate for sent in self.sent_back.values())
                gone.update(self.held)
            return
        choices_of, struck = self.ground.instance.choices_of, self.struck
        if struck:
            self._step(0, {c: [choice for choice in choices_of(c) if choice not in struck] for c in part})
        else:
            self._step(0, {c: choices_of(c) for c in part})

    def _by_ordinal(self, part: Iterable[int]) -> list[tuple[int, dict[int, int]]]:
        """For each ordinal anybody wrote, in order: the choice of those taking part, in rank order."""
        instance = self.ground.instance
        steps: dict[int, dict[int, int]] = {}
        for candidate in range(len(instance.candidates)):
            for choice in instance.choices_of(candidate):
                steps.setdefault(instance.ordinal(candidate, choice), {})
        for candidate in part:
            for choice in instance.choices_of(candidate):
                steps[instance.ordinal(candidate, choice)][candidate] = choice
        return sorted(steps.items())

    def _step(self, number: int, choices: Mapping[int, Sequence[int]]) -> None:
        before = self.slices[max(self.slices)].open_after() if self.slices else self.seats
        ledger = self.slices[number] = Ledger(number, before)
        if self.rules.stages == "two":
            self._file(number, choices, ledger)
            self._place(number, ledger)
        elif self.ground.ordering.is_common:
            self._settle_all(
                choices, lambda candidate: self._walk(candidate, choices[candidate], ledger), ledger, self._is_open
            )
        else:
            room = {key: account.room - account.count for key, account in self.ceilings.items()}
            found = least_limits(
                self.ground,
                choices,
                lambda candidate: self._walk(candidate, choices[candidate], ledger),
                ledger,
                room,
            )
            for candidate, option in found.items():
                self._hold(candidate, option, number)
        for target, last in ledger.last.items():
            self.taken[target] += last.count
            self.served[target] = number
        for target in ledger.shut:
            self.served[target] = number

    # --- one stage --------------------------------------------------------------------------------------------
    def _walk(self, candidate: int, choices: Iterable[int], ledger: Ledger) -> Iterator[Option]:
        """Live slices along the list: wished places, then with reassignment the others."""
        ground, kinds = self.ground, self.ground.kinds
        for choice in choices:
            for place in ground.instance.wishes(choice):
                for kind in ground.live(candidate, place):
                    yield Option(choice, place * kinds + kind)
            if ground.instance.accepts_reassignment(choice):
                for slices in self._others(candidate, choice, ledger, None):
                    for target in slices:
                        yield Option(choice, target, reassigned=True)

    def _others(self, candidate: int, choice: int, ledger: Ledger, kind: int | None) -> list[list[int]]:
        """Live slices (of one kind) of the places not wished, in the order of reassignment."""
        ground = self.ground
        found = []
        for place in ground.other_places(choice):
            live = [k for k in ground.live(candidate, place) if kind is None or k == kind]
            found.append([place * ground.kinds + k for k in live])
        if self.rules.reassignment == "most_seats_left":
            standing = (0, ground.ordering.rank[candidate])
            found.sort(key=lambda slices: -sum(ledger.left_before(target, standing) for target in slices))
        return found

    def _settle_all(
        self,
        candidates: Iterable[int],
        walk: Walk,
        ledger: Ledger,
        is_open: IsOpen,
    ) -> None:
        rank = self.ground.ordering.rank
        for members in tied_sets(candidates, rank):
            standing = (0, rank[members[0]])
            for candidate, option in settle(self.rules.ties, members, standing, walk, ledger, is_open).items():
                if option is not None:
                    self._take(candidate, option, standing, ledger)

    def _take(self, candidate: int, option: Option, standing: Standing, ledger: Ledger) -> None:
        ordinal = self.ground.instance.ordinal(candidate, option.choice)
        ledger.take(option.target, candidate, standing, ordinal)
        self._hold(candidate, option, ledger.step)

    def _hold(self, candidate: int, option: Option, step: int) -> None:
        self.held[candidate] = option
        self.held_in[candidate] = step
        if option.target % self.ground.kinds:
            return
        place = option.target // self.ground.kinds
        for quota in self.ground.ceilings(place):
            if self.ground.member[quota](candidate):
                account = self.ceilings[place, quota]
                account.count += 1
                mark = step, self.ground.ordering.standing(candidate, place)
                account.last = mark if account.last is None else max(account.last, mark)

    def _is_open(self, target: int, candidate: int) -> bool:
        """Whether the ceilings let the candidate in (seats are looked at elsewhere)."""
        ground = self.ground
        if target % ground.kinds or not self.ceilings:
            return True
        place = target // ground.kinds
        for quota in ground.ceilings(place):
            account = self.ceilings[place, quota]
            if account.count >= account.room and ground.member[quota](candidate):
                return False
        return True

    # --- two stages -------------------------------------------------------------------------------------------
    def _file(self, number: int, choices: Mapping[int, Sequence[int]], slices: Ledger) -> None:
        """Stage one: files to pools."""
        ground, kinds, rules = self.ground, self.ground.kinds, self.rules
        unit_of_place = ground.instance.unit_of_place
        open_seats = [0] * (len(ground.instance.units) * kinds)
        for target, seats in enumerate(slices.seats):
            open_seats[unit_of_place[target // kinds] * kinds + target % kinds] += seats
        ratio = rules.ratio
        files = [-(-seats * ratio.numerator // ratio.denominator) for seats in open_seats]
        for pool in self.pool_closed:
            files[pool] = 0
        ledger = self.pools[number] = Ledger(number, files)

        def walk(candidate: int) -> Iterator[Option]:
            for choice in choices[candidate]:
                unit = ground.instance.choice_units[choice]
                if not any(ledger.left(unit * kinds + kind) for kind in ground.pool_kinds(candidate)):
                    continue  # nothing left to file to, whatever the list
                for kind, live in ground.pools(candidate, choice).items():
                    if any(slices.seats[target] > 0 for target in live):
                        yield Option(choice, unit * kinds + kind)

        rank = ground.ordering.rank
        for members in tied_sets(choices, rank):
            standing = (0, rank[members[0]])
            found = settle(rules.ties, members, standing, walk, ledger, lambda target, candidate: True)
            for candidate, option in found.items():
                if option is not None:
                    ordinal = ground.instance.ordinal(candidate, option.choice)
                    ledger.take(option.target, candidate, standing, ordinal)
                    self.filed[option.choice] = candidate, option.target
        for pool in ledger.shut:
            self.pool_closed[pool] = number

    def _place(self, number: int, ledger: Ledger) -> None:
        """Stage two: inside each pool, in rank order, those filed there in this step."""
        rank = self.ground.ordering.rank
        by_pool: dict[int, dict[int, int]] = {}
        for choice, (candidate, pool) in self.filed.items():
            if choice not in self.sent_back and candidate not in self.held:
                by_pool.setdefault(pool, {})[candidate] = choice
        for pool, choice_of in by_pool.items():
            self._place_pool(number, pool % self.ground.kinds, choice_of, ledger, rank)

    def _place_pool(
        self, number: int, kind: int, choice_of: Mapping[int, int], ledger: Ledger, rank: list[int]
    ) -> None:
        def walk(candidate: int) -> Iterator[Option]:
            return self._walk_pool(candidate, choice_of[candidate], kind, ledger)

        for members in tied_sets(sorted(choice_of, key=rank.__getitem__), rank):
            standing = (0, rank[members[0]])
            found = settle(self.rules.ties, members, standing, walk, ledger, self._is_open)
            for candidate, option in found.items():
                if option is None:  # before anybody takes a seat: what was open when the set came
                    would_help = self._reassignment_would_help(candidate, choice_of[candidate], kind, ledger)
                    code = Code.SENT_BACK_PROGRAMMES if would_help else Code.SENT_BACK_FULL
                    self.sent_back[choice_of[candidate]] = SentBack(candidate, kind, code, number)
            for candidate, option in found.items():
                if option is not None:
                    self._take(candidate, option, standing, ledger)

    def _walk_pool(self, candidate: int, choice: int, kind: int, ledger: Ledger) -> Iterator[Option]:
        ground, kinds = self.ground, self.ground.kinds
        for place in ground.instance.wishes(choice):
            if kind in ground.live(candidate, place):
                yield Option(choice, place * kinds + kind)
        if ground.instance.accepts_reassignment(choice):
            for slices in self._others(candidate, choice, ledger, kind):
                for target in slices:
                    yield Option(choice, target, reassigned=True)

    def _reassignment_would_help(self, candidate: int, choice: int, kind: int, ledger: Ledger) -> bool:
        """Not accepted, though another place of the pool stands open to the candidate."""
        if self.ground.instance.accepts_reassignment(choice):
            return False
        standing = (0, self.ground.ordering.rank[candidate])
        return any(
            ledger.left_before(target, standing) > 0 and self._is_open(target, candidate)
            for slices in self._others(candidate, choice, ledger, kind)
            for target in slices
        )
