"""The pupil register. Every function takes the permit first and runs inside its scope (`store.scope.under`).

What a caller gets back is filtered in the query: by row-level security for whose data, by the permit's categories
for what.

A whole record, as the pupil page shows it, is read in one statement: `store.record`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from concord.core.agreement.model import Permit
from concord.store.models import Pupil, PupilValue
from concord.store.scope import NOWHERE

Row = dict[str, Any]


def find(permit: Permit, pupil: uuid.UUID) -> Pupil | None:
    """The pupil, if inside the permit's scope; None as if there never were one otherwise."""
    return next(iter(Pupil.objects.raw("SELECT * FROM pupil WHERE id = %s", [pupil])), None)


def values(permit: Permit, pupil: uuid.UUID, items: Iterable[str]) -> list[PupilValue]:
    """The values held now of the items given, each with who said so and when."""
    sql = "SELECT * FROM pupil_value WHERE pupil_id = %s AND item = ANY(%s) AND superseded IS NULL ORDER BY item"
    return list(PupilValue.objects.raw(sql, [pupil, list(items)]))


def history(permit: Permit, pupil: uuid.UUID, item: str) -> list[PupilValue]:
    """Every value an item ever had, newest first."""
    return list(PupilValue.objects.filter(pupil=pupil, item=item).order_by("-recorded", "-id"))


def on_roll(permit: Permit, laestab: str) -> list[tuple[uuid.UUID, str]]:
    """Id and name of every pupil now at an establishment: to name ledger lines' subjects to their own school."""
    rows = Pupil.objects.filter(laestabs__contains=[laestab]).values_list("id", "forename", "surname")
    return [(pupil, f"{forename} {surname}") for pupil, forename, surname in rows]


def many(permit: Permit, ids: Iterable[uuid.UUID]) -> list[Pupil]:
    """Those of these pupils that are inside the permit's scope."""
    return list(Pupil.objects.filter(pk__in=list(ids)))


def count(permit: Permit) -> int:
    """How many pupils the permit covers."""
    return Pupil.objects.count()


def first_elsewhere(permit: Permit, places: Iterable[str]) -> Pupil | None:
    """The first pupil by surname who is on a roll, and on none of these establishments'."""
    there = Pupil.objects.exclude(laestabs__overlap=[*places, NOWHERE])
    return there.order_by("surname", "id").first()
