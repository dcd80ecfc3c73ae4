"""Is the installation well? Asked by /healthz and by whoever watches the server."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import DatabaseError, connection

from guantong.base.lawbook import law_on
from guantong.base.webkit.region import serving_region
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal


@dataclass(frozen=True, slots=True)
class State:
    """What was found. ``worker_seen_at`` is the last heartbeat of ``guantong work``, ISO 8601, or ``None``."""

    database: bool
    law_version: str | None
    worker_seen_at: str | None

    @property
    def ok(self) -> bool:
        """Pages can be served: the database answers and the law is loaded. A stopped worker only delays imports."""
        return self.database and self.law_version is not None

    def as_json(self) -> dict[str, object]:
        """The body of /healthz."""
        return {
            "ok": self.ok,
            "region": serving_region().code,
            "database": self.database,
            "law_version": self.law_version,
            "worker_seen_at": self.worker_seen_at,
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
    return State(database, _law_version(), None)


def _law_version() -> str | None:
    try:
        return law_on(clock.today()).version
    except Refusal:
        return None
