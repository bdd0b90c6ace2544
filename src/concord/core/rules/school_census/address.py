"""Where the pupil lives."""

from __future__ import annotations

from typing import Final

import polars as pl

from concord.core.postcode import POSTCODE_PATTERN
from concord.core.rules.columns import ON_ROLL, absent, count, given, number, repeated, text
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import error, needed, patterned, query, unasked

_A: Final = "address"
_PARTS: Final = ("SAON", "PAON", "Street", "Locality", "Town", "AdministrativeArea", "PostTown")
_LINES: Final = tuple(f"AddressLine{at}" for at in range(1, 6))
_HERE: Final = text("pupil.Roll") == "on"
_parts = pl.any_horizontal(given(item) for item in _PARTS)
_lines = pl.any_horizontal(given(item) for item in _LINES)

RULES: Final[list[Rule]] = [
    query(
        "C0901",
        "pupil",
        "",
        ON_ROLL & (count("addresses") == 0),
        "The pupil has no address.",
        "Enter the address; only in extreme cases may it be left out, with a note.",
        source="address blank only in extreme cases, with a note, told by a supplier [V]",
    ),
    needed("C0902", _A, "PostCode", "postcode", severity="query"),
    patterned(
        "C0903",
        _A,
        "PostCode",
        "postcode",
        POSTCODE_PATTERN,
        "a postcode of the United Kingdom",
        source="own rule from knowledge of the collection [K]",
    ),
    query(
        "C0904",
        _A,
        "PostCode",
        text("PostCode").str.contains(POSTCODE_PATTERN) & ~text("PostCode").str.contains(r"^\S+ \S{3}$"),
        "The postcode has no space before its last three characters.",
        "Write the postcode with one space.",
    ),
    error(
        "C0905",
        _A,
        "PAON AddressLine1",
        _HERE & ~_parts & ~_lines & absent("UniquePropertyReferenceNumber"),
        "The address has neither its parts (house, street, town) nor lines.",
        "Enter the address in the MIS.",
    ),
    query(
        "C0906",
        _A,
        "PAON AddressLine1",
        _parts & _lines,
        "The address is given both in parts and in lines.",
        "Keep one form: parts where the MIS can make them.",
    ),
    query(
        "C0907",
        _A,
        "Street PAON",
        _HERE & _parts & absent("Street") & absent("Locality") & absent("Town"),
        "The address has a house and no street, locality or town.",
        "Complete the address in the MIS.",
    ),
    query(
        "C0908",
        _A,
        "AddressLine1",
        _lines & absent("AddressLine1"),
        "The address starts after its first line.",
        "Move the lines up, so that the first one is used.",
    ),
    error(
        "C0909",
        _A,
        "UniquePropertyReferenceNumber",
        given("UniquePropertyReferenceNumber")
        & ~number("UniquePropertyReferenceNumber").is_between(1, 999_999_999_999).fill_null(False),
        "The unique property reference number is not a number of up to twelve digits.",
        "Take the number from the address search of the MIS, or leave it empty.",
        source="COLLECT export schema 2025/26 [V]",
    ),
    unasked(
        "C0910",
        _A,
        " ".join(_PARTS + _LINES),
        "full address of a pupil who has left",
        text("pupil.Roll") == "off",
        source="COLLECT export schema 2025/26, leavers carry postcode and property number only [V]",
    ),
    query(
        "C0911",
        _A,
        "PostCode",
        repeated("PostCode", *("PAON", "Street"), within="pid"),
        "The same address stands twice for one pupil.",
        "Keep one of the two.",
    ),
    query(
        "C0912",
        _A,
        "PostCode",
        text("PostCode").str.contains(r"^(ZZ99|XX|AA1 1AA)"),
        "The postcode stands for an unknown or foreign address.",
        "Enter the pupil's postcode in England; explain it where there is none.",
    ),
]
