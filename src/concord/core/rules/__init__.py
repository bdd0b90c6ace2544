"""The rule book of the collections, and the engine that runs it over returns."""

from __future__ import annotations

from concord.core.rules.books import every_rule, rule_of, rules_of
from concord.core.rules.engine import check, check_many
from concord.core.rules.rule import Finding, Outcome, Rule
from concord.core.rules.setting import CodeRow, Setting, Surroundings, setting_of, shared_upns

__all__ = [
    "CodeRow",
    "Finding",
    "Outcome",
    "Rule",
    "Setting",
    "Surroundings",
    "check",
    "check_many",
    "every_rule",
    "rule_of",
    "rules_of",
    "setting_of",
    "shared_upns",
]
