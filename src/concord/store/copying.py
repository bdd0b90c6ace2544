"""Many rows at once: COPY into a temporary table, and from there into the real one or into a join.

Row-level security does not allow COPY into a table it guards; an INSERT … SELECT goes through its policies row by row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from psycopg import sql


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert rows into a table by way of a temporary one of its shape; how many."""
    parts = {"real": sql.Identifier(table), "held": sql.Identifier(f"{table}_in"), "names": _names(columns)}
    make = sql.SQL("CREATE TEMPORARY TABLE {held} ON COMMIT DROP AS SELECT {names} FROM {real} WITH NO DATA")
    with connection.cursor() as cursor:
        cursor.execute(make.format(**parts))
        count = _copy(f"{table}_in", columns, rows)
        cursor.execute(sql.SQL("INSERT INTO {real} ({names}) SELECT {names} FROM {held}").format(**parts))
        cursor.execute(sql.SQL("DROP TABLE {held}").format(**parts))
    return count


def temporary(name: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    """A temporary table that goes with the transaction: `columns` in SQL, filled by COPY."""
    table = sql.Identifier(name)
    make = sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP").format(table, sql.SQL(columns))
    with connection.cursor() as cursor:
        cursor.execute(make)
        _copy(name, [part.split()[0] for part in columns.split(",")], rows)
        cursor.execute(sql.SQL("ANALYZE {}").format(table))


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    count = 0
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _names(columns))
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
