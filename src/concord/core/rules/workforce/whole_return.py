"""The establishment's and the local authority's counts, and the workforce return as a whole."""

from __future__ import annotations

from typing import Final

from concord.core.rules.columns import count, previous, threshold
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import error, measured, query, whole

_S: Final = "school"
_L: Final = "la"
_R: Final = "return"

RULES: Final[list[Rule]] = [
    whole("W0901", _S, "OccasionalTeachersQTS", "number of occasional teachers with qualified status", 0, 999),
    whole("W0902", _S, "OccasionalTeachersNotQTS", "number of occasional teachers without qualified status", 0, 999),
    whole("W0903", _S, "AgencySupportStaff", "number of agency support staff", 0, 999),
    whole("W0911", _L, "EdPsychsFT", "number of full-time educational psychologists", 0, 999),
    whole("W0912", _L, "EdPsychsPT", "number of part-time educational psychologists", 0, 999),
    measured("W0913", _L, "EdPsychsFTE", "full-time equivalent of part-time educational psychologists", 0, 999),
    error(
        "W0921",
        _R,
        "",
        count("staff") == 0,
        "The return has no member of staff.",
        "Make the return again: the staff were not included.",
        level="return",
    ),
    query(
        "6550Q",
        _R,
        "",
        (count("senco_roles") == 0) & (count("staff") > 0),
        "No teacher has the role of SEN co-ordinator.",
        "Give the role to the teacher who has it; explain it where the post is vacant.",
        dfe_rule="6550Q",
        level="return",
        source="DfE notepad entries 2016 and a local authority's guide 2025 [V]",
    ),
    query(
        "7240Q",
        _R,
        "",
        (count("vacancies") == 0) & (count("staff") > 0),
        "The establishment has no vacancy.",
        "Explain it where there is none on census day.",
        dfe_rule="7240Q",
        level="return",
        source="DfE notepad entries 2016 and a local authority's guide 2025 [V]",
    ),
    query(
        "W0922",
        _R,
        "",
        (count("head_roles") == 0) & (count("staff") > 0),
        "Nobody has the role of head teacher.",
        "Give the role to the head, or explain it.",
        level="return",
    ),
    query(
        "W0923",
        _R,
        "",
        (count("absences") == 0) & (count("staff") >= 20),
        "Twenty members of staff or more, and no absence in a year.",
        "Check that absences are included when the return is made.",
        level="return",
    ),
    query(
        "W0924",
        _R,
        "",
        ((count("staff") - previous("staff")).abs() > 5)
        & ((count("staff") - previous("staff")).abs() * 100 > previous("staff") * threshold("staff_change")),
        "Since the last census, the number of staff has changed much: from {previous.staff} to {count.staff}.",
        "Check that all staff are included; explain it where the change is right.",
        level="return",
    ),
    query(
        "W0925",
        _R,
        "",
        (count("qualified") == 0) & (count("staff") > 0),
        "Nobody has qualified teacher status.",
        "Check the status of the teachers.",
        level="return",
    ),
]
