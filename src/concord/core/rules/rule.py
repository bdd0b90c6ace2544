"""What a rule is, and what checking a return answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

import polars as pl

Severity = Literal["error", "query"]
Level = Literal["return", "item"]


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule, in force on census days from `since` to `until` (both included; None is open).

    `code` is DfE's number where `dfe_rule` is known and the rule is its first; else our own, a letter and four digits.
    `terms` and `phases` are empty where the rule holds for all. `broken` is true for each row of `table` that breaks
    the rule; null counts as not broken, so a rule says itself when an absent item breaks it. The names it may use are
    those of `columns`. `message` may name columns in braces, harmless ones only. `source` ends with the tag of its
    evidence.
    """

    code: str
    severity: Severity
    table: str
    items: tuple[str, ...]
    message: str
    advice: str
    broken: pl.Expr
    dfe_rule: str | None = None
    level: Level = "item"
    collection: str = "SC"
    terms: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    source: str = "own rule [K]"

    @cached_property
    def names(self) -> frozenset[str]:
        """Every column that `broken` and the message stand on."""
        return frozenset(self.broken.meta.root_names()) | _braced(self.message)

    @property
    def verified(self) -> bool:
        """Whether the substance was seen in a named source of DfE's or a supplier's."""
        return self.source.endswith("[V]")

    def applies(self, term: str, phase: str | None, on: date | None) -> bool:
        """Whether the rule is asked of a return of this term and phase (None: not known), with this census day."""
        return (
            (not self.terms or term in self.terms)
            and (not self.phases or phase is None or phase in self.phases)
            and (on is None or ((self.since or date.min) <= on <= (self.until or date.max)))
        )


def _braced(message: str) -> set[str]:
    return {part.split("}")[0] for part in message.split("{")[1:]}


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that breaks one rule. `row` counts from 0 in its table; `pupil` is a UPN, or empty."""

    rule: str
    dfe_rule: str | None
    severity: Severity
    level: Level
    table: str
    row: int
    pupil: str
    item: str
    message: str


@dataclass
class Outcome:
    """What checking one return found.

    `totals` counts every broken row of every rule. `could_not_run` holds (rule, reason) for rules whose comparison data
    is not to hand.
    """

    could_not_run: list[tuple[str, str]] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)
    severities: dict[str, Severity] = field(default_factory=dict)
    rules_run: int = 0
    write: Callable[[], list[Finding]] = field(default=list, repr=False, compare=False)

    @cached_property
    def findings(self) -> list[Finding]:
        """Errors first, then by rule and row; cut at a cap, so that a file of a million errors stays readable.

        They are written out when first asked for: a county's totals need none of them.
        """
        return self.write()

    @property
    def kind(self) -> Literal["clean", "findings"]:
        """`clean` where no rule that ran was broken; what could not run is told apart."""
        return "findings" if self.totals else "clean"

    @property
    def counts(self) -> dict[str, int]:
        """Broken rows by severity: `{"error": n, "query": n}`."""
        counted: Counter[str] = Counter(error=0, query=0)
        for code, total in self.totals.items():
            counted[self.severities[code]] += total
        return dict(counted)

    @property
    def cut(self) -> int:
        """How many findings were counted but not listed."""
        return sum(self.totals.values()) - len(self.findings)
