"""The hub's hottest statements, prepared once a connection: not spelt by the object mapper, not planned each time."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

Given = Sequence[Any] | Mapping[str, Any]


def rows(sql: str, given: Given, alias: str = "default") -> list[tuple[Any, ...]]:
    """What a statement answers, on the connection of this thread and in its transaction."""
    kept = _here.of.get(alias) or _here.of.setdefault(alias, _Line(connections[alias]))
    line = kept.line
    if line.execute_wrappers or line.force_debug_cursor:  # somebody watches what is asked
        with line.cursor() as cursor:
            cursor.execute(sql, given)
            return list(cursor.fetchall()) if cursor.description else []
    line.close_if_health_check_failed()
    line.ensure_connection()
    with line.wrap_database_errors:
        done = kept.cursor().execute(sql, given, prepare=True)
        return done.fetchall() if done.rownumber is not None else []


class _Line:
    """A thread's connection of an alias, and one cursor while it lasts: what that has learned of types serves the next
    statement too."""

    def __init__(self, line: BaseDatabaseWrapper) -> None:
        self.line = line
        self.kept: psycopg.Cursor[tuple[Any, ...]] | None = None

    def cursor(self) -> psycopg.Cursor[tuple[Any, ...]]:
        if self.kept is None or self.kept.connection is not self.line.connection:
            self.kept = psycopg.Cursor(self.line.connection)
        return self.kept


class _Here(threading.local):
    def __init__(self) -> None:
        self.of: dict[str, _Line] = {}


_here = _Here()


def row(sql: str, given: Given, alias: str = "default") -> tuple[Any, ...] | None:
    """The first row, where there is one."""
    return next(iter(rows(sql, given, alias)), None)
