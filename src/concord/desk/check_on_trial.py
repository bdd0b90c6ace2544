"""A trial check: the same engine over a file that is then forgotten (clause 2(e)).

Nothing is stored: no file, no version, no finding. The ledger says that a trial was made and how much it found.
"""

from __future__ import annotations

from dataclasses import dataclass

from concord.core.agreement.model import Actor, Permit
from concord.core.collection import Collection
from concord.core.returns import locate_many
from concord.core.returns import read as read_file
from concord.core.rules import Finding, Outcome, check, group_by_cause, setting_for
from concord.core.rules.causes import Cause
from concord.core.trouble import Unreadable
from concord.desk import across, gate, receive_return

LISTED = 500  # places told one by one on the page of a trial; its causes count them all


@dataclass(frozen=True, slots=True)
class Place:
    """One finding of a trial, with the line of the file it stands on."""

    finding: Finding
    line: int | None


@dataclass(frozen=True, slots=True)
class Trial:
    collection: Collection
    laestab: str
    name: str
    pupils: int
    outcome: Outcome
    causes: list[Cause]
    places: list[Place]


def trial(actor: Actor, content: bytes, name: str, laestab: str) -> Trial:
    """Check a file of one's own establishment and forget it. Raises Unreadable where it is no return of it."""
    permit = gate.ask(actor, "own-return", establishments=[laestab], categories=["return"])
    with gate.act(permit, "trial check made", laestab) as deed:
        done, amiss = _tried(permit, content, name, laestab)
        deed.facts |= {"bytes": len(content), "outcome": done.outcome.kind if done else "unreadable"}
        if done:
            deed.about = f"{done.collection.id} {laestab}"
            deed.facts |= done.outcome.counts
    if done is None:
        raise amiss or RuntimeError("a trial ended with neither an outcome nor a reason")
    return done


def _tried(permit: Permit, content: bytes, name: str, laestab: str) -> tuple[Trial | None, Unreadable | None]:
    """The trial, or why the file is no return of this establishment: either way the ledger has its line."""
    try:
        return _checked(permit, content, name, laestab), None
    except Unreadable as fault:
        return None, fault


def _checked(permit: Permit, content: bytes, name: str, laestab: str) -> Trial:
    arriving = receive_return.read(content, name, laestab)
    read = read_file(content, name=name)
    known = across.around(permit, laestab, arriving.collection, None)
    outcome = check(read, setting_for(read.header, {laestab: known}))
    listed = outcome.findings[:LISTED]
    asked = [(one.table, one.row, one.item) for one in listed] if read.form == "xml" else []
    lines = locate_many(content, asked)
    places = [Place(one, lines.get((one.table, one.row, one.item))) for one in listed]
    causes = group_by_cause(outcome)
    return Trial(arriving.collection, laestab, name, arriving.pupils, outcome, causes, places)
