"""Keep, change and end a person's access: what the manager does who answers for them (clause 4(a))."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.utils import timezone

from concord.core.agreement.model import Actor, Permit
from concord.core.trouble import Trouble
from concord.desk import gate, grants, invite, sessions
from concord.desk.access_terms import access, last_day
from concord.desk.grants import Scope
from concord.store.models import Invitation, Person
from concord.store.whereabouts import whereabouts

REASONS = {
    "left": "Has left",
    "moved": "Does other work now",
    "unused": "Did not use the account",
    "unanswered": "Nobody confirmed that it is needed",
    "risk": "Something may be wrong",
}


def end(by: Actor, ref: str, why: str) -> Person:
    """End a person's access now, everywhere: every session of theirs is gone when this returns."""
    person, permit = _theirs(by, ref)
    if why not in REASONS:
        raise Trouble("Say why the access ends.", todo="Choose one of the reasons.")
    with gate.act(permit, "access ended") as deed:
        person.active, person.ended, person.ended_why = False, timezone.now(), why
        person.save(update_fields=["active", "ended", "ended_why"])
        Invitation.objects.filter(person=person, used=None).update(used=person.ended)
        sessions.end_all(person)
        deed.establishments = _places(person)
        deed.facts |= {"person": person.ref.hex, "why": why}
    return person


def give_again(by: Actor, ref: str, until: date, link: invite.Link) -> str:
    """Let somebody back in whose access ended: a new link and end date, and nothing of what they signed in with."""
    person, permit = _theirs(by, ref)
    invite.check_until(until)
    with gate.act(permit, "access given again") as deed:
        person.ended, person.ended_why, person.authorised_until = None, "", until
        person.recertify_by = _next_quarter()
        person.save(update_fields=["ended", "ended_why", "authorised_until", "recertify_by"])
        deed.establishments = _places(person)
        deed.facts |= {"person": person.ref.hex, "until": str(until)}
    return invite.again(by, ref, link)


def extend(by: Actor, ref: str, until: date) -> Person:
    """Give a person's access a new end date."""
    person, permit = _theirs(by, ref)
    invite.check_until(until)
    with gate.act(permit, "access extended") as deed:
        person.authorised_until, person.recertify_by = until, _next_quarter()
        person.save(update_fields=["authorised_until", "recertify_by"])
        deed.establishments = _places(person)
        deed.facts |= {"person": person.ref.hex, "until": str(until)}
    return person


def change_scope(by: Actor, ref: str, scope: Scope) -> Person:
    """Give a person's role another scope; it holds from their next request."""
    person, before = _theirs(by, ref)
    permit = grants.allow(by, person.role, scope, ref=person.ref.hex)
    new = grants.check_scope(person.role, scope)
    cases = [UUID(one) for one in new.caseload]
    if len(whereabouts(cases)) != len(set(cases)):
        raise Trouble("One of these is no pupil's reference.", todo="Copy it from the address of the pupil's page.")
    with gate.act(permit, "scope changed") as deed:
        person.establishments, person.districts, person.caseload = list(new.establishments), list(new.districts), cases
        person.save(update_fields=["establishments", "districts", "caseload"])
        deed.establishments = _places(person) | (before.establishments - {"*"})
        deed.subjects = tuple(new.caseload)
        deed.facts |= {"person": person.ref.hex, "districts": list(new.districts)}
    return person


def recertify(by: Actor, keeps: frozenset[str], ends: frozenset[str]) -> tuple[int, int]:
    """Answer for several people at once: who still needs access, and who does not. How many of each."""
    for ref in sorted(keeps - ends):
        person, permit = _theirs(by, ref)
        with gate.act(permit, "access confirmed") as deed:
            person.recertify_by = _next_quarter()
            person.save(update_fields=["recertify_by"])
            deed.establishments = _places(person)
            deed.facts |= {"person": person.ref.hex, "until": str(person.recertify_by)}
    for ref in sorted(ends):
        end(by, ref, "moved")
    return len(keeps - ends), len(ends)


def _theirs(by: Actor, ref: str) -> tuple[Person, Permit]:
    person = grants.find(by, ref)
    return person, grants.allow(by, person.role, grants.scope_of(person), ref=person.ref.hex)


def _places(person: Person) -> frozenset[str]:
    return frozenset(person.establishments) - {"*"}


def _next_quarter() -> date:
    return last_day(gate.today(), access().periods.recertify_months)
