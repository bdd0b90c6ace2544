"""Who the pupil is, and what is told of the pupil once."""

from __future__ import annotations

from typing import Final

import polars as pl

from concord.core.identifiers import ULN_PATTERN
from concord.core.rules.columns import (
    absent,
    age,
    age_on_day,
    day,
    flag,
    given,
    order,
    repeated,
    setting,
    text,
    unlisted,
    wrong_digit,
    wrong_letter,
)
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, dated, error, needed, patterned, query, truth

_P: Final = "pupil"
_FULL: Final = text("header.DocumentQualifier") == "full"
_LOOK: Final = "Compare the pupil's record with an earlier CTF, and ask the sender where they differ."
_GIAP: Final = "form of the number in DfE's own program (GIAP) [V]"
_SHAPE: Final = r"^[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]$"
_UCI: Final = r"^[0-9]{5}[0-9A-Z][0-9]{2}[0-9]{4}[A-Z]$"


def _number_rules(item: str, label: str, codes: tuple[str, str, str]) -> list[Rule]:
    """The shape, the check letter and the LA number of an item that holds a UPN."""
    shape, letter, authority = codes
    return [
        patterned(shape, _P, item, label, _SHAPE, "a letter, eleven digits, and a digit or a letter", source=_GIAP),
        error(
            letter,
            _P,
            item,
            wrong_letter(item),
            f"The check letter of the {label} is not the one its digits give.",
            "A digit or the letter was mistyped. " + _LOOK,
            source="way to work out the letter from DfE's guide to UPNs [V]",
        ),
        error(
            authority,
            _P,
            item,
            unlisted(f"{item}@authority", "upn_la"),
            f"Characters 2 to 4 of the {label} are not the number of a local authority that gives out UPNs.",
            _LOOK,
            source="list of DfE rule 1530, asked here of a CTF by us [K]",
        ),
    ]


_NUMBERS: Final[list[Rule]] = [
    needed("T0201", _P, "UPN", "UPN"),
    *_number_rules("UPN", "UPN", ("T0202", "T0203", "T0204")),
    error(
        "T0205",
        _P,
        "UPN",
        repeated("UPN"),
        "The same UPN stands on more than one pupil of this file.",
        "Two records of one pupil: join them. Two pupils: one of them needs a UPN of their own.",
    ),
    query(
        "T0206",
        _P,
        "UPN",
        text("UPN").str.contains(r"^.{12}[A-Z]$"),
        "The UPN is a temporary one.",
        "Ask the establishment before for the pupil's own UPN, and send that.",
    ),
    *_number_rules("FormerUPN", "former UPN", ("T0207", "T0208", "T0209")),
    error(
        "T0210",
        _P,
        "FormerUPN UPN",
        text("FormerUPN") == text("UPN"),
        "The former UPN is the same as the UPN.",
        "Leave the former UPN empty unless the pupil had another number before.",
    ),
    patterned("T0211", _P, "UniqueLearnerNumber", "unique learner number", ULN_PATTERN, "ten digits, the first not 0"),
    error(
        "T0212",
        _P,
        "UniqueLearnerNumber",
        wrong_digit("UniqueLearnerNumber"),
        "The last digit of the unique learner number is not the one its other digits give.",
        "Take the number from the learning records service.",
        source="way to work out the digit told by a supplier [V]",
    ),
    error(
        "T0213",
        _P,
        "UniqueLearnerNumber",
        repeated("UniqueLearnerNumber"),
        "The same unique learner number stands on more than one pupil of this file.",
        "One of them has another's number.",
    ),
    patterned(
        "T0214",
        _P,
        "UCI",
        "unique candidate identifier",
        _UCI,
        "twelve characters and a letter",
        severity="query",
        source="form as awarding bodies publish it [V]",
    ),
]

