"""The head lets the support contractor install the school-side program: for hours, and for nothing else (2(d)).

The permission is one person's, by the name of their account. When the work is done that person says so, and both
parties are told: by a message that names nobody, and on the agreement's page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.mail import send_mail
from django.db.models import Q
from django.utils import timezone

from concord.core.agreement.events import Event
from concord.core.agreement.model import Actor
from concord.core.trouble import Trouble
from concord.desk import agreements, couriers, gate, standings
from concord.desk.agreements import Step
from concord.store.models import AgreementEvent, Courier, Establishment, Person

FLOW = "remote-install"
PURPOSE = "To install the school-side program, and for nothing else"
Link = Callable[[str], str]
"""The address of an establishment's agreement, from its DfE number."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One permission: whom, on which machine, from when to when. `state` is open, to_come, over, withdrawn or done.

    `enrolled` says how many couriers the work let in, once it is done.
    """

    engineer: str
    host: str
    starts: datetime
    ends: datetime
    given: datetime
    state: str
    done: datetime | None = None
    enrolled: int = 0


@dataclass(frozen=True, slots=True)
class Own:
    """A permission as the contractor it names sees it."""

    laestab: str
    establishment: str
    grant: Grant


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
            found.append(_grant(event, events[place + 1] if place + 1 < len(events) else None, now))
    return found[::-1]


def _grant(event: Event, after: Event | None, now: datetime) -> Grant:
    starts, ends = event.instant("starts"), event.instant("ends")
    if starts is None or ends is None:
        raise RuntimeError("a permission without a window was recorded")
    told = (event.details["engineer"], event.details.get("host", ""), starts, ends, event.recorded)
    if after and after.kind == "install_completed":
        return Grant(*told, "done", after.recorded, int(after.details.get("couriers", "0")))
    state = "to_come" if now < starts else "open" if now < ends else "over"
    return Grant(*told, "withdrawn" if after and after.recorded < ends else state)


def own(contractor: Actor) -> list[Own]:
    """The permissions that name this contractor, newest first: their own, and nothing about anybody else."""
    if contractor.role != "contractor":
        return []
    name, now = _name(contractor), timezone.now()
    places = dict(Establishment.objects.filter(pk__in=contractor.establishments).values_list("laestab", "name"))
    found = [Own(one, places[one], grant) for one in places for grant in grants(one, now)]
    mine = [one for one in found if _same(one.grant.engineer, name)]
    return sorted(mine, key=lambda one: one.grant.starts, reverse=True)


def opened(contractor: Actor, laestab: str) -> Own:
    """The permission of this day that names them. Raises `Refused` where the head teacher gave none."""
    leave = gate.ask(contractor, FLOW, establishments=[laestab])
    with gate.act(leave, "installation opened", laestab):
        return _of_today(contractor, laestab)


def _of_today(contractor: Actor, laestab: str) -> Own:
    grant = next(iter(grants(laestab, timezone.now())))
    if not _same(grant.engineer, _name(contractor)):
        raise Trouble(
            "The head teacher's permission names somebody else.",
            why="It is given for one named engineer (clause 2(d)), by the name of their account here.",
            todo="Ask the head teacher for a permission with your name on it.",
        )
    return Own(laestab, Establishment.objects.get(pk=laestab).name, grant)


def _name(contractor: Actor) -> str:
    person = Person.objects.filter(ref=contractor.ref).first()
    return person.name if person else ""


def _same(one: str, other: str) -> bool:
    """Two ways of writing one name: capitals and spaces do not count."""
    return bool(one) and one.casefold().split() == other.casefold().split()


def token(contractor: Actor, laestab: str) -> str:
    """A single-use enrolment code for the contractor, inside the window of the head's permission and not outside it."""
    leave = gate.ask(contractor, FLOW, establishments=[laestab])
    if _of_today(contractor, laestab).grant.state != "open":
        raise Trouble(
            "The head teacher's permission does not cover this hour.",
            why="It is given for a window of hours (clause 2(d)).",
            todo="Ask the head teacher for a permission that covers now.",
        )
    return couriers.token_under(leave, laestab)


def complete(contractor: Actor, laestab: str, done: str, link: Link) -> bool:
    """Record that the work is done, which uses the permission up, and tell both parties; whether every message went.

    Raises `Refused` where nothing is permitted today, Trouble before its hour or under another's name.
    """
    mine = _named(contractor, laestab)
    enrolled = Courier.objects.filter(establishment=laestab, enrolled__gte=mine.grant.given, revoked=None).count()
    details = {"engineer": mine.grant.engineer, "host": mine.grant.host, "couriers": str(enrolled)}
    step = Step("install_completed", "support", evidence=done.strip()[:500], details=details)
    agreements.record_all(contractor, laestab, [step], by_hub=True)
    return _tell_both(laestab, link(laestab))


def _named(contractor: Actor, laestab: str) -> Own:
    """The permission whose work this contractor may say is done: theirs, and begun."""
    gate.ask(contractor, FLOW, establishments=[laestab])
    mine = _of_today(contractor, laestab)
    if mine.grant.state == "to_come":
        raise Trouble("The permission has not begun.", todo="Say that it is done when it is.")
    return mine


def _tell_both(laestab: str, address: str) -> bool:
    """A message to those who sign for either party; what it is about stands behind the sign-in, and not in it."""
    terms = standings.agreement().terms
    signs = Q(role__in=terms.may_sign, establishments__contains=[laestab])
    found = Person.objects.filter(signs | Q(role__in=terms.may_countersign), active=True, ended=None)
    gone = [_told(email, address) for email in found.order_by("id").values_list("email", flat=True)]
    return bool(gone) and all(gone)


def _told(email: str, address: str) -> bool:
    words = (
        "The installation that was permitted under the data sharing agreement is done.\n\n"
        f"Sign in and read what was done, and by whom:\n\n{address}\n\n"
        "If you know of no such permission, suspend the agreement there and tell the other party.\n"
    )
    try:
        send_mail("A remote installation is done", words, None, [email])
    except OSError:  # what stands on the agreement's page does not depend on a mail server
        return False
    return True
