"""What is told of access in an emergency: to whoever asked, those who decide, the child's school, the auditor."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from concord.core.agreement.emergency import State
from concord.core.agreement.model import EVERY, Actor, Permit
from concord.desk import break_glass, emergency_look, gate, people, standings
from concord.desk.access_terms import access
from concord.desk.break_glass import FLOW, PURPOSE
from concord.desk.establishments import names_of
from concord.desk.view_pupil import NotThere
from concord.desk.work import Duty
from concord.store import emergencies, pupils
from concord.store.models import EmergencyAccess, Person
from concord.store.whereabouts import whereabouts

SCHOOL, AUDIT = "own-ledger", "audit"
TOLD_BY = (FLOW, SCHOOL)
NAMELESS = "A pupil who has left"


@dataclass(slots=True)
class Shown:
    """One request in words. `words` are the asker's own, to them and to those who decide; `who` is the child, to those
    who decide and to the child's school; `may` what this person may do about it now: answer, call_off, end, look,
    read, review.
    """

    row: EmergencyAccess
    state: State
    places: list[str]
    asker: str
    role: str
    reason: str
    decided_by: str
    ended_by: str
    reviewed_by: str
    words: str = ""
    who: dict[str, object] = field(default_factory=dict)
    may: frozenset[str] = frozenset()
    looks: int = 0

    @property
    def deeds(self) -> frozenset[str]:
        """What is done by one button."""
        return self.may & {"answer", "call_off", "end", "read"}

    @property
    def short(self) -> str:
        return emergency_look.short(self.row.id)


@dataclass(frozen=True, slots=True)
class Listing:
    rows: list[Shown]
    count: int
    more: int | None


# -- one request -------------------------------------------------------------------------------------------------------


def one(actor: Actor, ref: uuid.UUID) -> Shown:
    """One request, to those whom it concerns; to everybody else it is not there."""
    flow = _flow(actor)
    permit = _ask(actor, flow, ["*"])
    with gate.act(permit, "emergency access looked up", ref.hex) as deed:
        deed.establishments = frozenset()
        row = emergencies.find(permit, ref)
        looks = emergencies.looks(permit, row) if row else 0
    if row is None or not _concerns(actor, row, flow):
        raise NotThere
    shown = _shown(actor, [row])[0]
    shown.looks = looks
    if row.asked_by == actor.ref or flow == AUDIT:
        return shown
    return _with_child(actor, shown, flow)


def _flow(actor: Actor) -> str:
    """The flow by which a role hears of it: it asks or decides, its school's record was opened, or it audits."""
    parts = standings.agreement().table.parts
    return next((one for one in (FLOW, SCHOOL, AUDIT) if (one, actor.role) in parts), FLOW)


def _concerns(actor: Actor, row: EmergencyAccess, flow: str) -> bool:
    if flow == FLOW:
        return row.asked_by == actor.ref or break_glass.may_decide(actor)
    return flow == AUDIT or (bool(actor.establishments & set(row.laestabs)) and row.answer == "yes")


def _with_child(actor: Actor, shown: Shown, flow: str) -> Shown:
    """The same with who the child is, asked of the gate and written down like any look."""
    row = shown.row
    if "identity" not in standings.agreement().table.allowed[flow, actor.role]:
        return shown
    now = whereabouts([row.pupil_id]).get(row.pupil_id, frozenset())
    places = now if actor.establishments & EVERY else now & actor.establishments
    if not places:
        shown.who = {"Child": NAMELESS}
        return shown
    permit = _ask(actor, flow, sorted(places), ("identity",), [row.pupil_id])
    with gate.act(permit, "child of an emergency shown", row.id.hex):
        found = pupils.find(permit, row.pupil_id)
    if found is None:
        raise NotThere
    shown.who = {"Child": f"{found.forename} {found.surname}", "Date of birth": found.dob, "UPN": found.upn}
    return shown


def read(actor: Actor, ref: uuid.UUID) -> None:
    """The child's school has read that the record was opened."""
    permit = _ask(actor, SCHOOL, ["*"])
    with gate.act(permit, "emergency access read", ref.hex) as deed:
        row = emergencies.find(permit, ref, lock=True)
        if row is None or not _concerns(actor, row, SCHOOL):
            raise NotThere
        deed.establishments, deed.subjects = permit.establishments & set(row.laestabs), (str(row.pupil_id),)
        emergencies.read(permit, row)


# -- many --------------------------------------------------------------------------------------------------------------


def mine(actor: Actor) -> list[Shown]:
    """What this person asked for, newest first."""
    permit = _ask(actor, FLOW, [])
    with gate.act(permit, "own emergency access listed"):
        rows = list(emergencies.mine(permit)[:50])
    return _shown(actor, rows)


def waiting(actor: Actor) -> list[Shown]:
    """What waits for a second person, if this is one who may be it."""
    permit = _ask(actor, FLOW, ["*"])
    with gate.act(permit, "work listed") as deed:
        deed.establishments = frozenset()
        rows = list(emergencies.listed(permit, state="asked", now=timezone.now()))
    return [one for one in _shown(actor, rows) if "answer" in one.may]


