"""Collections: the School Census of a term, the School Workforce Census of a year, with their days and windows.

The days are data (`codesets/collections.toml`, each tagged V or K). Nothing is computed from Easter or Thursdays here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from concord.core.shelf import shelf
from concord.core.trouble import Trouble

TITLES: Final = {"SC": "School Census", "SWF": "School Workforce Census"}
TERMS: Final = {"AUT": "Autumn", "SPR": "Spring", "SUM": "Summer"}


class UnknownCollection(Trouble):
    """A collection whose days are not in the folder."""


class Window(NamedTuple):
    """The days a kind of data is collected for, both inclusive."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


@dataclass(frozen=True)
class Collection:
    """One kind, term and year. `year` is the calendar year of census day; tags are V (DfE's) or K (to be confirmed).

    `windows` has, for a School Census, attendance, half_term_2 (autumn), exclusions, fsm, ap, fam and learner_support
    (spring, summer); for a School Workforce Census, contract and absence. `age_date` is the 31 August of ages.
    """

    kind: str
    term: str
    year: int
    reference_date: date
    reference_tag: str
    deadline: date
    deadline_tag: str
    age_date: date
    windows: Mapping[str, Window]
    previous: str = ""

    @property
    def id(self) -> str:
        """`SC-AUT-2026`."""
        return f"{self.kind}-{self.term}-{self.year}"

    @property
    def title(self) -> str:
        """`School Census, Autumn 2026`."""
        return f"{TITLES[self.kind]}, {TERMS[self.term]} {self.year}"

    @property
    def academic_year(self) -> str:
        """`2026/27`, the academic year census day lies in."""
        first = self.year if self.term == "AUT" else self.year - 1
        return f"{first}/{(first + 1) % 100:02d}"


@cache
def collections(*more: Path) -> Mapping[str, Collection]:
    """All collections by id, in order of census day; an LA's own folders, read last, may correct or add."""
    found = {one.id: one for folder in (shelf("codesets"), *more) for one in _read(folder / "collections.toml")}
    return dict(sorted(found.items(), key=lambda pair: pair[1].reference_date))


def collection(kind: str, term: str, year: int | str) -> Collection:
    """The collection of a kind (SC, SWF), term (AUT, SPR, SUM) and year, or `UnknownCollection`."""
    return by_id(f"{kind}-{term}-{year}")


def by_id(name: str) -> Collection:
    """The collection written as `SC-AUT-2026`; a workforce census also as `SWF-2026`."""
    full = re.sub(r"^SWF-(?=[0-9]+$)", "SWF-AUT-", name)
    try:
        return collections()[full]
    except KeyError:
        held = ", ".join(collections())
        raise UnknownCollection(
            f"The collection “{name}” is not known.", why=f"Held are {held}.", todo="Add its days to collections.toml."
        ) from None


def latest(kind: str, on: date) -> Collection:
    """The collection of the kind whose census day was last on or before the day."""
    past = [one for one in collections().values() if one.kind == kind and one.reference_date <= on]
    if not past:
        raise UnknownCollection(
            f"No {kind} collection has its census day on or before {on:%d %B %Y}.",
            todo="Add its days to collections.toml.",
        )
    return past[-1]


def coming(kind: str, on: date) -> Collection | None:
    """The collection of the kind whose census day comes next after the day; None where none is held."""
    return next((one for one in collections().values() if one.kind == kind and one.reference_date > on), None)


def _read(path: Path) -> Iterator[Collection]:
    if not path.is_file():
        return
    try:
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["collection"]:
            yield _collection(entry)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as fault:
        raise Trouble(
            "The days of the collections cannot be read.",
            why=f"{path.name}: {type(fault).__name__}: {fault}.",
            todo="Each [[collection]] needs kind, term, year, its days with their tags, age_date and windows.",
        ) from fault


def _collection(entry: Mapping[str, Any]) -> Collection:
    windows = {name: Window(*days) for name, days in entry["windows"].items()}
    if entry["kind"] not in TITLES or entry["term"] not in TERMS:
        raise ValueError(f"{entry['kind']}-{entry['term']} is no kind and term of a collection")
    if any(not isinstance(day, date) for window in windows.values() for day in window):
        raise TypeError("the days of a window are bare dates")
    return Collection(**{**entry, "windows": windows})
