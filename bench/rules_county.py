"""Rules: the engine over a county in one select a table, beside pandas vectorised and a row-wise loop.

Run: PYTHONPATH=src python bench/rules_county.py [--pupils 250000] [--rounds 3]
Prints one JSON document. Times are CPU seconds of this process; ratios are of pairs in one run: least, median, most.
Both sides start from the tables of each return. The counts of every compared rule must be equal in every return, or
it stops.
The row-wise loop runs the same rules over the first pupils only: its ratio is by pupil.
All pupils are synthetic and seeded.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import polars as pl

from concord.core.collection import by_id
from concord.core.identifiers import upn_check_letter
from concord.core.returns import Header, Return, build, read, write
from concord.core.rules import Outcome, Setting, check, check_many, rule_of, rules_of, setting_of
from concord.core.rules.batch import Batch
from rules_in_pandas import over_a_row, over_columns, row_by_row, vectorised

T = TypeVar("T")
OF = "SC-SPR-2027"
PER_SCHOOL = 450
ROWS_ONE_BY_ONE = 500
CODES = {
    "Sex": ("sex", ["M", "F"]),
    "Ethnicity": ("ethnicity", ["WBRI", "WOTH", "AIND", "BAFR", "MWBC", "NOBT"]),
    "Language": ("language", ["ENG", "POL", "PNJ", "OTB"]),
    "EnrolStatus": ("enrolment_status", ["C", "C", "C", "M"]),
    "NCyearActual": ("nc_year", ["R", *map(str, range(1, 14))]),
    "Boarder": ("boarder", ["N"]),
    "SENprovision": ("sen_provision", ["N", "N", "N", "K", "E"]),
    "PLAA": ("plaa", ["N"]),
    "ServiceChild": ("service_child", ["N", "Y"]),
    "YoungCarer": ("young_carer", ["N", "P"]),
}
FLAGS = ("PartTime", "TopUpFunding", "SENunitIndicator", "ResourcedProvisionIndicator")
DEFECTS = 0.003


def spoiled(rng: np.random.Generator, values: np.ndarray, spoil: str | None) -> list[str | None]:
    """The values with three in a thousand spoiled."""
    out = values.astype(object)
    out[rng.random(len(out)) < DEFECTS] = spoil
    return out.tolist()


def days(rng: np.random.Generator, size: int, first: str, last: str) -> np.ndarray:
    low, high = np.datetime64(first), np.datetime64(last)
    return (low + rng.integers(0, int((high - low).astype(int)), size)).astype(str)


def pupils(rng: np.random.Generator, size: int) -> pl.DataFrame:
    """One row a pupil, on roll."""
    bodies = [f"886{2000 + at // 1000 % 5000:04d}{at % 27:02d}{at % 1000:03d}" for at in range(size)]
    upns = np.array([upn_check_letter(body) + body for body in bodies])
    columns: dict[str, Any] = {"Roll": ["on"] * size, "UPN": spoiled(rng, upns, "A886200124001")}
    columns |= {item: spoiled(rng, rng.choice(codes, size), "?") for item, (_, codes) in CODES.items()}
    columns |= {item: spoiled(rng, np.full(size, "false"), "maybe") for item in FLAGS}
    columns["PartTime"] = spoiled(rng, np.full(size, "false"), "true")
    born = days(rng, size, "2009-09-01", "2022-08-31")
    years = 2026 - born.astype("datetime64[M]").astype(int) // 12 - 1970
    years = years - (np.char.partition(born, "-")[:, 2] > "08-31") - 4
    columns["NCyearActual"] = spoiled(rng, np.array(["R", *map(str, range(1, 14))])[np.clip(years, 0, 13)], "9")
    columns["DOB"] = spoiled(rng, born, "2019-02-30")
    columns["EntryDate"] = spoiled(rng, days(rng, size, "2022-09-01", "2026-12-31"), None)
    columns["SessionsPossible"] = spoiled(rng, rng.integers(100, 141, size).astype(str), "-1")
    columns |= {
        item: spoiled(rng, rng.choice(["Example", "Other", "Third"], size), None) for item in ("Surname", "Forename")
    }
    return pl.DataFrame(columns)


def county(size: int, seed: int, of_each: int = PER_SCHOOL) -> list[Return]:
    """Returns of one phase, each of some 450 pupils with an address and three kinds of marks."""
    rng = np.random.default_rng(seed)
    every = pupils(rng, size)
    school = [
        {
            "SchoolName": "Example",
            "Phase": "AT",
            "Type": "55",
            "HighestNCyearGroup": "13",
            "LowestNCyearGroup": "N1",
            "Intake": "COMP",
            "Governance": "CO",
            "PhoneNo": "01622000000",
            "Email": "a@example.invalid",
        }
    ]
    header = Header(
        "SC", "SPR", "2027", "2027-01-21", "S", "886", "", "118000", "BENCH", "1", "", "001", "2027-01-22T09:00:00"
    )
    found = []
    for at in range(0, size, of_each):
        some = every.slice(at, of_each)
        rows = pl.DataFrame({"pupil": range(some.height)})
        marks = pl.concat(
            [
                rows.with_columns(AttendanceReason=pl.lit(code), Sessions=pl.lit(count))
                for code, count in (("/", "60"), ("\\", "38"), ("I", "2"))
            ]
        )
        address = rows.with_columns(
            PAON=pl.lit("1"), Street=pl.lit("Example Street"), Town=pl.lit("Maidstone"), PostCode=pl.lit("ME14 1XX")
        )
        found.append(
            build(
                replace(header, estab=f"{2000 + at // of_each}"),
                {"school": school, "pupil": some, "session": marks, "address": address},
            )
        )
    return found


def timed(deed: Callable[[], T]) -> tuple[float, T]:
    """CPU seconds of a deed, Python's own tidying up of earlier ones left out (as `timeit` does)."""
    gc.collect()
    gc.disable()
    try:
        before = time.process_time()
        answer = deed()
        return time.process_time() - before, answer
    finally:
        gc.enable()


