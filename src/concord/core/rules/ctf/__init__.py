"""The rules of the Common Transfer File. DfE's own text was not to hand: all codes are ours, each source says why."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from concord.core.rules.ctf import addressed, attainment, contact, history, pupil
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import EXPORT, OWN, RANGE

MODULES: Final = (addressed, pupil, history, contact, attainment)
_SOURCES: Final = {
    EXPORT: "item seen in working code, its codes or form in DfE's lists; the rule is ours [V-impl]",
    RANGE: "item seen in working code; its range is ours [K]",
    OWN: "own rule; item seen in working code [K]",
}


def _ours(rule: Rule) -> Rule:
    """A rule of this kind of file, with the evidence its items have here and the words of a file, not of a return."""
    advice = rule.advice.replace("make the return again", "make the file again")
    return replace(rule, collection="CTF", source=_SOURCES.get(rule.source, rule.source), advice=advice)


RULES: Final[tuple[Rule, ...]] = tuple(_ours(rule) for module in MODULES for rule in module.RULES)
