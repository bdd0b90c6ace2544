"""After 16: GCSE prior attainment and planned hours (autumn)."""

from __future__ import annotations

from typing import Final

from concord.core.rules.columns import (
    ON_ROLL,
    absent,
    age,
    count,
    given,
    number,
    order,
    text,
    threshold,
)
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import OWN, coded, error, needed, query, truth, unasked, whole

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
            source=OWN,
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
        source=OWN,
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


RULES: Final[list[Rule]] = [
    *(rule for at, (stem, subject) in enumerate(_SUBJECTS.items()) for rule in _prior(stem, subject, 1400 + 10 * at)),
    *_PLANNED,
]
