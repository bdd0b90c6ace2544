"""A record's parts as the pupil page takes them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from concord.core.attendance import alphabet
from concord.desk import gate, standings
from concord.desk.view_pupil import Record
from concord.web.pages import wording
from concord.web.parts.table import Column, Table

_STATUS = {"C": "single registration", "M": "main of two registrations", "S": "subsidiary of two registrations"}


def rows(record: Record, category: str) -> list[dict[str, Any]]:
    """The values of a category, each with who said so, since when, and its history one click away."""
    return [
        {
            "key": wording.item(one.item),
            "value": wording.value(one.item, one.value),
            "source": record.sources.get(one.source, one.source),
            "on": one.holds_from,
            "history_url": f"/pupils/{record.pupil.id}/history/{one.item}",
        }
        for one in record.values.get(category, [])
    ]


def where(record: Record) -> list[dict[str, Any]]:
    return [
        {
            "establishment": record.places.get(one.laestab, one.laestab),
            "laestab": one.laestab,
            "year_group": one.year_group,
            "since": one.entry,
            "status": _STATUS.get(one.status, ""),
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


def matters(record: Record) -> list[dict[str, Any]]:
    """What asks for attention: on no roll or two, suspended in the last 30 days, a tenth or more of sessions missed."""
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
    if record.attendance and record.attendance[-1].possible:
        last = record.attendance[-1]
        missed = absent(last.sessions, last.ends)
        if missed * 10 >= last.possible:
            found.append(
                {
                    "words": f"Missed {round(100 * missed / last.possible)}% of sessions",
                    "on": last.ends,
                    "href": "#attendance",
                }
            )
    return found


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
    """What this role may see only with a second proof of identity."""
    categories = standings.agreement().categories
    return [
        {
            "category": categories[one].title,
            "says": f"Needs a second proof of identity: {categories[one].says}.",
            "clause": "4c",
            "clause_words": "",
            "remedy": "",
        }
        for one in record.withheld
    ]
