"""A pupil has died, is adopted, or must not be found: two people hide the record, and the other party is told at once.

Clauses 4(i) and 4(j). One person of either party asks, a second one confirms, and at the commit the record is out of
everybody's reach: it is moved where the application cannot read it (`store.hidden`). An opaque reference remains.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError
from psycopg import errors

from concord.core.agreement.model import EVERY, Actor, Permit
from concord.core.trouble import Trouble
from concord.desk import gate, hidden_rows, people, standings
from concord.desk.establishments import names_of
from concord.desk.gate import Refused
from concord.desk.view_pupil import NotThere
from concord.store import feeds, hidden, hidden_places, pupils
from concord.store.hidden import Order
from concord.store.whereabouts import whereabouts

FLOWS = {"death": "death-notice", "adoption": "adoption-notice", "restricted": "hidden-record"}
KINDS = {
    "death": "The pupil has died",
    "adoption": "The pupil is adopted",
    "restricted": "Where the pupil lives or learns must not be known",
}
PURPOSE = "safeguarding"
SHOWING = "hidden-record"
NO_ORDER = ("death", frozenset(["nowhere"]), None)


@dataclass(frozen=True, slots=True)
class Notice:
    """An order as a list shows it: a reference and what may be done, and nothing of whom it is about."""

    ref: uuid.UUID
    kind: str
    state: str
    places: list[str]
    asked: datetime
    decided: datetime | None
    mine: bool
    to_confirm: bool
    to_read: bool
    to_show: bool

    @property
    def short(self) -> str:
        return self.ref.hex[:8].upper()


@dataclass(frozen=True, slots=True)
class Opened:
    """What a permit opens of an order: who it is about (empty where it opens nothing), and every row to the few."""

    notice: Notice
    who: dict[str, str]
    rows: list[tuple[str, dict[str, Any]]]


# -- asking and deciding -----------------------------------------------------------------------------------------------


def kinds_for(actor: Actor) -> list[tuple[str, str]]:
    """The reasons for which this role may ask, with their words."""
    return [(kind, words) for kind, words in KINDS.items() if _may(actor, FLOWS[kind])]


def may_open_records(actor: Actor) -> bool:
    """Whether this role is one of the few who may open a hidden record."""
    return _may(actor, SHOWING)


def report(actor: Actor, pupil_id: uuid.UUID, kind: str) -> uuid.UUID:
    """Ask for a pupil to be hidden; the reference of the order. Asking twice is asking once."""
    if kind not in FLOWS:
        raise Trouble("Choose why the record must be hidden.")
    places = whereabouts([pupil_id]).get(pupil_id) or frozenset(["nowhere"])
    permit = _ask(actor, FLOWS[kind], _own(actor, places), pupil_id)
    with _doors(), gate.act(permit, "hiding asked for") as deed:
        ref = hidden.ask(permit, pupil_id, kind, people.side_of(actor.role))
        deed.about = ref.hex
    return ref


def report_by_upn(actor: Actor, laestab: str, upn: str, kind: str) -> uuid.UUID:
    """The same from an establishment's own page, where the pupil is named by the UPN."""
    if kind not in FLOWS:
        raise Trouble("Choose why the record must be hidden.")
    permit = _ask(actor, FLOWS[kind], frozenset([laestab]))
    with gate.act(permit, "pupil looked up", laestab) as deed:
        found = feeds.known(permit, laestab).get(upn.strip().upper())
        deed.subjects = (found,) if found else ()
    if found is None:
        raise NotThere
    return report(actor, uuid.UUID(found), kind)


def confirm(actor: Actor, ref: uuid.UUID) -> None:
    """The second person confirms: when this returns, the record is gone from every page, count, job and export."""
    permit, side = _of_order(actor, ref), people.side_of(actor.role)
    with _doors(), gate.act(permit, "record hidden", ref.hex) as deed:
        order = _order(permit, ref)
        rows = hidden.opened(permit, ref, side)
        who = next((body for rel, body in rows if rel == "pupil"), None)
        if order.state == "asked" and who is not None:
            marks, drops = _marks(permit, who, order.kind), _drops(permit, who, order)
            hidden.decide(permit, ref, side, yes=True, marks=marks, drops=drops)
        else:
            raise _decided()
        deed.facts |= {"kind": order.kind}


def decline(actor: Actor, ref: uuid.UUID) -> None:
    """It was a mistake: the order ends, and nothing was hidden."""
    permit, side = _of_order(actor, ref), people.side_of(actor.role)
    with _doors(), gate.act(permit, "hiding declined", ref.hex):
        hidden.decide(permit, ref, side, yes=False, marks=[], drops=[])


