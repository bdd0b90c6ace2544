"""The plan's establishments: every type and phase the agreement names, with districts, trusts, openings,
conversions and closures."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np

from concord.county.dice import pick, shares, stream
from concord.county.facts import facts

LA = "886"
GROUPS = ("N1", "N2", "R", *map(str, range(1, 14)))
"""The year groups, youngest first: a pupil of group `g` was `g + 2` on 31 August before the year."""

_NEW_KINDS = ("35", "36", "38", "40", "41")
_MIS = ("sims",) * 8 + ("arbor",) * 6 + ("bromcom",) * 3 + ("plain",) * 3


@dataclass(frozen=True)
class Conversion:
    """A maintained establishment that became an academy: the URN and type it had before. The LAEstab went on."""

    on: date
    urn: str
    name: str
    type_code: str


@dataclass(frozen=True)
class Establishment:
    """Anything with a DfE number. `places[g]` is how many pupils of `GROUPS[g]` are on its roll at the autumn
    census."""

    index: int
    laestab: str
    urn: str
    name: str
    template: str
    type_code: str
    type_name: str
    group_code: str
    group_name: str
    kind: str
    phase: str
    gias_phase: int
    census_type: str
    governance: str
    intake: str
    gender: str
    district: str
    district_code: str
    town: str
    postcode: str
    trust: str
    trust_code: str
    ukprn: str
    opened: date
    closed: date | None
    conversion: Conversion | None
    capacity: int
    low_age: int
    high_age: int
    low_group: int
    high_group: int
    head_first: str
    head_last: str
    mis: str
    position: float
    predecessor: str = ""
    places: tuple[int, ...] = field(default=(), repr=False)

    @property
    def estab(self) -> str:
        return self.laestab[4:]

    @property
    def folder(self) -> str:
        return self.laestab.replace("/", "")

    @property
    def pupils(self) -> int:
        return sum(self.places)

    @property
    def head_name(self) -> str:
        return f"{self.head_first} {self.head_last}".strip()

    @property
    def academy(self) -> bool:
        return self.kind in ("academy", "free_school", "utc", "studio", "ctc")


@cache
def templates() -> list[dict[str, Any]]:
    """The kinds of establishment, the twelve of the smallest county first."""
    return list(facts("establishments")["template"])


def mix(count: int, only: str = "") -> list[int]:
    """Which template each of `count` establishments follows: one of each first, then in Kent's proportions; or
    `only` one."""
    known = templates()
    if only:
        return [[row["key"] for row in known].index(only)] * count
    if count <= len(known):
        return list(range(count))
    wanted = shares(count, [row["weight"] for row in known], least=1)
    return [index for index, many in enumerate(wanted) for _ in range(int(many))]


def _years(template: dict[str, Any]) -> tuple[int, int]:
    first, last = template["years"]
    return GROUPS.index(first), GROUPS.index(last)


def _year_weights(template: dict[str, Any]) -> list[float]:
    low, high = _years(template)
    thin = {0: 0.5, 1: 0.6, 14: 0.55, 15: 0.45}
    if template["phase"] == "PR":
        thin |= {9: 0.3, 10: 0.5, 11: 0.8}
    return [thin.get(g, 1.0) if low <= g <= high else 0.0 for g in range(len(GROUPS))]


def places(seed: int, kinds: list[int], pupils: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Pupils on roll by establishment and year group; the sum is `pupils` exactly."""
    rng = stream(seed, "places")
    known = [templates()[kind] for kind in kinds]
    sizes = np.array([row["size"] for row in known]) * np.exp(rng.normal(0, 0.3, len(known)))
    rolls = shares(pupils, list(sizes), least=8)
    weights = [np.array(_year_weights(row)) * np.exp(rng.normal(0, 0.06, len(GROUPS))) for row in known]
    return np.stack([shares(int(roll), list(weight)) for roll, weight in zip(rolls, weights, strict=True)])


