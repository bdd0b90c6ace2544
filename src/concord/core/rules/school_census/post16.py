"""After 16: GCSE prior attainment, planned hours, learning and programme aims, work placements (autumn)."""

from __future__ import annotations

from typing import Final

from concord.core.rules.columns import (
    ON_ROLL,
    absent,
    age,
    count,
    day,
    flag,
    given,
    number,
    order,
    repeated,
    setting,
    text,
    threshold,
)
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, dated, error, needed, patterned, query, truth, unasked, whole

_P: Final = "pupil"
_L: Final = "learning_aim"
_G: Final = "programme_aim"
_W: Final = "work_placement"
_AUT: Final = ("AUT",)
_NOT_AUT: Final = ("SPR", "SUM")
_SIXTH: Final = ("SS", "AT", "SP")
_STUDENT: Final = ON_ROLL & (order("NCyearActual") >= 12)
_QN: Final = r"^[0-9A-Z]{8}$"
_SUBJECTS: Final = {"English": "English", "Maths": "mathematics"}
_HOURS: Final = {
    "QualHrs": "planned hours of qualifications",
    "NonQualHrs": "planned hours beside qualifications",
    "QualHrsPreviousYear": "last year's hours of qualifications",
    "NonQualHrsPreviousYear": "last year's hours beside qualifications",
    "TLevelQualHrs": "planned hours of T Level qualifications",
    "TLevelNonqualHrs": "planned hours of a T Level beside qualifications",
}
_STUDY: Final = "Check the record of the pupil's programme of study in the MIS's post-16 screens."


def _prior(stem: str, subject: str, codes: int) -> list[Rule]:
    """GCSE prior attainment of one subject."""
    highest, year_11, exempt = (
        f"{stem}GCSE{part}" for part in ("HighestPriorAttainment", "PriorAttainmentYear11", "FundingExemption")
    )
    before = f"{highest}PreviousYear"
    return [
        coded(f"C{codes + 1}", _P, highest, f"highest GCSE grade in {subject}", "gcse_attainment", terms=_AUT),
        coded(f"C{codes + 2}", _P, year_11, f"year 11 group of the GCSE in {subject}", "gcse_year_11", terms=_AUT),
        coded(f"C{codes + 3}", _P, exempt, f"exemption from {subject}", "gcse_exemption", terms=_AUT),
        coded(
            f"C{codes + 4}", _P, before, f"last year's highest GCSE grade in {subject}", "gcse_attainment", terms=_AUT
        ),
        needed(
            f"C{codes + 5}",
            _P,
            highest,
            f"highest GCSE grade in {subject}",
            _STUDENT,
            "for a pupil of the sixth form",
            terms=_AUT,
            phases=_SIXTH,
            source="own rule from knowledge of the collection [K]",
        ),
        query(
            f"C{codes + 6}",
            _P,
            f"{highest} {exempt}",
            text(highest).is_in(["D", "E", "F", "G", "U", "3", "2", "1", "NR"])
            & absent(exempt)
            & _STUDENT
            & (count("aims") == 0),
            f"No pass in {subject}, no exemption, and no learning aim.",
            "Without a pass the subject goes on as a condition of funding: enter the aim or the exemption.",
            terms=_AUT,
            phases=_SIXTH,
        ),
        query(
            f"C{codes + 7}",
            _P,
            highest,
            given(highest) & (age() < 15),
            f"A GCSE grade in {subject} for a pupil under 15.",
            "The item is for the sixth form: clear it for younger pupils.",
            terms=_AUT,
        ),
        unasked(
            f"C{codes + 8}",
            _P,
            f"{highest} {year_11} {exempt} {before}",
            f"prior attainment in {subject}",
            terms=_NOT_AUT,
        ),
    ]