def ask_to_show(actor: Actor, ref: uuid.UUID, *, purpose: str = PURPOSE) -> None:
    """Ask for a hidden record to be shown again: it is, once somebody else asks the same."""
    _undo(actor, ref, purpose, yes=True)


def keep_hidden(actor: Actor, ref: uuid.UUID, *, purpose: str = PURPOSE) -> None:
    """Call off what `ask_to_show` began."""
    _undo(actor, ref, purpose, yes=False)


def _undo(actor: Actor, ref: uuid.UUID, purpose: str, *, yes: bool) -> None:
    permit = _showing(actor, ref, purpose)
    with _doors(), gate.act(permit, "showing a hidden record", ref.hex) as deed:
        deed.facts |= {"state": hidden.undo(permit, ref, yes=yes)}


# -- what is told ------------------------------------------------------------------------------------------------------


def notices(actor: Actor) -> list[Notice]:
    """The orders of the actor's establishments that this role takes part in, newest first."""
    found: dict[uuid.UUID, Notice] = {}
    places = hidden_places.places()
    for flow in dict.fromkeys(FLOWS.values()):
        mine = _own(actor, places) if _may(actor, flow) else frozenset()
        if not mine:
            continue
        permit = _ask(actor, flow, mine, categories=())
        with gate.act(permit, "hidden records listed") as deed:
            deed.establishments = frozenset()
            for order in hidden.orders(permit):
                if FLOWS[order.kind] == flow and _is_case(actor, order.pupil):
                    found[order.ref] = _notice(actor, order)
    return sorted(found.values(), key=lambda one: one.asked, reverse=True)


def duties(actor: Actor) -> list[Notice]:
    """Those that wait for this person: to confirm, or to read what the other party says."""
    return [one for one in notices(actor) if one.to_confirm or one.to_read]


def open_notice(actor: Actor, ref: uuid.UUID) -> Opened:
    """Who a notice is about, to a party that has not said yet that it has seen it. Each opening is in the ledger."""
    permit = _of_order(actor, ref)
    return _opened(actor, permit, ref, "notice opened")


def open_record(actor: Actor, ref: uuid.UUID, *, purpose: str) -> Opened:
    """The whole of a hidden record, to the few who may (flow `hidden-record`), with a purpose and a second proof."""
    return _opened(actor, _showing(actor, ref, purpose), ref, "hidden record opened")


def seen(actor: Actor, ref: uuid.UUID) -> None:
    """This party has read the notice. It opens to it no more."""
    permit = _of_order(actor, ref)
    with _doors(), gate.act(permit, "notice seen", ref.hex):
        hidden.seen(permit, ref, people.side_of(actor.role))


def _opened(actor: Actor, permit: Permit, ref: uuid.UUID, deed_name: str) -> Opened:
    with _doors(), gate.act(permit, deed_name, ref.hex):
        rows = hidden.opened(permit, ref, people.side_of(actor.role))
        order = _order(permit, ref)
    who = next((body for rel, body in rows if rel == "pupil"), {})
    items = {"surname": "Surname", "forename": "Forename", "dob": "Date of birth", "upn": "UPN"}
    return Opened(
        _notice(actor, order), {words: str(who[key] or "") for key, words in items.items() if key in who}, rows
    )


# -- inside ------------------------------------------------------------------------------------------------------------


def _notice(actor: Actor, order: Order) -> Notice:
    side, mine = people.side_of(actor.role), order.asked_by == actor.ref
    names = names_of(order.laestabs)
    return Notice(
        order.ref,
        order.kind,
        order.state,
        [names.get(one, one) for one in order.laestabs],
        order.asked,
        order.decided,
        mine,
        to_confirm=order.state == "asked" and not mine,
        to_read=order.state == "hidden" and order.seen.get(side) is None,
        to_show=order.state == "undo_asked" and order.undo_by != actor.ref,
    )


def _may(actor: Actor, flow: str) -> bool:
    return (flow, actor.role) in standings.agreement().table.allowed


def _own(actor: Actor, places: frozenset[str]) -> frozenset[str]:
    return places if actor.establishments & EVERY else places & actor.establishments or frozenset()


def _ask(
    actor: Actor,
    flow: str,
    places: frozenset[str],
    pupil: uuid.UUID | None = None,
    categories: tuple[str, ...] = ("identity",),
) -> Permit:
    """Leave for one flow; a pupil outside one's scope, a hidden one and none at all get one answer."""
    try:
        return gate.ask(
            actor,
            flow,
            establishments=places or ["nowhere"],
            categories=categories,
            purpose=PURPOSE,
            subjects=[pupil] if pupil else (),
        )
    except Refused as no:
        if no.refusal.reason in ("outside_scope", "unknown_establishment"):
            raise NotThere from no
        raise


