"""Attendance in each year, and the assessments of the key stages."""

from __future__ import annotations

from typing import Final

import polars as pl

from concord.core.rules.columns import absent, day, given, number, repeated, setting, text
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, dated, error, needed, patterned, query, whole

_Y: Final = "attendance_year"
_M: Final = "attend_session"
_K: Final = "key_stage"
_A: Final = "assessment"
_COUNTS: Final = ("SessionsAttended", "SessionsAuthorised", "SessionsUnauthorised")
_MTC: Final = "as DfE's program for the multiplication tables check writes it [V]"
_YEAR_MADE: Final = setting("census_day").dt.year()

_ATTENDED: Final[list[Rule]] = [
    needed("T0601", _Y, "Year", "year of the attendance"),
    patterned("T0602", _Y, "Year", "year of the attendance", r"^(19|20)\d\d$", "a year of four digits"),
    query(
        "T0603",
        _Y,
        "Year",
        number("Year") > _YEAR_MADE,
        "Attendance in a year after the one the file was made in.",
        "Check the year.",
    ),
    whole("T0604", _Y, "SessionsPossible", "possible sessions", 0, 500),
    whole("T0605", _Y, "SessionsAttended", "attended sessions", 0, 500),
    whole("T0606", _Y, "SessionsAuthorised", "sessions of authorised absence", 0, 500),
    whole("T0607", _Y, "SessionsUnauthorised", "sessions of unauthorised absence", 0, 500),
    query(
        "T0608",
        _Y,
        "SessionsPossible",
        number("SessionsPossible") != pl.sum_horizontal(number(name) for name in _COUNTS),
        "Attended, authorised and unauthorised sessions do not add up to the possible ones.",
        "Count the year again in the MIS.",
    ),
    needed("T0609", _Y, "SessionsPossible", "number of possible sessions", severity="query"),
    patterned("T0610", _Y, "LEA", "local authority number", r"^\d{3}$", "three digits"),
    patterned("T0611", _Y, "Estab", "establishment number", r"^\d{4}$", "four digits"),
    error(
        "T0612",
        _Y,
        "Year Estab",
        repeated("Year", "LEA", "Estab", within="pid"),
        "The same year at the same establishment stands twice.",
        "Keep one of the two.",
    ),
    needed(
        "T0621", _M, "AttendanceStartDate", "first day of the marks", given("AttendanceMarks"), "where marks are told"
    ),
    dated("T0622", _M, "AttendanceStartDate", "first day of the marks"),
    query(
        "T0623",
        _M,
        "AttendanceStartDate",
        day("AttendanceStartDate").dt.weekday() != 1,
        "The marks do not start on a Monday.",
        "Check the first day: marks are read two a day from it.",
    ),
    error(
        "T0624",
        _M,
        "AttendanceStartDate",
        day("AttendanceStartDate") > setting("census_day"),
        "Marks of days after the file was made.",
        "Check the first day of the marks.",
    ),
]

_RESULTS: Final[list[Rule]] = [
    needed("T0701", _K, "Stage", "key stage"),
    error(
        "T0702",
        _K,
        "Stage",
        repeated("Stage", within="pid"),
        "The same key stage stands twice for one pupil.",
        "Put the assessments of a key stage together.",
        severity="query",
    ),
    needed("T0703", _A, "Year", "year of the assessment", source=_MTC),
    patterned("T0704", _A, "Year", "year of the assessment", r"^(19|20)\d\d$", "a year of four digits", source=_MTC),
    error(
        "T0705",
        _A,
        "Year",
        number("Year") > _YEAR_MADE,
        "An assessment of a year after the one the file was made in.",
        "Correct the year, which is the calendar year of the assessment.",
    ),
    error(
        "T0706",
        _A,
        "Year",
        number("Year") < day("pupil.DOB").dt.year() + 2,
        "An assessment before the pupil was two.",
        "Correct the year, or the date of birth.",
    ),
    needed("T0707", _A, "Subject", "subject of the assessment", source=_MTC),
    needed("T0708", _A, "Method", "method of the assessment", source=_MTC),
    needed("T0709", _A, "Component", "component of the assessment", source=_MTC),
    coded("T0710", _A, "ResultStatus", "status of the result", "result_status", source="CBDS CS014 [V]"),
    needed(
        "T0711",
        _A,
        "Result",
        "result",
        (text("ResultStatus") == "R").fill_null(False),
        "where the status says that it is final",
    ),
    error(
        "T0712",
        _A,
        "Result",
        repeated("Year", "Subject", "Method", "Component", "ResultStatus", within="pid"),
        "The same assessment stands twice for one pupil.",
        "Keep the one that holds.",
    ),
    error(
        "T0713",
        _A,
        "Result",
        (text("Component") == "MTC") & ((number("Result") < 0) | (number("Result") > 25)),
        "The score of the multiplication tables check is not from 0 to 25.",
        "Correct the score.",
        source="25 questions, " + _MTC,
    ),
    dated("T0714", _A, "ResultDate", "date of the result"),
    patterned("T0715", _A, "Locale", "locale", r"^[A-Z]{3}$", "three capitals, ENG for England", severity="query"),
    query(
        "T0716",
        _A,
        "Result ResultStatus",
        given("Result") & absent("ResultStatus"),
        "A result that does not say whether it is final, an estimate or a target.",
        "Make the file again in the MIS.",
    ),
]

RULES: Final[list[Rule]] = [*_ATTENDED, *_RESULTS]
