"""What establishment and LA say to each other about a return, what was taken further, receipts, and copies awaited.

Every function takes the permit first and runs inside its scope.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, Max, Min, OuterRef, Prefetch, QuerySet

from concord.core.agreement.model import Permit
from concord.store.models import (
    CollectionReturn,
    CopyNote,
    QueryThread,
    Referral,
    ReturnReceipt,
    ReturnVersion,
    ThreadMessage,
)
from concord.store.scope import under


def open_thread(permit: Permit, of: CollectionReturn, rule: str, state: str, now: datetime) -> QueryThread:
    """The thread about one rule of a return (or about the return: no rule), locked; made when there is none."""
    QueryThread.objects.get_or_create(of=of, rule=rule, defaults={"state": state, "opened": now, "changed": now})
    return QueryThread.objects.select_for_update().get(of=of, rule=rule)


def lock(permit: Permit, thread: int) -> QueryThread | None:
    return QueryThread.objects.select_for_update().filter(pk=thread).first()


def move(permit: Permit, thread: QueryThread, state: str, now: datetime) -> None:
    thread.state, thread.changed = state, now
    thread.save(update_fields=["state", "changed"])


def say(permit: Permit, thread: QueryThread, side: str, text: str, now: datetime) -> None:
    ThreadMessage.objects.create(thread=thread, at=now, by=permit.actor, role=permit.role, side=side, text=text)


def refer(
    permit: Permit, thread: QueryThread, *, to: str, asked: date, reference: str, words: str, now: datetime
) -> None:
    Referral.objects.create(
        thread=thread, to=to, asked=asked, reference=reference, words=words, by=permit.actor, recorded=now
    )


def open_referral(permit: Permit, thread: QueryThread, referral: int) -> Referral | None:
    """A referral of this thread that has no outcome yet, locked."""
    return thread.referrals.select_for_update().filter(pk=referral, answered=None).first()


def waiting_referrals(permit: Permit, thread: QueryThread) -> int:
    return thread.referrals.filter(answered=None).count()


def answer(permit: Permit, referral: Referral, outcome: str, on: date) -> None:
    referral.outcome, referral.answered, referral.answered_by = outcome, on, permit.actor
    referral.save(update_fields=["outcome", "answered", "answered_by"])


def of_return(permit: Permit, laestab: str, collection: str) -> list[QueryThread]:
    """The threads of one return with all that was said, the last changed first."""
    rows = QueryThread.objects.filter(of__establishment=laestab, of__collection=collection).order_by("-changed", "-id")
    said = Prefetch("messages", ThreadMessage.objects.order_by("id"))
    return list(rows.prefetch_related(said, "referrals"))


def everywhere(permit: Permit, collection: str, state: str = "") -> QuerySet[QueryThread]:
    """The threads of a collection inside the permit's scope, the longest unanswered first."""
    rows = QueryThread.objects.select_related("of", "of__establishment").filter(of__collection=collection)
    rows = rows.filter(state=state) if state else rows.exclude(state="closed")
    return rows.order_by("changed", "id")


# -- receipts ----------------------------------------------------------------------------------------------------------


def promise(permit: Permit, version: ReturnVersion, kind: str, manifest: Mapping[str, Any], sha256: str) -> None:
    """Keep what the receipt of this deed will be of, in the deed's own transaction."""
    ReturnReceipt.objects.create(version=version, kind=kind, manifest=dict(manifest), sha256=sha256)


def receipts(permit: Permit, of: CollectionReturn) -> list[ReturnReceipt]:
    """Receipts of a return's versions, newest first, each with its version."""
    return list(ReturnReceipt.objects.select_related("version").filter(version__of=of).order_by("-id"))


def keep_receipt(permit: Permit, promised: ReturnReceipt, receipt: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the receipt, unless one was kept already: there is never a second one. A transaction of its own."""
    with under(permit):
        held = ReturnReceipt.objects.select_for_update().get(pk=promised.pk)
        if not held.receipt:
            held.receipt = dict(receipt)
            held.save(update_fields=["receipt"])
        return dict(held.receipt)


# -- copies of academies' returns --------------------------------------------------------------------------------------


def note_copy(
    permit: Permit, laestab: str, collection: str, kind: str, *, reason: str = "", text: str = "", now: datetime
) -> None:
    CopyNote.objects.create(
        establishment_id=laestab, collection=collection, kind=kind, reason=reason, text=text, by=permit.actor, at=now
    )


def copy_notes(permit: Permit, collection: str) -> list[CopyNote]:
    """Reminders and reasons of a collection, oldest first."""
    rows = CopyNote.objects.filter(collection=collection)
    return list(rows.filter(establishment__in=permit.establishments).order_by("id"))


def last_reminders(permit: Permit, laestab: str) -> list[tuple[str, datetime]]:
    """The last reminder of each collection, newest first."""
    rows = CopyNote.objects.filter(establishment=laestab, kind="reminded").values_list("collection")
    return list(rows.annotate(last=Max("at")).order_by("-last"))


def reminded_in_vain(permit: Permit) -> list[tuple[str, str, datetime]]:
    """Each reminded establishment of the permit whose copy is not here: LAEstab, collection, since the first one."""
    here = CollectionReturn.objects.filter(
        establishment=OuterRef("establishment"), collection=OuterRef("collection"), state__in=("submitted", "approved")
    )
    rows = CopyNote.objects.filter(~Exists(here), kind="reminded").values_list("establishment_id", "collection")
    return list(rows.annotate(first=Min("at")).order_by("collection", "first"))