def _is_case(actor: Actor, pupil: uuid.UUID | None) -> bool:
    """Whether somebody whose work is their own cases has this pupil among them; true of everybody else."""
    by_cases = standings.agreement().roles[actor.role].scope == "caseload"
    return not by_cases or (pupil is not None and str(pupil) in actor.caseload)


def _of_order(actor: Actor, ref: uuid.UUID) -> Permit:
    kind, places, pupil = hidden_places.of(ref) or NO_ORDER
    return _ask(actor, FLOWS[kind], _own(actor, places), pupil)


def _showing(actor: Actor, ref: uuid.UUID, purpose: str) -> Permit:
    _, places, _ = hidden_places.of(ref) or NO_ORDER
    try:
        return gate.ask(actor, SHOWING, establishments=places, categories=sorted(_open_to(actor)), purpose=purpose)
    except Refused as no:
        if no.refusal.reason in ("outside_scope", "unknown_establishment"):
            raise NotThere from no
        raise


def _open_to(actor: Actor) -> frozenset[str]:
    return frozenset(standings.agreement().table.allowed.get((SHOWING, actor.role), ())) or frozenset(["identity"])


def _order(permit: Permit, ref: uuid.UUID) -> Order:
    found = next((one for one in hidden.orders(permit) if one.ref == ref), None)
    if found is None:
        raise NotThere
    return found


def _marks(permit: Permit, who: dict[str, Any], kind: str) -> list[str]:
    """By what the pupil would be recognised again: every UPN ever held, the name now and before."""
    pupil = uuid.UUID(who["id"])
    past = {item: [one.value for one in pupils.history(permit, pupil, item)] for item in ("UPN", "FormerUPN")}
    upns = " ".join(dict.fromkeys([who["upn"], *past["UPN"], *past["FormerUPN"]]))
    record = {"UPN": upns, "Surname": who["surname"], "Forename": who["forename"], "DOB": who["dob"]}
    return hidden_rows.marks_of(record | {"PostCode": who["postcode"]}, kind)


def _drops(permit: Permit, who: dict[str, Any], order: Order) -> list[dict[str, str]]:
    """Take the pupil's records out of the sets of the regular feed, and name them for the courier to forget."""
    if order.kind == "restricted":
        return []
    return [
        {"laestab": laestab, "kind": kind, "record": ident}
        for laestab in order.laestabs
        for kind, ident in feeds.forget(permit, laestab, who["upn"])
    ]


def _decided() -> Trouble:
    return Trouble("This has been decided already.", todo="Open the list of hidden records to see how it stands.")


@contextmanager
def _doors() -> Iterator[None]:
    """What the database's doors answer, in words."""
    try:
        yield
    except DatabaseError as fault:
        reason = next((told for kind, told in _REASONS.items() if isinstance(fault.__cause__, kind)), None)
        if reason is None:
            raise
        raise reason() from fault


_REASONS: dict[type[BaseException], Callable[[], Exception]] = {
    errors.NoDataFound: NotThere,
    errors.CheckViolation: lambda: Trouble(
        "A second person must confirm this.",
        why="You asked for it yourself, and nobody hides or shows a record alone.",
        todo="Ask a colleague, or the other party, to open the notice.",
    ),
    errors.ObjectNotInPrerequisiteState: _decided,
    errors.LockNotAvailable: lambda: Trouble(
        "Returns are being loaded just now, so the record could not be moved.", todo="Try again in a minute."
    ),
}


def purposes() -> list[tuple[str, str]]:
    """The purposes for which a hidden record may be opened, with their words."""
    agreement = standings.agreement()
    return [(one, agreement.terms.purposes[one].says.capitalize()) for one in agreement.flows[SHOWING].purposes]


def in_words(opened: Opened) -> list[tuple[str, str]]:
    """An opened record as (item, value): identity, the values held last, where the pupil was, what came in since."""
    found = list(opened.who.items())
    for rel, body in opened.rows:
        if rel == "pupil_value" and body["superseded"] is None:
            found.append((body["item"], body["value"]))
        elif rel == "enrolment":
            found.append((f"At {body['laestab']}", f"from {body['entry']} until {body['leaving'] or 'now'}"))
        elif rel == "quarantine":
            words = ", ".join(f"{name} {value}" for name, value in body["record"].items())
            found.append((f"Came in by {body['via']} from {body['laestab']}", words))
    return found
