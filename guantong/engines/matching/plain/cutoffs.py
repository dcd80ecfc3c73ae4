"""The rows of cut-offs, read off a finished run: for every slice and pool the steps in which something happened."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from guantong.engines.matching.model import Cutoff
from guantong.engines.matching.plain.ground import Ground
from guantong.engines.matching.plain.ledger import Ledger
from guantong.engines.matching.plain.running import Run
from guantong.engines.matching.plain.seats import StartingSeats
from guantong.engines.matching.plain.verdicts import Written


def cutoff_rows(ground: Ground, run: Run, start: StartingSeats, written: Written) -> Iterator[Cutoff]:
    """Units in order; of each its pools (two stages), then its places with their slices; of each its steps."""
    slices = _Side(run.slices, _steps_of(written.full_slices))
    pools = _Side(run.pools, _steps_of(written.full_pools))
    for unit, name in enumerate(ground.instance.units):
        places = ground.instance.places_of_unit(unit)
        if ground.rules.stages == "two":
            for kind in sorted({target % ground.kinds for place in places for target in start.slices_of[place]}):
                inside = [place * ground.kinds + kind for place in places]
                yield from _rows(ground, run, pools, name, None, unit * ground.kinds + kind, inside)
        for place in places:
            for target in start.slices_of[place]:
                yield from _rows(ground, run, slices, name, place, target, [target])


@dataclass(frozen=True, slots=True)
class _Side:
    """The ledgers of slices, or of pools, by step; and the steps in which each target turned somebody away."""

    ledgers: dict[int, Ledger]
    turned: dict[int, list[int]]

    def eventful(self, target: int) -> list[int]:
        """The steps in which somebody got something at the target, or a tied set closed it."""
        return [step for step, ledger in sorted(self.ledgers.items()) if target in ledger.last or target in ledger.shut]


def _steps_of(marks: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for step, target in marks:
        found.setdefault(target, []).append(step)
    return found


def _rows(
    ground: Ground, run: Run, side: _Side, unit: str, place: int | None, target: int, slices: list[int]
) -> Iterator[Cutoff]:
    """The rows of one target, which holds these ``slices``."""
    is_sequential = ground.rules.mechanism == "sequential"
    steps: list[int | None] = [*side.eventful(target)] or [None]
    full_in = _attributed(side.turned.get(target, []), steps)
    for number, step in enumerate(steps):
        ledger = None if step is None else side.ledgers[step]
        seats = run.seats if step is None else run.slices[step].seats
        last = None if ledger is None else ledger.last.get(target)
        left = sum(seats[one] if step is None else run.slices[step].left(one) for one in slices)
        who = last.candidate if last else None if ledger is None else ledger.shut_by[target]
        names, values = ((), ()) if who is None else ground.ordering.vector(who, place)
        admitted = 0 if step is None else sum(run.slices[step].count(one) for one in slices)
        yield Cutoff(
            unit=unit,
            place=None if place is None else ground.instance.places[place].id,
            slice="ordinary" if target % ground.kinds == 0 else ground.rules.quotas[target % ground.kinds - 1].id,
            names=names,
            values=values,
            ordinal=step if is_sequential else last.ordinal if last else None,
            seats=sum(seats[one] for one in slices),
            admitted=admitted,
            filed=0 if last is None else last.count,
            left=0 if ledger is not None and target in ledger.shut else left,
            full=number in full_in,
        )


def _attributed(turned: list[int], steps: list[int | None]) -> set[int]:
    """The rows that say somebody was turned away: of each step the row of the same step, else the one before it."""
    known = [step for step in steps if step is not None]
    return {max(bisect_right(known, step) - 1, 0) for step in turned}
