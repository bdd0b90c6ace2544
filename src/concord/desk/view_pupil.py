"""A professional opens one child's record, as far as role, training, purpose and the agreement allow (2(d), 4(c))."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from concord.core.agreement.model import Actor, Permit
from concord.core.trouble import Trouble
from concord.desk import emergency_look, gate, offered, standings
from concord.desk.establishments import NOBODYS
from concord.desk.gate import Refused
from concord.store import pupils, record
from concord.store.models import Pupil, PupilValue
from concord.store.whereabouts import whereabouts

FLOW = "professional-view"


class NotThere(Trouble):
    """Nothing there: the same for a record that never was, one that is hidden, and one outside the asker's scope."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such record, or it is not one you may see.",
            why="A record is shown only to people whose work needs it (clause 4(c)).",
            todo="Check the address, or search by name. If a child on your caseload is missing, ask your manager.",
        )


@dataclass(frozen=True, slots=True)
class Record:
    """A pupil as one permit shows them: a category that the permit does not cover is absent, not empty.

    `notes` are the discrepancies about what is shown: who reads a value learns that it is in doubt.
    """

    permit: Permit
    pupil: record.PupilRow
    values: dict[str, list[record.ValueRow]]
    enrolments: list[record.EnrolmentRow]
    attendance: list[record.PeriodRow]
    suspensions: list[record.SuspensionRow]
    marks: list[record.MarksRow]
    contacts: list[record.ContactRow]
    notes: list[record.NoteRow]
    places: dict[str, str]
    withheld: list[str]


def view(actor: Actor, pupil_id: uuid.UUID, *, purpose: str, case: str = "") -> Record:
    """One record. Asks for every category the role may have through this flow, and shows what the permit gives."""
    categories, withheld = _categories(actor)
    permit = _asked(actor, pupil_id, categories, purpose, case)
    with gate.act(permit, "pupil shown") as deed:
        found = _record(permit, pupil_id, withheld)
        if found is None:
            raise NotThere
        deed.facts |= {"categories": sorted(permit.categories)}
        return found


def _asked(actor: Actor, pupil_id: uuid.UUID, categories: list[str], purpose: str, case: str) -> Permit:
    """Ask for one pupil. A record outside the asker's scope, a hidden one and none at all get one answer."""
    places = whereabouts([pupil_id]).get(pupil_id) or frozenset(["nowhere"])
    if opened := emergency_look.opened_to(actor, pupil_id, places):
        return emergency_look.ask(actor, opened, pupil_id, places, categories)
    try:
        return gate.ask(
            actor, FLOW, establishments=places, categories=categories, purpose=purpose, case=case, subjects=[pupil_id]
        )
    except Refused as no:
        if no.refusal.reason in ("outside_scope", "unknown_establishment"):
            raise NotThere from no
        raise


def history(
    actor: Actor, pupil_id: uuid.UUID, item: str, *, purpose: str, case: str = ""
) -> tuple[Pupil, list[PupilValue]]:
    """Every value an item of a pupil ever had, newest first."""
    category = next((one for one, items in offered.ITEMS.items() if item in items), None)
    if category is None:
        raise NotThere
    permit = _asked(actor, pupil_id, ["identity", category], purpose, case)
    with gate.act(permit, "history shown") as deed:
        found = pupils.find(permit, pupil_id)
        if found is None:
            raise NotThere
        deed.facts |= {"item": item}
        return found, pupils.history(permit, pupil_id, item)


def purposes() -> list[tuple[str, str]]:
    """The purposes for which a record may be opened, with their words."""
    agreement = standings.agreement()
    return [(one, agreement.terms.purposes[one].says.capitalize()) for one in agreement.flows[FLOW].purposes]


def _categories(actor: Actor) -> tuple[list[str], list[str]]:
    """What the role may have through this flow, and what it may have only with a second proof of identity."""
    agreement = standings.agreement()
    allowed = agreement.table.allowed.get((FLOW, actor.role), frozenset())
    locked = (
        frozenset() if actor.stepped_up else allowed & agreement.table.confidential.get((FLOW, actor.role), frozenset())
    )
    return sorted(allowed - locked), sorted(locked)


def _record(permit: Permit, pupil_id: uuid.UUID, withheld: list[str]) -> Record | None:
    has = permit.categories.__contains__
    kept = {category: items for category, items in offered.ITEMS.items() if has(category)}
    items = [item for items in kept.values() for item in items]
    shown = {*items, *(whole for whole, category in offered.WHOLES.items() if has(category))}
    rows = record.read(permit, pupil_id, items, shown)
    if rows.pupil is None:
        return None
    by_item = {value.item: value for value in rows.values}
    return Record(
        permit,
        rows.pupil,
        {category: [by_item[item] for item in items if item in by_item] for category, items in kept.items()},
        rows.enrolments,
        rows.attendance,
        rows.suspensions,
        rows.marks,
        rows.contacts,
        rows.notes,
        rows.places | NOBODYS,
        withheld,
    )


def why(permit: Permit) -> dict[str, str]:
    """*Why can I see this?* in plain words: the clause, the basis, the purpose and what the role is for."""
    agreement = standings.agreement()
    clause = agreement.clauses[permit.clause]
    role = agreement.roles[permit.role]
    return {
        "clause": permit.clause,
        "says": clause.says,
        "basis": permit.basis,
        "role": role.title,
        "purpose": permit.purpose,
        "sentence": emergency_look.sentence(permit) or role.says,
        "case": permit.case,
    }


def may_open(actor: Actor) -> bool:
    """Whether this role opens pupils' records at all."""
    return (FLOW, actor.role) in standings.agreement().table.allowed


def may_tell(permit: Permit) -> bool:
    """Whether whoever holds this permit may also say that a value is wrong (clause 5(d))."""
    return ("discrepancy", permit.role) in standings.agreement().table.allowed
