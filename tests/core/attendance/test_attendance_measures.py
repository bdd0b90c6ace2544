"""Marks are counted as the DfE counts them, and the fast way counts what the plain way counts."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concord.core import codesets
from concord.core.attendance import alphabet, measure, percent, reasons, register, tally
from concord.core.trouble import Trouble

CODES = codesets.load()["attendance_mark"].codes
CLASS_FIELD = {"PRESENT": "present", "AEA": "aea", "AUTH": "authorised", "UNAUTH": "unauthorised"}
TURN = date(2024, 8, 19)


def rows(marks, *, pupil="P1", school="886/2001", start=date(2024, 9, 2)):
    """A frame of one mark a row: `marks` AM, PM, AM, … from `start`."""
    day = [(start + timedelta(days=i // 2)).isoformat() for i in range(len(marks))]
    session = ["AM", "PM"] * (len(marks) // 2) + ["AM"] * (len(marks) % 2)
    frame = pl.DataFrame({"date": day, "session": session, "code": list(marks)})
    return frame.with_columns(pupil=pl.lit(pupil), laestab=pl.lit(school))


def plainly(marks, start):
    """The reference: one mark after another, each judged by the code set on its day."""
    counted: Counter[str] = Counter()
    for i, mark in enumerate(marks):
        code = next((one for one in CODES if one.code == mark), None)
        if code is None or not code.on(start + timedelta(days=i // 2)):
            counted["not_counted"] += 1
            continue
        counted[CLASS_FIELD.get(code.parent, code.parent.lower())] += 1
        counted["late"] += mark in ("L", "U")
    return counted


marks_of_any_code = st.lists(st.sampled_from([*(one.code for one in CODES), "ZZ", "é"]), min_size=1, max_size=900)
days_about_the_change = st.dates(date(2023, 9, 1), date(2025, 1, 1))


@settings(max_examples=40, deadline=None)
@given(marks_of_any_code, days_about_the_change)
def test_the_pair_table_counts_what_plain_counting_counts(marks, start):
    counted = measure(register([rows(marks, start=start)]), by="pupil").row(0, named=True)
    wanted = plainly(marks, start)
    for field in ("present", "aea", "authorised", "unauthorised", "late", "not_possible", "not_counted"):
        assert counted[field] == wanted[field], field


@settings(max_examples=40, deadline=None)
@given(st.lists(marks_of_any_code, min_size=1, max_size=4), days_about_the_change)
def test_the_identities_of_the_dfe_hold_for_any_marks(pupils, start):
    marks = register([rows(m, pupil=f"P{i}", school=f"886/200{i % 2}", start=start) for i, m in enumerate(pupils)])
    for by in ("pupil", "school", "week"):
        for row in measure(marks, by=by).iter_rows(named=True):
            assert row["possible"] == row["attending"] + row["absence"]
            assert row["attending"] == row["present"] + row["aea"]
            assert row["absence"] == row["authorised"] + row["unauthorised"]
            assert row["late"] <= row["present"] + row["unauthorised"]
    sums = [
        measure(marks, by=by).select("possible", "absence", "late").sum().row(0) for by in ("pupil", "school", "week")
    ]
    assert sums[0] == sums[1] == sums[2]


@settings(max_examples=30, deadline=None)
@given(st.text("/\\LCIMGNUOVBPWXZD#-", min_size=1, max_size=300), st.dates(date(2024, 9, 1), date(2026, 7, 1)))
def test_a_string_a_delimited_string_and_rows_say_the_same(text, start):
    whole = {"pupil": "P1", "laestab": "886/2001", "start": start.isoformat()}
    forms = [pl.DataFrame({**whole, "marks": [text]}), pl.DataFrame({**whole, "marks": ["|".join(text) + "|-"]})]
    counted = [measure(register([form]), by="pupil").row(0) for form in (*forms, rows(text, start=start))]
    assert counted[0] == counted[1] == counted[2]


def test_a_code_counts_only_on_the_days_it_is_in_force():
    before, after = register([rows("HJ", start=date(2024, 8, 18))]), register([rows("HJ", start=TURN)])
    assert measure(before, by="all").select("authorised", "aea", "not_counted").row(0) == (1, 1, 0)
    assert measure(after, by="all").select("authorised", "aea", "not_counted").row(0) == (0, 0, 2)
    new = ["J1", "C2"]
    assert measure(register([rows(new, start=TURN)]), by="all")["authorised"].item() == 2
    assert measure(register([rows(new, start=date(2024, 8, 18))]), by="all")["not_counted"].item() == 2


@pytest.mark.parametrize(
    ("absent", "possible", "persistent", "severe"),
    [
        (1, 10, True, False),
        (99, 1000, False, False),
        (100, 1000, True, False),
        (5, 10, True, True),
        (499, 1000, True, False),
    ],
)
def test_ten_per_cent_exactly_is_persistent_and_fifty_severe(absent, possible, persistent, severe):
    marks = ["I"] * absent + ["/"] * (possible - absent)
    row = measure(register([rows(marks, start=date(2024, 9, 1))]), by="pupil").row(0, named=True)
    assert (row["persistent"], row["severe"]) == (persistent, severe)


def test_who_has_too_few_sessions_is_left_out_of_persistent_absence_only():
    marks = register([rows("I" * 10), rows("/\\" * 10, pupil="P2")])
    assert measure(marks)["persistent_percent"].item() == 50.0
    live = measure(marks, minimum=10).row(0, named=True)
    assert (live["persistent_percent"], live["enrolments_judged"], live["enrolments"]) == (0.0, 1, 2)


def test_a_pupil_with_no_possible_session_has_no_rate():
    row = measure(register([rows("XXDD##")]), by="pupil").row(0, named=True)
    assert (row["possible"], row["absence_percent"], row["persistent"]) == (0, None, None)
    assert measure(register([rows("XXDD##")]))["persistent_percent"].item() is None


def test_a_mover_is_two_enrolments_and_dual_registration_lowers_nothing():
    both = register([rows("DD//II", school="886/2001"), rows("/\\DDDD", school="886/4001")])
    assert measure(both)["enrolments"].to_list() == [1, 1]
    assert measure(both, by="pupil")["absence_percent"].to_list() == [50.0, 0.0]


def test_a_school_week_runs_from_monday_whatever_the_first_day():
    marks = register([rows("/\\" * 9, start=date(2024, 9, 5))])
    assert measure(marks, by="week").select("week", "possible").rows() == [
        (date(2024, 9, 2), 8),
        (date(2024, 9, 9), 10),
    ]


@pytest.mark.parametrize(
    ("part", "whole", "places", "said"),
    [
        (1, 8, 1, 12.5),
        (1, 16, 1, 6.3),
        (1, 80, 1, 1.3),
        (3, 80, 1, 3.8),
        (25, 1000, 0, 3.0),
        (1, 800, 2, 0.13),
        (0, 5, 1, 0.0),
    ],
)
def test_halves_are_rounded_away_from_zero(part, whole, places, said):
    frame = pl.DataFrame({"part": [part], "whole": [whole]})
    assert frame.select(percent(pl.col("part"), pl.col("whole"), places)).item() == said


def test_reasons_count_each_code_and_leave_out_what_has_no_class():
    marks = register([rows(["/", "\\", "I", "ZZ", "C1", "-", "#", "H"])])
    assert dict(reasons(marks).select("code", "sessions").rows()) == {"/": 1, "\\": 1, "I": 1, "C1": 1, "#": 1}


def test_few_counters_are_counted_like_many():
    marks = register([rows("/\\LIUGDX-#" * 60)])
    few = tally(marks.marks, marks.first, alphabet(), ("possible", "absence"))
    many = measure(marks, by="pupil").select("possible", "absence").row(0)
    assert tuple(few[0]) == many


def test_an_unknown_way_of_counting_is_told():
    with pytest.raises(Trouble, match="'year'"):
        measure(register([rows("/")]), by="year")


def test_both_lists_of_attendance_codes_agree():
    """The register's codes and the census's: same days and class for every code they share, and none missing here."""
    ours, census = (codesets.load()[name] for name in ("attendance_mark", "attendance_code"))
    for code in census.codes:
        mark = ours.get(code.code)
        assert mark is not None, code.code
        assert (mark.parent, mark.valid_from, mark.valid_to) == (code.parent, code.valid_from, code.valid_to), code.code
