"""Fixtures every room may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from guantong.kernel import clock
from tests.cast import BASELINE, Cast, build_cast

# CI judges a change, so its examples are the same each time; every other run looks for new ones.
hypothesis_settings.register_profile("repeatable", derandomize=True)
if os.environ.get("CI"):
    hypothesis_settings.load_profile("repeatable")


@pytest.fixture
def baseline() -> Iterator[datetime]:
    """Time stands at 2025-10-15 10:00 in China; move it on purpose with ``clock.frozen_at``."""
    with clock.frozen_at(BASELINE):
        yield BASELINE


@pytest.fixture
def cast(db: Any, baseline: datetime) -> Cast:
    """The cast of tests/cast.py, at the baseline."""
    return build_cast()


@pytest.fixture
def application(db: Any) -> Iterator[Any]:
    """The site as a WSGI application, to be called in the test's own thread and transaction.

    The end of a request closes old connections, and one inside a transaction counts as old: on PostgreSQL the test
    would lose its own. Requests leave it open here, as those of ``django.test.Client`` do.
    """
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections

    from guantong.config.wsgi import application as site

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield site
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


@pytest.fixture(scope="session", autouse=True)
def flush_past_append_only() -> Iterator[None]:
    """Let tests with real transactions (browsers, several threads) empty the database: SQLite's triggers step aside."""
    from django.db import connection

    if connection.vendor != "sqlite":
        yield
        return
    from django.db.backends.sqlite3.operations import DatabaseOperations

    flush = DatabaseOperations.execute_sql_flush

    def without_triggers(self: Any, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
        try:
            flush(self, sql_list)
        finally:
            with self.connection.cursor() as cursor:
                for _, text in triggers:
                    cursor.execute(text)

    DatabaseOperations.execute_sql_flush = without_triggers  # type: ignore[method-assign]
    yield
    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests marked ``postgres`` are skipped on other databases."""
    from django.conf import settings

    if "postgresql" in settings.DATABASES["default"]["ENGINE"]:
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL: make test-postgres")
    for item in items:
        if "postgres" in item.keywords:
            item.add_marker(skip)
