"""Who may let in whom, and answer for whom: by role and scope, as the agreement says; never for oneself (4(a))."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from concord.core.agreement.model import EVERY, Actor, Permit, Refusal
from concord.core.agreement.reasons import refuse
from concord.core.trouble import Trouble
from concord.desk import gate, standings
from concord.desk.access_terms import access
from concord.store.models import Establishment, Person

FLOW = "user-access"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose data a person's role reaches: establishments (`*` for all), or districts, or the cases of a caseload."""

    establishments: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    caseload: tuple[str, ...] = ()


def roles_to_give(actor: Actor) -> tuple[str, ...]:
    """The roles an actor may give."""
    return access().grants.get(actor.role, ())


def allow(actor: Actor, role: str, scope: Scope, *, ref: str = "") -> Permit:
    """The permit to decide about one person's access, or `Refused`: in the ledger either way.

    `ref` is the person's own; nobody decides about themselves.
    """
    places = [one for one in scope.establishments if one not in EVERY]
    permit = gate.ask(actor, FLOW, establishments=places)
    beyond = not set(places) <= actor.establishments and not actor.establishments & EVERY
    if ref == actor.ref or role not in roles_to_give(actor) or beyond or not _wide_enough(actor, role):
        raise gate.Refused(_beyond(actor, permit))
    return permit


def give(actor: Actor) -> Permit:
    """The permit to let people in at all, before a form is shown or a list of those to answer for; or `Refused`."""
    permit = gate.ask(actor, FLOW, establishments=[])
    if not roles_to_give(actor):
        raise gate.Refused(_beyond(actor, permit))
    return permit


def _beyond(actor: Actor, permit: Permit) -> Refusal:
    """The refusal of what lies beyond an actor's grants, written down."""
    no = refuse(standings.agreement(), "outside_scope", ref=permit.ref, flow=FLOW, role=_title(actor.role))
    gate.refused(permit, no)
    return no


def _wide_enough(actor: Actor, role: str) -> bool:
    """Whether the scope a role brings with it is not wider than the giver's own."""
    return standings.agreement().roles[role].scope == "establishments" or bool(actor.establishments & EVERY)


def _title(role: str) -> str:
    return standings.agreement().roles[role].title


def check_scope(role: str, scope: Scope) -> Scope:
    """The scope as it is stored for the role; `Trouble` where it does not fit the role, or names what there is not."""
    kind = standings.agreement().roles[role].scope
    if kind == "all":
        return Scope(("*",))
    if kind == "caseload":
        return Scope(("*",), caseload=_cases(scope.caseload))
    if kind == "districts":
        return Scope(districts=_districts(scope.districts))
    return Scope(_establishments(scope.establishments))


def _establishments(given: Iterable[str]) -> tuple[str, ...]:
    wanted = sorted(set(given))
    known = set(Establishment.objects.filter(laestab__in=wanted, closed=None).values_list("laestab", flat=True))
    if not wanted or set(wanted) - known:
        raise Trouble(
            "Name at least one open establishment of this role's scope.",
            why=f"Not known or closed: {', '.join(sorted(set(wanted) - known))}." if wanted else "None was named.",
            todo="Give DfE numbers such as 886/2001.",
        )
    return tuple(wanted)


def _districts(given: Iterable[str]) -> tuple[str, ...]:
    wanted = sorted(set(given))
    known = standings.agreement().terms.authority.districts
    if not wanted or set(wanted) - set(known):
        raise Trouble("Choose at least one district of this role's scope.", todo="The districts are on the form.")
    return tuple(wanted)


def _cases(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(given)))


def covered(actor: Actor) -> Q:
    """The people an actor may decide about, as a condition on `Person`: roles they may give, inside their own scope."""
    mine = Q(role__in=roles_to_give(actor)) & ~Q(ref=ref_of(actor))
    if actor.establishments & EVERY:
        return mine
    return mine & Q(establishments__contained_by=sorted(actor.establishments), districts=[]) & ~Q(establishments=[])


def ref_of(actor: Actor) -> UUID | None:
    """The ref of a person; none of the hub itself, and of programs."""
    try:
        return UUID(hex=actor.ref)
    except ValueError:
        return None


def person_behind(actor: Actor) -> Person | None:
    """The actor as a person; None for the hub itself, and for whoever installed it."""
    ref = ref_of(actor)
    return Person.objects.filter(ref=ref).first() if ref else None


def find(actor: Actor, ref: str) -> Person:
    """One person the actor may decide about. Anybody else's ref is as good as nobody's, and the try is written down."""
    person = Person.objects.filter(covered(actor), ref=ref).first()
    if person is None:
        _beyond(actor, gate.ask(actor, FLOW, establishments=[]))
        raise Trouble("There is no such person among those you answer for.", todo="Open them from the list of people.")
    return person


def scope_of(person: Person) -> Scope:
    return Scope(tuple(person.establishments), tuple(person.districts), tuple(str(one) for one in person.caseload))
