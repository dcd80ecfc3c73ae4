"""Many rows at once, the fast way each database offers: prepared statements on SQLite, COPY on PostgreSQL.

For ledgers and imports only. Everything runs in the caller's transaction; table and column names come from models,
never from people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def table_of(model: type[Model]) -> str:
    """Table name of a model."""
    return str(model._meta.db_table)


def reserve_ids(model: type[Model], count: int) -> range | list[int]:
    """``count`` unused primary keys of ``model``, ascending.

    SQLite: the caller's transaction holds the write lock (IMMEDIATE), so the highest key plus one is ours.
    PostgreSQL: taken from the table's sequence.
    """
    table = table_of(model)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [f'"{table}"', count]
            )
            return sorted(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        cursor.execute(f'SELECT COALESCE(MAX(id), 0) FROM "{table}"')  # noqa: S608
        first = max(int(row[0]) if row else 0, int(cursor.fetchone()[0])) + 1
        return range(first, first + count)


def insert_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows given as tuples in the order of ``columns`` (database column names).

    Values are plain driver values: dates and datetimes are adapted here for SQLite (ISO text, as Django stores them).
    """
    table = table_of(model)
    names = ", ".join(f'"{c}"' for c in columns)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:  # type: ignore[union-attr]
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    connection.ensure_connection()
    connection.connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)  # noqa: S608


def update_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Update rows by primary key: each row is the new values of ``columns`` followed by the key."""
    table = table_of(model)
    if connection.vendor == "postgresql":
        sets = ", ".join(f'"{c}" = %s' for c in columns)
        with connection.cursor() as cursor:
            cursor.executemany(f'UPDATE "{table}" SET {sets} WHERE id = %s', list(rows))  # noqa: S608
        return
    sets = ", ".join(f'"{c}" = ?' for c in columns)
    connection.ensure_connection()
    connection.connection.executemany(f'UPDATE "{table}" SET {sets} WHERE id = ?', rows)  # noqa: S608


def moment_for_driver(moment: Any) -> Any:
    """An aware datetime as the driver stores it: text in UTC on SQLite, itself on PostgreSQL."""
    if connection.vendor == "postgresql":
        return moment
    return connection.ops.adapt_datetimefield_value(moment)


def day_for_driver(day: Any) -> Any:
    """A date as the driver stores it."""
    if connection.vendor == "postgresql" or day is None:
        return day
    return day.isoformat()
