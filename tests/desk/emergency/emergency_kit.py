"""Those who ask and answer in an emergency, as people of the hub with accounts of their own."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import small_hub
from concord.core.agreement.model import Actor
from concord.desk.break_glass import Named
from small_hub import HERE, THERE

WORDS = "The police found the child alone at the station."
ASKERS = {"social_worker": ["*"], "sen_caseworker": ["*"], "virtual_school": ["*"], "inclusion_officer": [THERE]}


def link(path: str) -> str:
    return f"https://hub.example{path}"


def person(role: str, *places: str, number: int = 1, authorised_by: Any = None, **facts: Any) -> Any:
    """A trained and declared person with an account."""
    from concord.desk import gate
    from concord.store.models import Person

    until = gate.today() + timedelta(days=100)
    told = {"trained_until": until, "declared_until": until, "authorised_until": until} | facts
    return Person.objects.create(
        email=f"{role}{number}@example.org",
        name=f"{role.replace('_', ' ').title()} {number}",
        role=role,
        establishments=list(places) or ASKERS.get(role, ["*"]),
        authorised_by=authorised_by,
        **told,
    )


def actor(one: Any, *, stepped_up: bool = True) -> Actor:
    from concord.desk import people

    one.refresh_from_db()
    return people.actor(one, stepped_up=stepped_up)


def named(row: dict[str, str]) -> Named:
    return Named(upn=row["UPN"])


def request(asker: Any, row: dict[str, str], reason: str = "danger") -> uuid.UUID:
    from concord.desk import break_glass

    return break_glass.ask(actor(asker), named(row), reason, WORDS, link)


def later(minutes: int) -> None:
    """Time passes: every time in every request moves back, as its owner may move it."""
    columns = ", ".join(f"{one} = {one} - make_interval(mins => {minutes})" for one in TIMES)
    with small_hub.as_owner() as cursor:
        cursor.execute(f"UPDATE emergency_access SET {columns}")


TIMES = ("asked", "lapses", "decided", "until", "ended")
HOME = HERE
