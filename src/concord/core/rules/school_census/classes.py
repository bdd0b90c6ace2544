"""Classes as taught at the selected time (spring), in schools with infants or juniors."""

from __future__ import annotations

from typing import Final

import polars as pl

from concord.core.rules.columns import absent, given, number, order, repeated, text, threshold
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, error, needed, query, unasked, whole

_C: Final = "class"
_SPR: Final = ("SPR",)
_EXCEPTIONS: Final = tuple(f"Exception{letter}" for letter in "ABCDEFGH")
_excepted: Final = pl.sum_horizontal(number(item).fill_null(0) for item in _EXCEPTIONS)
_pupils: Final = number("HomePupils").fill_null(0) + number("GuestPupils").fill_null(0)
_INFANT: Final = (text("KeyStage") == "1") | text("YearGroup").is_in(["R", "1", "2"])
_TIME: Final = "Check what was taught at the selected time in the class."

RULES: Final[list[Rule]] = [
    needed("C1701", _C, "ClassName", "name of the class", terms=_SPR),
    needed("C1702", _C, "Teachers", "number of teachers", terms=_SPR),
    whole("C1703", _C, "Teachers", "number of teachers", 0, 99, terms=_SPR),
    whole("C1704", _C, "NonTeachers", "number of other adults", 0, 99, terms=_SPR),
    needed("C1705", _C, "HomePupils", "number of pupils of the school in the class", terms=_SPR),
    whole("C1706", _C, "HomePupils", "number of pupils of the school in the class", 0, 999, terms=_SPR),
    whole("C1707", _C, "GuestPupils", "number of guest pupils in the class", 0, 999, terms=_SPR),
    needed("C1708", _C, "ClassActivity", "activity of the class", terms=_SPR),
    coded("C1709", _C, "ClassActivity", "activity of the class", "class_activity", terms=_SPR),
    needed("C1710", _C, "KeyStage", "key stage of the class", terms=_SPR),
    coded("C1711", _C, "KeyStage", "key stage of the class", "class_key_stage", terms=_SPR),
    needed("C1712", _C, "YearGroup", "year group of the class", terms=_SPR),
    coded("C1713", _C, "YearGroup", "year group of the class", "nc_year", terms=_SPR),
    *(
        whole(f"C17{at}", _C, item, f"number of pupils under exception {item[-1]}", 0, 99, terms=_SPR)
        for at, item in enumerate(_EXCEPTIONS, 20)
    ),
    error(
        "C1730",
        _C,
        "HomePupils GuestPupils",
        (_pupils == 0) & given("HomePupils"),
        "The class has no pupils.",
        "Leave out classes that were not taught at the selected time.",
        terms=_SPR,
    ),
    query(
        "C1731",
        _C,
        "Teachers NonTeachers",
        (number("Teachers") == 0) & (number("NonTeachers").fill_null(0) == 0),
        "The class has pupils and no adult.",
        _TIME,
        terms=_SPR,
    ),
    error(
        "C1732",
        _C,
        "ClassName",
        repeated("ClassName"),
        "Two classes have the same name.",
        "Give each class a name of its own, or join the two records.",
        terms=_SPR,
    ),
    query(
        "C1733",
        _C,
        "HomePupils Teachers",
        _INFANT
        & (number("Teachers") > 0)
        & (_pupils - _excepted > number("Teachers") * threshold("infant_class_highest")),
        "An infant class of more than thirty pupils for each teacher, beyond those excepted.",
        "Enter the pupils who are permitted exceptions, or check the numbers: the limit is in law.",
        terms=_SPR,
    ),
    query(
        "C1734",
        _C,
        "ExceptionA",
        ~_INFANT & (_excepted > 0),
        "Exceptions to the infant class limit in a class that is not an infant class.",
        "Clear the exceptions.",
        terms=_SPR,
    ),
    error(
        "C1735",
        _C,
        "ExceptionA HomePupils",
        _excepted > _pupils,
        "More pupils are excepted than there are in the class.",
        "Check the exceptions of the class.",
        terms=_SPR,
    ),
    query(
        "C1736",
        _C,
        "HomePupils",
        _pupils > threshold("class_highest"),
        "A very large class.",
        _TIME,
        terms=_SPR,
    ),
    error(
        "C1737",
        _C,
        "KeyStage YearGroup",
        ((text("KeyStage") == "1") & ~order("YearGroup").is_between(1, 2))
        | ((text("KeyStage") == "2") & ~order("YearGroup").is_between(3, 6))
        | ((text("KeyStage") == "3") & ~order("YearGroup").is_between(7, 9)),
        "The year group of the class is not one of its key stage.",
        "Correct one of the two; mixed classes have M in both.",
        terms=_SPR,
    ),
    query(
        "C1738",
        _C,
        "Category",
        absent("Category"),
        "The type of the class is missing.",
        "Choose the type of the class in the MIS.",
        terms=_SPR,
    ),
    unasked("C1739", _C, "ClassName Teachers HomePupils", "record of classes", terms=("AUT", "SUM")),
]
