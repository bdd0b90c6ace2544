"""What an establishment sends about its pupils, which is not always what is true: typing errors, old names, swapped
dates.

None of it breaks a rule of the DfE by itself: it is what matching and conflicts are made of. Broken rules are
`defects`.
Each deviation is planted under its kind, for the truth. The draws of an establishment do not depend on the term.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from concord.county.calendar import NEVER, Term, age_on
from concord.county.dice import Bools, Ints, chance, stream
from concord.county.establishments import Establishment
from concord.county.facts import facts, rate
from concord.county.households import addresses
from concord.county.numbers import Texts
from concord.county.people import People
from concord.county.places import Roll


@dataclass(frozen=True)
class Planted:
    """One thing put wrong on purpose. `rule` is the DfE's number of the rule that must trip, else empty."""

    kind: str
    laestab: str
    person: int
    item: str
    true: str
    sent: str
    rule: str = ""


@dataclass
class Sent:
    """One row an enrolment: the values as the establishment's MIS holds them on the day."""

    upn: Texts
    former_upn: Texts
    surname: Texts
    former_surname: Texts
    forename: Texts
    dob: Ints
    language: Texts
    ethnicity: Texts
    home: Ints
    planted: list[Planted] = field(default_factory=list)


def true_upn(people: People, person: Ints, when: int) -> tuple[Texts, Texts]:
    """The UPN a tidy establishment would send on a day and the former one: a temporary one gives way to the
    permanent."""
    temporary = (people.temporary[person] != "") & (people.permanent_on[person] > when)
    was_temporary = (people.temporary[person] != "") & ~temporary
    upn = np.where(temporary, people.temporary[person], people.upn[person])
    return upn, np.where(was_temporary, people.temporary[person], people.former[person])


def true_surname(people: People, person: Ints, when: int) -> tuple[Texts, Texts]:
    """The surname on a day, and the former one after a change of name."""
    changed = people.names.renamed_on[person] <= when
    surname = np.where(changed, people.names.new_surname[person], people.names.surname[person])
    return surname, np.where(changed, people.names.surname[person], "")


def true_home(people: People, person: Ints, when: int) -> Ints:
    """The home on a day."""
    house = people.homes.of[person]
    return np.where(people.homes.moved_on[house] <= when, people.homes.next_home[house], people.homes.home[house])


def sent(seed: int, est: Establishment, people: People, roll: Roll, term: Term, *, scale: float = 1.0) -> Sent:
    """What the establishment holds about each of its enrolments on census day; `scale` multiplies the rates, 0 is
    the truth."""
    person = roll.person
    upn, former = true_upn(people, person, term.census)
    surname, former_surname = true_surname(people, person, term.census)
    held = Sent(
        upn=upn,
        former_upn=former,
        surname=surname,
        former_surname=former_surname,
        forename=people.names.forename[person].copy(),
        dob=people.dob[person].copy(),
        language=people.language[person].copy(),
        ethnicity=people.ethnicity[person].copy(),
        home=true_home(people, person, term.census),
    )
    if scale > 0:
        desk = _Desk(est, person, held, stream(seed, "untidy", est.index), scale)
        _spoil(desk, people, roll, term)
    return held


def _spoil(desk: _Desk, people: People, roll: Roll, term: Term) -> None:
    held, rng, scale, size = desk.held, desk.rng, desk.scale, len(roll.person)
    hit = {kind: chance(rng, rate("untidy", kind) * scale, size) for kind in facts("rates")["untidy"]}
    late = chance(rng, 0.2 * scale, size)
    donors = rng.integers(0, len(people), size)
    stale = _stale(people, roll, term, hit["old_surname"], late)
    held.former_surname = np.where(stale, "", held.former_surname)
    desk.change("old_surname", "surname", stale, lambda at: people.names.surname[roll.person[at]])
    _old_addresses(desk, people, late & (people.homes.moved_on[people.homes.of[roll.person]] <= term.census))
    desk.names(hit, people.names.hostile[roll.person])
    _dates(desk, hit, people, roll, term)
    desk.change("language_missing", "language", hit["language_missing"], lambda at: "NOT")
    desk.change("ethnicity_missing", "ethnicity", hit["ethnicity_missing"], lambda at: "NOBT")
    elsewhere = hit["upn_of_another"] & ~np.isin(donors, roll.person)
    desk.change("upn_of_another", "upn", elsewhere, lambda at: people.upn[donors[at]])


def _old_addresses(desk: _Desk, people: People, hit: Bools) -> None:
    at = np.flatnonzero(hit)
    old = people.homes.home[people.homes.of[desk.person[at]]]
    true, told = (addresses(home, people.streets).postcode for home in (desk.held.home[at], old))
    desk.held.home[at] = old
    for row, was, is_now in zip(desk.person[at].tolist(), told.tolist(), true.tolist(), strict=True):
        desk.held.planted.append(Planted("old_address", desk.est.laestab, row, "PostCode", is_now, was))


def _stale(people: People, roll: Roll, term: Term, hit: Bools, late: Bools) -> Bools:
    renamed = people.names.renamed_on[roll.person]
    return (renamed <= term.census) & (renamed < NEVER) & (hit | late)


