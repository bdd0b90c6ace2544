"""Differences that wait for an MI officer, or were settled. Every function takes the permit first."""

from __future__ import annotations

import uuid

from django.db.models import Count, QuerySet

from concord.core.agreement.model import Permit
from concord.store.models import Change


def open_ones(permit: Permit, kind: str = "") -> QuerySet[Change]:
    """Conflicts not yet settled, oldest first."""
    rows = Change.objects.filter(state="conflict").order_by("raised", "id")
    return rows.filter(kind=kind) if kind else rows


def counts(permit: Permit) -> dict[str, int]:
    """How many conflicts of each kind wait."""
    rows = Change.objects.filter(state="conflict").values_list("kind").annotate(Count("id"))
    return dict(rows)


def find(permit: Permit, change: uuid.UUID, *, lock: bool = False) -> Change | None:
    rows = Change.objects.filter(pk=change)
    return (rows.select_for_update() if lock else rows).first()


def settled(permit: Permit, limit: int = 20) -> QuerySet[Change]:
    """The last settled by a person, newest first."""
    rows = Change.objects.exclude(state="conflict").exclude(decided_by__in=["", "rule"])
    return rows.order_by("-decided")[:limit]
