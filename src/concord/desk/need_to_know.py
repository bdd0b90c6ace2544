"""Need to know (clause 4(c)): whom a person's work covers, and what it covers besides while two people say so."""

from __future__ import annotations

import uuid
from collections.abc import Set
from dataclasses import replace

from concord.core.agreement.model import EVERY, Actor
from concord.desk import standings


def covers(actor: Actor, pupil: uuid.UUID, places: Set[str]) -> bool:
    """Whether a pupil at these establishments is one the actor's work covers: by the caseload, or by where they are."""
    if standings.agreement().roles[actor.role].scope == "caseload":
        return str(pupil) in actor.caseload
    return bool(actor.establishments & (EVERY | places))


def widened(actor: Actor, pupil: uuid.UUID, places: Set[str]) -> Actor:
    """The actor with one pupil more to know of; everything else about them stays, and the gate decides as ever."""
    return replace(
        actor, establishments=actor.establishments | places, caseload=actor.caseload | frozenset([str(pupil)])
    )
