"""Households: children who live near one another made brothers and sisters, with a home, an origin, and what they
share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from concord.county.calendar import NEVER, day
from concord.county.dice import Bools, Ints, chance, pick, rank_within, stream
from concord.county.facts import facts, rate
from concord.county.numbers import Texts, digits, join
from concord.county.places import Places

SIZES = (0.42, 0.37, 0.145, 0.045, 0.015, 0.005)
"""Share of households with one to six children of school age (DESIGN)."""

_UNITS = "ABDEFGHJLNPQRSTUWXYZ"
_HOMES_A_STREET = 38


@dataclass
class Households:
    """One row a household. A home is a number; `moved_on` is the day of its move to `next_home`, or NEVER."""

    of: Ints
    """The household of each child."""
    rank: Ints
    """The child's place among its brothers and sisters, from 0."""
    twin: Bools
    """Of one birth with the child before it."""
    origin: Ints
    mixed: Bools
    home: Ints
    next_home: Ints
    moved_on: Ints
    poor: NDArray[np.float64]
    """A uniform number: the household has free meals where it is below the establishment's rate."""

    def __len__(self) -> int:
        return len(self.origin)


def _grouped(rng: np.random.Generator, places: Places) -> tuple[Ints, Bools]:
    """Children in order of where they live, cut into households; of two in one year group some are twins, the rest
    live apart."""
    many = len(places.group)
    order = np.lexsort((rng.random(many), places.position))
    sizes = pick(rng, SIZES, many) + 1
    cut = np.repeat(np.arange(many), sizes)[:many]
    of = np.empty(many, dtype=np.int64)
    of[order] = cut
    again = rank_within(of, places.group) > 0
    twin = again & chance(rng, rate("people", "twins_of_same_year_siblings"), many)
    apart = again & ~twin
    of[apart] = many + np.arange(int(apart.sum()))
    return np.unique(of, return_inverse=True)[1].astype(np.int64), twin


def households(seed: int, places: Places) -> Households:
    """Every child in a household, and what its household is like."""
    rng = stream(seed, "households")
    of, twin = _grouped(rng, places)
    many = int(of.max()) + 1 if len(of) else 0
    origins = facts("names")["origin"]
    place = np.zeros(many)
    place[of] = places.position
    moves = chance(rng, rate("people", "household_moves"), many)
    on = rng.integers(day("2026-04-20"), day("2027-05-10"), many)
    return Households(
        of=of,
        rank=rank_within(of),
        twin=twin,
        origin=pick(rng, [row["weight"] for row in origins], many),
        mixed=chance(rng, rate("people", "mixed_family"), many),
        home=_home(rng, place, many),
        next_home=_home(rng, np.mod(place + rng.normal(0, 0.3, many), 12.0), many),
        moved_on=np.where(moves, on, NEVER),
        poor=rng.random(many),
    )


def _home(rng: np.random.Generator, place: NDArray[np.float64], many: int) -> Ints:
    """A home's number: its street's number, times a hundred, and the house. Streets are numbered along the line of
    districts."""
    streets = max(12, many // _HOMES_A_STREET)
    return (place / 12.0 * streets).astype(np.int64) * 100 + rng.integers(1, 99, many)


@dataclass(frozen=True)
class Addresses:
    """Homes written out."""

    saon: Texts
    paon: Texts
    street: Texts
    town: Texts
    postcode: Texts
    uprn: Texts
    district: Texts


@cache
def _districts() -> tuple[Texts, Texts, Texts]:
    rows = facts("places")["district"]
    return (
        np.array([row["name"] for row in rows]),
        np.array([row["towns"] for row in rows]),
        np.array([row["outward"] for row in rows]),
    )


def addresses(home: Ints, streets: int) -> Addresses:
    """The addresses of homes in a county of `streets` streets."""
    words = facts("places")["words"]
    stems, ends = np.array(words["street_stems"]), np.array(words["street_ends"])
    names, towns, outward = _districts()
    street, house = home // 100, home % 100
    at = np.minimum(street * 12 // streets, 11)
    within = street - (at * streets + 11) // 12
    letters = np.array(list(_UNITS))
    unit = join(letters[street // 20 % 20], letters[street % 20])
    sector = digits(street // 400 % 9 + 1, 1)
    flat = (home * 2654435761) % 97 < 9
    return Addresses(
        saon=np.where(flat, join(np.full(len(home), "Flat "), digits(home % 7 + 1, 1)), ""),
        paon=digits(house, 1),
        street=join(
            stems[(street * 7) % len(stems)], np.full(len(home), " "), ends[(street * 5 + street // 40) % len(ends)]
        ),
        town=towns[at, np.minimum(within * 4 * 12 // max(streets, 12), 3)],
        postcode=join(outward[at, within % 3], np.full(len(home), " "), sector, unit),
        uprn=digits(990_000_000_000 + home, 12),
        district=names[at],
    )
