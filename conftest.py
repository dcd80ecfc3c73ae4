"""Fixtures every room may use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from guantong.kernel import clock
from tests.cast import BASELINE, Cast, build_cast


@pytest.fixture
def baseline() -> Iterator[datetime]:
    """Time stands at 2025-10-15 10:00 in China; move it on purpose with ``clock.frozen_at``."""
    with clock.frozen_at(BASELINE):
        yield BASELINE


@pytest.fixture
def cast(db: Any, baseline: datetime) -> Cast:
    """The cast of tests/cast.py, at the baseline."""
    return build_cast()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests marked ``postgres`` are skipped on other databases."""
    from django.conf import settings

    if "postgresql" in settings.DATABASES["default"]["ENGINE"]:
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL: make test-postgres")
    for item in items:
        if "postgres" in item.keywords:
            item.add_marker(skip)
