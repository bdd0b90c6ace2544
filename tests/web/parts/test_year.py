from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from concord.web.parts.year import KINDS, SchoolDay, Year, draw_year, week_rows
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


@given(DAYS, st.sampled_from([14, 40]))
def test_every_mark_of_a_weekday_is_drawn_once_and_inside(days, across):
    drawing = draw_year(Year(days), across)
    weekdays = [each for each in days if each.on.weekday() < 5]
    places = [place for places in drawing.marks.values() for place in places]
    assert {kind: len(places) for kind, places in drawing.marks.items() if places} == Year(weekdays).counts
    assert len(set(places)) == len(places)
    assert all(0 <= x <= drawing.width - 14 and 0 <= y <= drawing.height - 7 for x, y in places)


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
