"""A pupil's marks of a school year as the page takes them: what each session was, where they are from, other years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from concord.core.attendance import alphabet
from concord.core.attendance.alphabet import LATE
from concord.desk.view_pupil import Record
from concord.web.parts.words import counted
from concord.web.parts.year import Kind, SchoolDay, Year

_KINDS: dict[str, Kind] = {
    "PRESENT": "present",
    "AEA": "elsewhere",
    "AUTH": "authorised",
    "UNAUTH": "unauthorised",
    "NOT_POSSIBLE": "closed",
    "ADMIN": "closed",
}
_SATURDAY = 5
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
    year = Year(_days(_half_days(record, first), first), who=record.pupil.forename, id=f"year-{first.year}")
    year.sentence = _sentence(year, first)
    return year


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


def _half_days(record: Record, first: date) -> list[Kind | None]:
    """What each half day from `first` on was; None where no register speaks of it."""
    found: list[Kind | None] = []
    for line in (one for one in record.marks if one.begins == first):
        codes = line.marks.split(",")
        kinds = list(map(_said, codes, _half_day_dates(first, len(codes))))
        found = [_heavier(*both) for both in zip_longest(found, kinds)] if found else kinds
    return found


@lru_cache(maxsize=16384)
def _said(code: str, on: date) -> Kind | None:
    return kind_of(code, on) if code and code != "-" else None


@lru_cache(maxsize=64)
def _half_day_dates(first: date, count: int) -> list[date]:
    return [first + timedelta(days=at // 2) for at in range(count)]


def _heavier(one: Kind | None, other: Kind | None) -> Kind | None:
    if one is None or other is None:
        return one or other
    return other if _WEIGHT.get(other, 0) > _WEIGHT.get(one, 0) else one


def _days(half_days: list[Kind | None], first: date) -> list[SchoolDay]:
    """The weekdays that have a mark, in order.

    Where one half of a day has a mark the other should have one, but for a morning before the first mark and an
    afternoon after the last; a day with none had no session, as far as we know.
    """
    dates = _half_day_dates(first, len(half_days))[::2]
    halves = zip_longest(dates, half_days[::2], half_days[1::2])
    days = [SchoolDay(*each) for each in halves if (each[1] or each[2]) and each[0].weekday() < _SATURDAY]
    for at, (on, morning, afternoon) in enumerate(days):
        if not morning and at:
            days[at] = SchoolDay(on, "unknown", afternoon)
        elif not afternoon and at < len(days) - 1:
            days[at] = SchoolDay(on, morning, "unknown")
    return days


def _without_session(year: Year) -> int:
    """Weekdays without any mark, of the weeks that have one, between the first and the last of the year."""
    if not year.days:
        return 0
    before, after = year.days[0].on.weekday(), 4 - year.days[-1].on.weekday()
    return 5 * len(year.weeks) - before - after - len(year.days)


def _sentence(year: Year, first: date) -> str:
    """What matters of the year: how much was missed, how often late, what has no mark."""
    counts = Counter(year.counts)
    missed = f"absent from {counted(year.absent, 'session')}"
    said = [
        missed + (f", {counts['unauthorised']} of them unauthorised" if counts["unauthorised"] else ""),
        f"late {counted(counts['late'], 'time')}" if counts["late"] else "",
        f"{counted(counts['unknown'], 'session')} without a mark that we can read" if counts["unknown"] else "",
        f"no session on {counted(empty, 'weekday')} between" if (empty := _without_session(year)) else "",
    ]
    return f"School year {school_year(first)}: {'; '.join(one for one in said if one)}."