def every(actor: Actor, *, state: str = "", start: int = 0, limit: int = 50) -> Listing:
    """All requests of the county, newest first, without the children: for those who watch over it (7(a))."""
    permit = _ask(actor, AUDIT, ["*"])
    with gate.act(permit, "emergency access listed") as deed:
        deed.establishments = frozenset()
        rows = emergencies.listed(permit, state=state, now=timezone.now())
        count, page = rows.count(), list(rows[start : start + limit + 1])
    return Listing(_shown(actor, page[:limit]), count, start + limit if len(page) > limit else None)


def at(permit: Permit, laestab: str) -> list[EmergencyAccess]:
    """What was opened of an establishment's records, inside a transaction of its own ledger page."""
    rows = emergencies.listed(permit, now=timezone.now())
    return [row for row in rows.filter(answer="yes") if laestab in row.laestabs]


def in_words(actor: Actor, rows: list[EmergencyAccess]) -> list[Shown]:
    """Requests as this person reads them."""
    return _shown(actor, rows)


def with_names(actor: Actor, rows: list[EmergencyAccess], roll: Mapping[uuid.UUID, str]) -> list[Shown]:
    """The same in words, each with the child's name as long as the child is on that establishment's roll."""
    found = _shown(actor, rows)
    for one in found:
        one.who = {"Child": roll.get(one.row.pupil_id, NAMELESS)}
    return found


# -- duties ------------------------------------------------------------------------------------------------------------


def duties(actor: Actor) -> list[Duty]:
    """What it asks of somebody now: to answer, to know that one's own is open, to read that it happened."""
    if break_glass.may_decide(actor):
        return [_duty(one, "A record is asked for in an emergency", "Read and answer", "4c") for one in waiting(actor)]
    if emergency_look.may_ask(actor):
        live = [one for one in mine(actor) if one.state in ("asked", "open")]
        words = {"asked": "Your request waits for a second person", "open": "A record is open to you for some hours"}
        return [_duty(one, words[one.state], "See how it stands", "4c") for one in live]
    return [_duty(one, "A record of your school was opened in an emergency", "Read it", "7a") for one in unread(actor)]


def unread(actor: Actor) -> list[Shown]:
    """What was opened of a school's records, and nobody there has said yet that they read it."""
    if actor.role not in access().emergency.told:
        return []
    permit = _ask(actor, SCHOOL, ["*"])
    with gate.act(permit, "work listed") as deed:
        deed.establishments = frozenset()
        rows = list(emergencies.listed(permit, now=timezone.now()).filter(answer="yes"))
    return _shown(actor, [one for one in rows if not set(one.read_at) & actor.establishments])


def _duty(shown: Shown, title: str, action: str, clause: str) -> Duty:
    why = f"{shown.short}: {shown.reason}" + (f" ({', '.join(shown.places)})" if shown.places else "")
    return Duty(title, why, f"/emergency/{shown.row.id}", action, _day(shown), clause)


def _day(shown: Shown) -> date:
    return timezone.localdate(shown.row.lapses if shown.state == "asked" else shown.row.until or shown.row.asked)


# -- inside ------------------------------------------------------------------------------------------------------------


def _ask(
    actor: Actor,
    flow: str,
    places: Iterable[str],
    categories: Iterable[str] = (),
    subjects: Iterable[uuid.UUID] = (),
) -> Permit:
    purpose = PURPOSE if flow == FLOW else ""
    return gate.ask(actor, flow, establishments=places, categories=categories, purpose=purpose, subjects=subjects)


def _shown(actor: Actor, rows: list[EmergencyAccess]) -> list[Shown]:
    names = names_of({place for row in rows for place in row.laestabs})
    refs = {
        ref for row in rows for ref in (row.asked_by, row.decided_by, row.ended_by, row.reviewed_by) if len(ref) == 32
    }
    called = {one.ref.hex: one.name for one in Person.objects.filter(ref__in=refs)}
    reasons = {one.id: one.says for one in access().emergency.reasons}
    return [
        Shown(
            row,
            break_glass.state(row),
            _places(actor, row, names),
            called.get(row.asked_by, ""),
            people.title(row.asked_role),
            reasons.get(row.reason, row.reason),
            called.get(row.decided_by, ""),
            called.get(row.ended_by, ""),
            called.get(row.reviewed_by, ""),
            row.words if row.asked_by == actor.ref or break_glass.may_decide(actor) else "",
            may=may(actor, row),
        )
        for row in rows
    ]


def _places(actor: Actor, row: EmergencyAccess, names: Mapping[str, str]) -> list[str]:
    """Where the child was; whoever asked learns nothing of it before a second person has agreed."""
    if row.asked_by == actor.ref and row.answer != "yes":
        return []
    return [names.get(place, place) for place in row.laestabs if place != "LA"]


def may(actor: Actor, row: EmergencyAccess) -> frozenset[str]:
    """What this person may do about a request now."""
    state, mine, decides = break_glass.state(row), row.asked_by == actor.ref, break_glass.may_decide(actor)
    found = {
        "answer": state == "asked" and decides and not break_glass.alone(actor, row),
        "call_off": state == "asked" and mine,
        "end": state == "open" and (mine or decides),
        "look": state == "open" and mine,
        "review": state in ("over", "ended")
        and decides
        and not row.review
        and actor.ref not in (row.asked_by, row.decided_by),
        "read": actor.role in access().emergency.told and not set(row.read_at) & actor.establishments,
    }
    return frozenset(name for name, holds in found.items() if holds)
