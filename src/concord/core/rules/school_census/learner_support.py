"""Learner support, and learner funding and monitoring, of the sixth form."""

from __future__ import annotations

from typing import Final

from concord.core.rules.columns import age, given, repeated, text
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import coded, error, needed, query, unasked

_S: Final = "learner_support"
_F: Final = "learner_fam"
_BOTH: Final = ("SPR", "SUM")

RULES: Final[list[Rule]] = [
    needed("C1551", _S, "SupportCode", "learner support code", terms=_BOTH),
    coded("C1552", _S, "SupportCode", "learner support code", "learner_support", terms=_BOTH),
    error(
        "C1553",
        _S,
        "SupportCode",
        repeated("SupportCode", within="pid"),
        "The same learner support stands twice for one pupil.",
        "Keep one of the two.",
        terms=_BOTH,
    ),
    query(
        "C1554",
        _S,
        "SupportCode",
        given("SupportCode") & (age("pupil.DOB") < 15),
        "Learner support for a pupil under 15.",
        "Learner support is for the sixth form: clear it for younger pupils.",
        terms=_BOTH,
    ),
    unasked("C1555", _S, "SupportCode", "learner support", terms=("AUT",)),
    needed("C1561", _F, "LearnerFAMType", "type of learner funding and monitoring"),
    coded("C1562", _F, "LearnerFAMType", "type of learner funding and monitoring", "learner_fam_type"),
    needed("C1563", _F, "LearnerFAMCode", "code of learner funding and monitoring"),
    coded("C1564", _F, "LearnerFAMCode", "code of learner funding and monitoring", "learner_fam_code"),
    error(
        "C1565",
        _F,
        "LearnerFAMType LearnerFAMCode",
        repeated("LearnerFAMType", "LearnerFAMCode", within="pid"),
        "The same funding and monitoring record stands twice for one pupil.",
        "Keep one of the two.",
    ),
    query(
        "C1566",
        _F,
        "LearnerFAMType",
        given("LearnerFAMType") & (age("pupil.DOB") < 15),
        "Learner funding and monitoring for a pupil under 15.",
        "It is collected for the sixth form: clear it for younger pupils.",
    ),
    query(
        "C1567",
        _F,
        "LearnerFAMType",
        text("LearnerFAMType").is_in(["EMH", "MMH"]) & repeated("LearnerFAMType", within="pid"),
        "Two records of one condition of funding for one pupil.",
        "Keep the one that holds.",
    ),
]
