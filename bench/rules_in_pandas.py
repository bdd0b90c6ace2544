"""The compared rules as two peers write them: pandas over whole columns, and pandas one row at a time.

Both are written for the same 49 rules of the book, so that their counts can be held against the engine's, each with
what its own good user does: whole columns are read as dates, numbers, ages and year groups once and then only compared;
a row is asked one `if` after another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from concord.core.rules import Setting

CODED = {
    "C0351": ("Sex", "sex"),
    "C0402": ("Ethnicity", "ethnicity"),
    "C0411": ("Language", "language"),
    "C0702": ("EnrolStatus", "enrolment_status"),
    "C0710": ("NCyearActual", "nc_year"),
    "C0741": ("Boarder", "boarder"),
    "C0802": ("SENprovision", "sen_provision"),
    "C0431": ("PLAA", "plaa"),
    "1741": ("ServiceChild", "service_child"),
    "C0441": ("YoungCarer", "young_carer"),
}
NEEDED = {
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
FLAGS = {
    "C0721": "PartTime",
    "C0470": "TopUpFunding",
    "C0820": "SENunitIndicator",
    "C0821": "ResourcedProvisionIndicator",
}
TRUE, TRUTH = ("true", "1"), ("true", "false", "1", "0")
ORDER = {"E1": -4, "E2": -3, "N1": -2, "N2": -1, "R": 0} | {str(year): year for year in range(1, 15)}

Columns = Callable[[pd.DataFrame], "pd.Series[bool]"]
Row = Callable[[Any], bool]


def _codes(setting: Setting) -> dict[str, set[str]]:
    day = setting.days["census_day"]
    return {item: set(setting.codes_between(name, day, day)) for item, name in CODED.values()}


def over_columns(setting: Setting) -> dict[str, Columns]:
    """Each rule by its code: the rows of a `prepared` frame that break it."""
    codes = _codes(setting)

    def coded(item: str) -> Columns:
        return lambda f: f[item].notna() & ~f[item].isin(codes[item])

    def needed(item: str) -> Columns:
        return lambda f: f[item].isna()

    def truth(item: str) -> Columns:
        return lambda f: f[item].notna() & ~f[item].isin(TRUTH)

    return (
        {code: coded(item) for code, (item, _) in CODED.items()}
        | {code: needed(item) for code, item in NEEDED.items()}
        | {code: truth(item) for code, item in FLAGS.items()}
        | _own_over_columns(pd.Timestamp(setting.days["census_day"]), setting)
    )


def _own_over_columns(day: pd.Timestamp, setting: Setting) -> dict[str, Columns]:
    def matches(pattern: str) -> Columns:
        return lambda f: f["UPN"].str.contains(pattern, regex=True, na=False)

    return {
        "C0341": lambda f: f["DOB"].notna() & f["dob"].isna(),
        "C0342": lambda f: f["dob"] > day,
        "1880": lambda f: ~(f["entry"] <= day),
        "C0706": lambda f: f["entry"] <= f["dob"],
        "C0712": lambda f: ((f["order"] - f["age"] + 4).abs() == 1) & f["order"].between(0, 11),
        "C0713": lambda f: ((f["order"] - f["age"] + 4).abs() > 1) & f["order"].between(-4, 11),
        "C0401": lambda f: f["Ethnicity"].isna() & (f["age"] >= 5),
        "C0410": lambda f: f["Language"].isna() & (f["age"] >= 5),
        "C0722": lambda f: f["PartTime"].isin(TRUE) & f["age"].between(5, 15),
        "C0822": lambda f: f["SENunitIndicator"].isin(TRUE) & f["ResourcedProvisionIndicator"].isin(TRUE),
        "C0329": lambda f: f["Surname"].notna() & (f["Surname"] == f["Forename"]),
        "C0306": matches(r"^.{12}[A-Z]$"),
        "C0309": matches(r"[a-z]"),
        "1540": lambda f: f["UPN"].notna() & ~matches(r"^.{4}[0-9]{8}")(f),
        "1550": lambda f: f["UPN"].notna() & ~matches(r"^.{12}[0-9A-HJ-NP-RT-Z]$")(f),
        "C1007": lambda f: f["possible"].isna() | (f["possible"] < 0) | (f["possible"] > 400),
        "C1008": lambda f: f["possible"] > setting.thresholds["attendance_sessions_highest"],
        "C0412": lambda f: f["Language"] == "ZZZ",
        "C0413": lambda f: f["Language"].isin(["OTH", "OTB"]),
        "C0749": lambda f: (f["order"] <= 11) & (f["age"] >= 17),
        "C0748": lambda f: (f["order"] >= 12) & (f["age"] < 15),
    }


def prepared(frame: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """With dates, numbers, ages and year groups read once for all rules."""
    on = setting.days["age_day"]
    dob = pd.to_datetime(frame["DOB"], format="%Y-%m-%d", errors="coerce")
    age = on.year - dob.dt.year - ((dob.dt.month * 100 + dob.dt.day) > on.month * 100 + on.day)
    return frame.assign(
        dob=dob,
        age=age,
        entry=pd.to_datetime(frame["EntryDate"], format="%Y-%m-%d", errors="coerce"),
        possible=pd.to_numeric(frame["SessionsPossible"], errors="coerce"),
        order=frame["NCyearActual"].map(ORDER),
    )


def vectorised(frame: pd.DataFrame, setting: Setting, rules: Mapping[str, Columns]) -> dict[str, np.ndarray]:
    """The broken rows of each rule that has any, by establishment (`at` of the frame): what the engine's totals say."""
    whole, at = prepared(frame, setting), frame["at"].to_numpy()
    many = int(at.max()) + 1
    broken = {code: np.flatnonzero(rule(whole).to_numpy()) for code, rule in rules.items()}
    return {code: np.bincount(at[rows], minlength=many) for code, rows in broken.items() if rows.size}


