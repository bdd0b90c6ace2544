"""Those who ask and answer in an emergency, as people of the hub with accounts of their own."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import small_hub
from concord.core.agreement.model import Actor
from concord.desk.break_glass import Named
from small_hub import HERE, THERE, census, someone

WORDS = "The police found the child alone at the station."
TIMES = ("asked", "lapses", "decided", "until", "ended")


def link(path: str) -> str:
    return f"https://hub.example{path}"


def person(role: str, *places: str, name: str = "", **facts: Any) -> Any:
    """A trained and declared person with an account."""
    from django.utils import timezone

    from concord.desk import gate
    from concord.store.models import Person

    until = gate.today() + timedelta(days=100)
    told = {"trained_until": until, "declared_until": until, "authorised_until": until, "joined": timezone.now()}
    called = name or f"Robin {role.replace('_', ' ').title()}"
    email = f"{called.lower().replace(' ', '.')}@people.example"
    return Person.objects.create(
        email=email, name=called, role=role, establishments=list(places) or ["*"], **told | facts
    )


def actor(one: Any, *, stepped_up: bool = True) -> Actor:
    from concord.desk import people

    one.refresh_from_db()
    return people.actor(one, stepped_up=stepped_up)


@dataclass
class Cast:
    """Everybody an emergency needs, three pupils of HERE and one of THERE."""

    people: dict[str, Any] = field(default_factory=dict)
    pupils: list[dict[str, str]] = field(default_factory=list)

    def actor(self, name: str, *, stepped_up: bool = True) -> Actor:
        return actor(self.people[name], stepped_up=stepped_up)

    def id_of(self, at: int) -> uuid.UUID:
        return uuid.UUID(str(small_hub.owner_rows("SELECT id FROM pupil WHERE upn = %s", self.pupils[at]["UPN"])[0][0]))

    def ask(self, at: int = 0, by: str = "worker", reason: str = "danger") -> uuid.UUID:
        from concord.desk import break_glass

        return break_glass.ask(self.actor(by), Named(self.pupils[at]["UPN"]), reason, WORDS, link)

    def decide(self, ref: uuid.UUID, by: str = "manager", *, yes: bool = True) -> None:
        from concord.desk import break_glass

        break_glass.decide(self.actor(by), ref, yes=yes, link=link)

    def look(self, at: int = 0, by: str = "worker", *, stepped_up: bool = True) -> Any:
        from concord.desk import view_pupil

        return view_pupil.view(self.actor(by, stepped_up=stepped_up), self.id_of(at), purpose="safeguarding")

    def open(self, at: int = 0, by: str = "worker") -> uuid.UUID:
        ref = self.ask(at, by)
        self.decide(ref)
        return ref

    def form(self, at: int, **changed: str) -> dict[str, str]:
        return {"upn": self.pupils[at]["UPN"], "reason": "danger", "words": WORDS} | changed


def cast() -> Cast:
    """A social worker and a SEN caseworker without cases, an inclusion officer of THERE, who may answer, heads."""
    pupils = [someone(number, SENprovision="K") for number in range(4)]
    small_hub.load(census(pupils[:3]), HERE)
    small_hub.load(census(pupils[3:], THERE), THERE)
    roles = {
        "worker": person("social_worker"),
        "caseworker": person("sen_caseworker"),
        "inclusion": person("inclusion_officer", THERE),
        "manager": person("mi_manager"),
        "dpo": person("dpo"),
        "auditor": person("auditor"),
        "officer": person("mi_officer"),
        "head": person("head", HERE),
        "head_there": person("head", THERE, name="Robin Elsewhere"),
    }
    return Cast(roles, pupils)


def later(minutes: int) -> None:
    """Time passes: every time in every request moves back, as the owner of the table may move it."""
    columns = ", ".join(f"{one} = {one} - make_interval(mins => {int(minutes)})" for one in TIMES)
    with small_hub.as_owner() as cursor:
        cursor.execute(f"UPDATE emergency_access SET {columns}")
