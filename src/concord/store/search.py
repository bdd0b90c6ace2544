"""The search of the register, behind the database's own door (`migrations/sql/pupil_search.sql`).

The function there applies the scope of the transaction itself, so that the index answers: 250,000 pupils within 100 ms.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from concord.core.agreement.model import Permit

Row = dict[str, Any]
Place = tuple[int, str]
"""Where a page ended: the rank and the key of its last row."""
START: Place = (-1, "")


def find(
    permit: Permit,
    names: Sequence[str],
    identifiers: Sequence[str] = (),
    born: Sequence[date] = (),
    *,
    after: Place = START,
    limit: int = 50,
) -> list[Row]:
    """Pupils in scope whose names hold every word (folded), spelled so or nearly so, with the number and birthday.

    Whole names first, then beginnings, then near spellings, each in order of name. A row has `rank` and `key`: the next
    page starts after them.
    """
    if not (names or identifiers or born):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, surname, forename, dob, upn, laestabs, rank, key FROM pupil_search(%s, %s, %s, %s, %s, %s)",
            [list(names), list(identifiers), list(born), *after, limit],
        )
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
