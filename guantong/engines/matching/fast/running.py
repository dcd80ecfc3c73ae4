"""One run from given seats: all choices at once or ordinal by ordinal, one stage or two; then its verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from guantong.engines.matching.fast.compact import heads_of_one
from guantong.engines.matching.fast.cutting import Step, Written
from guantong.engines.matching.fast.deferring import least_limits
from guantong.engines.matching.fast.eventful import Ordinal, note
from guantong.engines.matching.fast.openings import tables_of
from guantong.engines.matching.fast.plain_markets import defer_quickly, serve_quickly
from guantong.engines.matching.fast.settling import ADMIT_ALL, FILING, LOTTERY, ONE_STAGE, PLACING, REJECT_ALL, settle
from guantong.engines.matching.fast.shapes import Store
from guantong.engines.matching.fast.stages import file_and_place, ring, write_results
from guantong.engines.matching.fast.targets import (
    Ceilings,
    Held,
    Targets,
    ceilings_of,
    nothing_held,
    open_after,
    targets_of,
)
from guantong.engines.matching.fast.verdicts import judge, judge_out, strike
from guantong.engines.matching.fast.ways import Totals, Ways, scratch_of

Array = Any
"""A numpy array."""

NOTHING = np.empty(0, np.bool_)


@dataclass(slots=True)
class Run:
    """One run. ``written`` None: no verdicts are asked for, except of struck choices."""

    store: Store
    ways: Ways
    seats: Array  # int64, slices: open when the run begins
    room: Array  # int64, ceilings
    out: Array  # int32: candidates out of the batch
    written: Written | None
    struck: Array = field(default_factory=lambda: NOTHING)
    totals: Totals = field(init=False)
    ceilings: Ceilings = field(init=False)
    wide: Array = field(init=False)
    sent_any: bool = False
    ordinals: list[Ordinal] = field(default_factory=list)
    """What happened at each ordinal of a sequential run."""

    def make(self) -> None:
        """Make the run."""
        store, n = self.store, len(self.store.keys.group)
        slices, pools = len(self.seats), len(store.slices.pool_quota)
        ways = self.ways
        by_kernel = store.plain_places and ways.common and not ways.sequential and ways.ties != REJECT_ALL
        kept = n if by_kernel or ways.sequential else 0  # else the one step's own arrays are taken over
        self.totals = Totals(
            taken=np.zeros(slices, np.int64),
            filed=np.zeros(pools, np.int64),
            last=np.full(slices, -1, np.int32),
            last_ordinal=np.zeros(slices, np.int32),
            pool_last=np.full(pools, -1, np.int32),
            pool_last_ordinal=np.zeros(pools, np.int32),
            served=np.zeros(slices, np.int32),
            pool_closed=np.full(pools, -1, np.int32),
            choice=np.full(kept, -1, np.int64),
            target=np.full(kept, -1, np.int32),
        )
        self.ceilings = ceilings_of(self.room)
        self.wide = scratch_of(store)
        if by_kernel:
            serve_quickly(store, self.ways, self.seats, self.totals, self.written)
            return
        if not self.ways.sequential:
            offsets = store.lists.choice_offsets
            self._step(0, self.seats, store.order, self.out, offsets[:-1], offsets[1:])
            return
        before, gone = self.seats, np.zeros(n, np.bool_)
        for number, first, end, has in self._ordinals():
            order = store.order[has[store.order] & ~gone[store.order]]
            out = self.out[has[self.out]]
            step = self._step(number, before, order, out, first, end)
            self.ordinals.append(note(step, store.slices.pool, self.written))
            before = open_after(step.slices)
            gone[order[step.held.choice[order] >= 0]] = True
            if self.ways.one_shot and self.ways.two_stages:
                gone[order[(step.filed.choice[order] >= 0) & (step.held.choice[order] < 0)]] = True

    def _ordinals(self) -> Iterator[tuple[int, Array, Array, Array]]:
        """Every ordinal anybody wrote, the bounds of the one choice of each candidate, and who has one."""
        lists = self.store.lists
        offsets = lists.choice_offsets
        if len(lists.ordinals) == 0:
            for number in range(1, int(np.diff(offsets).max(initial=0)) + 1):
                first = offsets[:-1] + (number - 1)
                has = first < offsets[1:]
                yield number, np.where(has, first, 0), np.where(has, first + 1, 0), has
            return
        at = offsets[:-1].copy()
        for number in np.unique(lists.ordinals):
            inside = at < offsets[1:]
            has = np.zeros(len(at), np.bool_)
            has[inside] = lists.ordinals[at[inside]] == number
            yield int(number), at.copy(), at + has, has
            at += has

    def _step(self, number: int, seats: Array, order: Array, out: Array, first: Array, end: Array) -> Step:
        store, ways, totals = self.store, self.ways, self.totals
        lists, slices = store.lists, store.slices
        targets = targets_of(seats)
        if ways.two_stages:
            pools = self._files(seats)
            filed, held, sent = self._file_and_place(number, order, first, end, seats, pools, targets)
            totals.pool_closed[pools.closed >= 0] = number
            self.sent_any = self.sent_any or bool(sent.any())
            totals.filed += pools.taken
            _enter(pools, totals.pool_last, totals.pool_last_ordinal)
        else:
            pools, filed, sent = targets_of(np.empty(0, np.int64)), nothing_held(0), np.empty(0, np.uint8)
            held = self._seat(number, order, first, end, seats, targets)
        totals.taken += targets.taken
        _enter(targets, totals.last, totals.last_ordinal)
        totals.served[(targets.taken > 0) | (targets.closed >= 0)] = number
        if ways.sequential:
            holding = order[held.choice[order] >= 0]
            totals.choice[holding] = held.choice[holding]
            totals.target[holding] = held.target[holding]
        else:
            totals.choice, totals.target = held.choice, held.target
        step = Step(
            targets,
            pools,
            self.seats,
            totals.served,
            totals.pool_closed,
            self.ceilings,
            held,
            filed,
            sent,
            number,
            ways.two_stages,
            ways.one_shot,
        )
        if self.written is not None:
            judge(
                lists,
                slices,
                store.own,
                store.keys,
                store.reasons,
                step,
                order,
                first,
                end,
                self.struck,
                self.written,
                self.wide,
            )
            if len(out):  # compiled only where schools sent somebody back
                judge_out(
                    lists, slices, store.own, store.keys, store.reasons, step, out, first, end, self.written, self.wide
                )
        self.last_step = step
        return step

    def _seat(self, number: int, order: Array, first: Array, end: Array, seats: Array, targets: Targets) -> Held:
        """One stage: what everybody holds."""
        store, ways = self.store, self.ways
        lists, slices, group = store.lists, store.slices, store.keys.group
        held = nothing_held(len(group))
        if ways.common:
            settle(
                ONE_STAGE,
                ways.ties,
                number,
                lists,
                slices,
                group,
                order,
                first,
                end,
                targets,
                seats,
                self.ceilings,
                NOTHING,
                nothing_held(0),
                ways.most_seats,
                held,
                np.empty(0, np.uint8),
                *self._scratch(len(seats)),
            )
        elif not (
            store.plain_places
            and ways.ties == LOTTERY
            and not ways.sequential
            and defer_quickly(store, order, targets, held)
        ):
            least_limits(
                ways.ties,
                number,
                lists,
                slices,
                store.own,
                group,
                order,
                first,
                end,
                targets,
                self.ceilings,
                held,
                self.wide,
            )
        return held

    def _file_and_place(
        self,
        number: int,
        order: Array,
        first: Array,
        end: Array,
        seats: Array,
        pools: Targets,
        targets: Targets,
    ) -> tuple[Held, Held, Array]:
        """Where everybody is filed and held, and who is sent back."""
        store, ways = self.store, self.ways
        lists, slices, group, compact = store.lists, store.slices, store.keys.group, store.compact
        if (
            ways.ties != REJECT_ALL
            and len(compact.heads)
            and not len(self.struck)
            and max(int(pools.left.max()), int(seats.max())) < 2**30
        ):
            follows = np.zeros(len(order), np.uint8)
            if ways.ties == ADMIT_ALL:
                follows = store.follows
                if len(order) != len(store.order):
                    in_order = group[order]
                    follows = np.zeros(len(order), np.uint8)
                    follows[1:] = in_order[1:] == in_order[:-1]
            heads = heads_of_one(compact, first, end > first) if ways.sequential else compact.heads
            tables = tables_of(slices, compact, seats, pools.left)
            results = np.empty(len(group), np.int64)
            if len(order) < len(group):
                results[:] = -1
            file_and_place(lists, compact, slices.live, heads, order, follows, max(number, 1), tables, results, ring())
            return write_results(slices, lists.unit_offsets, heads, tables, results, pools, targets)
        filed, held, sent = nothing_held(len(group)), nothing_held(len(group)), np.zeros(len(group), np.uint8)
        settle(
            FILING,
            ways.ties,
            number,
            lists,
            slices,
            group,
            order,
            first,
            end,
            pools,
            seats,
            self.ceilings,
            self.struck,
            nothing_held(0),
            False,
            filed,
            sent,
            *self._scratch(len(pools.start)),
        )
        in_pool = order[filed.choice[order] >= 0]
        settle(
            PLACING,
            ways.ties,
            number,
            lists,
            slices,
            group,
            in_pool,
            first,
            end,
            targets,
            seats,
            self.ceilings,
            NOTHING,
            filed,
            ways.most_seats,
            held,
            sent,
            *self._scratch(len(seats)),
        )
        return filed, held, sent

    def _files(self, seats: Array) -> Targets:
        """Pools with the files they may be sent: ⌈open seats × ratio⌉, none once closed."""
        open_seats = np.zeros(len(self.store.slices.pool_quota), np.int64)
        np.add.at(open_seats, self.store.slices.pool, seats)
        numerator, denominator = self.ways.ratio
        files = -(-open_seats * numerator // denominator)
        files[self.totals.pool_closed >= 0] = 0
        return targets_of(files)

    last_step: Step = field(init=False)

    def _scratch(self, targets: int) -> tuple[Array, Array, Array]:
        closing = self.ways.ties == REJECT_ALL
        crowd = np.zeros(targets if closing else 0, np.int64)
        return self.wide, crowd, np.empty(len(self.store.keys.group) if closing else 0, np.int64)

    def strike_sent_back(self, written: Written) -> None:
        """Strike out what was sent back in a run of all choices at once; verdicts go to ``written``."""
        store, step = self.store, self.last_step
        strike(
            store.lists,
            store.slices,
            store.own,
            store.keys,
            store.reasons,
            step,
            store.order,
            self.struck,
            written,
            self.wide,
        )


def _enter(targets: Targets, last: Array, last_ordinal: Array) -> None:
    some = targets.taken > 0
    last[some] = targets.last[some]
    last_ordinal[some] = targets.last_ordinal[some]


__all__ = ["NOTHING", "Run"]
