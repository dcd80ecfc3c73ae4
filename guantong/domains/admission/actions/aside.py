"""The second implementation in a process of its own, beside the rest of a large run.

The process is given the instance and gives the outcome back, both pickled, through its standard input and output; it
knows no database and imports no more than the engine. When it dies, the caller computes here: the result is the same.
"""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from guantong.engines.matching import Instance, Outcome

log = logging.getLogger("guantong.admission")
WORTH = 25_000
"""Choices from which a second process gains more than its start costs (some 0.3 s)."""

_ROOT = str(Path(__file__).resolve().parents[4])


@contextmanager
def beside(instance: Instance, here: Callable[[Instance], Outcome]) -> Iterator[Callable[[], Outcome]]:
    """Begin the second implementation of a large instance in a process beside this one; the block gets a call that
    waits for its outcome. A small instance, or one whose process died, is computed by ``here`` when asked for. Leaving
    the block ends the process.
    """
    if len(instance.choice_units) < WORTH or (os.cpu_count() or 1) < 2:
        yield lambda: here(instance)
        return
    known = os.environ.get("PYTHONPATH")
    process = subprocess.Popen(
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": _ROOT if not known else os.pathsep.join((_ROOT, known))},
    )
    with ThreadPoolExecutor(1) as thread:
        given = pickle.dumps(instance, pickle.HIGHEST_PROTOCOL)
        answer = thread.submit(lambda: process.communicate(given)[0])

        def wait() -> Outcome:
            found = answer.result()
            if process.returncode == 0:
                outcome = pickle.loads(found)  # noqa: S301 - our own process wrote it
                if isinstance(outcome, Outcome):
                    return outcome
            log.warning("the process of the second implementation ended with %s; computed here", process.returncode)
            return here(instance)

        try:
            yield wait
        finally:
            process.kill()


def main() -> None:
    """What the second process does."""
    from guantong.engines.matching import allocate_plainly
    from guantong.kernel.collecting import seldom_collecting

    with seldom_collecting():
        outcome = allocate_plainly(pickle.load(sys.stdin.buffer))  # noqa: S301 - our own process wrote it
    sys.stdout.buffer.write(pickle.dumps(outcome, pickle.HIGHEST_PROTOCOL))


if __name__ == "__main__":
    main()
