"""Attendance marks: a code for each half day an enrolment lasts, over the county's two years.

A table of small integers, one row an enrolment and one column a session (morning, afternoon, morning …), from
`open_days()`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from concord.county.calendar import day, open_days
from concord.county.dice import Ints, chance, pick, stream
from concord.county.establishments import GROUPS, Establishment
from concord.county.people import People
from concord.county.places import Roll
from concord.county.suspensions import Suspensions

CODES = (
    "",
    "/",
    "\\",
    "L",
    "I",
    "M",
    "O",
    "U",
    "N",
    "C",
    "G",
    "E",
    "S",
    "R",
    "V",
    "P",
    "B",
    "D",
    "T",
    "C2",
    "Y4",
    "K",
    "J1",
    "Q",
)
"""The codes by number; 0 is no mark, outside the enrolment."""

NUMBER = {code: number for number, code in enumerate(CODES)}
NOT_POSSIBLE = tuple(NUMBER[code] for code in ("", "D", "Y4", "Q"))

_WHY = {"I": 66, "O": 10, "G": 9, "N": 0.2, "C": 5, "M": 6}
_AWAY = {"V": 5, "P": 2, "B": 3}

Table = NDArray[np.uint8]


def marks(seed: int, est: Establishment, people: People, roll: Roll, sent_home: Suspensions) -> Table:
    """Codes by enrolment and session: `uint8`, `len(roll.person)` × `2 * len(open_days())`."""
    rng = stream(seed, "marks", est.index)
    days = open_days()
    shape = (len(roll.person), len(days))
    lost = _lost(rng, people.absence[roll.person], shape)
    morning = np.full(shape, NUMBER["/"], dtype=np.uint8)
    afternoon = np.full(shape, NUMBER["\\"], dtype=np.uint8)
    morning[rng.random(shape, dtype=np.float32) < 0.018] = NUMBER["L"]
    morning[rng.random(shape, dtype=np.float32) < 0.003] = NUMBER["U"]
    _trips(rng, people.places.group[roll.person], morning, afternoon)
    _absences(rng, lost, morning, afternoon)
    table = np.stack([morning, afternoon], axis=2).reshape(shape[0], -1)
    _singular(rng, est, people, roll, table)
    _suspended(sent_home, table)
    within = (days >= roll.entry[:, None]) & (days <= roll.leave[:, None])
    table[~np.repeat(within, 2, axis=1)] = 0
    return table


def _lost(rng: np.random.Generator, likely: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Days with an absence: spells, so that a day is likelier after a lost one."""
    dice = rng.random(shape, dtype=np.float32)
    onset = dice < (likely * 0.62)[:, None].astype(np.float32)
    lasting = rng.random(shape, dtype=np.float32)
    lost = onset.copy()
    for step, share in ((1, 0.36), (2, 0.18), (3, 0.1)):
        lost[:, step:] |= onset[:, :-step] & (lasting[:, step:] < share)
    return lost


def _absences(rng: np.random.Generator, lost: NDArray[np.bool_], morning: Table, afternoon: Table) -> None:
    """A reason for each lost day; an appointment, and one illness in six, costs half of it."""
    row, at = np.nonzero(lost)
    again = np.zeros(len(row), dtype=bool)
    again[1:] = (row[1:] == row[:-1]) & (at[1:] == at[:-1] + 1)
    why = np.array([NUMBER[code] for code in _WHY], dtype=np.uint8)[pick(rng, list(_WHY.values()), len(row))]
    lead = np.maximum.accumulate(np.where(again, 0, np.arange(len(row))))
    why = why[lead]
    half = (why == NUMBER["M"]) | (rng.random(len(row)) < 0.16)
    which = rng.random(len(row)) < 0.5
    morning[row[~half | which], at[~half | which]] = why[~half | which]
    afternoon[row[~half | ~which], at[~half | ~which]] = why[~half | ~which]


def _trips(rng: np.random.Generator, group: Ints, morning: Table, afternoon: Table) -> None:
    """A year group is out together on some days."""
    codes = np.array([NUMBER[code] for code in _AWAY], dtype=np.uint8)
    for g in range(len(GROUPS)):
        when = rng.choice(morning.shape[1], 6, replace=False)
        what = codes[pick(rng, list(_AWAY.values()), 6)]
        rows = np.flatnonzero(group == g)
        if len(rows):
            morning[rows[:, None], when] = what
            afternoon[rows[:, None], when] = what


def _singular(rng: np.random.Generator, est: Establishment, people: People, roll: Roll, table: Table) -> None:
    """Study leave, part-time timetables, travelling families, dual registration, and a day the site was closed."""
    days = np.repeat(open_days(), 2)
    group = people.places.group[roll.person]
    for year, offset in ((2026, 1), (2027, 0)):
        leavers = (group - offset == 13) | (group - offset == 15)
        exams = (days >= day(f"{year}-05-25")) & (days <= day(f"{year}-07-31"))
        table[np.ix_(leavers, exams)] = NUMBER["S"]
    travelling = np.isin(people.ethnicity[roll.person], ("WIRT", "WROM")) & chance(rng, 0.3, len(group))
    spring = (days >= day("2026-06-08")) & (days <= day("2026-06-26"))
    table[np.ix_(travelling, spring)] = NUMBER["T"]
    reduced = chance(rng, 0.002, len(group))
    from_day = day("2026-05-11")
    weeks = (days >= from_day) & (days < from_day + 42) & (np.arange(len(days)) % 2 == 1)
    table[np.ix_(reduced, weeks)] = NUMBER["C2"]
    mine = (days + 3) % 7 < 2
    table[np.ix_(roll.status == "S", ~mine)] = NUMBER["D"]
    table[np.ix_(roll.status == "M", mine)] = NUMBER["D"]
    if rng.random() < 0.05:
        shut = int(rng.integers(len(days) // 2)) * 2
        table[:, shut : shut + 2] = NUMBER["Y4"]


def _suspended(sent_home: Suspensions, table: Table) -> None:
    for row, at, sessions in zip(
        sent_home.row.tolist(), sent_home.at.tolist(), sent_home.sessions.tolist(), strict=True
    ):
        table[row, at * 2 : at * 2 + (sessions or 40)] = NUMBER["E"]


def columns_between(first: int, last: int) -> slice:
    """The sessions of a window, both days inclusive, as columns of the table."""
    days = open_days()
    return slice(2 * int(np.searchsorted(days, first)), 2 * int(np.searchsorted(days, last, side="right")))


def counts(table: Table) -> NDArray[np.int64]:
    """How often each code stands in each row: rows × `len(CODES)`."""
    flat = table.astype(np.int64) + np.arange(len(table))[:, None] * len(CODES)
    return np.bincount(flat.ravel(), minlength=len(table) * len(CODES)).reshape(len(table), len(CODES))


def possible(counted: NDArray[np.int64]) -> Ints:
    """Sessions possible: every mark except those that are not counted (domain 1.2)."""
    sessions: Ints = counted.sum(axis=1) - counted[:, NOT_POSSIBLE].sum(axis=1)
    return sessions
