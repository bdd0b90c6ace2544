"""The parents and carers of a household: the same people whichever of its children, and whichever establishment,
names them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from concord.county.dice import Ints
from concord.county.names import pools
from concord.county.numbers import Texts, digits, join
from concord.county.people import People

RELATIONSHIPS = {
    "PAM": "Mother",
    "PAF": "Father",
    "STF": "Step Father",
    "CAR": "Carer",
    "FOM": "Foster Mother",
    "SWR": "Social Worker",
}


@dataclass(frozen=True)
class Contacts:
    """One row a contact; `row` is the place of the pupil in the list asked about."""

    row: Ints
    order: Ints
    title: Texts
    surname: Texts
    forename: Texts
    sex: Texts
    relationship: Texts
    responsible: Texts
    phone: Texts
    email: Texts


def _mixed(house: Ints, salt: int) -> Ints:
    """A number for each household that has nothing to do with its neighbours'."""
    spread = (house.astype(np.uint64) + np.uint64(salt)) * np.uint64(0x9E3779B97F4A7C15)
    return (spread >> np.uint64(20)).astype(np.int64)


def _named(kind: str, origin: Ints, at: Ints) -> Texts:
    pool = pools(kind)
    return pool.words[pool.start[origin] + at % pool.size[origin]]


def contacts(people: People, person: Ints) -> Contacts:
    """The contacts of each pupil, in order: one or two parents or carers; a social worker for a looked-after child."""
    house = people.homes.of[person]
    care = people.looked_after[person]
    second = (_mixed(house, 1) % 10 < 7) & ~care
    every = np.arange(len(person))
    row = np.concatenate([every, every[second], every[care]])
    place = np.repeat([0, 1, 2], [len(every), int(second.sum()), int(care.sum())])
    order = np.lexsort((place, row))
    return _told(people, person, row[order], place[order], care)


def _told(
    people: People, person: Ints, row: Ints, place: Ints, care: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> Contacts:
    house = people.homes.of[person[row]]
    origin = people.homes.origin[house]
    step = (place == 1) & (_mixed(house, 2) % 10 == 0)
    kind = np.select([place == 2, (place == 0) & care[row], place == 0, step], ["SWR", "FOM", "PAM", "STF"], "PAF")
    stranger = np.isin(kind, ("SWR", "FOM", "STF")) | (_mixed(house, 3) % 5 == 0)
    at = _mixed(house, 10 + 1) + place * 31
    female = np.isin(kind, ("PAM", "FOM", "SWR"))
    forename = np.where(female, _named("girls", origin, at), _named("boys", origin, at))
    surname = np.where(stranger, _named("surnames", origin, at), people.names.surname[person[row]])
    line = join(np.full(len(row), "07700900"), digits((_mixed(house, 4) + place) % 1000, 3))
    return Contacts(
        row=row,
        order=np.where(place == 2, 2, place + 1),
        title=np.where(female, "Mrs", "Mr"),
        surname=surname,
        forename=forename,
        sex=np.where(female, "F", "M"),
        relationship=kind,
        responsible=np.where(kind == "SWR", "N", "Y"),
        phone=line,
        email=join(np.full(len(row), "contact"), digits(house * 3 + place, 7), np.full(len(row), "@example.org")),
    )
