"""Which child is on which roll: places filled, leavers and joiners, and the moves between establishments in two years.

Everything here is a pair of tables of integers: `Places` (one row a child) and enrolments (one row a child and
establishment).
An establishment's `position` is a number on a line of twelve districts; a child lives near it, and near children
make households,
so that brothers and sisters mostly go to the same or neighbouring establishments.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from concord.county.calendar import NEVER, YEAR, autumn_start, day, last_open, next_open, summer_end, term
from concord.county.dice import Ints, chance, pick, stream
from concord.county.establishments import GROUPS, Establishment
from concord.county.facts import rate

RECEPTION = GROUPS.index("R")
_SPREAD = {"PS": 0.25, "NS": 0.3, "AT": 0.5, "SS": 0.9, "SP": 2.0, "PR": 1.5}

HERE, ELSEWHERE, UNKNOWN, HOME, ONWARD = 0, 1, 2, 3, 4
"""Where an enrolment that ends leads: inside the county, a known place outside, nobody knows, education at home,
post-16."""


@dataclass
class Enrolments:
    """One row a child and establishment. `claimed_until`: the establishment still says on roll until this day."""

    person: Ints
    est: Ints
    entry: Ints
    leave: Ints
    status: np.ndarray[tuple[int], np.dtype[np.str_]]
    leads_to: Ints
    claimed_until: Ints

    def __len__(self) -> int:
        return len(self.person)


@dataclass
class Places:
    """One row a child: year group in the anchor year, where it lives on the line of districts, and its main
    establishment."""

    group: Ints
    position: np.ndarray[tuple[int], np.dtype[np.float64]]
    est: Ints
    """The establishment the child is on roll at, or was last, or will be."""
    first_est: Ints
    """Where the UPN was allocated."""
    enrolments: Enrolments


@dataclass(frozen=True)
class Roll:
    """An establishment's enrolments of two years, in the order of the county's table."""

    person: Ints
    entry: Ints
    leave: Ints
    status: np.ndarray[tuple[int], np.dtype[np.str_]]


class _Neighbours:
    """The establishments that teach a year group, nearest to a position first: one of the nearest two, at random."""

    def __init__(self, ests: list[Establishment]) -> None:
        open_ones = [e for e in ests if e.closed is None]
        ordinary = [e for e in open_ones if e.phase in ("PS", "SS", "AT", "NS")]
        mainstream = [e for e in ordinary if e.gender == "Mixed" and e.intake != "SEL1"]
        self._by_group = []
        for group in range(len(GROUPS)):
            teach = [e for e in mainstream if e.low_group <= group <= e.high_group] or open_ones
            teach = sorted(teach, key=lambda e: (e.position, e.index))
            self._by_group.append((np.array([e.position for e in teach]), np.array([e.index for e in teach])))

    def near(self, group: Ints, position: np.ndarray[tuple[int], np.dtype[np.float64]], nudge: Ints) -> Ints:
        found = np.zeros(len(group), dtype=np.int64)
        for g in np.unique(group):
            where, index = self._by_group[int(g)]
            rows = group == g
            at = np.searchsorted(where, position[rows]) - nudge[rows]
            found[rows] = index[np.clip(at, 0, len(index) - 1)]
        return found


def _seats(ests: list[Establishment]) -> tuple[Ints, Ints]:
    grid = np.array([e.places for e in ests], dtype=np.int64)
    est, group = np.nonzero(grid)
    many = grid[est, group]
    return np.repeat(est, many), np.repeat(group, many)


def _last_years(rng: np.random.Generator, ests: list[Establishment]) -> tuple[Ints, Ints]:
    """Those who left for good in July: the seats of last year's leavers, with the group they would be in now."""
    leave = {8: 0.06, 13: 0.5, 14: 0.1, 15: 0.97}
    rows = []
    for e in ests:
        for group, share in leave.items():
            goes = 0.92 if group == 13 and e.high_group == 13 else share
            many = int(rng.binomial(e.places[group], goes)) if e.low_group <= group <= e.high_group else 0
            rows += [(e.index, min(group + 1, 16))] * many
    pairs = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _positions(
    rng: np.random.Generator, ests: list[Establishment], est: Ints
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    where = np.array([e.position for e in ests])[est]
    spread = np.array([_SPREAD[e.phase] for e in ests])[est] * np.clip(12.0 / max(len(ests), 1) * 2, 0.05, 1.0)
    on_line: np.ndarray[tuple[int], np.dtype[np.float64]] = np.mod(where + rng.normal(0, 1, len(est)) * spread, 12.0)
    return on_line


def _start_of(group: Ints, at: Ints) -> Ints:
    """The first day of the year in which a child of `group` (in the anchor year) was in group `at`."""
    years = (YEAR - (group - at)).astype("datetime64[Y]") - 1970
    septembers = (years.astype("datetime64[M]") + 8).astype("datetime64[D]").astype(np.int64)
    third = septembers + 2
    weekday = (third + 3) % 7
    return np.where(group == at, autumn_start(), third + np.maximum(7 - weekday, 0) * (weekday > 4))


def _entries(rng: np.random.Generator, ests: list[Establishment], est: Ints, group: Ints) -> Ints:
    """Entry dates: most at the start of the establishment's first year group, one in nine at some time since."""
    low = np.array([e.low_group for e in ests])[est]
    pru = np.array([e.phase == "PR" for e in ests])[est]
    start = _start_of(group, np.minimum(np.maximum(low, np.minimum(group, RECEPTION)), group))
    late = pru | chance(rng, 0.11, len(est))
    opened = np.array([day(e.opened.isoformat()) if e.conversion is None else 0 for e in ests])[est]
    start = np.where(pru, np.maximum(start, day(f"{YEAR - 1}-09-03")), start)
    last = term(f"AUT-{YEAR}").census - 3
    moved = next_open((start + rng.random(len(est)) * np.maximum(last - start, 0)).astype(np.int64))
    old = moved < day("2025-09-01")
    moved = np.where(old, moved, np.minimum(moved, last_open(np.full(len(est), last + 1))))
    entry: Ints = np.maximum(np.where(late, moved, start), opened)
    return entry


def fill(seed: int, ests: list[Establishment]) -> Places:
    """Every child of two years and every enrolment, for the open establishments of the plan."""
    rng = stream(seed, "places filled")
    open_ones = [e for e in ests if e.closed is None]
    est, group = _seats(open_ones)
    old_est, old_group = _last_years(rng, open_ones)
    many = len(est)
    all_est, all_group = np.concatenate([est, old_est]), np.concatenate([group, old_group])
    position = _positions(rng, open_ones, all_est)
    neighbours = _Neighbours(open_ones)
    nudge = rng.integers(0, 2, len(all_est))
    first = np.array([e.low_group for e in open_ones])[all_est]
    start = np.minimum(all_group, RECEPTION)
    first_est = np.where(first <= RECEPTION, all_est, neighbours.near(start, position, nudge))
    entry = np.concatenate(
        [_entries(rng, open_ones, est, group), _start_of(old_group, np.minimum(first[many:], old_group - 1))]
    )
    gone = np.arange(len(all_est)) >= many
    leads = np.where(gone, np.where(all_group >= 14, ONWARD, ELSEWHERE), HERE)
    base = Enrolments(
        person=np.arange(len(all_est)),
        est=all_est,
        entry=entry,
        leave=np.where(gone, summer_end(), NEVER),
        status=np.full(len(all_est), "C"),
        leads_to=leads,
        claimed_until=np.zeros(len(all_est), dtype=np.int64),
    )
    held = Places(all_group, position, all_est, first_est, base)
    _before(rng, open_ones, held, neighbours, many)
    _moves(rng, open_ones, held, neighbours, many)
    _dual(rng, open_ones, held, neighbours)
    _unclaim(held.enrolments)
    return held


def _append(base: Enrolments, **columns: Ints) -> None:
    rows = len(columns["person"])
    zero = np.zeros(rows, dtype=np.int64)
    new = {"leave": zero + NEVER, "leads_to": zero, "claimed_until": zero, "status": np.full(rows, "C")} | columns
    for name in Enrolments.__dataclass_fields__:
        setattr(base, name, np.concatenate([getattr(base, name), new[name]]))


def _before(rng: np.random.Generator, ests: list[Establishment], held: Places, near: _Neighbours, many: int) -> None:
    """Where those who entered since Easter were before: transfers in September, and movers in the summer term."""
    entry, group, est = held.enrolments.entry[:many], held.group[:many], held.est[:many]
    since = (entry >= term(f"AUT-{YEAR}").attendance[0]) & (group > RECEPTION)
    transfer = since & (entry == autumn_start())
    was = group - 1
    feeder = near.near(was, held.position[:many], rng.integers(0, 2, many))
    inside = since & (feeder != est) & chance(rng, 0.94, many)
    rows = np.flatnonzero(inside)
    starts = np.array([e.low_group for e in ests])[feeder[rows]]
    in_year = ~transfer[rows] & (entry[rows] > summer_end())
    leave = np.where(transfer[rows] | in_year, summer_end(), last_open(entry[rows]))
    leave = np.where(entry[rows] > autumn_start(), last_open(entry[rows]), leave)
    begun = np.minimum(_start_of(group[rows], np.minimum(np.maximum(starts, RECEPTION), was[rows])), leave - 30)
    teaches = np.array([e.high_group for e in ests])[feeder[rows]] >= group[rows]
    wrongly = chance(rng, rate("moves", "claimed_by_two"), len(rows)) & ~transfer[rows] & teaches
    claims = np.where(wrongly, NEVER, 0)
    _append(held.enrolments, person=rows, est=feeder[rows], entry=begun, leave=leave, claimed_until=claims)


def _periods() -> list[tuple[str, tuple[int, int]]]:
    aut, spr, summer = (term(name) for name in ("AUT-2026", "SPR-2027", "SUM-2027"))
    return [("autumn", (aut.census + 4, spr.census - 6)), ("spring", (spr.census + 4, summer.census - 6))]


def _moves(rng: np.random.Generator, ests: list[Establishment], held: Places, near: _Neighbours, many: int) -> None:
    """Movers, leavers and joiners between the censuses of the anchor year. Nobody leaves twice."""
    mainstream = np.array([e.phase in ("PS", "SS", "AT") for e in ests])[held.est[:many]]
    still = mainstream.copy()
    for name, between in _periods():
        leaves = still & chance(rng, rate("moves", name), many)
        still &= ~leaves
        _leave(rng, held, near, np.flatnonzero(leaves), between)
        _join(rng, held, near, int(leaves.sum() * rate("moves", "joiners")), between)


def _leave(rng: np.random.Generator, held: Places, near: _Neighbours, rows: Ints, between: tuple[int, int]) -> None:
    base, size, (first, last) = held.enrolments, len(rows), between
    leave = last_open(rng.integers(first + 1, last - 7, size))
    target = near.near(held.group[rows], held.position[rows], rng.integers(-1, 3, size))
    inside = chance(rng, rate("moves", "inside_county"), size) & (target != held.est[rows])
    lost = chance(rng, rate("moves", "vanish_of_leavers") / (1 - rate("moves", "inside_county")), size)
    away = np.where(lost, UNKNOWN, np.where(chance(rng, 0.15, size), HOME, ELSEWHERE))
    base.leave[rows] = leave
    base.leads_to[rows] = np.where(inside, HERE, away)
    base.claimed_until[rows] = np.where(inside & chance(rng, rate("moves", "claimed_by_two"), size), last + 60, 0)
    moved = rows[inside]
    entry = next_open(leave[inside] + 1 + rng.integers(0, 6, len(moved)))
    held.est[moved] = target[inside]
    _append(base, person=moved, est=target[inside], entry=entry)


def _join(rng: np.random.Generator, held: Places, near: _Neighbours, size: int, between: tuple[int, int]) -> None:
    """Pupils new to the county, near a random home, in Reception to Year 11."""
    group = RECEPTION + pick(rng, [1.0] * 12, size)
    position = rng.random(size) * 12.0
    est = near.near(group, position, rng.integers(0, 2, size))
    person = len(held.group) + np.arange(size)
    held.group = np.concatenate([held.group, group])
    held.position = np.concatenate([held.position, position])
    held.est = np.concatenate([held.est, est])
    held.first_est = np.concatenate([held.first_est, np.full(size, -1)])
    _append(held.enrolments, person=person, est=est, entry=next_open(rng.integers(*between, size)))


def _dual(rng: np.random.Generator, ests: list[Establishment], held: Places, near: _Neighbours) -> None:
    """Half of a PRU's pupils stay on the roll of their own establishment: main there (M), subsidiary here (S)."""
    base = held.enrolments
    pru = np.array([e.phase == "PR" for e in ests])
    only_here = np.bincount(base.person)[base.person] == 1
    here = only_here & pru[base.est] & (base.leave == NEVER) & chance(rng, rate("moves", "dual_pru"), len(base))
    rows = np.flatnonzero(here)
    base.status[rows] = "S"
    person = base.person[rows]
    home = near.near(held.group[person], held.position[person], rng.integers(0, 2, len(rows)))
    starts = np.array([e.low_group for e in ests])[home]
    entry = _start_of(held.group[person], np.minimum(np.maximum(starts, RECEPTION), held.group[person]))
    _append(base, person=person, est=home, entry=np.minimum(entry, base.entry[rows]), status=np.full(len(rows), "M"))


def _unclaim(base: Enrolments) -> None:
    """An establishment that a pupil came back to does not claim the earlier enrolment as well."""
    many = int(base.est.max()) + 1 if len(base) else 1
    _, place, count = np.unique(base.person * many + base.est, return_inverse=True, return_counts=True)
    base.claimed_until[count[place] > 1] = 0
