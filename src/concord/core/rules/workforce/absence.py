"""Absences, qualifications, the curriculum and vacancies."""

from __future__ import annotations

from typing import Final

import polars as pl

from concord.core.rules.columns import absent, day, flag, given, number, order, repeated, setting, text
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, dated, error, measured, needed, patterned, query, truth

_B: Final = "absence"
_Q: Final = "qualification"
_U: Final = "curriculum"
_V: Final = "vacancy"
_LAST: Final = day("LastDayOfAbsence").fill_null(pl.col("setting.absence_to"))
_BEFORE: Final = _LAST.shift(1).cum_max().over("mid", order_by="FirstDayOfAbsence@day")
_RECORD: Final = "Check the absence in the MIS or the payroll."

RULES: Final[list[Rule]] = [
    needed("W0601", _B, "FirstDayOfAbsence", "first day of the absence"),
    dated("W0602", _B, "FirstDayOfAbsence", "first day of the absence"),
    dated("W0603", _B, "LastDayOfAbsence", "last day of the absence"),
    error(
        "W0604",
        _B,
        "LastDayOfAbsence FirstDayOfAbsence",
        day("LastDayOfAbsence") < day("FirstDayOfAbsence"),
        "The absence ends before it begins.",
        _RECORD,
    ),
    needed("W0605", _B, "AbsenceCategory", "category of the absence"),
    coded("W0606", _B, "AbsenceCategory", "category of the absence", "staff_absence"),
    measured("W0607", _B, "WorkingDaysLost", "working days lost", 0, 366),
    needed(
        "W0608",
        _B,
        "WorkingDaysLost",
        "number of working days lost",
        given("LastDayOfAbsence"),
        "for an absence that has ended",
    ),
    error(
        "W0609",
        _B,
        "WorkingDaysLost",
        number("WorkingDaysLost") > (day("LastDayOfAbsence") - day("FirstDayOfAbsence")).dt.total_days() + 1,
        "More working days were lost than the absence has days.",
        _RECORD,
    ),
    error(
        "W0610",
        _B,
        "FirstDayOfAbsence",
        (day("FirstDayOfAbsence") > setting("absence_to")) | (day("LastDayOfAbsence") < setting("absence_from")),
        "The absence lies outside the dates of this census.",
        "Leave the absence out: it was or will be sent in another census.",
    ),
    error(
        "W0611",
        _B,
        "FirstDayOfAbsence",
        (day("FirstDayOfAbsence") <= _BEFORE).fill_null(False),
        "Two absences of one member of staff overlap.",
        _RECORD,
    ),
    query(
        "W0612",
        _B,
        "WorkingDaysLost",
        (number("WorkingDaysLost") == 0) & given("LastDayOfAbsence"),
        "An absence in which no working day was lost.",
        "Leave it out of the return, or correct the number.",
    ),
    needed("W0701", _Q, "QualificationCode", "code of the qualification"),
    coded("W0702", _Q, "ClassOfDegree", "class of degree", "degree_class"),
    query(
        "W0703",
        _Q,
        "QualificationSubject",
        absent("QualificationSubject") & given("ClassOfDegree"),
        "A degree without a subject.",
        "Enter the subject of the degree.",
    ),
    truth("W0704", _Q, "QualVerified", "sign that the qualification was seen"),
    error(
        "W0705",
        _Q,
        "QualificationCode QualificationSubject",
        repeated("QualificationCode", "QualificationSubject", within="mid"),
        "The same qualification stands twice for one member of staff.",
        "Keep one of the two.",
    ),
    error(
        "W0706",
        _Q,
        "QualificationSubject2 QualificationSubject",
        absent("QualificationSubject") & given("QualificationSubject2"),
        "A second subject, and no first.",
        "Move the subject up.",
    ),
    coded("W0711", _U, "CurriculumYearGroup", "year group taught", "nc_year"),
    measured("W0712", _U, "HoursPerWeek", "hours a week taught", 0, 60),
    needed("W0713", _U, "SubjectCode", "subject taught"),
    query(
        "W0714",
        _U,
        "CurriculumYearGroup",
        order("CurriculumYearGroup") < -2,
        "Lessons to a year group below nursery.",
        "Check the year group.",
    ),
    needed("W0801", _V, "VacantPost", "vacant post"),
    coded("W0802", _V, "VacantPost", "vacant post", "post"),
    truth("W0803", _V, "TemporarilyFilled", "sign that the vacancy is filled for a time"),
    truth("W0804", _V, "Advertised", "sign that the vacancy is advertised"),
    query(
        "W0805",
        _V,
        "Advertised TemporarilyFilled",
        ~flag("Advertised") & ~flag("TemporarilyFilled"),
        "A vacancy that is neither advertised nor filled for a time.",
        "Check the vacancy: a post nobody is sought for is none.",
    ),
    patterned(
        "W0806",
        _V,
        "Tenure",
        "tenure of the vacant post",
        r"^[A-Z]{1,4}$",
        "a code of up to four capitals",
        severity="query",
    ),
    query(
        "W0807",
        _V,
        "SubjectCode",
        absent("SubjectCode") & (text("VacantPost") == "TCH"),
        "A vacant teacher's post without a subject.",
        "Enter the main subject of the post.",
    ),
]
