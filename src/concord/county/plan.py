"""The county: a small global plan held in memory, from which each establishment's part is made when asked for.

The plan is arrays of small values, about a kilobyte a pupil; what is large (marks, files) is made for one
establishment at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from concord.core.returns.model import Return
from concord.core.trouble import Trouble
from concord.county.calendar import Term
from concord.county.calendar import term as term_called
from concord.county.census import census
from concord.county.defects import plant, plant_many
from concord.county.dice import Ints
from concord.county.establishments import Establishment, converted, establishments
from concord.county.holding import Holding
from concord.county.people import People, people
from concord.county.places import Roll, fill
from concord.county.untidy import Planted


@dataclass(frozen=True)
class County:
    """A plan. `defects` and `untidy` multiply the rates of `data/rates.toml`; nought gives returns clean of either."""

    seed: int
    term: Term
    pupils: int
    plan: list[Establishment] = field(repr=False)
    people: People = field(repr=False)
    defects: float = 1.0
    untidy: float = 1.0

    @cached_property
    def establishments(self) -> list[Establishment]:
        """Every establishment as it is on census day, the closed ones last."""
        return converted(self.plan, self.term.date)

    @property
    def open(self) -> list[Establishment]:
        """The establishments with pupils."""
        return [est for est in self.establishments if est.closed is None]

    @cached_property
    def _rows(self) -> list[Ints]:
        at = self.people.places.enrolments.est
        order = np.argsort(at, kind="stable")
        return np.split(order, np.cumsum(np.bincount(at, minlength=len(self.open)))[:-1])

    def holding(self, est: Establishment) -> Holding:
        """What the establishment's MIS holds on census day."""
        base, mine = self.people.places.enrolments, self._rows[est.index]
        return Holding(
            seed=self.seed,
            est=est,
            term=self.term,
            people=self.people,
            roll=Roll(base.person[mine], base.entry[mine], base.leave[mine], base.status[mine]),
            leads_to=base.leads_to[mine],
            claimed_until=base.claimed_until[mine],
            untidy=self.untidy,
        )

    def returned(self, est: Establishment) -> tuple[Return, list[Planted]]:
        """The establishment's School Census with its planted defects, and everything planted in it."""
        return returned(self, self.holding(est))

    def returns(self, est: Establishment) -> Return:
        """The establishment's School Census, as the frames of `core.returns`."""
        return self.returned(est)[0]

    def at(self, laestab: str) -> Establishment:
        """The establishment of a LAEstab such as `886/2000`; raises `Trouble` for one the county has not."""
        for est in self.establishments:
            if est.laestab == laestab:
                return est
        raise Trouble(f"The county has no establishment {laestab}.", todo="`establishments` lists them.")

    def in_term(self, name: str) -> County:
        """The same county on another census day."""
        return replace(self, term=term_called(name))


def returned(county: County, held: Holding) -> tuple[Return, list[Planted]]:
    """The return of a holding the caller already has, so that it is made once for all its files."""
    clean = census(held)
    spoiled, planted = plant(clean, held, county.defects)
    return spoiled, [*held.sent.planted, *planted]


def make(
    schools: int = 12,
    pupils: int = 3000,
    seed: int = 2026,
    term: str = "AUT-2026",
    *,
    defects: float = 1.0,
    untidy: float = 1.0,
    only: str = "",
) -> County:
    """A county of `schools` establishments and `pupils` pupils on roll at the autumn census; the same for the same
    arguments.

    `only` is a template of `data/establishments.toml`, for a county of one kind. Raises `Trouble` for impossible sizes.
    """
    if not (1 <= schools <= 2000 and schools * 8 <= pupils <= 2_000_000):
        raise Trouble(
            f"A county of {schools} establishments and {pupils} pupils cannot be made.",
            todo="Ask for 1 to 2,000 establishments and at least 8 pupils for each.",
        )
    when = term_called(term)
    ests = establishments(seed, schools, pupils, only)
    return County(seed, when, pupils, ests, people(seed, ests, fill(seed, ests)), defects, untidy)


def one_return(
    pupils: int = 1500, seed: int = 2026, defects: int = 0, term: str = "AUT-2026", only: str = "all_through_academy"
) -> tuple[Return, list[Planted]]:
    """One establishment's return with exactly `defects` planted defects, each in a pupil of its own, and where they
    are.

    The pupils are those on roll at the autumn census. Raises `Trouble` where there are more defects than pupils to
    bear them.
    """
    county = make(1, pupils, seed, term, defects=0, untidy=0, only=only)
    held = county.holding(county.open[0])
    return plant_many(census(held), held, defects)
