"""How an item is read as a date, a number, a code: one function for each suffix of `columns`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import Final

import polars as pl

from concord.core.identifiers import is_valid_uln_expr, upn_check_letter_expr
from concord.core.rules.setting import CodeRow, Setting

YEAR_GROUPS: Final = {"E1": -4, "E2": -3, "N1": -2, "N2": -1, "R": 0} | {str(year): year for year in range(1, 15)}
_GROUPS: Final = pl.Enum(list(YEAR_GROUPS))
_ORDERS: Final = pl.Series(list(YEAR_GROUPS.values()), dtype=pl.Int8)
_DIGITS: Final = 15
_FEW: Final = 8
_TRUE: Final = ("true", "True", "TRUE", "1")
_FALSE: Final = ("false", "False", "FALSE", "0")


def _day(sent: pl.Series, setting: Setting) -> pl.Series:
    """A date of ten characters, alone or at the head of a date and time."""
    whole = sent.str.len_bytes() == 10
    if not whole.all():
        shaped = sent.str.contains(r"^\d{4}-\d\d-\d\d($|T)").fill_null(False)
        sent = sent.str.head(10).set(~shaped, None)
    return sent.str.to_date("%Y-%m-%d", strict=False, cache=False)  # looking dates up costs more than reading them


def _number(sent: pl.Series, setting: Setting) -> pl.Series:
    """Whole numbers the short way; what else there is, and it is little, by its form."""
    whole = sent.cast(pl.Int32, strict=False)
    short = (sent.str.len_bytes() <= _DIGITS) & ~sent.str.starts_with("+")  # all else that is read so is plain digits
    read = whole.cast(pl.Float64).set(~(short & whole.is_not_null()), None)
    rest = (read.is_null() & sent.is_not_null()).arg_true()
    return read.scatter(rest, _number_of_form(sent.gather(rest))) if len(rest) else read


def _number_of_form(sent: pl.Series) -> pl.Series:
    plain = sent.str.contains(rf"^-?\d{{1,{_DIGITS}}}(\.\d{{1,6}})?$")
    return sent.set(~plain.fill_null(False), None).cast(pl.Float64, strict=False)


def _flag(sent: pl.Series, setting: Setting) -> pl.Series:
    true = among(sent, _TRUE)
    return true.set(~(true | among(sent, _FALSE)), None)


def _order(sent: pl.Series, setting: Setting) -> pl.Series:
    return _ORDERS.gather(sent.cast(_GROUPS, strict=False).to_physical())


def among(sent: pl.Series, words: Sequence[str]) -> pl.Series:
    """Whether each is one of the words; null where nothing was sent. A few words are sooner compared one by one."""
    if not 0 < len(words) <= _FEW:
        return sent.is_in(words)
    return reduce(or_, (sent == word for word in words))


def years_between(born: pl.Series, on: date) -> pl.Series:
    """Whole years from each birthday to `on`."""
    first, last = born.min(), born.max()
    if not isinstance(first, date) or not isinstance(last, date) or (last - first).days * 2 > len(born):
        return _years(born, on)
    every = _years(pl.date_range(first, last, eager=True), on)  # many pupils share few birthdays
    return every.gather((born - first).dt.total_days())


def _years(born: pl.Series, on: date) -> pl.Series:
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
        found = found | (among(sent, codes) & (last >= since) & (first <= until))
    return found.set(~dated, None)


def _stretches(rows: tuple[CodeRow, ...]) -> list[tuple[date, date, list[str]]]:
    """Codes with the same first and last day, together."""
    stretches: dict[tuple[date, date], list[str]] = {}
    for row in rows:
        stretches.setdefault((row.since or date.min, row.until or date.max), []).append(row.code)
    return [(since, until, codes) for (since, until), codes in stretches.items()]
