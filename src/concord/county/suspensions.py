"""Suspensions and permanent exclusions of an establishment's pupils over the county's two years."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from concord.county.calendar import NEVER, open_days
from concord.county.dice import Ints, chance, pick, stream
from concord.county.establishments import Establishment
from concord.county.numbers import Texts
from concord.county.people import People
from concord.county.places import RECEPTION, Roll

A_YEAR = {"PS": 0.02, "SS": 0.22, "AT": 0.13, "SP": 0.05, "PR": 0.9, "NS": 0.0}
"""Suspensions a pupil a year (DESIGN, of the order of the published rates)."""

_REASONS = {
    "DB": 45,
    "VA": 16,
    "PP": 14,
    "PA": 5,
    "VP": 4,
    "DA": 3,
    "OW": 3,
    "BU": 1.5,
    "DM": 3,
    "TH": 1,
    "RA": 1.5,
    "LG": 1,
    "SM": 1,
    "MT": 1,
}
_SESSIONS = {1: 8, 2: 38, 3: 6, 4: 24, 6: 12, 8: 4, 10: 7, 20: 1}
_PERMANENT_OF_LEAVERS = 0.03


@dataclass(frozen=True)
class Suspensions:
    """One row a suspension. `row` is the enrolment's place in the establishment's list, `at` a place in
    `open_days()`."""

    row: Ints
    at: Ints
    sessions: Ints
    category: Texts
    reasons: Texts

    @property
    def day(self) -> Ints:
        return open_days()[self.at] if len(self.at) else self.at

    @property
    def last_day(self) -> Ints:
        days = open_days()
        return days[np.minimum(self.at + (self.sessions + 1) // 2 - 1, len(days) - 1)] if len(self.at) else self.at


def suspensions(seed: int, est: Establishment, people: People, roll: Roll) -> Suspensions:
    """The suspensions of the establishment's enrolments, no two of a pupil overlapping, each ending within the
    enrolment."""
    rng = stream(seed, "suspensions", est.index)
    days = open_days()
    first = np.searchsorted(days, roll.entry)
    last = np.searchsorted(days, np.minimum(roll.leave, days[-1] + 1))
    span = np.maximum(last - first, 0)
    school_age = people.places.group[roll.person] > RECEPTION
    expected = A_YEAR[est.phase] * people.trouble[roll.person] * span / 190 * school_age
    many = np.minimum(rng.poisson(np.minimum(expected, 5.0)), 8)
    row = np.repeat(np.arange(len(roll.person)), many)
    at = first[row] + (rng.random(len(row)) * span[row]).astype(np.int64)
    sessions = np.array(list(_SESSIONS))[pick(rng, list(_SESSIONS.values()), len(row))]
    order = np.lexsort((at, row))
    row, at, sessions = row[order], at[order], sessions[order]
    fits = _apart(row, at, sessions) & (at + (sessions + 1) // 2 <= last[row])
    likely = _PERMANENT_OF_LEAVERS if est.phase in ("SS", "AT") else 0.0
    expelled = np.flatnonzero((roll.leave < NEVER) & chance(rng, likely, len(roll.leave)) & (last > 25))
    made = _with_permanent((row[fits], at[fits], sessions[fits]), expelled, last)
    return Suspensions(*made, _reasons(rng, len(made[0])))


def _apart(row: Ints, at: Ints, sessions: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Keeps those that begin after the one before them has ended."""
    keep = np.ones(len(row), dtype=bool)
    holder, free_from = -1, 0
    for place, (who, begins, many) in enumerate(zip(row.tolist(), at.tolist(), sessions.tolist(), strict=True)):
        if who != holder:
            holder, free_from = who, 0
        keep[place] = begins >= free_from
        if keep[place]:
            free_from = begins + (many + 1) // 2
    return keep


def _with_permanent(given: tuple[Ints, Ints, Ints], expelled: Ints, last: Ints) -> tuple[Ints, Ints, Ints, Texts]:
    """Some who left a secondary in the year had been permanently excluded, twenty school days before."""
    row, at, sessions = given
    apart = ~np.isin(row, expelled)
    category = np.concatenate([np.full(int(apart.sum()), "SUSP"), np.full(len(expelled), "PERM")])
    merged = (np.concatenate([row[apart], expelled]), np.concatenate([at[apart], last[expelled] - 20]))
    length = np.concatenate([sessions[apart], np.zeros(len(expelled), dtype=np.int64)])
    return merged[0], merged[1], length, category


def _reasons(rng: np.random.Generator, many: int) -> Texts:
    """Up to three different reasons each, the first always given."""
    codes = np.array(list(_REASONS), dtype=object)
    drawn = codes[pick(rng, list(_REASONS.values()), many * 3).reshape(many, 3)]
    more = rng.random(many)
    drawn[(more < 0.7) | (drawn[:, 1] == drawn[:, 0]), 1] = ""
    drawn[(more < 0.93) | (drawn[:, 1] == "") | (drawn[:, 2] == drawn[:, 0]) | (drawn[:, 2] == drawn[:, 1]), 2] = ""
    return drawn