_PERSON: Final[list[Rule]] = [
    needed("T0221", _P, "Surname", "surname"),
    needed("T0222", _P, "Forename", "forename"),
    query(
        "T0223",
        _P,
        "Surname Forename",
        text("Surname").str.contains(r"[0-9]") | text("Forename").str.contains(r"[0-9]"),
        "A name has a digit in it.",
        "Correct the name in the MIS.",
    ),
    needed("T0224", _P, "DOB", "date of birth"),
    dated("T0225", _P, "DOB", "date of birth"),
    error(
        "T0226",
        _P,
        "DOB",
        day("DOB") > setting("census_day"),
        "The date of birth is after the day the file was made.",
        "Correct the date of birth in the MIS.",
    ),
    query(
        "T0227",
        _P,
        "DOB",
        (age_on_day() < 2) | (age_on_day() > 19),
        "The pupil is younger than 2 or older than 19.",
        "Check the date of birth.",
    ),
    needed("T0228", _P, "Sex", "sex"),
    coded("T0229", _P, "Sex", "sex", "sex"),
    error(
        "T0230",
        _P,
        "Surname",
        repeated("Surname", "Forename", "DOB"),
        "Two pupils of this file have the same name and date of birth.",
        "One pupil under two UPNs: keep the UPN given first, and tell the other as the former UPN.",
        severity="query",
    ),
]

_BASIC: Final[list[Rule]] = [
    coded("T0241", _P, "NCyearActual", "year group", "nc_year"),
    needed("T0242", _P, "NCyearActual", "year group", _FULL, "in a full file", severity="query"),
    query(
        "T0243",
        _P,
        "NCyearActual DOB",
        (order("NCyearActual") - (age() - 4)).abs() > 1,
        "The year group is more than one year from the one of the pupil's age.",
        "Check the year group and the date of birth.",
    ),
    coded("T0244", _P, "Ethnicity", "ethnicity", "ethnicity"),
    coded("T0245", _P, "EthnicitySource", "source of the ethnicity", "ethnicity_source", source="from knowledge [K]"),
    query(
        "T0246",
        _P,
        "EthnicitySource Ethnicity",
        given("Ethnicity") & absent("EthnicitySource"),
        "An ethnicity, and nobody who said it.",
        "Enter who said it: the parent, the child, the establishment.",
    ),
    error(
        "T0247",
        _P,
        "EthnicitySource Ethnicity",
        absent("Ethnicity") & given("EthnicitySource"),
        "A source of the ethnicity, and no ethnicity.",
        "Enter the ethnicity, or clear the source.",
    ),
    coded("T0248", _P, "EnrolStatus", "enrolment status", "enrolment_status"),
    query(
        "T0249",
        _P,
        "EnrolStatus",
        text("EnrolStatus") == "G",
        "A guest pupil, whose file is for the establishment of registration to send.",
        "Leave the pupil out unless the receiver asked for the file.",
    ),
    truth("T0250", _P, "MedicalFlag", "medical flag"),
    coded("T0251", _P, "ServiceChild", "service child indicator", "service_child"),
    truth("T0252", _P, "InCare", "sign that the pupil is looked after"),
    needed(
        "T0253",
        _P,
        "CareAuthority",
        "authority that looks after the pupil",
        flag("InCare"),
        "for a pupil who is looked after",
    ),
    patterned("T0254", _P, "CareAuthority", "authority that looks after the pupil", r"^\d{3}$", "three digits"),
    query(
        "T0255",
        _P,
        "CareAuthority InCare",
        given("CareAuthority") & ~flag("InCare").fill_null(False),
        "An authority that looks after the pupil, and no sign that the pupil is looked after.",
        "Set the sign, or clear the authority.",
    ),
    patterned("T0256", _P, "Email", "e-mail address", r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "an e-mail address"),
    coded("T0261", "language", "Language", "language", "language"),
    error(
        "T0262",
        "language",
        "Language LanguageType",
        repeated("Language", "LanguageType", within="pid"),
        "The same language stands twice in the same part.",
        "Keep one of the two.",
    ),
    coded("T0263", "disability", "Disability", "disability", "disability"),
    error(
        "T0264",
        "disability",
        "Disability",
        (text("Disability") == "NONE") & pl.col("pid").is_duplicated(),
        "No disability, and a disability beside it.",
        "Keep NONE alone, or the disability.",
    ),
]

RULES: Final[list[Rule]] = [*_NUMBERS, *_PERSON, *_BASIC]
