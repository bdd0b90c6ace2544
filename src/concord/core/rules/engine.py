"""Runs the rules over returns: one select for each table, whether of one establishment or of a county."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from concord.core.returns import Return
from concord.core.rules.aggregates import OF_RETURN
from concord.core.rules.batch import Batch
from concord.core.rules.books import rules_of
from concord.core.rules.needs import leans_on_surroundings, missing_around, missing_in_setting
from concord.core.rules.rule import Finding, Outcome, Rule
from concord.core.rules.setting import Setting

CAP_OF_RULE: Final = 2_000
"""Findings listed of one rule in one return; the rest are counted."""
CAP_OF_RETURN: Final = 20_000
"""Findings listed of one return."""
PHASES: Final = frozenset({"NS", "PS", "MP", "MS", "SS", "SP", "AT", "PR", "EY", "NO"})
_ONE_SELECT_LAZY: Final = 20_000
"""Rows from which the lazy engine's sharing and threads are worth its planning."""


@dataclass(frozen=True, eq=False)
class Hits:
    """The broken rows of one rule in a batch, by return: `ret`, `row`, `upn` and the columns its message names."""

    rule: Rule
    rows: pl.DataFrame

    @cached_property
    def by_return(self) -> NDArray[np.uint32]:
        """The return of each row; ascending, as tables are laid out return by return."""
        return self.rows["ret"].to_numpy()

    def of(self, at: int, most: int) -> pl.DataFrame:
        """The first rows of one return, no more than `most`."""
        first, last = np.searchsorted(self.by_return, [at, at + 1])
        return self.rows.slice(int(first), min(int(last - first), most))


def check(ret: Return, setting: Setting, rules: Sequence[Rule] | None = None) -> Outcome:
    """Every rule in force for this return's collection, term, phase and census day, over all its rows."""
    return check_many([ret], setting, rules)[0]


def check_many(returns: Sequence[Return], setting: Setting, rules: Sequence[Rule] | None = None) -> list[Outcome]:
    """The same answers as `check` one by one, with the returns of one term and phase laid end to end."""
    outcomes: list[Outcome] = [Outcome() for _ in returns]
    groups: dict[tuple[str, str, str | None], list[int]] = {}
    for at, ret in enumerate(returns):
        groups.setdefault((ret.header.kind, ret.header.term, _phase(ret)), []).append(at)
    for (collection, term, phase), members in groups.items():
        asked = _in_force(rules_of(collection) if rules is None else tuple(rules), term, phase, setting)
        batch = Batch([returns[at] for at in members], setting, phase_known=phase is not None or collection != "SC")
        _check_batch(batch, asked, [outcomes[at] for at in members])
    return outcomes


def counts(ret: Return, setting: Setting) -> dict[str, float]:
    """The counts of a return by their names in `aggregates`: what the next census compares itself with."""
    batch = Batch([ret], setting)
    values = {name: batch.column("return", f"count.{name}")[0] for name in OF_RETURN}
    return {name: float(value) for name, value in values.items() if value is not None}


def _phase(ret: Return) -> str | None:
    """The phase sent for the establishment; None where there is none that is known."""
    school = ret.tables.get("school")
    sent = school["Phase"][0] if school is not None and school.height and "Phase" in school.columns else None
    return sent if sent in PHASES else None


@lru_cache(maxsize=64)
def _in_force(rules: tuple[Rule, ...], term: str, phase: str | None, setting: Setting) -> tuple[Rule, ...]:
    day = setting.days.get("census_day")
    return tuple(rule for rule in rules if rule.applies(term, phase, day))


def _check_batch(batch: Batch, rules: Iterable[Rule], outcomes: list[Outcome]) -> None:
    by_table: dict[str, list[Rule]] = {}
    for rule in _runnable(batch, rules, outcomes):
        by_table.setdefault(rule.table, []).append(rule)
    hits = [one for table, asked in by_table.items() for one in _hits(batch, table, asked)]
    codes, severities = [one.rule.code for one in hits], {one.rule.code: one.rule.severity for one in hits}
    for at, (outcome, totals) in enumerate(zip(outcomes, _totals(hits, len(outcomes)), strict=True)):
        outcome.totals.update((code, total) for code, total in zip(codes, totals, strict=True) if total)
        outcome.severities.update((code, severities[code]) for code in outcome.totals)
        outcome.write = partial(_findings, hits, at)


