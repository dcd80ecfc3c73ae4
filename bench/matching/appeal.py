"""An appeal at the size of a large province: the corrected input run again, and everybody affected listed."""

from __future__ import annotations

import sys
from array import array
from dataclasses import replace

from bench.figures import Figure, at_most
from bench.matching.instances import ORDER, as_instance, make_market
from bench.matching.timing import cpu, size_given, tell
from guantong.engines.matching import affected, allocate
from guantong.engines.matching.model import Column, Instance, Rules

CANDIDATES = 300_000
CORRECTION = 40_000


def corrected(instance: Instance, candidate: int) -> Instance:
    """The instance with one candidate's total and skill raised by forty points; everything else is shared."""
    columns = dict(instance.columns)
    for name in ("total", "skill"):
        values = array("q", columns[name].values)
        values[candidate] += CORRECTION
        columns[name] = Column(values)
    return replace(instance, columns=columns)


def figures(n: int = CANDIDATES) -> list[Figure]:
    """Seconds, and the ratio to the run itself."""
    instance = as_instance(make_market(n), Rules("parallel", "place", ORDER, "admit_all"))
    allocate(as_instance(make_market(1000), instance.rules))
    before = allocate(instance)
    unlucky = next(c for c in range(n // 2, n) if before.place[c] < 0)
    plain = cpu(lambda: allocate(instance), 3) / 1000
    again = cpu(lambda: affected(before, allocate(corrected(instance, unlucky))), 3) / 1000
    changes = affected(before, allocate(corrected(instance, unlucky)))
    if not any(change.candidate == unlucky for change in changes):
        raise AssertionError("the correction changed nothing for the person who appealed")
    note = f"{len(changes)} persons affected, every reason and cut-off made again"
    return [
        at_most(f"appeal run again with persons affected, {n:,} candidates", again, "s", 1, note),
        at_most(
            "appeal run again : plain run", again / plain, "times", 2, f"{again * 1000:.0f} and {plain * 1000:.0f} ms"
        ),
    ]


if __name__ == "__main__":
    sys.exit(tell(figures(size_given(CANDIDATES))))
