"""Who the children of the county are: what stays true of a person, whatever an establishment sends about them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concord.county.calendar import NEVER, YEAR, day, next_open
from concord.county.dice import Bools, Ints, chance, pick, rank_within, stream
from concord.county.establishments import Establishment
from concord.county.facts import facts, rate
from concord.county.households import Households, households
from concord.county.names import Names, names
from concord.county.numbers import Texts, permanent_upns, temporary_upns, ulns
from concord.county.places import RECEPTION, Places

GIRL, BOY = 1, 0
_OTHER_LAS = np.array([887, 845, 850, 305, 820, 306, 846, 881, 303, 316, 308, 936])
_HERE = 886
_SEN_TYPES = {
    "SPLD": 12,
    "MLD": 14,
    "SLD": 2,
    "PMLD": 1,
    "SEMH": 21,
    "SLCN": 24,
    "HI": 1.5,
    "VI": 1,
    "MSI": 0.4,
    "PD": 2.5,
    "ASD": 15,
}
_SEN_TYPES |= {"DS": 0.5, "OTH": 3, "NSA": 2}
_SPECIAL_TYPES = {"SLD": 22, "PMLD": 9, "SEMH": 20, "SLCN": 6, "ASD": 35, "MLD": 6, "PD": 2}
_MIXED = {"MWBC": 28, "MWAS": 26, "MWBA": 18, "MOTH": 28}


@dataclass
class Needs:
    """Special educational needs: the provision before and after a day, the two types of need, and the kind of place."""

    before: Texts
    after: Texts
    changed_on: Ints
    first: Texts
    second: Texts
    unit: Bools
    resourced: Bools

    def on(self, when: int) -> Texts:
        return np.where(self.changed_on <= when, self.after, self.before)


@dataclass
class People:
    """One row a child; the row number is the person's id."""

    places: Places
    homes: Households
    names: Names
    sex: Ints
    dob: Ints
    upn: Texts
    temporary: Texts
    """The temporary UPN in use until `permanent_on`, else empty."""
    permanent_on: Ints
    former: Texts
    uln: Texts
    ethnicity: Texts
    language: Texts
    needs: Needs
    fsm_start: Ints
    fsm_end: Ints
    looked_after: Bools
    plaa: Texts
    service: Texts
    carer: Texts
    address_missing: Bools
    absence: NDArray[np.float64]
    """How likely a day is lost, for this child."""
    trouble: NDArray[np.float64]
    """How likely the child is to be suspended, relative to its establishment's rate."""

    def __len__(self) -> int:
        return len(self.sex)

    @property
    def streets(self) -> int:
        return max(12, len(self.homes) // 38)


def _sexes(rng: np.random.Generator, ests: list[Establishment], places: Places) -> Ints:
    sex = rng.integers(0, 2, len(places.group))
    genders = np.array([e.gender for e in ests])[places.est]
    special = np.array([e.phase in ("SP", "PR") for e in ests])[places.est]
    sex = np.where(special & (rng.random(len(sex)) < 0.45), BOY, sex)
    sex = np.where(genders == "Girls", GIRL, np.where(genders == "Boys", BOY, sex))
    base = places.enrolments
    for gender, only in (("Girls", GIRL), ("Boys", BOY)):  # a mover out of a single-sex establishment, too
        sex[base.person[np.array([e.gender == gender for e in ests])[base.est]]] = only
    return sex


def _births(rng: np.random.Generator, places: Places, homes: Households) -> Ints:
    """A day of the right academic year; the same day for twins."""
    first = ((YEAR - places.group - 3).astype("datetime64[Y]") - 1970).astype("datetime64[M]") + 8
    base = first.astype("datetime64[D]").astype(np.int64)
    dob = base + rng.integers(0, 365, len(base))
    order = np.lexsort((homes.rank, places.group, homes.of))
    twin = homes.twin[order]
    lead = np.maximum.accumulate(np.where(twin, 0, np.arange(len(order))))
    dob[order] = dob[order][lead]
    return dob


def _upns(rng: np.random.Generator, ests: list[Establishment], places: Places) -> Texts:
    """Allocated by the first establishment in the year of entry; some come from elsewhere."""
    many = len(places.group)
    numbers = np.array([int(e.estab) for e in ests])
    away = (places.first_est < 0) | chance(rng, rate("people", "out_of_county_upn"), many)
    year = YEAR - np.maximum(places.group - RECEPTION, 0)
    la = np.where(away, _OTHER_LAS[rng.integers(len(_OTHER_LAS), size=many)], _HERE)
    stranger = rank_within(la, year)
    estab = np.where(away, 2000 + stranger // 900, numbers[places.first_est])
    serial = np.where(away, stranger % 900, rank_within(la, estab, year))
    return permanent_upns(la, estab, year, serial)


def _temporaries(rng: np.random.Generator, ests: list[Establishment], places: Places) -> tuple[Texts, Ints]:
    many = len(places.group)
    has = chance(rng, rate("people", "temporary_upn"), many) | ((places.first_est < 0) & chance(rng, 0.25, many))
    rows = np.flatnonzero(has)
    estab = np.array([int(e.estab) for e in ests])[places.est[rows]]
    text = np.full(many, "", dtype="<U13")
    text[rows] = temporary_upns(np.full(len(rows), _HERE), estab, np.full(len(rows), YEAR), rank_within(estab))
    return text, np.where(has, rng.integers(day("2026-09-20"), day("2027-06-30"), many), 0)


def _formers(rng: np.random.Generator, many: int) -> Texts:
    """Former UPNs, of an LA and of numbers no child of the county holds."""
    text = np.full(many, "", dtype="<U13")
    rows = np.flatnonzero(chance(rng, rate("people", "former_upn"), many))
    at = np.arange(len(rows))
    text[rows] = permanent_upns(np.full(len(rows), 838), 2000 + at // 900, 2005 + at % 20, at % 900)
    return text


def _by_origin(rng: np.random.Generator, homes: Households, item: str) -> NDArray[np.object_]:
    """A code a household, drawn from its origin's weights."""
    code = np.full(len(homes), "", dtype=object)
    for at, row in enumerate(facts("names")["origin"]):
        rows = np.flatnonzero(homes.origin == at)
        code[rows] = np.array(list(row[item]), dtype=object)[pick(rng, list(row[item].values()), len(rows))]
    return code


def _ethnicities(rng: np.random.Generator, homes: Households) -> Texts:
    code = _by_origin(rng, homes, "ethnicity")[homes.of]
    mixed = np.array(list(_MIXED), dtype=object)[pick(rng, list(_MIXED.values()), len(homes))][homes.of]
    code = np.where(homes.mixed[homes.of], mixed, code)
    return np.where(chance(rng, 0.006, len(code)), "REFU", code)


def _needs(rng: np.random.Generator, ests: list[Establishment], places: Places, sex: Ints) -> Needs:
    many = len(sex)
    phase = np.array([e.phase for e in ests])[places.est]
    selective = np.array([e.intake == "SEL1" for e in ests])[places.est]
    factor = np.where(sex == BOY, 1.3, 0.7) * np.where(selective, 0.4, 1.0)
    plan = np.where(phase == "SP", 0.98, np.where(phase == "PR", 0.24, 0.035 * factor))
    support = np.where(
        phase == "SP", 0.02, np.where(phase == "PR", 0.6, 0.14 * factor * np.where(places.group < RECEPTION, 0.6, 1))
    )
    dice = rng.random(many)
    before = np.where(dice < plan, "E", np.where(dice < plan + support, "K", "N"))
    changes = chance(rng, rate("people", "sen_changes"), many) & (before != "E")
    after = np.where(changes, np.where(before == "N", "K", "E"), before)
    drawn = {kind: pick(rng, list(_SEN_TYPES.values()), many) for kind in ("first", "second")}
    codes = np.array(list(_SEN_TYPES))
    special = np.array(list(_SPECIAL_TYPES))[pick(rng, list(_SPECIAL_TYPES.values()), many)]
    first = np.where(phase == "SP", special, codes[drawn["first"]])
    first = np.where((first == "NSA") & (after == "E"), "SLCN", first)
    second = np.where(chance(rng, 0.22, many) & (codes[drawn["second"]] != first), codes[drawn["second"]], "")
    second = np.where((second == "NSA") | (first == "NSA"), "", second)
    plans = (before == "E") & (phase != "SP") & (phase != "PR")
    unit = plans & chance(rng, 0.06, many)
    on = np.where(changes, rng.integers(day("2026-04-20"), day("2027-05-10"), many), NEVER)
    return Needs(before, after, on, first, second, unit, plans & ~unit & chance(rng, 0.08, many))


def _meals(rng: np.random.Generator, ests: list[Establishment], places: Places, homes: Households) -> tuple[Ints, Ints]:
    """The start and the end of the child's free-meal period: NEVER where there is none, or where it has no end."""
    many = len(places.group)
    need = rng.beta(3.2, 9.5, len(ests)) + 0.02
    need = np.where([e.intake == "SEL1" for e in ests], need * 0.25, need)
    need = np.where([e.phase in ("SP", "PR") for e in ests], need + 0.2, need)
    free = (homes.poor[homes.of] < need[places.est]) & (places.group >= RECEPTION)
    school = (YEAR - np.maximum(places.group - RECEPTION, 0) - 1970).astype("datetime64[Y]").astype("datetime64[M]") + 8
    begun = school.astype("datetime64[D]").astype(np.int64)
    last = day(f"{YEAR}-06-30")
    start = (begun + rng.random(many) ** 2 * np.maximum(last - begun, 0)).astype(np.int64)
    fresh = chance(rng, rate("people", "fsm_starts_in_year"), many)
    start = np.where(fresh, rng.integers(day("2026-09-03"), day("2027-05-10"), many), start)
    ended = chance(rng, rate("people", "fsm_ended"), many)
    end = np.maximum(rng.integers(day("2026-03-01"), day("2027-05-10"), many), start + 20)
    return np.where(free, start, NEVER), np.where(free & ended, end, NEVER)


def _flag(rng: np.random.Generator, weights: dict[str, float], many: int) -> Texts:
    return np.array(list(weights), dtype=object)[pick(rng, list(weights.values()), many)]


def people(seed: int, ests: list[Establishment], places: Places) -> People:
    """Everyone in the county's two years, from the places they fill."""
    rng = stream(seed, "people")
    ests = [e for e in ests if e.closed is None]
    many = len(places.group)
    homes = households(seed, places)
    sex = _sexes(rng, ests, places)
    temporary, permanent_on = _temporaries(rng, ests, places)
    fsm_start, fsm_end = _meals(rng, ests, places, homes)
    carers, kept = rate("people", "young_carer"), rate("people", "post_looked_after")
    cared = chance(rng, rate("people", "looked_after"), many)
    served = rate("people", "service_child")
    return People(
        places=places,
        homes=homes,
        names=names(seed, homes, sex),
        sex=sex,
        dob=_births(rng, places, homes),
        upn=_upns(rng, ests, places),
        temporary=temporary,
        permanent_on=next_open(permanent_on),
        former=_formers(rng, many),
        uln=ulns(np.arange(many)),
        ethnicity=_ethnicities(rng, homes),
        language=_by_origin(rng, homes, "language")[homes.of],
        needs=_needs(rng, ests, places, sex),
        fsm_start=fsm_start,
        fsm_end=fsm_end,
        looked_after=cared,
        plaa=_flag(rng, {"N": 1 - kept, "A": kept * 0.5, "G": kept * 0.35, "C": kept * 0.1, "R": kept * 0.05}, many),
        service=_flag(rng, {"N": 0.985 - served, "Y": served, "U": 0.01, "R": 0.005}, len(homes))[homes.of],
        carer=np.where(
            places.group > RECEPTION, _flag(rng, {"N": 1 - carers, "P": carers * 0.7, "S": carers * 0.3}, many), "N"
        ),
        address_missing=chance(rng, rate("people", "address_missing"), many),
        absence=_absence(rng, ests, places, fsm_start < NEVER),
        trouble=rng.gamma(0.25, 4.0, many),
    )


def _absence(rng: np.random.Generator, ests: list[Establishment], places: Places, poor: Bools) -> NDArray[np.float64]:
    phase = np.array([e.phase for e in ests])[places.est]
    mean = np.select([phase == "PS", phase == "SS", phase == "SP", phase == "PR"], [0.045, 0.068, 0.09, 0.33], 0.055)
    spread = rng.gamma(1.1, 1 / 1.1, len(phase)) * np.where(poor, 1.5, 0.85)
    return np.minimum(mean * spread, 0.95)
