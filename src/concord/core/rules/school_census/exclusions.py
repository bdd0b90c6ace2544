"""Suspensions and permanent exclusions of the two terms before."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from concord.core.rules.columns import (
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
from concord.core.rules.shapes import coded, dated, error, needed, query, whole

_E: Final = "exclusion"
_SUSPENDED: Final = text("Category").is_in(["SUSP", "FIXD"])
_REASONS: Final = ("Reason1", "Reason2", "Reason3")
_ORDINAL: Final = {"Reason1": "first", "Reason2": "second", "Reason3": "third"}
_FIXED: Final = "told by a supplier [V]"
_NO_OTHER: Final = date(2020, 7, 31)
_RECORD: Final = "Check the record of the suspension or exclusion in the MIS."

RULES: Final[list[Rule]] = [
    needed("C1201", _E, "Category", "category of the exclusion"),
    coded("C1202", _E, "Category", "category of the exclusion", "exclusion_category", None, "StartDate"),
    needed("C1203", _E, "StartDate", "start date of the exclusion"),
    dated("C1204", _E, "StartDate", "start date of the exclusion"),
    *(
        coded(
            code,
            _E,
            item,
            f"{_ORDINAL[item]} reason for the exclusion",
            "exclusion_reason",
            text(item) != "OT",
            "StartDate",
        )
        for code, item in zip(("C1205", "C1206", "C1207"), _REASONS, strict=True)
    ),
    coded(
        "C1208",
        _E,
        "SENprovision",
        "special educational needs provision at the exclusion",
        "sen_provision",
        None,
        "StartDate",
    ),
    needed("C1209", _E, "SENprovision", "special educational needs provision at the exclusion"),
    whole(
        "C1210",
        _E,
        "Sessions",
        "number of sessions of the suspension",
        1,
        90,
        source="45 school days a year at most [V]",
    ),
    error(
        "C1211",
        _E,
        "Sessions",
        _SUSPENDED & absent("Sessions"),
        "The suspension has no number of sessions.",
        "Enter how many sessions (half days) the pupil was suspended for.",
    ),
    error(
        "C1212",
        _E,
        "Sessions",
        (text("Category") == "PERM") & (number("Sessions") > 0),
        "A permanent exclusion has a number of sessions.",
        "Sessions belong to suspensions: clear them.",
    ),
    error(
        "2280",
        _E,
        "Reason1",
        (day("StartDate") > _NO_OTHER) & given("Category") & pl.all_horizontal(absent(item) for item in _REASONS),
        "The exclusion has no reason.",
        "Enter at least one of up to three reasons.",
        dfe_rule="2280",
        source=f"DfE rule 2280, {_FIXED}",
    ),
    error(
        "2265",
        _E,
        "Reason1",
        pl.any_horizontal(text(item) == "OT" for item in _REASONS) & (day("StartDate") > _NO_OTHER),
        "The reason 'other' is used for an exclusion that started after 31 July 2020.",
        "Choose the reason that describes what happened.",
        dfe_rule="2265",
        source=f"DfE rule 2265, {_FIXED}",
    ),
    error(
        "2290",
        _E,
        "StartDate",
        (text("Category") == "PERM")
        & ~day("StartDate").is_between(setting("exclusions_from"), setting("exclusions_to")),
        "The permanent exclusion started outside the dates of this census.",
        "Correct the date, or leave the exclusion out: it was or will be sent in another census.",
        dfe_rule="2290",
        source=f"DfE rule 2290, {_FIXED}",
    ),
    error(
        "C1213",
        _E,
        "StartDate",
        _SUSPENDED & ~day("StartDate").is_between(setting("exclusions_from"), setting("exclusions_to")),
        "The suspension started outside the dates of this census.",
        "Correct the date, or leave the suspension out: it was or will be sent in another census.",
    ),
    error(
        "C1214",
        _E,
        "StartDate",
        day("StartDate") < day("pupil.EntryDate"),
        "The exclusion started before the pupil entered.",
        _RECORD,
    ),
    error(
        "C1215",
        _E,
        "StartDate",
        day("StartDate") > day("pupil.LeavingDate"),
        "The exclusion started after the pupil left.",
        _RECORD,
    ),
    error(
        "C1216",
        _E,
        "StartDate Category",
        repeated("StartDate", "Category", within="pid"),
        "The same exclusion stands twice.",
        "Keep one of the two.",
    ),
    error(
        "C1217",
        _E,
        "Reason2",
        (absent("Reason1") & (given("Reason2") | given("Reason3"))) | (absent("Reason2") & given("Reason3")),
        "The reasons are not given from the first on.",
        "Move the reasons up, so that the first is the main one.",
    ),
    error(
        "C1218",
        _E,
        "Reason2 Reason3",
        (text("Reason1") == text("Reason2"))
        | (text("Reason2") == text("Reason3"))
        | (text("Reason1") == text("Reason3")),
        "The same reason stands twice for one exclusion.",
        "Keep it once, and add another only where there was one.",
    ),
    query(
        "C1220",
        "pupil",
        "",
        (count("suspended_sessions_this_year") > threshold("suspended_sessions_in_a_year"))
        | (count("suspended_sessions_last_year") > threshold("suspended_sessions_in_a_year")),
        "The pupil is suspended for more than 45 school days of one school year.",
        "Check the numbers of sessions: more than 45 days in a year are not lawful.",
        source="45 school days in a school year at most [V]",
    ),
    query(
        "C1221",
        "pupil",
        "",
        ON_ROLL & (count("permanent") > 0),
        "The pupil was permanently excluded and is still on roll.",
        "Explain it while the exclusion is under review; take the pupil off roll when it stands.",
    ),
    error(
        "C1222",
        "pupil",
        "",
        count("permanent") > 1,
        "The pupil was permanently excluded more than once.",
        "Keep the exclusion that stands.",
    ),
    query(
        "C1223",
        _E,
        "StartDate",
        age("pupil.DOB") < 5,
        "A child under five was suspended or excluded.",
        _RECORD,
    ),
    query(
        "C1224",
        _E,
        "StartDate",
        day("StartDate").dt.weekday() >= 6,
        "The exclusion started on a Saturday or Sunday.",
        "Enter the first school day of the exclusion.",
    ),
    query(
        "C1225",
        _E,
        "StartDate",
        (_SUSPENDED & (day("StartDate").dt.offset_by("1d") > pl.col("pupil.count.last_permanent"))).fill_null(False),
        "A suspension started on or after the pupil's permanent exclusion.",
        _RECORD,
    ),
    query(
        "C1226",
        _E,
        "SENprovision",
        (text("SENprovision") == "N") & (text("pupil.SENprovision") == "E"),
        "The pupil has a plan now, and no special educational need at the exclusion.",
        "Explain it where the plan came later.",
    ),
    query(
        "C1227",
        _E,
        "Sessions",
        _SUSPENDED & (number("Sessions") > threshold("long_suspension_sessions")),
        "A single suspension of more than fifteen school days.",
        "Check the number: it counts half days. Governors must consider a suspension of over fifteen days in a term.",
    ),
]
