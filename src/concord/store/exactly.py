"""One pupil named exactly, and which access to a record is open now: what the gate must know before it can decide.

Neither tells a word about the pupil: an opaque id, and establishments. Nobody there, one hidden, one whose whereabouts
are restricted and two who fit are one answer.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.db import connection


def pupil(number: str, called: str, born: date | None) -> tuple[uuid.UUID, frozenset[str]] | None:
    """The one pupil of a UPN (now or before), or of a folded name (surname, then forename) and a birthday."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, laestabs FROM pupil_exactly(%s, %s, %s)", [number, called if born else "", born])
        row = cursor.fetchone()
    return (row[0], frozenset(row[1])) if row else None


def opened(who: uuid.UUID, to_whom: str, of_role: str) -> tuple[uuid.UUID, str, datetime] | None:
    """The access open now to a person of a role for a pupil: its id, its reason, and until when."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, reason, until FROM emergency_open(%s, %s, %s)", [who, to_whom, of_role])
        row = cursor.fetchone()
    return (row[0], row[1], row[2]) if row else None
