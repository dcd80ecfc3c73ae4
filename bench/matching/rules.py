"""Everything a province's batch may ask for at once, against the plain allocation of as many candidates."""

from __future__ import annotations

import sys

import numpy as np

from bench.figures import Figure, at_most
from bench.matching.instances import as_instance, make_groups, make_market, provincial_rules
from bench.matching.kernels import Batch
from bench.matching.timing import cpu, size_given, tell
from guantong.engines.matching.fast import allocate
from guantong.engines.matching.fast.compact import compact_of
from guantong.engines.matching.fast.running import Run
from guantong.engines.matching.fast.store import store_of
from guantong.engines.matching.fast.ways import ways_of

CANDIDATES = 1_000_000


def figures(n: int = CANDIDATES) -> list[Figure]:
    """One run under full rules; the same with verdicts and repetitions for overflow as information."""
    plain = Batch(make_market(n))
    plain.rank()
    plain.allocate()
    before = cpu(plain.allocate)
    market, groups = make_groups(n)
    instance = as_instance(market, provincial_rules(), groups=groups)
    store = store_of(instance)
    run = Run(
        store,
        ways_of(instance, store, True),
        store.seats.copy(),
        store.slices.ceiling_seats.astype(np.int64),
        np.empty(0, np.int32),
        None,
    )
    run.make()
    spent = cpu(run.make, 3)
    laid_out = cpu(lambda: compact_of(store.lists, store.slices), 3)
    base = min(before, cpu(plain.allocate))
    note = (
        f"{spent:.0f} ms and {base:.0f} ms; groups with up to six wishes, reassignment, ratio 1.05, two lines, "
        f"two conditions, veterans' quota with a line of its own, tied sets, two stages, cut-offs; "
        f"{instance.wish_offsets[-1]:,} wishes; before, and once for all runs, lists laid out in {laid_out:.0f} ms"
    )
    found = [at_most("full provincial rules : plain allocation", spent / base, "times", 4, note)]
    whole = cpu(lambda: allocate(instance), 1)
    outcome = allocate(instance)
    note = f"{outcome.runs} runs for overflow, every verdict and cut-off, {len(instance.choice_units):,} choices"
    found.append(
        at_most("full provincial rules, allocate() from an Instance", whole / 1000, "s", 60, note + "; no limit stated")
    )
    return found


if __name__ == "__main__":
    sys.exit(tell(figures(size_given(CANDIDATES))))
