"""Readings of items: the short ways give what the plain definitions give, whatever was sent."""

from __future__ import annotations

import re
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concord.core.collection import by_id
from concord.core.rules import derive, setting_of

SPRING = setting_of(by_id("SC-SPR-2027"))
ODD = ("", "+5", " 5", "-0", "00007", "1e3", "5.25", "5.1234567", "2147483648", "9" * 15, "9" * 16, "-" + "9" * 15)
WORDS = ("true", "True", "TRUE", "1", "false", "False", "FALSE", "0", "maybe", "tRUE", "R", "N1", "E2", "14", "15", "X")
sent = st.lists(
    st.none()
    | st.sampled_from(ODD + WORDS)
    | st.integers(-(10**16), 10**16).map(str)
    | st.text("0123456789+-.", max_size=18),
    max_size=12,
)


def read(name: str, values: list[str | None]) -> list[object]:
    found: list[object] = derive.READINGS[name](pl.Series(values, dtype=pl.String), SPRING).to_list()
    return found


@settings(max_examples=60, deadline=None)
@given(sent)
def test_a_number_is_plain_digits_with_at_most_six_decimals(values: list[str | None]) -> None:
    plain = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
    assert read("number", values) == [float(each) if each and plain.fullmatch(each) else None for each in values]


@settings(max_examples=40, deadline=None)
@given(sent)
def test_flags_and_year_groups_are_those_of_their_lists_and_nothing_else(values: list[str | None]) -> None:
    truth = dict.fromkeys(("true", "True", "TRUE", "1"), True) | dict.fromkeys(("false", "False", "FALSE", "0"), False)
    assert read("flag", values) == [truth.get(each or "") for each in values]
    assert read("order", values) == [derive.YEAR_GROUPS.get(each or "") for each in values]


@pytest.mark.parametrize("many", [1, 2000])
def test_age_in_years_is_the_calendars_whether_few_or_many_ask(many: int) -> None:
    on = date(2026, 8, 31)
    born = [on + timedelta(days=day) for day in (-6000, -5844, -5479, -5478, -366, -365, -1, 0, 1, 400)] + [None]
    years = [each and on.year - each.year - ((each.month, each.day) > (on.month, on.day)) for each in born]
    assert derive.years_between(pl.Series(born * many), on).to_list() == years * many
    assert derive.years_between(pl.Series([None], dtype=pl.Date), on).to_list() == [None]


@pytest.mark.parametrize("codes", [[], ["A"], ["A", "B", "?"], [chr(65 + at) for at in range(26)]])
def test_a_code_among_few_or_many_is_found_and_nothing_sent_stays_unknown(codes: list[str]) -> None:
    values = ["A", "B", "a", "?", "", None]
    found = derive.among(pl.Series(values, dtype=pl.String), codes).to_list()
    assert found == [None if each is None else each in codes for each in values]
