"""Why each choice came to what it came to, read off a finished run."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from guantong.engines.matching.model import LARGEST_DISTANCE, NONE, SENT_BACK, Code, Instance
from guantong.engines.matching.plain.ground import Ground
from guantong.engines.matching.plain.ledger import Ledger
from guantong.engines.matching.plain.ordering import Decided
from guantong.engines.matching.plain.running import Run, SentBack

_NEARNESS = {Code.LOST_TIE: 0, Code.BELOW_CUTOFF: 1, Code.QUOTA_FULL: 2, Code.SERVED_EARLIER: 3, Code.NO_SEATS: 4}


@dataclass(slots=True)
class Written:
    """The arrays of an outcome over choices, and which slices and pools turned somebody away."""

    codes: array[int]
    keys: array[int]
    distances: array[int]
    full_slices: set[tuple[int, int]] = field(default_factory=set)
    """Step and slice."""
    full_pools: set[tuple[int, int]] = field(default_factory=set)


class Judge:
    """Gives every verdict of one run."""

    def __init__(self, ground: Ground, run: Run) -> None:
        self.ground = ground
        self.run = run
        self.instance: Instance = ground.instance
        self.last_position = len(ground.rules.order) + 1
        self.sequential = ground.rules.mechanism == "sequential"
        self.key_index = {name: number for number, name in enumerate(self.instance.key_names)}

    # --- one target -------------------------------------------------------------------------------------------
    def at_slice(self, candidate: int, target: int, step: int) -> Decided | None:
        """Why the slice turned the candidate away in a step; None when nothing would have."""
        if self.run.seats[target] == 0:
            return Decided(Code.NO_SEATS)
        ledger = self.run.slices[step]
        if ledger.seats[target] == 0:
            return Decided(Code.SERVED_EARLIER, "ordinal", self.run.served[target])
        place = target // self.ground.kinds
        decided = self._by_rank(candidate, target, ledger, place)
        if decided is None and target % self.ground.kinds == 0:
            decided = self._by_ceiling(candidate, place, step)
        return decided

    def _by_rank(self, candidate: int, target: int, ledger: Ledger, place: int) -> Decided | None:
        ordering = self.ground.ordering
        standing = ordering.standing(candidate, place)
        last = ledger.last.get(target)
        shut = ledger.shut.get(target)
        if shut is not None and standing >= shut:
            if standing == shut:
                return Decided(Code.LOST_TIE, "ties", None, self.last_position)
            return ordering.deciding(candidate, last.candidate if last else ledger.shut_by[target], place)
        if last is not None and last.count >= ledger.seats[target] and standing > last.standing:
            return ordering.deciding(candidate, last.candidate, place)
        return None

    def _by_ceiling(self, candidate: int, place: int, step: int) -> Decided | None:
        for quota in self.ground.ceilings(place):
            account = self.run.ceilings[place, quota]
            if account.count < account.room or not self.ground.member[quota](candidate):
                continue
            if account.last is None or (step, self.ground.ordering.standing(candidate, place)) > account.last:
                return Decided(Code.QUOTA_FULL, self.ground.rules.quotas[quota].id)
        return None

    def at_pool(self, candidate: int, pool: int, live: list[int], step: int) -> Decided | None:
        """Why the pool took no file of the candidate in a step; None when nothing would have hindered it."""
        run = self.run
        usable = [target for target in live if run.seats[target] > 0]
        if not usable:
            return Decided(Code.NO_SEATS)
        slices, ledger = run.slices[step], run.pools[step]
        if all(slices.seats[target] == 0 for target in usable):
            return Decided(Code.SERVED_EARLIER, "ordinal", max(run.served[target] for target in usable))
        if run.pool_closed.get(pool, step) < step:
            return Decided(Code.SERVED_EARLIER, "ordinal", run.pool_closed[pool])
        return self._by_rank(candidate, pool, ledger, NONE)

    # --- one choice -------------------------------------------------------------------------------------------
    def turned_away(self, candidate: int, choice: int, written: Written | None) -> Decided | None:
        """Why a choice was not met before any file went there; None when nothing hindered it. Marks what was full."""
        ground = self.ground
        step = self.instance.ordinal(candidate, choice) if self.sequential else 0
        nearest: Decided | None = None
        reached = hindered = False
        if ground.rules.stages == "two":
            unit = self.instance.choice_units[choice]
            for kind, live in ground.pools(candidate, choice).items():
                reached = True
                pool = unit * ground.kinds + kind
                if written is not None:
                    written.full_pools.add((step, pool))
                decided = self.at_pool(candidate, pool, live, step)
                hindered = hindered or decided is None
                nearest = _nearer(nearest, decided)
        else:
            for target in ground.live_slices(candidate, choice):
                reached = True
                if written is not None:
                    written.full_slices.add((step, target))
                decided = self.at_slice(candidate, target, step)
                hindered = hindered or decided is None
                nearest = _nearer(nearest, decided)
        if not reached:
            return self._fault(candidate, choice)
        return None if hindered else nearest

    def _fault(self, candidate: int, choice: int) -> Decided | None:
        """Why the candidate may sit nowhere in the list of the choice."""
        sent_back = self.ground.sent_back
        first: int | None = None
        for place in self.ground.places_of(choice):
            first = place if first is None else first
            if (candidate, place) in sent_back:
                return Decided(Code.SENT_BACK_BY_SCHOOL, self.instance.reasons[sent_back[candidate, place]])
        return None if first is None else self.ground.rights(candidate, first).fault

    def sent_back(self, choice: int, sent: SentBack) -> Decided:
        """The verdict of a file that was sent back: how far from the nearest wished programme."""
        nearest: Decided | None = None
        for target in self.ground.live_slices(sent.candidate, choice, wished_only=True):
            if target % self.ground.kinds == sent.kind and self.run.seats[target] > 0:
                nearest = _nearer(nearest, self.at_slice(sent.candidate, target, sent.step))
        if nearest is None:
            return Decided(sent.code)
        return Decided(sent.code, nearest.key, nearest.distance)

    # --- all of them ------------------------------------------------------------------------------------------
    def write(self) -> Written:
        """Every verdict."""
        count = len(self.instance.choice_units)
        written = Written(
            codes=array("B", [Code.PLACED_HIGHER]) * count,
            keys=array("h", [NONE]) * count,
            distances=array("i", [NONE]) * count,
        )
        ground = self.ground
        for candidate in range(len(self.instance.candidates)):
            choices = self.instance.choices_of(candidate)
            if candidate in ground.fixed:
                for choice in choices:
                    written.codes[choice] = Code.PLACED_BEFORE
            elif candidate in ground.out:
                self._write_out(candidate, choices, written)
            else:
                self._write(candidate, choices, written)
        return written

    def _write(self, candidate: int, choices: range, written: Written) -> None:
        run = self.run
        held = run.held.get(candidate)
        used: int | None = None
        for choice in choices:
            if used is not None:
                self._put(written, choice, Decided(Code.FILE_USED, "ordinal", used))
            elif held is not None and choice == held.choice:
                self._put(written, choice, Decided(self._admitting(candidate)))
                self._mark_before(candidate, choice, held.target, written)
                return
            elif choice in run.struck:
                self._put(written, choice, run.struck[choice])
            elif choice in run.sent_back:
                sent = run.sent_back[choice]
                self._put(written, choice, self.sent_back(choice, sent))
                self._mark_pool(choice, sent, written)
                if self.ground.rules.one_shot:
                    used = self.instance.ordinal(candidate, choice)
            else:
                self._put(written, choice, _known(self.turned_away(candidate, choice, written)))

    def _write_out(self, candidate: int, choices: range, written: Written) -> None:
        """Choices of a candidate whom a school sent back under one shot."""
        used: int | None = None
        back = {}
        for choice in choices:
            for place in self.ground.places_of(choice):
                if (candidate, place) in self.ground.sent_back:
                    back[choice] = self.instance.reasons[self.ground.sent_back[candidate, place]]
                    break
        first = self.instance.ordinal(candidate, min(back)) if back else 0
        for choice in choices:
            if choice in back:
                self._put(written, choice, Decided(Code.SENT_BACK_BY_SCHOOL, back[choice]))
                used = first
            elif used is not None:
                self._put(written, choice, Decided(Code.FILE_USED, "ordinal", used))
            else:
                decided = self.turned_away(candidate, choice, None)
                self._put(written, choice, decided or Decided(Code.FILE_USED, "ordinal", first))

    def _admitting(self, candidate: int) -> Code:
        held, step = self.run.held[candidate], self.run.held_in[candidate]
        if held.reassigned:
            return Code.ADMITTED_REASSIGNED
        ledger = self.run.slices[step]
        place = held.target // self.ground.kinds
        standing = self.ground.ordering.standing(candidate, place)
        last = ledger.last[held.target]
        over = last.count > ledger.seats[held.target] and standing == last.standing
        if held.target % self.ground.kinds == 0:
            for quota in self.ground.ceilings(place):
                account = self.run.ceilings[place, quota]
                if account.count > account.room and self.ground.member[quota](candidate):
                    over = over or account.last == (step, standing)
        return Code.ADMITTED_OVER_PLAN if over else Code.ADMITTED

    def _mark_before(self, candidate: int, choice: int, target: int, written: Written) -> None:
        """What stands before the held place in the choice that holds was full."""
        ground, step = self.ground, self.run.held_in[candidate]
        if ground.rules.stages == "two":
            pools = ground.pools(candidate, choice)
            for kind in pools:
                if kind == target % ground.kinds:
                    break
                written.full_pools.add((step, self.instance.choice_units[choice] * ground.kinds + kind))
        for number in ground.live_slices(candidate, choice, wished_only=True):
            if number == target:
                return
            if ground.rules.stages == "one" or number % ground.kinds == target % ground.kinds:
                written.full_slices.add((step, number))

    def _mark_pool(self, choice: int, sent: SentBack, written: Written) -> None:
        """A file sent back: all its slices in the pool were full, and the pools before it."""
        ground, candidate, kind, step = self.ground, sent.candidate, sent.kind, sent.step
        for number in ground.live_slices(candidate, choice):
            if number % ground.kinds == kind:
                written.full_slices.add((step, number))
        for other in ground.pools(candidate, choice):
            if other == kind:
                return
            written.full_pools.add((step, self.instance.choice_units[choice] * ground.kinds + other))

    def _put(self, written: Written, choice: int, decided: Decided) -> None:
        written.codes[choice] = decided.code
        written.keys[choice] = NONE if decided.key is None else self.key_index[decided.key]
        written.distances[choice] = NONE if decided.distance is None else decided.distance


def _known(decided: Decided | None) -> Decided:
    if decided is None:
        raise AssertionError("a choice that came to nothing was hindered by something")
    return decided


def _nearer(best: Decided | None, other: Decided | None) -> Decided | None:
    if other is None or best is None:
        return best or other
    return other if _nearness(other) < _nearness(best) else best


def _nearness(decided: Decided) -> tuple[int, int, int]:
    distance = LARGEST_DISTANCE if decided.distance is None else decided.distance
    return _NEARNESS[decided.code], -decided.position, distance


def first_sent_back(codes: array[int], choices: range) -> Code | None:
    """The first sent-back code among a candidate's choices."""
    return next((Code(codes[choice]) for choice in choices if codes[choice] in SENT_BACK), None)