def spread(values: list[float], places: int = 2) -> list[float]:
    return [round(each, places) for each in (min(values), statistics.median(values), max(values))]


def in_pandas(returns: list[Return], strings: type | None = None) -> list[pd.DataFrame]:
    """The pupils of each return as pandas holds them: text in its own string columns, or as Python's objects."""
    frames = [ret.tables["pupil"].to_pandas() for ret in returns]
    frames = [each.astype(strings) for each in frames] if strings else frames
    return [each.assign(at=at) for at, each in enumerate(frames)]


def by_establishment(outcomes: list[Outcome]) -> dict[str, list[int]]:
    """For each rule that was broken, how often in each return."""
    codes = {code for outcome in outcomes for code in outcome.totals}
    return {code: [outcome.totals.get(code, 0) for outcome in outcomes] for code in codes}


def equal_or_stop(ours: dict[str, list[int]], theirs: dict[str, list[int]]) -> None:
    if ours != theirs:
        differing = {code for code in ours.keys() | theirs.keys() if ours.get(code) != theirs.get(code)}
        raise SystemExit(f"the counts differ: {sorted(differing)}")


def against_pandas(returns: list[Return], setting: Setting, rounds: int) -> dict[str, Any]:
    """Both sides from the tables of each return to the broken rows of each rule and their count in each return."""
    rules = over_columns(setting)
    chosen = [rule_of(code) for code in rules]
    texts, objects = in_pandas(returns), in_pandas(returns, object)

    def peer(frames: list[pd.DataFrame]) -> dict[str, np.ndarray]:
        return vectorised(pd.concat(frames, ignore_index=True), setting, rules)

    spent: dict[str, list[float]] = {"engine": [], "pandas": [], "pandas_objects": []}
    for _ in range(rounds):
        seconds, outcomes = timed(lambda: check_many(returns, setting, chosen))
        spent["engine"].append(seconds)
        for name, frames in (("pandas", texts), ("pandas_objects", objects)):
            seconds, counted = timed(lambda frames=frames: peer(frames))
            spent[name].append(seconds)
            equal_or_stop(by_establishment(outcomes), {code: each.tolist() for code, each in counted.items()})
    found = by_establishment(outcomes)
    answer = {"rules": len(rules), "broken_rows": sum(map(sum, found.values())), "counts_equal_by_return": True}
    return answer | compared(spent) | row_wise(returns, setting, statistics.median(spent["engine"]))


def compared(spent: dict[str, list[float]]) -> dict[str, Any]:
    ratios = {
        f"{name}_over_engine": spread([theirs / ours for ours, theirs in zip(spent["engine"], each, strict=True)])
        for name, each in spent.items()
        if name != "engine"
    }
    return {"cpu_s": {name: spread(each, 3) for name, each in spent.items()}} | ratios


