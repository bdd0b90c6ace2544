"""Copies of academies' final returns: which are expected, which are here, who was reminded, and why one never came.

An academy makes its own return to the DfE, and shares its final file after that while the agreement holds: clause 2(f).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from concord.core.agreement.model import EVERY, Actor, Standing
from concord.core.collection import Collection, by_id
from concord.core.trouble import Trouble
from concord.desk import gate, standings
from concord.desk.establishments import family_of
from concord.desk.gate import Refused
from concord.desk.work import Duty, may_take_part
from concord.store import across, returns, threads
from concord.store.models import CollectionReturn, CopyNote

FLOWS = {"SC": "academy-census-copy", "SWF": "academy-workforce-copy"}
REASONS = {
    "not_returned": "The academy has not made its own return to the DfE yet",
    "trust_decides": "The trust is deciding whether to share it",
    "mis": "The academy's system cannot make the file at present",
    "refused": "The academy does not share its copy",
    "closed": "The academy closed or joined another before census day",
    "other": "Another reason, told below",
}
WORDS = {
    "here": "The final copy is here",
    "unsigned": "A file is here, not signed off as the final copy",
    "expected": "Expected, nothing here yet",
    "late": "Expected, and the deadline has passed",
    "not_due": "Not due: the agreement is no ground for it",
}
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Copy:
    """One academy's line. `state` is a key of `WORDS`; `standing` says in a word how its agreement stands."""

    laestab: str
    name: str
    state: str
    standing: str
    received: datetime | None = None
    version: int = 0
    reminded: list[datetime] = field(default_factory=list)
    reason: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Copies:
    collection: Collection
    rows: list[Copy]
    counts: dict[str, int]


def expected(actor: Actor, collection_id: str) -> Copies:
    """Every academy of the area, and how its copy stands."""
    collection = by_id(collection_id)
    permit = gate.ask(actor, "return-approval", establishments=["*"], categories=["return"])
    with gate.act(permit, "copies of academies listed", collection.id) as deed:
        stands = standings.of(permit.establishments, gate.today())
        academies = {place: one for place, one in stands.items() if _is_academy(one)}
        held = {one.establishment_id: one for one in returns.within(permit).filter(collection=collection.id)}
        notes = threads.copy_notes(permit, collection.id)
        names = across.names(permit, academies)
        deed.establishments = frozenset(academies)
    told = {place: [note for note in notes if note.establishment_id == place] for place in academies}
    rows = [
        _copy(place, names.get(place, place), one, held.get(place), told[place], collection=collection)
        for place, one in sorted(academies.items())
    ]
    counts = {state: sum(1 for row in rows if row.state == state) for state in WORDS}
    return Copies(collection, rows, counts)


def _is_academy(stands: Standing) -> bool:
    kind = standings.agreement().terms.kinds.get(stands.kind)
    return bool(kind and kind.family == "academy" and "closed" not in stands.facts)


def _copy(
    place: str,
    name: str,
    stands: Standing,
    held: CollectionReturn | None,
    own: list[CopyNote],
    *,
    collection: Collection,
) -> Copy:
    given = next((note for note in reversed(own) if note.kind == "reason"), None)
    version = held.current if held else None
    return Copy(
        place,
        name,
        _state(stands, held, collection),
        stands.state,
        version.received if version else None,
        version.number if version else 0,
        [note.at for note in own if note.kind == "reminded"],
        given.reason if given else "",
        given.text if given else "",
    )


def _state(stands: Standing, held: CollectionReturn | None, collection: Collection) -> str:
    if held is not None and held.current_id:
        return "here" if held.state in ("submitted", "approved") else "unsigned"
    if not stands.in_force:
        return "not_due"
    return "late" if gate.today() > collection.deadline else "expected"