def _name(template: dict[str, Any], town: str, index: int, taken: set[str]) -> tuple[str, str]:
    words = facts("places")["words"]["features"]
    saints = [word for word in words if word.startswith("St ")]
    sex = ("Boys", "Girls")[index % 2] if template.get("single_sex") else ""
    for turn in range(len(words) * 3):
        at = index * 7 + turn
        feature, saint = words[at % len(words)], saints[at % len(saints)]
        name = template["label"].format(place=town, feature=feature, saint=saint, sex=sex)
        name += "" if turn < len(words) else f" {['North', 'East', 'South', 'West'][turn % 4]}"
        if name not in taken:
            break
    else:
        name = f"{name} {index}"
    taken.add(name)
    return name, sex


def _opened(rng: np.random.Generator, first: int, last: int) -> date:
    return date(int(rng.integers(first, last + 1)), 9, 1)


def _conversion(rng: np.random.Generator, template: dict[str, Any], name: str, urn: str) -> Conversion | None:
    if template["code"] not in ("34", "28", "44", "42"):
        return None
    before = {"PS": "1", "SS": "5", "SP": "7", "PR": "14", "AT": "1"}[template["phase"]]
    on = date(int(rng.integers(2011, 2027)), int(rng.choice([1, 4, 9])), 1)
    old_name = name.replace("Academy", "School").replace("Primary School School", "Primary School")
    return Conversion(min(on, date(2026, 9, 1)), urn, old_name, before)


def _trust(rng: np.random.Generator, template: dict[str, Any]) -> tuple[str, str]:
    if template["governance"] != "CA":
        return "", ""
    names = facts("places")["words"]["trusts"]
    at = int(rng.integers(len(names)))
    return names[at], str(16000 + at)


def _heads(rng: np.random.Generator, count: int) -> list[tuple[str, str]]:
    names = facts("names")
    british = names["origin"][0]
    first = pick(rng, [1.0] * len(british["girls"] + british["boys"]), count)
    last = [f"{s}{e}" for s in names["stems"] for e in names["endings"]]
    return [
        ((british["girls"] + british["boys"])[int(f)], last[int(s)])
        for f, s in zip(first, rng.integers(len(last), size=count), strict=True)
    ]


def establishments(seed: int, count: int, pupils: int, only: str = "") -> list[Establishment]:
    """The establishments open at the autumn census, and those that closed lately (with no places), in order of
    index."""
    rng = stream(seed, "establishments")
    kinds = mix(count, only)
    by_year = places(seed, kinds, pupils)
    heads = _heads(rng, count)
    positions = rng.permutation(count) * 12.0 / count + rng.random(count) * 6.0 / count
    taken = _Names()
    seeds = [
        _Seed(index, templates()[kind], by_year[index], heads[index], float(positions[index]))
        for index, kind in enumerate(kinds)
    ]
    made = [_one(rng, one, taken) for one in seeds]
    return made + _closed(rng, made, taken)


@dataclass
class _Names:
    """Names and numbers already given."""

    names: set[str] = field(default_factory=set)
    numbers: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class _Seed:
    """What is settled of an establishment before it is made."""

    index: int
    template: dict[str, Any]
    by_year: np.ndarray[Any, np.dtype[np.int64]]
    head: tuple[str, str]
    position: float


