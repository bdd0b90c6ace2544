"""What being a named user asks of somebody: their own training and declaration, and the people they answer for."""

from __future__ import annotations

from datetime import timedelta

from concord.core.agreement.model import Actor
from concord.desk import gate, people_list, prepare_person
from concord.desk.prepare_person import Ready
from concord.desk.work import Duty
from concord.store.models import Person

SOON = timedelta(days=30)


def of_person(person: Person, actor: Actor) -> list[Duty]:
    """Duties with their day: what runs out soon or has, and whom to confirm."""
    duties = [
        _own(prepare_person.training_of(person), "Your training", "/training", "Take the training", "4a"),
        _own(prepare_person.declaration_of(person), "Your declaration", "/declaration", "Read and accept it", "4b"),
        _people(actor),
    ]
    return sorted((one for one in duties if one), key=lambda one: one.due or gate.today())


def _own(ready: Ready, what: str, href: str, action: str, clause: str) -> Duty | None:
    if not ready.needed or (ready.until and ready.until > gate.today() + SOON):
        return None
    why = "It holds until this day" if ready.holds else "Until then the pages of your work stay shut"
    return Duty(what, why, href, action, ready.until, clause)


def _people(actor: Actor) -> Duty | None:
    waiting = people_list.to_confirm(actor)
    if not waiting:
        return None
    words = "1 person waits" if len(waiting) == 1 else f"{len(waiting)} people wait"
    why = "Whoever is not confirmed in time loses access"
    return Duty(
        f"{words} for you to confirm", why, "/people/confirm", "Say who still needs access", waiting[0].confirm_by, "4a"
    )
