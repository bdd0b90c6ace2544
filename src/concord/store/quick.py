"""The hub's hottest statements, prepared once a connection: not spelt by the object mapper, not planned each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

Given = Sequence[Any] | Mapping[str, Any]


def rows(sql: str, given: Given, alias: str = "default") -> list[tuple[Any, ...]]:
    """What a statement answers, on the connection of this thread and in its transaction."""
    line = connections[alias]
    if line.execute_wrappers or line.force_debug_cursor:  # somebody watches what is asked
        with line.cursor() as cursor:
            cursor.execute(sql, given)
            return list(cursor.fetchall()) if cursor.description else []
    line.close_if_health_check_failed()
    line.ensure_connection()
    with line.wrap_database_errors:
        done = _cursor(line).execute(sql, given, prepare=True)
        return done.fetchall() if done.rownumber is not None else []


_cursors: WeakKeyDictionary[BaseDatabaseWrapper, psycopg.Cursor[tuple[Any, ...]]] = WeakKeyDictionary()


def _cursor(line: BaseDatabaseWrapper) -> psycopg.Cursor[tuple[Any, ...]]:
    """One for each connection: what it has learned of types serves the next statement too."""
    kept = _cursors.get(line)
    if kept is None or kept.connection is not line.connection:
        kept = _cursors[line] = psycopg.Cursor(line.connection)
    return kept


def row(sql: str, given: Given, alias: str = "default") -> tuple[Any, ...] | None:
    """The first row, where there is one."""
    return next(iter(rows(sql, given, alias)), None)
