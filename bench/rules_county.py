"""Rules: the engine over a county in one select a table, beside pandas vectorised and a row-wise loop.

Run: PYTHONPATH=src python bench/rules_county.py [--pupils 250000] [--rounds 3]
Prints one JSON document. Times are CPU seconds of this process; ratios are of pairs in one run: least, median, most.
Both sides start from the tables of each return. The counts of every compared rule must be equal, or it stops.
The row-wise loop runs over 500 pupils and 20 of the rules: its ratio is by pupil and rule.
All pupils are synthetic and seeded.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import polars as pl

from concord.core.collection import by_id
from concord.core.identifiers import upn_check_letter
from concord.core.returns import Header, Return, build, read, write
from concord.core.rules import Setting, check, check_many, rule_of, rules_of, setting_of
from concord.core.rules.batch import Batch

T = TypeVar("T")
OF = "SC-SPR-2027"
PER_SCHOOL = 450
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


def county(size: int, seed: int) -> list[Return]:
    """Returns of one phase, each of 450 pupils with an address and three kinds of marks."""
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
    for at in range(0, size, PER_SCHOOL):
        some = every.slice(at, PER_SCHOOL)
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
                replace(header, estab=f"{2000 + at // PER_SCHOOL}"),
                {"school": school, "pupil": some, "session": marks, "address": address},
            )
        )
    return found


def twins(setting: Setting) -> dict[str, Callable[[pd.DataFrame], pd.Series]]:
    """The compared rules, written for pandas: presence, codes, flags, dates, and items against each other."""
    day, age_day = pd.Timestamp(setting.days["census_day"]), setting.days["age_day"]
    listed = {name: set(setting.codes_between(name, day.date(), day.date())) for name, _ in CODES.values()}

    def coded(item: str, code_set: str) -> Callable[[pd.DataFrame], pd.Series]:
        return lambda f: f[item].notna() & ~f[item].isin(listed[code_set])

    def needed(item: str) -> Callable[[pd.DataFrame], pd.Series]:
        return lambda f: f[item].isna()

    def truth(item: str) -> Callable[[pd.DataFrame], pd.Series]:
        return lambda f: f[item].notna() & ~f[item].isin(["true", "false", "1", "0"])

    def years(f: pd.DataFrame) -> pd.Series:
        born = f["dob"]
        return age_day.year - born.dt.year - ((born.dt.month * 100 + born.dt.day) > age_day.month * 100 + age_day.day)

    order = {"E1": -4, "E2": -3, "N1": -2, "N2": -1, "R": 0} | {str(year): year for year in range(1, 15)}

    def gap(f: pd.DataFrame) -> pd.Series:
        return (f["NCyearActual"].map(order) - (years(f) - 4)).abs()

    coded_rules = {
        "C0351": "Sex",
        "C0402": "Ethnicity",
        "C0411": "Language",
        "C0702": "EnrolStatus",
        "C0710": "NCyearActual",
        "C0741": "Boarder",
        "C0802": "SENprovision",
        "C0431": "PLAA",
        "1741": "ServiceChild",
        "C0441": "YoungCarer",
    }
    needed_rules = {
        "1500": "UPN",
        "C0320": "Surname",
        "C0321": "Forename",
        "C0340": "DOB",
        "C0350": "Sex",
        "C0701": "EnrolStatus",
        "C0720": "PartTime",
        "C0740": "Boarder",
        "C0801": "SENprovision",
        "C0420": "ServiceChild",
        "C0440": "YoungCarer",
        "C0430": "PLAA",
        "C0471": "TopUpFunding",
        "C0480": "NCyearActual",
    }
    truth_rules = {
        "C0721": "PartTime",
        "C0470": "TopUpFunding",
        "C0820": "SENunitIndicator",
        "C0821": "ResourcedProvisionIndicator",
    }
    low = {f"{item}": item for item in ("true", "1")}
    own = {
        "C0341": lambda f: f["DOB"].notna() & f["dob"].isna(),
        "C0342": lambda f: f["dob"] > day,
        "1880": lambda f: ~(f["entry"] <= day),
        "C0706": lambda f: f["entry"] <= f["dob"],
        "C0712": lambda f: (gap(f) == 1) & f["NCyearActual"].map(order).between(0, 11),
        "C0713": lambda f: (gap(f) > 1) & f["NCyearActual"].map(order).between(-4, 11),
        "C0401": lambda f: f["Ethnicity"].isna() & (years(f) >= 5),
        "C0410": lambda f: f["Language"].isna() & (years(f) >= 5),
        "C0722": lambda f: f["PartTime"].isin(low) & years(f).between(5, 15),
        "C0822": lambda f: f["SENunitIndicator"].isin(low) & f["ResourcedProvisionIndicator"].isin(low),
        "C0329": lambda f: f["Surname"].notna() & (f["Surname"] == f["Forename"]),
        "C0306": lambda f: f["UPN"].str.contains(r"^.{12}[A-Z]$", regex=True, na=False),
        "C0309": lambda f: f["UPN"].str.contains(r"[a-z]", regex=True, na=False),
        "1540": lambda f: f["UPN"].notna() & ~f["UPN"].str.contains(r"^.{4}[0-9]{8}", regex=True, na=False),
        "1550": lambda f: f["UPN"].notna() & ~f["UPN"].str.contains(r"^.{12}[0-9A-HJ-NP-RT-Z]$", regex=True, na=False),
        "C1007": lambda f: f["possible"].isna() | (f["possible"] < 0) | (f["possible"] > 400),
        "C1008": lambda f: f["possible"] > setting.thresholds["attendance_sessions_highest"],
        "C0412": lambda f: f["Language"] == "ZZZ",
        "C0413": lambda f: f["Language"].isin(["OTH", "OTB"]),
        "C0749": lambda f: (f["NCyearActual"].map(order) <= 11) & (years(f) >= 17),
        "C0748": lambda f: (f["NCyearActual"].map(order) >= 12) & (years(f) < 15),
    }
    made: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
        code: coded(item, CODES[item][0]) for code, item in coded_rules.items()
    }
    made |= {code: needed(item) for code, item in needed_rules.items()}
    made |= {code: truth(item) for code, item in truth_rules.items()}
    return made | own


def in_pandas(frame: pd.DataFrame, rules: Mapping[str, Callable[[pd.DataFrame], pd.Series]]) -> dict[str, int]:
    """Every rule over the whole frame, dates and numbers read once; the count of broken rows of each."""
    read_once = frame.assign(
        dob=pd.to_datetime(frame["DOB"], format="%Y-%m-%d", errors="coerce"),
        entry=pd.to_datetime(frame["EntryDate"], format="%Y-%m-%d", errors="coerce"),
        possible=pd.to_numeric(frame["SessionsPossible"], errors="coerce"),
    )
    counts = {code: int(rule(read_once).sum()) for code, rule in rules.items()}
    return {code: count for code, count in counts.items() if count}


def row_by_row(frame: pd.DataFrame, setting: Setting) -> tuple[int, int]:
    """The peer of many a script: presence and codes asked of one row at a time. Rules asked, and rows broken."""
    day = setting.days["census_day"]
    listed = {item: set(setting.codes_between(name, day, day)) for item, (name, _) in CODES.items()}
    broken = 0
    for _, row in frame.iterrows():
        for item, codes in listed.items():
            value = row[item]
            broken += pd.isna(value)
            broken += not pd.isna(value) and value not in codes
    return 2 * len(listed), broken


def timed(deed: Callable[[], T]) -> tuple[float, T]:
    before = time.process_time()
    answer = deed()
    return time.process_time() - before, answer


def spread(values: list[float]) -> list[float]:
    return [round(each, 2) for each in (min(values), statistics.median(values), max(values))]


def against_pandas(returns: list[Return], setting: Setting, rounds: int) -> dict[str, Any]:
    rules = twins(setting)
    chosen = [rule_of(code) for code in rules]
    frames = [ret.tables["pupil"].to_pandas() for ret in returns]
    as_objects = [each.astype(object) for each in frames]
    ours, theirs, objects = [], [], []
    for _ in range(rounds):
        spent, outcomes = timed(lambda: check_many(returns, setting, chosen))
        ours.append(spent)
        spent, counted = timed(lambda: in_pandas(pd.concat(frames, ignore_index=True), rules))
        theirs.append(spent)
        objects.append(timed(lambda: in_pandas(pd.concat(as_objects, ignore_index=True), rules))[0])
        found = sum((Counter(outcome.totals) for outcome in outcomes), Counter())
        if dict(found) != counted:
            raise SystemExit(f"the counts differ: {set(found.items()) ^ set(counted.items())}")
    few = pd.concat(frames[:2]).head(500)
    slow, (asked, _) = timed(lambda: row_by_row(few, setting))
    size = sum(map(len, frames))
    ours_rate, slow_rate = statistics.median(ours) / (size * len(rules)), slow / (len(few) * asked)
    return {
        "rules": len(rules),
        "broken_rows": sum(counted.values()),
        "counts_equal": True,
        "cpu_s": {
            "engine": spread(ours),
            "pandas": spread(theirs),
            "pandas_objects": spread(objects),
            "row_wise_of_500_pupils": round(slow, 3),
        },
        "pandas_over_engine": spread([b / a for a, b in zip(ours, theirs, strict=True)]),
        "pandas_objects_over_engine": spread([b / a for a, b in zip(ours, objects, strict=True)]),
        "row_wise_over_engine_per_pupil_and_rule": round(slow_rate / ours_rate, 1),
    }


def one_frame(returns: list[Return], setting: Setting, rounds: int) -> dict[str, Any]:
    """The same rules where both sides have the county in one table already: reading items and rules, no laying out."""
    rules = twins(setting)
    chosen = [rule_of(code) for code in rules]
    table = pl.concat([ret.tables["pupil"] for ret in returns]).rechunk()
    whole = Return(returns[0].header, {**returns[0].tables, "pupil": table})
    frame = table.to_pandas()
    pairs = [
        (timed(lambda: check_many([whole], setting, chosen))[0], timed(lambda: in_pandas(frame, rules))[0])
        for _ in range(rounds)
    ]
    return {
        "cpu_s": {"engine": spread([ours for ours, _ in pairs]), "pandas": spread([theirs for _, theirs in pairs])},
        "pandas_over_engine": spread([theirs / ours for ours, theirs in pairs]),
    }


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
    global PER_SCHOOL
    PER_SCHOOL = size
    (ret,) = county(size, seed)
    content, setting = write(ret), setting_of(by_id(OF))
    check(read(content), setting)
    runs = [timed(lambda: check(read(content), setting))[0] for _ in range(5)]
    checks = [timed(lambda: check(ret, setting))[0] for _ in range(5)]
    return {
        "pupils": size,
        "bytes": len(content),
        "bytes_to_findings_cpu_s": spread(runs),
        "check_alone_cpu_s": [round(each, 3) for each in (min(checks), statistics.median(checks), max(checks))],
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
