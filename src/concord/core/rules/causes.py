"""Findings put together by what causes them: forty pupils with one wrong code are one thing to put right."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from concord.core.rules.books import rule_of
from concord.core.rules.rule import Finding, Level, Outcome, Severity


@dataclass(frozen=True)
class Cause:
    """One rule broken in one return: how often, by how many pupils, and what to do about all of it.

    `count` is of all broken rows; `pupils` of the different UPNs among those listed in the outcome.
    """

    rule: str
    dfe_rule: str | None
    severity: Severity
    level: Level
    table: str
    count: int
    pupils: int
    message: str
    advice: str
    findings: tuple[Finding, ...]

    @property
    def words(self) -> str:
        """`42 pupils: The ethnicity is not a code in force on the day it is for.`"""
        if self.level == "return" or (self.count == 1 and not self.pupils):
            return self.message
        whole = self.pupils and self.count == len(self.findings)
        whom = ("1 pupil" if self.pupils == 1 else f"{self.pupils:,} pupils") if whole else f"{self.count:,} records"
        return f"{whom}: {self.message}"


def group_by_cause(outcome: Outcome) -> list[Cause]:
    """One cause for each rule broken: errors first, then the most frequent."""
    listed: dict[str, list[Finding]] = defaultdict(list)
    for finding in outcome.findings:
        listed[finding.rule].append(finding)
    causes = [_cause(code, total, listed[code]) for code, total in outcome.totals.items()]
    return sorted(causes, key=lambda cause: (cause.severity, -cause.count, cause.rule))


def _cause(code: str, total: int, findings: list[Finding]) -> Cause:
    rule = rule_of(code)
    messages = {finding.message for finding in findings}
    message = messages.pop() if len(messages) == 1 else general(rule.message)
    pupils = len({finding.pupil for finding in findings if finding.pupil})
    told = (rule.dfe_rule, rule.severity, rule.level, rule.table)
    return Cause(code, *told, total, pupils, message, rule.advice, tuple(findings))


def general(message: str) -> str:
    """A rule's message without the values it names: `The ethnicity is not a code in force …`."""
    return re.sub(r" ?'?\{[^}]*\}'?", "", message)
