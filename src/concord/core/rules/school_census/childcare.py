"""Childcare that the establishment offers or signposts (spring)."""

from __future__ import annotations

from typing import Final

from concord.core.rules.columns import absent, given, number, repeated, text
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, error, needed, patterned, query, unasked, whole

_C: Final = "childcare"
_SPR: Final = ("SPR",)
_HOUR: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
_CODED: Final = (
    ("C1801", "TypeOfChildcare", "type of childcare", "childcare_type"),
    ("C1802", "OnSite", "answer whether childcare is on site", "yes_no"),
    ("C1803", "ChildcareProvider", "provider of childcare", "childcare_provider"),
    ("C1804", "OtherSchools", "answer whether other schools use the childcare", "yes_no_unknown"),
    ("C1805", "ChildcareSignposting", "signposting of childcare", "childcare_signposting"),
    ("C1806", "ChildcarePlacesAvailability", "answer whether places are available", "childcare_answer"),
    ("C1807", "ChildcareBefore8am", "answer about childcare before 8 am", "childcare_answer"),
    ("C1808", "ChildcareUntil6pm", "answer about childcare until 6 pm", "childcare_answer"),
    ("C1809", "ChildcareCovers8amTo6pm", "answer about childcare from 8 am to 6 pm", "childcare_cover"),
    ("C1810", "HolidayChildcareProviderHours", "answer about the hours of holiday childcare", "childcare_answer"),
)

RULES: Final[list[Rule]] = [
    *(coded(code, _C, item, label, code_set, terms=_SPR) for code, item, label, code_set in _CODED),
    needed("C1811", _C, "TypeOfChildcare", "type of childcare", terms=_SPR),
    patterned(
        "C1812", _C, "OpeningTime", "opening time of the childcare", _HOUR, "a time from 00:00 to 23:59", terms=_SPR
    ),
    patterned(
        "C1813", _C, "ClosingTime", "closing time of the childcare", _HOUR, "a time from 00:00 to 23:59", terms=_SPR
    ),
    whole("C1814", _C, "NoOfChildcarePlaces", "number of childcare places", 0, 9999, terms=_SPR),
    whole("C1815", _C, "ChildcareWksOpen", "weeks a year of the childcare", 1, 52, terms=_SPR),
    error(
        "C1816",
        _C,
        "ClosingTime OpeningTime",
        text("ClosingTime") <= text("OpeningTime"),
        "The childcare closes before it opens.",
        "Correct the times in the MIS.",
        terms=_SPR,
    ),
    query(
        "C1817",
        _C,
        "TypeOfChildcare OpeningTime",
        (text("TypeOfChildcare") == "B") & (text("OpeningTime") > "09:00"),
        "Childcare before school opens after nine in the morning.",
        "Check the type of childcare and its times.",
        terms=_SPR,
    ),
    query(
        "C1818",
        _C,
        "TypeOfChildcare ClosingTime",
        (text("TypeOfChildcare") == "A") & (text("ClosingTime") < "15:00"),
        "Childcare after school closes before three in the afternoon.",
        "Check the type of childcare and its times.",
        terms=_SPR,
    ),
    query(
        "C1819",
        _C,
        "NoOfChildcarePlaces OnSite",
        (text("OnSite") == "Y") & absent("NoOfChildcarePlaces"),
        "Childcare on site without a number of places.",
        "Enter the number of places.",
        terms=_SPR,
    ),
    query(
        "C1820",
        _C,
        "TypeOfChildcare ChildcareProvider",
        repeated("TypeOfChildcare", "ChildcareProvider", "OnSite"),
        "The same childcare stands twice.",
        "Keep one of the two.",
        terms=_SPR,
    ),
    query(
        "C1821",
        _C,
        "ChildcareWksOpen TypeOfChildcare",
        (text("TypeOfChildcare") == "H") & (number("ChildcareWksOpen") > 16),
        "Holiday childcare is open in more weeks than there are school holidays.",
        "Check the number of weeks.",
        terms=_SPR,
    ),
    unasked("C1822", _C, "TypeOfChildcare OnSite ChildcareProvider", "record of childcare", terms=("AUT", "SUM")),
    query(
        "C1823",
        _C,
        "OpeningTime ClosingTime",
        given("OpeningTime") & absent("ClosingTime"),
        "The childcare has an opening time and no closing time.",
        "Enter the closing time.",
        terms=_SPR,
    ),
]
