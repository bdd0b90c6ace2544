"""A record's parts as the pupil page takes them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from concord.core.attendance import alphabet
from concord.desk import gate, standings
from concord.desk.view_pupil import Record
from concord.web.pages import pupil_notes, wording
from concord.web.parts.table import Column, Table
from concord.web.parts.words import counted
from concord.web.parts.year import Year

_STATUS = {"C": "Single registration", "M": "Main of two registrations", "S": "Subsidiary of two registrations"}


def rows(record: Record, category: str) -> list[dict[str, Any]]:
    """The values of a category, each with who said so, since when, and its history one click away."""
    return [
        {
            "key": wording.item(one.item),
            "value": wording.value(one.item, one.value),
            "source": record.places.get(one.source, one.source),
            "on": one.holds_from,
            "history_url": f"/pupils/{record.pupil.id}/history/{one.item}",
            "notes": pupil_notes.at(record, one.item),
        }
        for one in record.values.get(category, [])
    ]


# The page's sections: heading, the categories whose values stand in it, and what is said where none is held.
_SECTIONS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "identity": ("Identity", ("identity", "characteristics"), "Nothing is held here."),
    "school": ("At school", ("enrolment",), "Nothing is held here."),
    "meals": ("Free school meals", ("fsm",), "No free school meals are known to us."),
    "sen": ("Special educational needs", ("sen",), "No special educational need is known to us."),
    "care": ("Care and social work", ("care",), "Nothing is held here."),
    "attainment": (
        "Attainment",
        ("attainment",),
        "No attainment is held. The register keeps the GCSE grades in English and maths that the autumn census gives "
        "of pupils over 16; results of the foundation and key stages are not loaded into it.",
    ),
    "address": ("Home address", ("address",), "No address is held."),
}


def sections(record: Record) -> dict[str, dict[str, Any]]:
    """The sections of values that the permit gives: heading, rows, and what to say where none is held."""
    return {
        name: {
            "title": title,
            "rows": [row for category in categories for row in rows(record, category)],
            "nothing": nothing,
        }
        for name, (title, categories, nothing) in _SECTIONS.items()
        if not record.permit.categories.isdisjoint(categories)
    }


def where(record: Record) -> list[dict[str, Any]]:
    return [
        {
            "establishment": record.places.get(one.laestab, one.laestab),
            "laestab": one.laestab,
            "year_group": one.year_group,
            "since": one.entry,
            "status": _STATUS.get(one.status, "").lower(),
        }
        for one in record.enrolments
        if one.leaving is None
    ]


def enrolments(record: Record) -> list[dict[str, Any]]:
    """Enrolments as a timeline, the latest first: a leaving is an event of its own."""
    events: list[dict[str, Any]] = []
    for one in record.enrolments:
        name = record.places.get(one.laestab, one.laestab)
        if one.leaving:
            events.append({"title": f"Left {name}", "on": one.leaving, "by": wording.via(one.via), "words": ""})
        events.append(
            {
                "title": f"Joined {name}",
                "on": one.entry,
                "by": wording.via(one.via),
                "words": _STATUS.get(one.status, ""),
            }
        )
    return sorted(events, key=lambda event: event["on"], reverse=True)


def matters(record: Record, year: Year | None) -> list[dict[str, Any]]:
    """What asks for attention: on no roll or two, suspended in the last 30 days, a tenth or more of sessions missed,
    values in doubt."""
    now = [one for one in record.enrolments if one.leaving is None]
    found: list[dict[str, Any]] = []
    if record.enrolments and not now:
        found.append({"words": "On no roll that we know of", "on": record.enrolments[0].leaving, "href": ""})
    if len(now) > 1 and {one.status for one in now} != {"M", "S"}:
        found.append({"words": "On the roll of two establishments", "on": None, "href": ""})
    found += [
        {"words": "Suspended in the last 30 days", "on": one.start, "href": "#suspensions"}
        for one in record.suspensions
        if (gate.today() - one.start).days <= 30
    ]
    missed, possible, ends = _missed(record, year)
    if possible and missed * 10 >= possible:
        words = f"Missed {round(100 * missed / possible)}% of sessions"
        found.append({"words": words, "on": ends, "href": "#attendance"})
    if doubted := pupil_notes.waiting(record):
        found.append({"words": f"{counted(doubted, 'value')} said to be wrong", "on": None, "href": "#notes"})
    return found


def _missed(record: Record, year: Year | None) -> tuple[int, int, date | None]:
    """Sessions missed and possible, and the last day counted: of the year in marks, else of the last return's term."""
    last = record.attendance[-1] if record.attendance else None
    if year and year.possible and (last is None or year.days[-1].on >= last.ends):
        return year.absent, year.possible, year.days[-1].on
    return (absent(last.sessions, last.ends), last.possible, last.ends) if last else (0, 0, None)


def absent(sessions: dict[str, int], on: date) -> int:
    """Sessions of absence: those whose code is of an absence class on that day."""
    return sum(count for code, count in sessions.items() if code in _absence_codes(on))


@lru_cache(maxsize=64)
def _absence_codes(on: date) -> frozenset[str]:
    return frozenset(one.code for one in alphabet().codes if one.on(on) and one.parent in ("AUTH", "UNAUTH"))


def periods(record: Record) -> Table | None:
    if "attendance" not in record.permit.categories:
        return None
    columns = [
        Column("begins", "From"),
        Column("ends", "To"),
        Column("possible", "Sessions possible", numeric=True),
        Column("missed", "Missed", numeric=True),
        Column("codes", "By code"),
    ]
    shown = [
        [
            one.begins,
            one.ends,
            one.possible,
            absent(one.sessions, one.ends),
            ", ".join(f"{code} {count}" for code, count in sorted(one.sessions.items())) or "–",
        ]
        for one in record.attendance
    ]
    return Table(
        "Attendance as returned, by term",
        columns,
        shown,
        of=("term", "terms"),
        nothing="No return has brought attendance yet.",
    )


def suspensions(record: Record) -> Table | None:
    if "suspensions" not in record.permit.categories:
        return None
    columns = [
        Column("start", "From"),
        Column("category", "Kind"),
        Column("sessions", "Sessions", numeric=True),
        Column("reasons", "Reasons"),
        Column("place", "Where"),
    ]
    shown = [
        [
            one.start,
            {"SUSP": "Suspension", "PERM": "Permanent exclusion"}.get(one.category, one.category),
            one.sessions if one.sessions is not None else "–",
            ", ".join(one.reasons),
            record.places.get(one.laestab, one.laestab),
        ]
        for one in record.suspensions
    ]
    return Table(
        "Suspensions and permanent exclusions",
        columns,
        shown,
        of=("entry", "entries"),
        nothing="None is known to us.",
        hide_caption=True,
        id="suspended",
    )


def withheld(record: Record) -> list[dict[str, str]]:
    """What this role may see only with a second proof of identity, and where to give it."""
    agreement = standings.agreement()
    return [
        {
            "category": agreement.categories[one].title,
            "says": f"Needs a second proof of identity: {agreement.categories[one].says}.",
            "clause": "4c",
            "clause_words": agreement.clauses["4c"].says,
            "href": f"/prove-again?next=/pupils/{record.pupil.id}",
        }
        for one in record.withheld
    ]
