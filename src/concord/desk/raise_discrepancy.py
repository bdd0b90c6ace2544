"""One party holds a value to be wrong and tells the other; whoever provides it settles it (clauses 2(d), 5(d))."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from concord.core.agreement.model import EVERY, Actor, Permit
from concord.core.trouble import Trouble
from concord.desk import gate, offered, ownership, people, standings
from concord.desk.establishments import names_of
from concord.desk.gate import Refused
from concord.desk.view_pupil import NotThere
from concord.store import discrepancies, feeds, pupils
from concord.store.models import Change, Discrepancy, Pupil
from concord.store.whereabouts import whereabouts

FLOW = "discrepancy"
OUTCOMES = {
    "corrected": "It was wrong, and has been corrected where it is kept",
    "right": "It is right as it stands",
    "withdrawn": "It was raised by mistake",
}
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Shown:
    """A discrepancy as its page shows it. `may_answer`, `may_read`: what this person may do about it now."""

    one: Discrepancy
    pupil: str
    upn: str
    place: str
    owner: str
    may_answer: bool
    may_read: bool
    outcomes: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Before:
    """What is known before somebody says that a value is wrong: what was said already, and by when one answers."""

    waiting: list[Discrepancy]
    due: date


@dataclass(frozen=True, slots=True)
class Listing:
    rows: list[Shown]
    count: int
    more: int | None


def category_of(item: str) -> str:
    """The data category that shows an item. Raises Trouble for what is none."""
    found = offered.category_of(item)
    if not found:
        raise Trouble("Choose which value is wrong.")
    return found


def items_for(actor: Actor) -> list[str]:
    """The items this role may say something about, confidential ones only with a second proof of identity."""
    allowed = _categories(actor)
    return [item for category, items in offered.ITEMS.items() if category in allowed for item in items] + [
        item for item, category in offered.WHOLES.items() if category in allowed
    ]


def _categories(actor: Actor) -> frozenset[str]:
    table = standings.agreement().table
    allowed = table.allowed.get((FLOW, actor.role), frozenset())
    return allowed if actor.stepped_up else allowed - table.confidential.get((FLOW, actor.role), frozenset())


# -- raising -----------------------------------------------------------------------------------------------------------


def before(actor: Actor, pupil_id: uuid.UUID) -> Before:
    """Which of a pupil's values that this role may speak of are in doubt already. It names nobody: the record does."""
    permit = _ask(actor, _places(actor, pupil_id), frozenset(["identity"]), [pupil_id])
    with gate.act(permit, "discrepancies of a pupil listed"):
        if pupils.find(permit, pupil_id) is None:
            raise NotThere
        told = discrepancies.about(permit, pupil_id, frozenset(items_for(actor)))
    return Before([one for one in told if one.state == "open"], ownership.due(gate.today()))


def _places(actor: Actor, pupil_id: uuid.UUID) -> frozenset[str]:
    """Where the pupil is, as far as it is this person's."""
    places = whereabouts([pupil_id]).get(pupil_id) or frozenset(["nowhere"])
    return places if actor.establishments & EVERY else (places & actor.establishments) or places


def raise_(actor: Actor, pupil_id: uuid.UUID, item: str, *, says: str, suggested: str = "") -> uuid.UUID:
    """Say that a value is wrong; the discrepancy's id. Said twice about the same value, it is one."""
    words = _words(says, "Say what is wrong and how you know.")
    mine = _places(actor, pupil_id)
    permit = _ask(actor, mine, frozenset(["identity", category_of(item)]), [pupil_id])
    with gate.act(permit, "discrepancy raised") as deed:
        found = pupils.find(permit, pupil_id)
        if found is None:
            raise NotThere
        side = people.side_of(actor.role)
        known = discrepancies.same(permit, pupil_id, item, side)
        one = known or _add(permit, found, item, side, mine, says=words, suggested=suggested.strip()[:LONGEST])
        deed.about, deed.establishments = one.id.hex, frozenset([one.laestab])
        deed.facts |= {"item": item, "owner": one.owner}
    return one.id


