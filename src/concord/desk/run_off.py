"""What becomes of the data when an agreement ends: deleted, deactivated, kept, and until when (clause 4(e))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from concord.core.agreement.days import in_words
from concord.core.agreement.model import Actor, Permit, Standing
from concord.core.agreement.retention import due
from concord.core.agreement.roles import Retention
from concord.desk import gate, standings
from concord.desk.pdf_agreement import length
from concord.store import holdings

SURE = {
    "verified": "seen in a named public source",
    "known": "common practice, not checked",
    "design": "a choice of this configuration",
}
_AT_ONCE = "At once"


@dataclass(frozen=True, slots=True)
class Line:
    """One class of record: how many are held (None where nobody counts them), what happens, and by when.

    `by` is the last day on which any of them may still be there, where the schedule gives one; else empty. `law`: held
    also under flows that go on without the agreement.
    """

    title: str
    held: int | None
    action: str
    when: str
    by: date | None
    basis: str
    sure: str
    law: bool


def planned(actor: Actor, laestab: str) -> list[Line]:
    """The run-off as if the agreement ended today, or from the day it did."""
    permit = gate.ask(actor, "agreement-life", establishments=[laestab])
    with gate.act(permit, "run-off shown", laestab):
        stands = standings.of([laestab], gate.today())[laestab]
        return plan(permit, stands)


def plan(permit: Permit, stands: Standing) -> list[Line]:
    """What is deleted, deactivated and kept from the day the agreement stopped. Call it under the permit."""
    agreed, counted = standings.agreement(), holdings.count(permit, stands.establishment)
    ended = ends_on(stands)
    mine = [one for one in agreed.flows.values() if stands.kind in one.needs_agreement]
    classes = dict.fromkeys(one.retention for one in mine if one.needs_agreement[stands.kind])
    lawful = {one.retention for one in mine if not one.needs_agreement[stands.kind]}
    rows = [agreed.retention[name][-1] for name in (*classes, "agreement_record", "ledger")]
    half = Line("Files that had half arrived", None, "delete", _AT_ONCE, ended, "nothing half sent is kept", "", False)
    return [half, *(_line(row, ended, counted.get(row.id), row.id in lawful) for row in dict.fromkeys(rows))]


def ends_on(stands: Standing) -> date:
    """The day the agreement stops or stopped: that of an end, of a notice that runs, or today as if it ended."""
    if stands.state in ("ended", "lapsed") and stands.since:
        return stands.since
    if stands.state == "notice" and stands.until:
        return stands.until
    return stands.on


def _line(row: Retention, ended: date, held: int | None, law: bool) -> Line:
    last = _last_trigger(row.trigger, ended)
    found = due(standings.agreement(), row.id, last) if last else None
    if row.months is None:
        when = "Kept as long as they are of use"
    elif found:
        when = f"{length(row.months)} from {row.trigger}: the last on {in_words(found.on)}"
    else:
        when = f"{length(row.months)} from {row.trigger}, counted for each"
    return Line(row.title, held, row.action, when, found.on if found else None, row.basis, SURE[row.source], law)


def _last_trigger(trigger: str, ended: date) -> date | None:
    """The latest day a class of record can count from once nothing more comes in; None where only its record knows."""
    if trigger.startswith("end of the academic year"):
        return date(ended.year + (ended.month > 8), 8, 31)
    if trigger.startswith("end of the financial year"):
        return date(ended.year + (ended >= date(ended.year, 4, 1)), 3, 31)
    own_day = ("date of birth", "end of employment", "the matter is", "access ended", "none")
    return None if trigger.startswith(own_day) else ended