def _one(rng: np.random.Generator, seed: _Seed, taken: _Names) -> Establishment:
    index, template, position = seed.index, seed.template, seed.position
    place = facts("places")["district"][int(position) % 12]
    town = place["towns"][int(rng.integers(4))]
    name, sex = _name(template, town, index, taken.names)
    low, high = _years(template)
    conversion = _conversion(rng, template, name, str(118000 + index))
    academy_urn = str(136000 + index * 7) if template["governance"] == "CA" else str(118000 + index)
    trust, trust_code = _trust(rng, template)
    first, last = (2012, 2022) if template["code"] in _NEW_KINDS else (1952, 2005)
    opened = conversion.on if conversion else _opened(rng, first, last)
    kind = facts("establishments")["types"][template["code"]]
    return Establishment(
        index=index,
        laestab=f"{LA}/{_number(template['band'], taken.numbers):04d}",
        urn=academy_urn,
        name=name,
        template=template["key"],
        type_code=template["code"],
        type_name=kind[0],
        group_code=kind[1],
        group_name=kind[2],
        kind=kind[3],
        phase=template["phase"],
        gias_phase=template["gias_phase"],
        census_type=template["census"],
        governance=template["governance"],
        intake=template.get("intake", "COMP"),
        gender=sex or "Mixed",
        district=place["name"],
        district_code=place["code"],
        town=town,
        postcode=_postcode(rng, place, position),
        trust=trust,
        trust_code=trust_code,
        ukprn=str(10_060_000 + index),
        opened=opened,
        closed=None,
        conversion=conversion,
        capacity=int(np.ceil(seed.by_year.sum() * (1.02 + 0.15 * rng.random()) / 15) * 15),
        low_age=template["ages"][0],
        high_age=template["ages"][1],
        low_group=low,
        high_group=high,
        head_first=seed.head[0],
        head_last=seed.head[1],
        mis=_MIS[index * 7 % len(_MIS)],
        position=position,
        places=tuple(int(many) for many in seed.by_year),
    )


def _postcode(rng: np.random.Generator, place: dict[str, Any], position: float) -> str:
    unit = "".join(rng.choice(list("ABDEFGHJLN"), 2))
    return f"{place['outward'][int(position * 3) % 3]} {int(rng.integers(1, 10))}{unit}"


def _number(band: int, numbers: set[int]) -> int:
    number = next(n for n in range(band, 10_000) if n not in numbers)
    numbers.add(number)
    return number


def _closed(rng: np.random.Generator, open_ones: list[Establishment], taken: _Names) -> list[Establishment]:
    """Closed primaries (about one in forty), each amalgamated into a neighbour, which has a predecessor link to it."""
    primaries = [e for e in open_ones if e.template == "primary_community"][: max(1, len(open_ones) // 40)]
    none = np.zeros(len(GROUPS), dtype=np.int64)
    made = []
    for step, heir in enumerate(primaries):
        shell = _one(rng, _Seed(len(open_ones) + step, templates()[0], none, ("", ""), heir.position), taken)
        end = date(int(rng.integers(2015, 2027)), 8, 31)
        made.append(replace(shell, closed=end, capacity=210, predecessor=heir.urn, opened=date(1964, 9, 1)))
        open_ones[heir.index] = replace(heir, opened=end + timedelta(days=1), predecessor=shell.urn)
    return made


NEXT_CONVERSIONS = date(2027, 1, 1)
_CONVERTING = ("primary_community", "primary_aided", "primary_controlled")


def converted(ests: list[Establishment], on: date) -> list[Establishment]:
    """The establishments as they are on a day: one in forty maintained primaries becomes an academy in the new year.

    It keeps its LAEstab and its pupils, and has a new URN; the one it had is in `conversion`.
    """
    if on < NEXT_CONVERSIONS:
        return ests
    due = {e.index for e in [e for e in ests if e.template in _CONVERTING and e.closed is None][1::40]}
    return [_academy(e) if e.index in due else e for e in ests]


def _academy(est: Establishment) -> Establishment:
    kind = facts("establishments")["types"]["34"]
    trusts = facts("places")["words"]["trusts"]
    at = est.index % len(trusts)
    return replace(
        est,
        urn=str(150_000 + est.index),
        type_code="34",
        type_name=kind[0],
        group_code=kind[1],
        group_name=kind[2],
        kind=kind[3],
        census_type="49",
        governance="CA",
        trust=trusts[at],
        trust_code=str(16000 + at),
        opened=NEXT_CONVERSIONS,
        conversion=Conversion(NEXT_CONVERSIONS, est.urn, est.name, est.type_code),
    )
