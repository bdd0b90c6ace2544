"""An MI officer settles a conflict before it enters the register; one step undoes it (clauses 4(f), 5(d))."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
from django.utils import timezone

from concord.core.agreement.model import Actor, Permit
from concord.core.collection import by_id
from concord.core.trouble import Trouble
from concord.desk import gate, load_return, raise_discrepancy
from concord.desk.establishments import names_of
from concord.store import changes, pupils, register
from concord.store.jobs import later
from concord.store.models import Change


@dataclass(frozen=True, slots=True)
class Question:
    """One conflict as the desk shows it, with whom it is about."""

    change: Change
    pupil: str
    upn: str


@dataclass(frozen=True, slots=True)
class Desk:
    """The next question, how many of each kind wait, and the names of the establishments that answer it."""

    question: Question | None
    counts: dict[str, int]
    names: dict[str, str]


def desk(actor: Actor, kind: str = "", *, skip: int = 0, chosen: uuid.UUID | None = None) -> Desk:
    """The oldest open conflict but `skip`, or the one `chosen` if it is still open, with both answers."""
    permit = _permit(actor)
    with gate.act(permit, "conflict shown") as deed:
        waiting = changes.open_ones(permit, kind)
        change = waiting.filter(pk=chosen).first() if chosen else waiting[skip : skip + 1].first()
        deed.establishments = frozenset()
        if change is None:
            return Desk(None, changes.counts(permit), {})
        found = pupils.find(permit, change.pupil_id) if change.pupil_id else None
        name = (
            f"{found.forename} {found.surname}"
            if found
            else " ".join(change.incoming.get(one, "") for one in ("Forename", "Surname"))
        )
        deed.establishments = frozenset({change.laestab, change.held_source} - {"", "LA"})
        deed.subjects = (str(change.pupil_id),) if change.pupil_id else ()
        names = names_of([change.laestab, change.held_source])
        return Desk(
            Question(change, name, found.upn if found else change.incoming.get("UPN", "")),
            changes.counts(permit),
            names,
        )


def waiting(
    actor: Actor, kind: str = "", *, start: int = 0, limit: int = 50
) -> tuple[list[Question], dict[str, str], int]:
    """A page of the open conflicts, oldest first, each with whom it is about; names of places; how many wait."""
    permit = _permit(actor)
    with gate.act(permit, "conflicts listed") as deed:
        rows = changes.open_ones(permit, kind)
        page = list(rows.select_related("pupil")[start : start + limit])
        deed.establishments = frozenset(place for one in page for place in (one.laestab, one.held_source)) - {"", "LA"}
        deed.subjects = tuple(sorted({str(one.pupil_id) for one in page if one.pupil_id}))
        found = [
            Question(one, _named(one), one.pupil.upn if one.pupil else one.incoming.get("UPN", "")) for one in page
        ]
        places = [place for one in page for place in (one.laestab, one.held_source, one.held, one.offered)]
        return found, names_of(places), rows.count()


def _named(change: Change) -> str:
    if change.pupil:
        return f"{change.pupil.forename} {change.pupil.surname}"
    return " ".join(change.incoming.get(one, "") for one in ("Forename", "Surname"))


def settle(actor: Actor, change_id: uuid.UUID, *, accept: bool) -> None:
    """Accept what the return says, or keep what is held. The establishment whose value is not taken is told (2(d))."""
    permit = _permit(actor)
    with gate.act(permit, "conflict settled") as deed:
        change = _open(permit, change_id, "conflict")
        raise_discrepancy.check_may_settle(actor, change)
        _SETTLE[change.kind](permit, change, accept)
        changes.answer(permit, change, "accepted" if accept else "rejected", actor.ref, timezone.now())
        raise_discrepancy.told(permit, change, accept)
        deed.establishments = frozenset({change.laestab} | ({change.held_source} - {"", "LA"}))
        deed.subjects = (str(change.pupil_id),) if change.pupil_id else ()
        deed.facts |= {"change": change.id.hex, "kind": change.kind, "item": change.item, "answer": change.state}


def undo(actor: Actor, change_id: uuid.UUID) -> None:
    """Put a settled conflict back as it was, the register with it."""
    permit = _permit(actor)
    with gate.act(permit, "settlement undone") as deed:
        change = changes.find(permit, change_id, lock=True)
        if change is None or change.state not in ("accepted", "rejected") or change.decided_by in ("", "rule"):
            raise Trouble("This conflict is not settled, so there is nothing to undo.")
        if change.kind == "pupil":
            raise Trouble(
                "A pupil that has been told apart is not joined again here.",
                todo="Raise a discrepancy on the pupil's page.",
            )
        if not _UNDO[change.kind](permit, change):
            raise Trouble(
                "This can no longer be undone: the register has been told something newer since.",
                todo="Look at the pupil's history, and raise a discrepancy if it is wrong.",
            )
        changes.answer(permit, change, "conflict", "", None)
        raise_discrepancy.untold(permit, change)
        deed.establishments = frozenset({change.laestab})
        deed.facts |= {"change": change.id.hex, "kind": change.kind}


def _permit(actor: Actor) -> Permit:
    return gate.ask(actor, "conflict-settlement", establishments=["*"], categories=["identity", "enrolment"])


def _open(permit: Permit, change_id: uuid.UUID, state: str) -> Change:
    change = changes.find(permit, change_id, lock=True)
    if change is None:
        raise Trouble(
            "There is no such conflict.", todo="Go back to the list; it may have been replaced by a newer upload."
        )
    if change.state != state:
        raise Trouble(
            "Somebody has settled this already.",
            why=f"It is {change.state}.",
            todo="Undo it first to answer otherwise.",
        )
    return change


def _value(permit: Permit, change: Change, accept: bool) -> None:
    if not accept:
        return
    now = timezone.now()
    row = {"pupil": [str(change.pupil_id)], "item": [change.item], "value": [change.offered]}
    stamped = pl.DataFrame(row).with_columns(
        pl.lit(change.laestab).alias("source"),
        pl.lit(_via(change)).alias("via"),
        pl.lit(_day(change)).alias("holds_from"),
        pl.lit(now).alias("recorded"),
    )
    register.supersede(permit, now, stamped)
    register.record(permit, stamped)
    load_return.renew(permit, stamped)


def _day(change: Change) -> date:
    """From when what was offered holds: the day of its collection; of the regular feed, the day it came."""
    if change.version is None:
        return timezone.localdate(change.raised)
    return by_id(change.version.of.collection).reference_date


def _via(change: Change) -> str:
    return f"settled {change.id.hex}"


def _undo_value(permit: Permit, change: Change) -> bool:
    if change.state == "rejected":
        return True
    before = register.take_back(permit, _pupil(change), change.item, _via(change), timezone.now())
    if before is None:
        return False
    row = {"pupil": [str(change.pupil_id)], "item": [change.item], "value": [before]}
    load_return.renew(permit, pl.DataFrame(row))
    return True


def _pupil(change: Change) -> uuid.UUID:
    if change.pupil_id is None:
        raise RuntimeError(f"change {change.id} is about a pupil and has none")
    return change.pupil_id


def _roll(permit: Permit, change: Change, accept: bool) -> None:
    """Accept: the pupil moved here, and left the other establishment; reject: the pupil is still there, not here."""
    loser = change.held_source if accept else change.laestab
    change.incoming = register.close_enrolment(permit, _pupil(change), loser, gate.today() - timedelta(days=1))


def _undo_roll(permit: Permit, change: Change) -> bool:
    done = register.reopen_enrolment(permit, _pupil(change), change.incoming)
    change.incoming = {}
    return done


def _who(permit: Permit, change: Change, accept: bool) -> None:
    """Accept: the register's person; reject: somebody new. The return's row is then loaded like any other."""
    if not accept:
        change.pupil_id = None
    later("load_return", lock="register", version=change.version_id)


_SETTLE = {"value": _value, "roll": _roll, "pupil": _who}
_UNDO = {"value": _undo_value, "roll": _undo_roll}
