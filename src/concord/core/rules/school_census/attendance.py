"""Attendance of the term before: sessions possible, and sessions by code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from concord.core.rules.columns import (
    LEFT,
    ON_ROLL,
    absent,
    age,
    count,
    day,
    given,
    number,
    repeated,
    setting,
    text,
    threshold,
)
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, error, needed, query, unasked, whole

_P: Final = "pupil"
_S: Final = "session"
_H: Final = "half_term_2_session"
_POSSIBLE: Final = "SessionsPossible"
HALF_TERM_2: Final = "SummerHalfTerm2SessionsPossible"
BOARDS: Final = text("Boarder").is_in(["B", "6", "7"]).fill_null(False)
_OF_AGE: Final = age().is_between(4, 15)
_REGISTER: Final = "Check the register of the term before, and make the return again."
_MAINSTREAM: Final = ("PS", "MP", "MS", "SS", "AT")


@dataclass(frozen=True)
class _Marks:
    """One table of sessions by code: of the term before, or of the second half of the summer term."""

    table: str
    codes: int
    window: str
    possible: str
    counted: str
    when: str
    terms: tuple[str, ...] = ()

    def code(self, number: int) -> str:
        return f"C{self.codes + number}"


def _items(of: _Marks) -> list[Rule]:
    """What each item must be."""
    first, last = f"setting.{of.window}_from", f"setting.{of.window}_to"
    mark, sessions, label = "AttendanceReason", "Sessions", "number of sessions"
    none = "no zero counts are sent [V-impl]"
    return [
        needed(of.code(1), of.table, mark, "attendance code", terms=of.terms),
        coded(of.code(2), of.table, mark, "attendance code", "attendance_code", None, first, last, terms=of.terms),
        needed(of.code(3), of.table, sessions, label, terms=of.terms),
        whole(of.code(4), of.table, sessions, label, 1, 999, terms=of.terms, source=none),
        whole(of.code(7), _P, of.possible, "number of sessions possible", 0, 400, terms=of.terms),
    ]


def _sums(of: _Marks) -> list[Rule]:
    """How the counts must go together."""
    return [
        error(
            of.code(5),
            of.table,
            "AttendanceReason",
            repeated("AttendanceReason", within="pid"),
            "The same attendance code stands twice for one pupil.",
            "Each code is sent once with its count: " + _REGISTER,
            terms=of.terms,
        ),
        error(
            of.code(6),
            _P,
            of.possible,
            count(of.counted) > number(of.possible),
            f"More sessions are marked as present or absent than were possible in {of.when}.",
            _REGISTER,
            terms=of.terms,
        ),
        query(
            of.code(8),
            _P,
            of.possible,
            number(of.possible) > threshold(f"{of.window}_sessions_highest"),
            f"More sessions were possible than {of.when} can have.",
            _REGISTER,
            terms=of.terms,
        ),
        error(
            of.code(9),
            of.table,
            "Sessions",
            number("Sessions") > number(f"pupil.{of.possible}"),
            "One attendance code has more sessions than were possible.",
            _REGISTER,
            terms=of.terms,
        ),
    ]


_TERM: Final = _Marks(_S, 1000, "attendance", _POSSIBLE, "absent_or_present", "the term before")
_HALF: Final = _Marks(
    _H,
    1100,
    "half_term_2",
    HALF_TERM_2,
    "half_term_2_absent_or_present",
    "the second half of the summer term",
    ("AUT",),
)

_EXPECTED: Final = [
    error(
        "2470",
        _P,
        _POSSIBLE,
        given(_POSSIBLE) & (number(_POSSIBLE) > 0) & (BOARDS | ~_OF_AGE),
        "Attendance is given for a boarder, or for a pupil under 4 or over 15.",
        "Leave attendance out for these pupils, or correct the boarder indicator or the date of birth.",
        dfe_rule="2470",
        source="DfE rule 2470, seen in a working implementation [V-impl]",
    ),
    error(
        "2510",
        _P,
        _POSSIBLE,
        LEFT & _OF_AGE & ~BOARDS & ~(number(_POSSIBLE) >= 0).fill_null(False),
        "The sessions possible of a pupil no longer on roll are missing or below nothing.",
        "Enter 0 where the pupil left before the term whose attendance is collected.",
        dfe_rule="2510",
        source="DfE rule 2510, told by a supplier [V]",
    ),
    needed(
        "C1020",
        _P,
        _POSSIBLE,
        "number of sessions possible",
        ON_ROLL & _OF_AGE & ~BOARDS & (day("EntryDate") <= setting("attendance_to")),
        "for a pupil of 4 to 15 who does not board and was on roll in the term before",
        phases=(*_MAINSTREAM, "SP", "PR"),
        severity="query",
        source="own rule from knowledge of the collection [K]",
    ),
    error(
        "C1021",
        _P,
        _POSSIBLE,
        (count("marks") > 0) & absent(_POSSIBLE),
        "Sessions are given by code, and the number possible is missing.",
        _REGISTER,
    ),
    query(
        "C1022",
        _P,
        _POSSIBLE,
        (number(_POSSIBLE) > 0) & (count("marks") == 0),
        "Sessions were possible, and none is given by code.",
        "Check that the marks of the term before are in the MIS: " + _REGISTER,
    ),
    query(
        "C1023",
        _P,
        _POSSIBLE,
        ON_ROLL & (number(_POSSIBLE) == 0),
        "A pupil on roll had no possible session in the term before.",
        "Check the date of entry; leave attendance out where the pupil joined later.",
    ),
    query(
        "2485",
        _P,
        _POSSIBLE,
        (count("suspended_sessions_in_attendance") > 0)
        & (count("e_sessions") > count("suspended_sessions_in_attendance")),
        "More sessions are marked E than the pupil was suspended for.",
        "Check the suspensions against the register: from the sixth day another school or provider is marked, not E.",
        dfe_rule="2485",
        source="DfE rule 2485, substance told by a supplier, severity not verified [K]",
    ),
    query(
        "C1024",
        _P,
        _POSSIBLE,
        (count("e_sessions") > 0) & (count("exclusions") == 0),
        "Sessions are marked E, and no suspension or exclusion is returned.",
        "Enter the suspension, or correct the marks.",
        terms=("SUM",),
    ),
    query(
        "C1025",
        _P,
        _POSSIBLE,
        (count("d_sessions") > 0) & (text("EnrolStatus") == "C"),
        "Sessions are marked D (at the other establishment) for a pupil registered only here.",
        "Check the enrolment status, or the marks.",
    ),
    query(
        "C1026",
        _P,
        _POSSIBLE,
        count("n_sessions") > 0,
        "Sessions are still marked N: the reason for the absence was not yet established.",
        "The reason is to be found within five school days: replace the marks, and make the return again.",
    ),
    query(
        "C1027",
        _P,
        _POSSIBLE,
        (count("i_sessions") > 0) & (count("i_sessions") == number(_POSSIBLE)),
        "Every session of the pupil is marked as illness.",
        "Check the marks; tell the local authority where the pupil is likely to miss fifteen days.",
    ),
    query(
        "C1028",
        _P,
        _POSSIBLE,
        (count("x_sessions") > 0) & age().is_between(5, 15) & (number(_POSSIBLE) > 0),
        "Sessions are marked X (not required to attend) for a pupil of compulsory school age.",
        "X is for pupils who are not of compulsory school age: correct the marks.",
    ),
    query(
        "C1029",
        _P,
        _POSSIBLE,
        (count("s_sessions") > 0) & (age() < 14),
        "Sessions are marked S (study leave) for a pupil under 14.",
        "Study leave is for pupils of year 11 and above in public examinations: correct the marks.",
    ),
    query(
        "C1030",
        _P,
        _POSSIBLE,
        (count("c2_sessions") > 0) & (count("c2_sessions") * 2 > number(_POSSIBLE)),
        "More than half of the possible sessions are marked C2 (part-time timetable).",
        "A part-time timetable is for a short time: check the marks and the plan for the pupil.",
    ),
]

_HALF_TERM_2: Final = [
    unasked("C1110", _P, HALF_TERM_2, "attendance of the second half of the summer term", terms=("SPR", "SUM")),
    unasked(
        "C1111",
        _H,
        "AttendanceReason Sessions",
        "attendance of the second half of the summer term",
        terms=("SPR", "SUM"),
    ),
    error(
        "C1112",
        _P,
        HALF_TERM_2,
        (count("half_term_2_marks") > 0) & absent(HALF_TERM_2),
        "Sessions of the second half of the summer term are given by code, and the number possible is missing.",
        _REGISTER,
        terms=("AUT",),
    ),
    error(
        "C1113",
        _P,
        HALF_TERM_2,
        (number(HALF_TERM_2) > 0) & (BOARDS | ~age().is_between(4, 16)),
        "Attendance of the second half of the summer term is given for a boarder, or for a pupil outside the ages.",
        "Leave it out for these pupils, or correct the boarder indicator or the date of birth.",
        terms=("AUT",),
        source="as DfE rule 2470 for the term [K]",
    ),
]

RULES: Final[list[Rule]] = [
    *_items(_TERM),
    *_sums(_TERM),
    *_EXPECTED,
    *_items(_HALF),
    *_sums(_HALF),
    *_HALF_TERM_2,
]
