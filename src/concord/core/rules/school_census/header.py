"""The header of the file: which collection, whose, made when."""

from __future__ import annotations

from typing import Final

from concord.core.rules.columns import absent, day, given, setting, text
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, error, needed, patterned, query

_H: Final = "header"

RULES: Final[list[Rule]] = [
    error(
        "100",
        _H,
        "ReferenceDate",
        day("ReferenceDate").fill_null(setting("census_day").dt.offset_by("-1d")) != setting("census_day"),
        "The reference date in the header is not the census day.",
        "Set the census day in the MIS's census screen and make the return again.",
        dfe_rule="100",
        level="return",
        source="DfE rule 100, told by a supplier [V]",
    ),
    needed("C0101", _H, "Term", "term in the header", level="return"),
    coded("C0102", _H, "Term", "term in the header", "collection_term", level="return"),
    needed("C0103", _H, "Year", "year in the header", level="return"),
    patterned("C0104", _H, "Year", "year in the header", r"^20\d\d$", "a year of four digits", level="return"),
    error(
        "C0105",
        _H,
        "Year ReferenceDate",
        text("Year") != day("ReferenceDate").dt.year().cast(str),
        "The year in the header is not the year of the reference date.",
        "The year is that of census day, not of the start of the school year: set it and make the return again.",
        level="return",
    ),
    needed("C0106", _H, "SourceLevel", "source level in the header", level="return"),
    coded("C0107", _H, "SourceLevel", "source level in the header", "source_level", level="return"),
    needed("C0108", _H, "LEA", "local authority number in the header", level="return"),
    patterned("C0109", _H, "LEA", "local authority number", r"^\d{3}$", "three digits", level="return"),
    needed("C0110", _H, "Estab", "establishment number in the header", level="return"),
    patterned("C0111", _H, "Estab", "establishment number", r"^\d{4}$", "four digits", level="return"),
    patterned("C0112", _H, "URN", "unique reference number", r"^[1-9]\d{5}$", "six digits", level="return"),
    query(
        "C0113",
        _H,
        "URN",
        absent("URN"),
        "The header has no unique reference number (URN).",
        "Enter the establishment's URN in the MIS: after an academy conversion it is what tells the two schools apart.",
        level="return",
    ),
    needed("C0114", _H, "SerialNo", "serial number in the header", level="return"),
    patterned("C0115", _H, "SerialNo", "serial number", r"^\d{3,}$", "three digits or more", level="return"),
    needed("C0116", _H, "DateTime", "date and time the file was made", level="return"),
    error(
        "C0117",
        _H,
        "DateTime",
        given("DateTime") & text("DateTime").str.head(19).str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False).is_null(),
        "The date and time the file was made is not a date and time.",
        "Make the return again in the MIS; if it comes out the same, tell the MIS's supplier.",
        level="return",
    ),
    query(
        "C0118",
        _H,
        "DateTime ReferenceDate",
        day("DateTime") < setting("census_day"),
        "The file was made before census day, so it cannot hold the roll as it stood then.",
        "Make the return again on or after census day.",
        level="return",
    ),
    query(
        "C0119",
        _H,
        "SoftwareCode",
        absent("SoftwareCode"),
        "The header does not name the software that made the file.",
        "No action for the establishment; the MIS's supplier should set it.",
        level="return",
    ),
    query(
        "C0120",
        _H,
        "Release",
        absent("Release"),
        "The header does not name the release of the software.",
        "No action for the establishment; the MIS's supplier should set it.",
        level="return",
    ),
    query(
        "C0121",
        _H,
        "SourceLevel",
        text("SourceLevel") == "L",
        "The file says the local authority made it, not the establishment.",
        "Make the return in the establishment's own MIS, or explain why the local authority made it.",
        level="return",
    ),
]
