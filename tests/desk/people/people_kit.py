"""The people of these tests: a manager of the LA, a head, and whoever they let in; and what an app would show them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from concord.core.agreement.model import Actor
from concord.desk import codes, gate, invite, people
from concord.desk.grants import Scope
from concord.desk.invite import Wanted
from concord.store.models import CodeMaker, Person
from small_hub import HERE

PASSWORD = "purple-lantern-otter-quilt"
LATER = timedelta(days=200)


def in_charge() -> Person:
    return known("mi_manager", "*")


def known(role: str, *places: str, **more: Any) -> Person:
    """A person who is in already, with a password and an app."""
    email = f"{role.replace('_', '-')}@people.example"
    person = people.let_in(
        gate.system(), email=email, name=f"Robin {role}", role=role, establishments=list(places), password=PASSWORD
    )
    for name, value in more.items():
        setattr(person, name, value)
    person.save()
    give_app(person)
    return person


def give_app(person: Person) -> bytes:
    """An app bound a while ago, so that each of the next codes is still to be used; its secret."""
    secret = codes.new_secret()
    CodeMaker.objects.update_or_create(
        person=person, defaults={"secret": codes.seal(secret, person), "made": person.joined, "last_step": 0}
    )
    return secret


def code_of(person: Person) -> str:
    """The next code of the person's app that was not used yet."""
    maker = CodeMaker.objects.get(person=person)
    step = max(codes.step_now(), maker.last_step + 1)
    return codes.code_at(codes.unseal(bytes(maker.secret), person), step)


def acting(person: Person) -> Actor:
    return people.actor(Person.objects.get(pk=person.pk))


def wanted(role: str, *places: str, until: date | None = None, **more: Any) -> Wanted:
    email = more.pop("email", f"new-{role.replace('_', '-')}@people.example")
    scope = Scope(places, **more)
    return Wanted("Sam New", email, role, scope, until or gate.today() + LATER)


def invited(by: Person, role: str = "senco", *places: str, **more: Any) -> str:
    """The secret word of an invitation that was just sent."""
    return invite.invite(acting(by), wanted(role, *(places or (HERE,)), **more), lambda word: f"https://hub/{word}")