def row_wise(returns: list[Return], setting: Setting, engine: float) -> dict[str, Any]:
    """The same rules one row at a time, over the first pupils only; by pupil it is set beside the engine's county."""
    some = returns[: -(-ROWS_ONE_BY_ONE // returns[0].tables["pupil"].height)]
    rules = over_a_row(setting)
    few = pd.concat(in_pandas(some), ignore_index=True)
    seconds, counted = timed(lambda: row_by_row(few, rules))
    outcomes = check_many(some, setting, [rule_of(code) for code in rules])
    found = by_establishment(outcomes)
    equal_or_stop({code: [sum(each)] for code, each in found.items()}, {code: [n] for code, n in counted.items()})
    size = sum(ret.tables["pupil"].height for ret in returns)
    return {
        "row_wise": {"pupils": len(few), "rules": len(rules), "cpu_s": round(seconds, 3), "counts_equal": True},
        "row_wise_over_engine_by_pupil": round((seconds / len(few)) / (engine / size), 1),
    }


def one_frame(returns: list[Return], setting: Setting, rounds: int) -> dict[str, Any]:
    """The same rules where both sides have the county in one table already: reading items and rules, no laying out."""
    rules = over_columns(setting)
    chosen = [rule_of(code) for code in rules]
    table = pl.concat([ret.tables["pupil"] for ret in returns]).rechunk()
    whole = Return(returns[0].header, {**returns[0].tables, "pupil": table})
    (texts,), (objects,) = in_pandas([whole]), in_pandas([whole], object)
    spent: dict[str, list[float]] = {"engine": [], "pandas": [], "pandas_objects": []}
    for _ in range(rounds):
        spent["engine"].append(timed(lambda: check_many([whole], setting, chosen))[0])
        spent["pandas"].append(timed(lambda: vectorised(texts, setting, rules))[0])
        spent["pandas_objects"].append(timed(lambda: vectorised(objects, setting, rules))[0])
    return compared(spent)


def whole_book(returns: list[Return], setting: Setting, rounds: int) -> dict[str, Any]:
    """All rules in force, over all tables, and what one table's bare select costs once its columns are read."""
    spent = []
    for _ in range(rounds):
        seconds, outcomes = timed(lambda: check_many(returns, setting))
        spent.append(seconds)
    size = sum(ret.tables["pupil"].height for ret in returns)
    pupil_rules = [
        rule
        for rule in rules_of("SC")
        if rule.table == "pupil"
        and rule.applies("SPR", "AT", setting.days["census_day"])
        and "UPN@elsewhere" not in rule.names
    ]
    frame = Batch(returns, setting).table("pupil", sorted({"ret"}.union(*(rule.names for rule in pupil_rules))))
    bare, _ = timed(lambda: frame.lazy().select(rule.broken.sum().alias(rule.code) for rule in pupil_rules).collect())
    return {
        "rules_run": outcomes[0].rules_run,
        "findings": sum(sum(outcome.totals.values()) for outcome in outcomes),
        "cpu_s": spread(spent),
        "million_pupil_rules_per_cpu_s": round(size * outcomes[0].rules_run / statistics.median(spent) / 1e6, 1),
        "bare_select_of_pupil_rules": {
            "rules": len(pupil_rules),
            "cpu_s": round(bare, 2),
            "million_pupil_rules_per_cpu_s": round(size * len(pupil_rules) / bare / 1e6, 1),
        },
    }


def one_school(seed: int, size: int) -> dict[str, Any]:
    """From the bytes of one return to its findings, all rules."""
    (ret,) = county(size, seed, size)
    content, setting = write(ret), setting_of(by_id(OF))
    check(read(content), setting)
    runs = [timed(lambda: check(read(content), setting))[0] for _ in range(5)]
    checks = [timed(lambda: check(ret, setting))[0] for _ in range(5)]
    return {
        "pupils": size,
        "bytes": len(content),
        "bytes_to_findings_cpu_s": spread(runs, 3),
        "check_alone_cpu_s": spread(checks, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pupils", type=int, default=250_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    setting = setting_of(by_id(OF))
    returns = county(told.pupils, told.seed)
    answer = {"pupils": told.pupils, "establishments": len(returns), "polars": pl.__version__, "pandas": pd.__version__}
    answer |= {
        "same_rules": against_pandas(returns, setting, told.rounds),
        "whole_book": whole_book(returns, setting, told.rounds),
    }
    answer["same_rules_in_one_frame"] = one_frame(returns, setting, told.rounds)
    answer["one_school"] = [one_school(told.seed, size) for size in (1500, 200)]
    sys.stdout.write(json.dumps(answer, indent=1) + "\n")


if __name__ == "__main__":
    main()
