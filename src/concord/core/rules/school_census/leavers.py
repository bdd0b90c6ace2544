"""Pupils no longer on roll."""

from __future__ import annotations

from typing import Final

from concord.core.rules.columns import LEFT, ON_ROLL, count, day, given, number, order, repeated, setting
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, dated, error, needed, query

_P: Final = "pupil"
_REASON: Final = (
    (number("SessionsPossible") > 0).fill_null(False)
    | (number("SummerHalfTerm2SessionsPossible") > 0).fill_null(False)
    | (count("exclusions") > 0)
    | (count("supports") > 0)
    | (count("aims") > 0)
    | (count("ap_placements") > 0)
    | (count("ap_provisions") > 0)
    | (count("fams") > 0)
)

RULES: Final[list[Rule]] = [
    error(
        "1920",
        _P,
        "LeavingDate",
        LEFT
        & ~(
            (day("LeavingDate") < setting("census_day"))
            & (day("LeavingDate") >= day("EntryDate").fill_null(day("LeavingDate")))
        ).fill_null(False),
        "The leaving date is missing, before the date of entry, or not before census day.",
        "Correct the leaving date; a pupil on roll on census day is returned as on roll.",
        dfe_rule="1920",
        source="DfE rule 1920, told by suppliers [V]",
    ),
    dated("C1601", _P, "LeavingDate", "leaving date"),
    query(
        "1925Q",
        _P,
        "LeavingDate",
        LEFT & ~_REASON,
        "A pupil no longer on roll is returned without attendance, exclusion or another reason to be.",
        "Leave the pupil out of the return, or enter what happened before they left.",
        dfe_rule="1925Q",
        source="DfE rule 1925Q, told by a supplier [V]",
    ),
    error(
        "C1602",
        _P,
        "LeavingDate",
        ON_ROLL & given("LeavingDate"),
        "A pupil on roll has a leaving date.",
        "Take the pupil off roll, or clear the date.",
    ),
    needed("C1603", _P, "EntryDate", "date of entry", LEFT, "for a pupil no longer on roll"),
    coded("C1604", _P, "NCyearLeaving", "year group on leaving", "nc_year", terms=("AUT",)),
    needed(
        "C1605",
        _P,
        "NCyearLeaving",
        "year group on leaving",
        LEFT,
        "for a pupil no longer on roll",
        terms=("AUT",),
        severity="query",
        source="own rule from knowledge of the collection [K]",
    ),
    query(
        "C1606",
        _P,
        "LeavingDate",
        LEFT & (day("LeavingDate") < setting("exclusions_from")),
        "The pupil left before the dates of which anything is collected.",
        "Leave the pupil out of the return, or correct the leaving date.",
    ),
    error(
        "C1607",
        _P,
        "UPN Roll",
        LEFT & repeated("UPN", "EntryDate"),
        "The pupil stands twice with the same date of entry: as on roll and as having left, or twice as having left.",
        "Keep the record that is right.",
    ),
    query(
        "C1608",
        _P,
        "LeavingDate",
        LEFT & (day("LeavingDate").dt.weekday() >= 6),
        "The leaving date is a Saturday or Sunday.",
        "Enter the last day on roll, a school day.",
    ),
    error(
        "C1609",
        _P,
        "EnrolStatus",
        LEFT & given("EnrolStatus"),
        "An enrolment status for a pupil no longer on roll.",
        "The status is collected for pupils on roll only.",
        severity="query",
    ),
    query(
        "C1610",
        _P,
        "NCyearLeaving",
        LEFT & (order("NCyearLeaving") < order("school.LowestNCyearGroup")),
        "The pupil left from a year group below those of the establishment.",
        "Check the year group on leaving.",
        terms=("AUT",),
    ),
    needed("C1611", _P, "PartTime", "part-time indicator", LEFT, "for a pupil no longer on roll", severity="query"),
    needed("C1612", _P, "Boarder", "boarder indicator", LEFT, "for a pupil no longer on roll", severity="query"),
]
