"""Who changed school, and who is vulnerable, left and did not arrive: found in the data, worked to an end (3(f))."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from concord.core.agreement.model import Actor, Permit
from concord.core.trouble import Trouble
from concord.desk import gate, standings
from concord.desk.establishments import names_of
from concord.desk.ownership import in_force, sheet
from concord.desk.view_pupil import NotThere
from concord.store import movers
from concord.store.models import Establishment, MoverCase

FLOW = "transfer-tracking"
LAST = (date.max, uuid.UUID(int=2**128 - 1))
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that makes a pupil vulnerable, and the data category that shows it."""

    id: str
    says: str
    category: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case as one permit shows it: of signs outside its categories only that there are more."""

    one: MoverCase
    pupil: str
    upn: str
    born: date | None
    place: str
    to: str
    signs: list[str]
    more_signs: int


@dataclass(frozen=True, slots=True)
class Cases:
    rows: list[Case]
    count: int
    more: int | None


# -- found -------------------------------------------------------------------------------------------------------------


def follow() -> dict[str, int]:
    """Look through the register: a case for each vulnerable pupil who left and is on no roll; those who came close.

    The hub does this after every load, so a case is raised on the day the data shows it. Run again, it changes nothing.
    """
    permit = gate.ask(
        gate.system(), FLOW, establishments=["*"], categories=["identity", "enrolment"], purpose="safeguarding"
    )
    with gate.act(permit, "movers followed") as deed:
        deed.establishments = frozenset()
        today, rule = gate.today(), in_force(sheet("vulnerable")["rule"], gate.today())[0]
        closed = movers.arrived(permit, timezone.now())
        oldest = date(today.year - int(rule["oldest"]) - 1, today.month, min(today.day, 28))
        gone = movers.gone(permit, today - timedelta(days=int(rule["look_back"])), today, oldest)
        new = movers.open_cases(permit, _vulnerable(permit, gone, today + timedelta(days=int(rule["days"]))))
        deed.facts |= {"left": len(gone), "raised": new, "arrived": closed}
    return dict(deed.facts)


def _vulnerable(permit: Permit, gone: list[tuple[Any, ...]], due: date) -> list[dict[str, Any]]:
    """The facts of a case for each of those gone who bears a sign."""
    rows = in_force(sheet("vulnerable")["sign"], gate.today())
    pupils = [one[0] for one in gone]
    items = [row[key] for row in rows for key in ("item", "ends") if key in row]
    held = movers.values(permit, pupils, items)
    happened = {
        row["id"]: movers.suspended(permit, pupils, gate.today() - timedelta(days=int(row["days"])))
        for row in rows
        if row.get("happened") == "suspension"
    }
    found = []
    for pupil, laestab, left, via, year_group, _ in gone:
        signs = [row["id"] for row in rows if _bears(row, held.get(pupil, {})) or pupil in happened.get(row["id"], ())]
        if signs:
            facts = {"pupil_id": pupil, "laestab": laestab, "left": left, "via": via, "year_group": year_group}
            found.append(facts | {"signs": signs, "raised": timezone.now(), "due": due})
    return found


def _bears(row: dict[str, Any], held: dict[str, str]) -> bool:
    """Whether the values held show a sign."""
    value = held.get(row.get("item", ""), "")
    if not value:
        return False
    if "ends" in row:
        return not held.get(row["ends"]) or held[row["ends"]] > gate.today().isoformat()
    return value in row["values"] if "values" in row else value not in row.get("but", ())


# -- worked ------------------------------------------------------------------------------------------------------------


def outcomes() -> list[tuple[str, str]]:
    """How a case may end, in words."""
    return [(row["id"], row["says"]) for row in sheet("vulnerable")["outcome"]]


def close(actor: Actor, ident: uuid.UUID, outcome: str, *, to: str = "", words: str = "", purpose: str) -> None:
    """Work a case to its outcome: found at an establishment, or another end that is said in words."""
    row = next((one for one in sheet("vulnerable")["outcome"] if one["id"] == outcome), None)
    if row is None:
        raise Trouble("Choose how the case ended.")
    _check(row, to, words)
    permit = _permit(actor, purpose)
    with gate.act(permit, "mover case closed", ident.hex) as deed:
        case = movers.find(permit, ident, lock=True)
        if case is None or not _is_case(actor, case):
            raise NotThere
        if case.state != "open":
            raise Trouble("This case is closed.", todo="Open it again to see how it ended.")
        at = to if row["needs"] == "establishment" else ""
        movers.close(permit, case, outcome, to=at, words=words.strip(), now=timezone.now())
        deed.establishments, deed.subjects = frozenset([case.laestab]), (str(case.pupil_id),)
        deed.facts |= {"outcome": outcome}


def _check(row: dict[str, Any], to: str, words: str) -> None:
    if row["needs"] == "establishment" and not Establishment.objects.filter(laestab=to).exists():
        raise Trouble("Say at which establishment the pupil was found.", why="Give its DfE number, such as 886/2001.")
    if row["needs"] == "words" and not words.strip():
        raise Trouble("Say how you know.", why="The next person must be able to follow it.")
    if len(words) > LONGEST:
        raise Trouble(f"Use at most {LONGEST:,} characters.")


# -- shown -------------------------------------------------------------------------------------------------------------


def listing(
    actor: Actor, *, purpose: str, state: str = "open", laestab: str = "", start: int = 0, limit: int = 50
) -> Cases:
    """Cases this person may see, what is due first at the head."""
    permit = _permit(actor, purpose)
    with gate.act(permit, "mover cases listed") as deed:
        rows = movers.cases(permit, state=state, laestab=laestab)
        page = list(rows[start : start + limit + 1])
        deed.establishments = frozenset(one.laestab for one in page[:limit])
        deed.subjects = tuple(sorted({str(one.pupil_id) for one in page[:limit]}))
        count = rows.count()
    names = names_of(place for one in page for place in (one.laestab, one.to_laestab))
    return Cases(
        [_case(permit, one, names) for one in page[:limit]], count, start + limit if len(page) > limit else None
    )


def opened(actor: Actor, ident: uuid.UUID, *, purpose: str) -> Case:
    """One case with its evidence."""
    permit = _permit(actor, purpose)
    with gate.act(permit, "mover case shown", ident.hex) as deed:
        one = movers.find(permit, ident)
        if one is None or not _is_case(actor, one):
            raise NotThere
        deed.establishments, deed.subjects = frozenset([one.laestab]), (str(one.pupil_id),)
    return _case(permit, one, names_of([one.laestab, one.to_laestab]))


def transfers(
    actor: Actor, *, purpose: str, days: int = 90, before: tuple[date, uuid.UUID] = LAST, limit: int = 50
) -> list[dict[str, Any]]:
    """Pupils who changed establishment, the latest first: where from, where to, and the days between."""
    permit = _permit(actor, purpose)
    with gate.act(permit, "transfers listed") as deed:
        rows = movers.moved(permit, gate.today() - timedelta(days=days), before=before, limit=limit)
        deed.establishments = frozenset(place for row in rows for place in (row["was"], row["now"]))
        deed.subjects = tuple(sorted({str(row["id"]) for row in rows}))
    names = names_of(place for row in rows for place in (row["was"], row["now"]))
    return [row | {"was": names.get(row["was"], row["was"]), "now": names.get(row["now"], row["now"])} for row in rows]


def check(actor: Actor) -> None:
    """Raise Refused where this role follows nobody, before it is asked for a purpose."""
    if (FLOW, actor.role) not in standings.agreement().table.allowed:
        gate.ask(actor, FLOW, establishments=["*"], categories=["identity"])


def due(actor: Actor) -> tuple[int, date | None]:
    """How many open cases this person may see, and the first day one is due."""
    permit = _permit(actor, "safeguarding")
    with gate.act(permit, "work listed") as deed:
        deed.establishments = frozenset()
        return movers.waiting(permit)


def purposes() -> list[tuple[str, str]]:
    agreement = standings.agreement()
    return [(one, agreement.terms.purposes[one].says.capitalize()) for one in agreement.flows[FLOW].purposes]


def _permit(actor: Actor, purpose: str) -> Permit:
    """Leave for every category the role may have through this flow, confidential ones only with a second proof."""
    table = standings.agreement().table
    allowed = table.allowed.get((FLOW, actor.role), frozenset())
    locked = frozenset() if actor.stepped_up else table.confidential.get((FLOW, actor.role), frozenset())
    by_cases = (
        standings.agreement().roles[actor.role].scope == "caseload"
        if actor.role in standings.agreement().roles
        else False
    )
    subjects = sorted(actor.caseload) if by_cases else []
    return gate.ask(
        actor, FLOW, establishments=["*"], categories=sorted(allowed - locked), purpose=purpose, subjects=subjects
    )


def _is_case(actor: Actor, case: MoverCase) -> bool:
    return standings.agreement().roles[actor.role].scope != "caseload" or str(case.pupil_id) in actor.caseload


def _case(permit: Permit, one: MoverCase, names: dict[str, str]) -> Case:
    known = {row["id"]: Sign(row["id"], row["says"], row["category"]) for row in sheet("vulnerable")["sign"]}
    signs = [known[sign] for sign in one.signs if sign in known]
    shown = [sign.says for sign in signs if sign.category in permit.categories]
    return Case(
        one,
        f"{one.pupil.forename} {one.pupil.surname}",
        one.pupil.upn,
        one.pupil.dob,
        names.get(one.laestab, one.laestab),
        names.get(one.to_laestab, one.to_laestab) if one.to_laestab else "",
        shown,
        len(signs) - len(shown),
    )
