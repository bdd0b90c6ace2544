"""The hub's hottest statements, prepared once a connection: not spelt by the object mapper, not planned each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connections

Given = Sequence[Any] | Mapping[str, Any]


def rows(sql: str, given: Given, alias: str = "default") -> list[tuple[Any, ...]]:
    """What a statement answers, on the connection of this thread and in its transaction."""
    line = connections[alias]
    line.close_if_health_check_failed()
    line.ensure_connection()
    with line.wrap_database_errors:
        done = psycopg.Cursor(line.connection).execute(sql, given, prepare=True)
        return done.fetchall() if done.description else []


def row(sql: str, given: Given, alias: str = "default") -> tuple[Any, ...] | None:
    """The first row, where there is one."""
    return next(iter(rows(sql, given, alias)), None)
