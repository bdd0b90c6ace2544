"""What is asked about the pupil: ethnicity, language, service child, earlier care, young carer, funding flags."""

from __future__ import annotations

from typing import Final

from concord.core.rules.columns import ON_ROLL, absent, age, flag, given, order, text
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, error, needed, query, truth, unasked

_P: Final = "pupil"
_SPR: Final = ("SPR",)
_INFANT: Final = order("NCyearActual").is_between(0, 2) | (text("NCyearActual").eq("X") & age().is_between(4, 6))

RULES: Final[list[Rule]] = [
    needed("C0401", _P, "Ethnicity", "ethnicity", ON_ROLL & (age() >= 5), "for a pupil aged 5 or over", terms=_SPR),
    coded("C0402", _P, "Ethnicity", "ethnicity", "ethnicity"),
    unasked("C0403", _P, "Ethnicity", "ethnicity", terms=("AUT", "SUM")),
    query(
        "C0404",
        _P,
        "Ethnicity",
        text("Ethnicity").is_in(["ABRI", "AWEL", "BBRI", "BWEL"]),
        "The ethnicity code is one that seems to belong to the Welsh collection.",
        "Choose the nearest code of the list for England, as the parent or pupil described it.",
    ),
    needed("C0410", _P, "Language", "first language", ON_ROLL & (age() >= 5), "for a pupil aged 5 or over"),
    coded("C0411", _P, "Language", "first language", "language"),
    query(
        "C0412",
        _P,
        "Language",
        ON_ROLL & (text("Language") == "ZZZ"),
        "The first language is still waiting to be classified.",
        "Ask the parent again, and choose the language from the list.",
    ),
    query(
        "C0413",
        _P,
        "Language",
        text("Language").is_in(["OTH", "OTB"]),
        "The first language is only known to be other than English.",
        "Ask the parent which language it is: the list has 300.",
    ),
    needed("C0420", _P, "ServiceChild", "service child indicator", ON_ROLL, terms=_SPR),
    coded(
        "1741",
        _P,
        "ServiceChild",
        "service child indicator",
        "service_child",
        dfe_rule="1741",
        source="DfE rule 1741, told by a supplier [V]",
    ),
    needed(
        "C0430",
        _P,
        "PLAA",
        "post looked-after arrangement",
        ON_ROLL,
        source="own rule from knowledge of the collection [K]",
        severity="query",
        advice="Enter 'not declared' where the parent has not told of any arrangement.",
    ),
    coded("C0431", _P, "PLAA", "post looked-after arrangement", "plaa"),
    needed(
        "C0440",
        _P,
        "YoungCarer",
        "young carer indicator",
        ON_ROLL,
        terms=_SPR,
        advice="Enter 'not declared' where neither parent nor school has identified the pupil as a carer.",
    ),
    coded("C0441", _P, "YoungCarer", "young carer indicator", "young_carer"),
    unasked("C0442", _P, "YoungCarer", "young carer indicator", terms=("AUT", "SUM")),
    query(
        "C0443",
        _P,
        "YoungCarer",
        text("YoungCarer").is_in(["P", "S"]) & (age() < 4),
        "A child under four is returned as a young carer.",
        "Check the record: it may be a parent's or an older child's.",
        terms=_SPR,
    ),
    needed(
        "C0450",
        _P,
        "SchoolLunchTaken",
        "record of a school lunch taken on census day",
        ON_ROLL & _INFANT,
        "for a pupil of reception, year 1 or year 2",
        source="own rule from knowledge of the collection [K]",
    ),
    truth("C0451", _P, "SchoolLunchTaken", "record of a school lunch taken"),
    query(
        "C0452",
        _P,
        "SchoolLunchTaken NCyearActual",
        flag("SchoolLunchTaken") & ~_INFANT,
        "A school lunch is recorded for a pupil who is not in reception, year 1 or year 2.",
        "The item is for infants only: clear it for older pupils.",
    ),
    needed(
        "C0460",
        _P,
        "YSSA",
        "answer about sharing data with youth support services",
        ON_ROLL & (age() >= 12),
        "for a pupil aged 12 or over",
        severity="query",
        source="own rule from knowledge of the collection [K]",
    ),
    coded("C0461", _P, "YSSA", "answer about youth support services", "yssa"),
    query(
        "C0462",
        _P,
        "YSSA",
        given("YSSA") & (age() < 11),
        "There is an answer about youth support services for a pupil under 11.",
        "The item is for pupils aged 12 and over: clear it for younger ones.",
    ),
    truth("C0470", _P, "TopUpFunding", "top-up funding indicator"),
    needed(
        "C0471",
        _P,
        "TopUpFunding",
        "top-up funding indicator",
        ON_ROLL,
        severity="query",
        source="own rule from knowledge of the collection [K]",
    ),
    query(
        "C0472",
        _P,
        "TopUpFunding SENprovision",
        flag("TopUpFunding") & (text("SENprovision") == "N"),
        "Top-up funding for a pupil with no special educational need.",
        "Check both: top-up funding is for high needs, in alternative provision too.",
        phases=("NS", "PS", "MP", "MS", "SS", "AT", "SP"),
    ),
    error(
        "C0480",
        _P,
        "NCyearActual",
        ON_ROLL & absent("NCyearActual"),
        "The year group is missing.",
        "Put the pupil in a year group in the MIS; X where the pupil follows no year of the national curriculum.",
        source="COLLECT export schema 2025/26 [V]",
    ),
]
