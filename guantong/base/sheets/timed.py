"""Timed work: each piece runs every so often, in one worker at a time."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from guantong.kernel import clock
from guantong.kernel.tokens import public_id

from .kinds import TimedTask, timed_tasks
from .models import TimedRun

log = logging.getLogger("guantong.work")

LEASE = timedelta(hours=1)
"""After this a piece of work that never reported its end may be begun again."""


def run_due_tasks() -> list[str]:
    """Run every task whose time has come; gives the names of those run."""
    return [task.name for task in timed_tasks() if _claim(task) and _run(task)]


def _claim(task: TimedTask) -> bool:
    now = clock.now()
    with transaction.atomic():
        TimedRun.objects.get_or_create(name=task.name)
        due = TimedRun.objects.filter(
            Q(started_at=None) | Q(started_at__lte=now - timedelta(seconds=task.every_seconds)),
            Q(lease_until=None) | Q(lease_until__lt=now),
            name=task.name,
        )
        return bool(due.update(started_at=now, lease_owner=public_id(8), lease_until=now + LEASE))


def _run(task: TimedTask) -> bool:
    try:
        outcome = task.function()
        text = "" if outcome is None else str(outcome)
    except Exception:
        token = public_id(4)
        log.exception("%s timed work %s", token, task.name)
        text = f"没有做成，原因正在查，编号 {token}"
    TimedRun.objects.filter(name=task.name).update(finished_at=clock.now(), lease_until=None, outcome=text[:200])
    return True
