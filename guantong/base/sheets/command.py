"""``guantong work``: import jobs and timed work. One process is enough; several do no harm."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from typing import Any

PAUSE_SECONDS = 2.0
"""Between looks for work, when there was none."""


def register(groups: Any) -> None:
    """Add the ``work`` command."""
    parser: argparse.ArgumentParser = groups.add_parser("work", help="办理表格导入和定时工作")
    parser.add_argument("--once", action="store_true", help="做完手头的工作就结束")
    parser.set_defaults(run=run)


def work_once() -> tuple[int, int]:
    """Everything there is to do now: (jobs worked on, timed tasks run)."""
    from .timed import run_due_tasks
    from .worker import STOPPING, run_one_job

    jobs = 0
    while not STOPPING.is_set() and run_one_job(tells=True) is not None:
        jobs += 1
    tasks = 0 if STOPPING.is_set() else len(run_due_tasks())
    return jobs, tasks


def run(options: argparse.Namespace) -> int:
    """Work until told to stop (SIGTERM, SIGINT): the present chunk is finished first."""
    if options.once:
        jobs, tasks = work_once()
        sys.stdout.write(f"办理了 {jobs} 件导入、{tasks} 项定时工作。\n")
        return 0
    from .worker import STOPPING

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: STOPPING.set())
    work_until(STOPPING)
    return 0


def work_until(stop: threading.Event) -> None:
    """Look for work again and again until ``stop`` is set; also usable from a thread.

    Every look begins as a request does: a connection too old, or broken by an error, is put away first. ``work_once``
    leaves the connection alone, because its caller may be inside a transaction.
    """
    import logging

    from django.db import close_old_connections

    while not stop.is_set():
        close_old_connections()
        try:
            jobs, _ = work_once()
        except Exception:  # the database may be away for a moment
            logging.getLogger("guantong.work").exception("looking for work")
            jobs = 0
        if not jobs:
            stop.wait(PAUSE_SECONDS)
