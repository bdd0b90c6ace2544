"""The LA's own rules, run at the school before anything is sent: the school sees its errors first."""

from __future__ import annotations

from typing import Any

from concord.core.collection import UnknownCollection
from concord.core.returns import Return
from concord.core.rules import Outcome, check, setting_for


def check_return(ret: Return) -> Outcome | None:
    """What the rules find; None where the collection's days are not held here, so that no rule could be asked."""
    try:
        setting = setting_for(ret.header)
    except UnknownCollection:
        return None
    return check(ret, setting)


def summary(outcome: Outcome | None) -> dict[str, Any]:
    """For `--json`: the outcome, the counts, and the findings by rule with the first message of each."""
    if outcome is None:
        return {"outcome": "not checked", "counts": {"error": 0, "query": 0}, "rules": [], "could_not_run": []}
    first = {each.rule: each for each in reversed(outcome.findings)}
    rules = [
        {
            "rule": code,
            "severity": outcome.severities[code],
            "count": count,
            "message": first[code].message if code in first else "",
        }
        for code, count in sorted(outcome.totals.items())
    ]
    missing = [{"rule": rule, "reason": reason} for rule, reason in outcome.could_not_run]
    return {"outcome": outcome.kind, "counts": outcome.counts, "rules": rules, "could_not_run": missing}
