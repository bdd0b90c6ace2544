"""Alternative provision: admissions to a pupil referral unit, and placements that a school arranges."""

from __future__ import annotations

from typing import Final

import polars as pl

from concord.core.postcode import POSTCODE_PATTERN
from concord.core.rules.columns import ON_ROLL, absent, count, day, given, number, repeated, setting, text
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, dated, error, needed, patterned, query, whole

_A: Final = "ap_provision"
_S: Final = "school_arranged_ap"
_PR: Final = ("PR",)
_SCHOOLS: Final = ("NS", "PS", "MP", "MS", "SS", "AT", "SP")
_PLACEMENT: Final = "Check the placement in the MIS's alternative provision screen."

_ADMISSION: Final = [
    query(
        "3131",
        "pupil",
        "EnrolStatus",
        ON_ROLL & text("EnrolStatus").is_in(["C", "F", "O"]) & (count("ap_provisions") == 0),
        "No admission details of alternative provision for a pupil of this enrolment status.",
        "Enter the reason of admission, the previous establishment and the provision at entry.",
        dfe_rule="3131",
        phases=_PR,
        source="DfE rule 3131, told by a supplier; severity not verified [V]",
    ),
    needed("C1301", _A, "APReason", "reason for the admission", phases=_PR),
    coded("C1302", _A, "APReason", "reason for the admission", "ap_reason", phases=_PR),
    needed("C1303", _A, "PrevURN", "number of the previous establishment", phases=_PR, severity="query"),
    patterned(
        "C1304", _A, "PrevURN", "number of the previous establishment", r"^[1-9]\d{5}$", "six digits", phases=_PR
    ),
    needed("C1305", _A, "SENprovisionEntry", "special educational needs provision at entry", phases=_PR),
    coded(
        "C1306", _A, "SENprovisionEntry", "special educational needs provision at entry", "sen_provision", phases=_PR
    ),
    query(
        "C1307",
        _A,
        "APReason",
        pl.any_horizontal(given(item) for item in ("APReason", "PrevURN", "SENprovisionEntry")),
        "Admission to alternative provision is recorded by an establishment that is not one.",
        "Clear the admission, or record a placement that the school arranged.",
        phases=_SCHOOLS,
    ),
    error(
        "C1308",
        _A,
        "PrevURN",
        text("PrevURN") == text("header.URN"),
        "The previous establishment is this one.",
        "Enter the establishment the pupil came from.",
        phases=_PR,
    ),
]

_NOWHERE: Final = pl.all_horizontal(absent(item) for item in ("URN", "UKPRN", "APPlacementPostcode", "CompanyNumber"))

