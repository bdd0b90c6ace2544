"""Who has access: the list a manager answers for, whom to confirm, who has left and who never comes (clause 4(a))."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from concord.core.agreement.model import EVERY, Actor
from concord.desk import gate, grants, people, standings
from concord.desk.access_terms import access
from concord.store.models import Establishment, Person

PAGE = 50
STATES = {
    "invited": "Invited",
    "active": "Has access",
    "unused": "Not used",
    "due": "To be confirmed",
    "lapsed": "Ran out",
    "ended": "Ended",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One person on the list. `state` is a key of `STATES`; `last` their last sign-in."""

    ref: str
    name: str
    role: str
    places: str
    state: str
    last: datetime | None
    until: date | None
    confirm_by: date | None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the list, sorted by name; `after` starts the next."""

    entries: list[Entry]
    count: int
    after: str


def listed(
    actor: Actor, *, state: str = "", role: str = "", words: str = "", after: str = "", limit: int = PAGE
) -> Found:
    """The people an actor answers for or watches over; the list itself is a deed in the ledger."""
    permit = gate.ask(actor, grants.FLOW, establishments=[])
    with gate.act(permit, "people listed") as deed:
        deed.establishments = frozenset()
        rows = _seen_by(actor).order_by("name", "id")
        rows = rows.filter(role=role) if role else rows
        rows = rows.filter(Q(name__icontains=words) | Q(email__iexact=words)) if words else rows
        rows = rows.filter(_in_state(state)) if state in STATES else rows
        start = int(after) if after.isascii() and after.isdigit() and len(after) < 7 else 0
        page = list(rows[start : start + limit + 1])
        names = _names(page)
        deed.facts |= {"people": min(len(page), limit)}
        more = str(start + limit) if len(page) > limit else ""
        return Found([entry(one, names) for one in page[:limit]], rows.count(), more)


def _seen_by(actor: Actor) -> QuerySet[Person]:
    return Person.objects.all() if actor.role in access().watch else Person.objects.filter(grants.covered(actor))


def _in_state(state: str) -> Q:
    """A state as a condition; `state_of` says the same of one person."""
    today = gate.today()
    current = Q(ended=None, active=True)
    lapsed = Q(authorised_until__lt=today) | Q(recertify_by__lt=today)
    conditions = {
        "invited": Q(ended=None, active=False),
        "ended": ~Q(ended=None),
        "lapsed": current & lapsed,
        "due": current & ~lapsed & Q(recertify_by__lte=_soon()),
        "unused": current & ~lapsed & ~Q(recertify_by__lte=_soon()) & _not_used(),
    }
    if state != "active":
        return conditions[state]
    return current & ~lapsed & ~Q(recertify_by__lte=_soon()) & ~_not_used()


def _soon() -> date:
    return gate.today() + timedelta(days=access().periods.recertify_notice_days)


def _long_ago() -> datetime:
    return timezone.now() - timedelta(days=access().periods.unused_days)


def _not_used() -> Q:
    return Q(last_login__lt=_long_ago()) | Q(last_login=None, joined__lt=_long_ago())


def state_of(person: Person) -> str:
    """The first of the states that holds, the weightiest first."""
    today, ago = gate.today(), _long_ago()
    if person.ended:
        return "ended"
    if not person.active:
        return "invited"
    if any(one and one < today for one in (person.authorised_until, person.recertify_by)):
        return "lapsed"
    if person.recertify_by and person.recertify_by <= _soon():
        return "due"
    last = person.last_login or person.joined
    return "unused" if last and last < ago else "active"


def entry(person: Person, names: dict[str, str]) -> Entry:
    return Entry(
        str(person.ref),
        person.name,
        people.title(person.role),
        _places(person, names),
        state_of(person),
        person.last_login,
        person.authorised_until,
        person.recertify_by,
    )


def _names(page: Iterable[Person]) -> dict[str, str]:
    """The names of every establishment these people are of, asked for once."""
    wanted = {one for person in page for one in person.establishments} - EVERY
    return dict(Establishment.objects.filter(laestab__in=wanted).values_list("laestab", "name"))


def _places(person: Person, names: dict[str, str]) -> str:
    """Whose data the person's scope covers, in words."""
    if person.districts:
        return ", ".join(person.districts)
    if "*" in person.establishments:
        cases = standings.agreement().roles[person.role].scope == "caseload"
        return f"{len(person.caseload)} cases" if cases else "The whole county"
    named = [names.get(one, one) for one in person.establishments]
    return ", ".join(named) if len(named) <= 2 else f"{len(named)} establishments"


def one(actor: Actor, ref: str) -> tuple[Person, Entry]:
    """One person the actor answers for, with how they stand; the look is in the ledger."""
    person = grants.find(actor, ref)
    permit = gate.ask(actor, grants.FLOW, establishments=[one for one in person.establishments if one != "*"])
    with gate.act(permit, "person shown") as deed:
        deed.facts |= {"person": person.ref.hex}
    return person, entry(person, _names([person]))


def confirming(actor: Actor) -> list[Entry]:
    """Whom the actor must confirm soon, for the page that asks; the list is a deed in the ledger."""
    permit = grants.give(actor)
    with gate.act(permit, "people listed") as deed:
        found = to_confirm(actor)
        deed.establishments, deed.facts = frozenset(), {"people": len(found)}
    return found


def to_confirm(actor: Actor) -> list[Entry]:
    """Whom the actor must confirm soon, the first to run out first."""
    if not grants.roles_to_give(actor):
        return []
    rows = list(
        Person.objects.filter(grants.covered(actor))
        .filter(_in_state("due") | _in_state("lapsed") & Q(recertify_by__lt=gate.today()))
        .order_by("recertify_by", "name")[:200]
    )
    names = _names(rows)
    return [entry(one, names) for one in rows]
