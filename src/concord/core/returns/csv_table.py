"""One CSV file of an export, read whole or refused: every row as long as the heading, UTF-8, all values text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, NoReturn

import polars as pl

from concord.core.trouble import Unreadable

MAX_FIELD: Final = 4_000
CHUNK: Final = 20_000
_AGAIN: Final = "Export the census from COLLECT again, and do not open and save the files in between."


@dataclass(frozen=True)
class CsvTable:
    """A file's rows; `frame` is all text, null where empty, with a `NativeId` in every row."""

    name: str
    frame: pl.DataFrame

    @classmethod
    def parse(cls, name: str, content: bytes) -> CsvTable:
        """Raises Unreadable with the file's name and line."""
        frame = pl.concat(_chunks(name, _decoded(name, content)))
        frame = frame.with_columns(pl.when(pl.all() == "").then(None).otherwise(pl.all()).name.keep())
        if frame["NativeId"].null_count():
            _refuse(name, None, f"row {int(frame['NativeId'].is_null().arg_max() or 0) + 1} has no NativeId.")
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
    return text


def _chunks(name: str, text: str) -> Iterator[pl.DataFrame]:
    """The rows, some thousands at a time. A row without a field for every column is that of a file cut short."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        heading = next(rows)
        if len({column.lower() for column in heading}) != len(heading) or "NativeId" not in heading:
            _refuse(name, 1, "its heading has no NativeId, or a column twice.")
        whole = _whole_rows(name, rows, len(heading))
        yield pl.DataFrame(schema=dict.fromkeys(heading, pl.String))
        while chunk := list(islice(whole, CHUNK)):
            yield pl.DataFrame(chunk, schema=dict.fromkeys(heading, pl.String), orient="row")
    except csv.Error as fault:
        _refuse(name, rows.line_num, f"it is no CSV ({fault}).")


def _whole_rows(name: str, rows: Iterator[list[str]], width: int) -> Iterator[list[str]]:
    line = 1
    for row in rows:
        line = getattr(rows, "line_num", line)
        if not row:
            continue
        if len(row) != width:
            _refuse(name, line, f"the row has {len(row)} fields and the heading {width}.")
        if max(map(len, row)) > MAX_FIELD:
            _refuse(name, line, f"a value has more than {MAX_FIELD:,} characters.")
        yield row


def _refuse(name: str, line: int | None, why: str) -> NoReturn:
    where = f"Line {line}: {why}" if line else why
    raise Unreadable(f"{name} cannot be read as a table of COLLECT's export.", why=where, todo=_AGAIN, line=line)