_ARRANGED: Final = [
    patterned("C1320", _S, "URN", "unique reference number of the provider", r"^[1-9]\d{5}$", "six digits"),
    patterned(
        "C1321",
        _S,
        "UKPRN",
        "provider reference number",
        r"^1\d{7}$",
        "eight digits beginning with 1",
        source="own rule from knowledge of the collection [K]",
    ),
    needed("C1322", _S, "EntryDate", "first day of the placement"),
    dated("C1323", _S, "EntryDate", "first day of the placement"),
    dated("C1324", _S, "LeavingDate", "last day of the placement"),
    whole("C1325", _S, "APSessionsPerWeek", "sessions a week of the placement", 1, 10),
    needed("C1326", _S, "APSessionsPerWeek", "sessions a week of the placement"),
    coded("C1327", _S, "APSettingType", "type of setting", "ap_setting_type"),
    needed(
        "C1328",
        _S,
        "APSettingType",
        "type of setting",
        absent("URN") & absent("UKPRN"),
        "where the provider has no number",
    ),
    needed("C1329", _S, "PlacementReason", "reason for the placement"),
    coded("C1330", _S, "PlacementReason", "reason for the placement", "ap_placement_reason"),
    needed(
        "C1331",
        _S,
        "SENprovisionEntry",
        "special educational needs provision at the start of the placement",
        severity="query",
    ),
    coded(
        "C1332",
        _S,
        "SENprovisionEntry",
        "special educational needs provision at the start",
        "sen_provision",
        None,
        "EntryDate",
    ),
    coded(
        "C1333",
        _S,
        "SENprovisionLeaving",
        "special educational needs provision at the end",
        "sen_provision",
        None,
        "LeavingDate",
    ),
    needed("C1334", _S, "APAttendancePattern", "attendance pattern of the placement"),
    coded("C1335", _S, "APAttendancePattern", "attendance pattern of the placement", "ap_attendance_pattern"),
    patterned(
        "C1336",
        _S,
        "APPlacementPostcode",
        "postcode of the placement",
        POSTCODE_PATTERN,
        "a postcode of the United Kingdom",
    ),
    patterned(
        "C1337",
        _S,
        "CompanyNumber",
        "company number",
        r"^([A-Z]{2}\d{6}|\d{8})$",
        "eight digits, or two letters and six digits",
        source="own rule from knowledge of the collection [K]",
    ),
    error(
        "C1338",
        _S,
        "LeavingDate EntryDate",
        day("LeavingDate") < day("EntryDate"),
        "The placement ends before it starts.",
        _PLACEMENT,
    ),
    error(
        "C1339",
        _S,
        "EntryDate",
        day("EntryDate") > setting("census_day"),
        "The placement starts after census day.",
        "Leave the placement for the next census, or correct the date.",
    ),
    error(
        "C1340",
        _S,
        "LeavingDate",
        ~day("LeavingDate").is_between(setting("ap_from"), setting("ap_to")),
        "The placement ended outside the dates of this census.",
        "Placements that ended before the last census day are not sent again; one that ends later has no end yet.",
    ),
    error(
        "2392",
        "pupil",
        "",
        (count("ap_open") > 1) & (count("ap_open_not_part") > 0),
        "Several placements are open, and not all of them are part-time.",
        "Give each open placement the part-time pattern, or end those that are over.",
        dfe_rule="2392",
        source="DfE rule 2392, told by a supplier [V]",
    ),
    error(
        "C1341",
        _S,
        "EntryDate",
        day("EntryDate") < day("pupil.EntryDate"),
        "The placement starts before the pupil entered the establishment.",
        _PLACEMENT,
    ),
    error(
        "C1342",
        _S,
        "EntryDate",
        repeated("EntryDate", "URN", within="pid"),
        "The same placement stands twice.",
        "Keep one of the two.",
    ),
    query(
        "C1343",
        _S,
        "URN",
        _NOWHERE,
        "Nothing tells where the placement is.",
        "Enter the provider's number, or the postcode of the place.",
    ),
    error(
        "C1344",
        _S,
        "SENprovisionLeaving LeavingDate",
        given("SENprovisionLeaving") & absent("LeavingDate"),
        "The provision at the end is given for a placement that has no end.",
        "Enter the end of the placement, or clear the provision.",
    ),
    query(
        "C1345",
        _S,
        "SENprovisionLeaving LeavingDate",
        absent("SENprovisionLeaving") & given("LeavingDate"),
        "The placement has ended, and the provision at the end is missing.",
        "Enter the pupil's special educational needs provision when the placement ended.",
    ),
    query(
        "C1346",
        _S,
        "APSessionsPerWeek APAttendancePattern",
        (number("APSessionsPerWeek") < 10) & (text("APAttendancePattern") == "FT"),
        "A full-time placement of fewer than ten sessions a week.",
        "Check the sessions and the pattern.",
    ),
    query(
        "C1347",
        _S,
        "APSessionsPerWeek APAttendancePattern",
        (number("APSessionsPerWeek") >= 10) & (text("APAttendancePattern") == "PT"),
        "A part-time placement of ten sessions a week.",
        "Check the sessions and the pattern.",
    ),
    query(
        "C1348",
        _S,
        "PlacementReason",
        (text("PlacementReason") == "SUS")
        & (pl.col("pupil.count.exclusions") == 0)
        & (day("EntryDate") >= setting("exclusions_from"))
        & (day("EntryDate") <= setting("exclusions_to")),
        "The placement is for a suspension, and no suspension is returned.",
        "Enter the suspension, or correct the reason.",
    ),
    error(
        "C1349",
        _S,
        "URN",
        text("URN") == text("header.URN"),
        "The placement is at the establishment itself.",
        "Enter the number of the provider.",
    ),
]

RULES: Final[list[Rule]] = [*_ADMISSION, *_ARRANGED]
