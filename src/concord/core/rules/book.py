"""The rule book as a page: every rule, its words, when it holds, and its cases."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from concord.core.rules import ctf, school_census, workforce
from concord.core.rules.rule import Rule

_SIDES: Final = {"pass": "holds", "fail": "broken"}
_BOOKS: Final = {
    "School Census": (school_census.RULES, school_census.MODULES, "school_census"),
    "School Workforce Census": (workforce.RULES, workforce.MODULES, "workforce"),
    "Common Transfer File": (ctf.RULES, ctf.MODULES, "ctf"),
}


def render_rule_book(cases: Path) -> str:
    """The page in Markdown; `cases` is the folder of the case files (`tests/cases`)."""
    lines = [
        "# The rule book",
        "",
        "Made by `python -m concord.site.documents` from the rules and their cases: do not edit it by hand.",
        "",
        "An **error** must be put right. A **query** is unusual: put right, or explained with a note. A rule that",
        "needs data which is not to hand is told as *could not run*, never as passed. The tag after a source says how",
        "sure it is: V seen in a source, V-impl seen in working code, K from knowledge. Rules with K are ours.",
        "",
    ]
    for title, (book, modules, folder) in _BOOKS.items():
        rules = list(book)
        verified = sum(1 for rule in rules if rule.dfe_rule)
        lines += [f"## {title}", "", f"{len(rules)} rules, {verified} of them under a number of DfE's.", ""]
        for module in modules:
            lines += [f"### {(module.__doc__ or '').strip()}", ""]
            own = {rule.code for rule in module.RULES}
            lines += [line for rule in rules if rule.code in own for line in _rule(rule, cases / folder)]
    return "\n".join(lines).rstrip() + "\n"


def _rule(rule: Rule, folder: Path) -> Iterator[str]:
    number = f" (DfE {rule.dfe_rule})" if rule.dfe_rule and rule.dfe_rule != rule.code else ""
    yield f"**{rule.code}**{number} · {rule.severity} · {' '.join((rule.table, *rule.items))}{_when(rule)}  "
    yield f"{rule.message} *{rule.advice}*  "
    yield f"Source: {rule.source}.  "
    yield from _cases(tomllib.loads((folder / f"{rule.code}.toml").read_text("utf-8")))
    yield ""


def _when(rule: Rule) -> str:
    limits = [" ".join(rule.terms), " ".join(rule.phases)]
    limits += [f"from {rule.since}"] if rule.since else []
    limits += [f"to {rule.until}"] if rule.until else []
    return "".join(f" · {limit}" for limit in limits if limit)


def _cases(told: dict[str, Any]) -> Iterator[str]:
    for side in ("pass", "fail", "edge"):
        case = told[side]
        answer = _SIDES.get(side) or _SIDES[case["expect"]]
        changes = "; ".join(_changes(case)) or "the base return"
        why = f" ({case['says']})" if "says" in case else ""
        yield f"- {side}: {changes} → {answer}{why}"


def _changes(case: dict[str, Any]) -> Iterator[str]:
    yield from (f"{name} `{case[name]}`" for name in ("phase", "capacity") if name in case)
    yield from (f"`{place}` = `{value}`" for place, value in case.get("change", {}).items())
    yield from (f"without `{place}`" for place in case.get("drop", ()))
    yield from (f"`{place}` {times} times more" for place, times in case.get("repeat", {}).items())
    yield from (f"last census `{name}` {value}" for name, value in case.get("previous", {}).items())
    if "elsewhere" in case:
        yield f"{len(case['elsewhere'])} of its pupils elsewhere"
