"""Who the pupil is: UPN, ULN, names, date of birth, sex."""

from __future__ import annotations

from typing import Final

import polars as pl

from concord.core.rules.columns import (
    LEFT,
    ON_ROLL,
    absent,
    age,
    age_on_day,
    day,
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
from concord.core.rules.shapes import coded, dated, error, needed, patterned, query

_P: Final = "pupil"
_NAME: Final = r"^[\p{L}\p{M}'’ʼ`\-. ,()/]+$"
_ASK_FOR_UPN: Final = (
    "Take the UPN from the common transfer file or from the school the pupil came from. "
    "Give a new one only where the pupil never had one."
)
_ARBOR: Final = "told by a supplier [V]"


def _number_rules(item: str, label: str, codes: tuple[str, str, str, str]) -> list[Rule]:
    """The four checks that DfE makes of a UPN, for one of the two items that hold one."""
    letter, authority, middle, last = codes
    return [
        error(
            letter,
            _P,
            item,
            wrong_letter(item) | ~text(item).str.contains(r"^[A-HJ-NP-RT-Z]"),
            f"The check letter of the {label} is not the one its digits give.",
            "A digit or the letter was mistyped. " + _ASK_FOR_UPN,
            dfe_rule="1510",
            source=f"DfE rule 1510, {_ARBOR}",
        ),
        error(
            authority,
            _P,
            item,
            unlisted(f"{item}@authority", "upn_la"),
            f"Characters 2 to 4 of the {label} are not the number of a local authority that gives out UPNs.",
            "Check the number against the pupil's earlier records. " + _ASK_FOR_UPN,
            dfe_rule="1530",
            source=f"DfE rule 1530, {_ARBOR}",
        ),
        error(
            middle,
            _P,
            item,
            ~text(item).str.contains(r"^.{4}[0-9]{8}"),
            f"Characters 5 to 12 of the {label} are not all digits.",
            "Check the number against the pupil's earlier records. " + _ASK_FOR_UPN,
            dfe_rule="1540",
            source="DfE rule 1540: number told by a supplier, its substance not verified [K]",
        ),
        error(
            last,
            _P,
            item,
            ~text(item).str.contains(r"^.{12}[0-9A-HJ-NP-RT-Z]$"),
            f"The {label} does not end, at its 13th character, with a digit or with a letter other than I, O and S.",
            "Check the number against the pupil's earlier records. " + _ASK_FOR_UPN,
            dfe_rule="1550",
            source="DfE rule 1550: number told by a supplier, its substance not verified [K]",
        ),
    ]


_UPN: Final = [
    needed("1500", _P, "UPN", "UPN", dfe_rule="1500", advice=_ASK_FOR_UPN, source=f"DfE rule 1500, {_ARBOR}"),
    *_number_rules("UPN", "UPN", ("1510", "1530", "1540", "1550")),
    *_number_rules("FormerUPN", "former UPN", ("C0301", "C0302", "C0303", "C0304")),
    error(
        "1520",
        _P,
        "UPN",
        repeated("UPN"),
        "The same UPN stands on more than one pupil record of this return.",
        "Two records of one pupil: join them. Two pupils with one UPN: one of them needs a UPN of their own.",
        dfe_rule="1520",
        source=f"DfE rule 1520, {_ARBOR}",
    ),
    error(
        "C0305",
        _P,
        "FormerUPN UPN",
        text("FormerUPN") == text("UPN"),
        "The former UPN is the same as the UPN.",
        "Leave the former UPN empty unless the pupil had another number before.",
    ),
    query(
        "C0306",
        _P,
        "UPN",
        text("UPN").str.contains(r"^.{12}[A-Z]$"),
        "The UPN is a temporary one.",
        "Ask the school the pupil came from for the UPN, and keep the temporary one as the former UPN.",
    ),
    query(
        "C0307",
        _P,
        "UPN",
        pl.col("UPN@elsewhere") & ON_ROLL & (text("EnrolStatus") == "C"),
        "Another establishment of the local authority has this pupil on roll too.",
        "Agree with the other establishment who has the pupil, or give both the statuses of dual registration.",
    ),
    query(
        "C0308",
        _P,
        "UPN DOB",
        ON_ROLL
        & (text("UPN").str.slice(8, 2).cast(pl.Int32, strict=False) + 2000 < day("DOB").dt.year())
        & (day("DOB").dt.year() >= 2000),
        "The year in the UPN is before the pupil's birth.",
        "Check the date of birth and the UPN: one of them may be another pupil's.",
    ),
    error(
        "C0309",
        _P,
        "UPN",
        text("UPN").str.contains(r"[a-z]"),
        "The UPN has small letters.",
        "Enter the letters of the UPN as capitals.",
    ),
]

_ULN: Final = [
    error(
        "1570",
        _P,
        "UniqueLearnerNumber",
        ON_ROLL & absent("UniqueLearnerNumber") & (age_on_day() >= 14),
        "The unique learner number is missing for a pupil aged 14 or over on census day.",
        "Fetch the number from the Learning Records Service through the MIS.",
        dfe_rule="1570",
        source="DfE rule 1570, told by a supplier [V]",
    ),
    error(
        "1575",
        _P,
        "UniqueLearnerNumber",
        wrong_digit("UniqueLearnerNumber") | ~text("UniqueLearnerNumber").str.contains(r"^\d{10}$"),
        "The unique learner number is not ten digits with the right check digit.",
        "Fetch the number again from the Learning Records Service; do not type it in.",
        dfe_rule="1575",
        source="DfE rule 1575, told by a supplier [V]",
    ),
    error(
        "C0310",
        _P,
        "UniqueLearnerNumber",
        repeated("UniqueLearnerNumber"),
        "The same unique learner number stands on more than one pupil record.",
        "Fetch the numbers again from the Learning Records Service.",
        source="own rule; DfE's 1573 and 1578 are about the number too, their substance not verified [K]",
    ),
    query(
        "C0311",
        _P,
        "UniqueLearnerNumber",
        given("UniqueLearnerNumber") & (age_on_day() < 12),
        "A unique learner number for a pupil under 12.",
        "Check that the number is this pupil's: most are given from the age of 14.",
        source="own rule; DfE's 1573 and 1578 are about the number too, their substance not verified [K]",
    ),
]

_NAMES: Final = [
    needed("C0320", _P, "Surname", "surname"),
    needed("C0321", _P, "Forename", "forename"),
    *(
        patterned(code, _P, item, label, _NAME, "made of letters, spaces, hyphens and apostrophes", severity="query")
        for code, item, label in (
            ("C0322", "Surname", "surname"),
            ("C0323", "Forename", "forename"),
            ("C0324", "MiddleNames", "middle names"),
            ("C0325", "PreferredSurname", "preferred surname"),
            ("C0326", "FormerSurname", "former surname"),
        )
    ),
    query(
        "C0327",
        _P,
        "Surname Forename DOB",
        repeated("Surname", "Forename", "DOB"),
        "Two pupil records have the same name and date of birth.",
        "Join the records in the MIS if they are one pupil; explain it if they are two.",
    ),
    query(
        "C0328",
        _P,
        "FormerSurname Surname",
        text("FormerSurname") == text("Surname"),
        "The former surname is the same as the surname.",
        "Leave the former surname empty unless the name changed.",
    ),
    query(
        "C0329",
        _P,
        "Surname Forename",
        text("Surname") == text("Forename"),
        "The surname and the forename are the same.",
        "Check that the names stand in the right boxes.",
    ),
    query(
        "C0330",
        _P,
        "Surname",
        text("Surname").str.contains(r"(?i)^(test|dummy|unknown|tbc|n/?a|xxx+)$"),
        "The surname looks like a record made to try something out.",
        "Take trial records off roll before the return is made.",
    ),
]

_BIRTH: Final = [
    needed("C0340", _P, "DOB", "date of birth"),
    dated("C0341", _P, "DOB", "date of birth"),
    error(
        "C0342",
        _P,
        "DOB",
        day("DOB") > setting("census_day"),
        "The date of birth is after census day.",
        "Correct the date of birth in the MIS.",
    ),
    query(
        "C0343",
        _P,
        "DOB",
        (day("DOB") <= setting("census_day")) & ((age() < 2) | (age() > 25)),
        "The pupil is under 2 or over 25 by the date of birth.",
        "Check the date of birth; a child under two is not a pupil of the census.",
    ),
    query(
        "C0344",
        _P,
        "DOB",
        ON_ROLL & age().is_between(20, 25),
        "The pupil on roll is 20 or older.",
        "Check the date of birth, or take the pupil off roll if they left.",
        phases=("PS", "MP", "MS", "SS", "AT"),
    ),
    needed("C0350", _P, "Sex", "sex"),
    coded("C0351", _P, "Sex", "sex", "sex"),
    query(
        "C0352",
        _P,
        "DOB",
        (day("DOB").dt.month() == 1)
        & (day("DOB").dt.day() == 1)
        & ON_ROLL
        & repeated("DOB")
        & (pl.len().over("ret", "DOB") >= 5),
        "Five or more pupils have this first of January as their date of birth: it may stand for an unknown one.",
        "Check the birthdays against the evidence the parents gave.",
    ),
    query(
        "C0353",
        _P,
        "DOB NCyearLeaving",
        LEFT & ((age() - 4 - order("NCyearLeaving")).abs() > 2),
        "The leaver's age is more than two years from that of the year group left.",
        "Check the date of birth and the year group on leaving.",
        terms=("AUT",),
    ),
]

RULES: Final[list[Rule]] = [*_UPN, *_ULN, *_NAMES, *_BIRTH]
