"""What was found each time the ledger was proved: once a day while it holds, and at once when it does not (7(a))."""

from __future__ import annotations

from django.utils import timezone

from concord.store.models import LedgerCheck


def keep(holds: bool, lines: int, line: int | None, says: str) -> None:
    """Keep a finding: that it holds, once a day; what is wrong, once from then until it holds again."""
    now, rows = timezone.now(), LedgerCheck.objects.order_by("-id")
    last = rows.first()
    if holds:
        known = last is not None and last.holds and timezone.localdate(last.at) == timezone.localdate(now)
    else:
        held = rows.filter(holds=True).first()
        known = rows.filter(id__gt=held.pk if held else 0, line=line, says=says).exists()
    if known:
        return
    LedgerCheck.objects.using("ledger").create(at=now, holds=holds, lines=lines, line=line, says=says)


def latest() -> LedgerCheck | None:
    """The last finding; None where nobody has looked yet."""
    return LedgerCheck.objects.order_by("-id").first()
