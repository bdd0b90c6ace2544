from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from concord.web.parts import words


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2027, 1, 21, 16, 30, tzinfo=UTC), "4:30pm"),
        (datetime(2027, 1, 21, 9, 5, tzinfo=UTC), "9:05am"),
        (datetime(2027, 1, 21, 12, 0, tzinfo=UTC), "midday"),
        (datetime(2027, 1, 21, 0, 0, tzinfo=UTC), "midnight"),
        (datetime(2027, 1, 21, 12, 1, tzinfo=UTC), "12:01pm"),
        (datetime(2027, 1, 21, 0, 20, tzinfo=UTC), "12:20am"),
        (datetime(2027, 7, 1, 16, 0, tzinfo=UTC), "5pm"),  # summer time
    ],
)
def test_a_time_is_told_as_people_say_it_in_uk_time(at, said):
    assert words.clock(at) == said


def test_a_date_has_no_leading_nought_and_its_month_in_full():
    assert words.day(date(2027, 1, 1)) == "1 January 2027"


def test_an_instant_late_on_a_summer_evening_falls_on_the_uk_day():
    assert words.day(datetime(2027, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2027"
    assert words.moment(datetime(2027, 6, 30, 23, 30, tzinfo=UTC)) == "12:30am on 1 July 2027"


@pytest.mark.parametrize(
    ("clause", "cited"),
    [("2d", "2(d)"), ("4i", "4(i)"), ("7c", "7(c)"), ("2d.1", "2(d).1"), ("EA 1996 s537A", "EA 1996 s537A"), ("", "")],
)
def test_a_clause_is_cited_as_the_agreement_cites_it(clause, cited):
    assert words.clause_number(clause) == cited


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "–"),
        ("", "–"),
        (0, "0"),
        (1204331, "1,204,331"),
        (94.44, "94.4"),
        (True, "Yes"),
        (False, "No"),
        ("K", "K"),
    ],
)
def test_every_value_has_words_and_nothing_held_is_a_dash(value, said):
    assert words.said(value) == said


def test_one_is_one_and_many_are_many():
    assert [words.counted(n, "query", "queries") for n in (0, 1, 2)] == ["0 queries", "1 query", "2 queries"]
    assert words.counted(1590, "return") == "1,590 returns"
