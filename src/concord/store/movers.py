"""Who moved, and who left and did not arrive, from the enrolments of all establishments (clause 3(f)).

Every function takes the permit first and runs inside its scope (`store.scope.under`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Min, QuerySet

from concord.core.agreement.model import Permit
from concord.store.models import MoverCase

Row = dict[str, Any]

# The last leaving of every pupil who is on no roll, young enough and recent enough.
_GONE = """
SELECT DISTINCT ON (p.id) p.id, e.laestab, e.leaving, e.via, e.year_group, p.dob
FROM pupil p JOIN enrolment e ON e.pupil_id = p.id
WHERE p.laestabs = '{LA}' AND e.leaving BETWEEN %s AND %s AND (p.dob IS NULL OR p.dob > %s)
ORDER BY p.id, e.leaving DESC, e.id DESC
"""


def gone(permit: Permit, since: date, until: date, born_after: date) -> list[tuple[Any, ...]]:
    """(pupil, establishment left, day, via, year group, birthday) of each pupil who left and is on no roll."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE, [since, until, born_after])
        return list(cursor.fetchall())


def values(permit: Permit, pupils: Sequence[uuid.UUID], items: Sequence[str]) -> dict[uuid.UUID, dict[str, str]]:
    """The values of some items held now of these pupils."""
    found: dict[uuid.UUID, dict[str, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pupil_id, item, value FROM pupil_value "
            "WHERE superseded IS NULL AND pupil_id = ANY(%s) AND item = ANY(%s)",
            [list(pupils), list(items)],
        )
        for pupil, item, value in cursor.fetchall():
            found.setdefault(pupil, {})[item] = value
    return found


def suspended(permit: Permit, pupils: Sequence[uuid.UUID], since: date) -> frozenset[uuid.UUID]:
    """Those of these pupils with a suspension or exclusion since a day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT pupil_id FROM suspension WHERE start >= %s AND pupil_id = ANY(%s)", [since, list(pupils)]
        )
        return frozenset(row[0] for row in cursor.fetchall())


def open_cases(permit: Permit, found: Iterable[Mapping[str, Any]]) -> int:
    """New cases, one a leaving: pupil, laestab, left, via, year_group, signs, raised, due. How many are new."""
    rows = [MoverCase(state="open", **one) for one in found]
    known = set(
        MoverCase.objects.filter(pupil__in=[one.pupil_id for one in rows]).values_list("pupil_id", "laestab", "left")
    )
    new = [one for one in rows if (one.pupil_id, one.laestab, one.left) not in known]
    MoverCase.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


_ARRIVED = """
UPDATE mover_case c SET state = 'closed', outcome = 'found', to_laestab = e.laestab, closed = %s, closed_by = %s,
  words = 'On roll by ' || e.via
FROM pupil p, LATERAL (SELECT n.laestab, n.via FROM enrolment n WHERE n.pupil_id = p.id AND n.leaving IS NULL
                       ORDER BY n.entry DESC LIMIT 1) e
WHERE c.state = 'open' AND p.id = c.pupil_id
"""


def arrived(permit: Permit, now: datetime) -> int:
    """Close the cases of those who are on a roll again, with where; how many."""
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVED, [now, permit.actor])
        return int(cursor.rowcount)


def cases(permit: Permit, *, state: str = "", laestab: str = "") -> QuerySet[MoverCase]:
    """Cases within the permit, what is due first at the head."""
    rows = MoverCase.objects.select_related("pupil").order_by("due", "raised", "id")
    rows = rows.filter(laestab=laestab) if laestab else rows
    return rows.filter(state=state) if state else rows


def find(permit: Permit, ident: uuid.UUID, *, lock: bool = False) -> MoverCase | None:
    rows = MoverCase.objects.filter(pk=ident)
    return (rows.select_for_update() if lock else rows.select_related("pupil")).first()


def close(permit: Permit, case: MoverCase, outcome: str, *, to: str, words: str, now: datetime) -> None:
    case.state, case.outcome, case.to_laestab, case.words = "closed", outcome, to, words
    case.closed, case.closed_by = now, permit.actor
    case.save(update_fields=["state", "outcome", "to_laestab", "words", "closed", "closed_by"])


def waiting(permit: Permit) -> tuple[int, date | None]:
    """How many cases are open, and the first day one is due."""
    found = MoverCase.objects.filter(state="open").aggregate(count=Count("id"), first=Min("due"))
    return found["count"], found["first"]


# A transfer: one enrolment ended, another at a different establishment began.
_MOVED = """
SELECT p.id, p.forename, p.surname, p.upn, f.laestab AS was, f.leaving AS left, t.laestab AS now, t.entry AS joined,
       (t.entry - f.leaving) AS days
FROM enrolment f JOIN enrolment t ON t.pupil_id = f.pupil_id AND t.laestab <> f.laestab AND t.entry >= f.leaving
JOIN pupil p ON p.id = f.pupil_id
WHERE t.entry >= %s AND f.leaving IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM enrolment m WHERE m.pupil_id = f.pupil_id AND m.entry > f.entry AND m.entry < t.entry)
  AND (t.entry, p.id) < (%s, %s)
ORDER BY t.entry DESC, p.id DESC LIMIT %s
"""


def moved(permit: Permit, since: date, *, before: tuple[date, uuid.UUID], limit: int) -> list[Row]:
    """Transfers since a day, the latest first, one page from `before` down."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, [since, *before, limit])
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
