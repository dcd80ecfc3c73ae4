"""Several threads doing something at the same moment, each with its own database connection (PostgreSQL)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from guantong.kernel.refusal import Refusal


def all_at_once(doings: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run every function in a thread of its own, started together; results in order, a refusal as its code.

    Any other exception is raised here. ContextVars (the frozen clock) do not reach threads: functions set their own.
    """
    from django.db import connection

    barrier = threading.Barrier(len(doings))
    results: list[Any] = [None] * len(doings)
    faults: list[BaseException] = []

    def run(place: int) -> None:
        try:
            barrier.wait(timeout=30)
            results[place] = doings[place]()
        except Refusal as refusal:
            results[place] = refusal.code
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(doings))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    if faults:
        raise faults[0]
    return results
