"""Numbers that name pupils, staff, establishments and properties: their form, their check characters, and nothing else.

Whether an LA number may stand in a UPN on a given day is dated data: code set `upn_la` of `core.codesets`.
Scalar functions answer for one value; the `*_expr` twins answer for a Polars column (null in, null out).
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from concord.core.trouble import Trouble

UPN_LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""The 23 letters of a UPN; a letter's place is its value (no I, O or S)."""

UPN_PATTERN: Final = r"^[A-HJ-NP-RT-Z][0-9]{12}$"
TEMPORARY_UPN_PATTERN: Final = r"^[A-HJ-NP-RT-Z][0-9]{11}[A-HJ-NP-RT-Z]$"
ANY_UPN_PATTERN: Final = r"^[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]$"
UPN_BODY_PATTERN: Final = r"^[0-9]{11}[0-9A-HJ-NP-RT-Z]$"
ULN_PATTERN: Final = r"^[1-9][0-9]{9}$"
# Prefix rules of HMRC, from knowledge (tag K): kept in one place so that a correction is one line.
NI_NUMBER_PATTERN: Final = r"^[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z][0-9]{6}[A-D]?$"
NI_PREFIXES_NEVER_ISSUED: Final = ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
TRN_PATTERN: Final = r"^[0-9]{7}$"
UPRN_PATTERN: Final = r"^0*[1-9][0-9]{0,11}$"
URN_PATTERN: Final = r"^[1-9][0-9]{5}$"
UKPRN_PATTERN: Final = r"^1[0-9]{7}$"

UpnForm = Literal["permanent", "temporary", "malformed"]
Column = str | pl.Expr


class LAEstab(NamedTuple):
    """A DfE number in its two parts: three digits of the LA, four of the establishment."""

    la: str
    estab: str

    def __str__(self) -> str:
        return f"{self.la}/{self.estab}"


def laestab(text: str) -> LAEstab:
    """The DfE number written as `8862001`, `886/2001`, `886-2001` or `886 2001`; anything else is a Trouble."""
    found = re.fullmatch(r"\s*([0-9]{3})[/\-\s]?([0-9]{4})\s*", text, re.ASCII)
    if found is None:
        raise Trouble(
            f"“{text}” is not a DfE number.",
            why="It has three digits of the LA and four of the establishment, such as 886/2001.",
            todo="Look the number up on Get Information about Schools.",
        )
    return LAEstab(found[1], found[2])


def upn_check_letter(body: str) -> str:
    """The letter that characters 2-13 of a UPN call for: each value times its place, summed, modulo 23.

    `body` is those twelve characters, already in capitals. Raises ValueError when they are not of that form.
    """
    if not re.fullmatch(UPN_BODY_PATTERN, body, re.ASCII):
        raise ValueError(f"not characters 2 to 13 of a UPN: {body!r}")
    values = [int(one) if one.isdigit() else UPN_LETTERS.index(one) for one in body]
    return UPN_LETTERS[sum(place * value for place, value in enumerate(values, start=2)) % 23]


def upn_form(upn: str) -> UpnForm:
    """Whether a UPN has the form of a permanent one, of a temporary one (a letter at the end), or of neither."""
    if re.fullmatch(UPN_PATTERN, upn, re.ASCII):
        return "permanent"
    return "temporary" if re.fullmatch(TEMPORARY_UPN_PATTERN, upn, re.ASCII) else "malformed"


def is_valid_upn(upn: str) -> bool:
    """Of a UPN's form, permanent or temporary, and with the right check letter."""
    return upn_form(upn) != "malformed" and upn_check_letter(upn[1:]) == upn[0]


def uln_check_digit(body: str) -> int | None:
    """The tenth digit that the first nine of a ULN call for, or None where no ULN starts so (remainder 0)."""
    if not re.fullmatch(r"[1-9][0-9]{8}", body, re.ASCII):
        raise ValueError(f"not the first nine digits of a ULN: {body!r}")
    remainder = sum(weight * int(one) for weight, one in zip(range(10, 1, -1), body, strict=True)) % 11
    return 10 - remainder if remainder else None


def is_valid_uln(uln: str) -> bool:
    """Ten digits, the first not zero, with the right check digit; the stand-in 9999999999 is not one."""
    if not re.fullmatch(ULN_PATTERN, uln, re.ASCII) or uln == "9999999999":
        return False
    return uln_check_digit(uln[:9]) == int(uln[9])


def is_valid_ni_number(number: str) -> bool:
    """A National Insurance number without spaces; temporary ones (TN) and prefixes never issued are not valid."""
    return bool(re.fullmatch(NI_NUMBER_PATTERN, number, re.ASCII)) and number[:2] not in NI_PREFIXES_NEVER_ISSUED


def trn_digits(text: str) -> str | None:
    """The seven digits of a teacher reference number, `1234567` or `RP 12/34567`; None where it is not one."""
    digits = re.sub(r"^\s*RP|[\s/\-]", "", text)
    return digits if re.fullmatch(TRN_PATTERN, digits, re.ASCII) else None


def is_valid_uprn(text: str) -> bool:
    """1 to 999999999999, with or without leading zeros up to twelve digits."""
    return len(text) <= 12 and bool(re.fullmatch(UPRN_PATTERN, text, re.ASCII))


