"""Free school meals: the periods of eligibility of each pupil."""

from __future__ import annotations

from typing import Final

import polars as pl

from concord.core.rules.columns import absent, age, day, given, repeated, setting, text
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, dated, error, needed, query

_F: Final = "fsm_period"
_SUPPLIER: Final = "told by a supplier [V]"
_LAST: Final = day("FSMendDate").fill_null(pl.date(9999, 12, 31))
_SAME: Final = ["pid", "UKcountry"]
_BEFORE: Final = _LAST.shift(1).cum_max().over(_SAME, order_by="FSMstartDate@day")

RULES: Final[list[Rule]] = [
    needed("C0601", _F, "FSMstartDate", "start of the free-meal period"),
    dated("C0602", _F, "FSMstartDate", "start of the free-meal period"),
    dated("C0603", _F, "FSMendDate", "end of the free-meal period"),
    needed("C0604", _F, "UKcountry", "country of the free-meal period"),
    coded("C0605", _F, "UKcountry", "country of the free-meal period", "uk_country"),
    error(
        "C0606",
        _F,
        "FSMendDate FSMstartDate",
        day("FSMendDate") < day("FSMstartDate"),
        "The free-meal period ends before it starts.",
        "Correct the dates of the period in the MIS.",
    ),
    error(
        "1762",
        _F,
        "FSMstartDate",
        day("FSMstartDate") > setting("census_day"),
        "The free-meal period starts after census day.",
        "Correct the start; a period that truly starts later belongs in the next census.",
        dfe_rule="1762",
        source=f"DfE rule 1762, {_SUPPLIER}",
    ),
    error(
        "1763",
        _F,
        "FSMendDate",
        ~day("FSMendDate").is_between(setting("fsm_from"), setting("fsm_to")),
        "The free-meal period ended outside the dates of this census.",
        "Periods that had ended by the last census day are not sent again; one that ends later has no end yet.",
        dfe_rule="1763",
        source=f"DfE rule 1763, {_SUPPLIER}",
    ),
    error(
        "C0607",
        _F,
        "FSMstartDate FSMendDate",
        (day("FSMstartDate") <= _BEFORE).fill_null(False),
        "Two free-meal periods of one pupil in one country overlap.",
        "Join the periods, or end the first before the second starts.",
    ),
    error(
        "C0608",
        _F,
        "FSMstartDate",
        repeated("FSMstartDate", "UKcountry", within="pid"),
        "The same free-meal period stands twice.",
        "Keep one of the two.",
    ),
    error(
        "C0609",
        _F,
        "FSMstartDate",
        day("FSMstartDate") < day("pupil.DOB"),
        "The free-meal period starts before the pupil was born.",
        "Correct the start of the period or the date of birth.",
    ),
    query(
        "C0610",
        _F,
        "FSMstartDate",
        given("FSMstartDate") & (age("pupil.DOB") < 2),
        "A free-meal period for a child under two.",
        "Check the date of birth and the period.",
    ),
    query(
        "C0611",
        _F,
        "FSMendDate UKcountry",
        (text("UKcountry") != "ENG") & absent("FSMendDate"),
        "A free-meal period in another country has no end, and the pupil is on roll here.",
        "Eligibility elsewhere ends when the pupil enters a school in England: give the period its end.",
    ),
    error(
        "C0612",
        _F,
        "FSMstartDate",
        (text("pupil.Roll") == "off") & given("FSMstartDate"),
        "A free-meal period is recorded for a pupil who is no longer on roll.",
        "Periods are collected for pupils on roll only.",
    ),
]
