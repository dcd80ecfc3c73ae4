"""The readable implementation of ``docs/dev/matching.md``: standard library only, one thing after another.

It stands beside ``fast`` as the second opinion on every real run; neither calls the other.
"""

from __future__ import annotations

import hashlib
from array import array

from guantong.engines.matching import errors
from guantong.engines.matching.model import NONE, Code, Cutoff, Instance, Outcome
from guantong.engines.matching.plain.ground import Ground
from guantong.engines.matching.plain.ordering import Decided
from guantong.engines.matching.plain.running import Run
from guantong.engines.matching.plain.seats import StartingSeats, after_overflow, starting_seats
from guantong.engines.matching.plain.verdicts import Judge, Written, first_sent_back

__all__ = ["allocate_plainly"]


def allocate_plainly(instance: Instance) -> Outcome:
    """The outcome of an instance. Raises :class:`Refusal` MTC-201 should the seats of a repetition ever come back."""
    ground = Ground(instance)
    start = starting_seats(ground)
    seats = start.open
    seen: set[bytes] = set()
    runs = 0
    while True:
        state = hashlib.sha256(array("q", seats).tobytes()).digest()
        if state in seen:
            raise errors.STATE_SEEN_TWICE.refuse()
        seen.add(state)
        run, count = _run(ground, seats, start)
        runs += count
        moved = after_overflow(ground, seats, run.taken, start.slices_of)
        if moved == seats:
            break
        seats = moved
    written = Judge(ground, run).write()
    return _outcome(ground, run, start, written, runs)


def _run(ground: Ground, seats: list[int], start: StartingSeats) -> tuple[Run, int]:
    """One run; without one shot, parallel filing is repeated without the choices that were sent back."""
    struck: dict[int, Decided] = {}
    count = 0
    while True:
        run = Run(ground, seats, start.room, struck)
        run.make()
        count += 1
        if ground.rules.mechanism == "sequential" or ground.rules.one_shot or not run.sent_back:
            return run, count
        judge = Judge(ground, run)
        struck = {**struck, **{choice: judge.sent_back(choice, sent) for choice, sent in run.sent_back.items()}}


def _outcome(ground: Ground, run: Run, start: StartingSeats, written: Written, runs: int) -> Outcome:
    instance = ground.instance
    count = len(instance.candidates)
    place, kind = array("i", [NONE]) * count, array("h", [NONE]) * count
    ordinal, reason = array("i", [0]) * count, array("B", [Code.NOT_PLACED]) * count
    for candidate in range(count):
        choices = instance.choices_of(candidate)
        held = run.held.get(candidate)
        target = start.fixed_slice.get(candidate, NONE) if held is None else held.target
        if target != NONE:
            place[candidate], kind[candidate] = divmod(target, ground.kinds)
        if held is not None:
            ordinal[candidate] = instance.ordinal(candidate, held.choice)
            reason[candidate] = written.codes[held.choice]
        elif target != NONE:
            reason[candidate] = Code.PLACED_BEFORE
        elif not choices:
            reason[candidate] = Code.NO_CHOICES
        else:
            reason[candidate] = first_sent_back(written.codes, choices) or Code.NOT_PLACED
    return Outcome(
        place=place,
        slice=kind,
        ordinal=ordinal,
        reason=reason,
        codes=written.codes,
        keys=written.keys,
        distances=written.distances,
        key_names=instance.key_names,
        cutoffs=tuple(_cutoffs(ground, run, start, written)),
        runs=runs,
    )


def _cutoffs(ground: Ground, run: Run, start: StartingSeats, written: Written) -> list[Cutoff]:
    instance, kinds = ground.instance, ground.kinds
    filed: dict[int, int] = {}
    for _, pool in run.filed.values():
        filed[pool] = filed.get(pool, 0) + 1
    rows: list[Cutoff] = []
    for unit, name in enumerate(instance.units):
        places = instance.places_of_unit(unit)
        if ground.rules.stages == "two":
            exist = sorted({target % kinds for place in places for target in start.slices_of[place]})
            for kind in exist:
                slices = [place * kinds + kind for place in places]
                pool = unit * kinds + kind
                last = run.last_of(run.pools, pool)
                names, values = ground.ordering.vector(last.candidate, None) if last else ((), ())
                rows.append(
                    Cutoff(
                        unit=name,
                        place=None,
                        slice=_slice_name(ground, kind),
                        names=names,
                        values=values,
                        ordinal=last.ordinal if last else None,
                        seats=sum(run.seats[target] for target in slices),
                        admitted=sum(run.taken[target] for target in slices),
                        filed=filed.get(pool, 0),
                        full=pool in written.full_pools,
                    )
                )
        for place in places:
            rows.extend(_slice_row(ground, run, written, name, target) for target in start.slices_of[place])
    return rows


def _slice_row(ground: Ground, run: Run, written: Written, unit: str, target: int) -> Cutoff:
    place, kind = divmod(target, ground.kinds)
    last = run.last_of(run.slices, target)
    names, values = ground.ordering.vector(last.candidate, place) if last else ((), ())
    return Cutoff(
        unit=unit,
        place=ground.instance.places[place].id,
        slice=_slice_name(ground, kind),
        names=names,
        values=values,
        ordinal=last.ordinal if last else None,
        seats=run.seats[target],
        admitted=run.taken[target],
        filed=run.taken[target],
        full=target in written.full_slices,
    )


def _slice_name(ground: Ground, kind: int) -> str:
    return "ordinary" if kind == 0 else ground.rules.quotas[kind - 1].id
