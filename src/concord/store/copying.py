"""Many rows at once: COPY into a temporary table, and from there into the real one or into a join.

Row-level security does not allow COPY into a table it guards; an INSERT … SELECT goes through its policies row by row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert rows into a table of this program's own naming (never a name from outside); how many."""
    names = _quoted(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'CREATE TEMPORARY TABLE "{table}_in" ON COMMIT DROP AS SELECT {names} FROM "{table}" WITH NO DATA'  # noqa: S608 - names of this program's own
        )
        count = _copy(f"{table}_in", columns, rows)
        cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM "{table}_in"')  # noqa: S608 - likewise
        cursor.execute(f'DROP TABLE "{table}_in"')
    return count


def temporary(name: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    """A temporary table that goes with the transaction: `columns` in SQL, filled by COPY."""
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMPORARY TABLE "{name}" ({columns}) ON COMMIT DROP')
        _copy(name, [part.split()[0] for part in columns.split(",")], rows)
        cursor.execute(f'ANALYZE "{name}"')


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    count = 0
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({_quoted(columns)}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
