"""Marks read from files into one grid: enrolments down, half days across, one byte a mark.

Two forms are read, told apart by their columns: one mark a row (`date`, `session`, `code`) and one string a row
(`start`, `marks`: AM then PM of each calendar day). A later file's mark takes the place of an earlier file's for the
same half day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from concord.core.attendance.alphabet import STRANGE, UNKNOWN, UNMARKED, Alphabet, Bytes, alphabet
from concord.core.attendance.strings import DELIMITERS, placed_strings
from concord.core.identifiers import laestab
from concord.core.trouble import Trouble, Unreadable

Places = npt.NDArray[np.int64]

SESSIONS: Final = ("AM", "PM")
LONGEST_DAYS: Final = 2200
_NAMES: Final = {"upn": "pupil", "pupil_id": "pupil", "mark": "code", "start_date": "start", "attendancemarks": "marks"}
_FORMS: Final = "Give the columns pupil (or upn), laestab, date, session, code; or pupil, laestab, start, marks."
_DAY: Final = "Write days as 2026-09-01 or 01/09/2026."
_WRONG_SESSION: Final = {0: "\\", 1: "/"}


@dataclass(frozen=True)
class Placed:
    """Marks of one file with their place in the grid; `odd` says what each byte 0 stands for (`said`) and why."""

    enrolment: Places
    column: Places
    byte: Bytes
    odd: pl.DataFrame


@dataclass(frozen=True)
class Register:
    """`marks[i, 2*d + s]` is the mark of enrolment `i`, day `first + d`, session `s` (0 AM, 1 PM).

    `enrolments` (pupil, laestab) is sorted by establishment, then pupil: each is one pupil at one establishment.
    """

    enrolments: pl.DataFrame
    first: date
    marks: Bytes
    odd: pl.DataFrame

    def exceptions(self, letters: Alphabet | None = None) -> pl.DataFrame:
        """Marks that are not counted (`error`) or counted but to be looked at (`query`), each with its reason.

        Columns: severity, pupil, laestab, date, session, code, reason.
        """
        letters = letters or alphabet()
        found = pl.concat([self._not_counted(letters), self._wrong_session()])
        named = self.enrolments.with_row_index("enrolment").cast({"enrolment": pl.Int64})
        day = pl.lit(self.first) + pl.duration(days=pl.col("column") // 2)
        session = pl.when(pl.col("column") % 2 == 0).then(pl.lit("AM")).otherwise(pl.lit("PM"))
        return (
            found.join(named, on="enrolment")
            .sort("enrolment", "column")
            .select("severity", "pupil", "laestab", day.alias("date"), session.alias("session"), "code", "reason")
        )

    def _not_counted(self, letters: Alphabet) -> pl.DataFrame:
        last = self.first + timedelta(days=self.marks.shape[1] // 2 - 1)
        days = [*letters.turning_days(self.first, last), last + timedelta(days=1)]
        written, parts = letters.written(), []
        for since, until in pairwise(days):
            low, high = (2 * (day - self.first).days for day in (since, until))
            strange = letters.classes_on(since) == UNKNOWN
            rows, columns = np.nonzero(strange.take(self.marks[:, low:high]))
            codes = [written.get(byte, "") for byte in self.marks[rows, columns + low].tolist()]
            parts.append(_found(rows, columns + low, codes))
        found = pl.concat(parts).join(self.odd, on=["enrolment", "column"], how="left")
        return found.select(
            pl.lit("error").alias("severity"),
            "enrolment",
            "column",
            pl.coalesce("said", "code").alias("code"),
            pl.coalesce("why", pl.lit("not a code in force on this day")).alias("reason"),
        )

    def _wrong_session(self) -> pl.DataFrame:
        parts = []
        for session, code in _WRONG_SESSION.items():
            rows, days = np.nonzero(self.marks[:, session::2] == ord(code))
            parts.append(_found(rows, 2 * days + session, [code] * len(rows)))
        reason = pl.lit("present mark of the other session; counted as present").alias("reason")
        return pl.concat(parts).select(pl.lit("query").alias("severity"), "enrolment", "column", "code", reason)


def _found(rows: Places, columns: Places, codes: list[str]) -> pl.DataFrame:
    found = {"enrolment": rows.astype(np.int64), "column": columns.astype(np.int64), "code": codes}
    return pl.DataFrame(found, schema={"enrolment": pl.Int64, "column": pl.Int64, "code": pl.String})


def read(paths: Sequence[Path], *, establishment: str = "", letters: Alphabet | None = None) -> Register:
    """Read files, oldest extract first; `establishment` stands in where a file has no laestab column."""
    return register([_file(path, establishment) for path in paths], letters=letters)


def _file(path: Path, establishment: str) -> pl.DataFrame:
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as reason:
        why = "".join(str(reason).strip().splitlines()[:1])
        raise Unreadable(f"{path.name} cannot be read as a CSV file of marks.", why=why, todo=_FORMS) from reason
    names = {name: _NAMES.get(name.strip().lower(), name.strip().lower()) for name in frame.columns}
    if len(set(names.values())) < len(names):
        raise Unreadable(f"{path.name} names a column twice.", why=", ".join(frame.columns), todo=_FORMS)
    frame = frame.rename(names)
    if "laestab" not in frame.columns and establishment:
        frame = frame.with_columns(laestab=pl.lit(establishment))
    return frame.with_columns(file=pl.lit(path.name))


def register(parts: Sequence[pl.DataFrame], *, letters: Alphabet | None = None) -> Register:
    """Frames of text columns, in either form, as one grid; a later frame's mark wins over an earlier one's."""
    letters = letters or alphabet()
    ready = [_checked(part) for part in parts]
    if not any(part.height for part in ready):
        raise Trouble("There is no mark to count.", todo=_FORMS)
    ends = [day for part in ready if part.height for day in _span(part)]
    first, last = min(ends), max(ends)
    if (last - first).days > LONGEST_DAYS:
        raise Trouble(f"The marks run from {first} to {last}.", why="That is longer than a schooling.", todo=_DAY)
    enrolments = pl.concat([part.select("pupil", "laestab") for part in ready]).unique().sort("laestab", "pupil")
    marks = np.full((enrolments.height, 2 * ((last - first).days + 1)), UNMARKED, dtype=np.uint8)
    odd = []
    for part in ready:
        placed = _place(part, enrolments, first, letters)
        marks[placed.enrolment, placed.column] = placed.byte
        odd.append(placed.odd)
    said = pl.concat(odd).unique(["enrolment", "column"], keep="last")
    return Register(enrolments, first, marks, said)


def _checked(part: pl.DataFrame) -> pl.DataFrame:
    wanted = ("start", "marks") if "marks" in part.columns else ("date", "session", "code")
    missing = [name for name in ("pupil", "laestab", *wanted) if name not in part.columns]
    name = part["file"][0] if "file" in part.columns and part.height else "The marks"
    if missing:
        todo = _FORMS + (" Or name the establishment with --establishment." if missing == ["laestab"] else "")
        raise Unreadable(
            f"{name}: no column {', '.join(missing)}.", why=f"It has {', '.join(part.columns)}.", todo=todo
        )
    text = part.select(pl.col(c).cast(pl.String).str.strip_chars() for c in ("pupil", "laestab", wanted[0]))
    rest = part.select(pl.col(c).cast(pl.String).fill_null("") for c in wanted[1:])
    frame = pl.concat([text, rest], how="horizontal").with_row_index("row")
    _refuse_blanks(frame, name)
    numbers = {one: str(laestab(one)) for one in frame["laestab"].unique()}
    day = _days(frame[wanted[0]], name)
    return frame.with_columns(pl.col("laestab").replace_strict(numbers, return_dtype=pl.String), day)


def _refuse_blanks(frame: pl.DataFrame, name: str) -> None:
    for column in ("pupil", "laestab"):
        blank = frame[column].fill_null("") == ""
        if blank.any():
            line = int(blank.arg_max() or 0) + 2
            raise Unreadable(
                f"{name}: line {line} has no {column}.", todo="Every mark needs its pupil and laestab.", line=line
            )


def _days(said: pl.Series, name: str) -> pl.Series:
    days = said.str.to_date("%Y-%m-%d", strict=False)
    days = days.zip_with(days.is_not_null(), said.str.to_date("%d/%m/%Y", strict=False))
    if days.has_nulls():
        row = int(days.is_null().arg_max() or 0)
        raise Unreadable(f"{name}: line {row + 2}: {said[row]!r} is not a day.", todo=_DAY, line=row + 2)
    return days


def _span(part: pl.DataFrame) -> tuple[date, date]:
    if "marks" not in part.columns:
        low, high = part["date"].min(), part["date"].max()
    else:
        low, high = part["start"].min(), part.select(_ends().max()).item()
    assert isinstance(low, date)  # noqa: S101  # for the type checker: a column of days without nulls has both ends
    assert isinstance(high, date)  # noqa: S101
    return low, high


def _ends() -> pl.Expr:
    """The day of a string's last mark."""
    delimiters = pl.col("marks").str.count_matches(f"[{DELIMITERS}]").cast(pl.Int64)
    marks = pl.when(delimiters > 0).then(delimiters + 1).otherwise(pl.col("marks").str.len_chars().cast(pl.Int64))
    return pl.col("start") + pl.duration(days=pl.max_horizontal(marks - 1, 0) // 2)


def _place(part: pl.DataFrame, enrolments: pl.DataFrame, first: date, letters: Alphabet) -> Placed:
    numbers = enrolments.with_row_index("enrolment").cast({"enrolment": pl.Int64})
    numbered = part.join(numbers, on=["pupil", "laestab"], maintain_order="left")
    if "marks" in part.columns:
        return Placed(*placed_strings(numbered, first, letters))
    return _placed_rows(numbered, first, letters)


def _placed_rows(part: pl.DataFrame, first: date, letters: Alphabet) -> Placed:
    session = pl.col("session").str.strip_chars().str.to_uppercase()
    bad = part.select((~session.is_in(SESSIONS)).alias("bad"))["bad"]
    if bad.any():
        row = int(bad.arg_max() or 0)
        line = int(part["row"][row]) + 2
        raise Unreadable(f"Line {line}: {part['session'][row]!r} is not a session.", todo="Write AM or PM.", line=line)
    code = pl.col("code").str.strip_chars().str.to_uppercase().replace("", "-")
    day = (pl.col("date") - pl.lit(first)).dt.total_days()
    placed = part.select("enrolment", (2 * day + (session == "PM").cast(pl.Int64)).alias("column"), code.alias("said"))
    placed = placed.unique(maintain_order=True)
    twice = placed.select("enrolment", "column").is_duplicated()
    symbol = pl.col("said").replace_strict(letters.symbols, default=STRANGE, return_dtype=pl.UInt8)
    placed = placed.with_columns(pl.when(twice).then(pl.lit(STRANGE, pl.UInt8)).otherwise(symbol).alias("byte"))
    why = pl.when(twice).then(pl.lit("two different marks in one file")).otherwise(pl.lit("not a code"))
    odd = placed.with_columns(why.alias("why")).filter(pl.col("byte") == STRANGE)
    odd = odd.group_by("enrolment", "column", maintain_order=True).agg(pl.col("said").str.join(" or "), pl.first("why"))
    return Placed(placed["enrolment"].to_numpy(), placed["column"].to_numpy(), placed["byte"].to_numpy(), odd)