def _totals(hits: Sequence[Hits], returns: int) -> list[list[int]]:
    """For each return the broken rows of each rule, in the order of `hits`."""
    counted = [np.bincount(one.by_return, minlength=returns) for one in hits]
    totals: list[list[int]] = np.array(counted, dtype=np.int64).reshape(len(hits), returns).T.tolist()
    return totals


def _runnable(batch: Batch, rules: Iterable[Rule], outcomes: list[Outcome]) -> list[Rule]:
    """The rules that can run for any of the returns; each return is told which could not run for it, and why."""
    everywhere, somewhere = 0, []
    for rule in rules:
        reasons = _reasons(rule, batch)
        if not any(reasons):
            everywhere += 1
        else:
            _tell(rule, reasons, outcomes)
        if not all(reasons):
            somewhere.append(rule)
    for outcome in outcomes:
        outcome.rules_run += everywhere
    return somewhere


def _tell(rule: Rule, reasons: Sequence[str], outcomes: list[Outcome]) -> None:
    for outcome, why in zip(outcomes, reasons, strict=True):
        if why:
            outcome.could_not_run.append((rule.code, why))
        else:
            outcome.rules_run += 1


def _reasons(rule: Rule, batch: Batch) -> list[str]:
    """For each return, why the rule cannot run for it; empty where it can."""
    reason = missing_in_setting(rule, batch.setting)
    if rule.phases and not batch.phase_known:
        reason = "The phase of the establishment is not known, and the rule depends on it."
    if reason or not leans_on_surroundings(rule):
        return [reason] * len(batch.returns)
    found: dict[object, str] = {}
    for kind, ret, around in zip(batch.kinds, batch.returns, batch.surroundings, strict=True):
        if kind not in found:
            found[kind] = missing_around(rule, ret, around)
    return [found[kind] for kind in batch.kinds]


def _hits(batch: Batch, table: str, rules: Sequence[Rule]) -> list[Hits]:
    names = sorted(frozenset({"ret", "row"}).union(*(rule.names for rule in rules)))
    frame = batch.table(table, names)
    if not frame.height:
        return []
    broken = [rule.broken.alias(rule.code) for rule in rules]
    answers = frame.lazy().select(broken).collect() if frame.height >= _ONE_SELECT_LAZY else frame.select(broken)
    found = [(rule, answers[rule.code]) for rule in rules]
    return [Hits(rule, _named(batch, table, rule, answer)) for rule, answer in found if answer.any()]


def _named(batch: Batch, table: str, rule: Rule, answer: pl.Series) -> pl.DataFrame:
    at = answer.fill_null(False).arg_true()
    wanted = {"ret": "ret", "row": "row", "upn": _upn_name(batch, table)} | {
        name: name for name in _message_names(rule)
    }
    return pl.DataFrame({alias: batch.column(table, name).gather(at) for alias, name in wanted.items()})


def _message_names(rule: Rule) -> list[str]:
    return [part.split("}")[0] for part in rule.message.split("{")[1:]]


def _upn_name(batch: Batch, table: str) -> str:
    return "pupil.UPN" if "pid" in batch.frame(table).columns and table != "pupil" else "UPN"


def _findings(hits: Sequence[Hits], at: int) -> list[Finding]:
    """The findings of one return, each rule with its share of the cap, so that none goes untold."""
    broken = [one for one in hits if one.of(at, 1).height]
    most = min(CAP_OF_RULE, CAP_OF_RETURN // max(len(broken), 1))
    found = [finding for one in broken for finding in _written(one.rule, one.of(at, most))]
    return sorted(found, key=lambda finding: (finding.severity, finding.rule, finding.row))


def _written(rule: Rule, rows: pl.DataFrame) -> Iterator[Finding]:
    """The rows of one rule as findings, each with its message."""
    names = _message_names(rule)
    item = rule.items[0] if rule.items else ""
    for row, upn, *values in rows.select("row", "upn", *names).iter_rows():
        message = _filled(rule.message, dict(zip(names, values, strict=True))) if names else rule.message
        yield Finding(rule.code, rule.dfe_rule, rule.severity, rule.level, rule.table, row, upn or "", item, message)


def _filled(message: str, words: dict[str, object]) -> str:
    for name, value in words.items():
        shown = int(value) if isinstance(value, float) and value.is_integer() else value
        message = message.replace("{" + name + "}", "nothing" if shown is None else str(shown))
    return message
