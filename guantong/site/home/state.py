"""Is the installation well? Asked by /healthz and by whoever watches the server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection

from guantong.base.lawbook import law_on
from guantong.base.sheets.kinds import register_timed_task
from guantong.base.sheets.models import TimedRun
from guantong.base.webkit.region import serving_region
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal

HEARTBEAT = "heartbeat"
HEARTBEAT_SECONDS = 60
SILENT_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class State:
    """What was found. ``worker_seen_at`` is the last sign of life of ``guantong work``, or ``None``."""

    database: bool
    law_version: str | None
    worker_seen_at: datetime | None

    @property
    def ok(self) -> bool:
        """Pages can be served: the database answers and the law is loaded. A stopped worker only delays imports."""
        return self.database and self.law_version is not None

    @property
    def worker(self) -> bool:
        """Whether the worker has been heard of lately."""
        return self.worker_seen_at is not None and clock.now() - self.worker_seen_at < SILENT_AFTER

    def as_json(self) -> dict[str, object]:
        """The body of /healthz."""
        return {
            "ok": self.ok,
            "region": serving_region().code,
            "database": self.database,
            "law_version": self.law_version,
            "worker": self.worker,
            "worker_seen_at": self.worker_seen_at.isoformat() if self.worker_seen_at else None,
            "at": clock.now().isoformat(),
        }


def look() -> State:
    """Ask the database, the law and the worker's lease once."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            database = cursor.fetchone() == (1,)
    except DatabaseError:
        database = False
    return State(database, _law_version(), _worker_seen_at() if database else None)


def register_heartbeat() -> None:
    """Have the worker leave a sign of life; called in ``apps.py``."""
    register_timed_task(HEARTBEAT, HEARTBEAT_SECONDS, lambda: None)


def _worker_seen_at() -> datetime | None:
    return TimedRun.objects.filter(name=HEARTBEAT).values_list("finished_at", flat=True).first()


def _law_version() -> str | None:
    try:
        return law_on(clock.today()).version
    except Refusal:
        return None
