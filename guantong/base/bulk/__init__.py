"""Many rows at once, the fast way each database offers: prepared statements on SQLite, COPY on PostgreSQL.

For ledgers and imports only. Everything runs in the caller's transaction; table and column names come from models,
never from people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Model

_AT_ONCE = 900
"""Most values named in one query on SQLite (older builds allow 999)."""


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
        cursor.execute(f'SELECT COALESCE(MAX(id), 0) FROM "{table}"')
        first = max(int(row[0]) if row else 0, int(cursor.fetchone()[0])) + 1
        return range(first, first + count)


def insert_rows(
    model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, skip_known: bool = False
) -> None:
    """Insert rows given as tuples in the order of ``columns`` (database column names).

    ``skip_known`` leaves out rows that would break a unique key: somebody else was quicker.

    Values are plain driver values: days and moments by :func:`day_for_driver` and :func:`moment_for_driver`, JSON as
    text. Raises what the ORM would (``IntegrityError`` …).
    """
    table = table_of(model)
    names = ", ".join(f'"{c}"' for c in columns)
    if connection.vendor == "postgresql" and skip_known:
        marks = ", ".join(["%s"] * len(columns))
        with connection.cursor() as cursor:
            cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING', list(rows))
        return
    if connection.vendor == "postgresql":
        with (
            connection.cursor() as cursor,
            connection.wrap_database_errors,
            cursor.cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy,
        ):
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    connection.ensure_connection()
    known = " ON CONFLICT DO NOTHING" if skip_known else ""
    with connection.wrap_database_errors:
        connection.connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks}){known}', rows)


def update_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Update rows by primary key: each row is the new values of ``columns`` followed by the key."""
    table = table_of(model)
    if connection.vendor == "postgresql":
        sets = ", ".join(f'"{c}" = %s' for c in columns)
        with connection.cursor() as cursor:
            cursor.executemany(f'UPDATE "{table}" SET {sets} WHERE id = %s', list(rows))
        return
    sets = ", ".join(f'"{c}" = ?' for c in columns)
    connection.ensure_connection()
    with connection.wrap_database_errors:
        connection.connection.executemany(f'UPDATE "{table}" SET {sets} WHERE id = ?', rows)


def fetch_by(
    model: type[Model], columns: Sequence[str], key: str, values: Sequence[Any], *, lock: bool = False, only: str = ""
) -> list[tuple[Any, ...]]:
    """Rows of ``model`` whose column ``key`` is one of ``values``, as tuples of ``columns`` as the driver gives them.

    ``lock`` takes the rows for update, in the order of ``key``: give the values sorted. On SQLite the caller's
    transaction already holds the only write lock there is. ``only`` is a further condition, written in the code: the
    very words of a partial index's condition, so that the index is used.
    """
    table = table_of(model)
    further = f" AND {only}" if only else ""
    names = ", ".join(f'"{c}"' for c in columns)
    found: list[tuple[Any, ...]] = []
    if connection.vendor == "postgresql":
        locking = f' ORDER BY "{key}" FOR UPDATE' if lock else ""
        with connection.cursor() as cursor:
            for start in range(0, len(values), 10_000):
                cursor.execute(
                    f'SELECT {names} FROM "{table}" WHERE "{key}" = ANY(%s){further}{locking}',
                    [list(values[start : start + 10_000])],
                )
                found.extend(cursor.fetchall())
        return found
    connection.ensure_connection()
    execute = connection.connection.execute
    for start in range(0, len(values), _AT_ONCE):
        part = values[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(part))
        found.extend(execute(f'SELECT {names} FROM "{table}" WHERE "{key}" IN ({marks}){further}', part))
    return found


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


def days_for_driver() -> Callable[[date | None], Any]:
    """:func:`day_for_driver` for many days: the database is asked for once, and days met before are remembered."""
    if connection.vendor == "postgresql":
        return lambda day: day
    known: dict[date | None, str | None] = {None: None}

    def as_text(day: date | None) -> str | None:
        text = known.get(day)
        if text is None and day is not None:
            text = known[day] = day.isoformat()
        return text

    return as_text
