"""Names: each household's origin gives its children's names; a handful are hostile, on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from concord.county.calendar import NEVER, day
from concord.county.dice import Bools, Ints, chance, stream
from concord.county.facts import facts, rate
from concord.county.households import Households
from concord.county.numbers import Texts

NameList = list[str]


@dataclass(frozen=True)
class Pools:
    """The pools of names end to end: `start` and `size` of each origin's part, by kind (girls, boys, surnames)."""

    words: Texts
    start: NDArray[np.int64]
    size: NDArray[np.int64]


@cache
def pools(kind: str) -> Pools:
    """`girls`, `boys` or `surnames` of every origin in order; the British surnames have stems and endings added."""
    lists = [list(row[kind]) for row in facts("names")["origin"]]
    if kind == "surnames":
        made = [f"{s}{e}" for s in facts("names")["stems"] for e in facts("names")["endings"]]
        lists[0] = made + lists[0] * max(1, round(len(made) * (1 / facts("names")["stem_share"] - 1) / len(lists[0])))
    sizes = np.array([len(names) for names in lists])
    return Pools(np.array([name for names in lists for name in names], dtype=object), np.cumsum(sizes) - sizes, sizes)


def draw(rng: np.random.Generator, kind: str, origin: Ints) -> Texts:
    """One name of a kind for each origin."""
    return _named(kind, origin, rng.integers(0, 1 << 40, len(origin)))


def _named(kind: str, origin: Ints, at: Ints) -> Texts:
    pool = pools(kind)
    return pool.words[pool.start[origin] + at % pool.size[origin]]


@dataclass
class Names:
    """One row a child. `new_surname` is used from `renamed_on`; empty texts are no value."""

    surname: Texts
    new_surname: Texts
    renamed_on: Ints
    forename: Texts
    middle: Texts
    preferred_surname: Texts
    hostile: Bools


def _forenames(rng: np.random.Generator, homes: Households, sex: Ints) -> Texts:
    """Brothers and sisters have different forenames: the pool is drawn from once a household and stepped through."""
    origin = homes.origin[homes.of]
    apart = rng.integers(0, 1 << 40, len(homes))[homes.of] + homes.rank
    return np.where(sex == 1, _named("girls", origin, apart), _named("boys", origin, apart))


def _hostile(rng: np.random.Generator, many: int) -> Ints:
    wanted = max(4, round(many * facts("rates")["defects"]["hostile_names_per_100000"] / 100_000)) if many >= 200 else 0
    return rng.choice(many, wanted, replace=False) if wanted else np.zeros(0, dtype=np.int64)


def names(seed: int, homes: Households, sex: Ints) -> Names:
    """The names of every child. Hostile surnames go round the list in `names.toml`."""
    rng = stream(seed, "names")
    many = len(homes.of)
    origin = homes.origin[homes.of]
    family = draw(rng, "surnames", homes.origin)
    double = chance(rng, rate("people", "double_barrelled"), len(homes))
    family = np.where(double, family + "-" + draw(rng, "surnames", homes.origin), family)
    surname = family[homes.of]
    hostile = np.zeros(many, dtype=bool)
    marked = _hostile(rng, many)
    hostile[marked] = True
    words = np.array(facts("names")["hostile"], dtype=object)
    surname[marked] = words[np.arange(len(marked)) % len(words)]
    new = draw(rng, "surnames", origin)
    changes = chance(rng, rate("people", "name_change"), many) & ~hostile & (new != surname)
    prefers = chance(rng, rate("people", "preferred_surname"), many)
    return Names(
        surname=surname,
        new_surname=new,
        renamed_on=np.where(changes, rng.integers(day("2026-05-01"), day("2027-05-01"), many), NEVER),
        forename=_forenames(rng, homes, sex),
        middle=np.where(chance(rng, rate("people", "middle_name"), many), _middles(rng, origin, sex), ""),
        preferred_surname=np.where(prefers, draw(rng, "surnames", origin), ""),
        hostile=hostile,
    )


def _middles(rng: np.random.Generator, origin: Ints, sex: Ints) -> Texts:
    one = np.where(sex == 1, draw(rng, "girls", origin), draw(rng, "boys", origin))
    two = np.where(sex == 1, draw(rng, "girls", origin), draw(rng, "boys", origin))
    return np.where(chance(rng, 0.12, len(origin)), one + " " + two, one)
