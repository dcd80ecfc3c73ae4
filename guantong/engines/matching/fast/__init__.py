"""The fast implementation of docs/dev/matching.md: numba kernels over the instance's own arrays.

``store`` and ``eligibility`` lay out what a run reads (``shapes``); ``settling`` (common order), ``stages`` (two stages
in one sweep) and ``deferring`` (own priorities) seat candidates; ``cutting`` and ``verdicts`` say why; ``running`` and
``outcome`` put it together. ``serial``, ``heaps`` and ``quick`` are the kernels for plain markets of millions, called
from ``plain_markets``. Numba is imported with this package, never by ``guantong.engines.matching``.
"""

from __future__ import annotations

import hashlib

import numpy as np

from guantong.engines.matching import errors
from guantong.engines.matching.fast.asking import has_bit
from guantong.engines.matching.fast.outcome import outcome_of
from guantong.engines.matching.fast.running import NOTHING, Run
from guantong.engines.matching.fast.shapes import Array, Store
from guantong.engines.matching.fast.store import store_of
from guantong.engines.matching.fast.ways import blank, ways_of
from guantong.engines.matching.model import Instance, Outcome

__all__ = ["allocate"]


def allocate(instance: Instance) -> Outcome:
    """The outcome of an instance. Raises :class:`Refusal` MTC-201 should the seats of a repetition ever come back."""
    store = store_of(instance)
    seats, room = store.seats.copy(), store.slices.ceiling_seats.astype(np.int64)
    fixed_slice = _seat_fixed(instance, store, seats, room)
    ways = ways_of(instance, store, bool(store.follows.any()))
    out = np.empty(0, np.int32)
    if instance.rules.one_shot and len(store.lists.back_offsets):
        backs = np.diff(store.lists.back_offsets) > 0
        backs[list(fixed_slice)] = False
        out = np.flatnonzero(backs).astype(np.int32)
    many, pools = len(store.lists.choice_units), len(store.slices.pool_quota)
    written, verdicts_store = blank(many, len(seats), pools)
    may_move = any(quota.unfilled_to != "none" for quota in instance.rules.quotas if quota.kind != "ceiling")
    repeats = ways.two_stages and not ways.sequential and not ways.one_shot
    seen: set[bytes] = set()
    runs = 0
    while True:
        state = hashlib.sha256(seats.tobytes()).digest()
        if state in seen:
            raise errors.STATE_SEEN_TWICE.refuse()
        seen.add(state)
        verdicts = None if may_move or repeats else written
        run = Run(store, ways, seats, room, out, verdicts, np.zeros(many, np.bool_) if repeats else NOTHING)
        run.make()
        runs += 1
        while repeats and run.sent_any:
            run.strike_sent_back(written)
            run = Run(store, ways, seats, room, out, None, run.struck)
            run.make()
            runs += 1
        moved = _after_overflow(instance, store, seats, run.totals.taken) if may_move else seats
        if (moved == seats).all():
            break
        seats = moved
    if verdicts is None:
        run = Run(store, ways, seats, room, out, written, run.struck)
        run.make()
    _write_fixed(store, fixed_slice, written.codes)
    return outcome_of(instance, store, run, written, verdicts_store, fixed_slice, runs)


def _seat_fixed(instance: Instance, store: Store, seats: Array, room: Array) -> dict[int, int]:
    """Take the seats of fixed placements: the first slice of the candidate with an open seat, else the first."""
    slices, found = store.slices, {}
    for candidate, place in zip(instance.fixed_candidates, instance.fixed_places, strict=True):
        bits = slices.bits[candidate]
        mine = [
            number
            for number in range(slices.offsets[place], slices.offsets[place + 1])
            if (bits & slices.member[number] == slices.member[number]).all()
            and not (bits & slices.forbid[number]).any()
        ]
        chosen = next((number for number in mine if seats[number] > 0), mine[0])
        seats[chosen] = max(0, seats[chosen] - 1)
        found[candidate] = chosen
        if slices.quota[chosen] < 0:
            for row in range(slices.ceiling_offsets[place], slices.ceiling_offsets[place + 1]):
                if has_bit(slices, candidate, slices.ceiling_bit[row]):
                    room[row] = max(0, room[row] - 1)
    return found


def _after_overflow(instance: Instance, store: Store, seats: Array, taken: Array) -> Array:
    """The seats of the next run: what stayed open in kept slices has moved along ``unfilled_to``."""
    quotas, slices = instance.rules.quotas, store.slices
    number_of = {quota.id: q for q, quota in enumerate(quotas)}
    moved = seats.copy()
    for number in np.flatnonzero((slices.quota >= 0) & (seats > taken)):
        place = slices.place[number]
        here = {int(slices.quota[at]): at for at in range(slices.offsets[place], slices.offsets[place + 1])}
        name = quotas[slices.quota[number]].unfilled_to
        while name in number_of and number_of[name] not in here:
            name = quotas[number_of[name]].unfilled_to
        if name == "none":
            continue
        left = seats[number] - taken[number]
        moved[number] -= left
        moved[here[number_of.get(name, -1)]] += left
    return moved


def _write_fixed(store: Store, fixed_slice: dict[int, int], codes: Array) -> None:
    from guantong.engines.matching.model import Code

    offsets = store.lists.choice_offsets
    for candidate in fixed_slice:
        codes[offsets[candidate] : offsets[candidate + 1]] = int(Code.PLACED_BEFORE)
