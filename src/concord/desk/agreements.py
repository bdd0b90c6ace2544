"""Events in the life of an agreement: recorded if the clauses allow them, and never changed (clauses 2(a), 4(h), 7(b)-(d))."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from concord.core.agreement.admit import admit
from concord.core.agreement.events import Event
from concord.core.agreement.model import Actor, Permit, Refusal
from concord.desk import gate, standings
from concord.store.models import AgreementEvent


def record(
    actor: Actor, laestab: str, kind: str, *, on: date | None = None, party: str = "establishment", version: str = "",
    evidence: str = "", **details: Any,
) -> AgreementEvent:  # fmt: skip
    """Record one event, or refuse it with the clause. Two people acting at once: the second sees what the first did."""
    event = Event(
        kind=kind, on=on or gate.today(), recorded=timezone.now(), party=party, by=actor.ref, role=actor.role, version=version,
        evidence=evidence, details={key: str(value) for key, value in details.items()},
    )  # fmt: skip
    permit = gate.ask(actor, "agreement-life", establishments=[laestab])
    try:
        return _record(permit, laestab, event)
    except gate.Refused as no:
        gate.refused(permit, no.refusal)
        raise


def _record(permit: Permit, laestab: str, event: Event) -> AgreementEvent:
    with gate.act(permit, f"agreement {event.kind}", laestab) as deed, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7202, hashtext(%s))", [laestab])
        answer = admit(standings.agreement(), standings.events_of(laestab), event, gate.today())
        if isinstance(answer, Refusal):
            raise gate.Refused(answer)
        deed.facts |= {"kind": event.kind, "on": event.on.isoformat(), "version": event.version}
        return _keep(laestab, event)


def _keep(laestab: str, event: Event) -> AgreementEvent:
    return AgreementEvent.objects.create(
        establishment_id=laestab, kind=event.kind, on=event.on, recorded=event.recorded, party=event.party, by=event.by,
        role=event.role, version=event.version, evidence=event.evidence, details=dict(event.details),
    )  # fmt: skip


def version_on(day: date) -> str:
    """The version open to signature on a day; empty before the first."""
    found = standings.agreement().version_on(day)
    return found.id if found else ""