_PLANNED: Final = [
    *(whole(f"C142{at}", _P, item, label, 0, 9999, terms=_AUT) for at, (item, label) in enumerate(_HOURS.items(), 1)),
    unasked("C1427", _P, " ".join(_HOURS), "planned hours of the sixth form", terms=_NOT_AUT),
    needed(
        "C1428",
        _P,
        "QualHrs",
        "planned hours of qualifications",
        _STUDENT,
        "for a pupil of the sixth form",
        terms=_AUT,
        phases=_SIXTH,
        source="own rule from knowledge of the collection [K]",
    ),
    query(
        "C1429",
        _P,
        "QualHrs NonQualHrs",
        number("QualHrs") + number("NonQualHrs").fill_null(0) > threshold("planned_hours_highest"),
        "More planned hours than a year of full-time study has.",
        _STUDY,
        terms=_AUT,
    ),
    query(
        "C1430",
        _P,
        "QualHrs",
        given("QualHrs") & (order("NCyearActual") < 12),
        "Planned hours for a pupil below the sixth form.",
        "The item is for the sixth form: clear it for younger pupils.",
        terms=_AUT,
    ),
    truth("C1431", _P, "FTEmp", "full-time employment indicator", terms=_AUT),
    unasked("C1432", _P, "FTEmp", "full-time employment indicator", terms=_NOT_AUT),
    error(
        "C1433",
        _P,
        "TLevelQualHrs",
        (number("TLevelQualHrs") > 0) & (count("t_level_aims") == 0) & (count("t_level_programmes") == 0),
        "Hours of a T Level, and neither a T Level programme nor an aim of one.",
        _STUDY,
        terms=_AUT,
    ),
    query(
        "C1434",
        _P,
        "NCyearActual",
        _STUDENT & (count("aims") == 0),
        "A pupil of the sixth form with no learning aim.",
        _STUDY,
        terms=_AUT,
        phases=_SIXTH,
    ),
    query(
        "C1435",
        _P,
        "NCyearActual",
        (count("aims") > 0) & (count("core_aims") == 0),
        "None of the pupil's learning aims is the core aim.",
        "Mark the substantial qualification of the programme as its core aim.",
        terms=_AUT,
    ),
    error(
        "C1436",
        _P,
        "NCyearActual",
        count("core_aims") > 1,
        "More than one learning aim is marked as the core aim.",
        "A programme of study has one core aim.",
        terms=_AUT,
    ),
]


def _aims(table: str, kind: str, stem: str, status: str, codes: int) -> list[Rule]:
    """Dates, status and withdrawal of one kind of aim."""
    start, planned, actual = f"{stem}StartDate", f"{stem}PlannedEndDate", f"{stem}ActualEndDate"
    reason = status.replace("Status", "WithdrawalReason")
    return [
        needed(
            f"C{codes + 1}",
            table,
            "QN",
            f"qualification number of the {kind}",
            terms=_AUT,
            severity="query" if table == _G else "error",
        ),
        patterned(
            f"C{codes + 2}",
            table,
            "QN",
            f"qualification number of the {kind}",
            _QN,
            "eight digits or capital letters",
            terms=_AUT,
            source="own rule from knowledge of the collection [K]",
        ),
        needed(f"C{codes + 3}", table, start, f"start of the {kind}", terms=_AUT),
        dated(f"C{codes + 4}", table, start, f"start of the {kind}", terms=_AUT),
        needed(f"C{codes + 5}", table, planned, f"planned end of the {kind}", terms=_AUT),
        dated(f"C{codes + 6}", table, planned, f"planned end of the {kind}", terms=_AUT),
        dated(f"C{codes + 7}", table, actual, f"actual end of the {kind}", terms=_AUT),
        needed(f"C{codes + 8}", table, status, f"status of the {kind}", terms=_AUT),
        coded(f"C{codes + 9}", table, status, f"status of the {kind}", "aim_status", terms=_AUT),
        coded(
            f"C{codes + 10}",
            table,
            reason,
            f"reason for withdrawing from the {kind}",
            "aim_withdrawal_reason",
            terms=_AUT,
        ),
        coded(f"C{codes + 11}", table, "ProgType", f"programme type of the {kind}", "programme_type", terms=_AUT),
        error(
            f"C{codes + 12}",
            table,
            f"{planned} {start}",
            day(planned) < day(start),
            f"The {kind} is planned to end before it starts.",
            _STUDY,
            terms=_AUT,
        ),
        error(
            f"C{codes + 13}",
            table,
            f"{actual} {start}",
            day(actual) < day(start),
            f"The {kind} ended before it started.",
            _STUDY,
            terms=_AUT,
        ),
        error(
            f"C{codes + 14}",
            table,
            start,
            day(start) > setting("census_day"),
            f"The {kind} starts after census day.",
            _STUDY,
            terms=_AUT,
        ),
        error(
            f"C{codes + 15}",
            table,
            actual,
            day(actual) > setting("census_day"),
            f"The {kind} ended after census day.",
            _STUDY,
            terms=_AUT,
        ),
        error(
            f"C{codes + 16}",
            table,
            f"{reason} {status}",
            (text(status) == "3") & absent(reason),
            f"The {kind} was withdrawn from, and no reason is given.",
            _STUDY,
            terms=_AUT,
        ),
        error(
            f"C{codes + 17}",
            table,
            f"{reason} {status}",
            (text(status) != "3") & given(reason),
            f"A reason for withdrawing, and the {kind} was not withdrawn from.",
            _STUDY,
            terms=_AUT,
        ),
        error(
            f"C{codes + 18}",
            table,
            f"{actual} {status}",
            text(status).is_in(["2", "3", "4"]) & absent(actual),
            f"The {kind} is over, and its actual end is missing.",
            _STUDY,
            terms=_AUT,
        ),
        error(
            f"C{codes + 19}",
            table,
            f"{actual} {status}",
            (text(status) == "1") & given(actual),
            f"The {kind} goes on, and has an actual end.",
            _STUDY,
            terms=_AUT,
        ),
        error(
            f"C{codes + 20}",
            table,
            f"QN {start}",
            repeated("QN", start, within="pid"),
            f"The same {kind} stands twice.",
            "Keep one of the two.",
            terms=_AUT,
        ),
    ]


