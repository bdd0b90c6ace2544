# ruff: noqa: PLR0917 - a rule is a row of a table
"""The return as a whole: what is unusual in its counts, and against the last census and capacity."""

from __future__ import annotations

from typing import Final

import polars as pl

from concord.core.rules.columns import count, previous, threshold
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import Told, error, query

_R: Final = "return"
_ALL: Final = ("NS", "PS", "MP", "MS", "SS", "AT", "SP", "PR")
_MAINSTREAM: Final = ("PS", "MP", "MS", "SS", "AT")
_PRIMARY: Final = ("PS", "MP", "AT")
_NOTES: Final = "DfE notepad entries 2016 [V]"
_MANY: Final = 20


def _share(part: str, whole: str) -> pl.Expr:
    """A part of a whole, per cent; null where the whole is nothing."""
    return pl.when(count(whole) > 0).then(count(part) * 100 / count(whole))


def _whole(code: str, broken: pl.Expr, message: str, advice: str, more: Told, dfe_rule: str | None = None) -> Rule:
    told: Told = {"level": "return", **more}
    if dfe_rule:
        told["dfe_rule"] = dfe_rule
    return query(code, _R, "", broken, message, advice, **told)


_SHARES: Final = [
    _whole(
        "1750Q",
        (_share("fsm_any", "on_roll") > threshold("fsm_share_highest")) & (count("on_roll") >= _MANY),
        "A high share of the pupils has been eligible for free school meals since the last census.",
        "Check the free-meal periods; explain it where the share is right.",
        {"source": _NOTES},
        "1750Q",
    ),
    _whole(
        "1751Q",
        (_share("reception_fsm", "reception") > threshold("fsm_share_of_year_highest")) & (count("reception") >= 10),
        "A high share of reception is eligible for free school meals.",
        "Infants' meals without an income test are not free-meal periods: check them.",
        {"source": _NOTES},
        "1751Q",
    ),
    _whole(
        "1752Q",
        (_share("year_1_fsm", "year_1") > threshold("fsm_share_of_year_highest")) & (count("year_1") >= 10),
        "A high share of year 1 is eligible for free school meals.",
        "Infants' meals without an income test are not free-meal periods: check them.",
        {"source": _NOTES},
        "1752Q",
    ),
    _whole(
        "1760Q",
        (count("fsm_any") == 0) & (count("on_roll") >= _MANY),
        "No pupil was eligible for free school meals since the last census.",
        "Check that the free-meal periods are in the MIS; explain it where there are none.",
        {"source": _NOTES},
        "1760Q",
    ),
    _whole(
        "1780Q",
        (count("yssa_expected") > 0) & (count("yssa_given") == 0),
        "No pupil has an answer about sharing data with youth support services.",
        "Enter the answers of the parents and pupils, or that none was sought.",
        {"source": _NOTES},
        "1780Q",
    ),
    _whole(
        "1850Q",
        (_share("language_unknown", "aged_5") > threshold("language_unknown_highest")) & (count("aged_5") >= _MANY),
        "The first language is not known for a high share of the pupils aged 5 and over.",
        "Ask the parents again.",
        {"source": _NOTES},
        "1850Q",
    ),
    _whole(
        "1870Q",
        (_share("sole", "on_roll") < threshold("sole_share_lowest")) & (count("on_roll") >= _MANY),
        "A low share of the pupils is registered at this establishment only.",
        "Check the enrolment statuses; explain it where many are dually registered.",
        {"source": _NOTES, "phases": _MAINSTREAM},
        "1870Q",
    ),
    _whole(
        "1877Q",
        (_share("infants_lunch", "infants") > threshold("lunch_share_highest")) & (count("infants") >= _MANY),
        "Nearly every infant is recorded as having had a school lunch on census day.",
        "Check the meals served on census day against the register; explain it where the number is right.",
        {"source": _NOTES},
        "1877Q",
    ),
    _whole(
        "C2001",
        (count("infants_lunch") == 0) & (count("infants") >= 10),
        "No infant is recorded as having had a school lunch on census day.",
        "Enter the meals of census day in the MIS and make the return again.",
        {"phases": _PRIMARY},
    ),
    _whole(
        "C2002",
        (_share("sen", "on_roll") > threshold("sen_share_highest")) & (count("on_roll") >= _MANY),
        "A high share of the pupils has special educational needs.",
        "Check the provision; explain it where the share is right.",
        {"phases": _MAINSTREAM},
    ),
    _whole(
        "C2003",
        (count("sen") == 0) & (count("on_roll") >= _MANY),
        "No pupil has special educational needs.",
        "Check that the provision is in the MIS; explain it where there is none.",
        {"phases": _MAINSTREAM},
    ),
    _whole(
        "C2004",
        (count("sen_plan") == 0) & (count("on_roll") >= 100),
        "No pupil has an education, health and care plan.",
        "Check that the plans are in the MIS; explain it where there is none.",
        {"phases": _MAINSTREAM},
    ),
    _whole(
        "C2005",
        (_share("ethnicity_unknown", "aged_5") > threshold("ethnicity_unknown_highest")) & (count("aged_5") >= _MANY),
        "The ethnicity of a high share of the pupils is refused or not obtained.",
        "Ask the parents again.",
        {"terms": ("SPR",)},
    ),
    _whole(
        "C2006",
        (_share("temporary_upns", "on_roll") > threshold("temporary_upn_highest")) & (count("on_roll") >= _MANY),
        "A high share of the UPNs is temporary.",
        "Ask the former schools for the UPNs of the pupils who joined.",
        {},
    ),
    _whole(
        "C2007",
        (_share("part_time", "on_roll") > threshold("part_time_highest")) & (count("on_roll") >= _MANY),
        "A high share of the pupils is part-time.",
        "Check the part-time indicators.",
        {"phases": ("MP", "MS", "SS", "SP")},
    ),
    _whole(
        "C2008",
        (_share("without_address", "on_roll") > threshold("address_missing_highest")) & (count("on_roll") >= _MANY),
        "A high share of the pupils has no address.",
        "Check that addresses are included when the return is made.",
        {},
    ),
    _whole(
        "C2009",
        (count("young_carer_given") > 0) & (count("young_carers") == 0) & (count("on_roll") >= 100),
        "Not one pupil is returned as a young carer.",
        "Check that the indicator is kept in the MIS; explain it where there is none.",
        {"terms": ("SPR",), "phases": ("MS", "SS", "AT")},
    ),
    _whole(
        "C2010",
        (count("top_up") == 0) & (count("on_roll") >= _MANY),
        "No pupil of a special school or alternative provision has top-up funding.",
        "Check the indicator in the MIS.",
        {"phases": ("SP", "PR")},
    ),
    _whole(
        "C2011",
        (pl.min_horizontal(count("boys"), count("girls")) * 20 < pl.max_horizontal(count("boys"), count("girls")))
        & (pl.min_horizontal(count("boys"), count("girls")) > 0)
        & (count("on_roll") >= 100),
        "Fewer than one pupil in twenty is of one sex.",
        "Check the sex of these pupils: in a school for one sex it may be wrong.",
        {"phases": ("PS", "MP", "MS", "AT")},
    ),
]

