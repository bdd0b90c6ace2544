"""Disclosure: what a reader can work out before and after, outside readers and insiders, and what the protection costs.

Run: PYTHONPATH=src python bench/suppress.py [--tables 40] [--threshold 6] [--seed 7] [--establishments 150]
Prints one JSON document. The attack is a whole-number programme of its own; an insider knows one establishment's rows.
Small tables (2 and 3 filters, all margins) are attacked in every small cell by every reader; the large one by a sample.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import time
from collections import Counter

import numpy as np
import polars as pl

from concord.core.disclosure import CannotProtect, Table, lay_out, protect, recoverable
from concord.core.disclosure.attack import attack, known_to

FILTER = "f0"


def table(rng: np.random.Generator, sizes: tuple[int, ...], mean: float = 8.0) -> Table:
    """Counts as skewed as those of real establishments, with every margin."""
    counts = rng.poisson(rng.gamma(0.7, mean / 0.7, size=sizes))
    rows = []
    for place in itertools.product(*[[*range(size), None] for size in sizes]):
        part = counts[tuple(slice(None) if i is None else i for i in place)]
        rows.append([*("Total" if i is None else f"v{i}" for i in place), int(part.sum())])
    return lay_out(pl.DataFrame(rows, schema=[*(f"f{i}" for i in range(len(sizes))), "count"], orient="row"))


def told(name: str, found: tuple[list[int], list[int]]) -> Counter[str]:
    exact, narrow = found
    return Counter({f"{name}: read exactly": len(exact), f"{name}: known to be small": len(narrow)})


def one(drawn: Table, threshold: int) -> Counter[str]:
    """Both protections of one table under every attack."""
    primary = (drawn.counts > 0) & (drawn.counts < threshold)
    outside, inside = protect(drawn, threshold=threshold), protect(drawn, threshold=threshold, known=FILTER)
    seen = Counter({"cells": len(primary), "small": int(primary.sum())})
    seen += Counter({"secondary": outside.figures()["secondary"], "secondary, insiders": inside.figures()["secondary"]})
    seen += told("outsider, primary only", recoverable(drawn, primary, threshold, whole=True))
    seen += told("outsider", recoverable(drawn, outside.hidden, threshold, whole=True))
    for code in range(drawn.frame[FILTER].n_unique() - 1):
        own = known_to(drawn, FILTER, code)
        seen["insiders"] += 1
        seen += told("insiders, outsider protection", recoverable(drawn, outside.hidden, threshold, own, whole=True))
        seen += told("insiders", recoverable(drawn, inside.hidden, threshold, own, whole=True))
    for pair in itertools.combinations(range(drawn.frame[FILTER].n_unique() - 1), 2):
        own = known_to(drawn, FILTER, pair[0]) | known_to(drawn, FILTER, pair[1])
        seen["pairs of insiders"] += 1
        seen += told("pairs of insiders (not promised)", recoverable(drawn, inside.hidden, threshold, own))
    return seen


def small_tables(ask: argparse.Namespace) -> dict[str, int]:
    rng, seen = np.random.default_rng(ask.seed), Counter[str]()
    for _ in range(ask.tables):
        sizes = tuple(int(n) for n in rng.integers(2, 6, size=int(rng.integers(2, 4))))
        try:
            seen += one(table(rng, sizes), ask.threshold)
        except CannotProtect:
            seen["refused"] += 1
    asked = [f"{who}: {what}" for who in ("outsider", "insiders") for what in ("read exactly", "known to be small")]
    return dict.fromkeys(asked, 0) | dict(seen)


def large_table(ask: argparse.Namespace) -> dict[str, float]:
    """One table of many establishments by five groups: time, cost, and the attack on a sample of its small cells."""
    drawn = table(np.random.default_rng(ask.seed), (ask.establishments, 5), 12.0)
    figures: dict[str, float] = {}
    for known in (None, FILTER):
        start = time.perf_counter()
        kept = protect(drawn, threshold=ask.threshold, known=known)
        name = "insiders" if known else "outsider"
        figures |= {f"{name}: seconds": time.perf_counter() - start, f"{name}: secondary": kept.figures()["secondary"]}
        sample = np.flatnonzero(kept.small)[:: max(1, int(kept.small.sum()) // 25)]
        bad = 0
        for cell in sample.tolist():
            reader = (int(drawn.codes(FILTER)[cell]) + 1 + cell) % ask.establishments  # some other establishment
            own = known_to(drawn, FILTER, reader) if known else None
            low, high = attack(drawn, kept.hidden, [] if own is not None and own[cell] else [cell], own).get(
                cell, (0, 0)
            )
            bad += low > 1e-6 and high < ask.threshold - 1e-6
        figures |= {f"{name}: attacked": len(sample), f"{name}: known to be small": bad}
    return {"cells": len(drawn.counts), "small": int(kept.small.sum()), **figures}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tables", type=int, default=40)
    asked.add_argument("--threshold", type=int, default=6)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--establishments", type=int, default=150)
    ask = asked.parse_args()
    start = time.perf_counter()
    answer = {"threshold": ask.threshold, "tables": ask.tables, "small tables": small_tables(ask)}
    answer |= {"seconds": time.perf_counter() - start, "large table": large_table(ask)}
    json.dump(answer, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
