"""Finding a pupil: by a name spelled nearly right, by any number, or by a birthday in any usual form (clause 4(c))."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from concord.core.agreement.model import Actor
from concord.core.identifiers import upn_form
from concord.desk import gate, offered, standings
from concord.desk.establishments import names_of
from concord.store import search as register_search
from concord.store.search import START, Place

FLOW = "professional-view"
SHORTEST = 2  # letters of a name; fewer would be a list of the county
MOST_WORDS = 8
PAGE = 50
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b", re.ASCII)
_BRITISH = re.compile(r"\b(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})\b", re.ASCII)
_WORDED = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?[ -]+([a-z]{3,9})\.?,?[ -]+(\d{4})\b", re.ASCII | re.IGNORECASE)
_RUN_ON = re.compile(r"\b(\d{2})(\d{2})(\d{4})\b", re.ASCII)
_ULN = re.compile(r"\b[1-9]\d{9}\b", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed, as the register is asked: names folded, numbers as they stand, birthdays as dates."""

    names: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    born: tuple[date, ...] = ()

    @property
    def asks(self) -> bool:
        return bool(self.names or self.identifiers or self.born)


@dataclass(frozen=True, slots=True)
class Page:
    """Those found, in order; `after` starts the next page and is empty on the last."""

    rows: list[dict[str, Any]]
    after: str


def wanted(words: str) -> Wanted:
    """Read what was typed. Whatever is neither a number nor a date is a name; one letter alone asks for nothing."""
    left, born = _dates(words[:200])
    identifiers = []
    for one in left.upper().split():
        if upn_form(one) != "malformed" or _ULN.fullmatch(one):
            identifiers.append(one)
            left = re.sub(re.escape(one), " ", left, flags=re.IGNORECASE)
    folded = offered.fold(left.replace("-", " ").replace("/", " ")).split()
    names = tuple(one for one in folded if len(one) >= SHORTEST)[:MOST_WORDS]
    return Wanted(names, tuple(dict.fromkeys(identifiers)), tuple(born))


def _dates(text: str) -> tuple[str, list[date]]:
    """The text without its dates, and those that are real. `03/04/2015` is the third of April: this is Britain."""
    found: list[date] = []
    for pattern, read in ((_ISO, _of_iso), (_BRITISH, _of_british), (_WORDED, _of_words), (_RUN_ON, _of_british)):
        for match in list(pattern.finditer(text)):
            day = read(*match.groups())
            if day is not None:
                found.append(day)
                text = text.replace(match.group(0), " ", 1)
    return text, found


def _of_iso(year: str, month: str, day: str) -> date | None:
    return _real(int(year), int(month), int(day))


def _of_british(day: str, month: str, year: str) -> date | None:
    full = int(year) if len(year) == 4 else 2000 + int(year)
    return _real(full, int(month), int(day))


def _of_words(day: str, month: str, year: str) -> date | None:
    name = month[:3].lower()
    return _real(int(year), _MONTHS.index(name) + 1, int(day)) if name in _MONTHS else None


def _real(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2100 else None


def check(actor: Actor) -> None:
    """Raise Refused where this role finds nobody at all, before it is asked for a name and a purpose."""
    if (FLOW, actor.role) not in standings.agreement().table.allowed:
        gate.ask(actor, FLOW, establishments=["*"], categories=["identity"])


def search(actor: Actor, words: str, *, purpose: str, case: str = "", after: str = "", limit: int = PAGE) -> Page:
    """Pupils among those the actor may see. What was searched for is not kept, only that it was, and who was found."""
    cases = sorted(actor.caseload) if standings.agreement().roles[actor.role].scope == "caseload" else []
    permit = gate.ask(
        actor,
        FLOW,
        establishments=["*"],
        categories=["identity", "enrolment"],
        purpose=purpose,
        case=case,
        subjects=cases,
    )
    asked = wanted(words)
    with gate.act(permit, "pupils searched") as deed:
        found = register_search.find(
            permit, asked.names, asked.identifiers, asked.born, after=_place(after), limit=limit + 1
        )
        rows = found[:limit]
        deed.establishments = frozenset(place for row in rows for place in row["laestabs"])
        deed.subjects = tuple(str(row["id"]) for row in rows)
        deed.facts |= {"found": len(rows)}
    names = names_of(place for row in rows for place in row["laestabs"])
    for row in rows:
        row["places"] = [names.get(place, place) for place in row["laestabs"]]
    return Page(rows, _after(rows[-1]) if len(found) > limit else "")


def _after(row: dict[str, Any]) -> str:
    return f"{row['rank']}|{row['key']}"


def _place(after: str) -> Place:
    """Where the next page starts. What is not a place starts at the beginning."""
    rank, bar, key = after.partition("|")
    return (int(rank), key) if bar and re.fullmatch(r"\d{1,2}", rank, re.ASCII) and "\0" not in key else START
