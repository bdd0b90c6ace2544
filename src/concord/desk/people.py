"""Named users (clauses 4(a)-(c)): who they are to the gate, and who may let them in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from concord.core.agreement.model import EVERY, Actor
from concord.core.trouble import Trouble
from concord.desk import gate, standings
from concord.desk.access_terms import access, last_day
from concord.store.models import Establishment, Person

YEAR = timedelta(days=365)


def title(role: str) -> str:
    """A role in words."""
    known = standings.agreement().roles.get(role)
    return known.title if known else role


def needs_purpose(role: str) -> bool:
    return standings.agreement().roles[role].needs_purpose


def places_in_words(who: Actor) -> str:
    """Whose data an actor's scope covers: names of up to three establishments, else how many."""
    if who.establishments & EVERY:
        return "your caseload" if standings.agreement().roles[who.role].scope == "caseload" else "the whole county"
    names = list(Establishment.objects.filter(laestab__in=who.establishments).values_list("name", flat=True))
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} establishments"


def side_of(role: str) -> str:
    """`establishment`, `authority`, `support` or `machine`: whose people hold this role."""
    return standings.agreement().roles[role].side


def actor(person: Person, *, stepped_up: bool = False) -> Actor:
    """A signed-in person as the gate knows them, read afresh: a role withdrawn a moment ago is withdrawn."""
    return Actor(
        ref=person.ref.hex,
        role=person.role,
        establishments=frozenset(person.establishments) | in_districts(person.districts),
        caseload=frozenset(str(one) for one in person.caseload),
        active=person.active,
        trained_until=person.trained_until,
        declared_until=person.declared_until,
        authorised_until=min((one for one in (person.authorised_until, person.recertify_by) if one), default=None),
        stepped_up=stepped_up,
    )


def in_districts(districts: Sequence[str]) -> frozenset[str]:
    """The establishments of these districts as the register has them now: one that opens there is covered at once."""
    if not districts:
        return frozenset()
    return frozenset(Establishment.objects.filter(district__in=list(districts)).values_list("laestab", flat=True))


def let_in(
    by: Actor,
    *,
    email: str,
    name: str,
    role: str,
    establishments: list[str],
    password: str,
    authoriser: Person | None = None,
    trained: bool = True,
    declared: bool = True,
    districts: Sequence[str] = (),
) -> Person:
    """Let a named person in at once, prepared elsewhere: by whoever installs the hub, and in the demonstration.

    Everybody else is invited (`desk.invite`). Nobody lets themselves in: the one who authorises is named (4(a)).
    """
    if role not in standings.agreement().roles:
        raise Trouble(f"There is no role {role!r}.", todo="Choose one of the roles of the agreement.")
    permit = gate.ask(by, "user-access", establishments=establishments)
    until = gate.today() + YEAR
    person = Person(
        email=email.lower(),
        name=name,
        role=role,
        establishments=establishments,
        districts=list(districts),
        joined=timezone.now(),
        recertify_by=last_day(gate.today(), access().periods.recertify_months) if authoriser else None,
        authorised_by=authoriser,
        trained_until=until if trained else None,
        declared_until=until if declared else None,
        authorised_until=until,
    )
    person.set_password(password)
    with gate.act(permit, "person let in") as deed:
        person.save()
        deed.facts |= {"person": person.ref.hex, "role": role}
    return person


def by_role(role: str) -> Actor:
    """The first active person of a role, as the gate knows them."""
    found = Person.objects.filter(role=role, active=True).order_by("id").first()
    if found is None:
        raise Trouble(f"Nobody holds the role {title(role)!r}.", todo="Let somebody in first.")
    return actor(found)


def active(ref: str) -> Person | None:
    """A person who may sign in, by their ref."""
    return Person.objects.filter(ref=ref, active=True).first()


def says(role: str) -> str:
    """What a role does, in the sentence a parent could read."""
    return standings.agreement().roles[role].says
