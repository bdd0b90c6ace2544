"""Mark strings: one character a half day, or codes with a delimiter between them, AM then PM of each calendar day.

A string without delimiters that carries a digit is refused: codes of two characters do not fit one character a mark,
and reading `C1` as leave and an unknown mark would shift every later day.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from concord.core.attendance.alphabet import STRANGE, UNMARKED, Alphabet, Bytes
from concord.core.trouble import Unreadable

Places = npt.NDArray[np.int64]

DELIMITERS: Final = "|,;"


def placed_strings(part: pl.DataFrame, first: date, letters: Alphabet) -> tuple[Places, Places, Bytes, pl.DataFrame]:
    """Enrolment, column and byte of every mark of `part` (enrolment, start, marks, row), and what each byte 0 is."""
    _refuse_digits(part)
    table = _one_character(letters)
    starts = part.select((2 * (pl.col("start") - pl.lit(first)).dt.total_days()).alias("at"))["at"].to_list()
    strings = [_read(text, table, letters) for text in part["marks"].to_list()]
    lengths = np.array([len(one) for one in strings], dtype=np.int64)
    enrolment = np.repeat(part["enrolment"].to_numpy(), lengths)
    inside = np.arange(lengths.sum(), dtype=np.int64) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    column = np.repeat(np.array(starts, dtype=np.int64), lengths) + inside
    byte = np.frombuffer(b"".join(strings), dtype=np.uint8)
    _refuse_overlaps(part, np.array(starts, dtype=np.int64), lengths)
    where = np.flatnonzero(byte == STRANGE)
    of_string = np.repeat(np.arange(len(strings)), lengths)[where]
    said = [_split(part["marks"][int(s)])[int(i)] for s, i in zip(of_string, inside[where], strict=True)]
    odd = {"enrolment": enrolment[where], "column": column[where], "said": said, "why": ["not a code"] * len(said)}
    schema = {"enrolment": pl.Int64, "column": pl.Int64, "said": pl.String, "why": pl.String}
    return enrolment, column, byte, pl.DataFrame(odd, schema=schema)


def _refuse_digits(part: pl.DataFrame) -> None:
    delimited = part["marks"].str.contains(f"[{DELIMITERS}]")
    wrong = part["marks"].str.contains(r"\d") & ~delimited
    if wrong.any():
        line = int(part["row"][int(wrong.arg_max() or 0)]) + 2
        raise Unreadable(
            f"Line {line}: the mark string holds a digit.",
            why="Codes such as C1 or Y4 do not fit a string of one character a mark: every later day would shift.",
            todo="Export the codes with | between them, or one mark a row.",
            line=line,
        )


def _one_character(letters: Alphabet) -> bytes:
    """A translation of characters to bytes; a blank is no mark, what is no code becomes byte 0."""
    table = bytearray(256)
    for code, byte in letters.symbols.items():
        if len(code) == 1:
            table[ord(code)] = table[ord(code.lower())] = byte
    table[ord(" ")] = UNMARKED
    return bytes(table)


def _split(text: str) -> list[str]:
    for delimiter in DELIMITERS:
        if delimiter in text:
            return [one.strip().upper() for one in text.split(delimiter)]
    return list(text)


def _read(text: str, table: bytes, letters: Alphabet) -> bytes:
    if not any(delimiter in text for delimiter in DELIMITERS):
        return text.encode("latin-1", "replace").translate(table)
    return bytes(letters.symbols.get(code, STRANGE) if code else UNMARKED for code in _split(text))


def _refuse_overlaps(part: pl.DataFrame, starts: Places, lengths: Places) -> None:
    spans = part.select("enrolment", "row").with_columns(low=pl.Series(starts), high=pl.Series(starts + lengths))
    spans = spans.sort("enrolment", "low").with_columns(before=pl.col("high").shift(1).over("enrolment"))
    wrong = spans.filter(pl.col("before") > pl.col("low"))
    if wrong.height:
        line = int(wrong["row"][0]) + 2
        raise Unreadable(
            f"Line {line}: the string overlaps another one of the same pupil.",
            why="One file can say only one thing of a half day; a later extract goes into a later file.",
            todo="Take the older string out, or give the two as two files, the older first.",
            line=line,
        )
