"""The fast implementation of docs/dev/matching.md: numba kernels over the instance's own arrays.

``store`` and ``eligibility`` lay out what a run reads (``shapes``); ``seating`` counts open seats; ``settling`` (common
order), ``stages`` (two stages in one sweep, over lists that ``compact`` lays out anew and what ``openings`` keeps) and
``deferring`` (own priorities) seat candidates; ``cutting`` and ``verdicts`` say why; ``running`` and ``outcome`` put it
together. ``serial``, ``heaps`` and ``quick`` are the kernels for plain markets of millions, called from
``plain_markets``. Numba is imported with this package, never by ``guantong.engines.matching``.
"""

from __future__ import annotations

import hashlib

import numpy as np

from guantong.engines.matching import errors
from guantong.engines.matching.fast.compiling import forget_unreadable
from guantong.engines.matching.fast.outcome import outcome_of
from guantong.engines.matching.fast.running import NOTHING, Run
from guantong.engines.matching.fast.seating import after_overflow, seat_fixed
from guantong.engines.matching.fast.shapes import Array, Store
from guantong.engines.matching.fast.stages import file_and_place
from guantong.engines.matching.fast.store import store_of
from guantong.engines.matching.fast.ways import blank, ways_of
from guantong.engines.matching.model import Instance, Outcome

__all__ = ["allocate"]

forget_unreadable(file_and_place)  # before the first kernel is asked for


def allocate(instance: Instance) -> Outcome:
    """The outcome of an instance. Raises :class:`Refusal` MTC-201 should the seats of a repetition ever come back."""
    store = store_of(instance)
    seats, room = store.seats.copy(), store.slices.ceiling_seats.astype(np.int64)
    fixed_slice = seat_fixed(instance, store, seats, room)
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
        moved = after_overflow(instance, store, seats, run.totals.taken) if may_move else seats
        if (moved == seats).all():
            break
        seats = moved
    if verdicts is None:
        run = Run(store, ways, seats, room, out, written, run.struck)
        run.make()
    _write_fixed(store, fixed_slice, written.codes)
    return outcome_of(instance, store, run, written, verdicts_store, fixed_slice, runs)


def _write_fixed(store: Store, fixed_slice: dict[int, int], codes: Array) -> None:
    from guantong.engines.matching.model import Code

    offsets = store.lists.choice_offsets
    for candidate in fixed_slice:
        codes[offsets[candidate] : offsets[candidate + 1]] = int(Code.PLACED_BEFORE)
