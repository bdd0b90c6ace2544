"""How an item is read as a date, a number, a code: one function for each suffix of `columns`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

import polars as pl

from concord.core.identifiers import is_valid_uln_expr, upn_check_letter_expr
from concord.core.rules.setting import CodeRow, Setting

YEAR_GROUPS: Final = {"E1": -4, "E2": -3, "N1": -2, "N2": -1, "R": 0} | {str(year): year for year in range(1, 15)}
_TRUTH: Final = {"1": True, "0": False} | {
    word: truth for truth, words in ((True, "true True TRUE"), (False, "false False FALSE")) for word in words.split()
}


def _day(sent: pl.Series, setting: Setting) -> pl.Series:
    """A date of ten characters, alone or at the head of a date and time."""
    whole = sent.str.len_bytes() == 10
    if not whole.all():
        shaped = sent.str.contains(r"^\d{4}-\d\d-\d\d($|T)").fill_null(False)
        sent = sent.str.head(10).set(~shaped, None)
    return sent.str.to_date("%Y-%m-%d", strict=False)


def _number(sent: pl.Series, setting: Setting) -> pl.Series:
    plain = sent.str.contains(r"^-?\d{1,15}(\.\d{1,6})?$")
    return sent.set(~plain.fill_null(False), None).cast(pl.Float64, strict=False)


def _flag(sent: pl.Series, setting: Setting) -> pl.Series:
    return sent.replace_strict(_TRUTH, default=None, return_dtype=pl.Boolean)


def _order(sent: pl.Series, setting: Setting) -> pl.Series:
    return sent.replace_strict(YEAR_GROUPS, default=None, return_dtype=pl.Int8)


def years_between(born: pl.Series, on: date) -> pl.Series:
    """Whole years from each birthday to `on`."""
    months = born.dt.month().cast(pl.Int32) * 100 + born.dt.day().cast(pl.Int32)
    return on.year - born.dt.year() - (months > on.month * 100 + on.day).cast(pl.Int32)


def _upn_letter(sent: pl.Series, setting: Setting) -> pl.Series:
    """Whether the first letter is the one the other twelve characters give; null where they have not that form."""
    letters = sent.to_frame("upn").select(upn_check_letter_expr("upn"))["upn"]
    return letters == sent.str.head(1)


def _uln_digit(sent: pl.Series, setting: Setting) -> pl.Series:
    return sent.to_frame("uln").select(is_valid_uln_expr("uln"))["uln"]


def _authority(sent: pl.Series, setting: Setting) -> pl.Series:
    """Characters 2 to 4 of a UPN: the local authority that gave it."""
    return sent.str.slice(1, 3)


READINGS: Final[dict[str, Callable[[pl.Series, Setting], pl.Series]]] = {
    "day": _day,
    "number": _number,
    "flag": _flag,
    "order": _order,
    "upn_letter": _upn_letter,
    "uln_digit": _uln_digit,
    "authority": _authority,
}
"""What each suffix makes of the text as sent. `listed` is apart: it needs the date of the event."""

AGE_DAYS: Final = {"age": "age_day", "age_on_day": "census_day"}
"""Readings that are an age on a date of the setting, worked out from the item read as a date."""


def listed(sent: pl.Series, first: pl.Series, last: pl.Series, code_set: str, setting: Setting) -> pl.Series:
    """Whether a code is in force on any day from `first` to `last`; null where no code was sent or a day is unknown."""
    dated = first.is_not_null() & last.is_not_null() & sent.is_not_null()
    found = pl.repeat(False, len(sent), dtype=pl.Boolean, eager=True)
    for since, until, codes in _stretches(setting.codes[code_set]):
        found = found | (sent.is_in(codes) & (last >= since) & (first <= until))
    return found.set(~dated, None)


def _stretches(rows: tuple[CodeRow, ...]) -> list[tuple[date, date, list[str]]]:
    """Codes with the same first and last day, together."""
    stretches: dict[tuple[date, date], list[str]] = {}
    for row in rows:
        stretches.setdefault((row.since or date.min, row.until or date.max), []).append(row.code)
    return [(since, until, codes) for (since, until), codes in stretches.items()]
