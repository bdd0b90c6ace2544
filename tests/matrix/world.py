"""A hub in which every pupil carries marks that stand nowhere else: whatever leaves it can be searched for them."""

from __future__ import annotations

import secrets
import tomllib
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import small_hub
from small_hub import ACADEMY, HERE, THERE, census, head, la, someone

RECORDS = ("own", "transferred", "other", "former", "academy", "hidden")
PLACES = {"HERE": HERE, "THERE": THERE, "ACADEMY": ACADEMY}
EXPECTED = tomllib.loads((Path(__file__).parent / "expected.toml").read_text())
ROUTES = tomllib.loads((Path(__file__).parent / "routes.toml").read_text())
COLLECTION = "SC-AUT-2026"
ITEMS = {
    "identity": "MiddleNames",
    "address": "Street",
    "sen": "SENtype2",
    "fsm": "FSMendDate",
    "characteristics": "Language",
    "attainment": "EnglishGCSEHighestPriorAttainment",
}
"""The item of each category that carries its mark in the register."""


@dataclass
class World:
    """The pupils by kind of record, their marks by (record, category), and what points at them."""

    pupils: dict[str, uuid.UUID] = field(default_factory=dict)
    upns: dict[str, str] = field(default_factory=dict)
    marks: dict[tuple[str, str], list[bytes]] = field(default_factory=dict)
    discrepancies: dict[str, uuid.UUID] = field(default_factory=dict)
    movers: dict[str, uuid.UUID] = field(default_factory=dict)
    orders: dict[str, uuid.UUID] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)
    emergencies: dict[str, uuid.UUID] = field(default_factory=dict)

    def mark(self, record: str, category: str) -> str:
        """A new mark: letters only, so that it stands in any form of text, and never twice."""
        word = "Q" + "".join(secrets.choice("bcdfghjkmnpqrstvwxz") for _ in range(14))
        self.marks.setdefault((record, category), []).append(word.encode())
        return word

    def number(self, record: str, category: str) -> int:
        """The same for what is a number: nine digits."""
        found = secrets.randbelow(800_000_000) + 100_000_000
        self.marks.setdefault((record, category), []).extend([str(found).encode(), f"{found:,}".encode()])
        return found


def build() -> World:
    """Returns sent, checked and loaded; values planted; one pupil moved, one gone, one hidden; one suspension."""
    from concord.store.models import Pupil

    small_hub.settle_in(ACADEMY)
    world = World()
    named = {record: _named(world, at, record) for at, record in enumerate(RECORDS)}
    before = [named[one] for one in ("own", "transferred", "former", "hidden")]
    _sent(census(before, HERE, "SUM"), HERE)
    _sent(census([named["other"]], THERE, "SUM"), THERE)
    _sent(census([named["academy"]], ACADEMY, "SUM"), ACADEMY)
    after = [named[one] for one in ("own", "hidden")]
    gone = [{**named[one], "LeavingDate": "2026-09-01"} for one in ("transferred", "former")]
    _sent(census(after, HERE, left=gone), HERE)
    joined = {**named["transferred"], "EntryDate": "2026-09-07"}
    _sent(census([joined, named["other"]], THERE), THERE)
    _sent(census([named["academy"]], ACADEMY), ACADEMY)
    found = dict(Pupil.objects.using("owner").values_list("upn", "id"))
    world.pupils = {record: found[one["UPN"]] for record, one in named.items()} | {"never": uuid.uuid4()}
    for record in RECORDS:
        _plant(world, record)
    _work(world)
    _people(world)
    _emergencies(world)
    _end(world)
    return world


def _named(world: World, at: int, record: str) -> dict[str, str]:
    names = {"Surname": world.mark(record, "identity"), "Forename": world.mark(record, "identity")}
    row = someone(at, **names, SENprovision="K", Sex="9")
    world.upns[record] = row["UPN"]
    world.marks[record, "identity"].append(row["UPN"].encode())
    return row


def _sent(content: bytes, laestab: str) -> None:
    from concord.desk import load_return
    from concord.desk.validate_return import validate

    version = small_hub.send(content, laestab)
    validate(version.pk, laestab)
    load_return.load(version.pk)


