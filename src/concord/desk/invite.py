"""Invite a named person, whom a named manager authorises for a role, a scope and a time (clause 4(a)).

The message holds a link and nothing about anybody. The link works once and for hours; behind it the person chooses a
password and a second proof, and only with both is the account open.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.core.mail import send_mail
from django.db import IntegrityError
from django.utils import timezone

from concord.core.agreement.days import in_words, months_after
from concord.core.agreement.model import Actor, Permit
from concord.core.trouble import Trouble
from concord.desk import gate, grants, passwords, sessions, standings
from concord.desk.access_terms import access, last_day
from concord.desk.grants import Scope
from concord.store.models import CodeMaker, Invitation, Passkey, Person, RecoveryCode

Link = Callable[[str], str]
"""The address of an invitation, from its secret word."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom a manager wants to let in, and until when."""

    name: str
    email: str
    role: str
    scope: Scope
    until: date


def invite(by: Actor, wanted: Wanted, link: Link) -> str:
    """Authorise a person and send them their link, also given back. Raises `Refused` beyond one's own grants."""
    if wanted.role not in standings.agreement().roles:
        raise Trouble("There is no such role.", todo="Choose one of the roles on the form.")
    permit = grants.allow(by, wanted.role, wanted.scope)
    scope = grants.check_scope(wanted.role, wanted.scope)
    check_until(wanted.until)
    if Person.objects.filter(email=wanted.email.lower()).exists():
        raise _known()
    with gate.act(permit, "person invited") as deed:
        person = _new(by, wanted, scope)
        word = _invitation(person, by)
        deed.establishments = frozenset(scope.establishments) - {"*"}
        deed.facts |= {"person": person.ref.hex, "role": wanted.role, "until": str(wanted.until)}
        deed.facts |= {"districts": list(scope.districts)} if scope.districts else {}
    _send(wanted.email, link(word))
    return word


def _known() -> Trouble:
    return Trouble(
        "Somebody with this e-mail address is known already.",
        why="An account is one person's, and a person has one.",
        todo="Open them from the list of people, or ask the local authority if they are not on yours.",
    )


def check_until(until: date) -> None:
    """An end date from today to the furthest the agreement's periods allow."""
    furthest = months_after(gate.today(), access().periods.longest_months)
    if not gate.today() <= until <= furthest:
        raise Trouble(
            "Access ends on a day from today on, and not too far off.",
            todo=f"Give a day up to {in_words(furthest)}; it can be extended then.",
        )


def _new(by: Actor, wanted: Wanted, scope: Scope) -> Person:
    person = Person(
        name=wanted.name,
        email=wanted.email.lower(),
        role=wanted.role,
        establishments=list(scope.establishments),
        districts=list(scope.districts),
        caseload=[UUID(one) for one in scope.caseload],
        active=False,
        authorised_until=wanted.until,
        recertify_by=last_day(gate.today(), access().periods.recertify_months),
        authorised_by=grants.person_behind(by),
    )
    person.set_unusable_password()
    try:
        person.save()
    except IntegrityError:  # somebody else invited them in this very moment
        raise _known() from None
    return person


def _invitation(person: Person, by: Actor) -> str:
    """A new link in place of any older one of the person's."""
    word, now = secrets.token_urlsafe(32), timezone.now()
    Invitation.objects.filter(person=person, used=None).update(used=now)
    until = now + timedelta(hours=access().periods.invitation_hours)
    Invitation.objects.create(mark=_mark(word), person=person, by=grants.person_behind(by), made=now, until=until)
    return word


def _mark(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def _send(email: str, address: str) -> None:
    authority, hours = standings.agreement().terms.authority.name, access().periods.invitation_hours
    send_mail(
        f"An account was made for you at {authority}",
        f"Open this address within {hours} hours to choose how you sign in. It works once.\n\n{address}\n\n"
        "If you did not expect this message, do not open the address, and tell your manager.\n",
        None,
        [email],
    )


def again(by: Actor, ref: str, link: Link) -> str:
    """A new link for somebody whose first ran out, or who lost what they sign in with; what they had stops working."""
    person = grants.find(by, ref)
    permit = grants.allow(by, person.role, grants.scope_of(person), ref=person.ref.hex)
    if person.ended:
        raise Trouble("This person's access has ended.", todo="Give them access again first.")
    with gate.act(permit, "person invited again") as deed:
        deed.establishments = frozenset(person.establishments) - {"*"}
        deed.facts |= {"person": person.ref.hex}
        for kind in (Passkey, CodeMaker, RecoveryCode):
            kind.objects.filter(person=person).delete()
        person.active = False
        person.set_unusable_password()
        person.save()
        sessions.end_all(person)
        word = _invitation(person, by)
    _send(person.email, link(word))
    return word


def opened(word: str) -> Invitation:
    """The invitation of a link. Unknown, used and run out are answered alike."""
    found = Invitation.objects.select_related("person").filter(mark=_mark(word), used=None, until__gt=timezone.now())
    invitation = found.first()
    if invitation is None or invitation.person.ended:
        raise Trouble(
            "This link does not work.",
            why="A link works once, and for a few days.",
            todo="Ask your manager to send you a new one.",
        )
    return invitation


def choose_password(invitation: Invitation, password: str) -> None:
    """Keep the invited person's password; the account opens with the second proof."""
    passwords.check(password, invitation.person)
    invitation.person.set_password(password)
    invitation.person.save(update_fields=["password"])


def take_up(invitation: Invitation) -> Person:
    """Open the account: the person has a password and a second proof now. Of two at one time, one uses the link up."""
    permit = _of_hub()
    person = invitation.person
    with gate.act(permit, "invitation taken up") as deed:
        used = Invitation.objects.filter(pk=invitation.pk, used=None).update(used=timezone.now())
        proven = Passkey.objects.filter(person=person).exists() or CodeMaker.objects.filter(person=person).exists()
        if not used or not proven or not person.has_usable_password():
            raise Trouble("This invitation is not finished, or was used already.", todo="Open the link again.")
        person.active, person.joined = True, person.joined or timezone.now()
        person.save(update_fields=["active", "joined"])
        deed.establishments = frozenset(person.establishments) - {"*"}
        deed.facts |= {"person": person.ref.hex}
    return person


def _of_hub() -> Permit:
    """The hub's own permit to keep the access that somebody authorised."""
    return gate.ask(gate.system(), grants.FLOW, establishments=[])