def _dates(desk: _Desk, hit: dict[str, Bools], people: People, roll: Roll, term: Term) -> None:
    """Wrong dates of birth, none of which makes the pupil implausibly young or old."""
    dob = desk.held.dob
    swapped, wrong = day_month_swapped(dob), dob + np.where(np.arange(len(dob)) % 2, 10, -1)
    for kind, other in (("dob_day_month_swapped", swapped), ("dob_digit_wrong", wrong)):
        fits = (age_on(other, term.age_date) == age_on(dob, term.age_date)) & (other != dob)
        desk.change(kind, "dob", hit[kind] & fits, other.__getitem__)
    first, second = _siblings(people, roll, hit["siblings_swapped"])
    for at, by in ((first, second), (second, first)):
        for place, other in zip(at.tolist(), by.tolist(), strict=True):
            desk.set("siblings_swapped", "dob", place, int(people.dob[roll.person[other]]))


def day_month_swapped(dob: Ints) -> Ints:
    """Each date with day and month exchanged; unchanged where there is no such date."""
    dates = dob.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    month, date = months.astype(np.int64) % 12 + 1, (dates - months).astype(np.int64) + 1
    year = dates.astype("datetime64[Y]")
    other = (
        (year.astype("datetime64[M]") + (np.minimum(date, 12) - 1)).astype("datetime64[D]").astype(np.int64) + month - 1
    )
    return np.where(date <= 12, other, dob)


def _siblings(people: People, roll: Roll, hit: Bools) -> tuple[Ints, Ints]:
    """Pairs of brothers and sisters on this roll, the first of each hit."""
    home = people.homes.of[roll.person]
    order = np.lexsort((people.homes.rank[roll.person], home))
    pair = (home[order][1:] == home[order][:-1]) & (roll.person[order][1:] != roll.person[order][:-1])
    pair &= hit[order][:-1] & (people.dob[roll.person[order]][1:] != people.dob[roll.person[order]][:-1])
    pair[1:] &= ~pair[:-1]
    return order[:-1][pair], order[1:][pair]


@dataclass
class _Desk:
    """Where values are spoiled, and each spoiling recorded."""

    est: Establishment
    person: Ints
    held: Sent
    rng: np.random.Generator
    scale: float

    def set(self, kind: str, column: str, place: int, value: object) -> None:
        """One value; one that would not change is neither set nor recorded."""
        values = getattr(self.held, column)
        if values[place] == value:
            return
        told = [_told(column, values[place]), _told(column, value)]
        if isinstance(values, np.ndarray) and values.dtype.kind == "U" and len(str(value)) > values.dtype.itemsize // 4:
            values = values.astype(object)
            setattr(self.held, column, values)
        values[place] = value
        self.held.planted.append(Planted(kind, self.est.laestab, int(self.person[place]), _ITEM[column], *told))

    def change(self, kind: str, column: str, hit: Bools, new: Callable[[int], object]) -> None:
        for place in np.flatnonzero(hit).tolist():
            self.set(kind, column, place, new(place))

    def _slips(self, column: str, hit: Bools) -> dict[int, str]:
        values = getattr(self.held, column)
        return {at: slip(self.rng, str(values[at])) for at in np.flatnonzero(hit).tolist()}

    def names(self, hit: dict[str, Bools], hostile: Bools) -> None:
        """Accents and hyphens lost, short forms, and slips of the typing hand."""
        short = facts("names")["short_forms"]
        surname = self.held.surname
        self.change(
            "accent_dropped", "surname", hit["accent_dropped"] & ~hostile, lambda at: unaccented(str(surname[at]))
        )
        self.change(
            "hyphen_dropped", "surname", hit["hyphen_dropped"] & ~hostile, lambda at: str(surname[at]).replace("-", " ")
        )
        self.change("known_as", "forename", hit["known_as"], lambda at: short.get(*[str(self.held.forename[at])] * 2))
        for column in ("surname", "forename"):
            slips = hit["name_typing_error"] & ~hostile & (np.arange(len(hostile)) % 2 == (column == "surname"))
            slipped = self._slips(column, slips)
            self.change("name_typing_error", column, slips, slipped.__getitem__)


_ITEM = {
    "surname": "Surname",
    "forename": "Forename",
    "dob": "DOB",
    "language": "Language",
    "ethnicity": "Ethnicity",
    "upn": "UPN",
}


def _told(column: str, value: object) -> str:
    return str(np.datetime64(int(str(value)), "D")) if column == "dob" else str(value)


def unaccented(name: str) -> str:
    """The name as typed by a hand that has no accents."""
    plain = name.translate(str.maketrans("łŁđĐøØ’", "lLdDoO'"))
    return "".join(letter for letter in unicodedata.normalize("NFD", plain) if not unicodedata.combining(letter))


def slip(rng: np.random.Generator, name: str) -> str:
    """One letter doubled, dropped, exchanged with the next or replaced by a neighbour; names of under three letters
    are spared."""
    if len(name) < 3:
        return name
    at = int(rng.integers(1, len(name) - 1))
    kind = int(rng.integers(4))
    pieces = (
        name[:at] + name[at] + name[at:],
        name[:at] + name[at + 1 :],
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        name[:at] + "aeioustn"[int(rng.integers(8))] + name[at + 1 :],
    )
    return pieces[kind]