def over_a_row(setting: Setting) -> dict[str, Row]:
    """Each rule by its code: whether one row of a frame breaks it."""
    codes = _codes(setting)

    def coded(item: str) -> Row:
        return lambda row: pd.notna(row[item]) and row[item] not in codes[item]

    def needed(item: str) -> Row:
        return lambda row: pd.isna(row[item])

    def truth(item: str) -> Row:
        return lambda row: pd.notna(row[item]) and row[item] not in TRUTH

    return (
        {code: coded(item) for code, (item, _) in CODED.items()}
        | {code: needed(item) for code, item in NEEDED.items()}
        | {code: truth(item) for code, item in FLAGS.items()}
        | _own_over_a_row(pd.Timestamp(setting.days["census_day"]), setting)
    )


def _own_over_a_row(day: pd.Timestamp, setting: Setting) -> dict[str, Row]:
    on = setting.days["age_day"]

    def gap(row: Any) -> int:
        return abs(ORDER[row["NCyearActual"]] - (_age(row, on) - 4)) if _placed(row) else 0

    def upn(pattern: str) -> Row:
        found = re.compile(pattern)
        return lambda row: pd.notna(row["UPN"]) and found.search(row["UPN"]) is not None

    def other(pattern: str) -> Row:
        return lambda row: pd.notna(row["UPN"]) and not upn(pattern)(row)

    return {
        "C0341": lambda row: pd.notna(row["DOB"]) and pd.isna(row["dob"]),
        "C0342": lambda row: row["dob"] > day,
        "1880": lambda row: not row["entry"] <= day,
        "C0706": lambda row: row["entry"] <= row["dob"],
        "C0712": lambda row: gap(row) == 1 and 0 <= ORDER[row["NCyearActual"]] <= 11,
        "C0713": lambda row: gap(row) > 1 and ORDER[row["NCyearActual"]] <= 11,
        "C0401": lambda row: pd.isna(row["Ethnicity"]) and _age(row, on) >= 5,
        "C0410": lambda row: pd.isna(row["Language"]) and _age(row, on) >= 5,
        "C0722": lambda row: row["PartTime"] in TRUE and 5 <= _age(row, on) <= 15,
        "C0822": lambda row: row["SENunitIndicator"] in TRUE and row["ResourcedProvisionIndicator"] in TRUE,
        "C0329": lambda row: pd.notna(row["Surname"]) and row["Surname"] == row["Forename"],
        "C0306": upn(r"^.{12}[A-Z]$"),
        "C0309": upn(r"[a-z]"),
        "1540": other(r"^.{4}[0-9]{8}"),
        "1550": other(r"^.{12}[0-9A-HJ-NP-RT-Z]$"),
        "C1007": lambda row: not 0 <= row["possible"] <= 400,
        "C1008": lambda row: row["possible"] > setting.thresholds["attendance_sessions_highest"],
        "C0412": lambda row: row["Language"] == "ZZZ",
        "C0413": lambda row: row["Language"] in {"OTH", "OTB"},
        "C0749": lambda row: ORDER.get(row["NCyearActual"], 99) <= 11 and _age(row, on) >= 17,
        "C0748": lambda row: ORDER.get(row["NCyearActual"], 0) >= 12 and _age(row, on) < 15,
    }


def _placed(row: Any) -> bool:
    return row["NCyearActual"] in ORDER and pd.notna(row["dob"])


def _age(row: Any, on: date) -> float:
    born = row["dob"]
    return on.year - born.year - ((born.month, born.day) > (on.month, on.day)) if pd.notna(born) else float("nan")


def row_by_row(frame: pd.DataFrame, rules: Mapping[str, Row]) -> dict[str, int]:
    """How many rows break each rule that has any: dates and numbers are read beforehand, everything else row by row."""
    read = frame.assign(
        dob=pd.to_datetime(frame["DOB"], format="%Y-%m-%d", errors="coerce"),
        entry=pd.to_datetime(frame["EntryDate"], format="%Y-%m-%d", errors="coerce"),
        possible=pd.to_numeric(frame["SessionsPossible"], errors="coerce"),
    )
    broken = dict.fromkeys(rules, 0)
    for _, row in read.iterrows():
        for code, rule in rules.items():
            if rule(row):
                broken[code] += 1
    return {code: count for code, count in broken.items() if count}
