"""A pupil's marks of a school year as the page takes them: what each session was, where they are from, other years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from concord.core.attendance import alphabet
from concord.core.attendance.alphabet import LATE
from concord.desk.view_pupil import Record
from concord.web.parts.words import counted
from concord.web.parts.year import Kind, SchoolDay, Year, monday

Session = tuple[date, bool]
_NEVER: Session = (date.max, True)
_KINDS: dict[str, Kind] = {
    "PRESENT": "present",
    "AEA": "elsewhere",
    "AUTH": "authorised",
    "UNAUTH": "unauthorised",
    "NOT_POSSIBLE": "closed",
    "ADMIN": "closed",
}
# Of two establishments' marks of one session the heavier counts: possible before not, attended before missed.
_WEIGHT: dict[Kind, int] = {
    "closed": 1,
    "authorised": 2,
    "unauthorised": 3,
    "elsewhere": 4,
    "late": 5,
    "present": 6,
}


def begins(record: Record) -> list[date]:
    """The first days of the school years of which marks are held, the latest first."""
    return sorted({one.begins for one in record.marks}, reverse=True)


def picture(record: Record, wanted: int | None = None) -> Year | None:
    """The year that begins in `wanted`, else the latest; None where no marks are held."""
    held = begins(record)
    if not held:
        return None
    first = next((one for one in held if one.year == wanted), held[0])
    days = list(_days(_sessions(record, first)))
    year = Year([one for one in days if one.morning or one.afternoon], who=record.pupil.forename)
    return replace(year, sentence=_sentence(year, first, len(days)), id=f"year-{first.year}")


def others(record: Record, shown: Year) -> list[dict[str, str]]:
    """The other years of which marks are held, each a link."""
    return [
        {"words": school_year(one), "href": f"/pupils/{record.pupil.id}?year={one.year}#attendance"}
        for one in begins(record)
        if shown.id != f"year-{one.year}"
    ]


def chips(record: Record, shown: Year) -> list[dict[str, Any]]:
    """Whose marks they are, and the day they last changed."""
    return [
        {"source": f"Marks of {record.places.get(one.laestab, one.laestab)}", "on": one.recorded.date()}
        for one in record.marks
        if shown.id == f"year-{one.begins.year}"
    ]


def school_year(first: date) -> str:
    """`2026/27` of the year that begins on a day."""
    return f"{first.year}/{(first.year + 1) % 100:02d}"


def kind_of(code: str, on: date) -> Kind:
    """What a mark says on a day by the code set's classes; one that is none on that day cannot be read."""
    found = _KINDS.get(_classes(on).get(code, ""), "unknown")
    return "late" if found == "present" and code in LATE else found


@lru_cache(maxsize=4096)
def _classes(on: date) -> Mapping[str, str]:
    return {one.code: one.parent for one in alphabet().codes if one.on(on)}


def _sessions(record: Record, first: date) -> dict[Session, Kind]:
    """Each session with a mark, afternoon or not; a half day that no register speaks of is not there."""
    found: dict[Session, Kind] = {}
    for line in (one for one in record.marks if one.begins == first):
        for place, code in enumerate(line.marks.split(",")):
            if code not in ("", "-"):
                on, afternoon = first + timedelta(days=place // 2), bool(place % 2)
                kind, other = kind_of(code, on), found.get((on, afternoon))
                if other is None or _WEIGHT.get(kind, 0) > _WEIGHT.get(other, 0):
                    found[on, afternoon] = kind
    return found


def _days(sessions: dict[Session, Kind]) -> Iterator[SchoolDay]:
    """The weekdays from the first mark to the last, of every week that has one.

    Where one half of a day has a mark the other should have one; a day with none had no session, as far as we know.
    """
    first, last = min(sessions, default=_NEVER), max(sessions, default=_NEVER)
    weeks = sorted({monday(on) for on, _ in sessions})
    for on in (week + timedelta(days=day) for week in weeks for day in range(5)):
        morning, afternoon = sessions.get((on, False)), sessions.get((on, True))
        if morning and not afternoon and (on, True) < last:
            afternoon = "unknown"
        if afternoon and not morning and (on, False) > first:
            morning = "unknown"
        if first <= (on, True) and (on, False) <= last:
            yield SchoolDay(on, morning, afternoon)


def _sentence(year: Year, first: date, weekdays: int) -> str:
    """What matters of the year: how much was missed, how often late, what has no mark."""
    counts = Counter(year.counts)
    missed = f"absent from {counted(year.absent, 'session')}"
    said = [
        missed + (f", {counts['unauthorised']} of them unauthorised" if counts["unauthorised"] else ""),
        f"late {counted(counts['late'], 'time')}" if counts["late"] else "",
        f"{counted(counts['unknown'], 'session')} without a mark that we can read" if counts["unknown"] else "",
        f"no session on {counted(empty, 'weekday')} between" if (empty := weekdays - len(year.days)) else "",
    ]
    return f"School year {school_year(first)}: {'; '.join(one for one in said if one)}."
