"""The head lets the support contractor install the school-side program: for hours, and for nothing else (2(d))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from concord.core.agreement.events import Event
from concord.core.agreement.model import Actor
from concord.core.trouble import Trouble
from concord.desk import agreements, couriers, gate, standings
from concord.store.models import AgreementEvent

PURPOSE = "To install the school-side program, and for nothing else"


@dataclass(frozen=True, slots=True)
class Grant:
    """One permission: whom, on which machine, from when to when; `state` is open, to_come, over or withdrawn."""

    engineer: str
    host: str
    starts: datetime
    ends: datetime
    given: datetime
    state: str


def permit(actor: Actor, laestab: str, *, engineer: str, host: str, starts: datetime, hours: int) -> AgreementEvent:
    """Give permission for a named engineer, one machine and a window of hours."""
    if not engineer.strip() or not host.strip():
        raise Trouble("Name the engineer and the machine.", todo="The permission is for one person and one machine.")
    return agreements.record(
        actor,
        laestab,
        "install_permitted",
        engineer=engineer.strip()[:100],
        host=host.strip()[:100],
        starts=starts.isoformat(),
        ends=(starts + timedelta(hours=hours)).isoformat(),
        purpose=PURPOSE,
    )


def withdraw(actor: Actor, laestab: str) -> AgreementEvent:
    """Take the permission back: the next request under it is refused."""
    return agreements.record(actor, laestab, "install_withdrawn", party=agreements.party_of(actor))


def grants(laestab: str, now: datetime) -> list[Grant]:
    """Every permission this establishment gave, newest first. A later one, or a withdrawal, closes the one before."""
    events = [one for one in standings.events_of(laestab) if one.kind.startswith("install_")]
    found = []
    for place, event in enumerate(events):
        if event.kind == "install_permitted":
            after = events[place + 1].recorded if place + 1 < len(events) else None
            found.append(_grant(event, after, now))
    return found[::-1]


def _grant(event: Event, closed: datetime | None, now: datetime) -> Grant:
    starts, ends = event.instant("starts"), event.instant("ends")
    if starts is None or ends is None:
        raise RuntimeError("a permission without a window was recorded")
    state = "to_come" if now < starts else "open" if now < ends else "over"
    state = "withdrawn" if closed and closed < ends else state
    return Grant(event.details["engineer"], event.details.get("host", ""), starts, ends, event.recorded, state)


def token(contractor: Actor, laestab: str) -> str:
    """A single-use enrolment code for the contractor, inside the window of the head's permission and not outside it."""
    leave = gate.ask(contractor, "remote-install", establishments=[laestab])
    now = timezone.now()
    if not any(one.state == "open" for one in grants(laestab, now)):
        raise Trouble(
            "The head teacher's permission does not cover this hour.",
            why="It is given for a window of hours (clause 2(d)).",
            todo="Ask the head teacher for a permission that covers now.",
        )
    return couriers.token_under(leave, laestab)
