"""The array kernels on a plain market: ranking, allocation, deferred acceptance, check, reasons, digest, memory.

What is measured is what ``allocate`` runs, without making an ``Instance``: the same kernels over the same arrays.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from array import array
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.figures import Figure, at_most
from bench.matching.instances import KEY_NAMES, Market, as_instance, make_market
from bench.matching.timing import cpu, in_passes, size_given, tell
from guantong.engines.matching.fast.compiling import kernel, prefetch
from guantong.engines.matching.fast.heaps import defer_plain
from guantong.engines.matching.fast.quick import NO_LIMIT, bit_table, check_plain, distances, reason_codes
from guantong.engines.matching.fast.ranking import Ranking, rank
from guantong.engines.matching.fast.serial import account, open_bits, serve
from guantong.engines.matching.fast.shapes import Own
from guantong.engines.matching.model import NONE, Code, Column, Outcome, Rules
from guantong.engines.matching.sealing.arrays import root_of_blocks

Array = Any
"""A numpy array."""
CANDIDATES = 1_000_000
_NOT_PLACED = int(Code.NOT_PLACED)
_NOBODY = as_instance(make_market(0), Rules("parallel", "place", (), "admit_all"))


@kernel
def _results(
    offsets: Array, choices: Array, held: Array, codes: Array, place: Array, kind: Array, ordinal: Array, reason: Array
) -> None:
    """What an outcome says of every candidate: place, seats, ordinal, reason."""
    for c in range(len(held)):
        begin = np.int64(offsets[c])
        prefetch(choices, begin + 4096)
        prefetch(codes, begin + 4096)
        at = np.uint64(begin + max(held[c], 0))
        place[c] = np.int32(choices[at]) if held[c] >= 0 else np.int32(NONE)
        kind[c] = np.int16(0 if held[c] >= 0 else NONE)
        ordinal[c] = held[c] + 1
        reason[c] = codes[at] if held[c] >= 0 else _NOT_PLACED


@dataclass(slots=True)
class Batch:
    """A plain batch by kernels alone, step by step; tied sets are admitted whole."""

    market: Market
    ranking: Ranking | None = None
    held: Array = None
    limit: Array = None
    over: Array = None
    full: Array = None
    last: Array = None
    codes: Array = None

    def rank(self) -> None:
        """Order and tie groups by seven keys."""
        self.ranking = rank([(key, True) for key in self.market.keys], self.market.n)

    def allocate(self) -> None:
        """Who gets which choice."""
        market, offsets = self.market, self.market.offsets.astype(np.int32)
        self.held = np.empty(market.n, np.int32)
        seats = market.seats.astype(np.int64)
        assert self.ranking is not None
        serve(self.ranking.order, self.ranking.follows, offsets, market.choices, seats, open_bits(seats), self.held)

    def cut_off(self) -> None:
        """The last admitted of every place: its key vector stands in the packed words."""
        market, places = self.market, len(self.market.seats)
        assert self.ranking is not None
        taken, self.last = np.zeros(places, np.int64), np.full(places, -1, np.int32)
        account(
            self.ranking.group,
            market.offsets,
            market.choices,
            np.empty(0, np.int32),
            self.held,
            taken,
            self.last,
            np.zeros(places, np.int32),
        )
        self.limit = np.where(self.last >= 0, self.ranking.group[self.last], -1).astype(np.int32)
        self.over, self.full = taken > market.seats, taken >= market.seats

    def check(self) -> None:
        """Nothing wrong, from the results alone."""
        market = self.market
        assert self.ranking is not None
        everybody = np.ones(market.n, np.bool_)
        limit = np.where(self.full, self.limit, NO_LIMIT).astype(np.int32)
        found = check_plain(
            market.offsets, market.choices, self.held, everybody, self.ranking.group, market.seats, limit, True
        )
        if found:
            raise AssertionError(f"{found} results are wrong")

    def reasons(self) -> None:
        """A code for every choice of everybody."""
        market = self.market
        assert self.ranking is not None
        self.codes = np.empty(len(market.choices), np.uint8)
        self.codes[:] = int(Code.PLACED_HIGHER)
        reason_codes(
            market.offsets,
            market.choices,
            self.held,
            np.ones(market.n, np.bool_),
            self.ranking.group,
            self.limit,
            self.over,
            self.codes,
            np.zeros(len(market.seats), np.bool_),
        )

    def distances(self) -> tuple[Array, Array]:
        """Which key decided and by how much, for every choice that was turned away."""
        market, ranking = self.market, self.ranking
        assert ranking is not None
        keys, far = np.full(len(market.choices), -1, np.int16), np.full(len(market.choices), -1, np.int32)
        distances(
            market.offsets,
            market.choices,
            self.held,
            np.ones(market.n, np.bool_),
            ranking.words,
            ranking.words[:, self.last],
            self.limit,
            bit_table(ranking.at, ranking.shift, ranking.mask, len(ranking.words)),
            ranking.shift,
            ranking.mask,
            ranking.step,
            ranking.worst,
            np.arange(7, dtype=np.int32),
            -1,
            self.codes,
            keys,
            far,
        )
        return keys, far

    def seal(self) -> bytes:
        """The root over the raw arrays, by the very function that seals a real run, on the arrays it is given there."""
        market = self.market
        place: Array = np.empty(market.n, np.int32)
        kind: Array = np.empty(market.n, np.int16)
        ordinal: Array = np.empty(market.n, np.int32)
        reason: Array = np.empty(market.n, np.uint8)
        _results(market.offsets, market.choices, self.held, self.codes, place, kind, ordinal, reason)
        instance = replace(
            _NOBODY,
            columns={name: Column(key) for name, key in zip(KEY_NAMES, market.keys, strict=True)},
            choice_offsets=market.offsets,
            choice_units=market.choices,
        )
        outcome = Outcome(
            place=place,
            slice=kind,
            ordinal=ordinal,
            reason=reason,
            codes=self.codes,
            keys=array("h"),
            distances=array("i"),
            key_names=(),
            cutoffs=(),
        )
        return root_of_blocks(instance, outcome)

    def all(self) -> None:
        """The complete sealed batch."""
        self.rank()
        self.allocate()
        self.cut_off()
        self.check()
        self.reasons()
        self.seal()


def by_rank(batch: Batch) -> Market:
    """The market with rows in rank order."""
    market = batch.market
    assert batch.ranking is not None
    order = batch.ranking.order
    lengths = np.diff(market.offsets)[order]
    offsets = np.zeros(market.n + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    rows = np.repeat(market.offsets[:-1][order] - offsets[:-1], lengths) + np.arange(offsets[-1])
    return Market(
        offsets, market.choices[rows], market.seats, tuple(key[order] for key in market.keys), market.number[order]
    )


def weighted(market: Market, seed: int = 5) -> Own:
    """Weights of every programme: culture 1 to 2, skill 2 to 3, in quarters."""
    places, rng = len(market.seats), np.random.default_rng(seed)
    weights = np.stack([1000 + 250 * rng.integers(0, 5, places), 2000 + 250 * rng.integers(0, 5, places)], 1)
    return Own(
        np.full(places, 2, np.int8),
        np.empty(0, np.int64),
        np.empty(0, np.int32),
        np.empty(0, np.int64),
        np.arange(0, 2 * places + 1, 2, dtype=np.int32),
        np.tile(np.array([0, 1], np.int32), places),
        weights.astype(np.int64).ravel(),
        np.stack([market.keys[2], market.keys[1]], 1),
    )


def figures(n: int = CANDIDATES) -> list[Figure]:
    """Every kernel against its limit."""
    market = make_market(n)
    choices, found = market.choices, []
    batch = Batch(market)
    columns = [-key for key in market.keys[::-1]]
    lexsort = cpu(lambda: np.lexsort(columns), 2)
    found.append(in_passes("ranking by seven keys with tie groups", batch.rank, choices, 15))
    spent = cpu(batch.rank)
    found.append(
        at_most("ranking : numpy lexsort", spent / lexsort, "of its CPU time", 0.6, f"lexsort {lexsort:.0f} ms")
    )
    found.append(in_passes("allocation, rows in any order", batch.allocate, choices, 12))
    batch.cut_off()
    found.append(in_passes("independent check of every result", batch.check, choices, 6))
    found.append(
        in_passes(
            "reason code of every choice", batch.reasons, choices, 9, "keys and distances by a kernel of their own"
        )
    )
    found.append(
        in_passes(
            "key and distance of every choice turned away",
            batch.distances,
            choices,
            60,
            "no limit stated; 60 to notice",
            2,
        )
    )
    found.append(
        in_passes("complete sealed batch", batch.all, choices, 60, "rank, allocate, cut-offs, check, codes, seal", 8)
    )
    ordered = Batch(by_rank(batch))
    ordered.rank()
    found.append(in_passes("allocation, rows in rank order", ordered.allocate, ordered.market.choices, 6))
    del ordered
    ranking = rank([*((key, True) for key in market.keys), (market.number, False)], n)
    own = weighted(market)

    def defer() -> None:
        held, taken = np.full(n, -1, np.int32), np.zeros(len(market.seats), np.int64)
        last = np.full(len(market.seats), -1, np.int32)
        assert defer_plain(ranking.order, market.offsets, choices, own, market.seats, held, taken, last)

    limit = 130 if n <= 1_500_000 else 170
    found.append(
        in_passes("deferred acceptance, programmes with weights of their own", defer, choices, limit, repeats=3)
    )
    found.append(memory(market))
    return found


def memory(market: Market) -> Figure:
    """Peak of a process of its own that reads a market and makes the complete batch, over the bytes of the choice
    array.
    """
    with tempfile.TemporaryDirectory() as folder:
        np.savez(
            Path(folder) / "market.npz",
            offsets=market.offsets,
            choices=market.choices,
            seats=market.seats,
            keys=np.stack(market.keys),
        )
        command = [sys.executable, "-m", "bench.matching.kernels", "memory", folder]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
    before, peak = (int(part) for part in ran.stdout.split())
    size, keys = market.choices.nbytes, 7 * 8 * market.n
    above = f"{(peak - before) / 1e6:.0f} MB above the interpreter"
    note = f"{above}; in it choices {size / 1e6:.0f} MB, keys {keys / 1e6:.0f} MB"
    return at_most("peak memory of the complete batch : choice array", (peak - before) / size, "times", 3, note)


def _resident(name: str) -> int:
    """A line of this process's status in bytes: ``VmRSS`` now, ``VmHWM`` at its peak."""
    for row in Path("/proc/self/status").read_text().splitlines():
        if row.startswith(name):
            return 1024 * int(row.split()[1])
    raise RuntimeError(name)


def _measure_memory(folder: str) -> None:
    Batch(make_market(2000)).all()
    before = _resident("VmRSS")
    with np.load(Path(folder) / "market.npz") as read:
        keys = tuple(read["keys"])
        market = Market(read["offsets"], read["choices"], read["seats"], keys, np.empty(0, np.int64))
    Batch(market).all()
    print(before, _resident("VmHWM"))


if __name__ == "__main__":
    if sys.argv[1:2] == ["memory"]:
        _measure_memory(sys.argv[2])
    else:
        sys.exit(tell(figures(size_given(CANDIDATES))))
