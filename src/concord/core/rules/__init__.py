"""The rule book of the collections, and the engine that runs it over returns."""

from __future__ import annotations

from concord.core.rules.books import every_rule, rule_of, rules_of
from concord.core.rules.causes import Cause, group_by_cause
from concord.core.rules.engine import check, check_many, counts
from concord.core.rules.rule import Finding, Outcome, Rule
from concord.core.rules.setting import CodeRow, Setting, Surroundings, setting_for, setting_of, shared_upns
from concord.core.rules.sheet import findings_sheet

__all__ = [
    "Cause",
    "CodeRow",
    "Finding",
    "Outcome",
    "Rule",
    "Setting",
    "Surroundings",
    "check",
    "check_many",
    "counts",
    "every_rule",
    "findings_sheet",
    "group_by_cause",
    "rule_of",
    "rules_of",
    "setting_for",
    "setting_of",
    "shared_upns",
]
