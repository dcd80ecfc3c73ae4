"""Provinces on two worker processes of Dask beside one process, and beside one instance of the whole country."""

from __future__ import annotations

import sys
import time
from functools import partial
from typing import Any

import numpy as np

from bench.figures import Figure, at_most
from bench.matching.instances import ORDER, Market, as_instance, make_market
from bench.matching.timing import size_given, tell
from guantong.engines.matching.fast import allocate
from guantong.engines.matching.model import NONE, Instance, Outcome, Rules
from guantong.engines.matching.national import allocate_provinces, local_workers

CANDIDATES = 600_000
PROVINCES = 12
WORKERS = 2


def provinces_of(n: int) -> dict[str, tuple[int, int]]:
    """Size and seed of provinces of unequal size that make up the country."""
    shares = np.linspace(1, 3, PROVINCES)
    sizes = (shares / shares.sum() * n).astype(int)
    return {f"province {number:02d}": (int(size), 100 + number) for number, size in enumerate(sizes)}


def together(markets: list[Market]) -> Market:
    """One market of all."""
    lists, places = 0, 0
    offsets, choices = [np.zeros(1, np.int64)], []
    for market in markets:
        offsets.append(market.offsets[1:] + lists)
        choices.append(market.choices + np.int32(places))
        lists += len(market.choices)
        places += len(market.seats)
    keys = tuple(np.concatenate(parts) for parts in zip(*(market.keys for market in markets), strict=True))
    seats = np.concatenate([market.seats for market in markets])
    number = np.concatenate([market.number for market in markets])
    return Market(np.concatenate(offsets), np.concatenate(choices), seats, keys, number)


def province(size: int, seed: int) -> Instance:
    """A province, made where it is allocated, as it would be read there from its own files."""
    return as_instance(make_market(size, seed=seed), Rules("parallel", "place", ORDER, "admit_all"))


def figures(n: int = CANDIDATES) -> list[Figure]:
    """Overhead in CPU time over the run in one process; prints nothing when results differ."""
    sizes = provinces_of(n)
    sources = {name: partial(province, size, seed) for name, (size, seed) in sizes.items()}
    warm = {str(k): partial(province, 1000, k) for k in range(8)}
    allocate_provinces(warm)
    begun, wall = time.process_time(), time.monotonic()
    single = allocate_provinces(sources)
    alone, alone_wall = time.process_time() - begun, time.monotonic() - wall
    instances = {name: source() for name, source in sources.items()}
    begun = time.process_time()
    allocate_provinces(instances)
    allocating = time.process_time() - begun

    with local_workers(WORKERS) as client:
        allocate_provinces(warm, client=client)

        def spread(provinces: dict[str, Any]) -> tuple[float, float]:
            before, begun, wall = sum(client.run(time.process_time).values()), time.process_time(), time.monotonic()
            if allocate_provinces(provinces, client=client) != single:
                raise AssertionError("a province came out differently on a worker")
            waited = time.monotonic() - wall
            return time.process_time() - begun + sum(client.run(time.process_time).values()) - before, waited

        spent, waited = spread(sources)
        sent, _ = spread(dict(instances))
        used = len(client.run(time.process_time))
    _compare_with_whole(sizes, single)
    note = (
        f"{n:,} candidates, {PROVINCES} provinces, {used} processes, identical by province and to one instance "
        f"of the country; "
        f"CPU {spent:.2f} s, {alone:.2f} s in one process; waited {waited:.2f} s and {alone_wall:.2f} s"
    )
    bare = f"CPU {sent:.2f} s with all instances and outcomes sent, {allocating:.2f} s alone; no limit stated"
    return [
        at_most("national run on Dask, read where it runs : one process", spent / alone, "times its CPU", 2, note),
        at_most(
            "the same, all data sent to the workers : allocating alone", sent / allocating, "times its CPU", 100, bare
        ),
    ]


def _compare_with_whole(sizes: dict[str, tuple[int, int]], single: dict[str, Outcome]) -> None:
    markets = {name: make_market(size, seed=seed) for name, (size, seed) in sizes.items()}
    rules = Rules("parallel", "place", ORDER, "admit_all")
    place = allocate(as_instance(together(list(markets.values())), rules)).place
    whole, first, seats = np.frombuffer(place, np.int32), 0, 0
    for name, market in markets.items():
        mine = np.frombuffer(single[name].place, np.int32)
        if not (whole[first : first + market.n] == np.where(mine == NONE, NONE, mine + seats)).all():
            raise AssertionError(f"{name} came out differently in one instance of the country")
        first, seats = first + market.n, seats + len(market.seats)


if __name__ == "__main__":
    sys.exit(tell(figures(size_given(CANDIDATES))))
