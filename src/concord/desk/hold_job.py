"""Queued work that the agreement no longer allows: held while it is suspended, let go where it ended (7(c), 7(d))."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time

from django.db.models import F, Q

from concord.core.agreement.days import LONDON
from concord.desk import gate, standings
from concord.desk.gate import Refused
from concord.store.jobs import later
from concord.store.models import CollectionReturn, FeedSet

REGISTER = "register"


@contextmanager
def held(job: str, laestab: str, **arguments: object) -> Iterator[None]:
    """Do a job's deed; refused by the agreement, it waits for the day the suspension ends, or is let go for good.

    The refusal is in the ledger with its clause. Work that comes too late is not a fault of the program's.
    """
    try:
        yield
    except Refused:
        stands = standings.of([laestab], gate.today()).get(laestab)
        if stands is None:
            raise
        if stands.state == "suspended" and stands.until:
            resumes = datetime.combine(stands.until, time(0, 5), LONDON)
            later(job, lock=REGISTER, at=resumes, laestab=laestab, **arguments)


def resume(laestab: str) -> int:
    """The agreement is a ground again: returns and feeds that may have waited are loaded. Twice changes nothing."""
    permit = gate.ask(gate.system(), "agreement-life", establishments=[laestab])
    with gate.act(permit, "held work resumed", laestab) as deed:
        rows = CollectionReturn.objects.filter(establishment=laestab, state="approved", current__isnull=False)
        versions = list(rows.values_list("current", flat=True))
        for version in versions:
            later("load_return", lock=REGISTER, version=version, laestab=laestab)
        sets = FeedSet.objects.filter(establishment=laestab)
        feeds = list(sets.filter(Q(loaded=None) | Q(loaded__lt=F("received"))).values_list("kind", flat=True))
        for kind in feeds:
            later("load_feed", lock=REGISTER, laestab=laestab, kind=kind)
        deed.facts |= {"returns": len(versions), "feeds": len(feeds)}
    return len(versions)
