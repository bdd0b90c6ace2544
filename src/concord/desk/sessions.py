"""Where a person is signed in: the list they see, and its end, which holds from the next request on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.utils import timezone

from concord.store.models import Person, SignedIn

_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "a Mac"),
    ("CrOS", "a Chromebook"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One session as its person sees it."""

    ref: str
    device: str
    how: str
    begun: datetime
    seen: datetime
    here: bool


def device(agent: str) -> str:
    """`Firefox on Windows`, from what a browser says of itself: enough to know one's own, and no fingerprint."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "A browser")
    system = next((name for sign, name in _SYSTEMS if re.search(sign, agent)), "")
    return f"{browser} on {system}" if system else browser


def begin(person: Any, key: str, how: str, agent: str) -> None:
    """Remember a session that has just begun. `how`: the proofs it was opened with."""
    now = timezone.now()
    SignedIn.objects.update_or_create(
        session=key, defaults={"person": person, "how": how, "device": device(agent), "begun": now, "seen": now}
    )


def seen(key: str) -> None:
    SignedIn.objects.filter(session=key, ended=None).update(seen=timezone.now())


def of(person: Any, here: str) -> list[Seen]:
    """The person's sessions that are still open, the latest used first; `here` is the key of the one that asks."""
    rows = list(SignedIn.objects.filter(person=person, ended=None))
    alive = set(
        Session.objects.filter(
            session_key__in=[one.session for one in rows], expire_date__gt=timezone.now()
        ).values_list("session_key", flat=True)
    )
    return [
        Seen(str(one.ref), one.device, one.how, one.begun, one.seen, one.session == here)
        for one in rows
        if one.session in alive
    ]


def end(person: Any, ref: str) -> bool:
    """End one of the person's own sessions; whether there was such a one."""
    rows = list(SignedIn.objects.filter(person=person, ref=ref, ended=None))
    _end(rows)
    return bool(rows)


def end_all(person: Person, *, but: str = "") -> None:
    """End every session of a person, at once; all but the one with the key `but`."""
    _end(list(SignedIn.objects.filter(person=person, ended=None).exclude(session=but)))


def end_here(key: str) -> None:
    """Remember that the session with this key has ended."""
    SignedIn.objects.filter(session=key, ended=None).update(ended=timezone.now())


def _end(rows: list[SignedIn]) -> None:
    Session.objects.filter(session_key__in=[one.session for one in rows]).delete()
    SignedIn.objects.filter(pk__in=[one.pk for one in rows]).update(ended=timezone.now())


def goes_on(old: str, new: str) -> None:
    """A session goes on under a new key."""
    SignedIn.objects.filter(session=old).update(session=new)
