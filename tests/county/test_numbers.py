"""Identifiers that check, against the worked examples and against `core.identifiers`."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concord.core import identifiers
from concord.county.numbers import check_letter, permanent_upns, temporary_upns, ulns
from concord.county.plan import County

WORKED = {
    "801200005001": "B",
    "674123101121": "R",
    "886200124001": "R",
    "886543112017": "Y",
    "886690523999": "J",
    "88620012400A": "C",
    "88620012401Z": "B",
    "207000016049": "P",
}


def test_check_letters_are_those_of_the_worked_examples() -> None:
    assert check_letter(np.array(list(WORKED))).tolist() == list(WORKED.values())


@given(st.integers(1, 999), st.integers(0, 9999), st.integers(1990, 2030), st.integers(0, 5000))
@settings(max_examples=60, deadline=None)
def test_made_upns_pass_the_hubs_own_check(la: int, estab: int, year: int, serial: int) -> None:
    one = [np.array([value]) for value in (la, estab, year, serial)]
    upns = [str(permanent_upns(*one)[0]), str(temporary_upns(*one)[0])]
    for upn in upns:
        assert identifiers.upn_check_letter(upn[1:]) == upn[0]


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30, unique=True))
@settings(max_examples=40, deadline=None)
def test_made_ulns_are_valid_and_no_two_alike(indices: list[int]) -> None:
    made = ulns(np.array(indices)).tolist()
    assert len(set(made)) == len(made)
    for uln in made:
        left = sum(int(digit) * weight for digit, weight in zip(uln[:9], range(10, 1, -1), strict=True)) % 11
        assert left != 0
        assert uln[0] != "0"
        assert int(uln[9]) == 10 - left


def test_a_full_year_of_serials_goes_on_without_repeating() -> None:
    many = 2500
    same = np.full(many, 2000)
    made = permanent_upns(np.full(many, 886), same, np.full(many, 2026), np.arange(many))
    assert len(set(made.tolist())) == many


@pytest.mark.parametrize("which", ["upn", "uln"])
def test_no_two_people_share_a_number(kent: County, which: str) -> None:
    held = pl.Series(getattr(kent.people, which).tolist())
    assert held.n_unique() == len(kent.people)
