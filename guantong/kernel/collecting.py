"""Python's collector of circular garbage, held back where millions of lasting objects are made one after another."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = (100_000, 20, 100)
"""Objects made before the youngest are looked through, and how often that happens before the older ones are."""


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Within the block garbage in circles is looked for seldom: lists of many lasting objects are not gone through
    again and again, which otherwise costs about a third of the time. Nothing is kept alive longer than it is used, but
    for circles.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
