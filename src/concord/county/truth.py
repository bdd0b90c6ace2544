"""The truth about the county: who is who, who moved where, who is claimed twice, who vanished, and everything
planted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from concord.county.calendar import NEVER, iso
from concord.county.dice import Ints
from concord.county.establishments import Establishment
from concord.county.holding import Holding
from concord.county.people import People
from concord.county.places import HERE, UNKNOWN
from concord.county.plan import County, returned
from concord.county.untidy import Planted, true_surname


def who_is_who(held: Holding) -> pl.DataFrame:
    """One row a pupil record the establishment sends: the person, the values sent and the true ones beside them."""
    rows, sent, people = held.rows, held.sent, held.people
    person = held.roll.person[rows]
    surname, _ = true_surname(people, person, held.term.census)
    columns: dict[str, Any] = {
        "person": person,
        "household": people.homes.of[person],
        "laestab": np.full(len(rows), held.est.laestab),
        "roll": np.where(np.arange(len(rows)) < len(held.on), "on", "off"),
        "status": held.roll.status[rows],
        "upn_sent": sent.upn[rows],
        "upn": people.upn[person],
        "surname_sent": sent.surname[rows],
        "surname": surname,
        "forename_sent": sent.forename[rows],
        "forename": people.names.forename[person],
        "dob_sent": iso(sent.dob[rows]),
        "dob": iso(people.dob[person]),
        "sex": np.where(people.sex[person] == 1, "F", "M"),
        "entry": iso(held.roll.entry[rows]),
        "left": held.dates(np.where(np.arange(len(rows)) < len(held.on), NEVER, held.roll.leave[rows])),
    }
    return pl.DataFrame({name: pl.Series(values.tolist()) for name, values in columns.items()})


@dataclass
class Truth:
    """The whole county's truth on its census day. `planted` grows as establishments are made."""

    county: County
    planted: list[Planted] = field(default_factory=list)

    @cached_property
    def _ests(self) -> list[Establishment]:
        return self.county.open

    @property
    def people(self) -> People:
        return self.county.people

    def _laestabs(self, at: Ints) -> list[str]:
        return [self._ests[place].laestab for place in at.tolist()]

    @cached_property
    def next_establishment(self) -> dict[int, int]:
        """For each person whose enrolment has ended inside the county by now, the place in `open` of the one that
        follows."""
        base = self.people.places.enrolments
        order = np.lexsort((base.entry, base.person))
        person, est, leave, leads = (column[order] for column in (base.person, base.est, base.leave, base.leads_to))
        follows = (person[1:] == person[:-1]) & (leave[:-1] < NEVER) & (leads[:-1] == HERE) & (est[1:] != est[:-1])
        return dict(zip(person[:-1][follows].tolist(), est[1:][follows].tolist(), strict=True))

    def movers(self) -> list[dict[str, Any]]:
        """Those who changed establishment inside the county since the census before."""
        base, term = self.people.places.enrolments, self.county.term
        gone = np.flatnonzero((base.leave >= term.fsm[0]) & (base.leave < term.census) & (base.leads_to == HERE))
        gone = gone[np.isin(base.person[gone], list(self.next_establishment))]
        to = [self._ests[self.next_establishment[person]].laestab for person in base.person[gone].tolist()]
        parts = (base.person[gone].tolist(), self._laestabs(base.est[gone]), to, iso(base.leave[gone]).tolist())
        return [dict(zip(("person", "from", "to", "left"), row, strict=True)) for row in zip(*parts, strict=True)]

    def duplicates(self) -> list[dict[str, Any]]:
        """Those whom more than one establishment returns on roll, and whether rightly (main and subsidiary) or not."""
        base, day = self.people.places.enrolments, self.county.term.census
        on = np.flatnonzero((base.entry <= day) & ((base.leave >= day) | (base.claimed_until >= day)))
        many = Counter(base.person[on].tolist())
        twice = on[np.isin(base.person[on], [person for person, count in many.items() if count > 1])]
        found: dict[int, dict[str, Any]] = {}
        for row, laestab in zip(twice.tolist(), self._laestabs(base.est[twice]), strict=True):
            person = int(base.person[row])
            entry = found.setdefault(person, {"person": person, "establishments": [], "rightly": True})
            entry["establishments"].append(laestab)
            entry["rightly"] &= base.status[row] in ("M", "S")
        return [found[person] for person in sorted(found)]

    def vanished(self) -> list[dict[str, Any]]:
        """Leavers with no known destination since the census before, and what makes those among them vulnerable."""
        base, term = self.people.places.enrolments, self.county.term
        gone = np.flatnonzero((base.leave >= term.fsm[0]) & (base.leave < term.census) & (base.leads_to == UNKNOWN))
        return [
            self._vanished(int(base.person[row]), int(base.est[row]), int(base.leave[row])) for row in gone.tolist()
        ]

    def _vanished(self, person: int, est: int, left: int) -> dict[str, Any]:
        people = self.people
        why = {
            "SEN": people.needs.on(left)[person] != "N",
            "FSM": people.fsm_start[person] <= left <= people.fsm_end[person],
            "looked after": bool(people.looked_after[person]),
        }
        because = [reason for reason, holds in why.items() if holds]
        told = {"person": person, "laestab": self._ests[est].laestab, "left": str(np.datetime64(left, "D"))}
        return told | {"vulnerable": bool(because), "because": because}

    def twins(self) -> list[list[int]]:
        """Pairs of one birth."""
        homes, group = self.people.homes, self.people.places.group
        order = np.lexsort((homes.rank, group, homes.of))
        second = np.flatnonzero(homes.twin[order])
        return [[int(order[at - 1]), int(order[at])] for at in second.tolist()]

    def document(self) -> dict[str, Any]:
        """All of it, as one JSON document."""
        kinds = Counter(one.kind for one in self.planted)
        return {
            "seed": self.county.seed,
            "term": self.county.term.name,
            "people": len(self.people),
            "kinds": dict(sorted(kinds.items())),
            "planted": [asdict(one) for one in self.planted],
            "movers": self.movers(),
            "duplicates": self.duplicates(),
            "vanished": self.vanished(),
            "twins": self.twins(),
        }


def truth(county: County, establishments: Iterable[Establishment] | None = None) -> Truth:
    """The truth with everything planted in the returns of `establishments`, or of all; makes each of them once."""
    found = Truth(county)
    for est in county.open if establishments is None else establishments:
        found.planted += returned(county, county.holding(est))[1]
    return found
