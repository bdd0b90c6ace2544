"""The agreements, people and events that the tests of the legal side speak of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from concord.core.agreement.events import Event
from concord.core.agreement.load import load
from concord.core.agreement.model import EVERY, Actor, Ask, Standing
from concord.core.agreement.schedule import Agreement
from concord.core.agreement.standing import standing
from concord.core.shelf import shelf

HERE, THERE = "886/4001", "886/4002"
KENT = shelf("agreements") / "kent-2022"
WESTMARCH = Path(__file__).parent / "agreements" / "westmarch-2025"
START = date(2023, 9, 1)
PARTY = {"head": "establishment", "mi_officer": "authority", "mi_manager": "authority", "system": "register"}


@cache
def kent() -> Agreement:
    return load(KENT)


@cache
def westmarch() -> Agreement:
    return load(WESTMARCH)


def noon(day: date, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(minutes=minute)


def event(kind: str, on: date, role: str = "head", *, minute: int = 0, **more: Any) -> Event:
    """An event recorded at noon of its day by the role's own party."""
    details = {key: str(value) for key, value in more.pop("details", {}).items()}
    told = {"party": PARTY[role], "recorded": noon(on, minute), "establishment": HERE} | more
    return Event(kind=kind, on=on, role=role, by="someone", details=details, **told)


def signed(on: date = START, *, version: str = "1.1", expires: date = date(2035, 1, 1)) -> list[Event]:
    """Everything it takes to be in force, all on one day."""
    return [
        event("ico_registered", on, details={"number": "ZA123456", "expires": expires}),
        event("signed", on, minute=1, version=version),
        event("privacy_notice_confirmed", on, "mi_officer", minute=2, evidence="notice"),
        event("countersigned", on, "mi_manager", minute=3, version=version),
    ]


def suspension(on: date, role: str = "mi_manager", evidence: str = "") -> Event:
    return event("suspended", on, role, minute=4, evidence=evidence or f"breach of {on}")


def notice(on: date, ends: date) -> Event:
    return event("notice_given", on, minute=5, evidence="letter", details={"ends": ends})


def stand(events: list[Event], on: date, *, kind: str = "academy") -> Standing:
    return standing(kent(), events, HERE, on, kind=kind)


def actor(role: str, on: date, **more: Any) -> Actor:
    """A user in good order on a day; those of the authority may ask about every establishment."""
    everywhere = kent().roles[role].side in ("authority", "machine") if role in kent().roles else False
    told = {
        "establishments": EVERY if everywhere else frozenset([HERE]),
        "caseload": frozenset(["p1"]),
        "trained_until": on,
        "declared_until": on,
    }
    return Actor(ref="someone", role=role, **(told | more))


def ask(role: str, flow: str, on: date, *categories: str, purpose: str = "", **more: Any) -> Ask:
    told = {"establishments": frozenset([HERE]), "subjects": ("p1",)} | {
        k: v for k, v in more.items() if k in Ask.__slots__
    }
    about = {key: value for key, value in more.items() if key not in Ask.__slots__}
    return Ask("r1", flow, actor(role, on, **about), categories=frozenset(categories), on=on, purpose=purpose, **told)
