"""Many rows at once: COPY into a temporary table, and from there into the real one or into a join.

Row-level security does not allow COPY into a table it guards; an INSERT … SELECT goes through its policies row by row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl
from django.db import connection
from psycopg import sql

Rows = Iterable[Sequence[Any]] | pl.DataFrame
"""Rows one by one, or a whole frame of plain columns: that goes in one piece, several times cheaper a row."""


def copy_rows(table: str, columns: Sequence[str], rows: Rows) -> int:
    """Insert rows into a table by way of a temporary one of its shape; how many."""
    parts = {"real": sql.Identifier(table), "held": sql.Identifier(f"{table}_in"), "names": _names(columns)}
    make = sql.SQL("CREATE TEMPORARY TABLE {held} ON COMMIT DROP AS SELECT {names} FROM {real} WITH NO DATA")
    with connection.cursor() as cursor:
        cursor.execute(make.format(**parts))
        count = _copy(f"{table}_in", columns, rows)
        cursor.execute(sql.SQL("INSERT INTO {real} ({names}) SELECT {names} FROM {held}").format(**parts))
        cursor.execute(sql.SQL("DROP TABLE {held}").format(**parts))
    return count


def temporary(name: str, columns: str, rows: Rows) -> None:
    """A temporary table that goes with the transaction: `columns` in SQL, filled by COPY."""
    table = sql.Identifier(name)
    make = sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP").format(table, sql.SQL(columns))
    with connection.cursor() as cursor:
        cursor.execute(make)
        _copy(name, [part.split()[0] for part in columns.split(",")], rows)
        cursor.execute(sql.SQL("ANALYZE {}").format(table))


def _copy(table: str, columns: Sequence[str], rows: Rows) -> int:
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _names(columns))
    if isinstance(rows, pl.DataFrame):
        with connection.cursor() as cursor, cursor.copy(into + sql.SQL(" (FORMAT csv)")) as copy:
            # Every text in quotes: what is not is null, and an empty text stays one.
            copy.write(rows.write_csv(include_header=False, quote_style="non_numeric"))
        return rows.height
    count = 0
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
