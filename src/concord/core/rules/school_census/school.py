"""The establishment: its characteristics, admission appeals, reconciliation and free meals."""

from __future__ import annotations

from typing import Final

import polars as pl

from concord.core.rules.columns import absent, flag, number, order, text
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, error, needed, patterned, query, truth, unasked, whole

_S: Final = "school"
_SPR: Final = ("SPR",)
_NOT_SPR: Final = ("AUT", "SUM")
_APPEALS: Final = (("Secondary", "22"), ("Infants", "23"))
_RECONCILED: Final = {
    "PartTimeNotIn": "number of part-time pupils not in on census day",
    "PrivateStudy": "number of pupils on private study",
    "PupilsAtOtherSchool": "number of pupils at another school",
    "WorkExperience": "number of pupils on work experience",
    "FECollege": "number of pupils at a further education college",
}


def _counts(stem: str, number_of: str) -> list[Rule]:
    """The five counts of one kind of admission appeal, and how they must add up."""
    kind = "infant class" if stem == "Infants" else "secondary"
    parts = ("Lodged", "Withdrawn", "Heard", "Upheld", "Rejected")
    counts = [
        whole(f"C{number_of}0{at}", _S, stem + part, f"number of {kind} appeals {part.lower()}", terms=_SPR)
        for at, part in enumerate(parts, 1)
    ]
    lodged, withdrawn, heard, upheld, rejected = (number(stem + part) for part in parts)
    advice = f"Check the {kind} appeals of the last admission round against the clerk's record."
    return [
        *counts,
        error(
            f"C{number_of}06",
            _S,
            f"{stem}Heard {stem}Lodged {stem}Withdrawn",
            heard > lodged - withdrawn.fill_null(0),
            f"More {kind} appeals were heard than lodged and not withdrawn.",
            advice,
            terms=_SPR,
        ),
        error(
            f"C{number_of}07",
            _S,
            f"{stem}Upheld {stem}Rejected {stem}Heard",
            upheld + rejected != heard,
            f"The {kind} appeals upheld and rejected do not add up to those heard.",
            advice,
            terms=_SPR,
        ),
        unasked(
            f"C{number_of}08",
            _S,
            " ".join(stem + part for part in parts),
            f"record of {kind} appeals",
            terms=_NOT_SPR,
        ),
    ]


_IDENTITY: Final = [
    needed("C0201", _S, "SchoolName", "establishment's name"),
    needed("C0202", _S, "Phase", "phase"),
    coded("C0203", _S, "Phase", "phase", "school_phase"),
    needed("C0204", _S, "Type", "type of establishment"),
    coded("C0205", _S, "Type", "type of establishment", "school_type"),
    needed("C0206", _S, "Intake", "intake"),
    coded("C0207", _S, "Intake", "intake", "school_intake"),
    needed("C0208", _S, "Governance", "governance"),
    coded("C0209", _S, "Governance", "governance", "school_governance"),
    needed("C0210", _S, "HighestNCyearGroup", "highest year group"),
    coded("C0211", _S, "HighestNCyearGroup", "highest year group", "nc_year"),
    needed("C0212", _S, "LowestNCyearGroup", "lowest year group"),
    coded("C0213", _S, "LowestNCyearGroup", "lowest year group", "nc_year"),
    error(
        "C0214",
        _S,
        "LowestNCyearGroup HighestNCyearGroup",
        order("LowestNCyearGroup") > order("HighestNCyearGroup"),
        "The lowest year group is above the highest.",
        "Correct the year groups in the MIS's school details.",
    ),
    needed("C0215", _S, "PhoneNo", "telephone number"),
    patterned("C0216", _S, "PhoneNo", "telephone number", r"^[0-9 ()+]{10,20}$", "ten digits or more"),
    needed("C0217", _S, "Email", "establishment's e-mail address"),
    patterned("C0218", _S, "Email", "e-mail address", r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "one address with an @"),
]

