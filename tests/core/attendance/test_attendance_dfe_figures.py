"""DfE's published session counts of Kent, 2025/26: our classes and rates give DfE's own totals and percentages."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from concord.core import codesets
from concord.core.attendance import percent

HERE = Path(__file__).parent / "dfe_attendance_2025_26_kent.csv"
TOTALS = {"PRESENT": "present_sessions", "AEA": "approved_educational_activity", "UNAUTH": "unauthorised_absence"}
TOTALS["AUTH"] = "authorised_absence"


def _counted_codes(frame):
    """The columns of DfE's file that count a code: reason_<code>_…, with present marks split into AM and PM."""
    names = [name for name in frame.columns if name.startswith("reason_")]
    columns = {name.split("_")[1].upper(): name for name in names if not name.startswith("reason_present")}
    return columns | {"/": "reason_present_am", "\\": "reason_present_pm"}


@pytest.fixture(scope="module")
def kent():
    frame = pl.read_csv(HERE, infer_schema=False)
    numbers = [
        name for name in frame.columns if name.startswith("reason_") or name in {*TOTALS.values(), "late_sessions"}
    ]
    numbers += ["possible_sessions", "overall_attendance", "overall_absence"]
    return frame.with_columns(pl.col(numbers).cast(pl.Int64))


@pytest.mark.parametrize("named", sorted(TOTALS))
def test_our_classes_add_up_to_dfes_totals(kent, named):
    parents = {code.code: code.parent for code in codesets.load()["attendance_mark"].codes}
    columns = [column for code, column in _counted_codes(kent).items() if parents[code] == named]
    apart = kent.select(pl.sum_horizontal(columns) - pl.col(TOTALS[named])).to_series().to_list()
    # DfE's authorised total of Kent is itself 6 sessions (of 3.4 million) above the sum of its own codes.
    assert apart == ([0, -6, 0, -6] if named == "AUTH" else [0, 0, 0, 0])


def test_late_sessions_are_l_and_u(kent):
    codes = _counted_codes(kent)
    assert kent.select((pl.col(codes["L"]) + pl.col(codes["U"]) - pl.col("late_sessions")).abs().sum()).item() == 0


@pytest.mark.parametrize(
    ("part", "published"),
    [
        ("overall_attendance", "attendance_perc"),
        ("overall_absence", "overall_absence_perc"),
        ("authorised_absence", "authorised_absence_perc"),
        ("unauthorised_absence", "unauthorised_absence_perc"),
    ],
)
def test_our_rates_are_dfes_percentages(kent, part, published):
    ours = kent.select(percent(pl.col(part), pl.col("possible_sessions"), 4).alias("ours"))["ours"]
    for mine, theirs in zip(ours, kent[published].cast(pl.Float64), strict=True):
        assert mine == pytest.approx(theirs, abs=0.00005 + 1e-9)


@pytest.mark.skipif("CONCORD_OPEN_DATA" not in os.environ, reason="CONCORD_OPEN_DATA names no folder of DfE files")
def test_the_identities_hold_on_every_row_of_dfes_file():
    frame = pl.read_csv(
        Path(os.environ["CONCORD_OPEN_DATA"]) / "dfe_attendance_ytd_2025-26_all_las.csv", infer_schema=False
    )
    columns = [
        *_counted_codes(frame).values(),
        *TOTALS.values(),
        "possible_sessions",
        "overall_absence",
        "overall_attendance",
    ]
    frame = frame.select(pl.col(columns).cast(pl.Int64, strict=False)).drop_nulls()
    parents = {code.code: code.parent for code in codesets.load()["attendance_mark"].codes}
    assert frame.height > 600
    assert (frame["possible_sessions"] == frame["overall_attendance"] + frame["overall_absence"]).all()
    for named in ("PRESENT", "AEA", "UNAUTH"):
        ours = [column for code, column in _counted_codes(frame).items() if parents[code] == named]
        assert frame.select((pl.sum_horizontal(ours) == pl.col(TOTALS[named])).all()).item(), named
