"""Special schools: organisation, places, ages, needs provided for (spring)."""

from __future__ import annotations

from typing import Final

import polars as pl

from concord.core.rules.columns import given, number, repeated, text
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, error, needed, query, unasked, whole

_S: Final = "school"
_N: Final = "special_provision"
_SPR: Final = ("SPR",)
_SP: Final = ("SP",)
_NUMBERS: Final = (
    ("C1902", "MaxDayPupils", "most day pupils", 0, 9999),
    ("C1903", "MaxBoarders", "most boarders", 0, 9999),
    ("C1904", "MinMaleAge", "lowest age of boys", 2, 15),
    ("C1905", "MaxMaleAge", "highest age of boys", 2, 25),
    ("C1906", "MinFemaleAge", "lowest age of girls", 2, 15),
    ("C1907", "MaxFemaleAge", "highest age of girls", 2, 25),
)
_PLACES: Final = "Check the special school screen of the MIS against the approval of the school."


def _ages(code: str, sex: str, words: str) -> Rule:
    low, high = f"Min{sex}Age", f"Max{sex}Age"
    broken = number(low) > number(high)
    return error(
        code,
        _S,
        f"{low} {high}",
        broken,
        f"The lowest age of {words} is above the highest.",
        _PLACES,
        terms=_SPR,
        phases=_SP,
    )


RULES: Final[list[Rule]] = [
    coded(
        "C1901",
        _S,
        "Accommodation",
        "organisation of the special school",
        "special_school_organisation",
        terms=_SPR,
        phases=_SP,
    ),
    *(whole(code, _S, item, label, low, high, terms=_SPR, phases=_SP) for code, item, label, low, high in _NUMBERS),
    needed("C1908", _S, "Accommodation", "organisation of the special school", terms=_SPR, phases=_SP),
    _ages("C1909", "Male", "boys"),
    _ages("C1910", "Female", "girls"),
    error(
        "C1911",
        _S,
        "MaxBoarders Accommodation",
        (text("Accommodation") == "D") & (number("MaxBoarders") > 0),
        "A day school with places for boarders.",
        _PLACES,
        terms=_SPR,
        phases=_SP,
    ),
    query(
        "C1912",
        _S,
        "MaxDayPupils",
        pl.col("return.count.on_roll") > number("MaxDayPupils") + number("MaxBoarders").fill_null(0),
        "More pupils on roll than the special school has places.",
        _PLACES,
        terms=_SPR,
        phases=_SP,
    ),
    error(
        "C1913",
        _S,
        "Accommodation",
        (text("Accommodation") == "D") & (pl.col("return.count.boarders") > 0),
        "A day school with pupils who board.",
        "Check the organisation of the school, and the boarder indicators of the pupils.",
        terms=_SPR,
        phases=_SP,
    ),
    needed("C1914", _N, "SpecialSchoolType", "need provided for", terms=_SPR, phases=_SP),
    coded("C1915", _N, "SpecialSchoolType", "need provided for", "special_school_type", terms=_SPR, phases=_SP),
    error(
        "C1916",
        _N,
        "SpecialSchoolType",
        repeated("SpecialSchoolType"),
        "The same need stands twice.",
        "Keep one of the two.",
        terms=_SPR,
        phases=_SP,
    ),
    error(
        "C1917",
        _S,
        "Accommodation",
        pl.col("return.count.special_provisions") == 0,
        "The special school names no need it provides for.",
        _PLACES,
        terms=_SPR,
        phases=_SP,
    ),
    query(
        "C1918",
        _S,
        "Accommodation MaxDayPupils MaxBoarders",
        pl.any_horizontal(given(item) for item in ("Accommodation", "MaxDayPupils", "MaxBoarders")),
        "A description of a special school in the return of an establishment that is not one.",
        "Clear the special school screen, or correct the phase.",
        terms=_SPR,
        phases=("NS", "PS", "MP", "MS", "SS", "AT", "PR"),
    ),
    unasked(
        "C1919",
        _S,
        "Accommodation MaxDayPupils MaxBoarders MinMaleAge MaxMaleAge MinFemaleAge MaxFemaleAge",
        "description of a special school",
        terms=("AUT", "SUM"),
    ),
]