def raise_by_upn(actor: Actor, laestab: str, upn: str, item: str, *, says: str, suggested: str = "") -> uuid.UUID:
    """The same from an establishment's own page, where the pupil is named by the UPN."""
    permit = _ask(actor, frozenset([laestab]), frozenset(["identity"]), [])
    with gate.act(permit, "pupil looked up", laestab) as deed:
        found = feeds.known(permit, laestab).get(upn.strip().upper())
        deed.subjects = (found,) if found else ()
    if found is None:
        raise NotThere
    return raise_(actor, uuid.UUID(found), item, says=says, suggested=suggested)


def _add(permit: Permit, pupil: Pupil, item: str, side: str, places: frozenset[str], **words: str) -> Discrepancy:
    """Addressed to whoever said the value that is held, if the pupil is there still; else to where the pupil is."""
    held = next(iter(pupils.values(permit, pupil.id, [item])), None)
    at = held.source if held and held.source in places else sorted(places)[0]
    return discrepancies.add(
        permit,
        laestab=at,
        pupil_id=pupil.id,
        upn=pupil.upn,
        item=item,
        held=held.value if held else "",
        raised_side=side,
        raised=timezone.now(),
        owner=ownership.owner_of(item, gate.today()).side,
        due=ownership.due(gate.today()),
        state="open",
        **words,
    )


def told(permit: Permit, change: Change, accepted: bool) -> None:
    """A conflict was settled against a value: its establishment is told, in the settlement's own transaction."""
    loser = change.held_source if accepted else change.laestab
    if change.kind == "pupil" or change.pupil_id is None or loser in ("", "LA"):
        return
    item, found = change.item or "enrolment", pupils.find(permit, change.pupil_id)
    discrepancies.add(
        permit,
        laestab=loser,
        pupil_id=change.pupil_id,
        upn=found.upn if found else "",
        item=item,
        held=change.offered if accepted else change.held,
        suggested=change.held if accepted else change.offered,
        says=via(change),
        raised_side="authority",
        raised=timezone.now(),
        owner="establishment",
        due=ownership.due(gate.today()),
        state="told",
    )


def untold(permit: Permit, change: Change) -> None:
    """The settlement was undone: what was told of it is taken back."""
    if change.pupil_id is not None:
        discrepancies.call_back(permit, change.pupil_id, change.item or "enrolment", via(change))


def via(change: Change) -> str:
    return f"conflict {change.id.hex[:8]}"


def check_may_settle(actor: Actor, change: Change) -> None:
    """Raise Trouble where the item is one that this role may not settle conflicts about."""
    owner = ownership.owner_of(change.item, gate.today())
    if change.kind == "value" and actor.role not in owner.settles:
        roles = ", ".join(people.title(role) for role in owner.settles)
        raise Trouble(f"{owner.says} Your role does not settle it.", todo=f"Leave it to: {roles}.")


# -- answering ---------------------------------------------------------------------------------------------------------


def answer(actor: Actor, ident: uuid.UUID, outcome: str, words: str) -> None:
    """The side that provides the value says how it ended; whoever raised it may take it back."""
    text = _words(words, "Say what you found out.")
    permit, _ = _of(actor, ident)
    with gate.act(permit, "discrepancy settled", ident.hex) as deed:
        one = discrepancies.find(permit, ident, lock=True)
        if one is None:
            raise NotThere
        if one.state != "open":
            raise Trouble("This discrepancy has been settled.", todo="Open it again to see how.")
        if outcome not in dict(_outcomes(actor, one)):
            raise _not_yours(one)
        discrepancies.settle(permit, one, outcome, text, timezone.now())
        deed.establishments, deed.facts = frozenset([one.laestab]), deed.facts | {"item": one.item, "outcome": outcome}


def read(actor: Actor, ident: uuid.UUID) -> None:
    """An establishment has read that its value was not taken."""
    permit, _ = _of(actor, ident)
    with gate.act(permit, "settlement read", ident.hex) as deed:
        one = discrepancies.find(permit, ident, lock=True)
        if one is None:
            raise NotThere
        if one.state == "told" and people.side_of(actor.role) == one.owner:
            discrepancies.settle(permit, one, "read", "", timezone.now())
        deed.establishments = frozenset([one.laestab])


