"""Records out of everybody's reach (clauses 4(i), 4(j)). The application role may read none of their tables.

Each function calls one of the database's doors (`migrations/sql/hidden_orders.sql`), which reads the ledger to learn
that `permit` was given a moment ago, to whom and for which establishments. Every function takes the permit first and
runs inside its scope (`store.scope.under`).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from concord.core.agreement.model import Permit

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Order:
    """An order to hide, by its opaque reference. It says nothing of whom."""

    ref: uuid.UUID
    kind: str
    state: str
    laestabs: tuple[str, ...]
    asked_by: str
    asked_side: str
    asked: datetime
    decided: datetime | None
    undo_by: str
    pupil: uuid.UUID | None
    seen: Mapping[str, datetime | None]


def ask(permit: Permit, pupil: uuid.UUID, kind: str, side: str) -> uuid.UUID:
    """Ask for a pupil to be hidden; the reference. Asked again, the same reference. LookupError where there is none."""
    return uuid.UUID(str(_one("SELECT hide_ask(%s, %s, %s, %s)", pupil, kind, permit.ref, side)))


def decide(
    permit: Permit, ref: uuid.UUID, side: str, *, yes: bool, marks: Sequence[str], drops: Sequence[Record]
) -> None:
    """A second person hides the pupil, or anybody of the two parties declines."""
    _one("SELECT hide_decide(%s, %s, %s, %s, %s, %s)", ref, permit.ref, side, yes, list(marks), json.dumps(list(drops)))


def undo(permit: Permit, ref: uuid.UUID, *, yes: bool) -> str:
    """The first call asks for the record to be shown, the second, by somebody else, shows it; `yes=False` ends that."""
    return str(_one("SELECT hide_undo(%s, %s, %s)", ref, permit.ref, yes))


def orders(permit: Permit) -> list[Order]:
    """The orders within the permit's establishments, newest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM hidden_orders()")
        return [_order(row) for row in cursor.fetchall()]


def _order(row: tuple[Any, ...]) -> Order:
    ref, kind, state, laestabs, asked_by, side, asked, decided, undo_by, pupil, establishment, authority = row
    seen = {"establishment": establishment, "authority": authority}
    return Order(ref, kind, state, tuple(laestabs), asked_by, side, asked, decided, undo_by or "", pupil, seen)


def opened(permit: Permit, ref: uuid.UUID, side: str) -> list[tuple[str, Record]]:
    """The rows of a hidden pupil that the permit opens, each with its table's name; none where it opens nothing."""
    rows = _one("SELECT hidden_open(%s, %s, %s)", ref, permit.ref, side)
    return [(row["rel"], row["body"]) for row in (json.loads(rows) if isinstance(rows, str) else rows)]


def seen(permit: Permit, ref: uuid.UUID, side: str) -> None:
    """A party has seen the notice: from then on it opens to that party no more."""
    _one("SELECT hidden_seen(%s, %s, %s)", ref, permit.ref, side)


def among(permit: Permit, marks: Iterable[str]) -> dict[str, str]:
    """Those of these marks that belong to somebody hidden, with the kind of hiding."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT mark, kind FROM hidden_among(%s)", [list(marks)])
        return dict(cursor.fetchall())


def quarantine(permit: Permit, laestab: str, via: str, rows: Sequence[tuple[Sequence[str], Record]]) -> None:
    """Keep rows (their marks, the record) that came in about somebody hidden, where nobody sees them."""
    told = [{"marks": list(marks), "record": record} for marks, record in rows]
    _one("SELECT quarantine_put(%s, %s, %s)", laestab, via, json.dumps(told))


def drops(permit: Permit, laestab: str) -> dict[str, list[str]]:
    """What the courier of an establishment must forget: record names by kind of feed."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, record FROM courier_drops(%s)", [laestab])
        for kind, record in cursor.fetchall():
            found.setdefault(kind, []).append(record)
    return found


def steady(permit: Permit) -> None:
    """Until the transaction ends, nobody is hidden or shown: a load must see the same register throughout."""
    _one("SELECT pg_advisory_xact_lock_shared(7203)")


def _one(sql: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        row = cursor.fetchone()
    return row[0] if row else None
