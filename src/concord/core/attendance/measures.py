"""The DfE's measures: rates are of possible sessions, sums come first, persistent absence is an enrolment's own.

Persistent absence is (authorised + unauthorised) / possible >= 10%, severe >= 50%, asked in whole numbers so that 10.0%
counts and 9.999% does not. Percentages are rounded half away from zero, exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl

from concord.core.attendance.alphabet import CLASSES, Alphabet, alphabet
from concord.core.attendance.register import Register
from concord.core.attendance.tally import FIELDS, Counts, tally
from concord.core.trouble import Trouble

BY: Final = ("pupil", "school", "week")
ALL: Final = "all"
PERSISTENT_TENTHS: Final = 1
SEVERE_TENTHS: Final = 5
_KEYS: Final = {"pupil": ["pupil", "laestab"], "school": ["laestab"], "week": ["laestab", "week"], ALL: []}
_RATES: Final = {
    "attendance_percent": "attending",
    "absence_percent": "absence",
    "authorised_percent": "authorised",
    "unauthorised_percent": "unauthorised",
}


def percent(part: pl.Expr, whole: pl.Expr, places: int = 1) -> pl.Expr:
    """`part` of `whole` (whole numbers from 0) in per cent, rounded half away from zero; null where `whole` is 0."""
    scale = 10**places
    exact = (2 * 100 * scale * part + whole) // (2 * whole)
    return pl.when(whole > 0).then(exact.cast(pl.Float64) / scale)


def measure(
    marks: Register, *, by: str = "school", minimum: int = 0, places: int = 1, letters: Alphabet | None = None
) -> pl.DataFrame:
    """Sessions, rates and persistent absence by `pupil` (an enrolment), `school`, `week` (of a school) or `all`.

    An enrolment with `minimum` possible sessions or fewer is left out of persistent absence (0 as the census counts, 10
    as DfE's live figures do). A week has no persistent absence: the measure is of a longer time.
    """
    if by not in _KEYS:
        raise Trouble(f"Marks cannot be counted by {by!r}.", todo=f"Choose one of {', '.join(BY)}.")
    letters = letters or alphabet()
    counts = _weeks(marks, letters) if by == "week" else _enrolments(marks, letters)
    counts = counts.with_columns(
        possible=pl.sum_horizontal("present", "aea", "authorised", "unauthorised"),
        attending=pl.sum_horizontal("present", "aea"),
        absence=pl.sum_horizontal("authorised", "unauthorised"),
    )
    if by == "pupil":
        return _order(_rated(counts.with_columns(*_absentee(minimum)), places), by)
    if by == "week":
        return _order(_rated(counts, places), by)
    grouped = _summed(counts.with_columns(*_absentee(minimum)), _KEYS[by])
    of = pl.col("enrolments_judged")
    shares = [percent(pl.col(name), of, places).alias(f"{name}_percent") for name in ("persistent", "severe")]
    return _order(_rated(grouped, places).with_columns(*shares), by)


def _enrolments(marks: Register, letters: Alphabet) -> pl.DataFrame:
    counted = tally(marks.marks, marks.first, letters)
    return marks.enrolments.with_columns(pl.Series(name, counted[:, i]) for i, name in enumerate(FIELDS))


def _absentee(minimum: int) -> Iterator[pl.Expr]:
    judged = (pl.col("possible") > max(0, minimum)).alias("judged")
    for name, tenths in (("persistent", PERSISTENT_TENTHS), ("severe", SEVERE_TENTHS)):
        over = 10 * pl.col("absence") >= tenths * pl.col("possible")
        yield pl.when(judged).then(over).alias(name)


def _summed(counts: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    sums = [
        (pl.col("possible") > 0).sum().cast(pl.Int64).alias("enrolments"),
        pl.col(*FIELDS, "possible", "attending", "absence").sum(),
        pl.col("persistent").is_not_null().sum().cast(pl.Int64).alias("enrolments_judged"),
        pl.col("persistent", "severe").sum().cast(pl.Int64),
    ]
    return counts.group_by(keys, maintain_order=True).agg(sums) if keys else counts.select(sums)


def _rated(counts: pl.DataFrame, places: int) -> pl.DataFrame:
    rates = [percent(pl.col(part), pl.col("possible"), places).alias(name) for name, part in _RATES.items()]
    return counts.with_columns(*rates)


def _order(frame: pl.DataFrame, by: str) -> pl.DataFrame:
    first = [*_KEYS[by], *(name for name in ("enrolments",) if name in frame.columns)]
    counts = ["possible", "attending", "present", "aea", "absence", "authorised", "unauthorised", "late"]
    tail = ["enrolments_judged", "persistent", "severe", "persistent_percent", "severe_percent"]
    named = [*first, *counts, "not_possible", "unknown", *_RATES, *(name for name in tail if name in frame.columns)]
    return frame.select(named).rename({"unknown": "not_counted"})


def _blocks(marks: Register) -> Iterator[tuple[str, slice]]:
    """Each establishment with its rows of the grid."""
    runs = marks.enrolments.with_row_index("at").group_by("laestab", maintain_order=True).agg(pl.min("at"), pl.len())
    for establishment, at, rows in runs.rows():
        yield establishment, slice(at, at + rows)


def _weeks(marks: Register, letters: Alphabet) -> pl.DataFrame:
    """Sums of each establishment and week, weeks in which nothing was possible or asked left out."""
    monday = marks.first - timedelta(days=marks.first.weekday())
    parts = []
    for establishment, rows in _blocks(marks):
        counted = tally(marks.marks[rows], marks.first, letters, by_week=True)
        attended = (counted[:, :, :4].sum(axis=2) > 0).sum(axis=0)
        parts.append(_week_frame(establishment, attended, counted.sum(axis=0)))
    frame = pl.concat(parts).with_columns(week=pl.lit(monday) + pl.duration(days=7 * pl.col("week")))
    return frame.filter(pl.sum_horizontal(*FIELDS) > 0)


def _week_frame(establishment: str, enrolments: Counts, sums: Counts) -> pl.DataFrame:
    columns = {name: sums[:, i] for i, name in enumerate(FIELDS)}
    weeks = np.arange(len(sums), dtype=np.int64)
    frame = pl.DataFrame({"week": weeks, "enrolments": enrolments.astype(np.int64), **columns})
    return frame.with_columns(laestab=pl.lit(establishment))


def reasons(marks: Register, letters: Alphabet | None = None) -> pl.DataFrame:
    """Sessions of each code in each establishment: laestab, code, sessions; marks not counted are left out."""
    letters = letters or alphabet()
    written, rows = letters.written(), []
    last = marks.first + timedelta(days=marks.marks.shape[1] // 2)
    for establishment, block in _blocks(marks):
        found = np.zeros(256, dtype=np.int64)
        days = [*letters.turning_days(marks.first, last - timedelta(days=1)), last]
        for since, until in pairwise(days):
            low, high = (2 * (day - marks.first).days for day in (since, until))
            known = letters.classes_on(since) < CLASSES.index("MISSING")
            found += np.bincount(marks.marks[block, low:high].ravel(), minlength=256) * known
        rows += [(establishment, written[int(byte)], int(found[byte])) for byte in np.flatnonzero(found)]
    return pl.DataFrame(rows, schema={"laestab": pl.String, "code": pl.String, "sessions": pl.Int64}, orient="row")
