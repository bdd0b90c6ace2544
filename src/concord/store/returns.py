"""Returns, their versions, findings and notes. Every function takes the permit first, and is bound by its scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BooleanField, CharField, Count, F, Func, Min, QuerySet, Value

from concord.core.agreement.model import EVERY, Permit
from concord.store.copying import copy_rows
from concord.store.models import CollectionReturn, Finding, Note, ReturnEvent, ReturnVersion, SealedFile

FINDING_COLUMNS = (
    "rule",
    "dfe_rule",
    "severity",
    "level",
    "table",
    "row",
    "pupil",
    "item",
    "line",
    "message",
    "digest",
)


def within(permit: Permit) -> QuerySet[CollectionReturn]:
    """The returns the permit covers."""
    every = CollectionReturn.objects.select_related("establishment", "current")
    return every if permit.establishments & EVERY else every.filter(_at(sorted(permit.establishments)))


def _at(places: list[str]) -> Func:
    """At one of these establishments, as one parameter: a county's places as one each cost more than all they find."""
    held = Value(places, ArrayField(CharField(max_length=8)))
    any_of = {"template": "(%(expressions)s))", "arg_joiner": " = ANY ("}
    return Func(F("establishment_id"), held, output_field=BooleanField(), **any_of)


def find(permit: Permit, laestab: str, collection: str) -> CollectionReturn | None:
    return within(permit).filter(establishment=laestab, collection=collection).first()


def find_version(permit: Permit, version: int) -> ReturnVersion | None:
    of = within(permit).values("id")
    return ReturnVersion.objects.select_related("of", "of__establishment", "file").filter(pk=version, of__in=of).first()


def open_return(permit: Permit, laestab: str, collection: str, now: datetime) -> CollectionReturn:
    """The establishment's return to a collection, locked until the transaction ends; made when there is none."""
    CollectionReturn.objects.get_or_create(establishment_id=laestab, collection=collection, defaults={"changed": now})
    return CollectionReturn.objects.select_for_update(of=("self",)).get(establishment_id=laestab, collection=collection)


def lock(permit: Permit, found: CollectionReturn) -> CollectionReturn:
    """The same return, locked: two people acting at once act one after the other.

    Nothing is joined: a row joined to one that had to be waited for is the row from before the wait.
    """
    return within(permit).select_related(None).select_for_update().get(pk=found.pk)


def with_current(permit: Permit, laestab: str, collection: str) -> tuple[CollectionReturn, ReturnVersion] | None:
    """A return and its current version, locked; None before a first file."""
    found = within(permit).filter(establishment=laestab, collection=collection).first()
    of = lock(permit, found) if found else None
    return (of, of.current) if of and of.current else None


def approved(permit: Permit, laestab: str) -> list[str]:
    """The collections to which the LA has approved this establishment's return."""
    found = within(permit).filter(establishment=laestab, state="approved")
    return list(found.values_list("collection", flat=True))


def add_version(
    permit: Permit, of: CollectionReturn, file: SealedFile, *, name: str, by: str, via: str, now: datetime
) -> ReturnVersion:
    number = (of.versions.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    return ReturnVersion.objects.create(of=of, number=number, file=file, name=name, received=now, by=by, via=via)


def step(
    permit: Permit,
    of: CollectionReturn,
    verb: str,
    state: str,
    now: datetime,
    *,
    reason: str = "",
    version: ReturnVersion | None = None,
) -> None:
    """Move a return to a state and write the step into its history."""
    of.state, of.changed = state, now
    of.save(update_fields=["state", "changed", "current"])
    ReturnEvent.objects.create(
        of=of, at=now, verb=verb, state=state, by=permit.actor, role=permit.role, reason=reason, version=version
    )


def replace_findings(permit: Permit, version: ReturnVersion, rows: Iterable[Sequence[Any]]) -> int:
    """The findings of a version, anew: rows in the order of `FINDING_COLUMNS`."""
    version.findings.all().delete()
    return copy_rows("finding", ("version_id", *FINDING_COLUMNS), ((version.pk, *row) for row in rows))


def causes(permit: Permit, version: ReturnVersion) -> list[dict[str, Any]]:
    """Findings by cause: rule, severity, message and how many, errors first, most first."""
    rows = version.findings.values("rule", "dfe_rule", "severity", "item", "table").annotate(
        count=Count("id"), pupils=Count("pupil", distinct=True), example=Min("message")
    )
    return sorted(map(dict, rows), key=lambda row: (row["severity"] != "error", -row["count"], row["rule"]))


def findings(permit: Permit, version: ReturnVersion) -> QuerySet[Finding]:
    return version.findings.order_by("severity", "rule", "pupil", "id")


def notes(permit: Permit, of: CollectionReturn) -> QuerySet[Note]:
    return of.notes.order_by("id")


_UNSAID = """
DELETE FROM note n USING finding f WHERE n.of_id = %s AND f.id = ANY(%s)
  AND n.rule = f.rule AND n.pupil = f.pupil AND n.item = f.item AND n.digest = f.digest
"""


def explain(permit: Permit, of: int, chosen: Sequence[Finding], *, reason: str, text: str, now: datetime) -> None:
    """Put one note on each of these findings of a return, in place of one on the very same data."""
    with connection.cursor() as cursor:
        cursor.execute(_UNSAID, [of, [one.pk for one in chosen]])
    Note.objects.bulk_create(
        Note(
            of_id=of,
            rule=one.rule,
            pupil=one.pupil,
            item=one.item,
            digest=one.digest,
            reason=reason,
            text=text,
            by=permit.actor,
            at=now,
        )
        for one in {(one.rule, one.pupil, one.item, one.digest): one for one in chosen}.values()
    )


def events(permit: Permit, of: CollectionReturn) -> list[ReturnEvent]:
    return list(of.events.all())


def versions(permit: Permit, of: CollectionReturn) -> list[ReturnVersion]:
    return list(of.versions.order_by("-number"))


_UNEXPLAINED = """
SELECT count(*) FROM finding f WHERE f.version_id = %s AND f.severity = 'query' AND NOT EXISTS (
  SELECT 1 FROM note n WHERE n.of_id = %s AND n.rule = f.rule AND n.pupil = f.pupil AND n.item = f.item
    AND n.digest = f.digest)
"""


def unexplained(permit: Permit, version: ReturnVersion) -> int:
    """How many queries of a version have no note that still holds."""
    with connection.cursor() as cursor:
        cursor.execute(_UNEXPLAINED, [version.pk, version.of_id])
        return int(cursor.fetchone()[0])
