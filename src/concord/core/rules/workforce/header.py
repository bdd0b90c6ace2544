"""The header of the workforce file, and the modules it says it holds."""

from __future__ import annotations

from typing import Final

import polars as pl

from concord.core.rules.columns import CENSUS_DAY, absent, day, flag, given, text
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, error, needed, patterned, query, truth

_H: Final = "header"
_M: Final = "modules"

RULES: Final[list[Rule]] = [
    error(
        "W0101",
        _H,
        "ReferenceDate",
        (day("ReferenceDate") != pl.col(CENSUS_DAY)).fill_null(True),
        "The reference date in the header is not the census day.",
        "Set the census day in the MIS's census screen and make the return again.",
        level="return",
    ),
    needed("W0102", _H, "Year", "year in the header", level="return"),
    patterned("W0103", _H, "Year", "year in the header", r"^20\d\d$", "a year of four digits", level="return"),
    coded("W0104", _H, "SourceLevel", "source level in the header", "source_level", level="return"),
    needed("W0105", _H, "SourceLevel", "source level in the header", level="return"),
    needed("W0106", _H, "LEA", "local authority number in the header", level="return"),
    patterned("W0107", _H, "LEA", "local authority number", r"^\d{3}$", "three digits", level="return"),
    error(
        "W0108",
        _H,
        "Estab SourceLevel",
        (text("SourceLevel") == "S") & absent("Estab"),
        "The establishment number is missing from the file of an establishment.",
        "Enter the establishment's number in the MIS and make the return again.",
        level="return",
    ),
    patterned("W0109", _H, "Estab", "establishment number", r"^\d{4}$", "four digits", level="return"),
    error(
        "W0110",
        _H,
        "Estab SourceLevel",
        (text("SourceLevel") == "L") & given("Estab"),
        "The file of a local authority names an establishment.",
        "The local authority's own file is for staff it employs centrally: leave the number out.",
        level="return",
    ),
    needed("W0111", _H, "SerialNo", "serial number in the header", level="return"),
    patterned("W0112", _H, "SerialNo", "serial number", r"^\d{3,}$", "three digits or more", level="return"),
    needed("W0113", _H, "DateTime", "date and time the file was made", level="return"),
    query(
        "W0114",
        _H,
        "DateTime ReferenceDate",
        day("DateTime") < pl.col(CENSUS_DAY),
        "The file was made before census day.",
        "Make the return again on or after census day.",
        level="return",
    ),
    truth("W0121", _M, "ContractOrServiceIncluded", "sign that contracts are included"),
    truth("W0122", _M, "AbsencesIncluded", "sign that absences are included"),
    truth("W0123", _M, "CurriculumsIncluded", "sign that the curriculum is included"),
    truth("W0124", _M, "QualificationsIncluded", "sign that qualifications are included"),
    error(
        "W0125",
        _M,
        "ContractOrServiceIncluded",
        ~flag("ContractOrServiceIncluded") & (pl.col("return.count.contracts") > 0),
        "The file holds contracts and says it holds none.",
        "Make the return again with contracts included.",
    ),
    error(
        "W0126",
        _M,
        "AbsencesIncluded",
        ~flag("AbsencesIncluded") & (pl.col("return.count.absences") > 0),
        "The file holds absences and says it holds none.",
        "Make the return again with absences included.",
    ),
]
