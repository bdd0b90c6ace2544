"""Many rows at once: COPY into a table, or into a temporary one to join with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY rows into a table of this program's own naming (never a name from outside); how many."""
    count = 0
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def temporary(name: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    """A temporary table that goes with the transaction: `columns` in SQL, filled by COPY."""
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMPORARY TABLE "{name}" ({columns}) ON COMMIT DROP')
    copy_rows(name, [part.split()[0] for part in columns.split(",")], rows)
    with connection.cursor() as cursor:
        cursor.execute(f'ANALYZE "{name}"')
