"""The rule books: which rules belong to which collection."""

from __future__ import annotations

from functools import cache

from concord.core.rules import ctf, school_census, workforce
from concord.core.rules.rule import Rule
from concord.core.trouble import Trouble


@cache
def rules_of(kind: str) -> tuple[Rule, ...]:
    """Every rule of a kind of file (`SC`, `SWF`, `CTF`), in the order of its modules."""
    return {"SC": school_census.RULES, "SWF": workforce.RULES, "CTF": ctf.RULES}.get(kind, ())


@cache
def every_rule() -> tuple[Rule, ...]:
    """Every rule of every collection."""
    return (*rules_of("SC"), *rules_of("SWF"), *rules_of("CTF"))


@cache
def _by_code() -> dict[str, Rule]:
    return {rule.code.casefold(): rule for rule in every_rule()}


def rule_of(code: str) -> Rule:
    """The rule with a code, as DfE or we number it; `Trouble` where there is none."""
    found = _by_code().get(code.casefold())
    if found is None:
        raise Trouble(f"There is no rule {code!r}.", todo="`concord rules` lists every rule.")
    return found
