"""Roles within a contract, additional payments."""

from __future__ import annotations

from typing import Final

import polars as pl

from concord.core.rules.aggregates import TEACHING_POSTS
from concord.core.rules.columns import absent, day, number, repeated, text
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, dated, error, measured, needed, query, truth

_R: Final = "role"
_Y: Final = "payment"
_HEADS: Final = ("HDTR", "EXHT", "DPHT", "ASHT")
_ASSISTANTS: Final = ("TASS", "HLTA", "LSEN", "BILN", "NNSE", "NASS", "WELF")
_TEACHING_ROLES: Final = ("TCHR", *_HEADS)
_TEACHES: Final = text("contract.Post").is_in(TEACHING_POSTS)

RULES: Final[list[Rule]] = [
    needed("W0401", _R, "RoleIdentifier", "role"),
    coded("W0402", _R, "RoleIdentifier", "role", "staff_role"),
    error(
        "W0403",
        _R,
        "RoleIdentifier",
        repeated("RoleIdentifier", within="cid"),
        "The same role stands twice in one contract.",
        "Keep one of the two.",
    ),
    query(
        "4722Q",
        _R,
        "RoleIdentifier",
        (_TEACHES & text("RoleIdentifier").is_in(_ASSISTANTS))
        | ((text("contract.Post") == "TAS") & text("RoleIdentifier").is_in(_TEACHING_ROLES))
        | ((text("contract.Post") == "SUP") & text("RoleIdentifier").is_in(_TEACHING_ROLES)),
        "The role does not go with the post.",
        "Check the post and the role; explain it where both are right.",
        dfe_rule="4722Q",
        source="DfE rule 4722Q, number and substance told [V]; which pairs go together is ours [K]",
    ),
    coded("W0404", _R, "PayRange", "pay range of the role", "pay_range"),
    measured("W0405", _R, "BasePay", "base pay of the role", 0, 999999),
    measured("W0406", _R, "PayRangeMinimum", "lowest pay of the role's range", 0, 999999),
    measured("W0407", _R, "PayRangeMaximum", "highest pay of the role's range", 0, 999999),
    error(
        "W0408",
        _R,
        "PayRangeMinimum PayRangeMaximum",
        number("PayRangeMinimum") > number("PayRangeMaximum"),
        "The lowest pay of the role's range is above the highest.",
        "Check the pay of the role.",
    ),
    truth("W0409", _R, "SafeguardedSalary", "safeguarded salary indicator of the role"),
    measured("W0410", _R, "HoursPerWeek", "hours a week of the role", 0, 168),
    measured("W0411", _R, "FTEHours", "full-time hours of the role", 0, 168),
    measured("W0412", _R, "WeeksPerYear", "weeks a year of the role", 0, 53),
    query(
        "W0413",
        _R,
        "HoursPerWeek FTEHours",
        number("HoursPerWeek") > number("FTEHours"),
        "More hours a week in the role than full time has.",
        "Check the hours of the role.",
    ),
    needed("W0501", _Y, "PaymentType", "type of the additional payment"),
    coded("W0502", _Y, "PaymentType", "type of the additional payment", "additional_payment"),
    needed("W0503", _Y, "PaymentAmount", "amount of the additional payment"),
    measured("W0504", _Y, "PaymentAmount", "amount of the additional payment", 0.01, 999999),
    dated("W0505", _Y, "PayStartDate", "start of the additional payment"),
    dated("W0506", _Y, "PayEndDate", "end of the additional payment"),
    error(
        "W0507",
        _Y,
        "PayEndDate PayStartDate",
        day("PayEndDate") < day("PayStartDate"),
        "The additional payment ends before it starts.",
        "Correct the dates.",
    ),
    error(
        "W0508",
        _Y,
        "PayStartDate PaymentType",
        (text("PaymentType") == "TL3") & pl.any_horizontal(absent("PayStartDate"), absent("PayEndDate")),
        "A payment for a responsibility of a fixed time has not both its dates.",
        "Enter the start and the end of the payment.",
        source="dates for TL3, seen in working code [V-impl]",
    ),
]
