"""Where hidden records belong, without a word about whom: what the gate must know before it can decide."""

from __future__ import annotations

import uuid

from django.db import connection


def places() -> frozenset[str]:
    """The establishments that have an order to hide."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hidden_places()")
        return frozenset(cursor.fetchone()[0])


def of(ref: uuid.UUID) -> tuple[str, frozenset[str], uuid.UUID | None] | None:
    """The kind of an order, its establishments, and the pupil while not hidden; None where there is no such order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, laestabs, pupil FROM hidden_places_of(%s)", [ref])
        row = cursor.fetchone()
    return (row[0], frozenset(row[1]), row[2]) if row else None