def _plant(world: World, record: str) -> None:
    """A mark in every field the register has, by category, written by the owner of the tables."""
    from django.utils import timezone

    from concord.store.models import AttendancePeriod, Contact, Enrolment, MarksOfYear, PupilValue, Suspension

    pupil, now = world.pupils[record], timezone.now()
    place = {"other": THERE, "transferred": THERE, "academy": ACADEMY}.get(record, HERE)
    stamp = {"source": place, "via": "planted", "holds_from": date(2026, 9, 1), "recorded": now}
    kinds = {**ITEMS, "care": "PLAA"}
    rows = [
        PupilValue(pupil_id=pupil, item=item, value=world.mark(record, kind), **stamp) for kind, item in kinds.items()
    ]
    values = PupilValue.objects.using("owner")
    values.filter(pupil=pupil, item__in=kinds.values()).delete()
    values.bulk_create(rows)
    Enrolment.objects.using("owner").filter(pupil=pupil).update(via=world.mark(record, "enrolment"))
    days = {"begins": date(2026, 4, 1), "ends": date(2026, 7, 20)}
    possible = world.number(record, "attendance")
    AttendancePeriod.objects.using("owner").create(
        pupil_id=pupil, laestab=place, possible=possible, sessions={}, via="planted", **days
    )
    MarksOfYear.objects.using("owner").create(
        pupil_id=pupil,
        laestab=place,
        begins=date(2026, 8, 1),
        marks=world.mark(record, "attendance marks"),
        recorded=now,
    )
    Suspension.objects.using("owner").create(
        pupil_id=pupil,
        laestab=place,
        category="SUSP",
        start=date(2026, 5, 5),
        sessions=world.number(record, "suspensions"),
        via="planted",
    )
    called = {"surname": world.mark(record, "contacts"), "phone": world.mark(record, "contacts"), "recorded": now}
    Contact.objects.using("owner").create(pupil_id=pupil, laestab=place, priority="1", **called)


def _work(world: World) -> None:
    """A discrepancy about each of three, a conflict about one, a case for whoever is gone, a look at each."""
    from concord.desk import follow_movers, raise_discrepancy, view_pupil
    from concord.store.models import Change, MoverCase

    for record in ("own", "other", "hidden"):
        told = {"says": world.mark(record, "identity"), "suggested": world.mark(record, "identity")}
        world.discrepancies[record] = raise_discrepancy.raise_(
            la("mi_officer"), world.pupils[record], "Surname", **told
        )
    for record in ("other", "hidden"):
        offered = {"held": world.mark(record, "identity"), "offered": world.mark(record, "identity")}
        Change.objects.using("owner").create(
            laestab=HERE,
            kind="value",
            pupil_id=world.pupils[record],
            item="Surname",
            held_source=THERE,
            state="conflict",
            raised=_now(),
            **offered,
        )
    follow_movers.follow()
    cases = MoverCase.objects.using("owner").values_list("pupil_id", "id")
    kinds = {pupil: record for record, pupil in world.pupils.items()}
    world.movers = {kinds[pupil]: ident for pupil, ident in cases}
    for record in ("own", "transferred", "other", "hidden"):
        view_pupil.view(la("admissions"), world.pupils[record], purpose="admissions")


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


def _people(world: World) -> None:
    from concord.desk import gate
    from concord.store.models import Person

    today = gate.today()
    until = today + timedelta(days=100)
    for name, facts in EXPECTED["actor"].items():
        if not facts["role"]:
            continue
        cases = [world.pupils[one] for one in facts.get("cases", ())]
        world.people[name] = Person.objects.create(
            email=f"{name}@example.org",
            name=f"Person {name}",
            role=facts["role"],
            establishments=[PLACES[facts["places"]]] if facts["places"] in PLACES else ["*"],
            caseload=cases,
            active=facts.get("active", True),
            trained_until=until if facts.get("trained", True) else today - timedelta(days=1),
            declared_until=until if facts.get("declared", True) else None,
            authorised_until=until,
            joined=_now(),
        )


def _emergencies(world: World) -> None:
    """`other` opened to somebody who has not their case, `own` asked for and not answered, `hidden` opened before."""
    from concord.desk import break_glass, people
    from concord.desk.break_glass import Named

    def link(path: str) -> str:
        return f"https://hub.example{path}"

    askers = {"other": "sen_caseworker", "own": "social_worker", "hidden": "inclusion_officer"}
    for record, name in askers.items():
        asker = people.actor(world.people[name], stepped_up=True)
        words = f"{world.mark(record, 'words')} was found alone at the station."
        ref = break_glass.ask(asker, Named(world.upns[record]), "danger", words, link)
        world.emergencies[record] = ref
        if record != "own":
            break_glass.decide(people.actor(world.people["mi_manager"]), ref, yes=True, link=link)


def _end(world: World) -> None:
    """Hide the hidden one, each party having read the notice; suspend the academy's agreement."""
    from concord.desk import agreements, hide_pupil

    ref = hide_pupil.report(head(HERE), world.pupils["hidden"], "death")
    hide_pupil.confirm(la("mi_officer"), ref)
    world.orders["hidden"] = ref
    agreements.record(head(ACADEMY), ACADEMY, "suspended", party="establishment", evidence="A breach, in writing")
