"""Requests to see one child's record in an emergency. Every function takes the permit first and runs inside its scope.

A row is seen inside the scope, and by whoever asked for it (`migrations/sql/emergency_access.sql`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from concord.core.agreement.model import Permit
from concord.store.models import EmergencyAccess, LedgerLine

MISSED = "nobody found to open in an emergency"


def add(permit: Permit, pupil: uuid.UUID, places: Iterable[str], **told: object) -> EmergencyAccess:
    """A new request of whoever holds the permit: reason, words, asked, lapses."""
    _acts(permit)
    return EmergencyAccess.objects.create(
        pupil_id=pupil, laestabs=sorted(places), asked_by=permit.actor, asked_role=permit.role, **told
    )


def find(permit: Permit, ident: uuid.UUID, *, lock: bool = False) -> EmergencyAccess | None:
    _acts(permit)
    rows = EmergencyAccess.objects.filter(pk=ident)
    return (rows.select_for_update() if lock else rows).first()


def mine(permit: Permit) -> QuerySet[EmergencyAccess]:
    """What the holder of the permit asked for, newest first."""
    _acts(permit)
    return EmergencyAccess.objects.filter(asked_by=permit.actor)


def listed(permit: Permit, *, state: str = "", now: datetime) -> QuerySet[EmergencyAccess]:
    """The requests inside the permit, newest first; with `state`, those that stand so now."""
    _acts(permit)
    rows = EmergencyAccess.objects.filter(laestabs__overlap=sorted(permit.establishments))
    return rows.filter(_standing(state, now)) if state else rows


def _standing(state: str, now: datetime) -> Q:
    """A state as a condition on rows: `core.agreement.emergency.state_of`, said to the database."""
    yes, ended = Q(answer="yes"), Q(ended__isnull=False, ended__lte=now)
    return {
        "asked": Q(answer="", lapses__gt=now),
        "lapsed": Q(answer="", lapses__lte=now),
        "declined": Q(answer="no"),
        "called_off": Q(answer="off"),
        "ended": yes & ended,
        "open": yes & ~ended & Q(until__gt=now),
        "over": yes & ~ended & Q(until__lte=now),
    }[state]


def answer(permit: Permit, row: EmergencyAccess, said: str, now: datetime, until: datetime | None = None) -> None:
    """The answer, once: `yes` with its end, `no`, or `off` by whoever asked."""
    row.answer, row.decided, row.decided_by, row.until = said, now, permit.actor, until
    row.save(update_fields=["answer", "decided", "decided_by", "until"])


def end(permit: Permit, row: EmergencyAccess, now: datetime) -> None:
    """Close the record before its time, from the next request on."""
    row.ended, row.ended_by = now, permit.actor
    row.save(update_fields=["ended", "ended_by"])


def read(permit: Permit, row: EmergencyAccess) -> None:
    """The establishments of the permit have read that it happened."""
    row.read_at = sorted({*row.read_at, *(permit.establishments & set(row.laestabs))})
    row.save(update_fields=["read_at"])


def to_review(permit: Permit, now: datetime) -> QuerySet[EmergencyAccess]:
    """What was open and is closed, and nobody has reviewed, the oldest first."""
    rows = listed(permit, now=now).filter(answer="yes", review="")
    return rows.filter(Q(ended__lte=now) | Q(until__lte=now)).order_by("until", "id")


def review(permit: Permit, row: EmergencyAccess, outcome: str, words: str, now: datetime) -> None:
    """What a third person found, once."""
    row.review, row.review_words, row.reviewed, row.reviewed_by = outcome, words, now, permit.actor
    row.save(update_fields=["review", "review_words", "reviewed", "reviewed_by"])


def looks(permit: Permit, row: EmergencyAccess) -> int:
    """How often a page about the pupil was opened under this access, by the ledger."""
    if row.decided is None:
        return 0
    made = LedgerLine.objects.filter(kind="deed", flow="emergency-view", actor=row.asked_by, at__gte=row.decided)
    return made.filter(body__contains=f'"case":"emergency {row.id.hex[:8].upper()}"').count()


def misses(permit: Permit, since: datetime) -> int:
    """How often the holder of the permit named somebody who could not be found. Two at a time wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7204, hashtext(%s))", [permit.actor])
    mine = LedgerLine.objects.filter(kind="deed", flow=permit.flow, actor=permit.actor, at__gte=since)
    return mine.filter(body__contains=f'"deed":"{MISSED}"').count()


def _acts(permit: Permit) -> None:
    """Tell the database who acts, for as long as this transaction lasts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('concord.actor', %s, true)", [permit.actor])
