"""What a local authority accepted of DfE's spreadsheet: a file of its own, laid over the rule book.

One table a rule, by our code: `message`, `severity` (error, query), `terms` (of AUT, SPR, SUM), `number` (DfE's now).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from concord.core.collection import TERMS
from concord.core.rules.rule import Rule, Severity
from concord.core.trouble import Trouble

Accepted = Mapping[str, Mapping[str, Any]]
_WORDS: Final = ("message", "number")
_AGAIN: Final = "Accept DfE's spreadsheet again, or correct the file by hand."


def read_accepted(path: Path, known: Set[str]) -> Accepted:
    """The file, once every rule in it is one of `known` and every value one that it may be; else Trouble."""
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Trouble(f"{path.name} cannot be read.", why=str(fault), todo=_AGAIN) from fault
    for code, entry in told.items():
        why = "There is no such rule." if code not in known else _wrong(entry)
        if why:
            raise Trouble(f"{path.name} cannot be laid over the rule book: {code}.", why=why, todo=_AGAIN)
    return told


def _wrong(entry: Any) -> str:
    """What is wrong with the entry of a rule; empty where nothing is."""
    if not isinstance(entry, dict):
        return "A rule is a table with its message, severity, terms or number."
    strange = set(entry) - {*_WORDS, "severity", "terms"}
    if strange:
        return f"{', '.join(sorted(strange))} cannot be changed."
    if any(not isinstance(entry[name], str) or not entry[name].strip() for name in _WORDS if name in entry):
        return "A message and a number are text."
    if entry.get("severity", "error") not in ("error", "query"):
        return "A severity is error or query."
    terms = entry.get("terms", [])
    if not isinstance(terms, list) or any(term not in TERMS for term in terms):
        return "Terms are a list of AUT, SPR and SUM."
    return ""


def amended(rules: Sequence[Rule], told: Accepted) -> tuple[Rule, ...]:
    """The rules with what was accepted laid over them; expressions, tables and codes stay ours."""
    return tuple(_amended(rule, told[rule.code]) if rule.code in told else rule for rule in rules)


def _amended(rule: Rule, told: Mapping[str, Any]) -> Rule:
    severity: Severity = "query" if told.get("severity", rule.severity) == "query" else "error"
    number = told.get("number", rule.dfe_rule)
    message = told["message"].replace("{", "(").replace("}", ")") if "message" in told else rule.message
    source = f"DfE rule {number}, words from DfE's spreadsheet [V]" if number else rule.source
    return replace(
        rule,
        severity=severity,
        message=message,
        terms=tuple(told.get("terms", rule.terms)),
        dfe_rule=number,
        source=source,
    )
