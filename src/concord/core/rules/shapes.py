# ruff: noqa: PLR0917 - a rule is a row of a table: its code, table, items and words go by their place
"""Rules that take the same shape for many items: each call makes one rule with its own code."""

from __future__ import annotations

from datetime import date
from typing import Final, TypedDict, Unpack

import polars as pl

from concord.core.rules.columns import CENSUS_DAY, absent, day, flag, given, number, text, unlisted
from concord.core.rules.rule import Level, Rule, Severity

EXPORT: Final = "COLLECT export schema 2025/26 [V]"
RANGE: Final = "COLLECT export schema 2025/26 for the kind of number; its range is ours [K]"
OWN: Final = "own rule from knowledge of the collection [K]"


class Told(TypedDict, total=False):
    """What a rule may say beside its expression and its words."""

    severity: Severity
    level: Level
    collection: str
    dfe_rule: str
    terms: tuple[str, ...]
    phases: tuple[str, ...]
    since: date
    until: date
    source: str


class More(Told, total=False):
    """What a rule of a shape may say: its own advice, too."""

    advice: str


def error(code: str, table: str, items: str, broken: pl.Expr, message: str, advice: str, **more: Unpack[Told]) -> Rule:
    """A rule that must hold. `items` are separated by spaces; the first is the one a finding points at."""
    return _rule(code, "error", table, items, broken, message, {**more, "advice": advice})


def query(code: str, table: str, items: str, broken: pl.Expr, message: str, advice: str, **more: Unpack[Told]) -> Rule:
    """Something unusual: put right, or explained with a note."""
    return _rule(code, "query", table, items, broken, message, {**more, "advice": advice})


def _rule(code: str, severity: Severity, table: str, items: str, broken: pl.Expr, message: str, more: More) -> Rule:
    told: More = {"severity": severity, "source": OWN, **more}
    return Rule(code, table=table, items=tuple(items.split()), message=message, broken=broken, **told)


def _shaped(code: str, table: str, item: str, broken: pl.Expr, message: str, advice: str, more: More) -> Rule:
    told: More = {"advice": advice, **more}
    return _rule(code, "error", table, item, broken, message, told)


def needed(
    code: str, table: str, item: str, label: str, when: pl.Expr | None = None, whom: str = "", **more: Unpack[More]
) -> Rule:
    """The item must be sent, where `when` holds (`whom` says so in words)."""
    broken = absent(item) if when is None else when & absent(item)
    message = f"The {label} is missing{' ' if whom else ''}{whom}."
    return _shaped(code, table, item, broken, message, f"Enter the {label} in the MIS and make the return again.", more)


def coded(
    code: str,
    table: str,
    item: str,
    label: str,
    code_set: str,
    when: pl.Expr | None = None,
    on: str = CENSUS_DAY,
    last: str = "",
    **more: Unpack[More],
) -> Rule:
    """The item, where sent, must be a code of the set in force on the day it is for."""
    broken = unlisted(item, code_set, on, last)
    message = f"The {label} '{{{item}}}' is not a code in force on the day it is for."
    advice = f"Choose the {label} again in the MIS; a code of an earlier list needs its successor."
    return _shaped(
        code, table, item, broken if when is None else when & broken, message, advice, {"source": EXPORT, **more}
    )


def dated(code: str, table: str, item: str, label: str, **more: Unpack[More]) -> Rule:
    """The item, where sent, must be a date of the calendar, year first."""
    message = f"The {label} is not a date that exists (year-month-day)."
    return _shaped(
        code,
        table,
        item,
        given(item) & day(item).is_null(),
        message,
        f"Correct the {label} in the MIS.",
        {"source": EXPORT, **more},
    )


def truth(code: str, table: str, item: str, label: str, **more: Unpack[More]) -> Rule:
    """The item, where sent, must be true or false."""
    message = f"The {label} must be true or false."
    return _shaped(
        code,
        table,
        item,
        given(item) & flag(item).is_null(),
        message,
        f"Set the {label} in the MIS.",
        {"source": EXPORT, **more},
    )


def whole(
    code: str, table: str, item: str, label: str, low: int = 0, high: int | None = None, **more: Unpack[More]
) -> Rule:
    """The item, where sent, must be a whole number from `low` to `high`."""
    value = number(item)
    bad = value.is_null() | (value != value.floor()) | (value < low)
    bad = bad if high is None else bad | (value > high)
    message = f"The {label} must be a whole number {_span(low, high)}."
    return _shaped(
        code, table, item, given(item) & bad, message, f"Correct the {label} in the MIS.", {"source": RANGE, **more}
    )


def measured(
    code: str, table: str, item: str, label: str, low: float = 0, high: float | None = None, **more: Unpack[More]
) -> Rule:
    """The item, where sent, must be a number from `low` to `high` with at most two decimals."""
    value = number(item)
    bad = value.is_null() | (value < low) | ((value * 100).round(6) != (value * 100).floor())
    bad = bad if high is None else bad | (value > high)
    message = f"The {label} must be a number {_span(low, high)}, with at most two decimals."
    return _shaped(
        code, table, item, given(item) & bad, message, f"Correct the {label} in the MIS.", {"source": RANGE, **more}
    )


def patterned(code: str, table: str, item: str, label: str, pattern: str, says: str, **more: Unpack[More]) -> Rule:
    """The item, where sent, must match a pattern, which `says` puts into words."""
    message = f"The {label} must be {says}."
    broken = ~text(item).str.contains(pattern)
    return _shaped(code, table, item, broken, message, f"Correct the {label} in the MIS.", more)


def unasked(code: str, table: str, items: str, label: str, when: pl.Expr | None = None, **more: Unpack[More]) -> Rule:
    """None of the items is collected in these `terms`: what is not asked for should not leave the establishment."""
    sent = pl.any_horizontal(given(item) for item in items.split())
    advice = f"Leave the {label} out of this term's return: data that is not asked for should not be sent."
    message = f"The {label} is not collected in this term, yet the file holds it."
    told: More = {"source": EXPORT, "advice": advice, **more}
    return _rule(code, "query", table, items, sent if when is None else when & sent, message, told)


def _span(low: float, high: float | None) -> str:
    return f"from {low:g} to {high:g}" if high is not None else f"of {low:g} or more"
