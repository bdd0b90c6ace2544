"""Returns held against each other, and against the census before: who is where, in one statement over all of them.

Every function takes the permit first and runs inside its scope. What is compared crosses establishments inside the
database alone (`compare_return`, `upns_elsewhere`); a session sees only what concerns its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from concord.core.agreement.model import Permit
from concord.store.copying import copy_rows
from concord.store.models import AcrossFinding, EnrolledInReturn, Establishment, ReturnCounts, ReturnVersion

ENROLLED = ("row", "upn", "roll", "status", "entry", "leaving", "born")


def keep_enrolled(permit: Permit, version: ReturnVersion, rows: Iterable[Sequence[Any]]) -> int:
    """Who a version names, anew: rows in the order of `ENROLLED`."""
    EnrolledInReturn.objects.filter(version=version).delete()
    return copy_rows("enrolled_in_return", ("version_id", *ENROLLED), ((version.pk, *row) for row in rows))


def elsewhere(permit: Permit, version: ReturnVersion) -> frozenset[str]:
    """Which UPNs on this version's roll another establishment has on roll too; not which establishment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT upns_elsewhere(%s)", [version.pk])
        return frozenset(row[0] for row in cursor.fetchall())


def keep_counts(permit: Permit, version: ReturnVersion, counts: Mapping[str, float]) -> None:
    ReturnCounts.objects.update_or_create(version=version, defaults={"counts": dict(counts)})


def approved_counts(permit: Permit, laestab: str, collection: str) -> dict[str, float] | None:
    """The counts of an establishment's approved return to a collection; None where none was approved."""
    found = ReturnCounts.objects.filter(
        version__of__establishment=laestab, version__of__collection=collection, version__of__state="approved"
    )
    held = found.filter(version__of__current=F("version_id")).first()
    return dict(held.counts) if held else None


def capacity(permit: Permit, laestab: str) -> int | None:
    """As the establishment register gives it; a zero there means that none is given."""
    return Establishment.objects.filter(laestab=laestab).values_list("capacity", flat=True).first() or None


def compare(
    permit: Permit, version: int, *, before: str, agree: Sequence[str], born: tuple[date, date], at: datetime
) -> list[str]:
    """Hold a version against all other returns; the establishments for whom something came or went."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT compare_return(%s, %s, %s::varchar[], %s, %s, %s)", [version, before, list(agree), *born, at]
        )
        return sorted(row[0] for row in cursor.fetchall())


def findings(permit: Permit, collection: str) -> QuerySet[AcrossFinding]:
    """What returns do not agree about, for the establishments of the permit."""
    rows = AcrossFinding.objects.filter(collection=collection, establishment__in=permit.establishments)
    return rows.order_by("establishment", "kind", "upn")


def named(permit: Permit, collection: str) -> list[tuple[str, str, str]]:
    """Every such pupil: LAEstab, kind, UPN."""
    return list(findings(permit, collection).values_list("establishment", "kind", "upn"))


def names(permit: Permit, laestabs: Iterable[str]) -> dict[str, str]:
    """Names of establishments by LAEstab."""
    found = Establishment.objects.filter(laestab__in=list(laestabs))
    return dict(found.values_list("laestab", "name"))
