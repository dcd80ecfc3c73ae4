"""Several people at the same moment, on real connections: by row locks on PostgreSQL, by the one writer on SQLite."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, connections
from django.db.utils import load_backend

from guantong.kernel import clock
from tests.cast import BASELINE

Work = Callable[[], Any]


class Together:
    """Runs pieces of work at the same moment, each in its own thread on its own connection."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_sqlite = connection.vendor == "sqlite"

    def share(self) -> None:
        """Put what was set up where the threads see it."""
        if self.is_sqlite:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(self.path)])
            with closing(sqlite3.connect(self.path)) as own:
                own.execute("PRAGMA journal_mode=WAL")  # now: of several who switch at once all but one are refused

    def _own_connection(self) -> Any:
        settings = dict(connections.settings["default"])
        settings["NAME"] = str(self.path) if self.is_sqlite else connection.settings_dict["NAME"]
        own = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, "default")
        connections["default"] = own
        return own

    def run(self, works: list[Work], moment: datetime = BASELINE) -> list[Any]:
        """What each returned or raised, in order."""
        results: list[Any] = [None] * len(works)
        start = threading.Barrier(len(works))

        def body(index: int, work: Work) -> None:
            own = self._own_connection()
            try:
                with clock.frozen_at(moment):
                    own.ensure_connection()
                    start.wait(timeout=60)
                    results[index] = work()
            except BaseException as error:  # kept for the test to judge
                results[index] = error
            finally:
                own.close()

        threads = [threading.Thread(target=body, args=pair, daemon=True) for pair in enumerate(works)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
            assert not thread.is_alive()
        return results

    def reads(self, work: Work) -> Any:
        """The result of one piece of work on the same database."""
        (result,) = self.run([work])
        if isinstance(result, BaseException):
            raise result
        return result
