from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.core.agreement.days import day_of, in_words, london_day, months_after, years_after
from concord.core.trouble import Trouble


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2024-07-01T22:59:59+00:00", "2024-07-01"),
        ("2024-07-01T23:00:00+00:00", "2024-07-02"),
        ("2024-12-01T23:59:59+00:00", "2024-12-01"),
        ("2024-03-30T23:59:59+00:00", "2024-03-30"),
        ("2024-03-31T00:59:59+00:00", "2024-03-31"),
        ("2024-03-31T23:00:00+00:00", "2024-04-01"),
        ("2024-10-26T22:59:59+00:00", "2024-10-26"),
        ("2024-10-26T23:00:00+00:00", "2024-10-27"),
        ("2024-10-27T23:00:00+00:00", "2024-10-27"),
    ],
)
def test_the_day_is_londons_on_both_sides_of_each_clock_change(instant: str, day: str) -> None:
    assert london_day(datetime.fromisoformat(instant)).isoformat() == day


def test_a_time_without_a_zone_has_no_day() -> None:
    with pytest.raises(Trouble, match="without its zone"):
        london_day(datetime(2024, 7, 1, 12))  # noqa: DTZ001


def test_three_years_after_29_february_is_28_february() -> None:
    assert years_after(date(2024, 2, 29), 3) == date(2027, 2, 28)
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert years_after(date(2024, 2, 28), 3) == date(2027, 2, 28)


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)), st.integers(0, 400))
def test_months_after_keeps_the_day_or_the_months_last(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == min(day.day, calendar.monthrange(later.year, later.month)[1])


@given(st.datetimes(datetime(1997, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_london_day_is_the_utc_day_or_the_next(instant: datetime) -> None:
    assert london_day(instant) in (instant.date(), instant.date() + timedelta(days=1))


def test_a_date_is_read_or_told_what_is_wrong() -> None:
    assert in_words(day_of("2026-09-01", "The day")) == "1 September 2026"
    with pytest.raises(Trouble, match="The day is not a date: '1/9/26'"):
        day_of("1/9/26", "The day")
