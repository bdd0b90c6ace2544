"""The regular feed's sets, and what is loaded of them. Every function takes the permit first."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection

from concord.core.agreement.model import Permit
from concord.store.copying import temporary
from concord.store.models import FeedSet

Records = dict[str, dict[str, str]]


def held(permit: Permit, laestab: str, kind: str) -> Records:
    """The set as the last delta left it, locked until the transaction ends; empty before the first."""
    found = FeedSet.objects.select_for_update().filter(establishment=laestab, kind=kind).first()
    if found is None:
        return {}
    lines = zlib.decompress(bytes(found.records)).decode().splitlines()
    return {entry["id"]: entry["record"] for entry in map(json.loads, lines)}


def keep(permit: Permit, laestab: str, kind: str, records: Mapping[str, Mapping[str, str]], now: datetime) -> None:
    """The set after a delta, in place of the one before."""
    lines = (json.dumps({"id": ident, "record": dict(record)}, ensure_ascii=False) for ident, record in records.items())
    packed = zlib.compress("\n".join(lines).encode(), 3)
    FeedSet.objects.update_or_create(
        establishment_id=laestab,
        kind=kind,
        defaults={"records": packed, "count": len(records), "received": now, "loaded": None},
    )


def loaded(permit: Permit, laestab: str, kind: str, now: datetime) -> None:
    FeedSet.objects.filter(establishment=laestab, kind=kind).update(loaded=now)


def known(permit: Permit, laestab: str) -> dict[str, str]:
    """UPN → id of every pupil now on this establishment's roll: the feed speaks of these and makes nobody new."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT upn, id::text FROM pupil WHERE laestabs @> ARRAY[%s]::varchar[]", [laestab])
        return dict(cursor.fetchall())


_MARKS = """
INSERT INTO marks_of_year (pupil_id, laestab, begins, marks, recorded)
SELECT pupil, laestab, begins, marks, recorded FROM marking
ON CONFLICT (pupil_id, laestab, begins) DO UPDATE SET marks = excluded.marks, recorded = excluded.recorded
  WHERE marks_of_year.marks <> excluded.marks
"""
_UNMARKED = """
DELETE FROM marks_of_year y WHERE y.laestab = %s AND y.begins IN (SELECT begins FROM marking)
  AND NOT EXISTS (SELECT 1 FROM marking m WHERE m.pupil = y.pupil_id AND m.begins = y.begins)
"""


def mark(permit: Permit, laestab: str, rows: Iterable[tuple[str, str, date, str, datetime]]) -> None:
    """The marks of an establishment's years as its feed has them now: (pupil, laestab, begins, marks, recorded).

    Years that the feed no longer speaks of stay.
    """
    temporary("marking", "pupil uuid, laestab text, begins date, marks text, recorded timestamptz", rows)
    with connection.cursor() as cursor:
        cursor.execute(_MARKS)
        cursor.execute(_UNMARKED, [laestab])
        cursor.execute("DROP TABLE marking")


_TAKEN_BACK = """
DELETE FROM suspension s WHERE s.laestab = %s AND s.via = %s AND s.start >= (SELECT min(start) FROM standing)
  AND NOT EXISTS (SELECT 1 FROM standing t WHERE t.pupil = s.pupil_id AND t.start = s.start AND t.category = s.category)
"""


def take_back_suspensions(permit: Permit, laestab: str, via: str, rows: Iterable[tuple[str, date, str]]) -> int:
    """Suspensions that this feed gave once and, over the days it speaks of, has no more: they go. How many.

    `rows` are those that stand: (pupil, start, category).
    """
    temporary("standing", "pupil uuid, start date, category text", rows)
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN_BACK, [laestab, via])
        gone = cursor.rowcount
        cursor.execute("DROP TABLE standing")
    return int(gone)


_CONTACTS = """
DELETE FROM contact c WHERE c.laestab = %s;
INSERT INTO contact (pupil_id, laestab, priority, surname, forename, relationship, responsibility, phone, recorded)
SELECT pupil, laestab, priority, surname, forename, relationship, responsibility, phone, recorded FROM calling
"""
_CALLING = (
    "pupil uuid, laestab text, priority text, surname text, forename text, relationship text, responsibility text, "
    "phone text, recorded timestamptz"
)


def replace_contacts(permit: Permit, laestab: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """An establishment's contacts as its feed has them now, in place of those before."""
    temporary("calling", _CALLING, rows)
    with connection.cursor() as cursor:
        for statement in _CONTACTS.strip().split(";\n"):
            cursor.execute(statement, [laestab] if "%s" in statement else None)
        cursor.execute("DROP TABLE calling")


def forget(permit: Permit, laestab: str, upn: str) -> list[tuple[str, str]]:
    """Take every record of a pupil out of the sets of an establishment's feed; (kind, record) of each."""
    gone: list[tuple[str, str]] = []
    for kind in FeedSet.objects.filter(establishment=laestab).values_list("kind", flat=True):
        records = held(permit, laestab, kind)
        names = [ident for ident, record in records.items() if record.get("UPN") == upn]
        if names:
            left = {ident: record for ident, record in records.items() if ident not in names}
            found = FeedSet.objects.get(establishment=laestab, kind=kind)
            keep(permit, laestab, kind, left, found.received)
            FeedSet.objects.filter(pk=found.pk).update(loaded=found.loaded)
            gone += [(kind, ident) for ident in names]
    return gone
