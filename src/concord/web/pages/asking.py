"""Who asks, for every page: the signed-in person as the gate knows them, and the words that go with a clause."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from concord.core.agreement.model import Actor
from concord.core.trouble import Trouble
from concord.desk import people, standings
from concord.desk.establishments import names_of
from concord.web import entrance


def asking(request: HttpRequest) -> Actor:
    """The person behind the request, read afresh from the store with each request."""
    return people.actor(request.user, stepped_up=entrance.stepped_up(request))  # type: ignore[arg-type]


def side(request: HttpRequest) -> str:
    """`establishment` or `authority`."""
    return people.side_of(request.user.role)  # type: ignore[union-attr]


def own(actor: Actor) -> str:
    """The one establishment of a person who has one."""
    places = sorted(actor.establishments - {"*"})
    if len(places) != 1:
        raise Trouble("Choose an establishment first.", todo="Open it from your home page.")
    return places[0]


def place(actor: Actor, laestab: str) -> str:
    """An establishment by name and number, where it is the actor's; to anybody else it is a number."""
    name = names_of([laestab]).get(laestab, "") if actor.establishments & {laestab, "*"} else ""
    return f"{name} ({laestab})" if name else laestab


def clause(clause_id: str) -> dict[str, Any]:
    """A clause as the chip shows it: id and plain words."""
    known = standings.agreement().clauses.get(clause_id)
    return {"id": clause_id, "words": known.says if known else ""}


def whole(text: str) -> int:
    """A whole number from an address, or 0: only plain digits count, and no number that a database could not hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def words_of(request: HttpRequest, name: str = "q") -> str:
    """Words looked for, from an address: no more than could be meant, and nothing a database cannot hold."""
    return request.GET.get(name, "").replace("\0", "").strip()[:100]