def _outcomes(actor: Actor, one: Discrepancy) -> list[tuple[str, str]]:
    """What this person may answer now: nothing where it is not their move."""
    if one.state != "open":
        return []
    answers = actor.role in ownership.owner_of(one.item, gate.today()).answers
    mine = people.side_of(actor.role) == one.raised_side
    return [(key, text) for key, text in OUTCOMES.items() if (mine if key == "withdrawn" else answers)]


def _not_yours(one: Discrepancy) -> Trouble:
    owner = ownership.owner_of(one.item, gate.today())
    roles = ", ".join(people.title(role) for role in owner.answers)
    return Trouble("This is not yours to answer.", why=owner.says, todo=f"It waits for: {roles}.")


# -- shown -------------------------------------------------------------------------------------------------------------


def listing(actor: Actor, *, state: str = "", owner: str = "", start: int = 0, limit: int = 50) -> Listing:
    """The discrepancies of the actor's establishments, what is due first at the head."""
    permit = _ask(actor, frozenset(["*"]), _categories(actor), [])
    with gate.act(permit, "discrepancies listed") as deed:
        items = frozenset(items_for(actor))
        rows = discrepancies.listed(permit, state=state, owner=owner, items=items)
        page = list(rows[start : start + limit + 1])
        deed.establishments = frozenset(one.laestab for one in page[:limit])
        deed.subjects = tuple(sorted({str(one.pupil_id) for one in page[:limit]}))
        count, who = rows.count(), _who(permit, page)
    names = names_of(one.laestab for one in page)
    shown = [_shown(actor, one, names, who) for one in page[:limit]]
    return Listing(shown, count, start + limit if len(page) > limit else None)


def opened(actor: Actor, ident: uuid.UUID) -> Shown:
    permit, found = _of(actor, ident)
    with gate.act(permit, "discrepancy shown", ident.hex) as deed:
        deed.establishments, deed.subjects = frozenset([found.laestab]), (str(found.pupil_id),)
        who = _who(permit, [found])
    return _shown(actor, found, names_of([found.laestab]), who)


def due(actor: Actor) -> tuple[int, date | None]:
    """How many wait for this person's side, and the first day one is due."""
    permit = _ask(actor, frozenset(["*"]), frozenset(["identity"]), [])
    with gate.act(permit, "work listed") as deed:
        deed.establishments = frozenset()
        return discrepancies.waiting(permit, people.side_of(actor.role))


def _of(actor: Actor, ident: uuid.UUID) -> tuple[Permit, Discrepancy]:
    """One discrepancy and a permit for the category of its item; nothing there, hidden or another's are one answer."""
    first = _ask(actor, frozenset(["*"]), frozenset(["identity"]), [])
    with gate.act(first, "discrepancy looked up", ident.hex) as deed:
        deed.establishments = frozenset()
        found = discrepancies.find(first, ident)
    if found is None:
        raise NotThere
    return _ask(actor, frozenset([found.laestab]), frozenset(["identity", category_of(found.item)]), []), found


def _who(permit: Permit, rows: list[Discrepancy]) -> dict[uuid.UUID, str]:
    """Names of those who are still inside the permit's scope; of others only the UPN is told."""
    found = pupils.many(permit, {one.pupil_id for one in rows})
    return {one.id: f"{one.forename} {one.surname}" for one in found}


def _shown(actor: Actor, one: Discrepancy, names: dict[str, str], who: dict[uuid.UUID, str]) -> Shown:
    outcomes = _outcomes(actor, one)
    return Shown(
        one,
        who.get(one.pupil_id, "A pupil who has left"),
        one.upn,
        names.get(one.laestab, one.laestab),
        one.owner,
        bool(outcomes),
        one.state == "told" and people.side_of(actor.role) == one.owner,
        outcomes,
    )


def _ask(actor: Actor, places: frozenset[str], categories: frozenset[str], subjects: list[uuid.UUID]) -> Permit:
    try:
        return gate.ask(actor, FLOW, establishments=places, categories=categories, subjects=subjects)
    except Refused as no:
        if subjects and no.refusal.reason in ("outside_scope", "unknown_establishment"):
            raise NotThere from no
        raise


def _words(text: str, empty: str) -> str:
    plain = text.strip()
    if not plain:
        raise Trouble(empty)
    if len(plain) > LONGEST:
        raise Trouble(f"Use at most {LONGEST:,} characters.", why=f"There are {len(plain):,}.")
    return plain