def upn_check_letter_expr(column: Column) -> pl.Expr:
    """For each UPN the letter its characters 2-13 call for; null where they have not that form."""
    return _expr(column).map_batches(_check_letters, return_dtype=pl.String, is_elementwise=True)


def upn_form_expr(column: Column) -> pl.Expr:
    """`permanent`, `temporary` or `malformed` for each UPN; null where there is none."""
    upn = _expr(column)
    return (
        pl.when(upn.is_null())
        .then(None)
        .when(upn.str.contains(UPN_PATTERN))
        .then(pl.lit("permanent"))
        .when(upn.str.contains(TEMPORARY_UPN_PATTERN))
        .then(pl.lit("temporary"))
        .otherwise(pl.lit("malformed"))
    )


def is_valid_upn_expr(column: Column) -> pl.Expr:
    """True where the UPN has the form of one and the right check letter; null where there is none."""
    upn = _expr(column)
    right = upn_check_letter_expr(upn).eq_missing(upn.str.slice(0, 1))
    return upn.str.contains(ANY_UPN_PATTERN) & right


def is_valid_uln_expr(column: Column) -> pl.Expr:
    """True where the ULN is ten digits with the right check digit and not the stand-in; null where there is none."""
    uln = _expr(column)
    return (
        uln.str.contains(ULN_PATTERN)
        & (uln != "9999999999")
        & uln.map_batches(_uln_adds_up, return_dtype=pl.Boolean, is_elementwise=True)
    )


def is_valid_ni_number_expr(column: Column) -> pl.Expr:
    """True where it is a National Insurance number that can have been issued; null where there is none."""
    number = _expr(column)
    return number.str.contains(NI_NUMBER_PATTERN) & ~number.str.slice(0, 2).is_in(NI_PREFIXES_NEVER_ISSUED)


def is_valid_uprn_expr(column: Column) -> pl.Expr:
    """True where it is 1 to 999999999999; null where there is none."""
    uprn = _expr(column)
    return uprn.str.contains(UPRN_PATTERN) & (uprn.str.len_chars() <= 12)


def _expr(column: Column) -> pl.Expr:
    return pl.col(column) if isinstance(column, str) else column


_DIGIT_VALUES: Final = {ord(digit): value for value, digit in enumerate("0123456789")}
_LETTER_VALUES: Final = {ord(letter): value for value, letter in enumerate(UPN_LETTERS)}
_UPN_WEIGHTS: Final = np.arange(2, 14, dtype=np.int32)
_ULN_WEIGHTS: Final = np.arange(10, 0, -1, dtype=np.int32)
_NO_VALUE: Final = 255


def _values(of: dict[int, int]) -> npt.NDArray[np.uint8]:
    """The value of each byte, `_NO_VALUE` for those that have none."""
    table = np.full(256, _NO_VALUE, dtype=np.uint8)
    table[list(of)] = list(of.values())
    return table


_DIGITS: Final = _values(_DIGIT_VALUES)
_LAST: Final = _values(_DIGIT_VALUES | _LETTER_VALUES)
_LETTERS: Final = np.frombuffer(UPN_LETTERS.encode(), dtype="S1")


def _matrix(series: pl.Series, width: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.uint8]]:
    """The places of the values that are `width` ASCII characters long, and those characters, one row a value."""
    fits = ((series.str.len_bytes() == width) & (series.str.len_chars() == width)).fill_null(value=False)
    text = "".join(series.filter(fits).to_list())
    return np.flatnonzero(fits.to_numpy()), np.frombuffer(text.encode(), dtype=np.uint8).reshape(-1, width)


def _check_letters(upns: pl.Series) -> pl.Series:
    places, characters = _matrix(upns, 13)
    body = np.hstack([_DIGITS[characters[:, 1:12]], _LAST[characters[:, 12:]]])
    formed = (body != _NO_VALUE).all(axis=1)
    letters = _LETTERS[(body[formed].astype(np.int32) @ _UPN_WEIGHTS) % 23].astype(str)
    return _spread(upns, places[formed], pl.Series(letters, dtype=pl.String), pl.String)


def _uln_adds_up(ulns: pl.Series) -> pl.Series:
    """The weighted sum of all ten digits leaves 10 modulo 11: the same test as the check digit, in one product."""
    places, characters = _matrix(ulns, 10)
    digits = _DIGITS[characters]
    adds_up = ((digits.astype(np.int32) @ _ULN_WEIGHTS) % 11 == 10) & (digits != _NO_VALUE).all(axis=1)
    known = _spread(ulns, places, pl.Series(adds_up), pl.Boolean)
    return pl.select(pl.when(ulns.is_null()).then(None).otherwise(known.fill_null(value=False))).to_series()


def _spread(like: pl.Series, places: npt.NDArray[np.intp], values: pl.Series, dtype: type[pl.DataType]) -> pl.Series:
    """`values` at their places in a column as long as `like`, null elsewhere."""
    out = pl.Series(like.name, [None], dtype=dtype).new_from_index(0, len(like))
    return out.scatter(places, values) if len(places) else out