_PARTS: Final = [
    error(
        "C2020",
        _R,
        "",
        count("on_roll") == 0,
        "The return has no pupil on roll.",
        "Make the return again: the roll was not included.",
        level="return",
    ),
    _whole(
        "C2021",
        (count("left") == 0) & (count("on_roll") >= 100),
        "No pupil has left since the dates of this census.",
        "Check that leavers are included when the return is made.",
        {"phases": _MAINSTREAM},
    ),
    _whole(
        "C2022",
        (count("all_suspensions") + count("all_permanent") == 0) & (count("on_roll") >= 200),
        "A secondary return without any suspension or exclusion.",
        "Check that they are included when the return is made; explain it where there were none.",
        {"phases": ("MS", "SS", "AT")},
    ),
    _whole(
        "C2023",
        (count("attendance_given") == 0) & (count("attendance_expected") > 0),
        "The return has no attendance at all.",
        "Include attendance when the return is made.",
        {"phases": ("PS", "MP", "MS", "SS", "AT", "SP", "PR")},
    ),
    _whole(
        "C2024",
        (count("all_absent") * 100 < count("possible") * threshold("absence_lowest")) & (count("possible") >= 2000),
        "Hardly any absence in the term before.",
        "Check that the marks of the whole term are in the MIS.",
        {"phases": _MAINSTREAM},
    ),
    _whole(
        "C2025",
        (count("all_absent") * 100 > count("possible") * threshold("absence_highest")) & (count("possible") >= 2000),
        "A very high rate of absence in the term before.",
        "Check the marks; explain it where the rate is right.",
        {"phases": _MAINSTREAM},
    ),
    _whole(
        "C2026",
        (count("all_n") * 100 > count("all_absent") * threshold("n_share_highest")) & (count("all_absent") >= 100),
        "Many absences are still marked N, the reason not established.",
        "Settle the marks before the return is made again.",
        {},
    ),
    _whole(
        "C2027",
        (count("classes") == 0) & (count("infants") > 0),
        "A primary return without classes.",
        "Enter the classes as taught at the selected time.",
        {"terms": ("SPR",), "phases": ("PS", "MP", "AT")},
    ),
    _whole(
        "C2028",
        count("class_pupils") > count("on_roll") * 1.05 + 5,
        "The pupils of the classes are more than the pupils on roll.",
        "Check the numbers in the classes.",
        {"terms": ("SPR",)},
    ),
    _whole(
        "C2029",
        (count("subsidiary") == count("on_roll")) & (count("on_roll") > 0),
        "Every pupil is a subsidiary registration.",
        "Check the enrolment statuses.",
        {},
    ),
    _whole(
        "C2030",
        (_share("no_year", "on_roll") > threshold("no_year_highest")) & (count("on_roll") >= _MANY),
        "A high share of the pupils follows no year group.",
        "Give the year groups of the pupils.",
        {"phases": _MAINSTREAM},
    ),
    _whole(
        "C2031",
        (count("nursery") > 0) & (count("nursery") * 2 > count("on_roll")),
        "More than half of the roll of a school is of nursery age.",
        "Check the year groups, and the phase of the establishment.",
        {"phases": ("PS",)},
    ),
    _whole(
        "C2032",
        (count("all_admissions") == 0) & (count("on_roll") > 0),
        "Alternative provision without any admission details.",
        "Enter the admission of each pupil.",
        {"phases": ("PR",)},
    ),
]

