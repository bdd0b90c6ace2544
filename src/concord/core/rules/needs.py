"""What a rule needs beside the return itself, followed through readings and counts."""

from __future__ import annotations

from functools import cache
from typing import Final

from concord.core.returns import Return
from concord.core.rules.aggregates import AGGREGATES
from concord.core.rules.batch import KEYS
from concord.core.rules.derive import AGE_DAYS
from concord.core.rules.rule import Rule
from concord.core.rules.setting import Setting, Surroundings

_GATHERED: Final = (*KEYS, "school", "header", "return")


@cache
def _of(table: str, name: str) -> frozenset[str]:
    prefix, dot, rest = name.partition(".")
    if dot and prefix in _GATHERED:
        return _of(prefix, rest) | _of_table(prefix)
    if prefix in ("setting", "threshold", "previous", "capacity"):
        return frozenset({name})
    if dot and prefix == "count":
        aggregate = AGGREGATES[table][0][rest]
        return frozenset[str]().union(*(_of(aggregate.table, each) for each in aggregate.names))
    base, at, reading = name.rpartition("@")
    return _of(table, base) | _of_reading(reading) if at else frozenset()


def _of_table(table: str) -> frozenset[str]:
    return frozenset({f"table.{table}"}) if table in ("school", "header") else frozenset()


def _of_reading(reading: str) -> frozenset[str]:
    if reading.startswith("listed:"):
        _, code_set, *dates = reading.split(":")
        return frozenset({f"codes.{code_set}"}) | {each for each in dates if each.startswith("setting.")}
    if reading in AGE_DAYS:
        return frozenset({f"setting.{AGE_DAYS[reading]}"})
    return frozenset({"elsewhere"}) if reading == "elsewhere" else frozenset()


def _exported(ret: Return, table: str) -> bool:
    """Whether an export held the table: COLLECT leaves tables out, which is no omission of the establishment's."""
    if table == "header":
        return bool(ret.header.created or ret.header.lea)
    return "school" in ret.tables and ret.tables["school"].height > 0


@cache
def needs(rule: Rule) -> frozenset[str]:
    """`setting.DAY`, `threshold.NAME`, `codes.SET`, `previous.NAME`, `capacity`, `elsewhere`, `table.school|header`."""
    return _of_table(rule.table).union(*(_of(rule.table, name) for name in rule.names))


def missing_in_setting(rule: Rule, setting: Setting) -> str:
    """Why the rule cannot run for any return of the collection; empty where it can."""
    for need in sorted(needs(rule)):
        kind, _, name = need.partition(".")
        if kind == "setting" and name not in setting.days:
            return f"The collection's dates do not hold '{name.replace('_', ' ')}'."
        if kind == "threshold" and name not in setting.thresholds:
            return f"The thresholds do not hold '{name}'."
        if kind == "codes" and name not in setting.codes:
            return f"The code set '{name}' is not loaded."
    return ""


@cache
def leans_on_surroundings(rule: Rule) -> bool:
    """Whether it can differ from one return of a collection to another if the rule can run."""
    return any(need.partition(".")[0] in ("previous", "capacity", "elsewhere", "table") for need in needs(rule))


def missing_around(rule: Rule, ret: Return, around: Surroundings) -> str:
    """Why the rule cannot run for one return; empty where it can."""
    for need in sorted(needs(rule)):
        kind, _, name = need.partition(".")
        if kind == "previous" and (around.previous is None or name not in around.previous):
            return "The last census of this establishment is not to hand."
        if kind == "table" and ret.form == "collect_csv" and not _exported(ret, name):
            return f"The export from COLLECT has no table of the {'header' if name == 'header' else 'establishment'}."
        if kind == "capacity" and around.capacity is None:
            return "The capacity of this establishment is not to hand."
        if kind == "elsewhere" and around.elsewhere is None:
            return "The returns of the other establishments are not to hand."
    return ""
