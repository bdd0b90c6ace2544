"""Discrepancies, told by one party to the other (clauses 2(d), 5(d)). Every function takes the permit first."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django.db.models import Min, Q, QuerySet

from concord.core.agreement.model import Permit
from concord.store.models import Discrepancy


def add(permit: Permit, **facts: Any) -> Discrepancy:
    """A new one, raised by the permit's actor."""
    return Discrepancy.objects.create(raised_by=permit.actor, raised_role=permit.role, **facts)


def find(permit: Permit, ident: uuid.UUID, *, lock: bool = False) -> Discrepancy | None:
    """The discrepancy, if inside the permit's scope; None as if there never were one otherwise."""
    rows = Discrepancy.objects.filter(pk=ident)
    return (rows.select_for_update() if lock else rows).first()


def same(permit: Permit, pupil: uuid.UUID, item: str, side: str) -> Discrepancy | None:
    """An open one about the same value, raised by the same side: asked twice is asked once."""
    return Discrepancy.objects.filter(pupil=pupil, item=item, raised_side=side, state="open").first()


def listed(
    permit: Permit, *, state: str = "", owner: str = "", items: frozenset[str] | None = None
) -> QuerySet[Discrepancy]:
    """Those within the permit, what is due first at the head."""
    rows = Discrepancy.objects.order_by("due", "raised", "id")
    rows = rows.filter(item__in=items) if items is not None else rows
    rows = rows.filter(owner=owner) if owner else rows
    return rows.filter(state=state) if state else rows


def about(permit: Permit, pupil: uuid.UUID, items: frozenset[str]) -> list[Discrepancy]:
    """A pupil's about these items, the newest first: for the pupil's page."""
    return list(Discrepancy.objects.filter(pupil=pupil, item__in=items).order_by("-raised", "id"))


def waiting(permit: Permit, side: str) -> tuple[int, date | None]:
    """How many wait for a side, to be answered or to be read, and the first day one is due."""
    rows = Discrepancy.objects.filter(Q(state__in=("open", "told"), owner=side))
    return rows.count(), rows.aggregate(first=Min("due"))["first"]


def settle(permit: Permit, one: Discrepancy, outcome: str, answer: str, now: datetime) -> None:
    one.state, one.outcome, one.answer, one.settled_by, one.settled = "settled", outcome, answer, permit.actor, now
    one.save(update_fields=["state", "outcome", "answer", "settled_by", "settled"])


def call_back(permit: Permit, pupil: uuid.UUID, item: str, via: str) -> None:
    """What was told of a conflict's settlement is told no more: it was undone."""
    Discrepancy.objects.filter(pupil=pupil, item=item, state="told", says=via).delete()
