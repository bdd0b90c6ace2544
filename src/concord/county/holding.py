"""What one establishment's MIS holds on census day: its pupils on roll and lately left, their marks, suspensions
and values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from concord.county.calendar import NEVER, Term, age_on, iso
from concord.county.dice import Bools, Ints
from concord.county.establishments import GROUPS, Establishment
from concord.county.marks import Table, columns_between, counts, marks, possible
from concord.county.numbers import Texts
from concord.county.people import People
from concord.county.places import Roll
from concord.county.suspensions import Suspensions, suspensions
from concord.county.untidy import Sent, sent


@dataclass
class Holding:
    """An establishment on census day. Every array has one row an enrolment of `roll`; `on` and `off` are rows of it."""

    seed: int
    est: Establishment
    term: Term
    people: People
    roll: Roll
    leads_to: Ints
    claimed_until: Ints
    untidy: float = 1.0

    @cached_property
    def sent(self) -> Sent:
        return sent(self.seed, self.est, self.people, self.roll, self.term, scale=self.untidy)

    @cached_property
    def sent_home(self) -> Suspensions:
        return suspensions(self.seed, self.est, self.people, self.roll)

    @cached_property
    def marks(self) -> Table:
        return marks(self.seed, self.est, self.people, self.roll, self.sent_home)

    @cached_property
    def group(self) -> Ints:
        groups: Ints = self.people.places.group[self.roll.person]
        return groups

    @cached_property
    def year(self) -> Texts:
        """The National Curriculum year in the anchor year."""
        return np.array([*GROUPS, "14"])[np.minimum(self.group, len(GROUPS))]

    @cached_property
    def year_left(self) -> Texts:
        """The National Curriculum year of each enrolment's last day, for those that have ended."""
        before = np.where(self.roll.leave < self.term.age_date, np.maximum(self.group - 1, 0), self.group)
        return np.array([*GROUPS, "14"])[np.minimum(before, len(GROUPS))]

    @cached_property
    def age(self) -> Ints:
        """Age on the 31 August of the collection."""
        return age_on(self.people.dob[self.roll.person], self.term.age_date)

    @cached_property
    def on(self) -> Ints:
        """On roll on census day, as the establishment says: those it wrongly still claims among them."""
        day = self.term.census
        return np.flatnonzero((self.roll.entry <= day) & ((self.roll.leave >= day) | (self.claimed_until >= day)))

    @cached_property
    def off(self) -> Ints:
        """Left since the attendance window began, with sessions to report."""
        gone = (
            (self.roll.leave < self.term.census)
            & (self.roll.leave >= self.term.attendance[0])
            & (self.claimed_until < self.term.census)
        )
        again = np.isin(self.roll.person, self.roll.person[self.on])
        return np.flatnonzero(gone & ~again & self.counted & ((self.possible > 0) | (self.possible_half_term_2 > 0)))

    @cached_property
    def rows(self) -> Ints:
        """The pupils of the return, those on roll first."""
        return np.concatenate([self.on, self.off])

    @cached_property
    def counted(self) -> Bools:
        """Those whose attendance is collected: aged 4 to 15 (rule 2470)."""
        return (self.age >= 4) & (self.age <= 15)

    @cached_property
    def window(self) -> Ints:
        return counts(self.marks[:, columns_between(*self.term.attendance)])

    @cached_property
    def window_half_term_2(self) -> Ints:
        if self.term.half_term_2 is None:
            return np.zeros_like(self.window)
        return counts(self.marks[:, columns_between(*self.term.half_term_2)])

    @cached_property
    def possible(self) -> Ints:
        return np.where(self.counted, possible(self.window), 0)

    @cached_property
    def possible_half_term_2(self) -> Ints:
        return np.where(self.counted, possible(self.window_half_term_2), 0)

    @cached_property
    def sen(self) -> Texts:
        return self.people.needs.on(self.term.census)[self.roll.person]

    @cached_property
    def fsm(self) -> tuple[Ints, Ints]:
        """Start and end of the free-meal period to report; a start of NEVER is no period."""
        start, end = self.people.fsm_start[self.roll.person], self.people.fsm_end[self.roll.person]
        told = (start <= self.term.census) & (end >= self.term.fsm[0])
        return np.where(told, start, NEVER), np.where(end <= self.term.census, end, NEVER)

    def dates(self, days: Ints) -> Texts:
        """Days written out, empty for NEVER and for nought."""
        return np.where((days >= NEVER) | (days == 0), "", iso(np.where(days >= NEVER, 0, days)))
