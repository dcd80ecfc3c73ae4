"""Row locks of admission, always taken in this order: cycle, round, run, plans, candidates, lists, placements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db import connection
from django.db.models import Model

Row = TypeVar("Row", bound=Model)


def lock(model: type[Row], pk: int) -> Row:
    """The row, locked for update; ``DoesNotExist`` when it is gone."""
    return model._default_manager.select_for_update(of=("self",)).get(pk=pk)


def lock_many(model: type[Row], pks: Iterable[int]) -> dict[int, Row]:
    """Rows by primary key, locked in the order of their keys."""
    wanted = sorted(set(pks))
    found: dict[int, Row] = {}
    for start in range(0, len(wanted), 500):
        rows = model._default_manager.select_for_update(of=("self",)).filter(pk__in=wanted[start : start + 500])
        found.update((row.pk, row) for row in rows.order_by("pk"))
    return found


def hold(model: type[Row], pk: int) -> Row:
    """The row, held against change by others but not against other holders: thousands may save lists at once while
    nobody can close the round under them. (On SQLite the transaction is the only writer anyway.)"""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT 1 FROM "{model._meta.db_table}" WHERE id = %s FOR SHARE', [pk])
    return model._default_manager.get(pk=pk)