_AIM_SENSE: Final = [
    truth("C1471", _L, "CoreAim", "core aim indicator", terms=_AUT),
    patterned(
        "C1472",
        _L,
        "PartnerUKPRN",
        "partner's provider number",
        r"^1\d{7}$",
        "eight digits beginning with 1",
        terms=_AUT,
        source="own rule from knowledge of the collection [K]",
    ),
    unasked("C1473", _L, "QN LearningStartDate", "learning aim", terms=_NOT_AUT),
    unasked("C1474", _G, "QN ProgrammeStartDate", "programme aim", terms=_NOT_AUT),
    query(
        "C1475",
        _L,
        "LearningPlannedEndDate LearningAimStatus",
        (day("LearningPlannedEndDate") < setting("census_day")) & (text("LearningAimStatus") == "1"),
        "The learning aim goes on after its planned end.",
        "Enter its end and how it ended, or a later planned end.",
        terms=_AUT,
    ),
    query(
        "C1476",
        _L,
        "CoreAim LearningAimStatus",
        flag("CoreAim") & (text("LearningAimStatus") == "3") & (text("pupil.Roll") == "on"),
        "The core aim was withdrawn from, and the pupil is on roll.",
        "Mark the aim that takes its place as the core aim.",
        terms=_AUT,
    ),
    query(
        "C1477",
        _L,
        "LearningStartDate",
        (age("pupil.DOB") < 15) & given("LearningStartDate"),
        "A learning aim for a pupil under 15.",
        "Learning aims are collected for the sixth form.",
        terms=_AUT,
    ),
]

_PLACED: Final = [
    needed("C1481", _W, "WPstartDate", "start of the work placement", terms=_AUT),
    dated("C1482", _W, "WPstartDate", "start of the work placement", terms=_AUT),
    dated("C1483", _W, "WPendDate", "end of the work placement", terms=_AUT),
    needed("C1484", _W, "WPhours", "hours of the work placement", terms=_AUT),
    whole("C1485", _W, "WPhours", "hours of the work placement", 1, 9999, terms=_AUT),
    needed("C1486", _W, "WPmode", "mode of the work placement", terms=_AUT),
    coded("C1487", _W, "WPmode", "mode of the work placement", "work_placement_mode", terms=_AUT),
    error(
        "C1488",
        _W,
        "WPendDate WPstartDate",
        day("WPendDate") < day("WPstartDate"),
        "The work placement ends before it starts.",
        _STUDY,
        terms=_AUT,
    ),
    unasked("C1489", _W, "WPstartDate WPhours", "work placement", terms=_NOT_AUT),
]

RULES: Final[list[Rule]] = [
    *(rule for at, (stem, subject) in enumerate(_SUBJECTS.items()) for rule in _prior(stem, subject, 1400 + 10 * at)),
    *_PLANNED,
    *_aims(_L, "learning aim", "Learning", "LearningAimStatus", 1440),
    *_aims(_G, "programme aim", "Programme", "ProgrammeAimStatus", 1500),
    *_AIM_SENSE,
    *_PLACED,
]
