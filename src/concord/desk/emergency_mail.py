"""Messages about access in an emergency: that there is something to read, and where; nothing personal (4(d)).

A mail server that does not answer holds up nobody in an emergency: what waits stands on everybody's first page anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.core.mail import send_mail

from concord.desk import standings
from concord.desk.access_terms import access
from concord.store.models import EmergencyAccess, Person

MINUTE = timedelta(minutes=1)
Link = Callable[[str], str]
"""The whole address of a page of this hub, from its path."""


def deciders() -> tuple[str, ...]:
    """The roles that may be the second person; none where the agreement in force has no such flow."""
    flow = standings.agreement().flows.get("emergency-access")
    return flow.recipients if flow else ()


def to_deciders(row: EmergencyAccess, link: Link) -> None:
    """Somebody waits for a second person."""
    people = Person.objects.filter(role__in=deciders(), active=True).exclude(ref=row.asked_by)
    minutes = access().emergency.answer_within // MINUTE
    words = f"It lapses {minutes} minutes after it was made. Read it and answer it here:"
    _send(
        people,
        "A request for access in an emergency waits for you",
        f"{words}\n\n{link(f'/emergency/{row.id}')}\n",
    )


def to_asker(row: EmergencyAccess, link: Link) -> None:
    """The request was answered; the answer itself stands on the page."""
    people = Person.objects.filter(ref=row.asked_by, active=True)
    _send(people, "Your request was answered", f"Read the answer here:\n\n{link(f'/emergency/{row.id}')}\n")


def to_establishments(row: EmergencyAccess, link: Link) -> None:
    """The child's establishments are told that a record of theirs was opened."""
    told = Person.objects.filter(role__in=access().emergency.told, active=True)
    _send(
        told.filter(establishments__overlap=row.laestabs),
        "A record of your school was opened in an emergency",
        f"Who asked, why, who agreed and until when stands here:\n\n{link(f'/emergency/{row.id}')}\n",
    )


def _send(people: Iterable[Person], subject: str, words: str) -> None:
    for one in people:
        send_mail(subject, words, None, [one.email], fail_silently=True)
