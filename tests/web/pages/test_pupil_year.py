"""A year of marks as the pupil's page draws it: what each session was, counted as the DfE counts it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.core.attendance import FIELDS, alphabet, tally
from concord.web.pages import pupil_year
from concord.web.parts.year import week_rows

BEGINS = date(2026, 8, 1)
CODES = sorted({one.code for one in alphabet().codes if one.code != "-"} | {"?", "ZZ"})
DAYS = st.dictionaries(
    st.integers(0, 60).filter(lambda at: (BEGINS + timedelta(days=at)).weekday() < 5),
    st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)),
    min_size=1,
)


def line(days: dict[int, tuple[str, str]], laestab: str = "886/2001", begins: date = BEGINS) -> Any:
    """A year's marks as the register keeps them: `days` from the first, each morning and afternoon."""
    marks = [mark for at in range(max(days) + 1) for mark in days.get(at, ("-", "-"))]
    recorded = datetime(2026, 11, 2, tzinfo=UTC)
    return SimpleNamespace(begins=begins, laestab=laestab, marks=",".join(marks), recorded=recorded)


def of(*lines: Any) -> Any:
    return SimpleNamespace(marks=list(lines), pupil=SimpleNamespace(id="p", forename="Isla"), places={})


@given(DAYS)
def test_the_picture_counts_as_the_measures_do(days: dict[int, tuple[str, str]]) -> None:
    """Possible, attended and missed sessions are those of `core.attendance.tally`, an independent count."""
    year = pupil_year.picture(of(line(days)))
    symbols = alphabet().symbols
    grid = np.zeros((1, 2 * (max(days) + 1)), dtype=np.uint8) + symbols["-"]
    for at, pair in days.items():
        grid[0, 2 * at : 2 * at + 2] = [symbols.get(code, 0) for code in pair]
    counted = dict(zip(FIELDS, tally(grid, BEGINS, alphabet())[0].tolist(), strict=True))
    assert year is not None
    kinds = year.marks
    assert kinds.count("authorised") == counted["authorised"]
    assert kinds.count("unauthorised") == counted["unauthorised"]
    assert kinds.count("present") + kinds.count("late") == counted["present"]
    assert kinds.count("elsewhere") == counted["aea"]
    assert kinds.count("unknown") == counted["unknown"]
    assert sum(int(str(row[1])) for row in week_rows(year)) == year.possible


@pytest.mark.parametrize(
    ("code", "on", "kind"),
    [
        ("/", date(2026, 9, 7), "present"),
        ("L", date(2026, 9, 7), "late"),
        ("U", date(2026, 9, 7), "unauthorised"),
        ("K", date(2026, 9, 7), "elsewhere"),
        ("K", date(2024, 8, 18), "unknown"),
        ("H", date(2024, 8, 18), "authorised"),
        ("H", date(2026, 9, 7), "unknown"),
        ("#", date(2026, 9, 7), "closed"),
        ("%", date(2026, 9, 7), "unknown"),
    ],
)
def test_a_mark_means_what_its_code_set_says_on_that_day(code: str, on: date, kind: str) -> None:
    assert pupil_year.kind_of(code, on) == kind


def test_the_latest_year_comes_first_and_the_others_are_links() -> None:
    record = of(line({37: ("/", "\\")}), line({40: ("I", "I")}, begins=date(2025, 8, 1)))
    now = pupil_year.picture(record)
    assert now is not None
    assert (now.id, now.possible, now.absent) == ("year-2026", 2, 0)
    assert pupil_year.others(record, now) == [{"words": "2025/26", "href": "/pupils/p?year=2025#attendance"}]
    before = pupil_year.picture(record, 2025)
    assert before is not None
    assert (before.id, before.absent) == ("year-2025", 2)
    assert pupil_year.picture(record, 1999) == now


def test_of_two_establishments_the_possible_session_counts() -> None:
    year = pupil_year.picture(of(line({37: ("D", "D")}), line({37: ("I", "\\")}, "886/2002")))
    assert year is not None
    assert year.marks == ["authorised", "present"]


def test_half_a_day_without_a_mark_is_told_and_a_whole_one_is_no_session() -> None:
    year = pupil_year.picture(of(line({37: ("/", "-"), 39: ("/", "\\")})))
    assert year is not None
    assert [(one.on.day, one.morning, one.afternoon) for one in year.days] == [
        (7, "present", "unknown"),
        (9, "present", "present"),
    ]
    assert "1 session without a mark that we can read" in year.sentence
    assert "no session on 1 weekday between" in year.sentence


def test_the_afternoon_still_to_come_is_no_missing_mark() -> None:
    year = pupil_year.picture(of(line({37: ("/", "-")})))
    assert year is not None
    assert year.marks == ["present"]


@pytest.mark.parametrize("marks", ["", "-", "-,-,-", ",,,", "?"])
def test_marks_that_say_nothing_make_no_year_of_nothing(marks: str) -> None:
    """The first of August 2026 is a Saturday: what is said of it is on no school day."""
    nothing = SimpleNamespace(
        begins=BEGINS, laestab="886/2001", marks=marks, recorded=datetime(2026, 11, 2, tzinfo=UTC)
    )
    year = pupil_year.picture(of(nothing))
    assert year is not None
    assert (year.possible, list(year.days)) == (0, [])
    assert pupil_year.picture(of()) is None
