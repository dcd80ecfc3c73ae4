"""CPU time, the pass everything is measured in, and peak memory."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

from bench.__main__ import line
from bench.figures import Figure

Array = Any
"""A numpy array."""
REPEATS = 15


@njit(cache=True)
def _sum(values: Array) -> int:
    total = 0
    for value in values:
        total += value
    return total


def cpu(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """The least CPU time of this process over some repetitions, in milliseconds."""
    least = float("inf")
    for _ in range(repeats):
        begun = time.process_time()
        work()
        least = min(least, time.process_time() - begun)
    return least * 1000


def one_pass(choices: Array) -> float:
    """Milliseconds of one sequential read of the flat choice array as int64, the faster of two ways."""
    words = choices[: len(choices) // 2 * 2].view(np.int64)
    _sum(words)
    return min(cpu(lambda: int(words.sum()), 9), cpu(lambda: _sum(words), 9))


def in_passes(
    name: str, work: Callable[[], object], choices: Array, limit: float, note: str = "", repeats: int = REPEATS
) -> Figure:
    """A figure in passes; the pass is measured before and after the work, so that both see the same machine."""
    before = one_pass(choices)
    work()
    spent = cpu(work, repeats)
    unit = min(before, one_pass(choices))
    passes = spent / unit
    told = f"{spent:.1f} ms, pass {unit:.2f} ms" + (f"; {note}" if note else "")
    return Figure(name, passes, "passes", limit, None, passes <= limit, told)


def tell(figures: list[Figure]) -> int:
    """Print figures as ``python -m bench`` does; 1 when one fails."""
    for figure in figures:
        print(line(figure), flush=True)
    return int(any(not figure.passed for figure in figures))


def size_given(standard: int) -> int:
    """The size on the command line of a part run by itself."""
    return int(sys.argv[1]) if len(sys.argv) > 1 else standard
