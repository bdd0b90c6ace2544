"""The days of the county: which pupils attend, when each census is, and which window each block of it reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from concord.core.collection import Collection, Window, collection
from concord.core.trouble import Trouble
from concord.county.dice import Ints
from concord.county.facts import facts

Days = NDArray[np.int64]
"""Days since 1970-01-01."""

NEVER = 99_999
YEAR = 2026
"""The academic year the county is anchored on: it begins in September of this year."""


def day(text: str) -> int:
    """A date as days since 1970-01-01."""
    return int(np.datetime64(text, "D").astype(np.int64))


def iso(days: Ints) -> NDArray[np.str_]:
    """Days as `YYYY-MM-DD`."""
    return np.asarray(days, dtype=np.int64).astype("datetime64[D]").astype(str)


@dataclass(frozen=True)
class Term:
    """A School Census: its day and its windows, first and last day each, in days since 1970. `marks` is the year up
    to its day."""

    name: str
    collection: Collection
    census: int
    age_date: int
    attendance: tuple[int, int]
    half_term_2: tuple[int, int] | None
    exclusions: tuple[int, int]
    fsm: tuple[int, int]

    @property
    def term(self) -> str:
        return self.collection.term

    @property
    def date(self) -> date:
        return self.collection.reference_date

    @property
    def marks(self) -> tuple[int, int]:
        return self.census - 364, self.census


TERMS = ("AUT-2026", "SPR-2027", "SUM-2027")
"""The collections of the anchor year: one county seen on three days."""


def _window(window: Window) -> tuple[int, int]:
    return day(window.first.isoformat()), day(window.last.isoformat())


@cache
def term(name: str) -> Term:
    """The term called `AUT-2026`; raises `Trouble` for one the county does not live through."""
    if name not in TERMS:
        raise Trouble(f"The county has no term {name!r}.", todo=f"Ask for one of {', '.join(TERMS)}.")
    held = collection("SC", name[:3], name[4:])
    windows = held.windows
    return Term(
        name=name,
        collection=held,
        census=day(held.reference_date.isoformat()),
        age_date=day(held.age_date.isoformat()),
        attendance=_window(windows["attendance"]),
        half_term_2=_window(windows["half_term_2"]) if "half_term_2" in windows else None,
        exclusions=_window(windows["exclusions"]),
        fsm=_window(windows["fsm"]),
    )


@cache
def open_days() -> Days:
    """Every day on which pupils attend, in order."""
    closed = {day(text) for text in facts("calendar")["closed"]}
    weekdays = [
        d for first, last in facts("calendar")["terms"] for d in range(day(first), day(last) + 1) if (d + 3) % 7 < 5
    ]
    return np.array([d for d in weekdays if d not in closed], dtype=np.int64)


def age_on(dob: Ints, when: int) -> Ints:
    """Whole years of age on a day."""
    return (_as_number(np.full(len(dob), when)) - _as_number(dob)) // 10_000


def _as_number(days: Ints) -> Ints:
    dates = np.asarray(days, dtype=np.int64).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    month = months.astype(np.int64)
    number: Ints = (month // 12 + 1970) * 10_000 + (month % 12 + 1) * 100 + (dates - months).astype(np.int64) + 1
    return number


def next_open(days: Ints) -> Ints:
    """The first day on which pupils attend, on or after each day."""
    held = open_days()
    return held[np.minimum(np.searchsorted(held, days), len(held) - 1)]


def last_open(days: Ints) -> Ints:
    """The last day on which pupils attend, before each day."""
    held = open_days()
    return held[np.maximum(np.searchsorted(held, days) - 1, 0)]


@cache
def summer_end() -> int:
    """The last day of the academic year before the anchor year."""
    before = [last for (_, last), (first, _) in pairwise(facts("calendar")["terms"]) if first.startswith(f"{YEAR}-09")]
    return day(before[0])


@cache
def autumn_start() -> int:
    """The first day of the anchor academic year."""
    return int(next_open(np.array([day(f"{YEAR}-09-01")]))[0])
