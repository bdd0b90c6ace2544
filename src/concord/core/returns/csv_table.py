"""One CSV file of an export, read whole or refused: every row as long as the heading, UTF-8, all values text."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Final, NoReturn

import polars as pl

from concord.core.trouble import Unreadable

MAX_FIELD: Final = 4_000
_AGAIN: Final = "Export the census from COLLECT again, and do not open and save the files in between."


@dataclass(frozen=True)
class CsvTable:
    """A file's rows; `frame` is all text, null where empty, with a `NativeId` in every row."""

    name: str
    frame: pl.DataFrame

    @classmethod
    def parse(cls, name: str, content: bytes) -> CsvTable:
        """Raises Unreadable with the file's name and line."""
        text = _decoded(name, content)
        _check(name, text)
        frame = pl.read_csv(text.encode(), infer_schema=False)
        frame = frame.with_columns(pl.when(pl.all() == "").then(None).otherwise(pl.all()).name.keep())
        if frame["NativeId"].null_count():
            _refuse(name, 2 + int(frame["NativeId"].is_null().arg_max() or 0), "the row has no NativeId.")
        return cls(name, frame)


def _decoded(name: str, content: bytes) -> str:
    try:
        text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        _refuse(name, line, "it is not UTF-8, so names would be spoilt.")
    if not text.strip():
        _refuse(name, None, "it is empty.")
    if "\x00" in text:
        _refuse(name, text.count("\n", 0, text.index("\x00")) + 1, "it has a zero byte.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check(name: str, text: str) -> None:
    """Every row must have a field for every column: a file cut short has a row that has not."""
    rows = csv.reader(io.StringIO(text), strict=True)
    try:
        heading = next(rows)
        if len(set(heading)) != len(heading) or "NativeId" not in heading:
            _refuse(name, 1, "its heading has no NativeId, or a column twice.")
        for row in rows:
            if len(row) != len(heading):
                _refuse(name, rows.line_num, f"the row has {len(row)} fields and the heading {len(heading)}.")
            if max(map(len, row)) > MAX_FIELD:
                _refuse(name, rows.line_num, f"a value has more than {MAX_FIELD:,} characters.")
    except csv.Error as fault:
        _refuse(name, rows.line_num, f"it is no CSV ({fault}).")


def _refuse(name: str, line: int | None, why: str) -> NoReturn:
    where = f"Line {line}: {why}" if line else why
    raise Unreadable(f"{name} cannot be read as a table of COLLECT's export.", why=where, todo=_AGAIN, line=line)
