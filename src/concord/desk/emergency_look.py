"""A look at a record that two people opened in an emergency: for one child, one person, one role, and some hours.

It goes through the gate like every other, by the flow `emergency-view`: with the categories and the training of the
role, the standing of the agreement, a second proof for what is confidential. Only the need to know is wider, by one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from concord.core.agreement.days import in_words
from concord.core.agreement.model import Actor, Permit
from concord.desk import gate, standings
from concord.desk.access_terms import access
from concord.desk.need_to_know import covers, widened
from concord.store import exactly
from concord.store.whereabouts import whereabouts

VIEW = "emergency-view"


@dataclass(frozen=True, slots=True)
class Opened:
    """An access that is open now."""

    ref: uuid.UUID
    purpose: str
    until: datetime

    @property
    def case(self) -> str:
        return f"emergency {short(self.ref)}"


def short(ref: uuid.UUID) -> str:
    """The reference as people say it."""
    return ref.hex[:8].upper()


def purpose_of(reason: str) -> str:
    """The purpose of the agreement that a reason stands for; of a reason that is no more on the list, none."""
    known = access().emergency.reason(reason)
    return known.purpose if known else ""


def may_ask(actor: Actor) -> bool:
    """Whether the role is one that may ask for such a look."""
    return (VIEW, actor.role) in standings.agreement().table.allowed


def opened_to(actor: Actor, pupil: uuid.UUID, places: Set[str]) -> Opened | None:
    """The access that is open to this actor for this pupil now, if the actor's work does not cover the pupil anyway."""
    if not may_ask(actor) or covers(actor, pupil, places):
        return None
    found = exactly.opened(pupil, actor.ref, actor.role)
    return Opened(found[0], purpose_of(found[1]), found[2]) if found else None


def is_open(actor: Actor, pupil: uuid.UUID) -> bool:
    """Whether such an access is open to the actor for a pupil now."""
    return may_ask(actor) and opened_to(actor, pupil, whereabouts([pupil]).get(pupil, frozenset())) is not None


def ask(actor: Actor, opened: Opened, pupil: uuid.UUID, places: Set[str], categories: Iterable[str]) -> Permit:
    """Ask the gate for the look. The reason given then is its purpose, and the access its case."""
    return gate.ask(
        widened(actor, pupil, places),
        VIEW,
        establishments=places,
        categories=categories,
        purpose=opened.purpose,
        case=opened.case,
        subjects=[pupil],
    )


def sentence(permit: Permit) -> str:
    """Why the holder of this permit sees the record, where that is an emergency; empty of any other permit."""
    found = exactly.opened(uuid.UUID(permit.subjects[0]), permit.actor, permit.role) if permit.flow == VIEW else None
    if found is None:
        return ""
    ends = timezone.localtime(found[2])
    return (
        "It was opened to you in an emergency, because a second person agreed, and the school was told. "
        f"It closes at {ends:%H:%M} on {in_words(ends.date())}."
    )
