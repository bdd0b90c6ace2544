"""Where the pupil lives, and whom to ask: addresses, telephones, contacts."""

from __future__ import annotations

from typing import Final

import polars as pl

from concord.core.identifiers import UPRN_PATTERN
from concord.core.postcode import POSTCODE_PATTERN
from concord.core.rules.columns import count, flag, given, repeated, text
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, error, needed, patterned, query, truth, whole

_A: Final = "address"
_C: Final = "contact"
_T: Final = "phone"
_PARTS: Final = ("SAON", "PAON", "Street", "Locality", "Town", "AdministrativeArea", "PostTown")
_LINES: Final = tuple(f"AddressLine{at}" for at in range(1, 6))
_parts = pl.any_horizontal(given(item) for item in (*_PARTS, "UniquePropertyReferenceNumber"))
_lines = pl.any_horizontal(given(item) for item in _LINES)
_FULL: Final = text("header.DocumentQualifier") == "full"

_HOMES: Final[list[Rule]] = [
    query(
        "T0501",
        "pupil",
        "",
        _FULL & (count("own_addresses") == 0),
        "A full file without the pupil's address.",
        "Enter the address. Leave it out only where telling it would put somebody at risk.",
    ),
    error(
        "T0502",
        _A,
        "PAON AddressLine1",
        ~_parts & ~_lines,
        "The address has neither its parts (house, street, town) nor lines.",
        "Enter the address in the MIS, or take the empty one out.",
    ),
    error(
        "T0503",
        _A,
        "AddressLine1 PAON",
        _parts & _lines,
        "The address is told twice: in its parts and in lines.",
        "Keep one of the two forms.",
    ),
    needed("T0504", _A, "PostCode", "postcode", severity="query"),
    patterned("T0505", _A, "PostCode", "postcode", POSTCODE_PATTERN, "a postcode of the United Kingdom"),
    patterned(
        "T0506",
        _A,
        "UniquePropertyReferenceNumber",
        "unique property reference number",
        UPRN_PATTERN,
        "up to twelve digits",
        source="form of the number as published [V]",
    ),
    whole("T0507", _A, "Easting", "easting", 0, 700_000),
    patterned("T0508", _A, "Northing", "northing", r"^\d{1,7}$", "up to seven digits"),
]

_PHONES: Final[list[Rule]] = [
    needed("T0511", _T, "PhoneNo", "telephone number"),
    patterned("T0512", _T, "PhoneNo", "telephone number", r"^[0-9 ()+\-]{6,20}$", "six digits or more"),
    coded("T0513", _T, "TelephoneType", "kind of telephone", "telephone_type"),
]

_PEOPLE: Final[list[Rule]] = [
    query(
        "T0521",
        "pupil",
        "",
        _FULL & (count("contacts") == 0),
        "A full file without anybody to ask about the pupil.",
        "Enter the parents or carers in the MIS.",
    ),
    needed("T0522", _C, "Surname", "surname of the contact"),
    whole("T0523", _C, "Order", "order of the contact", 1, 99),
    error(
        "T0524",
        _C,
        "Order",
        repeated("Order", within="pid"),
        "Two contacts of one pupil have the same place in the order.",
        "Number them: 1 is asked first.",
    ),
    coded("T0525", _C, "Relationship", "relationship to the pupil", "contact_relationship"),
    needed("T0526", _C, "Relationship", "relationship to the pupil", severity="query"),
    truth("T0527", _C, "Responsibility", "sign of parental responsibility"),
    coded("T0528", _C, "Sex", "sex of the contact", "sex"),
    truth("T0529", _C, "AddressAsPupil", "sign that the contact lives with the pupil"),
    error(
        "T0530",
        _C,
        "AddressAsPupil",
        flag("AddressAsPupil") & (count("own_addresses_of_contact") > 0),
        "The contact lives with the pupil, and has an address beside it.",
        "Keep one of the two.",
    ),
    patterned(
        "T0531", _C, "Email", "e-mail address of the contact", r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "an e-mail address"
    ),
    query(
        "T0532",
        _C,
        "Surname",
        repeated("Surname", "Forename", "Relationship", within="pid"),
        "The same person stands twice among the contacts.",
        "Keep one of the two.",
    ),
]

RULES: Final[list[Rule]] = [*_HOMES, *_PHONES, *_PEOPLE]
