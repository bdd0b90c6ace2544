"""Which establishments pupils are at, without a word about the pupils: what the gate must know before it can decide."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import connection


def whereabouts(pupils: Iterable[uuid.UUID]) -> dict[uuid.UUID, frozenset[str]]:
    """Establishments of each pupil that there is; a hidden pupil is one that there is not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, laestabs FROM pupil_whereabouts(%s)", [list(pupils)])
        return {row[0]: frozenset(row[1]) for row in cursor.fetchall()}
