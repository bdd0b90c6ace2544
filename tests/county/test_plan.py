"""The plan: sizes, kinds, households, enrolments; the same for the same seed, in any process."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concord import county
from concord.core.returns import write
from concord.core.trouble import Trouble
from concord.county.establishments import templates
from concord.county.households import addresses
from concord.county.plan import County

_DIGEST = (
    "import hashlib; from concord import county; from concord.core.returns import write; "
    "c = county.make(3, 90, seed=5); "
    "print(hashlib.sha256(b''.join(write(c.returns(e)) for e in c.open)).hexdigest())"
)


@given(st.integers(1, 40), st.integers(8, 60), st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_the_rolls_add_up_to_the_pupils_asked_for(schools: int, each: int, seed: int) -> None:
    made = county.make(schools, schools * each, seed)
    assert len(made.open) == schools
    assert sum(est.pupils for est in made.open) == schools * each
    assert len({est.laestab for est in made.establishments}) == len(made.establishments)
    assert len({est.name for est in made.establishments}) == len(made.establishments)


def test_on_census_day_everybody_is_on_one_roll_but_for_dual_and_claimed_pupils(kent: County) -> None:
    base, day = kent.people.places.enrolments, kent.term.census
    truly = (base.entry <= day) & (base.leave >= day) & (base.status != "S")
    assert int(truly.sum()) == kent.pupils
    assert len(set(base.person[truly].tolist())) == kent.pupils


def test_a_county_of_all_kinds_has_every_kind_of_establishment() -> None:
    made = county.make(26, 2600, seed=1)
    assert {est.template for est in made.open} == {row["key"] for row in templates()}
    assert {est.kind for est in made.open} >= {"maintained", "academy", "free_school", "utc", "studio", "ctc", "pru"}
    assert {est.phase for est in made.open} == {"PS", "SS", "AT", "SP", "PR", "NS"}


def test_a_maintained_primary_becomes_an_academy_in_the_new_year(kent: County, spring: County) -> None:
    changed = [(a, s) for a, s in zip(kent.open, spring.open, strict=True) if a.urn != s.urn]
    assert changed
    for autumn, after in changed:
        assert (autumn.kind, after.kind) == ("maintained", "academy")
        assert autumn.laestab == after.laestab
        assert after.conversion is not None
        assert after.conversion.urn == autumn.urn
        assert spring.returns(after).header.urn == after.urn


def test_brothers_and_sisters_share_a_home_and_an_origin_and_never_a_forename(kent: County) -> None:
    homes, names = kent.people.homes, kent.people.names
    seen = {}
    for person, (house, sex, name) in enumerate(zip(homes.of, kent.people.sex, names.forename, strict=True)):
        assert seen.setdefault((int(house), int(sex), str(name)), person) == person
    assert int(np.bincount(homes.of).max()) <= 6
    assert (np.bincount(homes.of) > 1).mean() > 0.3


def test_twins_share_a_birthday_and_other_siblings_are_nine_months_apart_or_in_other_years(kent: County) -> None:
    pairs = county.Truth(kent).twins()
    assert pairs
    dob, group = kent.people.dob, kent.people.places.group
    for one, other in pairs:
        assert dob[one] == dob[other]
        assert group[one] == group[other]
    lone = ~kent.people.homes.twin
    key = kent.people.homes.of[lone] * 100 + group[lone]
    assert len(set(key.tolist())) == len(key)


def test_no_enrolment_ends_before_it_begins_and_none_overlaps_at_one_establishment(kent: County) -> None:
    base = kent.people.places.enrolments
    assert (base.entry <= base.leave).all()
    order = np.lexsort((base.entry, base.est, base.person))
    same = (np.diff(base.person[order]) == 0) & (np.diff(base.est[order]) == 0)
    assert (base.entry[order][1:][same] > base.leave[order][:-1][same]).all()


def test_single_sex_establishments_have_one_sex() -> None:
    made = county.make(26, 3000, seed=3)
    base = made.people.places.enrolments
    single = [est for est in made.open if est.gender != "Mixed"]
    assert single
    for est in single:
        sexes = set(made.people.sex[base.person[base.est == est.index]].tolist())
        assert sexes == {1 if est.gender == "Girls" else 0}


def test_postcodes_lie_in_districts_that_are_not_in_use(kent: County) -> None:
    home = addresses(kent.people.homes.home, kent.people.streets)
    number = {int(code.split()[0][2:]) for code in home.postcode.tolist()}
    assert min(number) >= 61


def test_another_process_with_another_hash_seed_makes_the_same_files() -> None:
    made = county.make(3, 90, seed=5)
    mine = hashlib.sha256(b"".join(write(made.returns(est)) for est in made.open)).hexdigest()
    source = str(Path(county.__file__).parents[2])
    env = {**os.environ, "PYTHONPATH": source, "PYTHONHASHSEED": "4321"}
    done = subprocess.run([sys.executable, "-c", _DIGEST], capture_output=True, text=True, check=True, env=env)
    assert done.stdout.strip() == mine


def test_another_seed_makes_another_county(kent: County) -> None:
    other = county.make(12, 1500, seed=8)
    assert other.people.upn.tolist()[:200] != kent.people.upn.tolist()[:200]


@pytest.mark.parametrize(("schools", "pupils"), [(0, 100), (10, 20), (5000, 10**6)])
def test_an_impossible_size_is_trouble_that_says_what_is_possible(schools: int, pupils: int) -> None:
    with pytest.raises(Trouble, match="cannot be made") as told:
        county.make(schools, pupils)
    assert told.value.todo


def test_an_unknown_term_or_establishment_is_trouble(kent: County) -> None:
    with pytest.raises(Trouble, match="AUT-2031"):
        kent.in_term("AUT-2031")
    with pytest.raises(Trouble, match="886/9999"):
        kent.at("886/9999")
