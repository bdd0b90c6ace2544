"""The rules of the School Census, one file a module of its specification."""

from __future__ import annotations

from typing import Final

from concord.core.rules.rule import Rule
from concord.core.rules.school_census import (
    address,
    aims,
    alternative_provision,
    attendance,
    characteristics,
    childcare,
    classes,
    early_years,
    exclusions,
    fsm,
    header,
    learner_support,
    leavers,
    post16,
    pupil_identity,
    return_level,
    school,
    sen,
    special_school,
    status,
)

MODULES: Final = (
    header,
    school,
    special_school,
    classes,
    childcare,
    pupil_identity,
    characteristics,
    early_years,
    fsm,
    status,
    sen,
    address,
    attendance,
    exclusions,
    alternative_provision,
    post16,
    aims,
    learner_support,
    leavers,
    return_level,
)

RULES: Final[tuple[Rule, ...]] = tuple(rule for module in MODULES for rule in module.RULES)