_COMPARED: Final = (
    ("C2040", "on_roll", "on_roll_change", 20, "the number of pupils on roll", _ALL),
    ("C2041", "fsm", "fsm_change", 10, "the number of pupils eligible for free school meals", _ALL),
    ("C2042", "sen_support", "sen_change", 10, "the number of pupils with SEN support", _ALL),
    ("C2043", "sen_plan", "sen_change", 5, "the number of pupils with a plan", _ALL),
    ("C2044", "part_time", "count_change", 10, "the number of part-time pupils", _ALL),
    ("C2045", "subsidiary", "count_change", 10, "the number of subsidiary registrations", _ALL),
    ("C2046", "looked_after_before", "count_change", 5, "the number of pupils once looked after", _ALL),
    ("C2047", "service", "count_change", 10, "the number of service children", _ALL),
    ("C2048", "all_suspensions", "suspension_change", 20, "the number of suspensions", _ALL),
    ("C2049", "sixth_form", "count_change", 20, "the number of pupils in the sixth form", ("SS", "AT", "SP")),
    ("C2050", "nursery", "count_change", 10, "the number of children in the nursery", ("NS", "PS", "AT")),
    ("C2051", "boarders", "count_change", 5, "the number of boarders", _ALL),
    ("C2052", "eal", "count_change", 10, "the number of pupils whose first language is other than English", _ALL),
    ("C2053", "all_ap", "count_change", 5, "the number of alternative placements", _ALL),
)

_CHANGED: Final = [
    _whole(
        code,
        ((count(name) - previous(name)).abs() > least)
        & (
            (count(name) - previous(name)).abs() * 100
            > pl.max_horizontal(previous(name), pl.lit(1.0)) * threshold(limit)
        ),
        f"Since the last census, {words} has changed much: from {{previous.{name}}} to {{count.{name}}}.",
        "Check it in the MIS; explain it where the change is right.",
        {"phases": () if phases is _ALL else phases},
    )
    for code, name, limit, least, words, phases in _COMPARED
]

_AROUND: Final = [
    _whole(
        "C2060",
        count("own") > pl.col("capacity") * 1.1,
        "There are more pupils on roll than the establishment has capacity for, by more than a tenth.",
        "Check the roll; tell the local authority where the capacity has changed.",
        {},
    ),
    _whole(
        "C2061",
        (count("own") * 2 < pl.col("capacity")) & (count("own") > 0),
        "Fewer pupils are on roll than half of the capacity.",
        "Check that the whole roll is in the return; explain it where the school is that empty.",
        {"phases": _MAINSTREAM},
    ),
    _whole(
        "C2062",
        (previous("fsm_any") > 0) & (count("fsm_any") == 0),
        "The last census had pupils eligible for free school meals, and this one has none.",
        "Check that the free-meal periods are included when the return is made.",
        {},
    ),
    _whole(
        "C2063",
        (previous("sen") > 0) & (count("sen") == 0),
        "The last census had pupils with special educational needs, and this one has none.",
        "Check that the provision is included when the return is made.",
        {},
    ),
    _whole(
        "C2064",
        (previous("all_suspensions") > 5) & (count("all_suspensions") == 0),
        "The last census had suspensions, and this one has none.",
        "Check that suspensions are included when the return is made.",
        {},
    ),
    _whole(
        "C2065",
        (previous("left") > 0) & (count("left") == 0) & (count("on_roll") >= 100),
        "The last census had pupils who had left, and this one has none.",
        "Check that leavers are included when the return is made.",
        {},
    ),
]

RULES: Final[list[Rule]] = [*_SHARES, *_PARTS, *_CHANGED, *_AROUND]
