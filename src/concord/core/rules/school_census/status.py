"""Where the pupil stands in the establishment: enrolment, entry, year group, part-time, class, boarding."""

from __future__ import annotations

from typing import Final

from concord.core.rules.columns import LEFT, ON_ROLL, age, day, flag, number, order, setting, text, threshold
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, dated, error, needed, query, truth, unasked, whole

_P: Final = "pupil"
_SUPPLIER: Final = "told by a supplier [V]"
_GAP: Final = order("NCyearActual") - (age() - 4)

RULES: Final[list[Rule]] = [
    needed("C0701", _P, "EnrolStatus", "enrolment status", ON_ROLL),
    coded("C0702", _P, "EnrolStatus", "enrolment status", "enrolment_status"),
    error(
        "C0704",
        _P,
        "EnrolStatus",
        text("EnrolStatus").is_in(["F", "O"]),
        "An enrolment status of college or other provider outside alternative provision.",
        "The statuses for a college or another provider are for pupil referral units and alternative provision.",
        phases=("NS", "PS", "MP"),
    ),
    error(
        "1880",
        _P,
        "EntryDate",
        ON_ROLL & ~(day("EntryDate") <= setting("census_day")).fill_null(False),
        "The date of entry is missing or after census day.",
        "Enter the date the pupil joined the roll; a pupil who joins later is not on roll yet.",
        dfe_rule="1880",
        source=f"DfE rule 1880, {_SUPPLIER}",
    ),
    dated("C0705", _P, "EntryDate", "date of entry"),
    error(
        "C0706",
        _P,
        "EntryDate DOB",
        day("EntryDate") <= day("DOB"),
        "The pupil entered on the day of birth or before.",
        "Correct the date of entry or the date of birth.",
    ),
    query(
        "C0707",
        _P,
        "EntryDate",
        ON_ROLL & (day("EntryDate").dt.offset_by("15y") < setting("census_day")),
        "The pupil entered more than fifteen years before census day.",
        "Check the date of entry, or take the pupil off roll if they left.",
    ),
    coded("C0710", _P, "NCyearActual", "year group", "nc_year"),
    error(
        "C0711",
        _P,
        "NCyearActual",
        text("NCyearActual") == "M",
        "M stands for a class of mixed years, not for a pupil's year.",
        "Give the year group the pupil is taught in; X where none applies.",
    ),
    query(
        "C0712",
        _P,
        "NCyearActual DOB",
        ON_ROLL & (_GAP.abs() == 1) & order("NCyearActual").is_between(0, 11),
        "The year group is one year from that of the pupil's age.",
        "Check both; explain it where the pupil is taught with another year group.",
    ),
    query(
        "C0713",
        _P,
        "NCyearActual DOB",
        ON_ROLL & (_GAP.abs() > 1) & order("NCyearActual").is_between(-4, 11),
        "The year group is two years or more from that of the pupil's age.",
        "Correct the year group or the date of birth.",
    ),
    query(
        "C0714",
        _P,
        "NCyearActual",
        ON_ROLL
        & (
            (order("NCyearActual") < order("school.LowestNCyearGroup"))
            | (order("NCyearActual") > order("school.HighestNCyearGroup"))
        ),
        "The pupil's year group is outside those of the establishment.",
        "Correct the pupil's year group, or the establishment's highest or lowest.",
    ),
    query(
        "C0715",
        _P,
        "NCyearActual",
        ON_ROLL & (text("NCyearActual") == "X") & age().is_between(4, 15),
        "The pupil follows no year of the national curriculum.",
        "X is for pupils who truly follow none: otherwise give the year group.",
        phases=("PS", "MP", "MS", "SS", "AT"),
    ),
    needed("C0720", _P, "PartTime", "part-time indicator", ON_ROLL),
    truth("C0721", _P, "PartTime", "part-time indicator"),
    query(
        "C0722",
        _P,
        "PartTime DOB",
        ON_ROLL & flag("PartTime") & age().is_between(5, 15),
        "A pupil of compulsory school age is part-time.",
        "Check the indicator: a part-time timetable agreed for a while does not make the registration part-time.",
        phases=("PS", "MP", "MS", "SS", "AT", "SP"),
    ),
    query(
        "C0723",
        _P,
        "PartTime FundedHours",
        ON_ROLL
        & ~flag("PartTime")
        & (number("HoursAtSetting") < threshold("full_time_hours_lowest"))
        & (order("NCyearActual") < 0),
        "A full-time child is at the setting for few hours a week.",
        "Check the part-time indicator and the hours at setting.",
    ),
    needed(
        "C0730",
        _P,
        "ClassType",
        "class type",
        ON_ROLL & (age() < 5) & (order("NCyearActual") < 1),
        "for a child under five",
        phases=("PS", "MP", "AT", "NS"),
    ),
    coded("C0731", _P, "ClassType", "class type", "class_type"),
    query(
        "C0732",
        _P,
        "ClassType",
        (text("ClassType") == "N") & (order("school.LowestNCyearGroup") >= 0),
        "The pupil is in a nursery class, and the establishment has no nursery year.",
        "Check the class type, or the establishment's lowest year group.",
    ),
    query(
        "C0733",
        _P,
        "ClassType NCyearActual",
        (text("ClassType") == "N") & (order("NCyearActual") > 0),
        "A pupil of year 1 or above is in a nursery class.",
        "Check the class type and the year group.",
    ),
    query(
        "C0734",
        _P,
        "ClassType NCyearActual",
        text("NCyearActual").is_in(["N1", "N2"]) & (text("ClassType") == "O"),
        "A child of a nursery year is in a class that is not a nursery class.",
        "Check the class type.",
        phases=("PS", "AT", "NS"),
    ),
    whole("C0735", _P, "UnitContactTime", "unit contact time", 0, 60, terms=("SPR",)),
    unasked("C0736", _P, "UnitContactTime", "unit contact time", terms=("AUT", "SUM")),
    needed("C0740", _P, "Boarder", "boarder indicator", ON_ROLL),
    coded("C0741", _P, "Boarder", "boarder indicator", "boarder"),
    error(
        "C0742",
        _P,
        "Boarder",
        text("Boarder").is_in(["6", "7"]),
        "Boarding of six or seven nights is told apart by special schools only.",
        "Choose 'boarder' without the number of nights.",
        phases=("NS", "PS", "MP", "MS", "SS", "AT", "PR"),
        source="DfE code set, six and seven nights special schools only [V]",
    ),
    query(
        "C0743",
        _P,
        "Boarder",
        ON_ROLL & text("Boarder").is_in(["B", "6", "7"]) & (age() < 7),
        "A child under seven boards.",
        "Check the boarder indicator.",
    ),
    query(
        "C0744",
        _P,
        "Boarder",
        text("Boarder").is_in(["B", "6", "7"]),
        "A boarder in a nursery, primary or alternative provision.",
        "Check the boarder indicator.",
        phases=("NS", "PS", "MP", "PR"),
    ),
    query(
        "C0745",
        _P,
        "EnrolStatus",
        ON_ROLL & (text("EnrolStatus") == "S"),
        "A subsidiary registration: the pupil's main establishment should have 'main'.",
        "Agree with the other establishment who has the main registration.",
        phases=("PS", "MP", "MS", "SS", "AT"),
    ),
    query(
        "C0746",
        _P,
        "EnrolStatus NCyearActual",
        ON_ROLL & text("EnrolStatus").is_in(["M", "S"]) & (order("NCyearActual") < 0),
        "A child of nursery age is registered at two establishments.",
        "Check the enrolment status.",
    ),
    error(
        "C0747",
        _P,
        "Roll",
        ~(ON_ROLL | LEFT),
        "It cannot be told whether the pupil is on roll.",
        "Make the return again in the MIS; if it comes out the same, tell the MIS's supplier.",
    ),
    query(
        "C0748",
        _P,
        "NCyearActual DOB",
        ON_ROLL & (order("NCyearActual") >= 12) & (age() < 15),
        "A pupil under 15 is in the sixth form.",
        "Check the year group and the date of birth.",
    ),
    query(
        "C0749",
        _P,
        "NCyearActual DOB",
        ON_ROLL & (order("NCyearActual") <= 11) & (age() >= 17),
        "A pupil of 17 or over is in year 11 or below.",
        "Check the year group and the date of birth.",
    ),
]