_SENSE: Final = [
    query(
        "C0219",
        _S,
        "Governance Type",
        (text("Type") == "49") & (text("Governance") != "CA"),
        "The type says academy and the governance says otherwise.",
        "After a conversion both change: set the governance to academy, or the type to what it was.",
    ),
    query(
        "C0220",
        _S,
        "HighestNCyearGroup Phase",
        (text("Phase") == "PS") & (order("HighestNCyearGroup") > 8),
        "A primary phase, and a highest year group above year 8.",
        "Check the phase: a school with pupils from primary to year 11 is all-through.",
    ),
    query(
        "C0221",
        _S,
        "LowestNCyearGroup Phase",
        (text("Phase") == "SS") & (order("LowestNCyearGroup") < 7),
        "A secondary phase, and a lowest year group below year 7.",
        "Check the phase: a school with primary year groups is all-through or middle.",
    ),
    error(
        "C0222",
        _S,
        "Intake Phase",
        (text("Phase") == "SP") & ~text("Intake").is_in(["SPEC", "HOSP"]),
        "A special school whose intake is neither special nor hospital.",
        "Set the intake to special or hospital in the MIS's school details.",
    ),
    error(
        "C0223",
        _S,
        "Intake Phase",
        text("Intake").is_in(["SPEC", "HOSP"]) & ~text("Phase").is_in(["SP", "PR"]),
        "The intake is special or hospital, and the phase is not special.",
        "Check the phase and the intake in the MIS's school details.",
    ),
    query(
        "C0224",
        _S,
        "Intake Phase",
        text("Intake").str.starts_with("SEL") & text("Phase").is_in(["NS", "PS"]),
        "A selective intake in a primary phase.",
        "Check the intake in the MIS's school details.",
    ),
    error(
        "C0225",
        _S,
        "HighestNCyearGroup LowestNCyearGroup",
        pl.any_horizontal(text(item).is_in(["X", "M"]) for item in ("HighestNCyearGroup", "LowestNCyearGroup")),
        "The highest or lowest year group is X or M, which are not year groups of an establishment.",
        "Give the highest and lowest year groups of the establishment as they are in the register of schools.",
    ),
    query(
        "C0226",
        _S,
        "HighestNCyearGroup Phase",
        (text("Phase") == "NS") & (order("HighestNCyearGroup") > 0),
        "A nursery phase, and a highest year group above reception.",
        "Check the phase and the year groups in the MIS's school details.",
    ),
]

_SPRING: Final = [
    *(whole(f"C023{at}", _S, item, label, terms=_SPR) for at, (item, label) in enumerate(_RECONCILED.items(), 1)),
    query(
        "C0236",
        _S,
        "PartTimeNotIn",
        number("PartTimeNotIn") > pl.col("return.count.part_time"),
        "More part-time pupils were not in on census day than are on roll part-time.",
        "Check the part-time flags and the reconciliation screen of the MIS.",
        terms=_SPR,
    ),
    unasked("C0237", _S, " ".join(_RECONCILED), "reconciliation of pupils", terms=_NOT_SPR),
    whole("C0240", _S, "FreeMealsTaken", "number of free school meals taken", terms=_SPR),
    needed(
        "C0241",
        _S,
        "FreeMealsTaken",
        "number of free school meals taken",
        terms=_SPR,
        phases=("NS", "PS", "MP", "MS", "SS", "AT", "SP"),
    ),
    query(
        "1320Q",
        _S,
        "FreeMealsTaken",
        number("FreeMealsTaken") > pl.col("return.count.fsm"),
        "More free meals were taken on census day than there are pupils who may have one.",
        "Check the count of meals, and that every pupil entitled on census day has an open free-meal period.",
        dfe_rule="1320Q",
        terms=_SPR,
        source="DfE rule 1320Q, told by a supplier [V]",
    ),
    unasked("C0242", _S, "FreeMealsTaken", "number of free school meals taken", terms=_NOT_SPR),
    truth("C0245", _S, "ChildMothers", "provision for child mothers", terms=_SPR, phases=("PR",)),
    whole("C0246", _S, "TeenMotherPlaces", "number of places for teenage mothers", terms=_SPR, phases=("PR",)),
    truth("C0247", _S, "ChildCarePlaces", "childcare on site for child mothers", terms=_SPR, phases=("PR",)),
    error(
        "C0248",
        _S,
        "TeenMotherPlaces ChildMothers",
        flag("ChildMothers") & absent("TeenMotherPlaces"),
        "There is provision for child mothers, and the number of places is missing.",
        "Enter the number of places, or say there is no provision.",
        terms=_SPR,
        phases=("PR",),
    ),
    error(
        "C0249",
        _S,
        "TeenMotherPlaces ChildMothers",
        (number("TeenMotherPlaces") > 0) & ~flag("ChildMothers"),
        "There are places for teenage mothers, and the return says there is no provision for them.",
        "Correct one of the two in the MIS.",
        terms=_SPR,
        phases=("PR",),
    ),
]

RULES: Final[list[Rule]] = [
    *_IDENTITY,
    *_SENSE,
    *_SPRING,
    *(rule for stem, at in _APPEALS for rule in _counts(stem, at)),
]
