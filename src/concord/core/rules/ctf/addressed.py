"""The header: what kind of file it is, whom it is from and whom it is for, and the name it travels under."""

from __future__ import annotations

from typing import Final

import polars as pl

from concord.core.identifiers import URN_PATTERN
from concord.core.returns.transfer import PARTY
from concord.core.rules.columns import count, day, given, text
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, error, needed, patterned, query

_H: Final = "header"
_NAMED: Final = rf"(?i)(?:^|[/\\])({PARTY})_([A-Z0-9]{{3}})_({PARTY}|X{{7}}|M{{7}})_[0-9]{{3}}\.xml$"
_SENDER: Final = text("FileName").str.extract(_NAMED, 1).str.to_uppercase()
_RECEIVER: Final = text("FileName").str.extract(_NAMED, 3).str.to_uppercase()
_SOURCE: Final = text("LEA") + text("Estab")
_TO: Final = text("DestSchool/LEA") + text("DestSchool/Estab")
_VERSION: Final = text("AcademicYear").str.slice(2, 2) + pl.lit(".0")
_SEPTEMBER: Final = day("DateTime").dt.year() - (day("DateTime").dt.month() < 9).cast(pl.Int32)
_NAME: Final = "Name it LLLEEEE_CTF_LLLEEEE_nnn.xml: sender, receiver, and a number that rises for each receiver."
_WRITTEN: Final = "as DfE's own programs write it (GIAP, MTC) [V]"
_NAMES: Final = "names of files as told by local authorities and a supplier [V]"

_KIND: Final[list[Rule]] = [
    error(
        "T0101",
        _H,
        "DocumentName",
        given("DocumentName"),
        "The document says that it is something else than a Common Transfer File.",
        "Send files of other kinds the way they are meant to go.",
        level="return",
        source=_WRITTEN,
    ),
    needed("T0102", _H, "DocumentQualifier", "qualifier (full or partial)", level="return"),
    coded("T0103", _H, "DocumentQualifier", "qualifier", "ctf_qualifier", level="return", source=_WRITTEN),
    needed("T0104", _H, "CTFversion", "version of the CTF", level="return"),
    query(
        "T0105",
        _H,
        "CTFversion AcademicYear",
        text("AcademicYear").str.contains(r"^20\d\d$") & (text("CTFversion") != _VERSION),
        "The version {CTFversion} is not that of the academic year {AcademicYear}.",
        "Update the MIS: there is a new version each September, numbered by the year.",
        level="return",
        source=_WRITTEN,
    ),
    needed("T0106", _H, "AcademicYear", "academic year", level="return"),
    patterned("T0107", _H, "AcademicYear", "academic year", r"^20\d\d$", "a year of four digits", level="return"),
    query(
        "T0108",
        _H,
        "AcademicYear DateTime",
        text("AcademicYear").str.contains(r"^20\d\d$")
        & (text("AcademicYear").cast(pl.Int32, strict=False) != _SEPTEMBER),
        "The academic year {AcademicYear} is not the one the file was made in.",
        "From September on it is the year of the date, before that the year before.",
        level="return",
        source=_WRITTEN,
    ),
    needed("T0109", _H, "DateTime", "date and time the file was made", level="return"),
    error(
        "T0110",
        _H,
        "DateTime",
        given("DateTime") & ~(text("DateTime").str.contains(r"^\S{10}T\d\d:\d\d") & day("DateTime").is_not_null()),
        "The date and time is not one that exists (year-month-dayThours:minutes:seconds).",
        "Make the file again in the MIS.",
        level="return",
    ),
    needed("T0111", _H, "SupplierID", "name of the MIS", severity="query", level="return"),
    error(
        "T0112",
        "return",
        "",
        count("pupils") == 0,
        "The file holds no pupil.",
        "Choose the pupils who move and make the file again.",
        level="return",
    ),
]

_PARTIES: Final[list[Rule]] = [
    needed("T0121", _H, "LEA", "local authority number of the sender", level="return"),
    patterned("T0122", _H, "LEA", "local authority number of the sender", r"^\d{3}$", "three digits", level="return"),
    needed("T0123", _H, "Estab", "establishment number of the sender", level="return"),
    patterned(
        "T0124",
        _H,
        "Estab",
        "establishment number of the sender",
        r"^(\d{4}|LLLL)$",
        "four digits, or LLLL for a local authority",
        level="return",
        source=_NAMES,
    ),
    patterned("T0125", _H, "URN", "URN of the sender", URN_PATTERN, "six digits", level="return"),
    needed("T0126", _H, "SchoolName", "name of the sender", severity="query", level="return"),
    needed("T0127", _H, "DestSchool/LEA", "local authority number of the receiver", level="return"),
    needed("T0128", _H, "DestSchool/Estab", "establishment number of the receiver", level="return"),
    error(
        "T0129",
        _H,
        "DestSchool/Estab DestSchool/LEA",
        ~_TO.str.contains(rf"^({PARTY}|X{{7}}|M{{7}})$"),
        "The receiver is no DfE number, no local authority, and neither XXXXXXX nor MMMMMMM.",
        "Give the DfE number of the next establishment; XXX and XXXX where nobody knows it, MMM and MMMM outside the "
        "maintained system.",
        level="return",
        source="pseudo-destinations as told by DfE's overview of S2S and a local authority [V]",
    ),
    error(
        "T0130",
        _H,
        "DestSchool/Estab",
        _TO == _SOURCE,
        "The file is addressed to its own sender.",
        "Choose the establishment the pupils move to.",
        level="return",
    ),
    patterned("T0131", _H, "DestSchool/URN", "URN of the receiver", URN_PATTERN, "six digits", level="return"),
]

_FILE: Final[list[Rule]] = [
    error(
        "T0141",
        _H,
        "FileName",
        given("FileName") & _SENDER.is_null(),
        "The file has not a name under which it can be sent on.",
        _NAME,
        level="return",
        source=_NAMES,
    ),
    error(
        "T0142",
        _H,
        "FileName LEA Estab",
        _SENDER != _SOURCE,
        "The sender in the name of the file is not the one in its header.",
        _NAME,
        level="return",
        source=_NAMES,
    ),
    error(
        "T0143",
        _H,
        "FileName DestSchool/Estab",
        _RECEIVER != _TO,
        "The receiver in the name of the file is not the one in its header.",
        _NAME,
        level="return",
        source=_NAMES,
    ),
    query(
        "T0144",
        _H,
        "FileName DocumentQualifier",
        (text("FileName").str.extract(_NAMED, 2).str.to_uppercase() != "CTF") & (text("DocumentQualifier") == "full"),
        "The name is that of a file of one kind of data, and the header says that it is full.",
        "Name a full file CTF.",
        level="return",
    ),
]

RULES: Final[list[Rule]] = [*_KIND, *_PARTIES, *_FILE]
