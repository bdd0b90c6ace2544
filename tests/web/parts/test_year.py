from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from concord.web.parts.year import ACROSS, HEIGHT, KINDS, PLACES, WIDTH, SchoolDay, Year, places, strips, week_rows
from web.parts.drawing import html_of

MARKS = st.one_of(st.none(), st.sampled_from(sorted(KINDS)))
DAYS = st.lists(st.tuples(st.integers(0, 300), MARKS, MARKS), max_size=60, unique_by=lambda each: each[0]).map(
    lambda rows: [SchoolDay(date(2026, 9, 1) + timedelta(days=at), am, pm) for at, am, pm in rows]
)


def test_the_title_is_the_share_of_possible_sessions():
    days = [SchoolDay(date(2026, 9, 7), "present", "authorised"), SchoolDay(date(2026, 9, 8), "closed", "unknown")]
    assert Year(days, who="Isla").title == "Isla attended 50.0% of 2 possible sessions"


def test_a_year_without_marks_says_so():
    assert Year([]).title == "No attendance is held for this year"
    assert "No marks have reached us" in html_of("{{ year_picture(y) }}", y=Year([]))


@given(DAYS)
def test_every_mark_of_a_weekday_is_drawn_once_and_inside(days):
    year, weekdays = Year(days), Year([each for each in days if each.on.weekday() < 5])
    weeks = list(year.weeks.values())
    drawn = [places(weeks[first : first + ACROSS]) for first in range(0, len(weeks), ACROSS)]
    assert len(drawn) == len(strips(year))
    assert {kind: count for kind in KINDS if (count := sum(len(one[kind]) for one in drawn))} == weekdays.counts
    for one in drawn:
        taken = [PLACES[at] for marks in one.values() for at in marks]
        assert len(set(taken)) == len(taken)
        assert all(0 <= x <= WIDTH - 14 and 0 <= y <= HEIGHT - 7 for x, y in taken)


def test_a_mark_stands_in_its_week_its_day_and_its_half_of_the_day():
    monday = date(2026, 9, 7)
    days = [SchoolDay(monday, "present", None), SchoolDay(monday + timedelta(days=9), None, "unauthorised")]
    (strip,) = strips(Year(days))
    assert [one["d"] for one in strip.shapes] == ["M20 28h13v2h-13z", "M36 63h14v7h-14z"]
    assert [(one["words"], one["x"]) for one in strip.texts] == [*((letter, 0) for letter in "MTWTF"), ("Sep", 20)]


def test_a_school_year_is_three_strips_and_a_month_is_named_where_it_has_room():
    weeks = [date(2026, 9, 28) + timedelta(weeks=at) for at in range(39)]
    drawn = strips(Year([SchoolDay(week, "present", "unknown") for week in weeks]))
    assert [[text["words"] for text in strip.texts[5:]] for strip in drawn] == [
        ["Oct", "Nov", "Dec"],
        ["Jan", "Feb", "Mar"],
        ["Apr", "May", "Jun"],
    ]
    assert [strip.unread["words"] for strip in drawn] == ["?" * 13] * 3


@given(DAYS)
def test_the_table_of_weeks_adds_up_to_the_year(days):
    year = Year([each for each in days if each.on.weekday() < 5])
    rows = week_rows(year)
    assert sum(row[1] for row in rows) == year.possible
    assert sum(row[3] + row[4] for row in rows) == year.absent
    assert all(row[1] == row[2] + row[3] + row[4] for row in rows)


def test_the_key_names_only_the_kinds_that_occur():
    year = Year([SchoolDay(date(2026, 9, 7), "present", "unauthorised")])
    key = html_of("{{ year_picture(y) }}", y=year).partition("app-chart__key")[2].partition("</ul>")[0]
    assert [label for label in KINDS.values() if f"</svg>{label}" in key] == ["Present", "Absent, unauthorised"]
