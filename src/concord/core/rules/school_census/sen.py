"""Special educational needs: provision, types of need, unit and resourced provision."""

from __future__ import annotations

from typing import Final

from concord.core.rules.columns import LEFT, ON_ROLL, count, flag, given, repeated, text
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, error, needed, query, truth, unasked

_P: Final = "pupil"
_N: Final = "sen_need"
_SPR: Final = ("SPR",)

RULES: Final[list[Rule]] = [
    needed("C0801", _P, "SENprovision", "special educational needs provision", ON_ROLL),
    coded("C0802", _P, "SENprovision", "special educational needs provision", "sen_provision"),
    error(
        "C0803",
        _P,
        "SENprovision",
        ON_ROLL & text("SENprovision").is_in(["K", "E"]) & (count("sen_needs") == 0),
        "SEN support or a plan, and no type of need.",
        "Enter the pupil's primary type of need.",
        terms=_SPR,
        source="own rule; types collected in spring [V-impl]",
    ),
    error(
        "C0804",
        _P,
        "SENprovision",
        (text("SENprovision") == "N") & (count("sen_needs") > 0),
        "A type of need for a pupil with no special educational need.",
        "Clear the type of need, or correct the provision.",
        terms=_SPR,
    ),
    error(
        "C0805",
        _P,
        "SENprovision",
        (count("sen_needs") > 0) & (count("sen_first") == 0),
        "The types of need have no first rank.",
        "Rank the primary type of need 1.",
        terms=_SPR,
    ),
    error(
        "C0806",
        _P,
        "SENprovision",
        count("sen_needs") > 2,
        "More than two types of need.",
        "Send the primary and the secondary type of need only.",
        terms=_SPR,
        source="COLLECT export schema 2025/26, at most two ranks [V]",
    ),
    needed("C0810", _N, "SENtype", "type of need", terms=_SPR),
    coded("C0811", _N, "SENtype", "type of need", "sen_type", terms=_SPR),
    needed("C0812", _N, "SENtypeRank", "rank of the type of need", terms=_SPR),
    coded("C0813", _N, "SENtypeRank", "rank of the type of need", "sen_rank", terms=_SPR),
    error(
        "C0814",
        _N,
        "SENtypeRank",
        repeated("SENtypeRank", within="pid"),
        "Two types of need of one pupil have the same rank.",
        "Rank the primary type of need 1 and the secondary 2.",
        terms=_SPR,
    ),
    error(
        "C0815",
        _N,
        "SENtype",
        repeated("SENtype", within="pid"),
        "The same type of need stands twice for one pupil.",
        "Keep one, or choose another secondary type of need.",
        terms=_SPR,
    ),
    error(
        "C0816",
        _N,
        "SENtype",
        (text("SENtype") == "NSA") & (text("pupil.SENprovision") == "E"),
        "A pupil with a plan has 'no specialist assessment' as type of need.",
        "A plan names the need: enter the type of need it names.",
        terms=_SPR,
    ),
    unasked("C0817", _N, "SENtype SENtypeRank", "type of need", terms=("AUT", "SUM")),
    truth("C0820", _P, "SENunitIndicator", "SEN unit indicator"),
    truth("C0821", _P, "ResourcedProvisionIndicator", "resourced provision indicator"),
    error(
        "C0822",
        _P,
        "SENunitIndicator ResourcedProvisionIndicator",
        flag("SENunitIndicator") & flag("ResourcedProvisionIndicator"),
        "The pupil is returned as in a SEN unit and in resourced provision.",
        "A pupil is in one of the two: clear the other.",
    ),
    query(
        "C0823",
        _P,
        "SENunitIndicator SENprovision",
        (flag("SENunitIndicator") | flag("ResourcedProvisionIndicator")) & (text("SENprovision") == "N"),
        "A pupil of a SEN unit or resourced provision with no special educational need.",
        "Check the provision and the indicators.",
    ),
    query(
        "C0824",
        _P,
        "SENprovision",
        ON_ROLL & (text("SENprovision") == "N"),
        "A pupil of a special school with no special educational need.",
        "Check the provision: pupils of special schools have a plan, or are being assessed for one.",
        phases=("SP",),
    ),
    query(
        "C0825",
        _P,
        "SENunitIndicator",
        flag("SENunitIndicator") | flag("ResourcedProvisionIndicator"),
        "A pupil of a special school or of alternative provision in a SEN unit or resourced provision.",
        "The indicators are for mainstream schools: clear them.",
        phases=("SP", "PR"),
    ),
    needed(
        "C0826",
        _P,
        "SENunitIndicator",
        "SEN unit indicator",
        ON_ROLL & text("SENprovision").is_in(["K", "E"]),
        "for a pupil with special educational needs",
        phases=("NS", "PS", "MP", "MS", "SS", "AT"),
        source="own rule from knowledge of the collection [K]",
    ),
    needed(
        "C0827",
        _P,
        "ResourcedProvisionIndicator",
        "resourced provision indicator",
        ON_ROLL & text("SENprovision").is_in(["K", "E"]),
        "for a pupil with special educational needs",
        phases=("NS", "PS", "MP", "MS", "SS", "AT"),
        source="own rule from knowledge of the collection [K]",
    ),
    query(
        "C0828",
        _P,
        "SENprovision",
        LEFT & (given("SENprovision") | (count("sen_needs") > 0)),
        "Special educational needs are recorded for a pupil who is no longer on roll.",
        "They are collected for pupils on roll, and with a suspension: leave them out.",
    ),
]
