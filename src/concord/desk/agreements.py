"""Events in the life of an agreement: recorded if the clauses allow them, and never changed (2(a), 4(h), 7(b)-(d))."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from concord.core.agreement.admit import admit
from concord.core.agreement.days import london_day
from concord.core.agreement.events import KINDS, Event
from concord.core.agreement.model import Actor, Permit, Refusal
from concord.desk import gate, standings
from concord.store import agreement_lock
from concord.store.models import AgreementEvent


@dataclass(frozen=True, slots=True)
class Step:
    """One event to record: what, for which party, with what behind it. `on` is today where it is not said."""

    kind: str
    party: str = "establishment"
    on: date | None = None
    version: str = ""
    evidence: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


Along = Callable[[Permit, gate.Deed, list[AgreementEvent]], None]
"""What is done in the same transaction as the events, once they are admitted."""


def record(
    actor: Actor,
    laestab: str,
    kind: str,
    *,
    on: date | None = None,
    party: str = "establishment",
    version: str = "",
    evidence: str = "",
    **details: Any,
) -> AgreementEvent:
    """Record one event, or refuse it with the clause. Two people acting at once: the second sees what the first did."""
    told = {key: str(value) for key, value in details.items()}
    return record_all(actor, laestab, [Step(kind, party, on, version, evidence, told)])[0]


def record_all(
    actor: Actor, laestab: str, steps: Sequence[Step], along: Along | None = None, *, by_hub: bool = False
) -> list[AgreementEvent]:
    """Record several events together, all or none: each is judged after those before it. Raises `gate.Refused`.

    `by_hub`: the hub writes down what somebody who is no party to the agreement was permitted to say.
    """
    permit = gate.ask(gate.system() if by_hub else actor, "agreement-life", establishments=[laestab])
    try:
        return _record(permit, actor, laestab, steps, along)
    except gate.Refused as no:
        gate.refused(permit, no.refusal)
        raise


def _record(
    permit: Permit, actor: Actor, laestab: str, steps: Sequence[Step], along: Along | None
) -> list[AgreementEvent]:
    with gate.act(permit, f"agreement {steps[-1].kind}", laestab) as deed:
        agreement_lock.alone(laestab)
        now = timezone.now()  # after the wait: what is recorded later is later
        known, events = standings.events_of(laestab), [_event(actor, step, now) for step in steps]
        for event in events:
            answer = admit(standings.agreement(), known, event, gate.today())
            if isinstance(answer, Refusal):
                raise gate.Refused(answer)
            known.append(event)
        last = events[-1]
        deed.facts |= {"kind": last.kind, "on": last.on.isoformat(), "version": last.version}
        if len(events) > 1:
            deed.facts |= {"with": [event.kind for event in events[:-1]]}
        if permit.actor != actor.ref:
            deed.facts |= {"by": actor.ref, "role": actor.role}
        kept = [_keep(laestab, event) for event in events]
        if along:
            along(permit, deed, kept)
    return kept


def _event(actor: Actor, step: Step, now: datetime) -> Event:
    return Event(
        kind=step.kind,
        on=step.on or gate.today(),
        recorded=now,
        party=step.party,
        by=actor.ref,
        role=actor.role,
        version=step.version,
        evidence=step.evidence,
        details=dict(step.details),
    )


def _keep(laestab: str, event: Event) -> AgreementEvent:
    return AgreementEvent.objects.create(
        establishment_id=laestab,
        kind=event.kind,
        on=event.on,
        recorded=event.recorded,
        party=event.party,
        by=event.by,
        role=event.role,
        version=event.version,
        evidence=event.evidence,
        details=dict(event.details),
    )


def party_of(actor: Actor) -> str:
    """For which party a person acts: the side of their role."""
    role = standings.agreement().roles.get(actor.role)
    return "establishment" if role and role.side == "establishment" else "authority"


def day_of(recorded: datetime) -> date:
    """The London day of an instant."""
    return london_day(recorded)


def deed_of(kind: str) -> str:
    """The deed an event of this kind belongs to, by which the agreement names its clause."""
    return KINDS[kind]


def version_on(day: date) -> str:
    """The version open to signature on a day; empty before the first."""
    found = standings.agreement().version_on(day)
    return found.id if found else ""
