"""The rules of the School Workforce Census. Its items are seen in working code, not in DfE's text: few are DfE's."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from concord.core.rules.rule import Rule
from concord.core.rules.shapes import EXPORT, OWN, RANGE
from concord.core.rules.workforce import absence, contract, header, member, role, whole_return

MODULES: Final = (header, member, contract, role, absence, whole_return)
_SOURCES: Final = {
    EXPORT: "item seen in working code, its codes or form in DfE's lists; the rule is ours [V-impl]",
    RANGE: "item seen in working code; its range is ours [K]",
    OWN: "own rule; item seen in working code [K]",
}


def _ours(rule: Rule) -> Rule:
    """A rule of this collection, with the evidence its items have here: weaker than the School Census's."""
    return replace(rule, collection="SWF", source=_SOURCES.get(rule.source, rule.source))


RULES: Final[tuple[Rule, ...]] = tuple(_ours(rule) for module in MODULES for rule in module.RULES)
