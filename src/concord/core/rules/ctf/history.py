"""Free school meals, special educational needs and the establishments the pupil was at, each over time."""

from __future__ import annotations

from typing import Final

import polars as pl

from concord.core.identifiers import URN_PATTERN
from concord.core.rules.columns import absent, count, day, flag, given, repeated, setting, text, threshold
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, dated, error, needed, patterned, query, truth

_F: Final = "fsm_history"
_S: Final = "sen_history"
_N: Final = "sen_need"
_H: Final = "school_history"
_FULL: Final = text("header.DocumentQualifier") == "full"
_TO: Final = text("header.DestSchool/LEA") + text("header.DestSchool/Estab")
_SINCE: Final = (setting("census_day") - day("LeavingDate")).dt.total_days()
_SUMMER: Final = pl.when(day("LeavingDate").dt.month().is_in([7, 8])).then(42).otherwise(0)
_DUE: Final = "within 15 school days of the pupil's leaving, told by a local authority [V]; in calendar days by us [K]"

_MEALS: Final[list[Rule]] = [
    dated("T0301", "pupil", "FSMreviewDate", "date of the review of free school meals"),
    needed("T0302", _F, "FSMstartDate", "start of free school meals"),
    dated("T0303", _F, "FSMstartDate", "start of free school meals"),
    dated("T0304", _F, "FSMendDate", "end of free school meals"),
    error(
        "T0305",
        _F,
        "FSMendDate FSMstartDate",
        day("FSMendDate") < day("FSMstartDate"),
        "Free school meals end before they start.",
        "Correct the dates in the MIS.",
    ),
    coded("T0306", _F, "UKcountry", "country of the free school meals", "uk_country"),
    error(
        "T0307",
        _F,
        "FSMendDate",
        absent("FSMendDate") & (pl.col("FSMendDate").is_null().sum().over("pid", "UKcountry") > 1),
        "Two times with free school meals in one country are both without an end.",
        "Enter the end of the earlier one.",
    ),
    query(
        "T0308",
        _F,
        "FSMstartDate",
        day("FSMstartDate") > setting("census_day"),
        "Free school meals start after the day the file was made.",
        "Check the date.",
    ),
]

_NEEDS: Final[list[Rule]] = [
    needed("T0321", _S, "StartDate", "day the SEN provision starts"),
    dated("T0322", _S, "StartDate", "day the SEN provision starts"),
    dated("T0323", _S, "EndDate", "day the SEN provision ends"),
    error(
        "T0324",
        _S,
        "EndDate StartDate",
        day("EndDate") < day("StartDate"),
        "The SEN provision ends before it starts.",
        "Correct the dates in the MIS.",
    ),
    needed("T0325", _S, "SENprovision", "SEN provision"),
    coded("T0326", _S, "SENprovision", "SEN provision", "sen_provision", on="StartDate"),
    error(
        "T0327",
        _S,
        "StartDate",
        repeated("StartDate", within="pid"),
        "Two SEN provisions of one pupil start on the same day.",
        "Keep the one that holds.",
    ),
    coded("T0331", _N, "SENtype", "type of SEN", "sen_type"),
    coded("T0332", _N, "SENtypeRank", "rank of the SEN type", "sen_rank"),
    error(
        "T0333",
        _N,
        "SENtypeRank",
        repeated("SENtypeRank", within="pid"),
        "Two types of SEN of one pupil have the same rank.",
        "Rank them: 1 for the primary need, 2 for the second.",
    ),
    error(
        "T0334",
        _N,
        "SENtype",
        repeated("SENtype", within="pid"),
        "The same type of SEN stands twice for one pupil.",
        "Keep one of the two.",
    ),
    query(
        "T0335",
        "pupil",
        "",
        (count("sen_latest").is_in(["K", "E"])) & (count("sen_needs") == 0),
        "The pupil has SEN provision, and no type of need is told.",
        "Enter the pupil's primary need: the receiver plans from it.",
    ),
    query(
        "T0336",
        "pupil",
        "",
        (count("sen_latest") == "N") & (count("sen_needs") > 0),
        "The pupil has no SEN provision now, and a type of need is told.",
        "Check which of the two holds.",
    ),
]

_PLACES: Final[list[Rule]] = [
    query(
        "T0401",
        "pupil",
        "",
        _FULL & (count("places") == 0),
        "A full file that does not say where the pupil was.",
        "Let the file hold the pupil's school history.",
    ),
    patterned("T0402", _H, "LEA", "local authority number", r"^\d{3}$", "three digits"),
    patterned("T0403", _H, "Estab", "establishment number", r"^\d{4}$", "four digits"),
    patterned("T0404", _H, "URN", "URN", URN_PATTERN, "six digits"),
    needed("T0405", _H, "EntryDate", "date of entry", severity="query"),
    dated("T0406", _H, "EntryDate", "date of entry"),
    dated("T0407", _H, "LeavingDate", "date of leaving"),
    error(
        "T0408",
        _H,
        "LeavingDate EntryDate",
        day("LeavingDate") < day("EntryDate"),
        "The pupil left before the date of entry.",
        "Correct the dates in the MIS.",
    ),
    truth("T0409", _H, "LastSchool", "sign of the last establishment"),
    error(
        "T0410",
        _H,
        "LastSchool",
        flag("LastSchool") & (flag("LastSchool").sum().over("pid") > 1),
        "More than one establishment is said to be the last.",
        "Keep the sign on the one the pupil leaves.",
    ),
    query(
        "T0411",
        _H,
        "LastSchool Estab",
        flag("LastSchool") & (text("LEA") + text("Estab") != text("header.LEA") + text("header.Estab")),
        "The last establishment is not the sender of the file.",
        "Check the sign, and whether the file is for you to send.",
    ),
    query(
        "T0412",
        _H,
        "EntryDate",
        day("EntryDate") < day("pupil.DOB"),
        "The pupil entered before the date of birth.",
        "Correct the date of entry, or the date of birth.",
    ),
    query(
        "T0413",
        _H,
        "LeavingDate",
        day("LeavingDate") > setting("census_day"),
        "The pupil leaves after the day the file was made.",
        "Send the file again when the pupil has left, if anything changes; nobody is taken off roll by it.",
    ),
    query(
        "T0414",
        _H,
        "LeavingDate",
        flag("LastSchool") & (threshold("ctf_days_latest") + _SUMMER < _SINCE),
        "The file was made more than 15 school days after the pupil left.",
        "Send the file of a leaver within 15 school days.",
        source=_DUE,
    ),
    query(
        "T0415",
        _H,
        "LeavingDate",
        flag("LastSchool") & (_TO == "XXXXXXX") & (threshold("ctf_lost_days_earliest") > _SINCE),
        "The pupil is told as lost before 15 school days have gone by without contact.",
        "Search on, and tell the local authority; send the file to XXXXXXX after 15 school days.",
        source="after 15 school days without contact, DfE's overview of S2S [V]; in calendar days by us [K]",
    ),
    needed(
        "T0416",
        _H,
        "LeavingDate",
        "date of leaving",
        flag("LastSchool") & _TO.is_in(["XXXXXXX", "MMMMMMM"]),
        "for a pupil with no next establishment in the system",
    ),
    query(
        "T0417",
        _H,
        "LEA Estab",
        given("Estab") & absent("LEA"),
        "An establishment number without its local authority.",
        "Give both: numbers of establishments are given anew in each local authority.",
    ),
]

RULES: Final[list[Rule]] = [*_MEALS, *_NEEDS, *_PLACES]