def remind(actor: Actor, collection_id: str, laestabs: list[str]) -> int:
    """Remind academies whose copy is expected; their people see it among their duties. How many were reminded."""
    copies = expected(actor, collection_id)
    due = [
        row.laestab for row in copies.rows if row.laestab in laestabs and row.state in ("expected", "late", "unsigned")
    ]
    if not due:
        raise Trouble("None of these owes a copy.", todo="Choose academies whose copy is expected.")
    permit = gate.ask(actor, "return-approval", establishments=due, categories=["return"])
    with gate.act(permit, "academy reminded of its copy", copies.collection.id) as deed:
        for laestab in due:
            threads.note_copy(permit, laestab, copies.collection.id, "reminded", now=timezone.now())
        deed.establishments = frozenset(due)
    return len(due)


def explain(actor: Actor, collection_id: str, laestab: str, reason: str, text: str) -> None:
    """Record why an academy's copy is not here; either side may say so."""
    collection, words = by_id(collection_id), text.strip()
    if reason not in REASONS or len(words) > LONGEST or (reason == "other" and not words):
        raise Trouble("Choose a reason, and tell it where it is another one.", todo="Up to 1,000 characters.")
    flow = "data-query-help"
    permit = gate.ask(actor, flow, establishments=[laestab], categories=["return"])
    with gate.act(permit, "missing copy explained", f"{collection.id} {laestab}") as deed:
        threads.note_copy(permit, laestab, collection.id, "reason", reason=reason, text=words, now=timezone.now())
        deed.facts |= {"reason": reason}


def reminded(actor: Actor, laestab: str) -> list[tuple[str, datetime]]:
    """The collections of whose copy an academy was reminded last, newest first; nothing where it came since."""
    permit = gate.ask(actor, "own-return", establishments=[laestab], categories=["return"])
    with gate.act(permit, "reminders read", laestab):
        last = threads.last_reminders(permit, laestab)
        held = {one.collection for one in returns.within(permit) if one.state in ("submitted", "approved")}
    return [(collection, at) for collection, at in last if collection not in held]


# -- what needs whom ---------------------------------------------------------------------------------------------------


def duties(actor: Actor) -> list[Duty]:
    """For the authority, academies reminded in vain; for an academy, the reminder it was sent."""
    try:
        return _of_authority(actor) if actor.establishments & EVERY else _of_academies(actor)
    except Refused:  # the role has no part in returns, or its training has run out: other pages say so
        return []


def _of_authority(actor: Actor) -> list[Duty]:
    if not may_take_part(actor, "return-approval"):
        return []
    permit = gate.ask(actor, "return-approval", establishments=["*"], categories=["return"])
    with gate.act(permit, "work listed") as deed:
        deed.establishments = frozenset()
        rows = threads.reminded_in_vain(permit)
    stands = standings.of(frozenset(place for place, _, _ in rows), gate.today()) if rows else {}
    owed: dict[str, list[datetime]] = {}
    for place, collection, first in rows:
        if place in stands and stands[place].in_force:
            owed.setdefault(collection, []).append(first)
    return [_waiting(by_id(collection), since) for collection, since in owed.items()]


def _waiting(collection: Collection, since: list[datetime]) -> Duty:
    many = len(since)
    words = f"{many:,} academies were reminded of their copy" if many > 1 else "1 academy was reminded of its copy"
    why = f"{collection.title}: it has not come yet. Ask again, or write down why none comes"
    address = f"/progress/{collection.id}/copies"
    return Duty(words, why, address, "Open the copies", collection.deadline, "2f", since=min(since).date())


def _of_academies(actor: Actor) -> list[Duty]:
    if not may_take_part(actor, "own-return"):
        return []
    return [
        Duty(
            f"Send your copy: {by_id(collection).title}",
            f"The local authority reminded you on {at:%-d %B %Y}",
            f"/returns/{laestab}/{collection}",
            "Open the return",
            by_id(collection).deadline,
            "2f",
            since=at.date(),
        )
        for laestab in sorted(actor.establishments)
        if family_of(laestab, gate.today()) == "academy"
        for collection, at in reminded(actor, laestab)
    ]
