"""The readable implementation of ``docs/dev/matching.md``: standard library only, one thing after another.

It stands beside ``fast`` as the second opinion on every real run; neither calls the other.
"""

from __future__ import annotations

import hashlib
from array import array

from guantong.engines.matching import errors
from guantong.engines.matching.model import NONE, Code, Instance, Outcome
from guantong.engines.matching.plain.cutoffs import cutoff_rows
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
        cutoffs=tuple(cutoff_rows(ground, run, start, written)),
        runs=runs,
    )
